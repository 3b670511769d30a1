/* sqlite_cursor: see the header. Surprising: a string is a name wherever a name must stand. */
#include "schema/sqlite_cursor.h"

#include <string.h>

bool sqlite_cursor_open(struct sqlite_cursor *cursor, struct arena *arena, const char *sql)
{
	*cursor = (struct sqlite_cursor){.arena = arena};
	if (sqlite_tokens(arena, sql, strlen(sql), &cursor->at))
		return true;
	cursor->problem = "it is not SQL in UTF-8";
	return false;
}

bool sqlite_cursor_refuse(struct sqlite_cursor *cursor)
{
	const struct sqlite_token *at = cursor->at;

	if (cursor->problem)
		return false;
	if (at->kind == TOKEN_END)
		cursor->problem = "it ends too early";
	else
		cursor->problem = arena_printf(cursor->arena, "near \"%.*s\"",
			(int)(at->size < 60 ? at->size : 60), at->text);
	return false;
}

bool sqlite_take(struct sqlite_cursor *cursor, const char *words)
{
	const struct sqlite_token *at = cursor->at;

	while (*words) {
		size_t size = strcspn(words, " ");

		if (!sqlite_word_is(at, arena_strndup(cursor->arena, words, size)))
			return false;
		at++;
		words += size + strspn(words + size, " ");
	}
	cursor->at = at;
	return true;
}

bool sqlite_take_symbol(struct sqlite_cursor *cursor, const char *symbol)
{
	if (!sqlite_symbol_is(cursor->at, symbol))
		return false;
	cursor->at++;
	return true;
}

bool sqlite_need(struct sqlite_cursor *cursor, const char *words)
{
	return sqlite_take(cursor, words) || sqlite_cursor_refuse(cursor);
}

bool sqlite_need_symbol(struct sqlite_cursor *cursor, const char *symbol)
{
	return sqlite_take_symbol(cursor, symbol) || sqlite_cursor_refuse(cursor);
}

bool sqlite_need_name(struct sqlite_cursor *cursor, const char **name)
{
	const struct sqlite_token *at = cursor->at;
	bool quoted = (at->kind == TOKEN_NAME || at->kind == TOKEN_STRING) &&
		      strchr("'\"`[", *at->text);

	if (!quoted && (at->kind != TOKEN_WORD || at->word == WORD_RESERVED))
		return sqlite_cursor_refuse(cursor);
	*name = at->name;
	cursor->at++;
	return true;
}

bool sqlite_need_group(struct sqlite_cursor *cursor, struct sqlite_range *inside)
{
	const struct sqlite_token *end = cursor->at, *close;

	while (end->kind != TOKEN_END)
		end++;
	if (!sqlite_symbol_is(cursor->at, "("))
		return sqlite_cursor_refuse(cursor);
	close = sqlite_closing(cursor->at, end);
	*inside = (struct sqlite_range){cursor->at + 1, close};
	cursor->at = close == end ? end : close + 1;
	return close != end || sqlite_cursor_refuse(cursor);
}

bool sqlite_need_rest(struct sqlite_cursor *cursor, struct sqlite_range *rest)
{
	*rest = (struct sqlite_range){cursor->at, cursor->at};
	while (rest->to->kind != TOKEN_END)
		rest->to++;
	cursor->at = rest->to;
	if (rest->to > rest->from && sqlite_symbol_is(rest->to - 1, ";"))
		rest->to--;
	return rest->to > rest->from || sqlite_cursor_refuse(cursor);
}

bool sqlite_need_created(struct sqlite_cursor *cursor, const char *kind, const char **name)
{
	if (!sqlite_take(cursor, "TEMP"))
		sqlite_take(cursor, "TEMPORARY");
	if (!sqlite_need(cursor, kind))
		return false;
	sqlite_take(cursor, "IF NOT EXISTS");
	if (!sqlite_need_name(cursor, name))
		return false;
	return !sqlite_take_symbol(cursor, ".") || sqlite_need_name(cursor, name);
}

bool sqlite_need_end(struct sqlite_cursor *cursor)
{
	sqlite_take_symbol(cursor, ";");
	return cursor->at->kind == TOKEN_END || sqlite_cursor_refuse(cursor);
}
