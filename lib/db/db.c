/* db: the table of drivers, and what they have in common. */
#include "db/db.h"

#include "base/error.h"
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
