/* migrate_missing: rows of the version table that no file has. The log may know when they came, who
 * brought them, and their file: enough to say what to do. Reading only. */
#include <string.h>

#include "base/error.h"
#include "core/stored.h"
#include "project.h"

/* Records come oldest first: the newest of each kind stays. An accepted edit changes the file. */
static void take_record(
	struct migrate *migrate, const struct db_record *record, struct migrate_missing *missing)
{
	struct migrate_error unreadable = {0};
	struct stored stored;

	if (!record->repaired) {
		missing->applied_at = record->at;
		missing->applied_by = record->by;
		missing->stamped = record->direction == DB_STAMP;
	}
	if (record->sql &&
		stored_read(&migrate->arena, record->revision, record->sql, &stored, &unreadable)) {
		missing->in_log = stored.whole;
		missing->message = stored.whole ? stored.revision.message : NULL;
	}
	migrate_error_clear(&unreadable);
}

static const char *replaced_by(struct migrate *migrate, const char *row)
{
	uint32_t node = project_replacement(migrate, row);

	return node == NODE_NONE ? NULL : migrate->graph.revision[node].id;
}

bool project_missing(struct migrate *migrate, const struct db_state *state,
	const struct position *position, const struct migrate_missing **missing,
	struct migrate_error *error)
{
	const struct names *unknown = &position->unknown;
	struct migrate_missing *item = ARENA_ARRAY(
		&migrate->arena, unknown->count, struct migrate_missing);
	struct db_records records = {0};

	*missing = item;
	if (unknown->count && state->has_log &&
		!migrate->driver->recall(migrate->db, &migrate->arena, unknown, &records, error))
		return false;
	for (uint32_t i = 0; i < unknown->count; i++) {
		item[i].revision = unknown->item[i];
		item[i].replaced_by = replaced_by(migrate, unknown->item[i]);
		for (size_t k = 0; k < records.count; k++)
			if (!strcmp(records.item[k].revision, unknown->item[i]))
				take_record(migrate, &records.item[k], &item[i]);
	}
	return true;
}

const char *project_missing_text(struct migrate *migrate, const struct migrate_missing *missing)
{
	const char *by = missing->applied_by && *missing->applied_by ? missing->applied_by : NULL;

	if (missing->replaced_by)
		return arena_printf(
			&migrate->arena, "%s replaced it, and more than it", missing->replaced_by);
	if (!missing->applied_at)
		return "migrate_log has no record of it";
	return arena_printf(&migrate->arena, "%s at %s%s%s, and migrate_log %s its file",
		missing->stamped ? "stamped" : "applied", missing->applied_at, by ? " by " : "",
		by ? by : "", missing->in_log ? "has" : "has not");
}

const char *project_missing_hint(
	struct migrate *migrate, const struct migrate_missing *missing, size_t count)
{
	bool one = count == 1, in_log = true;

	for (size_t i = 0; i < count; i++)
		if (missing[i].replaced_by)
			return project_replaced_hint(migrate, missing[i].revision);
	for (size_t i = 0; i < count; i++)
		in_log = in_log && missing[i].in_log;
	return arena_printf(&migrate->arena,
		"Get the file%s: another branch or a newer commit has %s. %s\"migrate stamp REV\" "
		"replaces the row%s and runs nothing.",
		one ? "" : "s", one ? "it" : "them",
		in_log ? "Or \"migrate downgrade --from-log\" reverts what migrate_log has. " : "",
		one ? "" : "s");
}

/* "the database is at revision a, which no script has" */
static const char *unknown_text(struct migrate *migrate, const char *row)
{
	const char *replacement = replaced_by(migrate, row);

	if (!replacement)
		return arena_printf(&migrate->arena, "at revision %s, which no script has", row);
	return arena_printf(&migrate->arena,
		"at revision %s, in the midst of those that %s replaced", row, replacement);
}

bool project_refuse_unknown(struct migrate *migrate, const struct db_state *state,
	const struct position *position, struct migrate_error *error)
{
	const struct names *unknown = &position->unknown;
	struct migrate_error unreadable = {0};
	const struct migrate_missing *missing;

	if (!unknown->count)
		return true;
	error_set(error, MIGRATE_E_UNKNOWN_REVISION, "the database is %s",
		unknown_text(migrate, unknown->item[0]));
	for (uint32_t i = 1; i < unknown->count; i++)
		error_detail(error, "and %s", unknown_text(migrate, unknown->item[i]));
	/* What is known of them is an extra: that it could not be read is another error. */
	if (project_missing(migrate, state, position, &missing, &unreadable)) {
		for (uint32_t i = 0; i < unknown->count; i++)
			if (!missing[i].replaced_by)
				error_detail(error, "%s: %s", unknown->item[i],
					project_missing_text(migrate, &missing[i]));
		error_hint(error, "%s", project_missing_hint(migrate, missing, unknown->count));
	}
	migrate_error_clear(&unreadable);
	return false;
}
