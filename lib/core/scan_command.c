/* scan_command: what a statement is, by its first words.
 *
 * Knows the commands that move a transaction, and those that a server refuses inside one: for
 * PostgreSQL the callers of PreventInTransactionBlock up to version 17, for SQLite what it answers
 * with an error. Newer versions add to them, so the server's own refusal (25001) has the last word.
 * Surprising: many of these words are names too, when they stand elsewhere. PREPARE TRANSACTION AS
 * prepares a statement called transaction.
 */
#include "core/scan_lex.h"

struct cursor {
	struct scanner scanner; /* its text ends at the statement's last token */
	struct token token;
	enum scan_command command;
	bool outside;
};

static void advance(struct cursor *cursor)
{
	scan_token(&cursor->scanner, &cursor->token);
}

static bool at_end(const struct cursor *cursor)
{
	return cursor->token.kind == TOKEN_END;
}

static bool at_word(const struct cursor *cursor, const char *word)
{
	return scan_word_is(&cursor->scanner, &cursor->token, word);
}

static bool at_symbol(const struct cursor *cursor, char symbol)
{
	return scan_symbol_is(&cursor->scanner, &cursor->token, symbol);
}

/* Steps over the word if it is there. */
static bool take(struct cursor *cursor, const char *word)
{
	if (!at_word(cursor, word))
		return false;
	advance(cursor);
	return true;
}

/* Moves behind the first such word outside parentheses. */
static bool seek(struct cursor *cursor, const char *word)
{
	size_t depth = 0;

	for (; !at_end(cursor); advance(cursor)) {
		if (!depth && take(cursor, word))
			return true;
		if (at_symbol(cursor, '('))
			depth++;
		else if (at_symbol(cursor, ')') && depth)
			depth--;
	}
	return false;
}

/* A boolean option's value: what defGetBoolean takes for false. A string is read like a word. */
static bool is_false(struct cursor cursor)
{
	struct token *value = &cursor.token;

	if (at_symbol(&cursor, '='))
		advance(&cursor);
	if (value->kind == TOKEN_STRING) {
		value->at++;
		value->size -= 2;
	}
	if (value->kind == TOKEN_STRING || value->kind == TOKEN_NUMBER)
		value->kind = TOKEN_WORD;
	return at_word(&cursor, "false") || at_word(&cursor, "off") || at_word(&cursor, "0");
}

enum option { OPTION_ABSENT, OPTION_TRUE, OPTION_FALSE };

/* Steps over a (list) if there is one, and tells what it says about an option: `name`, `name value`
 * or `name = value`. */
static enum option read_list(struct cursor *cursor, const char *name)
{
	enum option found = OPTION_ABSENT;

	for (size_t depth = 0; !at_end(cursor); advance(cursor)) {
		struct cursor value = *cursor;

		if (at_symbol(cursor, '('))
			depth++;
		else if (!depth)
			return found;
		else if (at_symbol(cursor, ')'))
			depth--;
		else if (take(&value, name))
			found = is_false(value) ? OPTION_FALSE : OPTION_TRUE;
	}
	return found;
}

static void read_begin(struct cursor *cursor)
{
	cursor->command = SCAN_BEGIN;
}

static void read_start(struct cursor *cursor)
{
	if (at_word(cursor, "transaction"))
		cursor->command = SCAN_BEGIN;
}

static void read_commit(struct cursor *cursor)
{
	if (at_word(cursor, "prepared")) {
		cursor->outside = true;
		return;
	}
	cursor->command = SCAN_COMMIT;
	if (seek(cursor, "and") && at_word(cursor, "chain"))
		cursor->command = SCAN_COMMIT_CHAIN;
}

static void read_rollback(struct cursor *cursor)
{
	if (at_word(cursor, "prepared"))
		cursor->outside = true;
	else
		cursor->command = seek(cursor, "to") ? SCAN_SAVEPOINT : SCAN_ROLLBACK;
}

static void read_prepare(struct cursor *cursor)
{
	if (take(cursor, "transaction") && cursor->token.kind == TOKEN_STRING)
		cursor->command = SCAN_PREPARE_TRANSACTION;
}

static void read_savepoint(struct cursor *cursor)
{
	cursor->command = SCAN_SAVEPOINT;
}

static void read_set(struct cursor *cursor)
{
	if (!take(cursor, "local"))
		take(cursor, "session");
	if (at_word(cursor, "transaction"))
		cursor->command = SCAN_SET_TRANSACTION;
}

static void read_reset(struct cursor *cursor)
{
	if (at_word(cursor, "all"))
		cursor->command = SCAN_RESET_ALL;
}

static void read_discard(struct cursor *cursor)
{
	read_reset(cursor);
	cursor->outside = cursor->command == SCAN_RESET_ALL;
}

/* FROM STDOUT means the same: the grammar does not ask which of the two it is. */
static void read_copy(struct cursor *cursor)
{
	if (seek(cursor, "from") && (at_word(cursor, "stdin") || at_word(cursor, "stdout")))
		cursor->command = SCAN_COPY_STDIN;
}

