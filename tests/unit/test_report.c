/* What the program's reports are made of: the excerpt under an error, JSON, harmless lines. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <string.h>

#include "../../cmd/json.h"
#include "../../cmd/report.h"
#include "base/utf8.h"

static void must_point(
	const char *line, size_t column, size_t width, const char *source, const char *caret)
{
	struct str got_source = {0}, got_caret = {0};

	excerpt_add(&got_source, &got_caret, line, column, width);
	if (strcmp(str_text(&got_source), source) != 0 || strcmp(str_text(&got_caret), caret) != 0)
		fail_msg("column %zu of \"%s\" in %zu columns:\n[%s]\n[%s]\nnot\n[%s]\n[%s]",
			column, line, width, str_text(&got_source), str_text(&got_caret), source,
			caret);
	str_release(&got_source);
	str_release(&got_caret);
}

static void the_caret_stands_under_its_column(void **state)
{
	(void)state;
	must_point("SELECT x;", 8, 80, "SELECT x;", "       ^");
	must_point("SELECT x;", 1, 80, "SELECT x;", "^");
	must_point("SELECT", 7, 80, "SELECT", "      ^");
	must_point("SELECT", 99, 80, "SELECT", "      ^");
	must_point("", 1, 80, "", "^");
	must_point("SELECT", 0, 80, "SELECT", "");
}

static void tabs_stay_tabs_and_wide_characters_take_two_columns(void **state)
{
	(void)state;
	must_point("\tSELECT\tx", 9, 80, "\tSELECT\tx", "\t      \t^");
	must_point("'日本', x", 7, 80, "'日本', x", "        ^");
	must_point("e\xcc\x81x", 3, 80, "e\xcc\x81x", " ^");
}

static void a_long_line_is_cut_around_its_column(void **state)
{
	(void)state;
	must_point("0123456789abcdefghij", 1, 10, "01234567…", "^");
	must_point("0123456789abcdefghij", 11, 10, "…56789abc…", "      ^");
	must_point("0123456789abcdefghij", 20, 10, "…efghij", "      ^");
	must_point("0123456789", 10, 10, "0123456789", "         ^");
}

static size_t columns_of(const char *text)
{
	size_t columns = 0, size = strlen(text), length;
	uint32_t point;

	for (size_t i = 0; i < size; i += length) {
		length = utf8_decode(text + i, size - i, &point);
		if (!length)
			fail_msg("a character was cut in two: %s", text);
		columns += (size_t)utf8_width(point);
	}
	return columns;
}

static void a_cut_line_fits_wherever_the_column_is(void **state)
{
	struct str line = {0};

	(void)state;
	for (int i = 0; i < 200; i++)
		str_add(&line, i % 3 ? "x" : i % 2 ? "日" : "é");
	for (size_t column = 1; column <= 201; column++) {
		struct str source = {0}, caret = {0};

		excerpt_add(&source, &caret, str_text(&line), column, 40);
		if (columns_of(str_text(&source)) > 40 || caret.size > 41)
			fail_msg(
				"column %zu:\n%s\n%s", column, str_text(&source), str_text(&caret));
		str_release(&source);
		str_release(&caret);
	}
	str_release(&line);
}

static void must_write(const char *text, const char *wanted)
{
	json_t *array = json_array();
	struct str out = {0};

	json_array_append_new(array, json_text(text));
	json_write(&out, array);
	if (strcmp(str_text(&out), wanted) != 0)
		fail_msg("got %swanted %s", str_text(&out), wanted);
	json_decref(array);
	str_release(&out);
}

static void json_is_utf8_and_steers_no_terminal(void **state)
{
	(void)state;
	must_write(NULL, "[\n  null\n]\n");
	must_write("", "[\n  \"\"\n]\n");
	must_write("日本", "[\n  \"日本\"\n]\n");
	must_write("a\xff\xfe\"b\xe6", "[\n  \"a\xef\xbf\xbd\xef\xbf\xbd\\\"b\xef\xbf\xbd\"\n]\n");
	must_write("\033[31m", "[\n  \"\\u001B[31m\"\n]\n");
	must_write("\x7f", "[\n  \"\\u007f\"\n]\n");
	must_write("\xc2\x9b", "[\n  \"\\u009b\"\n]\n");
	must_write("x\xe2\x80\xaey", "[\n  \"x\\u202ey\"\n]\n");
	must_write("\xed\xa0\x80", "[\n  \"\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd\"\n]\n");
}

static void what_others_wrote_stays_on_its_line(void **state)
{
	struct stream stream = {.fd = -1};

	(void)state;
	stream_add(&stream, STYLE_ERROR, "a\nerror: forged\033[2J");
	assert_string_equal(str_text(&stream.text), "a\\x0aerror: forged\\x1b[2J");
	str_clear(&stream.text);
	stream_add_lines(&stream, "notice: ", STYLE_PLAIN, "one\n\ntwo\r\n");
	assert_string_equal(str_text(&stream.text), "notice: one\nnotice: \nnotice: two\\x0d\n");
	stream_release(&stream);
}

static void colour_ends_where_the_text_ends(void **state)
{
	struct stream stream = {.fd = -1, .color = true};

	(void)state;
	stream_add(&stream, STYLE_REVISION, "1f2a\033[0m");
	assert_string_equal(str_text(&stream.text), "\033[33m1f2a\\x1b[0m\033[0m");
	str_clear(&stream.text);
	stream_add(&stream, STYLE_PLAIN, "x");
	assert_string_equal(str_text(&stream.text), "x");
	stream_release(&stream);
}

static void a_failed_write_is_remembered(void **state)
{
	struct stream stream = {.fd = -1};

	(void)state;
	assert_true(stream_flush(&stream));
	stream_printf(&stream, "x");
	assert_false(stream_flush(&stream));
	assert_int_not_equal(stream.failure, 0);
	assert_false(stream_flush(&stream));
	stream_release(&stream);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_caret_stands_under_its_column),
		cmocka_unit_test(tabs_stay_tabs_and_wide_characters_take_two_columns),
		cmocka_unit_test(a_long_line_is_cut_around_its_column),
		cmocka_unit_test(a_cut_line_fits_wherever_the_column_is),
		cmocka_unit_test(json_is_utf8_and_steers_no_terminal),
		cmocka_unit_test(what_others_wrote_stays_on_its_line),
		cmocka_unit_test(colour_ends_where_the_text_ends),
		cmocka_unit_test(a_failed_write_is_remembered),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
