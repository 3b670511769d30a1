/* migrate_run: from a request to committed steps. Surprising: a plan is made twice, once to be
 * shown and once under the lock, where the rows may have moved; only the second one runs. */
#include <string.h>

#include "base/error.h"
#include "core/range.h"
#include "project.h"

/* How often another run may be faster where there is no lock, and milliseconds between two tries.
 */
enum { COLLISIONS = 1000, COLLISION_PAUSE = 100 };

static bool check_request(const struct migrate_request *request, struct migrate_error *error)
{
	if (!strchr(request->target, ':'))
		return true;
	error_set(error, MIGRATE_E_USAGE, "the range \"%s\" makes sense with --sql only",
		request->target);
	return error_hint(error, "Name the revision to go to: the database knows where it stands.");
}

void project_fill_plan(struct migrate *migrate, const struct plan *plan, struct migrate_plan *out)
{
	out->from = project_ids(migrate, plan->from);
	out->to = project_ids(migrate, plan->to);
	out->count = plan->count;
	out->steps = ARENA_ARRAY(&migrate->arena, plan->count, struct migrate_step);
	for (uint32_t i = 0; i < plan->count; i++) {
		out->steps[i].revision = project_view(migrate, plan->step[i].node);
		out->steps[i].direction = out->request.direction;
	}
}

static bool fail_changed(struct migrate *migrate, struct nodes changed, struct migrate_error *error)
{
	return error_hint(error,
		"Undo the edit%s (\"migrate status -v\" shows %s), accept %s with \"migrate repair "
		"%s\", or run without --strict.",
		changed.count == 1 ? "" : "s", changed.count == 1 ? "it" : "them",
		changed.count == 1 ? "it" : "them",
		changed.count == 1 ? migrate->graph.revision[*changed.item].id : "--all");
}

/* Edited scripts: a warning each, or an error where the caller is strict. */
static bool tell_changes(struct migrate *migrate, const struct migrate_request *request,
	const struct db_state *state, const struct position *position, struct migrate_error *error)
{
	struct nodes changed;

	if (!project_changed(migrate, state, position, &changed, error))
		return false;
	for (uint32_t i = 0; i < changed.count; i++) {
		const struct revision *revision = &migrate->graph.revision[changed.item[i]];
		const char *text = arena_printf(&migrate->arena,
			"revision %s was edited since it was applied: %s", revision->id,
			revision->file);

		if (!request->strict)
			project_emit(migrate, MIGRATE_WARNING, text);
		else if (!error->code)
			error_set(error, MIGRATE_E_REFUSED, "%s", text);
		else
			error_detail(error, "%s", text);
	}
	if (error->code)
		return fail_changed(migrate, changed, error);
	if (changed.count)
		project_emit(migrate, MIGRATE_NOTICE,
			"\"migrate status -v\" shows what was edited, \"migrate repair\" accepts "
			"it");
	return true;
}

static enum db_access access_for(const struct migrate_request *request)
{
	if (request->direction == MIGRATE_UPGRADE)
		return request->dry_run ? DB_PLAN : DB_CREATE;
	return request->dry_run ? DB_READ : DB_WRITE;
}

static enum db_access planning_access(
	const struct migrate *migrate, const struct migrate_request *request)
{
	enum db_access access = access_for(request);

	if (access == DB_CREATE && migrate->driver && migrate->driver->cheap_to_open)
		return DB_PLAN;
	return access;
}

static const char *default_target(const struct migrate_request *request)
{
	if (request->target)
		return request->target;
	return request->direction == MIGRATE_UPGRADE ? "head" : "-1";
}

static bool is_planned(
	struct migrate *migrate, const struct plan *plan, const struct migrate_plan *out)
{
	struct migrate_list from = project_ids(migrate, plan->from);

	if (!out->steps || plan->count != out->count || from.count != out->from.count)
		return false;
	for (size_t i = 0; i < from.count; i++)
		if (strcmp(from.item[i], out->from.item[i]) != 0)
			return false;
	return true;
}

