/* graph: walking and ordering a graph that is known to be sound. */
#include "core/graph.h"

#include <stdlib.h>
#include <string.h>

#include "base/str.h"

uint32_t edges_count(const struct edges *edges, uint32_t node)
{
	return edges->start[node + 1] - edges->start[node];
}

uint32_t edges_at(const struct edges *edges, uint32_t node, uint32_t index)
{
	return edges->item[edges->start[node] + index];
}

int graph_compare(const void *left, const void *right, void *context)
{
	const struct graph *graph = context;
	const struct revision *a = &graph->revision[*(const uint32_t *)left];
	const struct revision *b = &graph->revision[*(const uint32_t *)right];

	if (a->created_at != b->created_at)
		return a->created_at < b->created_at ? -1 : 1;
	return strcmp(a->id, b->id);
}

void graph_sort(const struct graph *graph, struct nodes nodes)
{
	struct graph *context = (struct graph *)(uintptr_t)graph;

	if (nodes.count > 1)
		qsort_r(nodes.item, nodes.count, sizeof *nodes.item, graph_compare, context);
}

uint8_t *graph_marks(struct arena *arena, const struct graph *graph)
{
	return ARENA_ARRAY(arena, graph->count, uint8_t);
}

uint8_t *graph_all(struct arena *arena, const struct graph *graph)
{
	uint8_t *marks = graph_marks(arena, graph);

	memset(marks, 1, graph->count);
	return marks;
}

static uint32_t push_unmarked(
	const struct edges *edges, uint32_t node, uint8_t *marks, uint32_t *stack, uint32_t depth)
{
	for (uint32_t k = edges->start[node]; k < edges->start[node + 1]; k++) {
		uint32_t next = edges->item[k];

		if (!marks[next]) {
			marks[next] = 1;
			stack[depth++] = next;
		}
	}
	return depth;
}

void graph_close(struct arena *arena, const struct graph *graph, uint8_t *marks, int direction)
{
	uint32_t *stack = ARENA_ARRAY(arena, graph->count, uint32_t);
	bool up = direction & GRAPH_UP;
	uint32_t depth = 0;

	for (uint32_t i = 0; i < graph->count; i++)
		if (marks[i])
			stack[depth++] = i;
	while (depth) {
		uint32_t node = stack[--depth];

		depth = push_unmarked(
			up ? &graph->children : &graph->parents, node, marks, stack, depth);
		if (!(direction & GRAPH_VERSIONED))
			depth = push_unmarked(up ? &graph->dependents : &graph->dependencies, node,
				marks, stack, depth);
	}
}

uint8_t *graph_lineage(struct arena *arena, const struct graph *graph, uint32_t node)
{
	uint8_t *below = graph_marks(arena, graph), *above = graph_marks(arena, graph);

	below[node] = above[node] = 1;
	graph_close(arena, graph, below, GRAPH_DOWN | GRAPH_VERSIONED);
	graph_close(arena, graph, above, GRAPH_UP | GRAPH_VERSIONED);
	for (uint32_t i = 0; i < graph->count; i++)
		above[i] |= below[i];
	return above;
}

static uint32_t count_marked(const struct edges *edges, uint32_t node, const uint8_t *marks)
{
	uint32_t count = 0;

	for (uint32_t k = edges->start[node]; k < edges->start[node + 1]; k++)
		count += marks[edges->item[k]];
	return count;
}

static void collect_ready(const struct edges *edges, uint32_t node, const uint8_t *marks,
	uint32_t *left, struct nodes *ready)
{
	for (uint32_t k = edges->start[node]; k < edges->start[node + 1]; k++)
		if (marks[edges->item[k]] && !--left[edges->item[k]])
			ready->item[ready->count++] = edges->item[k];
}

/* Sorted, so that the one to go first is popped first. */
static uint32_t push_ready(
	const struct graph *graph, struct nodes ready, uint32_t *stack, uint32_t depth)
{
	graph_sort(graph, ready);
	while (ready.count)
		stack[depth++] = ready.item[--ready.count];
	return depth;
}

