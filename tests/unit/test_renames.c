/* renames: which table or column a comment is about. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "core/renames.h"

/* "table.column from old@line; ", and "-" for what is not there. */
static void expect(enum scan_dialect dialect, const char *text, const char *wanted)
{
	struct arena arena = {0};
	struct renames renames = {0};
	struct str found = {0};

	renames_find(&arena, dialect, "file", text, strlen(text), &renames);
	for (uint32_t i = 0; i < renames.count; i++) {
		const struct rename *rename = &renames.item[i];

		assert_string_equal(rename->file, "file");
		str_printf(&found, "%s.%s from %s@%zu; ", rename->table ? rename->table : "-",
			rename->column ? rename->column : "-", rename->old, rename->line);
	}
	assert_string_equal(str_text(&found), wanted);
	str_release(&found);
	arena_release(&arena);
}

static void a_comment_on_a_columns_line_is_about_it(void **state)
{
	(void)state;
	expect(SCAN_SQLITE, "CREATE TABLE t (\n\ta INT, -- renamed from: b\n\tc INT\n);",
		"t.a from b@2; ");
	expect(SCAN_SQLITE, "CREATE TABLE t (\n\ta INT,\n\tc INT -- renamed from: b\n);",
		"t.c from b@3; ");
	expect(SCAN_POSTGRESQL, "create table t (a int, c int); -- renamed from: b",
		"t.c from b@1; ");
	expect(SCAN_SQLITE,
		"CREATE TABLE t (\n\ta INT CHECK (a IN (1, 2)), -- Renamed From:\tb\r\n\tc);",
		"t.a from b@2; ");
}

static void a_comment_above_is_about_what_begins_next(void **state)
{
	(void)state;
	expect(SCAN_SQLITE,
		"CREATE TABLE t (\n\ta INT,\n\t-- renamed from: b\n\t-- a note\n\n\tc INT);",
		"t.c from b@3; ");
	expect(SCAN_SQLITE, "-- renamed from: old\nCREATE TABLE IF NOT EXISTS main.t (a);",
		"main.t.- from old@1; ");
	expect(SCAN_POSTGRESQL,
		"SELECT 1;\n-- renamed from: \"Old one\"\ncreate unlogged table \"T\".\"x y\" (a "
		"int);",
		"\"T\".\"x y\".- from \"Old one\"@2; ");
	expect(SCAN_SQLITE, "CREATE TABLE t ( -- renamed from: old\n\ta INT);", "t.- from old@1; ");
	expect(SCAN_SQLITE, "-- renamed from: old\nCREATE VIRTUAL TABLE t USING fts5(a);",
		"t.- from old@1; ");
	expect(SCAN_SQLITE,
		"CREATE TABLE t (\n\ta DECIMAL\n\t(1,\n\t-- renamed from: b\n\t2), c INT);",
		"t.c from b@4; ");
}

static void what_is_about_nothing_says_so(void **state)
{
	(void)state;
	expect(SCAN_SQLITE, "-- renamed from: a\nCREATE INDEX i ON t (b);", "-.- from a@1; ");
	expect(SCAN_SQLITE, "CREATE TABLE t (a);\n-- renamed from: b\n", "-.- from b@2; ");
	expect(SCAN_SQLITE, "-- renamed from: a\n-- renamed from: b\nCREATE TABLE t (c);",
		"-.- from a@1; t.- from b@2; ");
}

static void a_table_without_a_schema_has_that_of_the_search_path(void **state)
{
	(void)state;
	expect(SCAN_POSTGRESQL,
		"SET search_path = app, public;\n-- renamed from: o\nCREATE TABLE t (a int);\n"
		"set local search_path to 'b c';\nCREATE TABLE x.t (a int -- renamed from: c\n);",
		"app.t.- from o@2; x.t.a from c@5; ");
	expect(SCAN_POSTGRESQL,
		"SET search_path = app; RESET search_path;\n-- renamed from: o\nCREATE TABLE t (a "
		"int);\nSET search_path = '';\nCREATE TABLE u (a int -- renamed from: c\n);",
		"t.- from o@2; u.a from c@5; ");
	expect(SCAN_POSTGRESQL,
		"SET SESSION search_path TO \"$user\", public;\n-- renamed from: o\nCREATE TABLE "
		"t (a int);",
		"t.- from o@2; ");
}

static void what_only_looks_like_one_is_none(void **state)
{
	(void)state;
	expect(SCAN_SQLITE, "CREATE TABLE t (a TEXT DEFAULT '\n-- renamed from: b\n');", "");
	expect(SCAN_SQLITE, "/* -- renamed from: b */ CREATE TABLE t (a);", "");
	expect(SCAN_SQLITE, "-- not renamed from: b\nCREATE TABLE t (a);", "");
	expect(SCAN_SQLITE, "-- renamed from:\nCREATE TABLE t (a);", "");
	expect(SCAN_SQLITE, "-- renamed from:  \nCREATE TABLE t (a);", "");
	expect(SCAN_POSTGRESQL, "CREATE FUNCTION f() AS $$\n-- renamed from: b\n$$;", "");
	expect(SCAN_SQLITE, "", "");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_comment_on_a_columns_line_is_about_it),
		cmocka_unit_test(a_comment_above_is_about_what_begins_next),
		cmocka_unit_test(what_is_about_nothing_says_so),
		cmocka_unit_test(a_table_without_a_schema_has_that_of_the_search_path),
		cmocka_unit_test(what_only_looks_like_one_is_none),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
