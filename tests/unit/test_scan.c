/* The scanner: where statements end, what is refused, what a statement is. The same boundaries are
 * compared with PostgreSQL's and SQLite's own parsers in tests/oracle. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "core/scan.h"

#define PG         SCAN_POSTGRESQL
#define LITE       SCAN_SQLITE
#define OLD        ((enum scan_dialect)2) /* PostgreSQL with standard_conforming_strings off */
#define COUNT(a)   (sizeof(a) / sizeof *(a))
#define BYTES(s)   (s), sizeof(s) - 1
#define MOST       8
#define RANDOM_RUN 300000

/* The statements of a text, each without its blanks and its semicolon; "" is an empty piece. */
struct pieces_case {
	enum scan_dialect dialect;
	const char *text;
	const char *statements[MOST];
};

struct problem_case {
	enum scan_dialect dialect;
	const char *text;
	size_t size;
	enum scan_problem problem;
	size_t at;
};

static void begin(struct scanner *scanner, enum scan_dialect dialect, const char *text, size_t size)
{
	scan_begin(scanner, dialect == OLD ? PG : dialect, text, size);
	scanner->standard_strings = dialect != OLD;
}

static bool is_piece(const char *text, const struct scan_statement *piece, const char *statement)
{
	size_t size = piece->last - piece->first;

	return statement && size == strlen(statement) &&
	       !memcmp(text + piece->first, statement, size);
}

static void check_piece_shape(const struct scan_statement *piece, size_t offset)
{
	size_t end = piece->offset + piece->size;

	assert_int_equal(piece->offset, offset);
	assert_true(piece->size > 0);
	assert_true(piece->first >= piece->offset);
	assert_true(piece->first <= piece->last);
	assert_true(piece->last <= end);
	assert_true((piece->command == SCAN_EMPTY) == (piece->first == piece->last));
	if (piece->command == SCAN_EMPTY)
		assert_int_equal(piece->first, end);
	if (piece->command == SCAN_COPY_STDIN) {
		assert_true(piece->data > piece->last);
		assert_true(piece->data + piece->data_size < end);
	}
}

static void check_one(const struct pieces_case *expected)
{
	struct scan_statement piece;
	struct scanner scanner;
	size_t count = 0, offset = 0, size = strlen(expected->text);

	begin(&scanner, expected->dialect, expected->text, size);
	while (scan_next(&scanner, &piece)) {
		if (count >= MOST || !is_piece(expected->text, &piece, expected->statements[count]))
			fail_msg("piece %zu of <%s> is <%.*s>", count, expected->text,
				(int)(piece.last - piece.first), expected->text + piece.first);
		check_piece_shape(&piece, offset);
		offset += piece.size;
		count++;
	}
	if (scanner.problem != SCAN_OK)
		fail_msg("<%s>: %s at %zu", expected->text, scan_problem_text(scanner.problem),
			scanner.problem_at);
	if (count < MOST && expected->statements[count])
		fail_msg("<%s> has no piece %zu <%s>", expected->text, count,
			expected->statements[count]);
	assert_int_equal(offset, size);
}

static void check_pieces(const struct pieces_case *cases, size_t count)
{
	for (size_t i = 0; i < count; i++)
		check_one(&cases[i]);
}

static void check_problems(const struct problem_case *cases, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		struct scan_statement piece;
		struct scanner scanner;

		begin(&scanner, cases[i].dialect, cases[i].text, cases[i].size);
		while (scan_next(&scanner, &piece))
			;
		if (scanner.problem != cases[i].problem || scanner.problem_at != cases[i].at)
			fail_msg("<%s>: %s at %zu, not %s at %zu", cases[i].text,
				scan_problem_text(scanner.problem), scanner.problem_at,
				scan_problem_text(cases[i].problem), cases[i].at);
		assert_false(scan_next(&scanner, &piece));
	}
}

