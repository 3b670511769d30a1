/* What --sql writes for SQLite, run by the sqlite3 shell. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "sqlite_pieces.h"

/* Writes the script of the steps in f to a file, and empties the batch. */
static void write_script(struct fixture *f, const char *base, bool together)
{
	struct db_script script = {
		.expected = one(f, base), .creates_tables = !base, .together = together};
	struct str text = {0};
	FILE *file = fopen(arena_printf(&f->arena, "%s/script.sql", f->folder), "w");

	sqlite_driver.script_begin(&f->settings, &script, &text);
	for (size_t i = 0; i < f->batch.count; i++)
		sqlite_driver.script_step(&f->settings, &script, &f->step[i], &text);
	sqlite_driver.script_end(&f->settings, &script, &text);
	f->batch.count = 0;
	fputs(str_text(&text), file);
	fclose(file);
	str_release(&text);
}

/* The shell's exit status; its messages are left in the file out. */
static int run_script(struct fixture *f)
{
	char command[256];

	snprintf(command, sizeof command, "cd %s && sqlite3 app.db < script.sql > out 2>&1",
		f->folder);
	return WEXITSTATUS(system(command));
}

static const char *output(struct fixture *f)
{
	FILE *file = fopen(arena_printf(&f->arena, "%s/out", f->folder), "r");
	char *text = arena_alloc(&f->arena, 4096);

	assert_true(fread(text, 1, 4095, file) < 4095);
	fclose(file);
	return text;
}

static void assert_script_runs(struct fixture *f)
{
	if (run_script(f))
		fail_msg("the shell said: %s", output(f));
	assert_string_equal(output(f), "");
}

static int set_up_script(void **state)
{
	struct fixture *f;

	if (set_up(state))
		return -1;
	f = *state;
	add_step(f, NULL, "a",
		"CREATE TABLE a (x);\nINSERT INTO a VALUES ('it''s;\n.quit') -- no semicolon");
	f->step[0].message = "First\nDROP TABLE a";
	add_step(f, "a", "b", "CREATE TABLE b (x); -- last line");
	return 0;
}

static void it_does_what_the_driver_does(void **state)
{
	static const char state_of[] =
		"SELECT name, sql FROM sqlite_schema ORDER BY 1; SELECT * FROM migrate_version; "
		"SELECT version_table, id, revision, direction, outcome, segment, checksum, "
		"applied_by, tool_version, sql FROM migrate_log; SELECT * FROM a";
	struct fixture *f = *state;
	const char *by_script, *by_driver;

	write_script(f, NULL, false);
	assert_script_runs(f);
	by_script = query(f, state_of);
	f->api.close_v2(f->other);
	f->other = NULL;
	assert_int_equal(unlink(f->path), 0);
	open_db(f, DB_CREATE);
	lock(f);
	f->batch.count = 2;
	apply_all(f);
	by_driver = query(f, state_of);
	/* the driver's CREATE TABLE has no IF NOT EXISTS; SQLite does not keep it */
	assert_string_equal(by_script, by_driver);
	assert_contains(by_script, "it's;\n.quit");
}

static void a_second_run_is_refused_and_changes_nothing(void **state)
{
	struct fixture *f = *state;

	for (int together = 0; together < 2; together++) {
		f->batch.count = 2;
		write_script(f, NULL, together);
		assert_script_runs(f);
		assert_int_equal(run_script(f), 1);
		assert_contains(output(f), "the database is not at base: nothing was changed");
		assert_string_equal(query(f, "SELECT * FROM migrate_version; "
					     "SELECT count(*) FROM migrate_log"),
			"b;2;");
		f->api.close_v2(f->other);
		f->other = NULL;
		unlink(f->path);
	}
}

static void a_script_from_a_revision_needs_that_revision(void **state)
{
	struct fixture *f = *state;

	f->batch.count = 1;
	write_script(f, NULL, false);
	assert_script_runs(f);
	f->batch.count = 0;
	add_step(f, "z", "b", "CREATE TABLE b (x)");
	write_script(f, "z", false);
	assert_int_equal(run_script(f), 1);
	assert_contains(output(f), "the database is not at z");
	assert_string_equal(query(f, "SELECT * FROM migrate_version"), "a;");
	add_step(f, "a", "b", "CREATE TABLE b (x)");
	write_script(f, "a", false);
	assert_script_runs(f);
	assert_string_equal(query(f, "SELECT * FROM migrate_version"), "b;");
}

