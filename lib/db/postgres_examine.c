/* postgres_examine: library, server, session, and what was left in the database, for
 * migrate_doctor.
 *
 * Surprising: settings are judged by the value that RESET would give: our own session has set some
 * of them already (https://www.postgresql.org/docs/current/view-pg-settings.html). */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "db/postgres.h"
#include "db/postgres_quote.h"
#include "db/sql.h"
#include "embedded.h"

enum { SHORT_IDLE = 5000 }; /* milliseconds */

static bool examine_library(struct symptoms *symptoms, struct migrate_error *error)
{
	struct postgres_api pq;
	int version;

	if (!postgres_api_load(&pq, error))
		return false;
	version = pq.libVersion();
	symptoms_add(symptoms, "client_library", MIGRATE_LEVEL_OK, "libpq %d.%d", version / 10000,
		version % 10000);
	return true;
}

/* -------- The connection -------- */

static void examine_server(struct db *db, struct symptoms *symptoms)
{
	const char *version = db->pq.parameterStatus(db->connection, "server_version");
	int major = db->pq.serverVersion(db->connection) / 10000;
	bool newer = major > POSTGRES_NEWEST_SERVER;

	symptoms_add(symptoms, "server_version", newer ? MIGRATE_LEVEL_NOTE : MIGRATE_LEVEL_OK,
		"PostgreSQL %s%s", version ? version : "?",
		newer ? ": newer than what this migrate is tested with" : "");
	if (newer)
		symptoms_hint(symptoms, "Look for a newer migrate; tested are %d to %d.",
			POSTGRES_OLDEST_SERVER / 10000, POSTGRES_NEWEST_SERVER);
}

static bool is_local(struct db *db)
{
	const char *address = db->pq.hostaddr(db->connection);

	return address && (!strncmp(address, "127.", 4) || !strcmp(address, "::1"));
}

static void examine_encryption(struct db *db, struct symptoms *symptoms)
{
	const char *protocol = postgres_encryption(db);

	if (!protocol) {
		symptoms_add(symptoms, "tls", MIGRATE_LEVEL_OK, "a local socket, no network");
	} else if (strcmp(protocol, "none") != 0) {
		symptoms_add(symptoms, "tls", MIGRATE_LEVEL_OK, "encrypted by %s", protocol);
	} else if (is_local(db)) {
		symptoms_add(symptoms, "tls", MIGRATE_LEVEL_OK,
			"not encrypted, and does not leave this machine");
	} else {
		symptoms_add(symptoms, "tls", MIGRATE_LEVEL_WARNING,
			"the connection is not encrypted, and the server is another machine");
		symptoms_hint(symptoms,
			"Add sslmode=verify-full to the database URL, or sslmode=require, which "
			"does not look whose certificate it is.");
	}
}

static void examine_pooler(struct db *db, struct symptoms *symptoms)
{
	if (!db->pooled) {
		symptoms_add(symptoms, "pooler", MIGRATE_LEVEL_OK,
			"no pooler between migrate and the server");
		return;
	}
	symptoms_add(symptoms, "pooler", MIGRATE_LEVEL_WARNING,
		"a pooler gives each transaction another session: scripts that cannot be one "
		"transaction, such as CREATE INDEX CONCURRENTLY, are refused, and \"migrate "
		"locks\" "
		"sees a run only while it has locked the version table");
	symptoms_hint(symptoms,
		"Connect to the server itself for migrations, or by a pool in session mode.");
}

static bool examine_connection(
	struct db *db, struct symptoms *symptoms, struct migrate_error *error)
{
	/* What is wrong with the tables is for those to tell who read them. */
	if (!db->looked && !postgres_look(db, error) && error->code != MIGRATE_E_VERSION_TABLE &&
		(error->code != MIGRATE_E_DATABASE || postgres_is_lost(db)))
		return false;
	migrate_error_clear(error);
	examine_server(db, symptoms);
	examine_encryption(db, symptoms);
	if (db->looked)
		examine_pooler(db, symptoms);
	return true;
}

/* -------- What is in the database -------- */

static bool count_log(struct db *db, struct symptoms *symptoms, struct migrate_error *error)
{
	struct postgres_answer answer;
	struct str table = {0}, sql = {0};
	const char *count;
	bool good;

	if (!db->has_log)
		return true;
	postgres_add_text(&table, db->version_table);
	const struct sql_value values[] = {
		{"log", SQL_TEXT, db->log_name, 0}, {"table", SQL_TEXT, table.text, 0}};

	sql_fill(&sql, embedded_pg_log_count, values, 2);
	good = postgres_query(db, sql.text, &answer, NULL, error);
	str_release(&table);
	str_release(&sql);
	if (!good)
		return false;
	count = postgres_value(db, answer.result[0], 0, 0);
	symptoms_add(symptoms, "log", MIGRATE_LEVEL_OK, "migrate_log has %s record%s",
		count ? count : "no", count && !strcmp(count, "1") ? "" : "s");
	postgres_answer_clear(db, &answer);
	return true;
}

