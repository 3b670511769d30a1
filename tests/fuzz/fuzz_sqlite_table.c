/* Any bytes at all as the stored text of a table, an index, a view, a trigger, a virtual table.
 *
 * Holds: what is understood can be written, and what is written is understood as the same; time is
 * linear in what a table is long. */
#include "fuzz.h"
#include "schema/ddl.h"
#include "schema/sqlite_model.h"

static uint32_t count_keys(const struct sqlite_table *table)
{
	uint32_t count = 0;

	for (uint32_t i = 0; i < table->constraint_count; i++)
		count += table->constraint[i].kind == SCHEMA_PRIMARY_KEY;
	return count;
}

/* SQLite refuses two columns of one name, and more than one primary key. */
static const char *write_table(struct arena *arena, struct sqlite_table *table)
{
	struct schema_builder *builder = schema_builder_open(arena);
	struct sqlite_tables tables = {.item = table, .count = 1};
	struct migrate_error error = {0};
	struct schema schema;
	struct str out = {0};
	const char *text = NULL;

	sqlite_tables_index(arena, &tables);
	sqlite_model_table(arena, &tables, table, builder);
	if (count_keys(table) <= 1 && schema_build(builder, &schema, &error)) {
		schema_dump(arena, &schema, &schema_sqlite, &out);
		text = arena_strdup(arena, str_text(&out));
	}
	if (error.code)
		check_error(&error);
	migrate_error_clear(&error);
	schema_builder_close(builder);
	str_release(&out);
	return text;
}

static void check_problem(const char *problem)
{
	HOLDS(problem && *problem);
}

static void check_table(struct arena *arena, const char *sql)
{
	struct sqlite_table table, again;
	const char *problem, *text, *second;

	if (!sqlite_table_parse(arena, sql, &table, &problem)) {
		check_problem(problem);
		return;
	}
	text = write_table(arena, &table);
	if (!text)
		return;
	if (!sqlite_table_parse(arena, text, &again, &problem)) {
		fprintf(stderr, "%s\n%s\n", problem, text);
		abort();
	}
	second = write_table(arena, &again);
	if (strcmp(second, text) != 0) {
		fprintf(stderr, "%s\n%s\n", text, second);
		abort();
	}
}

static void check_index(struct arena *arena, const char *sql)
{
	static const char table_sql[] = "CREATE TABLE t (a, b COLLATE NOCASE, \"c d\", key)";
	struct sqlite_table table;
	struct sqlite_index index, again;
	const char *problem, *text, *terms;

	HOLDS(sqlite_table_parse(arena, table_sql, &table, &problem));
	if (!sqlite_index_parse(arena, sql, &table, &index, &problem)) {
		check_problem(problem);
		return;
	}
	terms = sqlite_terms_text(arena, index.term, index.count);
	text = arena_printf(arena, "CREATE INDEX i ON t (%s)%s%s", terms,
		index.where ? " WHERE " : "", index.where ? index.where : "");
	HOLDS(sqlite_index_parse(arena, text, &table, &again, &problem));
	HOLDS(!strcmp(terms, sqlite_terms_text(arena, again.term, again.count)));
	HOLDS(!index.where == !again.where);
	HOLDS(!index.where || !strcmp(index.where, again.where));
}

/* Which columns are named after their text is only clear in a query that is one. */
static void check_view(struct arena *arena, const char *sql)
{
	struct sqlite_view view, again;
	const char *problem;

	if (!sqlite_view_parse(arena, sql, &view, &problem)) {
		check_problem(problem);
		return;
	}
	HOLDS(sqlite_view_parse(arena,
		arena_printf(arena, "CREATE VIEW v%s AS %s", view.count ? " (a)" : "", view.query),
		&again, &problem));
}

static void check_trigger(struct arena *arena, const char *sql)
{
	struct sqlite_trigger trigger, again;
	const char *problem;

	if (!sqlite_trigger_parse(arena, sql, &trigger, &problem)) {
		check_problem(problem);
		return;
	}
	HOLDS(sqlite_trigger_parse(arena,
		arena_printf(arena, "CREATE TRIGGER t %s ON t\n%s;", trigger.event, trigger.body),
		&again, &problem));
	HOLDS(!strcmp(trigger.event, again.event) && !strcmp(trigger.body, again.body));
}

static void check_virtual(struct arena *arena, const char *sql)
{
	struct sqlite_virtual table, again;
	const char *problem;

	if (!sqlite_virtual_parse(arena, sql, &table, &problem)) {
		check_problem(problem);
		return;
	}
	HOLDS(sqlite_virtual_parse(arena,
		arena_printf(arena, "CREATE VIRTUAL TABLE t USING %s", table.definition), &again,
		&problem));
	HOLDS(!strcmp(table.definition, again.definition));
}

static void check_time(const char *text, size_t size)
{
	struct arena arena = {0};
	size_t total;
	char *many = repeat(text, size, &total);
	clock_t start = clock();
	struct sqlite_table table;
	const char *problem;

	sqlite_table_parse(&arena, many, &table, &problem);
	check_quick(start);
	arena_release(&arena);
	free(many);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct arena arena = {0};
	const char *sql;

	if (memchr(data, 0, size))
		return 0;
	sql = arena_strndup(&arena, (const char *)data, size);
	check_table(&arena, sql);
	check_index(&arena, sql);
	check_view(&arena, sql);
	check_trigger(&arena, sql);
	check_virtual(&arena, sql);
	if (is_chosen(data, size, 64))
		check_time(sql, size);
	arena_release(&arena);
	return 0;
}
