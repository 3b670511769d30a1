#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>
#include <wchar.h>

#include "base/arena.h"

static bool is_zero(const char *memory, size_t size)
{
	for (size_t i = 0; i < size; i++)
		if (memory[i])
			return false;
	return true;
}

static void fresh_memory_is_zero_and_aligned_whatever_the_size(void **state)
{
	struct arena arena = {0};

	(void)state;
	for (size_t size = 0; size < 3000; size = size * 3 / 2 + 1) {
		char *memory = arena_alloc(&arena, size);

		assert_int_equal((uintptr_t)memory % _Alignof(max_align_t), 0);
		assert_true(is_zero(memory, size));
		memset(memory, 0xff, size);
	}
	arena_release(&arena);
}

static void allocations_do_not_overlap(void **state)
{
	struct arena arena = {0};
	unsigned char *kept[2000];

	(void)state;
	for (int i = 0; i < 2000; i++) {
		size_t size = (size_t)(i * 37 % 3001) + 1;

		kept[i] = arena_alloc(&arena, size);
		memset(kept[i], i % 251, size);
	}
	for (int i = 0; i < 2000; i++)
		for (size_t k = 0; k < (size_t)(i * 37 % 3001) + 1; k++)
			assert_int_equal(kept[i][k], i % 251);
	arena_release(&arena);
}

static void a_large_request_leaves_the_block_in_use_as_it_is(void **state)
{
	struct arena arena = {0};
	char *first = arena_alloc(&arena, 16), *second;

	(void)state;
	memset(arena_alloc(&arena, 1024 * 1024), 1, 1024 * 1024);
	second = arena_alloc(&arena, 16);
	assert_ptr_equal(second, first + 16);
	arena_release(&arena);
}

static void a_large_request_may_be_the_first(void **state)
{
	struct arena arena = {0};
	char *large = arena_alloc(&arena, 100000), *small = arena_alloc(&arena, 1);

	(void)state;
	memset(large, 1, 100000);
	assert_int_equal(*small, 0);
	arena_release(&arena);
}

static void a_released_arena_is_empty_and_usable(void **state)
{
	struct arena arena = {0};

	(void)state;
	arena_release(&arena);
	arena_alloc(&arena, 10);
	arena_release(&arena);
	assert_null(arena.block);
	assert_string_equal(arena_strdup(&arena, "again"), "again");
	arena_release(&arena);
}

static void copies_are_terminated(void **state)
{
	struct arena arena = {0};

	(void)state;
	assert_string_equal(arena_strdup(&arena, ""), "");
	assert_string_equal(arena_strdup(&arena, "abc"), "abc");
	assert_string_equal(arena_strndup(&arena, "abc", 2), "ab");
	assert_string_equal(arena_strndup(&arena, NULL, 0), "");
	assert_memory_equal(arena_strndup(&arena, "a\0b", 3), "a\0b", 4);
	arena_release(&arena);
}

static void formatted_text_may_be_longer_than_a_block(void **state)
{
	struct arena arena = {0};
	char *text = arena_printf(&arena, "%*d|%s", 9000, 7, "end");

	(void)state;
	assert_int_equal(strlen(text), 9004);
	assert_string_equal(text + 8999, "7|end");
	arena_release(&arena);
}

static void resizing_keeps_the_contents_and_never_returns_null(void **state)
{
	char *block = memory_resize(NULL, 0);

	(void)state;
	assert_non_null(block);
	block = memory_resize(block, 4);
	memcpy(block, "abc", 4);
	block = memory_resize(block, 100000);
	assert_string_equal(block, "abc");
	free(block);
}

/* AddressSanitizer would end the program instead of returning NULL. */
const char *__asan_default_options(void)
{
	return "allocator_may_return_null=1";
}

static void leave_through_hook(void)
{
	exit(7);
}

static void quiet_exit(void)
{
}

/* The child's way out: what the hook says, or the signal. */
static int status_of(void (*hook)(void), void (*action)(void))
{
	int status = 0;
	pid_t child;

	fflush(NULL);
	child = fork();

	if (!child) {
		arena_on_exhaustion(hook);
		action();
		_exit(0);
	}
	assert_int_equal(waitpid(child, &status, 0), child);
	return status;
}

static void ask_too_much(void)
{
	struct arena arena = {0};

	arena_alloc(&arena, SIZE_MAX);
}

static void ask_nearly_too_much(void)
{
	struct arena arena = {0};

	arena_alloc(&arena, SIZE_MAX - 2 * _Alignof(max_align_t));
}

static void ask_more_than_there_is(void)
{
	struct arena arena = {0};

	arena_alloc(&arena, PTRDIFF_MAX / 2);
}

static void multiply_past_the_end(void)
{
	struct arena arena = {0};

	arena_array(&arena, SIZE_MAX / 8 + 1, 8);
}

static void resize_past_the_end(void)
{
	memory_resize(NULL, PTRDIFF_MAX / 2);
}

static void print_a_bad_character(void)
{
	struct arena arena = {0};

	arena_printf(&arena, "%lc", (wint_t)0xd800);
}

static void exhaustion_calls_the_hook(void **state)
{
	static void (*const actions[])(void) = {ask_too_much, ask_nearly_too_much,
		ask_more_than_there_is, multiply_past_the_end, resize_past_the_end,
		print_a_bad_character};

	(void)state;
	for (size_t i = 0; i < sizeof actions / sizeof *actions; i++) {
		int status = status_of(leave_through_hook, actions[i]);

		if (!WIFEXITED(status) || WEXITSTATUS(status) != 7)
			fail_msg("action %zu ended with status %#x", i, (unsigned)status);
	}
}

static void exhaustion_aborts_without_a_hook_or_when_the_hook_returns(void **state)
{
	(void)state;
	for (int i = 0; i < 2; i++) {
		int status = status_of(i ? quiet_exit : NULL, multiply_past_the_end);

		assert_true(WIFSIGNALED(status) || WEXITSTATUS(status) != 0);
	}
}

static void an_array_of_nothing_is_no_error(void **state)
{
	struct arena arena = {0};

	(void)state;
	assert_non_null(arena_array(&arena, 0, 8));
	assert_non_null(arena_array(&arena, 8, 0));
	arena_release(&arena);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(fresh_memory_is_zero_and_aligned_whatever_the_size),
		cmocka_unit_test(allocations_do_not_overlap),
		cmocka_unit_test(a_large_request_leaves_the_block_in_use_as_it_is),
		cmocka_unit_test(a_large_request_may_be_the_first),
		cmocka_unit_test(a_released_arena_is_empty_and_usable),
		cmocka_unit_test(copies_are_terminated),
		cmocka_unit_test(formatted_text_may_be_longer_than_a_block),
		cmocka_unit_test(resizing_keeps_the_contents_and_never_returns_null),
		cmocka_unit_test(exhaustion_calls_the_hook),
		cmocka_unit_test(exhaustion_aborts_without_a_hook_or_when_the_hook_returns),
		cmocka_unit_test(an_array_of_nothing_is_no_error),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
