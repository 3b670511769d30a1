/* sqlite_schema_check: is what our parser found in the texts what SQLite's own found?
 *
 * Knows the pragmas' columns (https://sqlite.org/pragma.html). What differs makes a table or an
 * index unsupported, by name, so that a mistake of ours is never a silent one. Surprising: the
 * number of a foreign key counts from the last one back. */
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "db/sqlite_schema.h"
#include "embedded.h"

/* For each table: how much of it the pragmas have told of. */
struct tally {
	uint32_t columns, key_columns;
	uint32_t keys, key; /* foreign keys; and the one that is told of now */
	bool *indexed;      /* for each constraint: an index has its columns */
};

/* An index, gathered from its rows. */
struct told {
	const char *table, *name;
	bool unique, partial, created, any;
	struct sqlite_term term[64];
	uint32_t count;
};

struct checking {
	struct sqlite_reading *reading;
	struct tally *tally;
	struct nametable indexes; /* ours, by lower-case name */
	struct told told;
	sqlite3_stmt *statement;
};

static int64_t number(const struct checking *checking, int column)
{
	return checking->reading->db->api.column_int64(checking->statement, column);
}

static const char *text(const struct checking *checking, int column)
{
	const char *value = (const char *)checking->reading->db->api.column_text(
		checking->statement, column);

	return value ? value : "";
}

static const struct sqlite_table *table_of(const struct checking *checking, const char *name)
{
	struct sqlite_reading *reading = checking->reading;

	return sqlite_tables_find(&reading->arena, &reading->tables, name);
}

/* The first difference is told. */
static void differ(const struct checking *checking, const struct sqlite_table *table,
	const char *what, const char *name)
{
	struct sqlite_reading *reading = checking->reading;
	const char **problem = &reading->table_problem[table - reading->tables.item];

	if (!*problem)
		*problem = arena_printf(&reading->arena, "SQLite reads its %s%s otherwise", what,
			name ? arena_printf(
				       &reading->arena, " %s", sqlite_name(&reading->arena, name))
			     : "");
}

static uint32_t place_in_key(const struct sqlite_table *table, const char *column)
{
	for (uint32_t i = 0; i < table->constraint_count; i++) {
		const struct sqlite_constraint *key = &table->constraint[i];

		for (uint32_t k = 0; key->kind == SCHEMA_PRIMARY_KEY && k < key->count; k++)
			if (!strcmp(key->term[k].column, column))
				return k + 1;
	}
	return 0;
}

enum { PLAIN, HIDDEN, GENERATED_VIRTUAL, GENERATED_STORED };

static bool is_as_told(const struct checking *checking, const struct sqlite_table *table,
	const struct sqlite_column *column)
{
	int64_t hidden = !column->generated ? PLAIN
			 : column->stored   ? GENERATED_STORED
					    : GENERATED_VIRTUAL;

	return !strcmp(column->name, text(checking, 5)) &&
	       !strcasecmp(column->declared, text(checking, 6)) &&
	       column->not_null == (number(checking, 7) != 0) &&
	       (column->value != NULL) == (number(checking, 8) != 0) &&
	       place_in_key(table, column->name) == number(checking, 9) &&
	       hidden == number(checking, 10);
}

static void check_column(struct checking *checking)
{
	const struct sqlite_table *table = table_of(checking, text(checking, 0));
	int64_t at = number(checking, 4);

	if (!table)
		return;
	checking->tally[table - checking->reading->tables.item].columns++;
	if (table->column_count != number(checking, 1) ||
		table->without_rowid != number(checking, 2) || table->strict != number(checking, 3))
		differ(checking, table, "shape", NULL);
	else if (at >= table->column_count || !is_as_told(checking, table, &table->column[at]))
		differ(checking, table, "column", text(checking, 5));
}

/* Counted from the last one; NULL where there are not so many. */
static const struct sqlite_constraint *key_from_end(
	const struct sqlite_table *table, int64_t number_from_end)
{
	for (uint32_t i = table->constraint_count; i; i--)
		if (table->constraint[i - 1].kind == SCHEMA_FOREIGN_KEY && !number_from_end--)
			return &table->constraint[i - 1];
	return NULL;
}

static bool is_action(const char *ours, const char *told)
{
	return !strcmp(ours ? ours : "NO ACTION", told);
}

static void check_key(struct checking *checking)
{
	const struct sqlite_table *table = table_of(checking, text(checking, 0));
	const struct sqlite_constraint *key = table ? key_from_end(table, number(checking, 1))
						    : NULL;
	int64_t at = number(checking, 2);

	if (!table)
		return;
	checking->tally[table - checking->reading->tables.item].key_columns++;
	if (!key || at >= key->count || !sqlite_same(key->term[at].column, text(checking, 4)) ||
		!sqlite_same(key->parent, text(checking, 3)) ||
		!sqlite_same(
			key->parent_count > at ? key->parent_column[at] : "", text(checking, 5)) ||
		!is_action(key->on_update, text(checking, 6)) ||
		!is_action(key->on_delete, text(checking, 7)))
		differ(checking, table, "foreign key to", text(checking, 3));
}

static const char *collation_of(const struct sqlite_table *table, const struct sqlite_term *term)
{
	const char *own = NULL;

	if (term->collation)
		return term->collation;
	if (term->column)
		own = table->column[sqlite_scope_find(&table->scope, term->column)].collation;
	return own ? own : "BINARY";
}

/* A collation may be in quotes; one of an expression is not known here. */
static bool is_same_collation(const struct checking *checking, const struct sqlite_table *table,
	const struct sqlite_term *ours, const char *told)
{
	const char *own = collation_of(table, ours);

	return (!ours->column && !ours->collation) || sqlite_same(own, told) ||
	       !strcmp(own, sqlite_name(&checking->reading->arena, told));
}

