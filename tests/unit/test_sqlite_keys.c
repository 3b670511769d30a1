/* Foreign keys on SQLite: off while a script runs, switched where it says so, checked afterwards.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "sqlite_fixture.h"

static const char schema[] = "CREATE TABLE parent (id INTEGER PRIMARY KEY, name TEXT);"
			     "CREATE TABLE child (id INTEGER PRIMARY KEY, parent_id REFERENCES "
			     "parent ON DELETE CASCADE);"
			     "INSERT INTO parent VALUES (1, 'one'), (2, 'two');"
			     "INSERT INTO child VALUES (10, 1), (20, 2)";

static const char rebuild[] = "CREATE TABLE fresh (id INTEGER PRIMARY KEY, name TEXT NOT NULL);"
			      "INSERT INTO fresh SELECT * FROM parent; DROP TABLE parent;"
			      "ALTER TABLE fresh RENAME TO parent;";

static int set_up_schema(void **state)
{
	struct fixture *f;

	if (set_up(state))
		return -1;
	f = *state;
	open_db(f, DB_CREATE);
	str_clear(&f->notices);
	lock(f);
	upgrade(f, NULL, "a", schema);
	return 0;
}

static const char *children(struct fixture *f)
{
	return query(f, "SELECT id, parent_id FROM child ORDER BY id");
}

static void a_rebuild_of_the_parent_keeps_the_children(void **state)
{
	struct fixture *f = *state;

	upgrade(f, "a", "b", rebuild);
	assert_string_equal(children(f), "10|1;20|2;");
	assert_string_equal(str_text(&f->notices), "");
}

static void a_script_that_asks_for_enforcement_gets_it(void **state)
{
	struct fixture *f = *state;

	add_step(f, "a", "b", "DELETE FROM parent WHERE id = 1")->options.foreign_keys = TOGGLE_ON;
	add_step(f, "b", "c", "DELETE FROM child WHERE id = 20; DELETE FROM parent");
	apply_all(f);
	assert_string_equal(children(f), "");
	assert_string_equal(query(f, "SELECT * FROM parent"), "");
}

static void a_leading_pragma_is_obeyed_however_it_is_written(void **state)
{
	static const char *const pragmas[] = {"PRAGMA foreign_keys = ON;",
		"-- why\n/* and how */ pragma Foreign_Keys=1;", "PRAGMA main.foreign_keys(yes);",
		"\xef\xbb\xbfPRAGMA \"foreign_keys\" = 'true';"};
	struct fixture *f = *state;

	for (size_t i = 0; i < sizeof pragmas / sizeof *pragmas; i++) {
		add_step(f, "a", "a",
			arena_printf(&f->arena, "%sDELETE FROM parent WHERE id = 1;", pragmas[i]));
		apply_all(f);
		assert_string_equal(children(f), "20|2;");
		assert_string_equal(str_text(&f->notices), "");
		upgrade(f, "a", "a",
			"INSERT INTO parent VALUES (1, 'one');"
			"INSERT INTO child VALUES (10, 1)");
	}
}

static void a_leading_pragma_that_switches_off_wins_over_the_marker(void **state)
{
	struct fixture *f = *state;

	add_step(f, "a", "b", arena_printf(&f->arena, "PRAGMA foreign_keys = OFF;%s", rebuild))
		->options.foreign_keys = TOGGLE_ON;
	apply_all(f);
	assert_string_equal(children(f), "10|1;20|2;");
}

static void a_pragma_elsewhere_is_told_to_have_no_effect(void **state)
{
	struct fixture *f = *state;

	upgrade(f, "a", "b",
		arena_printf(
			&f->arena, "PRAGMA foreign_keys;\n%s\nPRAGMA foreign_keys = ON;", rebuild));
	assert_string_equal(children(f), "10|1;20|2;");
	assert_contains(
		str_text(&f->notices), "b.sql:12: PRAGMA foreign_keys has no effect inside");
}

static void the_first_step_of_a_run_may_ask_for_enforcement_too(void **state)
{
	struct fixture *f = *state;

	lock(f);
	add_step(f, "a", "b", "PRAGMA foreign_keys = ON; DELETE FROM parent WHERE id = 2");
	apply_all(f);
	assert_string_equal(children(f), "10|1;");
}

static void new_violations_fail_the_script_with_row_and_table(void **state)
{
	struct fixture *f = *state;

	add_step(f, "a", "b", "\n-- oh\nDELETE FROM parent");
	assert_failed(f, MIGRATE_E_SQL,
		"the script leaves 2 foreign key violations: row 10 of \"child\" has no match in "
		"\"parent\", row 20 of \"child\" has no match in \"parent\"");
	assert_string_equal(f->error.file, "b.sql");
	assert_int_equal(f->error.line, 12);
	assert_string_equal(query(f, "SELECT count(*) FROM parent"), "2;");
	assert_string_equal(query(f, "SELECT * FROM migrate_version"), "a;");
}

