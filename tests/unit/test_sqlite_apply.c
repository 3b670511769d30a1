/* The SQLite driver's batches: transactions, rows, log, and what a script may not do. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "sqlite_fixture.h"

static int set_up_open(void **state)
{
	if (set_up(state))
		return -1;
	open_db(*state, DB_CREATE);
	str_clear(&((struct fixture *)*state)->notices);
	return 0;
}

static const char *tables(struct fixture *f)
{
	return query(f, "SELECT name FROM sqlite_schema WHERE type = 'table' ORDER BY name");
}

static const char *rows(struct fixture *f)
{
	return query(f, "SELECT version_num FROM migrate_version ORDER BY 1");
}

static void a_step_changes_schema_row_and_log_together(void **state)
{
	struct fixture *f = *state;
	static const char script[] = "CREATE TABLE a (x);\n-- comment\nINSERT INTO a VALUES (1);;";

	lock(f);
	add_step(f, NULL, "a", script);
	apply_all(f);
	assert_true(f->step[0].done);
	assert_int_equal(f->step[0].statements, 2);
	assert_true(f->step[0].duration > 0);
	assert_string_equal(rows(f), "a;");
	assert_string_equal(query(f, "SELECT x FROM a"), "1;");
	assert_string_equal(
		query(f, "SELECT version_table, id, revision, direction, outcome, segment, "
			 "checksum, applied_by, tool_version, sql FROM migrate_log"),
		arena_printf(&f->arena,
			"migrate_version|1|a|upgrade|applied|NULL|sha256:00|tester@here|"
			"migrate test|%s;",
			script));
	assert_string_equal(query(f, "SELECT count(*) FROM migrate_log WHERE started_at GLOB "
				     "'20[0-9][0-9]-[01][0-9]-[0-3][0-9] "
				     "[0-2][0-9]:[0-5][0-9]:[0-6][0-9].[0-9][0-9][0-9]' AND "
				     "finished_at >= started_at"),
		"1;");
	assert_string_equal(str_text(&f->progress), "start:a done:a ");
	assert_string_equal(str_text(&f->notices), "");
}

static void steps_of_a_batch_commit_one_by_one(void **state)
{
	struct fixture *f = *state;

	lock(f);
	add_step(f, NULL, "a", "CREATE TABLE a (x)");
	add_step(f, "a", "b", "CREATE TABLE b (x); CREATE TABLE broken (");
	add_step(f, "b", "c", "CREATE TABLE c (x)");
	assert_failed(f, MIGRATE_E_SQL, "incomplete input");
	assert_true(f->step[0].done);
	assert_false(f->step[1].done || f->step[2].done);
	assert_string_equal(rows(f), "a;");
	assert_string_equal(tables(f), "a;migrate_log;migrate_version;");
	assert_string_equal(str_text(&f->progress), "start:a done:a start:b failed:b ");
}

static void steps_together_are_all_or_nothing_over_several_batches(void **state)
{
	struct fixture *f = *state;

	lock(f);
	f->batch = (struct db_batch){.together = true, .opens = true};
	add_step(f, NULL, "a", "CREATE TABLE a (x)");
	apply_all(f);
	assert_false(f->step[0].done);
	f->batch = (struct db_batch){.together = true, .closes = true};
	add_step(f, "a", "b", "CREATE TABLE b (x); SELECT nix");
	assert_failed(f, MIGRATE_E_SQL, "no such column: nix");
	assert_string_equal(tables(f), "");
	f->progress.size = 0;
	migrate_error_clear(&f->error);

	lock(f);
	f->batch = (struct db_batch){.together = true, .opens = true};
	add_step(f, NULL, "a", "CREATE TABLE a (x)");
	apply_all(f);
	assert_string_equal(tables(f), "");
	f->batch = (struct db_batch){.together = true, .closes = true};
	add_step(f, "a", "b", "CREATE TABLE b (x)");
	apply_all(f);
	assert_true(f->step[0].done);
	assert_string_equal(rows(f), "b;");
	assert_string_equal(query(f, "SELECT id, revision FROM migrate_log"), "1|a;2|b;");
}

static void a_first_step_that_fails_leaves_an_empty_database(void **state)
{
	struct fixture *f = *state;

	lock(f);
	add_step(f, NULL, "a", "CREATE TABLE a (x); INSERT INTO nowhere VALUES (1)");
	assert_failed(f, MIGRATE_E_SQL, "no such table: nowhere");
	assert_string_equal(tables(f), "");
}

static void an_error_points_at_its_place_in_the_file(void **state)
{
	struct fixture *f = *state;

	lock(f);
	add_step(f, NULL, "a", "CREATE TABLE a (x);\n\n  /* ä */ INSERT INTO a\nVALUES (nix);\n");
	assert_failed(f, MIGRATE_E_SQL, "no such column: nix");
	assert_string_equal(f->error.file, "a.sql");
	assert_int_equal(f->error.line, 13);
	assert_int_equal(f->error.column, 9);
	assert_string_equal(f->error.excerpt, "VALUES (nix);");
	assert_string_equal(f->error.statement, "INSERT INTO a\nVALUES (nix)");
	migrate_error_clear(&f->error);

	lock(f);
	add_step(f, NULL, "a",
		"CREATE TABLE a (x UNIQUE);\nINSERT INTO a VALUES (1);\n"
		"-- why\n  INSERT INTO a VALUES (1)");
	assert_failed(f, MIGRATE_E_SQL, "UNIQUE constraint failed: a.x");
	assert_int_equal(f->error.line, 13);
	assert_int_equal(f->error.column, 3);
}

