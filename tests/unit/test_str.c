#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdio.h>
#include <string.h>
#include <wchar.h>

#include "base/str.h"
#include "base/utf8.h"

static void an_empty_string_has_text(void **state)
{
	struct str str = {0};

	(void)state;
	assert_string_equal(str_text(&str), "");
	str_clear(&str);
	assert_string_equal(str_text(&str), "");
	str_release(&str);
}

static void pieces_are_joined_and_terminated(void **state)
{
	struct str str = {0};

	(void)state;
	str_add(&str, "ab");
	str_add_char(&str, 'c');
	str_add_bytes(&str, "d\0e", 3);
	str_add_bytes(&str, NULL, 0);
	str_printf(&str, "%d%s", 12, "x");
	str_printf(&str, "%s", "");
	assert_int_equal(str.size, 9);
	assert_memory_equal(str.text, "abcd\0e12x", 10);
	str_release(&str);
	assert_null(str.text);
	assert_int_equal(str.size, 0);
}

static void text_that_cannot_be_formatted_adds_nothing(void **state)
{
	struct str str = {0};

	(void)state;
	str_add(&str, "a");
	str_printf(&str, "%lc", (wint_t)0xd800);
	assert_string_equal(str_text(&str), "a");
	str_release(&str);
}

static void a_word_is_quoted_where_a_shell_would_read_it_otherwise(void **state)
{
	static const char *const words[][2] = {{"a/b-1.sql", "a/b-1.sql"}, {"", "''"},
		{"a b", "'a b'"}, {"it's", "'it'\\''s'"}, {"$x", "'$x'"}, {"~", "'~'"}};

	(void)state;
	for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
		struct str str = {0};

		str_add_word(&str, words[i][0]);
		assert_string_equal(str_text(&str), words[i][1]);
		str_release(&str);
	}
}

static void growth_keeps_what_is_there(void **state)
{
	struct str str = {0};

	(void)state;
	for (int i = 0; i < 20000; i++)
		str_printf(&str, "%d,", i % 10);
	assert_int_equal(str.size, 40000);
	for (size_t i = 0; i < str.size; i += 2)
		assert_int_equal(str.text[i], '0' + (int)(i / 2 % 10));
	str_release(&str);
}

static void clearing_keeps_the_memory(void **state)
{
	struct str str = {0};
	char *text;

	(void)state;
	str_add(&str, "abc");
	text = str.text;
	str_clear(&str);
	assert_string_equal(str_text(&str), "");
	assert_ptr_equal(str.text, text);
	str_release(&str);
}

static void reserved_room_is_the_callers_to_fill(void **state)
{
	struct str str = {0};

	(void)state;
	str_add(&str, "a");
	memcpy(str_reserve(&str, 100), "bc", 3);
	str.size += 2;
	assert_string_equal(str_text(&str), "abc");
	str_release(&str);
}

static void expect_visible(const char *text, size_t size, const char *expected)
{
	struct str str = {0};

	str_add_visible(&str, text, size);
	assert_string_equal(str_text(&str), expected);
	str_release(&str);
}

static void what_steers_a_terminal_is_shown_as_bytes(void **state)
{
	(void)state;
	expect_visible("a\033[2J", 5, "a\\x1b[2J");
	expect_visible("a\rb\x7f", 4, "a\\x0db\\x7f");
	expect_visible("\0", 1, "\\x00");
	expect_visible("\xc2\x9b", 2, "\\xc2\\x9b");
	expect_visible("\xe2\x80\xae", 3, "\\xe2\\x80\\xae");
	expect_visible("\xe2\x81\xa6", 3, "\\xe2\\x81\\xa6");
	expect_visible("\xd8\x9c", 2, "\\xd8\\x9c");
	expect_visible("\xe2\x80\x8e", 3, "\\xe2\\x80\\x8e");
	expect_visible("\xe2\x80\xa8", 3, "\\xe2\\x80\\xa8");
}

static void text_that_is_harmless_stays(void **state)
{
	(void)state;
	expect_visible("a\tb\nc", 5, "a\tb\nc");
	expect_visible(
		"\xc3\xa9\xe2\x82\xac\xf0\x9f\x98\x80", 9, "\xc3\xa9\xe2\x82\xac\xf0\x9f\x98\x80");
	expect_visible("\xc2\xa0\xe2\x80\x90\xe2\x81\xa5", 8, "\xc2\xa0\xe2\x80\x90\xe2\x81\xa5");
}

static void bytes_that_are_no_utf8_are_shown_one_by_one(void **state)
{
	(void)state;
	expect_visible("a\xff\xc3", 3, "a\\xff\\xc3");
	expect_visible("\xed\xa0\x80", 3, "\\xed\\xa0\\x80");
}