static bool fail_moved(
	struct migrate *migrate, const struct plan *plan, struct migrate_error *error)
{
	error_set(error, MIGRATE_E_REFUSED, "the database has moved since the plan was made");
	error_detail(error, "It is at %s now.",
		plan->from.count ? nodes_text(&migrate->arena, &migrate->graph, plan->from)
				 : "<base>");
	return error_hint(error, "Make the plan again, and have it approved again.");
}

static bool uses_log(const struct migrate_request *request)
{
	return request->from_log && request->direction == MIGRATE_DOWNGRADE;
}

bool project_plan_from(struct migrate *migrate, const struct migrate_request *request,
	const struct db_state *state, const struct position *position, struct plan *plan,
	struct migrate_error *error)
{
	bool downgrade = request->direction == MIGRATE_DOWNGRADE;

	return project_refuse_unknown(migrate, state, position, error) &&
	       runner_check_direction(&migrate->runner, downgrade, state, error) &&
	       project_plan(migrate, request, position, plan, error) &&
	       runner_check_journal(&migrate->runner, plan, state, error);
}

/* Everything up to the point where something would be written. The scripts of a plan that is the
 * one made before are not checked twice. */
static bool plan_from(struct migrate *migrate, struct migrate_plan *out,
	const struct db_state *state, const struct position *position, struct plan *plan,
	struct migrate_error *error)
{
	if (!project_plan_from(migrate, &out->request, state, position, plan, error))
		return false;
	if (out->request.exact && out->steps && !is_planned(migrate, plan, out))
		return fail_moved(migrate, plan, error);
	if (!uses_log(&out->request) && is_planned(migrate, plan, out))
		return true;
	project_fill_plan(migrate, plan, out);
	return runner_check(&migrate->runner, plan, state, error);
}

/* What no database can make right is refused before one is asked, or made. */
static bool check_targets(struct migrate *migrate, const char *const *targets, size_t count,
	struct migrate_error *error)
{
	struct resolver resolver = {&migrate->arena, &migrate->graph, NULL};

	for (size_t i = 0; i < count; i++) {
		struct target target;

		if (!target_asks_database(targets[i]) &&
			!target_resolve(&resolver, targets[i], &target, error))
			return false;
	}
	return true;
}

/* A brief look at the database is enough where it finds nothing to do. */
static bool look_again(struct migrate *migrate, const struct migrate_request *request,
	struct db_state *state, struct position *position, struct migrate_error *error)
{
	struct migrate_error ignored = {0};
	struct plan plan;
	bool nothing;

	if (!state->brief)
		return true;
	nothing = !position->unknown.count && !migrate->surplus_rows &&
		  project_plan(migrate, request, position, &plan, &ignored) && !plan.count;
	migrate_error_clear(&ignored);
	if (nothing)
		return true;
	if (!migrate->driver->read(migrate->db, &migrate->arena, true, state, error))
		return false;
	project_place(migrate, state, position);
	return true;
}

/* Where the database stands, and with the log's revisions in the graph where they are asked for: a
 * target may be one of them. */
static bool find_position(struct migrate *migrate, const struct migrate_request *request,
	struct db_state *state, struct position *position, struct migrate_error *error)
{
	enum db_access access = planning_access(migrate, request);

	if (uses_log(request))
		return project_position_from_log(migrate, access, true, state, position, error);
	if (!check_targets(migrate, &request->target, 1, error)) {
		project_forget_look(migrate);
		return false;
	}
	return project_position(
		migrate, access, request->direction == MIGRATE_UPGRADE, state, position, error);
}

static bool load_for(
	struct migrate *migrate, const struct migrate_request *request, struct migrate_error *error)
{
	if (uses_log(request))
		return project_load_for_database(migrate, error);
	return project_load_and_look(migrate, planning_access(migrate, request),
		request->direction == MIGRATE_UPGRADE, error);
}

/* Known where the lock is held only: else another run may be in the middle of it. */
static void tell_resume(
	struct migrate *migrate, const struct plan *plan, const struct db_state *state)
{
	const struct db_journal *record = runner_planned_half(&migrate->graph, plan, state);

