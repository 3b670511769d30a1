/* What the SQLite driver finds of a statement whose run stopped, and decisions on it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <time.h>

#include "sqlite_pieces.h"

/* "done", "retry" or "started", and what was found. */
static const char *settle(struct fixture *f, const char *sql)
{
	static const char *const text[] = {
		[DB_STARTED] = "started", [DB_DONE] = "done", [DB_RETRY] = "retry"};
	struct db_step *step = make_piece(f, NULL, "a", 1, OUTSIDE | OFF, sql);
	enum db_outcome outcome = DB_DONE;
	const char *found = "?";

	if (!sqlite_driver.settle(f->db, &f->arena, step, &outcome, &found, &f->error))
		fail_with_error(f);
	return arena_printf(
		&f->arena, "%s%s%s", text[outcome], found ? ": " : "", found ? found : "");
}

static void what_harms_nothing_may_run_again(void **state)
{
	static const char *const repeatable[] = {"VACUUM", "vacuum main;", "/* c */ VACUUM",
		"PRAGMA journal_mode = WAL", "pragma wal_checkpoint(truncate)", "ANALYZE",
		"analyze t", "REINDEX", "REINDEX i", "ATTACH 'x' AS y", "DETACH DATABASE y",
		"SELECT 1", "CREATE TEMP TABLE t (x)", "CREATE TABLE temp.t (x)"};
	struct fixture *f = *state;

	for (size_t i = 0; i < sizeof repeatable / sizeof *repeatable; i++)
		if (strcmp(settle(f, repeatable[i]), "retry") != 0)
			fail_msg("%s: %s", repeatable[i], settle(f, repeatable[i]));
}

static void what_cannot_be_told_stays_open(void **state)
{
	static const char *const unknown[] = {"INSERT INTO t VALUES (1)", "UPDATE t SET x = x + 1",
		"DELETE FROM t", "ALTER TABLE t ADD COLUMN y", "VACUUM INTO 'x'",
		"VACUUM main INTO 'x'", "CREATE TABLE o.t (x)",
		"WITH n AS (SELECT 1) DELETE FROM t", "CREATE", "CREATE TABLE", "DROP SOMETHING x",
		"", "-- nothing", "VACUUMX"};
	struct fixture *f = *state;

	for (size_t i = 0; i < sizeof unknown / sizeof *unknown; i++)
		if (strcmp(settle(f, unknown[i]), "started") != 0)
			fail_msg("%s: %s", unknown[i], settle(f, unknown[i]));
}

static void an_object_is_looked_up_in_the_catalogue(void **state)
{
	static const struct {
		const char *create, *drop, *name;
	} objects[] = {
		{"CREATE TABLE T2 (x, y -- c\n) ;", "DROP TABLE t2", "T2"},
		{"create table main.[my table](x INT) STRICT", "drop table if exists \"my table\"",
			""},
		{"CREATE UNIQUE INDEX i ON base (x) ; -- end", "DROP INDEX i", "i"},
		{"CREATE INDEX IF NOT EXISTS \"a\"\"b\" ON base (x)", "DROP INDEX `a\"b`", ""},
		{"CREATE VIEW v AS SELECT 'it''s' AS x", "DROP VIEW main.v", "v"},
		{"CREATE TRIGGER r AFTER INSERT ON base BEGIN SELECT 'a;'; END", "DROP TRIGGER r",
			"r"},
		{"CREATE VIRTUAL TABLE f USING fts5(x)", "DROP TABLE f", "f"},
		{"CREATE TABLE \xc3\xa4 (x INT DEFAULT (1)) ", "DROP TABLE \xc3\xa4", "\xc3\xa4"},
	};
	struct fixture *f = *state;

	sqlite_driver.unlock(f->db);
	assert_string_equal(query(f, "CREATE TABLE base (x)"), "");
	for (size_t i = 0; i < sizeof objects / sizeof *objects; i++) {
		const char *create = objects[i].create, *drop = objects[i].drop;

		assert_contains(settle(f, create), "retry: ");
		assert_contains(settle(f, drop), "done: ");
		assert_contains(settle(f, drop), "does not exist: the statement had taken effect");
		assert_string_equal(query(f, create), "");
		if (!strstr(settle(f, create), "done: "))
			fail_msg("%s: %s", create, settle(f, create));
		assert_contains(settle(f, drop), "retry: ");
		assert_contains(settle(f, create), objects[i].name);
		assert_string_equal(query(f, drop), "");
	}
}

static void another_object_of_that_name_is_told(void **state)
{
	struct fixture *f = *state;

	sqlite_driver.unlock(f->db);
	assert_string_equal(query(f, "CREATE TABLE t (x); CREATE INDEX i ON t (x)"), "");
	assert_string_equal(settle(f, "CREATE TABLE t (x, y)"),
		"started: table \"t\" exists, and is not what the statement would make");
	assert_contains(settle(f, "CREATE TABLE t (x) STRICT"), "started: ");
	assert_contains(settle(f, "CREATE INDEX i ON t (y)"), "started: index \"i\"");
	assert_contains(settle(f, "CREATE TABLE IF NOT EXISTS t (x, y)"), "done: ");
	assert_contains(settle(f, "CREATE VIEW t AS SELECT 1"), "retry: view \"t\" does not exist");
}

static void decide(struct fixture *f, struct db_step *step, enum db_outcome outcome, bool by_person)
{
	if (!sqlite_driver.decide(f->db, step, outcome, by_person, &f->error))
		fail_with_error(f);
	f->batch.count = 0;
}

