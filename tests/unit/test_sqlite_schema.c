/* The schema of SQLite databases, read and written. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <dirent.h>

#include "sqlite_schema.h"

static const char *read_file(struct fixture *f, const char *path)
{
	struct str text = {0};
	FILE *file = fopen(path, "r");
	const char *kept;
	int byte;

	if (!file)
		fail_msg("%s is not there: run this from the repository", path);
	while ((byte = getc(file)) != EOF)
		str_add_char(&text, (char)byte);
	fclose(file);
	kept = arena_strdup(&f->arena, str_text(&text));
	str_release(&text);
	return kept;
}

/* What SQLite itself says of all tables and views, types as their words. */
static const char *ask_sqlite(struct fixture *f)
{
	return query(f,
		"SELECT l.name, l.type, l.wr, l.strict, x.name, "
		"upper(replace(replace(replace(x.type, ' ', ''), char(9), ''), char(10), '')), "
		"x.\"notnull\", x.pk, x.hidden, x.dflt_value IS NULL FROM pragma_table_list l JOIN "
		"pragma_table_xinfo(l.name) x WHERE l.schema = 'main' AND l.name NOT IN ('broken', "
		"'sqlite_schema', 'sqlite_stat1', 'sqlite_stat4') ORDER BY 1, x.cid;"
		"SELECT l.name, i.\"unique\", i.origin, i.partial, group_concat(x.cid || "
		"x.\"desc\" || "
		"upper(x.coll)) AS c FROM pragma_table_list l JOIN pragma_index_list(l.name) i "
		"JOIN "
		"pragma_index_xinfo(i.name) x WHERE l.name NOT LIKE 'sqlite%' GROUP BY l.name, "
		"i.name "
		"ORDER BY l.name, i.origin, c;"
		"SELECT DISTINCT l.name, k.seq, lower(k.\"table\"), k.\"from\", lower(k.\"to\"), "
		"k.on_update, k.on_delete FROM pragma_table_list l JOIN "
		"pragma_foreign_key_list(l.name) "
		"k ORDER BY 1, 3, 4, 5, 6, 7, 2");
}

/* A comment inside of a type is part of it to SQLite, and the one difference. */
static void each_sample_comes_back(void **state)
{
	struct fixture *f = *state;
	DIR *folder = opendir("tests/corpus/schema/sqlite");
	size_t count = 0;

	assert_non_null(folder);
	for (struct dirent *entry; (entry = readdir(folder));) {
		const char *path = arena_printf(
			&f->arena, "tests/corpus/schema/sqlite/%s", entry->d_name);
		const char *before, *text;

		if (*entry->d_name == '.')
			continue;
		count++;
		fresh(f);
		load(f, read_file(f, path));
		before = ask_sqlite(f);
		text = round_trip(f, read_file(f, path));
		assert_int_equal(0, read_schema(f).unsupported_count);
		assert_same_text(before, ask_sqlite(f));
		assert_non_null(strstr(text, "CREATE TABLE"));
	}
	closedir(folder);
	assert_true(count >= 8);
}

static void same_model(struct fixture *f, const char *left, const char *right, bool same)
{
	struct schema schema;
	const char *first;

	fresh(f);
	load(f, left);
	schema = read_schema(f);
	assert_int_equal(0, schema.unsupported_count);
	first = show_schema(f, &schema);
	fresh(f);
	load(f, right);
	schema = read_schema(f);
	assert_int_equal(0, schema.unsupported_count);
	if (same)
		assert_same_text(first, show_schema(f, &schema));
	else if (!strcmp(first, show_schema(f, &schema)))
		fail_msg("one model: %s and %s", left, right);
}