static void violations_that_were_there_before_do_not_fail_it(void **state)
{
	struct fixture *f = *state;

	query(f, "INSERT INTO child VALUES (30, 99)");
	add_step(f, "a", "b", "INSERT INTO child VALUES (40, 2); CREATE TABLE once (x)");
	add_step(f, "b", "c", "INSERT INTO child VALUES (50, 1)");
	apply_all(f);
	assert_string_equal(children(f), "10|1;20|2;30|99;40|2;50|1;");
	add_step(f, "c", "d", "INSERT INTO child VALUES (60, 98)");
	assert_failed(f, MIGRATE_E_SQL,
		"leaves 1 foreign key violation: row 60 of \"child\" has no match");
}

static void violations_are_compared_over_a_run_in_one_transaction(void **state)
{
	struct fixture *f = *state;

	query(f, "INSERT INTO child VALUES (30, 99)");
	f->batch = (struct db_batch){.together = true, .opens = true, .closes = true};
	add_step(f, "a", "b", "CREATE INDEX i ON child (parent_id)");
	add_step(f, "b", "c", "INSERT INTO child VALUES (40, 1)");
	add_step(f, "c", "d", "INSERT INTO child VALUES (50, 2)");
	apply_all(f);
	assert_string_equal(children(f), "10|1;20|2;30|99;40|1;50|2;");
	lock(f);
	f->batch = (struct db_batch){.together = true, .opens = true, .closes = true};
	add_step(f, "d", "e", "CREATE TABLE late (x REFERENCES parent)");
	add_step(f, "e", "g", "INSERT INTO late VALUES (77)");
	assert_failed(f, MIGRATE_E_SQL, "row 1 of \"late\" has no match in \"parent\"");
	assert_string_equal(f->error.file, "g.sql");
}

static void the_first_foreign_key_of_a_schema_is_noticed(void **state)
{
	struct fixture *f = *state;

	upgrade(f, "a", "b", "DROP TABLE child");
	close_db(f);
	open_db(f, DB_WRITE);
	lock(f);
	add_step(f, "b", "c", "INSERT INTO parent VALUES (3, 'three')");
	add_step(f, "c", "d", "CREATE TABLE late (x \nREFERENCES parent)");
	add_step(f, "d", "e", "INSERT INTO late VALUES (77)");
	assert_failed(f, MIGRATE_E_SQL, "row 1 of \"late\" has no match in \"parent\"");
	assert_true(f->step[1].done);
	assert_string_equal(query(f, "SELECT * FROM migrate_version"), "d;");
}

static void a_key_without_a_matching_index_is_a_warning_and_other_keys_count(void **state)
{
	struct fixture *f = *state;

	upgrade(f, "a", "b",
		"CREATE TABLE odd (name REFERENCES parent (name)); INSERT INTO odd VALUES ('one')");
	assert_contains(str_text(&f->notices), "foreign keys of \"odd\" are not checked");
	str_clear(&f->notices);
	add_step(f, "b", "c", "INSERT INTO child VALUES (30, 99)");
	assert_failed(f, MIGRATE_E_SQL, "row 30 of \"child\" has no match in \"parent\"");
	assert_string_equal(str_text(&f->notices), "");
}

static void enforcement_cannot_be_switched_inside_one_transaction(void **state)
{
	struct fixture *f = *state;

	f->batch = (struct db_batch){.together = true, .opens = true, .closes = true};
	add_step(f, "a", "b", "CREATE TABLE b (x)");
	add_step(f, "b", "c", "DELETE FROM parent")->options.foreign_keys = TOGGLE_ON;
	assert_failed(f, MIGRATE_E_REFUSED, "cannot be switched inside the one transaction");
	assert_string_equal(query(f, "SELECT * FROM migrate_version"), "a;");
}

static void deferred_keys_that_stay_broken_fail_the_script(void **state)
{
	struct fixture *f = *state;

	add_step(f, "a", "b",
		"PRAGMA foreign_keys = ON; PRAGMA defer_foreign_keys = ON; "
		"INSERT INTO child VALUES (30, 99)");
	assert_failed(f, MIGRATE_E_SQL, "row 30 of \"child\" has no match");
	assert_string_equal(children(f), "10|1;20|2;");
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up_schema, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(a_rebuild_of_the_parent_keeps_the_children),
		TEST(a_script_that_asks_for_enforcement_gets_it),
		TEST(a_leading_pragma_is_obeyed_however_it_is_written),
		TEST(a_leading_pragma_that_switches_off_wins_over_the_marker),
		TEST(a_pragma_elsewhere_is_told_to_have_no_effect),
		TEST(the_first_step_of_a_run_may_ask_for_enforcement_too),
		TEST(new_violations_fail_the_script_with_row_and_table),
		TEST(violations_that_were_there_before_do_not_fail_it),
		TEST(violations_are_compared_over_a_run_in_one_transaction),
		TEST(the_first_foreign_key_of_a_schema_is_noticed),
		TEST(a_key_without_a_matching_index_is_a_warning_and_other_keys_count),
		TEST(enforcement_cannot_be_switched_inside_one_transaction),
		TEST(deferred_keys_that_stay_broken_fail_the_script),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
