/* program: running hooks and the editor. Errors are MIGRATE_E_PROGRAM. */
#ifndef MIGRATE_CMD_PROGRAM_H
#define MIGRATE_CMD_PROGRAM_H

#include <stdbool.h>

#include "base/arena.h"
#include "migrate.h"

/* Runs a hook of migrator.yaml by /bin/sh, {file} in it replaced by the quoted path. What it
 * prints goes to stderr: stdout is for our results. */
bool program_hook(
	struct arena *arena, const char *hook, const char *file, struct migrate_error *error);
/* Opens files in $VISUAL, $EDITOR or vi, and waits. to_stderr: stdout is for a result of ours. */
bool program_editor(struct arena *arena, const struct migrate_list *files, bool to_stderr,
	struct migrate_error *error);

/* Runs the words, NULL-terminated, with our descriptors and environment, and passes signals on.
 * Its exit status, 128 and the number of the signal that ended it; 0 with an error where it could
 * not run. */
int program_exec(const char *const *words, struct migrate_error *error);

#endif
