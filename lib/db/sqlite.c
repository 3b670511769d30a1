/* sqlite: the SQLite driver's connection: open, lock, ensure, and the table of drivers' functions.
 *
 * Knows the file system as far as opening needs it. Surprising: the lock is, besides the session's
 * byte, an open BEGIN IMMEDIATE, taken by try_lock, used by read, ensure and the first
 * step, and gone with that step's COMMIT; every later transaction compares the version rows before
 * it changes anything.
 */
#include "db/sqlite.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/stat.h>
#include <sys/vfs.h>
#include <unistd.h>

#include "base/error.h"
#include "base/file.h"
#include "db/catalog.h"
#include "schema/ddl.h"

void sqlite_copy_settings(struct db *db, const struct db_settings *settings)
{
	struct arena *arena = &db->memory;
	const char *path = settings->url->path;

	/* Debian's SQLite reads a name that begins with "file:" as a URI: "./" stops that. */
	if (path)
		db->path = *path == '/' ? arena_strdup(arena, path)
					: arena_printf(arena, "./%s", path);
	db->shown = path ? arena_strdup(arena, path) : ":memory:";
	db->allowed = settings->url->access;
	db->version_table = arena_strdup(arena, settings->version_table);
	db->tool = settings->tool ? arena_strdup(arena, settings->tool) : NULL;
	db->user = settings->user ? arena_strdup(arena, settings->user) : NULL;
	db->lock_timeout = db->wait_limit = settings->lock_timeout;
	db->statement_timeout = settings->statement_timeout;
	db->hooks = settings->hooks;
	db->interrupted = settings->interrupted;
	db->interrupt_fd = settings->interrupt_fd;
}

/* mode=ro and mode=rw of the URL. */
static bool check_allowed(struct db *db, enum db_access access, struct migrate_error *error)
{
	if (db->allowed != URL_READ || access == DB_READ || access == DB_PLAN)
		return true;
	error_set(error, MIGRATE_E_REFUSED,
		"the database URL allows reading \"%s\" only, and this command writes", db->shown);
	return error_hint(error, "Take mode=ro or immutable=1 out of the URL.");
}

static bool check_missing(struct db *db, enum db_access access, struct migrate_error *error)
{
	const char *directory = path_directory(&db->memory, db->path);

	switch (access) {
	case DB_PLAN: db->path = NULL; return true;
	case DB_CREATE:
		if (db->allowed != URL_CREATE)
			break;
		if (is_directory(*directory ? directory : "."))
			return true;
		error_set(error, MIGRATE_E_CONNECT,
			"cannot create database file \"%s\": no such directory", db->shown);
		return error_hint(error, "Create the directory, or correct database_url.");
	case DB_READ:
	case DB_WRITE: break;
	}
	error_set(error, MIGRATE_E_CONNECT, "database file \"%s\" does not exist", db->shown);
	if (db->allowed != URL_CREATE)
		return error_hint(
			error, "Correct database_url; its \"mode\" lets no file be made.");
	return error_hint(
		error, "Correct database_url, or run \"migrate upgrade\", which creates the file.");
}

static bool check_path(
	struct db *db, enum db_access access, bool *missing, struct migrate_error *error)
{
	struct stat status;

	*missing = false;
	if (!db->path)
		return true;
	if (stat(db->path, &status)) {
		*missing = errno == ENOENT;
		if (*missing)
			return check_missing(db, access, error);
		return error_set(error, MIGRATE_E_CONNECT, "cannot open database file \"%s\": %s",
			db->shown, strerror(errno));
	}
	if (S_ISREG(status.st_mode))
		return true;
	return error_set(error, MIGRATE_E_CONNECT, "cannot open database file \"%s\": it is %s",
		db->shown, S_ISDIR(status.st_mode) ? "a directory" : "not a regular file");
}

