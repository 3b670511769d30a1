/* plan_file: a plan as a JSON file, for somebody to read and approve before exactly that runs.
 *
 * {"format": 1, "database", "dialect", "version_table", "command", "target", "cascade", "from_log",
 *  "from": [ids], "to": [ids], "steps": [{"revision", "message", "file", "checksum", "statements":
 * [SQL]}]}
 *
 * Keys may be added, never changed. The statements are for readers: what is compared is the
 * checksum. */
#ifndef MIGRATE_CMD_PLAN_FILE_H
#define MIGRATE_CMD_PLAN_FILE_H

#include "command.h"

struct plan_file; /* lives in the context's arena */

/* Whether the path is "-": the plan is what is printed then. */
bool plan_file_is_output(const char *path);
/* Replaces the file. */
bool plan_file_write(struct context *context, const char *path, const struct migrate_plan *plan,
	struct migrate_error *error);
/* MIGRATE_E_USAGE for a file that is no plan, or one of another command. Fills the request. */
bool plan_file_read(struct context *context, const char *path, struct migrate_request *request,
	struct plan_file **file, struct migrate_error *error);
/* MIGRATE_E_REFUSED where the plan that was made now is another one than the file's, saying what
 * changed. */
bool plan_file_check(struct context *context, const struct plan_file *file,
	const struct migrate_plan *plan, struct migrate_error *error);

#endif
