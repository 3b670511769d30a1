/* The option table and its parser: what argv means, and what is said where it means nothing. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <ctype.h>
#include <string.h>

#include "../../cmd/options.h"

enum { WORDS = 24 };

struct reading {
	struct arena arena;
	struct options options;
	struct migrate_error error;
	bool parsed;
	char *words[WORDS];
};

/* line: words separated by single spaces; "migrate" is put before them. */
static void read_line(struct reading *reading, const char *line)
{
	char *copy;
	int count = 1;

	memset(reading, 0, sizeof *reading);
	copy = arena_strdup(&reading->arena, line);
	reading->words[0] = arena_strdup(&reading->arena, "migrate");
	for (char *word = strtok(copy, " "); word; word = strtok(NULL, " ")) {
		assert_in_range(count, 1, WORDS - 1);
		reading->words[count++] = word;
	}
	reading->parsed = options_parse(
		&reading->arena, &reading->options, count, reading->words, &reading->error);
}

static void forget(struct reading *reading)
{
	migrate_error_clear(&reading->error);
	arena_release(&reading->arena);
}

static void must_parse(struct reading *reading, const char *line)
{
	read_line(reading, line);
	if (!reading->parsed)
		fail_msg("\"%s\": %s", line, reading->error.message);
	if (reading->error.code)
		fail_msg("\"%s\" is fine and fills the error: %s", line, reading->error.message);
}

static void must_say(const char *line, const char *message, const char *hint)
{
	struct reading reading;

	read_line(&reading, line);
	if (reading.parsed)
		fail_msg("\"%s\" was taken, not refused with: %s", line, message);
	if (strcmp(reading.error.message, message) != 0)
		fail_msg("\"%s\" says: %s\n      not: %s", line, reading.error.message, message);
	if (hint && (!reading.error.hint || !strstr(reading.error.hint, hint)))
		fail_msg("\"%s\" hints: %s\n       not: %s", line,
			reading.error.hint ? reading.error.hint : "(nothing)", hint);
	assert_int_equal(migrate_error_status(reading.error.code), 2);
	forget(&reading);
}

static void must_have_target(const char *line, const char *target)
{
	struct reading reading;

	must_parse(&reading, line);
	if (reading.options.arguments.count != 1)
		fail_msg("\"%s\" has %zu arguments", line, reading.options.arguments.count);
	if (strcmp(reading.options.arguments.item[0], target) != 0)
		fail_msg("\"%s\" has the target %s, not %s", line,
			reading.options.arguments.item[0], target);
	forget(&reading);
}

static void a_relative_target_is_an_argument_wherever_it_stands(void **state)
{
	(void)state;
	must_have_target("downgrade -1", "-1");
	must_have_target("downgrade -12 --sql", "-12");
	must_have_target("downgrade --sql -12", "-12");
	must_have_target("downgrade -q -1 -c x.yaml", "-1");
	must_have_target("-1 downgrade", "-1");
	must_have_target("upgrade +1", "+1");
	must_have_target("upgrade --dry-run left@-1", "left@-1");
	must_have_target("downgrade -- -1", "-1");
	must_have_target("downgrade --sql -3:-1", "-3:-1");
}

static void two_dashes_end_the_options(void **state)
{
	struct reading reading;

	(void)state;
	must_parse(&reading, "stamp -q -- --purge -v --");
	assert_int_equal(reading.options.arguments.count, 3);
	assert_string_equal(reading.options.arguments.item[0], "--purge");
	assert_string_equal(reading.options.arguments.item[1], "-v");
	assert_string_equal(reading.options.arguments.item[2], "--");
	assert_true(reading.options.quiet);
	assert_false(reading.options.verbose);
	assert_false(reading.options.purge);
	forget(&reading);
}

static void a_value_may_be_joined_or_follow(void **state)
{
	static const char *const lines[] = {"history -r -3:current", "history -r-3:current",
		"history --rev-range -3:current", "history --rev-range=-3:current",
		"-ir-3:current history", "-ir -3:current history"};

	(void)state;
	for (size_t i = 0; i < sizeof lines / sizeof *lines; i++) {
		struct reading reading;

		must_parse(&reading, lines[i]);
		assert_int_equal(reading.options.command, COMMAND_HISTORY);
		if (!reading.options.range || strcmp(reading.options.range, "-3:current") != 0)
			fail_msg("\"%s\" has the range %s", lines[i], reading.options.range);
		forget(&reading);
	}
}

