/* PostgreSQL's half of a schema, without a server: texts as the server will write them for good,
 * and SQL from objects that are put together by hand. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

#include "db/postgres_canonical.h"
#include "schema/ddl.h"

static void assert_canonical(const char *text, const char *expected)
{
	struct str out = {0};

	assert_string_equal(postgres_canonical(text, &out), expected);
	if (strcmp(text, expected) != 0) {
		struct str again = {0};

		assert_string_equal(postgres_canonical(expected, &again), expected);
		str_release(&again);
	}
	str_release(&out);
}

static void a_cast_of_an_array_is_one_of_its_elements(void **state)
{
	(void)state;
	assert_canonical("((s)::text = ANY ((ARRAY['a'::character varying, NULL::character "
			 "varying])::text[]))",
		"((s)::text = ANY (ARRAY[('a'::character varying)::text, (NULL::character "
		"varying)::text]))");
	assert_canonical("(ARRAY[1, 2])::bigint[]", "ARRAY[(1)::bigint, (2)::bigint]");
	assert_canonical("(ARRAY[f(a, b), g['x]']])::double precision[] || x",
		"ARRAY[(f(a, b))::double precision, (g['x]'])::double precision] || x");
	assert_canonical("(ARRAY[a, b])::\"odd.\"\".x\".\"t[]\"[]",
		"ARRAY[(a)::\"odd.\"\".x\".\"t[]\", (b)::\"odd.\"\".x\".\"t[]\"]");
	assert_canonical("f((ARRAY[((ARRAY[1])::bigint[])[1]])::numeric[])",
		"f(ARRAY[((ARRAY[(1)::bigint])[1])::numeric])");
}

static void strings_names_and_bodies_are_left_alone(void **state)
{
	(void)state;
	assert_canonical(
		"'(ARRAY[1])::bigint[]' || \"(ARRAY[1])::bigint[]\"", /* comments are not there */
		"'(ARRAY[1])::bigint[]' || \"(ARRAY[1])::bigint[]\"");
	assert_canonical("E'\\'(ARRAY[1])::bigint[]'", "E'\\'(ARRAY[1])::bigint[]'");
	assert_canonical(
		"it''s $f$ (ARRAY[1])::bigint[] $f$", "it''s $f$ (ARRAY[1])::bigint[] $f$");
	assert_canonical("(ARRAY[1] || x)::bigint[]", "(ARRAY[1] || x)::bigint[]");
	assert_canonical("(ARRAY[1, 2])::text", "(ARRAY[1, 2])::text");
	assert_canonical("(ARRAY[", "(ARRAY[");
	assert_canonical("(ARRAY[1]", "(ARRAY[1]");
	assert_canonical("(ARRAY[1])::x[", "(ARRAY[1])::x[");
	assert_canonical("(ARRAY['", "(ARRAY['");
	assert_canonical("$1 = ANY ((ARRAY['a'::t])::u[])", "$1 = ANY (ARRAY[('a'::t)::u])");
}

struct made {
	struct arena arena;
	struct schema_builder *builder;
	struct schema schema;
	struct str text;
};

static struct made begin(void)
{
	struct made made = {0};

	return made;
}

static void object(struct made *made, enum schema_kind kind, const char *id, const char *owner,
	const char *name)
{
	struct schema_entry entry = {.kind = kind, .id = id, .name = name, .owner = owner};

	if (!made->builder)
		made->builder = schema_builder_open(&made->arena);
	schema_add(made->builder, &entry);
}

static const char *written(struct made *made)
{
	struct migrate_error error = {0};

	assert_true(schema_build(made->builder, &made->schema, &error));
	schema_builder_close(made->builder);
	schema_dump(&made->arena, &made->schema, &schema_postgres, &made->text);
	return strstr(str_text(&made->text), "\n\n") + 2;
}

static void release(struct made *made)
{
	str_release(&made->text);
	arena_release(&made->arena);
}

static void assert_begins(const char *text, const char *expected)
{
	char *begin = strndup(text, strlen(expected));

	assert_string_equal(begin, expected);
	free(begin);
}

static void a_property_can_be_added_to_any_object_by_its_id(void **state)
{
	struct made made = begin();

	(void)state;
	object(&made, SCHEMA_NAMESPACE, "1", NULL, "a");
	object(&made, SCHEMA_NAMESPACE, "2", NULL, "b");
	schema_add_property_to(made.builder, "1", "comment", "it's");
	schema_add_property_to(
		made.builder, "1", "privileges of PUBLIC", "CREATE, USAGE WITH GRANT OPTION");
	schema_add_property_to(made.builder, "alias", "comment", "of nobody");
	schema_add_alias(made.builder, "2", "alias");
	assert_begins(written(&made), "CREATE SCHEMA a;\nCOMMENT ON SCHEMA a IS 'it''s';\n"
				      "REVOKE ALL ON SCHEMA a FROM PUBLIC;\n"
				      "GRANT CREATE ON SCHEMA a TO PUBLIC;\n"
				      "GRANT USAGE ON SCHEMA a TO PUBLIC WITH GRANT OPTION;\n\n"
				      "CREATE SCHEMA b;\n\nRESET");
	release(&made);
}

