/* section_join: scripts as one; revision_write: what is written is read again; definitions: what a
 * dump would lose. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>

#include "core/definitions.h"
#include "core/revision_write.h"
#include "core/section_join.h"

/* -------- definitions -------- */

static void check_other(enum scan_dialect dialect, const char *const *scripts, bool expected)
{
	struct scan_statement other;

	for (; *scripts; scripts++)
		if (definitions_find_other(dialect, *scripts, strlen(*scripts), &other) != expected)
			fail_msg("%s: %s", expected ? "not found" : "found", *scripts);
}

static void what_defines_a_schema_is_all_in_a_dump(void **state)
{
	static const char *const both[] = {"", "-- nothing\n;", "CREATE TABLE t (a int);",
		"create table t (a int generated always as (1 + 1));\nDROP TABLE t;",
		"BEGIN; ALTER TABLE t ADD COLUMN owner text; COMMIT;",
		"CREATE VIEW v AS SELECT 1; CREATE INDEX i ON t (a);", NULL};
	static const char *const postgresql[] = {"CREATE FUNCTION f() RETURNS TABLE (a int) AS "
						 "$$INSERT INTO t VALUES (1)$$ LANGUAGE sql;",
		"GRANT SELECT ON TABLE t TO ana; COMMENT ON TABLE t IS 'x'; SET search_path = s;",
		"REFRESH MATERIALIZED VIEW m; REINDEX TABLE t; CREATE EXTENSION hstore;",
		"SELECT pg_catalog.set_config('search_path', '', true);\n"
		"SELECT pg_catalog.set_config('search_path', '', false);",
		NULL};
	static const char *const sqlite[] = {"PRAGMA foreign_keys = off; CREATE TABLE t (a);",
		"CREATE TRIGGER t AFTER INSERT ON a BEGIN INSERT INTO b VALUES (1); END;", NULL};

	(void)state;
	check_other(SCAN_POSTGRESQL, both, false);
	check_other(SCAN_SQLITE, both, false);
	check_other(SCAN_POSTGRESQL, postgresql, false);
	check_other(SCAN_SQLITE, sqlite, false);
}

static void what_writes_anything_else_is_found(void **state)
{
	static const char *const both[] = {"CREATE TABLE t (a int); INSERT INTO t VALUES (1);",
		"UPDATE t SET a = 1", "DELETE FROM t;", "SELECT 1;", "VALUES (1);",
		"WITH x AS (SELECT 1) INSERT INTO t SELECT * FROM x;",
		"/* */ CREATE TABLE t AS SELECT 1;", "create temp table t as values (1);", NULL};
	static const char *const postgresql[] = {"DO $$BEGIN END$$;", "TRUNCATE t;",
		"COPY t FROM STDIN;\n1\n\\.\n", "CALL p();", "CREATE ROLE ana;",
		"GRANT ana TO bob;", "GRANT CONNECT ON DATABASE d TO ana;",
		"ALTER SYSTEM SET a = 1;", "COMMENT ON DATABASE d IS 'x';",
		"ALTER SEQUENCE s RESTART WITH 7;", "ALTER TABLE t OWNER TO ana;",
		"CREATE SCHEMA s AUTHORIZATION ana;", "SET ROLE ana;", "SET LOCAL ROLE ana;",
		"CREATE UNLOGGED TABLE t AS TABLE u;", "SECURITY LABEL ON TABLE t IS 'x';",
		"SELECT pg_catalog.set_config('role', '', true);",
		"SELECT pg_catalog.set_config('search_path', '', true), f();",
		"SELECT pg_catalog.set_config('search_path', '', x);", NULL};
	static const char *const sqlite[] = {"PRAGMA user_version = 3;",
		"REPLACE INTO t VALUES (1);", "PRAGMA main.application_id = 3;", "ATTACH 'x' AS y;",
		NULL};

	(void)state;
	check_other(SCAN_POSTGRESQL, both, true);
	check_other(SCAN_SQLITE, both, true);
	check_other(SCAN_POSTGRESQL, postgresql, true);
	check_other(SCAN_SQLITE, sqlite, true);
}

/* -------- section_join -------- */

