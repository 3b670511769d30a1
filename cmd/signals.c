/* signals: the handlers. Only what signal-safety(7) allows happens in them.
 *
 * Surprising: handlers are installed without SA_RESTART, so that a write to a pipe nobody reads
 * ends when it is interrupted. */
#include "signals.h"

#include <errno.h>
#include <signal.h>
#include <string.h>
#include <unistd.h>

static struct migrate *volatile guarded;
static volatile sig_atomic_t received;

static void on_signal(int number)
{
	int saved = errno;

	if (number == SIGHUP)
		number = SIGTERM;
	if (received || !guarded)
		_exit(128 + number);
	received = number;
	migrate_interrupt(guarded, number);
	errno = saved;
}

/* What nohup or a background job ignores stays ignored. */
static void install(int number)
{
	struct sigaction action, old;

	memset(&action, 0, sizeof action);
	action.sa_handler = on_signal;
	sigemptyset(&action.sa_mask);
	if (sigaction(number, NULL, &old) == 0 && old.sa_handler == SIG_IGN)
		return;
	sigaction(number, &action, NULL);
}

void signals_install(void)
{
	signal(SIGPIPE, SIG_IGN);
	install(SIGINT);
	install(SIGTERM);
	install(SIGHUP);
}

void signals_guard(struct migrate *migrate)
{
	guarded = migrate;
}

int signals_stopping(void)
{
	return guarded ? received : 0;
}
