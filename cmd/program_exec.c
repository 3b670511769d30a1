/* program_exec: a command that runs in our place, with our descriptors.
 *
 * Surprising: what the terminal sends goes to its whole foreground group, so the command has it
 * already and would take a second one for impatience; only what another process sends is passed on.
 * si_code tells (sigaction(2): SI_KERNEL). */
#include <errno.h>
#include <signal.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/error.h"
#include "base/process.h"
#include "program.h"
#include "signals.h"

static const int passed_on[] = {SIGINT, SIGTERM, SIGHUP, SIGQUIT, SIGUSR1, SIGUSR2};
enum { PASSED_ON = sizeof passed_on / sizeof *passed_on };

static volatile sig_atomic_t command;

static void pass_on(int number, siginfo_t *info, void *context)
{
	int saved = errno;

	(void)context;
	if (info->si_code != SI_KERNEL && command > 0)
		kill((pid_t)command, number);
	errno = saved;
}

static void install(struct sigaction old[PASSED_ON])
{
	struct sigaction action = {.sa_sigaction = pass_on, .sa_flags = SA_SIGINFO | SA_RESTART};

	for (int i = 0; i < PASSED_ON; i++)
		sigaction(passed_on[i], &action, &old[i]);
}

static int wait_for(pid_t child)
{
	int status;

	while (waitpid(child, &status, 0) < 0)
		if (errno != EINTR)
			return 0;
	return WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status);
}

/* Signals wait until it is known whom they are for. One that came before the command began is
 * for it too. */
int program_exec(const char *const *words, struct migrate_error *error)
{
	struct sigaction old[PASSED_ON];
	sigset_t all, mask;
	struct child_settings settings = {.environ = (const char *const *)environ, .mask = &mask};
	pid_t child = 0;
	int failure, status = 0;

	sigfillset(&all);
	sigprocmask(SIG_BLOCK, &all, &mask);
	failure = child_start(&child, words, &settings);
	command = failure ? 0 : child;
	install(old);
	if (!failure && signals_stopping())
		kill(child, signals_stopping());
	sigprocmask(SIG_SETMASK, &mask, NULL);
	if (failure)
		error_set(error, MIGRATE_E_PROGRAM, "cannot run \"%s\": %s", words[0],
			strerror(failure));
	else
		status = wait_for(child);
	command = 0;
	for (int i = 0; i < PASSED_ON; i++)
		sigaction(passed_on[i], &old[i], NULL);
	return status;
}
