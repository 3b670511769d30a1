/* report_diff: a unified diff in colour, as far as it is wanted. Knows its signs only; what may not
 * reach a terminal is made harmless here as everywhere. */
#include <string.h>

#include "report.h"

enum { FIRST_LINES = 40 };

static enum style style_of(const char *line)
{
	switch (*line) {
	case '-': return strncmp(line, "--- ", 4) ? STYLE_ERROR : STYLE_STRONG;
	case '+': return strncmp(line, "+++ ", 4) ? STYLE_GOOD : STYLE_STRONG;
	case '@': return STYLE_MARK;
	default: return STYLE_PLAIN;
	}
}

static void add_line(struct stream *stream, const char *line, size_t size)
{
	struct str text = {0};

	str_add_bytes(&text, line, size);
	stream_add(stream, style_of(str_text(&text)), str_text(&text));
	str_add_char(&stream->text, '\n');
	str_release(&text);
}

void report_diff(struct stream *stream, const char *diff, bool whole)
{
	size_t lines = 0;

	for (; *diff; lines++) {
		size_t size = strcspn(diff, "\n");

		if (whole || lines < FIRST_LINES)
			add_line(stream, diff, size);
		diff += size + (diff[size] == '\n');
	}
	if (!whole && lines > FIRST_LINES)
		stream_printf(stream, "... %zu more line%s with --verbose\n", lines - FIRST_LINES,
			plural(lines - FIRST_LINES));
}
