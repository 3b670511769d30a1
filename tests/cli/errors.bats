# An error in a script reads like a compiler's: the file, the line, the column, the line itself, a caret
# under the character, and what the server has to say.

load common

# script TEXT: revision "a", its upgrade section starting in line 5; printf escapes.
script() {
	printf -- '-- a\n-- revision: a\n\n-- migrate:upgrade\n%b' "$1" >migrations/a.sql
}

# expect_place LINE:COLUMN TEXT: text and JSON name this place.
expect_place() {
	migrate upgrade head
	expect_status 1 && expect_has "$errors" "migrations/a.sql:$1: error: " && expect_has "$errors" "$2" || return
	migrate --format json upgrade head
	expect_status 1 && expect_equal "$(json '"\(.error.file):\(.error.line):\(.error.column)"')" "migrations/a.sql:$1"
}

# caret: the line that the error shows, from the character above the caret on.
caret() {
	/usr/bin/python3 - "$errors" <<-'PY'
		import sys
		lines = sys.argv[1].split("\n")
		at = next(i for i, line in enumerate(lines) if line.strip().endswith("| ^") or line.lstrip().startswith("|") and line.endswith("^"))
		print(lines[at - 1][lines[at].index("^"):])
	PY
}

@test "a syntax error has the place of the offending word" {
	script 'CREATE TABLE one (id INTEGER);\nCREATE TABLE two (\n\tid INTEGER,,\n\tt TEXT\n);\n'
	expect_place 7:13 "syntax error"
	migrate upgrade head
	expect_equal "$(caret)" ","
	expect_has "$errors" "     7 | "
}

@test "an error deep in a long script has its place" {
	{
		printf -- '-- revision: a\n-- migrate:upgrade\nCREATE TABLE one (id INTEGER, t TEXT);\n'
		yes "INSERT INTO one VALUES (1, 'it''s; /* no comment */ \"x\"'); -- ; 'comment" | head -5000
		printf "  INSERT INTO one VALUES (1, 2, nope);\nSELECT 1;\n"
	} >migrations/a.sql
	migrate upgrade head
	expect_status 1
	expect_has "$errors" "migrations/a.sql:5004:"
	expect_has "$errors" "INSERT INTO one VALUES (1, 2, nope);"
	expect_equal "$(tables)" ""
}

@test "an error that comes up while a statement runs has the statement's place" {
	script 'CREATE TABLE one (id INTEGER PRIMARY KEY);\nINSERT INTO one VALUES (1); INSERT INTO one VALUES (2);\n\n  -- comment\n  INSERT INTO one\n\tVALUES (1);\nSELECT 1;\n'
	expect_place 9:3 ""
	expect_has "$(json .error.statement)" $'INSERT INTO one\n\tVALUES (1)'
	on_sqlite || expect_equal "$(json .error.sqlstate)" 23505
	on_sqlite || expect_has "$(json .error.detail)" "Key (id)=(1) already exists."
	expect_equal "$(json .error.code)" sql
}

@test "columns count characters, whatever their bytes" {
	script "CREATE TABLE one (t TEXT);\nINSERT INTO one VALUES ('日本語🙂é'), (nope);\n"
	expect_place 6:36 nope
	migrate upgrade head
	expect_equal "$(errors=$(printf '%s' "$errors" | sed 's/日本語🙂/abcdabcd/') && caret)" "nope);"
}

@test "multi-byte text in earlier lines and statements moves no place" {
	script "CREATE TABLE \"größe\" (t TEXT);\n-- Übung 日本語\nINSERT INTO \"größe\" VALUES ('🙂🙂🙂');\nSELECT t,\n       nope FROM \"größe\";\n"
	expect_place 9:8 nope
}

@test "the caret stands under the character behind tabs" {
	script "CREATE TABLE one (id INTEGER);\n\tSELECT\tid,\tnope FROM one;\n"
	expect_place 6:13 nope
	migrate upgrade head
	line=$(printf '%s\n' "$errors" | grep -F '^')
	expect_equal "${line#*| }" "$(printf '\t      \t   \t^')"
}

@test "a place behind Windows line ends and a byte order mark is right" {
	script "CREATE TABLE one (id INTEGER);\nSELECT id,\n  nope FROM one;\n"
	sed -i 's/$/\r/; 1s/^/\xef\xbb\xbf/' migrations/a.sql
	expect_place 7:3 nope
	migrate upgrade head
	expect_lacks "$errors" $'\r'
	expect_lacks "$errors" '\x0d'
}

@test "a long line is cut around its error" {
	script "SELECT 1, $(printf '%0400d' 0 | sed 's/0/"a", /g') nope, $(printf '%0300d' 0 | sed 's/0/ 2,/g') 3;\n"
	migrate upgrade head
	expect_status 1
	[ "$(printf '%s\n' "$errors" | awk '{ if (length > n) n = length } END { print n }')" -le 200 ]
	expect_has "$errors" "^"
}

@test "an error at the end of a script points at its end" {
	script 'CREATE TABLE one (id INTEGER);\nCREATE TABLE two (id INTEGER\n'
	migrate upgrade head
	[ "$status" = 1 ] || expect_status 2
	expect_has "$errors" "migrations/a.sql:"
	expect_equal "$(tables)" ""
}

# bats test_tags=postgresql
@test "the server's detail and hint are shown" {
	script "DO \$\$ BEGIN\n\tRAISE EXCEPTION 'it is broken' USING DETAIL = 'The cause.', HINT = 'Try the other.', ERRCODE = 'P7777';\nEND \$\$;\n"
	expect_place 5:1 "it is broken"
	expect_equal "$(json .error.message)" "it is broken"
	expect_has "$(json .error.detail)" "The cause."
	expect_equal "$(json .error.hint)" "Try the other."
	expect_equal "$(json .error.sqlstate)" P7777
	migrate upgrade head
	expect_has "$errors" "(P7777)"
	expect_has "$errors" "The cause."
	expect_has "$errors" "hint: Try the other."
}