	if (record)
		project_emit(migrate, MIGRATE_NOTICE,
			arena_printf(&migrate->arena,
				"the %s of revision %s goes on at part %ld, where it stopped",
				runner_half_direction(record), record->revision,
				runner_half_part(record)));
}

static bool make_plan(struct migrate *migrate, const struct migrate_request *request,
	struct migrate_plan **out, struct migrate_error *error)
{
	bool upgrade = request->direction == MIGRATE_UPGRADE;
	struct migrate_plan *made = ARENA_NEW(&migrate->arena, struct migrate_plan);
	struct position position;
	struct db_state state;
	struct plan plan;
	bool ok;

	*out = made;
	made->request = *request;
	made->request.target = arena_strdup(&migrate->arena, default_target(request));
	ok = check_request(&made->request, error) && load_for(migrate, &made->request, error) &&
	     find_position(migrate, &made->request, &state, &position, error) &&
	     look_again(migrate, &made->request, &state, &position, error) &&
	     (!upgrade || tell_changes(migrate, request, &state, &position, error)) &&
	     plan_from(migrate, made, &state, &position, &plan, error) &&
	     (!upgrade || project_refuse_rerun(migrate, &state, &position, &plan, error));
	if (!ok)
		return false;
	made->adopted = project_ids(migrate, position.adopted);
	if (request->dry_run) {
		tell_resume(migrate, &plan, &state);
		project_tell_adoption(migrate, &position);
	}
	return true;
}

bool migrate_plan(struct migrate *migrate, const struct migrate_request *request,
	struct migrate_plan **out, struct migrate_error *error)
{
	return make_plan(migrate, request, out, error) || project_hide(migrate, error);
}

/* unknown: whether the one transaction of all steps is committed. */
static void mark_applied(struct migrate_plan *out, size_t committed, bool unknown)
{
	for (size_t i = 0; i < out->count; i++) {
		if (i < committed)
			out->steps[i].status = MIGRATE_APPLIED;
		else if (unknown)
			out->steps[i].status = MIGRATE_UNKNOWN;
		else if (out->steps[i].status == MIGRATE_APPLIED)
			out->steps[i].status = MIGRATE_PLANNED;
	}
	out->changed = out->changed || committed > 0;
}

/* The rows after the first steps of a plan. */
static struct migrate_list rows_after(
	struct migrate *migrate, const struct plan *plan, size_t steps)
{
	uint8_t *held = graph_marks(&migrate->arena, &migrate->graph);
	struct nodes rows = {ARENA_ARRAY(&migrate->arena, migrate->graph.count, uint32_t), 0};

	for (uint32_t i = 0; i < plan->from.count; i++)
		held[plan->from.item[i]] = 1;
	for (size_t i = 0; i < steps; i++)
		plan_move(&plan->step[i], held);
	for (uint32_t i = 0; i < migrate->graph.count; i++)
		if (held[i])
			rows.item[rows.count++] = i;
	graph_sort(&migrate->graph, rows);
	return project_ids(migrate, rows);
}

/* Nothing was committed: the plan says so. */
static bool stay(struct migrate_plan *plan)
{
	plan->to = plan->from;
	return false;
}

static bool apply_locked(struct migrate *migrate, struct migrate_plan *out,
	const struct db_state *found, struct migrate_error *error)
{
	struct db_state state = *found;
	struct position position;
	struct plan plan;
	size_t committed = 0;
	bool ok;

	position_find(&migrate->arena, &migrate->graph, &state.rows, &position);
	if (!plan_from(migrate, out, &state, &position, &plan, error) ||
		!project_adopt(migrate, &state, &position, error))
		return stay(out);
	if (!out->changed) /* else a try before this one has adopted */
		out->adopted = project_ids(migrate, position.adopted);
	out->changed = out->changed || position.adopted.count;
	if (!plan.count && position.implied.count)
		return runner_stamp(&migrate->runner, &plan, &state, error) || stay(out);
	tell_resume(migrate, &plan, &state);
	migrate->running = out;
	migrate->runner.exact = out->request.exact;
	migrate->runner.once = out->request.once || target_asks_database(out->request.target);
	ok = runner_apply(&migrate->runner, &plan, &state, &committed, error);
	migrate->running = NULL;
	mark_applied(out, committed,
		migrate->runner.together && error->code == MIGRATE_E_UNKNOWN_OUTCOME);
	if (!ok)
		out->to = rows_after(migrate, &plan, committed);
	return ok;
}

