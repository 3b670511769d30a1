/* postgres_state: what stands in the two tables, and who may change it. Sends no script.
 *
 * Waits on the server: read 2 (up to 4 where the tables are not as we make them, or a script ran in
 * pieces), try_lock 1 (one more where the tables appeared since, or the look is to be made), ensure
 * 1. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "db/postgres.h"
#include "db/postgres_quote.h"
#include "db/sql.h"
#include "embedded.h"

static bool take_rows(struct db *db, struct arena *arena, const PGresult *result,
	struct names *rows, struct migrate_error *error)
{
	int count = db->pq.ntuples(result);
	const char **item = ARENA_ARRAY(arena, (size_t)count + 1, const char *);

	for (int i = 0; i < count; i++) {
		const char *row = postgres_value(db, result, i, 0);

		if (!row) {
			error_set(error, MIGRATE_E_VERSION_TABLE,
				"table %s holds a row that is NULL", db->version_name);
			return error_hint(error,
				"No revision stands for it. Delete it: DELETE FROM %s WHERE "
				"version_num IS NULL;",
				db->version_name);
		}
		item[i] = arena_strdup(arena, row);
	}
	*rows = (struct names){.item = item, .count = (uint32_t)count};
	return db_rows_are_distinct(arena, rows, db->version_name, "ctid", error);
}

static void take_applied(
	struct db *db, struct arena *arena, const PGresult *result, struct db_state *state)
{
	int count = db->pq.ntuples(result);

	state->applied = ARENA_ARRAY(arena, (size_t)count + 1, struct db_applied);
	for (int i = 0; i < count; i++) {
		const char *revision = postgres_value(db, result, i, 0);
		const char *checksum = postgres_value(db, result, i, 1);

		if (!revision || !checksum)
			continue;
		state->applied[state->applied_count++] = (struct db_applied){
			.revision = arena_strdup(arena, revision),
			.checksum = arena_strdup(arena, checksum)};
	}
}

static void add_reading(struct db *db, bool with_applied, struct str *sql)
{
	struct str table = {0};

	postgres_add_text(&table, db->version_table);
	const struct sql_value values[] = {{"version", SQL_TEXT, db->version_name, 0},
		{"log", SQL_TEXT, db->log_name, 0}, {"table", SQL_TEXT, table.text, 0}};

	sql_fill(sql, embedded_pg_rows, values, 3);
	if (db->has_log)
		postgres_add_journal(db, sql);
	if (with_applied)
		sql_fill(sql, embedded_pg_applied, values, 3);
	str_release(&table);
}

static void state_begin(const struct db *db, struct db_state *state)
{
	*state = (struct db_state){.has_version_table = db->has_version_table,
		.table = db->version_name,
		.has_log = db->has_log,
		.row_limit = db->has_version_table ? db->row_limit : REVISION_ID_LIMIT};
}

/* The rows of tables that the last look has seen. */
static bool read_tables(struct db *db, struct arena *arena, bool with_applied,
	struct db_state *state, struct migrate_error *error)
{
	struct postgres_answer answer;
	struct str sql = {0};
	bool good;

	state_begin(db, state);
	if (!db->has_version_table)
		return true;
	with_applied = with_applied && db->has_log;
	add_reading(db, with_applied, &sql);
	good = postgres_query(db, sql.text, &answer, NULL, error);
	str_release(&sql);
	if (!good)
		return false;
	good = take_rows(db, arena, answer.result[0], &state->rows, error);
	if (good && db->has_log && answer.count > 1)
		postgres_take_journal(db, arena, answer.result[1], state);
	if (good && with_applied && answer.count > 2)
		take_applied(db, arena, answer.result[2], state);
	postgres_answer_clear(db, &answer);
	return good;
}

bool postgres_read(struct db *db, struct arena *arena, bool with_applied, struct db_state *state,
	struct migrate_error *error)
{
	bool usual = false;
	/* An upgrade often has nothing to do. A session that must not write is made so by the look.
	 */
	bool brief = db->access == DB_CREATE && with_applied && !db->looked && !db->glanced;

