/* postgres_subject: reads the first words and names of a statement. Knows the grammar of the
 * commands that settle can judge (https://www.postgresql.org/docs/current/sql-commands.html);
 * whatever it does not understand is SUBJECT_OTHER. */
#include "db/postgres_subject.h"

#include <string.h>

#include "base/str.h"
#include "core/scan_lex.h"

struct reader {
	struct arena *arena;
	struct scanner scanner;
	struct token token;
	struct postgres_subject subject;
};

static void advance(struct reader *reader)
{
	scan_token(&reader->scanner, &reader->token);
}

static bool at_word(const struct reader *reader, const char *word)
{
	return scan_word_is(&reader->scanner, &reader->token, word);
}

static bool take(struct reader *reader, const char *word)
{
	if (!at_word(reader, word))
		return false;
	advance(reader);
	return true;
}

static bool at_name(const struct reader *reader)
{
	return reader->token.kind == TOKEN_WORD || reader->token.kind == TOKEN_NAME;
}

/* name or schema.name, without what may stand between its parts. */
static const char *read_name(struct reader *reader)
{
	struct str name = {0};
	const char *kept = NULL;

	while (at_name(reader)) {
		str_add_bytes(&name, reader->scanner.text + reader->token.at, reader->token.size);
		advance(reader);
		if (!scan_symbol_is(&reader->scanner, &reader->token, '.'))
			break;
		str_add_char(&name, '.');
		advance(reader);
	}
	if (name.size)
		kept = arena_strdup(reader->arena, name.text);
	str_release(&name);
	return kept;
}

static bool take_if(struct reader *reader)
{
	if (!take(reader, "if"))
		return false;
	take(reader, "not");
	return take(reader, "exists");
}

/* CREATE [UNIQUE] INDEX CONCURRENTLY [[IF NOT EXISTS] name] ON [ONLY] table */
static void read_create_index(struct reader *reader)
{
	if (!take(reader, "concurrently"))
		return;
	reader->subject.tolerant = take_if(reader);
	if (!at_word(reader, "on"))
		reader->subject.name = read_name(reader);
	if (!take(reader, "on"))
		return;
	take(reader, "only");
	reader->subject.table = read_name(reader);
	if (reader->subject.table)
		reader->subject.kind = SUBJECT_CREATE_INDEX;
}

static void read_object(struct reader *reader, enum postgres_subject_kind kind)
{
	take_if(reader);
	reader->subject.name = read_name(reader);
	if (reader->subject.name)
		reader->subject.kind = kind;
}

static void read_create(struct reader *reader)
{
	take(reader, "unique");
	if (take(reader, "index"))
		read_create_index(reader);
	else if (take(reader, "database"))
		read_object(reader, SUBJECT_CREATE_DATABASE);
	else if (take(reader, "tablespace"))
		read_object(reader, SUBJECT_CREATE_TABLESPACE);
}

static void read_drop(struct reader *reader)
{
	if (take(reader, "index") && take(reader, "concurrently"))
		read_object(reader, SUBJECT_DROP_INDEX);
	else if (take(reader, "database"))
		read_object(reader, SUBJECT_DROP_DATABASE);
	else if (take(reader, "tablespace"))
		read_object(reader, SUBJECT_DROP_TABLESPACE);
}

/* ALTER TABLE [IF EXISTS] table DETACH PARTITION partition CONCURRENTLY; ALTER SYSTEM */
static void read_alter(struct reader *reader)
{
	struct postgres_subject *subject = &reader->subject;

	if (take(reader, "system"))
		subject->kind = SUBJECT_REPEATABLE;
	if (!take(reader, "table"))
		return;
	take_if(reader);
	subject->table = read_name(reader);
	if (!take(reader, "detach") || !take(reader, "partition"))
		return;
	subject->partition = read_name(reader);
	if (subject->table && subject->partition && at_word(reader, "concurrently"))
		subject->kind = SUBJECT_DETACH;
}

static void skip_list(struct reader *reader)
{
	size_t depth = 0;

	do {
		depth += scan_symbol_is(&reader->scanner, &reader->token, '(');
		if (!depth)
			return;
		depth -= scan_symbol_is(&reader->scanner, &reader->token, ')');
		advance(reader);
	} while (depth && reader->token.kind != TOKEN_END);
}

/* REINDEX [(...)] INDEX | TABLE | SCHEMA | DATABASE | SYSTEM [CONCURRENTLY] name */
static void read_reindex(struct reader *reader)
{
	struct postgres_subject *subject = &reader->subject;

	skip_list(reader);
	subject->kind = SUBJECT_REINDEX;
	subject->reindex = REINDEX_ALL;
	if (at_word(reader, "index"))
		subject->reindex = REINDEX_INDEX;
	else if (at_word(reader, "table"))
		subject->reindex = REINDEX_TABLE;
	else if (at_word(reader, "schema"))
		subject->reindex = REINDEX_SCHEMA;
	advance(reader);
	take(reader, "concurrently");
	subject->name = read_name(reader);
	if (!subject->name)
		subject->reindex = REINDEX_ALL;
}

static void read_repeatable(struct reader *reader)
{
	reader->subject.kind = SUBJECT_REPEATABLE;
}

static void read_call(struct reader *reader)
{
	reader->subject.kind = SUBJECT_PROCEDURE;
}

/* A block that names none of these cannot commit. */
static void read_do(struct reader *reader)
{
	const char *text = reader->scanner.text;

	if (strcasestr(text, "commit") || strcasestr(text, "rollback") || strcasestr(text, "call"))
		reader->subject.kind = SUBJECT_PROCEDURE;
}

struct postgres_subject postgres_subject(struct arena *arena, const char *sql, size_t size)
{
	static const struct {
		const char *word;
		void (*read)(struct reader *reader);
	} commands[] = {{"create", read_create}, {"drop", read_drop}, {"alter", read_alter},
		{"reindex", read_reindex}, {"call", read_call}, {"do", read_do},
		{"vacuum", read_repeatable}, {"cluster", read_repeatable},
		{"analyze", read_repeatable}, {"analyse", read_repeatable},
		{"checkpoint", read_repeatable}, {"refresh", read_repeatable},
		{"set", read_repeatable}, {"reset", read_repeatable}, {"show", read_repeatable},
		{"discard", read_repeatable}, {"load", read_repeatable}};
	struct reader reader = {.arena = arena};

	scan_begin(&reader.scanner, SCAN_POSTGRESQL, sql, size);
	advance(&reader);
	for (size_t i = 0; i < sizeof commands / sizeof *commands; i++) {
		if (!take(&reader, commands[i].word))
			continue;
		commands[i].read(&reader);
		break;
	}
	return reader.subject;
}
