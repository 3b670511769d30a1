/* graph_build: from names to numbers, and every way in which that can be wrong. Surprising: all
 * offences are collected before the first is reported, so that a team mends a bad merge in one go.
 */
#include "core/graph_build.h"

#include <string.h>

#include "base/error.h"

enum { OFFENCE_LIMIT = 50 };

void builder_offend(struct builder *builder, const char *file, const char *format, ...)
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

void builder_hint(struct builder *builder, const char *format, ...)
{
	va_list arguments;

	if (builder->offences != 1)
		return;
	va_start(arguments, format);
	error_hint(builder->error, "%s", arena_vprintf(builder->arena, format, arguments));
	va_end(arguments);
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
		builder_offend(builder, revision->file, "revision %s is also in \"%s\"",
			revision->id, graph->revision[other].file);
		builder_hint(builder, "Remove the copy, or give one of them another id.");
	}
}

static void add_label(struct builder *builder, uint32_t node, const char *label)
{
	struct graph *graph = builder->graph;
	const struct revision *revision = &graph->revision[node], *other;
	uint32_t found = nametable_find(&graph->ids, label);

	if (found == NAME_MISSING && nametable_add(&graph->labels, label, node))
		return;
	if (found != NAME_MISSING) {
		builder_offend(builder, revision->file,
			"the label %s of revision %s is the id of the revision in \"%s\"", label,
			revision->id, graph->revision[found].file);
		builder_hint(builder, "Give the branch another label.");
		return;
	}
	other = &graph->revision[nametable_find(&graph->labels, label)];
	if (other == revision)
		return;
	builder_offend(builder, revision->file,
		"the label %s of revision %s is also that of revision %s in \"%s\"", label,
		revision->id, other->id, other->file);
	builder_hint(builder, "Give one of the branches another label.");
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

static void offend_unknown(
	struct builder *builder, const struct revision *revision, const char *name, bool versioned)
{
	const struct graph *graph = builder->graph;
	uint32_t labelled = nametable_find(&graph->labels, name);

	if (builder_offend_replaced(builder, revision, name, versioned))
		return;
	builder_offend(builder, revision->file,
		versioned ? "revision %s revises %s, which no file has"
			  : "revision %s depends on %s, which no file has",
		revision->id, name);
	if (labelled != NAME_MISSING)
		builder_hint(builder, "%s is a label: name its revision %s instead.", name,
			graph->revision[labelled].id);
	else
		builder_hint(builder, "Add the missing file, or mend the \"-- %s:\" line.",
			versioned ? "down_revision" : "depends_on");
}

/* The node that an edge's name means, or NODE_NONE with an offence. */
static uint32_t edge_target(
	struct builder *builder, uint32_t node, const char *name, bool versioned)
{
	const struct graph *graph = builder->graph;
	const struct revision *revision = &graph->revision[node];
	uint32_t target = graph_find(graph, name);

	if (target == NODE_NONE && !versioned)
		target = nametable_find(&graph->labels, name);
	if (target == NODE_NONE) {
		offend_unknown(builder, revision, name, versioned);
		return NODE_NONE;
	}
	if (target == node) {
		builder_offend(builder, revision->file,
			versioned ? "revision %s revises itself" : "revision %s depends on itself",
			revision->id);
		builder_hint(builder, "Take it out of the \"-- %s:\" line.",
			versioned ? "down_revision" : "depends_on");
		return NODE_NONE;
	}
	return target;
}

/* last[n]: the node that was given an edge to n most recently, plus one, so that naming one twice
 * is noticed at once. */
static void add_edges(struct builder *builder, struct edges *edges, bool versioned)
{
	const struct graph *graph = builder->graph;
	uint32_t *last = ARENA_ARRAY(builder->arena, graph->count, uint32_t);
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

			if (target == NODE_NONE || last[target] == i + 1)
				continue;
			last[target] = i + 1;
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

bool graph_build(struct arena *arena, const struct revision *revision, uint32_t count,
	struct graph *graph, struct migrate_error *error)
{
	struct builder builder = {arena, graph, error, 0};
	bool ids_are_unique;

	memset(graph, 0, sizeof *graph);
	graph->revision = revision;
	graph->count = count;
	add_ids(&builder);
	ids_are_unique = !builder.offences;
	add_labels(&builder);
	builder_add_replaced(&builder);
	add_edges(&builder, &graph->parents, true);
	add_edges(&builder, &graph->dependencies, false);
	reverse_edges(&builder, &graph->parents, &graph->children);
	reverse_edges(&builder, &graph->dependencies, &graph->dependents);
	if (ids_are_unique)
		builder_check_cycles(&builder);
	if (builder.offences > OFFENCE_LIMIT)
		error_detail(error, "and %u more", builder.offences - OFFENCE_LIMIT);
	return !builder.offences;
}
