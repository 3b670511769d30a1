/* The SQLite driver's scripts in pieces: records, and statements outside a transaction. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <sys/time.h>

#include "sqlite_pieces.h"

static void each_piece_is_logged_and_the_last_one_brings_rows_and_the_whole(void **state)
{
	struct fixture *f = *state;

	piece(f, 1, INSIDE, "CREATE TABLE t (x); INSERT INTO t VALUES (1)");
	assert_string_equal(rows(f), "");
	piece(f, 2, OUTSIDE, "\nVACUUM;");
	piece(f, 3, INSIDE | LAST, "INSERT INTO t VALUES (2)");
	assert_string_equal(rows(f), "a;");
	assert_string_equal(query(f, "SELECT x FROM t"), "1;2;");
	assert_string_equal(
		query(f, "SELECT id, revision, direction, outcome, segment, checksum, "
			 "finished_at IS NULL, applied_by, tool_version, sql FROM migrate_log"),
		"1|a|upgrade|done|1|sha256:00|0|tester@here|migrate test|"
		"CREATE TABLE t (x); INSERT INTO t VALUES (1);"
		"2|a|upgrade|started|2|sha256:00|1|tester@here|migrate test|\nVACUUM;;"
		"3|a|upgrade|done|2|sha256:00|0|tester@here|migrate test|\nVACUUM;;"
		"4|a|upgrade|done|3|sha256:00|0|tester@here|migrate test|"
		"INSERT INTO t VALUES (2);"
		"5|a|upgrade|applied|NULL|sha256:ff|0|tester@here|migrate test|the whole;");
	assert_string_equal(query(f, "SELECT count(*) FROM migrate_log AS a, migrate_log AS b "
				     "WHERE a.id = 1 AND b.id = 5 AND a.started_at >= b.started_at "
				     "AND b.finished_at >= a.finished_at"),
		"1;");
	assert_string_equal(str_text(&f->notices), "");
}

static void a_last_piece_outside_a_transaction_brings_rows_and_the_whole(void **state)
{
	struct fixture *f = *state;

	piece(f, 1, OUTSIDE | LAST, "VACUUM");
	assert_string_equal(rows(f), "a;");
	assert_string_equal(journal(f), "1 started;1 done;applied;");
	assert_string_equal(read_journal(f), "");
}

static void the_journal_read_is_of_revisions_that_stopped_half_way(void **state)
{
	struct fixture *f = *state;

	assert_string_equal(read_journal(f), "");
	piece(f, 1, INSIDE, "CREATE TABLE t (x)");
	assert_string_equal(read_journal(f), "a up 1 done sha256:00 CREATE TABLE t (x);");
	query(f, "INSERT INTO migrate_log (version_table, id, revision, direction, outcome, "
		 "segment, started_at, checksum, sql) VALUES "
		 "('other', 9, 'o', 'upgrade', 'started', 1, '', 'c', 's'), "
		 "('migrate_version', 2, 'b', 'downgrade', 'started', 1, '', 'c', 's'), "
		 "('migrate_version', 3, 'b', 'downgrade', 'retry', 1, '', 'c', 's'), "
		 "('migrate_version', 4, 'c', 'upgrade', 'done', 1, '', 'c', 's'), "
		 "('migrate_version', 5, 'c', 'upgrade', 'applied', NULL, '', 'c', 's'), "
		 "('migrate_version', 6, 'c', 'downgrade', 'skipped', 1, '', 'c', 's'), "
		 "('migrate_version', 7, 'c', 'downgrade', 'started', 2, '', 'c', 's'), "
		 "('migrate_version', 8, 'd', 'upgrade', 'from the future', 2, '', 'c', 's')");
	assert_string_equal(read_journal(f),
		"a up 1 done sha256:00 CREATE TABLE t (x);b down 1 started c s;b down 1 retry c s;"
		"c down 1 done c s;c down 2 started c s;d up 2 started c s;");
	query(f, "DROP TABLE migrate_log");
	assert_string_equal(read_journal(f), "");
}

static void try_lock_reads_the_journal_too(void **state)
{
	struct fixture *f = *state;
	struct db_state found;
	const char *holder;
	bool taken;

	piece(f, 1, INSIDE, "CREATE TABLE t (x)");
	sqlite_driver.unlock(f->db);
	assert_true(sqlite_driver.try_lock(f->db, &f->arena, &taken, &holder, &found, &f->error));
	assert_true(taken);
	assert_int_equal(found.journal_count, 1);
}

static void a_transaction_that_fails_leaves_the_pieces_before_it(void **state)
{
	struct fixture *f = *state;

	piece(f, 1, INSIDE, "CREATE TABLE t (x)");
	assert_piece_fails(f, 2, INSIDE | LAST,
		"INSERT INTO t VALUES (1);\n INSERT INTO u VALUES (1)", MIGRATE_E_SQL,
		"no such table: u");
	assert_int_equal(f->step[0].failed_at, 27);
	assert_false(f->step[0].needs_outside);
	assert_string_equal(query(f, "SELECT x FROM t"), "");
	assert_string_equal(journal(f), "1 done;");
	assert_string_equal(rows(f), "");
	piece(f, 2, INSIDE | LAST, "INSERT INTO t VALUES (2)");
	assert_string_equal(journal(f), "1 done;2 done;applied;");
}

static void a_statement_that_failed_may_run_again(void **state)
{
	struct fixture *f = *state;

	piece(f, 1, INSIDE, "CREATE TABLE t (x UNIQUE); INSERT INTO t VALUES (3)");
	assert_piece_fails(f, 2, OUTSIDE | OFF, "INSERT INTO t VALUES (1), (2), (3)", MIGRATE_E_SQL,
		"UNIQUE constraint failed");
	assert_int_equal(f->step[0].failed_at, 0);
	assert_string_equal(journal(f), "1 done;2 started;2 retry;");
	assert_piece_fails(f, 2, OUTSIDE | OFF, "no sql", MIGRATE_E_SQL, "syntax error");
	assert_string_equal(journal(f), "1 done;2 started;2 retry;2 started;2 retry;");
	assert_string_equal(query(f, "SELECT x FROM t"), "3;");
}

static void a_statement_that_failed_and_left_something_stays_started(void **state)
{
	struct fixture *f = *state;

	piece(f, 1, INSIDE, "CREATE TABLE t (x UNIQUE); INSERT INTO t VALUES (3)");
	assert_piece_fails(f, 2, OUTSIDE | OFF, "INSERT OR FAIL INTO t VALUES (1), (2), (3)",
		MIGRATE_E_SQL, "UNIQUE constraint failed");
	assert_string_equal(query(f, "SELECT count(*) FROM t"), "3;");
	assert_string_equal(journal(f), "1 done;2 started;");
}

static void rows_that_another_run_changed_stop_a_piece_before_it_starts(void **state)
{
	struct fixture *f = *state;

	piece(f, 1, INSIDE, "CREATE TABLE t (x)");
	query(f, "INSERT INTO migrate_version VALUES ('z')");
	assert_piece_fails(f, 2, INSIDE, "CREATE TABLE u (x)", MIGRATE_E_DATABASE,
		"another run changed version table");
	assert_piece_fails(
		f, 2, OUTSIDE, "VACUUM", MIGRATE_E_DATABASE, "another run changed version table");
	assert_string_equal(journal(f), "1 done;");
}

static void a_piece_that_another_run_has_journalled_does_not_run_twice(void **state)
{
	static const char meanwhile[] =
		"INSERT INTO migrate_log (version_table, id, revision, direction, outcome, "
		"segment, started_at) VALUES ('migrate_version', 2, 'a', 'upgrade', 'done', 2, '')";
	struct fixture *f = *state;

	piece(f, 1, INSIDE, "CREATE TABLE t (x)");
	assert_string_equal(query(f, meanwhile), "");
	assert_piece_fails(f, 2, INSIDE, "CREATE TABLE u (x)", MIGRATE_E_DATABASE,
		"another run worked on revision \"a\"");
	assert_piece_fails(f, 2, OUTSIDE, "VACUUM", MIGRATE_E_DATABASE,
		"another run worked on revision \"a\"");
	assert_string_equal(journal(f), "1 done;2 done;");
	lock(f); /* reads anew */
	piece(f, 3, INSIDE | LAST, "CREATE TABLE u (x)");
	query(f, "DELETE FROM migrate_log WHERE id = 1");
}

