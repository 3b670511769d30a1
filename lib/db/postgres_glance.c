/* postgres_glance: the state of the tables as it is nearly always, for a run that may have nothing
 * to do: tables as we make them, a log of moderate size, and no script that ran in pieces.
 *
 * Whatever is otherwise is left to the look, which tells it in words. Surprising: nothing here is
 * left to the server's planner. A session just begun has empty caches of the catalogue, and one
 * join over catalogue tables, or a condition with an operator in it, costs it more than all else:
 * so where the table is comes from functions, and the tables are copied out as they are.
 */
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
enum log_column {
	LOG_ID,
	LOG_VERSION_TABLE,
	LOG_REVISION,
	LOG_DIRECTION,
	LOG_OUTCOME,
	LOG_SEGMENT,
	LOG_CHECKSUM,
	LOG_COLUMNS,
};

/* What the two tables say, as it comes in. */
struct glance {
	struct db *db;
	struct arena *arena;
	struct names rows;
	struct applied_records records;
	size_t tables; /* whose rows have begun to come */
	bool unusual;
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

/* What stands behind a backslash in COPY's text format
 * (https://www.postgresql.org/docs/current/sql-copy.html); PostgreSQL writes no other. */
static char unescaped(char letter)
{
	static const char letters[] = "bfnrtv", meanings[] = "\b\f\n\r\t\v";
	const char *found = strchr(letters, letter);

	return found && *found ? meanings[found - letters] : letter;
}

/* Cuts a row, in place, into at most that many fields; NULL for an SQL NULL. */
static size_t cut_row(char *row, size_t size, char **field, size_t limit)
{
	size_t count = 0;
	char *to = row, *end = row + size - (size > 0 && row[size - 1] == '\n');

	for (char *at = row; count < limit; at++) {
		field[count] = to;
		if (end - at >= 2 && at[0] == '\\' && at[1] == 'N') {
			field[count] = NULL;
			at += 2;
		}
		for (; at < end && *at != '\t'; at++)
			*to++ = *at == '\\' && at + 1 < end ? unescaped(*++at) : *at;
		*to++ = '\0';
		count++;
		if (at == end)
			break;
	}
	return count;
}

static void take_row(struct glance *glance, char *row)
{
	uint32_t count = glance->rows.count;

	if (!(count & (count - 1))) { /* full at each power of two */
		const char **item = ARENA_ARRAY(glance->arena, count ? count * 2 : 1, const char *);

		for (uint32_t i = 0; i < count; i++)
			item[i] = glance->rows.item[i];
		glance->rows.item = item;
	}
	((const char **)(uintptr_t)glance->rows.item)[count] = arena_strdup(glance->arena, row);
	glance->rows.count++;
}

/* A record of a whole script that ran is kept. One of a script that ran in pieces, and one that
 * lacks a value, need a closer look. */
static void take_record(struct glance *glance, char *const value[LOG_COLUMNS])
{
	if (!value[LOG_ID] || !value[LOG_VERSION_TABLE] || !value[LOG_REVISION] ||
		!value[LOG_DIRECTION] || !value[LOG_OUTCOME]) {
		glance->unusual = true;
		return;
	}
	if (strcmp(value[LOG_VERSION_TABLE], glance->db->version_table) != 0)
		return;
	if (value[LOG_SEGMENT])
		glance->unusual = true;
	else if (applied_counts(value[LOG_OUTCOME]))
		applied_add(&glance->records,
			&(struct applied_record){arena_strdup(glance->arena, value[LOG_REVISION]),
				value[LOG_CHECKSUM]
					? arena_strdup(glance->arena, value[LOG_CHECKSUM])
					: NULL,
				strtoll(value[LOG_ID], NULL, 10),
				!strcmp(value[LOG_DIRECTION], "upgrade")});
}

static void take_line(struct glance *glance, char *line, size_t size)
{
	size_t columns = glance->tables == 1 ? 1 : LOG_COLUMNS;
	char *field[LOG_COLUMNS];

	if (cut_row(line, size, field, columns) != columns || (columns == 1 && !field[0]))
		glance->unusual = true;
	else if (columns == 1)
		take_row(glance, field[0]);
	else
		take_record(glance, field);
}

static void take_table(struct glance *glance)
{
	struct db *db = glance->db;
	char *line;
	int size;

	glance->tables++;
	while ((size = db->pq.getCopyData(db->connection, &line, 1)) >= 0) {
		if (!size && !postgres_wait(db, false))
			return;
		if (size) {
			take_line(glance, line, (size_t)size);
			db->pq.freemem(line);
		}
	}
}

/* All of the message's results; the first error, or NULL. */
static PGresult *take_results(struct glance *glance)
{
	struct db *db = glance->db;
	PGresult *result, *bad = NULL;

	while ((result = postgres_next(db))) {
		ExecStatusType status = db->pq.resultStatus(result);

		if (!bad && status != PGRES_COMMAND_OK && status != PGRES_COPY_OUT) {
			bad = result;
			continue;
		}
		db->pq.clear(result);
		if (status == PGRES_COPY_OUT)
			take_table(glance);
	}
	return bad;
}

/* undefined_column, undefined_table, wrong_object_type: not tables of ours. */
static bool is_other_shape(const char *sqlstate)
{
	return !strcmp(sqlstate, "42703") || !strcmp(sqlstate, "42P01") ||
	       !strcmp(sqlstate, "42809");
}

static bool read_tables(struct glance *glance, struct migrate_error *error)
{
	struct db *db = glance->db;
	const struct sql_value values[] = {{"lock_timeout", SQL_NUMBER, NULL, db->lock_timeout},
		{"version", SQL_TEXT, db->version_name, 0}, {"log", SQL_TEXT, db->log_name, 0}};
	struct str sql = {0};
	char sqlstate[6] = "";
	PGresult *bad;

	if (postgres_is_interrupted(db))
		return postgres_interrupted_error(db, error);
	sql_fill(&sql, embedded_pg_glance_rows, values, 3);
	db->quiet = true;
	bad = postgres_send(db, sql.text) ? take_results(glance) : NULL;
	db->quiet = false;
	str_release(&sql);
	if (!bad && !postgres_is_lost(db)) {
		glance->unusual = glance->unusual || glance->tables != 2;
		return true;
	}
	postgres_query_failed(db, bad, sqlstate, error);
	if (!is_other_shape(sqlstate))
		return false;
	migrate_error_clear(error);
	glance->unusual = true;
	return true;
}

bool postgres_glance(struct db *db, struct arena *arena, struct db_state *state, bool *usual,
	struct migrate_error *error)
{
	struct glance glance = {.db = db, .arena = arena};
	bool good;

	if (!find_tables(db, usual, error))
		return false;
	if (!*usual)
		return true;
	good = read_tables(&glance, error) &&
	       db_rows_are_distinct(arena, &glance.rows, db->version_name, "ctid", error);
	*usual = good && !glance.unusual;
	*state = (struct db_state){.brief = true,
		.has_version_table = true,
		.has_log = true,
		.table = db->version_name,
		.rows = glance.rows};
	applied_take(arena, &glance.records, state);
	return good;
}
