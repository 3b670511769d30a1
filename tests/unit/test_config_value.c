/* The keys of migrator.yaml: defaults, values, variables, and what is refused. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "project.h"

static void an_empty_file_has_every_default(void **state)
{
	static const char *const texts[] = {
		"", "# nothing\n", "---\n", "~\n", "{}\n", "\xef\xbb\xbf", "--- # x\n...\n"};

	(void)state;
	for (size_t i = 0; i < COUNT(texts); i++) {
		expect_load(texts[i]);
		assert_string_equal(config.file, "migrator.yaml");
		assert_string_equal(config.directory, "");
		assert_null(config.environment);
		assert_false(config.protected);
		assert_null(config.database);
		assert_int_equal(config.versions.count, 1);
		assert_string_equal(config.versions.item[0], "migrations");
		assert_string_equal(config.version_table, "migrate_version");
		assert_null(config.version_table_schema);
		assert_false(config.transaction_per_run);
		assert_int_equal(config.lock_timeout, 5000);
		assert_int_equal(config.statement_timeout, 0);
		assert_int_equal(config.lock_wait, 60000);
		assert_int_equal(config.lock_retries, 5);
		assert_string_equal(
			config.file_template, "{year}{month}{day}_{hour}{minute}_{rev}_{slug}");
		assert_string_equal(config.timezone, "UTC");
		assert_int_equal(config.truncate_slug_length, 40);
		assert_null(config.script_template);
		assert_null(config.schema);
		assert_int_equal(config.hooks.count, 0);
	}
}

static void every_key_is_read(void **state)
{
	(void)state;
	expect_load("database_url: sqlite:///app.db\n"
		    "versions: [a, 'b c', /d]\n"
		    "version_table: a.b\n"
		    "version_table_schema: \"\\xfc\"\n"
		    "transaction: run\n"
		    "lock_timeout: 500ms\n"
		    "statement_timeout: 2s\n"
		    "lock_wait: 0\n"
		    "lock_retries: 0\n"
		    "file_template: '{rev}_{slug}'\n"
		    "timezone: Europe/Berlin\n"
		    "truncate_slug_length: 200\n"
		    "script_template: my.sql\n"
		    "hooks:\n- fmt {file}\n- lint {file}\n"
		    "protected: true\n");
	assert_string_equal(path(), "app.db");
	assert_int_equal(config.versions.count, 3);
	assert_string_equal(config.versions.item[0], "a");
	assert_string_equal(config.versions.item[1], "b c");
	assert_string_equal(config.versions.item[2], "/d");
	assert_string_equal(config.version_table, "a.b");
	assert_string_equal(config.version_table_schema, "\xc3\xbc");
	assert_true(config.transaction_per_run);
	assert_int_equal(config.lock_timeout, 500);
	assert_int_equal(config.statement_timeout, 2000);
	assert_int_equal(config.lock_wait, 0);
	assert_int_equal(config.lock_retries, 0);
	assert_string_equal(config.file_template, "{rev}_{slug}");
	assert_string_equal(config.timezone, "Europe/Berlin");
	assert_int_equal(config.truncate_slug_length, 200);
	assert_string_equal(config.script_template, "my.sql");
	assert_int_equal(config.hooks.count, 2);
	assert_string_equal(config.hooks.item[1], "lint {file}");
	assert_true(config.protected);
}

static void one_text_is_a_list_of_one_and_lists_of_hooks_may_be_empty(void **state)
{
	(void)state;
	expect_load("versions: a\nhooks: fmt {file}\n");
	assert_int_equal(config.versions.count, 1);
	assert_string_equal(config.versions.item[0], "a");
	assert_int_equal(config.hooks.count, 1);
	assert_string_equal(config.hooks.item[0], "fmt {file}");
	expect_load("hooks: []\n");
	assert_int_equal(config.hooks.count, 0);
	expect_load("hooks:\n");
	assert_int_equal(config.hooks.count, 0);
}

static void variables_are_replaced_in_every_value(void **state)
{
	static const char *const variables[] = {
		"A=1", "EMPTY=", "NOT_REPLACED=${A}", "broken", NULL};
	static const struct {
		const char *text, *expected;
	} cases[] = {{"x${A}y", "x1y"}, {"${A}", "1"}, {"${A:-d}", "1"}, {"${NONE:-d}", "d"},
		{"${EMPTY:-d}", "d"}, {"x${EMPTY}", "x"}, {"x${NONE:-}", "x"}, {"$$", "$"},
		{"$${A}", "${A}"}, {"$$$${A}", "$${A}"}, {"$$${A}", "$1"}, {"$A $ x$", "$A $ x$"},
		{"${NONE:-a{b}c}d", "a{b}cd"}, {"${A:-a{b}c}d", "1d"}, {"${NONE:-${A}}", "1"},
		{"${NONE:-${NO:-${A}}x}y", "1xy"}, {"${NOT_REPLACED}", "${A}"},
		{"${A:-${}}z", "1z"}, {"}{", "}{"}, {"${NONE:-$$}", "$"}, {"${NONE:-}x}", "x}"},
		{"${broken:-d}", "d"}};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		write_file("migrator.yaml",
			arena_printf(&arena, "file_template: '%s'\n", cases[i].text));
		expect_load_from((struct config_source){.environ = variables});
		if (strcmp(config.file_template, cases[i].expected) != 0)
			fail_msg("%s is \"%s\", not \"%s\"", cases[i].text, config.file_template,
				cases[i].expected);
	}
}

static void wrong_references_are_refused(void **state)
{
	static const struct refusal cases[] = {
		{"version_table: ${NO}\n", "the variable \"NO\" is not set", "${NO:-default}", 1,
			16, "version_table: ${NO}"},
		{"version_table: x${\n", "does not begin a variable", "$$", 1, 16,
			"version_table: x${"},
		{"version_table: x${}\n", "does not begin a variable", "$$", 1, 16, "x${}"},
		{"version_table: ${1A}\n", "does not begin a variable", "$$", 1, 16, "${1A}"},
		{"version_table: ${A-b}\n", "does not begin a variable", "$$", 1, 16, "${A-b}"},
		{"version_table: ${A:b}\n", "does not begin a variable", "$$", 1, 16, "${A:b}"},
		{"version_table: ${A\n", "does not begin a variable", "$$", 1, 16, "${A"},
		{"version_table: ${A:-b\n", "is not closed", "$$", 1, 16, "${A:-b"},
		{"version_table: ${A:-{b}\n", "is not closed", "$$", 1, 16, "${A:-{b}"},
		{"hooks:\n- ok\n- ${A\n", "does not begin a variable", "$$", 3, 3, "- ${A"},
		{"version_table: ${A:-${A:-${A:-${A:-${A:-${A:-${A:-${A:-${A:-${A:-${A:-${A:-${A:-"
		 "${A:-${A:-${A:-${A:-}}}}}}}}}}}}}}}}}\n",
			"nested too deeply", NULL, 1, 16, "${A:-"}};

	(void)state;
	check_refusals(cases, COUNT(cases));
}

static void an_unset_variable_is_refused_in_every_key(void **state)
{
	static const char *const keys[] = {"versions", "hooks", "version_table",
		"version_table_schema", "transaction", "protected", "lock_timeout",
		"statement_timeout", "lock_wait", "file_template", "script_template", "schema",
		"truncate_slug_length", "timezone"};

	(void)state;
	for (size_t i = 0; i < COUNT(keys); i++) {
		const char *text = arena_printf(&arena, "%s: ${NO_1}\n", keys[i]);

		check_refusal(&(struct refusal){text, "the variable \"NO_1\" is not set",
			"${NO_1:-default}", 1, strlen(keys[i]) + 3, "${NO_1}"});
	}
}

static void the_default_of_a_set_variable_must_be_closed_too(void **state)
{
	static const char *const variables[] = {"A=1", NULL};

	(void)state;
	write_file("migrator.yaml", "version_table: ${A:-b\n");
	assert_false(load_from(&(struct config_source){.environ = variables}));
	assert_string_equal(error.message, "a ${ is not closed");
}

static void a_value_that_variables_make_too_large_is_refused(void **state)
{
	static char large[40000] = "A=";
	const char *const variables[] = {large, NULL};

	(void)state;
	memset(large + 2, 'x', sizeof large - 3);
	write_file("migrator.yaml", "hooks: ${A}${A}\n");
	assert_false(load_from(&(struct config_source){.environ = variables}));
	assert_string_equal(error.message, "the value is too large with its variables");
}

static void unknown_keys_are_refused_with_a_suggestion(void **state)
{
	static const struct refusal cases[] = {
		{"version: a\n", "unknown key \"version\"", "Did you mean \"versions\"?", 1, 1,
			"version"},
		{"versions: a\n\nlock_timout: 5s\n", "unknown key \"lock_timout\"",
			"Did you mean \"lock_timeout\"?", 3, 1, "lock_timout"},
		{"wibble: S3CR3T\n", "unknown key \"wibble\"", "Remove it", 1, 1, "wibble"},
		{"\"wib\": S3CR3T\n", "unknown key \"wib\"", NULL, 1, 1, "\"wib\""},
		{"environments:\n  dev:\n    versionz: x\n", "unknown key \"versionz\"",
			"Did you mean \"versions\"?", 3, 5, "    versionz"},
		{"password: S3CR3T\n", "unknown key \"password\"", NULL, 1, 1, NULL},
		{"database_ur: postgresql://u:S3CR3T@h\n", "unknown key \"database_ur\"",
			"Did you mean \"database_url\"?", 1, 1, NULL},
		{"\xc3\xbc\xc3\xbc: {}\n", "unknown key \"\xc3\xbc\xc3\xbc\"", NULL, 1, 1, NULL}};

	(void)state;
	check_refusals(cases, COUNT(cases));
	assert_false(load("postgresql://u:S3CR3T@h/d: x\n"));
	assert_string_equal(error.message, "unknown key \"***\"");
	assert_null(error.excerpt);
	load("wibble: S3CR3T\n");
	assert_string_equal(error.excerpt, "wibble");
}

static void values_of_the_wrong_type_are_refused(void **state)
{
	static const struct refusal cases[] = {
		{"version_table: [a]\n", "\"version_table\" cannot be a list", NULL, 1, 1,
			"version_table"},
		{"versions: {a: b}\n", "\"versions\" cannot be a mapping", NULL, 1, 1, "versions"},
		{"versions: [a, [b]]\n", "\"versions\" has an item that is not a text", NULL, 1, 15,
			"versions: [a, [b]]"},
		{"hooks:\n- a\n-\n", "\"hooks\" has an item", NULL, 3, 2, NULL},
		{"versions:\n", "\"versions\" has no value", NULL, 1, 1, "versions"},
		{"lock_wait: ~\n", "\"lock_wait\" has no value", NULL, 1, 1, "lock_wait"},
		{"database_url: [a]\n", "\"database_url\" cannot be a list", NULL, 1, 1, NULL},
		{"environments: dev\n", "\"environments\" is not a mapping of names", NULL, 1, 1,
			"environments"},
		{"environments: {dev: sqlite}\n", "the environment \"dev\" is not a mapping", NULL,
			1, 16, "dev"},
		{"environments: {dev: {versions: {}}}\n", "cannot be a mapping", NULL, 1, 22,
			"versions"},
		{"environments: {dev: {environments: {}}}\n", "cannot stand inside an environment",
			NULL, 1, 22, "environments"},
		{"- a\n", "the file is not a mapping", "versions: migrations", 1, 1, "- a"},
		{"migrations\n", "the file is not a mapping", NULL, 1, 1, NULL}};

	(void)state;
	check_refusals(cases, COUNT(cases));
}

static void values_out_of_range_are_refused(void **state)
{
	static const struct refusal cases[] = {
		{"transaction: all\n", "\"transaction\" has an unknown value", "revision", 1, 14,
			"all"},
		{"protected: yes\n", "\"protected\" has an unknown value", "true or false", 1, 12,
			"yes"},
		{"lock_timeout: 5000\n", "\"lock_timeout\" is not a duration", "500ms", 1, 15,
			"5000"},
		{"statement_timeout: fast\n", "\"statement_timeout\" is not", "500ms", 1, 20,
			"fast"},
		{"lock_wait: 25h\n", "\"lock_wait\" is not", "500ms", 1, 12, "25h"},
		{"lock_retries: 101\n", "not a number from 0 to 100", "Write 0", 1, 15, "101"},
		{"lock_retries: -1\n", "not a number from 0 to 100", "Write 0", 1, 15, "-1"},
		{"lock_retries: 5s\n", "not a number from 0 to 100", "Write 0", 1, 15, "5s"},
		{"truncate_slug_length: 0\n", "not a number from 1 to 200", NULL, 1, 23, "0"},
		{"truncate_slug_length: 201\n", "not a number from 1 to 200", NULL, 1, 23, "201"},
		{"truncate_slug_length: 1000\n", "not a number from 1 to 200", NULL, 1, 23, "1000"},
		{"truncate_slug_length: 4x\n", "not a number from 1 to 200", NULL, 1, 23, "4x"},
		{"version_table: ''\n", "\"version_table\" is empty", NULL, 1, 16, "''"},
		{"version_table_schema: ''\n", "\"version_table_schema\" is empty", NULL, 1, 23,
			"''"},
		{"version_table: "
		 "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa\n",
			"\"version_table\" is too long", NULL, 1, 16, "aaaa"},
		{"versions: []\n", "\"versions\" is an empty list", NULL, 1, 11, "[]"},
		{"versions: ['']\n", "\"versions\" is empty", NULL, 1, 12, "['']"},
		{"hooks: ['']\n", "\"hooks\" is empty", NULL, 1, 9, "['']"},
		{"script_template: ''\n", "\"script_template\" is empty", NULL, 1, 18, "''"},
		{"file_template: ''\n", "\"file_template\" is empty", NULL, 1, 16, "''"}};

	(void)state;
	check_refusals(cases, COUNT(cases));
}

static void names_of_63_bytes_pass_and_invalid_utf8_does_not(void **state)
{
	static const char *const variables[] = {"A=\xff", NULL};

	(void)state;
	expect_load(
		"version_table: aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa\n"
		"truncate_slug_length: 1\n");
	assert_int_equal(strlen(config.version_table), 63);
	assert_int_equal(config.truncate_slug_length, 1);
	write_file("migrator.yaml", "version_table: ${A}\n");
	assert_false(load_from(&(struct config_source){.environ = variables}));
	assert_string_equal(error.message, "\"version_table\" is not valid UTF-8");
}

static void only_zones_of_the_system_are_time_zones(void **state)
{
	static const char *const good[] = {
		"UTC", "local", "Europe/Berlin", "America/New_York", "Etc/GMT+3"};
	static const char *const bad[] = {"utc+1", "Europe", "Europe/Berlyn", "../zoneinfo/UTC",
		"/usr/share/zoneinfo/UTC", "zone.tab", "."};

	(void)state;
	for (size_t i = 0; i < COUNT(good); i++) {
		expect_load(arena_printf(&arena, "timezone: %s\n", good[i]));
		assert_string_equal(config.timezone, good[i]);
	}
	for (size_t i = 0; i < COUNT(bad); i++) {
		if (load(arena_printf(&arena, "timezone: %s\n", bad[i])))
			fail_msg("%s was taken", bad[i]);
		assert_string_equal(error.message, "\"timezone\" is not a known time zone");
	}
	assert_false(load("timezone: ''\n"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {TEST(an_empty_file_has_every_default),
		TEST(every_key_is_read),
		TEST(one_text_is_a_list_of_one_and_lists_of_hooks_may_be_empty),
		TEST(variables_are_replaced_in_every_value), TEST(wrong_references_are_refused),
		TEST(an_unset_variable_is_refused_in_every_key),
		TEST(the_default_of_a_set_variable_must_be_closed_too),
		TEST(a_value_that_variables_make_too_large_is_refused),
		TEST(unknown_keys_are_refused_with_a_suggestion),
		TEST(values_of_the_wrong_type_are_refused), TEST(values_out_of_range_are_refused),
		TEST(names_of_63_bytes_pass_and_invalid_utf8_does_not),
		TEST(only_zones_of_the_system_are_time_zones)};

	return cmocka_run_group_tests(tests, set_up_all, tear_down_all);
}
