/* sqlite_results: the columns of queries that are named after their own text.
 *
 * SQLite calls a column without AS by its text in the statement, `count(*)` or `a+1`, as it is
 * written there, and a view has that for its column's name. Canonical text has other blanks: so
 * such a column gets an AS (https://sqlite.org/c3ref/column_name.html).
 *
 * Surprising: a query in parentheses passes its names on to the one around it where that says `*`,
 * in FROM or from WITH; elsewhere nobody sees them. */
#include "schema/sqlite_results.h"

static bool ends_results(const struct sqlite_token *at, const struct sqlite_token *previous)
{
	if (sqlite_word_is(at, "FROM"))
		return !sqlite_word_is(previous, "DISTINCT"); /* IS DISTINCT FROM */
	return sqlite_symbol_is(at, ";") || sqlite_symbol_is(at, ")") ||
	       sqlite_word_in(at, "WHERE GROUP HAVING ORDER LIMIT UNION EXCEPT INTERSECT");
}

static bool is_any_name(const struct sqlite_token *at)
{
	return at->kind == TOKEN_NAME || at->kind == TOKEN_STRING ||
	       (at->kind == TOKEN_WORD && at->word != WORD_RESERVED);
}

/* `a`, `t.a`, `main.t.a`, `*`, `t.*`: named after the column itself; not `current_date`. */
static bool is_column(struct sqlite_range item)
{
	const struct sqlite_token *at = item.from;

	while (item.to - at > 2 && is_any_name(at) && sqlite_symbol_is(at + 1, "."))
		at += 2;
	return item.to - at == 1 && (is_any_name(at) || sqlite_symbol_is(at, "*")) &&
	       !sqlite_word_in(at, "CURRENT_DATE CURRENT_TIME CURRENT_TIMESTAMP");
}

/* Does it end an operand, so that a name behind it is another's? */
static bool ends_operand(const struct sqlite_token *at)
{
	if (sqlite_word_in(at, "NULL ISNULL NOTNULL"))
		return true;
	if (sqlite_word_in(at, "LIKE GLOB MATCH REGEXP OVER"))
		return false;
	return sqlite_symbol_is(at, ")") || at->kind == TOKEN_NUMBER || is_any_name(at);
}

static bool has_name(struct sqlite_range item)
{
	const struct sqlite_token *last = item.to - 1;

	for (const struct sqlite_token *at = item.from; at < item.to; at++) {
		if (sqlite_word_is(at, "AS"))
			return true;
		if (sqlite_symbol_is(at, "("))
			at = sqlite_closing(at, item.to);
	}
	return last > item.from && is_any_name(last) && !sqlite_word_is(last, "END") &&
	       ends_operand(last - 1);
}

/* SQLite's text of it goes on to the next token, blanks at its end left out. */
static const char *source(struct arena *arena, struct sqlite_range item)
{
	const char *end = item.to->text;

	while (end > item.from->text && (scan_class_of[(unsigned char)end[-1]] & BLANK))
		end--;
	return arena_strndup(arena, item.from->text, (size_t)(end - item.from->text));
}

static const struct sqlite_token *item_end(struct sqlite_range range)
{
	const struct sqlite_token *at = range.from;

	for (; at < range.to && !sqlite_symbol_is(at, ","); at++) {
		if (ends_results(at, at > range.from ? at - 1 : at))
			return at;
		if (sqlite_symbol_is(at, "("))
			at = sqlite_closing(at, range.to);
		if (at == range.to)
			return at;
	}
	return at;
}

/* range begins behind the SELECT. */
static void find_items(
	struct arena *arena, struct sqlite_range range, struct sqlite_results *results)
{
	if (range.from < range.to && sqlite_word_in(range.from, "DISTINCT ALL"))
		range.from++;
	for (;;) {
		const struct sqlite_token *end = item_end(range);
		struct sqlite_range item = {range.from, end};

		if (item.from < item.to && !is_column(item) && !has_name(item)) {
			results->begins[item.from - results->range.from] = true;
			results->ends[item.to - 1 - results->range.from] = source(arena, item);
		}
		if (end == range.to || !sqlite_symbol_is(end, ","))
			return;
		range.from = end + 1;
	}
}

/* Behind the parenthesis of WITH, or at the begin; a query behind UNION names no column. */
static bool is_outer(const struct sqlite_range *range, const struct sqlite_token *at)
{
	return at == range->from ||
	       (sqlite_word_is(range->from, "WITH") && sqlite_symbol_is(at - 1, ")"));
}

static bool is_inner(const struct sqlite_range *range, const struct sqlite_token *at)
{
	const struct sqlite_token *before = at - 2;

	return at - range->from >= 2 && sqlite_symbol_is(at - 1, "(") &&
	       (sqlite_word_in(before, "FROM JOIN AS MATERIALIZED") ||
		       sqlite_symbol_is(before, ",") || sqlite_symbol_is(before, "("));
}

void sqlite_results_find(
	struct arena *arena, struct sqlite_range range, bool outer, struct sqlite_results *results)
{
	size_t count = (size_t)(range.to - range.from);

	results->range = range;
	results->begins = ARENA_ARRAY(arena, count + 1, bool);
	results->ends = ARENA_ARRAY(arena, count + 1, const char *);
	for (const struct sqlite_token *at = range.from; at < range.to; at++)
		if (sqlite_word_is(at, "SELECT") &&
			((outer && is_outer(&range, at)) || is_inner(&range, at)))
			find_items(arena, (struct sqlite_range){at + 1, range.to}, results);
}