static void a_text_is_cut_at_its_semicolons(void **state)
{
	static const struct pieces_case cases[] = {
		{PG, "", {0}},
		{PG, " \t\r\n\f\v", {""}},
		{PG, ";", {""}},
		{PG, ";;", {"", ""}},
		{PG, "a", {"a"}},
		{PG, "a;", {"a"}},
		{PG, " a ; b ;\n", {"a", "b", ""}},
		{PG, "a;b;c", {"a", "b", "c"}},
		{PG, "\xef\xbb\xbf", {""}},
		{PG, "\xef\xbb\xbf a;", {"a"}},
		{PG, "a \xef\xbb\xbf;", {"a \xef\xbb\xbf"}},
		{PG, "\xef\xbc\xa1;", {"\xef\xbc\xa1"}},
		{PG, "SELECT 1e5, 1.5E-3, 1e+, 1..10, 2e; b",
			{"SELECT 1e5, 1.5E-3, 1e+, 1..10, 2e", "b"}},
		{LITE, "a;b;;c -- d", {"a", "b", "", "c"}},
		{LITE, "\xef\xbb\xbf a\n\xef\xbb\xbf;", {"a"}},
		{LITE, "a\\;b", {"a\\", "b"}},
		{LITE, "(;)", {"(", ")"}},
	};

	(void)state;
	check_pieces(cases, COUNT(cases));
}

static void a_semicolon_in_a_quote_does_not_end_a_statement(void **state)
{
	static const struct pieces_case cases[] = {
		{PG, "SELECT ';', ''';', '\\';b", {"SELECT ';', ''';', '\\'", "b"}},
		{PG, "'';b", {"''", "b"}},
		{PG, "\"a;\"\";\";b", {"\"a;\"\";\"", "b"}},
		{PG, "E'\\';\\\\';b", {"E'\\';\\\\'", "b"}},
		{PG, "e''';';b", {"e''';'", "b"}},
		{PG, "typeE'\\';b", {"typeE'\\'", "b"}},
		{PG, "B'1;0';x'a;';b", {"B'1;0'", "x'a;'", "b"}},
		{PG, "n'\\';N';''';b", {"n'\\'", "N';'''", "b"}},
		{PG, "U&'\\0061;';u&\"d;\"\"\";b", {"U&'\\0061;'", "u&\"d;\"\"\"", "b"}},
		{PG, "u;e;u&b;e 'a;';x", {"u", "e", "u&b", "e 'a;'", "x"}},
		{PG, "`;`", {"`", "`"}},
		{PG, "a[1;2]", {"a[1", "2]"}},
		{OLD, "'\\';';N'\\';';b", {"'\\';'", "N'\\';'", "b"}},
		{OLD, "U&'\\';x'\\';b", {"U&'\\'", "x'\\'", "b"}},
		{OLD, "X'a''b\\';';c", {"X'a''b\\';'", "c"}},
		{LITE, "'\\';b", {"'\\'", "b"}},
		{LITE, "[a]];b", {"[a]]", "b"}},
		{LITE, "';''';\"a;\"\"\";`;```;[;[];b",
			{"';'''", "\"a;\"\"\"", "`;```", "[;[]", "b"}},
		{LITE, "x'00;';X'';e'\\';n';';u&';';b",
			{"x'00;'", "X''", "e'\\'", "n';'", "u&';'", "b"}},
	};

	(void)state;
	check_pieces(cases, COUNT(cases));
}

static void a_string_goes_on_in_the_next_line(void **state)
{
	static const struct pieces_case cases[] = {
		{PG, "E'\\''\n'\\';';b", {"E'\\''\n'\\';'", "b"}},
		{PG, "E'a' -- c\n \t-- d\r'\\';';b", {"E'a' -- c\n \t-- d\r'\\';'", "b"}},
		{PG, "E'a' '\\';b", {"E'a' '\\'", "b"}},
		{PG, "E'a' /* \n */ '\\';b", {"E'a' /* \n */ '\\'", "b"}},
		{PG, "E'a'\n- '\\';b", {"E'a'\n- '\\'", "b"}},
		{PG, "'a'\n'\\';b", {"'a'\n'\\'", "b"}},
		{PG, "'a' -- ;", {"'a'"}},
		{LITE, "x''\n''';';b", {"x''\n''';'", "b"}},
	};

	(void)state;
	check_pieces(cases, COUNT(cases));
}

