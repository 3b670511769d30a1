/* plan: set algebra over marks, upwards and downwards. Surprising: rows are never patched from what
 * was there; each step's change follows from counting how many applied revisions stand on each one.
 */
#include "core/plan.h"

#include <string.h>

#include "base/error.h"

static struct nodes list_of(struct arena *arena, uint32_t limit)
{
	return (struct nodes){ARENA_ARRAY(arena, limit, uint32_t), 0};
}

static void add(struct nodes *nodes, uint32_t node)
{
	nodes->item[nodes->count++] = node;
}

/* How many applied revisions stand directly on each one, over all edges. */
static uint32_t *count_standing(
	struct arena *arena, const struct graph *graph, const uint8_t *applied)
{
	const struct edges *parents = &graph->parents, *dependencies = &graph->dependencies;
	uint32_t *standing = ARENA_ARRAY(arena, graph->count, uint32_t);

	for (uint32_t i = 0; i < graph->count; i++) {
		if (!applied[i])
			continue;
		for (uint32_t k = parents->start[i]; k < parents->start[i + 1]; k++)
			standing[parents->item[k]]++;
		for (uint32_t k = dependencies->start[i]; k < dependencies->start[i + 1]; k++)
			standing[dependencies->item[k]]++;
	}
	return standing;
}

/* One edge of the step's revision: its lower end gains or loses a revision that stands on it. */
static void shift(struct plan_step *step, uint32_t below, bool downgrade, uint32_t *standing)
{
	if (downgrade && !--standing[below])
		add(&step->add, below);
	if (!downgrade && !standing[below]++)
		add(&step->remove, below);
}

static void fill_step(struct arena *arena, const struct graph *graph, struct plan_step *step,
	bool downgrade, uint32_t *standing)
{
	const struct edges *parents = &graph->parents, *dependencies = &graph->dependencies;
	uint32_t node = step->node;
	uint32_t degree = edges_count(parents, node) + edges_count(dependencies, node);
	struct nodes *own = downgrade ? &step->remove : &step->add;

	step->add = list_of(arena, downgrade ? degree : 1);
	step->remove = list_of(arena, downgrade ? 1 : degree);
	add(own, node);
	for (uint32_t k = parents->start[node]; k < parents->start[node + 1]; k++)
		shift(step, parents->item[k], downgrade, standing);
	for (uint32_t k = dependencies->start[node]; k < dependencies->start[node + 1]; k++)
		shift(step, dependencies->item[k], downgrade, standing);
	graph_sort(graph, step->add);
	graph_sort(graph, step->remove);
}

/* Turns the set to run into ordered steps with their rows. */
static void fill_plan(struct arena *arena, const struct graph *graph,
	const struct position *position, const uint8_t *marks, struct plan *plan)
{
	struct nodes order = graph_order(arena, graph, marks);
	uint32_t *standing = count_standing(arena, graph, position->applied);
	uint8_t *after = graph_marks(arena, graph);

	plan->from = position->rows;
	plan->count = order.count;
	plan->step = ARENA_ARRAY(arena, order.count, struct plan_step);
	for (uint32_t i = 0; i < order.count; i++) {
		plan->step[i].node = order.item[plan->downgrade ? order.count - 1 - i : i];
		fill_step(arena, graph, &plan->step[i], plan->downgrade, standing);
	}
	for (uint32_t i = 0; i < graph->count; i++)
		after[i] = marks[i] ? !plan->downgrade : position->applied[i];
	plan->to = graph_maximal(arena, graph, after, false);
}

bool plan_upgrade(struct arena *arena, const struct graph *graph, const struct position *position,
	const char *target, struct plan *plan, struct migrate_error *error)
{
	struct resolver resolver = {arena, graph, position};
	uint8_t *marks = graph_marks(arena, graph);
	struct target found;

	memset(plan, 0, sizeof *plan);
	if (!target_resolve(&resolver, target, &found, error))
		return false;
	if (found.kind == TARGET_RELATIVE && found.steps < 0) {
		error_set(
			error, MIGRATE_E_TARGET, "\"%s\" leads down, and upgrade goes up", target);
		return error_hint(error, "Use \"migrate downgrade %s\".", target);
	}
	for (uint32_t i = 0; i < found.nodes.count; i++)
		marks[found.nodes.item[i]] = 1;
	graph_close(arena, graph, marks, GRAPH_DOWN);
	for (uint32_t i = 0; i < graph->count; i++)
		marks[i] = marks[i] && !position->applied[i];
	fill_plan(arena, graph, position, marks, plan);
	return true;
}

/* Nothing applied stands on X by versioned edges, on the branch if there is one, and X is no row.
 */
