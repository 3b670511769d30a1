/* revision_parents: the header's lines, read as revision_header.c reads them. */
#include "core/revision_parents.h"
#include "base/utf8.h"

#include <string.h>

static bool is_blank(char byte)
{
	return byte == ' ' || byte == '\t' || byte == '\r';
}

/* The bytes of `line` behind "-- KEY:", or NULL. */
static const char *value_of(const char *line, const char *end, const char *key)
{
	size_t size = strlen(key);

	if (end - line < 2 || line[0] != '-' || line[1] != '-')
		return NULL;
	for (line += 2; line < end && is_blank(*line);)
		line++;
	if ((size_t)(end - line) < size || memcmp(line, key, size) != 0)
		return NULL;
	for (line += size; line < end && is_blank(*line);)
		line++;
	return line < end && *line == ':' ? line + 1 : NULL;
}

static bool is_marker(const char *line, const char *end)
{
	static const char marker[] = "-- migrate:";

	return (size_t)(end - line) >= sizeof marker - 1 &&
	       !memcmp(line, marker, sizeof marker - 1);
}

static void place_value(
	struct parents_place *place, const char *text, const char *value, const char *end)
{
	const char *limit = end;

	while (end > value && is_blank(end[-1]))
		end--;
	/* What is put in an empty place brings a blank of its own. */
	if (end == value) {
		while (end < limit && *end != '\r')
			end++;
	} else {
		while (is_blank(*value))
			value++;
	}
	place->offset = (size_t)(value - text);
	place->size = (size_t)(end - value);
	place->missing = false;
}

struct parents_place revision_parents_place(const char *text, size_t size)
{
	struct parents_place place = {.line = 1, .missing = true};
	const char *at = text + utf8_mark(text, size), *stop = text + size, *next;

	place.offset = (size_t)(at - text);
	for (uint32_t line = 1; at < stop && !is_marker(at, stop); line++, at = next) {
		const char *newline = memchr(at, '\n', (size_t)(stop - at));
		const char *end = newline ? newline : stop;
		const char *value = value_of(at, end, "down_revision");

		next = newline ? newline + 1 : stop;
		if (value) {
			place.line = line;
			place_value(&place, text, value, end);
			return place;
		}
		if (value_of(at, end, "revision")) {
			place.line = line;
			place.offset = (size_t)(next - text);
		}
	}
	return place;
}

/* The line end that the text has before offset: that of its other lines. */
static const char *line_end(const char *text, size_t offset)
{
	return offset >= 2 && text[offset - 1] == '\n' && text[offset - 2] == '\r' ? "\r\n" : "\n";
}

void revision_set_parents(struct str *out, const char *text, size_t size, const char *parents)
{
	struct parents_place place = revision_parents_place(text, size);
	const char *rest = text + place.offset + place.size;

	str_add_bytes(out, text, place.offset);
	if (place.missing)
		str_printf(out, "-- down_revision: %s%s", parents, line_end(text, place.offset));
	else if (place.offset && text[place.offset - 1] == ':')
		str_printf(out, " %s", parents);
	else
		str_add(out, parents);
	str_add_bytes(out, rest, size - (size_t)(rest - text));
}
