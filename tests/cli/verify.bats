# migrate verify: each revision goes up, down and up again on a scratch database.

load common
load examples

# untouched: the configured database has been left alone.
untouched() {
	if on_sqlite; then [ ! -e "$DB" ]; else expect_equal "$(tables)" ""; fi
}

@test "downgrades that undo their upgrades are verified, and the database is left alone" {
	table a ""
	table b a
	revision c b "ALTER TABLE t_a ADD COLUMN more INTEGER; CREATE INDEX t_b_id ON t_b (id);" \
		"DROP INDEX t_b_id; ALTER TABLE t_a DROP COLUMN more;"
	run_ok verify
	expect_equal "$output" ""
	expect_has "$errors" "3 revisions tried up, down and up again, 0 findings"
	untouched
}

@test "what a downgrade leaves behind is found, with its file and line" {
	table a ""
	revision b a "CREATE TABLE t_b (id INTEGER); CREATE VIEW v AS SELECT 1 AS one;" "DROP TABLE t_b;"
	table c b
	migrate verify
	expect_status 3
	expect_has "$output" "migrations/b.sql:10:1: the downgrade of b does not bring back the schema"
	expect_has "$output" "view"
	expect_has "$output" "is new"
	expect_has "$output" "+CREATE VIEW"
	expect_has "$errors" "3 revisions tried"
	expect_has "$errors" "1 finding"
	untouched
}

@test "what a downgrade takes too much or changes is found" {
	revision a "" "CREATE TABLE one (id INTEGER, name VARCHAR(10)); CREATE TABLE two (id INTEGER);" \
		"DROP TABLE one; DROP TABLE two;"
	revision b a "CREATE TABLE three (id INTEGER);" "DROP TABLE three; DROP TABLE two;"
	revision c b "ALTER TABLE one RENAME COLUMN name TO title;" "ALTER TABLE one RENAME COLUMN title TO names;"
	migrate verify
	expect_status 3
	expect_has "$output" "two is missing"
	expect_has "$output" "the downgrade of c does not bring back"
	expect_has "$output" "names is new"
	expect_has "$errors" "2 findings"
}

@test "a downgrade that fails is found, with what the database says, and the others are tried" {
	table a ""
	revision b a "CREATE TABLE t_b (id INTEGER);" "DROP TABLE nowhere;"
	table c b
	migrate verify
	expect_status 3
	expect_has "$output" "migrations/b.sql:10:"
	expect_has "$output" "the downgrade of b fails"
	expect_has "$output" "nowhere"
	expect_has "$errors" "3 revisions tried"
}

# bats test_tags=postgresql
@test "an upgrade that cannot run again after its downgrade is found" {
	# A sequence stays behind on PostgreSQL only.
	revision a "" "CREATE ROLE stays_$BATS_SUITE_TEST_NUMBER;" "SELECT 1;"
	migrate verify
	psql_admin -c "DROP ROLE IF EXISTS stays_$BATS_SUITE_TEST_NUMBER"
	expect_status 3
	expect_has "$output" "the second upgrade of a fails"
	expect_has "$output" "already exists"
}

@test "an upgrade that does not run at all is an error at its place" {
	table a ""
	revision b a "SELEC 1;" ""
	migrate verify
	expect_status 1
	expect_has "$errors" "migrations/b.sql:7"
	untouched
}

@test "irreversible revisions are skipped by name, and one without a downgrade is a finding" {
	table a ""
	revision b a "CREATE TABLE t_b (id INTEGER);" - "irreversible: rows are gone"
	revision c b "CREATE TABLE t_c (id INTEGER);" -
	migrate verify
	expect_status 3
	expect_has "$errors" "irreversible, and not tried: b"
	expect_has "$output" "migrations/c.sql:1:1: revision c has no downgrade section"
	expect_has "$errors" "1 revision tried"
}

