/* sqlite_query: our own statements, and what a result code means to a user.
 *
 * Knows the SQL of the version table and the log, kept prepared; no script. Surprising: SQLite may
 * end a transaction by itself on some errors
 * (https://sqlite.org/lang_transaction.html#response_to_errors_within_a_transaction), so whether
 * one is open is asked of sqlite3_get_autocommit, never remembered.
 */
#include <errno.h>
#include <stdarg.h>
#include <string.h>

#include "base/error.h"
#include "db/sql.h"
#include "db/sqlite.h"
#include "embedded.h"

static const char *const statement_text[STATEMENT_COUNT] = {
	[STATEMENT_BEGIN] = "BEGIN IMMEDIATE",
	[STATEMENT_COMMIT] = "COMMIT",
	[STATEMENT_ROWS] = embedded_sqlite_rows,
	[STATEMENT_MOVE] = embedded_sqlite_row_move,
	[STATEMENT_REMOVE] = embedded_sqlite_row_remove,
	[STATEMENT_ADD] = embedded_sqlite_row_add,
	[STATEMENT_LOG] = embedded_sqlite_log,
	[STATEMENT_LOG_LAST] = embedded_sqlite_log_last,
	[STATEMENT_LOG_NEWER] = embedded_sqlite_log_newer,
	[STATEMENT_LOG_HAS] = embedded_sqlite_log_has,
	[STATEMENT_HAS_KEYS] = embedded_sqlite_has_keys,
	[STATEMENT_FOREIGN_KEYS] = embedded_sqlite_foreign_keys,
};

void sqlite_notice(struct db *db, enum db_severity severity, const char *format, ...)
{
	struct str text = {0}, visible = {0};
	va_list arguments;

	if (!db->hooks.notice)
		return;
	va_start(arguments, format);
	str_vprintf(&text, format, arguments);
	va_end(arguments);
	str_add_visible(&visible, str_text(&text), text.size);
	db->hooks.notice(db->hooks.context, severity, str_text(&visible));
	str_release(&text);
	str_release(&visible);
}

/* The file or its disk is the matter: SQLite's words alone do not say which. */
static bool storage_error(struct db *db, enum migrate_error_code code, int result, int number,
	struct migrate_error *error)
{
	error_set(error, code, "database file \"%s\": %s", db->shown, db->api.errmsg(db->handle));
	if (number && (result & 0xff) != SQLITE_FULL)
		error_detail(error, "%s", strerror(number));
	if (db->transaction)
		error_detail(error, "the transaction was rolled back: nothing of it was kept");
	switch (result & 0xff) {
	case SQLITE_FULL:
		return error_hint(error, "Make room on the disk, then run the command again.");
	case SQLITE_CANTOPEN:
	case SQLITE_READONLY:
		return error_hint(error, "SQLite must be able to write the file and to create "
					 "files in its directory.");
	case SQLITE_CORRUPT:
		return error_hint(error, "Restore a backup; \"PRAGMA integrity_check\" tells what "
					 "is damaged.");
	}
	return false;
}

static bool busy_error(struct db *db, struct migrate_error *error)
{
	struct arena scratch = {0};
	const char *holder = sqlite_lock_holder(db, &scratch);

	error_set(error, MIGRATE_E_LOCKED, "database file \"%s\" is locked by another process%s%s",
		db->shown, holder ? ": " : "", holder ? holder : "");
	arena_release(&scratch);
	if (db->waited)
		error_detail(error, "waited %ld ms (lock_timeout)",
			(long)((sqlite_clock() - db->wait_start) / 1000));
	return error_hint(error, "Let it end its transaction, or raise lock_timeout.");
}

