/* command: what every command gets and gives. One small file per command: cmd_<name>.c. */
#ifndef MIGRATE_CMD_COMMAND_H
#define MIGRATE_CMD_COMMAND_H

#include "options.h"
#include "report.h"

struct context {
	struct arena arena;
	struct options options;
	struct report report;
	struct migrate *migrate; /* NULL for commands without a project: init, help */
};

/* Does it and reports the result; gives the exit status. A filled error is shown by main, and its
 * own status wins. */
typedef int command_function(struct context *context, struct migrate_error *error);

command_function cmd_init, cmd_revision, cmd_merge, cmd_rebase, cmd_squash, cmd_edit, cmd_upgrade,
	cmd_downgrade, cmd_resume, cmd_stamp, cmd_repair, cmd_ensure_version, cmd_status, cmd_locks,
	cmd_current, cmd_history, cmd_graph, cmd_heads, cmd_branches, cmd_show, cmd_check,
	cmd_doctor, cmd_dump, cmd_diff, cmd_verify, cmd_db, cmd_testdb, cmd_completion, cmd_help;

/* Opens the project that the options name, as context->migrate; main closes it. */
bool command_open(struct context *context, struct migrate_error *error);
/* Warns of a password in the arguments. */
void command_warn_of_argument(struct context *context);
/* The argument at index, NULL where there are fewer. */
const char *command_argument(const struct context *context, size_t index);
/* Refuses the word that says what the command is to do; names are those that it has. */
void command_refuse_action(const struct context *context, const char *command,
	const char *const *names, size_t count, struct migrate_error *error);
/* history, heads, branches and show: lists and reports. */
int command_list(struct context *context, enum migrate_listing listing, const char *range,
	struct migrate_error *error);
/* revision and merge: reports the new file, runs the hooks on it, opens it with --edit. */
int command_finish_new(
	struct context *context, const char *id, const char *file, struct migrate_error *error);
/* The last two of these, for what has reported it otherwise. */
int command_follow_new(struct context *context, const char *file, struct migrate_error *error);
/* A migrate_writer for --sql; context is the report's stream. */
bool command_write(const char *text, size_t size, void *stream);
/* After --sql: what stopped the writing decides, not what the library says about being stopped. */
void command_end_write(struct context *context, struct migrate_error *error);

#endif
