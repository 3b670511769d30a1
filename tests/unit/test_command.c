/* A command of the configuration: its first line, its failures, and the time that it has. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include <cmocka.h>

#include "io/command.h"

#define COUNT(array) (sizeof(array) / sizeof *(array))

static struct arena arena;
static struct migrate_error error;
static volatile sig_atomic_t interrupted;

static int tear_down(void **state)
{
	(void)state;
	interrupted = 0;
	arena_release(&arena);
	migrate_error_clear(&error);
	return 0;
}

static const char *run(const char *text, long timeout)
{
	static const char *const variables[] = {"PATH=/usr/bin:/bin", "WORD=of the caller", NULL};
	struct command command = {.name = "password_command",
		.text = text,
		.hint = "Run it by hand.",
		.environ = variables,
		.timeout = timeout,
		.interrupted = &interrupted,
		.interrupt_fd = -1};

	migrate_error_clear(&error);
	return command_first_line(&arena, &command, &error);
}

static void expect_line(const char *text, const char *line)
{
	const char *found = run(text, 10 * 1000);

	if (!found)
		fail_msg("%s: %s", text, error.message);
	assert_string_equal(found, line);
	assert_int_equal(error.code, MIGRATE_E_NONE);
}

static void expect_failure(const char *text, long timeout, const char *message, const char *detail)
{
	assert_null(run(text, timeout));
	assert_int_equal(error.code, MIGRATE_E_PROGRAM);
	assert_string_equal(error.message, message);
	if (detail)
		assert_string_equal(error.detail, detail);
}

static double seconds(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

static void the_first_line_is_what_it_says(void **state)
{
	(void)state;
	expect_line("echo 'se cret '", "se cret ");
	expect_line("printf secret", "secret");
	expect_line("printf 'secret\\r\\n'", "secret");
	expect_line("printf 'one\\ntwo\\nthree'", "one");
	expect_line("printf one; sleep 0.05; echo ' and the same'", "one and the same");
	expect_line("echo first; yes | head -c 300000", "first");
}

static void it_gets_the_environment_that_it_is_given_and_nothing_to_read(void **state)
{
	(void)state;
	expect_line("echo \"$WORD\"", "of the caller");
	expect_line("echo \"[$HOME]\"", "[]");
	expect_line("cat; echo end", "end");
	expect_line("sh -c 'kill -PIPE $$' ; echo $?", "141");
}

static void a_failure_is_told_without_the_command_or_its_output(void **state)
{
	(void)state;
	expect_failure(
		"echo secret; exit 3", 10000, "the password_command failed", "exit status 3");
	expect_failure("kill -9 $$", 10000, "the password_command failed", "ended by signal 9");
	expect_failure("no_such_program_at_all 2>&1", 10000, "the password_command failed",
		"exit status 127");
	expect_failure("true", 10000, "the password_command printed nothing", NULL);
	expect_failure("echo; echo secret", 10000, "the password_command printed nothing", NULL);
	expect_failure("printf 'a\\0b'", 10000, "the password_command printed a zero byte", NULL);
	expect_failure("head -c 9000 /dev/zero | tr '\\0' x", 10000,
		"the password_command printed a line that is too long", NULL);
}

static void all_of_it_can_be_had_up_to_a_limit(void **state)
{
	static const char *const variables[] = {"PATH=/usr/bin:/bin", NULL};
	struct command command = {.name = "schema_command",
		.hint = "Run it by hand.",
		.environ = variables,
		.timeout = 10 * 1000,
		.interrupted = &interrupted,
		.interrupt_fd = -1};
	const char *text;
	size_t size;

	(void)state;
	command.text = "echo one; sleep 0.05; printf 'two\\r\\n'";
	text = command_output(&arena, &command, 9, &size, &error);
	assert_string_equal(text, "one\ntwo\r\n");
	assert_int_equal(size, 9);
	assert_null(command_output(&arena, &command, 8, &size, &error));
	assert_string_equal(error.message, "the schema_command printed too much");
	assert_string_equal(error.hint, "Run it by hand.");
	migrate_error_clear(&error);
	command.text = "true";
	assert_string_equal(command_output(&arena, &command, 8, &size, &error), "");
	assert_int_equal(size, 0);
	command.text = "yes | head -c 300000";
	text = command_output(&arena, &command, 300000, &size, &error);
	assert_int_equal(strlen(text), 300000);
	command.text = "echo 'CREATE'; exit 1";
	assert_null(command_output(&arena, &command, 300000, &size, &error));
	assert_string_equal(error.message, "the schema_command failed");
	migrate_error_clear(&error);
	command.text = "printf 'a\\0b'";
	assert_null(command_output(&arena, &command, 300000, &size, &error));
	assert_string_equal(error.message, "the schema_command printed a zero byte");
}

static void it_has_a_limited_time(void **state)
{
	static const char *const slow[] = {"exec sleep 30", "echo secret; exec sleep 30",
		"echo secret; exec >&-; sleep 30", "sleep 30 | cat"};
	double begin = seconds();

	(void)state;
	for (size_t i = 0; i < COUNT(slow); i++) {
		assert_null(run(slow[i], 100));
		assert_int_equal(error.code, MIGRATE_E_PROGRAM);
	}
	assert_true(seconds() - begin < 5);
}

static void a_signal_ends_the_wait(void **state)
{
	(void)state;
	interrupted = SIGINT;
	assert_null(run("exec sleep 30", 10000));
	assert_int_equal(error.code, MIGRATE_E_INTERRUPTED);
	interrupted = SIGTERM;
	assert_null(run("exec sleep 30", 10000));
	assert_int_equal(error.code, MIGRATE_E_TERMINATED);
}

#define TEST(name) cmocka_unit_test_teardown(name, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {TEST(the_first_line_is_what_it_says),
		TEST(it_gets_the_environment_that_it_is_given_and_nothing_to_read),
		TEST(a_failure_is_told_without_the_command_or_its_output),
		TEST(all_of_it_can_be_had_up_to_a_limit), TEST(it_has_a_limited_time),
		TEST(a_signal_ends_the_wait)};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
