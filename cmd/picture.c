/* picture: rows, edges and lanes, and the two formats that are laid out by who reads them.
 *
 * DOT: https://graphviz.org/doc/info/lang.html. Mermaid:
 * https://mermaid.js.org/syntax/flowchart.html, where "#NN;" is a character by its number.
 *
 * Surprising: a lane is freed by the revision that it runs down to, so edges to the same one share
 * theirs. */
#include "picture.h"

#include <stdlib.h>
#include <string.h>

#include "markup.h"
#include "report.h"

enum { NOBODY = -1 };

struct entry {
	const char *id;
	uint32_t row;
};

struct layout {
	struct arena *arena;
	struct picture *picture;
	struct entry *index; /* by id */
	struct picture_edge *edge;
	uint32_t *lane;
	int64_t *waits; /* of each lane: the row that it runs down to, or NOBODY */
	uint32_t capacity;
};

static int compare_entries(const void *left, const void *right)
{
	return strcmp(((const struct entry *)left)->id, ((const struct entry *)right)->id);
}

static const struct entry *find(const struct layout *layout, const char *id)
{
	struct entry key = {id, 0};

	return bsearch(&key, layout->index, layout->picture->count, sizeof key, compare_entries);
}

static uint32_t find_lane(struct layout *layout, int64_t wanted)
{
	uint32_t lane = 0;

	while (lane < layout->picture->lanes && layout->waits[lane] != wanted)
		lane++;
	return lane;
}

/* The first free one from a lane on, else one more. */
static uint32_t take_lane(struct layout *layout, uint32_t wished)
{
	uint32_t lane = wished;

	if (wished >= layout->picture->lanes || layout->waits[wished] != NOBODY)
		lane = find_lane(layout, NOBODY);
	if (lane < layout->picture->lanes)
		return lane;
	if (layout->picture->lanes == layout->capacity) {
		uint32_t capacity = layout->capacity * 2;
		int64_t *more = ARENA_ARRAY(layout->arena, capacity, int64_t);

		memcpy(more, layout->waits, layout->capacity * sizeof *more);
		layout->waits = more;
		layout->capacity = capacity;
	}
	layout->waits[lane] = NOBODY;
	return layout->picture->lanes++;
}

static void add_edges(
	struct layout *layout, uint32_t row, const struct migrate_list *ids, bool depends)
{
	for (size_t i = 0; i < ids->count; i++) {
		const struct entry *entry = find(layout, ids->item[i]);
		uint32_t lane;

		if (!entry || entry->row <= row)
			continue;
		lane = find_lane(layout, entry->row);
		if (lane == layout->picture->lanes)
			lane = take_lane(layout, layout->lane[row]);
		layout->waits[lane] = entry->row;
		layout->edge[layout->picture->edges++] = (struct picture_edge){
			row, entry->row, lane, depends};
	}
}

static void place(struct layout *layout, uint32_t row)
{
	const struct migrate_revision *revision = layout->picture->revision[row];
	uint32_t lane = find_lane(layout, row);

	if (lane == layout->picture->lanes)
		lane = take_lane(layout, lane);
	layout->waits[lane] = NOBODY;
	layout->lane[row] = lane;
	add_edges(layout, row, &revision->down_revision, false);
	add_edges(layout, row, &revision->depends_on, true);
}

void picture_read(struct arena *arena, struct picture *picture,
	const struct migrate_revisions *revisions, bool asked)
{
	struct layout layout = {.arena = arena, .picture = picture, .capacity = 16};
	size_t edges = 0;

	*picture = (struct picture){
		.revision = revisions->item, .count = (uint32_t)revisions->count, .asked = asked};
	layout.index = ARENA_ARRAY(arena, revisions->count, struct entry);
	for (uint32_t i = 0; i < picture->count; i++) {
		layout.index[i] = (struct entry){picture->revision[i]->id, i};
		edges += picture->revision[i]->down_revision.count +
			 picture->revision[i]->depends_on.count;
	}
	if (picture->count)
		qsort(layout.index, picture->count, sizeof *layout.index, compare_entries);
	layout.edge = ARENA_ARRAY(arena, edges, struct picture_edge);
	layout.lane = ARENA_ARRAY(arena, picture->count, uint32_t);
	layout.waits = ARENA_ARRAY(arena, layout.capacity, int64_t);
	for (uint32_t i = 0; i < picture->count; i++)
		place(&layout, i);
	picture->edge = layout.edge;
	picture->lane = layout.lane;
}

