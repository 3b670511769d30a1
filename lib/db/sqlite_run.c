/* sqlite_run: one script, statement by statement, inside the transaction that is open.
 *
 * Knows what a script may not do, as SQLite's own parser sees it
 * (https://sqlite.org/c3ref/set_authorizer.html); nothing of version rows. Surprising: many PRAGMAs
 * act while they are prepared, so one that changes a setting is refused at first sight, the
 * setting's value saved, and the statement prepared again.
 */
#include "db/sqlite.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/error.h"
#include "core/scan.h"

__attribute__((format(printf, 3, 4))) static int refuse(
	struct sqlite_script *script, const char *hint, const char *format, ...)
{
	va_list arguments;

	va_start(arguments, format);
	vsnprintf(script->refused, sizeof script->refused, format, arguments);
	va_end(arguments);
	script->refused_hint = hint;
	return SQLITE_DENY;
}

static int authorize_transaction(struct sqlite_script *script, const char *command)
{
	if (!strcmp(command, "BEGIN"))
		return refuse(script, "Remove it, and the COMMIT that belongs to it.",
			"BEGIN: the revision runs in a transaction already");
	return refuse(script,
		"Remove it: the transaction is committed when the whole script has succeeded.",
		"%s would end the transaction that the revision runs in", command);
}

static int authorize_pragma(struct sqlite_script *script, const char *name, const char *value)
{
	if (!value)
		return SQLITE_OK;
	if (!strcasecmp(name, "foreign_keys")) {
		script->ignored_foreign_keys = sqlite_is_true(value) != script->db->foreign_keys;
		return SQLITE_OK;
	}
	if (!strcasecmp(name, "journal_mode"))
		return refuse(script, "Set it once, outside of migrations.",
			"PRAGMA journal_mode cannot change in the transaction that the revision "
			"runs in");
	script->setting = sqlite_setting_find(name);
	return script->setting < 0 || script->saved[script->setting] ? SQLITE_OK : SQLITE_DENY;
}

/* Can it leave a row that refers to nothing? Tables of SQLite's own have no foreign keys. */
static bool may_break_keys(int action, const char *table)
{
	switch (action) {
	case SQLITE_INSERT:
	case SQLITE_UPDATE:
	case SQLITE_DELETE: return strncasecmp(table, "sqlite_", 7) != 0;
	case SQLITE_ALTER_TABLE:
	case SQLITE_DROP_TABLE:
	case SQLITE_CREATE_VTABLE:
	case SQLITE_DROP_VTABLE: return true;
	}
	return false;
}

static bool is_ours(const struct db *db, const char *table)
{
	return table &&
	       (!strcasecmp(table, db->version_table) || !strcasecmp(table, "migrate_log"));
}

int sqlite_authorize(void *context, int action, const char *first, const char *second,
	const char *database, const char *inner)
{
	struct sqlite_script *script = ((struct db *)context)->script;

	(void)inner;
	if (!script)
		return SQLITE_OK;
	switch (action) {
	case SQLITE_TRANSACTION: return authorize_transaction(script, first);
	case SQLITE_ATTACH:
	case SQLITE_DETACH:
		return refuse(script, "Migrate each database file by itself.",
			"%s is refused: the version table covers this database file only",
			action == SQLITE_ATTACH ? "ATTACH" : "DETACH");
	case SQLITE_SAVEPOINT: script->begins_savepoint = !strcmp(first, "BEGIN"); return SQLITE_OK;
	case SQLITE_PRAGMA: return authorize_pragma(script, first, second);
	case SQLITE_CREATE_TEMP_TABLE:
	case SQLITE_CREATE_TEMP_TRIGGER:
	case SQLITE_CREATE_TEMP_VIEW: script->uses_temporary = true; return SQLITE_OK;
	case SQLITE_CREATE_VTABLE: script->uses_temporary |= database && !strcmp(database, "temp");
	}
	script->may_break_keys = script->may_break_keys || may_break_keys(action, first);
	script->touches_ours = script->touches_ours || is_ours(script->db, first);
	return SQLITE_OK;
}

/* How far a statement goes, for showing it. */
static size_t shown_size(const char *text, size_t size)
{
	enum { LIMIT = 8192 };
	struct scan_statement statement;
	struct scanner scanner;

	scan_begin(&scanner, SCAN_SQLITE, text, size);
	if (scan_next(&scanner, &statement))
		size = statement.last;
	if (size <= LIMIT)
		return size;
	for (size = LIMIT; (text[size] & 0xc0) == 0x80;)
		size--;
	return size;
}

static void hint_at_reason(struct migrate_error *error)
{
	static const struct {
		const char *message, *hint;
	} hints[] = {
		{"cannot VACUUM", "VACUUM cannot be part of a revision: run it by hand."},
		{"Safety level", "Remove it: PRAGMA synchronous is a setting of each connection, "
				 "not of the file."},
		{"temporary storage cannot", "Remove it: PRAGMA temp_store is a setting of each "
					     "connection, not of the file."},
		{"table sqlite_", "Rebuild the table instead: "
				  "https://sqlite.org/lang_altertable.html#otheralter"},
		{"not authorized", "SQLite's extensions cannot be loaded in a migration."},
	};

	for (size_t i = 0; i < sizeof hints / sizeof *hints; i++)
		if (!strncmp(error->message, hints[i].message, strlen(hints[i].message)))
			error_hint(error, "%s", hints[i].hint);
}

