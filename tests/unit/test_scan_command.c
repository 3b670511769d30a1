/* What the scanner says a statement is, and whether it can run in a transaction. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <string.h>

#include "core/scan.h"

#define PG       SCAN_POSTGRESQL
#define LITE     SCAN_SQLITE
#define COUNT(a) (sizeof(a) / sizeof *(a))

struct command_case {
	enum scan_dialect dialect;
	const char *text;
	enum scan_command command;
};

struct outside_case {
	const char *text;
	bool outside;
};

static struct scan_statement scan_one(enum scan_dialect dialect, const char *text)
{
	struct scan_statement piece;
	struct scanner scanner;

	scan_begin(&scanner, dialect, text, strlen(text));
	if (!scan_next(&scanner, &piece))
		fail_msg("<%s>: %s", text, scan_problem_text(scanner.problem));
	return piece;
}

static void check_commands(const struct command_case *cases, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		enum scan_command command = scan_one(cases[i].dialect, cases[i].text).command;

		if (command != cases[i].command)
			fail_msg("<%s> is %d, not %d", cases[i].text, (int)command,
				(int)cases[i].command);
	}
}

static void check_outside(enum scan_dialect dialect, const struct outside_case *cases, size_t count)
{
	for (size_t i = 0; i < count; i++)
		if (scan_one(dialect, cases[i].text).outside_transaction != cases[i].outside)
			fail_msg("<%s> can%s run in a transaction", cases[i].text,
				cases[i].outside ? "not" : "");
}

static void transaction_commands_are_known_in_any_dress(void **state)
{
	static const struct command_case cases[] = {
		{PG, ";", SCAN_EMPTY},
		{PG, "BEGIN", SCAN_BEGIN},
		{PG, "/* a */ bEgIn -- c\n;", SCAN_BEGIN},
		{PG, "BEGIN WORK;", SCAN_BEGIN},
		{PG, "BEGIN ISOLATION LEVEL SERIALIZABLE, READ ONLY", SCAN_BEGIN},
		{PG, "START TRANSACTION READ WRITE", SCAN_BEGIN},
		{PG, "START x", SCAN_OTHER},
		{PG, "\"begin\"", SCAN_OTHER},
		{PG, "beginning", SCAN_OTHER},
		{PG, "begi", SCAN_OTHER},
		{PG, "COMMIT", SCAN_COMMIT},
		{PG, "END TRANSACTION", SCAN_COMMIT},
		{PG, "COMMIT AND NO CHAIN", SCAN_COMMIT},
		{PG, "COMMIT AND /**/ CHAIN", SCAN_COMMIT_CHAIN},
		{PG, "END WORK AND CHAIN", SCAN_COMMIT_CHAIN},
		{PG, "COMMIT PREPARED 'a'", SCAN_OTHER},
		{PG, "ROLLBACK", SCAN_ROLLBACK},
		{PG, "ABORT WORK", SCAN_ROLLBACK},
		{PG, "ROLLBACK AND CHAIN", SCAN_ROLLBACK},
		{PG, "ROLLBACK TRANSACTION TO SAVEPOINT a", SCAN_SAVEPOINT},
		{PG, "ROLLBACK TO a", SCAN_SAVEPOINT},
		{PG, "ROLLBACK PREPARED 'a'", SCAN_OTHER},
		{PG, "SAVEPOINT a", SCAN_SAVEPOINT},
		{PG, "RELEASE a", SCAN_SAVEPOINT},
		{PG, "PREPARE TRANSACTION 'a'", SCAN_PREPARE_TRANSACTION},
		{PG, "PREPARE transaction AS SELECT 1", SCAN_OTHER},
		{PG, "PREPARE a AS SELECT 'b'", SCAN_OTHER},
		{PG, "SET TRANSACTION READ ONLY", SCAN_SET_TRANSACTION},
		{PG, "SET LOCAL TRANSACTION READ ONLY", SCAN_SET_TRANSACTION},
		{PG, "SET SESSION TRANSACTION READ ONLY", SCAN_SET_TRANSACTION},
		{PG, "SET SESSION CHARACTERISTICS AS TRANSACTION READ ONLY", SCAN_OTHER},
		{PG, "SET a = transaction", SCAN_OTHER},
		{PG, "RESET ALL", SCAN_RESET_ALL},
		{PG, "RESET a", SCAN_OTHER},
		{PG, "DISCARD ALL", SCAN_RESET_ALL},
		{PG, "DISCARD PLANS", SCAN_OTHER},
		{PG, "SELECT 'begin', \"commit\"", SCAN_OTHER},
		{PG, "DO $$ BEGIN COMMIT; END $$", SCAN_OTHER},
		{LITE, "BEGIN IMMEDIATE", SCAN_BEGIN},
		{LITE, "/*c*/ CoMmIt", SCAN_COMMIT},
		{LITE, "END", SCAN_COMMIT},
		{LITE, "ROLLBACK TRANSACTION", SCAN_ROLLBACK},
		{LITE, "ROLLBACK TRANSACTION a TO b", SCAN_SAVEPOINT},
		{LITE, "SAVEPOINT a", SCAN_SAVEPOINT},
		{LITE, "RELEASE SAVEPOINT a", SCAN_SAVEPOINT},
		{LITE, "EXPLAIN COMMIT", SCAN_OTHER},
		{LITE, "ABORT", SCAN_OTHER},
		{LITE, "[begin]", SCAN_OTHER},
	};

	(void)state;
	check_commands(cases, COUNT(cases));
}

