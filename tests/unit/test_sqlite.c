/* The SQLite driver's connection: opening, reading, locking. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <sys/time.h>

#include "sqlite_fixture.h"

static void assert_open_fails(struct fixture *f, enum db_access access, const char *message)
{
	f->settings.access = access;
	if (sqlite_driver.open(&f->settings, &f->db, &f->error))
		fail_msg("opened; expected: %s", message);
	assert_int_equal(f->error.code, MIGRATE_E_CONNECT);
	assert_contains(f->error.message, message);
}

static void a_missing_file_is_created_only_when_asked(void **state)
{
	struct fixture *f = *state;

	assert_open_fails(f, DB_READ, "does not exist");
	assert_non_null(f->error.hint);
	migrate_error_clear(&f->error);
	assert_open_fails(f, DB_WRITE, "does not exist");
	assert_int_equal(access(f->path, F_OK), -1);
	open_db(f, DB_CREATE);
	assert_int_equal(access(f->path, F_OK), 0);
	assert_string_equal(str_text(&f->notices),
		arena_printf(&f->arena, "%d created \"%s\"\n", DB_CREATED, f->path));
}

static void a_plan_on_a_missing_file_sees_an_empty_database(void **state)
{
	struct fixture *f = *state;
	struct db_state read;

	open_db(f, DB_PLAN);
	assert_true(sqlite_driver.read(f->db, &f->arena, true, &read, &f->error));
	assert_false(read.has_version_table);
	assert_int_equal(read.rows.count, 0);
	assert_int_equal(access(f->path, F_OK), -1);
}

static void a_file_in_a_missing_directory_is_not_created(void **state)
{
	struct fixture *f = *state;

	f->url.path = arena_printf(&f->arena, "%s/none/app.db", f->folder);
	assert_open_fails(f, DB_CREATE, "no such directory");
}

static void a_directory_is_refused_as_one(void **state)
{
	struct fixture *f = *state;

	f->url.path = f->folder;
	assert_open_fails(f, DB_READ, "a directory");
}

static void a_fifo_is_refused_without_waiting(void **state)
{
	struct fixture *f = *state;

	assert_int_equal(mkfifo(f->path, 0600), 0);
	assert_open_fails(f, DB_READ, "not a regular file");
}

static void a_file_that_is_no_database_is_refused(void **state)
{
	struct fixture *f = *state;
	FILE *file = fopen(f->path, "w");

	for (int i = 0; i < 100; i++)
		fputs("this is not a database\n", file);
	fclose(file);
	assert_open_fails(f, DB_WRITE, "is not a SQLite database");
	assert_contains(f->error.message, f->path);
}

static void a_relative_name_like_a_uri_is_a_file_name(void **state)
{
	struct fixture *f = *state;
	char before[512];

	assert_non_null(getcwd(before, sizeof before));
	assert_int_equal(chdir(f->folder), 0);
	f->url.path = "file:x.db?mode=memory";
	open_db(f, DB_CREATE);
	assert_int_equal(access("file:x.db?mode=memory", F_OK), 0);
	assert_int_equal(chdir(before), 0);
}

static void a_version_table_in_another_schema_is_refused(void **state)
{
	struct fixture *f = *state;

	f->settings.version_schema = "public";
	assert_false(sqlite_driver.open(&f->settings, &f->db, &f->error));
	assert_int_equal(f->error.code, MIGRATE_E_CONFIG);
	migrate_error_clear(&f->error);
	f->settings.version_schema = "main";
	open_db(f, DB_CREATE);
}

static void a_reader_cannot_write_and_leaves_no_file(void **state)
{
	struct fixture *f = *state;
	bool created;

	query(f, "PRAGMA journal_mode = WAL; CREATE TABLE t (x)");
	f->api.close_v2(f->other);
	f->other = NULL;
	open_db(f, DB_READ);
	assert_false(sqlite_driver.ensure(f->db, &created, &f->error));
	assert_contains(f->error.message, "readonly");
	close_db(f);
	assert_int_equal(access(arena_printf(&f->arena, "%s-wal", f->path), F_OK), -1);
	assert_string_equal(
		query(f, "PRAGMA journal_mode; SELECT name FROM sqlite_schema"), "wal;t;");
}

static void ensure_creates_both_tables_once(void **state)
{
	struct fixture *f = *state;
	struct db_state read;
	bool created;

	open_db(f, DB_CREATE);
	lock(f);
	assert_true(sqlite_driver.ensure(f->db, &created, &f->error));
	assert_true(created);
	sqlite_driver.unlock(f->db);
	assert_string_equal(
		query(f, "SELECT name FROM sqlite_schema WHERE type = 'table' ORDER BY name"),
		"migrate_log;migrate_version;");
	assert_true(sqlite_driver.ensure(f->db, &created, &f->error));
	assert_false(created);
	assert_true(sqlite_driver.read(f->db, &f->arena, true, &read, &f->error));
	assert_true(read.has_version_table && read.has_log);
	assert_int_equal(read.row_limit, 0);
	assert_string_equal(read.table, "\"migrate_version\"");
}

static void a_table_of_alembic_is_read_as_it_stands(void **state)
{
	struct fixture *f = *state;
	struct db_state read;

	query(f, "CREATE TABLE alembic_version (version_num VARCHAR(32) NOT NULL, CONSTRAINT pkc "
		 "PRIMARY KEY (version_num)); INSERT INTO alembic_version VALUES ('ae1027a6acf0')");
	f->settings.version_table = "alembic_version";
	open_db(f, DB_READ);
	if (!sqlite_driver.read(f->db, &f->arena, true, &read, &f->error))
		fail_with_error(f);
	assert_true(read.has_version_table);
	assert_false(read.has_log);
	assert_int_equal(read.rows.count, 1);
	assert_string_equal(read.rows.item[0], "ae1027a6acf0");
	assert_int_equal(read.row_limit, 0);
}

static void assert_shape_refused(struct fixture *f, const char *sql, const char *message)
{
	struct db_state read;

	assert_string_equal(query(f, sql), "");
	if (sqlite_driver.read(f->db, &f->arena, false, &read, &f->error))
		fail_msg("read; expected: %s", message);
	assert_int_equal(f->error.code, MIGRATE_E_VERSION_TABLE);
	assert_contains(f->error.message, message);
	migrate_error_clear(&f->error);
}

static void another_shape_of_the_tables_is_refused_by_name(void **state)
{
	struct fixture *f = *state;

	open_db(f, DB_CREATE);
	assert_shape_refused(f, "CREATE TABLE migrate_version (id, name)",
		"\"migrate_version\" is not a version table: it has the columns id, name");
	assert_shape_refused(f,
		"DROP TABLE migrate_version; CREATE TABLE MIGRATE_VERSION (version_num, x)",
		"\"MIGRATE_VERSION\" is not a version table");
	assert_shape_refused(f,
		"DROP TABLE migrate_version; CREATE VIEW migrate_version AS SELECT 1 version_num",
		"it is a view");
	assert_shape_refused(f,
		"DROP VIEW migrate_version; CREATE VIRTUAL TABLE migrate_version "
		"USING fts5(version_num)",
		"it is a virtual table");
	assert_shape_refused(f,
		"DROP TABLE migrate_version; CREATE TABLE t (x); CREATE INDEX migrate_version ON "
		"t (x)",
		"it is an index");
	assert_shape_refused(f, "DROP INDEX migrate_version; CREATE TABLE migrate_log (message)",
		"\"migrate_log\" is not our log table: it has the columns message");
}

static void hostile_table_names_stay_names(void **state)
{
	static const char *const names[] = {"a\"b", "a.b", "a';--", "order", "[x]", "{id}"};
	struct fixture *f = *state;
	struct db_state read;

	for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
		f->settings.version_table = names[i];
		open_db(f, DB_CREATE);
		lock(f);
		upgrade(f, NULL, "r1", "");
		assert_true(sqlite_driver.read(f->db, &f->arena, true, &read, &f->error));
		assert_int_equal(read.rows.count, 1);
		assert_int_equal(read.applied_count, 1);
		close_db(f);
	}
	assert_string_equal(query(f, "SELECT group_concat(name, ' ') FROM (SELECT name FROM "
				     "sqlite_schema WHERE type = 'table' ORDER BY rowid)"),
		"a\"b migrate_log a.b a';-- order [x] {id};");
}

static void a_row_that_is_null_is_an_error(void **state)
{
	struct fixture *f = *state;
	struct db_state read;

	query(f, "CREATE TABLE migrate_version (version_num); "
		 "INSERT INTO migrate_version VALUES (NULL)");
	open_db(f, DB_READ);
	assert_false(sqlite_driver.read(f->db, &f->arena, false, &read, &f->error));
	assert_int_equal(f->error.code, MIGRATE_E_VERSION_TABLE);
}

static void applied_checksums_forget_what_was_downgraded_or_stamped(void **state)
{
	struct fixture *f = *state;
	struct db_state read;

	open_db(f, DB_CREATE);
	lock(f);
	upgrade(f, NULL, "a", "CREATE TABLE a (x)");
	upgrade(f, "a", "b", "CREATE TABLE b (x)");
	upgrade(f, "b", "c", "CREATE TABLE c (x)");
	*add_step(f, "c", "b", "DROP TABLE c") = (struct db_step){.revision = "c",
		.direction = DB_DOWNGRADE,
		.script = "DROP TABLE c",
		.script_size = 12,
		.file = "c.sql",
		.remove = one(f, "c"),
		.add = one(f, "b")};
	apply_all(f);
	*add_step(f, "b", "b", NULL) = (struct db_step){
		.revision = "b", .direction = DB_STAMP, .remove = one(f, "b"), .add = one(f, "b")};
	apply_all(f);
	assert_true(sqlite_driver.read(f->db, &f->arena, true, &read, &f->error));
	assert_int_equal(read.applied_count, 1);
	assert_string_equal(read.applied[0].revision, "a");
	assert_string_equal(read.applied[0].checksum, "sha256:00");
	assert_string_equal(
		query(f, "SELECT id, revision, direction, checksum, sql FROM migrate_log "
			 "WHERE id > 3"),
		"4|c|downgrade|NULL|DROP TABLE c;5|b|stamp|NULL|NULL;");
}

/* A child that holds a write transaction until its standard input ends. */
static pid_t hold_lock(struct fixture *f, int *release)
{
	int ready[2], hold[2];
	char byte;
	pid_t child;

	assert_int_equal(pipe(ready), 0);
	assert_int_equal(pipe(hold), 0);
	child = fork();
	if (!child) {
		sqlite3 *handle;

		close(hold[1]);
		f->api.open_v2(f->path, &handle, SQLITE_OPEN_READWRITE, NULL);
		if (f->api.exec(handle, "BEGIN IMMEDIATE", NULL, NULL, NULL) != SQLITE_OK)
			_exit(1);
		if (write(ready[1], "", 1) != 1 || read(hold[0], &byte, 1) < 0)
			_exit(2);
		_exit(0);
	}
	assert_int_equal(read(ready[0], &byte, 1), 1);
	close(ready[0]);
	close(ready[1]);
	close(hold[0]);
	*release = hold[1];
	return child;
}