static bool connect_file(struct db *db, enum db_access access, struct migrate_error *error)
{
	/* Where the file is write-protected READWRITE falls back to reading by itself. */
	int flags = SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE |
		    (db->path && db->allowed == URL_READ ? SQLITE_OPEN_READONLY
							 : SQLITE_OPEN_READWRITE) |
		    (access == DB_CREATE || !db->path ? SQLITE_OPEN_CREATE : 0);

	sqlite_session_before_open(db);
	if (db->api.open_v2(db->path ? db->path : ":memory:", &db->handle, flags, NULL) ==
		SQLITE_OK) {
		sqlite_session_after_open(db);
		return true;
	}
	if (!db->handle)
		return error_set(
			error, MIGRATE_E_CONNECT, "cannot open \"%s\": out of memory", db->shown);
	return sqlite_error(db, MIGRATE_E_CONNECT, error);
}

/* What the connection must be like before any SQL of others: extensions stay off (the default). */
static bool set_up(struct db *db, enum db_access access, struct migrate_error *error)
{
	const char *pragma = access == DB_READ || access == DB_PLAN
				     ? "PRAGMA query_only = ON; PRAGMA main.schema_version"
				     : "PRAGMA foreign_keys = OFF; PRAGMA main.schema_version";

	sqlite_forget(db);
	db->log_seen = -1;
	sqlite_install_handlers(db);
	db->api.db_config(db->handle, SQLITE_DBCONFIG_DEFENSIVE, 1, NULL);
	if (db->api.exec(db->handle, pragma, NULL, NULL, NULL) == SQLITE_OK)
		return true;
	return sqlite_error(db, MIGRATE_E_CONNECT, error);
}

static void sqlite_close(struct db *db)
{
	if (db->handle) {
		sqlite_rollback(db, NULL);
		sqlite_persist_end(db);
		sqlite_session_release(db);
		for (int i = 0; i < STATEMENT_COUNT; i++)
			db->api.finalize(db->statement[i]);
		db->api.close_v2(db->handle);
	}
	if (db->catalog_lock)
		close(db->catalog_lock - 1);
	sqlite_violations_release(&db->violations);
	sqlite_violations_release(&db->kept.before);
	arena_release(&db->kept.memory);
	arena_release(&db->batch_memory);
	arena_release(&db->memory);
	free(db);
}

static bool check_schema(const struct db_settings *settings, struct migrate_error *error)
{
	const char *schema = settings->version_schema;

	if (!strncasecmp(settings->version_table, "sqlite_", 7)) {
		error_set(error, MIGRATE_E_CONFIG, "SQLite keeps names such as \"%s\" for itself",
			settings->version_table);
		return error_hint(error, "Choose another version_table in the configuration.");
	}
	if (!schema || !*schema || !strcasecmp(schema, "main"))
		return true;
	error_set(error, MIGRATE_E_CONFIG, "SQLite has no schema \"%s\"", schema);
	return error_hint(error, "Remove version_table_schema from the configuration.");
}

/* Locks do not work there as SQLite needs them
 * (https://sqlite.org/howtocorrupt.html#_filesystems_with_broken_or_missing_lock_implementations).
 */
bool sqlite_on_network(const char *path)
{
	static const uint32_t network[] = {0x6969 /* NFS */, 0x517b /* SMB */,
		0xff534d42 /* CIFS */, 0xfe534d42 /* SMB2 */, 0x5346414f /* AFS */};
	struct statfs status;

	if (statfs(path, &status))
		return false;
	for (size_t i = 0; i < sizeof network / sizeof *network; i++)
		if ((uint32_t)status.f_type == network[i])
			return true;
	return false;
}

static void warn_of_network(struct db *db)
{
	if (db->path && sqlite_on_network(db->path))
		sqlite_notice(db, DB_WARNING,
			"\"%s\" is on a network file system, where SQLite's locks are not "
			"reliable: let nothing else use it meanwhile",
			db->shown);
}

