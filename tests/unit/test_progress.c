/* What is said of a step that takes long: its words, its width, and how often a log is told. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "../../cmd/progress.h"
#include "../../cmd/report.h"
#include "base/utf8.h"

#define SECOND INT64_C(1000000)

static const struct migrate_revision revision = {.id = "1f2a", .message = "Add tags"};

static const struct migrate_step steps[] = {{.revision = &revision}};

static void must_say(const struct migrate_tick *tick, size_t columns, const char *expected)
{
	struct str line = {0};

	progress_line(&line, tick, columns);
	assert_string_equal(str_text(&line), expected);
	str_release(&line);
}

static void the_step_comes_first_then_its_time_and_what_is_known(void **state)
{
	struct migrate_tick tick = {.step = steps,
		.index = 36,
		.last = 36,
		.count = 1000,
		.percent = -1,
		.step_us = 12 * SECOND,
		.run_us = 12 * SECOND};

	(void)state;
	must_say(&tick, 0, "[37/1000] upgrade 1f2a, Add tags (12 s)");
	tick.text = "CREATE INDEX i ON t (x)";
	must_say(&tick, 0, "[37/1000] upgrade 1f2a, Add tags (12 s): CREATE INDEX i ON t (x)");
	tick.statement = 2;
	tick.statements = 5;
	must_say(&tick, 0,
		"[37/1000] upgrade 1f2a, Add tags (12 s): statement 2 of 5: "
		"CREATE INDEX i ON t (x)");
	tick.phase = "building index";
	tick.percent = 43;
	tick.run_us = 4000 * SECOND;
	must_say(&tick, 0,
		"[37/1000] upgrade 1f2a, Add tags (12 s, run 66 min 40 s): building index, 43 %; "
		"statement 2 of 5: CREATE INDEX i ON t (x)");
	tick.percent = -1;
	tick.text = NULL;
	tick.step_us = 7260 * SECOND;
	tick.count = 1;
	must_say(&tick, 0, "upgrade 1f2a, Add tags (2 h 1 min): building index; statement 2 of 5");
}

static void several_steps_that_it_may_be_are_said_to_be_several(void **state)
{
	struct migrate_tick tick = {.step = steps, .last = 31, .count = 1000, .percent = -1};

	(void)state;
	must_say(&tick, 0, "[1-32/1000] upgrade 1f2a or one of the next (0 s)");
}

static void who_holds_the_lock_is_said(void **state)
{
	struct migrate_tick tick = {.percent = -1, .run_us = 3 * SECOND};

	(void)state;
	must_say(&tick, 0, "waiting for another run (3 s)");
	tick.text = "pid 42";
	must_say(&tick, 0, "waiting for another run (3 s): pid 42");
}

static void a_line_is_no_wider_than_the_terminal_and_steers_nothing(void **state)
{
	struct migrate_revision odd = {.id = "日本語日本語", .message = "e\xcc\x81\tx\n\033[2J日"};
	struct migrate_step odd_step = {.revision = &odd};
	struct migrate_tick tick = {.step = &odd_step, .count = 1, .percent = -1};

	(void)state;
	must_say(&tick, 0, "upgrade 日本語日本語, e\xcc\x81 x \\x1b[2J日 (0 s)");
	for (size_t columns = 1; columns < 60; columns++) {
		struct str line = {0};
		size_t width = 0, at = 0, length;
		uint32_t point;

		progress_line(&line, &tick, columns);
		for (; at < line.size; at += length) {
			length = utf8_decode(line.text + at, line.size - at, &point);
			assert_true(length > 0);
			width += (size_t)utf8_width(point);
		}
		assert_true(width <= columns);
		assert_true(width + 2 > columns || !strstr(line.text, "…"));
		str_release(&line);
	}
	must_say(&tick, 12, "upgrade 日…");
	must_say(&tick, 13, "upgrade 日本…");
}

static void a_log_is_told_more_and_more_rarely(void **state)
{
	static const int64_t due[] = {30, 60, 120, 300, 600, 1200, 1800, 2400};
	int64_t last = 0;

	(void)state;
	for (size_t i = 0; i < sizeof due / sizeof *due; i++) {
		assert_int_equal(progress_next(last), due[i] * SECOND);
		last = due[i] * SECOND + 200000;
	}
	assert_int_equal(progress_next(30 * SECOND - 1), 30 * SECOND);
}

struct log {
	struct options options;
	struct report report;
	int end;
};

static void log_open(struct log *log)
{
	int fds[2];

	memset(log, 0, sizeof *log);
	assert_int_equal(pipe(fds), 0);
	log->end = fds[0];
	report_open(&log->report, &log->options);
	stream_open(&log->report.err, fds[1], COLOR_NEVER);
	log->report.ticks = report_ticks_of(&log->report);
}

/* What was written; "" for nothing. */
static const char *log_read(struct log *log)
{
	static char text[512];
	ssize_t size;

	assert_int_equal(write(log->report.err.fd, "", 1), 1);
	size = read(log->end, text, sizeof text - 1);
	assert_true(size > 0);
	text[size] = '\0';
	return text;
}