static void two_spellings_of_one_thing_are_one_model(void **state)
{
	static const char *const pairs[][2] = {
		{"CREATE TABLE t (a INTEGER PRIMARY KEY)",
			"create table \"t\"([a] integer, primary key(A desc))"},
		{"CREATE TABLE t (a INTEGER PRIMARY KEY ASC)",
			"CREATE TABLE t (a \"INTEGER\", PRIMARY KEY (a COLLATE nocase))"},
		{"CREATE TABLE t (a TEXT UNIQUE NOT NULL)",
			"CREATE TABLE t (a text NOT NULL ON CONFLICT ABORT, UNIQUE (`A` ASC) ON "
			"CONFLICT ABORT)"},
		{"CREATE TABLE t (a TEXT PRIMARY KEY) WITHOUT ROWID",
			"CREATE TABLE t (a TEXT NOT NULL, PRIMARY KEY ('a')) without ROWID"},
		{"CREATE TABLE t (a INT PRIMARY KEY) STRICT, WITHOUT ROWID",
			"CREATE TABLE t (a INT NOT NULL PRIMARY KEY) WITHOUT ROWID,strict"},
		{"CREATE TABLE t (a INTEGER PRIMARY KEY DESC) WITHOUT ROWID",
			"CREATE TABLE t (a INTEGER, PRIMARY KEY (a DESC)) WITHOUT ROWID"},
		{"CREATE TABLE t (a TEXT PRIMARY KEY DESC)",
			"CREATE TABLE t (a TEXT, PRIMARY KEY (a DESC))"},
		{"CREATE TABLE t (a VARCHAR(10), b DECIMAL(1, 2))",
			"CREATE TABLE t (a varchar /**/ ( 10 ), b decimal(1,2))"},
		{"CREATE TABLE t (a DOUBLE PRECISION)", "CREATE TABLE t (a \"double precision\")"},
		{"CREATE TABLE t (a INT CHECK (a > 0))",
			"CREATE TABLE t (a INT, CHECK (((t.\"A\">0))))"},
		{"CREATE TABLE t (a INT CHECK (a IN ('x', 'y')))",
			"CREATE TABLE t (a INT, CHECK (A in (\"x\",'y')) ON CONFLICT IGNORE)"},
		{"CREATE TABLE t (key INT CHECK (key LIKE 'a'))",
			"CREATE TABLE t (\"key\" INT CHECK (\"key\" like 'a'))"},
		{"CREATE TABLE t (a INT, CONSTRAINT x CHECK (a > 0))",
			"CREATE TABLE t (a INT CONSTRAINT y CONSTRAINT x CHECK (a>0))"},
		{"CREATE TABLE t (a INT CONSTRAINT x UNIQUE CONSTRAINT x CHECK (a > 0))",
			"CREATE TABLE t (a INT CONSTRAINT x UNIQUE CHECK (a > 0))"},
		{"CREATE TABLE t (a INT UNIQUE UNIQUE)", "CREATE TABLE t (a INT UNIQUE)"},
		{"CREATE TABLE t (a DEFAULT word, b DEFAULT 5, c DEFAULT -5)",
			"CREATE TABLE t (a DEFAULT \"word\", b DEFAULT (+5), c DEFAULT (- 5))"},
		{"CREATE TABLE t (a DEFAULT TRUE, b DEFAULT CURRENT_DATE)",
			"CREATE TABLE t (a DEFAULT (true), b DEFAULT (current_date))"},
		{"CREATE TABLE t (a DEFAULT (1 + 2))", "CREATE TABLE t (a DEFAULT ((1+/**/2)))"},
		{"CREATE TABLE t (a, b GENERATED ALWAYS AS (a) STORED)",
			"CREATE TABLE t (a, b AS ((A)) stored)"},
		{"CREATE TABLE t (a COLLATE NOCASE, b)",
			"CREATE TABLE t (a collate \"nocase\", b COLLATE binary)"},
		{"CREATE TABLE t (a COLLATE NOCASE UNIQUE)",
			"CREATE TABLE t (a COLLATE NOCASE, UNIQUE (a COLLATE nocase))"},
		{"CREATE TABLE p (a); CREATE TABLE t (a REFERENCES p (a))",
			"CREATE TABLE p (a); CREATE TABLE t (a, FOREIGN KEY (A) REFERENCES P (A) "
			"MATCH SIMPLE ON DELETE NO ACTION ON INSERT CASCADE NOT DEFERRABLE)"},
		{"CREATE TABLE t (a REFERENCES p DEFERRABLE INITIALLY DEFERRED, b)",
			"CREATE TABLE t (a REFERENCES p, b DEFERRABLE INITIALLY DEFERRED)"},
		{"CREATE TABLE t (a, b, UNIQUE (a), CHECK (b))",
			"CREATE TABLE t (a, b, CHECK (b) UNIQUE (a))"},
		{"CREATE TABLE t (a, b); ALTER TABLE t ADD COLUMN c INT REFERENCES u",
			"CREATE TABLE t (a, b, c INT REFERENCES u)"},
		{"CREATE TABLE u (x); CREATE TABLE t (a REFERENCES u); ALTER TABLE u RENAME TO v; "
		 "ALTER TABLE v RENAME COLUMN x TO y",
			"CREATE TABLE v (y); CREATE TABLE t (a REFERENCES v)"},
		{"CREATE TABLE t (a COLLATE NOCASE, b); CREATE INDEX i ON t (a, b DESC, lower(a)) "
		 "WHERE a > 0",
			"CREATE TABLE t (a COLLATE NOCASE, b); create index if not exists main.[i] "
			"on T(\"A\" collate NOCASE ASC,((B)) desc,(lower(\"a\")))where((t.a>0))"},
		{"CREATE TABLE t (a); CREATE VIEW v AS SELECT a FROM t WHERE a LIKE 'x'",
			"CREATE TABLE t (a); create view if not exists v as select a\nfrom [t] /* "
			"t */ where a like 'x';"},
		{"CREATE TABLE t (a); CREATE VIEW v AS SELECT a+1 FROM t",
			"CREATE TABLE t (a); CREATE VIEW v AS SELECT a + 1 AS \"a+1\" FROM t"},
		{"CREATE TABLE t (a); CREATE TRIGGER x BEFORE DELETE ON t BEGIN SELECT 1; END",
			"CREATE TABLE t (a); CREATE TRIGGER main.x delete on t for each row begin "
			"select 1 ; end"},
		{"CREATE VIRTUAL TABLE f USING fts5(a, b)",
			"CREATE VIRTUAL TABLE f using fts5( a ,b )"},
	};

	for (size_t i = 0; i < sizeof pairs / sizeof *pairs; i++)
		same_model(*state, pairs[i][0], pairs[i][1], true);
}

