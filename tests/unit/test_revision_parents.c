#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdlib.h>
#include <string.h>

#include "core/revision.h"
#include "core/revision_parents.h"

/* The text is copied to its exact size, so that a sanitizer sees every byte read past its end. */
static void rewritten(const char *text, uint32_t line, const char *expected)
{
	size_t size = strlen(text);
	char *copy = malloc(size ? size : 1);
	struct str out = {0};

	memcpy(copy, text, size);
	assert_int_equal(revision_parents_place(copy, size).line, line);
	revision_set_parents(&out, copy, size, "new1");
	assert_string_equal(str_text(&out), expected);
	str_release(&out);
	free(copy);
}

static void the_value_is_replaced_and_nothing_else(void **state)
{
	(void)state;
	rewritten("-- M\n-- revision: a\n-- down_revision: b\n\n-- migrate:up\nX\n", 3,
		"-- M\n-- revision: a\n-- down_revision: new1\n\n-- migrate:up\nX\n");
	rewritten("-- revision: a\n--down_revision :  b, c \t\n-- x\n", 2,
		"-- revision: a\n--down_revision :  new1 \t\n-- x\n");
	rewritten("\xef\xbb\xbf-- down_revision: b\r\n-- revision: a\r\n", 1,
		"\xef\xbb\xbf-- down_revision: new1\r\n-- revision: a\r\n");
	rewritten("-- down_revision: b", 1, "-- down_revision: new1");
}

static void an_empty_value_is_filled_in(void **state)
{
	(void)state;
	rewritten("-- revision: a\n-- down_revision:\n", 2,
		"-- revision: a\n-- down_revision: new1\n");
	rewritten("-- revision: a\n-- down_revision: \r\n", 2,
		"-- revision: a\n-- down_revision: new1\r\n");
}

static void a_line_that_is_missing_is_put_behind_the_id(void **state)
{
	(void)state;
	rewritten("-- M\n-- revision: a\n-- created: x\n", 2,
		"-- M\n-- revision: a\n-- down_revision: new1\n-- created: x\n");
	rewritten("-- M\r\n-- revision: a\r\n", 2,
		"-- M\r\n-- revision: a\r\n-- down_revision: new1\r\n");
}

static void only_the_header_counts(void **state)
{
	(void)state;
	rewritten("-- revision: a\n-- migrate:upgrade\n-- down_revision: b\n", 1,
		"-- revision: a\n-- down_revision: new1\n-- migrate:upgrade\n-- down_revision: "
		"b\n");
	rewritten("-- The down_revision: of it\n-- revision: a\n", 2,
		"-- The down_revision: of it\n-- revision: a\n-- down_revision: new1\n");
}

/* Whatever can be parsed has the parents that were set, and the same id and sections. */
static void what_is_rewritten_is_read_as_what_was_set(void **state)
{
	static const char *const texts[] = {"-- revision: a\n-- migrate:upgrade\n",
		"-- revision: a\n--  down_revision:x,y\n-- migrate:upgrade\nSELECT 1;\n",
		"--\n-- down_revision :\n--revision:a\n-- depends_on: q\n-- migrate:up\n\n-- "
		"migrate:down\n",
		"\xef\xbb\xbf-- revision: a\r\n-- created:\r\n-- migrate:upgrade\r\nX\r\n"};

	(void)state;
	for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
		struct revision before, after;
		struct migrate_error error = {0};
		struct arena arena = {0};
		struct str out = {0};

		assert_true(revision_parse(
			&arena, "a.sql", texts[i], strlen(texts[i]), &before, &error));
		revision_set_parents(&out, texts[i], strlen(texts[i]), "n1");
		assert_true(revision_parse(&arena, "a.sql", out.text, out.size, &after, &error));
		assert_int_equal(after.parents.count, 1);
		assert_string_equal(after.parents.item[0], "n1");
		assert_string_equal(after.id, "a");
		assert_int_equal(after.dependencies.count, before.dependencies.count);
		assert_int_equal(after.upgrade.size, before.upgrade.size);
		str_release(&out);
		arena_release(&arena);
	}
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_value_is_replaced_and_nothing_else),
		cmocka_unit_test(an_empty_value_is_filled_in),
		cmocka_unit_test(a_line_that_is_missing_is_put_behind_the_id),
		cmocka_unit_test(only_the_header_counts),
		cmocka_unit_test(what_is_rewritten_is_read_as_what_was_set),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
