/* fuzz_graph: any bytes as revisions and their edges, four bytes each: an id, two parents, a
 * dependency. A graph that is taken can be gone up whole, in an order where nothing comes before
 * what it stands on, and down again to nothing. */
#include "core/plan.h"
#include "core/position.h"
#include "fuzz.h"

enum { LIMIT = 48, NAMES = 24 };

static const char *name_of(struct arena *arena, uint8_t byte)
{
	return arena_printf(arena, "r%u", (unsigned)byte % NAMES);
}

/* 0 is none. */
static struct names list(struct arena *arena, const uint8_t *bytes, uint32_t limit)
{
	const char **item = ARENA_ARRAY(arena, limit, const char *);
	uint32_t count = 0;

	for (uint32_t i = 0; i < limit; i++)
		if (bytes[i])
			item[count++] = name_of(arena, bytes[i]);
	return (struct names){item, count};
}

static uint32_t read(
	struct arena *arena, const uint8_t *data, size_t size, struct revision *revision)
{
	uint32_t count = 0;

	for (; count < LIMIT && size >= 4; count++, data += 4, size -= 4)
		revision[count] = (struct revision){.id = name_of(arena, data[0]),
			.message = "",
			.file = arena_printf(arena, "%u.sql", count),
			.created_at = data[0] >> 5,
			.parents = list(arena, data + 1, 2),
			.dependencies = list(arena, data + 3, 1)};
	return count;
}

static void check_stands(const struct edges *edges, uint32_t node, const uint8_t *applied)
{
	for (uint32_t i = 0; i < edges_count(edges, node); i++)
		HOLDS(applied[edges_at(edges, node, i)]);
}

/* Up: everything once, each behind what it stands on. Down: the same backwards. */
static void check_plan(struct arena *arena, const struct graph *graph, const struct plan *plan)
{
	uint8_t *applied = graph_marks(arena, graph);

	HOLDS(plan->count == graph->count);
	for (uint32_t i = 0; i < plan->count; i++) {
		uint32_t at = plan->downgrade ? plan->count - 1 - i : i, node = plan->step[at].node;

		HOLDS(!applied[node]);
		check_stands(&graph->parents, node, applied);
		check_stands(&graph->dependencies, node, applied);
		applied[node] = 1;
	}
}

static void check_graph(struct arena *arena, const struct graph *graph)
{
	struct migrate_error error = {0};
	struct position position;
	struct plan plan;

	position_of(arena, graph, (struct nodes){0}, &position);
	HOLDS(graph_heads(arena, graph, true).count && graph_bases(arena, graph).count);
	graph_labels(arena, graph);
	HOLDS(plan_upgrade(arena, graph, &position, "heads", &plan, &error));
	check_plan(arena, graph, &plan);
	position_of(arena, graph, plan.to, &position);
	HOLDS(plan_downgrade(arena, graph, &position, "base", false, &plan, &error));
	check_plan(arena, graph, &plan);
	HOLDS(!plan.to.count);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct arena arena = {0};
	struct migrate_error error = {0};
	struct revision revision[LIMIT];
	struct graph graph;
	uint32_t count = read(&arena, data, size, revision);

	if (count && graph_build(&arena, revision, count, &graph, &error))
		check_graph(&arena, &graph);
	else if (count)
		check_error(&error);
	migrate_error_clear(&error);
	arena_release(&arena);
	return 0;
}