const char *picture_state(const struct picture *picture, uint32_t row)
{
	if (!picture->asked)
		return "known";
	if (picture->revision[row]->current)
		return "current";
	return picture->revision[row]->applied ? "applied" : "pending";
}

void picture_add_fields(const struct picture *picture, uint32_t row, struct str *out)
{
	struct stream fields = {0};

	report_revision_full(&fields, picture->revision[row]);
	while (fields.text.size && fields.text.text[fields.text.size - 1] == '\n')
		fields.text.size--;
	str_add_bytes(out, str_text(&fields.text), fields.text.size);
	if (picture->asked)
		str_printf(out, "\nState: %s", picture_state(picture, row));
	stream_release(&fields);
}

/* -------- DOT -------- */

static void add_dot_text(struct str *out, const char *text)
{
	static const char *const replacement[] = {"\\\"", "\\\\", "\\n"};

	markup_replace(out, text, "\"\\\n", replacement);
}

static void add_dot_node(const struct picture *picture, uint32_t row, struct str *out)
{
	static const char *const colors[][2] = {{"known", "white"}, {"current", "gold"},
		{"applied", "palegreen"}, {"pending", "lightgrey"}};
	const struct migrate_revision *revision = picture->revision[row];
	const char *state = picture_state(picture, row), *color = "white";

	for (size_t i = 0; i < sizeof colors / sizeof *colors; i++)
		if (!strcmp(colors[i][0], state))
			color = colors[i][1];
	str_printf(out, "\t\"%s\" [fillcolor=%s, label=\"%s", revision->id, color, revision->id);
	if (*revision->message)
		str_add(out, "\\n");
	add_dot_text(out, revision->message);
	str_add(out, "\"];\n");
}

void picture_add_dot(const struct picture *picture, struct str *out)
{
	str_add(out, "digraph migrations {\n\tnode [shape=box, style=\"rounded,filled\"];\n");
	for (uint32_t i = 0; i < picture->count; i++)
		add_dot_node(picture, i, out);
	for (size_t i = 0; i < picture->edges; i++)
		str_printf(out, "\t\"%s\" -> \"%s\"%s;\n",
			picture->revision[picture->edge[i].from]->id,
			picture->revision[picture->edge[i].to]->id,
			picture->edge[i].depends ? " [style=dashed]" : "");
	str_add(out, "}\n");
}

/* -------- Mermaid -------- */

static void add_mermaid_text(struct str *out, const char *text)
{
	static const char *const replacement[] = {
		"#35;", "#34;", "#38;", "#60;", "#62;", "#92;", "#96;", "#59;", " "};

	markup_replace(out, text, "#\"&<>\\`;\n", replacement);
}

void picture_add_mermaid(const struct picture *picture, struct str *out)
{
	str_add(out, "flowchart TB\n");
	for (uint32_t i = 0; i < picture->count; i++) {
		const struct migrate_revision *revision = picture->revision[i];

		str_printf(out, "\tn%u[\"%s%s", i, revision->id, *revision->message ? "<br/>" : "");
		add_mermaid_text(out, revision->message);
		str_printf(out, "\"]:::%s\n", picture_state(picture, i));
	}
	for (size_t i = 0; i < picture->edges; i++)
		str_printf(out, "\tn%u %s n%u\n", picture->edge[i].from,
			picture->edge[i].depends ? "-.->" : "-->", picture->edge[i].to);
	str_add(out, "\tclassDef known fill:#fff,stroke:#555,color:#000\n"
		     "\tclassDef current fill:#ffd54d,stroke:#8a6d00,color:#000\n"
		     "\tclassDef applied fill:#b5e8b5,stroke:#2f7d32,color:#000\n"
		     "\tclassDef pending fill:#e4e4e4,stroke:#777,color:#000\n");
}