@test "a range is verified on what stands below it" {
	revision a "" "CREATE TABLE t_a (id INTEGER);" "SELECT 1;"
	table b a
	table c b
	run_ok verify b:
	expect_has "$errors" "2 revisions tried"
	run_ok verify c
	expect_has "$errors" "1 revision tried"
	migrate verify a:b
	expect_status 3
	expect_has "$errors" "2 revisions tried"
	migrate verify c:b
	expect_status 2
	migrate verify nothing
	expect_status 2
}

@test "branches are tried in another order too" {
	table a ""
	table b a
	revision c a "CREATE VIEW seen AS SELECT id FROM t_b;" "DROP VIEW seen;"
	table d "b, c"
	if on_sqlite; then
		# A view may be made before its table.
		revision c a "INSERT INTO t_b VALUES (1);" "DELETE FROM t_b;"
	fi
	migrate verify
	expect_status 3
	expect_has "$output" "migrations/c.sql:7:"
	expect_has "$output" "with the branches in the order c, b the upgrade of c fails"
	expect_has "$output" "t_b"
	expect_has "$errors" "1 finding"
}

# rival ID PARENTS NUMBER: a view that whoever runs last wins.
rival() {
	revision "$1" "$2" "DROP VIEW IF EXISTS v; CREATE VIEW v AS SELECT $3 AS x;" - "irreversible: v was another"
}

@test "branches whose order makes another schema are found, unless their merge settles it" {
	table a ""
	rival b a 1
	rival c a 2
	migrate verify
	expect_status 3
	expect_has "$output" "the branches make one schema in the order b, c, and another in the order c, b"
	expect_has "$errors" "1 finding"
	rival d "b, c" 3
	run_ok verify
}

@test "every merge is tried in each order of its branches" {
	table a ""
	table b a
	table c a
	table d "b, c"
	rival e d 1
	rival f d 2
	table g "e, f"
	migrate verify
	expect_status 3
	expect_has "$output" "migrations/g.sql:1:1: the branches make one schema in the order e, f, and another"
	expect_has "$errors" "1 finding"
	run_ok verify :d
}

# bats test_tags=postgresql
@test "roles that scripts make are made once for all orders of verify" {
	# A role is outside of the database; SQLite has none.
	local role=verified_$BATS_SUITE_TEST_NUMBER
	revision a "" "CREATE ROLE ${role}_a;" "DROP ROLE ${role}_a;"
	revision b a "CREATE ROLE ${role}_b;" "DROP ROLE ${role}_b;"
	table c a
	table d "b, c"
	migrate verify
	migrate verify # nothing was left
	psql_admin -c "DROP ROLE IF EXISTS ${role}_a, ${role}_b"
	expect_status 0
	expect_lacks "$errors" "not tried"
}

@test "statements outside a transaction are verified" {
	table a ""
	if on_sqlite; then
		revision b a "VACUUM; CREATE INDEX i ON t_a (id);" "DROP INDEX i;"
	else
		revision b a "CREATE INDEX CONCURRENTLY i ON t_a (id);" "DROP INDEX CONCURRENTLY i;"
	fi
	run_ok verify
	expect_has "$errors" "2 revisions tried"
}

@test "verify in JSON and in the formats of check" {
	table a ""
	revision b a "CREATE TABLE t_b (id INTEGER);" "SELECT 1;"
	migrate --format json verify
	expect_status 3
	expect_equal "$(json '[.verified, (.findings | length), .findings[0].check, .findings[0].line] | tojson')" '[2,1,"verify",10]'
	migrate --format github verify
	expect_status 3
	expect_has "$output" "::error file=migrations/b.sql,line=10"
	migrate --format junit verify
	expect_status 3
	expect_has "$output" "migrate.check.verify"
}

