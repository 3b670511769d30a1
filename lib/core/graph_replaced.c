/* graph_replaced: ids that are no revision any more, since another one replaced them. Knows what a
 * name of them still means. Surprising: only the last of those that a revision replaced means that
 * revision; to stand on another one, or to be there, is to have only a part of what it does. */
#include "core/graph_build.h"

#include <string.h>

#include "base/str.h"

uint32_t graph_replacement(const struct graph *graph, const char *id, bool *whole)
{
	uint32_t node = nametable_find(&graph->replaced, id);
	const struct names *replaces;

	*whole = false;
	if (node == NAME_MISSING)
		return NODE_NONE;
	replaces = &graph->revision[node].replaces;
	*whole = !strcmp(replaces->item[replaces->count - 1], id);
	return node;
}

uint32_t graph_find(const struct graph *graph, const char *id)
{
	uint32_t node = nametable_find(&graph->ids, id);
	bool whole = true;

	if (node == NAME_MISSING)
		node = graph_replacement(graph, id, &whole);
	return whole ? node : NODE_NONE;
}

/* "rm -- a.sql b.sql": what a squash has left that was killed, or a merge brought back. */
static const char *removal(const struct builder *builder, const struct revision *revision)
{
	const struct graph *graph = builder->graph;
	struct str text = {0};
	const char *kept;

	str_add(&text, "rm --");
	for (uint32_t k = 0; k < revision->replaces.count; k++) {
		uint32_t node = nametable_find(&graph->ids, revision->replaces.item[k]);

		if (node == NAME_MISSING || &graph->revision[node] == revision)
			continue;
		str_add_char(&text, ' ');
		str_add_word(&text, graph->revision[node].file);
	}
	kept = arena_strdup(builder->arena, str_text(&text));
	str_release(&text);
	return kept;
}

static void offend_present(
	struct builder *builder, const struct revision *revision, const struct revision *present)
{
	if (present == revision) {
		builder_offend(
			builder, revision->file, "revision %s replaces itself", revision->id);
		builder_hint(builder, "Take it out of the \"-- replaces:\" line.");
		return;
	}
	builder_offend(builder, present->file, "revision %s was replaced by %s in \"%s\"",
		present->id, revision->id, revision->file);
	if (builder->offences == 1)
		builder_hint(builder, "Delete what %s replaced: %s", revision->id,
			removal(builder, revision));
}

static void offend_twice(struct builder *builder, const struct revision *revision, const char *id)
{
	const struct graph *graph = builder->graph;
	const struct revision *other = &graph->revision[nametable_find(&graph->replaced, id)];

	if (other == revision)
		builder_offend(
			builder, revision->file, "revision %s replaces %s twice", revision->id, id);
	else
		builder_offend(builder, revision->file,
			"revision %s replaces %s, and so does revision %s in \"%s\"", revision->id,
			id, other->id, other->file);
	builder_hint(builder, "Take it out of one of the \"-- replaces:\" lines.");
}

static void offend_label(struct builder *builder, const struct revision *revision, const char *id)
{
	const struct graph *graph = builder->graph;

	builder_offend(builder, revision->file,
		"revision %s replaces %s, which is a label of revision %s", revision->id, id,
		graph->revision[nametable_find(&graph->labels, id)].id);
	builder_hint(builder, "Give the branch another label.");
}

static void add_replaced(struct builder *builder, uint32_t node, const char *id)
{
	struct graph *graph = builder->graph;
	const struct revision *revision = &graph->revision[node];
	uint32_t present = nametable_find(&graph->ids, id);

	if (present != NAME_MISSING)
		offend_present(builder, revision, &graph->revision[present]);
	else if (nametable_find(&graph->labels, id) != NAME_MISSING)
		offend_label(builder, revision, id);
	else if (!nametable_add(&graph->replaced, id, node))
		offend_twice(builder, revision, id);
}

void builder_add_replaced(struct builder *builder)
{
	struct graph *graph = builder->graph;
	uint32_t count = 0;

	for (uint32_t i = 0; i < graph->count; i++)
		count += graph->revision[i].replaces.count;
	if (count)
		nametable_init(&graph->replaced, builder->arena, count);
	for (uint32_t i = 0; i < graph->count; i++)
		for (uint32_t k = 0; k < graph->revision[i].replaces.count; k++)
			add_replaced(builder, i, graph->revision[i].replaces.item[k]);
}

bool builder_offend_replaced(
	struct builder *builder, const struct revision *revision, const char *name, bool versioned)
{
	const struct graph *graph = builder->graph;
	uint32_t node = nametable_find(&graph->replaced, name);

	if (node == NAME_MISSING)
		return false;
	builder_offend(builder, revision->file,
		versioned ? "revision %s revises %s, which revision %s replaced"
			  : "revision %s depends on %s, which revision %s replaced",
		revision->id, name, graph->revision[node].id);
	builder_hint(builder, "%s does more than %s: name it in the \"-- %s:\" line.",
		graph->revision[node].id, name, versioned ? "down_revision" : "depends_on");
	return true;
}