static void decisions_are_appended_to_the_journal(void **state)
{
	struct fixture *f = *state;

	decide(f, make_piece(f, NULL, "a", 1, OUTSIDE, "VACUUM"), DB_RETRY, false);
	decide(f, make_piece(f, NULL, "a", 1, OUTSIDE, "VACUUM"), DB_DONE, true);
	decide(f, make_piece(f, NULL, "a", 2, OUTSIDE, "VACUUM"), DB_DONE, false);
	assert_string_equal(journal(f), "1 retry;1 skipped;2 done;");
	assert_string_equal(read_journal(f),
		"a up 1 retry sha256:00 VACUUM;a up 1 done sha256:00 VACUUM;"
		"a up 2 done sha256:00 VACUUM;");
	assert_string_equal(rows(f), "");
	piece(f, 3, INSIDE | LAST, "CREATE TABLE t (x)");
	assert_string_equal(rows(f), "a;");
}

static void a_decision_on_the_last_piece_finishes_the_revision(void **state)
{
	struct fixture *f = *state;

	upgrade(f, NULL, "z", "SELECT 1");
	decide(f, make_piece(f, "z", "a", 1, OUTSIDE | LAST, "VACUUM"), DB_RETRY, true);
	assert_string_equal(rows(f), "z;");
	decide(f, make_piece(f, "z", "a", 1, OUTSIDE | LAST, "VACUUM"), DB_DONE, true);
	assert_string_equal(rows(f), "a;");
	assert_string_equal(journal(f), "applied;1 retry;1 skipped;applied;");
	assert_string_equal(query(f, "SELECT sql FROM migrate_log WHERE id = 4"), "the whole;");
	upgrade(f, "a", "b", "SELECT 1");

	assert_false(sqlite_driver.decide(f->db,
		make_piece(f, "gone", "c", 1, OUTSIDE | LAST, "VACUUM"), DB_DONE, true, &f->error));
	assert_contains(f->error.message, "row \"gone\" of version table");
	assert_string_equal(journal(f), "applied;1 retry;1 skipped;applied;applied;");
	assert_string_equal(rows(f), "b;");
}

/* A child works on the piece; it is killed once its record is there. */
static void kill_at_work(struct fixture *f, const char *sql)
{
	const struct timespec moment = {.tv_nsec = 2000000};
	pid_t child;
	int status;

	close_db(f);
	child = fork();
	if (!child) {
		open_db(f, DB_WRITE);
		lock(f);
		make_piece(f, NULL, "a", 1, OUTSIDE | OFF | LAST, sql);
		apply(f);
		_exit(1);
	}
	for (int i = 0; i < 2000 && strcmp(journal(f), "1 started;") != 0; i++)
		nanosleep(&moment, NULL);
	assert_int_equal(kill(child, SIGKILL), 0);
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_true(WIFSIGNALED(status));
	open_db(f, DB_WRITE);
	lock(f);
}

#define ENDLESS "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT i FROM n"

static void a_run_that_was_killed_leaves_a_start_that_can_be_settled(void **state)
{
	static const char sql[] = "CREATE TABLE t AS " ENDLESS;
	struct fixture *f = *state;

	kill_at_work(f, sql);
	assert_string_equal(journal(f), "1 started;");
	assert_contains(read_journal(f), "a up 1 started sha256:00 CREATE TABLE t");
	assert_string_equal(rows(f), "");
	assert_string_equal(settle(f, sql),
		"retry: table \"t\" does not exist: the statement had not taken effect");
	decide(f, make_piece(f, NULL, "a", 1, OUTSIDE | OFF, sql), DB_RETRY, false);
	piece(f, 1, OUTSIDE | OFF | LAST, "CREATE TABLE t (x)");
	assert_string_equal(journal(f), "1 started;1 retry;1 started;1 done;applied;");
	assert_string_equal(rows(f), "a;");
}

static void a_run_that_was_killed_in_an_insert_needs_a_person(void **state)
{
	static const char sql[] = "INSERT INTO t " ENDLESS;
	struct fixture *f = *state;

	upgrade(f, NULL, "z", "CREATE TABLE t (x)");
	query(f, "DELETE FROM migrate_log; DELETE FROM migrate_version");
	kill_at_work(f, sql);
	assert_string_equal(settle(f, sql), "started");
	assert_string_equal(query(f, "SELECT count(*) FROM t"), "0;");
}

static void die_at_notice(void *context, enum db_severity severity, const char *text)
{
	(void)context, (void)severity, (void)text;
	raise(SIGKILL);
}

/* The notice comes while the statement runs, behind what it does. */
static void a_run_that_was_killed_behind_its_statement_left_no_done(void **state)
{
	struct fixture *f = *state;
	pid_t child;
	int status;

	close_db(f);
	child = fork();
	if (!child) {
		f->settings.hooks.notice = die_at_notice;
		open_db(f, DB_WRITE);
		lock(f);
		make_piece(f, NULL, "a", 1, OUTSIDE | LAST, "PRAGMA temp.journal_mode = WAL");
		apply(f);
		_exit(1);
	}
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_true(WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL);
	open_db(f, DB_WRITE);
	lock(f);
	assert_string_equal(journal(f), "1 started;");
	piece(f, 1, OUTSIDE | LAST, "PRAGMA temp.journal_mode = WAL");
	assert_string_equal(journal(f), "1 started;1 started;1 done;applied;");
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up_locked, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(what_harms_nothing_may_run_again),
		TEST(what_cannot_be_told_stays_open),
		TEST(an_object_is_looked_up_in_the_catalogue),
		TEST(another_object_of_that_name_is_told),
		TEST(decisions_are_appended_to_the_journal),
		TEST(a_decision_on_the_last_piece_finishes_the_revision),
		TEST(a_run_that_was_killed_leaves_a_start_that_can_be_settled),
		TEST(a_run_that_was_killed_in_an_insert_needs_a_person),
		TEST(a_run_that_was_killed_behind_its_statement_left_no_done),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
