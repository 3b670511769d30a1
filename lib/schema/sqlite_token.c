/* sqlite_token: the scanner's tokens, put together where SQLite's tokenizer has one and the scanner
 * several: operators, numbers like 0x1f and .5.
 *
 * Knows no statement. https://sqlite.org/lang_expr.html */
#include "schema/sqlite_token.h"

#include <string.h>

/* Longest first. */
static const char *const operators[] = {
	"->>", "->", "||", "<=", ">=", "<>", "!=", "==", "<<", ">>", NULL};

static const char *unquoted(struct arena *arena, const char *text, size_t size)
{
	char quote = text[0] == '[' ? ']' : text[0], *out = arena_alloc(arena, size), *end = out;

	for (size_t i = 1; i + 1 < size; i++) {
		*end++ = text[i];
		if (text[i] == quote && quote != ']')
			i++;
	}
	return out;
}

static bool is_quote(char byte)
{
	return byte == '\'' || byte == '"' || byte == '`' || byte == '[';
}

/* x'00' is a TOKEN_STRING that is no name. */
static void fill(
	struct arena *arena, const char *text, const struct token *token, struct sqlite_token *out)
{
	*out = (struct sqlite_token){token->kind, WORD_NONE, text + token->at, token->size, ""};
	if (token->kind == TOKEN_WORD) {
		out->name = arena_strndup(arena, out->text, out->size);
		out->word = sqlite_word_class(out->text, out->size);
	} else if (token->size && is_quote(*out->text)) {
		out->name = unquoted(arena, out->text, out->size);
	}
}

static bool is_digit(char byte)
{
	return byte >= '0' && byte <= '9';
}

static bool join_operator(struct sqlite_token *last, const struct sqlite_token *next)
{
	for (size_t i = 0; operators[i]; i++)
		if (strlen(operators[i]) == last->size + 1 &&
			!memcmp(operators[i], last->text, last->size + 1)) {
			last->size += next->size;
			return true;
		}
	return false;
}

/* Does the next token, which follows without a blank, belong to the last one? */
static bool join(struct sqlite_token *last, const struct sqlite_token *next)
{
	if (last->text + last->size != next->text)
		return false;
	if (last->kind == TOKEN_SYMBOL && next->kind == TOKEN_SYMBOL)
		return join_operator(last, next);
	if (last->kind == TOKEN_SYMBOL && *last->text == '.' && next->kind == TOKEN_NUMBER &&
		is_digit(*next->text)) {
		last->kind = TOKEN_NUMBER;
		last->size += next->size;
		return true;
	}
	if (last->kind != TOKEN_NUMBER || next->kind != TOKEN_WORD)
		return false;
	last->size += next->size;
	return true;
}

bool sqlite_tokens(
	struct arena *arena, const char *text, size_t size, const struct sqlite_token **first)
{
	struct scanner scanner;
	struct sqlite_token *item;
	struct token token;
	size_t count = 0, room = 0;

	scan_begin(&scanner, SCAN_SQLITE, text, size);
	if (scanner.problem != SCAN_OK)
		return false;
	do {
		scan_token(&scanner, &token);
		room++;
	} while (token.kind != TOKEN_END);
	if (scanner.problem != SCAN_OK)
		return false;
	item = ARENA_ARRAY(arena, room, struct sqlite_token);
	scanner.position = 0;
	do {
		scan_token(&scanner, &token);
		fill(arena, text, &token, &item[count]);
		if (!count || !join(&item[count - 1], &item[count]))
			count++;
	} while (token.kind != TOKEN_END);
	*first = item;
	return true;
}

bool sqlite_word_is(const struct sqlite_token *token, const char *word)
{
	return token->kind == TOKEN_WORD && sqlite_same(token->name, word);
}

bool sqlite_word_in(const struct sqlite_token *token, const char *words)
{
	while (*words && token->kind == TOKEN_WORD) {
		size_t size = strcspn(words, " ");

		if (size == token->size) {
			size_t i = 0;

			while (i < size && scan_lower(words[i]) == scan_lower(token->text[i]))
				i++;
			if (i == size)
				return true;
		}
		words += size + strspn(words + size, " ");
	}
	return false;
}

bool sqlite_symbol_is(const struct sqlite_token *token, const char *symbol)
{
	return token->kind == TOKEN_SYMBOL && token->size == strlen(symbol) &&
	       !memcmp(token->text, symbol, token->size);
}

const struct sqlite_token *sqlite_closing(
	const struct sqlite_token *open, const struct sqlite_token *to)
{
	size_t depth = 0;

	for (const struct sqlite_token *at = open; at < to; at++) {
		if (sqlite_symbol_is(at, "("))
			depth++;
		else if (sqlite_symbol_is(at, ")") && --depth == 0)
			return at;
	}
	return to;
}

/* A list (a, b) is a row, and a query needs its parentheses. */
static bool is_plain(struct sqlite_range range)
{
	if (range.from == range.to || sqlite_word_in(range.from, "SELECT WITH VALUES"))
		return false;
	for (const struct sqlite_token *at = range.from; at < range.to; at++) {
		if (sqlite_symbol_is(at, ","))
			return false;
		if (sqlite_symbol_is(at, "("))
			at = sqlite_closing(at, range.to);
	}
	return true;
}

struct sqlite_range sqlite_unwrap(struct sqlite_range range)
{
	while (range.to - range.from > 2 && sqlite_symbol_is(range.from, "(") &&
		sqlite_closing(range.from, range.to) == range.to - 1) {
		struct sqlite_range inner = {range.from + 1, range.to - 1};

		if (!is_plain(inner))
			break;
		range = inner;
	}
	return range;
}

uint32_t sqlite_scope_find(const struct sqlite_scope *scope, const char *name)
{
	uint32_t i = 0;

	while (i < scope->count && !sqlite_same(scope->column[i], name))
		i++;
	return i;
}
