/* segment: scripts and what they are cut into, as data. A cut is written as one mark for each
 * segment: T a transaction, P the script's own pair, O a statement outside; an error as its
 * message. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <string.h>

#include "base/str.h"
#include "core/segment.h"

struct example {
	const char *sql, *cut;
};

static const char *cut_of(struct segment_source *source, struct segments *segments,
	struct arena *arena, struct str *text)
{
	struct migrate_error error = {0};
	size_t at = 0;

	source->size = strlen(source->sql);
	source->file = "a.sql";
	source->line = 1;
	str_clear(text);
	if (!segment_cut(arena, source, segments, &error)) {
		assert_int_equal(error.code, MIGRATE_E_SCRIPT);
		assert_non_null(error.hint);
		str_printf(text, "%zu:%zu %s", error.line, error.column, error.message);
		migrate_error_clear(&error);
		return text->text;
	}
	for (uint32_t i = 0; i < segments->count; i++) {
		const struct segment *segment = &segments->item[i];

		assert_int_equal(segment->offset, at); /* joined together they are the script */
		assert_int_equal(strlen(segment->text), segment->size);
		at += segment->size;
		str_add(text, segment->outside ? "O" : segment->paired ? "P" : "T");
	}
	assert_int_equal(at, source->size);
	return text->text;
}

static void check(struct segment_source source, const struct example *examples, size_t count)
{
	struct str text = {0};

	for (size_t i = 0; i < count; i++) {
		struct segments segments;
		struct arena arena = {0};

		source.sql = examples[i].sql;
		if (strcmp(cut_of(&source, &segments, &arena, &text), examples[i].cut) != 0)
			fail_msg("%s\n  is cut into %s, expected %s", examples[i].sql, text.text,
				examples[i].cut);
		arena_release(&arena);
	}
	str_release(&text);
}

#define CHECK(source, examples) check(source, examples, sizeof examples / sizeof *examples)

static void a_script_is_one_transaction_but_for_what_the_server_refuses_there(void **state)
{
	static const struct example examples[] = {{"", "T"}, {"-- only a comment\n", "T"},
		{"SELECT 1", "T"}, {"SELECT 1; SELECT 2;\n", "T"}, {"VACUUM;", "O"},
		{"VACUUM; VACUUM", "OO"},
		{"VACUUM; VACUUM; VACUUM; VACUUM; VACUUM; SELECT 1", "OOOOOT"},
		{"SELECT 1; VACUUM; SELECT 2;", "TOT"},
		{"-- c\nCREATE INDEX CONCURRENTLY i ON t (x);\n-- end\n", "O"},
		{"SET x = 1;\nCREATE INDEX CONCURRENTLY i ON t (x);\nSELECT 1;", "TOT"}};

	(void)state;
	CHECK((struct segment_source){.dialect = SCAN_POSTGRESQL}, examples);
}

static void what_the_scanner_refuses_is_an_error_where_it_stands(void **state)
{
	static const struct example examples[] = {{"SELECT 'a", "1:8 unterminated quoted string"},
		{"SELECT 1;\nSELECT \xff;", "2:8 byte that is not UTF-8"},
		{"COPY t FROM stdin;\n1\n", "1:1 COPY data without its end, a line of just \\."},
		{"COPY t FROM stdin; SELECT 1;\n\\.\n",
			"1:20 text behind COPY ... FROM STDIN; on the same line"},
		{"SELECT 1;\n\\d t\n", "2:1 backslash command of psql"}};
	static const char with_nul[] = "SELECT 1;\nSELECT\0 2;";
	struct segment_source source = {.dialect = SCAN_POSTGRESQL,
		.file = "a.sql",
		.sql = with_nul,
		.size = sizeof with_nul - 1,
		.line = 1};
	struct migrate_error error = {0};
	struct segments segments;
	struct arena arena = {0};

	(void)state;
	CHECK((struct segment_source){.dialect = SCAN_POSTGRESQL}, examples);
	assert_false(segment_cut(&arena, &source, &segments, &error));
	assert_int_equal(error.line, 2);
	assert_int_equal(error.column, 7);
	assert_non_null(strstr(error.hint, "NUL"));
	migrate_error_clear(&error);
	arena_release(&arena);
}