static void a_failing_statement_stops_it_with_its_revision_undone(void **state)
{
	struct fixture *f = *state;

	add_step(f, "b", "c", "CREATE TABLE c (x); INSERT INTO nowhere VALUES (1);");
	add_step(f, "c", "d", "CREATE TABLE d (x);");
	write_script(f, NULL, false);
	assert_int_equal(run_script(f), 1);
	assert_contains(output(f), "no such table: nowhere");
	assert_string_equal(query(f, "SELECT * FROM migrate_version; SELECT name FROM "
				     "sqlite_schema WHERE type = 'table' AND name < 'm'"),
		"b;a;b;");
}

static void a_row_that_moved_meanwhile_undoes_the_revision(void **state)
{
	struct fixture *f = *state;

	f->batch.count = 1;
	f->step[0].script = "CREATE TABLE a (x); INSERT INTO migrate_version VALUES ('y')";
	f->step[0].script_size = strlen(f->step[0].script);
	add_step(f, "x", "b", "CREATE TABLE b (x)");
	write_script(f, NULL, false);
	assert_int_equal(run_script(f), 1);
	assert_contains(output(f), "another run changed the version table");
	assert_string_equal(query(f, "SELECT * FROM migrate_version"), "y;a;");
}

static void foreign_keys_are_switched_outside_the_transaction(void **state)
{
	struct fixture *f = *state;

	f->batch.count = 0;
	add_step(f, NULL, "a",
		"CREATE TABLE p (id INTEGER PRIMARY KEY); "
		"CREATE TABLE c (p REFERENCES p ON DELETE CASCADE); "
		"INSERT INTO p VALUES (1), (2); INSERT INTO c VALUES (1), (2)");
	add_step(f, "a", "b", "DELETE FROM p WHERE id = 1")->options.foreign_keys = TOGGLE_ON;
	add_step(f, "b", "c", "DELETE FROM p");
	write_script(f, NULL, false);
	assert_script_runs(f);
	assert_string_equal(query(f, "SELECT * FROM c"), "2;");

	query(f, "UPDATE migrate_version SET version_num = 'b'");
	add_step(f, "b", "c", "DELETE FROM p")->options.foreign_keys = TOGGLE_ON;
	write_script(f, "b", true);
	assert_int_equal(run_script(f), 1);
	assert_contains(output(f), "foreign_keys=on needs a transaction for each revision");
}

static void hostile_names_stay_names(void **state)
{
	struct fixture *f = *state;

	f->settings.version_table = "a\"b';--";
	f->settings.tool = "x\nDROP TABLE a;";
	f->batch.count = 0;
	add_step(f, NULL, "r1", "CREATE TABLE a (x)")->file = "b\n;DROP TABLE a;";
	write_script(f, NULL, false);
	assert_script_runs(f);
	assert_string_equal(
		query(f, "SELECT * FROM \"a\"\"b';--\"; SELECT count(*) FROM a"), "r1;0;");
}

static void a_stamp_moves_rows_and_logs_them(void **state)
{
	struct fixture *f = *state;

	f->batch.count = 0;
	*add_step(f, NULL, "s", NULL) = (struct db_step){
		.revision = "s", .direction = DB_STAMP, .add = one(f, "s")};
	write_script(f, NULL, false);
	assert_script_runs(f);
	assert_string_equal(query(f, "SELECT * FROM migrate_version; "
				     "SELECT revision, direction, sql FROM migrate_log"),
		"s;s|stamp|NULL;");
}

