#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "sqlite_fixture.h"

static struct db_step edited(const char *revision, const char *source)
{
	return (struct db_step){.revision = revision,
		.checksum = "sha256:02",
		.script = "CREATE TABLE other (x)",
		.script_size = 22,
		.source = source,
		.source_size = strlen(source)};
}

static struct db_records recall(struct fixture *f, const char *first, const char *second)
{
	const char *names[] = {first, second};
	struct db_records records;

	if (!sqlite_driver.recall(
		    f->db, &f->arena, &(struct names){names, second ? 2 : 1}, &records, &f->error))
		fail_with_error(f);
	return records;
}

static bool accept(
	struct fixture *f, const struct db_step *steps, size_t count, const char *expected)
{
	struct names rows = one(f, expected);

	return sqlite_driver.accept(f->db, steps, count, &rows, &f->error);
}

static void the_newest_record_of_each_kind_is_recalled(void **state)
{
	struct fixture *f = *state;
	struct db_records records;

	open_db(f, DB_CREATE);
	upgrade(f, NULL, "a", "CREATE TABLE a (x)");
	upgrade(f, "a", "it's", "CREATE TABLE b (x)");
	query(f, "INSERT INTO migrate_log SELECT version_table, id + 10, revision, 'upgrade', "
		 "'applied', NULL, started_at, '2026-01-02 03:04:05.678', checksum, 'ana@laptop', "
		 "NULL, 'again' FROM migrate_log WHERE revision = 'a'");
	query(f, "INSERT INTO migrate_log SELECT 'other', id + 20, revision, direction, outcome, "
		 "NULL, started_at, NULL, NULL, NULL, NULL, 'other' FROM migrate_log");
	query(f, "INSERT INTO migrate_log SELECT version_table, id + 50, revision, 'downgrade', "
		 "'applied', NULL, started_at, NULL, NULL, NULL, NULL, 'down' FROM migrate_log "
		 "WHERE id < 3");
	query(f, "INSERT INTO migrate_log SELECT version_table, id + 60, revision, 'upgrade', "
		 "'done', 1, started_at, NULL, NULL, NULL, NULL, 'part' FROM migrate_log "
		 "WHERE id < 3");
	records = recall(f, "a", NULL);
	assert_int_equal(records.count, 1);
	assert_string_equal(records.item[0].sql, "again");
	assert_string_equal(records.item[0].at, "2026-01-02 03:04:05+00:00");
	assert_string_equal(records.item[0].by, "ana@laptop");
	assert_false(records.item[0].repaired);
	records = recall(f, "it's", "a");
	assert_int_equal(records.count, 2);
	assert_string_equal(records.item[0].revision, "it's");
	assert_string_equal(records.item[0].sql, "CREATE TABLE b (x)");
	assert_int_equal(recall(f, "nowhere", NULL).count, 0);
}

static void edits_are_accepted_together_and_change_nothing_else(void **state)
{
	struct fixture *f = *state;
	struct db_step steps[] = {edited("a", "file a"), edited("b", "file b")};
	struct db_records records;
	struct db_state now;

	open_db(f, DB_CREATE);
	upgrade(f, NULL, "a", "CREATE TABLE a (x)");
	upgrade(f, "a", "b", "CREATE TABLE b (x)");
	lock(f);
	if (!accept(f, steps, 2, "b"))
		fail_with_error(f);
	assert_string_equal(
		query(f, "SELECT id, revision, direction, outcome, checksum, applied_by, sql, "
			 "started_at = finished_at FROM migrate_log WHERE id > 2"),
		"3|a|upgrade|repaired|sha256:02|tester@here|file a|1;"
		"4|b|upgrade|repaired|sha256:02|tester@here|file b|1;");
	assert_string_equal(query(f, "SELECT version_num FROM migrate_version"), "b;");
	assert_string_equal(
		query(f, "SELECT count(*) FROM sqlite_schema WHERE name = 'other'"), "0;");
	records = recall(f, "a", NULL);
	assert_int_equal(records.count, 2);
	assert_true(records.item[1].repaired);
	assert_true(sqlite_driver.read(f->db, &f->arena, true, &now, &f->error));
	assert_int_equal(now.applied_count, 2);
	assert_string_equal(now.applied[0].checksum, "sha256:02");
}

static void an_edit_is_not_accepted_where_another_run_was_faster(void **state)
{
	struct fixture *f = *state;
	struct db_step step = edited("a", "file a");

	open_db(f, DB_CREATE);
	upgrade(f, NULL, "a", "CREATE TABLE a (x)");
	query(f, "UPDATE migrate_version SET version_num = 'b'");
	assert_false(accept(f, &step, 1, "a"));
	assert_contains(f->error.message, "another run changed version table");
	assert_string_equal(query(f, "SELECT count(*) FROM migrate_log"), "1;");
}

static void an_interruption_leaves_no_record(void **state)
{
	struct fixture *f = *state;
	struct db_step step = edited("a", "file a");

	open_db(f, DB_CREATE);
	upgrade(f, NULL, "a", "CREATE TABLE a (x)");
	f->stop = SIGTERM;
	assert_false(accept(f, &step, 1, "a"));
	assert_int_equal(f->error.code, MIGRATE_E_TERMINATED);
	assert_string_equal(query(f, "SELECT count(*) FROM migrate_log"), "1;");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(
			the_newest_record_of_each_kind_is_recalled, set_up, tear_down),
		cmocka_unit_test_setup_teardown(
			edits_are_accepted_together_and_change_nothing_else, set_up, tear_down),
		cmocka_unit_test_setup_teardown(
			an_edit_is_not_accepted_where_another_run_was_faster, set_up, tear_down),
		cmocka_unit_test_setup_teardown(
			an_interruption_leaves_no_record, set_up, tear_down),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