static void a_pair_around_everything_is_ours_and_pairs_around_parts_cut(void **state)
{
	static const struct example examples[] = {{"BEGIN; SELECT 1; COMMIT;", "P"},
		{"-- c\nSTART TRANSACTION;\nSELECT 1;\nEND;\n-- d\n", "P"}, {"BEGIN; COMMIT", "P"},
		{"BEGIN; SELECT 1; COMMIT; BEGIN; SELECT 2; COMMIT;", "PP"},
		{"SELECT 0; BEGIN; SELECT 1; COMMIT; SELECT 2; SELECT 3;", "TPT"},
		{"BEGIN; SELECT 1; COMMIT; VACUUM;", "PO"}};

	(void)state;
	CHECK((struct segment_source){.dialect = SCAN_POSTGRESQL}, examples);
}

static void what_else_ends_a_transaction_is_refused_where_it_stands(void **state)
{
	static const struct example examples[] = {
		{"SELECT 1;\n COMMIT;",
			"2:2 COMMIT would end the transaction that the revision runs in"},
		{"ROLLBACK", "1:1 ROLLBACK would end the transaction that the revision runs in"},
		{"BEGIN; SELECT 1; ROLLBACK;",
			"1:18 ROLLBACK would end the transaction that the revision runs in"},
		{"BEGIN; COMMIT AND CHAIN; COMMIT;",
			"1:8 COMMIT AND CHAIN would end the transaction that the revision runs in"},
		{"PREPARE TRANSACTION 'x'",
			"1:1 PREPARE TRANSACTION would end the transaction that the revision runs "
			"in"},
		{"BEGIN; BEGIN; COMMIT;",
			"1:8 BEGIN inside a transaction that the script has begun"},
		{"SELECT 1;\nBEGIN;\nSELECT 2;", "2:1 BEGIN without its COMMIT"},
		{"BEGIN; VACUUM; COMMIT;", "1:8 the statement cannot run inside a transaction"},
		{"SELECT 'x", "1:8 unterminated quoted string"}};

	(void)state;
	CHECK((struct segment_source){.dialect = SCAN_POSTGRESQL}, examples);
}

#define ADD "ALTER TYPE mood ADD VALUE 'x'; "

static void a_new_enum_value_is_not_used_by_the_transaction_that_adds_it(void **state)
{
	static const char elsewhere[] = "2:8 unsafe use of new value \"x\" of enum type mood";
	static const struct example whole[] = {{ADD "\nSELECT 'x'::mood;", elsewhere},
		{"VACUUM; " ADD "\nSELECT 'x'::mood;", elsewhere},
		{"BEGIN; " ADD "\nSELECT 'x'::mood; COMMIT;", elsewhere},
		{ADD "VACUUM; SELECT 'x'::mood;", "TOT"}, {ADD "SELECT 'x';", "T"},
		{ADD "BEGIN; SELECT 'x'::mood; COMMIT;", "TP"}};
	static const struct example single[] = {{ADD "SELECT 'x'::mood;", "OO"},
		{"BEGIN; " ADD "\nSELECT 'x'::mood; COMMIT;", elsewhere}};
	static const struct example together[] = {{ADD "SELECT 'x'::mood;", "T"}};
	static const struct example sqlite[] = {{ADD "SELECT 'x'::mood;", "T"}};

	(void)state;
	CHECK((struct segment_source){.dialect = SCAN_POSTGRESQL}, whole);
	CHECK(((struct segment_source){.dialect = SCAN_POSTGRESQL, .single = true}), single);
	CHECK(((struct segment_source){.dialect = SCAN_POSTGRESQL, .together = true}), together);
	CHECK((struct segment_source){.dialect = SCAN_SQLITE}, sqlite);
}