static void log_close(struct log *log)
{
	close(log->end);
	close(log->report.err.fd);
	stream_release(&log->report.err);
}

static bool at(struct log *log, int64_t seconds)
{
	struct migrate_tick tick = {.step = steps,
		.count = 1,
		.phase = "building index",
		.percent = 43,
		.step_us = seconds * SECOND,
		.run_us = seconds * SECOND};

	return report_on_tick(&tick, &log->report);
}

static void a_log_gets_plain_lines_and_asks_just_before_each(void **state)
{
	struct log log;

	(void)state;
	log_open(&log);
	assert_int_equal(log.report.ticks, TICKS_LOG);
	assert_false(at(&log, 1));
	assert_false(at(&log, 26));
	assert_true(at(&log, 28));
	assert_string_equal(log_read(&log), "");
	assert_false(at(&log, 30));
	assert_string_equal(log_read(&log),
		"still running: upgrade 1f2a, Add tags (30 s): building index, 43 %\n");
	assert_false(at(&log, 31));
	assert_string_equal(log_read(&log), "");
	assert_false(at(&log, 61));
	assert_string_equal(log_read(&log),
		"still running: upgrade 1f2a, Add tags (61 s): building index, 43 %\n");
	/* the next step */
	assert_true(at(&log, 29));
	assert_false(at(&log, 30));
	assert_string_equal(log_read(&log),
		"still running: upgrade 1f2a, Add tags (30 s): building index, 43 %\n");
	log_close(&log);
}

static void nothing_is_said_where_progress_is_not_shown(void **state)
{
	struct log log;

	(void)state;
	log_open(&log);
	log.report.progress = false;
	assert_int_equal(report_ticks_of(&log.report), TICKS_NONE);
	log.report.progress = true;
	log.options.format = FORMAT_JSON;
	assert_int_equal(report_ticks_of(&log.report), TICKS_NONE);
	log.options.format = FORMAT_TEXT;
	log.report.err.is_terminal = true;
	setenv("TERM", "dumb", 1);
	assert_int_equal(report_ticks_of(&log.report), TICKS_LOG);
	unsetenv("TERM");
	assert_int_equal(report_ticks_of(&log.report), TICKS_LOG);
	setenv("TERM", "xterm", 1);
	assert_int_equal(report_ticks_of(&log.report), TICKS_LINE);
	log_close(&log);
}

static void a_line_in_place_goes_before_anything_else(void **state)
{
	struct log log;

	(void)state;
	log_open(&log);
	stream_show(&log.report.err, "one");
	stream_show(&log.report.err, "one");
	stream_show(&log.report.err, "two");
	stream_printf(&log.report.err, "text\n");
	stream_flush(&log.report.err);
	stream_printf(&log.report.err, "more\n");
	stream_flush(&log.report.err);
	stream_erase(&log.report.err);
	assert_string_equal(log_read(&log), "\r\033[Kone\r\033[Ktwo\r\033[Ktext\nmore\n");
	log_close(&log);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_step_comes_first_then_its_time_and_what_is_known),
		cmocka_unit_test(several_steps_that_it_may_be_are_said_to_be_several),
		cmocka_unit_test(who_holds_the_lock_is_said),
		cmocka_unit_test(a_line_is_no_wider_than_the_terminal_and_steers_nothing),
		cmocka_unit_test(a_log_is_told_more_and_more_rarely),
		cmocka_unit_test(a_log_gets_plain_lines_and_asks_just_before_each),
		cmocka_unit_test(nothing_is_said_where_progress_is_not_shown),
		cmocka_unit_test(a_line_in_place_goes_before_anything_else),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
