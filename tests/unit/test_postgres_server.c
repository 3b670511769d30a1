/* The PostgreSQL driver against a real server: MIGRATE_TEST_PG is the URL of a database that may be
 * filled with schemas and roles, as a superuser. Without it everything is skipped, and says so.
 * MIGRATE_TEST_PG_POOLER may be the same database's URL through a pooler in transaction mode: then
 * the driver goes that way, and tests of what a pooler cannot do are skipped. */
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
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "base/error.h"
#include "base/str.h"
#include "db/postgres.h"

#define SCHEMA "migrate_test"

#include "postgres_fixture.h"

static bool exists(struct fixture *f, const char *table)
{
	char *sql = arena_printf(&f->arena, "SELECT to_regclass('" SCHEMA ".%s')", table);

	return ask(f, sql) != NULL;
}

/* A pooler refuses options; its sessions are made anew, so that they see the new default. */
static void use_pooler(struct fixture *f)
{
	ask(f, "DO $$ BEGIN EXECUTE format('ALTER DATABASE %I SET search_path = " SCHEMA "',"
	       " current_database()); END $$");
	ask(f, "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
	       " WHERE datname = current_database() AND pid <> pg_backend_pid()");
	usleep(100000);
	assert_true(url_parse(&f->arena, getenv("MIGRATE_TEST_PG_POOLER"), &f->url, &f->error));
}

static void needs_a_session(void)
{
	if (getenv("MIGRATE_TEST_PG_POOLER"))
		skip();
}

static int set_up(void **state)
{
	return set_up_schema(state, getenv("MIGRATE_TEST_PG_POOLER") ? use_pooler : use_schema);
}

static bool apply_one(struct fixture *f, const char *script, struct db_step *step)
{
	*step = upgrade(f, NULL, "a", script);
	return apply(f, step, 1);
}

static void assert_place(struct fixture *f, const char *file, size_t line, size_t column)
{
	if (!f->error.file || strcmp(f->error.file, file) != 0 || f->error.line != line ||
		f->error.column != column)
		fail_msg("expected %s:%zu:%zu, got %s:%zu:%zu (%s)", file, line, column,
			f->error.file, f->error.line, f->error.column, f->error.message);
}

static void reading_an_empty_database_makes_nothing(void **state)
{
	struct fixture *f = *state;

	f->settings.access = DB_READ;
	need(f, postgres_driver.open(&f->settings, &f->db, &f->error));
	need(f, postgres_driver.read(f->db, &f->arena, true, &f->state, &f->error));
	assert_false(f->state.has_version_table);
	assert_false(f->state.has_log);
	assert_int_equal(f->state.rows.count, 0);
	assert_false(exists(f, "migrate_version"));
}

static void a_first_step_makes_the_tables_and_is_recorded(void **state)
{
	struct fixture *f = *state;
	struct db_step step;

	open_locked(f);
	need(f, apply_one(f, "CREATE TABLE t (i int);\nINSERT INTO t VALUES (1);", &step));
	assert_true(step.done);
	assert_int_equal(step.statements, 2);
	assert_true(step.duration > 0);
	assert_string_equal(str_text(&f->events), "+a .a* ");
	assert_string_equal(rows(f), "a");
	assert_string_equal(
		ask(f, "SELECT concat_ws('|', version_table, id, revision, direction, outcome,"
		       " segment, started_at <= finished_at, checksum, applied_by, tool_version, "
		       "sql)"
		       " FROM " SCHEMA ".migrate_log"),
		"migrate_version|1|a|upgrade|applied|t|" CHECKSUM
		"|tester@here|migrate test|CREATE TABLE t (i int);\nINSERT INTO t VALUES (1);");
}

static void many_steps_are_each_recorded_and_numbered(void **state)
{
	enum { COUNT = 60 };
	struct fixture *f = *state;
	struct db_step step[COUNT];

	open_locked(f);
	for (int i = 0; i < COUNT; i++)
		step[i] = upgrade(f, i ? step[i - 1].revision : NULL,
			arena_printf(&f->arena, "r%02d", i),
			arena_printf(
				&f->arena, "CREATE TABLE t%d (i int); -- it's \\ a comment", i));
	need(f, apply(f, step, COUNT));
	assert_string_equal(rows(f), "r59");
	assert_string_equal(ask(f, "SELECT concat(count(*), ' ', min(id), ' ', max(id), ' ',"
				   " count(DISTINCT sql)) FROM " SCHEMA ".migrate_log"),
		"60 1 60 60");
	assert_string_equal(ask(f, "SELECT count(*) FROM " SCHEMA ".migrate_log AS a JOIN " SCHEMA
				   ".migrate_log AS b ON b.id = a.id + 1"
				   " WHERE b.started_at < a.finished_at"),
		"0");
	assert_string_equal(ask(f, "SELECT sql FROM " SCHEMA ".migrate_log WHERE id = 41"),
		"CREATE TABLE t40 (i int); -- it's \\ a comment");
}

