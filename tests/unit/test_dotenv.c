/* .env files: what each line means, and that no error quotes a value. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdio.h>
#include <string.h>

#include "base/str.h"
#include "io/dotenv.h"

#define COUNT(array) (sizeof(array) / sizeof *(array))

static struct arena arena;

static int tear_down(void **state)
{
	(void)state;
	arena_release(&arena);
	return 0;
}

/* The caller's environment has OUTER and a SHARED that wins over the file's. */
static const char *lookup(const char *name, void *given)
{
	assert_string_equal(given, "context");
	if (!strcmp(name, "OUTER"))
		return "outer";
	return !strcmp(name, "SHARED") ? "environment's" : NULL;
}

static char context[] = "context";

static bool parse(const char *text, struct dotenv *dotenv, struct migrate_error *error)
{
	return dotenv_parse(&arena, "app/.env", text, strlen(text), lookup, context, dotenv, error);
}

/* [NAME=value] for each, in order. */
static const char *describe(const struct dotenv *dotenv)
{
	struct str text = {0};
	const char *kept;

	for (size_t i = 0; i < dotenv->count; i++)
		str_printf(&text, "[%s=%s]", dotenv->name[i], dotenv->value[i]);
	kept = arena_strdup(&arena, str_text(&text));
	str_release(&text);
	return kept;
}

struct meaning {
	const char *text, *expected;
};

static void check(const struct meaning *cases, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		struct migrate_error error = {0};
		struct dotenv dotenv;
		const char *found;

		if (!parse(cases[i].text, &dotenv, &error))
			fail_msg("%s: %zu:%zu: %s", cases[i].text, error.line, error.column,
				error.message);
		found = describe(&dotenv);
		if (strcmp(found, cases[i].expected) != 0)
			fail_msg("%s means\n  %s, not\n  %s", cases[i].text, found,
				cases[i].expected);
	}
}

static void lines_are_assignments_blank_or_comments(void **state)
{
	static const struct meaning cases[] = {{"", ""}, {"\n\n", ""}, {"# a=b\n  # c=d", ""},
		{"A=b", "[A=b]"}, {"A=b\n", "[A=b]"}, {"A=b\nC=d", "[A=b][C=d]"},
		{"A=b\r\nC=d\r\n", "[A=b][C=d]"}, {"A=b\rC=d", "[A=b][C=d]"},
		{"\xef\xbb\xbf"
		 "A=b",
			"[A=b]"},
		{"  A \t = \t b  ", "[A=b]"}, {"export A=b\nexport\tC=d", "[A=b][C=d]"},
		{"export=b\nexported=c", "[export=b][exported=c]"}, {"export A\nB\nC # none\n", ""},
		{"'A'=b", "[A=b]"}, {"a.b-c=d", "[a.b-c=d]"}, {"A=b\nA=c", "[A=b][A=c]"},
		{"A=\xc3\xbc", "[A=\xc3\xbc]"}, {"A=1\n\fB=2\n\vC=3", "[A=1][B=2][C=3]"}};

	(void)state;
	check(cases, COUNT(cases));
}

static void unquoted_values_end_at_a_comment_and_lose_their_blanks(void **state)
{
	static const struct meaning cases[] = {{"A=", "[A=]"}, {"A=\nB=c", "[A=][B=c]"},
		{"A=   \nB=c", "[A=][B=c]"}, {"A=b c", "[A=b c]"}, {"A=b#c", "[A=b#c]"},
		{"A=b #c", "[A=b]"}, {"A=b\t#c # d", "[A=b]"}, {"A=#b", "[A=#b]"},
		{"A= # b", "[A=]"}, {"A=b'c\"d", "[A=b'c\"d]"}, {"A=b=c", "[A=b=c]"},
		{"A=b\\nc\\", "[A=b\\nc\\]"},
		{"A=postgresql://u:p%23@h/d?a=b", "[A=postgresql://u:p%23@h/d?a=b]"}};

	(void)state;
	check(cases, COUNT(cases));
}

static void quotes_keep_what_they_hold(void **state)
{
	static const struct meaning cases[] = {{"A=''", "[A=]"}, {"A=\"\"", "[A=]"},
		{"A='b # c'", "[A=b # c]"}, {"A=\"b # c\" # d", "[A=b # c]"},
		{"A=' b '#c", "[A= b ]"}, {"A='b\\n$c${OUTER}'", "[A=b\\n$c${OUTER}]"},
		{"A='b\nc'\nD=e", "[A=b\nc][D=e]"}, {"A=\"b\nc\"\nD=e", "[A=b\nc][D=e]"},
		{"A=\"\\n\\r\\t\\\\\\\"\\'\\$\\a\\b\\f\\v\"", "[A=\n\r\t\\\"'$\a\b\f\v]"},
		{"A=\"\\x\\ \"", "[A=\\x\\ ]"}, {"A=\"\\\\n\"", "[A=\\n]"},
		{"A=\"a\\\nb\"", "[A=a\\\nb]"}, {"A='\"'", "[A=\"]"}, {"A=\"'\"  ", "[A=']"}};

	(void)state;
	check(cases, COUNT(cases));
}

