/* enum_use: scripts, and the use that is found in them, as "value at the line that adds it"; NULL:
 * the server is left to say. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <string.h>

#include "core/enum_use.h"

#define ADD "ALTER TYPE mood ADD VALUE 'x';\n"

static bool uses(const char *sql)
{
	struct enum_use use;

	return enum_use_find(sql, strlen(sql), &use);
}

static void check(const char *const *scripts, bool expected)
{
	for (; *scripts; scripts++)
		if (uses(*scripts) != expected)
			fail_msg("%s: %s", expected ? "not found" : "found", *scripts);
}

static void a_constant_of_the_type_is_a_use(void **state)
{
	static const char *const scripts[] = {ADD "INSERT INTO t VALUES ('x'::mood);",
		ADD "UPDATE t SET m = CAST('x' AS mood);", ADD "SELECT mood 'x';",
		ADD "SELECT 1 WHERE m = 'x' :: MOOD", ADD "CREATE TABLE t (m mood DEFAULT 'x');",
		ADD "CREATE TABLE t (i int, mood mood NOT NULL DEFAULT 'x', j int);",
		ADD "ALTER TABLE t ADD COLUMN m mood DEFAULT 'x' NOT NULL;",
		ADD "ALTER TABLE t ALTER COLUMN m SET DEFAULT 'x'::mood;",
		ADD "ALTER TABLE t ADD CONSTRAINT c CHECK (m <> 'x'::mood);",
		ADD
		"CREATE VIEW v AS SELECT * FROM t WHERE m = 'x'::mood AND EXISTS (SELECT 1);" ADD
		"SELECT 'x'::mood;",
		ADD "CREATE INDEX i ON t (m) WHERE m = 'x'::mood;",
		ADD "CREATE FUNCTION f(m mood DEFAULT 'x') RETURNS int LANGUAGE sql AS 'SELECT 1';",
		"ALTER TYPE s.mood ADD VALUE 'x' BEFORE 'y';\nSELECT 'x'::s.mood;",
		"alter type \"Mood\" add value 'it''s' after 'y';\nSELECT 'it''s'::\"Mood\";",
		"ALTER TYPE \"mood\" ADD VALUE 'x';\nSELECT 'x'::Mood;",
		"ALTER TYPE a ADD VALUE 'x'; ALTER TYPE mood ADD VALUE 'y'; SELECT 'y'::mood;",
		"SET search_path = s;\n" ADD "SELECT 'x'::mood;", NULL};

	(void)state;
	check(scripts, true);
}

static void what_may_be_something_else_is_none(void **state)
{
	static const char *const scripts[] = {ADD, ADD "INSERT INTO log VALUES ('x');",
		ADD "INSERT INTO t (m) VALUES ('x');", ADD "SELECT 'x'::other;",
		ADD "SELECT 'x'::other.mood;", ADD "SELECT 'y'::mood;", ADD "SELECT 'x'::mood_old;",
		ADD "SELECT 'x'::\"Mood\";", ADD "SELECT '{x}'::mood[];", ADD "SELECT 'x'::mood[];",
		ADD "SELECT CAST('x' AS mood[]);", ADD "SELECT CAST('x' AS text)::text;",
		ADD "-- 'x'::mood\n/* mood 'x' */ SELECT 1;", ADD "SELECT '''x''::mood';",
		ADD "DO $$ BEGIN PERFORM 'x'::mood; END $$;",
		ADD "CREATE FUNCTION f() RETURNS mood LANGUAGE sql AS $$ SELECT 'x'::mood $$;",
		ADD "CREATE FUNCTION f() RETURNS int LANGUAGE mood DEFAULT;",
		ADD "CREATE TABLE t (m text DEFAULT 'x', mood text DEFAULT 'x');",
		ADD "CREATE TABLE t (m mood DEFAULT 'x' || 'y');",
		ADD "CREATE TABLE IF NOT EXISTS t (m mood DEFAULT 'x'::mood);",
		ADD "ALTER TABLE t ADD COLUMN IF NOT EXISTS m mood DEFAULT 'x'::mood;",
		ADD "ALTER TABLE t ALTER COLUMN mood SET DEFAULT 'x';",
		ADD "CREATE SERVER s FOREIGN DATA WRAPPER w OPTIONS (mood 'x');",
		"ALTER TYPE zone ADD VALUE 'utc';\nSELECT now() AT TIME ZONE 'utc';",
		"SELECT 'x'::mood;\n" ADD,
		"ALTER TYPE mood ADD VALUE IF NOT EXISTS 'x';\nSELECT 'x'::mood;",
		"ALTER TYPE mood ADD VALUE E'x';\nSELECT E'x'::mood;",
		"ALTER TYPE mood RENAME VALUE 'y' TO 'x';\nSELECT 'x'::mood;",
		"ALTER TYPE s.mood ADD VALUE 'x';\nSELECT 'x'::mood;",
		ADD "SAVEPOINT a; ROLLBACK TO a; SELECT 'x'::mood;",
		"SAVEPOINT a;\n" ADD "ROLLBACK TO a; SELECT 'x'::mood;",
		ADD "SET search_path = other; SELECT 'x'::mood;",
		ADD "DO $$ BEGIN SET search_path = other; END $$; SELECT 'x'::mood;",
		ADD
		"ALTER TYPE mood RENAME TO old; CREATE TYPE mood AS ENUM ('x'); SELECT 'x'::mood;",
		/* fine since PostgreSQL 17 */
		"DO $$ BEGIN CREATE TYPE mood AS ENUM ('y'); END $$;\n" ADD "SELECT 'x'::mood;",
		"CREATE TYPE mood AS ENUM ('y');\n" ADD "SELECT 'x'::mood;",
		ADD "SELECT CAST(m AS mood);", ADD "SELECT CAST(mood);",
		ADD "SELECT 'x'::", ADD "SELECT CAST('x'", ADD "SELECT mood",
		"ALTER TYPE mood ADD VALUE", "ALTER TYPE", "", NULL};

	(void)state;
	check(scripts, false);
}

static void both_places_are_told(void **state)
{
	static const char sql[] =
		"SELECT 1;\n ALTER TYPE s.mood ADD VALUE 'x''y';\nSELECT 'x''y' :: s.mood;";
	struct enum_use use;

	(void)state;
	assert_true(enum_use_find(sql, sizeof sql - 1, &use));
	assert_ptr_equal(sql + use.at, strstr(sql, "'x''y' ::"));
	assert_int_equal(use.size, 6);
	assert_ptr_equal(sql + use.added, strstr(sql, "ALTER"));
	assert_ptr_equal(sql + use.type_at, strstr(sql, "s.mood ADD"));
	assert_int_equal(use.type_size, 6);
}

static void the_statement_that_added_a_value_is_found(void **state)
{
	static const char sql[] = "ALTER TYPE a ADD VALUE 'x';\n"
				  "ALTER TYPE a ADD VALUE IF NOT EXISTS 'y';\n"
				  "INSERT INTO t VALUES ('x', 'y', 'z');\nDO $$ $$;\n"
				  "ALTER TYPE a ADD VALUE 'x';";
	size_t x = (size_t)(strstr(sql, "('x'") - sql) + 1;
	size_t y = (size_t)(strstr(sql, ", 'y'") - sql) + 2;
	size_t z = (size_t)(strstr(sql, "'z'") - sql), block = (size_t)(strstr(sql, "DO") - sql);
	size_t size = sizeof sql - 1;

	(void)state;
	assert_int_equal(enum_use_added(sql, size, x), 0);
	assert_int_equal(
		enum_use_added(sql, size, y), strstr(sql, "ALTER TYPE a ADD VALUE IF") - sql);
	assert_int_equal(enum_use_added(sql, size, z), SIZE_MAX);
	assert_int_equal(
		enum_use_added(sql, size, block), strstr(sql, "ALTER TYPE a ADD VALUE IF") - sql);
	assert_int_equal(enum_use_added(sql, size, 0), SIZE_MAX);
	assert_int_equal(enum_use_added("", 0, 0), SIZE_MAX);
}

/* More values than are kept are left to the server, and cost no more than others. */
static void many_values_are_read_in_linear_time(void **state)
{
	enum { COUNT = 20000 };
	char *text = test_malloc(COUNT * 64 + 1), *end = text;
	struct enum_use use;

	(void)state;
	for (int i = 0; i < COUNT; i++)
		end += sprintf(end, "ALTER TYPE t%d ADD VALUE 'v%d';\n", i, i);
	for (int i = 0; i < COUNT; i++)
		end += sprintf(end, "SELECT 'w%d'::t%d;", i, i);
	assert_false(enum_use_find(text, (size_t)(end - text), &use));
	test_free(text);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_constant_of_the_type_is_a_use),
		cmocka_unit_test(what_may_be_something_else_is_none),
		cmocka_unit_test(both_places_are_told),
		cmocka_unit_test(the_statement_that_added_a_value_is_found),
		cmocka_unit_test(many_values_are_read_in_linear_time),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