/* A node that becomes ready goes onto a stack: its branch is followed to the end before the next
 * one is begun. */
struct nodes graph_order(struct arena *arena, const struct graph *graph, const uint8_t *marks)
{
	uint32_t *left = ARENA_ARRAY(arena, graph->count, uint32_t);
	uint32_t *stack = ARENA_ARRAY(arena, graph->count, uint32_t);
	struct nodes ready = {ARENA_ARRAY(arena, graph->count, uint32_t), 0};
	struct nodes order = {ARENA_ARRAY(arena, graph->count, uint32_t), 0};
	uint32_t depth;

	for (uint32_t i = 0; i < graph->count; i++) {
		left[i] = count_marked(&graph->parents, i, marks) +
			  count_marked(&graph->dependencies, i, marks);
		if (marks[i] && !left[i])
			ready.item[ready.count++] = i;
	}
	depth = push_ready(graph, ready, stack, 0);
	while (depth) {
		uint32_t node = stack[--depth];

		order.item[order.count++] = node;
		ready.count = 0;
		collect_ready(&graph->children, node, marks, left, &ready);
		collect_ready(&graph->dependents, node, marks, left, &ready);
		depth = push_ready(graph, ready, stack, depth);
	}
	return order;
}

struct nodes graph_list(struct arena *arena, const struct graph *graph, const uint8_t *marks)
{
	struct nodes nodes = {ARENA_ARRAY(arena, graph->count, uint32_t), 0};

	for (uint32_t i = 0; i < graph->count; i++)
		if (marks[i])
			nodes.item[nodes.count++] = i;
	graph_sort(graph, nodes);
	return nodes;
}

struct nodes graph_maximal(
	struct arena *arena, const struct graph *graph, const uint8_t *marks, bool versioned)
{
	struct nodes nodes = {ARENA_ARRAY(arena, graph->count, uint32_t), 0};

	for (uint32_t i = 0; i < graph->count; i++) {
		if (!marks[i] || count_marked(&graph->children, i, marks))
			continue;
		if (versioned || !count_marked(&graph->dependents, i, marks))
			nodes.item[nodes.count++] = i;
	}
	graph_sort(graph, nodes);
	return nodes;
}

bool graph_is_head(const struct graph *graph, uint32_t node, bool real)
{
	return !edges_count(&graph->children, node) &&
	       !(real && edges_count(&graph->dependents, node));
}

struct nodes graph_heads(struct arena *arena, const struct graph *graph, bool real)
{
	struct nodes nodes = {ARENA_ARRAY(arena, graph->count, uint32_t), 0};

	for (uint32_t i = 0; i < graph->count; i++)
		if (graph_is_head(graph, i, real))
			nodes.item[nodes.count++] = i;
	graph_sort(graph, nodes);
	return nodes;
}

struct nodes graph_bases(struct arena *arena, const struct graph *graph)
{
	struct nodes nodes = {ARENA_ARRAY(arena, graph->count, uint32_t), 0};

	for (uint32_t i = 0; i < graph->count; i++)
		if (!edges_count(&graph->parents, i))
			nodes.item[nodes.count++] = i;
	graph_sort(graph, nodes);
	return nodes;
}

const char *nodes_text(struct arena *arena, const struct graph *graph, struct nodes nodes)
{
	enum { NAMED_LIMIT = 8 };
	struct str text = {0};
	const char *kept;

	for (uint32_t i = 0; i < nodes.count && i < NAMED_LIMIT; i++) {
		const char *separator = !i ? "" : i + 1 == nodes.count ? " and " : ", ";

		str_printf(&text, "%s%s", separator, graph->revision[nodes.item[i]].id);
	}
	if (nodes.count > NAMED_LIMIT)
		str_printf(&text, " and %u more", nodes.count - NAMED_LIMIT);
	kept = arena_strdup(arena, str_text(&text));
	str_release(&text);
	return kept;
}