static bool sqlite_open(
	const struct db_settings *settings, struct db **opened, struct migrate_error *error)
{
	struct db *db = memset(memory_resize(NULL, sizeof *db), 0, sizeof *db);
	bool missing;

	sqlite_copy_settings(db, settings);
	if (!check_schema(settings, error) || !check_allowed(db, settings->access, error) ||
		!sqlite_api_load(&db->api, error) ||
		!check_path(db, settings->access, &missing, error) ||
		!connect_file(db, settings->access, error) ||
		!set_up(db, settings->access, error)) {
		sqlite_close(db);
		return false;
	}
	if (missing && db->path)
		sqlite_notice(db, DB_CREATED, "created \"%s\"", db->shown);
	if (settings->access == DB_WRITE || settings->access == DB_CREATE)
		warn_of_network(db);
	*opened = db;
	return true;
}

static void sqlite_unlock(struct db *db)
{
	sqlite_rollback(db, NULL);
	sqlite_persist_end(db);
	sqlite_session_release(db);
}

/* BEGIN IMMEDIATE without waiting. */
static bool begin_at_once(struct db *db, bool *taken, struct migrate_error *error)
{
	sqlite3_stmt *statement = sqlite_statement(db, STATEMENT_BEGIN, error);

	if (!statement)
		return false;
	db->wait_limit = WAIT_NEVER;
	*taken = db->transaction = db->api.step(statement) == SQLITE_DONE;
	db->wait_limit = db->lock_timeout;
	db->api.reset(statement);
	sqlite_forget(db);
	if (*taken || (db->api.extended_errcode(db->handle) & 0xff) == SQLITE_BUSY)
		return true;
	return sqlite_error(db, MIGRATE_E_DATABASE, error);
}

static bool take_lock(struct db *db, bool *taken, struct db_state *state, struct arena *arena,
	struct migrate_error *error)
{
	*taken = !db->api.get_autocommit(db->handle);
	if (!*taken && !begin_at_once(db, taken, error))
		return false;
	return !*taken || sqlite_read(db, arena, false, state, error);
}

static bool sqlite_try_lock(struct db *db, struct arena *arena, bool *taken, const char **holder,
	struct db_state *state, struct migrate_error *error)
{
	bool session, ok = true;

	memset(state, 0, sizeof *state);
	*holder = NULL;
	*taken = false;
	session = sqlite_session_take(db);
	if (session)
		ok = take_lock(db, taken, state, arena, error);
	if (ok && *taken)
		return true;
	state->foreign = session;
	if (ok)
		*holder = sqlite_lock_holder(db, arena);
	sqlite_unlock(db);
	*taken = false;
	return ok;
}

/* What is created is committed at once, so that the caller may report it; a lock that was held is
 * then taken again, and apply compares the rows in any case. */
static bool sqlite_ensure(struct db *db, bool *created, struct migrate_error *error)
{
	bool locked = !db->api.get_autocommit(db->handle), ok;

	*created = false;
	ok = locked || sqlite_begin(db, error);
	ok = ok && sqlite_create_tables(db, created, error) &&
	     (!*created || sqlite_commit(db, error));
	if (!ok || !locked)
		sqlite_rollback(db, error);
	if (ok && locked && *created)
		ok = sqlite_begin(db, error);
	return ok;
}

const struct db_driver sqlite_driver = {
	.name = "sqlite",
	.open = sqlite_open,
	.close = sqlite_close,
	.read = sqlite_read,
	.try_lock = sqlite_try_lock,
	.unlock = sqlite_unlock,
	.ensure = sqlite_ensure,
	.apply = sqlite_apply,
	.settle = sqlite_settle,
	.decide = sqlite_decide,
	.recall = sqlite_recall,
	.accept = sqlite_accept,
	.recall_fingerprint = sqlite_recall_fingerprint,
	.keep_fingerprint = sqlite_keep_fingerprint,
	.locks = sqlite_locks,
	.examine = sqlite_examine,
	.read_schema = sqlite_read_schema,
	.read_table = sqlite_read_table,
	.script_rows = sqlite_script_rows,
	.schema = &schema_sqlite,
	.script_begin = sqlite_script_begin,
	.script_step = sqlite_script_step,
	.script_end = sqlite_script_end,
	.catalog = &sqlite_catalog,
	.dialect = URL_SQLITE,
	.scan = SCAN_SQLITE,
	.cheap_to_open = true,
	.digest_schema = sqlite_digest_schema,
	.memory_url = "sqlite://",
};