bool sqlite_error(struct db *db, enum migrate_error_code code, struct migrate_error *error)
{
	int result = db->api.extended_errcode(db->handle),
	    number = db->api.system_errno(db->handle);

	switch (result & 0xff) {
	case SQLITE_BUSY:
	case SQLITE_INTERRUPT:
		if (sqlite_interrupted(db, error))
			return false;
		if ((result & 0xff) == SQLITE_BUSY)
			return busy_error(db, error);
		if (db->timed_out) {
			error_set(error, code, "the statement ran longer than statement_timeout");
			return error_hint(error, "Raise statement_timeout in migrator.yaml or "
						 "behind the section's marker.");
		}
		break;
	case SQLITE_NOTADB:
		return error_set(
			error, MIGRATE_E_CONNECT, "\"%s\" is not a SQLite database", db->shown);
	case SQLITE_CANTOPEN:
	case SQLITE_CORRUPT:
	case SQLITE_FULL:
	case SQLITE_IOERR:
	case SQLITE_PERM:
	case SQLITE_READONLY: return storage_error(db, code, result, number, error);
	}
	return error_set(error, code, "%s", db->api.errmsg(db->handle));
}

sqlite3_stmt *sqlite_prepare(struct db *db, const char *sql, struct migrate_error *error)
{
	sqlite3_stmt *statement = NULL;

	if (db->api.prepare_v3(db->handle, sql, -1, 0, &statement, NULL) != SQLITE_OK)
		sqlite_error(db, MIGRATE_E_DATABASE, error);
	return statement;
}

static sqlite3_stmt *prepare_kept(struct db *db, const char *template, struct migrate_error *error)
{
	const struct sql_value values[] = {
		{"version_table", SQL_IDENTIFIER, db->version_table, 0},
		{"table", SQL_TEXT, "?1", 0},
		{"old", SQL_TEXT, "?1", 0},
		{"new", SQL_TEXT, "?2", 0},
		{"revision", SQL_TEXT, "?2", 0},
		{"direction", SQL_TEXT, "?3", 0},
		{"started", SQL_TEXT, "?4", 0},
		{"finished", SQL_TEXT, "?5", 0},
		{"checksum", SQL_TEXT, "?6", 0},
		{"user", SQL_TEXT, "?7", 0},
		{"tool", SQL_TEXT, "?8", 0},
		{"script", SQL_TEXT, "?9", 0},
		{"id", SQL_TEXT, "?10", 0},
		{"outcome", SQL_TEXT, "?11", 0},
		{"segment", SQL_TEXT, "?12", 0},
	};
	sqlite3_stmt *statement = NULL;
	struct str sql = {0};

	sql_fill(&sql, template, values, sizeof values / sizeof *values);
	if (db->api.prepare_v3(db->handle, str_text(&sql), (int)sql.size + 1,
		    SQLITE_PREPARE_PERSISTENT, &statement, NULL) != SQLITE_OK)
		sqlite_error(db, MIGRATE_E_DATABASE, error);
	str_release(&sql);
	return statement;
}

sqlite3_stmt *sqlite_statement(
	struct db *db, enum sqlite_statement which, struct migrate_error *error)
{
	if (!db->statement[which])
		db->statement[which] = prepare_kept(db, statement_text[which], error);
	return db->statement[which];
}

void sqlite_bind(struct db *db, sqlite3_stmt *statement, int index, const char *text, size_t size)
{
	/* SQLITE_STATIC: the text outlives sqlite_run; NULL binds NULL. */
	db->api.bind_text64(statement, index, text, size, SQLITE_STATIC, SQLITE_UTF8);
}

bool sqlite_number(
	struct db *db, enum sqlite_statement which, int64_t *number, struct migrate_error *error)
{
	sqlite3_stmt *statement = sqlite_statement(db, which, error);
	bool row, ok = statement && sqlite_row(db, statement, &row, error);

	*number = ok && row ? db->api.column_int64(statement, 0) : 0;
	db->api.reset(statement);
	return ok;
}

bool sqlite_row(struct db *db, sqlite3_stmt *statement, bool *row, struct migrate_error *error)
{
	int result = db->api.step(statement);

	*row = result == SQLITE_ROW;
	if (result == SQLITE_ROW || result == SQLITE_DONE)
		return true;
	return sqlite_error(db, MIGRATE_E_DATABASE, error);
}

