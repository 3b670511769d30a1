/* What a look has found: a list that grows, and keeps no password. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/error.h"
#include "core/symptoms.h"

static struct arena arena;

static int tear_down(void **state)
{
	(void)state;
	arena_release(&arena);
	return 0;
}

static void many_are_kept_in_their_order_with_their_area_and_hint(void **state)
{
	struct symptoms symptoms = {.arena = &arena, .area = MIGRATE_AREA_PROGRAM};

	(void)state;
	for (int i = 0; i < 100; i++) {
		symptoms.area = i < 50 ? MIGRATE_AREA_PROGRAM : MIGRATE_AREA_STATE;
		symptoms_add(&symptoms, "number", MIGRATE_LEVEL_NOTE, "this is %d", i);
		if (i % 2)
			symptoms_hint(&symptoms, "odd %d", i);
	}
	assert_int_equal(symptoms.count, 100);
	assert_string_equal(symptoms.item[0].message, "this is 0");
	assert_null(symptoms.item[0].hint);
	assert_int_equal(symptoms.item[49].area, MIGRATE_AREA_PROGRAM);
	assert_int_equal(symptoms.item[50].area, MIGRATE_AREA_STATE);
	assert_string_equal(symptoms.item[99].message, "this is 99");
	assert_string_equal(symptoms.item[99].hint, "odd 99");
	assert_string_equal(symptoms.item[99].check, "number");
	assert_int_equal(symptoms.item[99].level, MIGRATE_LEVEL_NOTE);
	assert_true(symptoms_have(&symptoms, "this is 42"));
	assert_false(symptoms_have(&symptoms, "this is 100"));
}

static void an_error_becomes_one_with_its_place_and_the_first_line_of_its_detail(void **state)
{
	struct symptoms symptoms = {.arena = &arena};
	struct migrate_error error = {0};

	(void)state;
	error_set(&error, MIGRATE_E_SCRIPT, "it is wrong");
	error_at(&error, "x.sql", 3, 4);
	error_detail(&error, "because");
	error_detail(&error, "and also");
	error_hint(&error, "Mend it.");
	symptoms_add_error(&symptoms, "scripts", MIGRATE_LEVEL_PROBLEM, &error);
	assert_string_equal(symptoms.item[0].message, "x.sql:3:4: it is wrong: because");
	assert_string_equal(symptoms.item[0].hint, "Mend it.");
	assert_int_equal(error.code, MIGRATE_E_NONE);
	error_set(&error, MIGRATE_E_CONFIG, "no place");
	error_at(&error, "m.yaml", 0, 0);
	symptoms_add_error(&symptoms, "config", MIGRATE_LEVEL_PROBLEM, &error);
	assert_string_equal(symptoms.item[1].message, "m.yaml: no place");
	assert_null(symptoms.item[1].hint);
}

static void a_password_of_a_url_is_not_kept(void **state)
{
	struct symptoms symptoms = {.arena = &arena};

	(void)state;
	symptoms_add(&symptoms, "x", MIGRATE_LEVEL_OK, "at %s", "postgresql://u:secret@h/db");
	symptoms_hint(&symptoms, "not %s", "x://u:secret@h");
	assert_string_equal(symptoms.item[0].message, "at postgresql://u:***@h/db");
	assert_string_equal(symptoms.item[0].hint, "not x://u:***@h");
}

#define TEST(name) cmocka_unit_test_teardown(name, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(many_are_kept_in_their_order_with_their_area_and_hint),
		TEST(an_error_becomes_one_with_its_place_and_the_first_line_of_its_detail),
		TEST(a_password_of_a_url_is_not_kept)};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