static void pieces_do_what_the_driver_does(void **state)
{
	static const char state_of[] =
		"SELECT name, sql FROM sqlite_schema ORDER BY 1; SELECT * FROM migrate_version; "
		"SELECT id, revision, direction, outcome, segment, checksum, "
		"finished_at IS NULL, sql FROM migrate_log; SELECT x FROM c; "
		"PRAGMA journal_mode";
	struct fixture *f = *state;
	const char *by_script = "";

	write_script(f, NULL, false);
	assert_script_runs(f);
	for (int driver = 0; driver < 2; driver++) {
		struct db_step steps[4];

		make_piece(f, "b", "c", 1, INSIDE, "CREATE TABLE c (x); -- here");
		steps[0] = f->step[0];
		make_piece(f, "b", "c", 2, OUTSIDE, "VACUUM -- it");
		steps[1] = f->step[0];
		make_piece(f, "b", "c", 3, INSIDE, "INSERT INTO c VALUES (1)");
		steps[2] = f->step[0];
		make_piece(f, "b", "c", 4, OUTSIDE | LAST, "PRAGMA user_version = 7;");
		steps[3] = f->step[0];
		memcpy(f->step, steps, sizeof steps);
		f->batch.count = 4;
		if (driver) {
			open_db(f, DB_WRITE);
			lock(f);
			apply_all(f);
			assert_string_equal(query(f, state_of), by_script);
			continue;
		}
		write_script(f, "b", false);
		assert_script_runs(f);
		by_script = query(f, state_of);
		assert_contains(by_script, "|done|4|");
		assert_contains(by_script, "|applied|NULL|sha256:ff|0|the whole;1;");
		query(f, "DELETE FROM migrate_log WHERE id > 2; DROP TABLE c; "
			 "UPDATE migrate_version SET version_num = 'b'");
	}
}

static void a_piece_that_fails_stops_it_behind_what_was_committed(void **state)
{
	struct fixture *f = *state;

	write_script(f, NULL, false);
	assert_script_runs(f);
	make_piece(f, "b", "c", 1, INSIDE, "CREATE TABLE c (x)");
	f->step[1] = f->step[0];
	make_piece(f, "b", "c", 2, OUTSIDE | LAST, "VACUUM nowhere");
	f->step[2] = f->step[0];
	f->step[0] = f->step[1];
	f->step[1] = f->step[2];
	f->batch.count = 2;
	write_script(f, "b", false);
	assert_int_equal(run_script(f), 1);
	assert_string_equal(query(f, "SELECT outcome, segment FROM migrate_log WHERE id > 2; "
				     "SELECT * FROM migrate_version"),
		"done|1;started|2;b;");
}

static void pieces_have_the_foreign_keys_that_the_driver_gives_them(void **state)
{
	struct fixture *f = *state;

	f->batch.count = 0;
	add_step(f, NULL, "a",
		"CREATE TABLE p (id INTEGER PRIMARY KEY); "
		"CREATE TABLE c (p REFERENCES p ON DELETE CASCADE); "
		"INSERT INTO p VALUES (1), (2), (3); INSERT INTO c VALUES (1), (2), (3)");
	write_script(f, NULL, false);
	assert_script_runs(f);
	make_piece(f, "a", "b", 2, INSIDE | LAST, "DELETE FROM p WHERE id = 2");
	f->step[1] = f->step[0];
	make_piece(f, "a", "b", 1, INSIDE, "PRAGMA foreign_keys = ON; DELETE FROM p WHERE id = 1");
	f->step[2] = (struct db_step){.revision = "c",
		.script = "DELETE FROM p WHERE id = 3",
		.script_size = 26,
		.remove = one(f, "b"),
		.add = one(f, "c")};
	f->batch.count = 3;
	write_script(f, "a", false);
	assert_script_runs(f);
	assert_string_equal(query(f, "SELECT p FROM c"), "3;");
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up_script, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(it_does_what_the_driver_does),
		TEST(a_second_run_is_refused_and_changes_nothing),
		TEST(a_script_from_a_revision_needs_that_revision),
		TEST(a_failing_statement_stops_it_with_its_revision_undone),
		TEST(a_row_that_moved_meanwhile_undoes_the_revision),
		TEST(foreign_keys_are_switched_outside_the_transaction),
		TEST(hostile_names_stay_names),
		TEST(a_stamp_moves_rows_and_logs_them),
		TEST(pieces_do_what_the_driver_does),
		TEST(a_piece_that_fails_stops_it_behind_what_was_committed),
		TEST(pieces_have_the_foreign_keys_that_the_driver_gives_them),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