static void options_stand_before_and_after_the_command(void **state)
{
	static const char *const lines[] = {"-c a.yaml -d sqlite:///x --env e --env-file f -v "
					    "--color never --strict upgrade head",
		"upgrade head --strict --color=never -v --env-file=f --env=e -dsqlite:///x "
		"-ca.yaml",
		"--strict upgrade -vca.yaml head --env e --env-file f --color never "
		"--database-url=sqlite:///x"};

	(void)state;
	for (size_t i = 0; i < sizeof lines / sizeof *lines; i++) {
		struct reading reading;
		const struct options *options = &reading.options;

		must_parse(&reading, lines[i]);
		assert_int_equal(options->command, COMMAND_UPGRADE);
		assert_string_equal(options->config, "a.yaml");
		assert_string_equal(options->database_url, "sqlite:///x");
		assert_string_equal(options->environment, "e");
		assert_string_equal(options->env_file, "f");
		assert_int_equal(options->color, COLOR_NEVER);
		assert_true(options->verbose && options->strict);
		assert_false(options->quiet || options->dry_run);
		assert_int_equal(options->arguments.count, 1);
		forget(&reading);
	}
}

static void a_value_given_twice_is_the_last_and_a_list_keeps_all(void **state)
{
	struct reading reading;

	(void)state;
	must_parse(&reading, "revision -m a -mb --head x --head=y --depends-on d");
	assert_string_equal(reading.options.message, "b");
	assert_int_equal(reading.options.heads.count, 2);
	assert_string_equal(reading.options.heads.item[0], "x");
	assert_string_equal(reading.options.heads.item[1], "y");
	assert_int_equal(reading.options.depends_on.count, 1);
	forget(&reading);
}

static void the_format_is_known_even_where_something_else_is_wrong(void **state)
{
	static const char *const lines[] = {"nosuch --format json",
		"upgrade --nosuch --format=json", "upgrade a b c --format json",
		"--format json show", "-Z --format json"};

	(void)state;
	for (size_t i = 0; i < sizeof lines / sizeof *lines; i++) {
		struct reading reading;

		read_line(&reading, lines[i]);
		assert_false(reading.parsed);
		if (reading.options.format != FORMAT_JSON)
			fail_msg("\"%s\" would not answer in JSON", lines[i]);
		forget(&reading);
	}
}

static void help_and_version_need_nothing_else(void **state)
{
	struct reading reading;

	(void)state;
	must_parse(&reading, "revision --help");
	assert_true(reading.options.help);
	assert_int_equal(reading.options.command, COMMAND_REVISION);
	forget(&reading);
	must_parse(&reading, "--version");
	assert_true(reading.options.version);
	forget(&reading);
	must_parse(&reading, "");
	assert_int_equal(reading.options.command, COMMAND_NONE);
	forget(&reading);
}

static void what_makes_no_sense_is_refused_with_a_way_on(void **state)
{
	(void)state;
	must_say("upgrdae", "unknown command \"upgrdae\"", "Did you mean \"upgrade\"?");
	must_say("up", "unknown command \"up\"", "Did you mean \"upgrade\"?");
	must_say("rollback", "unknown command \"rollback\"", "\"downgrade\"");
	must_say("xyzzyplugh", "unknown command \"xyzzyplugh\"", "\"migrate help\"");
	must_say("upgrade --dryrun", "unknown option --dryrun", "Did you mean --dry-run?");
	must_say("upgrade -x a=b", "unknown option -x", "--env NAME");
	must_say("upgrade -vZ", "unknown option -Z", "\"migrate help upgrade\"");
	must_say("revision --m x", "unknown option --m", NULL);
	must_say("upgrade --purge", "upgrade has no option --purge", "\"stamp\"");
	must_say("db create --timeout 5s", "db create has no option --timeout", "with: wait.");
	must_say("db wait --yes", "db wait has no option --yes", "with: drop, reset.");
	must_say("testdb create --older-than 1d", "testdb create has no option --older-than",
		"with: prune.");
	must_say("revision", "revision needs -m MSG", "\"migrate help revision\"");
	must_say("show", "show needs REV", "\"migrate help show\"");
	must_say("upgrade a b", "upgrade takes one argument; \"b\" is one too many", NULL);
	must_say("status x", "status takes no argument: \"x\"", NULL);
	must_say("upgrade --config", "--config needs FILE", NULL);
	must_say("upgrade -c", "-c needs FILE", NULL);
	must_say("upgrade --sql=yes", "--sql takes no value", NULL);
	must_say("upgrade --format xml", "--format is one of text|json, not \"xml\"", NULL);
	must_say("upgrade --format=", "--format is one of text|json, not \"\"", NULL);
	must_say("upgrade --format tex", "--format is one of text|json, not \"tex\"", NULL);
	must_say("upgrade --sql --dry-run", "--sql and --dry-run exclude each other", NULL);
	must_say("upgrade --sql --format json", "--sql prints a script, which has no JSON form",
		NULL);
	must_say("upgrade -qv", "--quiet and --verbose exclude each other", NULL);
}