/* Another process: SQLite shares descriptors within one. */
static bool other_takes_lock(struct fixture *f)
{
	struct db_state found;
	const char *holder;
	struct db *other;
	bool taken = false;
	int status;

	if (!fork()) {
		if (!sqlite_driver.open(&f->settings, &other, &f->error) ||
			!sqlite_driver.try_lock(
				other, &f->arena, &taken, &holder, &found, &f->error))
			_exit(2);
		_exit(taken);
	}
	assert_true(wait(&status) > 0 && WIFEXITED(status) && WEXITSTATUS(status) < 2);
	return WEXITSTATUS(status);
}

static void others_are_kept_out_between_the_pieces(void **state)
{
	static const char *const statements[] = {"VACUUM", "PRAGMA journal_mode = WAL", "VACUUM",
		"PRAGMA synchronous = OFF", "PRAGMA journal_mode = DELETE"};
	struct fixture *f = *state;

	f->settings.access = DB_WRITE;
	for (long i = 0; i < 5; i++) {
		piece(f, i + 1, OUTSIDE, statements[i]);
		if (other_takes_lock(f))
			fail_msg("the lock was free behind %ld: %s", i, statements[i]);
	}
	piece(f, 6, INSIDE | LAST, "SELECT 1");
	assert_false(other_takes_lock(f));
	sqlite_driver.unlock(f->db);
	assert_true(other_takes_lock(f));
}