static void assert_holder_is_named(struct fixture *f)
{
	struct db_state read;
	const char *holder;
	bool taken;
	int release;
	pid_t child = hold_lock(f, &release);

	assert_true(sqlite_driver.try_lock(f->db, &f->arena, &taken, &holder, &read, &f->error));
	assert_false(taken);
	assert_non_null(holder);
	assert_contains(holder, arena_printf(&f->arena, "pid %d (", (int)child));
	add_step(f, NULL, "a", "CREATE TABLE a (x)");
	assert_failed(f, MIGRATE_E_LOCKED, arena_printf(&f->arena, "pid %d", (int)child));
	migrate_error_clear(&f->error);
	close(release);
	waitpid(child, NULL, 0);
	lock(f);
	upgrade(f, NULL, "a", "CREATE TABLE a (x)");
}

static void a_lock_that_another_process_holds_is_told_with_its_pid(void **state)
{
	struct fixture *f = *state;

	open_db(f, DB_CREATE);
	assert_holder_is_named(f);
}

static void the_same_holds_in_wal_mode(void **state)
{
	struct fixture *f = *state;

	query(f, "PRAGMA journal_mode = WAL; CREATE TABLE t (x)");
	open_db(f, DB_WRITE);
	assert_holder_is_named(f);
	assert_string_equal(query(f, "PRAGMA journal_mode"), "wal;");
}