static void a_password_in_the_wrong_place_is_not_repeated(void **state)
{
	static const char *const lines[] = {"postgresql://u:S3CRET@h/d",
		"upgrade postgresql://u:S3CRET@h/d", "upgrade --config postgresql://u:S3CRET@h/d",
		"upgrade -cpostgresql://u:S3CRET@h/d", "upgrade --format=postgresql://u:S3CRET@h/d",
		"upgrade --database_url=postgresql://u:S3CRET@h/d",
		"upgrade --postgresql://u:S3CRET@h/d", "upgrade -Dpostgresql://u:S3CRET@h/d",
		"upgrade -- a postgresql://u:S3CRET@h/d", "history -rpostgresql://u:S3CRET@h/d",
		"nosuch -d postgresql://u:S3CRET@h/d", "revision --head postgresql://u:S3CRET@h/d"};

	(void)state;
	for (size_t i = 0; i < sizeof lines / sizeof *lines; i++) {
		struct reading reading;

		read_line(&reading, lines[i]);
		if (reading.parsed)
			fail_msg("\"%s\" was taken", lines[i]);
		if (strstr(reading.error.message, "S3CRET") ||
			(reading.error.hint && strstr(reading.error.hint, "S3CRET")))
			fail_msg("\"%s\" says: %s", lines[i], reading.error.message);
		forget(&reading);
	}
}

static void odd_bytes_in_argv_reach_no_message_as_they_are(void **state)
{
	struct reading reading;

	(void)state;
	read_line(&reading, "up\033[2Jgrade");
	assert_string_equal(reading.error.message, "unknown command \"up\\x1b[2Jgrade\"");
	forget(&reading);
	read_line(&reading, "upgrade --\xff");
	assert_string_equal(reading.error.message, "unknown option --\\xff");
	forget(&reading);
}

static void argv_is_left_as_it_was(void **state)
{
	struct reading reading;

	(void)state;
	must_parse(&reading, "upgrade --config=a -dsqlite:///x head");
	assert_string_equal(reading.words[1], "upgrade");
	assert_string_equal(reading.words[2], "--config=a");
	assert_string_equal(reading.words[3], "-dsqlite:///x");
	assert_ptr_equal(reading.options.database_url, reading.words[3] + 2);
	forget(&reading);
}

static void no_two_options_share_a_name_or_a_letter(void **state)
{
	size_t count;
	const struct option *table = options_table(&count);

	(void)state;
	assert_in_range(count, 1, 64); /* struct options has a bit for each */
	for (size_t i = 0; i < count; i++) {
		for (size_t j = 0; j < i; j++) {
			if (strcmp(table[i].name, table[j].name) == 0)
				fail_msg("--%s is there twice", table[i].name);
			if (table[i].letter && table[i].letter == table[j].letter)
				fail_msg("-%c is --%s and --%s", table[i].letter, table[j].name,
					table[i].name);
		}
		if (strlen(table[i].name) < 2 || isdigit((unsigned char)table[i].letter))
			fail_msg("--%s cannot be typed", table[i].name);
		if (table[i].required & ~table[i].commands)
			fail_msg("--%s is required where it does not exist", table[i].name);
		if (table[i].required && !table[i].letter)
			fail_msg("--%s is required: the usage line wants a letter", table[i].name);
		if ((table[i].kind == OPTION_FLAG) != !table[i].argument)
			fail_msg("--%s: a flag or a value?", table[i].name);
	}
}

