/* report_graph: `history --graph`, revisions beside the drawing of their graph. The drawing itself
 * is lanes.c; here are ids made numbers, and words and colours put beside it.
 *
 * Surprising: nothing depends on colour or on the sign alone: what they say is there as a word. */
#include <stdlib.h>
#include <string.h>

#include "lanes.h"
#include "report.h"

struct entry {
	const char *id;
	uint32_t row;
};

struct drawing {
	struct stream *out;
	struct arena arena;
	struct lanes lanes;
	struct entry *index; /* by id */
	const struct migrate_revisions *revisions;
	bool asked, full;
};

static int compare_entries(const void *left, const void *right)
{
	return strcmp(((const struct entry *)left)->id, ((const struct entry *)right)->id);
}

static void make_index(struct drawing *drawing)
{
	const struct migrate_revisions *revisions = drawing->revisions;

	drawing->index = ARENA_ARRAY(&drawing->arena, revisions->count, struct entry);
	for (size_t i = 0; i < revisions->count; i++)
		drawing->index[i] = (struct entry){revisions->item[i]->id, (uint32_t)i};
	if (revisions->count)
		qsort(drawing->index, revisions->count, sizeof *drawing->index, compare_entries);
}

static const struct entry *find(const struct drawing *drawing, const char *id)
{
	struct entry key = {id, 0};

	return bsearch(
		&key, drawing->index, drawing->revisions->count, sizeof key, compare_entries);
}

/* Appends the rows of those that are listed. */
static size_t add_rows(
	const struct drawing *drawing, const struct migrate_list *ids, uint32_t *rows, size_t count)
{
	for (size_t i = 0; i < ids->count; i++) {
		const struct entry *entry = find(drawing, ids->item[i]);

		if (entry)
			rows[count++] = entry->row;
	}
	return count;
}

static struct lanes_below below_of(struct drawing *drawing, const struct migrate_revision *revision)
{
	uint32_t *rows = ARENA_ARRAY(&drawing->arena,
		revision->down_revision.count + revision->depends_on.count, uint32_t);
	struct lanes_below below = {.item = rows};

	below.parents = add_rows(drawing, &revision->down_revision, rows, 0);
	below.count = add_rows(drawing, &revision->depends_on, rows, below.parents);
	return below;
}

static void add_sign(const struct drawing *drawing, const struct migrate_revision *revision)
{
	if (revision->current)
		stream_add(drawing->out, STYLE_NOTICE, "@");
	else if (revision->applied)
		stream_add(drawing->out, STYLE_GOOD, "*");
	else if (drawing->asked)
		stream_add(drawing->out, STYLE_WARNING, "o");
	else
		stream_add(drawing->out, STYLE_PLAIN, "*");
}

/* The node's line of the drawing, its sign in place of the blank. */
static void add_node(struct drawing *drawing, uint32_t row, const struct migrate_revision *revision)
{
	struct str line = {0};
	size_t at = lanes_place(&drawing->lanes, row, &line);

	str_add_bytes(&drawing->out->text, str_text(&line), at);
	add_sign(drawing, revision);
	str_add(&drawing->out->text, str_text(&line) + at + 1);
	str_add_char(&drawing->out->text, ' ');
	str_release(&line);
}

/* " (word a, b)" */
static void add_words(struct stream *out, const char *word, const struct migrate_list *ids)
{
	stream_printf(out, " (%s ", word);
	report_list(out, STYLE_PLAIN, ids, "");
	str_add_char(&out->text, ')');
}

static void add_line(struct drawing *drawing, const struct migrate_revision *revision,
	const struct lanes_below *below)
{
	struct stream *out = drawing->out;

	report_revision_line(out, revision, drawing->asked ? REVISION_PENDING : 0);
	if (below->parents < revision->down_revision.count)
		add_words(out, "after", &revision->down_revision);
	if (revision->depends_on.count)
		add_words(out, "depends on", &revision->depends_on);
	if (*revision->message) {
		str_add(&out->text, ", ");
		stream_add(out, STYLE_PLAIN, revision->message);
	}
	str_add_char(&out->text, '\n');
}

/* All fields, each line beside the lanes. */
static void add_fields(struct drawing *drawing, const struct migrate_revision *revision,
	const struct lanes_below *below)
{
	struct stream fields = {.color = drawing->out->color};
	struct str beside = {0};
	bool first = true;
	char *text;

	report_revision_full(&fields, revision);
	lanes_beside(&drawing->lanes, below, &beside);
	text = arena_strdup(&drawing->arena, str_text(&fields.text));
	for (char *line = strsep(&text, "\n"); text; line = strsep(&text, "\n")) {
		size_t width = 2 * drawing->lanes.count;

		if (!first && *line)
			stream_printf(drawing->out, "%-*s", (int)width, str_text(&beside));
		else if (!first)
			str_add(&drawing->out->text, str_text(&beside));
		str_add(&drawing->out->text, line);
		str_add_char(&drawing->out->text, '\n');
		first = false;
	}
	str_release(&beside);
	stream_release(&fields);
}

static void draw(struct drawing *drawing, uint32_t row)
{
	const struct migrate_revision *revision = drawing->revisions->item[row];
	struct lanes_below below = below_of(drawing, revision);

	add_node(drawing, row, revision);
	if (drawing->full)
		add_fields(drawing, revision, &below);
	else
		add_line(drawing, revision, &below);
	lanes_advance(&drawing->lanes, &below, &drawing->out->text);
}

void report_graph(struct report *report, const struct migrate_revisions *revisions, bool asked)
{
	struct drawing drawing = {.out = &report->out,
		.revisions = revisions,
		.asked = asked,
		.full = report->options->verbose};

	drawing.lanes.arena = &drawing.arena;
	make_index(&drawing);
	for (size_t i = 0; i < revisions->count; i++)
		draw(&drawing, (uint32_t)i);
	arena_release(&drawing.arena);
}
