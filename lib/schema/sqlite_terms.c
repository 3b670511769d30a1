/* sqlite_terms: the list of a key or an index: columns or expressions, collations, directions.
 *
 * Surprising: a string in single quotes is a column's name here, whole terms only; one in double
 * quotes that is no column's is a string and must stay in its quotes
 * (https://sqlite.org/quirks.html). */
#include <string.h>

#include "schema/sqlite_table.h"

static bool is_quoted(const struct sqlite_token *token)
{
	return (token->kind == TOKEN_NAME || token->kind == TOKEN_STRING) &&
	       strchr("'\"`[", *token->text);
}

/* Is it an operand that COLLATE behind it is about as a whole? */
static bool is_operand(struct sqlite_range range)
{
	const struct sqlite_token *open = range.from;

	if (range.to - range.from == 1)
		return true;
	if (range.to - range.from >= 3 && open->kind != TOKEN_SYMBOL && open->word != WORD_RESERVED)
		open++;
	return range.to - range.from >= 2 && sqlite_symbol_is(open, "(") &&
	       sqlite_closing(open, range.to) == range.to - 1;
}

/* COLLATE at its end, and parentheses around it, in whatever order; the outermost counts. */
static struct sqlite_range without_collation(struct sqlite_range range, const char **collation)
{
	for (;;) {
		struct sqlite_range inner = sqlite_unwrap(range);
		struct sqlite_range operand = {inner.from, inner.to - 2};

		if (inner.to - inner.from < 3 || !sqlite_word_is(inner.to - 2, "COLLATE") ||
			!is_operand(operand))
			return inner;
		if (!*collation)
			*collation = inner.to[-1].name;
		range = operand;
	}
}

static const char *column_of(const struct sqlite_table *table, struct sqlite_range range)
{
	uint32_t found;

	if (range.to - range.from == 3 && sqlite_same(range.from->name, table->name) &&
		sqlite_symbol_is(range.from + 1, "."))
		range.from += 2;
	if (range.to - range.from != 1 ||
		(range.from->kind != TOKEN_WORD && !is_quoted(range.from)))
		return NULL;
	found = sqlite_scope_find(&table->scope, range.from->name);
	return found < table->scope.count ? table->scope.column[found] : NULL;
}

static const char *column_collation(const struct sqlite_table *table, const char *name)
{
	const char *collation = table->column[sqlite_scope_find(&table->scope, name)].collation;

	return collation ? collation : "BINARY";
}

static bool read_term(struct arena *arena, struct sqlite_range range,
	const struct sqlite_table *table, struct sqlite_term *term)
{
	const char *collation = NULL;

	*term = (struct sqlite_term){0};
	if (range.to - range.from > 1 && sqlite_word_in(range.to - 1, "ASC DESC")) {
		range.to--;
		term->descending = sqlite_word_is(range.to, "DESC");
	}
	if (range.from == range.to)
		return false;
	range = without_collation(range, &collation);
	term->collation = sqlite_collation(arena, collation);
	term->column = column_of(table, range);
	if (term->column) {
		term->text = sqlite_name(arena, term->column);
		if (sqlite_same(term->collation, column_collation(table, term->column)))
			term->collation = NULL;
		return true;
	}
	term->text = sqlite_canonical_text(arena, range, &table->scope);
	if (range.to - range.from == 1 && range.from->kind == TOKEN_NAME)
		term->text = sqlite_quoted(arena, range.from->name, '"');
	else if (term->collation && !is_operand(range))
		term->text = arena_printf(arena, "(%s)", term->text);
	return true;
}

static const struct sqlite_token *term_end(struct sqlite_range range)
{
	const struct sqlite_token *at = range.from;

	while (at < range.to && !sqlite_symbol_is(at, ",")) {
		if (sqlite_symbol_is(at, "(")) {
			const struct sqlite_token *close = sqlite_closing(at, range.to);

			if (close == range.to)
				return close;
			at = close;
		}
		at++;
	}
	return at;
}

bool sqlite_terms(struct arena *arena, struct sqlite_range range, const struct sqlite_table *table,
	struct sqlite_term **term, uint32_t *count)
{
	*term = ARENA_ARRAY(arena, (size_t)(range.to - range.from) + 1, struct sqlite_term);
	*count = 0;
	for (;;) {
		const struct sqlite_token *end = term_end(range);

		if (!read_term(arena, (struct sqlite_range){range.from, end}, table,
			    &(*term)[(*count)++]))
			return false;
		if (end == range.to)
			return true;
		range.from = end + 1;
	}
}

const char *sqlite_term_text(struct arena *arena, const struct sqlite_term *term)
{
	return arena_printf(arena, "%s%s%s%s", term->text, term->collation ? " COLLATE " : "",
		term->collation ? term->collation : "", term->descending ? " DESC" : "");
}

const char *sqlite_terms_text(struct arena *arena, const struct sqlite_term *term, uint32_t count)
{
	struct str out = {0};
	const char *text;

	for (uint32_t i = 0; i < count; i++)
		str_printf(&out, "%s%s", i ? ", " : "", sqlite_term_text(arena, &term[i]));
	text = arena_strdup(arena, str_text(&out));
	str_release(&out);
	return text;
}