/* unlock does not wait for the server, so the lock is free a moment later. */
static void lock_soon(struct fixture *f, struct db *db)
{
	const char *holder;
	bool taken = false;

	for (int i = 0; i < 200 && !taken; i++) {
		need(f, postgres_driver.try_lock(
				db, &f->arena, &taken, &holder, &f->state, &f->error));
		if (!taken)
			usleep(10000);
	}
	assert_true(taken);
}

static void the_lock_is_one_runner_s_and_names_it(void **state)
{
	struct fixture *f = *state;
	struct db *other;
	const char *holder;
	bool taken;

	needs_a_session();
	open_locked(f);
	need(f, postgres_driver.open(&f->settings, &other, &f->error));
	need(f, postgres_driver.try_lock(other, &f->arena, &taken, &holder, &f->state, &f->error));
	assert_false(taken);
	assert_non_null(strstr(holder, "pid "));
	assert_non_null(strstr(holder, "migrate test"));
	postgres_driver.unlock(f->db);
	lock_soon(f, other);
	postgres_driver.close(other);
}

static void the_lock_tells_the_rows_of_another_run(void **state)
{
	struct fixture *f = *state;
	struct db *other;
	struct db_step step;

	need(f, postgres_driver.open(&f->settings, &other, &f->error));
	need(f, postgres_driver.read(other, &f->arena, false, &f->state, &f->error));
	open_locked(f);
	need(f, apply_one(f, "SELECT 1", &step));
	postgres_driver.unlock(f->db);
	lock_soon(f, other);
	assert_true(f->state.has_version_table);
	assert_int_equal(f->state.rows.count, 1);
	assert_string_equal(f->state.rows.item[0], "a");
	postgres_driver.close(other);
}

static void an_error_names_its_place_and_leaves_the_steps_before_it(void **state)
{
	struct fixture *f = *state;
	struct db_step step[3];

	open_locked(f);
	step[0] = upgrade(f, NULL, "a", "CREATE TABLE one (i int);");
	step[1] = upgrade(f, "a", "b",
		"CREATE TABLE two (i int);\n-- \xc3\xa4\xe2\x82\xac\n\n  INSERT INTO \xc3\xa4 "
		"VALUES (1);");
	step[2] = upgrade(f, "b", "c", "CREATE TABLE three (i int);");
	assert_false(apply(f, step, 3));
	assert_error(f, MIGRATE_E_SQL, "relation \"\xc3\xa4\" does not exist");
	assert_place(f, "b.sql", 13, 15);
	assert_string_equal(f->error.sqlstate, "42P01");
	assert_string_equal(f->error.statement, "INSERT INTO \xc3\xa4 VALUES (1)");
	assert_true(step[0].done && !step[1].done && !step[2].done);
	assert_string_equal(str_text(&f->events), "+a .a* +b !b ");
	assert_string_equal(rows(f), "a");
	assert_false(exists(f, "two"));
	assert_false(exists(f, "three"));
}

static void what_is_no_sql_is_blamed_where_it_stands(void **state)
{
	struct fixture *f = *state;
	struct db_step step[3];

	open_locked(f);
	step[0] = upgrade(f, NULL, "a", "CREATE TABLE one (i int);");
	step[1] = upgrade(f, "a", "b", "CREATE TABLE two (i int);\nCREATE TABEL x (i int);");
	step[2] = upgrade(f, "b", "c", "CREATE TABLE three (i int);");
	assert_false(apply(f, step, 3));
	assert_error(f, MIGRATE_E_SQL, "syntax error");
	assert_place(f, "b.sql", 11, 8);
	assert_string_equal(str_text(&f->events), "+a .a* +b !b ");
	assert_string_equal(rows(f), "a");
}

static void an_error_without_a_position_is_at_its_statement(void **state)
{
	struct fixture *f = *state;
	struct db_step step;

	open_locked(f);
	assert_false(apply_one(f,
		"SELECT 1;\n;\n/* x */ SELECT 2;\n-- here\n"
		"DO $$ BEGIN RAISE 'no \x1b[31m' USING HINT = 'why', DETAIL = 'how'; END $$;\n",
		&step));
	assert_error(f, MIGRATE_E_SQL, "no \\x1b[31m");
	assert_place(f, "a.sql", 14, 1);
	assert_string_equal(f->error.hint, "why");
	assert_non_null(strstr(f->error.detail, "how"));
	assert_non_null(strstr(f->error.detail, "PL/pgSQL"));
}

static void a_script_may_begin_with_set_transaction(void **state)
{
	struct fixture *f = *state;
	struct db_step step[2];

	open_locked(f);
	step[0] = upgrade(f, NULL, "a", "CREATE TABLE t (i int); RESET ALL;");
	step[1] = upgrade(f, "a", "b",
		"SET TRANSACTION ISOLATION LEVEL SERIALIZABLE;\n"
		"INSERT INTO t SELECT 1 WHERE current_setting('transaction_isolation') ="
		" 'serializable';");
	need(f, apply(f, step, 2));
	assert_string_equal(ask(f, "SELECT count(*) FROM " SCHEMA ".t"), "1");
}

