/* Passwords in text of which nothing more is known. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <cmocka.h>

#include "base/error.h"
#include "base/mask.h"

#define COUNT(array) (sizeof(array) / sizeof *(array))

static void expect_masked(const char *text, bool keep_width, const char *expected)
{
	struct str masked = {0};

	str_add_masked(&masked, text, strlen(text), keep_width);
	assert_string_equal(str_text(&masked), expected);
	str_release(&masked);
}

static void the_password_of_a_url_is_hidden(void **state)
{
	static const char *const cases[][2] = {
		{"postgresql://u:secret@h/db", "postgresql://u:***@h/db"},
		{"could not open \"http://u:s@h\": no", "could not open \"http://u:***@h\": no"},
		{"x://:s@h y://u:t@h", "x://:***@h y://u:***@h"},
		{"x://u:se@cr@et@h", "x://u:***@h"},
		{"x://u:p:q@h", "x://u:***@h"},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++)
		expect_masked(cases[i][0], false, cases[i][1]);
}

static void what_holds_no_password_stays(void **state)
{
	static const char *const cases[] = {"", "a:b@c", "x://u@h/db", "x://h:5432/db", "x://u:@h",
		"://", "://://://", "x://h/a b:c@d", "password=", "password", "pass=word"};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++)
		expect_masked(cases[i], false, cases[i]);
}

static void the_password_of_a_pair_is_hidden(void **state)
{
	(void)state;
	expect_masked("host=h password=secret user=u", false, "host=h password=*** user=u");
	expect_masked("PASSWORD='se cret' x", false, "PASSWORD='***' x");
	expect_masked("x://h/db?password=s&a=b", false, "x://h/db?password=***&a=b");
}

static void the_width_is_kept_for_a_caret(void **state)
{
	(void)state;
	expect_masked("x://u:s\xc3\xa4"
		      "cret@h",
		true, "x://u:******@h");
}

static void hostile_text_takes_no_longer_than_its_size(void **state)
{
	enum { SIZE = 3 * 1000 * 1000 };
	char *text = malloc(SIZE + 1);
	struct str masked = {0};
	clock_t begin = clock();

	(void)state;
	for (size_t i = 0; i < SIZE; i++)
		text[i] = "://"[i % 3];
	text[SIZE] = '\0';
	str_add_masked(&masked, text, SIZE, false);
	assert_int_equal(masked.size, SIZE);
	assert_true(clock() - begin < 2 * CLOCKS_PER_SEC);
	str_release(&masked);
	free(text);
}

static void what_is_no_path_is_known(void **state)
{
	static const char *const urls[] = {
		"x://h", "u:secret@h/db", "host=h Password=secret", "postgresql:/u:s@h"};
	static const char *const paths[] = {"", "migrations", "/a/b@c", "c:d", "a@b:c", "a/b:c"};

	(void)state;
	for (size_t i = 0; i < COUNT(urls); i++)
		assert_true(may_hold_password(urls[i]));
	for (size_t i = 0; i < COUNT(paths); i++)
		assert_false(may_hold_password(paths[i]));
}

static void no_text_of_an_error_has_one(void **state)
{
	struct migrate_error error = {0};
	const char *line = "SELECT dblink('x://u:secret@h'), 1;";

	(void)state;
	error_set(&error, MIGRATE_E_SQL, "at %s", "x://u:secret@h");
	error_detail(&error, "password=secret");
	error_hint(&error, "x://u:secret@h");
	error_at_offset(&error, "x://u:secret@h", line, strlen(line), 31, 1);
	error_statement(&error, line, strlen(line));
	assert_string_equal(error.message, "at x://u:***@h");
	assert_string_equal(error.detail, "password=***");
	assert_string_equal(error.hint, "x://u:***@h");
	assert_string_equal(error.file, "x://u:***@h");
	assert_string_equal(error.excerpt, "SELECT dblink('x://u:******@h'), 1;");
	assert_int_equal(error.column, 32);
	assert_string_equal(error.statement, "SELECT dblink('x://u:***@h'), 1;");
	migrate_error_clear(&error);
}

static void expect_without(const char *text, const char *secret, bool everywhere, bool keep_width,
	const char *expected)
{
	const char *secrets[] = {"not there", secret, NULL};
	struct str clean = {0};

	str_add_without(&clean, text, strlen(text), secrets, everywhere, keep_width);
	assert_string_equal(str_text(&clean), expected);
	str_release(&clean);
}

static void the_password_of_a_clause_is_hidden(void **state)
{
	(void)state;
	expect_masked("CREATE ROLE r PASSWORD 'secret' LOGIN", false,
		"CREATE ROLE r PASSWORD '***' LOGIN");
	expect_masked("password\t 'se''cret'x", false, "password\t '***'x");
	expect_masked("password E'secret'", false, "password E'***'");
	expect_masked("PASSWORD 'secret", false, "PASSWORD '***");
	expect_masked("password '', \"password\" 'x', passwords 'x'", false,
		"password '', \"password\" 'x', passwords 'x'");
}

static void a_secret_is_hidden_where_it_stands_by_itself(void **state)
{
	static const char *const cases[][3] = {
		{"relation \"app_users\"", "app", "relation \"app_users\""},
		{"relation \"myapp\"", "app", "relation \"myapp\""},
		{"'app'", "app", "'***'"},
		{"app", "app", "***"},
		{"xapp app", "app", "xapp ***"},
		{"x-app.", "-app", "x***."},
		{"x://u:app@h", "app", "x://u:***@h"},
		{"there is a row", "a", "there is a row"},
		{"u:a@h 'a' a=a", "a", "u:***@h '***' a=***"},
		{"app\xc3\xa4", "app", "app\xc3\xa4"},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++)
		expect_without(cases[i][0], cases[i][1], false, false, cases[i][2]);
	expect_without("select 's\xc3\xa4 t'", "s\xc3\xa4 t", false, true, "select '****'");
}

static void a_long_secret_is_hidden_everywhere_where_that_is_asked_for(void **state)
{
	(void)state;
	expect_without("xsecrety", "secret", true, false, "x***y");
	expect_without("relation rel", "rel", true, false, "relation ***");
}

static void the_longest_of_several_secrets_is_hidden(void **state)
{
	const char *secrets[] = {"se", "se cret", "cret", NULL};
	struct str clean = {0};

	(void)state;
	str_add_without(&clean, "'se cret'", 9, secrets, false, false);
	assert_string_equal(str_text(&clean), "'***'");
	str_clear(&clean);
	str_add_without(&clean, "x", 1, NULL, true, false);
	assert_string_equal(str_text(&clean), "x");
	str_release(&clean);
}

static void an_error_is_rid_of_what_a_script_holds(void **state)
{
	const char *secrets[] = {"s3cr3t", NULL}, *line = "SELECT 's3cr3t', x;";
	struct migrate_error error = {0};

	(void)state;
	error_set(&error, MIGRATE_E_SQL, "no \"x\"");
	error_at_offset(&error, "a.sql", line, strlen(line), 17, 1);
	error_statement(&error, line, strlen(line));
	error_hide(&error, secrets);
	assert_string_equal(error.message, "no \"x\"");
	assert_string_equal(error.excerpt, "SELECT '******', x;");
	assert_string_equal(error.statement, "SELECT '***', x;");
	assert_null(error.detail);
	migrate_error_clear(&error);
	error_hide(&error, secrets);
	assert_null(error.message);
}

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(the_password_of_a_url_is_hidden),
		cmocka_unit_test(what_holds_no_password_stays),
		cmocka_unit_test(the_password_of_a_pair_is_hidden),
		cmocka_unit_test(the_width_is_kept_for_a_caret),
		cmocka_unit_test(hostile_text_takes_no_longer_than_its_size),
		cmocka_unit_test(what_is_no_path_is_known),
		cmocka_unit_test(no_text_of_an_error_has_one),
		cmocka_unit_test(the_password_of_a_clause_is_hidden),
		cmocka_unit_test(a_secret_is_hidden_where_it_stands_by_itself),
		cmocka_unit_test(a_long_secret_is_hidden_everywhere_where_that_is_asked_for),
		cmocka_unit_test(the_longest_of_several_secrets_is_hidden),
		cmocka_unit_test(an_error_is_rid_of_what_a_script_holds)};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
