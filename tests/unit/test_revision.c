#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/revision.h"

struct reading {
	struct arena arena;
	const char *text;
	size_t size;
	struct revision revision;
	struct migrate_error error;
};

/* The text is copied to its exact size, so that a sanitizer sees every byte read past its end. */
static bool read_bytes(struct reading *reading, const char *text, size_t size)
{
	char *copy = malloc(size ? size : 1);
	bool ok;

	memset(reading, 0, sizeof *reading);
	memcpy(copy, text, size);
	ok = revision_parse(
		&reading->arena, "a.sql", copy, size, &reading->revision, &reading->error);
	free(copy);
	reading->text = text;
	reading->size = size;
	return ok;
}

static void read_ok(struct reading *reading, const char *text)
{
	if (!read_bytes(reading, text, strlen(text)))
		fail_msg("%zu:%zu: %s\n%s", reading->error.line, reading->error.column,
			reading->error.message, text);
}

static void release(struct reading *reading)
{
	migrate_error_clear(&reading->error);
	arena_release(&reading->arena);
}

static void expect_error_bytes(
	const char *text, size_t size, size_t line, size_t column, const char *message)
{
	struct reading reading;

	if (read_bytes(&reading, text, size))
		fail_msg("accepted, not \"%s\":\n%s", message, text);
	if (strcmp(reading.error.message, message) || reading.error.line != line ||
		reading.error.column != column || reading.error.code != MIGRATE_E_SCRIPT ||
		strcmp(reading.error.file, "a.sql") || !reading.error.hint)
		fail_msg("%zu:%zu: %s (hint: %s)\nnot %zu:%zu: %s\n%s", reading.error.line,
			reading.error.column, reading.error.message,
			reading.error.hint ? reading.error.hint : "none", line, column, message,
			text);
	release(&reading);
}

static void expect_error(const char *text, size_t line, size_t column, const char *message)
{
	expect_error_bytes(text, strlen(text), line, column, message);
}

static void expect_hint(const char *text, const char *hint)
{
	struct reading reading;

	assert_false(read_bytes(&reading, text, strlen(text)));
	assert_string_equal(reading.error.hint, hint);
	release(&reading);
}

static void expect_names(const struct names *names, const char *expected)
{
	char text[200] = "";

	for (uint32_t i = 0; i < names->count; i++) {
		strcat(text, i ? "," : "");
		strcat(text, names->item[i]);
	}
	assert_string_equal(text, expected);
}

static void expect_section(const struct reading *reading, const struct section *section,
	const char *sql, uint32_t line)
{
	assert_true(section->present);
	assert_in_range(section->offset + section->size, 0, reading->size);
	assert_int_equal(section->size, strlen(sql));
	assert_memory_equal(reading->text + section->offset, sql, section->size);
	assert_int_equal(section->line, line);
}

#define UP "-- migrate:upgrade\n"

static void a_whole_file_is_understood(void **state)
{
	static const char text[] = "-- Create notes table\n"
				   "--\n"
				   "-- revision: 1f2a3b4c5d6e\n"
				   "-- down_revision: ae1027a6acf0, b\n"
				   "-- branch_labels: left\n"
				   "-- depends_on: c,d , e\n"
				   "-- created: 2026-11-21 10:30:00+00:00\n"
				   "\n"
				   "-- migrate:upgrade\n"
				   "CREATE TABLE t (id INT);\n"
				   "\n"
				   "-- migrate:downgrade\n"
				   "DROP TABLE t;\n";
	struct reading reading;
	const struct revision *revision = &reading.revision;

	(void)state;
	read_ok(&reading, text);
	assert_string_equal(revision->id, "1f2a3b4c5d6e");
	assert_string_equal(revision->message, "Create notes table");
	assert_string_equal(revision->created, "2026-11-21 10:30:00+00:00");
	assert_int_equal(revision->created_at, 1795257000000000);
	assert_string_equal(revision->file, "a.sql");
	assert_null(revision->irreversible);
	expect_names(&revision->parents, "ae1027a6acf0,b");
	expect_names(&revision->labels, "left");
	expect_names(&revision->dependencies, "c,d,e");
	expect_section(&reading, &revision->upgrade, "CREATE TABLE t (id INT);\n\n", 10);
	expect_section(&reading, &revision->downgrade, "DROP TABLE t;\n", 13);
	release(&reading);
}

