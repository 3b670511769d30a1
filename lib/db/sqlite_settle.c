/* sqlite_settle: a statement outside a transaction whose run stopped: did it take effect?
 *
 * Knows the catalogue, and how SQLite stores the text of CREATE
 * (https://sqlite.org/schematab.html#interpretation_of_the_schema_table). Surprising: that an
 * object exists does not mean that the statement made it: its text must be the statement's.
 */
#include <ctype.h>
#include <string.h>
#include <strings.h>

#include "base/error.h"
#include "db/sqlite.h"
#include "embedded.h"

/* Walks over words and names. */
struct reader {
	const char *text;
	size_t size, at; /* at: behind the last one */
	size_t start;    /* of the last one */
	struct arena *arena;
};

/* CREATE or DROP of one object. */
struct object {
	bool creates, temporary, tolerant; /* tolerant: IF [NOT] EXISTS */
	const char *type, *schema, *name;
	size_t name_at; /* where SQLite's own text begins to be the statement's */
};

static bool is_name_byte(char byte)
{
	return isalnum((unsigned char)byte) || strchr("_$", byte) || (byte & 0x80);
}

static const char *read_quoted(struct reader *reader)
{
	char close = reader->text[reader->at] == '[' ? ']' : reader->text[reader->at];
	char *name = arena_alloc(reader->arena, reader->size - reader->at + 1);
	size_t size = 0;

	for (reader->at++; reader->at < reader->size; reader->at++) {
		if (reader->text[reader->at] == close) {
			reader->at++;
			if (close == ']' || reader->at == reader->size ||
				reader->text[reader->at] != close)
				break;
		}
		name[size++] = reader->text[reader->at];
	}
	return name;
}

/* A word, a name without its quotes, or one byte of anything else; "" at the end. */
static const char *read_token(struct reader *reader)
{
	size_t end;

	reader->at = sqlite_first_token(reader->text, reader->size, reader->at);
	reader->start = end = reader->at;
	if (end == reader->size)
		return "";
	if (strchr("\"`['", reader->text[end]))
		return read_quoted(reader);
	while (end < reader->size && reader->text[end] && is_name_byte(reader->text[end]))
		end++;
	reader->at = end > reader->start ? end : end + 1;
	return arena_strndup(
		reader->arena, reader->text + reader->start, reader->at - reader->start);
}

static bool take(struct reader *reader, const char *word)
{
	struct reader before = *reader;

	if (!strcasecmp(read_token(reader), word))
		return true;
	*reader = before;
	return false;
}

static const char *read_type(struct reader *reader)
{
	static const char *const types[] = {"table", "index", "view", "trigger"};

	for (size_t i = 0; i < sizeof types / sizeof *types; i++)
		if (take(reader, types[i]))
			return types[i];
	return NULL;
}

static bool read_object(struct reader *reader, struct object *object)
{
	*object = (struct object){.creates = take(reader, "create")};
	if (!object->creates && !take(reader, "drop"))
		return false;
	object->temporary = take(reader, "temp") || take(reader, "temporary");
	if (!take(reader, "unique"))
		take(reader, "virtual");
	if (!(object->type = read_type(reader)))
		return false;
	if (take(reader, "if")) {
		object->tolerant = true;
		take(reader, "not");
		take(reader, "exists");
	}
	object->name = read_token(reader);
	object->name_at = reader->start;
	if (take(reader, ".")) {
		object->schema = object->name;
		object->name = read_token(reader);
		object->name_at = reader->start;
	}
	return *object->name;
}

/* The catalogue's text of it, NULL where there is none; "" for one without text. */
static bool find_object(struct db *db, struct arena *arena, const struct object *object,
	const char **sql, struct migrate_error *error)
{
	sqlite3_stmt *statement = sqlite_prepare(db, embedded_sqlite_object, error);
	bool row, ok;

	*sql = NULL;
	if (!statement)
		return false;
	sqlite_bind(db, statement, 1, object->type, strlen(object->type));
	sqlite_bind(db, statement, 2, object->name, strlen(object->name));
	ok = sqlite_row(db, statement, &row, error);
	if (ok && row) {
		*sql = sqlite_text(db, arena, statement, 0);
		*sql = *sql ? *sql : "";
	}
	db->api.finalize(statement);
	return ok;
}

