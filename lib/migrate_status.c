/* migrate_status: where the database stands. Reading only. */
#include <string.h>

#include "base/error.h"
#include "project.h"

static void fill_rows(
	struct migrate *migrate, const struct position *position, struct migrate_status *status)
{
	struct migrate_list rows = project_rows(migrate, position);
	struct migrate_row *row = ARENA_ARRAY(&migrate->arena, rows.count, struct migrate_row);

	for (size_t i = 0; i < rows.count; i++) {
		uint32_t node = graph_find(&migrate->graph, rows.item[i]);

		row[i].revision = rows.item[i];
		row[i].known = node == NODE_NONE ? NULL : project_view(migrate, node);
	}
	status->rows = row;
	status->row_count = rows.count;
	status->current = rows;
}

/* The newest record of a revision tells how far it came. */
const struct migrate_half_done *project_half_done(
	struct migrate *migrate, const struct db_state *state, size_t *count)
{
	struct migrate_half_done *item = ARENA_ARRAY(
		&migrate->arena, state->journal_count, struct migrate_half_done);

	*count = 0;
	for (size_t i = 0; i < state->journal_count; i++) {
		const struct db_journal *record = &state->journal[i];

		if (record != runner_half(state, record->revision))
			continue;
		item[(*count)++] = (struct migrate_half_done){.revision = record->revision,
			.direction = record->direction == DB_DOWNGRADE ? MIGRATE_DOWNGRADE
								       : MIGRATE_UPGRADE,
			.part = runner_half_part(record),
			.in_doubt = record->outcome == DB_STARTED,
			.hint = runner_half_hint(
				&migrate->arena, &migrate->graph, state, record->revision)};
	}
	return item;
}

struct nodes project_pending(struct migrate *migrate, const struct position *position)
{
	uint8_t *marks = graph_marks(&migrate->arena, &migrate->graph);

	for (uint32_t i = 0; i < migrate->graph.count; i++)
		marks[i] = !position->applied[i];
	return graph_order(&migrate->arena, &migrate->graph, marks);
}

static bool fill_changes(struct migrate *migrate, const struct db_state *state,
	const struct position *position, struct migrate_status *status, struct migrate_error *error)
{
	struct nodes changed;

	if (!project_changed(migrate, state, position, &changed, error) ||
		!project_changes(migrate, changed, &status->changes, error))
		return false;
	status->changed = project_ids(migrate, changed);
	status->change_count = changed.count;
	return true;
}

bool migrate_status(struct migrate *migrate, bool with_changes, struct migrate_status *status,
	struct migrate_error *error)
{
	struct position position;
	struct db_state state;
	struct graph *graph = &migrate->graph;

	memset(status, 0, sizeof *status);
	if (!project_position(migrate, DB_READ, with_changes, &state, &position, error) ||
		(with_changes && !project_ground_missing(migrate, &state, &position, error)))
		return false;
	project_mark(migrate, &position);
	project_tell_adoption(migrate, &position);
	status->database = migrate->config.database->shown;
	status->dialect = migrate->driver->name;
	if (migrate->driver->encryption)
		status->tls = migrate->driver->encryption(migrate->db);
	fill_rows(migrate, &position, status);
	status->heads = project_ids(migrate, graph_heads(&migrate->arena, graph, false));
	status->real_heads = project_ids(migrate, graph_heads(&migrate->arena, graph, true));
	status->pending = project_ids(migrate, project_pending(migrate, &position));
	status->unknown = project_names(&position.unknown);
	status->half_done = project_half_done(migrate, &state, &status->half_done_count);
	status->up_to_date = !status->pending.count && !status->unknown.count &&
			     !status->half_done_count;
	if (!with_changes)
		return true;
	status->missing_count = position.unknown.count;
	return fill_changes(migrate, &state, &position, status, error) &&
	       project_missing(migrate, &state, &position, &status->missing, error) &&
	       (!migrate->config.drift || project_drift(migrate, &status->drift, error));
}

bool migrate_locks(
	struct migrate *migrate, struct migrate_locks *locks, struct migrate_error *error)
{
	memset(locks, 0, sizeof *locks);
	if (!project_connect(migrate, DB_READ, error) ||
		!migrate->driver->locks(migrate->db, &migrate->arena, locks, error))
		return false;
	locks->database = migrate->config.database->shown;
	locks->dialect = migrate->driver->name;
	return true;
}
