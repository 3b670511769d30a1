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

/* fixed: the value to go back to where SQLite cannot be asked for it, or answers otherwise. */
static const struct {
	const char *name, *fixed;
} settings_table[SETTING_COUNT] = {
	{"analysis_limit", NULL},
	{"automatic_index", NULL},
	{"busy_timeout", "0"},
	{"cache_size", NULL},
	{"cache_spill", NULL},
	{"case_sensitive_like", "0"},
	{"cell_size_check", NULL},
	{"checkpoint_fullfsync", NULL},
	{"count_changes", NULL},
	{"defer_foreign_keys", NULL},
	{"empty_result_callbacks", NULL},
	{"full_column_names", NULL},
	{"fullfsync", NULL},
	{"ignore_check_constraints", NULL},
	{"journal_size_limit", NULL},
	{"legacy_alter_table", NULL},
	{"locking_mode", NULL},
	{"max_page_count", NULL},
	{"mmap_size", NULL},
	{"query_only", NULL},
	{"read_uncommitted", NULL},
	{"recursive_triggers", NULL},
	{"reverse_unordered_selects", NULL},
	{"secure_delete", NULL},
	{"short_column_names", NULL},
	{"soft_heap_limit", NULL},
	{"trusted_schema", NULL},
	{"wal_autocheckpoint", NULL},
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

static bool restore_setting(struct sqlite_script *script, int setting, bool quietly)
{
	const char *name = settings_table[setting].name, *value = script->saved[setting];
	struct db *db = script->db;

	if (!settings_table[setting].fixed && !strcmp(read_setting(script, name), value))
		return true;
	if (!sqlite_exec(
		    db, arena_printf(script->memory, "PRAGMA %s = %s", name, value), script->error))
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

static bool drop_first(struct sqlite_script *script, bool *dropped)
{
	struct db *db = script->db;
	sqlite3_stmt *statement = sqlite_prepare(db, embedded_sqlite_temporary, script->error);
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
		if (!drop_first(script, &dropped))
			return false;
	return true;
}