static void references_are_replaced(void **state)
{
	static const struct meaning cases[] = {{"A=b\nC=x${A}y", "[A=b][C=xby]"},
		{"A=b\nC=\"x${A}y\"", "[A=b][C=xby]"}, {"A=${OUTER}", "[A=outer]"},
		{"SHARED=file's\nA=${SHARED}", "[SHARED=file's][A=environment's]"},
		{"A=${NONE}.", "[A=.]"}, {"A=${NONE:-d}", "[A=d]"}, {"A=${NONE:-}", "[A=]"},
		{"A=${OUTER:-d}", "[A=outer]"}, {"E=\nA=${E:-d}${E}", "[E=][A=d]"},
		{"A=b\nA=${A}c", "[A=b][A=bc]"}, {"A=${B}\nB=c", "[A=][B=c]"},
		{"A=\"\\${OUTER}\"", "[A=${OUTER}]"}, {"A=$OUTER $ $", "[A=$OUTER $ $]"},
		{"A=${", "[A=${]"}, {"A=${}", "[A=${}]"}, {"A=${OUTER", "[A=${OUTER]"},
		{"A=${OUTER-x}", "[A=${OUTER-x}]"}, {"A=${OUTER:x}", "[A=${OUTER:x}]"},
		{"A=${1A}", "[A=${1A}]"}, {"A=${O U}", "[A=${O U}]"},
		{"A=\"${B:-x\" # }\nC=d", "[A=${B:-x][C=d]"},
		{"A='${OUTER}'\nB=${A}", "[A=${OUTER}][B=${OUTER}]"}};

	(void)state;
	check(cases, COUNT(cases));
}

static void without_a_lookup_only_the_file_is_asked(void **state)
{
	static const char text[] = "A=b\nB=${A}${OUTER}";
	struct migrate_error error = {0};
	struct dotenv dotenv;

	(void)state;
	assert_true(
		dotenv_parse(&arena, ".env", text, sizeof text - 1, NULL, NULL, &dotenv, &error));
	assert_string_equal(describe(&dotenv), "[A=b][B=b]");
}

static void the_last_value_of_a_name_is_found(void **state)
{
	struct migrate_error error = {0};
	struct dotenv dotenv;

	(void)state;
	assert_true(parse("A=b\nA=c\nB=", &dotenv, &error));
	assert_string_equal(dotenv_find(&dotenv, "A"), "c");
	assert_string_equal(dotenv_find(&dotenv, "B"), "");
	assert_null(dotenv_find(&dotenv, "C"));
}

static void a_broken_line_is_an_error_with_its_place_and_without_its_value(void **state)
{
	static const struct {
		const char *text, *message;
		size_t line, column;
	} cases[] = {{"A=b\nC='S3CR3T", "the value of \"C\" has a quote that is not closed", 2, 3},
		{"A=b\nC=\"S3CR3T\n\n", "the value of \"C\" has a quote that is not closed", 2, 3},
		{"C=\"S3CR3T\\", "the value of \"C\" has a quote that is not closed", 1, 3},
		{"C=\"S3CR3T\\\"", "the value of \"C\" has a quote that is not closed", 1, 3},
		{"C='a'S3CR3T", "the value of \"C\" goes on behind its closing quote", 1, 6},
		{"a-c='a' S3CR3T", "goes on behind its closing quote", 1, 9},
		{"\n \n=S3CR3T", "a name is missing before the =", 3, 1},
		{"'A=S3CR3T", "a name is missing before the =", 1, 2},
		{"''=S3CR3T", "a name is missing before the =", 1, 2},
		{"export =S3CR3T", "a name is missing before the =", 1, 8},
		{"S3CR3T S3CR3T", "the line is neither NAME=value nor a # comment", 1, 8},
		{"\xc3\xbc S3CR3T", "the line is neither NAME=value nor a # comment", 1, 3}};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct migrate_error error = {0};
		struct dotenv dotenv;

		if (parse(cases[i].text, &dotenv, &error))
			fail_msg("%s was taken as %s", cases[i].text, describe(&dotenv));
		assert_int_equal(error.code, MIGRATE_E_CONFIG);
		assert_string_equal(error.file, "app/.env");
		if (error.line != cases[i].line || error.column != cases[i].column)
			fail_msg("%s fails at %zu:%zu, not %zu:%zu", cases[i].text, error.line,
				error.column, cases[i].line, cases[i].column);
		assert_non_null(strstr(error.message, cases[i].message));
		assert_null(strstr(error.message, "S3CR3T"));
		assert_null(error.excerpt);
		assert_null(error.detail);
		migrate_error_clear(&error);
	}
}

static void a_zero_byte_is_refused(void **state)
{
	static const char text[] = "A=b\nC=d\0e\n";
	struct migrate_error error = {0};
	struct dotenv dotenv;

	(void)state;
	assert_false(dotenv_parse(
		&arena, ".env", text, sizeof text - 1, lookup, context, &dotenv, &error));
	assert_string_equal(error.message, "the file has a zero byte");
	assert_int_equal(error.line, 2);
	assert_int_equal(error.column, 4);
	migrate_error_clear(&error);
}

static void values_that_double_with_every_line_are_stopped(void **state)
{
	static const char line[] = "A=${A}${A}\n";
	struct migrate_error error = {0};
	struct dotenv dotenv;
	struct str text = {0};

	(void)state;
	str_add(&text, "A=0123456789\n");
	for (int i = 0; i < 40; i++)
		str_add(&text, line);
	assert_false(parse(text.text, &dotenv, &error));
	assert_string_equal(error.message, "the value of \"A\" is too large with its variables");
	str_release(&text);
	migrate_error_clear(&error);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_teardown(name, tear_down)
	const struct CMUnitTest tests[] = {TEST(lines_are_assignments_blank_or_comments),
		TEST(unquoted_values_end_at_a_comment_and_lose_their_blanks),
		TEST(quotes_keep_what_they_hold), TEST(references_are_replaced),
		TEST(without_a_lookup_only_the_file_is_asked),
		TEST(the_last_value_of_a_name_is_found),
		TEST(a_broken_line_is_an_error_with_its_place_and_without_its_value),
		TEST(a_zero_byte_is_refused), TEST(values_that_double_with_every_line_are_stopped)};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