# bats test_tags=postgresql
@test "a scratch database is dropped when the command ends, and after kill -9 by the next one" {
	# On SQLite it is in memory.
	local before pid i
	revision a "" "SELECT pg_sleep(60);" "SELECT 1;"
	"$MIGRATE" verify >/dev/null 2>&1 </dev/null 3>&- &
	pid=$!
	soon sleeping
	before=$(sleeping_in)
	kill -9 "$pid"
	wait "$pid" || true
	soon gone_from "$before"
	table a ""
	run_ok verify
	expect_equal "$(psql_admin -A -t -c "SELECT count(*) FROM pg_database WHERE datname = '$before'")" 0
}

# The scratch database in which a script sleeps. A server of its own would be slower than this is.
sleeping_in() {
	psql_admin -A -t -c "SELECT datname FROM pg_stat_activity WHERE wait_event = 'PgSleep' AND datname LIKE 'migrate\\_temp\\_%' LIMIT 1"
}
sleeping() { [ -n "$(sleeping_in)" ]; }
gone_from() { [ "$(psql_admin -A -t -c "SELECT count(*) FROM pg_stat_activity WHERE datname = '$1'")" = 0 ]; }

# bats test_tags=postgresql
@test "interrupted, verify drops its databases and says so by its status" {
	# On SQLite it is in memory.
	local name pid status=0
	revision a "" "SELECT pg_sleep(61);" "SELECT 1;"
	"$MIGRATE" verify >/dev/null 2>"$DIR/.bg" </dev/null 3>&- &
	pid=$!
	soon sleeping
	name=$(sleeping_in)
	kill -TERM "$pid"
	wait "$pid" || status=$?
	expect_equal "$status" 143
	expect_equal "$(psql_admin -A -t -c "SELECT count(*) FROM pg_database WHERE datname = '$name'")" 0
}

# bats test_tags=postgresql
@test "a role that may not create databases is told what to grant" {
	# SQLite has no roles.
	table a ""
	psql_admin -c "CREATE ROLE plain_$BATS_SUITE_TEST_NUMBER LOGIN"
	migrate -d "${URL/tester@/plain_$BATS_SUITE_TEST_NUMBER@}" verify
	psql_admin -c "DROP ROLE plain_$BATS_SUITE_TEST_NUMBER"
	expect_status 1
	expect_has "$errors" "permission denied to create database"
	expect_has "$errors" "CREATEDB"
}

# -------- Rows --------

# data TEXT...: the file of rows, a line each.
data() { printf '%s\n' "$@" >data.sql; }

# notes: a revision with two tables, and two rows for one of them.
notes() {
	revision a "" "CREATE TABLE notes (id INTEGER PRIMARY KEY, text VARCHAR(20)); CREATE TABLE tags (id INTEGER);" \
		"DROP TABLE notes; DROP TABLE tags;"
	data "INSERT INTO notes VALUES (1, 'one');" "INSERT INTO notes VALUES (2, 'two');"
}

@test "rows that survive their revisions are no finding, and the file may speak of any of them" {
	notes
	revision b a "ALTER TABLE notes ADD COLUMN stars INTEGER;" "ALTER TABLE notes DROP COLUMN stars;"
	revision c b "CREATE INDEX i ON notes (stars);" "DROP INDEX i;"
	data "INSERT INTO notes VALUES (1, 'one');" "-- at: b" "INSERT INTO notes VALUES (2, 'two', 3);" \
		"-- at: c" "INSERT INTO notes VALUES (3, 'three', NULL);"
	run_ok verify --data data.sql
	expect_equal "$output" ""
	expect_has "$errors" "3 revisions tried up, down and up again, 0 findings"
	untouched
}

@test "a downgrade that loses rows of a table that stays is found, with how many" {
	notes
	revision b a "CREATE TABLE copy (id INTEGER);" "DROP TABLE copy; DELETE FROM notes;"
	table c b
	run_ok verify
	migrate verify --data data.sql
	expect_status 3
	expect_has "$output" "migrations/b.sql:10:1: the downgrade of b does not bring back the rows that were there before: table "
	expect_has "$output" "notes: 2 rows before, 0 after"
	expect_has "$errors" "3 revisions tried"
	expect_has "$errors" "1 finding"
}

