/* orders: a permutation of the tips is one of their numbers. Surprising: a tip may stand on another
 * one by a dependency; then several permutations are one order. */
#include "core/orders.h"

#include <string.h>

struct finding {
	struct arena *arena;
	const struct graph *graph;
	struct orders *orders;
	const uint8_t *common; /* marks: the base */
};

/* -------- One order -------- */

static void append(struct nodes *nodes, struct nodes more)
{
	memcpy(nodes->item + nodes->count, more.item, more.count * sizeof *more.item);
	nodes->count += more.count;
}

static struct nodes run_of(struct finding *finding, struct nodes tips, const uint32_t *which)
{
	const struct graph *graph = finding->graph;
	uint8_t *done = graph_marks(finding->arena, graph);
	uint8_t *next = graph_marks(finding->arena, graph);
	struct nodes run = {ARENA_ARRAY(finding->arena, graph->count + 1, uint32_t), 0};

	memcpy(done, finding->common, graph->count);
	for (uint32_t i = 0; i < tips.count; i++) {
		const uint8_t *below = finding->orders->below[which[i]];

		for (uint32_t node = 0; node < graph->count; node++) {
			next[node] = below[node] && !done[node];
			done[node] |= below[node];
		}
		append(&run, graph_order(finding->arena, graph, next));
	}
	return run;
}

static bool is_known(const struct orders *orders, struct nodes run)
{
	for (uint32_t i = 0; i < orders->count; i++)
		if (!memcmp(orders->item[i].nodes.item, run.item, run.count * sizeof *run.item))
			return true;
	return false;
}

/* which: the tips' indexes, in order. */
static void add(struct finding *finding, const uint32_t *which)
{
	struct orders *orders = finding->orders;
	uint32_t count = orders->tips.count;
	struct nodes tips = {ARENA_ARRAY(finding->arena, count + 1, uint32_t), count};
	struct nodes run;

	for (uint32_t i = 0; i < count; i++)
		tips.item[i] = orders->tips.item[which[i]];
	run = run_of(finding, tips, which);
	if (!is_known(orders, run))
		orders->item[orders->count++] = (struct order){tips, run};
}

/* -------- All orders -------- */

/* Those that begin with the first `fixed` of which. */
static void permute(struct finding *finding, uint32_t *which, uint32_t fixed)
{
	uint32_t count = finding->orders->tips.count;

	if (fixed + 1 >= count) {
		add(finding, which);
		return;
	}
	for (uint32_t i = fixed; i < count; i++) {
		uint32_t chosen = which[i];

		memmove(which + fixed + 1, which + fixed, (i - fixed) * sizeof *which);
		which[fixed] = chosen;
		permute(finding, which, fixed + 1);
		memmove(which + fixed, which + fixed + 1, (i - fixed) * sizeof *which);
		which[i] = chosen;
	}
}

static void rotate(struct finding *finding, uint32_t *which)
{
	uint32_t count = finding->orders->tips.count;

	for (uint32_t first = 0; first < count; first++) {
		for (uint32_t i = 0; i < count; i++)
			which[i] = (first + i) % count;
		add(finding, which);
	}
}

static void find_below(struct finding *finding)
{
	struct orders *orders = finding->orders;

	orders->below = ARENA_ARRAY(finding->arena, orders->tips.count + 1, uint8_t *);
	for (uint32_t i = 0; i < orders->tips.count; i++) {
		orders->below[i] = graph_marks(finding->arena, finding->graph);
		orders->below[i][orders->tips.item[i]] = 1;
		graph_close(finding->arena, finding->graph, orders->below[i], GRAPH_DOWN);
	}
}

static uint8_t *find_common(struct finding *finding)
{
	uint8_t *common = graph_marks(finding->arena, finding->graph);

	memset(common, 1, finding->graph->count);
	for (uint32_t i = 0; i < finding->orders->tips.count; i++)
		for (uint32_t node = 0; node < finding->graph->count; node++)
			common[node] &= finding->orders->below[i][node];
	return common;
}

void orders_find(
	struct arena *arena, const struct graph *graph, struct nodes tips, struct orders *orders)
{
	struct finding finding = {arena, graph, orders, NULL};
	uint32_t most = tips.count <= ORDERS_ALL ? 6 : tips.count;
	uint32_t *which = ARENA_ARRAY(arena, tips.count + 1, uint32_t);

	*orders = (struct orders){.tips = tips, .item = ARENA_ARRAY(arena, most, struct order)};
	find_below(&finding);
	finding.common = find_common(&finding);
	orders->base = graph_order(arena, graph, finding.common);
	for (uint32_t i = 0; i < tips.count; i++)
		which[i] = i;
	if (tips.count <= ORDERS_ALL)
		permute(&finding, which, 0);
	else
		rotate(&finding, which);
}

/* -------- Looking at them -------- */

uint32_t order_runs_alone(const struct orders *orders, const struct order *order, uint32_t tip)
{
	const uint8_t *below = orders->below[tip];
	uint32_t count = 0;

	while (count < order->nodes.count && below[order->nodes.item[count]])
		if (order->nodes.item[count++] == orders->tips.item[tip])
			return count;
	return 0;
}

bool orders_is_of(const struct orders *orders, uint32_t node, uint32_t tip, uint32_t other)
{
	return orders->below[tip][node] && !orders->below[other][node];
}

struct nodes orders_joined(struct arena *arena, const struct graph *graph, uint32_t node)
{
	uint8_t *marks = graph_marks(arena, graph);
	const struct edges *down[] = {&graph->parents, &graph->dependencies};

	for (size_t e = 0; e < 2; e++)
		for (uint32_t i = 0; i < edges_count(down[e], node); i++)
			marks[edges_at(down[e], node, i)] = 1;
	graph_close(arena, graph, marks, GRAPH_DOWN);
	return graph_maximal(arena, graph, marks, false);
}
