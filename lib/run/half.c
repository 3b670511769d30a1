/* half: revisions that stopped half way, as the journal tells of them: what may run beside them,
 * what ends them. Asks no database, reads no file. Surprising: a revision of the journal may be in
 * no file any more. */
#include <string.h>

#include "base/error.h"
#include "run/runner.h"

const char *runner_half_direction(const struct db_state *state, const char *revision)
{
	for (size_t i = state->journal_count; i-- > 0;)
		if (!strcmp(state->journal[i].revision, revision))
			return state->journal[i].direction == DB_DOWNGRADE ? "downgrade"
									   : "upgrade";
	return "upgrade";
}

struct names runner_stamp_ends(struct arena *arena, const struct graph *graph,
	const struct plan *plan, const struct db_state *state)
{
	const char **item = ARENA_ARRAY(arena, state->journal_count, const char *);
	struct names ends = {item, 0};

	for (size_t i = 0; plan->judged && i < state->journal_count; i++) {
		const char *revision = state->journal[i].revision;
		uint32_t node = nametable_find(&graph->ids, revision);

		if ((node == NAME_MISSING || plan->judged[node]) && !names_have(&ends, revision))
			item[ends.count++] = revision;
	}
	return ends;
}

static bool is_planned(
	const struct runner *runner, const struct plan *plan, const struct db_journal *record)
{
	enum db_direction direction = plan->downgrade ? DB_DOWNGRADE : DB_UPGRADE;
	uint32_t node = nametable_find(&runner->graph->ids, record->revision);

	for (uint32_t i = 0; record->direction == direction && i < plan->count; i++)
		if (plan->step[i].node == node)
			return true;
	return false;
}

bool runner_check_journal(const struct runner *runner, const struct plan *plan,
	const struct db_state *state, struct migrate_error *error)
{
	for (size_t i = 0; plan->count && i < state->journal_count; i++) {
		const struct db_journal *record = &state->journal[i];
		bool up = record->direction == DB_UPGRADE;

		if (is_planned(runner, plan, record))
			continue;
		error_set(error, MIGRATE_E_HALF_DONE, "the %s of revision %s stopped half way",
			up ? "upgrade" : "downgrade", record->revision);
		return error_hint(error, "Finish it first: \"migrate %s %s\" resumes.",
			up ? "upgrade" : "downgrade", up ? record->revision : "...");
	}
	return true;
}