static void words_of_other_tools_lead_to_commands_that_exist(void **state)
{
	static const char *const words[] = {"up", "down", "new", "log", "rollback", "validate",
		"baseline", "info", "ensure_version"};

	(void)state;
	for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
		const char *command = command_known_as(words[i]);

		assert_int_equal(command_find(words[i]), COMMAND_NONE);
		if (!command || command_find(command) == COMMAND_NONE)
			fail_msg("\"%s\" leads to %s", words[i], command ? command : "nothing");
	}
}

static void must_fit(const char *text, const char *name)
{
	size_t line = 0;

	for (const char *byte = text; *byte; byte++) {
		line = *byte == '\n' ? 0 : line + 1;
		if (line > 90)
			fail_msg("the help of %s has a line of more than 90 columns:\n%s", name,
				byte - line + 1);
	}
}

static void every_help_names_its_options_and_fits(void **state)
{
	size_t count;
	const struct option *table = options_table(&count);

	(void)state;
	for (int id = COMMAND_NONE; id < COMMAND_COUNT; id++) {
		const char *name = id ? command_of((enum command_id)id)->name : "migrate";
		struct str text = {0}, wanted = {0};

		help_add(&text, (enum command_id)id);
		must_fit(str_text(&text), name);
		for (size_t i = 0; i < count; i++) {
			bool shown = id ? (table[i].commands & UINT32_C(1) << id) != 0
					: table[i].commands == UINT32_MAX;

			str_clear(&wanted);
			str_printf(&wanted, " --%s%s", table[i].name, table[i].argument ? " " : "");
			shown = shown && table[i].help;
			if (shown && !strstr(str_text(&text), str_text(&wanted)))
				fail_msg("the help of %s lacks%s", name, str_text(&wanted));
		}
		str_release(&wanted);
		str_release(&text);
	}
}

static void the_programs_help_lists_every_command_but_help(void **state)
{
	struct str text = {0}, wanted = {0};

	(void)state;
	help_add(&text, COMMAND_NONE);
	for (int id = COMMAND_NONE + 1; id < COMMAND_COUNT; id++) {
		str_clear(&wanted);
		str_printf(&wanted, "\n  %s ", command_of((enum command_id)id)->name);
		if ((id != COMMAND_HELP) != (strstr(str_text(&text), str_text(&wanted)) != NULL))
			fail_msg("%s in the help: %s", str_text(&wanted), str_text(&text));
	}
	str_release(&wanted);
	str_release(&text);
}

static void the_table_for_programs_has_its_columns_on_every_line(void **state)
{
	struct str text = {0};
	size_t commands = 0, options = 0;

	(void)state;
	help_add_table(&text);
	for (char *line = strtok(text.text, "\n"); line; line = strtok(NULL, "\n")) {
		size_t tabs = 0;

		for (const char *byte = line; *byte; byte++)
			tabs += *byte == '\t';
		if (strncmp(line, "command\t", 8) == 0) {
			commands++;
			assert_int_equal(tabs, 3);
		} else if (strncmp(line, "option\t--", 9) == 0) {
			options++;
			assert_int_equal(tabs, 5);
		} else {
			fail_msg("neither a command nor an option: %s", line);
		}
	}
	assert_int_equal(commands, COMMAND_COUNT - 1);
	assert_true(options > 20);
	str_release(&text);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_relative_target_is_an_argument_wherever_it_stands),
		cmocka_unit_test(two_dashes_end_the_options),
		cmocka_unit_test(a_value_may_be_joined_or_follow),
		cmocka_unit_test(options_stand_before_and_after_the_command),
		cmocka_unit_test(a_value_given_twice_is_the_last_and_a_list_keeps_all),
		cmocka_unit_test(the_format_is_known_even_where_something_else_is_wrong),
		cmocka_unit_test(help_and_version_need_nothing_else),
		cmocka_unit_test(what_makes_no_sense_is_refused_with_a_way_on),
		cmocka_unit_test(a_password_in_the_wrong_place_is_not_repeated),
		cmocka_unit_test(odd_bytes_in_argv_reach_no_message_as_they_are),
		cmocka_unit_test(argv_is_left_as_it_was),
		cmocka_unit_test(no_two_options_share_a_name_or_a_letter),
		cmocka_unit_test(words_of_other_tools_lead_to_commands_that_exist),
		cmocka_unit_test(every_help_names_its_options_and_fits),
		cmocka_unit_test(the_programs_help_lists_every_command_but_help),
		cmocka_unit_test(the_table_for_programs_has_its_columns_on_every_line),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
