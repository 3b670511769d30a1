/* process: pthread_create(3) and posix_spawnp(3). Surprising: a handler ends with exec by itself;
 * it is what we ignore that a child would go on ignoring. */
#include "base/process.h"

#include <stddef.h>

bool thread_start(pthread_t *thread, void *(*run)(void *), void *argument)
{
	sigset_t all, before;
	bool started;

	sigfillset(&all);
	pthread_sigmask(SIG_SETMASK, &all, &before);
	started = !pthread_create(thread, NULL, run, argument);
	pthread_sigmask(SIG_SETMASK, &before, NULL);
	return started;
}

int child_start(pid_t *child, const char *const *words, const struct child_settings *settings)
{
	static const int ignored[] = {SIGPIPE, SIGXFSZ, SIGINT, SIGQUIT};
	short flags = POSIX_SPAWN_SETSIGDEF;
	posix_spawnattr_t attributes;
	sigset_t obeyed;
	int failure;

	sigemptyset(&obeyed);
	for (size_t i = 0; i < sizeof ignored / sizeof *ignored; i++)
		sigaddset(&obeyed, ignored[i]);
	posix_spawnattr_init(&attributes);
	posix_spawnattr_setsigdefault(&attributes, &obeyed);
	if (settings->mask) {
		posix_spawnattr_setsigmask(&attributes, settings->mask);
		flags |= POSIX_SPAWN_SETSIGMASK;
	}
	posix_spawnattr_setflags(&attributes, flags);
	failure = posix_spawnp(child, words[0], settings->files, &attributes, (char *const *)words,
		(char *const *)settings->environ);
	posix_spawnattr_destroy(&attributes);
	return failure;
}
