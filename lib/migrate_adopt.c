/* migrate_adopt: rows that name a revision by the last of those that it replaced. Its own id takes
 * their place in a transaction of its own, before anything else runs, and the log gets a stamp.
 *
 * Surprising: nothing is asked of the schema. Whoever wrote the revision has proved that it makes
 * what the replaced ones did, and the row says that all of these have run. */
#include "base/error.h"
#include "project.h"

static void tell(struct migrate *migrate, const struct position *position, const char *what)
{
	for (uint32_t i = 0; i < position->adopted.count; i++) {
		const struct revision *revision =
			&migrate->graph.revision[position->adopted.item[i]];

		project_emit(migrate, MIGRATE_NOTICE,
			arena_printf(&migrate->arena, "%s %s in place of %u revision%s", what,
				revision->id, revision->replaces.count,
				revision->replaces.count == 1 ? "" : "s"));
	}
}

void project_tell_adoption(struct migrate *migrate, const struct position *position)
{
	tell(migrate, position, "the next run adopts");
}

bool project_adopt(struct migrate *migrate, struct db_state *state, const struct position *position,
	struct migrate_error *error)
{
	struct plan plan = {.from = position->rows, .to = position->rows};
	struct migrate_list rows = project_ids(migrate, position->rows);

	if (!position->adopted.count)
		return true;
	if (!runner_check_rows(&migrate->runner, plan.to, state, error) ||
		!runner_stamp(&migrate->runner, &plan, state, error))
		return false;
	state->rows = (struct names){rows.item, (uint32_t)rows.count};
	tell(migrate, position, "adopted");
	return true;
}

uint32_t project_replacement(const struct migrate *migrate, const char *row)
{
	bool whole;

	return graph_replacement(&migrate->graph, row, &whole);
}

const char *project_replaced_hint(struct migrate *migrate, const char *row)
{
	const struct revision *revision =
		&migrate->graph.revision[project_replacement(migrate, row)];
	const struct names *replaces = &revision->replaces;

	return arena_printf(&migrate->arena,
		"Take the commit before %s, which has the files still, and run \"migrate upgrade "
		"%s\" with it; then this one adopts %s.",
		revision->id, replaces->item[replaces->count - 1], revision->id);
}
