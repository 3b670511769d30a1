/* postgres_state: what stands in the two tables, and who may change it. Knows the catalogue; sends
 * no script.
 *
 * Waits on the server: read 2, try_lock 1 (one more where the tables appeared since), ensure 1.
 * Surprising: without a configured schema the version table is the one that search_path finds, and
 * is from then on called by that schema's name, whatever search_path becomes. */
#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "db/postgres.h"
#include "db/sql.h"
#include "embedded.h"

enum look_column {
	LOOK_PID,
	LOOK_STATEMENT_TIMEOUT,
	LOOK_STANDBY,
	LOOK_LINUX,
	LOOK_SCHEMA,
	LOOK_KIND,
	LOOK_COLUMNS,
	LOOK_COLUMN_COUNT,
	LOOK_TYPE,
	LOOK_MODIFIER,
	LOOK_LOG_KIND,
	LOOK_SETTINGS,
	LOOK_TIME,
};

/* pg_type.dat: fixed for ever */
enum { TYPE_TEXT = 25, TYPE_VARCHAR = 1043, VARCHAR_HEADER = 4 };

#define CHECK_INTERVAL "1000"

static void add_text(struct str *out, const char *text)
{
	postgres_add_literal(out, text, strlen(text));
}

/* "schema"."name", or "name" alone. */
static void add_name(struct str *out, const char *schema, const char *name)
{
	if (schema) {
		sql_add_identifier(out, schema);
		str_add_char(out, '.');
	}
	sql_add_identifier(out, name);
}

static void add_name_literal(struct str *out, const char *schema, const char *name)
{
	struct str quoted = {0};

	add_name(&quoted, schema, name);
	add_text(out, quoted.text);
	str_release(&quoted);
}

static void add_look(struct db *db, struct str *out)
{
	struct str name = {0}, home = {0};
	bool read_only = db->access == DB_READ || db->access == DB_PLAN;

	add_name_literal(&name, db->version_schema, db->version_table);
	if (db->version_schema)
		add_name_literal(&home, NULL, db->version_schema);
	else
		str_add(&home, "pg_catalog.quote_ident(pg_catalog.current_schema())");
	char *lock_timeout = arena_printf(&db->memory, "'%ld'", db->lock_timeout);
	char *statement_timeout = arena_printf(&db->memory, "'%ld'", db->statement_timeout);
	const struct sql_value values[] = {
		{"pid", SQL_NUMBER, NULL, db->pq.backendPID(db->connection)},
		{"lock_timeout", SQL_TEXT, lock_timeout, 0},
		{"statement_timeout", SQL_TEXT, statement_timeout, 0},
		{"read_only", SQL_TEXT, read_only ? "true" : "false", 0},
		{"check_interval", SQL_LITERAL, CHECK_INTERVAL, 0},
		{"tcp", SQL_TEXT, db->tcp ? "true" : "false", 0},
		{"name", SQL_TEXT, name.text, 0},
		{"home", SQL_TEXT, home.text, 0},
	};

	sql_fill(out, embedded_pg_look, values, sizeof values / sizeof *values);
	str_release(&name);
	str_release(&home);
}

static const char *keep(struct db *db, struct str *text)
{
	const char *kept = arena_strndup(&db->memory, str_text(text), text->size);

	str_clear(text);
	return kept;
}

static bool is_true(const char *value)
{
	return value && *value == 't';
}

static void add_restore(struct db *db, const char *statements, size_t count)
{
	str_add(&db->restore, statements);
	db->restore_count += count;
}

/* The same settings that the look has made, for after RESET ALL. Behind a pooler nothing may
 * outlast a transaction, and RESET ALL changes what the pooler set. */
static void make_restore(struct db *db, bool linux_server)
{
	const char *strings = db->pq.parameterStatus(db->connection, "standard_conforming_strings");

	str_clear(&db->restore);
	db->restore_count = 0;
	if (db->pooled) {
		add_restore(db, "SET client_encoding = 'UTF8';\n", 1);
		return;
	}
	str_printf(&db->restore, "SET lock_timeout = %ld;\n", db->lock_timeout);
	db->restore_count++;
	if (db->statement_timeout || db->bounds_statements) {
		str_printf(&db->restore, "SET statement_timeout = %ld;\n", db->statement_timeout);
		db->restore_count++;
	}
	if (linux_server)
		add_restore(db, "SET client_connection_check_interval = " CHECK_INTERVAL ";\n", 1);
	if (db->tcp)
		add_restore(db,
			"SET tcp_keepalives_idle = 10;\nSET tcp_keepalives_interval = 5;\n"
			"SET tcp_keepalives_count = 4;\nSET tcp_user_timeout = 30000;\n",
			4);
	if (strings && !strcmp(strings, "off"))
		add_restore(db, "SET standard_conforming_strings = on;\n", 1);
}