	postgres_enter(db);
	db->glanced = true;
	if (brief && !postgres_glance(db, arena, state, &usual, error))
		return false;
	return usual ||
	       (postgres_look(db, error) && read_tables(db, arena, with_applied, state, error));
}

int32_t postgres_lock_key(const char *schema, const char *version_table)
{
	uint32_t hash = 2166136261u;

	for (const char *at = schema; *at; at++)
		hash = (hash ^ (unsigned char)*at) * 16777619u;
	hash *= 16777619u; /* the NUL */
	for (const char *at = version_table; *at; at++)
		hash = (hash ^ (unsigned char)*at) * 16777619u;
	return (int32_t)hash;
}

/* The lock and what is to be known under it in one message. READ COMMITTED, said aloud: with one
 * snapshot for both, as REPEATABLE READ has it, the rows would be those from before the lock. */
static void add_locking(struct db *db, struct str *sql)
{
	int32_t key = postgres_lock_key(db->schema, db->version_table);
	char waiting[sizeof POSTGRES_WAITING + 11];
	const struct sql_value values[] = {{"space", SQL_NUMBER, NULL, POSTGRES_LOCK_SPACE},
		{"key", SQL_NUMBER, NULL, key}, {"object", SQL_NUMBER, NULL, (uint32_t)key},
		{"waiting", SQL_LITERAL, waiting, 0}};

	snprintf(waiting, sizeof waiting, POSTGRES_WAITING "%d", key);
	str_add(sql, "BEGIN ISOLATION LEVEL READ COMMITTED;\n");
	if (!db->pooled)
		sql_fill(sql, embedded_pg_lock, values, 4);
	if (db->has_version_table && db->has_log)
		add_reading(db, false, sql);
	else
		postgres_add_look(db, sql);
	str_add(sql, "COMMIT");
}

static bool check_writable(const struct db *db, struct migrate_error *error)
{
	if (!db->standby)
		return true;
	error_set(error, MIGRATE_E_DATABASE, "the server is a standby: it can only be read");
	return error_hint(error,
		"Connect to the primary server, or add target_session_attrs=read-write to the "
		"database URL.");
}

bool postgres_check_home(const struct db *db, struct migrate_error *error)
{
	struct str name = {0};

	if (db->has_schema)
		return check_writable(db, error);
	if (!db->schema) {
		error_set(error, MIGRATE_E_DATABASE, "no schema to create table \"%s\" in",
			db->version_table);
		return error_hint(error, "Set version_table_schema, or a search_path that names an "
					 "existing schema.");
	}
	sql_add_identifier(&name, db->schema);
	error_set(error, MIGRATE_E_DATABASE, "schema %s does not exist", name.text);
	error_hint(error, "Create it first: CREATE SCHEMA %s;", name.text);
	str_release(&name);
	return false;
}

/* The session has its own name again. Nobody waits for the answer: the next message does. */
static void stop_waiting(struct db *db)
{
	if (db->waiting && !postgres_is_lost(db))
		db->unread = postgres_send(db, "RESET application_name");
	db->waiting = false;
}

/* results: BEGIN, [lock,] rows and journal, or look, COMMIT */
static bool take_locking(struct db *db, struct arena *arena, const struct postgres_answer *answer,
	bool *taken, const char **holder, struct db_state *state, struct migrate_error *error)
{
	bool reads = db->has_version_table && db->has_log;
	size_t next = db->pooled ? 1 : 2;
	const char *text;

	if (answer->count != next + 2 + reads)
		return error_set(error, MIGRATE_E_DATABASE, "the server answered the lock oddly");
	*taken = db->pooled || postgres_is_true(postgres_value(db, answer->result[1], 0, 0));
	if (!*taken) {
		text = postgres_value(db, answer->result[1], 0, 1);
		*holder = text ? arena_strdup(arena, text) : "another session";
		return db->waiting = true;
	}
	db->locked = true;
	stop_waiting(db);
	if (!reads)
		return postgres_take_look(db, answer->result[next], error);
	state_begin(db, state);
	postgres_take_journal(db, arena, answer->result[next + 1], state);
	return take_rows(db, arena, answer->result[next], &state->rows, error);
}

