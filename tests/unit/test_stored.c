#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <string.h>

#include "core/stored.h"

static const char file[] = "-- Notes\n-- revision: b\n-- down_revision: a\n\n"
			   "-- migrate:upgrade lock_timeout=1s\nCREATE TABLE b (i INTEGER);\n"
			   "-- migrate:downgrade\nDROP TABLE b;\n";

static struct stored read_good(struct arena *arena, const char *id, const char *text)
{
	struct migrate_error error = {0};
	struct stored stored;

	if (!stored_read(arena, id, text, &stored, &error))
		fail_msg("%s", error.message);
	return stored;
}

static void assert_upgrade(const struct stored *stored, const char *expected, uint32_t line)
{
	assert_int_equal(stored->upgrade_size, strlen(expected));
	assert_memory_equal(stored->upgrade, expected, strlen(expected));
	assert_int_equal(stored->upgrade_line, line);
}

static void a_text_with_a_marker_is_the_whole_file(void **state)
{
	struct arena arena = {0};
	struct stored stored = read_good(&arena, "b", file);

	(void)state;
	assert_true(stored.whole);
	assert_upgrade(&stored, "CREATE TABLE b (i INTEGER);\n", 6);
	assert_string_equal(stored.revision.id, "b");
	assert_string_equal(stored.revision.parents.item[0], "a");
	assert_true(stored.revision.downgrade.present);
	assert_ptr_equal(stored.revision.text, file);
	assert_int_equal(stored.revision.text_size, strlen(file));
	assert_string_equal(stored.revision.file, "migrate_log[b]");
	arena_release(&arena);
}

static void a_text_without_one_is_the_upgrade_section(void **state)
{
	struct arena arena = {0};
	struct stored stored = read_good(
		&arena, "b", "SELECT 1; -- migrate:upgrade\n -- migrate:up\n");

	(void)state;
	assert_false(stored.whole);
	assert_upgrade(&stored, "SELECT 1; -- migrate:upgrade\n -- migrate:up\n", 1);
	stored = read_good(&arena, "b", "");
	assert_false(stored.whole);
	assert_upgrade(&stored, "", 1);
	arena_release(&arena);
}

static void a_byte_order_mark_before_the_first_marker_is_seen_through(void **state)
{
	static const char text[] = "\xef\xbb\xbf-- migrate:upgrade\n";
	struct migrate_error error = {0};
	struct arena arena = {0};
	struct stored stored;

	(void)state;
	assert_false(stored_read(&arena, "b", text, &stored, &error));
	assert_non_null(strstr(error.message, "revision:"));
	migrate_error_clear(&error);
	arena_release(&arena);
}

static void a_file_of_another_revision_is_an_error(void **state)
{
	struct migrate_error error = {0};
	struct arena arena = {0};
	struct stored stored;

	(void)state;
	assert_false(stored_read(&arena, "c", file, &stored, &error));
	assert_int_equal(error.code, MIGRATE_E_SCRIPT);
	assert_string_equal(error.message, "the record of revision c holds revision b");
	assert_string_equal(error.file, "migrate_log[c]");
	migrate_error_clear(&error);
	arena_release(&arena);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_text_with_a_marker_is_the_whole_file),
		cmocka_unit_test(a_text_without_one_is_the_upgrade_section),
		cmocka_unit_test(a_byte_order_mark_before_the_first_marker_is_seen_through),
		cmocka_unit_test(a_file_of_another_revision_is_an_error),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
