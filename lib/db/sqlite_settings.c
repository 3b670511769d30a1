/* sqlite_settings: what a script changed in the connection, set back before our own statements and
 * the next script run.
 *
 * Knows the PRAGMAs that outlive a transaction (https://sqlite.org/pragma.html) and the temp
 * schema. Settings that are stored in the database file (user_version, application_id, ...) are the
 * script's work and stay. So does temp_store, which cannot change once a temporary table was made
 * and means nothing to the next script.
 */
#include "db/sqlite.h"

#include <string.h>
#include <strings.h>

#include "base/error.h"
#include "db/sql.h"
#include "embedded.h"

/* fixed: the value to go back to where SQLite cannot be asked for it, or answers otherwise.
 * waits: it cannot change inside a transaction. */
static const struct {
	const char *name, *fixed;
	bool waits;
} settings_table[SETTING_COUNT] = {
	{"analysis_limit", NULL, false},
	{"automatic_index", NULL, false},
	{"busy_timeout", "0", false},
	{"cache_size", NULL, false},
	{"cache_spill", NULL, false},
	{"case_sensitive_like", "0", false},
	{"cell_size_check", NULL, false},
	{"checkpoint_fullfsync", NULL, false},
	{"count_changes", NULL, false},
	{"defer_foreign_keys", NULL, false},
	{"empty_result_callbacks", NULL, false},
	{"full_column_names", NULL, false},
	{"fullfsync", NULL, false},
	{"ignore_check_constraints", NULL, false},
	{"journal_size_limit", NULL, false},
	{"legacy_alter_table", NULL, false},
	{"locking_mode", NULL, false},
	{"max_page_count", NULL, false},
	{"mmap_size", NULL, false},
	{"query_only", NULL, false},
	{"read_uncommitted", NULL, false},
	{"recursive_triggers", NULL, false},
	{"reverse_unordered_selects", NULL, false},
	{"secure_delete", NULL, false},
	{"short_column_names", NULL, false},
	{"soft_heap_limit", NULL, false},
	{"synchronous", NULL, true},
	{"trusted_schema", NULL, false},
	{"wal_autocheckpoint", NULL, false},
};

int sqlite_setting_find(const char *name)
{
	for (int i = 0; i < SETTING_COUNT; i++)
		if (!strcasecmp(settings_table[i].name, name))
			return i;
	return -1;
}

/* The value now, "" where there is none. */
static const char *read_setting(struct sqlite_script *script, const char *name)
{
	struct db *db = script->db;
	struct sqlite_script *running = db->script;
	struct migrate_error ignored = {0};
	const char *value = NULL;
	sqlite3_stmt *statement;

	db->script = NULL;
	statement = sqlite_prepare(db, arena_printf(script->memory, "PRAGMA %s", name), &ignored);
	if (db->api.step(statement) == SQLITE_ROW)
		value = sqlite_text(db, script->memory, statement, 0);
	db->api.finalize(statement);
	db->script = running;
	migrate_error_clear(&ignored);
	return value ? value : "";
}

void sqlite_setting_save(struct sqlite_script *script, int setting)
{
	const char *fixed = settings_table[setting].fixed;

	script->saved[setting] = fixed ? fixed : read_setting(script, settings_table[setting].name);
}

/* In quotes, a value can be nothing but a value. */
bool sqlite_setting_set(struct sqlite_script *script, int setting, const char *value)
{
	const char *name = settings_table[setting].name;
	struct str sql = {0};
	bool ok;

	str_printf(&sql, "PRAGMA %s = ", name);
	sql_add_literal(&sql, value);
	ok = sqlite_exec(script->db, str_text(&sql), script->error);
	str_release(&sql);
	return ok;
}

bool sqlite_setting_waits(int setting)
{
	return settings_table[setting].waits;
}

static bool restore_setting(struct sqlite_script *script, int setting, bool quietly)
{
	const char *name = settings_table[setting].name, *value = script->saved[setting];
	struct db *db = script->db;

	if (settings_table[setting].waits && !db->api.get_autocommit(db->handle))
		return true;
	if (!settings_table[setting].fixed && !strcmp(read_setting(script, name), value))
		return true;
	if (!sqlite_setting_set(script, setting, value))
		return false;
	if (!strcmp(name, "busy_timeout"))
		sqlite_install_busy_handler(db);
	/* defer_foreign_keys ends with the transaction by itself: no news */
	if (!quietly && strcmp(name, "defer_foreign_keys") != 0)
		sqlite_notice(db, DB_NOTICE,
			"%s: PRAGMA %s was set back to %s after the script: settings do not pass "
			"from "
			"one revision to another",
			script->step->file, name, value);
	return true;
}

bool sqlite_settings_restore(struct sqlite_script *script, bool quietly)
{
	bool ok = true;

	for (int i = 0; i < SETTING_COUNT; i++)
		if (script->saved[i])
			ok = restore_setting(script, i, quietly) && ok;
	return ok;
}

bool sqlite_settings_suspend(struct sqlite_script *script)
{
	bool ok = true;

	for (int i = 0; i < SETTING_COUNT; i++)
		if (script->saved[i] && !settings_table[i].waits)
			ok = restore_setting(script, i, true) && ok;
	return ok;
}

static bool drop_first(struct sqlite_script *script, const char *query, bool *dropped)
{
	struct db *db = script->db;
	sqlite3_stmt *statement = sqlite_prepare(db, query, script->error);
	const char *type = "", *name = "";
	struct str sql = {0};
	bool ok;

	ok = statement && sqlite_row(db, statement, dropped, script->error);
	if (ok && *dropped) {
		type = sqlite_text(db, script->memory, statement, 0);
		name = sqlite_text(db, script->memory, statement, 1);
	}
	db->api.finalize(statement);
	if (!ok || !*dropped)
		return ok;
	str_printf(&sql, "DROP %s temp.", type);
	sql_add_identifier(&sql, name);
	ok = sqlite_exec(db, str_text(&sql), script->error);
	str_release(&sql);
	if (ok)
		sqlite_notice(db, DB_NOTICE, "%s: temporary %s \"%s\" was dropped after the script",
			script->step->file, type, name);
	return ok;
}

bool sqlite_drop_temporary(struct sqlite_script *script)
{
	bool dropped = true;

	while (dropped)
		if (!drop_first(script, embedded_sqlite_temporary, &dropped))
			return false;
	return true;
}

bool sqlite_drop_our_triggers(struct sqlite_script *script)
{
	const struct sql_value values[] = {
		{"version_table", SQL_LITERAL, script->db->version_table, 0}};
	bool ok = true, dropped = true;
	struct str query = {0};

	sql_fill(&query, embedded_sqlite_temporary_ours, values, 1);
	while (ok && dropped)
		ok = drop_first(script, str_text(&query), &dropped);
	str_release(&query);
	return ok;
}