static void rows_that_another_run_changed_stop_the_step(void **state)
{
	struct fixture *f = *state;

	lock(f);
	upgrade(f, NULL, "a", "CREATE TABLE a (x)");
	query(f, "UPDATE migrate_version SET version_num = 'z'");
	add_step(f, "a", "b", "CREATE TABLE b (x)");
	assert_failed(f, MIGRATE_E_DATABASE, "another run changed version table");
	assert_string_equal(rows(f), "z;");
	assert_string_equal(tables(f), "a;migrate_log;migrate_version;");
}

static const char *meddle;

static void meddle_after_first(void *context, enum db_progress what, struct db_step *step)
{
	struct fixture *f = context;

	if (what == DB_STEP_DONE && step == f->step && meddle)
		assert_string_equal(query(f, meddle), "");
	if (what == DB_STEP_DONE)
		meddle = NULL;
}

static void rows_that_change_between_two_steps_are_noticed(void **state)
{
	struct fixture *f = *state;

	close_db(f);
	f->settings.hooks.progress = meddle_after_first;
	meddle = "UPDATE migrate_version SET version_num = 'z'";
	open_db(f, DB_WRITE);
	lock(f);
	add_step(f, NULL, "a", "CREATE TABLE a (x)");
	add_step(f, "a", "b", "CREATE TABLE b (x)");
	assert_failed(f, MIGRATE_E_DATABASE, "another run changed version table");
	assert_string_equal(rows(f), "z;");
}

static void log_ids_go_on_behind_what_others_wrote_between_two_steps(void **state)
{
	struct fixture *f = *state;

	close_db(f);
	f->settings.hooks.progress = meddle_after_first;
	meddle = "INSERT INTO migrate_log (version_table, id, revision, direction, outcome, "
		 "started_at) VALUES ('migrate_version', 7, 'x', 'stamp', 'applied', ''), "
		 "('other', 9, 'x', 'stamp', 'applied', '')";
	open_db(f, DB_WRITE);
	lock(f);
	add_step(f, NULL, "a", "CREATE TABLE a (x)");
	add_step(f, "a", "b", "CREATE TABLE b (x)");
	add_step(f, "b", "c", "CREATE TABLE c (x)");
	apply_all(f);
	assert_string_equal(query(f, "SELECT id, revision FROM migrate_log ORDER BY 1"),
		"1|a;7|x;9|x;10|b;11|c;");
	query(f, "UPDATE migrate_log SET id = 20 WHERE revision = 'c'");
	lock(f);
	upgrade(f, "c", "d", "CREATE TABLE d (x)");
	assert_string_equal(query(f, "SELECT id FROM migrate_log WHERE revision = 'd'"), "21;");
}

/* A child takes the lock when the first step is done, and gives it back soon after. */
static void lock_for_a_while(void *context, enum db_progress what, struct db_step *step)
{
	struct fixture *f = context;
	int ready[2];
	char byte;

	if (what != DB_STEP_DONE || step != f->step)
		return;
	assert_int_equal(pipe(ready), 0);
	if (!fork()) {
		sqlite3 *handle;

		f->api.open_v2(f->path, &handle, SQLITE_OPEN_READWRITE, NULL);
		f->api.exec(handle, "BEGIN IMMEDIATE", NULL, NULL, NULL);
		if (write(ready[1], "", 1) != 1)
			_exit(1);
		usleep(100000);
		_exit(0);
	}
	assert_int_equal(read(ready[0], &byte, 1), 1);
	close(ready[0]);
	close(ready[1]);
}