bool postgres_try_lock(struct db *db, struct arena *arena, bool *taken, const char **holder,
	struct db_state *state, struct migrate_error *error)
{
	struct postgres_answer answer;
	struct str sql = {0};
	bool good, knew;

	postgres_enter(db);
	/* A run may have ended in the pause before another try of a piece. */
	if (db->in_script)
		postgres_undo(db);
	*taken = false;
	*holder = NULL;
	*state = (struct db_state){0};
	if (!db->looked && !postgres_look(db, error))
		return false;
	if (!postgres_check_home(db, error))
		return false;
	knew = db->has_version_table && db->has_log;
	add_locking(db, &sql);
	good = postgres_query(db, sql.text, &answer, NULL, error);
	str_release(&sql);
	if (!good)
		return false;
	good = take_locking(db, arena, &answer, taken, holder, state, error);
	postgres_answer_clear(db, &answer);
	return good && *taken && !knew ? read_tables(db, arena, false, state, error) : good;
}

/* Nobody waits for the answer: the next message does, or the end of the session frees it too. */
void postgres_unlock(struct db *db)
{
	struct str sql = {0};

	stop_waiting(db);
	if (db->locked && !db->pooled && !postgres_is_lost(db)) {
		str_printf(&sql, "SELECT pg_catalog.pg_advisory_unlock(%d, %d)",
			POSTGRES_LOCK_SPACE, postgres_lock_key(db->schema, db->version_table));
		db->unread = postgres_send(db, sql.text);
	}
	db->locked = false;
	str_release(&sql);
}

/* https://www.postgresql.org/docs/current/errcodes-appendix.html: unique_violation (of a catalogue
 * index), duplicate_table, duplicate_object, tuple concurrently updated. */
bool postgres_is_race(const char *sqlstate)
{
	static const char *const states[] = {"23505", "42P07", "42710", "XX000"};

	for (size_t i = 0; i < sizeof states / sizeof *states; i++)
		if (sqlstate && !strcmp(sqlstate, states[i]))
			return true;
	return false;
}

static void add_creating(const struct db *db, struct str *sql)
{
	const struct sql_value values[] = {
		{"version", SQL_TEXT, db->version_name, 0}, {"log", SQL_TEXT, db->log_name, 0}};

	str_add(sql, "BEGIN;\n");
	if (!db->has_version_table)
		sql_fill(sql, embedded_pg_create_version, values, 2);
	if (!db->has_log)
		sql_fill(sql, embedded_pg_create_log, values, 2);
	str_add(sql, "COMMIT");
}

static bool create_tables(struct db *db, char sqlstate[6], struct migrate_error *error)
{
	struct postgres_answer answer;
	struct str sql = {0};
	bool good;

	add_creating(db, &sql);
	good = postgres_query(db, sql.text, &answer, sqlstate, error);
	str_release(&sql);
	if (good)
		postgres_answer_clear(db, &answer);
	return good;
}

bool postgres_ensure(struct db *db, bool *created, struct migrate_error *error)
{
	char sqlstate[6];

	postgres_enter(db);
	*created = false;
	if (!db->looked && !postgres_look(db, error))
		return false;
	for (int attempt = 0; attempt < 3; attempt++) {
		struct migrate_error own = {0};

		if (db->has_version_table && db->has_log)
			return true;
		if (!postgres_check_home(db, error))
			return false;
		if (create_tables(db, sqlstate, &own)) {
			*created = db->has_version_table = db->has_log = true;
			return true;
		}
		if (attempt == 2 || !postgres_is_race(sqlstate))
			error_copy(error, &own);
		migrate_error_clear(&own);
		if (error->code || !postgres_look(db, error))
			return false;
	}
	return false;
}
