/* Scripts in pieces against a real server: MIGRATE_TEST_PG is the URL of a database to play in, as
 * a superuser. Without it everything is skipped, and says so. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/error.h"
#include "base/str.h"
#include "db/postgres.h"
#include "db/postgres_subject.h"

#define SCHEMA "migrate_test_pieces"

#include "postgres_fixture.h"

static int set_up(void **state)
{
	return set_up_schema(state, use_schema);
}

/* Piece number of a script that goes from base to "a". */
static struct db_step piece(
	struct fixture *f, long number, bool outside, bool last, const char *sql)
{
	struct db_step step = upgrade(f, NULL, "a", sql);

	step.segment = number;
	step.outside = outside;
	step.last = last;
	step.whole_script = sql;
	step.whole_size = strlen(sql);
	step.whole_checksum = CHECKSUM;
	step.failed_at = SIZE_MAX;
	if (!last)
		step.remove = step.add = (struct names){0};
	return step;
}

static const char *journal(struct fixture *f)
{
	return ask(f, "SELECT string_agg(concat_ws(' ', outcome, segment), ',' ORDER BY id)"
		      " FROM " SCHEMA ".migrate_log");
}

/* A run that stopped behind "started". */
static struct db_step stopped(struct fixture *f, const char *sql)
{
	struct db_step step = piece(f, 1, true, true, sql);
	bool created;

	open_locked(f);
	need(f, postgres_driver.ensure(f->db, &created, &f->error));
	need(f, postgres_journal_add(f->db, &step, NULL, "started", "", "", &f->error));
	return step;
}

static void assert_settled(
	struct fixture *f, struct db_step *step, enum db_outcome expected, const char *words)
{
	enum db_outcome outcome;
	const char *found;

	need(f, postgres_driver.settle(f->db, &f->arena, step, &outcome, &found, &f->error));
	if (outcome != expected || !words != !found || (words && !strstr(found, words)))
		fail_msg("expected %d \"%s\", got %d \"%s\"", expected, words, outcome, found);
}

static void the_journal_is_read_until_the_whole_is_recorded(void **state)
{
	struct fixture *f = *state;
	struct db_step first = piece(f, 1, false, false, "CREATE TABLE t (i int)");
	struct db_step last = piece(f, 2, true, true, "VACUUM t");

	open_locked(f);
	need(f, apply(f, &first, 1));
	assert_true(first.done);
	need(f, postgres_driver.read(f->db, &f->arena, true, &f->state, &f->error));
	assert_int_equal(f->state.journal_count, 1);
	assert_string_equal(f->state.journal->revision, "a");
	assert_int_equal(f->state.journal->segment, 1);
	assert_int_equal(f->state.journal->outcome, DB_DONE);
	assert_string_equal(f->state.journal->sql, "CREATE TABLE t (i int)");
	assert_int_equal(f->state.rows.count, 0);
	need(f, apply(f, &last, 1));
	need(f, postgres_driver.read(f->db, &f->arena, true, &f->state, &f->error));
	assert_int_equal(f->state.journal_count, 0);
	assert_int_equal(f->state.applied_count, 1);
	assert_string_equal(rows(f), "a");
	assert_string_equal(journal(f), "done 1,started 2,done 2,applied");
	assert_string_equal(ask(f, "SELECT count(*) FROM " SCHEMA ".migrate_log WHERE"
				   " (finished_at IS NULL) = (outcome = 'started')"
				   " AND started_at <= coalesce(finished_at, started_at)"),
		"4");
}

static void a_piece_that_another_run_did_is_not_done_again(void **state)
{
	struct fixture *f = *state;
	struct db_step step = piece(f, 1, false, false, "CREATE TABLE IF NOT EXISTS t (i int)");
	struct db_step outside = piece(f, 1, true, false, "VACUUM");

	open_locked(f);
	need(f, apply(f, &step, 1));
	assert_false(apply(f, &step, 1));
	assert_error(f, MIGRATE_E_DATABASE, "another run");
	migrate_error_clear(&f->error);
	assert_false(apply(f, &outside, 1));
	assert_error(f, MIGRATE_E_DATABASE, "another run");
	assert_string_equal(journal(f), "done 1");
}

