/* SQLite's statements, parsed and spelled, without a database; and the order of a schema. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <string.h>

#include "schema/ddl.h"
#include "schema/sqlite_model.h"

static int set_up(void **state)
{
	static struct arena arena;

	*state = &arena;
	return 0;
}

static int tear_down(void **state)
{
	arena_release(*state);
	return 0;
}

static const char *canonical(struct arena *arena, const char *sql, const struct sqlite_scope *scope)
{
	struct sqlite_range range;

	assert_true(sqlite_tokens(arena, sql, strlen(sql), &range.from));
	for (range.to = range.from; range.to->kind != TOKEN_END; range.to++)
		continue;
	return sqlite_canonical_text(arena, sqlite_unwrap(range), scope);
}

static void a_name_has_quotes_only_where_it_must(void **state)
{
	static const char *const names[][2] = {
		{"notes", "notes"},
		{"MixedCase_1", "MixedCase_1"},
		{"1st", "\"1st\""},
		{"", "\"\""},
		{"a b", "\"a b\""},
		{"a\"b", "\"a\"\"b\""},
		{"select", "\"select\""},
		{"Key", "\"Key\""},
		{"true", "\"true\""},
		{"keys", "keys"},
		{"rowid", "rowid"},
		{"größe", "\"größe\""},
	};

	for (size_t i = 0; i < sizeof names / sizeof *names; i++)
		assert_string_equal(names[i][1], sqlite_name(*state, names[i][0]));
}

static void an_expression_has_one_spelling(void **state)
{
	static const char *const columns[] = {"a", "B", "key", "c d", "like"};
	static const struct sqlite_scope scope = {"t", columns, 5, NULL};
	static const char *const texts[][2] = {
		{"A>0 and b<=.5", "a > 0 AND B <= .5"},
		{"((\"a\" /* x */ ->> '$.x'))", "a ->> '$.x'"},
		{"t.A = \"T\".\"c d\"", "a = \"c d\""},
		{"u.a = main . t . a", "u.a = main.t.a"},
		{"key in (1,2) or [KEY] not like 'x'", "\"key\" IN (1, 2) OR \"key\" NOT LIKE 'x'"},
		{"\"like\" like \"x\"", "\"like\" LIKE 'x'"},
		{"like ( 'a' , `like` )", "like('a', \"like\")"},
		{"replace(a,1,2)||REPLACE", "replace(a, 1, 2) || REPLACE"},
		{"cast ( a as \"integer\" ) is not null", "CAST(a AS INTEGER) IS NOT NULL"},
		{"- - a - -1", "- -a - -1"},
		{"-(a)", "-(a)"},
		{"case a when 1 then 'end' else b end", "CASE a WHEN 1 THEN 'end' ELSE B END"},
		{"a collate \"nocase\" < 0X1f", "a COLLATE NOCASE < 0X1f"},
		{"coalesce(a,current_timestamp,TRUE)", "coalesce(a, CURRENT_TIMESTAMP, TRUE)"},
		{"(a,b)=(1,2)", "(a, B) = (1, 2)"},
		{"((a,b))", "(a, B)"},
		{"a -- behind\n", "a"},
	};

	for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
		const char *text = canonical(*state, texts[i][0], &scope);

		assert_string_equal(texts[i][1], text);
		assert_string_equal(text, canonical(*state, text, &scope));
	}
}

static void a_query_keeps_quotes_that_may_be_a_strings(void **state)
{
	static const char *const texts[][2] = {
		{"select \"a\", [b c], `d` from \"t\" where \"x\".\"y\" = \"z\"",
			"SELECT \"a\", \"b c\", d FROM t WHERE x.y = \"z\""},
		{"select a as \"b\", count(*) over (partition by a order by b rows 2 preceding) "
		 "from "
		 "\"f\"('x')",
			"SELECT a AS b, count(*) OVER (PARTITION BY a ORDER BY b ROWS 2 PRECEDING) "
			"FROM "
			"f('x')"},
		{"insert or replace into t(a)values(1)on conflict(a)do nothing",
			"INSERT OR REPLACE INTO t(a) VALUES (1) ON CONFLICT (a) DO NOTHING"},
		{"select replace(key,1,2) from no order by first desc nulls last limit 1 offset 2",
			"SELECT replace(key, 1, 2) FROM no ORDER BY first DESC NULLS LAST LIMIT 1 "
			"OFFSET 2"},
	};

	for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
		assert_string_equal(texts[i][1], canonical(*state, texts[i][0], NULL));
}

