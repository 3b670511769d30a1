# --sql: the run as a script for psql or sqlite3, with the same effect, and none where the database
# stands elsewhere.

load common

# feed FILE: what a database administrator does with it; status and errors as with migrate.
feed() {
	status=0
	if on_sqlite; then
		output=$(sqlite3 "$DB" <"$1" 2>"$DIR/.stderr") || status=$?
	else
		output=$(psql -X -q "$URL" -f "$1" 2>"$DIR/.stderr") || status=$?
	fi
	errors=$(cat "$DIR/.stderr")
}

# state: schema and data of everything but times, and who.
state() {
	if on_sqlite; then
		sqlite3 "$DB" "SELECT name, sql FROM sqlite_schema ORDER BY name"
	else
		pg_dump --schema-only --no-owner "$URL" | grep -v '^\\\(un\)\?restrict'
	fi
	rows
	sql "SELECT id, version_table, revision, direction, outcome, checksum, sql FROM migrate_log ORDER BY id"
}

# a - b - c with text that is hard to quote.
project() {
	revision a "" $'CREATE TABLE t_a (id INTEGER, t TEXT);\nINSERT INTO t_a VALUES (1, \'it\'\'s; "x" \\ $$ $1 %s é\');' "DROP TABLE t_a;"
	revision b a $'CREATE TABLE t_b (id INTEGER) -- no semicolon; and a comment' $'DROP TABLE t_b -- likewise'
	revision c b $'/* a comment; */ CREATE TABLE t_c (id INTEGER);\n-- the last line' $'DROP TABLE t_c;\n/* end */'
}

@test "a range needs no database, and its script does what upgrade does" {
	project
	run_ok upgrade base:head --sql -d "$(on_sqlite && echo sqlite:///no/such/dir/x.db || echo postgresql://nobody@127.0.0.1:1/none)"
	printf '%s\n' "$output" >up.sql
	run_ok upgrade head
	expected=$(state)
	database_empty
	feed up.sql
	expect_status 0
	expect_equal "$errors" ""
	expect_equal "$(state)" "$expected"
	run_ok check
}

@test "without a range the script starts where the database stands, and leaves it alone" {
	project
	run_ok upgrade a
	run_ok upgrade head --sql
	expect_equal "$(rows)" a
	expect_equal "$(tables)" t_a
	printf '%s\n' "$output" >up.sql
	expect_lacks "$output" "CREATE TABLE t_a"
	feed up.sql
	expect_status 0
	expect_equal "$(rows)" c
	expect_equal "$(tables)" "t_a t_b t_c"
	run_ok check
}

@test "downgrade --sql does what downgrade does" {
	project
	run_ok upgrade head
	run_ok downgrade c:a --sql
	printf '%s\n' "$output" >down.sql
	feed down.sql
	expect_status 0
	expect_equal "$(rows)" a
	expect_equal "$(tables)" t_a
	run_ok downgrade base --sql
	printf '%s\n' "$output" >down.sql
	got=$(feed down.sql && expect_status 0 && state)
	database_empty
	run_ok upgrade head
	run_ok downgrade a
	run_ok downgrade base
	expect_equal "$got" "$(state)"
}

@test "stamp --sql does what stamp does" {
	project
	run_ok stamp b --sql
	printf '%s\n' "$output" >stamp.sql
	feed stamp.sql
	expect_status 0
	expect_equal "$(rows)" b
	expect_equal "$(tables)" ""
	run_ok stamp base --sql
	printf '%s\n' "$output" >stamp.sql
	feed stamp.sql
	expect_equal "$(rows)" ""
	expect_equal "$(sql "SELECT revision, direction FROM migrate_log ORDER BY id")" $'b|stamp\nb|stamp'
}

@test "a database that stands elsewhere is refused, and nothing changes" {
	project
	run_ok upgrade b:head --sql
	printf '%s\n' "$output" >up.sql
	run_ok upgrade a
	before=$(state)
	feed up.sql
	[ "$status" != 0 ]
	expect_has "$errors" "the database is not at b"
	expect_equal "$(state)" "$before"
}

# bats test_tags=offline
@test "an empty database is refused by a script that starts higher up, and stays empty" {
	project
	run_ok upgrade b:head --sql
	printf '%s\n' "$output" >up.sql
	feed up.sql
	[ "$status" != 0 ]
	expect_equal "$(tables)" ""
}

# bats test_tags=offline
@test "a second run of the same script is refused" {
	project
	run_ok upgrade base:head --sql
	printf '%s\n' "$output" >up.sql
	feed up.sql
	expect_status 0
	before=$(state)
	feed up.sql
	[ "$status" != 0 ]
	expect_has "$errors" "the database is not at base"
	expect_equal "$(state)" "$before"
}