static void take_connection(struct db *db, const PGresult *result)
{
	const char *pid = postgres_value(db, result, 0, LOOK_PID);
	const char *timeout = postgres_value(db, result, 0, LOOK_STATEMENT_TIMEOUT);
	bool first = !db->looked;

	db->looked = true;
	db->standby = is_true(postgres_value(db, result, 0, LOOK_STANDBY));
	if (!first)
		return; /* what follows is as the server has it before the first look */
	db->pooled = !pid || atoi(pid) != db->pq.backendPID(db->connection);
	db->bounds_statements = timeout && strcmp(timeout, "0") != 0;
	make_restore(db, is_true(postgres_value(db, result, 0, LOOK_LINUX)));
}

static void take_names(struct db *db, const char *schema)
{
	struct str text = {0};

	db->has_schema = schema != NULL;
	if (!schema)
		schema = db->version_schema;
	if (!schema || (db->schema && !strcmp(db->schema, schema)))
		return;
	db->schema = arena_strdup(&db->memory, schema);
	add_name(&text, schema, db->version_table);
	db->version_name = keep(db, &text);
	add_name(&text, schema, "migrate_log");
	db->log_name = keep(db, &text);
	str_release(&text);
}

static const char *kind_name(char kind)
{
	switch (kind) {
	case 'v': return "a view";
	case 'm': return "a materialized view";
	case 'S': return "a sequence";
	case 'f': return "a foreign table";
	case 'c': return "a type";
	case 'i': return "an index";
	default: return "no table";
	}
}

static bool wrong_kind(const char *name, const char *kind, struct migrate_error *error)
{
	error_set(error, MIGRATE_E_VERSION_TABLE, "%s is %s", name, kind_name(*kind));
	return error_hint(error, "Set version_table or version_table_schema to another name.");
}

static bool is_table(const char *kind)
{
	return *kind == 'r' || *kind == 'p';
}

static bool wrong_shape(struct db *db, const char *columns, struct migrate_error *error)
{
	error_set(error, MIGRATE_E_VERSION_TABLE,
		"table %s is no version table: its columns are %s", db->version_name,
		columns ? columns : "none");
	error_detail(error, "Expected is one column: version_num character varying(255).");
	return error_hint(error, "Set version_table to another name.");
}

static bool take_version_table(struct db *db, const PGresult *result, struct migrate_error *error)
{
	const char *kind = postgres_value(db, result, 0, LOOK_KIND);
	const char *count = postgres_value(db, result, 0, LOOK_COLUMN_COUNT);
	const char *type = postgres_value(db, result, 0, LOOK_TYPE);
	const char *modifier = postgres_value(db, result, 0, LOOK_MODIFIER);
	int type_id = type ? atoi(type) : 0;

	db->has_version_table = kind != NULL;
	db->row_limit = 0;
	if (!kind)
		return true;
	if (!is_table(kind))
		return wrong_kind(db->version_name, kind, error);
	if (!count || strcmp(count, "1") != 0 || (type_id != TYPE_TEXT && type_id != TYPE_VARCHAR))
		return wrong_shape(db, postgres_value(db, result, 0, LOOK_COLUMNS), error);
	if (type_id == TYPE_VARCHAR && modifier && atoi(modifier) > VARCHAR_HEADER)
		db->row_limit = (size_t)atoi(modifier) - VARCHAR_HEADER;
	return true;
}

static bool take_look(struct db *db, const PGresult *result, struct migrate_error *error)
{
	const char *log_kind = postgres_value(db, result, 0, LOOK_LOG_KIND);

	if (db->pq.ntuples(result) != 1)
		return error_set(error, MIGRATE_E_DATABASE,
			"the server gave no answer about the version table");
	take_connection(db, result);
	take_names(db, postgres_value(db, result, 0, LOOK_SCHEMA));
	db->has_log = log_kind != NULL;
	if (log_kind && !is_table(log_kind))
		return wrong_kind(db->log_name, log_kind, error);
	return take_version_table(db, result, error);
}

