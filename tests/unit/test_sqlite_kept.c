/* What the pieces of one script keep on SQLite: settings, temporary tables, attached files,
 * foreign keys. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "sqlite_pieces.h"

static void attach_needs_transaction_off_and_ends_with_the_script(void **state)
{
	struct fixture *f = *state;
	const char *attach = arena_printf(&f->arena, "ATTACH '%s/other.db' AS o", f->folder);

	make_piece(f, NULL, "a", 1, INSIDE, "CREATE TABLE t (x)");
	f->step[0].whole_script = "CREATE TABLE t (x);\n /* c */ attach 'x' AS y";
	f->step[0].whole_size = strlen(f->step[0].whole_script);
	assert_failed(f, MIGRATE_E_REFUSED, "attach is refused");
	assert_int_equal(f->error.line, 11);
	assert_string_equal(query(f, "SELECT * FROM sqlite_schema"), "");
	migrate_error_clear(&f->error);

	piece(f, 1, OUTSIDE | OFF, attach);
	piece(f, 2, OUTSIDE | OFF, "CREATE TABLE o.t (x)");
	piece(f, 3, OUTSIDE | OFF, "DETACH o");
	piece(f, 4, OUTSIDE | OFF, attach);
	assert_string_equal(str_text(&f->notices), "");
	piece(f, 5, OUTSIDE | OFF | LAST, "INSERT INTO o.t VALUES (7)");
	assert_contains(str_text(&f->notices), "database \"o\" was detached");
	make_piece(f, "a", "b", 1, OUTSIDE | OFF | LAST, "SELECT * FROM o.t");
	assert_failed(f, MIGRATE_E_SQL, "no such table: o.t");
	query(f, attach);
	assert_string_equal(query(f, "SELECT x FROM o.t"), "7;");
}

static void an_attached_file_goes_with_a_failure_too(void **state)
{
	struct fixture *f = *state;

	piece(f, 1, OUTSIDE | OFF, "ATTACH ':memory:' AS o");
	assert_piece_fails(f, 2, OUTSIDE | OFF, "SELECT nix", MIGRATE_E_SQL, "no such column");
	assert_piece_fails(f, 2, OUTSIDE | OFF, "DETACH o", MIGRATE_E_SQL, "no such database: o");
}

/* Settings as the script sees them, into the table seen. */
#define LOOK                                                                                  \
	"INSERT INTO seen SELECT synchronous || ' ' || legacy_alter_table || ' ' || timeout " \
	"|| ' ' || ('a' LIKE 'A') FROM pragma_synchronous, pragma_legacy_alter_table, "       \
	"pragma_busy_timeout"

static void settings_stay_from_piece_to_piece_and_end_with_the_script(void **state)
{
	struct fixture *f = *state;

	piece(f, 1, INSIDE,
		"CREATE TABLE seen (x); " LOOK "; PRAGMA legacy_alter_table = ON; "
		"PRAGMA busy_timeout = 77; PRAGMA case_sensitive_like = 1");
	piece(f, 2, OUTSIDE, "PRAGMA synchronous = OFF");
	piece(f, 3, INSIDE, LOOK "; PRAGMA busy_timeout = 78");
	piece(f, 4, OUTSIDE, "VACUUM");
	assert_string_equal(str_text(&f->notices), "");
	piece(f, 5, INSIDE | LAST, LOOK);
	assert_contains(str_text(&f->notices), "PRAGMA synchronous was set back to 2");
	assert_contains(str_text(&f->notices), "PRAGMA legacy_alter_table was set back to 0");
	str_clear(&f->notices);
	upgrade(f, "a", "b", LOOK);
	assert_string_equal(query(f, "SELECT x FROM seen"), "2 0 0 1;0 1 77 0;0 1 78 0;2 0 0 1;");
	assert_string_equal(str_text(&f->notices), "");
}

static void settings_end_with_a_failure(void **state)
{
	struct fixture *f = *state;

	piece(f, 1, INSIDE, "CREATE TABLE seen (x); PRAGMA legacy_alter_table = ON");
	piece(f, 2, OUTSIDE, "PRAGMA synchronous = OFF");
	assert_piece_fails(f, 3, INSIDE, "SELECT nix", MIGRATE_E_SQL, "no such column");
	piece(f, 3, INSIDE, LOOK);
	assert_string_equal(query(f, "SELECT x FROM seen"), "2 0 0 1;");
}