# bats test_tags=postgresql
@test "an error in a function's body has its place in the script" {
	script "SELECT 1;\nCREATE FUNCTION f() RETURNS int LANGUAGE plpgsql AS \$\$\nBEGIN\n\t-- é\n\tRETRN 1;\nEND \$\$;\n"
	expect_place 9:2 RETRN
	script "SELECT 1;\nDO \$\$\nBEGIN\n\tPERFORM 1; DELETE FROM nowhere;\nEND \$\$;\n"
	expect_place 8:25 nowhere
}

# bats test_tags=postgresql
@test "a new enum value that is used too early is told with the way out" {
	script "CREATE TYPE e AS ENUM ('a');\nALTER TYPE e ADD VALUE 'b';\nCREATE TABLE one (e e DEFAULT 'b');\n"
	expect_place 7:31 "unsafe use of new value"
	expect_has "$(json .error.hint)" "next revision"
}

# bats test_tags=sqlite
@test "SQLite tells what cannot run in a revision, and why" {
	script "ATTACH 'other.db' AS other;\n"
	migrate upgrade
	expect_status 2
	expect_has "$errors" "a.sql:5:1: error: ATTACH"
	[ ! -e other.db ]
	script "SELECT load_extension('x');\n"
	expect_place 5:1 "not authorized"
}

# chain COUNT BAD TEXT: revisions r001 ... of which number BAD holds TEXT.
chain() {
	local previous="" id i
	for i in $(seq "$1"); do
		id=$(printf 'r%03d' "$i")
		revision "$id" "$previous" "CREATE TABLE t$i (id INTEGER);
INSERT INTO t$i VALUES ($i);" "DROP TABLE t$i;"
		previous=$id
	done
	id=$(printf 'r%03d' "$2")
	revision "$id" "$(printf 'r%03d' $(($2 - 1)))" "CREATE TABLE t$2 (id INTEGER);
$3" -
}

@test "a syntax error in the 50th of 100 revisions applies 49 and blames the 50th" {
	chain 100 50 "SELEC 1;"
	migrate upgrade head
	expect_status 1
	expect_equal "$(rows)" r049
	expect_equal "$(tables | wc -w)" 49
	expect_equal "$(sql "SELECT count(*) FROM migrate_log")" 49
	expect_has "$errors" "migrations/r050.sql:8:1: error:"
	expect_has "$errors" "49 of 100 revisions applied"
}

@test "an error while the 50th of 100 revisions runs applies 49 and blames the 50th" {
	chain 100 50 "INSERT INTO t50 VALUES (1);
INSERT INTO nowhere VALUES (1);"
	migrate --format json upgrade head
	expect_status 1
	expect_equal "$(rows)" r049
	expect_equal "$(tables | wc -w)" 49
	expect_equal "$(json '[.steps[] | select(.status == "applied")] | length')" 49
	expect_equal "$(json '.steps[49] | .revision + .status')" r050failed
	expect_equal "$(json '[.steps[] | select(.status == "planned")] | length')" 50
	expect_equal "$(json '"\(.error.file):\(.error.line)"')" migrations/r050.sql:9
	expect_equal "$(json .error.statement)" "INSERT INTO nowhere VALUES (1)"
}

@test "an error in the last of 60 downgrades leaves one revision" {
	chain 60 30 "SELECT 1;"
	sed -i 's/^DROP TABLE t1;/DROP TABLE t1;\nDROP TABLE t1;/' migrations/r001.sql
	printf '\n-- migrate:downgrade\nDROP TABLE t30;\n' >>migrations/r030.sql
	run_ok upgrade head
	migrate downgrade base
	expect_status 1
	expect_equal "$(rows)" r001
	expect_equal "$(tables)" t1
	expect_has "$errors" "migrations/r001.sql:12"
}

@test "an unparsable script behind good ones applies the good ones, also with a large one between" {
	table a ""
	revision b a "CREATE TABLE big (t TEXT); INSERT INTO big VALUES ('$(head -c 100000 /dev/zero | tr '\0' x)');" -
	for i in 1 2 3 4 5 6 7 8; do revision "c$i" "$([ "$i" = 1 ] && echo b || echo "c$((i - 1))")" "SELECT $i;" -; done
	revision d c8 "SELECT 1 FROM WHERE;" -
	migrate upgrade head
	expect_status 1
	expect_equal "$(rows)" c8
	expect_has "$errors" "migrations/d.sql:7:15"
}

@test "the line of an error is the file's, also in a script with its own BEGIN and COMMIT" {
	revision a "" "SELECT 1;BEGIN; CREATE TABLE y (i INTEGER); SELECT nothing; COMMIT; SELECT 2;" ""
	migrate upgrade
	expect_has "$errors" "SELECT 1;BEGIN; CREATE TABLE y (i INTEGER); SELECT nothing; COMMIT; SELECT 2;"
	expect_has "$errors" "migrations/a.sql:7:52:"
	rm migrations/a.sql
	revision b "" "BEGIN; CREATE TABLE y (i INTEGER); SELECT nothing; COMMIT;" ""
	sql "DELETE FROM migrate_log"
	migrate upgrade
	expect_has "$errors" "BEGIN; CREATE TABLE y (i INTEGER); SELECT nothing; COMMIT;"
	expect_has "$errors" "migrations/b.sql:7:43:"
}
