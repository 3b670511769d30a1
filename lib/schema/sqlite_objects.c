/* sqlite_objects: CREATE INDEX, VIEW, TRIGGER and VIRTUAL TABLE as SQLite stores them.
 *
 * Knows the heads of these statements; queries and what is in a trigger are tokens. Surprising: a
 * virtual table's arguments are no SQL but text, which the module reads, so they keep every byte.
 * https://sqlite.org/lang_createindex.html, lang_createview.html, lang_createtrigger.html,
 * lang_createvtab.html */
#include <string.h>

#include "schema/sqlite_cursor.h"
#include "schema/sqlite_objects.h"

static const char *keep(struct arena *arena, struct str *text)
{
	const char *kept = arena_strdup(arena, str_text(text));

	str_release(text);
	return kept;
}

bool sqlite_index_parse(struct arena *arena, const char *sql, const struct sqlite_table *table,
	struct sqlite_index *index, const char **problem)
{
	struct sqlite_cursor cursor;
	struct sqlite_range terms, where;
	bool ok;

	memset(index, 0, sizeof *index);
	ok = sqlite_cursor_open(&cursor, arena, sql) && sqlite_need(&cursor, "CREATE");
	index->unique = ok && sqlite_take(&cursor, "UNIQUE");
	ok = ok && sqlite_need_created(&cursor, "INDEX", &index->name) &&
	     sqlite_need(&cursor, "ON") && sqlite_need_name(&cursor, &index->table) &&
	     sqlite_need_group(&cursor, &terms);
	if (ok && !sqlite_terms(arena, terms, table, &index->term, &index->count))
		ok = sqlite_cursor_refuse(&cursor);
	if (ok && sqlite_take(&cursor, "WHERE")) {
		ok = sqlite_need_rest(&cursor, &where);
		if (ok)
			index->where = sqlite_canonical_text(
				arena, sqlite_unwrap(where), &table->scope);
	}
	ok = ok && sqlite_need_end(&cursor);
	*problem = cursor.problem;
	return ok;
}

/* The commas of the list are one more than its columns are at most. */
static bool read_columns(struct sqlite_cursor *cursor, struct sqlite_view *view)
{
	struct sqlite_range list;

	if (!sqlite_symbol_is(cursor->at, "("))
		return true;
	if (!sqlite_need_group(cursor, &list))
		return false;
	view->column = ARENA_ARRAY(cursor->arena, (size_t)(list.to - list.from) + 1, const char *);
	cursor->at = list.from;
	do {
		if (!sqlite_need_name(cursor, &view->column[view->count++]))
			return false;
	} while (sqlite_take_symbol(cursor, ","));
	return sqlite_need_symbol(cursor, ")");
}

bool sqlite_view_parse(
	struct arena *arena, const char *sql, struct sqlite_view *view, const char **problem)
{
	struct sqlite_cursor cursor;
	bool ok;

	memset(view, 0, sizeof *view);
	ok = sqlite_cursor_open(&cursor, arena, sql) && sqlite_need(&cursor, "CREATE") &&
	     sqlite_need_created(&cursor, "VIEW", &view->name) && read_columns(&cursor, view) &&
	     sqlite_need(&cursor, "AS") && sqlite_need_rest(&cursor, &view->mentions);
	if (ok)
		view->query = sqlite_canonical_query(arena, view->mentions, view->count);
	*problem = cursor.problem;
	return ok;
}

static bool read_event(struct sqlite_cursor *cursor, struct str *event)
{
	static const char *const times[] = {"BEFORE", "AFTER", "INSTEAD OF"};
	static const char *const events[] = {"DELETE", "INSERT", "UPDATE"};
	const char *time, *name;
	size_t i = 0;

	for (; i < 3 && !sqlite_take(cursor, times[i]); i++)
		continue;
	time = times[i < 3 ? i : 0];
	for (i = 0; i < 3 && !sqlite_take(cursor, events[i]); i++)
		continue;
	if (i == 3)
		return sqlite_cursor_refuse(cursor);
	str_printf(event, "%s %s", time, events[i]);
	if (i < 2 || !sqlite_take(cursor, "OF"))
		return true;
	for (const char *between = " OF "; *between; between = ", ") {
		if (!sqlite_need_name(cursor, &name))
			return false;
		str_printf(event, "%s%s", between, sqlite_name(cursor->arena, name));
		if (!sqlite_take_symbol(cursor, ","))
			return true;
	}
	return true;
}