static bool tries_to_lock(struct fixture *f, struct db *db)
{
	struct db_state read;
	const char *holder;
	bool taken;

	if (!sqlite_driver.try_lock(db, &f->arena, &taken, &holder, &read, &f->error))
		fail_with_error(f);
	return taken;
}

static void a_run_keeps_its_lock_between_its_transactions(void **state)
{
	struct fixture *f = *state;
	struct db *other, *elsewhere;

	open_db(f, DB_CREATE);
	if (!sqlite_driver.open(&f->settings, &other, &f->error))
		fail_with_error(f);
	f->settings.version_table = "other_version";
	if (!sqlite_driver.open(&f->settings, &elsewhere, &f->error))
		fail_with_error(f);
	lock(f);
	upgrade(f, NULL, "a", "CREATE TABLE a (x)");
	assert_string_equal(query(f, "INSERT INTO a VALUES (1)"), "");
	assert_false(tries_to_lock(f, other));
	assert_true(tries_to_lock(f, elsewhere));
	sqlite_driver.unlock(elsewhere);
	upgrade(f, "a", "b", "CREATE TABLE b (x)");
	assert_false(tries_to_lock(f, other));
	sqlite_driver.unlock(f->db);
	assert_true(tries_to_lock(f, other));
	sqlite_driver.close(other);
	lock(f);
	sqlite_driver.close(elsewhere);
}