static void a_dollar_quote_ends_at_its_own_tag(void **state)
{
	static const struct pieces_case cases[] = {
		{PG, "$$;$$;b", {"$$;$$", "b"}},
		{PG, "$a$ ; $$ ; $b$ ; $A$ ; $a$;b", {"$a$ ; $$ ; $b$ ; $A$ ; $a$", "b"}},
		{PG, "$a$;$$a$;b", {"$a$;$$a$", "b"}},
		{PG, "$a$x$a$;b", {"$a$x$a$", "b"}},
		{PG, "$_ä1$;$_ä$;$_ä1$;b", {"$_ä1$;$_ä$;$_ä1$", "b"}},
		{PG, "a$1$b;$1;$2$$;$$;b", {"a$1$b", "$1", "$2$$;$$", "b"}},
		{PG, "a$$;b$x$;1$$;$$;c", {"a$$", "b$x$", "1$$;$$", "c"}},
		{PG, "1e5$$;$$;$1a$;$a b$;$", {"1e5$$;$$", "$1a$", "$a b$", "$"}},
		{LITE, "$$;$a$;b", {"$$", "$a$", "b"}},
	};

	(void)state;
	check_pieces(cases, COUNT(cases));
}

static void comments_are_blanks(void **state)
{
	static const struct pieces_case cases[] = {
		{PG, "-- a;b", {""}},
		{PG, "-- a;\nb-- c;\r;d", {"b", "d"}},
		{PG, "/* ; /* ; */ ; */ a /**/;b", {"a", "b"}},
		{PG, "/*/*/ ;*/*/ a;b", {"a", "b"}},
		{PG, "/***/a;/*//**/*/b", {"a", "b"}},
		{PG, "a +-- ;\n b;c", {"a +-- ;\n b", "c"}},
		{PG, "a </* ; */ b;c-d;e/f;g", {"a </* ; */ b", "c-d", "e/f", "g"}},
		{PG, "a @-/* ' */- b;- - c;d", {"a @-/* ' */- b", "- - c", "d"}},
		{PG, "a; -- of a\nb;", {"a", "b"}},
		{PG, "'--' -- '\n;b", {"'--'", "b"}},
		{LITE, "-- a;\r;\nb;c", {"b", "c"}},
		{LITE, "/* ; /* ; */ a;b", {"a", "b"}},
		{LITE, "a->/*;*/b;c->>--;\nd;e", {"a->/*;*/b", "c->>--;\nd", "e"}},
	};

	(void)state;
	check_pieces(cases, COUNT(cases));
}

static void parentheses_hold_semicolons(void **state)
{
	static const struct pieces_case cases[] = {
		{PG, "CREATE RULE r AS ON INSERT TO t DO (a; (b;); c);d",
			{"CREATE RULE r AS ON INSERT TO t DO (a; (b;); c)", "d"}},
		{PG, "a);b;(';)');c", {"a)", "b", "(';)')", "c"}},
		{PG, "(\")\");b", {"(\")\")", "b"}},
	};

	(void)state;
	check_pieces(cases, COUNT(cases));
}

static void check_bodies(enum scan_dialect dialect, const char *const *bodies, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		char text[400];

		snprintf(text, sizeof text, "%s;b", bodies[i]);
		check_one(&(struct pieces_case){dialect, text, {bodies[i], "b"}});
	}
}

