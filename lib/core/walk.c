/* walk: the steps behind +N and -N. A walk never chooses: where more than one way leads on, it is
 * an error that names them all, since the wrong one would revert somebody's branch. */
#include "core/walk.h"

#include <string.h>

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

static struct nodes rows_within(const struct resolver *resolver, const uint8_t *lineage)
{
	const struct nodes *rows = &resolver->position->rows;
	struct nodes found = {ARENA_ARRAY(resolver->arena, rows->count, uint32_t), 0};

	for (uint32_t i = 0; i < rows->count; i++)
		if (!lineage || lineage[rows->item[i]])
			found.item[found.count++] = rows->item[i];
	return found;
}

/* The revisions of a lineage that are applied, without applied ones above them in it. */
static struct nodes applied_tips(const struct resolver *resolver, const uint8_t *lineage)
{
	uint8_t *marks = graph_marks(resolver->arena, resolver->graph);

	for (uint32_t i = 0; i < resolver->graph->count; i++)
		marks[i] = lineage[i] && resolver->position->applied[i];
	return graph_maximal(resolver->arena, resolver->graph, marks, true);
}

bool walk_start(const struct resolver *resolver, const char *branch, size_t branch_size,
	struct walk *walk, struct migrate_error *error)
{
	struct nodes rows = rows_within(resolver, walk->lineage);

	if (!rows.count && walk->lineage)
		rows = applied_tips(resolver, walk->lineage);
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
	walk->last = NODE_NONE;
	return true;
}

static bool step_up(const struct resolver *resolver, struct walk *walk, struct migrate_error *error)
{
	const struct graph *graph = resolver->graph;
	const struct edges *edges = &graph->children;
	struct nodes next = {0};

	if (walk->node == NODE_NONE) {
		next = graph_bases(resolver->arena, graph);
	} else {
		next.count = edges_count(edges, walk->node);
		next.item = ARENA_ARRAY(resolver->arena, next.count, uint32_t);
		if (next.count)
			memcpy(next.item, edges->item + edges->start[walk->node],
				next.count * sizeof *next.item);
	}
	for (uint32_t i = 0; walk->lineage && i < next.count; i++)
		if (!walk->lineage[next.item[i]])
			next.item[i--] = next.item[--next.count];
	graph_sort(graph, next);
	if (next.count > 1) {
		error_set(error, MIGRATE_E_AMBIGUOUS, "%u revisions follow %s: %s", next.count,
			name_of(resolver, walk->node), nodes_text(resolver->arena, graph, next));
		return error_hint(error, "Say which way with BRANCH@+N, or name a revision.");
	}
	if (!next.count)
		return error_set(error, MIGRATE_E_TARGET,
			"the walk leads past the end: nothing follows %s",
			name_of(resolver, walk->node));
	walk->node = next.item[0];
	return true;
}

static bool step_down(
	const struct resolver *resolver, struct walk *walk, struct migrate_error *error)
{
	const struct graph *graph = resolver->graph;
	struct nodes parents;

	if (walk->node == NODE_NONE)
		return error_set(error, MIGRATE_E_TARGET,
			"the walk leads past the end: nothing is below base");
	parents.item = graph->parents.item + graph->parents.start[walk->node];
	parents.count = edges_count(&graph->parents, walk->node);
	if (parents.count > 1) {
		error_set(error, MIGRATE_E_AMBIGUOUS, "%s is a merge of %u revisions: %s",
			name_of(resolver, walk->node), parents.count,
			nodes_text(resolver->arena, graph, parents));
		return error_hint(error,
			"Name the revision to go to: \"migrate downgrade %s\" undoes "
			"the merge.",
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
