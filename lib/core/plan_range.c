/* plan_range: what lies between two ends. Asks a database only where an end does (`current`). */
#include <string.h>

#include "base/error.h"
#include "core/plan.h"

/* Everything on or above an end; a branch's base is where all that its lineage needs begins. */
static void mark_from(const struct resolver *resolver, const struct target *end, uint8_t *marks)
{
	const struct graph *graph = resolver->graph;

	for (uint32_t i = 0; i < end->nodes.count; i++)
		marks[end->nodes.item[i]] = 1;
	if (end->nodes.count) {
		graph_close(resolver->arena, graph, marks, GRAPH_UP);
		return;
	}
	for (uint32_t i = 0; i < graph->count; i++)
		marks[i] = !end->lineage || end->lineage[i];
	graph_close(resolver->arena, graph, marks, GRAPH_DOWN);
}

static void mark_to(const struct resolver *resolver, const struct target *end, uint8_t *marks)
{
	for (uint32_t i = 0; i < end->nodes.count; i++)
		marks[end->nodes.item[i]] = 1;
	graph_close(resolver->arena, resolver->graph, marks, GRAPH_DOWN);
}

bool plan_range(const struct resolver *resolver, const char *from, const char *to,
	struct nodes *nodes, struct migrate_error *error)
{
	uint8_t *above = graph_marks(resolver->arena, resolver->graph);
	uint8_t *below = graph_marks(resolver->arena, resolver->graph);
	struct target lower, upper;

	if (!target_resolve(resolver, *from ? from : "base", &lower, error) ||
		!target_resolve(resolver, *to ? to : "heads", &upper, error))
		return false;
	mark_from(resolver, &lower, above);
	mark_to(resolver, &upper, below);
	for (uint32_t i = 0; i < resolver->graph->count; i++)
		above[i] = above[i] && below[i];
	*nodes = graph_order(resolver->arena, resolver->graph, above);
	if (nodes->count || !lower.nodes.count)
		return true;
	error_set(error, MIGRATE_E_TARGET, "\"%s\" is not below \"%s\"", from, to);
	return error_hint(error, "A range goes from the lower revision to the upper one.");
}
