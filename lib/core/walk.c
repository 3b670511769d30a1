/* walk: the steps behind +N and -N. A walk never chooses: where more than one way leads on, it is
 * an error that names them all, since the wrong one would revert somebody's branch. */
#include "core/walk.h"

#include "base/error.h"

static const char *name_of(const struct resolver *resolver, uint32_t node)
{
	return node == NODE_NONE ? "base" : resolver->graph->revision[node].id;
}

static bool refuse_rows(
	const struct resolver *resolver, struct nodes rows, struct migrate_error *error)
{
	error_set(error, MIGRATE_E_REFUSED,
		"%u revisions are current, and the step could be from any "
		"of them: %s",
		rows.count, nodes_text(resolver->arena, resolver->graph, rows));
	return error_hint(error, "Say which branch: BRANCH@-1 or BRANCH@+1, or name a revision.");
}

bool walk_start(const struct resolver *resolver, const char *branch, size_t branch_size,
	struct walk *walk, struct migrate_error *error)
{
	struct nodes rows = position_within(
		resolver->arena, resolver->graph, resolver->position, walk->lineage);

	if (rows.count > 1 && walk->lineage) {
		error_set(error, MIGRATE_E_REFUSED,
			"%u current revisions are on the branch \"%.*s\": %s", rows.count,
			(int)branch_size, branch,
			nodes_text(resolver->arena, resolver->graph, rows));
		return error_hint(error, "Name a branch or a revision that leads to one of them.");
	}
	if (rows.count > 1)
		return refuse_rows(resolver, rows, error);
	walk->node = rows.count ? rows.item[0] : NODE_NONE;
	return true;
}

/* What follows the walk's place, on its lineage. */
static struct nodes next_up(const struct resolver *resolver, const struct walk *walk)
{
	const struct graph *graph = resolver->graph;
	struct nodes next = {0}, kept = {0};

	if (walk->node == NODE_NONE) {
		next = graph_bases(resolver->arena, graph);
	} else {
		next.item = graph->children.item + graph->children.start[walk->node];
		next.count = edges_count(&graph->children, walk->node);
	}
	if (!walk->lineage)
		return next;
	kept.item = ARENA_ARRAY(resolver->arena, next.count, uint32_t);
	for (uint32_t i = 0; i < next.count; i++)
		if (walk->lineage[next.item[i]])
			kept.item[kept.count++] = next.item[i];
	return kept;
}

static bool step_up(const struct resolver *resolver, struct walk *walk, struct migrate_error *error)
{
	struct nodes next = next_up(resolver, walk);

	if (next.count > 1) {
		error_set(error, MIGRATE_E_AMBIGUOUS, "%u revisions follow %s: %s", next.count,
			name_of(resolver, walk->node),
			nodes_text(resolver->arena, resolver->graph, next));
		return error_hint(error, "Say which way with BRANCH@+N, or name a revision.");
	}
	if (!next.count) {
		error_set(error, MIGRATE_E_TARGET,
			"the walk leads past the end: nothing follows %s",
			name_of(resolver, walk->node));
		return error_hint(error, "Take fewer steps; \"migrate history\" shows the way.");
	}
	walk->node = next.item[0];
	return true;
}

static bool step_down(
	const struct resolver *resolver, struct walk *walk, struct migrate_error *error)
{
	const struct graph *graph = resolver->graph;
	struct nodes parents;

	if (walk->node == NODE_NONE) {
		error_set(error, MIGRATE_E_TARGET,
			"the walk leads past the end: nothing is below base");
		return error_hint(error, "Take fewer steps, or name \"base\".");
	}
	parents.item = graph->parents.item + graph->parents.start[walk->node];
	parents.count = edges_count(&graph->parents, walk->node);
	if (parents.count > 1) {
		error_set(error, MIGRATE_E_AMBIGUOUS, "%s is a merge of %u revisions: %s",
			name_of(resolver, walk->node), parents.count,
			nodes_text(resolver->arena, graph, parents));
		return error_hint(error,
			"Name the revision to go to: a downgrade to %s undoes the "
			"merge, and leaves the others where they are.",
			name_of(resolver, parents.item[0]));
	}
	walk->last = walk->node;
	walk->node = parents.count ? parents.item[0] : NODE_NONE;
	return true;
}

bool walk_steps(
	const struct resolver *resolver, struct walk *walk, long steps, struct migrate_error *error)
{
	for (; steps > 0; steps--)
		if (!step_up(resolver, walk, error))
			return false;
	for (; steps < 0; steps++)
		if (!step_down(resolver, walk, error))
			return false;
	return true;
}
