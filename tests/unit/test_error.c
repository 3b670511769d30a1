#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <string.h>

#include "base/error.h"

static void every_code_has_its_slug_and_exit_status(void **state)
{
	static const struct {
		enum migrate_error_code code;
		const char *slug;
		int status;
	} table[] = {
#define X(name, slug, status) {MIGRATE_E_##name, slug, status},
		MIGRATE_ERRORS(X)
#undef X
	};

	(void)state;
	for (size_t i = 0; i < sizeof table / sizeof *table; i++) {
		assert_string_equal(migrate_error_slug(table[i].code), table[i].slug);
		assert_int_equal(migrate_error_status(table[i].code), table[i].status);
		for (size_t k = 0; k < i; k++)
			assert_string_not_equal(table[k].slug, table[i].slug);
	}
}

static void the_first_error_wins(void **state)
{
	struct migrate_error error = {0};

	(void)state;
	assert_false(error_set(&error, MIGRATE_E_USAGE, "first %d", 1));
	assert_false(error_set(&error, MIGRATE_E_SQL, "second"));
	assert_false(error_hint(&error, "hint one"));
	assert_false(error_hint(&error, "hint two"));
	assert_false(error_at(&error, "a.sql", 2, 3));
	assert_false(error_at(&error, "b.sql", 4, 5));
	assert_false(error_sqlstate(&error, NULL));
	assert_false(error_sqlstate(&error, "42P01"));
	assert_false(error_sqlstate(&error, "00000"));
	assert_false(error_statement(&error, "SELECT 1", 8));
	assert_false(error_statement(&error, "SELECT 2", 8));
	assert_int_equal(error.code, MIGRATE_E_USAGE);
	assert_string_equal(error.message, "first 1");
	assert_string_equal(error.hint, "hint one");
	assert_string_equal(error.file, "a.sql");
	assert_int_equal(error.line, 2);
	assert_int_equal(error.column, 3);
	assert_string_equal(error.sqlstate, "42P01");
	assert_string_equal(error.statement, "SELECT 1");
	migrate_error_clear(&error);
	assert_int_equal(error.code, MIGRATE_E_NONE);
	assert_null(error.message);
	migrate_error_clear(&error);
}

static void detail_grows_by_lines(void **state)
{
	struct migrate_error error = {0};

	(void)state;
	error_detail(&error, "one");
	error_detail(&error, "two %s", "words");
	assert_string_equal(error.detail, "one\ntwo words");
	migrate_error_clear(&error);
}

static void text_is_made_harmless(void **state)
{
	struct migrate_error error = {0};

	(void)state;
	error_set(&error, MIGRATE_E_FILE, "no %s", "\033[2Jx");
	error_at(&error, "a\nb\rc", 0, 0);
	assert_string_equal(error.message, "no \\x1b[2Jx");
	assert_string_equal(error.file, "a\nb\\x0dc");
	migrate_error_clear(&error);
}

static void a_message_is_one_line(void **state)
{
	struct migrate_error error = {0};

	(void)state;
	error_set(&error, MIGRATE_E_TARGET, "no revision \"%s\"", "a\n\nmigrate: error: b");
	assert_string_equal(error.message, "no revision \"a\\x0a\\x0amigrate: error: b\"");
	migrate_error_clear(&error);
}

static void expect_place(const char *text, size_t offset, size_t first_line, size_t line,
	size_t column, const char *excerpt)
{
	struct migrate_error error = {0};

	error_at_offset(&error, "f.sql", text, strlen(text), offset, first_line);
	assert_string_equal(error.file, "f.sql");
	assert_int_equal(error.line, line);
	assert_int_equal(error.column, column);
	assert_string_equal(error.excerpt, excerpt);
	error_at_offset(&error, "other.sql", "", 0, 0, 1);
	assert_string_equal(error.file, "f.sql");
	migrate_error_clear(&error);
}

static void an_offset_becomes_line_column_and_excerpt(void **state)
{
	(void)state;
	expect_place("abc", 0, 1, 1, 1, "abc");
	expect_place("abc\ndef\nghi", 5, 1, 2, 2, "def");
	expect_place("abc\ndef\n", 8, 1, 3, 1, "");
	expect_place("abc\ndef", 99, 10, 11, 4, "def");
	expect_place("abc\r\ndef\r\n", 6, 1, 2, 2, "def");
	expect_place("\r\n", 0, 1, 1, 1, "");
	expect_place("abc\r\n", 4, 1, 1, 5, "abc");
	expect_place("", 0, 1, 1, 1, "");
}

