/* migrate_drift: the schema as the last run left it, kept in the log, and what has changed since.
 *
 * Only where the configuration asks for it: to read the catalogue can cost more than a small run.
 * Surprising: a run may end before it has kept the schema, by a kill or in another tool. What the
 * log has then is older than the database's rows or than the log itself, and is never compared. */
#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "project.h"
#include "schema/serial.h"

enum { TRIES = 5 };

static const char ROWS[] = "rows ";

/* What the log has, beside where the database stands. */
struct kept {
	struct db_state state;
	struct db_fingerprint fingerprint;
	const char *rows; /* of the state, as a line of text */
};

static int by_bytes(const void *left, const void *right)
{
	return strcmp(*(const char *const *)left, *(const char *const *)right);
}

/* "rows 1f2a, 2b3c\n", which the kept text begins with. */
static const char *line_of(struct arena *arena, const struct names *rows)
{
	const char **item = ARENA_ARRAY(arena, (size_t)rows->count + 1, const char *);
	const char *line;
	struct str text = {0};

	for (uint32_t i = 0; i < rows->count; i++)
		item[i] = rows->item[i];
	qsort(item, rows->count, sizeof *item, by_bytes);
	str_add(&text, ROWS);
	for (uint32_t i = 0; i < rows->count; i++)
		str_printf(&text, "%s%s", i ? ", " : "", item[i]);
	str_add_char(&text, '\n');
	line = arena_strdup(arena, str_text(&text));
	str_release(&text);
	return line;
}

static bool read_kept(struct migrate *migrate, struct kept *kept, struct migrate_error *error)
{
	struct arena *arena = &migrate->arena;

	*kept = (struct kept){0};
	if (!migrate->driver->read(migrate->db, arena, false, &kept->state, error))
		return false;
	kept->rows = line_of(arena, &kept->state.rows);
	return !kept->state.has_log ||
	       migrate->driver->recall_fingerprint(migrate->db, arena, &kept->fingerprint, error);
}

static bool same_kept(const struct kept *left, const struct kept *right)
{
	return right->fingerprint.checksum &&
	       left->fingerprint.passed == right->fingerprint.passed &&
	       !strcmp(left->fingerprint.checksum, right->fingerprint.checksum) &&
	       !strcmp(left->rows, right->rows);
}

static enum migrate_drift_state state_of(const struct kept *kept)
{
	const struct db_fingerprint *fingerprint = &kept->fingerprint;

	if (!fingerprint->checksum || !fingerprint->text)
		return MIGRATE_DRIFT_UNKNOWN;
	if (fingerprint->passed || strncmp(fingerprint->text, kept->rows, strlen(kept->rows)) != 0)
		return MIGRATE_DRIFT_OUTDATED;
	return MIGRATE_DRIFT_NONE;
}

/* -------- The comparison -------- */

/* The schema as text, behind what *text has; its checksum is that of the schema alone. */
static bool write_present(struct migrate *migrate, struct schema *schema, struct str *text,
	char checksum[CHECKSUM_SIZE], struct migrate_error *error)
{
	size_t start = text->size;

	if (!project_read_schema(migrate, migrate->db, &migrate->arena, schema, error))
		return false;
	serial_write(schema, text);
	bytes_checksum(text->text + start, text->size - start, checksum);
	return true;
}

static bool read_present(struct migrate *migrate, struct schema *schema,
	char checksum[CHECKSUM_SIZE], struct migrate_error *error)
{
	struct str text = {0};
	bool good = write_present(migrate, schema, &text, checksum, error);

	str_release(&text);
	return good;
}

static void fill_changes(
	struct migrate *migrate, const struct schema_changes *changes, struct migrate_drift *drift)
{
	const char **item = ARENA_ARRAY(&migrate->arena, changes->count + 1, const char *);

	for (uint32_t i = 0; i < changes->count; i++)
		item[i] = schema_change_text(&migrate->arena, changes, i);
	drift->state = MIGRATE_DRIFT_FOUND;
	drift->changes = (struct migrate_list){item, changes->count};
	drift->diff = project_schema_diff(migrate, changes, "--- the last run\n+++ the database\n");
}

/* Texts that differ need not be different schemas: the order of columns does not count. */
static void compare(struct migrate *migrate, const struct kept *kept, const struct schema *present,
	struct migrate_drift *drift)
{
	struct schema_changes changes;
	struct schema *left = ARENA_NEW(&migrate->arena, struct schema);
	const char *text = kept->fingerprint.text + strlen(kept->rows);