static void no_setting_of_a_script_reaches_the_records_or_the_next_one(void **state)
{
	static const char *const nasty[] = {
		"SET search_path = ''; SET lock_timeout = '1ms'; SET client_encoding = 'LATIN1';",
		"SET ROLE migrate_test_role;", "SET SESSION AUTHORIZATION migrate_test_role;",
		"SET standard_conforming_strings = off; SET session_replication_role = replica;",
		"CREATE TEMP TABLE migrate_version (version_num text);"
		" CREATE TEMP TABLE migrate_log (version_table text);",
		"SELECT pg_advisory_unlock_all();",
		"SELECT set_config('search_path', 'pg_temp', false);"
		" SET default_transaction_read_only = on; SET row_security = off;",
		"CREATE FUNCTION " SCHEMA ".no(text, text) RETURNS boolean LANGUAGE sql AS"
		" 'SELECT false'; CREATE OPERATOR " SCHEMA ".= (LEFTARG = text, RIGHTARG = text,"
		" FUNCTION = " SCHEMA ".no); SET search_path = " SCHEMA ", pg_catalog;",
		"DEALLOCATE ALL;",
		"RESET ALL; SET extra_float_digits = -15; SET DateStyle = 'German';",
		"SET TIME ZONE 'Asia/Tokyo'; SET bytea_output = escape; SET check_function_bodies "
		"= off;",
		"SELECT 1;"};
	enum { COUNT = sizeof nasty / sizeof *nasty };
	struct fixture *f = *state;
	struct db_step step[COUNT + 1];

	ask(f, "DROP ROLE IF EXISTS migrate_test_role");
	ask(f, "CREATE ROLE migrate_test_role");
	open_locked(f);
	for (size_t i = 0; i < COUNT; i++)
		step[i] = upgrade(f, i ? step[i - 1].revision : NULL,
			arena_printf(&f->arena, "r%02zu", i), nasty[i]);
	step[COUNT] = upgrade(f, step[COUNT - 1].revision, "last",
		"CREATE TABLE " SCHEMA
		".settings AS SELECT concat_ws('|', current_user = session_user,"
		" session_user <> 'migrate_test_role', current_setting('search_path'),"
		" current_setting('lock_timeout'), current_setting('client_encoding'),"
		" current_setting('standard_conforming_strings'),"
		" current_setting('session_replication_role')) AS line;");
	need(f, apply(f, step, COUNT + 1));
	assert_string_equal(rows(f), "last");
	assert_string_equal(
		ask(f, "SELECT line FROM " SCHEMA ".settings"), "t|t|" SCHEMA "|2s|UTF8|on|origin");
	assert_string_equal(ask(f, "SELECT count(*) FROM " SCHEMA ".migrate_log"), "13");
	ask(f, "DROP ROLE migrate_test_role");
}

static void after_a_failure_nothing_of_the_settings_is_left(void **state)
{
	struct fixture *f = *state;
	struct db_step step[2], again;

	open_locked(f);
	step[0] = upgrade(f, NULL, "a", "SET search_path = ''; SET lock_timeout = 1;");
	step[1] = upgrade(f, "a", "b", "SELECT 1/0;");
	assert_false(apply(f, step, 2));
	migrate_error_clear(&f->error);
	f->state.rows = one(f, "a");
	again = upgrade(f, "a", "b",
		"CREATE TABLE " SCHEMA ".s AS SELECT concat(current_setting('search_path'), ' ',"
		" current_setting('lock_timeout')) AS line");
	need(f, apply(f, &again, 1));
	assert_string_equal(ask(f, "SELECT line FROM " SCHEMA ".s"), SCHEMA " 2s");
}

static void a_script_that_commits_is_found_out(void **state)
{
	static const char *const scripts[] = {"CREATE TABLE t (i int); COMMIT; SELECT 1;",
		"CREATE TABLE t (i int); COMMIT; BEGIN;",
		"CREATE TABLE t (i int); COMMIT AND CHAIN;"};

	for (size_t i = 0; i < 3; i++) {
		struct fixture *f;
		struct db_step step;

		tear_down(state);
		set_up(state);
		f = *state;
		open_locked(f);
		assert_false(apply_one(f, scripts[i], &step));
		assert_error(f, MIGRATE_E_SQL, "the script ended the transaction");
		assert_null(rows(f));
		assert_false(step.done);
	}
}

static void rows_changed_meanwhile_are_found_out(void **state)
{
	struct fixture *f = *state;
	struct db_step step[2];

	open_locked(f);
	need(f, apply_one(f, "SELECT 1", step));
	f->state.rows = one(f, "a");
	ask(f, "INSERT INTO " SCHEMA ".migrate_version VALUES ('x')");
	step[0] = upgrade(f, "a", "b", "CREATE TABLE t (i int)");
	assert_false(apply(f, step, 1));
	assert_error(f, MIGRATE_E_DATABASE, "another run changed table");
	assert_false(exists(f, "t"));
	migrate_error_clear(&f->error);
	ask(f, "DELETE FROM " SCHEMA ".migrate_version WHERE version_num = 'x'");
	step[0] = upgrade(f, "a", "b", "CREATE TABLE t (i int)");
	step[1] = upgrade(f, "b", "c", "UPDATE migrate_version SET version_num = 'y'");
	assert_false(apply(f, step, 2));
	assert_error(f, MIGRATE_E_SQL, "the script itself changed version table");
	assert_true(step[0].done && !step[1].done);
	assert_string_equal(rows(f), "b");
}