static void a_failed_statement_without_effect_may_run_again(void **state)
{
	struct fixture *f = *state;
	struct db_step step = piece(f, 1, true, true, "INSERT INTO nowhere VALUES (1)");

	open_locked(f);
	assert_false(apply(f, &step, 1));
	assert_error(f, MIGRATE_E_SQL, "relation \"nowhere\" does not exist");
	assert_int_equal(f->error.column, 13);
	assert_string_equal(journal(f), "started 1,retry 1");
	migrate_error_clear(&f->error);
	ask(f, "CREATE TABLE " SCHEMA ".nowhere (i int)");
	need(f, apply(f, &step, 1));
	assert_string_equal(rows(f), "a");
}

static void copy_data_reaches_a_statement_that_stands_alone(void **state)
{
	struct fixture *f = *state;
	struct db_step step = piece(f, 1, true, true, "COPY t FROM stdin;\n1\n2\n\\.\n");

	ask(f, "CREATE TABLE " SCHEMA ".t (i int)");
	open_locked(f);
	need(f, apply(f, &step, 1));
	assert_string_equal(ask(f, "SELECT count(*) FROM " SCHEMA ".t"), "2");
}

static void time_outs_of_the_script_bound_its_statements(void **state)
{
	struct fixture *f = *state;
	struct db_step step = piece(f, 1, true, true, "SELECT pg_sleep(20)");

	step.options.statement_timeout = 100;
	open_locked(f);
	assert_false(apply(f, &step, 1));
	assert_string_equal(f->error.sqlstate, "57014");
	assert_string_equal(journal(f), "started 1,retry 1");
}

static void *interrupt_soon(void *context)
{
	struct fixture *f = context;

	usleep(300000);
	f->interrupted = SIGINT;
	if (write(f->pipe[1], "", 1) != 1)
		abort();
	return NULL;
}

static void an_interruption_cancels_the_statement(void **state)
{
	struct fixture *f = *state;
	struct db_step step = piece(f, 1, true, true, "SELECT pg_sleep(20)");
	pthread_t thread;

	open_locked(f);
	pthread_create(&thread, NULL, interrupt_soon, f);
	assert_false(apply(f, &step, 1));
	pthread_join(thread, NULL);
	assert_int_equal(f->error.code, MIGRATE_E_INTERRUPTED);
	assert_string_equal(journal(f), "started 1,retry 1");
	assert_string_equal(ask(f, "SELECT count(*) FROM pg_stat_activity WHERE state = 'active'"
				   " AND datname = current_database()"
				   " AND query LIKE 'SELECT pg_sleep%'"),
		"0");
}

static void *kill_soon(void *context)
{
	struct fixture *f = context;

	usleep(300000);
	ask(f, "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
	       " WHERE datname = current_database() AND query LIKE 'SELECT pg_sleep%'");
	return NULL;
}

static void a_connection_lost_during_the_statement_leaves_it_started(void **state)
{
	struct fixture *f = *state;
	struct db_step step = piece(f, 1, true, true, "SELECT pg_sleep(20)");
	pthread_t thread;

	open_locked(f);
	pthread_create(&thread, NULL, kill_soon, f);
	assert_false(apply(f, &step, 1));
	pthread_join(thread, NULL);
	assert_int_equal(f->error.code, MIGRATE_E_CONNECT);
	assert_string_equal(journal(f), "started 1");
}

