/* schema_sort: the order in which objects can be created. A topological sort that always takes the
 * first object that is ready, so that the order is the schema's own wherever needs leave a choice
 * (Kahn's algorithm with a heap).
 *
 * Surprising: foreign keys come after everything of the kinds before theirs, though they are parts
 * of tables: a dump whose tables are filled in between loads faster and in any order. */
#include <string.h>

#include "schema/schema.h"

struct sorting {
	struct arena *arena;
	const struct schema *schema;
	struct schema_order *order;
	uint32_t apart;
	uint32_t *rank;    /* of an object: its place where nothing needs anything */
	uint32_t *at_rank; /* the reverse */
	uint32_t *missing; /* needs that are not in order yet */
	struct schema_list *wants, *wanted_by;
	bool *placed, *stuck;
	const uint32_t *position;   /* once circles are cut: in the order that came of it */
	uint32_t *heap, heap_count; /* ranks */
};

/* What carries an object's text: itself, or the owner that it is folded into. */
static uint32_t carrier(const struct sorting *sorting, uint32_t object)
{
	while (sorting->order->folded[object])
		object = sorting->schema->object[object].owner;
	return object;
}

static uint32_t root_of(const struct schema *schema, uint32_t object)
{
	while (schema->object[object].owner != SCHEMA_NONE)
		object = schema->object[object].owner;
	return object;
}

static enum schema_kind group_of(const struct sorting *sorting, uint32_t object)
{
	enum schema_kind kind = sorting->schema->object[object].kind;

	if (SCHEMA_BIT(kind) & (sorting->apart | SCHEMA_BIT(SCHEMA_FOREIGN_KEY)))
		return kind;
	return sorting->schema->object[root_of(sorting->schema, object)].kind;
}

static void rank(struct sorting *sorting)
{
	uint32_t count = sorting->schema->count, next = 0;

	sorting->rank = ARENA_ARRAY(sorting->arena, count + 1, uint32_t);
	sorting->at_rank = ARENA_ARRAY(sorting->arena, count + 1, uint32_t);
	for (int group = 0; group < SCHEMA_KINDS; group++)
		for (uint32_t i = 0; i < count; i++)
			if (group_of(sorting, i) == (enum schema_kind)group) {
				sorting->at_rank[next] = i;
				sorting->rank[i] = next++;
			}
}

static void heap_add(struct sorting *sorting, uint32_t value)
{
	uint32_t at = sorting->heap_count++;

	while (at && sorting->heap[(at - 1) / 2] > value) {
		sorting->heap[at] = sorting->heap[(at - 1) / 2];
		at = (at - 1) / 2;
	}
	sorting->heap[at] = value;
}

static uint32_t heap_take(struct sorting *sorting)
{
	uint32_t first = sorting->heap[0], last = sorting->heap[--sorting->heap_count];
	uint32_t at = 0, child;

	while ((child = 2 * at + 1) < sorting->heap_count) {
		if (child + 1 < sorting->heap_count &&
			sorting->heap[child + 1] < sorting->heap[child])
			child++;
		if (sorting->heap[child] >= last)
			break;
		sorting->heap[at] = sorting->heap[child];
		at = child;
	}
	sorting->heap[at] = last;
	return first;
}

static bool is_cut(const struct sorting *sorting, uint32_t from, uint32_t to)
{
	return sorting->position && sorting->position[to] > sorting->position[from];
}

/* Calls back for each need between carriers: of the object, and of an unfolded part for its owner.
 */
static void each_need(struct sorting *sorting, uint32_t object,
	void (*take)(struct sorting *sorting, uint32_t from, uint32_t to))
{
	const struct schema_object *at = &sorting->schema->object[object];
	uint32_t from = carrier(sorting, object);

	for (uint32_t i = 0; i < at->needs.count; i++) {
		uint32_t to = carrier(sorting, at->needs.item[i]);

		if (to != from && !is_cut(sorting, from, to))
			take(sorting, from, to);
	}
	if (at->owner != SCHEMA_NONE && from == object)
		take(sorting, from, carrier(sorting, at->owner));
}