static void a_step_waits_for_a_lock_even_after_a_script_set_busy_timeout(void **state)
{
	struct fixture *f = *state;

	close_db(f);
	f->settings.hooks.progress = lock_for_a_while;
	f->settings.lock_timeout = 5000;
	open_db(f, DB_WRITE);
	lock(f);
	add_step(f, NULL, "a", "PRAGMA busy_timeout = 1; CREATE TABLE a (x)");
	add_step(f, "a", "b", "CREATE TABLE b (x)");
	apply_all(f);
	assert_string_equal(rows(f), "b;");
	wait(NULL);
}

static void a_merge_takes_several_rows_out_and_a_stamp_logs_each_row(void **state)
{
	static const char *const two[] = {"a", "b"};
	struct fixture *f = *state;

	lock(f);
	*add_step(f, NULL, "a", NULL) = (struct db_step){
		.revision = "a", .direction = DB_STAMP, .add = {two, 2}};
	apply_all(f);
	assert_string_equal(rows(f), "a;b;");
	add_step(f, NULL, "m", "");
	f->step[0].remove = f->batch.expected = (struct names){two, 2};
	apply_all(f);
	assert_string_equal(rows(f), "m;");
	*add_step(f, "m", NULL, NULL) = (struct db_step){
		.direction = DB_STAMP, .remove = one(f, "m")};
	apply_all(f);
	assert_string_equal(rows(f), "");
	assert_string_equal(query(f, "SELECT id, revision, direction FROM migrate_log"),
		"1|a|stamp;2|b|stamp;3|m|upgrade;4|m|stamp;");
}

static void statements_that_would_leave_the_transaction_are_refused(void **state)
{
	static const struct {
		const char *statement, *message;
	} refused[] = {
		{"COMMIT", "COMMIT would end the transaction"},
		{"/*c*/ CoMmIt", "COMMIT would end the transaction"},
		{"END", "COMMIT would end the transaction"},
		{"ROLLBACK", "ROLLBACK would end the transaction"},
		{"BEGIN", "BEGIN: the revision runs in a transaction already"},
		{"BEGIN EXCLUSIVE", "BEGIN: the revision runs in a transaction already"},
		{"ATTACH ':memory:' AS other", "ATTACH is refused"},
		{"DETACH main", "DETACH is refused"},
		{"PRAGMA journal_mode = MEMORY", "PRAGMA journal_mode cannot change"},
		{"PRAGMA main.journal_mode(wal)", "PRAGMA journal_mode cannot change"},
		{"PRAGMA synchronous = OFF", "Safety level may not be changed"},
		{"VACUUM", "cannot VACUUM from within a transaction"},
		{"SELECT load_extension('x')", "not authorized"},
		{"INSERT OR ROLLBACK INTO a VALUES (1)", "UNIQUE constraint failed"},
		{"INSERT INTO r VALUES (1)", "thrown out"},
	};
	struct fixture *f = *state;

	for (size_t i = 0; i < sizeof refused / sizeof *refused; i++) {
		lock(f);
		add_step(f, NULL, "a",
			arena_printf(&f->arena,
				"CREATE TABLE a (x UNIQUE); CREATE TABLE r (x); "
				"CREATE TRIGGER t AFTER INSERT ON r BEGIN "
				"SELECT RAISE(ROLLBACK, 'thrown out'); END; "
				"INSERT INTO a VALUES (1);\n %s;\nCREATE TABLE later (x);",
				refused[i].statement));
		assert_failed(f, MIGRATE_E_SQL, refused[i].message);
		assert_int_equal(f->error.line, 11);
		if (i < 13)
			assert_non_null(f->error.hint);
		assert_string_equal(tables(f), "");
		migrate_error_clear(&f->error);
	}
}

static void savepoints_work_and_do_not_outlive_their_script(void **state)
{
	struct fixture *f = *state;

	lock(f);
	f->batch = (struct db_batch){.together = true, .opens = true, .closes = true};
	add_step(f, NULL, "a",
		"CREATE TABLE a (x); SAVEPOINT s; INSERT INTO a VALUES (1); ROLLBACK TO s; "
		"INSERT INTO a VALUES (2); RELEASE s; SAVEPOINT open; INSERT INTO a VALUES (3)");
	add_step(f, "a", "b", "ROLLBACK TO open");
	assert_failed(f, MIGRATE_E_SQL, "no such savepoint: open");
	migrate_error_clear(&f->error);
	lock(f);
	f->batch = (struct db_batch){0};
	upgrade(f, NULL, "a", f->step[0].script);
	assert_string_equal(query(f, "SELECT x FROM a"), "2;3;");
}

