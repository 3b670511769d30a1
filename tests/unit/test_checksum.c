#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <string.h>

#include "core/revision.h"

static void expect_same(const char *left, const char *right)
{
	char a[CHECKSUM_SIZE], b[CHECKSUM_SIZE];

	script_checksum(left, strlen(left), a);
	script_checksum(right, strlen(right), b);
	assert_string_equal(a, b);
}

static void expect_other(const char *left, const char *right)
{
	char a[CHECKSUM_SIZE], b[CHECKSUM_SIZE];

	script_checksum(left, strlen(left), a);
	script_checksum(right, strlen(right), b);
	assert_string_not_equal(a, b);
}

/* The digests are those of sha256sum, over the text in its plain form. */
static void the_digest_is_sha256_of_the_plain_text(void **state)
{
	char checksum[CHECKSUM_SIZE];

	(void)state;
	script_checksum("", 0, checksum);
	assert_string_equal(checksum,
		"sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
	script_checksum("SELECT 1;\n", 10, checksum);
	assert_string_equal(checksum,
		"sha256:b4e0497804e46e0a0b0b8c31975b062152d551bac49c3c2e80932567b4085dcd");
	script_checksum("SELECT 1;\n\nSELECT 2;\n", 21, checksum);
	assert_string_equal(checksum,
		"sha256:370b989ee10267f1dada50c5e00031ad36bc446086948c4dc2844a7b602bf7f7");
}

/* A value that is in people's databases: it must never change. */
static void a_check_out_of_windows_has_the_value_of_the_plain_text(void **state)
{
	static const char plain[] = "\nCREATE TABLE notes (\n\tid INTEGER\n);\n";
	static const char windows[] =
		"\xef\xbb\xbf\r\nCREATE TABLE notes ( \r\n\tid INTEGER\t\r\n);"
		"\r\n\r\n \r\n";
	static const char golden[] =
		"sha256:97c744feec5fad268ca71ebf39e32212170eccc9f5cb692693322c51fa5828f8";
	char checksum[CHECKSUM_SIZE];

	(void)state;
	script_checksum(plain, sizeof plain - 1, checksum);
	assert_string_equal(checksum, golden);
	script_checksum(windows, sizeof windows - 1, checksum);
	assert_string_equal(checksum, golden);
}

static void only_checksums_of_one_algorithm_can_be_compared(void **state)
{
	char checksum[CHECKSUM_SIZE];

	(void)state;
	script_checksum("a", 1, checksum);
	assert_true(checksum_is_known(checksum));
	assert_false(checksum_is_known("sha512:00"));
	assert_false(checksum_is_known("sha256"));
	assert_false(checksum_is_known(""));
}

static void what_a_checkout_does_is_no_edit(void **state)
{
	(void)state;
	expect_same("a\nb\n", "a\r\nb\r\n");
	expect_same("a\nb\n", "\xef\xbb\xbf"
			      "a\nb\n");
	expect_same("a\nb\n", "a  \t\nb");
	expect_same("a\nb\n", "a\nb\n\n \n\r\n");
	expect_same("", " \n\n");
	expect_same("", "\xef\xbb\xbf");
}

static void what_a_person_does_is_an_edit(void **state)
{
	(void)state;
	expect_other("a\nb\n", "a\nc\n");
	expect_other("a\nb\n", "a\n\nb\n");
	expect_other("a\nb\n", "ab\n");
	expect_other("a\nb\n", " a\nb\n");
	expect_other("a\nb\n", "\na\nb\n");
	expect_other("a b\n", "a  b\n");
	expect_other("a\n", "a\n\xef\xbb\xbf");
	expect_other("A\n", "a\n");
}

static void nul_bytes_and_unfinished_marks_are_bytes_like_others(void **state)
{
	char a[CHECKSUM_SIZE], b[CHECKSUM_SIZE];

	(void)state;
	script_checksum("a\0b", 3, a);
	script_checksum("a\0c", 3, b);
	assert_string_not_equal(a, b);
	script_checksum("\xef\xbb", 2, a);
	script_checksum("", 0, b);
	assert_string_not_equal(a, b);
}

static void bytes_count_one_by_one(void **state)
{
	char a[CHECKSUM_SIZE], b[CHECKSUM_SIZE];

	(void)state;
	bytes_checksum("abc", 3, a);
	assert_string_equal(a, "sha256:ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f200"
			       "15ad");
	bytes_checksum("a\n", 2, a);
	bytes_checksum("a \n", 3, b);
	assert_string_not_equal(a, b);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_digest_is_sha256_of_the_plain_text),
		cmocka_unit_test(a_check_out_of_windows_has_the_value_of_the_plain_text),
		cmocka_unit_test(only_checksums_of_one_algorithm_can_be_compared),
		cmocka_unit_test(what_a_checkout_does_is_no_edit),
		cmocka_unit_test(what_a_person_does_is_an_edit),
		cmocka_unit_test(nul_bytes_and_unfinished_marks_are_bytes_like_others),
		cmocka_unit_test(bytes_count_one_by_one),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