static bool are_same_terms(const struct checking *checking, const struct sqlite_table *table,
	const struct sqlite_term *ours, uint32_t count, bool directions)
{
	const struct told *told = &checking->told;

	if (count != told->count)
		return false;
	for (uint32_t i = 0; i < count; i++)
		if (!sqlite_same(ours[i].column ? ours[i].column : "", told->term[i].column) ||
			!is_same_collation(checking, table, &ours[i], told->term[i].collation) ||
			(directions && ours[i].descending != told->term[i].descending))
			return false;
	return true;
}

static void check_created(struct checking *checking, const struct sqlite_table *table)
{
	struct sqlite_reading *reading = checking->reading;
	const struct told *told = &checking->told;
	uint32_t at = nametable_find(&checking->indexes, sqlite_lower(&reading->arena, told->name));
	const struct sqlite_index *index = at == NAME_MISSING ? NULL : &reading->index[at];

	if (!index)
		return;
	if (index->unique != told->unique || (index->where != NULL) != told->partial ||
		!are_same_terms(checking, table, index->term, index->count, true))
		reading->index_problem[at] = "SQLite reads it otherwise";
}

/* The index of a PRIMARY KEY or a UNIQUE; one may serve several of them. */
static void check_constraint(struct checking *checking, const struct sqlite_table *table)
{
	struct tally *tally = &checking->tally[table - checking->reading->tables.item];
	bool found = false;

	for (uint32_t i = 0; i < table->constraint_count; i++) {
		const struct sqlite_constraint *key = &table->constraint[i];

		if (key->kind != SCHEMA_UNIQUE && key->kind != SCHEMA_PRIMARY_KEY)
			continue;
		if (are_same_terms(checking, table, key->term, key->count, false))
			found = tally->indexed[i] = true;
	}
	if (!found)
		differ(checking, table, "unique constraints", NULL);
}

static void check_told(struct checking *checking)
{
	struct told *told = &checking->told;
	const struct sqlite_table *table = told->any ? table_of(checking, told->table) : NULL;

	if (table && told->count <= sizeof told->term / sizeof *told->term) {
		if (told->created)
			check_created(checking, table);
		else
			check_constraint(checking, table);
	}
	*told = (struct told){0};
}

static void gather_index(struct checking *checking)
{
	struct told *told = &checking->told;
	struct arena *arena = &checking->reading->arena;

	if (told->any && strcmp(told->name, text(checking, 1)) != 0)
		check_told(checking);
	if (!told->any) {
		told->any = true;
		told->table = arena_strdup(arena, text(checking, 0));
		told->name = arena_strdup(arena, text(checking, 1));
		told->unique = number(checking, 2);
		told->created = !strcmp(text(checking, 3), "c");
		told->partial = number(checking, 4);
	}
	if (told->count < sizeof told->term / sizeof *told->term)
		told->term[told->count] = (struct sqlite_term){
			.column = arena_strdup(arena, text(checking, 5)),
			.descending = number(checking, 6),
			.collation = arena_strdup(arena, text(checking, 7)),
		};
	told->count++;
}

static bool each_row(
	struct checking *checking, const char *sql, void (*take)(struct checking *checking))
{
	struct db *db = checking->reading->db;
	struct migrate_error *error = checking->reading->error;
	bool row, ok;

	checking->statement = sqlite_prepare(db, sql, error);
	ok = checking->statement;
	while (ok && (ok = sqlite_row(db, checking->statement, &row, error)) && row)
		take(checking);
	db->api.finalize(checking->statement);
	return ok;
}

/* What the pragmas have not told of. */
static void check_missing(const struct checking *checking, const struct sqlite_table *table)
{
	const struct tally *tally = &checking->tally[table - checking->reading->tables.item];
	uint32_t keys = 0;

	if (tally->columns != table->column_count)
		differ(checking, table, "columns", NULL);
	for (uint32_t i = 0; i < table->constraint_count; i++) {
		const struct sqlite_constraint *constraint = &table->constraint[i];

		keys += constraint->kind == SCHEMA_FOREIGN_KEY ? constraint->count : 0;
		if (constraint->kind == SCHEMA_UNIQUE && !tally->indexed[i] &&
			constraint->count <= 64)
			differ(checking, table, "unique constraints", NULL);
	}
	if (tally->key_columns != keys)
		differ(checking, table, "foreign keys", NULL);
}

bool sqlite_schema_check(struct sqlite_reading *reading)
{
	struct arena *arena = &reading->arena;
	struct checking checking = {.reading = reading};

	checking.tally = ARENA_ARRAY(arena, reading->tables.count + 1, struct tally);
	for (uint32_t i = 0; i < reading->tables.count; i++)
		checking.tally[i].indexed = ARENA_ARRAY(
			arena, reading->tables.item[i].constraint_count + 1, bool);
	nametable_init(&checking.indexes, arena, reading->index_count);
	for (uint32_t i = 0; i < reading->index_count; i++)
		nametable_add(&checking.indexes, sqlite_lower(arena, reading->index[i].name), i);
	if (!each_row(&checking, embedded_sqlite_schema_columns, check_column) ||
		!each_row(&checking, embedded_sqlite_schema_keys, check_key) ||
		!each_row(&checking, embedded_sqlite_schema_indexes, gather_index))
		return false;
	check_told(&checking);
	for (uint32_t i = 0; i < reading->tables.count; i++)
		check_missing(&checking, &reading->tables.item[i]);
	return true;
}
