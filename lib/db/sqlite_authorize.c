/* sqlite_authorize: what a script may not do, and what it does, as SQLite's own parser sees it
 * (https://sqlite.org/c3ref/set_authorizer.html).
 *
 * Knows actions, not text. Surprising: it is also called while a statement runs: VACUUM prepares
 * statements of its own then, ATTACH and BEGIN among them, which are SQLite's business.
 */
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "db/sqlite.h"

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
	if (script->outside)
		return refuse(script,
			"Remove it, or put BEGIN and COMMIT around statements: they are then one "
			"part of the script.",
			"%s in a statement that runs outside a transaction", command);
	if (!strcmp(command, "BEGIN"))
		return refuse(script, "Remove it, and the COMMIT that belongs to it.",
			"BEGIN: the revision runs in a transaction already");
	return refuse(script,
		"Remove it: the transaction is committed when the whole script has succeeded.",
		"%s would end the transaction that the revision runs in", command);
}

static int authorize_savepoint(struct sqlite_script *script, const char *what)
{
	if (script->outside)
		return refuse(script,
			"Remove it: what runs outside a transaction is committed at once.",
			"a savepoint outside a transaction would begin one");
	script->begins_savepoint = !strcmp(what, "BEGIN");
	return SQLITE_OK;
}

static int authorize_attach(struct sqlite_script *script, const char *command)
{
	if (script->outside && script->step->options.transaction == TOGGLE_OFF)
		return SQLITE_OK;
	return refuse(script,
		"Migrate each database file by itself; or write transaction=off in the section's "
		"marker, where no transaction covers more than a statement.",
		"%s is refused: the version table covers this database file only", command);
}

/* OFF and MEMORY keep no journal on disk: our next transaction could not be rolled back after a
 * crash (https://sqlite.org/pragma.html#pragma_journal_mode). */
static int authorize_journal_mode(struct sqlite_script *script, const char *mode)
{
	if (!script->outside) {
		script->refused_inside = true;
		return refuse(script,
			"Let each revision have its own transaction (transaction: revision), and "
			"write no BEGIN around it.",
			"PRAGMA journal_mode cannot change in the transaction that the revision "
			"runs in");
	}
	if (!strcasecmp(mode, "off") || !strcasecmp(mode, "memory"))
		return refuse(script, "DELETE, TRUNCATE, PERSIST and WAL survive a crash.",
			"PRAGMA journal_mode = %.16s is refused: a crash would destroy the file",
			mode);
	script->journal_mode = arena_strdup(script->memory, mode);
	return SQLITE_OK;
}

static int authorize_pragma(struct sqlite_script *script, const char *name, const char *value)
{
	if (!value)
		return SQLITE_OK;
	if (!strcasecmp(name, "foreign_keys")) {
		script->sets_foreign_keys = script->outside;
		script->ignored_foreign_keys = !script->outside &&
					       sqlite_is_true(value) != script->db->foreign_keys;
		return SQLITE_OK;
	}
	if (!strcasecmp(name, "journal_mode"))
		return authorize_journal_mode(script, value);
	script->setting = sqlite_setting_find(name);
	if (script->setting < 0)
		return SQLITE_OK;
	script->wanted[script->setting] = arena_strdup(script->memory, value);
	return script->saved[script->setting] ? SQLITE_OK : SQLITE_DENY;
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

static bool is_name(const char *name, const char *wanted)
{
	return name && !strcasecmp(name, wanted);
}

/* The rows say what is applied: a script that changed them would have them say something else
 * behind its own record. A temporary table of that name is the script's. */
static int authorize_ours(
	struct sqlite_script *script, int action, const char *table, const char *database)
{
	const char *ours = script->db->version_table;

	if (!is_name(database, "main") || (!is_name(table, ours) && !is_name(table, "migrate_log")))
		return SQLITE_OK;
	script->touches_ours = true;
	switch (action) {
	case SQLITE_INSERT:
	case SQLITE_UPDATE:
	case SQLITE_DELETE:
		if (!is_name(table, ours))
			return SQLITE_OK;
		break;
	case SQLITE_ALTER_TABLE:
	case SQLITE_DROP_TABLE: break;
	default: return SQLITE_OK;
	}
	return refuse(script,
		"Take the statement out: migrate changes the table itself, with each revision, and "
		"\"migrate stamp\" does without one.",
		"the script itself changes %s \"%s\"",
		is_name(table, ours) ? "version table" : "the log", table);
}

int sqlite_authorize(void *context, int action, const char *first, const char *second,
	const char *database, const char *inner)
{
	struct sqlite_script *script = ((struct db *)context)->script;

	(void)inner;
	if (!script || script->running)
		return SQLITE_OK;
	switch (action) {
	case SQLITE_TRANSACTION: return authorize_transaction(script, first);
	case SQLITE_ATTACH: return authorize_attach(script, "ATTACH");
	case SQLITE_DETACH: return authorize_attach(script, "DETACH");
	case SQLITE_SAVEPOINT: return authorize_savepoint(script, first);
	case SQLITE_PRAGMA: return authorize_pragma(script, first, second);
	case SQLITE_CREATE_TEMP_TABLE:
	case SQLITE_CREATE_TEMP_TRIGGER:
	case SQLITE_CREATE_TEMP_VIEW: script->uses_temporary = true; return SQLITE_OK;
	case SQLITE_CREATE_VTABLE: script->uses_temporary |= database && !strcmp(database, "temp");
	}
	script->may_break_keys = script->may_break_keys || may_break_keys(action, first);
	if (action == SQLITE_ALTER_TABLE) /* it has the database first */
		return authorize_ours(script, action, second, first);
	return authorize_ours(script, action, first, database);
}