static void settings_of_a_script_do_not_reach_the_next(void **state)
{
	static const char *const settings[] = {"query_only = ON", "recursive_triggers = 1",
		"ignore_check_constraints = 1", "locking_mode = EXCLUSIVE", "count_changes = 1",
		"legacy_alter_table = 1", "reverse_unordered_selects = 1", "busy_timeout = 77",
		"main.cache_size = -77", "case_sensitive_like = 1"};
	struct fixture *f = *state;

	lock(f);
	f->batch = (struct db_batch){.together = true, .opens = true};
	add_step(f, NULL, "a", "CREATE TABLE seen (x, y)");
	apply_all(f);
	for (size_t i = 0; i < sizeof settings / sizeof *settings; i++) {
		const char *pragma = arena_printf(&f->arena, "PRAGMA %s;", settings[i]);

		f->batch = (struct db_batch){.together = true};
		add_step(f, "a", "a", pragma);
		apply_all(f);
		assert_contains(str_text(&f->notices), "was set back to");
		str_clear(&f->notices);
	}
	f->batch = (struct db_batch){.together = true, .closes = true};
	add_step(f, "a", "b",
		"INSERT INTO seen SELECT (SELECT query_only FROM pragma_query_only) || "
		"(SELECT recursive_triggers FROM pragma_recursive_triggers) || "
		"(SELECT count_changes FROM pragma_count_changes) || "
		"(SELECT legacy_alter_table FROM pragma_legacy_alter_table) || "
		"(SELECT locking_mode FROM pragma_locking_mode) || "
		"(SELECT timeout FROM pragma_busy_timeout), 'a' LIKE 'A'");
	apply_all(f);
	assert_string_equal(query(f, "SELECT * FROM seen"), "0000normal0|1;");
	assert_string_equal(str_text(&f->notices), "");
}

static void a_setting_that_the_script_sets_back_itself_is_no_news(void **state)
{
	struct fixture *f = *state;

	lock(f);
	upgrade(f, NULL, "a",
		"PRAGMA legacy_alter_table = ON; CREATE TABLE a (x); "
		"PRAGMA legacy_alter_table = OFF; PRAGMA user_version = 7");
	assert_string_equal(str_text(&f->notices), "");
	assert_string_equal(query(f, "PRAGMA user_version"), "7;");
}

static void temporary_tables_do_not_shadow_ours_or_reach_the_next_script(void **state)
{
	struct fixture *f = *state;

	lock(f);
	upgrade(f, NULL, "a",
		"CREATE TABLE a (x); CREATE TEMP TABLE migrate_version (y); "
		"CREATE TEMP TABLE migrate_log (y); CREATE TEMP VIEW v AS SELECT 1; "
		"CREATE TEMP TRIGGER t AFTER INSERT ON main.migrate_log BEGIN "
		"DELETE FROM a; END; INSERT INTO a VALUES (1)");
	assert_string_equal(rows(f), "a;");
	assert_string_equal(query(f, "SELECT x FROM a"), "1;");
	assert_contains(str_text(&f->notices), "temporary trigger \"t\" was dropped");
	assert_contains(str_text(&f->notices), "temporary table \"migrate_version\" was dropped");
	add_step(f, "a", "b", "SELECT * FROM v");
	assert_failed(f, MIGRATE_E_SQL, "no such table: v");
}

static void a_signal_stops_a_statement_that_runs(void **state)
{
	struct fixture *f = *state;

	lock(f);
	add_step(f, NULL, "a", "CREATE TABLE a (x)");
	add_step(f, "a", "b",
		"CREATE TABLE b (x); WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 "
		"FROM n) INSERT INTO b SELECT i FROM n");
	f->stop_at_step = 2;
	assert_failed(f, MIGRATE_E_TERMINATED, "terminated");
	assert_string_equal(rows(f), "a;");
	assert_string_equal(tables(f), "a;migrate_log;migrate_version;");
}