/* Runs act under the lock, with the state as it is there. */
static bool under_lock(struct migrate *migrate,
	bool (*act)(struct migrate *, void *, const struct db_state *, struct migrate_error *),
	void *argument, struct migrate_error *error)
{
	struct db_state state;
	bool ok;

	if (!runner_lock(&migrate->runner, &state, error))
		return false;
	ok = act(migrate, argument, &state, error);
	migrate->driver->unlock(migrate->db);
	return ok;
}

/* What the log has may be another file by now, as the rows may be others. */
static bool act_apply(struct migrate *migrate, void *argument, const struct db_state *state,
	struct migrate_error *error)
{
	struct migrate_plan *plan = argument;
	struct position position;
	struct db_state now;
	bool ok;

	if (!uses_log(&plan->request))
		ok = apply_locked(migrate, plan, state, error);
	else
		ok = project_position_from_log(
			     migrate, access_for(&plan->request), false, &now, &position, error) &&
		     apply_locked(migrate, plan, &now, error);
	if (ok)
		project_keep_schema(migrate);
	return ok;
}

/* What earlier tries of one call have committed. */
struct done {
	struct migrate_step *step;
	size_t count;
	struct migrate_list from;
	int tries;
};

static void append(
	struct migrate *migrate, struct done *done, const struct migrate_step *step, size_t count)
{
	struct migrate_step *all = ARENA_ARRAY(
		&migrate->arena, done->count + count, struct migrate_step);

	for (size_t i = 0; i < done->count; i++)
		all[i] = done->step[i];
	for (size_t i = 0; i < count; i++)
		all[done->count++] = step[i];
	done->step = all;
}

/* Without a lock another run may be faster. As one who has waited for a lock does, this one plans
 * again from the rows that it finds, but for a target that is counted from them: then what has run
 * would run on. */
static bool plan_again(struct migrate *migrate, const struct migrate_plan *plan, struct done *done,
	struct migrate_error *error)
{
	size_t committed = 0;

	while (committed < plan->count && plan->steps[committed].status == MIGRATE_APPLIED)
		committed++;
	if (!migrate->runner.moved)
		return false;
	if (done->tries++ == COLLISIONS ||
		(committed + done->count && target_asks_database(plan->request.target))) {
		if (committed < plan->count)
			plan->steps[committed].status = MIGRATE_FAILED;
		return false;
	}
	if (!done->count)
		done->from = plan->from;
	append(migrate, done, plan->steps, committed);
	migrate_error_clear(error);
	project_emit(migrate, MIGRATE_NOTICE,
		"another run was faster: planning again from what it has done");
	runner_pause(&migrate->runner, COLLISION_PAUSE);
	return runner_not_interrupted(&migrate->runner, error);
}

/* The plan tells of all tries. */
static void join(struct migrate *migrate, struct migrate_plan *plan, struct done *done)
{
	if (!done->count)
		return;
	append(migrate, done, plan->steps, plan->count);
	plan->steps = done->step;
	plan->count = done->count;
	plan->from = done->from;
	plan->changed = true;
}

bool migrate_apply(struct migrate *migrate, struct migrate_plan *plan, struct migrate_error *error)
{
	struct done done = {.count = 0};
	bool nothing = !plan->count && !migrate->surplus_rows, ok;

	if (plan->request.dry_run)
		return error_set(error, MIGRATE_E_USAGE, "a dry run's plan cannot be applied");
	/* An upgrade makes a missing SQLite file even where there is nothing to run yet. */
	if (nothing && (migrate->has_version_table || plan->request.direction == MIGRATE_DOWNGRADE))
		return true;
	/* From here on: what has been adopted. */
	plan->adopted = (struct migrate_list){0};
	if (!project_connect(migrate, access_for(&plan->request), error))
		return stay(plan);
	ok = nothing;
	while (!ok) {
		migrate->runner.moved = false;
		ok = under_lock(migrate, act_apply, plan, error);
		if (!ok && !plan->changed && !done.count)
			stay(plan);
		if (!ok && !plan_again(migrate, plan, &done, error))
			break;
	}
	join(migrate, plan, &done);
	return ok || project_hide(migrate, error);
}