@test "a value that a downgrade does not bring back is found, with its row" {
	notes
	revision b a "UPDATE notes SET text = 'ONE' WHERE id = 1;" "SELECT 1;"
	migrate verify --data data.sql
	expect_status 3
	expect_has "$output" "migrations/b.sql:10:1: the downgrade of b does not bring back the rows"
	expect_has "$output" "id 1, text"
	expect_has "$output" "ONE"
	revision b a "UPDATE notes SET text = 'ONE' WHERE id = 1;" "UPDATE notes SET text = 'one' WHERE id = 1;"
	run_ok verify --data data.sql
}

@test "an upgrade that makes other rows the second time is found" {
	local key="id INTEGER PRIMARY KEY AUTOINCREMENT"
	on_sqlite || key="id SERIAL PRIMARY KEY"
	revision a "" "CREATE TABLE counted ($key, text VARCHAR(20));" "DROP TABLE counted;"
	revision b a "INSERT INTO counted (text) VALUES ('b');" "DELETE FROM counted WHERE text = 'b';"
	data "INSERT INTO counted (text) VALUES ('a');"
	migrate verify --data data.sql
	expect_status 3
	expect_has "$output" "migrations/b.sql:7:1: the second upgrade of b makes other rows than the first: table "
	expect_has "$output" "counted: id 2, text"
	expect_has "$output" "is now id 3, text"
}

@test "data that goes with its column or table is told, and no finding" {
	notes
	revision b a "ALTER TABLE notes ADD COLUMN stars INTEGER; UPDATE notes SET stars = 3;" "ALTER TABLE notes DROP COLUMN stars;"
	revision c b "ALTER TABLE notes DROP COLUMN text;" "ALTER TABLE notes ADD COLUMN text VARCHAR(20);"
	run_ok verify --data data.sql
	expect_has "$errors" "notice: migrations/c.sql:7: the data of column "
	expect_has "$errors" "notes.text does not survive the upgrade of c"
	expect_lacks "$errors" "stars"
	revision c b "DROP TABLE tags;" "CREATE TABLE tags (id INTEGER);"
	data "INSERT INTO tags VALUES (1);"
	run_ok verify --data data.sql
	expect_has "$errors" "tags does not survive the upgrade of c"
}

@test "a column that the downgrade drops comes back as the upgrade makes it" {
	notes
	revision b a "ALTER TABLE notes ADD COLUMN stars INTEGER;" "ALTER TABLE notes DROP COLUMN stars;"
	revision c b "UPDATE notes SET stars = 1;" "UPDATE notes SET stars = NULL;"
	run_ok verify --data data.sql
	expect_lacks "$errors" "survive"
	expect_has "$errors" "3 revisions tried up, down and up again, 0 findings"
}

@test "rows that are no rows: what is wrong in the file is told with its line" {
	notes
	data "-- at: nowhere" "SELECT 1;"
	migrate verify --data data.sql
	expect_status 2
	expect_has "$errors" "data.sql:1:1"
	data "SELECT 1;" "-- at:" "SELECT 1;"
	migrate verify --data data.sql
	expect_status 2
	expect_has "$errors" "data.sql:2:1"
	data "SELECT 1;" "-- at: a" "" "INSERT INTO nowhere VALUES (1);"
	migrate verify --data data.sql
	expect_status 1
	expect_has "$errors" "data.sql:4:"
	expect_has "$errors" "nowhere"
	migrate verify --data missing.sql
	expect_status 2
	expect_has "$errors" "missing.sql"
	untouched
}