static void a_statement_that_runs_too_long_is_stopped(void **state)
{
	struct fixture *f = *state;
	struct db_step *step;

	lock(f);
	step = add_step(f, NULL, "a",
		"WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) "
		"SELECT count(*) FROM n");
	step->options.statement_timeout = 20;
	assert_failed(f, MIGRATE_E_SQL, "longer than statement_timeout");
	assert_int_equal(f->error.line, 10);
}

static void a_reader_that_does_not_end_lets_commit_fail_cleanly(void **state)
{
	struct fixture *f = *state;

	query(f, "CREATE TABLE t (x); INSERT INTO t VALUES (1); BEGIN; SELECT * FROM t");
	lock(f);
	add_step(f, NULL, "a", "CREATE TABLE a (x)");
	assert_failed(f, MIGRATE_E_LOCKED, "is locked by another process");
	assert_false(f->step[0].done);
	query(f, "COMMIT");
	assert_string_equal(tables(f), "t;");
	migrate_error_clear(&f->error);
	lock(f);
	upgrade(f, NULL, "a", "CREATE TABLE a (x)");
}

static void a_full_file_is_told_by_name_and_changes_nothing(void **state)
{
	struct fixture *f = *state;

	lock(f);
	add_step(f, NULL, "a",
		"PRAGMA max_page_count = 6; CREATE TABLE a (x); "
		"INSERT INTO a VALUES (zeroblob(1000000))");
	assert_failed(f, MIGRATE_E_SQL, "database or disk is full");
	assert_contains(f->error.message, f->path);
	assert_contains(f->error.detail, "rolled back");
	assert_string_equal(tables(f), "");
	migrate_error_clear(&f->error);
	lock(f);
	upgrade(f, NULL, "a", "CREATE TABLE a (x); INSERT INTO a VALUES (zeroblob(1000000))");
}

static void what_sqlite_refuses_in_a_transaction_is_told_with_its_place(void **state)
{
	static const struct {
		const char *statement;
		bool needs_outside;
	} cases[] = {
		{"VACUUM", true},
		{"PRAGMA synchronous = OFF", true},
		{"PRAGMA journal_mode = WAL", true},
		{"PRAGMA \"journal_mode\" = WAL", true},
		{"INSERT INTO nowhere VALUES (1)", false},
		{"ATTACH ':memory:' AS o", false},
		{"COMMIT", false},
		{"SELECT 1 FROM a WHERE x = (", false},
	};
	static const char before[] = "CREATE TABLE a (x);\n/* c */ ";
	struct fixture *f = *state;

	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		lock(f);
		add_step(f, NULL, "a",
			arena_printf(&f->arena, "%s%s; SELECT 1", before, cases[i].statement));
		assert_false(apply(f));
		f->batch.count = 0;
		assert_int_equal(f->step[0].failed_at, strlen(before));
		if (f->step[0].needs_outside != cases[i].needs_outside)
			fail_msg("%s: needs_outside is %d", cases[i].statement,
				f->step[0].needs_outside);
		migrate_error_clear(&f->error);
	}
	lock(f);
	upgrade(f, NULL, "a", "SELECT 1");
	assert_true(f->step[0].failed_at == SIZE_MAX);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up_open, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(a_step_changes_schema_row_and_log_together),
		TEST(steps_of_a_batch_commit_one_by_one),
		TEST(steps_together_are_all_or_nothing_over_several_batches),
		TEST(a_first_step_that_fails_leaves_an_empty_database),
		TEST(an_error_points_at_its_place_in_the_file),
		TEST(rows_that_another_run_changed_stop_the_step),
		TEST(rows_that_change_between_two_steps_are_noticed),
		TEST(log_ids_go_on_behind_what_others_wrote_between_two_steps),
		TEST(a_step_waits_for_a_lock_even_after_a_script_set_busy_timeout),
		TEST(a_merge_takes_several_rows_out_and_a_stamp_logs_each_row),
		TEST(statements_that_would_leave_the_transaction_are_refused),
		TEST(savepoints_work_and_do_not_outlive_their_script),
		TEST(settings_of_a_script_do_not_reach_the_next),
		TEST(a_setting_that_the_script_sets_back_itself_is_no_news),
		TEST(temporary_tables_do_not_shadow_ours_or_reach_the_next_script),
		TEST(a_signal_stops_a_statement_that_runs),
		TEST(a_statement_that_runs_too_long_is_stopped),
		TEST(a_reader_that_does_not_end_lets_commit_fail_cleanly),
		TEST(a_full_file_is_told_by_name_and_changes_nothing),
		TEST(what_sqlite_refuses_in_a_transaction_is_told_with_its_place),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
