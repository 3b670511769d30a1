/* postgres_settle: a statement outside a transaction that failed, or whose run stopped: did it take
 * effect, and what has it left?
 *
 * Knows the catalogue. Surprising: a failed CREATE INDEX CONCURRENTLY leaves an index that is
 * INVALID, has its name, and is taken for the real one by IF NOT EXISTS
 * (https://www.postgresql.org/docs/current/sql-createindex.html#SQL-CREATEINDEX-CONCURRENTLY).
 */
#include <string.h>

#include "base/error.h"
#include "core/segment.h"
#include "db/postgres.h"
#include "db/postgres_quote.h"
#include "db/postgres_subject.h"
#include "db/sql.h"
#include "embedded.h"

struct index {
	const char *name; /* quoted, with its schema */
	bool valid;
	const char *builder; /* pid of the session that builds it now, or NULL */
};

struct indexes {
	struct index *item;
	size_t count;
};

/* The first row's values, NULL without a row. */
static bool ask(struct db *db, struct arena *arena, const char *template,
	const struct postgres_subject *subject, const char **value, int columns,
	struct migrate_error *error)
{
	struct str name = {0}, table = {0}, partition = {0}, sql = {0};
	struct postgres_answer answer;
	bool good;

	postgres_add_text(&name, subject->name);
	postgres_add_text(&table, subject->table);
	postgres_add_text(&partition, subject->partition);
	const struct sql_value values[] = {{"name", SQL_TEXT, name.text, 0},
		{"table", SQL_TEXT, table.text, 0}, {"partition", SQL_TEXT, partition.text, 0}};

	sql_fill(&sql, template, values, 3);
	good = postgres_query_deaf(db, sql.text, &answer, NULL, error);
	for (int i = 0; good && i < columns; i++) {
		const char *text = postgres_value(db, answer.result[0], 0, i);

		value[i] = text ? arena_strdup(arena, text) : NULL;
	}
	if (good)
		postgres_answer_clear(db, &answer);
	str_release(&name);
	str_release(&table);
	str_release(&partition);
	str_release(&sql);
	return good;
}

#define NAME_OF "CAST((pg_catalog.parse_ident({name}))[1] AS pg_catalog.name)"
#define OF_TABLE                             \
	"i.indrelid OPERATOR(pg_catalog.=) " \
	"CAST(pg_catalog.to_regclass({table}) AS pg_catalog.oid)"
#define LEFT_OVER "NOT i.indisvalid AND c.relname OPERATOR(pg_catalog.~) '_cc(new|old)[0-9]*$' AND "

/* Which indexes the statement may have made. */
static const char *condition_of(const struct postgres_subject *subject)
{
	if (subject->kind == SUBJECT_CREATE_INDEX)
		return subject->name ? OF_TABLE " AND c.relname OPERATOR(pg_catalog.=) " NAME_OF
				     : OF_TABLE " AND NOT i.indisvalid";
	switch (subject->reindex) {
	case REINDEX_INDEX:
		return LEFT_OVER "i.indrelid OPERATOR(pg_catalog.=) (SELECT o.indrelid "
				 "FROM pg_catalog.pg_index AS o "
				 "WHERE o.indexrelid OPERATOR(pg_catalog.=) "
				 "CAST(pg_catalog.to_regclass({name}) AS pg_catalog.oid))";
	case REINDEX_TABLE:
		return LEFT_OVER "i.indrelid OPERATOR(pg_catalog.=) "
				 "CAST(pg_catalog.to_regclass({name}) AS pg_catalog.oid)";
	case REINDEX_SCHEMA: return LEFT_OVER "n.nspname OPERATOR(pg_catalog.=) " NAME_OF;
	case REINDEX_ALL: break;
	}
	return LEFT_OVER "true";
}

static bool find_indexes(struct db *db, struct arena *arena, const struct postgres_subject *subject,
	struct indexes *indexes, struct migrate_error *error)
{
	struct str name = {0}, table = {0}, condition = {0}, sql = {0};
	struct postgres_answer answer;
	bool good;

	postgres_add_text(&name, subject->name);
	postgres_add_text(&table, subject->table);
	const struct sql_value names[] = {
		{"name", SQL_TEXT, name.text, 0}, {"table", SQL_TEXT, table.text, 0}};

