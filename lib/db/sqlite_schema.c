/* sqlite_schema: reads all that the database holds.
 *
 * Knows sqlite_schema and the pragmas; the texts are parsed in schema/. Surprising: a trigger on
 * one of our own two tables is nobody's part, and is told as unsupported. */
#include "db/sqlite_schema.h"

#include <string.h>

#include "embedded.h"

static bool add_stored(struct sqlite_reading *reading, sqlite3_stmt *statement, size_t *room)
{
	struct db *db = reading->db;
	struct arena *arena = &reading->arena;

	ARENA_GROW(arena, reading->stored, reading->count, *room);
	reading->stored[reading->count++] = (struct sqlite_stored){
		sqlite_text(db, arena, statement, 0),
		sqlite_text(db, arena, statement, 1),
		sqlite_text(db, arena, statement, 2),
		sqlite_text(db, arena, statement, 3),
		db->api.column_int64(statement, 4) != 0,
	};
	return true;
}

static bool read_stored(struct sqlite_reading *reading)
{
	sqlite3_stmt *statement = sqlite_prepare(
		reading->db, embedded_sqlite_schema_objects, reading->error);
	size_t room = 0;
	bool row, ok = statement;

	while (ok && (ok = sqlite_row(reading->db, statement, &row, reading->error)) && row)
		add_stored(reading, statement, &room);
	reading->db->api.finalize(statement);
	return ok;
}

/* The first column's texts. */
static bool read_texts(struct sqlite_reading *reading, const char *sql, struct sqlite_rows *texts)
{
	struct db *db = reading->db;
	sqlite3_stmt *statement = sqlite_prepare(db, sql, reading->error);
	bool row, ok = statement;

	while (ok && (ok = sqlite_row(db, statement, &row, reading->error)) && row)
		sqlite_rows_add(
			&reading->arena, texts, sqlite_text(db, &reading->arena, statement, 0));
	db->api.finalize(statement);
	return ok;
}

static bool read_names(struct sqlite_reading *reading, const char *sql, struct nametable *names)
{
	struct sqlite_rows texts = {0};

	if (!read_texts(reading, sql, &texts))
		return false;
	nametable_init(names, &reading->arena, (uint32_t)texts.count);
	for (uint32_t i = 0; i < texts.count; i++)
		nametable_add(names, sqlite_lower(&reading->arena, texts.item[i]), i);
	return true;
}

static bool is_among(
	struct sqlite_reading *reading, const struct nametable *names, const char *name)
{
	return nametable_find(names, sqlite_lower(&reading->arena, name)) != NAME_MISSING;
}

static bool is_ours(const struct sqlite_reading *reading, const char *table)
{
	return sqlite_same(table, reading->db->version_table) || sqlite_same(table, "migrate_log");
}

static bool is_type(const struct sqlite_stored *stored, const char *type)
{
	return !strcmp(stored->type, type);
}

/* Neither our own nor a virtual table's. */
static bool is_wanted(struct sqlite_reading *reading, const struct sqlite_stored *stored)
{
	return !is_ours(reading, stored->table) &&
	       !is_among(reading, &reading->shadows, stored->table);
}

static const char *shown(struct sqlite_reading *reading, const char *name)
{
	return sqlite_name(&reading->arena, name);
}

static void refuse(
	struct sqlite_reading *reading, const struct sqlite_stored *stored, const char *problem)
{
	schema_add_unsupported(
		reading->builder, "%s %s: %s", stored->type, shown(reading, stored->name), problem);
}

static void parse_tables(struct sqlite_reading *reading)
{
	struct sqlite_tables *tables = &reading->tables;

	tables->item = ARENA_ARRAY(&reading->arena, reading->count + 1, struct sqlite_table);
	for (size_t i = 0; i < reading->count; i++) {
		const struct sqlite_stored *stored = &reading->stored[i];
		const char *problem;

		if (!is_type(stored, "table") || !stored->has_pages || !is_wanted(reading, stored))
			continue;
		if (!sqlite_table_parse(
			    &reading->arena, stored->sql, &tables->item[tables->count], &problem))
			refuse(reading, stored, problem);
		else
			tables->count++;
	}
	sqlite_tables_index(&reading->arena, tables);
	reading->table_problem = ARENA_ARRAY(&reading->arena, tables->count + 1, const char *);
}

static void parse_indexes(struct sqlite_reading *reading)
{
	reading->index = ARENA_ARRAY(&reading->arena, reading->count + 1, struct sqlite_index);
	reading->index_problem = ARENA_ARRAY(&reading->arena, reading->count + 1, const char *);
	for (size_t i = 0; i < reading->count; i++) {
		const struct sqlite_stored *stored = &reading->stored[i];
		const struct sqlite_table *table;
		const char *problem = "its table is not supported";

		if (!is_type(stored, "index") || !is_wanted(reading, stored))
			continue;
		table = sqlite_tables_find(&reading->arena, &reading->tables, stored->table);
		if (!table || !sqlite_index_parse(&reading->arena, stored->sql, table,
				      &reading->index[reading->index_count], &problem))
			refuse(reading, stored, problem);
		else
			reading->index_count++;
	}
}