/* Without a connection, or without a slot, nothing happens on the other side. */
static void read_create_subscription(struct cursor *cursor)
{
	struct cursor again;

	seek(cursor, "with");
	again = *cursor;
	cursor->outside = read_list(cursor, "connect") != OPTION_FALSE &&
			  read_list(&again, "create_slot") != OPTION_FALSE;
}

static void read_create(struct cursor *cursor)
{
	take(cursor, "unique");
	if (take(cursor, "index"))
		cursor->outside = at_word(cursor, "concurrently");
	else if (take(cursor, "subscription"))
		read_create_subscription(cursor);
	else
		cursor->outside = at_word(cursor, "database") || at_word(cursor, "tablespace");
}

static void read_drop(struct cursor *cursor)
{
	if (take(cursor, "index"))
		cursor->outside = at_word(cursor, "concurrently");
	else
		cursor->outside = at_word(cursor, "database") || at_word(cursor, "tablespace") ||
				  at_word(cursor, "subscription");
}

static void read_alter_database(struct cursor *cursor)
{
	advance(cursor);
	cursor->outside = take(cursor, "set") && at_word(cursor, "tablespace");
}

static void read_alter_table(struct cursor *cursor)
{
	while (seek(cursor, "detach"))
		if (take(cursor, "partition"))
			cursor->outside = seek(cursor, "concurrently") && at_end(cursor);
}

/* A refresh asks the publisher; it is the default wherever the list of publications changes. */
static void read_alter_subscription(struct cursor *cursor)
{
	advance(cursor);
	if (take(cursor, "refresh")) {
		cursor->outside = true;
		return;
	}
	if (!take(cursor, "set") && !take(cursor, "add") && !take(cursor, "drop"))
		return;
	if (!take(cursor, "publication"))
		return;
	seek(cursor, "with");
	cursor->outside = read_list(cursor, "refresh") != OPTION_FALSE;
}

static void read_alter(struct cursor *cursor)
{
	if (take(cursor, "database"))
		read_alter_database(cursor);
	else if (take(cursor, "table"))
		read_alter_table(cursor);
	else if (take(cursor, "subscription"))
		read_alter_subscription(cursor);
	else
		cursor->outside = at_word(cursor, "system");
}

/* REINDEX of a partitioned table is refused too, but does not look like one. */
static void read_reindex(struct cursor *cursor)
{
	bool concurrently = read_list(cursor, "concurrently") == OPTION_TRUE;

	cursor->outside = concurrently || at_word(cursor, "schema") ||
			  at_word(cursor, "database") || at_word(cursor, "system");
	advance(cursor);
	cursor->outside |= at_word(cursor, "concurrently");
}

static void read_cluster(struct cursor *cursor)
{
	read_list(cursor, "verbose");
	take(cursor, "verbose");
	cursor->outside = at_end(cursor);
}

static void read_outside(struct cursor *cursor)
{
	cursor->outside = true;
}

/* PRAGMA [schema.]name = value, or name(value). Asking for the value is always allowed. */
static void read_pragma(struct cursor *cursor)
{
	struct cursor name = *cursor;

	advance(cursor);
	if (at_symbol(cursor, '.')) {
		advance(cursor);
		name = *cursor;
		advance(cursor);
	}
	if (at_word(&name, "journal_mode") || at_word(&name, "synchronous") ||
		at_word(&name, "temp_store"))
		cursor->outside = !at_end(cursor);
	else
		cursor->outside = at_word(&name, "wal_checkpoint");
}

struct command {
	const char *word;
	void (*read)(struct cursor *cursor); /* at the token behind the word */
};

static const struct command postgresql_commands[] = {
	{"abort", read_rollback},
	{"alter", read_alter},
	{"begin", read_begin},
	{"cluster", read_cluster},
	{"commit", read_commit},
	{"copy", read_copy},
	{"create", read_create},
	{"discard", read_discard},
	{"drop", read_drop},
	{"end", read_commit},
	{"prepare", read_prepare},
	{"reindex", read_reindex},
	{"release", read_savepoint},
	{"reset", read_reset},
	{"rollback", read_rollback},
	{"savepoint", read_savepoint},
	{"set", read_set},
	{"start", read_start},
	{"vacuum", read_outside},
	{NULL, NULL},
};

/* DETACH of a file that the transaction has touched is refused. ATTACH is not, but goes with it:
 * its file is not covered by what we record. */
static const struct command sqlite_commands[] = {
	{"attach", read_outside},
	{"begin", read_begin},
	{"commit", read_commit},
	{"detach", read_outside},
	{"end", read_commit},
	{"pragma", read_pragma},
	{"release", read_savepoint},
	{"rollback", read_rollback},
	{"savepoint", read_savepoint},
	{"vacuum", read_outside},
	{NULL, NULL},
};

void scan_classify(const struct scanner *scanner, struct scan_statement *statement)
{
	const struct command *command = scanner->dialect == SCAN_SQLITE ? sqlite_commands
									: postgresql_commands;
	struct cursor cursor = {.scanner = *scanner, .command = SCAN_OTHER};

	cursor.scanner.position = statement->first;
	cursor.scanner.size = statement->last;
	advance(&cursor);
	while (command->word && !take(&cursor, command->word))
		command++;
	if (command->read)
		command->read(&cursor);
	statement->command = cursor.command;
	statement->outside_transaction = cursor.outside;
}