static bool refuse_end(const struct graph *graph, const struct position *position, uint32_t x,
	bool elsewhere, struct migrate_error *error)
{
	const char *id = graph->revision[x].id;

	if (!position->applied[x]) {
		error_set(error, MIGRATE_E_REFUSED,
			"revision %s is not applied, so there is no going down to it", id);
		return error_hint(error, "\"migrate current\" shows where the database stands.");
	}
	if (elsewhere) {
		error_set(error, MIGRATE_E_REFUSED,
			"nothing of that branch is applied above revision %s", id);
		return error_hint(error, "\"migrate current\" shows where the database stands.");
	}
	error_set(error, MIGRATE_E_REFUSED,
		"revision %s is applied only because other branches depend on it", id);
	return error_hint(error, "Name the revision below those that depend on it.");
}

/* The applied versioned children of X, which the downgrade to X reverts. */
static bool mark_roots_above(const struct graph *graph, const struct position *position, uint32_t x,
	const uint8_t *lineage, uint8_t *marks, struct migrate_error *error)
{
	bool found = position_has_row(position, x), elsewhere = false;

	for (uint32_t k = graph->children.start[x]; k < graph->children.start[x + 1]; k++) {
		uint32_t child = graph->children.item[k];

		if (!position->applied[child])
			continue;
		if (lineage && !lineage[child]) {
			elsewhere = true;
			continue;
		}
		marks[child] = 1;
		found = true;
	}
	return found || refuse_end(graph, position, x, elsewhere, error);
}

static void mark_roots_at_base(const struct graph *graph, const uint8_t *lineage, uint8_t *marks)
{
	for (uint32_t i = 0; i < graph->count; i++)
		if (!edges_count(&graph->parents, i) && (!lineage || lineage[i]))
			marks[i] = 1;
}

static bool mark_roots(const struct graph *graph, const struct position *position,
	const struct target *target, const char *text, uint8_t *marks, struct migrate_error *error)
{
	if (target->kind == TARGET_RELATIVE && target->steps > 0) {
		error_set(
			error, MIGRATE_E_TARGET, "\"%s\" leads up, and downgrade goes down", text);
		return error_hint(error, "Use \"migrate upgrade %s\".", text);
	}
	if (target->kind == TARGET_RELATIVE) {
		marks[target->last] = 1;
		return true;
	}
	if (target->kind == TARGET_BASE) {
		mark_roots_at_base(graph, target->lineage, marks);
		return true;
	}
	if (target->nodes.count > 1) {
		error_set(error, MIGRATE_E_REFUSED,
			"\"%s\" is %u revisions, and a downgrade goes to one", text,
			target->nodes.count);
		return error_hint(error, "Name the revision to go down to.");
	}
	return mark_roots_above(
		graph, position, target->nodes.item[0], target->lineage, marks, error);
}

static bool refuse_outside(struct arena *arena, const struct graph *graph, const uint8_t *marks,
	const uint8_t *lineage, const char *text, struct migrate_error *error)
{
	uint8_t *outside = graph_marks(arena, graph);
	struct nodes nodes;

	for (uint32_t i = 0; i < graph->count; i++)
		outside[i] = marks[i] && !lineage[i];
	nodes = graph_list(arena, graph, outside);
	if (!nodes.count)
		return true;
	error_set(error, MIGRATE_E_REFUSED,
		"\"%s\" would also revert %u revision%s of other branches: %s", text, nodes.count,
		nodes.count == 1 ? "" : "s", nodes_text(arena, graph, nodes));
	return error_hint(error, "They stand on what would go. Give --cascade to revert them too.");
}

bool plan_downgrade(struct arena *arena, const struct graph *graph, const struct position *position,
	const char *target, bool cascade, struct plan *plan, struct migrate_error *error)
{
	struct resolver resolver = {arena, graph, position};
	uint8_t *marks = graph_marks(arena, graph);
	struct target found;

	memset(plan, 0, sizeof *plan);
	plan->downgrade = true;
	if (!target_resolve(&resolver, target, &found, error) ||
		!mark_roots(graph, position, &found, target, marks, error))
		return false;
	graph_close(arena, graph, marks, GRAPH_UP);
	for (uint32_t i = 0; i < graph->count; i++)
		marks[i] = marks[i] && position->applied[i];
	if (found.lineage && !cascade &&
		!refuse_outside(arena, graph, marks, found.lineage, target, error))
		return false;
	fill_plan(arena, graph, position, marks, plan);
	return true;
}

void plan_move(const struct plan_step *step, uint8_t *rows)
{
	for (uint32_t k = 0; k < step->remove.count; k++)
		rows[step->remove.item[k]] = 0;
	for (uint32_t k = 0; k < step->add.count; k++)
		rows[step->add.item[k]] = 1;
}

void plan_single(struct arena *arena, const struct graph *graph, const struct position *position,
	uint32_t node, bool downgrade, struct plan *plan)
{
	uint8_t *marks = graph_marks(arena, graph);

	memset(plan, 0, sizeof *plan);
	plan->downgrade = downgrade;
	marks[node] = 1;
	fill_plan(arena, graph, position, marks, plan);
}
