/* postgres_rights: what the role may do, of what a run needs. Knows the catalogue's privileges and
 * the GRANT that mends each; decides nothing.
 *
 * Surprising: the names come from the catalogue, not from to_regclass, which fails where the schema
 * may not be used. And the log is only ever added to, so UPDATE and DELETE on it are not asked for.
 * https://www.postgresql.org/docs/current/ddl-priv.html */
#include <string.h>

#include "base/error.h"
#include "db/postgres.h"
#include "db/postgres_quote.h"
#include "db/sql.h"
#include "embedded.h"

enum right {
	RIGHT_ROLE,
	RIGHT_SUPERUSER,
	RIGHT_CREATEDB,
	RIGHT_DATABASE,
	RIGHT_CREATE,
	RIGHT_READ_ONLY,
	RIGHT_SCHEMA,
	RIGHT_SCHEMA_USAGE,
	RIGHT_SCHEMA_CREATE,
	RIGHT_VERSION,
	RIGHT_VERSION_LACKS,
	RIGHT_LOG,
	RIGHT_LOG_LACKS,
	RIGHT_COUNT,
};

struct rights {
	struct db *db;
	struct symptoms *symptoms;
	const char *value[RIGHT_COUNT];
	struct str role, database, schema; /* quoted; schema is empty where there is none */
};

static bool has(const struct rights *rights, enum right right)
{
	return postgres_is_true(rights->value[right]);
}

static void add_role(struct rights *rights)
{
	struct symptoms *symptoms = rights->symptoms;
	const char *role = rights->role.text, *database = rights->database.text;

	symptoms_add(symptoms, "role", MIGRATE_LEVEL_OK, "role %s, %s", role,
		has(rights, RIGHT_SUPERUSER) ? "a superuser" : "no superuser");
	if (has(rights, RIGHT_CREATE)) {
		symptoms_add(symptoms, "database_create", MIGRATE_LEVEL_OK,
			"may create schemas in database %s", database);
	} else {
		symptoms_add(symptoms, "database_create", MIGRATE_LEVEL_NOTE,
			"role %s lacks CREATE on database %s, which scripts need that create "
			"schemas or extensions",
			role, database);
		symptoms_hint(symptoms, "GRANT CREATE ON DATABASE %s TO %s;", database, role);
	}
	if (has(rights, RIGHT_CREATEDB) || has(rights, RIGHT_SUPERUSER)) {
		symptoms_add(symptoms, "createdb", MIGRATE_LEVEL_OK, "may create databases");
		return;
	}
	symptoms_add(symptoms, "createdb", MIGRATE_LEVEL_NOTE,
		"role %s may not create databases, as \"migrate testdb\" and \"migrate db create\" "
		"do",
		role);
	symptoms_hint(symptoms, "ALTER ROLE %s CREATEDB;", role);
}

/* Is there a place to write to, on a server that can be written? */
static void add_home(struct rights *rights)
{
	struct migrate_error error = {0};

	if (rights->db->looked && !postgres_check_home(rights->db, &error))
		symptoms_add_error(rights->symptoms, rights->schema.size ? "read_only" : "schema",
			MIGRATE_LEVEL_PROBLEM, &error);
	if (!rights->value[RIGHT_READ_ONLY] || strcmp(rights->value[RIGHT_READ_ONLY], "on") != 0)
		return;
	symptoms_add(rights->symptoms, "read_only", MIGRATE_LEVEL_PROBLEM,
		"default_transaction_read_only is on: scripts cannot change anything");
	symptoms_hint(rights->symptoms,
		"SET default_transaction_read_only = off; ALTER ROLE %s IN DATABASE %s SET "
		"default_transaction_read_only = off; or take it "
		"out of the options in the database URL or PGOPTIONS, where these set it.",
		rights->role.text, rights->database.text);
}