/* An index of a partitioned table is INVALID until every partition has one: no failure's trace. */
static bool examine_indexes(struct db *db, struct symptoms *symptoms, struct migrate_error *error)
{
	static const char left[] = "NOT i.indisvalid AND c.relkind OPERATOR(pg_catalog.=) 'i'";
	const struct sql_value values[] = {{"condition", SQL_TEXT, left, 0}};
	struct postgres_answer answer;
	struct str sql = {0};
	int count;
	bool good;

	sql_fill(&sql, embedded_pg_index, values, 1);
	good = postgres_query(db, sql.text, &answer, NULL, error);
	str_release(&sql);
	if (!good)
		return false;
	count = db->pq.ntuples(answer.result[0]);
	for (int i = 0; i < count; i++) {
		const char *name = postgres_value(db, answer.result[0], i, 0);
		const char *builder = postgres_value(db, answer.result[0], i, 2);

		symptoms_add(symptoms, "invalid_index",
			builder ? MIGRATE_LEVEL_NOTE : MIGRATE_LEVEL_WARNING,
			builder ? "index %s is being built now"
				: "index %s is INVALID: no query uses it, and each change pays for "
				  "it",
			name);
		if (!builder)
			symptoms_hint(symptoms,
				"REINDEX INDEX CONCURRENTLY %s; or, where its script is going to "
				"run "
				"again, DROP INDEX CONCURRENTLY %s;",
				name, name);
	}
	postgres_answer_clear(db, &answer);
	return true;
}

/* NULL: it is not set, or does no harm here. */
static const char *harm_of(const struct db *db, const char *name, int64_t limit)
{
	if (!limit)
		return NULL;
	if (!strcmp(name, "transaction_timeout"))
		return "a transaction that takes longer, be it one of a script, is ended with its "
		       "session";
	if (!strcmp(name, "idle_in_transaction_session_timeout"))
		return limit < SHORT_IDLE ? "a run whose transaction waits for the network so long "
					    "is ended"
					  : NULL;
	return db->pooled ? "behind a pooler it counts for scripts too" : NULL;
}

static void examine_setting(
	struct db *db, const PGresult *result, int row, struct symptoms *symptoms)
{
	const char *name = postgres_value(db, result, row, 0);
	const char *value = postgres_value(db, result, row, 1);
	const char *harm = harm_of(db, name, value ? strtoll(value, NULL, 10) : 0);
	struct str role = {0}, database = {0};

	if (!harm)
		return;
	sql_add_identifier(&role, postgres_value(db, result, row, 2));
	sql_add_identifier(&database, postgres_value(db, result, row, 3));
	symptoms_add(symptoms, "server_setting", MIGRATE_LEVEL_WARNING, "%s is %s ms: %s", name,
		value, harm);
	symptoms_hint(symptoms, "ALTER ROLE %s IN DATABASE %s SET %s = 0;", role.text,
		database.text, name);
	str_release(&role);
	str_release(&database);
}

static bool examine_settings(struct db *db, struct symptoms *symptoms, struct migrate_error *error)
{
	struct postgres_answer answer;

	if (!postgres_query(db, embedded_pg_settings, &answer, NULL, error))
		return false;
	for (int i = 0; i < db->pq.ntuples(answer.result[0]); i++)
		examine_setting(db, answer.result[0], i, symptoms);
	postgres_answer_clear(db, &answer);
	return true;
}

/* One that cannot be read keeps no other from being looked at. */
static bool examine_state(struct db *db, struct symptoms *symptoms, struct migrate_error *error)
{
	if (!count_log(db, symptoms, error)) {
		if (error->code != MIGRATE_E_DATABASE || postgres_is_lost(db))
			return false;
		symptoms_add_error(symptoms, "log", MIGRATE_LEVEL_PROBLEM, error);
	}
	return examine_indexes(db, symptoms, error) && examine_settings(db, symptoms, error);
}

bool postgres_examine(const struct db_settings *settings, struct db *db, enum migrate_area area,
	struct symptoms *symptoms, struct migrate_error *error)
{
	(void)settings;
	if (!db)
		return examine_library(symptoms, error);
	postgres_enter(db);
	switch (area) {
	case MIGRATE_AREA_CONNECTION: return examine_connection(db, symptoms, error);
	case MIGRATE_AREA_PRIVILEGES: return postgres_examine_rights(db, symptoms, error);
	case MIGRATE_AREA_STATE: return examine_state(db, symptoms, error);
	case MIGRATE_AREA_PROGRAM:
	case MIGRATE_AREA_CONFIGURATION:
	case MIGRATE_AREA_VERSIONS: break;
	}
	return true;
}
