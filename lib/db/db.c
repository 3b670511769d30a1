/* db: the table of drivers, and what they have in common. */
#include "db/db.h"

#include "base/error.h"
#include "core/nametable.h"
#include "db/sql.h"

const struct db_driver *db_driver_for(enum url_dialect dialect)
{
	switch (dialect) {
	case URL_SQLITE: return &sqlite_driver;
	case URL_POSTGRESQL: return &postgres_driver;
	}
	return NULL;
}

void db_script_heading(struct str *out, const struct db_step *step)
{
	static const char *const verb[] = {
		[DB_UPGRADE] = "upgrade to", [DB_DOWNGRADE] = "downgrade of", [DB_STAMP] = "stamp"};

	str_printf(out, "\n-- %s ", verb[step->direction]);
	sql_add_comment_text(out, step->revision ? step->revision : "");
	if (step->message && *step->message) {
		str_add(out, ": ");
		sql_add_comment_text(out, step->message);
	}
	if (step->file) {
		str_add(out, " (");
		sql_add_comment_text(out, step->file);
		str_add(out, ")");
	}
	str_add(out, "\n");
}

bool db_step_place(const struct db_step *step, size_t offset, struct migrate_error *error)
{
	if (!step->shown)
		return error_at_offset(
			error, step->file, step->script, step->script_size, offset, step->line);
	return error_at_offset(error, step->file, step->shown, step->shown_size,
		step->shown_offset + offset, step->shown_line);
}

bool db_journal_has(const struct db_state *state, const struct names *revisions)
{
	for (size_t i = 0; i < state->journal_count; i++)
		if (names_have(revisions, state->journal[i].revision))
			return true;
	return false;
}

bool db_rows_are_distinct(struct arena *arena, const struct names *rows, const char *table,
	const char *id, struct migrate_error *error)
{
	struct nametable seen;

	if (rows->count < 2)
		return true;
	nametable_init(&seen, arena, rows->count);
	for (uint32_t i = 0; i < rows->count; i++) {
		if (nametable_add(&seen, rows->item[i], i))
			continue;
		error_set(error, MIGRATE_E_VERSION_TABLE, "version table %s has row \"%s\" twice",
			table, rows->item[i]);
		return error_hint(error,
			"Delete the others: DELETE FROM %s WHERE %s NOT IN "
			"(SELECT min(%s) FROM %s GROUP BY version_num);",
			table, id, id, table);
	}
	return true;
}

const char *db_step_source(const struct db_step *step, size_t *size)
{
	if (step->source) {
		*size = step->source_size;
		return step->source;
	}
	*size = step->segment ? step->whole_size : step->script_size;
	return step->segment ? step->whole_script : step->script;
}

enum db_progress db_failure(const struct migrate_error *error)
{
	return error->code == MIGRATE_E_UNKNOWN_OUTCOME ? DB_STEP_UNKNOWN : DB_STEP_FAILED;
}