static void what_differs_in_effect_differs_in_the_model(void **state)
{
	static const char *const pairs[][2] = {
		{"CREATE TABLE t (a INTEGER PRIMARY KEY)", "CREATE TABLE t (a INT PRIMARY KEY)"},
		{"CREATE TABLE t (a INTEGER PRIMARY KEY)",
			"CREATE TABLE t (a INTEGER PRIMARY KEY DESC)"},
		{"CREATE TABLE t (a INTEGER PRIMARY KEY)",
			"CREATE TABLE t (a INTEGER PRIMARY KEY AUTOINCREMENT)"},
		{"CREATE TABLE t (a TEXT PRIMARY KEY)",
			"CREATE TABLE t (a TEXT NOT NULL PRIMARY KEY)"},
		{"CREATE TABLE t (a TEXT PRIMARY KEY)",
			"CREATE TABLE t (a TEXT PRIMARY KEY) WITHOUT ROWID"},
		{"CREATE TABLE t (a TEXT)", "CREATE TABLE t (a TEXT) STRICT"},
		{"CREATE TABLE t (a, b, PRIMARY KEY (a, b))",
			"CREATE TABLE t (a, b, PRIMARY KEY (b, a))"},
		{"CREATE TABLE t (a, b, UNIQUE (a, b))",
			"CREATE TABLE t (a, b, UNIQUE (a COLLATE NOCASE, b))"},
		{"CREATE TABLE t (a UNIQUE)", "CREATE TABLE t (a UNIQUE ON CONFLICT IGNORE)"},
		{"CREATE TABLE t (a, b AS (a))", "CREATE TABLE t (a, b AS (a) STORED)"},
		{"CREATE TABLE t (a DEFAULT 'a')", "CREATE TABLE t (a DEFAULT 'A')"},
		{"CREATE TABLE t (a DEFAULT TRUE)", "CREATE TABLE t (a DEFAULT 'true')"},
		{"CREATE TABLE t (a COLLATE NOCASE)", "CREATE TABLE t (a)"},
		{"CREATE TABLE t (a CHECK (a = 'x'))", "CREATE TABLE t (a CHECK (a = 'X'))"},
		{"CREATE TABLE t (a REFERENCES t)",
			"CREATE TABLE t (a REFERENCES t DEFERRABLE INITIALLY DEFERRED)"},
		{"CREATE TABLE t (a REFERENCES t)",
			"CREATE TABLE t (a REFERENCES t ON DELETE CASCADE)"},
		{"CREATE TABLE t (a, b)", "CREATE TABLE t (b, a)"},
		{"CREATE TABLE t (a); CREATE INDEX i ON t (a)",
			"CREATE TABLE t (a); CREATE UNIQUE INDEX i ON t (a)"},
		{"CREATE TABLE t (a); CREATE INDEX i ON t (a)",
			"CREATE TABLE t (a); CREATE INDEX i ON t (a DESC)"},
		{"CREATE TABLE t (a); CREATE INDEX i ON t (a)",
			"CREATE TABLE t (a); CREATE INDEX i ON t (a COLLATE NOCASE)"},
		{"CREATE TABLE t (a); CREATE INDEX i ON t (a)",
			"CREATE TABLE t (a); CREATE INDEX i ON t (a) WHERE a"},
		{"CREATE TABLE t (a); CREATE VIEW v AS SELECT a FROM t",
			"CREATE TABLE t (a); CREATE VIEW v AS SELECT \"b\" AS a FROM t"},
		{"CREATE TABLE t (a); CREATE VIEW v AS SELECT a FROM t WHERE b = \"x\"",
			"CREATE TABLE t (a); CREATE VIEW v AS SELECT a FROM t WHERE b = x"},
	};

	for (size_t i = 0; i < sizeof pairs / sizeof *pairs; i++)
		same_model(*state, pairs[i][0], pairs[i][1], false);
}

