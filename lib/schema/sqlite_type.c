/* sqlite_type: what SQLite takes for a column's type.
 *
 * Surprising: to SQLite that is the text from the type's first token to its last, blanks and
 * comments included; where the first token is in quotes it is that one without them; and GENERATED
 * ALWAYS at its end is read as a part of it first, and cut off then (sqlite3AddColumn). */
#include <string.h>
#include <strings.h>

#include "schema/sqlite_table.h"

char sqlite_affinity(const char *type)
{
	if (strcasestr(type, "INT"))
		return 'i';
	if (strcasestr(type, "CHAR") || strcasestr(type, "CLOB") || strcasestr(type, "TEXT"))
		return 't';
	if (!*type || strcasestr(type, "BLOB"))
		return 'b';
	if (strcasestr(type, "REAL") || strcasestr(type, "FLOA") || strcasestr(type, "DOUB"))
		return 'r';
	return 'n';
}

static bool is_type_word(const struct sqlite_token *token)
{
	return token->kind == TOKEN_WORD && (token->word == WORD_NONE || token->word == WORD_SOFT);
}

/* Would these tokens be a type without quotes? */
static bool reads_as_type(const struct sqlite_token *at)
{
	const struct sqlite_token *first = at;

	while (is_type_word(at))
		at++;
	if (at == first || sqlite_word_is(at - 1, "ALWAYS"))
		return false;
	if (sqlite_symbol_is(at, "(")) {
		at++;
		at += sqlite_symbol_is(at, "+") || sqlite_symbol_is(at, "-");
		if (at->kind != TOKEN_NUMBER || !sqlite_symbol_is(at + 1, ")"))
			return false;
		at += 2;
	}
	return at->kind == TOKEN_END;
}

static const char *spell_words(struct arena *arena, struct sqlite_range range)
{
	struct str out = {0};
	const char *text;

	for (const struct sqlite_token *at = range.from; at < range.to; at++) {
		bool symbol = at->kind == TOKEN_SYMBOL, sign = symbol && strchr("+-", *at->text);

		if (at > range.from && (!symbol || sign) && !sqlite_symbol_is(at - 1, "(") &&
			!sqlite_symbol_is(at - 1, "+") && !sqlite_symbol_is(at - 1, "-"))
			str_add_char(&out, ' ');
		if (at->kind == TOKEN_WORD)
			str_add(&out, sqlite_upper(arena, at->text, at->size));
		else
			str_add_bytes(&out, at->text, at->size);
	}
	text = arena_strdup(arena, str_text(&out));
	str_release(&out);
	return text;
}

/* A type in quotes, of which SQLite takes the first token only. */
static const char *spell_quoted(struct arena *arena, const char *declared)
{
	const struct sqlite_token *first;

	if (!sqlite_tokens(arena, declared, strlen(declared), &first) || !reads_as_type(first))
		return sqlite_quoted(arena, declared, '"');
	struct sqlite_range range = {first, first};

	while (range.to->kind != TOKEN_END)
		range.to++;
	return spell_words(arena, range);
}

static size_t without_blanks(const char *text, size_t size)
{
	while (size && (scan_class_of[(unsigned char)text[size - 1]] & BLANK))
		size--;
	return size;
}

static size_t without_word(const char *text, size_t size, const char *word)
{
	size_t length = strlen(word);

	if (size < length || strncasecmp(text + size - length, word, length) != 0)
		return size;
	return without_blanks(text, size - length);
}

/* Letter by letter as SQLite does it, which takes no comment into account. */
static size_t without_generated(const char *text, size_t size)
{
	size_t rest = size < 16 ? size : without_word(text, size, "ALWAYS");

	return rest == size ? size : without_word(text, rest, "GENERATED");
}

static bool spell_plain(struct arena *arena, struct sqlite_column *column)
{
	const char *declared = column->declared;
	struct sqlite_range range;
	size_t size;

	if (!sqlite_tokens(arena, declared, strlen(declared), &range.from))
		return false;
	for (range.to = range.from; range.to->kind != TOKEN_END; range.to++)
		continue;
	column->type = spell_words(arena, range);
	size = strlen(column->type);
	return without_generated(column->type, size) == size;
}

bool sqlite_type(struct arena *arena, struct sqlite_range range, struct sqlite_column *column)
{
	const struct sqlite_token *first = range.from, *last = range.to - 1;
	size_t size;

	column->declared = "";
	if (range.from == range.to)
		return true;
	size = (size_t)(last->text - first->text) + last->size;
	size = without_generated(first->text, size);
	if (first->kind == TOKEN_WORD)
		column->declared = arena_strndup(arena, first->text, size);
	else
		column->declared = first->name;
	if (!*column->declared)
		return true;
	if (first->kind != TOKEN_WORD)
		column->type = spell_quoted(arena, column->declared);
	else if (!spell_plain(arena, column))
		return false;
	return sqlite_affinity(column->declared) == sqlite_affinity(column->type);
}
