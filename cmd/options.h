/* options: the one table of commands and options, and the parser that reads argv by it.
 *
 * Parser, help, completion and the check of the manual all read this table, so a word that is here
 * is known everywhere. Pure: argv in, a struct out; it prints nothing and reads no environment.
 */
#ifndef MIGRATE_CMD_OPTIONS_H
#define MIGRATE_CMD_OPTIONS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/str.h"
#include "migrate.h"
#include "terminal.h"

enum command_id {
	COMMAND_NONE,
	COMMAND_INIT,
	COMMAND_REVISION,
	COMMAND_MERGE,
	COMMAND_REBASE,
	COMMAND_SQUASH,
	COMMAND_EDIT,
	COMMAND_UPGRADE,
	COMMAND_DOWNGRADE,
	COMMAND_RESUME,
	COMMAND_STAMP,
	COMMAND_REPAIR,
	COMMAND_ENSURE_VERSION,
	COMMAND_STATUS,
	COMMAND_LOCKS,
	COMMAND_CURRENT,
	COMMAND_HISTORY,
	COMMAND_GRAPH,
	COMMAND_HEADS,
	COMMAND_BRANCHES,
	COMMAND_SHOW,
	COMMAND_CHECK,
	COMMAND_DOCTOR,
	COMMAND_DUMP,
	COMMAND_DIFF,
	COMMAND_VERIFY,
	COMMAND_DB,
	COMMAND_TESTDB,
	COMMAND_COMPLETION,
	COMMAND_HELP,
	COMMAND_COUNT,
};

struct command {
	const char *name;
	const char *arguments; /* as in the usage line: "[TARGET]"; "" for none */
	size_t least, most;    /* how many of them */
	const char *group;     /* heading in the program's help; NULL: not listed there */
	const char *summary;   /* one line */
	const char *details;   /* further lines for the command's own help; may be NULL */
};

enum option_kind {
	OPTION_FLAG,   /* bool */
	OPTION_VALUE,  /* const char *: the last one wins */
	OPTION_LIST,   /* struct migrate_list: all of them */
	OPTION_CHOICE, /* unsigned: which of the words in `argument` */
};

struct option {
	const char *name; /* without the dashes */
	char letter;      /* 0: none */
	enum option_kind kind;
	const char *argument; /* "FILE"; a choice: "text|json"; NULL for a flag */
	const char *help;     /* NULL: not shown */
	uint32_t commands;    /* bit 1 << command_id */
	uint32_t required;    /* those that cannot do without */
	size_t offset;        /* of the member of struct options */
	/* Of a choice: the commands that each of its words is for; NULL: all are for all */
	const uint32_t *words;
	const char *actions; /* of "db" and "testdb", which it is for: "drop, reset"; NULL: all */
};

enum format {
	FORMAT_TEXT,
	FORMAT_JSON,
	FORMAT_JUNIT,
	FORMAT_GITHUB,
	FORMAT_GITLAB,
	FORMAT_SARIF,
	FORMAT_DOT,
	FORMAT_MERMAID,
	FORMAT_SVG,
	FORMAT_HTML,
};

/* A zeroed struct is "nothing given". Text points into argv. */
struct options {
	enum command_id command; /* COMMAND_NONE: none given */
	struct migrate_list arguments;
	uint64_t given; /* bit i: options_table()[i] was given */

	bool help, version, dump_options, quiet, verbose, no_pager;
	const char *config, *database_url, *environment, *env_file;
	unsigned format, color; /* enum format, enum color */

	const char *message, *branch_label, *revision_id, *version_path, *range, *since, *onto;
	const char *check_file, *data_file;
	const char *plan, *plan_out;
	struct migrate_list heads, depends_on;
	bool splice, edit, autogenerate, allow_destructive, concat;
	bool dry_run, sql, strict, cascade, purge, retry, skip, all, from_log;
	bool indicate_current, graph, resolve_dependencies, check_heads;
	const char *timeout, *older_than;
	bool yes, force, for_head;
	bool check_scripts, check_database, check_changes, check_one_head, check_drift;
	bool check_merge, no_scratch, schema;
};

const struct command *command_of(enum command_id id);
/* Are words behind `--` another program's, URLs too? */
bool command_takes_foreign_words(enum command_id id);
/* May its arguments be URLs, with passwords? */
bool command_takes_urls(enum command_id id);
/* Do its results go through a pager on a terminal? */
bool command_pages(enum command_id id);
/* Where the command stands in the table, COMMAND_NONE where there is no such word. */
enum command_id command_find(const char *name);
const struct option *options_table(size_t *count);
/* By its name, or its letter where size is 1. NULL: there is no such option. */
const struct option *option_find(const char *name, size_t size);
/* Does a command take a choice's word? Without a command: do all of them? */
bool option_has_word(const struct option *option, size_t index, enum command_id command);
/* Appends those that it takes: "text|json". */
void option_add_words(struct str *out, const struct option *option, enum command_id command);
const char *option_words(struct arena *arena, const struct option *option, enum command_id command);
/* The word that this tool has for one of another tool: "up" is "upgrade". NULL: none. */
const char *command_known_as(const char *word);
/* What to do instead of an option that other tools have, as a sentence. NULL: not such an option.
 */
const char *option_replaced_by(const char *word);

/* Is it for the action that was given, "wait" of "db wait"? Where none was, or one that there is
 * not, yes. */
bool option_has_action(const struct option *option, const struct options *given);

/* Fills options as far as argv can be understood, even on failure (MIGRATE_E_USAGE), so that the
 * error can be shown in the form that was asked for. argv itself is not changed. */
bool options_parse(struct arena *arena, struct options *options, int argc, char *const *argv,
	struct migrate_error *error);

/* MIGRATE_E_USAGE for what does not go with the command, or with one another. Parsing asks. */
void options_check(struct arena *arena, const struct options *options, struct migrate_error *error);

/* MIGRATE_E_USAGE for a word that is no command, with the one that was meant; false. */
bool command_unknown(const char *word, struct migrate_error *error);

/* The help of the program (COMMAND_NONE) or of a command. */
void help_add(struct str *text, enum command_id id);
/* The table as tab-separated lines: "command NAME ARGUMENTS SUMMARY" and
 * "option NAME LETTER ARGUMENT COMMANDS HELP". */
void help_add_table(struct str *text);

#endif