static void a_deferred_constraint_fails_its_own_step(void **state)
{
	struct fixture *f = *state;
	struct db_step step[3];

	open_locked(f);
	step[0] = upgrade(f, NULL, "a",
		"CREATE TABLE t (i int PRIMARY KEY, p int REFERENCES t DEFERRABLE INITIALLY "
		"DEFERRED)");
	step[1] = upgrade(f, "a", "b", "INSERT INTO t VALUES (1, 2);");
	step[2] = upgrade(f, "b", "c", "SELECT 1");
	assert_false(apply(f, step, 3));
	assert_error(f, MIGRATE_E_SQL, "violates foreign key constraint");
	assert_place(f, "b.sql", 10, 0);
	assert_true(step[0].done && !step[1].done);
	assert_string_equal(rows(f), "a");
	assert_string_equal(ask(f, "SELECT count(*) FROM " SCHEMA ".t"), "0");
}

static void copy_data_in_a_script_is_fed(void **state)
{
	struct fixture *f = *state;
	struct db_step step[3];

	open_locked(f);
	step[0] = upgrade(f, NULL, "a",
		"CREATE TABLE t (i int, s text);\nCOPY t FROM stdin;\n1\tone; it's\n2\ttwo\n\\.\n"
		"INSERT INTO t VALUES (3, 'three');\nCOPY t (i) FROM stdin;\n4\n\\.\n");
	step[1] = upgrade(f, "a", "b", "COPY t TO stdout; SELECT 1;");
	step[2] = upgrade(f, "b", "c", "COPY t FROM stdin;\n1\tx\nbad\ty\n\\.\nSELECT nothing;\n");
	assert_false(apply(f, step, 3));
	assert_error(f, MIGRATE_E_SQL, "invalid input syntax for type integer: \"bad\"");
	assert_place(f, "c.sql", 10, 1);
	assert_non_null(strstr(f->error.detail, "line 2"));
	assert_true(step[0].done && step[1].done);
	assert_int_equal(step[0].statements, 4);
	assert_string_equal(
		ask(f, "SELECT string_agg(concat(i, s), ',' ORDER BY i) FROM " SCHEMA ".t"),
		"1one; it's,2two,3three,4");
	assert_non_null(strstr(str_text(&f->notices), "COPY"));
}

static void an_error_behind_copy_data_has_its_own_place(void **state)
{
	struct fixture *f = *state;
	struct db_step step;

	open_locked(f);
	assert_false(apply_one(f,
		"CREATE TABLE t (i int);\nCOPY t FROM stdin;\n1\n2\n\\.\nSELECT nothing;\n",
		&step));
	assert_error(f, MIGRATE_E_SQL, "column \"nothing\" does not exist");
	assert_place(f, "a.sql", 15, 8);
}

static void a_run_in_one_transaction_is_all_or_nothing(void **state)
{
	struct fixture *f = *state;
	struct db_step step[4];
	struct db_batch batch = {.step = step, .count = 2, .together = true, .opens = true};

	open_locked(f);
	for (int i = 0; i < 4; i++)
		step[i] = upgrade(f, i ? step[i - 1].revision : NULL,
			arena_printf(&f->arena, "r%d", i),
			arena_printf(&f->arena,
				"CREATE TABLE " SCHEMA ".t%d (i int);"
				" SET search_path = ''; RESET ROLE;",
				i));
	need(f, postgres_driver.apply(f->db, &batch, &f->error));
	assert_false(exists(f, "t0"));
	assert_false(step[0].done);
	batch = (struct db_batch){.step = step + 2,
		.count = 2,
		.together = true,
		.closes = true,
		.expected = one(f, "r1")};
	need(f, postgres_driver.apply(f->db, &batch, &f->error));
	assert_string_equal(rows(f), "r3");
	assert_string_equal(str_text(&f->events), "+r0 .r0 +r1 .r1 +r2 .r2 +r3 .r3* ");
	assert_true(step[2].done && step[3].done);

	for (int i = 0; i < 4; i++)
		step[i] = upgrade(f, i ? step[i - 1].revision : "r3",
			arena_printf(&f->arena, "s%d", i),
			i == 3 ? "CREATE TABLE t1 (i int)" : "SELECT 1");
	batch = (struct db_batch){.step = step,
		.count = 4,
		.together = true,
		.opens = true,
		.closes = true,
		.expected = one(f, "r3")};
	assert_false(postgres_driver.apply(f->db, &batch, &f->error));
	assert_error(f, MIGRATE_E_SQL, "relation \"t1\" already exists");
	assert_place(f, "s3.sql", 10, 1);
	assert_false(step[0].done);
	assert_string_equal(rows(f), "r3");
}

static void *interrupt_soon(void *argument)
{
	struct fixture *f = argument;

	usleep(300000);
	f->interrupted = SIGTERM;
	assert_int_equal(write(f->pipe[1], "x", 1), 1);
	return NULL;
}