static void a_table_is_written_with_its_constraints_in_their_places(void **state)
{
	assert_string_equal("CREATE TABLE \"order\" (\n"
			    "\tid INTEGER PRIMARY KEY AUTOINCREMENT,\n"
			    "\tcode VARCHAR(10) COLLATE NOCASE NOT NULL DEFAULT 'x' UNIQUE CHECK "
			    "(length(code) > 1),\n"
			    "\ttotal REAL GENERATED ALWAYS AS (price * count) STORED,\n"
			    "\tprice REAL NOT NULL ON CONFLICT IGNORE,\n"
			    "\tcount INT REFERENCES \"order\" (id) ON DELETE CASCADE DEFERRABLE "
			    "INITIALLY DEFERRED,\n"
			    "\tUNIQUE (price, count) ON CONFLICT REPLACE,\n"
			    "\tCONSTRAINT \"is cheap\" CHECK (price < 10),\n"
			    "\tCHECK (price > count),\n"
			    "\tFOREIGN KEY (code, price) REFERENCES other (a, b)\n"
			    ");\n",
		round_trip(*state,
			"CREATE TABLE [order](id INTEGER PRIMARY KEY AUTOINCREMENT, code "
			"VARCHAR(10) "
			"DEFAULT ('x') NOT NULL COLLATE nocase UNIQUE CHECK(length(code)>1), total "
			"REAL AS (price*count) STORED, price REAL NOT NULL ON CONFLICT IGNORE, "
			"count "
			"INT REFERENCES \"order\"(id) ON DELETE CASCADE DEFERRABLE INITIALLY "
			"DEFERRED, "
			"CONSTRAINT 'is cheap' CHECK (price<10), CHECK (price>count), "
			"UNIQUE(price, "
			"count) ON CONFLICT REPLACE, FOREIGN KEY(code,price) REFERENCES "
			"other(a,b))"));
}

static void a_check_keeps_its_name_or_its_lack_of_one(void **state)
{
	struct fixture *f = *state;
	static const char values[] = "INSERT INTO t VALUES (-1, 1);";

	round_trip(f, "CREATE TABLE t (b INT, a INT CONSTRAINT there NOT NULL, UNIQUE (b), CHECK "
		      "(b > a))");
	assert_string_equal("error: CHECK constraint failed: b > a", query(f, values));
	round_trip(f, "CREATE TABLE t (b INT, a INT CONSTRAINT there NOT NULL, CHECK (b > a))");
	assert_string_equal("error: CHECK constraint failed: there", query(f, values));
	round_trip(f, "CREATE TABLE t (b INT CONSTRAINT x UNIQUE, a INT, CHECK (b > a))");
	assert_string_equal("error: CHECK constraint failed: b > a", query(f, values));
}

static void tables_come_before_those_that_refer_to_them_as_far_as_can_be(void **state)
{
	const char *text = round_trip(*state,
		"CREATE TABLE a (x REFERENCES circle_1); CREATE TABLE circle_1 (x REFERENCES "
		"circle_2);"
		"CREATE TABLE circle_2 (x REFERENCES circle_1, y REFERENCES z); CREATE TABLE z (x "
		"PRIMARY KEY); CREATE INDEX i ON z (x); CREATE VIEW v AS SELECT * FROM w; CREATE "
		"VIEW w "
		"AS SELECT * FROM a");
	static const char *const order[] = {"TABLE circle_1", "TABLE a ", "TABLE z",
		"TABLE circle_2", "INDEX i", "VIEW w", "VIEW v"};

	for (size_t i = 0; i < sizeof order / sizeof *order; i++) {
		const char *found = strstr(text, order[i]);

		if (!found)
			fail_msg("%s is not behind the others in: %s", order[i], text);
		text = found;
	}
}

