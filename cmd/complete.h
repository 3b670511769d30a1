/* complete: what may stand at the cursor of a command line, by the option table. Pure: words in, a
 * struct out; it asks no project. The same engine serves bash, zsh and fish (cmd_completion.c). */
#ifndef MIGRATE_CMD_COMPLETE_H
#define MIGRATE_CMD_COMPLETE_H

#include "options.h"

enum complete_kind {
	COMPLETE_NOTHING,
	COMPLETE_COMMAND,
	COMPLETE_OPTION,
	COMPLETE_CHOICE, /* of the words in `choices` */
	COMPLETE_FILE,
	COMPLETE_SIDE, /* of a comparison: a file, or a word for a schema */
	COMPLETE_DIRECTORY,
	COMPLETE_URL,
	COMPLETE_REVISION,
	COMPLETE_ENVIRONMENT,
};

struct completion {
	enum complete_kind kind;
	const char *choices;         /* "text|json" */
	const struct option *option; /* that has them; NULL: an argument */
	const char *lead;            /* of the word, and stays: "--env=", "a1b2:", "search@" */
	const char *prefix;          /* the rest of the word up to the cursor */
	struct options options; /* what the words before it say, as far as it can be understood */
};

/* words: the program's name first, the word at the cursor, up to it, last: at least those two. */
void complete_read(
	struct arena *arena, struct completion *completion, char *const *words, int count);

/* One candidate as a line: lead, word, a tab, what it is. Words that do not begin with the prefix
 * are left out. */
void complete_add(
	const struct completion *completion, struct str *out, const char *word, const char *about);
/* What the table alone can tell: commands, options, choices, URL schemes; for files and directories
 * a first line ":files" or ":directories", on which the shell completes them itself. */
void complete_add_known(const struct completion *completion, struct str *out);
/* The words that are targets in every project, then a branch and what it leads to. */
void complete_add_symbols(const struct completion *completion, struct str *out);
void complete_add_label(const struct completion *completion, struct str *out, const char *label);

#endif