	if (!serial_read(&migrate->arena, text, left)) {
		drift->state = MIGRATE_DRIFT_UNKNOWN;
		project_emit(migrate, MIGRATE_WARNING,
			"another version of migrate has recorded the schema, in a form of its own");
		return;
	}
	schema_compare(&migrate->arena, left, present, &changes);
	if (changes.count)
		fill_changes(migrate, &changes, drift);
}

/* *settled false: a run has come between, and all of it is to be read again. */
static bool look(struct migrate *migrate, struct migrate_drift *drift, bool *settled,
	struct migrate_error *error)
{
	struct schema *present = ARENA_NEW(&migrate->arena, struct schema);
	char checksum[CHECKSUM_SIZE];
	struct kept kept, again;

	if (!read_kept(migrate, &kept, error))
		return false;
	*settled = true;
	*drift = (struct migrate_drift){.state = state_of(&kept),
		.recorded_at = kept.fingerprint.at,
		.recorded_by = kept.fingerprint.by};
	if (drift->state != MIGRATE_DRIFT_NONE)
		return true;
	if (!read_present(migrate, present, checksum, error))
		return false;
	drift->unsupported = (struct migrate_list){
		present->unsupported, present->unsupported_count};
	if (!strcmp(checksum, kept.fingerprint.checksum))
		return true;
	if (!read_kept(migrate, &again, error))
		return false;
	*settled = same_kept(&kept, &again);
	if (*settled)
		compare(migrate, &kept, present, drift);
	return true;
}

bool project_drift(
	struct migrate *migrate, struct migrate_drift *drift, struct migrate_error *error)
{
	bool settled = false;

	for (int i = 0; i < TRIES; i++)
		if (!look(migrate, drift, &settled, error) || settled)
			return !error->code;
	error_set(error, MIGRATE_E_DATABASE, "the database is being migrated");
	return error_hint(error, "Wait until the run has ended: \"migrate locks\" shows it.");
}

/* -------- Keeping it -------- */

static bool keep(struct migrate *migrate, const struct db_state *state, struct migrate_error *error)
{
	char checksum[CHECKSUM_SIZE];
	struct schema schema;
	struct str text = {0};
	bool good;

	str_add(&text, line_of(&migrate->arena, &state->rows));
	good = write_present(migrate, &schema, &text, checksum, error) &&
	       migrate->driver->keep_fingerprint(migrate->db,
		       &(struct db_fingerprint){.checksum = checksum, .text = text.text},
		       &state->rows, error);
	str_release(&text);
	return good;
}

static bool keep_after_run(struct migrate *migrate, struct migrate_error *error)
{
	struct db_state state;

	return migrate->driver->read(migrate->db, &migrate->arena, false, &state, error) &&
	       (!state.has_log || keep(migrate, &state, error));
}

void project_keep_schema(struct migrate *migrate)
{
	struct migrate_error failure = {0};

	if (migrate->config.drift && !keep_after_run(migrate, &failure))
		project_emit(migrate, MIGRATE_WARNING,
			arena_printf(&migrate->arena,
				"the schema that this run has left is not recorded: %s",
				failure.message));
	migrate_error_clear(&failure);
}

bool project_need_drift(const struct migrate *migrate, struct migrate_error *error)
{
	if (migrate->config.drift)
		return true;
	error_set(error, MIGRATE_E_CONFIG, "the configuration does not ask for drift");
	return error_hint(error, "Add \"drift: true\" to %s.", migrate->config.file);
}

static bool accept_locked(struct migrate *migrate, const struct db_state *state,
	struct migrate_repair *repair, struct migrate_error *error)
{
	if (!state->has_log) {
		error_set(error, MIGRATE_E_REFUSED, "there is no log to record the schema in");
		return error_hint(error, "\"migrate ensure-version\" makes it; \"migrate stamp\" "
					 "and \"migrate upgrade\" do so too, and record the "
					 "schema.");
	}
	if (!project_drift(migrate, &repair->drift, error))
		return false;
	if (repair->dry_run || repair->drift.state == MIGRATE_DRIFT_NONE)
		return true;
	repair->changed = keep(migrate, state, error);
	return repair->changed;
}

bool project_accept_schema(
	struct migrate *migrate, struct migrate_repair *repair, struct migrate_error *error)
{
	struct db_state state;
	bool good;

	if (!project_need_drift(migrate, error) ||
		!project_connect(migrate, repair->dry_run ? DB_READ : DB_WRITE, error))
		return false;
	if (repair->dry_run)
		return migrate->driver->read(migrate->db, &migrate->arena, false, &state, error) &&
		       accept_locked(migrate, &state, repair, error);
	if (!runner_lock(&migrate->runner, &state, error))
		return false;
	good = accept_locked(migrate, &state, repair, error);
	migrate->driver->unlock(migrate->db);
	return good;
}
