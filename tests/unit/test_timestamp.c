#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "core/timestamp.h"

static void expect(const char *text, int64_t microseconds)
{
	int64_t found = -1;

	if (!timestamp_parse(text, strlen(text), &found))
		fail_msg("\"%s\" is refused", text);
	if (found != microseconds)
		fail_msg("\"%s\" is %lld, not %lld", text, (long long)found,
			(long long)microseconds);
}

static void refuse(const char *text)
{
	int64_t found;

	if (timestamp_parse(text, strlen(text), &found))
		fail_msg("\"%s\" is accepted", text);
}

static void a_date_alone_is_midnight_utc(void **state)
{
	(void)state;
	expect("1970-01-01", 0);
	expect("1970-01-02", 86400000000);
	expect("1969-12-31", -86400000000);
	expect("2000-02-29", 951782400000000);
	expect("0001-01-01", -62135596800000000);
	expect("9999-12-31", 253402214400000000);
}

static void every_day_agrees_with_the_c_library(void **state)
{
	(void)state;
	for (time_t day = -800000; day < 800000; day += 13) {
		time_t seconds = day * 86400;
		struct tm date;
		char text[40];

		gmtime_r(&seconds, &date);
		if (date.tm_year + 1900 < 1 || date.tm_year + 1900 > 9999)
			continue;
		snprintf(text, sizeof text, "%04d-%02d-%02d", date.tm_year + 1900, date.tm_mon + 1,
			date.tm_mday);
		expect(text, seconds * 1000000);
	}
}

static void a_time_may_follow_with_seconds_and_a_fraction(void **state)
{
	(void)state;
	expect("1970-01-01 10:30", 37800000000);
	expect("1970-01-01T10:30:01", 37801000000);
	expect("1970-01-01 10:30:01.5", 37801500000);
	expect("1970-01-01 10:30:01,25", 37801250000);
	expect("1970-01-01 00:00:00.000001", 1);
	expect("1970-01-01 00:00:00.0000019", 1);
	expect("1970-01-01 23:59:60", 86400000000);
	expect("1970-01-01 00:01.5", 60500000);
}

static void a_zone_shifts_it(void **state)
{
	(void)state;
	expect("1970-01-01 00:00Z", 0);
	expect("1970-01-01 00:00 Z", 0);
	expect("1970-01-01 02:00+02:00", 0);
	expect("1970-01-01 02:00 +0200", 0);
	expect("1970-01-01 02:00+02", 0);
	expect("1970-01-01 00:00-05:30", 19800000000);
	expect("1970-01-01 00:00:00.5+00:00", 500000);
	expect("2026-11-21 10:30:00+00:00", 1795257000000000);
}

static void what_is_no_date_is_refused(void **state)
{
	static const char *const texts[] = {"", "today", "2026", "2026-1-1", "2026-11",
		"2026/11/21", "0000-01-01", "2026-13-01", "2026-00-01", "2026-01-00", "2026-01-32",
		"2026-04-31", "2026-02-29", "1900-02-29", "2024-02-30", "2026-11-21x",
		"2026-11-21 ", "2026-11-21T", "2026-11-21 10", "2026-11-21 24:00",
		"2026-11-21 10:60", "2026-11-21 10:30:", "2026-11-21 10:30:61",
		"2026-11-21 10:30:00.", "2026-11-21 10:30:00.x", "2026-11-21 10:30:00./",
		"2026-11-21 10:30:00.5/", "2026-11-21 10:30:00.5x", "2026-11-21 10:30:00 ",
		"2026-11-21 10:30 UTC", "2026-11-21 10:30+", "2026-11-21 10:30+2",
		"2026-11-21 10:30+24", "2026-11-21 10:30+02:", "2026-11-21 10:30+02:6",
		"2026-11-21 10:30+02:60", "2026-11-21 10:30+02:00x", "2026-11-21 10:30Zx",
		"2026-11-21 10:30z", " 2026-11-21"};

	(void)state;
	for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
		refuse(texts[i]);
}

static void days_end_with_their_month(void **state)
{
	static const int days[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};

	(void)state;
	for (int month = 1; month <= 12; month++) {
		char text[40];
		int64_t found;

		snprintf(text, sizeof text, "2026-%02d-%02d", month, days[month - 1]);
		assert_true(timestamp_parse(text, strlen(text), &found));
		snprintf(text, sizeof text, "2026-%02d-%02d", month, days[month - 1] + 1);
		refuse(text);
	}
	expect("2024-02-29", 1709164800000000);
	expect("2000-02-29", 951782400000000);
}

static void only_the_given_size_is_read(void **state)
{
	int64_t found;

	(void)state;
	assert_true(timestamp_parse("1970-01-02 rest", 10, &found));
	assert_int_equal(found, 86400000000);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_date_alone_is_midnight_utc),
		cmocka_unit_test(every_day_agrees_with_the_c_library),
		cmocka_unit_test(a_time_may_follow_with_seconds_and_a_fraction),
		cmocka_unit_test(a_zone_shifts_it),
		cmocka_unit_test(what_is_no_date_is_refused),
		cmocka_unit_test(days_end_with_their_month),
		cmocka_unit_test(only_the_given_size_is_read),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