static void settings_are_repeated_and_end_with_the_script(void **state)
{
	struct fixture *f = *state;
	struct db_step step = piece(f, 2, false, false,
		"CREATE TABLE " SCHEMA ".seen AS SELECT current_setting('work_mem') AS m");
	struct db_step last = piece(f, 3, true, true, "VACUUM");
	struct db_step next = upgrade(
		f, "a", "b", "CREATE TABLE after AS SELECT current_setting('work_mem') AS m");

	step.prelude = "SET work_mem = '1MB';\nSET search_path = '';\n";
	open_locked(f);
	need(f, apply(f, &step, 1));
	need(f, apply(f, &last, 1));
	f->state.rows = one(f, "a");
	need(f, apply(f, &next, 1));
	assert_string_equal(ask(f, "SELECT m FROM " SCHEMA ".seen"), "1MB");
	assert_string_not_equal(ask(f, "SELECT m FROM " SCHEMA ".after"), "1MB");
}

static void behind_a_pooler_it_is_refused_before_anything_runs(void **state)
{
	struct fixture *f = *state;
	struct db_step step = piece(f, 1, false, false, "CREATE TABLE t (i int)");

	step.whole_script = "CREATE TABLE t (i int);\nVACUUM;";
	step.whole_size = strlen(step.whole_script);
	open_locked(f);
	f->db->pooled = true;
	assert_false(apply(f, &step, 1));
	f->db->pooled = false;
	assert_error(f, MIGRATE_E_REFUSED, "outside a transaction");
	assert_int_equal(f->error.line, 11);
	assert_non_null(strstr(f->error.hint, "session pooling"));
	assert_null(ask(f, "SELECT to_regclass('" SCHEMA ".t')"));
}

static void a_person_s_decision_is_recorded(void **state)
{
	struct fixture *f = *state;
	struct db_step step = stopped(f, "CALL p()");

	assert_settled(f, &step, DB_STARTED, NULL);
	need(f, postgres_driver.decide(f->db, &step, DB_DONE, true, &f->error));
	assert_string_equal(journal(f), "started 1,skipped 1,applied");
	assert_string_equal(rows(f), "a");
}

static void a_dropped_index_is_settled_by_its_absence(void **state)
{
	struct fixture *f = *state;
	struct db_step step = stopped(f, "/* x */ DROP INDEX CONCURRENTLY \"My\" ;");

	ask(f, "CREATE TABLE " SCHEMA ".t (i int); CREATE INDEX \"My\" ON " SCHEMA ".t (i)");
	assert_settled(f, &step, DB_RETRY, "exists");
	ask(f, "DROP INDEX " SCHEMA ".\"My\"");
	assert_settled(f, &step, DB_DONE, "does not exist");
}

static void an_index_is_settled_by_its_state(void **state)
{
	struct fixture *f = *state;
	struct db_step step = stopped(f, "CREATE INDEX CONCURRENTLY i ON t (i)");
	struct db_step unnamed = piece(f, 1, true, true, "CREATE INDEX CONCURRENTLY ON t (i)");

	ask(f, "CREATE TABLE " SCHEMA ".t (i int)");
	assert_settled(f, &step, DB_RETRY, "does not exist");
	assert_settled(f, &unnamed, DB_STARTED, NULL);
	ask(f, "CREATE INDEX i ON " SCHEMA ".t (i)");
	assert_settled(f, &step, DB_DONE, "is valid");
	ask(f, "UPDATE pg_index SET indisvalid = false"
	       " WHERE indexrelid = '" SCHEMA ".i'::regclass");
	assert_settled(f, &unnamed, DB_STARTED, SCHEMA ".i");
	assert_settled(f, &step, DB_RETRY, "was left INVALID");
	assert_null(ask(f, "SELECT to_regclass('" SCHEMA ".i')"));
}