static void only_an_id_and_an_upgrade_section_are_required(void **state)
{
	struct reading reading;

	(void)state;
	read_ok(&reading, "-- revision: a\n-- migrate:upgrade");
	assert_string_equal(reading.revision.message, "");
	assert_null(reading.revision.created);
	assert_int_equal(reading.revision.created_at, INT64_MIN);
	assert_int_equal(reading.revision.parents.count, 0);
	assert_false(reading.revision.downgrade.present);
	assert_int_equal(reading.revision.upgrade.options.transaction, TOGGLE_UNSET);
	assert_int_equal(reading.revision.upgrade.options.foreign_keys, TOGGLE_UNSET);
	assert_int_equal(reading.revision.upgrade.options.lock_timeout, DURATION_UNSET);
	assert_int_equal(reading.revision.upgrade.options.statement_timeout, DURATION_UNSET);
	expect_section(&reading, &reading.revision.upgrade, "", 3);
	release(&reading);
	expect_error("-- text\n" UP, 1, 1, "the header has no \"-- revision:\" line");
	expect_error(UP, 1, 1, "the header has no \"-- revision:\" line");
	expect_error("", 1, 1, "the header has no \"-- revision:\" line");
	expect_error("-- revision: a\n", 1, 1, "the file has no \"-- migrate:upgrade\" section");
	expect_error("-- revision: a\n-- migrate:downgrade\n", 1, 1,
		"the file has no \"-- migrate:upgrade\" section");
}

static void empty_keys_are_as_good_as_none(void **state)
{
	struct reading reading;

	(void)state;
	read_ok(&reading, "-- revision: a\n-- down_revision:\n-- branch_labels: \n"
			  "-- depends_on:\t\n-- created:\n" UP);
	assert_int_equal(reading.revision.parents.count, 0);
	assert_int_equal(reading.revision.labels.count, 0);
	assert_int_equal(reading.revision.dependencies.count, 0);
	assert_null(reading.revision.created);
	release(&reading);
}

static void line_ends_and_a_byte_order_mark_do_not_matter(void **state)
{
	struct reading reading;

	(void)state;
	read_ok(&reading, "\xef\xbb\xbf-- Message\r\n-- revision: a \r\n-- depends_on: b\r\n\r\n"
			  "-- migrate:upgrade transaction=off\r\nSELECT 1;\r\n"
			  "-- migrate:downgrade\r\n");
	assert_string_equal(reading.revision.message, "Message");
	assert_string_equal(reading.revision.id, "a");
	expect_names(&reading.revision.dependencies, "b");
	assert_int_equal(reading.revision.upgrade.options.transaction, TOGGLE_OFF);
	expect_section(&reading, &reading.revision.upgrade, "SELECT 1;\r\n", 6);
	expect_section(&reading, &reading.revision.downgrade, "", 8);
	release(&reading);
	expect_error("\xef\xbb\xbf-- migrate:upgrade\n", 1, 1,
		"the header has no \"-- revision:\" line");
}

static void spacing_of_header_lines_is_free(void **state)
{
	struct reading reading;

	(void)state;
	read_ok(&reading, "--revision:a\n--\tdown_revision :  b\n-- \n\n\t\n" UP);
	assert_string_equal(reading.revision.id, "a");
	expect_names(&reading.revision.parents, "b");
	release(&reading);
}

static void expect_message(const char *header, const char *message)
{
	struct reading reading;
	char text[400];

	snprintf(text, sizeof text, "%s-- revision: a\n" UP, header);
	read_ok(&reading, text);
	assert_string_equal(reading.revision.message, message);
	assert_string_equal(reading.revision.id, "a");
	release(&reading);
}

static void the_message_may_be_any_words(void **state)
{
	(void)state;
	expect_message("-- fix: users\n", "fix: users");
	expect_message("-- feat(api)!: drop it\n", "feat(api)!: drop it");
	expect_message("-- create: users\n", "create: users");
	expect_message("-- Revision: the second\n", "Revision: the second");
	expect_message("-- depends on: nothing\n", "depends on: nothing");
	expect_message("-- \xc3\x9cmlaute \xe2\x82\xac\n", "\xc3\x9cmlaute \xe2\x82\xac");
	expect_message("--\n--\n-- later\n-- more\n", "later");
	expect_message("---- ruled ----\n", "-- ruled ----");
	expect_message("-- user_table: add it\n", "user_table: add it");
	expect_message("-- :\n", ":");
	expect_message("", "");
}

