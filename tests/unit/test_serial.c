/* serial: a schema written and read again is the same one, and what is no such text is refused. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

#include "schema/compare.h"
#include "schema/serial.h"

struct fixture {
	struct arena arena;
	struct str text;
};

static int set_up(void **state)
{
	*state = calloc(1, sizeof(struct fixture));
	return 0;
}

static int tear_down(void **state)
{
	struct fixture *f = *state;

	str_release(&f->text);
	arena_release(&f->arena);
	free(f);
	return 0;
}

#define HEADING "migrate schema 1\n"

static const char TABLE[] = HEADING "object\ttable\t-\t0\tt\n"
				    "object\tcolumn\t0\t1\tid\n"
				    "is\ttype\tinteger\n"
				    "is\tcomment\ta \\\\ and\\ta\\nline\n"
				    "object\tview\t-\t0\tv\n"
				    "needs\t0\n"
				    "needs\t1\n"
				    "unsupported\toperator class public.o\n";

static void expect_refused(struct fixture *f, const char *text)
{
	struct schema schema;

	if (serial_read(&f->arena, text, &schema))
		fail_msg("was read: %s", text);
}

static void what_is_read_is_written_byte_for_byte(void **state)
{
	struct fixture *f = *state;
	struct schema schema;

	assert_true(serial_read(&f->arena, TABLE, &schema));
	serial_write(&schema, &f->text);
	assert_string_equal(str_text(&f->text), TABLE);
	assert_string_equal(schema_text(&schema.object[1], "comment"), "a \\ and\ta\nline");
	assert_int_equal(schema.object[2].needs.count, 2);
	assert_string_equal(schema.unsupported[0], "operator class public.o");
}

static void an_empty_schema_is_one_too(void **state)
{
	struct fixture *f = *state;
	struct schema schema;

	assert_true(serial_read(&f->arena, HEADING, &schema));
	assert_int_equal(schema.count, 0);
	serial_write(&schema, &f->text);
	assert_string_equal(str_text(&f->text), HEADING);
}

/* One object of each kind, each with a property that needs every escape. */
static void build_all_kinds(struct fixture *f, struct schema *schema)
{
	struct schema_builder *builder = schema_builder_open(&f->arena);
	struct migrate_error error = {0};

	for (int i = 0; i < SCHEMA_KINDS; i++) {
		const char *id = arena_printf(&f->arena, "some\tid %d", i);

		schema_add(builder,
			&(struct schema_entry){.kind = (enum schema_kind)i,
				.id = id,
				.name = arena_printf(&f->arena, "n\t\\%d\n", i),
				.owner = i % 3 ? arena_printf(&f->arena, "some\tid %d", i - i % 3)
					       : NULL,
				.position = (uint32_t)i});
		schema_add_property(builder, "text\tof", "\\t\t\n\\\\");
		if (i)
			schema_add_need(builder, id, "some\tid 0");
	}
	assert_true(schema_build(builder, schema, &error));
	schema_builder_close(builder);
}

static void each_kind_comes_back(void **state)
{
	struct fixture *f = *state;
	struct schema_changes changes;
	struct schema schema, again;
	struct str text = {0};

	build_all_kinds(f, &schema);
	serial_write(&schema, &f->text);
	assert_true(serial_read(&f->arena, str_text(&f->text), &again));
	schema_compare(&f->arena, &schema, &again, &changes);
	assert_int_equal(changes.count, 0);
	serial_write(&again, &text);
	assert_string_equal(str_text(&text), str_text(&f->text));
	str_release(&text);
}

static void a_text_that_was_cut_off_is_refused(void **state)
{
	struct fixture *f = *state;

	for (size_t size = 0; size < sizeof TABLE - 1; size++)
		if (!size || TABLE[size - 1] != '\n')
			expect_refused(f, arena_strndup(&f->arena, TABLE, size));
}

static void what_this_version_does_not_write_is_refused(void **state)
{
	struct fixture *f = *state;

	expect_refused(f, "migrate schema 2\n");
	expect_refused(f, "CREATE TABLE t (id INTEGER);\n");
	expect_refused(f, HEADING "object\tsomething\t-\t0\tt\n");
	expect_refused(f, HEADING "object\ttable\t-\t0\tt\tmore\n");
	expect_refused(f, HEADING "object\ttable\t-\tfirst\tt\n");
	expect_refused(f, HEADING "object\tcolumn\t7\t1\tid\n");
	expect_refused(f, HEADING "object\tcolumn\tx\t1\tid\n");
	expect_refused(f, HEADING "object\ttable\t1\t0\ta\nobject\ttable\t0\t0\tb\n");
	expect_refused(f, HEADING "object\ttable\t-\t0\tt\nobject\ttable\t-\t0\tt\n");
	expect_refused(f, HEADING "is\ttype\tinteger\n");
	expect_refused(f, HEADING "object\ttable\t-\t0\tt\nis\ta\tb\nis\ta\tc\n");
	expect_refused(f, HEADING "needs\t0\n");
	expect_refused(f, HEADING "\n");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(
			what_is_read_is_written_byte_for_byte, set_up, tear_down),
		cmocka_unit_test_setup_teardown(an_empty_schema_is_one_too, set_up, tear_down),
		cmocka_unit_test_setup_teardown(each_kind_comes_back, set_up, tear_down),
		cmocka_unit_test_setup_teardown(
			a_text_that_was_cut_off_is_refused, set_up, tear_down),
		cmocka_unit_test_setup_teardown(
			what_this_version_does_not_write_is_refused, set_up, tear_down),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
