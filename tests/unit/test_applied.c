/* The log's records of whole scripts, and what they say is applied. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "db/applied.h"

static struct db_state take(struct arena *arena, const struct applied_record *record, size_t count)
{
	struct applied_records records = {0};
	struct db_state state = {0};

	for (size_t i = 0; i < count; i++)
		applied_add(&records, &record[i]);
	applied_take(arena, &records, &state);
	assert_null(records.item);
	return state;
}

static void the_newest_record_of_a_revision_counts_in_whatever_order_they_come(void **context)
{
	const struct applied_record record[] = {{"b", "up twice", 4, true}, {"a", "first", 1, true},
		{"b", "down", 3, false}, {"b", "up once", 2, true}};
	struct arena arena = {0};
	struct db_state state = take(&arena, record, 4);

	(void)context;
	assert_int_equal(state.applied_count, 2);
	assert_string_equal(state.applied[0].revision, "a");
	assert_string_equal(state.applied[0].checksum, "first");
	assert_string_equal(state.applied[1].revision, "b");
	assert_string_equal(state.applied[1].checksum, "up twice");
	arena_release(&arena);
}

static void what_went_down_or_was_stamped_last_is_not_applied(void **context)
{
	const struct applied_record record[] = {{"a", "up", 1, true}, {"a", "down", 2, false},
		{"b", "up", 3, true}, {"b", NULL, 4, true}};
	struct arena arena = {0};

	(void)context;
	assert_int_equal(take(&arena, record, 4).applied_count, 0);
	arena_release(&arena);
}

static void an_empty_log_says_nothing(void **context)
{
	struct arena arena = {0};
	struct db_state state = take(&arena, NULL, 0);

	(void)context;
	assert_int_equal(state.applied_count, 0);
	assert_non_null(state.applied);
	arena_release(&arena);
}

static void many_records_are_all_kept(void **context)
{
	static char name[1000][8];
	struct applied_record record[1000];
	struct arena arena = {0};

	(void)context;
	for (int i = 0; i < 1000; i++) {
		name[i][0] = 'r';
		for (int k = 0, rest = i; k < 3; k++, rest /= 10)
			name[i][3 - k] = (char)('0' + rest % 10);
		record[i] = (struct applied_record){name[i], "x", i, true};
	}
	assert_int_equal(take(&arena, record, 1000).applied_count, 1000);
	arena_release(&arena);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(
			the_newest_record_of_a_revision_counts_in_whatever_order_they_come),
		cmocka_unit_test(what_went_down_or_was_stamped_last_is_not_applied),
		cmocka_unit_test(an_empty_log_says_nothing),
		cmocka_unit_test(many_records_are_all_kept),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