static void what_a_reindex_left_is_dropped(void **state)
{
	struct fixture *f = *state;
	struct db_step step = stopped(f, "REINDEX (VERBOSE) TABLE CONCURRENTLY t");

	ask(f, "CREATE TABLE " SCHEMA ".t (i int);"
	       " CREATE INDEX i_ccnew ON " SCHEMA ".t (i); CREATE INDEX i ON " SCHEMA ".t (i);"
	       " UPDATE pg_index SET indisvalid = false"
	       " WHERE indexrelid = '" SCHEMA ".i_ccnew'::regclass");
	assert_settled(f, &step, DB_RETRY, SCHEMA ".i_ccnew");
	assert_null(ask(f, "SELECT to_regclass('" SCHEMA ".i_ccnew')"));
	assert_non_null(ask(f, "SELECT to_regclass('" SCHEMA ".i')"));
}

static void a_partition_detached_half_way_is_detached(void **state)
{
	struct fixture *f = *state;
	struct db_step step = stopped(f, "ALTER TABLE p DETACH PARTITION p1 CONCURRENTLY");

	ask(f, "CREATE TABLE " SCHEMA ".p (i int) PARTITION BY LIST (i);"
	       " CREATE TABLE " SCHEMA ".p1 PARTITION OF " SCHEMA ".p FOR VALUES IN (1)");
	assert_settled(f, &step, DB_RETRY, NULL);
	ask(f, "UPDATE pg_inherits SET inhdetachpending = true"
	       " WHERE inhrelid = '" SCHEMA ".p1'::regclass");
	assert_settled(f, &step, DB_DONE, "half way");
	assert_string_equal(ask(f, "SELECT count(*) FROM pg_inherits"
				   " WHERE inhrelid = '" SCHEMA ".p1'::regclass"),
		"0");
	assert_settled(f, &step, DB_DONE, "is detached");
}

static void a_database_is_settled_by_its_existence(void **state)
{
	struct fixture *f = *state;
	struct db_step create = stopped(f, "CREATE DATABASE postgres");
	struct db_step drop = piece(f, 1, true, true, "DROP DATABASE IF EXISTS Postgres");

	assert_settled(f, &create, DB_DONE, "exists");
	assert_settled(f, &drop, DB_RETRY, "exists");
}

static void what_does_no_harm_twice_runs_again(void **state)
{
	struct fixture *f = *state;
	struct db_step step = stopped(f, "VACUUM (ANALYZE)");
	struct db_step code = piece(f, 1, true, true, "DO $$ BEGIN COMMIT; END $$");

	assert_settled(f, &step, DB_RETRY, NULL);
	assert_settled(f, &code, DB_STARTED, NULL);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
	const struct CMUnitTest tests[] = {
		TEST(the_journal_is_read_until_the_whole_is_recorded),
		TEST(a_piece_that_another_run_did_is_not_done_again),
		TEST(a_failed_statement_without_effect_may_run_again),
		TEST(copy_data_reaches_a_statement_that_stands_alone),
		TEST(time_outs_of_the_script_bound_its_statements),
		TEST(an_interruption_cancels_the_statement),
		TEST(a_connection_lost_during_the_statement_leaves_it_started),
		TEST(settings_are_repeated_and_end_with_the_script),
		TEST(behind_a_pooler_it_is_refused_before_anything_runs),
		TEST(a_person_s_decision_is_recorded),
		TEST(a_dropped_index_is_settled_by_its_absence),
		TEST(an_index_is_settled_by_its_state),
		TEST(what_a_reindex_left_is_dropped),
		TEST(a_partition_detached_half_way_is_detached),
		TEST(a_database_is_settled_by_its_existence),
		TEST(what_does_no_harm_twice_runs_again),
	};

	if (!getenv("MIGRATE_TEST_PG")) {
		fprintf(stderr,
			"SKIPPED: %zu tests need a PostgreSQL server: set MIGRATE_TEST_PG to"
			" the URL of a database to play in\n",
			sizeof tests / sizeof *tests);
		return 0;
	}
	return cmocka_run_group_tests(tests, NULL, NULL);
}
