/* postgres_glance: the state of the tables as it is nearly always, for a run that may have nothing
 * to do: tables as we make them, a log of moderate size, and no script that ran in pieces.
 *
 * Whatever is otherwise is left to the look, which tells it in words. Surprising: nothing here is
 * left to the server's planner. A session just begun has empty caches of the catalogue, and one
 * join over catalogue tables, or a condition with an operator in it, costs it more than all else:
 * so where the table is comes from functions, and the log is read whole and sorted here. */
#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "db/applied.h"
#include "db/postgres.h"
#include "db/postgres_quote.h"
#include "db/sql.h"
#include "embedded.h"

/* Bytes of the log: some thousand records. The server sorts a larger one. */
enum { LOG_LIMIT = 1024 * 1024 };

enum glance_column { GLANCE_SCHEMA, GLANCE_TYPE, GLANCE_LOG_SIZE };
enum glance_result { GLANCE_BEGIN, GLANCE_SET, GLANCE_ROWS, GLANCE_LOG, GLANCE_COMMIT, GLANCE_ALL };
enum log_column {
	LOG_ID,
	LOG_VERSION_TABLE,
	LOG_REVISION,
	LOG_DIRECTION,
	LOG_OUTCOME,
	LOG_SEGMENT,
	LOG_CHECKSUM,
};

static bool find_tables(struct db *db, bool *usual, struct migrate_error *error)
{
	struct postgres_answer answer;
	struct str sql = {0}, name = {0};
	const char *schema, *type, *size;

	postgres_add_name_text(&name, db->version_schema, db->version_table);
	const struct sql_value values[] = {{"name", SQL_TEXT, name.text, 0}};

	sql_fill(&sql, embedded_pg_glance, values, 1);
	str_release(&name);
	*usual = postgres_query(db, sql.text, &answer, NULL, error);
	str_release(&sql);
	if (!*usual)
		return false;
	schema = postgres_value(db, answer.result[0], 0, GLANCE_SCHEMA);
	type = postgres_value(db, answer.result[0], 0, GLANCE_TYPE);
	size = postgres_value(db, answer.result[0], 0, GLANCE_LOG_SIZE);
	*usual = schema && type && !strcmp(type, "table") && size && atoll(size) <= LOG_LIMIT;
	if (*usual)
		postgres_take_names(db, schema);
	postgres_answer_clear(db, &answer);
	return true;
}

/* The records of whole scripts that ran. False where a script ran in pieces, or a value is missing:
 * both need a closer look. */
static bool take_records(struct db *db, const PGresult *result, struct applied_records *records)
{
	const char *value[LOG_CHECKSUM + 1];

	for (int row = 0, rows = db->pq.ntuples(result); row < rows; row++) {
		for (int i = 0; i <= LOG_CHECKSUM; i++)
			value[i] = postgres_value(db, result, row, i);
		if (!value[LOG_ID] || !value[LOG_VERSION_TABLE] || !value[LOG_REVISION] ||
			!value[LOG_DIRECTION] || !value[LOG_OUTCOME])
			return false;
		if (strcmp(value[LOG_VERSION_TABLE], db->version_table) != 0)
			continue;
		if (value[LOG_SEGMENT])
			return false;
		if (!strcmp(value[LOG_OUTCOME], "applied"))
			applied_add(records,
				&(struct applied_record){value[LOG_REVISION], value[LOG_CHECKSUM],
					strtoll(value[LOG_ID], NULL, 10),
					!strcmp(value[LOG_DIRECTION], "upgrade")});
	}
	return true;
}

static bool take_log(
	struct db *db, struct arena *arena, const PGresult *result, struct db_state *state)
{
	struct applied_records records = {0};
	bool whole = take_records(db, result, &records);

	applied_take(arena, &records, state);
	for (size_t i = 0; i < state->applied_count; i++) {
		struct db_applied *applied = &state->applied[i];

		applied->revision = arena_strdup(arena, applied->revision);
		applied->checksum = arena_strdup(arena, applied->checksum);
	}
	return whole;
}

/* The column that the rows came from is the one that we make, as Alembic does. */
static bool is_version_column(struct db *db, const PGresult *rows)
{
	return db->pq.ftype(rows, 0) == POSTGRES_VARCHAR;
}

static size_t row_limit(struct db *db, const PGresult *rows)
{
	int modifier = db->pq.fmod(rows, 0) - POSTGRES_VARCHAR_HEADER;

	return modifier > 0 ? (size_t)modifier : 0;
}

/* undefined_column, undefined_table, wrong_object_type: not tables of ours. */
static bool is_other_shape(const char *sqlstate)
{
	return !strcmp(sqlstate, "42703") || !strcmp(sqlstate, "42P01") ||
	       !strcmp(sqlstate, "42809");
}

static bool ask(
	struct db *db, struct postgres_answer *answer, bool *usual, struct migrate_error *error)
{
	struct str sql = {0};
	char sqlstate[6];
	const struct sql_value values[] = {{"lock_timeout", SQL_NUMBER, NULL, db->lock_timeout},
		{"version", SQL_TEXT, db->version_name, 0}, {"log", SQL_TEXT, db->log_name, 0}};

	sql_fill(&sql, embedded_pg_glance_rows, values, 3);
	*usual = postgres_query(db, sql.text, answer, sqlstate, error);
	str_release(&sql);
	if (*usual)
		return true;
	if (!is_other_shape(sqlstate))
		return false;
	migrate_error_clear(error);
	return true;
}

bool postgres_glance(struct db *db, struct arena *arena, struct db_state *state, bool *usual,
	struct migrate_error *error)
{
	struct postgres_answer answer;
	bool good = true;

	if (!find_tables(db, usual, error))
		return false;
	if (!*usual)
		return true;
	if (!ask(db, &answer, usual, error))
		return false;
	if (!*usual)
		return true;
	*state = (struct db_state){
		.has_version_table = true, .has_log = true, .table = db->version_name};
	*usual = answer.count == GLANCE_ALL && is_version_column(db, answer.result[GLANCE_ROWS]) &&
		 take_log(db, arena, answer.result[GLANCE_LOG], state);
	if (*usual) {
		state->row_limit = row_limit(db, answer.result[GLANCE_ROWS]);
		good = postgres_take_rows(
			db, arena, answer.result[GLANCE_ROWS], &state->rows, error);
	}
	postgres_answer_clear(db, &answer);
	return good;
}