static void an_interruption_cancels_and_rolls_back(void **state)
{
	struct fixture *f = *state;
	struct db_step step[2];
	pthread_t thread;
	time_t begin = time(NULL);

	open_locked(f);
	step[0] = upgrade(f, NULL, "a", "CREATE TABLE one (i int)");
	step[1] = upgrade(f, "a", "b", "CREATE TABLE two (i int); SELECT pg_sleep(30);");
	pthread_create(&thread, NULL, interrupt_soon, f);
	assert_false(apply(f, step, 2));
	pthread_join(thread, NULL);
	assert_true(time(NULL) - begin < 5);
	assert_error(f, MIGRATE_E_TERMINATED, "terminated");
	assert_true(step[0].done && !step[1].done);
	assert_string_equal(rows(f), "a");
	assert_false(exists(f, "two"));
}

static void *kill_soon(void *argument)
{
	struct fixture *f = argument;

	usleep(300000);
	ask(f, "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
	       " WHERE datname = current_database() AND application_name = 'migrate test'");
	return NULL;
}

static void a_killed_session_leaves_the_steps_before_it(void **state)
{
	struct fixture *f = *state;
	struct db_step step[3];
	pthread_t thread;

	needs_a_session();
	open_locked(f);
	step[0] = upgrade(f, NULL, "a", "CREATE TABLE one (i int)");
	step[1] = upgrade(f, "a", "b", "CREATE TABLE two (i int); SELECT pg_sleep(30);");
	step[2] = upgrade(f, "b", "c", "SELECT 1");
	pthread_create(&thread, NULL, kill_soon, f);
	assert_false(apply(f, step, 3));
	pthread_join(thread, NULL);
	assert_error(f, MIGRATE_E_CONNECT, "terminating connection");
	assert_non_null(strstr(f->error.detail, "Nothing of revision b was kept."));
	assert_true(step[0].done && !step[1].done);
	assert_string_equal(rows(f), "a");
}

static void a_script_fails_because_another_run_was_faster(void **state)
{
	struct fixture *f = *state;
	struct db *other;
	struct db_step step[2];
	struct db_batch batch = {.step = step, .count = 2};

	if (!getenv("MIGRATE_TEST_PG_POOLER"))
		skip(); /* the lock keeps it from happening */
	need(f, postgres_driver.open(&f->settings, &other, &f->error));
	need(f, postgres_driver.read(other, &f->arena, false, &f->state, &f->error));
	open_locked(f);
	step[0] = upgrade(f, NULL, "a", "CREATE TABLE t (i int)");
	step[1] = upgrade(f, "a", "b", "CREATE TABLE u (i int)");
	need(f, apply(f, step, 1));
	assert_false(postgres_driver.apply(other, &batch, &f->error));
	assert_error(f, MIGRATE_E_DATABASE, "another run changed table");
	assert_string_equal(rows(f), "a");
	postgres_driver.close(other);
}

static void a_table_of_alembic_s_is_taken_as_it_stands(void **state)
{
	struct fixture *f = *state;
	struct db_step step;

	ask(f, "CREATE TABLE " SCHEMA ".alembic_version (version_num VARCHAR(32) NOT NULL,"
	       " CONSTRAINT alembic_version_pkc PRIMARY KEY (version_num))");
	ask(f, "INSERT INTO " SCHEMA ".alembic_version VALUES ('ae1027a6acf')");
	f->settings.version_table = "alembic_version";
	open_locked(f);
	assert_true(f->state.has_version_table);
	assert_false(f->state.has_log);
	assert_int_equal(f->state.row_limit, 32);
	assert_string_equal(f->state.rows.item[0], "ae1027a6acf");
	step = upgrade(f, "ae1027a6acf", "b", "SELECT 1");
	need(f, apply(f, &step, 1));
	assert_string_equal(ask(f, "SELECT version_num FROM " SCHEMA ".alembic_version"), "b");
	assert_string_equal(
		ask(f, "SELECT version_table FROM " SCHEMA ".migrate_log"), "alembic_version");
}

static void another_table_of_that_name_is_refused(void **state)
{
	struct fixture *f = *state;

	ask(f, "CREATE TABLE " SCHEMA ".migrate_version (id bigint, version_num text)");
	need(f, postgres_driver.open(&f->settings, &f->db, &f->error));
	assert_false(postgres_driver.read(f->db, &f->arena, false, &f->state, &f->error));
	assert_error(f, MIGRATE_E_VERSION_TABLE, "its columns are id bigint, version_num text");
	migrate_error_clear(&f->error);
	ask(f, "DROP TABLE " SCHEMA ".migrate_version");
	ask(f, "CREATE VIEW " SCHEMA ".migrate_version AS SELECT 'a'::text AS version_num");
	assert_false(postgres_driver.read(f->db, &f->arena, false, &f->state, &f->error));
	assert_error(f, MIGRATE_E_VERSION_TABLE, "is a view");
}

static void a_missing_schema_is_told(void **state)
{
	struct fixture *f = *state;
	const char *holder;
	bool taken;

	f->settings.version_schema = "no_such";
	need(f, postgres_driver.open(&f->settings, &f->db, &f->error));
	need(f, postgres_driver.read(f->db, &f->arena, false, &f->state, &f->error));
	assert_false(f->state.has_version_table);
	assert_false(
		postgres_driver.try_lock(f->db, &f->arena, &taken, &holder, &f->state, &f->error));
	assert_error(f, MIGRATE_E_DATABASE, "schema \"no_such\" does not exist");
	assert_non_null(strstr(f->error.hint, "CREATE SCHEMA \"no_such\""));
}