static void add_tables(struct sqlite_reading *reading)
{
	const struct sqlite_tables *tables = &reading->tables;

	for (uint32_t i = 0; i < tables->count; i++) {
		const struct sqlite_table *table = &tables->item[i];

		if (reading->table_problem[i])
			schema_add_unsupported(reading->builder, "table %s: %s",
				shown(reading, table->name), reading->table_problem[i]);
		else
			sqlite_model_table(&reading->arena, tables, table, reading->builder);
	}
}

static const char *table_problem(struct sqlite_reading *reading, const char *name)
{
	const struct sqlite_table *table = sqlite_tables_find(
		&reading->arena, &reading->tables, name);

	if (table && !reading->table_problem[table - reading->tables.item])
		return NULL;
	return "its table is not supported";
}

static void add_indexes(struct sqlite_reading *reading)
{
	for (uint32_t i = 0; i < reading->index_count; i++) {
		const struct sqlite_index *index = &reading->index[i];
		const char *problem = table_problem(reading, index->table);

		if (!problem)
			problem = reading->index_problem[i];
		if (problem)
			schema_add_unsupported(reading->builder, "index %s: %s",
				shown(reading, index->name), problem);
		else
			sqlite_model_index(&reading->arena, index, reading->builder);
	}
}

static void add_view(
	struct sqlite_reading *reading, const struct sqlite_stored *stored, const char **problem)
{
	struct sqlite_view view;

	if (sqlite_view_parse(&reading->arena, stored->sql, &view, problem))
		sqlite_model_view(&reading->arena, &view, reading->builder);
}

static void add_virtual(
	struct sqlite_reading *reading, const struct sqlite_stored *stored, const char **problem)
{
	struct sqlite_virtual table;

	if (!sqlite_virtual_parse(&reading->arena, stored->sql, &table, problem))
		return;
	if (is_among(reading, &reading->modules, table.module))
		sqlite_model_virtual(&reading->arena, &table, reading->builder);
	else
		*problem = arena_printf(&reading->arena, "this SQLite has no module %s",
			shown(reading, table.module));
}

/* Views and virtual tables, which have no pages. */
static void add_others(struct sqlite_reading *reading)
{
	for (size_t i = 0; i < reading->count; i++) {
		const struct sqlite_stored *stored = &reading->stored[i];
		const char *problem = NULL;

		if (stored->has_pages || !is_wanted(reading, stored))
			continue;
		if (is_type(stored, "table"))
			add_virtual(reading, stored, &problem);
		else if (is_type(stored, "view"))
			add_view(reading, stored, &problem);
		if (problem)
			refuse(reading, stored, problem);
	}
}

static const struct sqlite_stored *find_view(const struct sqlite_reading *reading, const char *name)
{
	for (size_t i = 0; i < reading->count; i++)
		if (is_type(&reading->stored[i], "view") &&
			sqlite_same(reading->stored[i].name, name))
			return &reading->stored[i];
	return NULL;
}

static const char *trigger_problem(struct sqlite_reading *reading, const char *owner)
{
	const struct sqlite_stored *stored = find_view(reading, owner);
	struct sqlite_view view;
	const char *problem;

	if (is_ours(reading, owner))
		return arena_printf(&reading->arena, "it is on %s, which is this program's own",
			shown(reading, owner));
	if (!stored)
		return table_problem(reading, owner);
	return sqlite_view_parse(&reading->arena, stored->sql, &view, &problem)
		       ? NULL
		       : "its view is not supported";
}

static void add_triggers(struct sqlite_reading *reading)
{
	for (size_t i = 0; i < reading->count; i++) {
		const struct sqlite_stored *stored = &reading->stored[i];
		struct sqlite_trigger trigger;
		const char *problem;

		if (!is_type(stored, "trigger"))
			continue;
		problem = trigger_problem(reading, stored->table);
		if (problem ||
			!sqlite_trigger_parse(&reading->arena, stored->sql, &trigger, &problem))
			refuse(reading, stored, problem);
		else
			sqlite_model_trigger(&reading->arena, &trigger, reading->builder);
	}
}

static bool read_all(struct sqlite_reading *reading)
{
	if (!read_stored(reading) ||
		!read_names(reading, embedded_sqlite_schema_shadows, &reading->shadows) ||
		!read_names(reading, embedded_sqlite_schema_modules, &reading->modules))
		return false;
	parse_tables(reading);
	parse_indexes(reading);
	if (!sqlite_schema_check(reading))
		return false;
	add_tables(reading);
	add_indexes(reading);
	add_others(reading);
	add_triggers(reading);
	return true;
}

bool sqlite_read_schema(struct db *db, struct schema_builder *builder, struct migrate_error *error)
{
	struct sqlite_reading reading = {.db = db, .builder = builder, .error = error};
	bool own = db->api.get_autocommit(db->handle), ok;

	if (own && !sqlite_exec(db, "BEGIN", error))
		return false;
	ok = read_all(&reading);
	arena_release(&reading.arena);
	if (own)
		sqlite_rollback(db, error);
	return ok;
}
