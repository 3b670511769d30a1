/* git: the program, asked what a commit holds. Run without a shell, in a directory of ours, with
 * the caller's environment; never writes to a repository. */
#ifndef MIGRATE_IO_GIT_H
#define MIGRATE_IO_GIT_H

#include <signal.h>
#include <stdbool.h>

#include "base/arena.h"
#include "base/str.h"
#include "core/revision.h"
#include "migrate.h"

struct git {
	const char *directory;      /* "" for the current one */
	const char *const *environ; /* NAME=VALUE, NULL-terminated; NULL: none */
	/* 0, or the number of a signal that asks to stop; interrupt_fd becomes readable then */
	const volatile sig_atomic_t *interrupted;
	int interrupt_fd;
};

/* Runs `git WORD...` with input to read. output gets what it prints, and *status its exit status.
 * False where it cannot be run, ends by a signal, or the caller was asked to stop; complaint, what
 * it says on standard error, lives in the arena. Errors: MIGRATE_E_PROGRAM, MIGRATE_E_INTERRUPTED,
 * MIGRATE_E_TERMINATED. */
bool git_run(struct arena *arena, const struct git *git, const char *const *words,
	const struct str *input, struct str *output, int *status, const char **complaint,
	struct migrate_error *error);

/* What a name stands for: the commit, and the newest one that it shares with HEAD. Both are hashes.
 * MIGRATE_E_PROGRAM with git's own words and what to do. */
bool git_base(struct arena *arena, const struct git *git, const char *name, const char **commit,
	const char **fork, struct migrate_error *error);

/* The revisions that git->directory holds in a commit, by the rules of source.h. shown is the
 * commit's name for messages: a file is "SHOWN:PATH". Appended to *revisions, of *count. The text
 * of each is kept in the arena. */
bool git_revisions(struct arena *arena, const struct git *git, const char *commit,
	const char *shown, struct revision **revisions, uint32_t *count,
	struct migrate_error *error);

#endif