/* Is the catalogue's text, from the name on, the statement's, but for what follows it? */
static bool is_same(const struct reader *reader, const struct object *object, const char *sql)
{
	struct reader stored = {.text = sql, .size = strlen(sql), .arena = reader->arena};
	const char *text = reader->text + object->name_at;
	size_t size = reader->size - object->name_at, length;
	struct object found;

	if (!read_object(&stored, &found))
		return false;
	length = stored.size - found.name_at;
	while (length && isspace((unsigned char)sql[found.name_at + length - 1]))
		length--;
	return length <= size && !memcmp(text, sql + found.name_at, length) &&
	       sqlite_first_token(text, size, length) == size;
}

static const char *describe(struct arena *arena, const struct object *object, const char *what)
{
	struct str name = {0};
	const char *text;

	str_add_visible(&name, object->name, strlen(object->name));
	text = arena_printf(arena, "%s \"%s\" %s", object->type, str_text(&name), what);
	str_release(&name);
	return text;
}

static bool settle_object(struct db *db, const struct reader *reader, const struct object *object,
	enum db_outcome *outcome, const char **found, struct migrate_error *error)
{
	struct arena *arena = reader->arena;
	const char *sql, *what;

	if (object->temporary || (object->schema && !strcasecmp(object->schema, "temp"))) {
		*outcome = DB_RETRY; /* it went with the connection */
		return true;
	}
	if (object->schema && strcasecmp(object->schema, "main") != 0)
		return true;
	if (!find_object(db, arena, object, &sql, error))
		return false;
	if (sql && object->creates && !object->tolerant && !is_same(reader, object, sql)) {
		*found = describe(
			arena, object, "exists, and is not what the statement would make");
		return true;
	}
	*outcome = (sql != NULL) == object->creates ? DB_DONE : DB_RETRY;
	what = sql ? "exists: " : "does not exist: ";
	*found = describe(arena, object,
		arena_printf(arena, "%sthe statement %s", what,
			*outcome == DB_DONE ? "had taken effect" : "had not taken effect"));
	return true;
}

/* What does no harm a second time. VACUUM INTO does: the file exists then. */
static bool is_repeatable(struct reader reader)
{
	static const char *const words[] = {
		"pragma", "analyze", "reindex", "attach", "detach", "select", "values", "explain"};

	for (size_t i = 0; i < sizeof words / sizeof *words; i++)
		if (take(&reader, words[i]))
			return true;
	if (!take(&reader, "vacuum"))
		return false;
	return !take(&reader, "into") && (!*read_token(&reader) || !take(&reader, "into"));
}

bool sqlite_settle(struct db *db, struct arena *arena, const struct db_step *step,
	enum db_outcome *outcome, const char **found, struct migrate_error *error)
{
	struct reader reader = {.text = step->script, .size = step->script_size, .arena = arena};
	struct object object;

	*outcome = DB_STARTED;
	*found = NULL;
	if (is_repeatable(reader)) {
		*outcome = DB_RETRY;
		return true;
	}
	return !read_object(&reader, &object) ||
	       settle_object(db, &reader, &object, outcome, found, error);
}

static const char *outcome_text(enum db_outcome outcome, bool by_person)
{
	switch (outcome) {
	case DB_STARTED: break;
	case DB_DONE: return by_person ? "skipped" : "done";
	case DB_RETRY: return "retry";
	}
	return "started";
}

/* The rows are those of now: the caller has planned from them, and holds the lock. */
static bool open_decision(struct db *db, struct migrate_error *error)
{
	bool created;

	arena_release(&db->batch_memory);
	db->rows = (struct sqlite_rows){0};
	if (db->api.get_autocommit(db->handle) && !sqlite_begin(db, error))
		return false;
	return sqlite_create_tables(db, &created, error) &&
	       sqlite_read_rows(db, &db->batch_memory, &db->rows, error);
}

bool sqlite_decide(struct db *db, const struct db_step *step, enum db_outcome outcome,
	bool by_person, struct migrate_error *error)
{
	struct sqlite_times times;
	bool ok;

	sqlite_time_text(times.started);
	sqlite_time_text(times.finished);
	ok = open_decision(db, error) && sqlite_journal_verify(db, step, error) &&
	     sqlite_journal_add(db, step, outcome_text(outcome, by_person), &times, error) &&
	     (outcome != DB_DONE || !step->last ||
		     sqlite_journal_add_whole(db, step, &times, error)) &&
	     sqlite_journal_commit(db, step, &times, error);
	if (!ok)
		sqlite_rollback(db, error);
	return ok;
}
