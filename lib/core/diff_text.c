/* diff_text: texts into lines, and changes as text. Surprising: a text of very many lines is split
 * only so far; what is left is one line more, long and shown cut. */
#include <string.h>

#include "core/diff.h"

enum {
	LINES_LIMIT = 2 * 1000 * 1000,
	CONTEXT = 3,
	SHOWN_LINE = 1000,        /* bytes of a line */
	SHOWN_LINES = 10 * 1000,  /* of a diff */
	SHOWN_SIZE = 1024 * 1024, /* bytes of a diff */
};

struct lines {
	struct arena *arena;
	struct line *item;
	uint32_t count, room;
};

static struct lines no_lines(struct arena *arena)
{
	struct lines lines = {arena, ARENA_ARRAY(arena, 64, struct line), 0, 64};

	return lines;
}

static void add_line(struct lines *lines, const struct line *line)
{
	ARENA_GROW(lines->arena, lines->item, lines->count, lines->room);
	lines->item[lines->count++] = *line;
}

struct diff_text diff_lines(struct arena *arena, const char *text, size_t size, uint32_t first)
{
	struct lines lines = no_lines(arena);
	const char *at = text, *end = text + size;

	while (at < end) {
		const char *newline = lines.count < LINES_LIMIT
					      ? memchr(at, '\n', (size_t)(end - at))
					      : NULL;

		add_line(&lines, &(struct line){at, (size_t)((newline ? newline : end) - at)});
		at = newline ? newline + 1 : end;
	}
	return (struct diff_text){lines.item, lines.count, first};
}

struct diff_text diff_script(struct arena *arena, const char *text, size_t size, uint32_t first)
{
	struct lines lines = no_lines(arena);
	struct plain plain;
	struct line line;

	plain_begin(&plain, text, size);
	while (plain_next(&plain, &line)) {
		if (lines.count == LINES_LIMIT)
			line.size = (size_t)(text + size - line.text);
		add_line(&lines, &line);
		if (lines.count > LINES_LIMIT)
			break;
	}
	return (struct diff_text){lines.item, lines.count, first};
}

/* -------- As text -------- */

struct writer {
	struct str *out;
	const struct diff_text *old, *new;
	size_t start; /* of the diff in out */
	uint32_t lines, left_out;
};

/* Not in the middle of a character. */
static size_t cut(const struct line *line)
{
	const char *newline = memchr(line->text, '\n', line->size);
	size_t size = newline ? (size_t)(newline - line->text) : line->size;

	if (size <= SHOWN_LINE)
		return size;
	size = SHOWN_LINE;
	while (size > SHOWN_LINE - 4 && (line->text[size] & 0xc0) == 0x80)
		size--;
	return size;
}

static void write_line(struct writer *writer, char sign, const struct line *line)
{
	size_t size = cut(line);

	if (writer->lines >= SHOWN_LINES || writer->out->size - writer->start >= SHOWN_SIZE) {
		writer->left_out++;
		return;
	}
	writer->lines++;
	str_add_char(writer->out, sign);
	str_add_visible(writer->out, line->text, size);
	str_add(writer->out, size < line->size ? "…\n" : "\n");
}

static void write_lines(
	struct writer *writer, char sign, const struct diff_text *text, uint32_t from, uint32_t to)
{
	for (uint32_t i = from; i < to; i++)
		write_line(writer, sign, &text->line[i]);
}

/* "8,2", "8" for one line, "7,0" for none behind line 7: as POSIX has it. */
static void write_range(
	struct str *out, const struct diff_text *text, uint32_t from, uint32_t count)
{
	uint32_t line = text->first + from - !count;

	if (count == 1)
		str_printf(out, "%u", line);
	else
		str_printf(out, "%u,%u", line, count);
}

/* Changes that are near enough to share their common lines. */
static uint32_t hunk_end(const struct diff *diff, uint32_t first)
{
	uint32_t last = first;

	while (last + 1 < diff->count && diff->change[last + 1].from - diff->change[last].from -
							 diff->change[last].removed <=
						 2 * CONTEXT)
		last++;
	return last + 1;
}

static void write_hunk(struct writer *writer, const struct diff *diff, uint32_t first, uint32_t end)
{
	const struct diff_change *change = &diff->change[first], *last = &diff->change[end - 1];
	uint32_t before = change->from < CONTEXT ? change->from : CONTEXT;
	uint32_t behind = writer->old->count - last->from - last->removed;
	uint32_t at = change->from - before, after = behind < CONTEXT ? behind : CONTEXT;

	if (!writer->left_out) {
		str_add(writer->out, "@@ -");
		write_range(writer->out, writer->old, at, last->from + last->removed + after - at);
		str_add(writer->out, " +");
		write_range(writer->out, writer->new, change->to - before,
			last->to + last->added + after - (change->to - before));
		str_add(writer->out, " @@\n");
	}
	for (; change <= last; change++) {
		write_lines(writer, ' ', writer->old, at, change->from);
		at = change->from + change->removed;
		write_lines(writer, '-', writer->old, change->from, at);
		write_lines(writer, '+', writer->new, change->to, change->to + change->added);
	}
	write_lines(writer, ' ', writer->old, at, at + after);
}

void diff_unified(struct str *out, const struct diff_text *old, const struct diff_text *new,
	const struct diff *diff)
{
	struct writer writer = {.out = out, .old = old, .new = new, .start = out->size};

	for (uint32_t i = 0; i < diff->count;) {
		uint32_t end = hunk_end(diff, i);

		write_hunk(&writer, diff, i, end);
		i = end;
	}
	if (writer.left_out)
		str_printf(out, "... %u more lines\n", writer.left_out);
}

const char *diff_texts(
	struct arena *arena, const char *header, const struct str *old, const struct str *new)
{
	struct arena scratch = {0};
	struct diff_text left = diff_lines(&scratch, str_text(old), old->size, 1);
	struct diff_text right = diff_lines(&scratch, str_text(new), new->size, 1);
	struct str text = {0};
	const char *kept = NULL;
	struct diff diff;

	diff_find(&scratch, &left, &right, &diff);
	if (diff.count) {
		str_add(&text, header);
		diff_unified(&text, &left, &right, &diff);
		kept = arena_strdup(arena, str_text(&text));
	}
	str_release(&text);
	arena_release(&scratch);
	return kept;
}
