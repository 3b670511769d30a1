/* Names of test databases: they are recognised, and nothing else is. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <string.h>

#include "core/testname.h"

static void a_test_database_tells_when_it_was_made(void **state)
{
	static const int64_t times[] = {0, 1, 1700000000, 0xffffffff};
	char name[TESTNAME_SIZE];

	(void)state;
	for (size_t i = 0; i < sizeof times / sizeof *times; i++) {
		int64_t made = -7;

		testname_make(name, times[i], 0xdeadbeef);
		assert_int_equal(testname_kind(name, &made), TESTNAME_TEST);
		assert_true(made == times[i]);
		testname_scratch(name, times[i], 0xdeadbeef);
		assert_int_equal(testname_kind(name, &made), TESTNAME_SCRATCH);
		assert_true(made == times[i]);
	}
}

static void a_template_is_named_after_its_key(void **state)
{
	char one[TESTNAME_SIZE], again[TESTNAME_SIZE], other[TESTNAME_SIZE];
	int64_t made = -7;

	(void)state;
	testname_template(one, "scripts");
	testname_template(again, "scripts");
	testname_template(other, "script");
	assert_string_equal(one, again);
	assert_string_not_equal(one, other);
	assert_int_equal(testname_kind(one, &made), TESTNAME_TEMPLATE);
	assert_true(made == 0);
}

/* PostgreSQL keeps 63 bytes of a name, and prune asks for a prefix. */
static void names_are_short_and_begin_alike(void **state)
{
	char name[TESTNAME_SIZE];

	(void)state;
	testname_make(name, 1700000000, 1);
	assert_true(strlen(name) < 64);
	assert_memory_equal(name, TESTNAME_PREFIX, sizeof TESTNAME_PREFIX - 1);
	testname_scratch(name, 1700000000, 1);
	assert_true(strlen(name) < 64);
	assert_memory_equal(name, TESTNAME_PREFIX, sizeof TESTNAME_PREFIX - 1);
	testname_template(name, "");
	assert_true(strlen(name) < 64);
	assert_memory_equal(name, TESTNAME_PREFIX, sizeof TESTNAME_PREFIX - 1);
}

/* One byte more, less or other, wherever: not ours. */
static void a_name_that_differs_in_a_byte_is_not_ours(void **state)
{
	char name[TESTNAME_SIZE], other[TESTNAME_SIZE + 1];
	int64_t made;

	(void)state;
	testname_make(name, 1700000000, 42);
	for (size_t i = 0; name[i]; i++) {
		strcpy(other, name);
		other[i] = other[i] == '0' ? '1' : '0';
		assert_int_equal(testname_kind(other, &made), TESTNAME_NONE);
		strcpy(other + i, name + i + 1);
		assert_int_equal(testname_kind(other, &made), TESTNAME_NONE);
	}
	strcpy(other, name);
	strcat(other, "0");
	assert_int_equal(testname_kind(other, &made), TESTNAME_NONE);
}

static void names_of_others_are_not_ours(void **state)
{
	static const char *const others[] = {"", "app", "migrate", "migrate_test_",
		"migrate_template_", "migrate_test_of_mine",
		"migrate_test_000000000000000000000000",
		"migrate_template_0000000000000000000000000000000000000000",
		"MIGRATE_TEST_0000000000000000deadbeef", "../migrate_test_x"};

	(void)state;
	for (size_t i = 0; i < sizeof others / sizeof *others; i++) {
		int64_t made = -7;

		if (testname_kind(others[i], &made) != TESTNAME_NONE)
			fail_msg("\"%s\" was taken", others[i]);
		assert_true(made == 0);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_test_database_tells_when_it_was_made),
		cmocka_unit_test(a_template_is_named_after_its_key),
		cmocka_unit_test(names_are_short_and_begin_alike),
		cmocka_unit_test(a_name_that_differs_in_a_byte_is_not_ours),
		cmocka_unit_test(names_of_others_are_not_ours),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