static void settings_stay_where_the_script_is_to_be_cut_anew(void **state)
{
	struct fixture *f = *state;

	piece(f, 1, INSIDE, "CREATE TABLE seen (x); PRAGMA legacy_alter_table = ON");
	assert_piece_fails(f, 2, INSIDE, "SELECT 1; VACUUM", MIGRATE_E_SQL, "cannot VACUUM");
	assert_true(f->step[0].needs_outside);
	piece(f, 2, INSIDE, LOOK);
	assert_string_equal(query(f, "SELECT x FROM seen"), "2 1 0 1;");
}

static void no_setting_of_a_script_stops_its_own_records(void **state)
{
	struct fixture *f = *state;

	piece(f, 1, INSIDE,
		"CREATE TABLE t (x); PRAGMA query_only = ON; PRAGMA count_changes = ON; "
		"PRAGMA max_page_count = 5");
	piece(f, 2, OUTSIDE, "PRAGMA synchronous = OFF");
	assert_piece_fails(f, 3, INSIDE, "INSERT INTO t VALUES (1)", MIGRATE_E_SQL,
		"attempt to write a readonly database");
	assert_string_equal(journal(f), "1 done;2 started;2 done;");
}

static void temporary_tables_stay_and_do_not_meddle_with_the_log(void **state)
{
	struct fixture *f = *state;

	piece(f, 1, INSIDE,
		"CREATE TABLE t (x); CREATE TEMP TABLE kept AS SELECT 5 AS x; "
		"CREATE TEMP TABLE migrate_log (y); "
		"CREATE TEMP TRIGGER spy AFTER INSERT ON main.migrate_log BEGIN "
		"DELETE FROM kept; END");
	assert_contains(str_text(&f->notices), "temporary trigger \"spy\" was dropped");
	piece(f, 2, OUTSIDE, "VACUUM");
	piece(f, 3, INSIDE | LAST, "INSERT INTO t SELECT x FROM kept");
	assert_contains(str_text(&f->notices), "temporary table \"kept\" was dropped");
	assert_string_equal(query(f, "SELECT x FROM t"), "5;");
	assert_string_equal(journal(f), "1 done;2 started;2 done;3 done;applied;");
}

static void temporary_tables_go_with_a_failure(void **state)
{
	struct fixture *f = *state;

	piece(f, 1, INSIDE, "CREATE TEMP TABLE kept AS SELECT 5 AS x");
	assert_piece_fails(f, 2, INSIDE, "SELECT nix", MIGRATE_E_SQL, "no such column");
	assert_piece_fails(f, 2, INSIDE, "SELECT x FROM kept", MIGRATE_E_SQL, "no such table");
}

static void the_journal_mode_changes_for_good_or_is_told(void **state)
{
	struct fixture *f = *state;

	piece(f, 1, OUTSIDE, "PRAGMA journal_mode = WAL");
	piece(f, 2, INSIDE, "CREATE TABLE t (x)");
	assert_string_equal(str_text(&f->notices), "");
	piece(f, 3, OUTSIDE | LAST, "PRAGMA temp.journal_mode = WAL");
	assert_contains(str_text(&f->notices), "PRAGMA journal_mode = WAL had no effect");
	assert_string_equal(query(f, "PRAGMA journal_mode"), "wal;");
}

static void the_settings_of_a_part_that_has_run_are_repeated(void **state)
{
	struct fixture *f = *state;

	piece(f, 1, INSIDE, "CREATE TABLE seen (x)");
	make_piece(f, NULL, "a", 2, INSIDE, LOOK);
	f->step[0].prelude = "PRAGMA synchronous = OFF;\nPRAGMA legacy_alter_table = 1;\n";
	apply_all(f);
	piece(f, 3, INSIDE | LAST, LOOK);
	assert_string_equal(query(f, "SELECT x FROM seen"), "0 1 0 1;0 1 0 1;");
	assert_string_equal(journal(f), "1 done;2 done;3 done;applied;");
	upgrade(f, "a", "b", LOOK);
	assert_string_equal(query(f, "SELECT max(x) FROM seen"), "2 0 0 1;");

	make_piece(f, "b", "c", 2, INSIDE, LOOK);
	f->step[0].prelude = "PRAGMA legacy_alter_table = 1; nonsense;";
	assert_failed(f, MIGRATE_E_SQL, "syntax error");
	assert_contains(f->error.detail, "repeats the settings");
	assert_int_equal(f->error.line, 10);
	assert_string_equal(read_journal(f), "");
}

#define KEYS                                                  \
	"CREATE TABLE p (id INTEGER PRIMARY KEY); "           \
	"CREATE TABLE c (p REFERENCES p ON DELETE CASCADE); " \
	"INSERT INTO p VALUES (1), (2), (3); INSERT INTO c VALUES (1), (2), (3)"

