/* migrate_resume: the person's word on a statement of which nobody else can say whether it took
 * effect. Everything else of a script that stopped half way resumes by running the same command
 * again. */
#include <string.h>

#include "base/error.h"
#include "project.h"

static bool fail_nothing(const struct migrate *migrate, uint32_t node, struct migrate_error *error)
{
	error_set(error, MIGRATE_E_REFUSED, "revision %s did not stop half way",
		migrate->graph.revision[node].id);
	return error_hint(error, "\"migrate status\" shows where the database stands.");
}

static bool adopt(struct migrate *migrate, struct db_state *state, struct migrate_error *error)
{
	struct position position;

	position_find(&migrate->arena, &migrate->graph, &state->rows, &position);
	return project_adopt(migrate, state, &position, error);
}

/* The plan of the one revision, from the state as it is. */
static bool plan_one(struct migrate *migrate, const struct db_state *state, uint32_t node,
	struct plan *plan, struct migrate_plan *out, struct migrate_error *error)
{
	const struct db_journal *record = runner_half(state, migrate->graph.revision[node].id);
	struct position position;

	if (!record)
		return fail_nothing(migrate, node, error);
	position_find(&migrate->arena, &migrate->graph, &state->rows, &position);
	plan_single(&migrate->arena, &migrate->graph, &position, node,
		record->direction == DB_DOWNGRADE, plan);
	out->request.direction = plan->downgrade ? MIGRATE_DOWNGRADE : MIGRATE_UPGRADE;
	project_fill_plan(migrate, plan, out);
	return true;
}

static bool resume_locked(struct migrate *migrate, uint32_t node, bool skip, struct db_state *state,
	struct migrate_plan *out, struct migrate_error *error)
{
	struct plan plan;
	size_t committed;
	bool ok;

	if (!plan_one(migrate, state, node, &plan, out, error) || !adopt(migrate, state, error) ||
		!runner_decide(&migrate->runner, &plan, state, skip, error) ||
		!migrate->driver->read(migrate->db, &migrate->arena, false, state, error))
		return false;
	out->changed = true;
	if (!runner_half(state, migrate->graph.revision[node].id)) {
		out->steps[0].status = MIGRATE_APPLIED; /* the decision was about the last piece */
		return true;
	}
	migrate->running = out;
	ok = plan_one(migrate, state, node, &plan, out, error) &&
	     runner_apply(&migrate->runner, &plan, state, &committed, error);
	migrate->running = NULL;
	if (ok)
		out->steps[0].status = MIGRATE_APPLIED;
	else if (out->steps[0].status != MIGRATE_UNKNOWN)
		out->steps[0].status = MIGRATE_FAILED;
	return ok;
}

/* No script has it: but the journal may, and then the file is what is missing. */
static bool fail_unresolved(
	struct migrate *migrate, const char *revision, struct migrate_error *error)
{
	struct migrate_error ignored = {0};
	struct db_state state;
	bool half = error->code == MIGRATE_E_TARGET &&
		    project_connect(migrate, DB_READ, &ignored) &&
		    migrate->driver->read(migrate->db, &migrate->arena, false, &state, &ignored) &&
		    runner_half(&state, revision);

	migrate_error_clear(&ignored);
	if (!half)
		return false;
	migrate_error_clear(error);
	return runner_refuse_half(&migrate->runner, &state, revision, "", error);
}

bool migrate_resume(struct migrate *migrate, const char *revision, bool skip,
	struct migrate_plan **plan, struct migrate_error *error)
{
	struct resolver resolver = {&migrate->arena, &migrate->graph, NULL};
	struct migrate_plan *out = ARENA_NEW(&migrate->arena, struct migrate_plan);
	struct db_state state;
	uint32_t node;
	bool ok;

	*plan = out;
	out->request.target = arena_strdup(&migrate->arena, revision);
	if (!project_load_for_database(migrate, error))
		return false;
	if (!target_resolve_one(&resolver, revision, &node, error))
		return fail_unresolved(migrate, revision, error);
	if (!project_connect(migrate, DB_WRITE, error) ||
		!migrate->driver->read(migrate->db, &migrate->arena, false, &state, error) ||
		!runner_lock(&migrate->runner, &state, error))
		return false;
	migrate->runner.exact = false;
	migrate->runner.once = true;
	ok = resume_locked(migrate, node, skip, &state, out, error);
	if (ok)
		project_keep_schema(migrate);
	migrate->driver->unlock(migrate->db);
	return ok || project_hide(migrate, error);
}