static void columns_count_characters(void **state)
{
	(void)state;
	expect_place("\xc3\xa9\xe2\x82\xac!", 5, 1, 1, 3, "\xc3\xa9\xe2\x82\xac!");
	expect_place("a\xff!", 2, 1, 1, 3, "a\\xff!");
}

static void a_byte_order_mark_is_in_no_column(void **state)
{
	(void)state;
	expect_place("\xef\xbb\xbf"
		     "abc",
		4, 1, 1, 2, "abc");
	expect_place("\xef\xbb\xbf"
		     "abc",
		0, 1, 1, 1, "abc");
	expect_place("\xef\xbb\xbf\ndef", 5, 1, 2, 2, "def");
	expect_place("\xef\xbb\xbf"
		     "abc",
		4, 7, 7, 3,
		"\xef\xbb\xbf"
		"abc");
}

static void a_copy_has_its_own_memory(void **state)
{
	struct migrate_error from = {0}, error = {0};

	(void)state;
	error_set(&from, MIGRATE_E_SQL, "message");
	error_detail(&from, "detail");
	error_hint(&from, "hint");
	error_at_offset(&from, "f.sql", "excerpt", 7, 2, 4);
	error_statement(&from, "statement", 9);
	error_sqlstate(&from, "42601");
	error_detail(&error, "forgotten");
	assert_false(error_copy(&error, &from));
	migrate_error_clear(&from);
	assert_int_equal(error.code, MIGRATE_E_SQL);
	assert_string_equal(error.message, "message");
	assert_string_equal(error.detail, "detail");
	assert_string_equal(error.hint, "hint");
	assert_string_equal(error.file, "f.sql");
	assert_int_equal(error.line, 4);
	assert_int_equal(error.column, 3);
	assert_string_equal(error.excerpt, "excerpt");
	assert_string_equal(error.statement, "statement");
	assert_string_equal(error.sqlstate, "42601");
	migrate_error_clear(&error);
}

static void a_copy_does_not_replace_an_error(void **state)
{
	struct migrate_error from = {0}, error = {0};

	(void)state;
	error_set(&from, MIGRATE_E_SQL, "later");
	error_set(&error, MIGRATE_E_FILE, "first");
	assert_false(error_copy(&error, &from));
	assert_string_equal(error.message, "first");
	migrate_error_clear(&error);
	assert_false(error_copy(&error, &from));
	assert_string_equal(error.message, "later");
	assert_null(error.hint);
	migrate_error_clear(&error);
	migrate_error_clear(&from);
}

static void edits_are_counted_with_swaps_as_one(void **state)
{
	char far[65];

	(void)state;
	memset(far, 'a', 64);
	far[64] = '\0';
	assert_int_equal(edit_distance("", ""), 0);
	assert_int_equal(edit_distance("", "abc"), 3);
	assert_int_equal(edit_distance("abc", ""), 3);
	assert_int_equal(edit_distance("kitten", "sitting"), 3);
	assert_int_equal(edit_distance("revision", "revsiion"), 1);
	assert_int_equal(edit_distance("ab", "ba"), 1);
	assert_int_equal(edit_distance("ca", "abc"), 3);
	assert_int_equal(edit_distance("revision", "revison"), 1);
	assert_int_equal(edit_distance(far, "a"), 64);
	assert_int_equal(edit_distance("a", far), 64);
	assert_int_equal(edit_distance(far + 1, far + 1), 0);
}

static void the_nearest_name_is_suggested(void **state)
{
	static const char *const names[] = {"versions", "version_table", "lock_wait", "hooks"};

	(void)state;
	assert_string_equal(nearest_name("verison_table", names, 4), "version_table");
	assert_string_equal(nearest_name("version", names, 4), "versions");
	assert_string_equal(nearest_name("hook", names, 4), "hooks");
	assert_null(nearest_name("database_url", names, 4));
	assert_null(nearest_name("x", names, 4));
	assert_null(nearest_name("hooks", names, 0));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_code_has_its_slug_and_exit_status),
		cmocka_unit_test(the_first_error_wins),
		cmocka_unit_test(detail_grows_by_lines),
		cmocka_unit_test(text_is_made_harmless),
		cmocka_unit_test(a_message_is_one_line),
		cmocka_unit_test(an_offset_becomes_line_column_and_excerpt),
		cmocka_unit_test(columns_count_characters),
		cmocka_unit_test(a_byte_order_mark_is_in_no_column),
		cmocka_unit_test(a_copy_has_its_own_memory),
		cmocka_unit_test(a_copy_does_not_replace_an_error),
		cmocka_unit_test(edits_are_counted_with_swaps_as_one),
		cmocka_unit_test(the_nearest_name_is_suggested),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