@test "rows of a range come behind its first revision, and those below it where they say" {
	notes
	revision b a "CREATE TABLE more (id INTEGER);" "DROP TABLE more;"
	revision c b "SELECT 1;" "DELETE FROM more; DELETE FROM notes;"
	data "INSERT INTO more VALUES (1);" "-- at: a" "INSERT INTO notes VALUES (1, 'one');"
	migrate verify --data data.sql b:
	expect_status 3
	expect_has "$output" "more: 1 row before, 0 after"
	expect_has "$output" "notes: 1 row before, 0 after"
	expect_has "$errors" "2 revisions tried up, down and up again, 2 findings"
	migrate --format json verify --data data.sql b:
	expect_equal "$(json '[.findings[].line] | tojson')" '[10,10]'
}

# bats test_tags=sqlite
@test "a rebuild of a table that forgets a column's values is found" {
	# The way that SQLite's own documentation has for what ALTER TABLE cannot do.
	notes
	revision b a "CREATE TABLE n (id INTEGER PRIMARY KEY, text VARCHAR(20) NOT NULL DEFAULT ''); INSERT INTO n SELECT id, text FROM notes; DROP TABLE notes; ALTER TABLE n RENAME TO notes;" \
		"CREATE TABLE n (id INTEGER PRIMARY KEY, text VARCHAR(20)); INSERT INTO n (id) SELECT id FROM notes; DROP TABLE notes; ALTER TABLE n RENAME TO notes;"
	run_ok verify
	migrate verify --data data.sql
	expect_status 3
	expect_has "$output" "table notes: id 1, text 'one' is now id 1, text NULL"
}

@test "after a finding the next revisions have their rows again" {
	notes
	revision b a "SELECT 1;" "DELETE FROM notes;"
	revision c b "SELECT 1;" "DELETE FROM notes WHERE id = 2;"
	migrate verify --data data.sql
	expect_status 3
	expect_has "$output" "notes: 2 rows before, 0 after"
	expect_has "$output" "notes: 2 rows before, 1 after"
}

@test "the example of verify in migrate(1) works" {
	table a ""
	run_examples "$BATS_TEST_DIRNAME/../../docs/migrate.1" verify
}

# bats test_tags=postgresql
@test "a script that throws the session's prepared statements away" {
	revision a "" "CREATE TABLE t_a (id integer); DEALLOCATE ALL;" "DROP TABLE t_a; DEALLOCATE ALL;"
	revision b a "CREATE TABLE t_b (id integer); DISCARD PLANS; DEALLOCATE ALL;" "DROP TABLE t_b;"
	revision c b "ALTER TABLE t_a ADD COLUMN name text DEFAULT 'x'; DEALLOCATE ALL;" "SELECT 1;"
	migrate verify
	expect_status 3
	expect_has "$output" "migrations/c.sql"
	expect_has "$output" "column public.t_a.name is new"
	expect_has "$errors" "3 revisions tried up, down and up again, 1 finding"
}

# bats test_tags=postgresql
@test "values of PostgreSQL's own types survive, and one that does not is told" {
	revision a "" "CREATE TABLE t (id integer PRIMARY KEY, bytes bytea, list text[], doc jsonb, at timestamptz);" "DROP TABLE t;"
	revision b a "ALTER TABLE t ALTER COLUMN doc TYPE text;" "ALTER TABLE t ALTER COLUMN doc TYPE jsonb USING doc::jsonb;"
	data "INSERT INTO t VALUES (1, '\\x00ff', ARRAY['a', NULL, 'b,\"c'], '{\"a\": 1}', '2026-01-01 12:00+02'), (2, NULL, '{}', NULL, 'infinity');"
	run_ok verify --data data.sql
	revision c b "SELECT 1;" "UPDATE t SET list = array_remove(list, NULL);"
	migrate verify --data data.sql
	expect_status 3
	expect_has "$output" "migrations/c.sql:10:1: the downgrade of c does not bring back the rows"
	expect_has "$output" 'list {a,NULL,"b,\"c"}'
}