bool sqlite_run(struct db *db, sqlite3_stmt *statement, struct migrate_error *error)
{
	bool row, ok = statement && sqlite_row(db, statement, &row, error);

	db->api.reset(statement);
	return ok;
}

bool sqlite_exec(struct db *db, const char *sql, struct migrate_error *error)
{
	if (db->api.exec(db->handle, sql, NULL, NULL, NULL) == SQLITE_OK)
		return true;
	return sqlite_error(db, MIGRATE_E_DATABASE, error);
}

const char *sqlite_text(struct db *db, struct arena *arena, sqlite3_stmt *statement, int column)
{
	const char *text = (const char *)db->api.column_text(statement, column);

	return text ? arena_strndup(arena, text, (size_t)db->api.column_bytes(statement, column))
		    : NULL;
}

unsigned sqlite_data_version(struct db *db)
{
	unsigned version = 0;

	db->api.file_control(db->handle, "main", SQLITE_FCNTL_DATA_VERSION, &version);
	return version;
}

void sqlite_forget(struct db *db)
{
	db->rows_known = false;
	db->log_last = -1;
	db->keys = KEYS_UNKNOWN;
}

bool sqlite_begin(struct db *db, struct migrate_error *error)
{
	db->transaction = sqlite_run(db, sqlite_statement(db, STATEMENT_BEGIN, error), error);
	if (db->transaction && sqlite_data_version(db) != db->known_version)
		sqlite_forget(db);
	return db->transaction;
}

bool sqlite_commit(struct db *db, struct migrate_error *error)
{
	/* A reader that does not end makes this BUSY after the busy handler gave up. */
	if (!sqlite_run(db, sqlite_statement(db, STATEMENT_COMMIT, error), error))
		return false;
	if (!db->api.get_autocommit(db->handle))
		return error_set(error, MIGRATE_E_DATABASE,
			"COMMIT succeeded and the transaction is still open");
	db->transaction = false;
	db->known_version = sqlite_data_version(db);
	if (db->log_last >= 0)
		db->log_seen = db->log_last;
	return true;
}

void sqlite_rollback(struct db *db, struct migrate_error *error)
{
	db->transaction = false;
	sqlite_forget(db);
	if (db->api.get_autocommit(db->handle))
		return;
	if (db->api.exec(db->handle, "ROLLBACK", NULL, NULL, NULL) != SQLITE_OK && error)
		error_detail(error, "ROLLBACK failed too: %s", db->api.errmsg(db->handle));
}

bool sqlite_commit_undone(struct db *db)
{
	struct migrate_error ignored = {0};
	sqlite3_stmt *statement = sqlite_prepare(
		db, "PRAGMA main.wal_checkpoint(TRUNCATE)", &ignored);
	bool row = false, undone;

	/* The first column tells that it was blocked. Without such a log nothing is done. */
	undone = statement && sqlite_row(db, statement, &row, &ignored) && row &&
		 !db->api.column_int64(statement, 0);
	db->api.finalize(statement);
	migrate_error_clear(&ignored);
	return undone;
}

void sqlite_rows_add(struct arena *arena, struct sqlite_rows *rows, const char *row)
{
	ARENA_GROW(arena, rows->item, rows->count, rows->capacity);
	rows->item[rows->count++] = row;
}

bool sqlite_read_rows(
	struct db *db, struct arena *arena, struct sqlite_rows *rows, struct migrate_error *error)
{
	sqlite3_stmt *statement = sqlite_statement(db, STATEMENT_ROWS, error);
	bool row, ok;

	if (!statement)
		return false;
	while ((ok = sqlite_row(db, statement, &row, error)) && row) {
		const char *text = sqlite_text(db, arena, statement, 0);

		if (!text) {
			error_set(error, MIGRATE_E_VERSION_TABLE,
				"version table \"%s\" has a row that is NULL", db->version_table);
			ok = error_hint(error,
				"No revision stands for it. Delete it: DELETE FROM \"%s\" WHERE "
				"version_num IS NULL;",
				db->version_table);
			break;
		}
		sqlite_rows_add(arena, rows, text);
	}
	db->api.reset(statement);
	return ok;
}
