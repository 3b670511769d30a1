/* graph_build: from names to numbers, and every way in which that can be wrong. Surprising: all
 * offences are collected before the first is reported, so that a team mends a bad merge in one go.
 */
#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "base/str.h"
#include "core/graph.h"

enum { OFFENCE_LIMIT = 50 };

struct builder {
	struct arena *arena;
	struct graph *graph;
	struct migrate_error *error;
	uint32_t offences;
};

/* Reports one offence: the first becomes the error, the rest its detail. */
__attribute__((format(printf, 3, 4))) static void offend(
	struct builder *builder, const char *file, const char *format, ...)
{
	va_list arguments;
	char *text;

	if (++builder->offences > OFFENCE_LIMIT)
		return;
	va_start(arguments, format);
	text = arena_vprintf(builder->arena, format, arguments);
	va_end(arguments);
	if (builder->offences > 1) {
		error_detail(builder->error, "%s: %s", file, text);
		return;
	}
	error_set(builder->error, MIGRATE_E_GRAPH, "%s", text);
	error_at(builder->error, file, 0, 0);
}

static void add_ids(struct builder *builder)
{
	struct graph *graph = builder->graph;

	nametable_init(&graph->ids, builder->arena, graph->count);
	for (uint32_t i = 0; i < graph->count; i++) {
		const struct revision *revision = &graph->revision[i];
		uint32_t other;

		if (nametable_add(&graph->ids, revision->id, i))
			continue;
		other = nametable_find(&graph->ids, revision->id);
		offend(builder, revision->file, "revision %s is also in \"%s\"", revision->id,
			graph->revision[other].file);
	}
}

static void add_label(struct builder *builder, uint32_t node, const char *label)
{
	struct graph *graph = builder->graph;
	const char *file = graph->revision[node].file;
	uint32_t other = nametable_find(&graph->ids, label);

	if (other != NAME_MISSING) {
		offend(builder, file, "the label %s is the id of the revision in \"%s\"", label,
			graph->revision[other].file);
		return;
	}
	if (nametable_add(&graph->labels, label, node))
		return;
	other = nametable_find(&graph->labels, label);
	if (other != node)
		offend(builder, file, "the label %s is already that of revision %s in \"%s\"",
			label, graph->revision[other].id, graph->revision[other].file);
}

static void add_labels(struct builder *builder)
{
	struct graph *graph = builder->graph;
	uint32_t count = 0;

	for (uint32_t i = 0; i < graph->count; i++)
		count += graph->revision[i].labels.count;
	nametable_init(&graph->labels, builder->arena, count);
	for (uint32_t i = 0; i < graph->count; i++)
		for (uint32_t k = 0; k < graph->revision[i].labels.count; k++)
			add_label(builder, i, graph->revision[i].labels.item[k]);
}

/* The node that an edge's name means, or NODE_NONE with an offence. */
static uint32_t edge_target(
	struct builder *builder, uint32_t node, const char *name, bool versioned)
{
	const struct graph *graph = builder->graph;
	const struct revision *revision = &graph->revision[node];
	uint32_t target = nametable_find(&graph->ids, name);

	if (target == NAME_MISSING && !versioned)
		target = nametable_find(&graph->labels, name);
	if (target == NAME_MISSING) {
		offend(builder, revision->file,
			versioned ? "revision %s revises %s, which no file has"
				  : "revision %s depends on %s, which no file has",
			revision->id, name);
		return NODE_NONE;
	}
	if (target == node) {
		offend(builder, revision->file,
			versioned ? "revision %s revises itself" : "revision %s depends on itself",
			revision->id);
		return NODE_NONE;
	}
	return target;
}

static bool holds(const uint32_t *item, uint32_t count, uint32_t node)
{
	for (uint32_t i = 0; i < count; i++)
		if (item[i] == node)
			return true;
	return false;
}

static void add_edges(struct builder *builder, struct edges *edges, bool versioned)
{
	const struct graph *graph = builder->graph;
	uint32_t total = 0, used = 0;

	for (uint32_t i = 0; i < graph->count; i++)
		total += versioned ? graph->revision[i].parents.count
				   : graph->revision[i].dependencies.count;
	edges->start = ARENA_ARRAY(builder->arena, graph->count + 1, uint32_t);
	edges->item = ARENA_ARRAY(builder->arena, total, uint32_t);
	for (uint32_t i = 0; i < graph->count; i++) {
		const struct names *names = versioned ? &graph->revision[i].parents
						      : &graph->revision[i].dependencies;

		edges->start[i] = used;
		for (uint32_t k = 0; k < names->count; k++) {
			uint32_t target = edge_target(builder, i, names->item[k], versioned);

			if (target != NODE_NONE && !holds(edges->item + edges->start[i],
							   used - edges->start[i], target))
				edges->item[used++] = target;
		}
	}
	edges->start[graph->count] = used;
}

