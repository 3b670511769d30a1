/* squash: the range's shape, then its names. Surprising: a revision outside may depend on the last
 * one, but on no other: where it is applied and the last is not, the one in their place would count
 * as applied though only a part of it is. */
#include "core/squash.h"

#include "base/error.h"
#include "core/plan.h"

struct finder {
	struct arena *arena;
	const struct graph *graph;
	struct squash *squash;
	struct migrate_error *error;
};

uint32_t squash_last(const struct squash *squash)
{
	return squash->nodes.item[squash->nodes.count - 1];
}

static const char *id_of(const struct finder *finder, uint32_t node)
{
	return finder->graph->revision[node].id;
}

/* -------- The shape -------- */

static bool check_count(struct finder *finder)
{
	uint32_t count = finder->squash->nodes.count;

	if (count > 1)
		return true;
	error_set(finder->error, MIGRATE_E_REFUSED, "there is nothing to squash: %u revision%s",
		count, count == 1 ? "" : "s");
	return error_hint(finder->error, "Name a range: \"migrate squash A:B\".");
}

static bool check_end(struct finder *finder)
{
	struct nodes ends = graph_maximal(
		finder->arena, finder->graph, finder->squash->marks, false);

	if (ends.count == 1)
		return true;
	error_set(finder->error, MIGRATE_E_REFUSED, "the range has %u ends: %s", ends.count,
		nodes_text(finder->arena, finder->graph, ends));
	return error_hint(finder->error,
		"Name the revision to end at, \"migrate squash :REV\", or join them with \"migrate "
		"merge\" first.");
}

static bool check_below(struct finder *finder, uint32_t node)
{
	const struct edges *parents = &finder->graph->parents;

	for (uint32_t k = 0; k < edges_count(parents, node); k++) {
		uint32_t parent = edges_at(parents, node, k);

		if (finder->squash->marks[parent])
			continue;
		error_set(finder->error, MIGRATE_E_REFUSED,
			"revision %s is in the range, and stands on %s, which is not",
			id_of(finder, node), id_of(finder, parent));
		return error_hint(finder->error,
			"Only the lowest of a range may: begin lower, or end below %s.",
			id_of(finder, node));
	}
	return true;
}

static bool check_above(struct finder *finder, uint32_t node, const struct edges *up)
{
	bool depends = up == &finder->graph->dependents;

	for (uint32_t k = 0; k < edges_count(up, node); k++) {
		uint32_t above = edges_at(up, node, k);

		if (finder->squash->marks[above])
			continue;
		error_set(finder->error, MIGRATE_E_REFUSED,
			"revision %s is not in the range, and %s %s, which is",
			id_of(finder, above), depends ? "depends on" : "stands on",
			id_of(finder, node));
		return error_hint(finder->error,
			"Only the last of a range may have others above it: end at %s, or begin "
			"above it.",
			id_of(finder, node));
	}
	return true;
}

static bool check_shape(struct finder *finder)
{
	const struct nodes *nodes = &finder->squash->nodes;

	if (!check_count(finder) || !check_end(finder))
		return false;
	for (uint32_t i = 1; i < nodes->count; i++)
		if (!check_below(finder, nodes->item[i]))
			return false;
	for (uint32_t i = 0; i + 1 < nodes->count; i++)
		if (!check_above(finder, nodes->item[i], &finder->graph->children) ||
			!check_above(finder, nodes->item[i], &finder->graph->dependents))
			return false;
	return true;
}

/* -------- The names -------- */

static void add(struct names *names, const char *name)
{
	((const char **)(uintptr_t)names->item)[names->count++] = name;
}

static void add_all(struct names *names, const struct names *more)
{
	for (uint32_t i = 0; i < more->count; i++)
		add(names, more->item[i]);
}

static void add_outside(
	struct finder *finder, const struct edges *edges, uint32_t node, struct names *names)
{
	for (uint32_t k = 0; k < edges_count(edges, node); k++) {
		uint32_t below = edges_at(edges, node, k);

		if (!finder->squash->marks[below] && !names_have(names, id_of(finder, below)))
			add(names, id_of(finder, below));
	}
}

static void make_room(struct finder *finder)
{
	const struct graph *graph = finder->graph;
	uint32_t edges = graph->parents.start[graph->count] +
			 graph->dependencies.start[graph->count];
	uint32_t labels = 0, replaced = graph->count;

	for (uint32_t i = 0; i < graph->count; i++) {
		labels += graph->revision[i].labels.count;
		replaced += graph->revision[i].replaces.count;
	}
	finder->squash->parents.item = ARENA_ARRAY(finder->arena, edges, const char *);
	finder->squash->dependencies.item = ARENA_ARRAY(finder->arena, edges, const char *);
	finder->squash->labels.item = ARENA_ARRAY(finder->arena, labels, const char *);
	finder->squash->replaces.item = ARENA_ARRAY(finder->arena, replaced, const char *);
}

static void fill_names(struct finder *finder)
{
	const struct graph *graph = finder->graph;
	struct squash *squash = finder->squash;

	make_room(finder);
	for (uint32_t i = 0; i < squash->nodes.count; i++) {
		uint32_t node = squash->nodes.item[i];
		const struct revision *revision = &graph->revision[node];

		add_outside(finder, &graph->parents, node, &squash->parents);
		add_outside(finder, &graph->dependencies, node, &squash->dependencies);
		add_all(&squash->labels, &revision->labels);
		add_all(&squash->replaces, &revision->replaces);
		add(&squash->replaces, revision->id);
	}
}

static bool find_nodes(const struct resolver *resolver, const char *range, struct nodes *nodes,
	struct migrate_error *error)
{
	const char *from = "", *to = "";

	if (!range || range_split(resolver->arena, range, &from, &to))
		return plan_range(resolver, from, to, nodes, error);
	error_set(error, MIGRATE_E_USAGE, "\"%s\" is no range", range);
	return error_hint(error, "Write it as A:B, A: or :B.");
}

bool squash_find(const struct resolver *resolver, const char *range, struct squash *squash,
	struct migrate_error *error)
{
	struct finder finder = {resolver->arena, resolver->graph, squash, error};

	*squash = (struct squash){.marks = graph_marks(resolver->arena, resolver->graph)};
	if (!find_nodes(resolver, range, &squash->nodes, error))
		return false;
	for (uint32_t i = 0; i < squash->nodes.count; i++)
		squash->marks[squash->nodes.item[i]] = 1;
	if (!check_shape(&finder))
		return false;
	fill_names(&finder);
	return true;
}