static void hostile_names_stay_names(void **state)
{
	static const char *const tables[] = {"a\"b", "a.b", "a';--", "a\\'; --", "$migrate$",
		"\xc3\xa4 %s {log}",
		"0123456789012345678901234567890123456789012345678901234567890123"};

	for (size_t i = 0; i < sizeof tables / sizeof *tables; i++) {
		struct fixture *f;
		struct db_step step;

		tear_down(state);
		set_up(state);
		f = *state;
		f->settings.version_table = tables[i];
		open_locked(f);
		if (!apply_one(f, "SELECT 1", &step))
			fail_msg("%s: %s", tables[i], f->error.message);
		need(f, postgres_driver.read(f->db, &f->arena, true, &f->state, &f->error));
		assert_int_equal(f->state.rows.count, 1);
		assert_int_equal(f->state.applied_count, 1);
	}
}

static void a_reading_connection_cannot_write(void **state)
{
	struct fixture *f = *state;
	bool created;

	needs_a_session();
	f->settings.access = DB_READ;
	need(f, postgres_driver.open(&f->settings, &f->db, &f->error));
	need(f, postgres_driver.read(f->db, &f->arena, false, &f->state, &f->error));
	assert_false(postgres_driver.ensure(f->db, &created, &f->error));
	assert_string_equal(f->error.sqlstate, "25006");
}

static void ensure_creates_both_tables_once(void **state)
{
	struct fixture *f = *state;
	bool created;

	open_locked(f);
	need(f, postgres_driver.ensure(f->db, &created, &f->error));
	assert_true(created);
	assert_true(exists(f, "migrate_version") && exists(f, "migrate_log"));
	need(f, postgres_driver.ensure(f->db, &created, &f->error));
	assert_false(created);
}

static void a_stamp_is_logged_row_by_row(void **state)
{
	static const char *const both[] = {"x", "y"};
	struct fixture *f = *state;
	struct db_step step = {.revision = "x", .direction = DB_STAMP, .add = {both, 2}};

	step.options = (struct section_options){
		.lock_timeout = DURATION_UNSET, .statement_timeout = DURATION_UNSET};
	open_locked(f);
	need(f, apply(f, &step, 1));
	assert_string_equal(rows(f), "x y");
	f->state.rows = step.add;
	step.remove = step.add;
	step.add = (struct names){0};
	need(f, apply(f, &step, 1));
	assert_null(rows(f));
	assert_string_equal(
		ask(f, "SELECT string_agg(concat(id, direction, revision, sql), ' ' ORDER BY id)"
		       " FROM " SCHEMA ".migrate_log"),
		"1stampx 2stampy 3stampx 4stampy");
}

static void checksums_are_those_of_what_is_applied_now(void **state)
{
	struct fixture *f = *state;
	struct db_step step[3];

	open_locked(f);
	step[0] = upgrade(f, NULL, "a", "SELECT 1");
	step[1] = upgrade(f, "a", "b", "SELECT 1");
	step[2] = upgrade(f, "b", "a", "SELECT 1");
	step[2].direction = DB_DOWNGRADE;
	step[2].revision = "b";
	need(f, apply(f, step, 3));
	need(f, postgres_driver.read(f->db, &f->arena, true, &f->state, &f->error));
	assert_int_equal(f->state.applied_count, 1);
	assert_string_equal(f->state.applied[0].revision, "a");
	assert_string_equal(f->state.applied[0].checksum, CHECKSUM);
}

static void an_edit_is_accepted_where_the_rows_are_as_they_were(void **state)
{
	struct fixture *f = *state;
	struct db_records records;
	struct db_step step;

	open_locked(f);
	need(f, apply_one(f, "SELECT 1", &step));
	f->state.rows = one(f, "a");
	step.checksum = "sha256:02";
	step.source = "the file";
	step.source_size = strlen(step.source);
	step.remove = step.add = (struct names){0};
	ask(f, "INSERT INTO " SCHEMA ".migrate_version VALUES ('x')");
	assert_false(postgres_driver.accept(f->db, &step, 1, &f->state.rows, &f->error));
	assert_error(f, MIGRATE_E_DATABASE, "another run worked on revision \"a\"");
	migrate_error_clear(&f->error);
	ask(f, "DELETE FROM " SCHEMA ".migrate_version WHERE version_num = 'x'");
	need(f, postgres_driver.accept(f->db, &step, 1, &f->state.rows, &f->error));

	need(f, postgres_driver.recall(f->db, &f->arena, &step.add, &records, &f->error));
	assert_int_equal(records.count, 0);
	need(f, postgres_driver.recall(f->db, &f->arena, &f->state.rows, &records, &f->error));
	assert_int_equal(records.count, 2);
	assert_false(records.item[0].repaired);
	assert_string_equal(records.item[0].sql, "SELECT 1");
	assert_true(records.item[1].repaired);
	assert_string_equal(records.item[1].sql, "the file");
	assert_string_equal(records.item[1].checksum, "sha256:02");
	need(f, postgres_driver.read(f->db, &f->arena, true, &f->state, &f->error));
	assert_int_equal(f->state.applied_count, 1);
	assert_string_equal(f->state.applied[0].checksum, "sha256:02");
	assert_string_equal(rows(f), "a");
}