static void transaction_off_makes_every_statement_stand_alone(void **state)
{
	static const struct example examples[] = {{"SELECT 1; SELECT 2; -- end\n", "OO"}, {"", "T"},
		{"SELECT 1; BEGIN; SELECT 2; SELECT 3; COMMIT; SELECT 4;", "OPO"}};

	(void)state;
	CHECK(((struct segment_source){.dialect = SCAN_POSTGRESQL, .single = true}), examples);
}

static void what_was_learnt_stands_alone_too_but_not_inside_a_pair(void **state)
{
	static const uint32_t learnt[] = {10};
	static const struct example examples[] = {{"SELECT 1; SELECT 2; SELECT 3;", "TOT"},
		{"/**/BEGIN;SELECT 2;COMMIT;",
			"1:11 the statement cannot run inside a transaction"}};

	(void)state;
	CHECK(((struct segment_source){
		      .dialect = SCAN_POSTGRESQL, .learnt = learnt, .learnt_count = 1}),
		examples);
}

static void a_transaction_ends_where_it_did_before(void **state)
{
	static const uint32_t edges[] = {9, 12, 18, 27};
	static const struct example examples[] = {{"SELECT 1; SELECT 2;", "TT"},
		{"SELECT 1; VACUUM; SELECT 2; SELECT 3;", "TOTT"},
		{"SELECT 1; SELECT; SELECT 2; SELECT 3;", "TTT"}, {"SELECT 100; SELECT 2;", "T"},
		{"SELECT 1;", "T"}, {"SELECT 1; -- end", "T"},
		{"BEGIN; SELECT; SELECT 1; COMMIT;", "P"}};

	(void)state;
	CHECK(((struct segment_source){.dialect = SCAN_POSTGRESQL, .edge = edges, .edge_count = 4}),
		examples);
}

static void sqlite_attaches_other_files_only_with_transaction_off(void **state)
{
	static const struct example refused[] = {{"ATTACH 'x' AS y;",
		"1:1 ATTACH and DETACH are refused: the version table covers one database file"}};
	static const struct example alone[] = {{"ATTACH 'x' AS y; DETACH y;", "OO"}};
	static const struct example vacuum[] = {
		{"SELECT 1; VACUUM;", "TO"}, {"BEGIN IMMEDIATE; SELECT 1; COMMIT;", "P"}};

	(void)state;
	CHECK((struct segment_source){.dialect = SCAN_SQLITE}, refused);
	CHECK(((struct segment_source){.dialect = SCAN_SQLITE, .single = true}), alone);
	CHECK((struct segment_source){.dialect = SCAN_SQLITE}, vacuum);
}

static void a_pair_is_blanked_in_place_and_its_modes_are_kept(void **state)
{
	struct segment_source source = {.dialect = SCAN_POSTGRESQL,
		.sql = "BEGIN TRANSACTION\n ISOLATION LEVEL SERIALIZABLE;\nSELECT 1;\nCOMMIT;\n"};
	struct arena arena = {0};
	struct segments segments;
	struct str text = {0};

	(void)state;
	assert_string_equal(cut_of(&source, &segments, &arena, &text), "P");
	assert_string_equal(segments.item[0].begin, "ISOLATION LEVEL SERIALIZABLE");
	assert_false(segments.has_pairs);
	assert_ptr_equal(strstr(segments.item[0].text, "SELECT") - segments.item[0].text,
		strstr(source.sql, "SELECT") - source.sql);
	assert_null(strstr(segments.item[0].text, "BEGIN"));
	assert_null(strstr(segments.item[0].text, "COMMIT"));
	source.sql = "BEGIN WORK; SELECT 1; COMMIT; SELECT 2;";
	assert_string_equal(cut_of(&source, &segments, &arena, &text), "PT");
	assert_string_equal(segments.item[0].begin, "");
	assert_true(segments.has_pairs);
	arena_release(&arena);
	str_release(&text);
}