static void what_is_wrong_in_a_table_is_named(void **state)
{
	static const char *const texts[][2] = {
		{"CREATE TABLE t (a INT", "it ends too early"},
		{"CREATE TABLE t (a, )", "near \")\""},
		{"CREATE TABLE t (a INT SOONER (1, 2, 3))", "near \",\""},
		{"CREATE TABLE t (a) WITHOUT OIDS", "near \"OIDS\""},
		{"CREATE TABLE t (a) FAST", "near \"FAST\""},
		{"CREATE TABLE t (a CHECK (a > 0)", "it ends too early"},
		{"CREATE TABLE t (a, UNIQUE (b))",
			"a constraint is about something that is no column"},
		{"CREATE TABLE t (a 'open", "it is not SQL in UTF-8"},
		{"CREATE TABLE t (a \xff)", "it is not SQL in UTF-8"},
		{"CREATE TABLE t (a NOT NULL ON CONFLICT EXPLODE)", "near \"EXPLODE\""},
		{"CREATE TABLE t (a TEXT /* INT */ ISH)",
			"the type of column a is more than its words"},
	};
	struct sqlite_table table;
	const char *problem;

	for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
		assert_false(sqlite_table_parse(*state, texts[i][0], &table, &problem));
		assert_string_equal(texts[i][1], problem);
	}
}

static void add_table(struct schema_builder *builder, const char *name)
{
	const struct schema_entry entry = {.kind = SCHEMA_TABLE, .id = name, .name = name};

	schema_add(builder, &entry);
}

static void add_index(struct schema_builder *builder, const char *name, const char *table)
{
	const struct schema_entry entry = {
		.kind = SCHEMA_INDEX, .id = name, .name = name, .owner = table};

	schema_add(builder, &entry);
}

/* b and c need each other, and c needs d; a and z only wait for them. */
static void a_circle_holds_up_nothing_else(void **state)
{
	struct schema_builder *builder = schema_builder_open(*state);
	struct migrate_error error = {0};
	struct schema_order order;
	struct schema schema;
	struct str text = {0};

	for (const char *name = "a\0b\0c\0d\0e\0z\0"; *name; name += 2)
		add_table(builder, name);
	add_index(builder, "e_index", "e");
	schema_add_need(builder, "a", "c");
	schema_add_need(builder, "b", "c");
	schema_add_need(builder, "c", "b");
	schema_add_need(builder, "c", "d");
	schema_add_need(builder, "z", "b");
	assert_true(schema_build(builder, &schema, &error));
	schema_sort(*state, &schema, 0, 0, SCHEMA_BIT(SCHEMA_INDEX), &order);
	for (uint32_t i = 0; i < order.count; i++)
		str_printf(&text, "%s ", schema.object[order.object[i]].name);
	assert_string_equal("b d c a e z e_index ", str_text(&text));
	str_release(&text);
	schema_builder_close(builder);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(
			a_name_has_quotes_only_where_it_must, set_up, tear_down),
		cmocka_unit_test_setup_teardown(an_expression_has_one_spelling, set_up, tear_down),
		cmocka_unit_test_setup_teardown(
			a_query_keeps_quotes_that_may_be_a_strings, set_up, tear_down),
		cmocka_unit_test_setup_teardown(
			what_is_wrong_in_a_table_is_named, set_up, tear_down),
		cmocka_unit_test_setup_teardown(a_circle_holds_up_nothing_else, set_up, tear_down),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
