# What real scripts look like: each of these runs, whole, and is recorded once.

load common

# script TEXT: revision "a" with this upgrade section, printf escapes, nothing behind it.
script() {
	printf -- '-- a\n-- revision: a\n\n-- migrate:upgrade\n%b' "$1" >migrations/a.sql
}

up() {
	run_ok upgrade head && expect_equal "$(rows)" a && expect_equal "$(sql "SELECT count(*) FROM migrate_log")" 1
}

@test "a script without a statement" {
	script ''
	up
	run_ok show a
}

@test "a script of blanks and comments only" {
	script '\n  \t\n-- nothing here;\n/* nor; here */\n;;\n'
	up
}

@test "a last statement without a semicolon" {
	script 'CREATE TABLE one (id INTEGER);\nCREATE TABLE two (id INTEGER)'
	up
	expect_equal "$(tables)" "one two"
}

@test "a last line that is a comment without a line end" {
	script 'CREATE TABLE one (id INTEGER);\nCREATE TABLE two (id INTEGER) -- the end'
	up
	expect_equal "$(tables)" "one two"
}

@test "a section that ends in a comment before the next marker" {
	script 'CREATE TABLE one (id INTEGER) -- no semicolon\n-- migrate:downgrade\nDROP TABLE one -- nor here'
	up
	expect_equal "$(tables)" one
	run_ok downgrade
	expect_equal "$(tables)" ""
}

@test "line ends as Windows writes them" {
	script 'CREATE TABLE one (id INTEGER);\n-- comment\nINSERT INTO one VALUES (1);\n\n-- migrate:downgrade\nDROP TABLE one;\n'
	sed -i 's/$/\r/' migrations/a.sql
	up
	expect_equal "$(sql "SELECT id FROM one")" 1
	run_ok downgrade
	expect_equal "$(tables)" ""
}

@test "a byte order mark at the file's start" {
	script 'CREATE TABLE one (id INTEGER);\n'
	printf '\xef\xbb\xbf%s\n' "$(cat migrations/a.sql)" >migrations/b.sql
	mv migrations/b.sql migrations/a.sql
	up
	expect_equal "$(tables)" one
}

@test "a byte order mark and a line end as Windows writes them, with the marker in line 1" {
	printf '\xef\xbb\xbf-- revision: a\r\n-- migrate:upgrade\r\nCREATE TABLE one (id INTEGER);\r\n' >migrations/a.sql
	up
	expect_equal "$(tables)" one
}

@test "a byte order mark at a section's start" {
	script '\xef\xbb\xbfCREATE TABLE one (id INTEGER);\n'
	up
	expect_equal "$(tables)" one
}

@test "quotes, comments and semicolons inside one another" {
	script "CREATE TABLE one (t TEXT, \"semi;colon\" TEXT);
INSERT INTO one (t) VALUES ('a;b''c -- no comment /* nor this */');
INSERT INTO one (t) VALUES ('line 1\nline; 2'); -- it's a comment
/* it's another; 'one */ INSERT INTO one (t) VALUES ('x');\n"
	up
	expect_equal "$(sql "SELECT count(*) FROM one")" 3
}

@test "text in any language, and characters beyond the basic plane" {
	script 'CREATE TABLE "größe" (t TEXT);\nINSERT INTO "größe" VALUES (\x27日本語 🙂 עברית\x27);\n'
	up
	expect_equal "$(sql 'SELECT t FROM "größe"')" "日本語 🙂 עברית"
	expect_equal "$(sql "SELECT sql LIKE '%🙂%' FROM migrate_log" | tr t1 ++)" +
}

@test "a backslash, a percent sign and dollar signs mean nothing to us" {
	script 'CREATE TABLE one (t TEXT);\nINSERT INTO one VALUES (\x27\\%%s $1 ${HOME} :name ?\x27);\n'
	up
	expect_equal "$(sql "SELECT t FROM one")" '\%%s $1 ${HOME} :name ?'
}

# bats test_tags=postgresql
@test "PL/pgSQL functions in dollar quotes" {
	script 'CREATE FUNCTION f(n int) RETURNS int LANGUAGE plpgsql AS $$
BEGIN
	IF n > 1 THEN RETURN 1; END IF; -- COMMIT;
	RETURN 0;
END
$$;
CREATE FUNCTION g() RETURNS text LANGUAGE sql AS $body$ SELECT $$; $$; SELECT \x27it\x27\x27s\x27 $body$;
DO $do$ BEGIN EXECUTE $x$CREATE TABLE one (id int)$x$; END $do$;\n'
	up
	expect_equal "$(sql "SELECT f(2), g()")" "1|it's"
	expect_equal "$(tables)" one
}