static void the_lock_keeps_writers_out_and_lets_readers_in(void **state)
{
	struct fixture *f = *state;

	query(f, "CREATE TABLE t (x)");
	open_db(f, DB_WRITE);
	lock(f);
	assert_string_equal(query(f, "SELECT count(*) FROM t"), "0;");
	assert_contains(query(f, "INSERT INTO t VALUES (1)"), "locked");
	sqlite_driver.unlock(f->db);
	assert_string_equal(query(f, "INSERT INTO t VALUES (1)"), "");
}

static volatile sig_atomic_t *stop_flag;

static void on_alarm(int number)
{
	(void)number;
	*stop_flag = SIGTERM;
}

static void waiting_for_a_lock_ends_at_a_signal(void **state)
{
	const struct itimerval soon = {.it_value.tv_usec = 50000};
	struct fixture *f = *state;
	int release;
	pid_t child;

	f->settings.lock_timeout = 0; /* for ever */
	open_db(f, DB_CREATE);
	child = hold_lock(f, &release);
	stop_flag = &f->stop;
	signal(SIGALRM, on_alarm);
	setitimer(ITIMER_REAL, &soon, NULL);
	add_step(f, NULL, "a", "CREATE TABLE a (x)");
	assert_failed(f, MIGRATE_E_TERMINATED, "terminated");
	close(release);
	waitpid(child, NULL, 0);
}

static void a_database_in_memory_works(void **state)
{
	struct fixture *f = *state;
	struct db_state read;

	f->url.path = NULL;
	open_db(f, DB_WRITE);
	lock(f);
	upgrade(f, NULL, "a", "CREATE TABLE a (x)");
	assert_true(sqlite_driver.read(f->db, &f->arena, false, &read, &f->error));
	assert_int_equal(read.rows.count, 1);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(a_missing_file_is_created_only_when_asked),
		TEST(a_plan_on_a_missing_file_sees_an_empty_database),
		TEST(a_file_in_a_missing_directory_is_not_created),
		TEST(a_directory_is_refused_as_one),
		TEST(a_fifo_is_refused_without_waiting),
		TEST(a_file_that_is_no_database_is_refused),
		TEST(a_relative_name_like_a_uri_is_a_file_name),
		TEST(a_version_table_in_another_schema_is_refused),
		TEST(a_reader_cannot_write_and_leaves_no_file),
		TEST(ensure_creates_both_tables_once),
		TEST(a_table_of_alembic_is_read_as_it_stands),
		TEST(another_shape_of_the_tables_is_refused_by_name),
		TEST(hostile_table_names_stay_names),
		TEST(a_row_that_is_null_is_an_error),
		TEST(applied_checksums_forget_what_was_downgraded_or_stamped),
		TEST(a_lock_that_another_process_holds_is_told_with_its_pid),
		TEST(the_same_holds_in_wal_mode),
		TEST(a_run_keeps_its_lock_between_its_transactions),
		TEST(the_lock_keeps_writers_out_and_lets_readers_in),
		TEST(waiting_for_a_lock_ends_at_a_signal),
		TEST(a_database_in_memory_works),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