static void text_after_the_message_may_hold_colons(void **state)
{
	(void)state;
	expect_message("-- m\n-- Related: #12\n-- see https://example.org\n-- Note: x\n-- version: "
		       "2\n-- a longer line of text that is not a key at all: yes\n-- : \n",
		"m");
}

static void a_misspelt_key_is_refused_wherever_it_stands(void **state)
{
	(void)state;
	expect_error("-- m\n-- revision: a\n-- down_revison: b\n" UP, 3, 4,
		"unknown header key \"down_revison\"");
	expect_error("-- m\n-- down_revison: b\n-- revision: a\n" UP, 2, 4,
		"unknown header key \"down_revison\"");
	expect_error("-- down_revison: b\n-- revision: a\n" UP, 1, 4,
		"unknown header key \"down_revison\"");
	expect_error("-- m\n-- Down-Revision: b\n-- revision: a\n" UP, 2, 4,
		"unknown header key \"Down-Revision\"");
	expect_error("-- m\n-- DOWN_REVISION: b\n-- revision: a\n" UP, 2, 4,
		"unknown header key \"DOWN_REVISION\"");
	expect_error("-- m\n-- revision: a\n-- Depends on: b\n" UP, 3, 4,
		"unknown header key \"Depends on\"");
	expect_error("-- m\n-- revision: a\n-- branch_label: b\n" UP, 3, 4,
		"unknown header key \"branch_label\"");
	expect_error("-- m\n-- revisions: a\n" UP, 2, 4, "unknown header key \"revisions\"");
	expect_hint("-- m\n-- depend_on: b\n-- revision: a\n" UP, "Did you mean \"depends_on\"?");
}

static void a_key_may_be_given_once(void **state)
{
	(void)state;
	expect_error("-- revision: a\n-- revision: b\n" UP, 2, 4,
		"the header has two \"revision\" lines");
	expect_error("-- revision: a\n-- depends_on:\n-- depends_on: b\n" UP, 3, 4,
		"the header has two \"depends_on\" lines");
}

static void identifiers_are_letters_digits_underscores_and_dots(void **state)
{
	char text[300];

	(void)state;
	memset(text, 'x', sizeof text);
	assert_true(identifier_is_valid("aZ09_.", 6));
	assert_true(identifier_is_valid("headx", 5));
	assert_true(identifier_is_valid("Head", 4));
	assert_true(identifier_is_valid(text, 255));
	assert_false(identifier_is_valid(text, 256));
	assert_false(identifier_is_valid("", 0));
	assert_false(identifier_is_valid("head", 4));
	assert_false(identifier_is_valid("heads", 5));
	assert_false(identifier_is_valid("base", 4));
	assert_false(identifier_is_valid("current", 7));
	for (int byte = 0; byte < 256; byte++) {
		char c = (char)byte;
		bool legal = byte < 128 && byte &&
			     strchr("abcdefghijklmnopqrstuvwxyz"
				    "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_.",
				     byte);

		assert_int_equal(identifier_is_valid(&c, 1), legal);
	}
}

static void an_illegal_identifier_is_refused_at_its_place(void **state)
{
	(void)state;
	expect_error("-- revision:\n" UP, 1, 13, "\"\" is no revision identifier");
	expect_error("-- revision: a b\n" UP, 1, 14, "\"a b\" is no revision identifier");
	expect_error("-- revision: head\n" UP, 1, 14, "\"head\" is no revision identifier");
	expect_error("-- revision: a@b\n" UP, 1, 14, "\"a@b\" is no revision identifier");
	expect_error("-- revision: a\n-- down_revision: b, c-d\n" UP, 2, 22,
		"\"c-d\" is no revision identifier");
	expect_error("-- revision: a\n-- depends_on: b,,c\n" UP, 2, 18,
		"\"\" is no revision identifier");
	expect_error("-- revision: a\n-- branch_labels: b,\n" UP, 2, 21,
		"\"\" is no revision identifier");
	expect_error("-- revision: a\n-- branch_labels: base\n" UP, 2, 19,
		"\"base\" is no revision identifier");
}

static void a_long_value_is_shown_in_part(void **state)
{
	struct reading reading;
	char text[600];

	(void)state;
	snprintf(text, sizeof text, "-- revision: %0300d!\n" UP, 0);
	assert_false(read_bytes(&reading, text, strlen(text)));
	assert_in_range(strlen(reading.error.message), 80, 130);
	release(&reading);
}