# bats test_tags=postgresql
@test "nested comments, escape strings and Unicode names" {
	script 'CREATE TABLE one (t text); /* a /* b; */ c; */
INSERT INTO one VALUES (E\x27it\\\x27s; fine\x27);
CREATE TABLE U&"\\0074wo" (id int);
SELECT 1 AS "a""b;";\n'
	up
	expect_equal "$(tables)" "one two"
	expect_equal "$(sql "SELECT t FROM one")" "it's; fine"
}

# bats test_tags=postgresql
@test "BEGIN ATOMIC bodies, CASE inside, and names that contain the word" {
	script 'CREATE TABLE begin_atomic (atomic int);
CREATE FUNCTION f(a int) RETURNS text LANGUAGE sql BEGIN ATOMIC
	SELECT CASE WHEN a = 1 THEN \x27one; \x27 ELSE \x27many\x27 END;
	SELECT CASE a WHEN 1 THEN \x27uno\x27 END;
END;
CREATE OR REPLACE FUNCTION is_atomic() RETURNS int LANGUAGE sql RETURN 1;
CREATE TABLE after_it (id int);\n'
	up
	expect_equal "$(tables)" "after_it begin_atomic"
	expect_equal "$(sql "SELECT f(1)")" uno
}

# bats test_tags=postgresql
@test "CREATE RULE with several statements in parentheses" {
	script 'CREATE TABLE one (id int); CREATE TABLE two (id int); CREATE TABLE three (id int);
CREATE RULE r AS ON INSERT TO one DO ALSO (INSERT INTO two VALUES (NEW.id); INSERT INTO three VALUES (NEW.id););
INSERT INTO one VALUES (7);\n'
	up
	expect_equal "$(sql "SELECT two.id, three.id FROM two, three")" "7|7"
}

