/* Variables of the environment and of .env, and the files that they name. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "io/variables.h"
#include "project.h"

static struct variable found;

/* dotenv: pairs of name and value, up to a NULL. */
static bool look(const char *const *environ, const char *const *pairs)
{
	const char *names[8], *values[8];
	struct dotenv dotenv = {names, values, 0};
	struct variables variables = {
		.environ = environ, .dotenv = &dotenv, .dotenv_directory = "sub"};

	for (; pairs && *pairs; pairs += 2) {
		names[dotenv.count] = pairs[0];
		values[dotenv.count++] = pairs[1];
	}
	migrate_error_clear(&error);
	return variables_read(&arena, &variables, "URL", &found, &error);
}

#define ENVIRON(...) ((const char *const[]){__VA_ARGS__, NULL})
#define DOTENV(...)  ((const char *const[]){__VA_ARGS__, NULL})

static void expect(const char *value, enum origin origin, const char *name, bool from_file)
{
	if (error.code)
		fail_msg("%s", error.message);
	assert_non_null(found.value);
	assert_string_equal(found.value, value);
	assert_string_equal(found.name, name);
	assert_int_equal(found.origin, origin);
	assert_int_equal(found.from_file, from_file);
}

static void a_file_stands_in_for_its_variable(void **state)
{
	(void)state;
	write_file("text.yaml", "from the file\n");
	assert_true(look(ENVIRON("URL_FILE=text.yaml"), NULL));
	expect("from the file", ORIGIN_ENVIRON, "URL_FILE", true);
	write_file("sub/m.yaml", "beside .env\r\n\r\n");
	assert_true(look(NULL, DOTENV("URL_FILE", "m.yaml")));
	expect("beside .env", ORIGIN_DOTENV, "URL_FILE", true);
}

static void lines_but_the_last_end_are_kept(void **state)
{
	(void)state;
	write_file("text.yaml", " one \n two \n\n");
	assert_true(look(ENVIRON("URL_FILE=text.yaml"), NULL));
	expect(" one \n two ", ORIGIN_ENVIRON, "URL_FILE", true);
	write_file("text.yaml", "");
	assert_true(look(ENVIRON("URL_FILE=text.yaml"), NULL));
	expect("", ORIGIN_ENVIRON, "URL_FILE", true);
}

static void the_variable_wins_unless_it_is_empty(void **state)
{
	(void)state;
	write_file("text.yaml", "file\n");
	assert_true(look(ENVIRON("URL=variable", "URL_FILE=text.yaml"), NULL));
	expect("variable", ORIGIN_ENVIRON, "URL", false);
	assert_true(look(ENVIRON("URL=", "URL_FILE=text.yaml"), NULL));
	expect("file", ORIGIN_ENVIRON, "URL_FILE", true);
	assert_true(look(ENVIRON("URL=", "URL_FILE="), NULL));
	expect("", ORIGIN_ENVIRON, "URL", false);
	assert_true(look(ENVIRON("URLX=x"), NULL));
	assert_null(found.value);
}

static void the_environment_wins_with_its_file_too(void **state)
{
	(void)state;
	write_file("text.yaml", "file\n");
	assert_true(look(ENVIRON("URL_FILE=text.yaml"), DOTENV("URL", "dotenv")));
	expect("file", ORIGIN_ENVIRON, "URL_FILE", true);
	assert_true(look(ENVIRON("URL="), DOTENV("URL", "dotenv")));
	expect("", ORIGIN_ENVIRON, "URL", false);
	assert_true(look(ENVIRON("OTHER=x"), DOTENV("URL", "dotenv", "URL_FILE", "gone")));
	expect("dotenv", ORIGIN_DOTENV, "URL", false);
}

static void a_file_that_cannot_be_one_is_refused_with_the_variable(void **state)
{
	static const struct {
		const char *variable, *message;
	} cases[] = {
		{"URL_FILE=gone", "could not open \"gone\": No such file or directory"},
		{"URL_FILE=sub", "\"sub\" is not a regular file"},
		{"URL_FILE=/dev/zero", "\"/dev/zero\" is not a regular file"},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		assert_false(look(ENVIRON(cases[i].variable), NULL));
		assert_int_equal(error.code, MIGRATE_E_CONFIG);
		assert_string_equal(error.message, cases[i].message);
		assert_string_equal(error.hint, "The variable URL_FILE names it.");
	}
	write_bytes("text.yaml", "a\0b", 3);
	assert_false(look(ENVIRON("URL_FILE=text.yaml"), NULL));
	assert_string_equal(error.message, "\"text.yaml\" has a zero byte");
	assert_false(look(ENVIRON("URL_FILE=x://u:secret@h"), NULL));
	assert_string_equal(error.message, "the variable \"URL_FILE\" holds a URL");
}

#define TEST(name) cmocka_unit_test_teardown(name, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {TEST(a_file_stands_in_for_its_variable),
		TEST(lines_but_the_last_end_are_kept), TEST(the_variable_wins_unless_it_is_empty),
		TEST(the_environment_wins_with_its_file_too),
		TEST(a_file_that_cannot_be_one_is_refused_with_the_variable)};

	return cmocka_run_group_tests(tests, set_up_all, tear_down_all);
}