/* at: the statement's text; position: where in the script the error is, if before that token. */
static bool fail(struct sqlite_script *script, size_t at, size_t position)
{
	const struct db_step *step = script->step;
	size_t first = sqlite_first_token(step->script, step->script_size, at);
	struct migrate_error *error = script->error;

	if (*script->refused) {
		error_set(error, MIGRATE_E_SQL, "%s", script->refused);
		error_hint(error, "%s", script->refused_hint);
	} else {
		sqlite_error(script->db, MIGRATE_E_SQL, error);
		hint_at_reason(error);
	}
	error_at_offset(error, step->file, step->script, step->script_size,
		position > first ? position : first, step->line);
	return error_statement(error, step->script + first,
		shown_size(step->script + first, step->script_size - first));
}

/* The authorizer is for the script's own statements. */
static bool run_ours(struct sqlite_script *script, const char *sql)
{
	struct db *db = script->db;
	bool ok;

	db->script = NULL;
	ok = sqlite_exec(db, sql, script->error);
	db->script = script;
	return ok;
}

static int prepare(struct sqlite_script *script, size_t at, sqlite3_stmt **statement, size_t *end)
{
	const struct db_step *step = script->step;
	const char *tail = NULL;
	int result;

	/* The size counts the NUL: SQLite copies the text otherwise, for each statement anew. */
	script->setting = -1;
	result = script->db->api.prepare_v3(script->db->handle, step->script + at,
		(int)(step->script_size - at) + 1, 0, statement, &tail);
	*end = result == SQLITE_OK ? (size_t)(tail - step->script) : at;
	return result;
}

static bool prepare_next(
	struct sqlite_script *script, size_t at, sqlite3_stmt **statement, size_t *end)
{
	struct db *db = script->db;
	int result = prepare(script, at, statement, end), offset;

	if (result != SQLITE_OK && script->setting >= 0) {
		sqlite_setting_save(script, script->setting);
		result = prepare(script, at, statement, end);
	}
	if (result == SQLITE_OK)
		return true;
	offset = *script->refused ? -1 : db->api.error_offset(db->handle);
	return fail(script, at, offset > 0 ? at + (size_t)offset : at);
}

static void tell_ignored_keys(struct sqlite_script *script, size_t at)
{
	const struct db_step *step = script->step;
	size_t line = step->line, first = sqlite_first_token(step->script, step->script_size, at);

	for (size_t i = 0; i < first; i++)
		line += step->script[i] == '\n';
	sqlite_notice(script->db, DB_NOTICE,
		"%s:%zu: PRAGMA foreign_keys has no effect inside a transaction; put it first in "
		"the "
		"script, or write foreign_keys=on in the section's marker",
		step->file, line);
	script->ignored_foreign_keys = false;
}

static bool step_to_end(struct sqlite_script *script, sqlite3_stmt *statement)
{
	const struct sqlite_api *api = &script->db->api;
	int result;

	while ((result = api->step(statement)) == SQLITE_ROW)
		;
	return result == SQLITE_DONE;
}

static bool run_statement(struct sqlite_script *script, size_t at, sqlite3_stmt *statement)
{
	struct db *db = script->db;
	bool done;

	if (script->ignored_foreign_keys)
		tell_ignored_keys(script, at);
	if (script->begins_savepoint && !script->savepoint) {
		script->savepoint = true;
		if (!run_ours(script, "SAVEPOINT migrate_script"))
			return false;
	}
	done = step_to_end(script, statement);
	script->step->statements++;
	if (!done)
		return fail(script, at, at);
	if (!db->api.get_autocommit(db->handle))
		return true;
	snprintf(script->refused, sizeof script->refused,
		"the statement ended the transaction that the revision runs in");
	return fail(script, at, at);
}

static bool run_next(struct sqlite_script *script, size_t *at, long timeout)
{
	struct db *db = script->db;
	sqlite3_stmt *statement = NULL;
	size_t end;
	bool ok;

	if (sqlite_interrupted(db, script->error))
		return false;
	script->begins_savepoint = false;
	db->timed_out = false;
	db->statement_end = timeout ? sqlite_clock() + (int64_t)timeout * 1000 : 0;
	ok = prepare_next(script, *at, &statement, &end) &&
	     (!statement || run_statement(script, *at, statement));
	db->api.finalize(statement);
	db->statement_end = 0;
	*at = end;
	return ok;
}

static bool run_all(struct sqlite_script *script)
{
	const struct db_step *step = script->step;
	long timeout = step->options.statement_timeout == DURATION_UNSET
			       ? script->db->statement_timeout
			       : step->options.statement_timeout;

	for (size_t at = 0; at < step->script_size;)
		if (!run_next(script, &at, timeout))
			return false;
	return true;
}

bool sqlite_script_run(struct sqlite_script *script)
{
	struct db *db = script->db;
	bool ok;

	script->step->statements = 0;
	db->script = script;
	ok = run_all(script);
	db->script = NULL;
	if (script->touches_ours)
		sqlite_forget(db);
	/* One name could be taken back to from the next script of the same transaction. */
	if (ok && script->savepoint)
		db->api.exec(db->handle, "RELEASE migrate_script", NULL, NULL, NULL);
	ok = sqlite_settings_restore(script, !ok) && ok;
	return ok && (!script->uses_temporary || sqlite_drop_temporary(script));
}
