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

@test "the example of verify in migrate(1) works" {
	table a ""
	run_examples "$BATS_TEST_DIRNAME/../../docs/migrate.1" verify
}