static void a_date_that_is_none_is_refused(void **state)
{
	(void)state;
	expect_error("-- revision: a\n-- created: 2026-02-30\n" UP, 2, 13,
		"\"2026-02-30\" is no date and time");
	expect_error("-- revision: a\n-- created: now\n" UP, 2, 13, "\"now\" is no date and time");
}

static void an_irreversible_revision_says_why(void **state)
{
	struct reading reading;

	(void)state;
	read_ok(&reading, "-- revision: a\n-- irreversible: data is gone\n" UP);
	assert_string_equal(reading.revision.irreversible, "data is gone");
	release(&reading);
	read_ok(&reading, "-- revision: a\n-- irreversible:\n" UP);
	assert_string_equal(reading.revision.irreversible, "");
	release(&reading);
	expect_error("-- revision: a\n-- irreversible: x\n" UP "SELECT 1;\n-- migrate:down\n", 5, 1,
		"the revision is irreversible and has a downgrade section");
}

static void text_before_the_first_section_is_refused(void **state)
{
	(void)state;
	expect_error(
		"-- revision: a\n  SELECT 1;\n" UP, 2, 3, "text before the first section marker");
	expect_error("- revision: a\n", 1, 1, "text before the first section marker");
	expect_error("SELECT 1;\n", 1, 1, "text before the first section marker");
	expect_error("-- revision: a\n -- down_revision: b\n" UP, 2, 2,
		"text before the first section marker");
	expect_error("-- revision: a\n/* x */\n" UP, 2, 1, "text before the first section marker");
}

static void a_header_that_is_no_text_is_refused(void **state)
{
	(void)state;
	expect_error_bytes("-- m\0x\n-- revision: a\n" UP, 23 + strlen(UP) - 1, 1, 5,
		"the header holds a NUL byte");
	expect_error(
		"-- \xc3\x9c x \xff\n-- revision: a\n" UP, 1, 8, "the header is not valid UTF-8");
	expect_error_bytes("\xff\xfe-\0-\0", 6, 1, 1, "the header is not valid UTF-8");
}

static void sections_may_hold_any_bytes(void **state)
{
	struct reading reading;
	static const char text[] = "-- revision: a\n" UP "\0\xff";

	(void)state;
	assert_true(read_bytes(&reading, text, sizeof text - 1));
	assert_int_equal(reading.revision.upgrade.size, 2);
	release(&reading);
}

static void up_and_down_are_short_for_the_sections(void **state)
{
	struct reading reading;

	(void)state;
	read_ok(&reading, "-- revision: a\n-- migrate:down\nD\n-- migrate:up\nU\n");
	expect_section(&reading, &reading.revision.downgrade, "D\n", 3);
	expect_section(&reading, &reading.revision.upgrade, "U\n", 5);
	release(&reading);
}

static void a_marker_counts_wherever_it_stands_in_column_one(void **state)
{
	struct reading reading;

	(void)state;
	read_ok(&reading, "-- revision: a\n" UP "SELECT '\n-- migrate:downgrade\n';\n");
	expect_section(&reading, &reading.revision.upgrade, "SELECT '\n", 3);
	expect_section(&reading, &reading.revision.downgrade, "';\n", 5);
	release(&reading);
	read_ok(&reading, "-- revision: a\n" UP "x -- migrate:downgrade\n -- migrate:downgrade\n"
			  "--\n-- migrated: no\n-- migrate\n");
	assert_false(reading.revision.downgrade.present);
	release(&reading);
}

static void a_section_may_be_given_once(void **state)
{
	(void)state;
	expect_error("-- revision: a\n" UP "x\n-- migrate:up\n", 4, 12,
		"the file has two upgrade sections");
	expect_error("-- revision: a\n" UP "-- migrate:down\n-- migrate:downgrade\n", 4, 12,
		"the file has two downgrade sections");
}

static void unknown_sections_are_refused(void **state)
{
	(void)state;
	expect_error("-- revision: a\n-- migrate:upgarde\n", 2, 12, "unknown section \"upgarde\"");
	expect_error("-- revision: a\n-- migrate:\n", 2, 12, "unknown section \"\"");
	expect_error("-- revision: a\n-- migrate:Upgrade\n", 2, 12, "unknown section \"Upgrade\"");
	expect_error("-- revision: a\n" UP "-- migrate:up;\n", 3, 12, "unknown section \"up;\"");
}