static void what_cannot_run_in_a_transaction_gets_a_hint(void **state)
{
	struct fixture *f = *state;
	struct db_step step;

	open_locked(f);
	assert_false(apply_one(
		f, "CREATE TABLE t (i int);\nCREATE INDEX CONCURRENTLY x ON t (i);", &step));
	assert_string_equal(f->error.sqlstate, "25001");
	assert_place(f, "a.sql", 11, 1);
	assert_non_null(strstr(f->error.hint, "stand alone"));
	assert_int_equal(step.failed_at, strlen("CREATE TABLE t (i int);\n"));
	assert_true(step.needs_outside || getenv("MIGRATE_TEST_PG_POOLER"));
}

static void a_lock_that_is_not_given_ends_the_step(void **state)
{
	struct fixture *f = *state;
	struct db_step step;

	ask(f, "CREATE TABLE " SCHEMA ".busy (i int)");
	open_locked(f);
	ask(f, "BEGIN; LOCK TABLE " SCHEMA ".busy");
	step = upgrade(f, NULL, "a", "SELECT 1;\nALTER TABLE busy ADD j int;");
	step.options.lock_timeout = 100;
	assert_false(apply(f, &step, 1));
	assert_string_equal(f->error.sqlstate, "55P03");
	assert_non_null(strstr(f->error.hint, "lock_timeout"));
	ask(f, "ROLLBACK");
}

static void notices_are_told_and_harmless(void **state)
{
	struct fixture *f = *state;
	struct db_step step;

	open_locked(f);
	need(f, apply_one(f, "DO $$ BEGIN RAISE NOTICE 'a\x1b]0;p\x07'; RAISE WARNING 'w'; END $$",
			&step));
	assert_string_equal(str_text(&f->notices), "0 NOTICE: a\\x1b]0;p\\x07\n1 WARNING: w\n");
}

static void a_password_is_never_shown(void **state)
{
	struct fixture *f = *state;

	assert_true(url_parse(&f->arena,
		"postgresql://nobody_s3cr%25et:s3cr%25et@127.0.0.1:1/x-s3cr%25et", &f->url,
		&f->error));
	assert_false(postgres_driver.open(&f->settings, &f->db, &f->error));
	assert_int_equal(f->error.code, MIGRATE_E_CONNECT);
	assert_null(strstr(f->error.message, "s3cr"));
	assert_null(strstr(f->error.detail, "s3cr"));
	assert_non_null(f->error.hint);
}

static void a_database_s_name_that_is_the_password_too_is_shown_as_a_name(void **state)
{
	struct fixture *f = *state;

	assert_true(url_parse(
		&f->arena, "postgresql://s3cret:s3cret@127.0.0.1:1/s3cret", &f->url, &f->error));
	assert_false(postgres_driver.open(&f->settings, &f->db, &f->error));
	assert_error(f, MIGRATE_E_CONNECT, "cannot connect to database \"s3cret\" on 127.0.0.1:1");
	assert_null(strstr(f->error.detail, "s3cret"));
}

static void a_missing_database_or_role_gets_a_hint(void **state)
{
	struct fixture *f = *state;

	use_url(f, "dbname=migrate_no_such_database");
	assert_false(postgres_driver.open(&f->settings, &f->db, &f->error));
	assert_error(
		f, MIGRATE_E_CONNECT, "cannot connect to database \"migrate_no_such_database\"");
	assert_non_null(strstr(f->error.hint, "migrate db create"));
}

/* A child: takes the lock, reads, applies what is missing of three steps. 0 when that went well. */
static int run_once(struct fixture *f)
{
	static const char *const names[] = {NULL, "a", "b", "c"};
	struct db_step step[3];
	const char *holder;
	bool taken = false;
	int at = 0;

	if (!postgres_driver.open(&f->settings, &f->db, &f->error))
		return 1;
	while (!taken) {
		if (!postgres_driver.try_lock(
			    f->db, &f->arena, &taken, &holder, &f->state, &f->error))
			return 2;
		usleep(5000);
	}
	for (int i = 1; i < 4; i++)
		if (f->state.rows.count && !strcmp(f->state.rows.item[0], names[i]))
			at = i;
	for (int i = at; i < 3; i++)
		step[i] = upgrade(f, names[i], names[i + 1],
			"CREATE TABLE IF NOT EXISTS effects (i int); INSERT INTO effects VALUES "
			"(1)");
	if (at < 3 && !apply(f, step + at, (size_t)(3 - at)))
		return 3;
	postgres_driver.unlock(f->db);
	postgres_driver.close(f->db);
	return 0;
}