/* -------- stamp -------- */

/* What ran of it stays, and nobody will go on with it. */
void project_tell_ends(struct migrate *migrate, const struct plan *plan,
	const struct db_state *state, struct migrate_stamp *stamp)
{
	struct names ends = runner_stamp_ends(&migrate->arena, &migrate->graph, plan, state);

	stamp->ended = project_names(&ends);
	for (uint32_t i = 0; i < ends.count; i++)
		project_emit(migrate, MIGRATE_WARNING,
			arena_printf(&migrate->arena,
				"the %s of revision %s, which stopped half way, is given up: what "
				"ran of it stays",
				runner_half_direction(runner_half(state, ends.item[i])),
				ends.item[i]));
}

static bool stamp_plan(struct migrate *migrate, struct migrate_stamp *stamp,
	const struct db_state *state, struct plan *plan, struct migrate_error *error)
{
	struct position position;

	project_place(migrate, state, &position);
	if (!plan_stamp(&migrate->arena, &migrate->graph, &position, stamp->targets, stamp->count,
		    stamp->purge, plan, error))
		return false;
	for (uint32_t i = 0; i < position.unknown.count; i++)
		project_emit(migrate, MIGRATE_WARNING,
			arena_printf(&migrate->arena,
				"the row %s, which no script has, is replaced",
				position.unknown.item[i]));
	stamp->from = project_rows(migrate, &position);
	stamp->to = project_ids(migrate, plan->to);
	project_tell_ends(migrate, plan, state, stamp);
	return true;
}

static bool act_stamp(struct migrate *migrate, void *argument, const struct db_state *state,
	struct migrate_error *error)
{
	struct plan plan;
	bool ok = stamp_plan(migrate, argument, state, &plan, error) &&
		  runner_check_rows(&migrate->runner, plan.to, state, error) &&
		  runner_stamp(&migrate->runner, &plan, state, error);

	/* Who stamps says that the schema is what the revisions make. */
	if (ok)
		project_keep_schema(migrate);
	return ok;
}

/* Where opening is cheap the stamp is tried without writing first: one that is refused makes no
 * file. */
static bool try_stamp(
	struct migrate *migrate, const struct migrate_stamp *stamp, struct migrate_error *error)
{
	struct position position;
	struct db_state state;
	struct plan plan;

	if (!migrate->driver || !migrate->driver->cheap_to_open)
		return true;
	if (!project_connect(migrate, DB_PLAN, error) ||
		!migrate->driver->read(migrate->db, &migrate->arena, false, &state, error))
		return false;
	position_find(&migrate->arena, &migrate->graph, &state.rows, &position);
	return plan_stamp(&migrate->arena, &migrate->graph, &position, stamp->targets, stamp->count,
		stamp->purge, &plan, error);
}

bool migrate_stamp(
	struct migrate *migrate, struct migrate_stamp *stamp, struct migrate_error *error)
{
	if (!project_load_for_database(migrate, error) ||
		!check_targets(migrate, stamp->targets, stamp->count, error))
		return false;
	return try_stamp(migrate, stamp, error) && project_connect(migrate, DB_CREATE, error) &&
	       under_lock(migrate, act_stamp, stamp, error);
}

/* -------- ensure-version -------- */

static bool act_ensure(struct migrate *migrate, void *argument, const struct db_state *state,
	struct migrate_error *error)
{
	(void)state;
	return migrate->driver->ensure(migrate->db, argument, error);
}

bool migrate_ensure_version(struct migrate *migrate, bool *created, struct migrate_error *error)
{
	*created = false;
	return project_connect(migrate, DB_WRITE, error) &&
	       under_lock(migrate, act_ensure, created, error);
}
