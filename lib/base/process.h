/* process: threads and children that do not inherit what the program does with signals. */
#ifndef MIGRATE_BASE_PROCESS_H
#define MIGRATE_BASE_PROCESS_H

#include <pthread.h>
#include <signal.h>
#include <spawn.h>
#include <stdbool.h>

/* A thread that takes no signal: those are the caller's. False where none could be made. */
bool thread_start(pthread_t *thread, void *(*run)(void *), void *argument);

/* What a child is given beside its words. */
struct child_settings {
	const char *const *environ;
	const posix_spawn_file_actions_t *files; /* or NULL */
	const sigset_t *mask;                    /* NULL for our own */
};

/* A child in our process group that obeys each signal, whatever we do with it: one that we ignore
 * too. words[0] is looked for along PATH, words end with a NULL. Returns 0, or an errno as
 * posix_spawn(3) does. */
int child_start(pid_t *child, const char *const *words, const struct child_settings *settings);

#endif