/* The same edges from the other end. */
static void reverse_edges(struct builder *builder, const struct edges *edges, struct edges *out)
{
	const struct graph *graph = builder->graph;
	uint32_t total = edges->start[graph->count];
	uint32_t *at = ARENA_ARRAY(builder->arena, graph->count + 1, uint32_t);

	out->start = ARENA_ARRAY(builder->arena, graph->count + 1, uint32_t);
	out->item = ARENA_ARRAY(builder->arena, total, uint32_t);
	for (uint32_t i = 0; i < total; i++)
		out->start[edges->item[i] + 1]++;
	for (uint32_t i = 0; i < graph->count; i++)
		out->start[i + 1] += out->start[i];
	memcpy(at, out->start, (graph->count + 1) * sizeof *at);
	for (uint32_t i = 0; i < graph->count; i++)
		for (uint32_t k = edges->start[i]; k < edges->start[i + 1]; k++)
			out->item[at[edges->item[k]]++] = i;
	for (uint32_t i = 0; i < graph->count; i++)
		graph_sort(graph, (struct nodes){out->item + out->start[i], edges_count(out, i)});
}

/* Takes away, again and again, what has no predecessor left: what stays holds every cycle. Returns
 * how many stay, with left[n] > 0 for them. */
static uint32_t peel(struct builder *builder, bool versioned, uint32_t *left)
{
	const struct graph *graph = builder->graph;
	uint32_t *queue = ARENA_ARRAY(builder->arena, graph->count, uint32_t);
	uint32_t head = 0, tail = 0;

	for (uint32_t i = 0; i < graph->count; i++) {
		left[i] = edges_count(&graph->parents, i) +
			  (versioned ? 0 : edges_count(&graph->dependencies, i));
		if (!left[i])
			queue[tail++] = i;
	}
	while (head < tail) {
		uint32_t node = queue[head++];

		for (int kind = 0; kind < (versioned ? 1 : 2); kind++) {
			const struct edges *next = kind ? &graph->dependents : &graph->children;

			for (uint32_t k = next->start[node]; k < next->start[node + 1]; k++)
				if (!--left[next->item[k]])
					queue[tail++] = next->item[k];
		}
	}
	return graph->count - tail;
}

static uint32_t predecessor_left(
	const struct graph *graph, uint32_t node, const uint32_t *left, bool versioned)
{
	for (int kind = 0; kind < (versioned ? 1 : 2); kind++) {
		const struct edges *edges = kind ? &graph->dependencies : &graph->parents;

		for (uint32_t k = edges->start[node]; k < edges->start[node + 1]; k++)
			if (left[edges->item[k]])
				return edges->item[k];
	}
	return NODE_NONE;
}

/* Everything that stays has a predecessor that stays: walking down must come back to a node. */
static void report_cycle(struct builder *builder, const uint32_t *left, bool versioned)
{
	const struct graph *graph = builder->graph;
	uint32_t *seen = ARENA_ARRAY(builder->arena, graph->count, uint32_t);
	uint32_t node = 0, step = 0, first;
	struct str path = {0};

	while (!left[node])
		node++;
	for (; !seen[node]; node = predecessor_left(graph, node, left, versioned))
		seen[node] = ++step;
	first = node;
	str_add(&path, graph->revision[first].id);
	do {
		node = predecessor_left(graph, node, left, versioned);
		str_printf(&path, " -> %s", graph->revision[node].id);
	} while (node != first);
	offend(builder, graph->revision[first].file,
		versioned ? "the revisions form a cycle: %s"
			  : "the revisions and their dependencies form a cycle: %s",
		str_text(&path));
	node = first;
	do {
		error_detail(builder->error, "%s is in \"%s\"", graph->revision[node].id,
			graph->revision[node].file);
		node = predecessor_left(graph, node, left, versioned);
	} while (node != first);
	str_release(&path);
}

static void check_cycles(struct builder *builder)
{
	uint32_t *left = ARENA_ARRAY(builder->arena, builder->graph->count, uint32_t);

	if (!peel(builder, false, left))
		return;
	if (peel(builder, true, left)) {
		report_cycle(builder, left, true);
		return;
	}
	peel(builder, false, left);
	report_cycle(builder, left, false);
}

bool graph_build(struct arena *arena, const struct revision *revision, uint32_t count,
	struct graph *graph, struct migrate_error *error)
{
	struct builder builder = {arena, graph, error, 0};

	memset(graph, 0, sizeof *graph);
	graph->revision = revision;
	graph->count = count;
	add_ids(&builder);
	add_labels(&builder);
	add_edges(&builder, &graph->parents, true);
	add_edges(&builder, &graph->dependencies, false);
	if (!builder.offences) {
		reverse_edges(&builder, &graph->parents, &graph->children);
		reverse_edges(&builder, &graph->dependencies, &graph->dependents);
		check_cycles(&builder);
	}
	if (builder.offences > OFFENCE_LIMIT)
		error_detail(error, "and %u more", builder.offences - OFFENCE_LIMIT);
	return !builder.offences;
}
