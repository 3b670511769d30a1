/* report_error: an error as a compiler would show it: place, message, the line with a caret, the
 * server's further words, and what to do next. Text arrives already harmless for a terminal; each
 * line still gets a prefix, so that none can pass for one of ours. */
#include <string.h>

#include "base/utf8.h"
#include "report.h"

static const char gutter_format[] = "%6zu | ";
static const char gutter_blank[] = "       | ";
enum { GUTTER = sizeof gutter_blank - 1, TAB = 8 };

/* A tab counts as the most that it may take. */
static size_t width_at(const char *text, size_t left, size_t *size)
{
	uint32_t point = 0;

	*size = utf8_decode(text, left, &point);
	if (!*size) {
		*size = 1;
		return 1;
	}
	return point == '\t' ? TAB : (size_t)utf8_width(point);
}

static size_t step_back(const char *line, size_t at)
{
	while (at && ((unsigned char)line[--at] & 0xc0) == 0x80)
		continue;
	return at;
}

static size_t forward(const char *line, size_t size, size_t from, size_t width)
{
	while (from < size) {
		size_t bytes, columns = width_at(line + from, size - from, &bytes);

		if (columns > width)
			break;
		width -= columns;
		from += bytes;
	}
	return from;
}

static size_t backward(const char *line, size_t size, size_t from, size_t width)
{
	while (from) {
		size_t bytes, before = step_back(line, from);
		size_t columns = width_at(line + before, size - before, &bytes);

		if (columns > width)
			break;
		width -= columns;
		from = before;
	}
	return from;
}

/* What stands above the caret, as blanks of the same width. */
static void add_blanks(struct str *caret, const char *text, size_t size)
{
	for (size_t i = 0, bytes; i < size; i += bytes) {
		size_t columns = width_at(text + i, size - i, &bytes);

		if (text[i] == '\t')
			str_add_char(caret, '\t');
		else
			str_printf(caret, "%*s", (int)columns, "");
	}
}

void excerpt_add(
	struct str *source, struct str *caret, const char *line, size_t column, size_t width)
{
	size_t size = strlen(line), at = utf8_offset(line, size, column ? column - 1 : 0);
	size_t start = 0, end = forward(line, size, 0, width);

	if (end < size) {
		start = backward(line, size, at, width / 2);
		end = forward(line, size, start, width - 2);
	}
	str_add(source, start ? "…" : "");
	str_add_bytes(source, line + start, end - start);
	str_add(source, end < size ? "…" : "");
	if (!column)
		return;
	str_add(caret, start ? " " : "");
	add_blanks(caret, line + start, at - start);
	str_add_char(caret, '^');
}

static void add_excerpt(struct stream *stream, const struct migrate_error *error)
{
	struct str source = {0}, caret = {0};

	excerpt_add(&source, &caret, error->excerpt, error->column, stream->width - GUTTER);
	stream_printf(stream, gutter_format, error->line);
	stream_add(stream, STYLE_PLAIN, str_text(&source));
	if (caret.size) {
		stream_printf(stream, "\n%s", gutter_blank);
		stream_add(stream, STYLE_ERROR, str_text(&caret));
	}
	str_add_char(&stream->text, '\n');
	str_release(&source);
	str_release(&caret);
}

static void add_place(struct stream *stream, const struct migrate_error *error)
{
	struct stream place = {.color = stream->color};
	struct str text = {0};

	str_add(&text, error->file ? error->file : "migrate");
	if (error->file && error->line)
		str_printf(&text, ":%zu", error->line);
	if (error->file && error->line && error->column)
		str_printf(&text, ":%zu", error->column);
	str_add_char(&text, ':');
	stream_add(&place, STYLE_STRONG, str_text(&text));
	str_printf(&stream->text, "%s ", str_text(&place.text));
	str_release(&text);
	stream_release(&place);
}

static void add_message(struct stream *stream, const struct migrate_error *error)
{
	struct str text = {0};

	str_add(&text, error->message);
	if (error->sqlstate[0])
		str_printf(&text, " (%s)", error->sqlstate);
	add_place(stream, error);
	stream_add(stream, STYLE_ERROR, "error:");
	str_add_char(&stream->text, ' ');
	stream_add(stream, STYLE_PLAIN, str_text(&text));
	str_add_char(&stream->text, '\n');
	str_release(&text);
}

static void add_labelled(struct stream *stream, const char *label, const char *text)
{
	struct stream prefix = {.color = stream->color};

	if (!text || !*text)
		return;
	stream_add(&prefix, STYLE_NOTICE, label);
	str_add_char(&prefix.text, ' ');
	stream_add_lines(stream, str_text(&prefix.text), STYLE_PLAIN, text);
	stream_release(&prefix);
}

/* A statement may be megabytes of INSERT. */
static void add_statement(struct stream *stream, const char *statement)
{
	enum { MOST = 1000 };
	size_t size = strlen(statement);
	struct str text = {0};

	if (size > MOST) {
		size = MOST + 1;
		size = step_back(statement, size);
	}
	str_add_bytes(&text, statement, size);
	str_add(&text, statement[size] ? "…" : "");
	add_labelled(stream, "statement:", str_text(&text));
	str_release(&text);
}

void report_error_text(struct report *report, const struct migrate_error *error)
{
	struct stream *stream = &report->err;

	report_end_line(report);
	add_message(stream, error);
	if (error->excerpt && error->line)
		add_excerpt(stream, error);
	if (error->statement && (!error->excerpt || report->options->verbose))
		add_statement(stream, error->statement);
	add_labelled(stream, "detail:", error->detail);
	add_labelled(stream, "hint:", error->hint);
	stream_flush(stream);
}
