/* seed and rows: what a file puts in, and what is left of it. Tables are written
 * "notes(id,text):1,a;2,b", one a word; "-" is NULL. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>

#include "core/seed.h"
#include "schema/rows.h"

/* -------- Seeds -------- */

static void expect_seeds(const char *text, const char *expected)
{
	struct arena arena = {0};
	struct migrate_error error = {0};
	struct seeds seeds;
	const char *found = "";

	if (!seeds_parse(&arena, "d.sql", text, strlen(text), &seeds, &error))
		fail_msg("%s", error.message);
	for (uint32_t i = 0; i < seeds.count; i++) {
		const struct seed *seed = &seeds.item[i];

		assert_int_equal(strlen(seed->sql), seed->size);
		found = arena_printf(&arena, "%s[%s %zu %s]", found, seed->at ? seed->at : "",
			seed->line, seed->sql);
	}
	assert_string_equal(found, expected);
	arena_release(&arena);
}

static void a_file_without_a_line_is_one_seed(void **state)
{
	(void)state;
	expect_seeds("", "");
	expect_seeds(" \r\n\t\n", "");
	expect_seeds("SELECT 1", "[ 1 SELECT 1]");
	expect_seeds("-- a word\nSELECT 1;\n", "[ 1 -- a word\nSELECT 1;\n]");
}

static void a_line_begins_a_seed_of_that_revision(void **state)
{
	(void)state;
	expect_seeds("one;\n-- at: b\ntwo;\n-- at:c \r\n\nthree;",
		"[ 1 one;\n][b 3 two;\n][c 5 \nthree;]");
	expect_seeds("-- at: b\n-- at: c\nx", "[c 3 x]");
	expect_seeds("x\n -- at: b\n", "[ 1 x\n -- at: b\n]");
	expect_seeds("-- at: b", "");
}

static void a_line_without_a_name_is_an_error_with_its_place(void **state)
{
	static const char text[] = "x\n-- at: b\ny\n-- at: \nz\n";
	struct arena arena = {0};
	struct migrate_error error = {0};
	struct seeds seeds;

	(void)state;
	assert_false(seeds_parse(&arena, "d.sql", text, strlen(text), &seeds, &error));
	assert_int_equal(error.code, MIGRATE_E_SCRIPT);
	assert_string_equal(error.file, "d.sql");
	assert_int_equal(error.line, 4);
	migrate_error_clear(&error);
	arena_release(&arena);
}

/* -------- Rows -------- */

static struct names split(struct arena *arena, char *text, const char *separator)
{
	const char **item = ARENA_ARRAY(arena, strlen(text) + 1, const char *);
	struct names names = {item, 0};

	for (char *word; (word = strsep(&text, separator));)
		if (*word)
			item[names.count++] = word;
	return names;
}

static struct rows_table table_of(struct arena *arena, char *text)
{
	char *name = strsep(&text, "("), *columns = strsep(&text, ")");
	struct names rows = split(arena, text + 1, ";");
	struct rows_table table = {name, split(arena, columns, ","), NULL, rows.count};
	size_t count = 0;

	table.cell = ARENA_ARRAY(arena, rows.count * table.columns.count + 1, const char *);
	for (uint32_t i = 0; i < rows.count; i++) {
		struct names cells = split(arena, arena_strdup(arena, rows.item[i]), ",");

		assert_int_equal(cells.count, table.columns.count);
		for (uint32_t k = 0; k < cells.count; k++)
			table.cell[count++] = strcmp(cells.item[k], "-") ? cells.item[k] : NULL;
	}
	return table;
}

static struct rows rows_of(struct arena *arena, const char *text)
{
	struct names words = split(arena, arena_strdup(arena, text), " ");
	struct rows rows = {ARENA_ARRAY(arena, words.count + 1, struct rows_table), words.count};

	for (uint32_t i = 0; i < words.count; i++)
		rows.item[i] = table_of(arena, arena_strdup(arena, words.item[i]));
	return rows;
}

/* A line for each that is lost, and one with "gone: " for each that is gone. */
static void expect(const char *before, const char *between, const char *after, const char *expected)
{
	struct arena arena = {0};
	struct rows rows[] = {
		rows_of(&arena, before), rows_of(&arena, between), rows_of(&arena, after)};
	struct rows_changes changes;
	const char *text = "";

	rows_compare(&arena, &rows[0], &rows[1], &rows[2], &changes);
	for (uint32_t i = 0; i < changes.lost.count; i++)
		text = arena_printf(&arena, "%s%s\n", text, changes.lost.item[i]);
	for (uint32_t i = 0; i < changes.gone.count; i++)
		text = arena_printf(&arena, "%sgone: %s\n", text, changes.gone.item[i]);
	assert_string_equal(text, expected);
	arena_release(&arena);
}

static void rows_that_are_the_same_in_any_order_survive(void **state)
{
	(void)state;
	expect("t(id,x):1,a;2,b", "t(id,x):", "t(id,x):2,b;1,a", "");
	expect("t(id,x):1,a;1,a;2,-", "t(id,x):", "t(x,id):a,1;-,2;a,1", "");
	expect("t(id):", "t(id):", "t(id):", "");
	expect("", "t(id):1", "", "");
}

static void rows_that_are_missing_or_more_are_counted(void **state)
{
	(void)state;
	expect("t(id):1;2;3", "t(id):", "t(id):", "table t: 3 rows before, 0 after\n");
	expect("t(id):1", "t(id):", "t(id):1;1", "table t: 1 row before, 2 after\n");
}

static void the_first_row_that_differs_is_shown(void **state)
{
	(void)state;
	expect("t(id,x):1,a;2,b;3,c", "t(id,x):", "t(id,x):3,d;2,-;1,a",
		"table t: id 2, x b is now id 2, x NULL\n");
	expect("t(x):a;a;b", "t(x):", "t(x):a;b;b", "table t: x a is now x b\n");
}

static void what_was_not_there_in_between_is_gone(void **state)
{
	(void)state;
	expect("t(id,x):1,a", "t(id):1", "t(id,x):1,-", "gone: column t.x\n");
	expect("t(id,x):1,-", "t(id):1", "t(id,x):1,-", "");
	expect("t(id,x):1,a", "t(id):1", "t(id,x):1,a", "");
	expect("t(id):1", "", "t(id):", "gone: table t\n");
	expect("t(id):1", "", "t(id):1", "");
	expect("t(id,x):1,a", "t(id):1", "t(id,x):2,-",
		"table t: id 1 is now id 2\ngone: column t.x\n");
}

static void what_is_not_there_after_is_the_schemas_matter(void **state)
{
	(void)state;
	expect("t(id):1 u(id):1", "t(id):1 u(id):1", "u(id):1", "");
	expect("t(id,x):1,a", "t(id,x):1,a", "t(id):1", "");
	expect("t(x):a", "t(y):a", "t(x):a", "");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_file_without_a_line_is_one_seed),
		cmocka_unit_test(a_line_begins_a_seed_of_that_revision),
		cmocka_unit_test(a_line_without_a_name_is_an_error_with_its_place),
		cmocka_unit_test(rows_that_are_the_same_in_any_order_survive),
		cmocka_unit_test(rows_that_are_missing_or_more_are_counted),
		cmocka_unit_test(the_first_row_that_differs_is_shown),
		cmocka_unit_test(what_was_not_there_in_between_is_gone),
		cmocka_unit_test(what_is_not_there_after_is_the_schemas_matter),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
