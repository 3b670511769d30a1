/* sqlite_run: one script, statement by statement, inside the transaction that is open, or, for
 * statements that cannot run there, in autocommit.
 *
 * Knows SQLite's errors as they concern a script; nothing of version rows. Surprising: many PRAGMAs
 * act while they are prepared, so one that changes a setting is refused at first sight
 * (sqlite_authorize.c), the setting's value saved, and the statement prepared again.
 */
#include "db/sqlite.h"

#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "base/error.h"
#include "core/scan.h"

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

static const char alone_hint[] =
	"Let each revision have its own transaction (transaction: revision), and write no BEGIN "
	"around it: it runs by itself then.";

/* alone: SQLite refuses it inside a transaction, and would take it outside one. */
static const struct {
	const char *message, *hint;
	bool alone;
} reasons[] = {
	{"cannot VACUUM from within a transaction", alone_hint, true},
	{"Safety level may not be changed inside a transaction", alone_hint, true},
	{"temporary storage cannot be changed from within a transaction", alone_hint, true},
	{"cannot change into wal mode from within a transaction", alone_hint, true},
	{"cannot change out of wal mode from within a transaction", alone_hint, true},
	{"table sqlite_",
		"Rebuild the table instead: https://sqlite.org/lang_altertable.html#otheralter",
		false},
	{"not authorized", "SQLite's extensions cannot be loaded in a migration.", false},
};

static void hint_at_reason(struct sqlite_script *script)
{
	struct migrate_error *error = script->error;

	for (size_t i = 0; i < sizeof reasons / sizeof *reasons; i++) {
		if (strncmp(error->message, reasons[i].message, strlen(reasons[i].message)) != 0)
			continue;
		error_hint(error, "%s", reasons[i].hint);
		script->step->needs_outside = reasons[i].alone && !script->outside;
	}
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
		script->step->needs_outside = script->refused_inside;
	} else {
		sqlite_error(script->db, MIGRATE_E_SQL, error);
		hint_at_reason(script);
	}
	script->step->failed_at = first;
	if (!script->prelude)
		db_step_place(step, position > first ? position : first, error);
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

/* SQLite would take a parameter without a value for NULL. */
static bool has_parameter(struct sqlite_script *script, sqlite3_stmt *statement)
{
	const struct sqlite_api *api = &script->db->api;
	int count = statement ? api->bind_parameter_count(statement) : 0;
	const char *name;

	if (!count)
		return false;
	name = api->bind_parameter_name(statement, count);
	snprintf(script->refused, sizeof script->refused, "there is no parameter %s",
		name ? name : "?");
	script->refused_hint = "A script has no values for parameters: write the value itself.";
	script->refused_inside = false;
	return true;
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
	if (result == SQLITE_OK && !has_parameter(script, *statement))
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

/* SQLite answers with the mode that it has now, and finds nothing wrong. */
static void compare_journal_mode(struct sqlite_script *script, sqlite3_stmt *statement)
{
	const char *mode = (const char *)script->db->api.column_text(statement, 0);

	if (mode && strcasecmp(mode, script->journal_mode) != 0)
		sqlite_notice(script->db, DB_WARNING,
			"%s: PRAGMA journal_mode = %s had no effect: the mode is %s",
			script->step->file, script->journal_mode, mode);
	script->journal_mode = NULL;
}

static bool step_to_end(struct sqlite_script *script, sqlite3_stmt *statement)
{
	const struct sqlite_api *api = &script->db->api;
	int result;

	script->running = script->outside;
	while ((result = api->step(statement)) == SQLITE_ROW)
		if (script->journal_mode)
			compare_journal_mode(script, statement);
	script->running = false;
	return result == SQLITE_DONE;
}

/* Before the first statement that may leave rows which refer to nothing. */
static bool judge_keys(struct sqlite_script *script)
{
	struct db *db = script->db;
	bool ok;

	if (!script->outside || !script->may_break_keys || db->foreign_keys)
		return true;
	db->script = NULL;
	ok = sqlite_kept_judge(db, script->error);
	db->script = script;
	return ok;
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
	if (!judge_keys(script))
		return false;
	done = step_to_end(script, statement);
	script->step->statements++;
	if (!done)
		return fail(script, at, at);
	if (script->outside || !db->api.get_autocommit(db->handle))
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
	script->at = *at;
	script->journal_mode = NULL;
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
	bool ok, piece = script->step->segment > 0;

	script->step->statements = 0;
	if (piece && !sqlite_kept_enter(script))
		return false;
	db->script = script;
	ok = run_all(script);
	db->script = NULL;
	if (script->touches_ours)
		sqlite_forget(db);
	/* One name could be taken back to from the next script of the same transaction. */
	if (ok && script->savepoint)
		db->api.exec(db->handle, "RELEASE migrate_script", NULL, NULL, NULL);
	if (ok && piece && !script->step->last)
		return sqlite_kept_leave(script);
	ok = sqlite_settings_restore(script, !ok) && ok;
	return ok && (!script->uses_temporary || sqlite_drop_temporary(script));
}