static void a_function_body_is_one_statement(void **state)
{
	static const char *const bodies[] = {
		"CREATE FUNCTION f() RETURNS int BEGIN ATOMIC SELECT 1; SELECT 2; END",
		"create or replace procedure f() begin /* ; */ atomic select 1; end",
		"CREATE FUNCTION f(a int DEFAULT (1)) BEGIN ATOMIC END",
		"CREATE FUNCTION f() BEGIN ATOMIC SELECT CASE WHEN a THEN 1 END; ; END",
		"CREATE FUNCTION f() BEGIN ATOMIC SELECT CASE a WHEN 1 THEN CASE WHEN b "
		"THEN 2 END END; SELECT (CASE WHEN a THEN 1 END); END",
		"CREATE FUNCTION f() BEGIN ATOMIC SELECT 1 AS end; SELECT x.case, 2 end; END",
		"CREATE FUNCTION begin() RETURNS begin BEGIN ATOMIC SELECT 1; END",
		"CREATE FUNCTION \"atomic\"() BEGIN ATOMIC SELECT * FROM begin atomic; END",
		"CREATE FUNCTION f() BEGIN ATOMIC CREATE FUNCTION g() BEGIN ATOMIC a; END; "
		"CREATE RULE r AS ON INSERT TO t DO (x; end); END",
		"CREATE SCHEMA s CREATE FUNCTION f() BEGIN ATOMIC SELECT 1; END CREATE TABLE t()",
	};
	static const struct pieces_case cases[] = {
		{PG, "CREATE FUNCTION begin(atomic int) AS 'a';END;b",
			{"CREATE FUNCTION begin(atomic int) AS 'a'", "END", "b"}},
		{PG, "CREATE FUNCTION f() RETURNS begin \"atomic\";b",
			{"CREATE FUNCTION f() RETURNS begin \"atomic\"", "b"}},
		{PG, "CREATE FUNCTION atomic_f(); b", {"CREATE FUNCTION atomic_f()", "b"}},
		{PG, "CREATE FUNCTION f((begin atomic)) AS 'x';b",
			{"CREATE FUNCTION f((begin atomic)) AS 'x'", "b"}},
		{PG, "CREATE VIEW v AS SELECT function FROM begin atomic;b",
			{"CREATE VIEW v AS SELECT function FROM begin atomic", "b"}},
		{PG, "CREATE TABLE function (a int);BEGIN;END;b",
			{"CREATE TABLE function (a int)", "BEGIN", "END", "b"}},
		{PG, "BEGIN ATOMIC; b", {"BEGIN ATOMIC", "b"}},
		{PG, "CREATE FUNCTION f() AS 'a'; BEGIN ATOMIC; b",
			{"CREATE FUNCTION f() AS 'a'", "BEGIN ATOMIC", "b"}},
		{PG, "CREATE FUNCTION f() atomic; b", {"CREATE FUNCTION f() atomic", "b"}},
		{PG, "CREATE TRIGGER t BEGIN a; END", {"CREATE TRIGGER t BEGIN a", "END"}},
		{PG, "created function begin atomic;b", {"created function begin atomic", "b"}},
		{PG, "add book crate ends fund prep rep", {"add book crate ends fund prep rep"}},
	};

	(void)state;
	check_bodies(PG, bodies, COUNT(bodies));
	check_pieces(cases, COUNT(cases));
}

static void a_trigger_body_is_one_statement(void **state)
{
	static const char *const bodies[] = {
		"CREATE TRIGGER t AFTER INSERT ON x BEGIN SELECT 1; SELECT 2; END",
		"create temp trigger if not exists t begin select 1; end",
		"CREATE TEMPORARY TRIGGER t BEGIN SELECT CASE WHEN a THEN 1 END; END",
		"EXPLAIN QUERY PLAN CREATE /* ; */ TRIGGER t BEGIN SELECT 1; END",
		"CREATE TRIGGER begin AFTER UPDATE OF end ON t BEGIN SELECT 1 AS end; ; END",
		"CREATE TRIGGER t BEGIN SELECT 1 end; SELECT [end], `end`, \"end\"; END",
	};
	static const struct pieces_case cases[] = {
		{LITE, "CREATE TABLE trigger (a);BEGIN;END;",
			{"CREATE TABLE trigger (a)", "BEGIN", "END"}},
		{LITE, "CREATE TRIGGER x;BEGIN;END", {"CREATE TRIGGER x", "BEGIN", "END"}},
		{LITE, "CREATE FUNCTION f() BEGIN ATOMIC a; END;",
			{"CREATE FUNCTION f() BEGIN ATOMIC a", "END"}},
		{LITE, "DROP TRIGGER begin;b", {"DROP TRIGGER begin", "b"}},
		{LITE, "bin crate ends tempt", {"bin crate ends tempt"}},
	};

	(void)state;
	check_bodies(LITE, bodies, COUNT(bodies));
	check_pieces(cases, COUNT(cases));
}

