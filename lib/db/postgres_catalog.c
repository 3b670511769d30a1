/* postgres_catalog: databases made and dropped, from a connection to another one of the server.
 *
 * Surprising: there is always a database to connect to: initdb makes "postgres" and "template1"
 * (https://www.postgresql.org/docs/current/manage-ag-templatedbs.html). The first may have been
 * dropped or be closed to us; the second is the one that new databases are copied from, which only
 * works while nobody else is connected to it, so it is the last resort. */
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/error.h"
#include "db/catalog.h"
#include "db/postgres.h"
#include "db/postgres_quote.h"
#include "db/sql.h"

/* The same URL with another database: libpq takes the last value of a keyword. */
static struct url beside(struct arena *arena, const struct url *url, const char *database)
{
	size_t count = url->parameters;
	struct url copy = *url;

	copy.keyword = ARENA_ARRAY(arena, count + 2, const char *);
	copy.value = ARENA_ARRAY(arena, count + 2, const char *);
	for (size_t i = 0; i < count; i++) {
		copy.keyword[i] = url->keyword[i];
		copy.value[i] = url->value[i];
	}
	copy.keyword[count] = "dbname";
	copy.value[count] = database;
	copy.parameters = count + 1;
	return copy;
}

/* Was it that database that refused, and not the server? */
static bool is_about(const struct migrate_error *error, const char *database)
{
	const char *found = error->detail ? strstr(error->detail, database) : NULL;

	return found && found > error->detail && found[-1] == '"' && found[strlen(database)] == '"';
}

static bool connect_beside(const struct db_settings *settings, const char *target, struct db **db,
	struct migrate_error *error)
{
	const char *first = strcmp(target, "postgres") != 0 ? "postgres" : "template1";
	struct migrate_error refused = {0};
	struct db_settings other = *settings;
	struct arena arena = {0};
	struct url url = beside(&arena, settings->url, first);
	bool good;

	other.url = &url;
	good = postgres_open(&other, db, &refused);
	if (!good && is_about(&refused, "postgres") && strcmp(target, "template1") != 0) {
		url = beside(&arena, settings->url, "template1");
		good = postgres_open(&other, db, error);
	} else if (!good) {
		error_copy(error, &refused);
	}
	migrate_error_clear(&refused);
	arena_release(&arena);
	return good;
}

/* Without a name libpq would find one in the environment or a service file: too far away for
 * something that is going to be dropped. */
static bool catalog_open(
	const struct db_settings *settings, struct db **db, struct migrate_error *error)
{
	const char *target = url_parameter(settings->url, "dbname");

	*db = NULL;
	if (!target) {
		error_set(error, MIGRATE_E_REFUSED, "the database URL does not name a database");
		return error_hint(error, "Write it behind the host: postgresql://host/name.");
	}
	if (!connect_beside(settings, target, db, error))
		return false;
	(*db)->target = arena_strdup(&(*db)->memory, target);
	return true;
}

/* By default a new database goes through the log, which spares a busy server two checkpoints. A
 * server that does not fsync is one for tests: there they cost next to nothing, and to copy the
 * files takes half of the time (https://www.postgresql.org/docs/current/sql-createdatabase.html).
 */
static void choose_strategy(struct db *db, const char *fsync)
{
	db->copies_files = db->pq.serverVersion(db->connection) >= 150000 && !strcmp(fsync, "off");
}

static bool find(struct db *db, const char *name, bool *found, struct migrate_error *error)
{
	struct postgres_answer answer;
	struct str sql = {0};
	bool good;

	str_add(&sql, "SELECT pg_catalog.current_setting('fsync'), EXISTS (SELECT FROM "
		      "pg_catalog.pg_database "
		      "WHERE datname = ");
	postgres_add_text(&sql, name);
	str_add(&sql, ")");
	good = postgres_query(db, sql.text, &answer, NULL, error);
	str_release(&sql);
	if (!good)
		return false;
	choose_strategy(db, postgres_value(db, answer.result[0], 0, 0));
	*found = !strcmp(postgres_value(db, answer.result[0], 0, 1), "t");
	postgres_answer_clear(db, &answer);
	return true;
}

/* One statement about a database: before and after its name. */
static bool change(struct db *db, const char *name, const char *before, const char *after,
	char sqlstate[6], struct migrate_error *error)
{
	struct postgres_answer answer;
	struct str sql = {0};
	bool good;

	str_add(&sql, before);
	sql_add_identifier(&sql, name);
	str_add(&sql, after);
	good = postgres_query(db, sql.text, &answer, sqlstate, error);
	if (good)
		postgres_answer_clear(db, &answer);
	str_release(&sql);
	return good;
}

