/* command: a command of the configuration that says something, such as a password.
 *
 * Run by /bin/sh -c in the current directory, with the environment that it is given, nothing to
 * read on standard input, and the caller's standard error. It gets a limited time. Neither the
 * command nor what it prints is in any message.
 */
#ifndef MIGRATE_IO_COMMAND_H
#define MIGRATE_IO_COMMAND_H

#include <signal.h>
#include <stdbool.h>

#include "base/arena.h"
#include "migrate.h"

struct command {
	const char *name;           /* of the configuration's key, for messages */
	const char *text;           /* for sh -c */
	const char *const *environ; /* NAME=VALUE, NULL-terminated; NULL: none */
	const char *hint;           /* what to do when it fails */
	long timeout;               /* milliseconds */
	/* 0, or the number of a signal that asks to stop; interrupt_fd becomes readable then */
	const volatile sig_atomic_t *interrupted;
	int interrupt_fd;
};

/* The first line of what the command prints, without its end; NULL on failure. Errors:
 * MIGRATE_E_PROGRAM for a command that fails, prints nothing, too much or a zero byte, or takes too
 * long; MIGRATE_E_INTERRUPTED, MIGRATE_E_TERMINATED. */
const char *command_first_line(
	struct arena *arena, const struct command *command, struct migrate_error *error);
/* All that it prints, at most limit bytes, NUL-terminated. The same errors; but what is printed may
 * be nothing. */
const char *command_output(struct arena *arena, const struct command *command, size_t limit,
	size_t *size, struct migrate_error *error);

#endif