static void check_copy(const char *text, const char *data, const char *rest)
{
	struct scan_statement piece;
	struct scanner scanner;

	scan_begin(&scanner, PG, text, strlen(text));
	if (!scan_next(&scanner, &piece))
		fail_msg("<%s>: %s", text, scan_problem_text(scanner.problem));
	check_piece_shape(&piece, 0);
	assert_int_equal(piece.command, SCAN_COPY_STDIN);
	if (piece.data_size != strlen(data) || memcmp(text + piece.data, data, piece.data_size))
		fail_msg("<%s>: data is <%.*s>", text, (int)piece.data_size, text + piece.data);
	assert_string_equal(text + piece.size, rest);
}

static void copy_data_belongs_to_its_statement(void **state)
{
	(void)state;
	check_copy("COPY t FROM stdin;\n1\n;'\n\\.\nb", "1\n;'\n", "b");
	check_copy("COPY t FROM stdin;\n\\.\n", "", "");
	check_copy("COPY t FROM stdin;\n\n\\.", "\n", "");
	check_copy("COPY t FROM stdin;\n\\. \n.\\\n\\\n\\..\n\\.\n", "\\. \n.\\\n\\\n\\..\n", "");
	check_copy("copy t from stdin ; \t-- c;\r\n1\r\n\\.\r\nb", "1\r\n", "b");
	check_copy(
		"COPY BINARY s.\"from\" (a, \"b)\") FROM /*;*/ STDIN\n WITH (NULL '');\n1\n\\.\n",
		"1\n", "");
	check_copy("COPY t FROM stdin (DELIMITER ';') WHERE a;\n1\n\\.\n", "1\n", "");
	check_copy("COPY t FROM STDOUT;\n1\n\\.\n", "1\n", "");
	check_copy("COPY stdin (a) FROM stdin;\n1\n\\.\n", "1\n", "");
}