static void foreign_keys_are_those_of_the_script_in_each_piece(void **state)
{
	struct fixture *f = *state;

	upgrade(f, NULL, "k", KEYS);
	for (long i = 1; i < 4; i++) {
		make_piece(f, "k", "a", i, i == 3 ? LAST : INSIDE,
			arena_printf(&f->arena, "DELETE FROM p WHERE id = %ld", i));
		if (i == 1)
			f->step[0].script = "PRAGMA foreign_keys = ON; DELETE FROM p WHERE id = 1";
		f->step[0].script_size = strlen(f->step[0].script);
		apply_all(f);
	}
	assert_string_equal(query(f, "SELECT count(*) FROM c"), "0;");
	upgrade(f, "a", "b", "INSERT INTO p VALUES (1)");

	make_piece(f, "b", "c", 2, LAST, "DELETE FROM p"); /* resumed */
	f->step[0].whole_script = "PRAGMA foreign_keys = 1; SELECT 1; DELETE FROM p";
	f->step[0].whole_size = strlen(f->step[0].whole_script);
	f->step[0].prelude = "PRAGMA foreign_keys = 1; PRAGMA foreign_keys = 0";
	query(f, "INSERT INTO c VALUES (1)");
	apply_all(f);
	assert_string_equal(query(f, "SELECT count(*) FROM c"), "0;");
}

static void foreign_keys_that_a_transaction_breaks_fail_it(void **state)
{
	struct fixture *f = *state;

	piece(f, 1, INSIDE, KEYS);
	assert_piece_fails(f, 2, INSIDE, "DELETE FROM p WHERE id = 1", MIGRATE_E_SQL,
		"the script leaves 1 foreign key violation");
	assert_string_equal(query(f, "SELECT count(*) FROM p"), "3;");
}

static void foreign_keys_that_a_statement_outside_breaks_are_told(void **state)
{
	struct fixture *f = *state;

	piece(f, 1, INSIDE, KEYS "; INSERT INTO p VALUES (4); DELETE FROM c WHERE p = 4");
	piece(f, 2, OUTSIDE | OFF, "DELETE FROM p WHERE id = 4");
	piece(f, 3, OUTSIDE | OFF, "DELETE FROM p WHERE id = 1");
	piece(f, 4, OUTSIDE | OFF | LAST, "SELECT 1");
	assert_contains(str_text(&f->notices), "the script leaves 1 foreign key violation: row 1");
	str_clear(&f->notices);

	make_piece(f, "a", "b", 1, OUTSIDE | OFF, "PRAGMA foreign_keys = ON");
	apply_all(f);
	make_piece(f, "a", "b", 2, OUTSIDE | OFF | LAST, "DELETE FROM p WHERE id = 2");
	apply_all(f);
	assert_string_equal(query(f, "SELECT p FROM c"), "1;3;");
	assert_string_equal(str_text(&f->notices), "");
	upgrade(f, "b", "c", "DROP TABLE c");
}

static void a_script_that_was_left_does_not_reach_the_next(void **state)
{
	struct fixture *f = *state;

	piece(f, 1, INSIDE, "CREATE TABLE seen (x); PRAGMA legacy_alter_table = ON");
	piece(f, 2, OUTSIDE, "PRAGMA synchronous = OFF");
	make_piece(f, NULL, "b", 1, INSIDE, LOOK);
	apply_all(f);
	assert_string_equal(query(f, "SELECT x FROM seen"), "2 0 0 1;");
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up_locked, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(attach_needs_transaction_off_and_ends_with_the_script),
		TEST(an_attached_file_goes_with_a_failure_too),
		TEST(settings_stay_from_piece_to_piece_and_end_with_the_script),
		TEST(settings_end_with_a_failure),
		TEST(settings_stay_where_the_script_is_to_be_cut_anew),
		TEST(no_setting_of_a_script_stops_its_own_records),
		TEST(temporary_tables_stay_and_do_not_meddle_with_the_log),
		TEST(temporary_tables_go_with_a_failure),
		TEST(the_journal_mode_changes_for_good_or_is_told),
		TEST(the_settings_of_a_part_that_has_run_are_repeated),
		TEST(foreign_keys_are_those_of_the_script_in_each_piece),
		TEST(foreign_keys_that_a_transaction_breaks_fail_it),
		TEST(foreign_keys_that_a_statement_outside_breaks_are_told),
		TEST(a_script_that_was_left_does_not_reach_the_next),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