# bats test_tags=offline
@test "a script that fails midway keeps what was before, as upgrade does" {
	project
	revision c b "CREATE TABLE t_c (id INTEGER); SELECT * FROM nowhere; CREATE TABLE rest (id INTEGER);" -
	table d c
	run_ok upgrade base:head --sql
	printf '%s\n' "$output" >up.sql
	feed up.sql
	[ "$status" != 0 ]
	expect_equal "$(rows)" b
	expect_equal "$(tables)" "t_a t_b"
}

@test "with transaction: run the whole script is one transaction" {
	project
	echo "transaction: run" >>migrator.yaml
	revision c b "CREATE TABLE t_c (id INTEGER); SELECT * FROM nowhere;" -
	run_ok upgrade base:head --sql
	printf '%s\n' "$output" >up.sql
	feed up.sql
	[ "$status" != 0 ]
	expect_equal "$(tables)" ""
	project
	run_ok upgrade base:head --sql
	printf '%s\n' "$output" >up.sql
	feed up.sql
	expect_status 0
	expect_equal "$(tables)" "t_a t_b t_c"
	run_ok check
}

@test "a database taken over from Alembic gets its log by the script" {
	project
	echo "version_table: alembic_version" >>migrator.yaml
	sql "CREATE TABLE alembic_version (version_num VARCHAR(32) NOT NULL PRIMARY KEY); INSERT INTO alembic_version VALUES ('a')"
	run_ok upgrade --sql
	printf '%s\n' "$output" >up.sql
	feed up.sql
	expect_status 0
	expect_equal "$(sql "SELECT version_num FROM alembic_version")" c
	expect_equal "$(sql "SELECT count(*) FROM migrate_log")" 2
	sql "DROP TABLE migrate_log"
	run_ok downgrade --sql
	printf '%s\n' "$output" >down.sql
	feed down.sql
	expect_status 0
	expect_equal "$(sql "SELECT version_num FROM alembic_version")" b
}

@test "several rows, merges and dependencies" {
	table a ""
	table b1 a
	table b2 a "depends_on: b1"
	table m "b1, b2"
	table x "" "branch_labels: other"
	run_ok upgrade base:heads --sql
	printf '%s\n' "$output" >up.sql
	run_ok upgrade heads
	run_ok --format json status
	expected=$(json '.current | sort | join(",")')
	database_empty
	feed up.sql
	expect_status 0
	expect_equal "$(rows | tr ' ' ,)" "$expected"
	run_ok downgrade base --sql
	printf '%s\n' "$output" >down.sql
	feed down.sql
	expect_status 0
	expect_equal "$(rows)" ""
	expect_equal "$(tables)" ""
}

# bats test_tags=postgresql
@test "COPY data goes through psql, and the log holds it" {
	revision a "" $'CREATE TABLE t_a (id int, t text);\nCOPY t_a FROM stdin;\n1\tit\'s; \\\\ $$\n2\t\\N\n\\.\nSELECT 1;' "DROP TABLE t_a;"
	revision b a $'COPY t_a FROM stdin WITH (FORMAT csv);\n3,"x\ny"\n\\.' -
	run_ok upgrade base:head --sql
	printf '%s\n' "$output" >up.sql
	run_ok upgrade head
	expected=$(state && sql "SELECT * FROM t_a ORDER BY id")
	database_empty
	feed up.sql
	expect_status 0
	expect_equal "$(state && sql "SELECT * FROM t_a ORDER BY id")" "$expected"
}

# bats test_tags=postgresql
@test "psql's variables and commands in a script mean nothing" {
	revision a "" "CREATE TABLE t_a (t text);
INSERT INTO t_a VALUES (':name'), (E'a\\\\b'), ('x' || ':foo');
SELECT (ARRAY[1,2,3])[1:2], 'a'::text, \$x\$ \\set x \$x\$;
CREATE FUNCTION f() RETURNS int LANGUAGE plpgsql AS \$\$ DECLARE x int := 1; BEGIN RETURN x; END \$\$;" -
	run_ok upgrade base:head --sql
	printf '%s\n' "$output" >up.sql
	feed up.sql
	expect_status 0
	expect_equal "$(sql "SELECT string_agg(t, ' ') FROM t_a")" ':name a\b x:foo'
	run_ok check --database --changes
}

