/* The SQLite driver's scripts in pieces: records, statements outside a transaction, settings. */
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
		 "('other', 1, 'o', 'upgrade', 'started', 1, '', 'c', 's'), "
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

	piece(f, 1, INSIDE, "CREATE TABLE t (x)");
	assert_string_equal(query(f, "PRAGMA journal_mode = WAL"), "wal;");
	query(f, "BEGIN; SELECT * FROM t");
	make_piece(f, NULL, "a", 2, OUTSIDE, "PRAGMA journal_mode = DELETE");
	f->step[0].options.lock_timeout = 1;
	assert_failed(f, MIGRATE_E_LOCKED, "is locked");
	assert_in_range(f->step[0].duration, 0, 150000); /* microseconds; else 200 ms */
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
		TEST(an_interrupted_statement_is_journalled_and_leaves_nothing),
		TEST(a_signal_at_the_end_of_a_statement_waits_for_its_record),
		TEST(a_reader_that_does_not_end_stops_a_piece_before_it_starts),
		TEST(a_full_file_is_told_and_the_statement_may_run_again),
		TEST(a_statement_waits_as_long_as_its_script_says),
		TEST(pieces_cannot_be_part_of_one_run),
		TEST(a_script_that_was_left_does_not_reach_the_next),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
