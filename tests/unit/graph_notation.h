/* graph_notation: graphs for tests, written in a line.
 *
 *   a; b<a; c1<b [L1]; c2<b @5; d<c1,c2 !dep,L1
 *
 * A revision each, separated by `;`: id, `<` its parents, `[` its labels `]`, `!` its dependencies,
 * `%` what it replaces, `@` its creation time in microseconds. Its file is the id with ".sql". */
#ifndef TESTS_GRAPH_NOTATION_H
#define TESTS_GRAPH_NOTATION_H

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "core/plan.h"

struct fixture {
	struct arena arena;
	struct revision revision[64];
	uint32_t count;
	struct graph graph;
	struct position position;
	struct migrate_error error;
};

static inline struct names notation_names(struct arena *arena, const char *text)
{
	char *copy = arena_strdup(arena, text), *save = NULL;
	const char **item = ARENA_ARRAY(arena, strlen(text) / 2 + 2, const char *);
	struct names names = {item, 0};

	for (char *word = strtok_r(copy, ", ", &save); word; word = strtok_r(NULL, ", ", &save))
		item[names.count++] = word;
	return names;
}

/* The text behind a mark, up to the next mark. */
static inline const char *notation_part(struct arena *arena, const char *text, char mark)
{
	const char *at = strchr(text, mark);

	if (!at)
		return "";
	return arena_strndup(arena, at + 1, strcspn(at + 1, "<[]!%@"));
}

static inline void notation_revision(
	struct arena *arena, const char *text, struct revision *revision)
{
	const char *created;

	text += strspn(text, " ");
	memset(revision, 0, sizeof *revision);
	revision->id = arena_strndup(arena, text, strcspn(text, " <[!%@"));
	revision->message = "";
	revision->file = arena_printf(arena, "%s.sql", revision->id);
	revision->parents = notation_names(arena, notation_part(arena, text, '<'));
	revision->labels = notation_names(arena, notation_part(arena, text, '['));
	revision->dependencies = notation_names(arena, notation_part(arena, text, '!'));
	revision->replaces = notation_names(arena, notation_part(arena, text, '%'));
	created = notation_part(arena, text, '@');
	revision->created_at = *created ? atoll(created) : INT64_MIN;
}

static inline void notation_read(struct fixture *fixture, const char *notation)
{
	char *copy, *save = NULL;

	memset(fixture, 0, sizeof *fixture);
	copy = arena_strdup(&fixture->arena, notation);
	for (char *part = strtok_r(copy, ";", &save); part; part = strtok_r(NULL, ";", &save))
		if (part[strspn(part, " ")])
			notation_revision(
				&fixture->arena, part, &fixture->revision[fixture->count++]);
}

static inline bool fixture_build(struct fixture *fixture, const char *notation)
{
	notation_read(fixture, notation);
	return graph_build(&fixture->arena, fixture->revision, fixture->count, &fixture->graph,
		&fixture->error);
}

static inline void fixture_release(struct fixture *fixture)
{
	migrate_error_clear(&fixture->error);
	arena_release(&fixture->arena);
}

/* A sound graph, and the database standing on the rows ("d1 d2"). */
static inline void fixture_open(struct fixture *fixture, const char *notation, const char *rows)
{
	struct names names;

	if (!fixture_build(fixture, notation))
		fail_msg("\"%s\" is no graph: %s", notation, fixture->error.message);
	names = notation_names(&fixture->arena, rows);
	position_find(&fixture->arena, &fixture->graph, &names, &fixture->position);
}

static inline const char *fixture_ids(struct fixture *fixture, struct nodes nodes)
{
	char *text = arena_strdup(&fixture->arena, "");

	for (uint32_t i = 0; i < nodes.count; i++)
		text = arena_printf(&fixture->arena, "%s%s%s", text, i ? " " : "",
			fixture->revision[nodes.item[i]].id);
	return text;
}

static inline const char *fixture_steps(struct fixture *fixture, const struct plan *plan)
{
	struct nodes nodes = {ARENA_ARRAY(&fixture->arena, plan->count, uint32_t), plan->count};

	for (uint32_t i = 0; i < plan->count; i++)
		nodes.item[i] = plan->step[i].node;
	return fixture_ids(fixture, nodes);
}

static inline const char *fixture_marked(struct fixture *fixture, const uint8_t *marks)
{
	return fixture_ids(fixture, graph_list(&fixture->arena, &fixture->graph, marks));
}

static inline struct resolver fixture_resolver(struct fixture *fixture)
{
	return (struct resolver){&fixture->arena, &fixture->graph, &fixture->position};
}

#endif