/* What stands below would run as part of the section above: a table would be made and dropped. */
static void a_line_that_is_nearly_a_marker_is_refused(void **state)
{
	static const char *const lines[] = {"--migrate:downgrade", "--  migrate:downgrade",
		"-- Migrate:downgrade", "-- migrate :down", "--migrate:down transaction=off",
		"--\tmigrate: down\r", "-- MIGRATE:DOWNGRADE"};

	(void)state;
	for (size_t i = 0; i < sizeof lines / sizeof *lines; i++) {
		char text[200];

		snprintf(text, sizeof text, "-- revision: a\n" UP "CREATE\n%s\nDROP\n", lines[i]);
		expect_error(text, 4, 1, "the line is no section marker, but nearly one");
	}
	expect_error("--migrate:up\n", 1, 1, "the line is no section marker, but nearly one");
	expect_error("-- revision: a\n--migrate:up", 2, 1,
		"the line is no section marker, but nearly one");
}

static void comments_about_migrating_are_no_markers(void **state)
{
	struct reading reading;

	(void)state;
	read_ok(&reading, "-- revision: a\n" UP "-- migrate the users\n--migrate: users\n"
			  "-- Migrate: upgrades\n--migrate:\n--migrate\n--");
	assert_false(reading.revision.downgrade.present);
	release(&reading);
}

static void sections_take_options(void **state)
{
	struct reading reading;
	const struct section_options *options = &reading.revision.upgrade.options;

	(void)state;
	read_ok(&reading,
		"-- revision: a\n-- migrate:upgrade  transaction=off\tforeign_keys=on "
		"lock_timeout=2s statement_timeout=0 \n-- migrate:downgrade transaction=on "
		"foreign_keys=off\n");
	assert_int_equal(options->transaction, TOGGLE_OFF);
	assert_int_equal(options->foreign_keys, TOGGLE_ON);
	assert_int_equal(options->lock_timeout, 2000);
	assert_int_equal(options->statement_timeout, 0);
	options = &reading.revision.downgrade.options;
	assert_int_equal(options->transaction, TOGGLE_ON);
	assert_int_equal(options->foreign_keys, TOGGLE_OFF);
	assert_int_equal(options->lock_timeout, DURATION_UNSET);
	release(&reading);
}

static void options_that_make_no_sense_are_refused(void **state)
{
	(void)state;
	expect_error("-- revision: a\n-- migrate:up transaction\n", 2, 15,
		"the section option \"transaction\" has no value");
	expect_error("-- revision: a\n-- migrate:up transaction=no\n", 2, 15,
		"the section option \"transaction\" cannot be \"no\"");
	expect_hint("-- revision: a\n-- migrate:up transaction=no\n", "Write on or off.");
	expect_error("-- revision: a\n-- migrate:up transaction=off transaction=on\n", 2, 31,
		"the section option \"transaction\" stands twice");
	expect_error("-- revision: a\n-- migrate:up lock_timeout=0 lock_timeout=2s\n", 2, 30,
		"the section option \"lock_timeout\" stands twice");
	expect_error("-- revision: a\n-- migrate:up transaction=on foreign_keys=\n", 2, 30,
		"the section option \"foreign_keys\" has no value");
	expect_error("-- revision: a\n-- migrate:up lock_timeout=2\n", 2, 15,
		"the section option \"lock_timeout\" cannot be \"2\"");
	expect_hint("-- revision: a\n-- migrate:up lock_timeout=25h\n",
		"Write it as 500ms, 2s, 5m, 1h, at most a day, or 0 for no limit.");
	expect_error("-- revision: a\n-- migrate:up\n-- migrate:down statement_timeout=x\n", 3, 17,
		"the section option \"statement_timeout\" cannot be \"x\"");
	expect_error(
		"-- revision: a\n-- migrate:up =on\n", 2, 15, "\"=on\" is no option of a section");
	expect_hint(
		"-- revision: a\n-- migrate:up transactoin=off\n", "Did you mean \"transaction\"?");
	expect_hint("-- revision: a\n-- migrate:up a_name_that_is_longer_than_all_of_them=off\n",
		"Options are transaction=on|off, foreign_keys=on|off, lock_timeout=2s, "
		"statement_timeout=5m.");
}

