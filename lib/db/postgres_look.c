/* postgres_look: one query that tells where the tables are and what the session is like, and makes
 * the session's settings. Knows the catalogue.
 *
 * Surprising: without a configured schema the version table is the one that search_path finds, and
 * is from then on called by that schema's name, whatever search_path becomes. And the settings are
 * made in the query only if the backend that runs it is the one that we connected to: behind
 * a pooler they would reach others
 * (https://www.pgbouncer.org/features.html). */
#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "db/postgres.h"
#include "db/postgres_quote.h"
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
	LOOK_LOG_FITS,
	LOOK_SETTINGS,
	LOOK_TIME,
};

/* pg_type.dat: fixed for ever */
enum { TYPE_TEXT = 25, TYPE_VARCHAR = 1043, VARCHAR_HEADER = 4 };

#define CHECK_INTERVAL "1000"

void postgres_add_name_text(struct str *out, const char *schema, const char *name)
{
	struct str quoted = {0};

	postgres_add_name(&quoted, schema, name);
	postgres_add_text(out, quoted.text);
	str_release(&quoted);
}

void postgres_add_look(struct db *db, struct str *out)
{
	struct str name = {0}, home = {0};
	bool read_only = db->access == DB_READ || db->access == DB_PLAN;

	postgres_add_name_text(&name, db->version_schema, db->version_table);
	if (db->version_schema)
		postgres_add_name_text(&home, NULL, db->version_schema);
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

bool postgres_is_true(const char *value)
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
	db->standby = postgres_is_true(postgres_value(db, result, 0, LOOK_STANDBY));
	if (!first)
		return; /* what follows is as the server has it before the first look */
	db->pooled = !pid || atoi(pid) != db->pq.backendPID(db->connection);
	db->bounds_statements = timeout && strcmp(timeout, "0") != 0;
	make_restore(db, postgres_is_true(postgres_value(db, result, 0, LOOK_LINUX)));
}

void postgres_take_names(struct db *db, const char *schema)
{
	struct str text = {0};

	db->has_schema = schema != NULL;
	if (!schema)
		schema = db->version_schema;
	if (!schema || (db->schema && !strcmp(db->schema, schema)))
		return;
	db->schema = arena_strdup(&db->memory, schema);
	postgres_add_name(&text, schema, db->version_table);
	db->version_name = keep(db, &text);
	postgres_add_name(&text, schema, "migrate_log");
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

static bool take_log(struct db *db, const PGresult *result, struct migrate_error *error)
{
	const char *kind = postgres_value(db, result, 0, LOOK_LOG_KIND);

	db->has_log = kind != NULL;
	if (!kind)
		return true;
	if (is_table(kind) && postgres_is_true(postgres_value(db, result, 0, LOOK_LOG_FITS)))
		return true;
	if (!is_table(kind))
		return wrong_kind(db->log_name, kind, error);
	error_set(error, MIGRATE_E_VERSION_TABLE,
		"table %s is not our log table: it has other columns", db->log_name);
	return error_hint(error, "Rename it: migrate keeps its own log by that name.");
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

bool postgres_take_look(struct db *db, const PGresult *result, struct migrate_error *error)
{
	if (db->pq.ntuples(result) != 1)
		return error_set(error, MIGRATE_E_DATABASE,
			"the server gave no answer about the version table");
	take_connection(db, result);
	postgres_take_names(db, postgres_value(db, result, 0, LOOK_SCHEMA));
	return take_log(db, result, error) && take_version_table(db, result, error);
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

	postgres_add_look(db, &sql);
	good = postgres_query(db, sql.text, &answer, NULL, error);
	str_release(&sql);
	if (!good)
		return false;
	measure(db, answer.result[0], postgres_clock() - begin);
	good = postgres_take_look(db, answer.result[0], error);
	postgres_answer_clear(db, &answer);
	return good;
}