	sql_fill(&condition, condition_of(subject), names, 2);
	const struct sql_value values[] = {{"condition", SQL_TEXT, condition.text, 0}};

	sql_fill(&sql, embedded_pg_index, values, 1);
	good = postgres_query_deaf(db, sql.text, &answer, NULL, error);
	*indexes = (struct indexes){0};
	if (good) {
		int count = db->pq.ntuples(answer.result[0]);

		indexes->item = ARENA_ARRAY(arena, (size_t)count + 1, struct index);
		for (int i = 0; i < count; i++) {
			const char *pid = postgres_value(db, answer.result[0], i, 2);

			indexes->item[indexes->count++] = (struct index){
				arena_strdup(arena, postgres_value(db, answer.result[0], i, 0)),
				postgres_is_true(postgres_value(db, answer.result[0], i, 1)),
				pid ? arena_strdup(arena, pid) : NULL};
		}
		postgres_answer_clear(db, &answer);
	}
	str_release(&name);
	str_release(&table);
	str_release(&condition);
	str_release(&sql);
	return good;
}

static bool run(struct db *db, const char *sql, struct migrate_error *error)
{
	struct postgres_answer answer;
	char sqlstate[6];

	if (postgres_query(db, sql, &answer, sqlstate, error)) {
		postgres_answer_clear(db, &answer);
		return true;
	}
	if (strcmp(sqlstate, "55P03") != 0)
		return false;
	migrate_error_clear(error);
	error_set(error, MIGRATE_E_LOCKED, "another session is in the way of: %s", sql);
	return error_hint(error, "Run the command again when that session has ended.");
}

static bool drop_index(
	struct db *db, struct arena *arena, const struct index *index, struct migrate_error *error)
{
	if (!index->builder)
		return run(db,
			arena_printf(arena, "DROP INDEX CONCURRENTLY IF EXISTS %s", index->name),
			error);
	error_set(error, MIGRATE_E_DATABASE, "index %s is being built by another session, pid %s",
		index->name, index->builder);
	return error_hint(error, "Run the command again when that session has ended.");
}

static const char *list(struct arena *arena, const struct indexes *indexes)
{
	const char *text = "";

	for (size_t i = 0; i < indexes->count; i++)
		text = arena_printf(arena, "%s%s%s", text, i ? ", " : "", indexes->item[i].name);
	return text;
}

static bool settle_index(struct db *db, struct arena *arena, const struct postgres_subject *subject,
	enum db_outcome *outcome, const char **found, struct migrate_error *error)
{
	struct indexes indexes;

	if (!find_indexes(db, arena, subject, &indexes, error))
		return false;
	if (!subject->name) {
		if (indexes.count)
			*found = arena_printf(arena, "table %s has INVALID indexes: %s",
				subject->table, list(arena, &indexes));
		return true;
	}
	*outcome = DB_RETRY;
	if (!indexes.count) {
		*found = arena_printf(
			arena, "index %s does not exist: it is built again", subject->name);
		return true;
	}
	if (indexes.item->valid) {
		*outcome = DB_DONE;
		*found = arena_printf(arena,
			"index %s exists and is valid: the statement had taken effect",
			indexes.item->name);
		return true;
	}
	*found = arena_printf(arena, "index %s was left INVALID: it is dropped and built again",
		indexes.item->name);
	return drop_index(db, arena, indexes.item, error);
}

static bool settle_reindex(struct db *db, struct arena *arena,
	const struct postgres_subject *subject, const char **found, struct migrate_error *error)
{
	struct indexes indexes;

	if (!find_indexes(db, arena, subject, &indexes, error))
		return false;
	if (indexes.count)
		*found = arena_printf(arena, "INVALID indexes were left and are dropped: %s",
			list(arena, &indexes));
	for (size_t i = 0; i < indexes.count; i++)
		if (!drop_index(db, arena, &indexes.item[i], error))
			return false;
	return true;
}

static bool settle_detach(struct db *db, struct arena *arena,
	const struct postgres_subject *subject, enum db_outcome *outcome, const char **found,
	struct migrate_error *error)
{
	const char *value[2];