static void what_would_leave_autocommit_is_refused_there(void **state)
{
	static const struct {
		const char *statement, *message;
	} refused[] = {
		{"BEGIN", "BEGIN in a statement"},
		{"COMMIT", "COMMIT in a statement"},
		{"ROLLBACK", "ROLLBACK in a statement"},
		{"SAVEPOINT s", "a savepoint outside a transaction"},
		{"RELEASE s", "a savepoint outside a transaction"},
		{"PRAGMA journal_mode = MEMORY", "a crash would destroy the file"},
		{"PRAGMA main.journal_mode(off)", "a crash would destroy the file"},
		{"SELECT load_extension('x')", "not authorized"},
	};
	struct fixture *f = *state;

	for (size_t i = 0; i < sizeof refused / sizeof *refused; i++) {
		assert_piece_fails(f, 1, OUTSIDE | OFF, refused[i].statement, MIGRATE_E_SQL,
			refused[i].message);
		assert_false(f->step[0].needs_outside);
	}
	assert_string_equal(query(f, "SELECT DISTINCT segment || outcome FROM migrate_log"),
		"1started;1retry;");
}

static struct fixture *alarmed;

static void on_alarm(int number)
{
	(void)number;
	alarmed->stop = SIGINT;
}

#define ENDLESS "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) "

static void an_interrupted_statement_is_journalled_and_leaves_nothing(void **state)
{
	const struct itimerval soon = {.it_value.tv_usec = 50000};
	struct fixture *f = alarmed = *state;

	piece(f, 1, INSIDE, "CREATE TABLE t (x)");
	signal(SIGALRM, on_alarm);
	setitimer(ITIMER_REAL, &soon, NULL);
	assert_piece_fails(f, 2, OUTSIDE | OFF, ENDLESS "INSERT INTO t SELECT i FROM n",
		MIGRATE_E_INTERRUPTED, "interrupted");
	f->stop = 0;
	assert_string_equal(query(f, "SELECT count(*) FROM t"), "0;");
	assert_string_equal(journal(f), "1 done;2 started;2 retry;");
}

static void stop_at_notice(void *context, enum db_severity severity, const char *text)
{
	struct fixture *f = context;

	on_notice(context, severity, text);
	f->stop = SIGTERM;
}

static void a_signal_at_the_end_of_a_statement_waits_for_its_record(void **state)
{
	struct fixture *f = *state;

	close_db(f);
	f->settings.hooks.notice = stop_at_notice;
	open_db(f, DB_WRITE);
	lock(f);
	piece(f, 1, OUTSIDE, "PRAGMA temp.journal_mode = WAL");
	assert_int_equal(f->stop, SIGTERM);
	assert_string_equal(journal(f), "1 started;1 done;");
	assert_piece_fails(f, 2, OUTSIDE, "VACUUM", MIGRATE_E_TERMINATED, "terminated");
	assert_string_equal(journal(f), "1 started;1 done;");
}