static void what_must_not_run_is_refused_where_it_begins(void **state)
{
	static const struct problem_case cases[] = {
		{PG, BYTES("a;b\0c"), SCAN_NUL, 3},
		{PG, BYTES("-- \0"), SCAN_NUL, 3},
		{LITE, BYTES("/* \0 */"), SCAN_NUL, 3},
		{PG, BYTES("\0\xff"), SCAN_NUL, 0},
		{PG, BYTES("a '\xff' \0"), SCAN_BAD_UTF8, 3},
		{LITE, BYTES("a; -- \xed\xa0\x80"), SCAN_BAD_UTF8, 6},
		{PG, BYTES("COPY t FROM stdin;\n\xc3\n\\.\n"), SCAN_BAD_UTF8, 19},
		{PG, BYTES("a\xe2\x82"), SCAN_BAD_UTF8, 1},
		{PG, BYTES("\xef\xbb"), SCAN_BAD_UTF8, 0},
		{PG, BYTES("a '"), SCAN_OPEN_QUOTE, 2},
		{PG, BYTES("a ''' ;"), SCAN_OPEN_QUOTE, 2},
		{PG, BYTES("E'\\';"), SCAN_OPEN_QUOTE, 1},
		{PG, BYTES("E'''"), SCAN_OPEN_QUOTE, 1},
		{PG, BYTES("E'\\"), SCAN_OPEN_QUOTE, 1},
		{PG, BYTES("'a'\n'b"), SCAN_OPEN_QUOTE, 4},
		{OLD, BYTES("'\\'"), SCAN_OPEN_QUOTE, 0},
		{LITE, BYTES("x'"), SCAN_OPEN_QUOTE, 1},
		{PG, BYTES("a;U&\"\"\""), SCAN_OPEN_IDENTIFIER, 4},
		{PG, BYTES("\""), SCAN_OPEN_IDENTIFIER, 0},
		{LITE, BYTES("a [;"), SCAN_OPEN_IDENTIFIER, 2},
		{LITE, BYTES("a ``` "), SCAN_OPEN_IDENTIFIER, 2},
		{PG, BYTES("a /* /* */ "), SCAN_OPEN_COMMENT, 2},
		{PG, BYTES("/*/"), SCAN_OPEN_COMMENT, 0},
		{PG, BYTES("/*"), SCAN_OPEN_COMMENT, 0},
		{LITE, BYTES("a; /* "), SCAN_OPEN_COMMENT, 3},
		{PG, BYTES("a $$;"), SCAN_OPEN_DOLLAR, 2},
		{PG, BYTES("$a$;$A$ $a"), SCAN_OPEN_DOLLAR, 0},
		{PG, BYTES("a;f(b;c(d);"), SCAN_OPEN_PARENTHESIS, 3},
		{PG, BYTES("CREATE FUNCTION f() BEGIN ATOMIC SELECT (1; END;"),
			SCAN_OPEN_PARENTHESIS, 40},
		{PG, BYTES("CREATE FUNCTION f() BEGIN ATOMIC SELECT 1 END;"), SCAN_OPEN_BODY, 20},
		{PG,
			BYTES("CREATE FUNCTION f() BEGIN ATOMIC CREATE FUNCTION g() "
			      "BEGIN ATOMIC a; END;"),
			SCAN_OPEN_BODY, 20},
		{LITE, BYTES("a;CREATE TRIGGER t BEGIN SELECT 1;"), SCAN_OPEN_BODY, 19},
		{PG, BYTES("a;COPY t FROM stdin"), SCAN_OPEN_COPY, 2},
		{PG, BYTES("a;COPY t FROM stdin;"), SCAN_OPEN_COPY, 2},
		{PG, BYTES("COPY t FROM stdin; -- c"), SCAN_OPEN_COPY, 0},
		{PG, BYTES("COPY t FROM stdin;\n"), SCAN_OPEN_COPY, 0},
		{PG, BYTES("COPY t FROM stdin;\n1\n \\.\n"), SCAN_OPEN_COPY, 0},
		{PG, BYTES("COPY t FROM stdin; b;\n1\n\\.\n"), SCAN_COPY_LINE, 19},
		{PG, BYTES("COPY t FROM stdin; -- \rb;\n1\n\\.\n"), SCAN_COPY_LINE, 23},
		{PG, BYTES("COPY t FROM stdin; /*\n*/\n1\n\\.\n"), SCAN_COPY_LINE, 19},
		{PG, BYTES("COPY t FROM stdin;b"), SCAN_COPY_LINE, 18},
		{PG, BYTES("a;\n\\connect b\n"), SCAN_PSQL_COMMAND, 3},
		{PG, BYTES("\\restrict x\n"), SCAN_PSQL_COMMAND, 0},
		{PG, BYTES("SELECT 1 \\; SELECT 2;"), SCAN_PSQL_COMMAND, 9},
		{PG, BYTES("a\\"), SCAN_PSQL_COMMAND, 1},
		{PG, BYTES("f(\\gx"), SCAN_PSQL_COMMAND, 2},
	};

	(void)state;
	check_problems(cases, COUNT(cases));
}

static void no_piece_is_given_of_a_text_with_bad_bytes(void **state)
{
	struct scan_statement piece;
	struct scanner scanner;

	(void)state;
	scan_begin(&scanner, PG, BYTES("a;b;\0"));
	assert_false(scan_next(&scanner, &piece));
	scan_begin(&scanner, PG, NULL, 0);
	assert_false(scan_next(&scanner, &piece));
	assert_int_equal(scanner.problem, SCAN_OK);
}