static bool create(struct db *db, const char *name, const char *after, char sqlstate[6],
	struct migrate_error *error)
{
	struct str text = {0};
	bool good;

	str_add(&text, after);
	str_add(&text, db->copies_files ? " STRATEGY FILE_COPY" : "");
	good = change(db, name, "CREATE DATABASE ", str_text(&text), sqlstate, error);
	str_release(&text);
	return good;
}

static void tell(struct db *db, const char *verb)
{
	struct str text = {0};

	if (!db->hooks.notice)
		return;
	str_printf(&text, "%s database \"%s\"", verb, db->target);
	db->hooks.notice(db->hooks.context, DB_CREATED, str_text(&text));
	str_release(&text);
}

static void hint_grant(struct db *db, struct migrate_error *failure)
{
	const char *role = db->pq.parameterStatus(db->connection, "session_authorization");
	struct str name = {0};

	sql_add_identifier(&name, role ? role : "...");
	failure->hint = NULL;
	error_hint(failure, "Let the role do that: ALTER ROLE %s CREATEDB;", str_text(&name));
	str_release(&name);
}

static bool catalog_create(
	struct db *db, const char *name, bool *created, struct migrate_error *error)
{
	struct migrate_error failure = {0};
	bool found = false;
	char sqlstate[6];

	*created = false;
	postgres_enter(db);
	if (!find(db, name ? name : db->target, &found, error) || found)
		return found;
	*created = create(db, name ? name : db->target, "", sqlstate, &failure);
	/* Another one has made it meanwhile: 23505 where both were at it at once. */
	found = !strcmp(sqlstate, "42P04") || !strcmp(sqlstate, "23505");
	/* The hint for this state is about scripts. */
	if (!strcmp(sqlstate, "42501"))
		hint_grant(db, &failure);
	if (*created && !name)
		tell(db, "created");
	else if (!*created && !found)
		error_copy(error, &failure);
	migrate_error_clear(&failure);
	return *created || found;
}

static bool catalog_drop(
	struct db *db, const char *name, bool force, bool *dropped, struct migrate_error *error)
{
	bool found = false;
	char sqlstate[6];

	*dropped = false;
	postgres_enter(db);
	name = name ? name : db->target;
	if (!find(db, name, &found, error) || !found)
		return !error->code;
	if (change(db, name, "DROP DATABASE IF EXISTS ", force ? " WITH (FORCE)" : "", sqlstate,
		    error))
		return *dropped = true;
	if (!strcmp(sqlstate, "55006") && !force)
		error_hint(error, "End those sessions first, or let --force end them.");
	return false;
}

static const char *catalog_name(struct db *db, struct arena *arena)
{
	return arena_strdup(arena, db->target);
}

static const char *catalog_place(struct db *db, struct arena *arena, const char *name)
{
	(void)db;
	return arena_strdup(arena, name);
}

static bool catalog_exists(
	struct db *db, const char *name, bool *found, struct migrate_error *error)
{
	*found = false;
	return find(db, name, found, error);
}

static bool catalog_identify(struct db *db, struct str *key, struct migrate_error *error)
{
	struct postgres_answer answer;

	if (!postgres_query(db,
		    "SELECT pg_catalog.version(), CURRENT_USER, "
		    "pg_catalog.current_setting('fsync')",
		    &answer, NULL, error))
		return false;
	choose_strategy(db, postgres_value(db, answer.result[0], 0, 2));
	str_printf(key, "%s\n%s\n", postgres_value(db, answer.result[0], 0, 0),
		postgres_value(db, answer.result[0], 0, 1));
	postgres_answer_clear(db, &answer);
	return true;
}

static bool catalog_copy(struct db *db, const char *template, const char *name, bool *found,
	struct migrate_error *error)
{
	struct migrate_error failure = {0};
	struct str from = {0};
	char sqlstate[6];
	bool good;

	str_add(&from, " TEMPLATE ");
	sql_add_identifier(&from, template);
	good = create(db, name, str_text(&from), sqlstate, &failure);
	*found = strcmp(sqlstate, "3D000") != 0;
	if (!strcmp(sqlstate, "42501"))
		hint_grant(db, &failure);
	if (!good && *found)
		error_copy(error, &failure);
	migrate_error_clear(&failure);
	str_release(&from);
	return good || !*found;
}