static void a_large_section_is_cut_out_whole(void **state)
{
	enum { LINES = 300000 };
	char *text = malloc(100 + LINES * 12), *end = text;
	struct reading reading;

	(void)state;
	end += sprintf(end, "-- revision: a\n" UP);
	for (int i = 0; i < LINES; i++)
		end += sprintf(end, "SELECT %d;\n", i % 10);
	end += sprintf(end, "-- migrate:down\n");
	assert_true(read_bytes(&reading, text, (size_t)(end - text)));
	assert_int_equal(reading.revision.upgrade.size, LINES * 10);
	assert_int_equal(reading.revision.downgrade.line, LINES + 4);
	release(&reading);
	free(text);
}

/* Any prefix of a file is parsed without reading past its end. */
static void a_file_cut_short_anywhere_is_an_error_or_a_shorter_file(void **state)
{
	static const char text[] = "\xef\xbb\xbf-- M\xc3\xa9ssage: x\n-- revision: a\n"
				   "-- down_revision: b, c\n-- created: 2026-11-21 10:30+02:00\n"
				   "-- migrate:upgrade transaction=off lock_timeout=2s\nSELECT 1;\n"
				   "-- migrate:downgrade\nSELECT 2;\n";

	(void)state;
	for (size_t size = 0; size < sizeof text; size++) {
		struct reading reading;
		bool ok = read_bytes(&reading, text, size);

		assert_int_equal(ok, reading.error.code == MIGRATE_E_NONE);
		if (ok)
			assert_string_equal(reading.revision.id, "a");
		release(&reading);
	}
}

static void what_is_replaced_is_a_list_in_order(void **state)
{
	struct reading reading;

	(void)state;
	read_ok(&reading, "-- revision: s\n-- replaces: b, a,c\n" UP);
	expect_names(&reading.revision.replaces, "b,a,c");
	release(&reading);
	read_ok(&reading, "-- revision: s\n-- replaces:\n" UP);
	expect_names(&reading.revision.replaces, "");
	release(&reading);
	expect_error(
		"-- revision: s\n-- replaces: a,,b\n" UP, 2, 16, "\"\" is no revision identifier");
	expect_error("-- revision: s\n-- replaces: a\n-- replaces: b\n" UP, 3, 4,
		"the header has two \"replaces\" lines");
	expect_error("-- Message\n-- revision: s\n-- Replaces: a\n" UP, 3, 4,
		"unknown header key \"Replaces\"");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_is_replaced_is_a_list_in_order),
		cmocka_unit_test(a_whole_file_is_understood),
		cmocka_unit_test(only_an_id_and_an_upgrade_section_are_required),
		cmocka_unit_test(empty_keys_are_as_good_as_none),
		cmocka_unit_test(line_ends_and_a_byte_order_mark_do_not_matter),
		cmocka_unit_test(spacing_of_header_lines_is_free),
		cmocka_unit_test(the_message_may_be_any_words),
		cmocka_unit_test(text_after_the_message_may_hold_colons),
		cmocka_unit_test(a_misspelt_key_is_refused_wherever_it_stands),
		cmocka_unit_test(a_key_may_be_given_once),
		cmocka_unit_test(identifiers_are_letters_digits_underscores_and_dots),
		cmocka_unit_test(an_illegal_identifier_is_refused_at_its_place),
		cmocka_unit_test(a_long_value_is_shown_in_part),
		cmocka_unit_test(a_date_that_is_none_is_refused),
		cmocka_unit_test(an_irreversible_revision_says_why),
		cmocka_unit_test(text_before_the_first_section_is_refused),
		cmocka_unit_test(a_header_that_is_no_text_is_refused),
		cmocka_unit_test(sections_may_hold_any_bytes),
		cmocka_unit_test(up_and_down_are_short_for_the_sections),
		cmocka_unit_test(a_marker_counts_wherever_it_stands_in_column_one),
		cmocka_unit_test(a_section_may_be_given_once),
		cmocka_unit_test(unknown_sections_are_refused),
		cmocka_unit_test(a_line_that_is_nearly_a_marker_is_refused),
		cmocka_unit_test(comments_about_migrating_are_no_markers),
		cmocka_unit_test(sections_take_options),
		cmocka_unit_test(options_that_make_no_sense_are_refused),
		cmocka_unit_test(a_large_section_is_cut_out_whole),
		cmocka_unit_test(a_file_cut_short_anywhere_is_an_error_or_a_shorter_file),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
