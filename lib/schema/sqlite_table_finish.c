/* sqlite_table_finish: what a CREATE TABLE's parts mean, now that all its columns are known.
 *
 * Knows the rules that make two spellings one table. Surprising: INTEGER PRIMARY KEY is the rowid
 * in whatever way it is written but one, INTEGER PRIMARY KEY DESC in the column itself
 * (https://sqlite.org/lang_createtable.html#rowids_and_the_integer_primary_key). */
#include <string.h>

#include "schema/sqlite_table_parts.h"

static void fill_scope(struct arena *arena, struct sqlite_table *table)
{
	const char **name = ARENA_ARRAY(arena, table->column_count, const char *);

	for (uint32_t i = 0; i < table->column_count; i++)
		name[i] = table->column[i].name;
	table->scope = (struct sqlite_scope){table->name, name, table->column_count, NULL};
}

static const char *expression(
	struct arena *arena, const struct sqlite_table *table, struct sqlite_range range)
{
	return sqlite_canonical_text(arena, sqlite_unwrap(range), &table->scope);
}

/* A literal, with a sign or without, needs no parentheses. */
static bool is_literal(struct sqlite_range range)
{
	if (range.to - range.from == 2 &&
		(sqlite_symbol_is(range.from, "-") || sqlite_symbol_is(range.from, "+")))
		return range.from[1].kind == TOKEN_NUMBER;
	return range.to - range.from == 1 &&
	       (range.from->kind == TOKEN_NUMBER || range.from->kind == TOKEN_STRING ||
		       sqlite_word_in(range.from, "NULL TRUE FALSE CURRENT_DATE CURRENT_TIME "
						  "CURRENT_TIMESTAMP"));
}

static void finish_default(struct arena *arena, struct sqlite_column *column)
{
	static const struct sqlite_scope no_columns = {0};
	struct sqlite_range range = column->value_range;
	const char *text;

	if (!range.from)
		return;
	range = sqlite_unwrap(range);
	range.from += is_literal(range) && sqlite_symbol_is(range.from, "+");
	text = sqlite_canonical_text(arena, range, &no_columns);
	column->value = is_literal(range) ? text : arena_printf(arena, "(%s)", text);
}

static const struct sqlite_column *find_column(const struct sqlite_table *table, const char *name)
{
	uint32_t i = sqlite_scope_find(&table->scope, name);

	return i < table->column_count ? &table->column[i] : NULL;
}

static bool is_rowid_type(const struct sqlite_column *column)
{
	return column->type && !strcmp(column->type, "INTEGER");
}

/* https://sqlite.org/lang_createtable.html#constraints: NOT NULL of a key that has none is told by
 * PRAGMA table_xinfo as well. */
static void finish_primary_key(struct sqlite_table *table, struct sqlite_constraint *key)
{
	struct sqlite_term *first = key->term;
	bool one = key->count == 1 && is_rowid_type(find_column(table, first->column)) &&
		   !(key->is_inline && first->descending);

	table->alias = one && !table->without_rowid;
	if (one)
		first->collation = NULL;
	if (table->alias)
		first->descending = false;
	for (uint32_t i = 0; i < key->count; i++) {
		uint32_t at = sqlite_scope_find(&table->scope, key->term[i].column);

		table->column[at].not_null |= table->without_rowid ||
					      (table->strict && !table->alias);
	}
}

static bool finish_columns(
	struct arena *arena, const struct sqlite_table *table, struct sqlite_constraint *constraint)
{
	if (!constraint->term && !sqlite_terms(arena, constraint->range, table, &constraint->term,
					 &constraint->count))
		return false;
	for (uint32_t i = 0; i < constraint->count; i++) {
		struct sqlite_term *term = &constraint->term[i];
		const struct sqlite_column *column = term->column ? find_column(table, term->column)
								  : NULL;

		if (!column)
			return false;
		term->column = column->name;
		term->text = sqlite_name(arena, column->name);
	}
	return true;
}

static bool finish_constraint(
	struct arena *arena, struct sqlite_table *table, struct sqlite_constraint *constraint)
{
	if (constraint->kind == SCHEMA_CHECK) {
		struct sqlite_scope scope = table->scope;

		constraint->mentioned = ARENA_ARRAY(arena, table->column_count, bool);
		scope.mentioned = constraint->mentioned;
		constraint->expression = sqlite_canonical_text(
			arena, sqlite_unwrap(constraint->range), &scope);
		return *constraint->expression;
	}
	if (!finish_columns(arena, table, constraint))
		return false;
	if (constraint->kind == SCHEMA_PRIMARY_KEY)
		finish_primary_key(table, constraint);
	return true;
}

bool sqlite_table_finish(struct arena *arena, struct sqlite_table *table, const char **problem)
{
	fill_scope(arena, table);
	for (uint32_t i = 0; i < table->column_count; i++) {
		struct sqlite_column *column = &table->column[i];

		finish_default(arena, column);
		if (column->generated_range.from)
			column->generated = expression(arena, table, column->generated_range);
	}
	for (uint32_t i = 0; i < table->constraint_count; i++) {
		if (finish_constraint(arena, table, &table->constraint[i]))
			continue;
		*problem = "a constraint is about something that is no column";
		return false;
	}
	return true;
}
