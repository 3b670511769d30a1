/* Durations: what is one, what is none. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <string.h>

#include "core/revision.h"

static void a_duration_is_a_number_and_a_unit(void **state)
{
	static const struct {
		const char *text;
		long milliseconds;
	} cases[] = {{"500ms", 500}, {"2s", 2000}, {"5m", 300000}, {"1h", 3600000}, {"0", 0},
		{"0s", 0}, {"007ms", 7}, {"24h", 86400000}, {"86400000ms", 86400000},
		{"1440m", 86400000}};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		long milliseconds = -7;

		if (!duration_parse(cases[i].text, strlen(cases[i].text), &milliseconds))
			fail_msg("\"%s\" was refused", cases[i].text);
		if (milliseconds != cases[i].milliseconds)
			fail_msg("\"%s\" is %ld, not %ld", cases[i].text, milliseconds,
				cases[i].milliseconds);
	}
}

static void what_is_no_duration_is_refused_and_leaves_the_result_alone(void **state)
{
	static const char *const cases[] = {"", "5", "5000", "s", "ms", "-1s", "+1s", "1.5s", " 1s",
		"1 s", "1s ", "1S", "1d", "1min", "1mss", "25h", "1441m", "86401s", "86400001ms",
		"99999999999999999999ms", "1\0s"};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		long milliseconds = -7;

		if (duration_parse(cases[i], strlen(cases[i]), &milliseconds))
			fail_msg("\"%s\" was taken as %ld", cases[i], milliseconds);
		assert_int_equal(milliseconds, -7);
	}
}

static void only_size_bytes_are_read(void **state)
{
	long milliseconds = -7;

	(void)state;
	assert_true(duration_parse("2sx", 2, &milliseconds));
	assert_int_equal(milliseconds, 2000);
	assert_true(duration_parse("2ms", 3, &milliseconds));
	assert_false(duration_parse("2ms", 1, &milliseconds));
	assert_false(duration_parse("1\0s", 3, &milliseconds));
}

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(a_duration_is_a_number_and_a_unit),
		cmocka_unit_test(what_is_no_duration_is_refused_and_leaves_the_result_alone),
		cmocka_unit_test(only_size_bytes_are_read)};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