static void copy_without_data_is_an_ordinary_statement(void **state)
{
	static const struct command_case cases[] = {
		{PG, "COPY t TO STDOUT", SCAN_OTHER},
		{PG, "COPY t TO STDIN", SCAN_OTHER},
		{PG, "COPY (SELECT 1 FROM stdin) TO STDOUT", SCAN_OTHER},
		{PG, "COPY ((SELECT 1) UNION SELECT 2 FROM stdin) TO STDOUT", SCAN_OTHER},
		{PG, "COPY t) FROM STDINT", SCAN_OTHER},
		{PG, "COPY t FROM 'stdin'", SCAN_OTHER},
		{PG, "COPY t FROM PROGRAM 'stdin'", SCAN_OTHER},
		{PG, "COPY \"from\" stdin", SCAN_OTHER},
		{PG, "COPY t FROM", SCAN_OTHER},
		{LITE, "COPY t FROM stdin;", SCAN_OTHER},
	};

	(void)state;
	check_commands(cases, COUNT(cases));
}

static void what_postgresql_refuses_in_a_transaction_is_known(void **state)
{
	static const struct outside_case cases[] = {
		{"CREATE INDEX CONCURRENTLY i ON t (a)", true},
		{"create unique index concurrently on t (a)", true},
		{"CREATE INDEX \"concurrently\" ON t (a)", false},
		{"CREATE INDEX i ON concurrently (a)", false},
		{"DROP INDEX CONCURRENTLY IF EXISTS i", true},
		{"DROP INDEX i", false},
		{"REINDEX TABLE t", false},
		{"REINDEX TABLE CONCURRENTLY t", true},
		{"REINDEX (CONCURRENTLY) TABLE t", true},
		{"REINDEX (VERBOSE, CONCURRENTLY on) INDEX i", true},
		{"REINDEX (CONCURRENTLY false, VERBOSE) INDEX i", false},
		{"REINDEX (CONCURRENTLY 'OFF') INDEX i", false},
		{"REINDEX (CONCURRENTLY 0) INDEX i", false},
		{"REINDEX (VERBOSE) INDEX concurrently_i", false},
		{"REINDEX SCHEMA s", true},
		{"REINDEX DATABASE", true},
		{"REINDEX (VERBOSE) SYSTEM d", true},
		{"REINDEX", false},
		{"VACUUM", true},
		{"VACUUM (FULL, ANALYZE) t", true},
		{"ANALYZE t", false},
		{"CLUSTER", true},
		{"CLUSTER VERBOSE", true},
		{"CLUSTER (VERBOSE)", true},
		{"CLUSTER (VERBOSE) t", false},
		{"CLUSTER t USING i", false},
		{"CREATE DATABASE d", true},
		{"DROP DATABASE IF EXISTS d", true},
		{"ALTER DATABASE d SET TABLESPACE s", true},
		{"ALTER DATABASE \"d\" SET work_mem = 1", false},
		{"ALTER DATABASE d RENAME TO e", false},
		{"CREATE TABLESPACE s LOCATION '/x'", true},
		{"DROP TABLESPACE s", true},
		{"CREATE TABLE tablespace (a int)", false},
		{"DROP TABLE database", false},
		{"ALTER SYSTEM SET a = 1", true},
		{"ALTER TYPE t ADD VALUE 'a'", false},
		{"CREATE SUBSCRIPTION s CONNECTION '' PUBLICATION p", true},
		{"CREATE SUBSCRIPTION s CONNECTION '' PUBLICATION p WITH (connect)", true},
		{"CREATE SUBSCRIPTION s CONNECTION '' PUBLICATION p "
		 "WITH (copy_data = false, connect = false)",
			false},
		{"CREATE SUBSCRIPTION s CONNECTION '' PUBLICATION p "
		 "WITH (create_slot = 'off', slot_name = NONE)",
			false},
		{"DROP SUBSCRIPTION s", true},
		{"ALTER SUBSCRIPTION s REFRESH PUBLICATION", true},
		{"ALTER SUBSCRIPTION s SET PUBLICATION p", true},
		{"ALTER SUBSCRIPTION s ADD PUBLICATION p WITH (refresh = true)", true},
		{"ALTER SUBSCRIPTION s DROP PUBLICATION p WITH (refresh = false)", false},
		{"ALTER SUBSCRIPTION s SET (slot_name = NONE)", false},
		{"ALTER SUBSCRIPTION s DISABLE", false},
		{"ALTER TABLE t DETACH PARTITION p CONCURRENTLY", true},
		{"ALTER TABLE IF EXISTS ONLY s.detach DETACH PARTITION s.p concurrently", true},
		{"ALTER TABLE t DETACH PARTITION p", false},
		{"ALTER TABLE t DETACH PARTITION concurrently.p", false},
		{"ALTER TABLE t ADD COLUMN detach int", false},
		{"COMMIT PREPARED 'a'", true},
		{"ROLLBACK PREPARED 'a'", true},
		{"DISCARD ALL", true},
		{"DISCARD PLANS", false},
		{"RESET ALL", false},
		{"REFRESH MATERIALIZED VIEW CONCURRENTLY v", false},
		{"CREATE EXTENSION e", false},
		{"CHECKPOINT", false},
	};

	(void)state;
	check_outside(PG, cases, COUNT(cases));
}