static void a_reader_that_does_not_end_stops_a_piece_before_it_starts(void **state)
{
	struct fixture *f = *state;

	piece(f, 1, INSIDE, "CREATE TABLE t (x); INSERT INTO t VALUES (1)");
	query(f, "BEGIN; SELECT * FROM t");
	assert_piece_fails(f, 2, INSIDE, "CREATE TABLE u (x)", MIGRATE_E_LOCKED, "is locked");
	assert_piece_fails(f, 2, OUTSIDE, "VACUUM", MIGRATE_E_LOCKED, "is locked");
	query(f, "COMMIT");
	assert_string_equal(journal(f), "1 done;");
	piece(f, 2, OUTSIDE | LAST, "VACUUM");
}

static void a_full_file_is_told_and_the_statement_may_run_again(void **state)
{
	struct fixture *f = *state;

	piece(f, 1, OUTSIDE | OFF, "CREATE TABLE t (x)");
	piece(f, 2, OUTSIDE | OFF, "PRAGMA max_page_count = 8");
	assert_piece_fails(f, 3, OUTSIDE | OFF, "INSERT INTO t VALUES (zeroblob(1000000))",
		MIGRATE_E_SQL, "database or disk is full");
	assert_string_equal(journal(f), "1 started;1 done;2 started;2 done;3 started;3 retry;");
	piece(f, 3, OUTSIDE | OFF | LAST, "INSERT INTO t VALUES (zeroblob(1000000))");
}

static void a_statement_waits_as_long_as_its_script_says(void **state)
{
	struct fixture *f = *state;

	sqlite_driver.close(f->db);
	f->settings.lock_timeout = 20000;
	open_db(f, DB_CREATE);
	lock(f);
	piece(f, 1, INSIDE, "CREATE TABLE t (x)");
	assert_string_equal(query(f, "PRAGMA journal_mode = WAL"), "wal;");
	query(f, "BEGIN; SELECT * FROM t");
	make_piece(f, NULL, "a", 2, OUTSIDE, "PRAGMA journal_mode = DELETE");
	f->step[0].options.lock_timeout = 1;
	assert_failed(f, MIGRATE_E_LOCKED, "is locked");
	assert_in_range(f->step[0].duration, 0, 10000000); /* microseconds */
	query(f, "COMMIT");
	assert_string_equal(journal(f), "1 done;2 started;2 retry;");
}

static void pieces_cannot_be_part_of_one_run(void **state)
{
	struct fixture *f = *state;

	make_piece(f, NULL, "a", 1, INSIDE, "CREATE TABLE t (x)");
	f->batch.together = true;
	assert_failed(f, MIGRATE_E_REFUSED, "is not one transaction");
	assert_string_equal(query(f, "SELECT * FROM sqlite_schema"), "");
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up_locked, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(each_piece_is_logged_and_the_last_one_brings_rows_and_the_whole),
		TEST(a_last_piece_outside_a_transaction_brings_rows_and_the_whole),
		TEST(the_journal_read_is_of_revisions_that_stopped_half_way),
		TEST(try_lock_reads_the_journal_too),
		TEST(a_transaction_that_fails_leaves_the_pieces_before_it),
		TEST(a_statement_that_failed_may_run_again),
		TEST(a_statement_that_failed_and_left_something_stays_started),
		TEST(rows_that_another_run_changed_stop_a_piece_before_it_starts),
		TEST(a_piece_that_another_run_has_journalled_does_not_run_twice),
		TEST(others_are_kept_out_between_the_pieces),
		TEST(what_would_leave_autocommit_is_refused_there),
		TEST(an_interrupted_statement_is_journalled_and_leaves_nothing),
		TEST(a_signal_at_the_end_of_a_statement_waits_for_its_record),
		TEST(a_reader_that_does_not_end_stops_a_piece_before_it_starts),
		TEST(a_full_file_is_told_and_the_statement_may_run_again),
		TEST(a_statement_waits_as_long_as_its_script_says),
		TEST(pieces_cannot_be_part_of_one_run),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