/* BEGIN is a name behind a dot, or in parentheses. */
static bool read_when(struct sqlite_cursor *cursor, struct str *body)
{
	struct sqlite_range when = {cursor->at, cursor->at}, rest;
	struct sqlite_cursor ahead = *cursor;

	if (!sqlite_need_rest(&ahead, &rest))
		return false;
	while (when.to < rest.to && !sqlite_word_is(when.to, "BEGIN")) {
		if (sqlite_symbol_is(when.to, "("))
			when.to = sqlite_closing(when.to, rest.to);
		else if (sqlite_symbol_is(when.to, ".") && when.to + 1 < rest.to)
			when.to++;
		when.to += when.to < rest.to;
	}
	cursor->at = when.to;
	if (when.from == when.to)
		return sqlite_cursor_refuse(cursor);
	str_add(body, "WHEN ");
	sqlite_canonical(cursor->arena, sqlite_unwrap(when), NULL, body);
	str_add_char(body, '\n');
	return true;
}

/* Statements, each with its semicolon, and END. */
static bool read_body(struct sqlite_cursor *cursor, struct str *body)
{
	struct sqlite_range rest;

	if (!sqlite_need(cursor, "BEGIN") || !sqlite_need_rest(cursor, &rest) ||
		!sqlite_word_is(rest.to - 1, "END"))
		return sqlite_cursor_refuse(cursor);
	str_add(body, "BEGIN\n");
	for (rest.to--; rest.from < rest.to; rest.from++) {
		struct sqlite_range statement = {rest.from, rest.from};

		while (statement.to < rest.to && !sqlite_symbol_is(statement.to, ";"))
			statement.to++;
		if (statement.to == rest.to)
			return sqlite_cursor_refuse(cursor);
		if (statement.to == statement.from)
			continue;
		str_add_char(body, '\t');
		sqlite_canonical(cursor->arena, statement, NULL, body);
		str_add(body, ";\n");
		rest.from = statement.to;
	}
	str_add(body, "END");
	return true;
}

bool sqlite_trigger_parse(
	struct arena *arena, const char *sql, struct sqlite_trigger *trigger, const char **problem)
{
	struct sqlite_cursor cursor;
	struct str event = {0}, body = {0};
	bool ok;

	memset(trigger, 0, sizeof *trigger);
	ok = sqlite_cursor_open(&cursor, arena, sql) && sqlite_need(&cursor, "CREATE") &&
	     sqlite_need_created(&cursor, "TRIGGER", &trigger->name) &&
	     read_event(&cursor, &event) && sqlite_need(&cursor, "ON") &&
	     sqlite_need_name(&cursor, &trigger->table);
	if (ok && sqlite_take_symbol(&cursor, "."))
		ok = sqlite_need_name(&cursor, &trigger->table);
	if (ok) {
		trigger->mentions.from = cursor.at;
		sqlite_take(&cursor, "FOR EACH ROW");
		ok = (!sqlite_take(&cursor, "WHEN") || read_when(&cursor, &body)) &&
		     read_body(&cursor, &body);
		trigger->mentions.to = cursor.at;
	}
	trigger->event = keep(arena, &event);
	trigger->body = keep(arena, &body);
	*problem = cursor.problem;
	return ok;
}

/* One argument: its text from its first token to its last. */
static const struct sqlite_token *add_argument(struct sqlite_range list, struct str *out)
{
	const struct sqlite_token *end = list.from;

	while (end < list.to && !sqlite_symbol_is(end, ",")) {
		if (sqlite_symbol_is(end, "("))
			end = sqlite_closing(end, list.to);
		end += end < list.to;
	}
	if (end > list.from) {
		const struct sqlite_token *last = end - 1;

		if (out->text[out->size - 1] != '(')
			str_add(out, ", ");
		str_add_bytes(
			out, list.from->text, (size_t)(last->text - list.from->text) + last->size);
	}
	return end;
}

bool sqlite_virtual_parse(
	struct arena *arena, const char *sql, struct sqlite_virtual *table, const char **problem)
{
	struct sqlite_cursor cursor;
	struct str text = {0};
	bool ok;

	memset(table, 0, sizeof *table);
	ok = sqlite_cursor_open(&cursor, arena, sql) && sqlite_need(&cursor, "CREATE VIRTUAL") &&
	     sqlite_need_created(&cursor, "TABLE", &table->name) && sqlite_need(&cursor, "USING") &&
	     sqlite_need_name(&cursor, &table->module);
	if (ok)
		str_add(&text, sqlite_name(arena, table->module));
	if (ok && sqlite_symbol_is(cursor.at, "(")) {
		size_t bare = text.size;
		struct sqlite_range list;

		ok = sqlite_need_group(&cursor, &list);
		table->mentions = list;
		str_add_char(&text, '(');
		while (ok && list.from < list.to) {
			list.from = add_argument(list, &text);
			list.from += list.from < list.to;
		}
		if (text.size == bare + 1)
			text.text[text.size = bare] = '\0';
		else
			str_add_char(&text, ')');
	}
	ok = ok && sqlite_need_end(&cursor);
	table->definition = keep(arena, &text);
	*problem = cursor.problem;
	return ok;
}