	if (!ask(db, arena, embedded_pg_detached, subject, value, 2, error))
		return false;
	if (!postgres_is_true(value[0]))
		return true; /* one of the two tables is gone */
	*outcome = value[1] && !postgres_is_true(value[1]) ? DB_RETRY : DB_DONE;
	if (!value[1])
		*found = arena_printf(arena, "partition %s is detached", subject->partition);
	if (!postgres_is_true(value[1]))
		return true;
	*found = arena_printf(
		arena, "partition %s was detached half way: that is finished", subject->partition);
	return run(db,
		arena_printf(arena, "ALTER TABLE %s DETACH PARTITION %s FINALIZE", subject->table,
			subject->partition),
		error);
}

static bool settle_object(struct db *db, struct arena *arena,
	const struct postgres_subject *subject, enum db_outcome *outcome, const char **found,
	struct migrate_error *error)
{
	bool creates = subject->kind == SUBJECT_CREATE_DATABASE ||
		       subject->kind == SUBJECT_CREATE_TABLESPACE;
	const char *template = embedded_pg_exists_database, *value;

	if (subject->kind == SUBJECT_DROP_INDEX)
		template = embedded_pg_exists;
	if (subject->kind == SUBJECT_CREATE_TABLESPACE || subject->kind == SUBJECT_DROP_TABLESPACE)
		template = embedded_pg_exists_tablespace;
	if (!ask(db, arena, template, subject, &value, 1, error))
		return false;
	*outcome = postgres_is_true(value) == creates ? DB_DONE : DB_RETRY;
	*found = arena_printf(arena, "%s %s: the statement %s", subject->name,
		postgres_is_true(value) ? "exists" : "does not exist",
		*outcome == DB_DONE ? "had taken effect" : "is run again");
	return true;
}

static bool settle_subject(struct db *db, struct arena *arena,
	const struct postgres_subject *subject, enum db_outcome *outcome, const char **found,
	struct migrate_error *error)
{
	switch (subject->kind) {
	case SUBJECT_CREATE_INDEX: return settle_index(db, arena, subject, outcome, found, error);
	case SUBJECT_DETACH: return settle_detach(db, arena, subject, outcome, found, error);
	case SUBJECT_REINDEX:
		*outcome = DB_RETRY;
		return settle_reindex(db, arena, subject, found, error);
	case SUBJECT_REPEATABLE: *outcome = DB_RETRY; return true;
	case SUBJECT_DROP_INDEX:
	case SUBJECT_CREATE_DATABASE:
	case SUBJECT_DROP_DATABASE:
	case SUBJECT_CREATE_TABLESPACE:
	case SUBJECT_DROP_TABLESPACE:
		return settle_object(db, arena, subject, outcome, found, error);
	case SUBJECT_OTHER:
	case SUBJECT_PROCEDURE: break;
	}
	return true;
}

/* The settings that stand before the statement in its script: its names are looked up as it does.
 */
static bool make_settings(struct db *db, const struct db_step *step, struct migrate_error *error)
{
	const char *at = NULL, *whole = step->whole_script;
	struct scan_statement statement;
	struct scanner scanner;
	struct str sql = {0};
	bool good = true;

	if (step->prelude)
		str_printf(&sql, "%s\n;\n", step->prelude);
	else if (whole)
		at = memmem(whole, step->whole_size, step->script, step->script_size);
	scan_begin(&scanner, SCAN_POSTGRESQL, whole ? whole : "", at ? (size_t)(at - whole) : 0);
	while (scan_next(&scanner, &statement)) {
		size_t size = statement.last - statement.first;

		if (statement.command == SCAN_EMPTY ||
			!segment_is_setting(SCAN_POSTGRESQL, whole + statement.first, size))
			continue;
		str_add_bytes(&sql, whole + statement.first, size);
		str_add(&sql, ";\n");
	}
	if (sql.size) {
		str_add(&sql, POSTGRES_READING);
		good = run(db, sql.text, error);
	}
	str_release(&sql);
	return good;
}

bool postgres_settle(struct db *db, struct arena *arena, const struct db_step *step,
	enum db_outcome *outcome, const char **found, struct migrate_error *error)
{
	struct postgres_subject subject = postgres_subject(arena, step->script, step->script_size);
	bool good;