/* The comment is for people and for prune; closed to connections it can always be copied. */
static bool catalog_seal(
	struct db *db, const char *name, const char *template, struct migrate_error *error)
{
	struct str rename = {0}, comment = {0};
	bool good;

	str_add(&rename, " RENAME TO ");
	sql_add_identifier(&rename, template);
	str_printf(
		&comment, " IS 'template of migrate testdb, made at %lld'", (long long)time(NULL));
	good = change(db, name, "COMMENT ON DATABASE ", str_text(&comment), NULL, error) &&
	       change(db, name, "ALTER DATABASE ", " ALLOW_CONNECTIONS false", NULL, error) &&
	       change(db, name, "ALTER DATABASE ", str_text(&rename), NULL, error);
	str_release(&rename);
	str_release(&comment);
	return good;
}

static void add_lock(struct str *sql, const char *function, const char *template)
{
	str_printf(sql, "SELECT pg_catalog.%s(%d, %d)", function, POSTGRES_LOCK_SPACE,
		postgres_lock_key("testdb", template));
}

static bool catalog_lock(
	struct db *db, const char *template, bool *taken, struct migrate_error *error)
{
	struct postgres_answer answer;
	struct str sql = {0};
	bool good;

	add_lock(&sql, "pg_try_advisory_lock", template);
	good = postgres_query(db, sql.text, &answer, NULL, error);
	str_release(&sql);
	*taken = good && postgres_is_true(postgres_value(db, answer.result[0], 0, 0));
	if (good)
		postgres_answer_clear(db, &answer);
	return good;
}

static void catalog_unlock(struct db *db, const char *template)
{
	struct str sql = {0};

	add_lock(&sql, "pg_advisory_unlock", template);
	if (!postgres_is_lost(db) && postgres_send(db, sql.text))
		postgres_drain(db);
	str_release(&sql);
}

static bool catalog_list(struct db *db, struct arena *arena, const char *prefix,
	struct db_entry **entries, size_t *count, struct migrate_error *error)
{
	struct postgres_answer answer;
	struct str sql = {0};
	bool good;

	*count = 0;
	str_add(&sql,
		"SELECT datname, substring(pg_catalog.shobj_description(oid, 'pg_database') "
		"FROM 'made at ([0-9]+)$'), (SELECT count(*) FROM pg_catalog.pg_stat_activity a "
		"WHERE a.datid = d.oid) FROM pg_catalog.pg_database d "
		"WHERE pg_catalog.starts_with(datname, ");
	postgres_add_text(&sql, prefix);
	str_add(&sql, ") ORDER BY datname");
	good = postgres_query(db, sql.text, &answer, NULL, error);
	str_release(&sql);
	if (!good)
		return false;
	*count = (size_t)db->pq.ntuples(answer.result[0]);
	*entries = ARENA_ARRAY(arena, *count + 1, struct db_entry);
	for (size_t i = 0; i < *count; i++) {
		const char *made = postgres_value(db, answer.result[0], (int)i, 1);

		(*entries)[i].name = arena_strdup(
			arena, postgres_value(db, answer.result[0], (int)i, 0));
		(*entries)[i].made = made ? strtoll(made, NULL, 10) : 0;
		(*entries)[i].sessions = strtoul(
			postgres_value(db, answer.result[0], (int)i, 2), NULL, 10);
	}
	postgres_answer_clear(db, &answer);
	return true;
}

static bool may_come(const struct migrate_error *error)
{
	static const char *const final[] = {"password authentication failed", "no password",
		"pg_hba.conf", "Peer authentication failed", "role \"", "certificate verify failed",
		"does not match host name", "unsupported startup parameter"};

	if (!error->detail)
		return false;
	for (size_t i = 0; i < sizeof final / sizeof *final; i++)
		if (strstr(error->detail, final[i]))
			return false;
	return true;
}

const struct db_catalog postgres_catalog = {
	.open = catalog_open,
	.name = catalog_name,
	.place = catalog_place,
	.create = catalog_create,
	.drop = catalog_drop,
	.identify = catalog_identify,
	.copy = catalog_copy,
	.seal = catalog_seal,
	.exists = catalog_exists,
	.lock = catalog_lock,
	.unlock = catalog_unlock,
	.list = catalog_list,
	.may_come = may_come,
};
