/* error: the one place that knows how an error's text is kept (an arena behind error->memory). */
#include "base/error.h"

#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/mask.h"
#include "base/str.h"
#include "base/utf8.h"

static const struct {
	const char *slug;
	int status;
} error_table[] = {
#define X(name, slug, status) [MIGRATE_E_##name] = {slug, status},
	MIGRATE_ERRORS(X)
#undef X
};

const char *migrate_error_slug(enum migrate_error_code code)
{
	return error_table[code].slug;
}

int migrate_error_status(enum migrate_error_code code)
{
	return error_table[code].status;
}

void migrate_error_clear(struct migrate_error *error)
{
	if (error->memory) {
		arena_release(error->memory);
		free(error->memory);
	}
	memset(error, 0, sizeof *error);
}

static struct arena *memory_of(struct migrate_error *error)
{
	if (!error->memory) {
		error->memory = memory_resize(NULL, sizeof(struct arena));
		memset(error->memory, 0, sizeof(struct arena));
	}
	return error->memory;
}

/* Copied and made harmless for a terminal, and without what looks like a password. */
static const char *keep_masked(
	struct migrate_error *error, const char *text, size_t size, bool keep_width)
{
	struct str masked = {0}, visible = {0};
	const char *kept;

	str_add_masked(&masked, text, size, keep_width);
	str_add_visible(&visible, str_text(&masked), masked.size);
	kept = arena_strndup(memory_of(error), str_text(&visible), visible.size);
	str_release(&masked);
	str_release(&visible);
	return kept;
}

static const char *keep(struct migrate_error *error, const char *text, size_t size)
{
	return keep_masked(error, text, size, false);
}

static const char *keep_format(struct migrate_error *error, const char *format, va_list arguments)
{
	struct str text = {0};
	const char *kept;

	str_vprintf(&text, format, arguments);
	kept = keep(error, str_text(&text), text.size);
	str_release(&text);
	return kept;
}

/* A message is one line: a name that holds a line end would forge a second one. */
static const char *keep_line(struct migrate_error *error, const char *text)
{
	struct str line = {0};
	const char *end;

	if (!strchr(text, '\n'))
		return text;
	for (; (end = strchr(text, '\n')); text = end + 1) {
		str_add_bytes(&line, text, (size_t)(end - text));
		str_add(&line, "\\x0a");
	}
	str_add(&line, text);
	text = arena_strndup(memory_of(error), line.text, line.size);
	str_release(&line);
	return text;
}

bool error_set(struct migrate_error *error, enum migrate_error_code code, const char *format, ...)
{
	va_list arguments;

	if (error->code)
		return false;
	error->code = code;
	va_start(arguments, format);
	error->message = keep_line(error, keep_format(error, format, arguments));
	va_end(arguments);
	return false;
}

bool error_recast(
	struct migrate_error *error, enum migrate_error_code code, const char *format, ...)
{
	va_list arguments;

	error->code = code;
	va_start(arguments, format);
	error->message = keep_line(error, keep_format(error, format, arguments));
	va_end(arguments);
	return false;
}

bool error_detail(struct migrate_error *error, const char *format, ...)
{
	const char *line;
	va_list arguments;

	va_start(arguments, format);
	line = keep_format(error, format, arguments);
	va_end(arguments);
	error->detail = error->detail
				? arena_printf(memory_of(error), "%s\n%s", error->detail, line)
				: line;
	return false;
}

bool error_hint(struct migrate_error *error, const char *format, ...)
{
	va_list arguments;

	if (error->hint)
		return false;
	va_start(arguments, format);
	error->hint = keep_format(error, format, arguments);
	va_end(arguments);
	return false;
}

bool error_at(struct migrate_error *error, const char *file, size_t line, size_t column)
{
	if (error->file)
		return false;
	error->file = keep(error, file, strlen(file));
	error->line = line;
	error->column = column;
	return false;
}

/* A byte order mark at a file's start is on no line: editors neither show nor count it. */
static size_t line_start(const char *text, size_t size, size_t offset, size_t first_line)
{
	while (offset && text[offset - 1] != '\n')
		offset--;
	return !offset && first_line == 1 ? utf8_mark(text, size) : offset;
}