static void our_own_tables_are_left_out(void **state)
{
	struct fixture *f = *state;
	struct schema schema;

	fresh(f);
	load(f, "CREATE TABLE Migrate_Version (version_num); CREATE TABLE migrate_log (id INTEGER "
		"PRIMARY "
		"KEY AUTOINCREMENT, x UNIQUE); CREATE INDEX i ON migrate_log (x);"
		"CREATE TRIGGER spy AFTER INSERT ON migrate_log BEGIN SELECT 1; END");
	schema = read_schema(f);
	assert_string_equal(
		"unsupported trigger spy: it is on migrate_log, which is this program's own\n",
		show_schema(f, &schema));
}

static void what_is_not_understood_is_told_by_name(void **state)
{
	struct fixture *f = *state;
	struct schema schema;

	fresh(f);
	load(f, "CREATE TABLE t (a NUM /* INT */ ERIC); CREATE INDEX i ON t (a); CREATE TABLE ok "
		"(a);"
		"CREATE TRIGGER r AFTER INSERT ON t BEGIN SELECT 1; END;"
		"CREATE TABLE \"odd one\" (a, b A TYPE FOR ALWAYS ALWAYS); CREATE UNIQUE INDEX j "
		"ON \"odd "
		"one\" (b); CREATE TABLE odd_too (a INT GENERATED /* */ ALWAYS AS (1), b);"
		"PRAGMA writable_schema = ON; INSERT INTO sqlite_schema VALUES ('table', 'v', 'v', "
		"0, "
		"'CREATE VIRTUAL TABLE v USING elsewhere(a)');");
	schema = read_schema(f);
	assert_string_equal("table odd_too\n"
			    "column odd_too.a; type: INT GENERATED; generated: 1\n"
			    "column odd_too.b\n"
			    "table ok\n"
			    "column ok.a\n"
			    "unsupported index i: its table is not supported\n"
			    "unsupported index j: its table is not supported\n"
			    "unsupported table \"odd one\": the type of column b is more than its "
			    "words\n"
			    "unsupported table t: the type of column a is more than its words\n"
			    "unsupported table v: this SQLite has no module elsewhere\n"
			    "unsupported trigger r: its table is not supported\n",
		show_schema(f, &schema));
}

static void the_rows_are_written_with_their_table(void **state)
{
	struct fixture *f = *state;
	const char *const item[] = {"b's", "a"};
	const struct names rows = {item, 2};
	struct str text = {0};

	sqlite_driver.script_rows(&f->settings, &rows, &text);
	assert_string_equal("CREATE TABLE IF NOT EXISTS main.\"migrate_version\" (\n"
			    "\tversion_num VARCHAR(255) NOT NULL PRIMARY KEY\n"
			    ");\n"
			    "INSERT INTO main.\"migrate_version\" (version_num) VALUES ('a');\n"
			    "INSERT INTO main.\"migrate_version\" (version_num) VALUES ('b''s');\n",
		str_text(&text));
	load(f, str_text(&text));
	str_release(&text);
	assert_string_equal("a;b's;", query(f, "SELECT version_num FROM migrate_version"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(each_sample_comes_back, set_up, tear_down),
		cmocka_unit_test_setup_teardown(
			two_spellings_of_one_thing_are_one_model, set_up, tear_down),
		cmocka_unit_test_setup_teardown(
			what_differs_in_effect_differs_in_the_model, set_up, tear_down),
		cmocka_unit_test_setup_teardown(
			a_table_is_written_with_its_constraints_in_their_places, set_up, tear_down),
		cmocka_unit_test_setup_teardown(
			a_check_keeps_its_name_or_its_lack_of_one, set_up, tear_down),
		cmocka_unit_test_setup_teardown(
			tables_come_before_those_that_refer_to_them_as_far_as_can_be, set_up,
			tear_down),
		cmocka_unit_test_setup_teardown(our_own_tables_are_left_out, set_up, tear_down),
		cmocka_unit_test_setup_teardown(
			what_is_not_understood_is_told_by_name, set_up, tear_down),
		cmocka_unit_test_setup_teardown(
			the_rows_are_written_with_their_table, set_up, tear_down),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
