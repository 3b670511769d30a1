/* signals: the handlers. Only what signal-safety(7) allows happens in them.
 *
 * Surprising: handlers are installed without SA_RESTART, so that a write to a pipe nobody reads
 * ends when it is interrupted. */
#include "signals.h"

#include <errno.h>
#include <signal.h>
#include <stdbool.h>
#include <string.h>
#include <unistd.h>

static struct migrate *volatile guarded;
static volatile sig_atomic_t received;
static const char *volatile last_words;

static void leave(int number)
{
	const char *words = last_words;

	if (words && write(2, words, strlen(words)) < 0)
		_exit(128 + number);
	_exit(128 + number);
}

static void on_signal(int number)
{
	int saved = errno;

	if (number == SIGHUP)
		number = SIGTERM;
	if (received || !guarded)
		leave(number);
	received = number;
	migrate_interrupt(guarded, number);
	errno = saved;
}

static void install(int number)
{
	struct sigaction action;

	memset(&action, 0, sizeof action);
	action.sa_handler = on_signal;
	sigemptyset(&action.sa_mask);
	sigaction(number, &action, NULL);
}

/* nohup ignores SIGHUP, and means it. A shell ignores SIGINT for every background job of a script
 * (https://pubs.opengroup.org/onlinepubs/9699919799/utilities/V3_chap02.html#tag_18_11): whoever
 * sends us one wants the run to stop all the same. */
static bool is_ignored(int number)
{
	struct sigaction action;

	return sigaction(number, NULL, &action) == 0 && action.sa_handler == SIG_IGN;
}

void signals_install(void)
{
	signal(SIGPIPE, SIG_IGN);
	signal(SIGXFSZ, SIG_IGN); /* a limit on file sizes is an error of write, then */
	install(SIGINT);
	install(SIGTERM);
	if (!is_ignored(SIGHUP))
		install(SIGHUP);
}

void signals_leave(const char *words)
{
	last_words = words;
}

void signals_guard(struct migrate *migrate)
{
	guarded = migrate;
}

int signals_stopping(void)
{
	return guarded ? received : 0;
}