bool error_at_offset(struct migrate_error *error, const char *file, const char *text, size_t size,
	size_t offset, size_t first_line)
{
	size_t start, end, line = first_line;

	if (error->file)
		return false;
	offset = offset < size ? offset : size;
	start = line_start(text, size, offset, first_line);
	offset = offset < start ? start : offset;
	for (size_t i = 0; i < start; i++)
		line += text[i] == '\n';
	for (end = offset; end < size && text[end] != '\n';)
		end++;
	if (end > start && text[end - 1] == '\r')
		end--;
	error_at(error, file, line, utf8_count(text + start, offset - start) + 1);
	error->excerpt = keep_masked(error, text + start, end - start, true); /* for the caret */
	return false;
}

bool error_sqlstate(struct migrate_error *error, const char *sqlstate)
{
	if (sqlstate && !error->sqlstate[0])
		strncpy(error->sqlstate, sqlstate, sizeof error->sqlstate - 1);
	return false;
}

bool error_statement(struct migrate_error *error, const char *text, size_t size)
{
	if (!error->statement)
		error->statement = keep(error, text, size);
	return false;
}

static const char *without(
	struct migrate_error *error, const char *text, const char *const *secrets, bool keep_width)
{
	struct str clean = {0};
	const char *kept;

	if (!text)
		return NULL;
	str_add_without(&clean, text, strlen(text), secrets, false, keep_width);
	kept = strcmp(text, str_text(&clean)) != 0
		       ? arena_strdup(memory_of(error), str_text(&clean))
		       : text;
	str_release(&clean);
	return kept;
}

void error_hide(struct migrate_error *error, const char *const *secrets)
{
	error->excerpt = without(error, error->excerpt, secrets, true); /* for the caret */
	error->statement = without(error, error->statement, secrets, false);
}

static const char *copy_of(struct migrate_error *error, const char *text)
{
	return text ? arena_strdup(memory_of(error), text) : NULL;
}

bool error_copy(struct migrate_error *error, const struct migrate_error *from)
{
	if (error->code)
		return false;
	migrate_error_clear(error);
	*error = *from;
	error->memory = NULL;
	error->message = copy_of(error, from->message);
	error->detail = copy_of(error, from->detail);
	error->hint = copy_of(error, from->hint);
	error->file = copy_of(error, from->file);
	error->excerpt = copy_of(error, from->excerpt);
	error->statement = copy_of(error, from->statement);
	return false;
}

/* Optimal string alignment: insert, delete, replace, swap neighbours. Names past 63 bytes are far
 * from everything. */
size_t edit_distance(const char *left, const char *right)
{
	enum { LIMIT = 64 };
	size_t rows[3][LIMIT], n = strlen(left), m = strlen(right);
	size_t *before = rows[0], *last = rows[1], *row = rows[2];

	if (n >= LIMIT || m >= LIMIT)
		return LIMIT;
	for (size_t j = 0; j <= m; j++)
		last[j] = before[j] = j;
	for (size_t i = 1; i <= n; i++) {
		size_t *spare = before;

		row[0] = i;
		for (size_t j = 1; j <= m; j++) {
			size_t best = last[j - 1] + (left[i - 1] != right[j - 1]);

			best = last[j] + 1 < best ? last[j] + 1 : best;
			best = row[j - 1] + 1 < best ? row[j - 1] + 1 : best;
			if (i > 1 && j > 1 && left[i - 1] == right[j - 2] &&
				left[i - 2] == right[j - 1] && before[j - 2] + 1 < best)
				best = before[j - 2] + 1;
			row[j] = best;
		}
		before = last;
		last = row;
		row = spare;
	}
	return last[m];
}

const char *nearest_name(const char *name, const char *const *names, size_t count)
{
	const char *nearest = NULL;
	size_t best = strlen(name) / 3 + 2;

	for (size_t i = 0; i < count; i++) {
		size_t distance = edit_distance(name, names[i]);

		if (distance < best) {
			best = distance;
			nearest = names[i];
		}
	}
	return nearest;
}