static void every_problem_has_its_own_text(void **state)
{
	(void)state;
	for (int i = SCAN_OK; i <= SCAN_PSQL_COMMAND; i++)
		for (int k = SCAN_OK; k <= SCAN_PSQL_COMMAND + 1; k++)
			if (i != k)
				assert_string_not_equal(scan_problem_text((enum scan_problem)i),
					scan_problem_text((enum scan_problem)k));
}

/* Texts that look a little like SQL, and whose quotes often do not match. */
static const char *const fragments[] = {"'", "''", "\"", "`", "[", "]", "$$", "$a$", "$", "$1", "a",
	"b1$", "E'", "U&'", "u&\"", "x'", "N'", "\\", "\\.", "\n\\.\n", "\n", "\r\n", " ", "--",
	"-", "/*", "*/", "*", "/", "(", ")", ";", ";", ";", ";\n", "BEGIN ", "ATOMIC ", "END ",
	"CASE ", "CREATE ", "OR REPLACE ", "FUNCTION ", "TEMP ", "TRIGGER ", "COPY t FROM ",
	"STDIN", "1", "2.5e", "+", "ä", "\xef\xbb\xbf", "\xff", "COMMIT ", "AND CHAIN",
	"ROLLBACK TO", "PREPARE TRANSACTION 'a'", "CONCURRENTLY",
	"ALTER SUBSCRIPTION s SET PUBLICATION p", "ALTER TABLE t DETACH PARTITION p",
	"REINDEX (VERBOSE ", "CLUSTER", "PRAGMA ", "journal_mode",
	"WITH (connect=", "CREATE SUBSCRIPTION s ", "false)"};

static uint64_t next_random(uint64_t *seed)
{
	*seed ^= *seed << 13;
	*seed ^= *seed >> 7;
	*seed ^= *seed << 17;
	return *seed >> 11;
}

static size_t compose(char *text, uint64_t *seed)
{
	size_t size = 0, pieces = next_random(seed) % 24;

	for (size_t i = 0; i < pieces; i++) {
		const char *fragment = fragments[next_random(seed) % COUNT(fragments)];

		memcpy(text + size, fragment, strlen(fragment));
		size += strlen(fragment);
	}
	if (size && next_random(seed) % 8 == 0)
		text[next_random(seed) % size] = (char)next_random(seed);
	return size;
}

/* A statement on its own is still the same statement. */
static void check_alone(const struct scanner *from, const struct scan_statement *piece)
{
	struct scan_statement alone;
	struct scanner scanner;
	size_t size = piece->last - piece->first;

	if (piece->command == SCAN_EMPTY || piece->command == SCAN_COPY_STDIN)
		return;
	if (size >= 3 && !memcmp(from->text + piece->first, "\xef\xbb\xbf", 3))
		return;
	scan_begin(&scanner, from->dialect, from->text + piece->first, size);
	scanner.standard_strings = from->standard_strings;
	if (!scan_next(&scanner, &alone) || alone.size != size || alone.last != size ||
		alone.first || alone.command != piece->command)
		fail_msg("<%.*s> is another statement on its own", (int)size,
			from->text + piece->first);
}

static void check_joined(enum scan_dialect dialect, const char *text, size_t size)
{
	struct scan_statement piece;
	struct scanner scanner;
	size_t offset = 0;

	begin(&scanner, dialect, text, size);
	while (scan_next(&scanner, &piece)) {
		check_piece_shape(&piece, offset);
		check_alone(&scanner, &piece);
		offset += piece.size;
	}
	if (scanner.problem == SCAN_OK)
		assert_int_equal(offset, size);
	else
		assert_true(scanner.problem_at < size && scanner.problem_at >= offset);
}