/* Tables that are there need no CREATE; scripts usually make others. */
static void add_schema(struct rights *rights)
{
	bool usage = has(rights, RIGHT_SCHEMA_USAGE), create = has(rights, RIGHT_SCHEMA_CREATE);
	bool made = rights->value[RIGHT_VERSION] && rights->value[RIGHT_LOG];
	const char *lacks = usage ? "CREATE" : create ? "USAGE" : "USAGE, CREATE";

	if (usage && create) {
		symptoms_add(rights->symptoms, "schema", MIGRATE_LEVEL_OK,
			"may use schema %s and create in it", rights->schema.text);
		return;
	}
	symptoms_add(rights->symptoms, "schema",
		usage && made ? MIGRATE_LEVEL_WARNING : MIGRATE_LEVEL_PROBLEM,
		"role %s lacks %s on schema %s", rights->role.text, lacks, rights->schema.text);
	symptoms_hint(rights->symptoms, "GRANT %s ON SCHEMA %s TO %s;", lacks, rights->schema.text,
		rights->role.text);
}

static void add_table(struct rights *rights, const char *check, const char *name, const char *lacks)
{
	struct str table = {0};

	postgres_add_name(&table, rights->value[RIGHT_SCHEMA], name);
	if (!lacks) {
		symptoms_add(rights->symptoms, check, MIGRATE_LEVEL_OK, "may read and write %s",
			table.text);
	} else {
		symptoms_add(rights->symptoms, check, MIGRATE_LEVEL_PROBLEM,
			"role %s lacks %s on table %s", rights->role.text, lacks, table.text);
		symptoms_hint(rights->symptoms, "GRANT %s ON %s TO %s;", lacks, table.text,
			rights->role.text);
	}
	str_release(&table);
}

static void judge(struct rights *rights)
{
	sql_add_identifier(&rights->role, rights->value[RIGHT_ROLE]);
	sql_add_identifier(&rights->database, rights->value[RIGHT_DATABASE]);
	if (rights->value[RIGHT_SCHEMA])
		sql_add_identifier(&rights->schema, rights->value[RIGHT_SCHEMA]);
	add_role(rights);
	if (!rights->schema.size || has(rights, RIGHT_SCHEMA_USAGE))
		add_home(rights);
	if (rights->schema.size)
		add_schema(rights);
	if (rights->value[RIGHT_VERSION])
		add_table(rights, "version_table", rights->db->version_table,
			rights->value[RIGHT_VERSION_LACKS]);
	if (rights->value[RIGHT_LOG])
		add_table(rights, "log_table", "migrate_log", rights->value[RIGHT_LOG_LACKS]);
	str_release(&rights->role);
	str_release(&rights->database);
	str_release(&rights->schema);
}

static void add_query(struct db *db, struct str *out)
{
	const char *home = db->schema ? db->schema : db->version_schema;
	struct str name = {0}, table = {0};

	postgres_add_text(&name, home);
	postgres_add_text(&table, db->version_table);
	const struct sql_value values[] = {
		{"home", SQL_TEXT, name.text, 0}, {"table", SQL_TEXT, table.text, 0}};

	sql_fill(out, embedded_pg_rights, values, 2);
	str_release(&name);
	str_release(&table);
}

bool postgres_examine_rights(struct db *db, struct symptoms *symptoms, struct migrate_error *error)
{
	struct rights rights = {.db = db, .symptoms = symptoms};
	struct postgres_answer answer;
	struct str sql = {0};
	bool good;

	add_query(db, &sql);
	good = postgres_query(db, sql.text, &answer, NULL, error);
	str_release(&sql);
	if (!good)
		return false;
	for (int i = 0; i < RIGHT_COUNT; i++)
		rights.value[i] = postgres_value(db, answer.result[0], 0, i);
	good = rights.value[RIGHT_ROLE] != NULL;
	if (good)
		judge(&rights);
	postgres_answer_clear(db, &answer);
	return good ||
	       error_set(error, MIGRATE_E_DATABASE, "the server gave no answer about the role");
}