static void settings_are_told_from_other_statements(void **state)
{
	static const struct {
		enum scan_dialect dialect;
		const char *text;
		bool setting;
	} examples[] = {{SCAN_POSTGRESQL, "SET search_path = x", true},
		{SCAN_POSTGRESQL, "set session x = 1", true}, {SCAN_POSTGRESQL, "RESET ALL", true},
		{SCAN_POSTGRESQL, "SET LOCAL x = 1", false},
		{SCAN_POSTGRESQL, "SET TRANSACTION READ ONLY", false},
		{SCAN_POSTGRESQL, "SET CONSTRAINTS ALL DEFERRED", false},
		{SCAN_POSTGRESQL, "SELECT pg_catalog.set_config('search_path', '', false)", true},
		{SCAN_POSTGRESQL,
			"select set_config('a.b', 'x', false), set_config('c.d', 'y', 'f');", true},
		{SCAN_POSTGRESQL, "SELECT set_config('a.b', 'x', true)", false},
		{SCAN_POSTGRESQL, "SELECT set_config('a.b', nextval('s')::text, false)", false},
		{SCAN_POSTGRESQL, "SELECT set_config('a.b', x, false) FROM t", false},
		{SCAN_POSTGRESQL, "SELECT set_config('a.b'", false},
		{SCAN_POSTGRESQL, "SELECT app.set_config('a', 'b', false)", false},
		{SCAN_POSTGRESQL, "SETTLE", false}, {SCAN_POSTGRESQL, "SELECT 1", false},
		{SCAN_SQLITE, "PRAGMA cache_size = 1", true},
		{SCAN_SQLITE, "PRAGMA cache_size(1)", true}, {SCAN_SQLITE, "PRAGMA user", false},
		{SCAN_SQLITE, "ATTACH 'x' AS y", true}, {SCAN_SQLITE, "DETACH y", true},
		{SCAN_SQLITE, "SELECT 1 = 1", false}};

	(void)state;
	for (size_t i = 0; i < sizeof examples / sizeof *examples; i++)
		if (segment_is_setting(examples[i].dialect, examples[i].text,
			    strlen(examples[i].text)) != examples[i].setting)
			fail_msg("%s", examples[i].text);
}

static void temporary_objects_are_told_from_others(void **state)
{
	static const char *const temporary[] = {"CREATE TEMP TABLE t (i int)",
		"create or replace temporary view v AS SELECT 1",
		"CREATE /* x */ LOCAL TEMPORARY TABLE t (i int)"};
	static const char *const others[] = {"CREATE TABLE temp (i int)",
		"CREATE OR REPLACE VIEW temp AS SELECT 1", "SELECT 1", ""};

	(void)state;
	for (size_t i = 0; i < sizeof temporary / sizeof *temporary; i++)
		assert_true(
			segment_is_temporary(SCAN_POSTGRESQL, temporary[i], strlen(temporary[i])));
	for (size_t i = 0; i < sizeof others / sizeof *others; i++)
		assert_false(segment_is_temporary(SCAN_POSTGRESQL, others[i], strlen(others[i])));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_script_is_one_transaction_but_for_what_the_server_refuses_there),
		cmocka_unit_test(what_the_scanner_refuses_is_an_error_where_it_stands),
		cmocka_unit_test(a_pair_around_everything_is_ours_and_pairs_around_parts_cut),
		cmocka_unit_test(what_else_ends_a_transaction_is_refused_where_it_stands),
		cmocka_unit_test(a_new_enum_value_is_not_used_by_the_transaction_that_adds_it),
		cmocka_unit_test(transaction_off_makes_every_statement_stand_alone),
		cmocka_unit_test(what_was_learnt_stands_alone_too_but_not_inside_a_pair),
		cmocka_unit_test(a_transaction_ends_where_it_did_before),
		cmocka_unit_test(sqlite_attaches_other_files_only_with_transaction_off),
		cmocka_unit_test(a_pair_is_blanked_in_place_and_its_modes_are_kept),
		cmocka_unit_test(settings_are_told_from_other_statements),
		cmocka_unit_test(temporary_objects_are_told_from_others),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