static const struct section_options none = {
	.lock_timeout = DURATION_UNSET, .statement_timeout = DURATION_UNSET};

static struct join_part part(const char *id, const char *sql)
{
	return (struct join_part){id, *id == 'a' ? "Make it" : "", sql, strlen(sql), none};
}

static void expect_joined(const char *first, const char *second, const char *expected)
{
	struct join_part parts[] = {part("a", first), part("b", second)};
	struct section_options options;
	struct arena arena = {0};
	struct str out = {0};

	assert_null(section_join(&arena, SCAN_POSTGRESQL, parts, 2, &out, &options));
	assert_string_equal(str_text(&out), expected);
	assert_int_equal(options.lock_timeout, DURATION_UNSET);
	str_release(&out);
	arena_release(&arena);
}

static void scripts_follow_one_another_below_their_names(void **state)
{
	(void)state;
	expect_joined(
		"SELECT 1;\n", "SELECT 2;\n\n", "-- a, Make it\nSELECT 1;\n\n-- b\nSELECT 2;\n");
	expect_joined("SELECT 1", "SELECT 2 -- two",
		"-- a, Make it\nSELECT 1;\n\n-- b\nSELECT 2; -- two\n");
	expect_joined("SELECT 1; -- one", "", "-- a, Make it\nSELECT 1; -- one\n\n-- b\n");
	expect_joined("COPY t FROM STDIN;\n1\n\\.\n", "\n;\n",
		"-- a, Make it\nCOPY t FROM STDIN;\n1\n\\.\n\n-- b\n");
}

static const char *why_not(
	struct arena *arena, enum scan_dialect dialect, const struct join_part *parts)
{
	struct section_options options;
	struct str out = {0};
	const char *why = section_join(arena, dialect, parts, 2, &out, &options);

	str_release(&out);
	return why ? why : "";
}

static void scripts_that_would_change_one_another_are_not_joined(void **state)
{
	struct join_part parts[] = {part("a", "SELECT 1;"), part("b", "SELECT 2;")};
	struct arena arena = {0};

	(void)state;
	parts[1].options.transaction = TOGGLE_OFF;
	assert_string_equal(why_not(&arena, SCAN_POSTGRESQL, parts),
		"the sections of a and b have different options");
	parts[1] = part("b", "-- nothing");
	parts[1].options.lock_timeout = 5;
	assert_string_equal(why_not(&arena, SCAN_POSTGRESQL, parts), "");
	parts[1] = part("b", "SELECT 1; SET LOCAL search_path = s;");
	assert_string_equal(why_not(&arena, SCAN_POSTGRESQL, parts),
		"b makes a setting that would last for the others");
	parts[1] = part("b", "SELECT pg_catalog.set_config('a.b', '', false);");
	assert_string_equal(why_not(&arena, SCAN_POSTGRESQL, parts),
		"b makes a setting that would last for the others");
	parts[1] = part("b", "SET a = 1; RESET A; SET LOCAL a = 2;");
	assert_string_equal(why_not(&arena, SCAN_POSTGRESQL, parts),
		"b makes a setting that would last for the others");
	parts[1] = part("b", "RESET a; SET a = 1;");
	assert_string_equal(why_not(&arena, SCAN_POSTGRESQL, parts),
		"b makes a setting that would last for the others");
	parts[1] = part("b", "SET a.b = 1; RESET a.c;");
	assert_string_equal(why_not(&arena, SCAN_POSTGRESQL, parts),
		"b makes a setting that would last for the others");
	parts[1] = part("b", "SET lock_timeout = 1; RESET lock_timeout;");
	assert_string_equal(why_not(&arena, SCAN_POSTGRESQL, parts),
		"b makes a setting that would last for the others");
	parts[1] = part("b", "PRAGMA foreign_keys = on;");
	assert_string_equal(why_not(&arena, SCAN_SQLITE, parts),
		"b makes a setting that would last for the others");
	parts[0] = part("a", "");
	assert_string_equal(why_not(&arena, SCAN_SQLITE, parts), "");
	arena_release(&arena);
}

