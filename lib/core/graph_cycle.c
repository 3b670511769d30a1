/* graph_cycle: finding and naming cycles. Works on edges that are built, in both directions, and
 * knows nothing of names but to print them. Surprising: arrows point the way an upgrade goes, from
 * a revision to what stands on it. */
#include "base/error.h"
#include "base/str.h"
#include "core/graph_build.h"

/* A search for cycles: over parents alone, or over all edges. */
struct search {
	const struct graph *graph;
	bool versioned;
	uint32_t *left;     /* predecessors not yet taken away, of each node */
	bool *taken;        /* nodes taken away: what stays holds every cycle */
	bool *cyclic;       /* nodes of the cycles found, by both searches */
	struct nodes queue; /* taken, and from head on those that stand on them not yet told */
	uint32_t head;
	struct nodes path;    /* of a walk */
	uint32_t *seen, walk; /* seen[n]: the walk that met n last, walks counted from 1 */
};

static void take(struct search *search, uint32_t node)
{
	if (search->taken[node])
		return;
	search->taken[node] = true;
	search->queue.item[search->queue.count++] = node;
}

static void tell(struct search *search, const struct edges *edges, uint32_t node)
{
	for (uint32_t k = edges->start[node]; k < edges->start[node + 1]; k++)
		if (!--search->left[edges->item[k]])
			take(search, edges->item[k]);
}

/* Takes away, again and again, what has no predecessor left. */
static void peel(struct search *search)
{
	while (search->head < search->queue.count) {
		uint32_t node = search->queue.item[search->head++];

		tell(search, &search->graph->children, node);
		if (!search->versioned)
			tell(search, &search->graph->dependents, node);
	}
}

static uint32_t staying(const struct search *search, const struct edges *edges, uint32_t node)
{
	for (uint32_t k = edges->start[node]; k < edges->start[node + 1]; k++)
		if (!search->taken[edges->item[k]])
			return edges->item[k];
	return NODE_NONE;
}

/* A predecessor that stays: whatever stays has one. */
static uint32_t predecessor(const struct search *search, uint32_t node)
{
	uint32_t found = staying(search, &search->graph->parents, node);

	return found == NODE_NONE ? staying(search, &search->graph->dependencies, node) : found;
}

/* Walking down from a node that stays must come back to one: the cycle, in the order walked. */
static struct nodes find_cycle(struct search *search, uint32_t node)
{
	struct nodes path = {search->path.item, 0};

	search->walk++;
	for (; search->seen[node] != search->walk; node = predecessor(search, node)) {
		path.item[path.count++] = node;
		search->seen[node] = search->walk;
	}
	for (; path.item[0] != node; path.count--)
		path.item++;
	return path;
}

static uint32_t place_of_least(const struct graph *graph, struct nodes nodes)
{
	struct graph *context = (struct graph *)(uintptr_t)graph;
	uint32_t least = 0;

	for (uint32_t i = 1; i < nodes.count; i++)
		if (graph_compare(&nodes.item[i], &nodes.item[least], context) < 0)
			least = i;
	return least;
}

/* Named from its first revision by (created, id), against the order walked. */
static void report(struct builder *builder, const struct search *search, struct nodes cycle)
{
	const struct revision *revision = search->graph->revision;
	uint32_t start = place_of_least(search->graph, cycle) + cycle.count;
	const struct revision *first = &revision[cycle.item[start - cycle.count]];
	struct str path = {0}, files = {0};

	for (uint32_t i = 0; i < cycle.count; i++) {
		const struct revision *member = &revision[cycle.item[(start - i) % cycle.count]];

		str_printf(&path, "%s -> ", member->id);
		str_printf(&files, "%s%s is in \"%s\"", i ? "\n" : "", member->id, member->file);
	}
	builder_offend(builder, first->file, "the revisions%s form a cycle: %s%s",
		search->versioned ? "" : " and their dependencies", str_text(&path), first->id);
	builder_hint(builder, "Mend the \"-- %s:\" line of one of them.",
		search->versioned ? "down_revision" : "depends_on");
	if (builder->offences == 1)
		error_detail(builder->error, "%s", str_text(&files));
	str_release(&path);
	str_release(&files);
}

static void take_cycle(struct search *search, struct nodes cycle)
{
	for (uint32_t i = 0; i < cycle.count; i++) {
		search->cyclic[cycle.item[i]] = true;
		take(search, cycle.item[i]);
	}
	peel(search);
}

/* Each cycle found is taken away, so that the next one is another. */
static void check(struct builder *builder, struct search *search)
{
	const struct graph *graph = search->graph;

	search->head = search->queue.count = 0;
	for (uint32_t i = 0; i < graph->count; i++) {
		search->taken[i] = false;
		search->left[i] = edges_count(&graph->parents, i) +
				  (search->versioned ? 0 : edges_count(&graph->dependencies, i));
	}
	for (uint32_t i = 0; i < graph->count; i++)
		if (!search->left[i] || search->cyclic[i])
			take(search, i);
	peel(search);
	for (uint32_t i = 0; i < graph->count; i++) {
		while (!search->taken[i]) {
			struct nodes cycle = find_cycle(search, i);

			report(builder, search, cycle);
			take_cycle(search, cycle);
		}
	}
}

void builder_check_cycles(struct builder *builder)
{
	struct arena *arena = builder->arena;
	uint32_t count = builder->graph->count;
	struct search search = {.graph = builder->graph, .versioned = true};

	search.left = ARENA_ARRAY(arena, count, uint32_t);
	search.taken = ARENA_ARRAY(arena, count, bool);
	search.cyclic = ARENA_ARRAY(arena, count, bool);
	search.queue.item = ARENA_ARRAY(arena, count, uint32_t);
	search.path.item = ARENA_ARRAY(arena, count, uint32_t);
	search.seen = ARENA_ARRAY(arena, count, uint32_t);
	check(builder, &search);
	search.versioned = false;
	check(builder, &search);
}