static void column(struct made *made, const char *id, const char *table)
{
	object(made, SCHEMA_COLUMN, id, table, "c");
	schema_add_property(made->builder, "type", "integer");
}

static void check(struct made *made, const char *id, const char *table, const char *function)
{
	object(made, SCHEMA_CHECK, id, table, "k");
	schema_add_property(made->builder, "definition", "CHECK (f())");
	schema_add_need(made->builder, id, function);
}

static void function(struct made *made, const char *id, const char *name)
{
	object(made, SCHEMA_FUNCTION, id, NULL, name);
	schema_add_property(made->builder, "definition",
		arena_printf(&made->arena, "CREATE FUNCTION %s", name));
}

/* y only waits for the circle of x and f, so what is folded into it stays there. */
static void only_what_is_in_a_circle_is_taken_out_of_its_table(void **state)
{
	struct made made = begin();

	(void)state;
	object(&made, SCHEMA_TABLE, "x", NULL, "x");
	column(&made, "x.c", "x");
	check(&made, "x.k", "x", "f");
	function(&made, "f", "f(x)");
	schema_add_need(made.builder, "f", "x");
	object(&made, SCHEMA_TABLE, "y", NULL, "y");
	column(&made, "y.c", "y");
	check(&made, "y.k", "y", "f");
	assert_begins(written(&made),
		"CREATE TABLE x (\n    c integer\n);\n\nCREATE FUNCTION f(x);\n\n"
		"ALTER TABLE x ADD CONSTRAINT k CHECK (f());\n\n"
		"CREATE TABLE y (\n    c integer,\n    CONSTRAINT k CHECK (f())\n);\n\nRESET");
	release(&made);
}

/* a waits for the circle of v and z, and sorts before both. */
static void a_circle_is_cut_where_nothing_outside_is_waited_for(void **state)
{
	struct made made = begin();

	(void)state;
	function(&made, "a", "a()");
	schema_add_need(made.builder, "a", "w");
	function(&made, "z", "z()");
	schema_add_need(made.builder, "z", "v");
	object(&made, SCHEMA_VIEW, "v", NULL, "v");
	schema_add_property(made.builder, "columns", "x integer");
	schema_add_property(made.builder, "definition", " SELECT z() AS x");
	schema_add_need(made.builder, "v", "z");
	object(&made, SCHEMA_VIEW, "w", NULL, "w");
	schema_add_property(made.builder, "columns", "x integer");
	schema_add_property(made.builder, "definition", " SELECT a(), z()");
	schema_add_need(made.builder, "w", "a");
	schema_add_need(made.builder, "w", "z");
	assert_begins(written(&made),
		"CREATE VIEW w AS SELECT * FROM pg_catalog.json_to_record('{}') AS x(x integer);\n"
		"CREATE FUNCTION a();\n\n"
		"CREATE VIEW v AS SELECT * FROM pg_catalog.json_to_record('{}') AS x(x integer);\n"
		"CREATE FUNCTION z();\n\n"
		"CREATE OR REPLACE VIEW v AS\n SELECT z() AS x;\n\n"
		"CREATE OR REPLACE VIEW w AS\n SELECT a(), z();\n\nRESET");
	release(&made);
}

static void what_needs_a_table_without_its_name_in_front_finds_it(void **state)
{
	struct made made = begin();

	(void)state;
	object(&made, SCHEMA_TABLE, "t", NULL, "\"a.b\".\"c.d\"");
	object(&made, SCHEMA_INDEX, "i", "t", "\"i.j\"");
	schema_add_property(made.builder, "definition", "USING btree (c)");
	schema_add_property(made.builder, "comment", "x");
	schema_add_property(made.builder, "partition of", "p");
	assert_begins(written(&made), "CREATE TABLE \"a.b\".\"c.d\" (\n);\n\n"
				      "CREATE INDEX \"i.j\" ON \"a.b\".\"c.d\" USING btree (c);\n"
				      "ALTER INDEX p ATTACH PARTITION \"a.b\".\"i.j\";\n"
				      "COMMENT ON INDEX \"a.b\".\"i.j\" IS 'x';\n\nRESET");
	release(&made);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_cast_of_an_array_is_one_of_its_elements),
		cmocka_unit_test(strings_names_and_bodies_are_left_alone),
		cmocka_unit_test(a_property_can_be_added_to_any_object_by_its_id),
		cmocka_unit_test(only_what_is_in_a_circle_is_taken_out_of_its_table),
		cmocka_unit_test(a_circle_is_cut_where_nothing_outside_is_waited_for),
		cmocka_unit_test(what_needs_a_table_without_its_name_in_front_finds_it),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