static void many_first_runs_apply_each_step_once(void **state)
{
	enum { RUNNERS = 12 };
	struct fixture *f = *state;
	pid_t child[RUNNERS];
	int status;

	needs_a_session();
	for (int i = 0; i < RUNNERS; i++) {
		child[i] = fork();
		if (!child[i]) {
			int result = run_once(f);

			if (result)
				fprintf(stderr, "%d: %s (%s)\n", result, f->error.message,
					f->error.detail ? f->error.detail : "");
			_exit(result);
		}
	}
	for (int i = 0; i < RUNNERS; i++) {
		assert_int_equal(waitpid(child[i], &status, 0), child[i]);
		assert_int_equal(status, 0);
	}
	assert_string_equal(ask(f, "SELECT count(*) FROM " SCHEMA ".effects"), "3");
	assert_string_equal(rows(f), "c");
}

/* psql's exit status; its output where it failed. */
static int run_psql(struct fixture *f, const char *script)
{
	char path[] = "/tmp/migrate-test-XXXXXX";
	int fd = mkstemp(path), status;
	char *command = arena_printf(&f->arena,
		"PGOPTIONS=-csearch_path=" SCHEMA " psql -X -q -f %s '%s' >%s.out 2>&1", path,
		getenv("MIGRATE_TEST_PG"), path);

	assert_int_equal(write(fd, script, strlen(script)), (ssize_t)strlen(script));
	close(fd);
	status = system(command);
	unlink(path);
	unlink(arena_printf(&f->arena, "%s.out", path));
	return status;
}

static void what_sql_prints_runs_in_psql_and_refuses_elsewhere(void **state)
{
	struct fixture *f = *state;
	struct db_script script = {.creates_tables = true};
	struct db_step step[2];
	struct str out = {0};

	if (system("psql --version >/dev/null 2>&1") != 0)
		skip();
	step[0] = upgrade(f, NULL, "a",
		"CREATE TABLE t (i int);\nCOPY t FROM stdin;\n1\n2\n\\.\nSET search_path = ''; -- "
		"end");
	step[1] = upgrade(f, "a", "b", "INSERT INTO t VALUES (3)");
	postgres_driver.script_begin(&f->settings, &script, &out);
	postgres_driver.script_step(&f->settings, &script, &step[0], &out);
	postgres_driver.script_step(&f->settings, &script, &step[1], &out);
	postgres_driver.script_end(&f->settings, &script, &out);
	if (run_psql(f, out.text) != 0)
		fail_msg("psql failed on:\n%s", out.text);
	assert_string_equal(rows(f), "b");
	assert_string_equal(ask(f, "SELECT count(*) FROM " SCHEMA ".t"), "3");
	assert_string_equal(ask(f, "SELECT count(*) FROM " SCHEMA ".migrate_log"), "2");
	assert_int_not_equal(run_psql(f, out.text), 0);
	assert_string_equal(ask(f, "SELECT count(*) FROM " SCHEMA ".t"), "3");
	assert_string_equal(rows(f), "b");
	str_release(&out);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
	const struct CMUnitTest tests[] = {
		TEST(reading_an_empty_database_makes_nothing),
		TEST(a_first_step_makes_the_tables_and_is_recorded),
		TEST(many_steps_are_each_recorded_and_numbered),
		TEST(the_lock_is_one_runner_s_and_names_it),
		TEST(the_lock_tells_the_rows_of_another_run),
		TEST(an_error_names_its_place_and_leaves_the_steps_before_it),
		TEST(what_is_no_sql_is_blamed_where_it_stands),
		TEST(an_error_without_a_position_is_at_its_statement),
		TEST(a_script_may_begin_with_set_transaction),
		TEST(no_setting_of_a_script_reaches_the_records_or_the_next_one),
		TEST(after_a_failure_nothing_of_the_settings_is_left),
		TEST(a_script_that_commits_is_found_out),
		TEST(rows_changed_meanwhile_are_found_out),
		TEST(a_deferred_constraint_fails_its_own_step),
		TEST(copy_data_in_a_script_is_fed),
		TEST(an_error_behind_copy_data_has_its_own_place),
		TEST(a_run_in_one_transaction_is_all_or_nothing),
		TEST(an_interruption_cancels_and_rolls_back),
		TEST(a_killed_session_leaves_the_steps_before_it),
		TEST(a_script_fails_because_another_run_was_faster),
		TEST(a_table_of_alembic_s_is_taken_as_it_stands),
		TEST(another_table_of_that_name_is_refused),
		TEST(a_missing_schema_is_told),
		TEST(hostile_names_stay_names),
		TEST(a_reading_connection_cannot_write),
		TEST(ensure_creates_both_tables_once),
		TEST(a_stamp_is_logged_row_by_row),
		TEST(checksums_are_those_of_what_is_applied_now),
		TEST(an_edit_is_accepted_where_the_rows_are_as_they_were),
		TEST(what_cannot_run_in_a_transaction_gets_a_hint),
		TEST(a_lock_that_is_not_given_ends_the_step),
		TEST(notices_are_told_and_harmless),
		TEST(a_password_is_never_shown),
		TEST(a_database_s_name_that_is_the_password_too_is_shown_as_a_name),
		TEST(a_missing_database_or_role_gets_a_hint),
		TEST(many_first_runs_apply_each_step_once),
		TEST(what_sql_prints_runs_in_psql_and_refuses_elsewhere),
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
