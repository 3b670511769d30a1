/* YAML: what of it is read, what is refused at once, and what of a line is shown. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "project.h"

static void yaml_beyond_a_plain_tree_is_refused(void **state)
{
	static const struct refusal cases[] = {
		{"versions: &a x\n", "anchors (&) are not supported", "quotes", 1, 11, "&a x"},
		{"versions: &a [x]\n", "anchors (&) are not supported", NULL, 1, 11, "&a [x]"},
		{"environments: &a {}\n", "anchors (&) are not supported", NULL, 1, 15, "&a {}"},
		{"versions: *a\n", "aliases (*) are not supported", NULL, 1, 11, "*a"},
		{"versions: !!str x\n", "tags (!) are not supported", NULL, 1, 11, "!!str x"},
		{"versions: !x [a]\n", "tags (!) are not supported", NULL, 1, 11, "!x [a]"},
		{"versions: ! x\n", "tags (!) are not supported", NULL, 1, 11, "! x"},
		{"versions: a\nversions: b\n", "the key \"versions\" stands twice", NULL, 2, 1,
			"versions"},
		{"environments: {a: {}, 'a': {}}\n", "the key \"a\" stands twice", NULL, 1, 23,
			"'a'"},
		{"versions: a\n---\nversions: b\n", "the file has a second document", "---", 2, 1,
			NULL},
		{"? [a]\n: b\n", "a key is not a word", NULL, 1, 3, NULL},
		{"? {a: b}\n: b\n", "a key is not a word", NULL, 1, 3, NULL},
		{"versions: \"a\\0b\"\n", "a text has a zero byte", NULL, 1, 11, "versions: \"a"},
		{"versions: [[[[[[[[[[[[[[[[[x]]]]]]]]]]]]]]]]]\n", "nested too deeply", NULL, 1,
			26, "[[["},
		{"versions: [a\nhooks: b\n", "not valid YAML", NULL, 2, 6, "hooks: b"},
		{"versions:\n\t- a\n",
			"not valid YAML: found character that cannot start any token", "tabs", 2, 1,
			"\t- a"},
		{"versions: @a\n", "not valid YAML", "quotes", 1, 11, NULL},
		{"versions: `a\n", "not valid YAML", "quotes", 1, 11, "`a"},
		{"versions: \"a\n", "not valid YAML", NULL, 2, 1, NULL},
		{"versions: a\n bad\x01\n", "not valid YAML: control characters are not allowed",
			NULL, 2, 5, NULL},
		{"%YAML 9.9\n---\n", "not valid YAML", NULL, 1, 1, NULL}};

	(void)state;
	check_refusals(cases, COUNT(cases));
}

static void sixteen_levels_are_not_too_deep_for_the_reader_itself(void **state)
{
	static const char text[] = "a: [[[[[[[[[[[[[[[x]]]]]]]]]]]]]]]\n";
	struct yaml yaml;
	const struct yaml_node *node;
	int depth = 0;

	(void)state;
	assert_true(yaml_parse(&arena, "text.yaml", text, sizeof text - 1, &yaml, &error));
	for (node = yaml.root; node->kind != YAML_TEXT; node = node->first)
		depth++;
	assert_int_equal(depth, 16);
	assert_string_equal(node->text, "x");
}

static void encodings_other_than_utf8_are_refused(void **state)
{
	static const struct {
		const char *text;
		size_t size;
		const char *message;
		size_t line, column;
	} cases[] = {{"\xff\xfe"
		      "a\0:\0",
			     6, "the file is UTF-16", 1, 1},
		{"\xfe\xff\0a\0:", 6, "the file is UTF-16", 1, 1},
		{"a\0:\0", 4, "the file has a zero byte", 1, 2},
		{"versions: a\n# \xff\n", 16, "the file is not valid UTF-8", 2, 3}};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		write_bytes("migrator.yaml", cases[i].text, cases[i].size);
		assert_false(load_from(&(struct config_source){0}));
		assert_string_equal(error.message, cases[i].message);
		assert_string_equal(error.hint, "Save it as UTF-8.");
		assert_int_equal(error.line, cases[i].line);
		assert_int_equal(error.column, cases[i].column);
		assert_null(error.excerpt);
	}
}

static void sizes_are_bounded(void **state)
{
	struct str text = {0};
	struct yaml yaml;

	(void)state;
	str_add(&text, "hooks: [");
	for (int i = 0; i < YAML_ENTRY_LIMIT; i++)
		str_add(&text, "x,");
	str_add(&text, "]");
	expect_load(text.text);
	assert_int_equal(config.hooks.count, YAML_ENTRY_LIMIT);
	text.text[text.size - 1] = 'x';
	str_add(&text, "]");
	assert_false(load(text.text));
	assert_string_equal(error.message, "there are too many entries here");
	str_clear(&text);
	while (text.size <= YAML_SIZE_LIMIT)
		str_add_char(&text, '\n');
	assert_false(load(text.text));
	assert_string_equal(
		error.message, "\"migrator.yaml\" is too large: 65537 bytes, the limit is 65536");
	migrate_error_clear(&error);
	assert_false(yaml_parse(&arena, "text.yaml", text.text, text.size, &yaml, &error));
	text.text[--text.size] = '\0';
	expect_load(text.text);
	str_release(&text);
}

/* FAILURES of others: libyaml takes 64 seconds for 200 kB of this. */
static void deep_nesting_is_refused_at_once(void **state)
{
	static const char *const units[] = {
		"[", "{", "{a: ", "- ", "? ", "a:\n", "[a, ", "!a ", "&a "};
	struct str text = {0};

	(void)state;
	for (size_t i = 0; i < COUNT(units); i++) {
		clock_t start = clock();

		str_clear(&text);
		while (text.size + strlen(units[i]) < YAML_SIZE_LIMIT)
			str_add(&text, units[i]);
		assert_false(load(text.text));
		if (clock() - start > CLOCKS_PER_SEC / 2)
			fail_msg("\"%s\" takes %ld us", units[i], (long)(clock() - start));
	}
	str_release(&text);
}

static void an_excerpt_never_shows_what_may_be_a_password(void **state)
{
	static const char *const texts[] = {"database_url: \"postgresql://u:S3CR3T\n",
		"database_url: postgresql://u:S3CR3T@h: x\n", "database_url: 'sqlite\nS3CR3T\n",
		"database_url: x\n  S3CR3T\n bad: x\n", "token: S3CR3T: x\n",
		"my_secret: [S3CR3T\n", "passwort: S3CR3T: a\n", "versions: [a, 'u:S3CR3T@h', {\n",
		"S3CR3T\n", "versions: &x S3CR3T@\n", "versions:\n\tS3CR3T\n",
		"versions: "
		"[aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
		"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa, S3CR3T, "
		"[]]\n"};

	(void)state;
	for (size_t i = 0; i < COUNT(texts); i++) {
		assert_false(load(texts[i]));
		assert_true(error.line > 0);
		if (error.excerpt && strstr(error.excerpt, "S3CR3T"))
			fail_msg("\"%s\" shows \"%s\"", texts[i], error.excerpt);
		assert_null(strstr(error.message, "S3CR3T"));
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {TEST(yaml_beyond_a_plain_tree_is_refused),
		TEST(sixteen_levels_are_not_too_deep_for_the_reader_itself),
		TEST(encodings_other_than_utf8_are_refused), TEST(sizes_are_bounded),
		TEST(deep_nesting_is_refused_at_once),
		TEST(an_excerpt_never_shows_what_may_be_a_password)};

	return cmocka_run_group_tests(tests, set_up_all, tear_down_all);
}