static void what_is_set_back_lasts_for_nobody(void **state)
{
	struct join_part parts[] = {part("a", "SELECT 1;"),
		part("b", "SET a = on; SET LOCAL b TO '';\n"
			  "SELECT pg_catalog.set_config('search_path', '', false);\n"
			  "SELECT 1; RESET search_path; RESET \n B; reset A;")};
	struct arena arena = {0};

	(void)state;
	assert_string_equal(why_not(&arena, SCAN_POSTGRESQL, parts), "");
	arena_release(&arena);
}

static void the_options_of_all_are_those_of_one(void **state)
{
	struct join_part parts[] = {part("a", "SELECT 1;"), part("b", "SELECT 2;")};
	struct section_options options;
	struct arena arena = {0};
	struct str out = {0};

	(void)state;
	parts[0].options.transaction = parts[1].options.transaction = TOGGLE_OFF;
	parts[0].options.lock_timeout = parts[1].options.lock_timeout = 1500;
	assert_null(section_join(&arena, SCAN_POSTGRESQL, parts, 2, &out, &options));
	assert_int_equal(options.transaction, TOGGLE_OFF);
	assert_int_equal(options.lock_timeout, 1500);
	str_release(&out);
	arena_release(&arena);
}

/* -------- revision_write -------- */

static const char *const parents[] = {"p", "q"}, *const replaced[] = {"x", "y", "z"};

static void what_is_written_is_read_again(void **state)
{
	struct revision read, revision = {.id = "s",
				      .message = "Two\nlines",
				      .parents = {parents, 2},
				      .replaces = {replaced, 3},
				      .created = "2026-11-21 10:30:00+00:00",
				      .upgrade = {.present = true, .options = none},
				      .downgrade = {.present = true, .options = none}};
	struct str up = {0}, down = {0}, text = {0};
	struct migrate_error error = {0};
	struct arena arena = {0};

	(void)state;
	revision.upgrade.options.transaction = TOGGLE_OFF;
	revision.upgrade.options.lock_timeout = 1500;
	revision.downgrade.options.statement_timeout = 0;
	revision.downgrade.options.foreign_keys = TOGGLE_ON;
	str_add(&up, "SELECT 1;\n");
	revision_write(&text, &revision, &up, &down);
	assert_true(revision_parse(&arena, "s.sql", text.text, text.size, &read, &error));
	assert_string_equal(read.id, "s");
	assert_string_equal(read.message, "Two");
	assert_true(names_same(&read.parents, &revision.parents));
	assert_int_equal(read.replaces.count, 3);
	assert_string_equal(read.replaces.item[2], "z");
	assert_string_equal(read.created, revision.created);
	assert_null(read.irreversible);
	assert_int_equal(read.upgrade.options.transaction, TOGGLE_OFF);
	assert_int_equal(read.upgrade.options.lock_timeout, 1500);
	assert_int_equal(read.upgrade.options.statement_timeout, DURATION_UNSET);
	assert_int_equal(read.downgrade.options.statement_timeout, 0);
	assert_int_equal(read.downgrade.options.foreign_keys, TOGGLE_ON);
	str_release(&up);
	str_release(&text);
	arena_release(&arena);
}

static void a_section_that_is_not_there_is_left_out(void **state)
{
	struct revision revision = {.id = "s",
		.message = "One",
		.irreversible = "because",
		.upgrade = {.present = true, .options = none}};
	struct str up = {0}, text = {0};

	(void)state;
	revision_write(&text, &revision, &up, &up);
	assert_string_equal(str_text(&text),
		"-- One\n--\n-- revision: s\n-- down_revision:\n-- branch_labels:\n-- depends_on:\n"
		"-- irreversible: because\n\n-- migrate:upgrade\n");
	str_release(&text);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_defines_a_schema_is_all_in_a_dump),
		cmocka_unit_test(what_writes_anything_else_is_found),
		cmocka_unit_test(scripts_follow_one_another_below_their_names),
		cmocka_unit_test(scripts_that_would_change_one_another_are_not_joined),
		cmocka_unit_test(what_is_set_back_lasts_for_nobody),
		cmocka_unit_test(the_options_of_all_are_those_of_one),
		cmocka_unit_test(what_is_written_is_read_again),
		cmocka_unit_test(a_section_that_is_not_there_is_left_out),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
