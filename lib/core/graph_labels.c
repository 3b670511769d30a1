/* graph_labels: which labels show on which revisions. Display only: what a label means as a branch
 * is graph_lineage's. Time and memory are linear in what is shown, whatever is labelled. */
#include <stdlib.h>
#include <string.h>

#include "core/graph.h"

/* Where one label shows: the nodes that bear this label's stamp. */
struct reach {
	const struct graph *graph;
	uint32_t *stamp, label; /* stamp[n]: the last label that reached n, labels counted from 1 */
	struct nodes found;
};

static void mark(struct reach *reach, uint32_t node)
{
	if (reach->stamp[node] == reach->label)
		return;
	reach->stamp[node] = reach->label;
	reach->found.item[reach->found.count++] = node;
}

static bool holds(const struct edges *edges, uint32_t node, uint32_t item)
{
	for (uint32_t k = edges->start[node]; k < edges->start[node + 1]; k++)
		if (edges->item[k] == item)
			return true;
	return false;
}

/* Of several that stand on it, one may be both child and dependent. */
static bool is_fork(const struct graph *graph, uint32_t node)
{
	uint32_t children = edges_count(&graph->children, node);
	uint32_t dependents = edges_count(&graph->dependents, node);

	if (children != 1 || dependents != 1)
		return children + dependents > 1;
	return !holds(&graph->children, node, edges_at(&graph->dependents, node, 0));
}

/* Descendants, then from the declaring revision towards the base, as long as neither a branch point
 * nor a merge is met; the declaring revision may be one itself. */
static void find_reach(struct reach *reach, uint32_t node)
{
	const struct graph *graph = reach->graph;

	reach->label++;
	reach->found.count = 0;
	mark(reach, node);
	for (uint32_t i = 0; i < reach->found.count; i++) {
		uint32_t below = reach->found.item[i];

		for (uint32_t k = 0; k < edges_count(&graph->children, below); k++)
			mark(reach, edges_at(&graph->children, below, k));
	}
	while (!is_fork(graph, node) && edges_count(&graph->parents, node) < 2) {
		mark(reach, node);
		if (!edges_count(&graph->parents, node))
			return;
		node = edges_at(&graph->parents, node, 0);
	}
}

static int compare_names(const void *left, const void *right, void *names)
{
	const char *const *name = names;

	return strcmp(name[*(const uint32_t *)left], name[*(const uint32_t *)right]);
}

static uint32_t *sorted_labels(struct arena *arena, const struct graph *graph)
{
	uint32_t *order = ARENA_ARRAY(arena, graph->labels.count, uint32_t);

	for (uint32_t i = 0; i < graph->labels.count; i++)
		order[i] = i;
	if (graph->labels.count)
		qsort_r(order, graph->labels.count, sizeof *order, compare_names,
			graph->labels.name);
	return order;
}

/* Twice over: once to count, once to fill. */
struct names *graph_labels(struct arena *arena, const struct graph *graph)
{
	struct names *labels = ARENA_ARRAY(arena, graph->count, struct names);
	const char ***item = ARENA_ARRAY(arena, graph->count, const char **);
	uint32_t *order = sorted_labels(arena, graph), count = graph->labels.count;
	struct reach reach = {.graph = graph,
		.stamp = ARENA_ARRAY(arena, graph->count, uint32_t),
		.found = {ARENA_ARRAY(arena, graph->count, uint32_t), 0}};

	for (uint32_t i = 0; i < count; i++) {
		find_reach(&reach, graph->labels.value[order[i]]);
		for (uint32_t k = 0; k < reach.found.count; k++)
			labels[reach.found.item[k]].count++;
	}
	for (uint32_t i = 0; i < graph->count; i++) {
		labels[i].item = item[i] = ARENA_ARRAY(arena, labels[i].count, const char *);
		labels[i].count = 0;
	}
	for (uint32_t i = 0; i < count; i++) {
		find_reach(&reach, graph->labels.value[order[i]]);
		for (uint32_t k = 0; k < reach.found.count; k++) {
			uint32_t node = reach.found.item[k];

			item[node][labels[node].count++] = graph->labels.name[order[i]];
		}
	}
	return labels;
}