/* What a wait costs beyond the server's own work: the size of a batch's messages depends on it. */
static void measure(struct db *db, const PGresult *result, int64_t took)
{
	const char *work = postgres_value(db, result, 0, LOOK_TIME);
	int64_t wait = took - (work ? strtoll(work, NULL, 10) : 0);

	wait = wait > 0 ? wait : 1;
	if (!db->round_trip || wait < db->round_trip)
		db->round_trip = wait;
}

bool postgres_look(struct db *db, struct migrate_error *error)
{
	struct postgres_answer answer;
	struct str sql = {0};
	int64_t begin = postgres_clock();
	bool good;

	add_look(db, &sql);
	good = postgres_query(db, sql.text, &answer, NULL, error);
	str_release(&sql);
	if (!good)
		return false;
	measure(db, answer.result[0], postgres_clock() - begin);
	good = take_look(db, answer.result[0], error);
	postgres_answer_clear(db, &answer);
	return good;
}

static bool take_rows(struct db *db, struct arena *arena, const PGresult *result,
	struct names *rows, struct migrate_error *error)
{
	int count = db->pq.ntuples(result);
	const char **item = ARENA_ARRAY(arena, (size_t)count + 1, const char *);

	for (int i = 0; i < count; i++) {
		const char *row = postgres_value(db, result, i, 0);

		if (!row)
			return error_set(error, MIGRATE_E_VERSION_TABLE,
				"table %s holds a row that is NULL", db->version_name);
		item[i] = arena_strdup(arena, row);
	}
	*rows = (struct names){.item = item, .count = (uint32_t)count};
	return true;
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

	add_text(&table, db->version_table);
	const struct sql_value values[] = {{"version", SQL_TEXT, db->version_name, 0},
		{"log", SQL_TEXT, db->log_name, 0}, {"table", SQL_TEXT, table.text, 0}};

	sql_fill(sql, embedded_pg_rows, values, 3);
	if (with_applied)
		sql_fill(sql, embedded_pg_applied, values, 3);
	str_release(&table);
}

static void state_begin(const struct db *db, struct db_state *state)
{
	*state = (struct db_state){.has_version_table = db->has_version_table,
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
	if (good && with_applied && answer.count > 1)
		take_applied(db, arena, answer.result[1], state);
	postgres_answer_clear(db, &answer);
	return good;
}

bool postgres_read(struct db *db, struct arena *arena, bool with_applied, struct db_state *state,
	struct migrate_error *error)
{
	postgres_enter(db);
	return postgres_look(db, error) && read_tables(db, arena, with_applied, state, error);
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
	const struct sql_value values[] = {{"space", SQL_NUMBER, NULL, POSTGRES_LOCK_SPACE},
		{"key", SQL_NUMBER, NULL, key}, {"object", SQL_NUMBER, NULL, (uint32_t)key}};

	str_add(sql, "BEGIN ISOLATION LEVEL READ COMMITTED;\n");
	if (!db->pooled)
		sql_fill(sql, embedded_pg_lock, values, 3);
	if (db->has_version_table)
		add_reading(db, false, sql);
	else
		add_look(db, sql);
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

/* results: BEGIN, [lock,] rows or look, COMMIT */
static bool take_locking(struct db *db, struct arena *arena, const struct postgres_answer *answer,
	bool *taken, const char **holder, struct db_state *state, struct migrate_error *error)
{
	size_t next = db->pooled ? 1 : 2;
	const char *text;

	if (answer->count != next + 2)
		return error_set(error, MIGRATE_E_DATABASE, "the server answered the lock oddly");
	*taken = db->pooled || is_true(postgres_value(db, answer->result[1], 0, 0));
	if (!*taken) {
		text = postgres_value(db, answer->result[1], 0, 1);
		*holder = text ? arena_strdup(arena, text) : "another session";
		return true;
	}
	db->locked = true;
	if (!db->has_version_table)
		return take_look(db, answer->result[next], error);
	state_begin(db, state);
	return take_rows(db, arena, answer->result[next], &state->rows, error);
}

bool postgres_try_lock(struct db *db, struct arena *arena, bool *taken, const char **holder,
	struct db_state *state, struct migrate_error *error)
{
	struct postgres_answer answer;
	struct str sql = {0};
	bool good, knew;

	postgres_enter(db);
	*taken = false;
	*holder = NULL;
	*state = (struct db_state){0};
	if (!db->looked && !postgres_look(db, error))
		return false;
	if (!postgres_check_home(db, error))
		return false;
	knew = db->has_version_table;
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