	*outcome = DB_STARTED;
	*found = NULL;
	postgres_enter(db);
	if (!db->looked && !postgres_look(db, error))
		return false;
	good = make_settings(db, step, error) &&
	       settle_subject(db, arena, &subject, outcome, found, error);
	postgres_undo(db);
	return good;
}

static bool is_broken(const struct indexes *indexes)
{
	return indexes->count && !indexes->item->valid && !indexes->item->builder;
}

bool postgres_clear_way(struct db *db, const struct db_step *step, struct migrate_error *error)
{
	struct arena arena = {0};
	struct postgres_subject subject = postgres_subject(&arena, step->script, step->script_size);
	struct indexes indexes = {0};
	bool good = true;

	if (subject.kind == SUBJECT_CREATE_INDEX && subject.tolerant)
		good = find_indexes(db, &arena, &subject, &indexes, error);
	if (good && subject.name && is_broken(&indexes)) {
		if (db->hooks.notice)
			db->hooks.notice(db->hooks.context, DB_NOTICE,
				arena_printf(&arena,
					"index %s is INVALID, left by a build that failed: it is "
					"dropped and built again",
					indexes.item->name));
		good = drop_index(db, &arena, indexes.item, error);
	}
	arena_release(&arena);
	return good;
}

static void explain_index(struct arena *arena, const struct postgres_subject *subject,
	const struct indexes *indexes, struct db_step *step, bool *retry,
	struct migrate_error *error)
{
	bool existed = error->sqlstate[0] && !strcmp(error->sqlstate, "42P07");

	*retry = existed || !is_broken(indexes);
	step->unclear = !*retry && subject->kind == SUBJECT_CREATE_INDEX && !subject->name;
	if (!is_broken(indexes))
		return;
	if (existed)
		error_detail(error,
			"index %s is INVALID, left by a build that failed before: drop it with "
			"DROP INDEX CONCURRENTLY, or write IF NOT EXISTS, which rebuilds it here",
			indexes->item->name);
	else if (step->unclear)
		error_detail(error,
			"table %s has INVALID indexes: %s; the statement gives no name, so drop "
			"what "
			"it has left with DROP INDEX CONCURRENTLY before it runs again",
			subject->table, list(arena, indexes));
	else
		error_detail(error,
			"index %s was left INVALID; the next run drops it and builds it again",
			list(arena, indexes));
}

static void explain_indexes(struct db *db, struct arena *arena,
	const struct postgres_subject *subject, struct db_step *step, bool *retry,
	struct migrate_error *error)
{
	struct migrate_error ignored = {0};
	struct indexes indexes;

	*retry = false;
	if (find_indexes(db, arena, subject, &indexes, &ignored))
		explain_index(arena, subject, &indexes, step, retry, error);
	migrate_error_clear(&ignored);
}

/* Detached half way it cannot run again: settle finishes that. */
static void explain_detach(struct db *db, struct arena *arena,
	const struct postgres_subject *subject, bool *retry, struct migrate_error *error)
{
	struct migrate_error ignored = {0};
	const char *value[2];
	bool known = ask(db, arena, embedded_pg_detached, subject, value, 2, &ignored);

	*retry = known && !postgres_is_true(value[1]);
	if (known && !*retry)
		error_detail(error, "partition %s is detached half way; the next run finishes that",
			subject->partition);
	migrate_error_clear(&ignored);
}

/* The server has answered: what its error says has not happened is no matter of the catalogue,
 * where an object that was there before, or never, looks as if the statement had made or dropped
 * it. */
void postgres_explain(struct db *db, struct db_step *step, bool *retry, struct migrate_error *error)
{
	struct arena arena = {0};
	struct postgres_subject subject = postgres_subject(&arena, step->script, step->script_size);

	*retry = subject.kind != SUBJECT_PROCEDURE;
	step->unclear = subject.kind == SUBJECT_PROCEDURE;
	if (subject.kind == SUBJECT_CREATE_INDEX || subject.kind == SUBJECT_REINDEX)
		explain_indexes(db, &arena, &subject, step, retry, error);
	if (subject.kind == SUBJECT_DETACH)
		explain_detach(db, &arena, &subject, retry, error);
	arena_release(&arena);
}
