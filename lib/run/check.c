/* check: what is refused before anything runs. A bug of the scanner can make this refuse too much,
 * but never make something else run: the database still decides where statements end. */
#include "run/check.h"

#include "base/error.h"
#include "core/segment.h"

bool check_script(enum scan_dialect dialect, const char *file, const struct script *script,
	bool together, struct migrate_error *error)
{
	struct segment_source source = {.dialect = dialect,
		.file = file,
		.sql = script->sql,
		.size = script->size,
		.line = script->line,
		.single = script->options.transaction == TOGGLE_OFF,
		.together = together};
	struct segments segments;
	struct arena arena = {0};
	bool ok = segment_cut(&arena, &source, &segments, error);

	arena_release(&arena);
	return ok;
}

bool check_reversible(const struct revision *revision, struct migrate_error *error)
{
	if (revision->downgrade.present)
		return true;
	if (revision->irreversible) {
		error_set(error, MIGRATE_E_REFUSED, "revision %s is irreversible%s%s", revision->id,
			*revision->irreversible ? ": " : "", revision->irreversible);
		error_hint(error, "Go forward with a new revision, or restore a backup.");
		return error_at(error, revision->file, 0, 0);
	}
	error_set(error, MIGRATE_E_SCRIPT, "revision %s has no downgrade section", revision->id);
	error_hint(error,
		"Write \"-- migrate:downgrade\" and the SQL that reverts it (an empty section "
		"does nothing), or \"-- irreversible: REASON\" in the header.");
	return error_at(error, revision->file, 0, 0);
}
