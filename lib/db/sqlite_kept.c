/* sqlite_kept: what the pieces of one script have in common, from the first to the last.
 *
 * Knows settings, temporary objects, attached files and foreign keys; nothing of the journal.
 * Surprising: a piece's settings are not in force between two pieces, because our own statements
 * stand there (PRAGMA query_only would stop them); they are set again before the next one.
 */
#include <string.h>

#include "base/error.h"
#include "db/sql.h"
#include "db/sqlite.h"
#include "embedded.h"

void sqlite_kept_begin(struct db *db, const struct db_step *step)
{
	struct sqlite_kept *kept = &db->kept;
	struct db_step left = {.file = step->file};
	char now[SQLITE_TIME_SIZE];

	if (kept->revision && !strcmp(kept->revision, step->revision) &&
		kept->direction == step->direction)
		return;
	sqlite_kept_end(db, &left);
	sqlite_time_text(now);
	kept->revision = arena_strdup(&kept->memory, step->revision);
	kept->direction = step->direction;
	kept->started = arena_strdup(&kept->memory, now);
}

bool sqlite_kept_enter(struct sqlite_script *script)
{
	const struct sqlite_kept *kept = &script->db->kept;
	bool ok = true;

	script->uses_temporary = kept->temporary;
	for (int i = 0; i < SETTING_COUNT; i++) {
		script->saved[i] = kept->ours[i];
		script->wanted[i] = kept->theirs[i];
		if (ok && kept->theirs[i] && !sqlite_setting_waits(i))
			ok = sqlite_setting_set(script, i, kept->theirs[i]);
	}
	return ok || (sqlite_settings_suspend(script), false);
}

bool sqlite_kept_leave(struct sqlite_script *script)
{
	return sqlite_settings_suspend(script) &&
	       (!script->uses_temporary || sqlite_drop_our_triggers(script));
}

void sqlite_kept_accept(struct db *db, const struct sqlite_script *script)
{
	struct sqlite_kept *kept = &db->kept;

	kept->temporary = script->uses_temporary;
	memcpy(kept->ours, script->saved, sizeof kept->ours);
	memcpy(kept->theirs, script->wanted, sizeof kept->theirs);
}

bool sqlite_kept_judge(struct db *db, struct migrate_error *error)
{
	if (db->kept.judges)
		return true;
	if (!sqlite_keys_learn(db, error))
		return false;
	db->kept.before = db->violations;
	db->kept.judges = true;
	db->violations = (struct sqlite_violations){0};
	db->violations_exact = false;
	return true;
}

/* They are committed already: all that can be done is to say so. */
static void tell_violations(struct db *db, const struct db_step *step)
{
	struct db_step whole = *step;
	struct migrate_error found = {0};

	sqlite_violations_release(&db->violations);
	db->violations = db->kept.before;
	db->kept.before = (struct sqlite_violations){0};
	db->violations_exact = true;
	if (step->whole_script) {
		whole.script = step->whole_script;
		whole.script_size = step->whole_size;
	}
	if (sqlite_keys_check(db, &whole, &found) == KEYS_FAILED)
		sqlite_notice(db, DB_WARNING, "%s: %s", step->file, found.message);
	db->violations_exact = false;
	migrate_error_clear(&found);
}

static bool detach_first(struct sqlite_script *script, bool *detached)
{
	struct db *db = script->db;
	sqlite3_stmt *statement = sqlite_prepare(db, embedded_sqlite_attached, script->error);
	const char *name = "";
	struct str sql = {0};
	bool ok = statement && sqlite_row(db, statement, detached, script->error);

	if (ok && *detached)
		name = sqlite_text(db, script->memory, statement, 0);
	db->api.finalize(statement);
	if (!ok || !*detached)
		return ok;
	str_add(&sql, "DETACH ");
	sql_add_identifier(&sql, name);
	ok = sqlite_exec(db, str_text(&sql), script->error);
	str_release(&sql);
	if (ok)
		sqlite_notice(db, DB_NOTICE, "%s: database \"%s\" was detached after the script",
			script->step->file, name);
	return ok;
}

static void detach_all(struct sqlite_script *script)
{
	bool detached = true;

	while (detached)
		if (!detach_first(script, &detached))
			return;
}

void sqlite_kept_end(struct db *db, struct db_step *step)
{
	struct sqlite_kept *kept = &db->kept;
	struct migrate_error ignored = {0};
	struct sqlite_script script = {
		.db = db, .step = step, .memory = &kept->memory, .error = &ignored};

	if (!kept->revision)
		return;
	db->deaf = true;
	for (int i = 0; i < SETTING_COUNT; i++)
		script.saved[i] = sqlite_setting_waits(i) ? kept->ours[i] : NULL;
	sqlite_settings_restore(&script, !step->done);
	if (kept->temporary && !step->done)
		sqlite_drop_temporary(&script);
	detach_all(&script);
	if (kept->judges && step->done)
		tell_violations(db, step);
	db->deaf = false;
	migrate_error_clear(&ignored);
	sqlite_violations_release(&kept->before);
	arena_release(&kept->memory);
	*kept = (struct sqlite_kept){.memory = kept->memory};
}