static void what_sqlite_refuses_in_a_transaction_is_known(void **state)
{
	static const struct outside_case cases[] = {
		{"VACUUM INTO 'x'", true},
		{"ATTACH 'a' AS b", true},
		{"detach b", true},
		{"PRAGMA journal_mode = WAL", true},
		{"PRAGMA main.journal_mode(wal)", true},
		{"PRAGMA main.synchronous = 1", true},
		{"PRAGMA temp_store = memory", true},
		{"PRAGMA main.wal_checkpoint(TRUNCATE)", true},
		{"PRAGMA wal_checkpoint", true},
		{"PRAGMA journal_mode", false},
		{"PRAGMA main.synchronous", false},
		{"PRAGMA user_version = 3", false},
		{"PRAGMA journal_mode.user_version = 3", false},
		{"PRAGMA", false},
		{"CREATE INDEX concurrently ON t (a)", false},
		{"REINDEX", false},
	};

	(void)state;
	check_outside(LITE, cases, COUNT(cases));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(transaction_commands_are_known_in_any_dress),
		cmocka_unit_test(copy_without_data_is_an_ordinary_statement),
		cmocka_unit_test(what_postgresql_refuses_in_a_transaction_is_known),
		cmocka_unit_test(what_sqlite_refuses_in_a_transaction_is_known),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