static void count_need(struct sorting *sorting, uint32_t from, uint32_t to)
{
	sorting->wants[from].count++;
	sorting->wanted_by[to].count++;
}

static void note_need(struct sorting *sorting, uint32_t from, uint32_t to)
{
	sorting->wants[from].item[sorting->missing[from]++] = to;
	sorting->wanted_by[to].item[sorting->wanted_by[to].count++] = from;
}

static void link_all(struct sorting *sorting)
{
	uint32_t count = sorting->schema->count;

	memset(sorting->missing, 0, count * sizeof *sorting->missing);
	memset(sorting->wants, 0, count * sizeof *sorting->wants);
	memset(sorting->wanted_by, 0, count * sizeof *sorting->wanted_by);
	for (uint32_t i = 0; i < count; i++)
		each_need(sorting, i, count_need);
	for (uint32_t i = 0; i < count; i++) {
		sorting->wants[i].item = ARENA_ARRAY(
			sorting->arena, sorting->wants[i].count + 1, uint32_t);
		sorting->wanted_by[i].item = ARENA_ARRAY(
			sorting->arena, sorting->wanted_by[i].count + 1, uint32_t);
		sorting->wanted_by[i].count = 0;
	}
	for (uint32_t i = 0; i < count; i++)
		each_need(sorting, i, note_need);
}

static void place(struct sorting *sorting, uint32_t object)
{
	const struct schema_list *list = &sorting->wanted_by[object];

	sorting->order->object[sorting->order->count++] = object;
	sorting->placed[object] = true;
	for (uint32_t i = 0; i < list->count; i++)
		if (!--sorting->missing[list->item[i]] && !sorting->placed[list->item[i]])
			heap_add(sorting, sorting->rank[list->item[i]]);
}

static void place_ready(struct sorting *sorting)
{
	while (sorting->heap_count)
		place(sorting, sorting->at_rank[heap_take(sorting)]);
}

static void run(struct sorting *sorting)
{
	uint32_t count = sorting->schema->count;

	sorting->order->count = 0;
	memset(sorting->placed, 0, count * sizeof *sorting->placed);
	link_all(sorting);
	for (uint32_t i = 0; i < count; i++)
		if (carrier(sorting, i) == i && !sorting->missing[i])
			heap_add(sorting, sorting->rank[i]);
	place_ready(sorting);
}

/* What waits for nobody but others wait for is not in a circle, nor is what only waits for one:
 * leaves `stuck` those between which there is one. */
static void find_circles(struct sorting *sorting)
{
	uint32_t count = sorting->schema->count, top = 0;
	uint32_t *waiting = ARENA_ARRAY(sorting->arena, count + 1, uint32_t);
	uint32_t *stack = ARENA_ARRAY(sorting->arena, count + 1, uint32_t);

	for (uint32_t i = 0; i < count; i++) {
		sorting->stuck[i] = carrier(sorting, i) == i && !sorting->placed[i];
		for (uint32_t k = 0; sorting->stuck[i] && k < sorting->wants[i].count; k++)
			waiting[sorting->wants[i].item[k]]++;
	}
	for (uint32_t i = 0; i < count; i++)
		if (sorting->stuck[i] && !waiting[i])
			stack[top++] = i;
	while (top) {
		uint32_t object = stack[--top];
		const struct schema_list *wants = &sorting->wants[object];

		sorting->stuck[object] = false;
		for (uint32_t k = 0; k < wants->count; k++)
			if (!--waiting[wants->item[k]] && sorting->stuck[wants->item[k]])
				stack[top++] = wants->item[k];
	}
}

static bool needs_stuck(const struct sorting *sorting, uint32_t object)
{
	const struct schema_list *needs = &sorting->schema->object[object].needs;
	uint32_t from = carrier(sorting, object);

	for (uint32_t i = 0; i < needs->count; i++) {
		uint32_t to = carrier(sorting, needs->item[i]);

		if (to != from && sorting->stuck[to])
			return true;
	}
	return false;
}

