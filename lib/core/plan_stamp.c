/* plan_stamp: the rows that `stamp` writes. Runs no script and asks for no order. Surprising: going
 * to base on a branch takes the rows that dependencies tie to it too, since each of them says that
 * the branch is applied. */
#include <string.h>

#include "core/plan.h"

/* What the stamped set is made from, as marks. */
struct stamp {
	uint8_t *put; /* stand after */
	uint8_t *out; /* what is judged, whose rows give way: related to a target over all edges */
};

static void push_out(const struct resolver *resolver, const uint8_t *pivots, uint8_t *out)
{
	const struct graph *graph = resolver->graph;
	uint8_t *below = graph_marks(resolver->arena, graph);
	uint8_t *above = graph_marks(resolver->arena, graph);

	for (uint32_t i = 0; i < graph->count; i++)
		below[i] = above[i] = pivots[i];
	graph_close(resolver->arena, graph, below, GRAPH_DOWN);
	graph_close(resolver->arena, graph, above, GRAPH_UP);
	for (uint32_t i = 0; i < graph->count; i++)
		out[i] |= below[i] || above[i];
}

static bool mark_target(const struct resolver *resolver, const char *text, struct stamp *stamp,
	struct migrate_error *error)
{
	uint8_t *pivots = graph_marks(resolver->arena, resolver->graph);
	struct target target;

	if (!target_resolve(resolver, text, &target, error))
		return false;
	for (uint32_t i = 0; i < target.nodes.count; i++)
		pivots[target.nodes.item[i]] = stamp->put[target.nodes.item[i]] = 1;
	if (target.nodes.count == 0 && target.last != NODE_NONE)
		pivots[target.last] = 1;
	else if (target.nodes.count == 0 && target.branch != NODE_NONE)
		pivots[target.branch] = 1;
	else if (target.nodes.count == 0 && resolver->graph->count)
		memset(pivots, 1, resolver->graph->count);
	push_out(resolver, pivots, stamp->out);
	return true;
}

bool plan_stamp(struct arena *arena, const struct graph *graph, const struct position *position,
	const char *const *targets, size_t count, bool purge, struct plan *plan,
	struct migrate_error *error)
{
	struct resolver resolver = {arena, graph, position};
	struct stamp stamp = {graph_marks(arena, graph), graph_marks(arena, graph)};

	memset(plan, 0, sizeof *plan);
	for (size_t i = 0; i < count; i++)
		if (!mark_target(&resolver, targets[i], &stamp, error))
			return false;
	for (uint32_t i = 0; !purge && i < position->rows.count; i++)
		if (!stamp.out[position->rows.item[i]])
			stamp.put[position->rows.item[i]] = 1;
	graph_close(arena, graph, stamp.put, GRAPH_DOWN);
	if (purge && graph->count)
		memset(stamp.out, 1, graph->count);
	plan->judged = stamp.out;
	plan->from = position->rows;
	plan->to = graph_maximal(arena, graph, stamp.put, false);
	return true;
}