/* Each text lies in memory of just its size, so that a sanitizer sees a byte read too far. */
static void pieces_joined_are_the_text(void **state)
{
	uint64_t seed = 0x9e3779b97f4a7c15;
	char composed[24 * 48];

	(void)state;
	for (size_t i = 0; i < RANDOM_RUN; i++) {
		size_t size = compose(composed, &seed);
		char *text = malloc(size + !size);

		memcpy(text, composed, size);
		check_joined((enum scan_dialect)(i % 3), text, size);
		free(text);
	}
}

/* A mebibyte of each: what looks ahead, or searches, must not do so again at every step. A second
 * is some hundred times what any of them needs. */
static void time_grows_with_the_text_and_no_faster(void **state)
{
	static const char *const patterns[] = {"'", "'a", "'a'\n", "'a'\n-- b\n", "\"", "E'\\'",
		"$", "$a ", "$a$", "$a$b", "$$a", "(", ")", ";", "/*", "/**/", "--\n", "-- a\r",
		"\n", "a", "1e+", "`", "[", "U&\"", "begin atomic ", "create function ",
		"commit and ", "COPY t FROM stdin;\n", "COPY t FROM stdin;\n\\.\n", "COPY (",
		"\xef\xbb\xbf"};
	static char text[1 << 20];

	(void)state;
	for (size_t i = 0; i < COUNT(patterns) * 3; i++) {
		const char *pattern = patterns[i / 3];
		size_t length = strlen(pattern), size = 0;
		clock_t start = clock();

		for (; size + length <= sizeof text; size += length)
			memcpy(text + size, pattern, length);
		check_joined((enum scan_dialect)(i % 3), text, size);
		if (clock() - start > CLOCKS_PER_SEC)
			fail_msg("a mebibyte of <%s> took %.1f s", pattern,
				(double)(clock() - start) / CLOCKS_PER_SEC);
	}
}

static void a_statement_is_shown_in_one_line_without_what_is_quoted(void **state)
{
	static const struct {
		const char *sql, *shown;
		size_t limit;
	} cases[] = {
		{"UPDATE t\n\tSET a = 'secret', \"b\" = E'it''s' -- why\nWHERE c=$1;",
			"UPDATE t SET a = '...', \"b\" = '...' WHERE c=$1;", 160},
		{"DO $$ pass 'word' $$", "DO '...'", 160},
		{"/* a */ SELECT/**/1", "SELECT 1", 160},
		{"SELECT 'cut of", "SELECT ...", 160},
		{"SELECT \xc3\xa4\xc3\xb6\xc3\xbc FROM t", "SELECT \xc3\xa4 ...", 10},
		{"SELECT 1", "SELECT 1", 8},
		{"SELECT \xff", " ...", 160},
		{"", "", 160},
	};
	struct str out = {0};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		str_clear(&out);
		scan_show(
			SCAN_POSTGRESQL, cases[i].sql, strlen(cases[i].sql), cases[i].limit, &out);
		assert_string_equal(str_text(&out), cases[i].shown);
	}
	str_release(&out);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_text_is_cut_at_its_semicolons),
		cmocka_unit_test(a_semicolon_in_a_quote_does_not_end_a_statement),
		cmocka_unit_test(a_string_goes_on_in_the_next_line),
		cmocka_unit_test(a_dollar_quote_ends_at_its_own_tag),
		cmocka_unit_test(comments_are_blanks),
		cmocka_unit_test(parentheses_hold_semicolons),
		cmocka_unit_test(a_function_body_is_one_statement),
		cmocka_unit_test(a_trigger_body_is_one_statement),
		cmocka_unit_test(copy_data_belongs_to_its_statement),
		cmocka_unit_test(what_must_not_run_is_refused_where_it_begins),
		cmocka_unit_test(no_piece_is_given_of_a_text_with_bad_bytes),
		cmocka_unit_test(every_problem_has_its_own_text),
		cmocka_unit_test(pieces_joined_are_the_text),
		cmocka_unit_test(a_statement_is_shown_in_one_line_without_what_is_quoted),
		cmocka_unit_test(time_grows_with_the_text_and_no_faster),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