# bats test_tags=postgresql
@test "what a script sets does not reach the version row that the script writes" {
	sql "CREATE ROLE weak_$DB"
	revision a "" "CREATE TABLE t_a (id int); SET search_path = '';" -
	revision b a "SET ROLE weak_$DB;" -
	revision c b "SET SESSION AUTHORIZATION weak_$DB; SET standard_conforming_strings = off;" -
	revision d c "CREATE TABLE t_d (t text); INSERT INTO t_d VALUES ('a\\b');" -
	run_ok upgrade base:head --sql
	printf '%s\n' "$output" >up.sql
	feed up.sql
	expect_status 0
	expect_equal "$(rows)" d
	expect_equal "$(tables)" "t_a t_d"
	expect_equal "$(sql "SELECT t FROM t_d")" 'a\b'
	sql "DROP ROLE weak_$DB"
}

# bats test_tags=sqlite
@test "a script that sqlite3 would take as a dot command or a second transaction" {
	revision a "" $'CREATE TABLE t_a (t TEXT);\nINSERT INTO t_a VALUES (\'\n.quit\n.read x\');' -
	revision b a $'CREATE TABLE t_b (id INTEGER);\nCREATE TRIGGER tr AFTER INSERT ON t_b BEGIN\n\tUPDATE t_b SET id = id + 1;\nEND' -
	revision c b $'INSERT INTO t_b VALUES (1)' -
	run_ok upgrade base:head --sql
	printf '%s\n' "$output" >up.sql
	feed up.sql
	expect_status 0
	expect_equal "$(rows)" c
	expect_equal "$(sql "SELECT id FROM t_b")" 2
	run_ok check --database --changes
}

# bats test_tags=sqlite
@test "rebuilding a table by the script keeps the children's rows, and foreign_keys=on cascades" {
	revision a "" "CREATE TABLE p (id INTEGER PRIMARY KEY); CREATE TABLE c (p INTEGER REFERENCES p ON DELETE CASCADE);
INSERT INTO p VALUES (1), (2); INSERT INTO c VALUES (1), (2);" -
	revision b a "CREATE TABLE n (id INTEGER PRIMARY KEY); INSERT INTO n SELECT id FROM p; DROP TABLE p; ALTER TABLE n RENAME TO p;" -
	revision c b "DELETE FROM p WHERE id = 2;" -
	sed -i 's/^-- migrate:upgrade$/& foreign_keys=on/' migrations/c.sql
	run_ok upgrade base:head --sql
	printf '%s\n' "$output" >up.sql
	feed up.sql
	expect_status 0
	expect_equal "$(sql "SELECT group_concat(p) FROM c")" 1
}

@test "--sql refuses what upgrade refuses, and prints nothing" {
	project
	revision c b "COMMIT;" -
	for command in "upgrade base:head --sql" "upgrade --sql" "downgrade c:base --sql"; do
		migrate $command
		expect_status 2
		expect_has "$errors" migrations/c.sql
		expect_equal "$output" ""
	done
}

# bats test_tags=postgresql
@test "the configured lock_timeout and schema are in the script" {
	printf 'lock_timeout: 1234ms\nversion_table_schema: own\n' >>migrator.yaml
	project
	run_ok upgrade base:head --sql
	expect_has "$output" "lock_timeout = 1234"
	expect_has "$output" '"own"."migrate_version"'
	printf '%s\n' "$output" >up.sql
	sql "CREATE SCHEMA own"
	feed up.sql
	expect_status 0
	expect_equal "$(sql "SELECT version_num FROM own.migrate_version")" c
}

# bats test_tags=offline
@test "a script cut short leaves whole revisions only" {
	project
	run_ok upgrade base:head --sql
	printf '%s\n' "$output" >up.sql
	head -c $(($(wc -c <up.sql) * 3 / 4)) up.sql >cut.sql
	feed cut.sql
	expect_equal "$(tables | wc -w)" "$(sql "SELECT count(*) FROM migrate_log")"
}

# bats test_tags=offline
@test "a range for an upgrade that stands the wrong way round is refused" {
	table a ""
	table b a
	table c b
	migrate upgrade c:a --sql
	expect_status 2
	expect_has "$errors" '"a" is below "c"'
	migrate upgrade b:base --sql
	expect_status 2
	run_ok upgrade c:c --sql
	run_ok upgrade base:base --sql
	run_ok upgrade c: --sql
}

@test "upgrade --sql where there is nothing to do is a script that does nothing" {
	table a ""
	run_ok upgrade
	run_ok upgrade --sql
	expect_lacks "$output" t_a
	run_ok upgrade head --sql
	expect_lacks "$output" t_a
}