/* Encodes by the definition, surrogates and what lies past the last plane too. */
static size_t encode(uint32_t point, char *out)
{
	if (point < 0x80) {
		out[0] = (char)point;
		return 1;
	}
	if (point < 0x800) {
		out[0] = (char)(0xc0 | point >> 6);
		out[1] = (char)(0x80 | (point & 0x3f));
		return 2;
	}
	if (point < 0x10000) {
		out[0] = (char)(0xe0 | point >> 12);
		out[1] = (char)(0x80 | (point >> 6 & 0x3f));
		out[2] = (char)(0x80 | (point & 0x3f));
		return 3;
	}
	out[0] = (char)(0xf0 | point >> 18);
	out[1] = (char)(0x80 | (point >> 12 & 0x3f));
	out[2] = (char)(0x80 | (point >> 6 & 0x3f));
	out[3] = (char)(0x80 | (point & 0x3f));
	return 4;
}

static void every_code_point_and_no_other_decodes(void **state)
{
	(void)state;
	for (uint32_t point = 0; point < 0x120000; point++) {
		bool valid = point < 0x110000 && (point < 0xd800 || point > 0xdfff);
		uint32_t found = UINT32_MAX;
		char bytes[4];
		size_t size = encode(point, bytes);

		if (utf8_decode(bytes, size, &found) != (valid ? size : 0))
			fail_msg("U+%04X", point);
		if (valid && found != point)
			fail_msg("U+%04X became U+%04X", point, found);
		if (utf8_decode(bytes, size - 1, &found) && size > 1)
			fail_msg("U+%04X decodes when cut", point);
	}
}

static void overlong_forms_are_refused(void **state)
{
	static const char *const forms[] = {"\xc0\x80", "\xc1\xbf", "\xe0\x80\x80", "\xe0\x9f\xbf",
		"\xf0\x80\x80\x80", "\xf0\x8f\xbf\xbf"};
	uint32_t point;

	(void)state;
	for (size_t i = 0; i < sizeof forms / sizeof *forms; i++)
		assert_int_equal(utf8_decode(forms[i], strlen(forms[i]), &point), 0);
	assert_int_equal(utf8_decode("\xe2\x82 ", 3, &point), 0);
	assert_int_equal(utf8_decode("\xf5\x80\x80\x80", 4, &point), 0);
	assert_int_equal(utf8_decode("\x80", 1, &point), 0);
	assert_int_equal(utf8_decode("", 0, &point), 0);
}

static void the_first_stray_byte_is_found(void **state)
{
	(void)state;
	assert_int_equal(utf8_invalid("abc", 3), 3);
	assert_int_equal(utf8_invalid("a\xc3\xa9z", 4), 4);
	assert_int_equal(utf8_invalid("a\xc3\xa9\xff", 4), 3);
	assert_int_equal(utf8_invalid("ab\xc3", 3), 2);
	assert_int_equal(utf8_invalid("", 0), 0);
}

static void characters_are_counted_and_found_by_number(void **state)
{
	const char text[] = "a\xc3\xa9\xff\xe2\x82\xacz";

	(void)state;
	assert_int_equal(utf8_count(text, 8), 5);
	assert_int_equal(utf8_offset(text, 8, 0), 0);
	assert_int_equal(utf8_offset(text, 8, 2), 3);
	assert_int_equal(utf8_offset(text, 8, 4), 7);
	assert_int_equal(utf8_offset(text, 8, 99), 8);
}

static void widths_are_those_of_terminals(void **state)
{
	(void)state;
	assert_int_equal(utf8_width('a'), 1);
	assert_int_equal(utf8_width(0xe9), 1);
	assert_int_equal(utf8_width(0x0301), 0);
	assert_int_equal(utf8_width(0x200b), 0);
	assert_int_equal(utf8_width(0x4e2d), 2);
	assert_int_equal(utf8_width(0x1f600), 2);
	assert_int_equal(utf8_width(0x10ffff), 1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(an_empty_string_has_text),
		cmocka_unit_test(pieces_are_joined_and_terminated),
		cmocka_unit_test(text_that_cannot_be_formatted_adds_nothing),
		cmocka_unit_test(a_word_is_quoted_where_a_shell_would_read_it_otherwise),
		cmocka_unit_test(growth_keeps_what_is_there),
		cmocka_unit_test(clearing_keeps_the_memory),
		cmocka_unit_test(reserved_room_is_the_callers_to_fill),
		cmocka_unit_test(what_steers_a_terminal_is_shown_as_bytes),
		cmocka_unit_test(text_that_is_harmless_stays),
		cmocka_unit_test(bytes_that_are_no_utf8_are_shown_one_by_one),
		cmocka_unit_test(every_code_point_and_no_other_decodes),
		cmocka_unit_test(overlong_forms_are_refused),
		cmocka_unit_test(the_first_stray_byte_is_found),
		cmocka_unit_test(characters_are_counted_and_found_by_number),
		cmocka_unit_test(widths_are_those_of_terminals),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