# bats test_tags=postgresql
@test "COPY FROM stdin with its data, several times, between other statements" {
	script 'CREATE TABLE one (id int, t text);
COPY one FROM stdin;
1\tfirst
2\tit\x27s; $$ /* open
3\t\\N
\\.
INSERT INTO one VALUES (4, \x27between\x27);
COPY one (id) FROM STDIN;
\\.
copy public.one (t, id) from stdin with (format csv, header);
t,id
"a ""b"", c;",5
"two
lines",6
\\.

INSERT INTO one VALUES (7, \x27last\x27);\n'
	up
	expect_equal "$(sql "SELECT string_agg(id::text, ',' ORDER BY id) FROM one")" 1,2,3,4,5,6,7
	expect_equal "$(sql "SELECT t FROM one WHERE id IN (2, 5) ORDER BY id")" $'it\'s; $$ /* open\na "b", c;'
	expect_equal "$(sql "SELECT t IS NULL FROM one WHERE id = 3")" t
}

# bats test_tags=postgresql
@test "COPY data whose lines look like SQL, with Windows line ends" {
	script 'CREATE TABLE one (t text);\nCOPY one FROM stdin;\nCOMMIT;\n-- comment\n\\\\connect\n\\.\nSELECT 1;\n'
	up
	expect_equal "$(sql "SELECT count(*) FROM one")" 3
	run_ok downgrade base 2>/dev/null || true
	sql "DROP TABLE one; DROP TABLE migrate_version, migrate_log"
	sed -i 's/$/\r/' migrations/a.sql
	up
	expect_equal "$(sql "SELECT string_agg(t, '|') FROM one")" 'COMMIT;|-- comment|\connect'
}

# bats test_tags=postgresql
@test "bad COPY data is an error with its line, and nothing stays" {
	script 'CREATE TABLE one (id int);\nCOPY one FROM stdin;\n1\n2\nthree\n\\.\nSELECT 1;\n'
	migrate upgrade head
	expect_status 1
	expect_has "$errors" "migrations/a.sql:6"
	expect_has "$errors" 'invalid input syntax for type integer: "three"'
	expect_has "$errors" "line 3"
	expect_equal "$(tables)" ""
}

# bats test_tags=postgresql
@test "COPY TO stdout neither hangs nor prints" {
	script 'CREATE TABLE one (id int);\nINSERT INTO one VALUES (1);\nCOPY one TO stdout;\nSELECT * FROM one;\n'
	migrate upgrade head
	expect_equal "$output" ""
	[ "$status" = 0 ] || expect_has "$errors" COPY
}

# bats test_tags=sqlite
@test "SQLite triggers with several statements and CASE" {
	script 'CREATE TABLE one (id INTEGER); CREATE TABLE two (id INTEGER, t TEXT);
CREATE TRIGGER tr AFTER INSERT ON one WHEN new.id > 0 BEGIN
	INSERT INTO two VALUES (new.id, CASE WHEN new.id > 5 THEN \x27big; \x27 ELSE \x27small\x27 END);
	UPDATE two SET t = t || \x27!\x27 WHERE id = new.id;
END;
CREATE TEMP TRIGGER gone AFTER INSERT ON one BEGIN SELECT 1; END;
INSERT INTO one VALUES (7);\n'
	up
	expect_equal "$(sql "SELECT t FROM two")" "big; !"
}

# bats test_tags=sqlite
@test "SQLite's other quotes" {
	script 'CREATE TABLE [a;b] (`c;d` INTEGER, "e""f;" TEXT);\nINSERT INTO [a;b] VALUES (1, \x27x\x27);\n'
	up
	expect_equal "$(tables)" "a;b"
}

# bats test_tags=sqlite
@test "SQLite functions, virtual tables, views and generated columns" {
	script 'CREATE TABLE one (a INTEGER, b INTEGER GENERATED ALWAYS AS (a * 2) STORED);
CREATE VIRTUAL TABLE words USING fts5(t);
INSERT INTO words VALUES (\x27hello; world\x27);
CREATE VIEW v AS SELECT count(*) AS n FROM one;
WITH RECURSIVE c(x) AS (VALUES(1) UNION ALL SELECT x+1 FROM c WHERE x<10) INSERT INTO one (a) SELECT x FROM c;\n'
	up
	expect_equal "$(sql "SELECT n FROM v")" 10
}

@test "a script's results are not printed" {
	script 'SELECT 1;\nSELECT 2 AS two;\n'
	up
	expect_equal "$output" ""
}

@test "a script of several megabytes, with one long statement" {
	{
		printf -- '-- revision: a\n-- migrate:upgrade\nCREATE TABLE one (id INTEGER, t TEXT);\n'
		printf "INSERT INTO one VALUES (0, '"
		head -c 3000000 /dev/zero | tr '\0' x
		printf "');\n"
		seq -f "INSERT INTO one VALUES (%.0f, 'row; number');" 20000
	} >migrations/a.sql
	up
	expect_equal "$(sql "SELECT count(*), max(length(t)) FROM one")" "20001|3000000"
	expect_equal "$(sql "SELECT length(sql) > 3700000 FROM migrate_log" | tr t 1)" 1
}

@test "a script of more than 64 MiB is refused" {
	{
		printf -- '-- revision: a\n-- migrate:upgrade\nSELECT 1; --'
		head -c 67200000 /dev/zero | tr '\0' x
	} >migrations/a.sql
	migrate upgrade head
	expect_status 2
	expect_has "$errors" migrations/a.sql
	expect_has "$errors" "too large"
}

@test "statements are counted" {
	script '-- one\nSELECT 1; SELECT 2;; -- x\nSELECT 3'
	run_ok --format json upgrade
	expect_equal "$(json '.steps[0].statements')" 3
	expect_equal "$(json '.steps[0].status')" applied
}

@test "an unfinished statement is an error of the database, not a success" {
	script 'CREATE TABLE one (id INTEGER);\nCREATE TABLE\n'
	migrate upgrade head
	expect_status 1
	expect_has "$errors" "migrations/a.sql:"
	expect_equal "$(tables)" ""
}

@test "a parameter is an error with its place, and no NULL" {
	sql "CREATE TABLE t (id INTEGER)"
	revision a "" "SELECT 1;
INSERT INTO t VALUES (\$1);" ""
	migrate upgrade
	expect_status 1
	expect_has "$errors" "migrations/a.sql:8:"
	expect_has "$errors" "there is no parameter \$1"
	expect_equal "$(sql "SELECT count(*) FROM t")" 0
}

# bats test_tags=sqlite
@test "SQLite: parameters by name and by place are none either, nor in a script in parts" {
	sql "CREATE TABLE t (id INTEGER)"
	for parameter in "?" "?2" ":x" "@x"; do
		revision a "" "VACUUM;
INSERT INTO t VALUES ($parameter);" ""
		migrate upgrade
		expect_has "$errors" "there is no parameter $parameter"
		run_ok stamp base
	done
	expect_equal "$(sql "SELECT count(*) FROM t")" 0
}