/* Takes parts out of the statements that wait for one another. */
static bool unfold(struct sorting *sorting, uint32_t foldable)
{
	const struct schema *schema = sorting->schema;
	uint32_t found = 0, *part = ARENA_ARRAY(sorting->arena, schema->count + 1, uint32_t);

	find_circles(sorting);
	for (uint32_t i = 0; i < schema->count; i++)
		if (sorting->order->folded[i] && (SCHEMA_BIT(schema->object[i].kind) & foldable) &&
			sorting->stuck[carrier(sorting, i)] && needs_stuck(sorting, i))
			part[found++] = i;
	for (uint32_t i = 0; i < found; i++)
		sorting->order->folded[part[i]] = false;
	return found > 0;
}

/* How many stuck objects an object waits for, over others too. */
static uint32_t count_reached(const struct sorting *sorting, uint32_t object)
{
	struct arena scratch = {0};
	uint32_t *stack = ARENA_ARRAY(&scratch, sorting->schema->count + 1, uint32_t);
	bool *seen = ARENA_ARRAY(&scratch, sorting->schema->count + 1, bool);
	uint32_t top = 0, reached = 0;

	stack[top++] = object;
	while (top) {
		const struct schema_list *wants = &sorting->wants[stack[--top]];

		for (uint32_t i = 0; i < wants->count; i++) {
			uint32_t to = wants->item[i];

			if (!sorting->stuck[to] || seen[to])
				continue;
			seen[to] = true;
			reached++;
			stack[top++] = to;
		}
	}
	arena_release(&scratch);
	return reached;
}

/* Of a circle that waits for nothing outside of it, the object that comes first where nothing needs
 * anything: what waits for the fewest is in such a one. */
static uint32_t first_of_circle(const struct sorting *sorting)
{
	uint32_t found = SCHEMA_NONE, least = UINT32_MAX;

	for (uint32_t i = 0; i < sorting->schema->count; i++) {
		uint32_t object = sorting->at_rank[i],
			 reached = sorting->stuck[object] ? count_reached(sorting, object)
							  : UINT32_MAX;

		if (reached < least) {
			least = reached;
			found = object;
		}
	}
	return found;
}

/* Needs in a circle that no ALTER cuts: one object goes first, whatever it needs; a dialect may
 * have a stand-in for what is missing then. Which needs that leaves out is known at the end, and
 * all is put in order once more without them. */
static void cut(struct sorting *sorting, uint32_t carriers)
{
	uint32_t *position = ARENA_ARRAY(sorting->arena, sorting->schema->count + 1, uint32_t);

	while (sorting->order->count < carriers) {
		find_circles(sorting);
		place(sorting, first_of_circle(sorting));
		place_ready(sorting);
	}
	for (uint32_t i = 0; i < carriers; i++)
		position[sorting->order->object[i]] = i;
	sorting->position = position;
	run(sorting);
}

void schema_sort(struct arena *arena, const struct schema *schema, uint32_t always,
	uint32_t foldable, uint32_t apart, struct schema_order *order)
{
	uint32_t count = schema->count, carriers = 0;
	struct sorting sorting = {.arena = arena, .schema = schema, .order = order, .apart = apart};

	order->object = ARENA_ARRAY(arena, count + 1, uint32_t);
	order->folded = ARENA_ARRAY(arena, count + 1, bool);
	sorting.missing = ARENA_ARRAY(arena, count + 1, uint32_t);
	sorting.wanted_by = ARENA_ARRAY(arena, count + 1, struct schema_list);
	sorting.wants = ARENA_ARRAY(arena, count + 1, struct schema_list);
	sorting.placed = ARENA_ARRAY(arena, count + 1, bool);
	sorting.stuck = ARENA_ARRAY(arena, count + 1, bool);
	sorting.heap = ARENA_ARRAY(arena, count + 1, uint32_t);
	for (uint32_t i = 0; i < count; i++)
		order->folded[i] = schema->object[i].owner != SCHEMA_NONE &&
				   (SCHEMA_BIT(schema->object[i].kind) & (always | foldable));
	rank(&sorting);
	do {
		run(&sorting);
		carriers = 0;
		for (uint32_t i = 0; i < count; i++)
			carriers += carrier(&sorting, i) == i;
	} while (order->count < carriers && unfold(&sorting, foldable & ~always));
	if (order->count < carriers)
		cut(&sorting, carriers);
}
