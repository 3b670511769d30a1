/* seed: line by line. Surprising: a part keeps everything between two such lines, comments too, so
 * that an error's line is the file's. */
#include "core/seed.h"

#include <string.h>

#include "base/error.h"

static const char mark[] = "-- at:";

static const char *line_end(const char *line, const char *end)
{
	const char *newline = memchr(line, '\n', (size_t)(end - line));

	return newline ? newline + 1 : end;
}

static bool is_mark(const char *line, const char *end)
{
	return (size_t)(end - line) >= sizeof mark - 1 && !memcmp(line, mark, sizeof mark - 1);
}

static bool is_blank(const char *text, size_t size)
{
	for (size_t i = 0; i < size; i++)
		if (!strchr(" \t\r\n", text[i]))
			return false;
	return true;
}

/* What the line names, or NULL. */
static const char *name_of(struct arena *arena, const char *line, const char *end)
{
	line += sizeof mark - 1;
	while (line < end && strchr(" \t\r\n", *line))
		line++;
	while (end > line && strchr(" \t\r\n", end[-1]))
		end--;
	return line < end ? arena_strndup(arena, line, (size_t)(end - line)) : NULL;
}

static void add(struct arena *arena, struct seeds *seeds, struct seed seed, const char *sql,
	const char *end)
{
	seed.size = (size_t)(end - sql);
	if (is_blank(sql, seed.size))
		return;
	seed.sql = arena_strndup(arena, sql, seed.size);
	ARENA_GROW(arena, seeds->item, seeds->count, seeds->capacity);
	seeds->item[seeds->count++] = seed;
}

bool seeds_parse(struct arena *arena, const char *file, const char *text, size_t size,
	struct seeds *seeds, struct migrate_error *error)
{
	const char *end = text + size, *sql = text, *next;
	struct seed seed = {.line = 1};
	size_t number = 1;

	*seeds = (struct seeds){0};
	for (const char *line = text; line < end; line = next, number++) {
		next = line_end(line, end);
		if (!is_mark(line, next))
			continue;
		add(arena, seeds, seed, sql, line);
		seed = (struct seed){name_of(arena, line, next), NULL, 0, number + 1, number};
		sql = next;
		if (seed.at)
			continue;
		error_set(error, MIGRATE_E_SCRIPT, "\"-- at:\" names no revision");
		return error_at(error, file, number, 1);
	}
	add(arena, seeds, seed, sql, end);
	return true;
}
