# Merge safety: the branches of a merge make the same schema in every order, tried on scratch databases.

load common

# Two branches from a, b and c, that do not meet.
apart() {
	table a ""
	table b a
	table c a
}

# A view that the last of two branches wins.
rivals() {
	table a ""
	revision b a "DROP VIEW IF EXISTS v; CREATE VIEW v AS SELECT 1 AS x;" "DROP VIEW IF EXISTS v;"
	revision c a "DROP VIEW IF EXISTS v; CREATE VIEW v AS SELECT 2 AS x;" "DROP VIEW IF EXISTS v;"
}

# One branch needs what the other makes.
needy() {
	table a ""
	table b a
	revision c a "INSERT INTO t_b VALUES (1);" "DELETE FROM t_b;"
}

# merges: how many files join branches.
merges() { grep -l '^-- down_revision: .*,' migrations/*.sql 2>/dev/null | wc -l; }

# untouched: the configured database has been left alone, and no other is left.
untouched() {
	if on_sqlite; then [ ! -e "$DB" ]; else expect_equal "$(tables)" ""; fi
}

@test "branches that do not meet are joined without a word about them" {
	apart
	run_ok merge -m "Join"
	expect_equal "$(merges)" 1
	expect_lacks "$errors" "branches"
	untouched
}

@test "a merge whose orders make two schemas is refused, with both orders and the object" {
	rivals
	migrate merge -m "Join"
	expect_status 2
	expect_has "$errors" "the branches make one schema in the order b, c, and another in the order c, b: view"
	expect_has "$errors" "the branches b and c both change view"
	expect_has "$errors" "migrate rebase"
	expect_equal "$(merges)" 0
	untouched
}

@test "a merge with an order whose script fails is refused, with its file and line" {
	needy
	migrate --format json merge -m "Join"
	expect_status 2
	expect_equal "$(json '.error | [.code, .file, .line] | tojson')" '["refused","migrations/c.sql",7]'
	expect_has "$(json .error.message)" "with the branches in the order c, b the upgrade of c fails: "
	expect_equal "$(merges)" 0
}

@test "two branches that make the same object are told, and in which order that fails" {
	table a ""
	revision b a "CREATE INDEX i ON t_a (id);" "DROP INDEX i;"
	revision c a "CREATE INDEX i ON t_a (id);" "DROP INDEX i;"
	migrate merge -m "Join"
	expect_status 2
	expect_has "$errors" "warning: the branches b and c both change index"
	expect_has "$errors" "with the branches in the order b, c the upgrade of c fails"
	expect_has "$errors" "migrations/c.sql:7"
}

@test "two branches that change different parts of one table are told, and joined" {
	table a ""
	revision b a "ALTER TABLE t_a ADD COLUMN more INTEGER;" "ALTER TABLE t_a DROP COLUMN more;"
	revision c a "CREATE INDEX i ON t_a (id);" "DROP INDEX i;"
	run_ok merge -m "Join"
	expect_has "$errors" "the branches b and c both change table"
	expect_has "$errors" "t_a.more (b), index"
	expect_lacks "$errors" "warning"
	expect_equal "$(merges)" 1
}

@test "two branches that make the same object in the same way are warned of, and joined" {
	table a ""
	revision b a "CREATE INDEX IF NOT EXISTS i ON t_a (id);" "DROP INDEX IF EXISTS i;"
	revision c a "CREATE INDEX IF NOT EXISTS i ON t_a (id);" "DROP INDEX IF EXISTS i;"
	run_ok merge -m "Join"
	expect_has "$errors" "warning: the branches b and c both change index"
	expect_equal "$(merges)" 1
}

@test "--no-scratch joins without a try" {
	rivals
	run_ok merge --no-scratch -m "Join"
	expect_equal "$errors" ""
	expect_equal "$(merges)" 1
}

@test "three branches are tried in all orders, and more with each of them first" {
	table a ""
	table b a
	table c a
	# Only after b, but before c.
	revision d a "$(after_not b c)" "SELECT 1;"
	migrate merge -m "Join"
	expect_status 2
	expect_has "$errors" "the upgrade of d fails"
	table d a
	table e a
	run_ok merge -m "Join"
	expect_has "$errors" "of the orders of 4 branches 4 were tried"
}

# after_not B C: a statement that runs once there is t_B, and fails where there is t_C.
after_not() { printf 'INSERT INTO t_%s VALUES (1); CREATE TABLE t_%s (id INTEGER); DROP TABLE t_%s;' "$1" "$2" "$2"; }

@test "what cannot be tried is told, and joined" {
	rivals
	sed -i '/database_url/d' migrator.yaml
	run_ok merge -m "Join"
	expect_has "$errors" "the orders of the branches were not tried: "
	expect_equal "$(merges)" 1
}

@test "a base that does not run keeps branches from a try, and not from being joined" {
	revision a "" "SELEC 1;" "SELECT 1;"
	table b a
	table c a
	run_ok merge -m "Join"
	expect_has "$errors" "not tried: "
	expect_has "$errors" "migrations/a.sql:7: "
	expect_equal "$(merges)" 1
}

# bats test_tags=postgresql
@test "a server that is down, or a role that may not create databases, is no reason not to join" {
	# SQLite has neither.
	rivals
	run_ok -d "postgresql://tester@127.0.0.1:1/gone" merge -m "Join"
	expect_has "$errors" "not tried: "
	expect_equal "$(merges)" 1
	grep -l '^-- down_revision: .*,' migrations/*.sql | xargs rm
	psql_admin -c "CREATE ROLE plain_$BATS_SUITE_TEST_NUMBER LOGIN"
	migrate -d "${URL/tester@/plain_$BATS_SUITE_TEST_NUMBER@}" merge -m "Join"
	psql_admin -c "DROP ROLE plain_$BATS_SUITE_TEST_NUMBER"
	expect_status 0
	expect_has "$errors" "not tried: "
	expect_has "$errors" "permission denied to create database"
	expect_equal "$(merges)" 1
}

# bats test_tags=postgresql
@test "roles that scripts make are made once for all orders" {
	# A role is outside of the database; SQLite has none.
	local role=merged_$BATS_SUITE_TEST_NUMBER
	revision a "" "CREATE ROLE ${role}_a;" "DROP ROLE ${role}_a;"
	revision b a "CREATE ROLE ${role}_b;" "DROP ROLE ${role}_b;"
	table c a
	migrate check --merge
	migrate merge -m "Join" # nothing was left
	psql_admin -c "DROP ROLE IF EXISTS ${role}_a, ${role}_b"
	expect_status 0
	expect_lacks "$errors" "not tried"
}

@test "a branch that depends on the other one has one order, and nothing to try" {
	table a ""
	table b a
	revision c a "INSERT INTO t_b VALUES (1);" "DELETE FROM t_b;" "depends_on: b"
	run_ok merge -m "Join" b c
	expect_equal "$(merges)" 1
}

@test "check tries the orders of several heads" {
	rivals
	run_ok stamp base
	migrate check --format json
	expect_status 3
	expect_equal "$(json '[.findings[] | select(.check == "merge")] | length')" 1
	expect_has "$(json '.findings[] | select(.check == "merge") | .message')" "another in the order c, b: view"
	expect_has "$(json '.findings[] | select(.check == "merge") | .diff')" "+++ c, b"
	expect_equal "$(json '.findings[] | select(.check == "merge") | .revisions | tojson')" '["b","c"]'
	migrate check --heads
	expect_status 3
	expect_lacks "$output" "order"
}

@test "check --merge finds a merge revision whose branches do not agree, at file and line" {
	needy
	table d "b, c"
	table e d
	run_ok check --heads --scripts
	migrate check --merge
	expect_status 3
	expect_has "$output" "migrations/c.sql:7:"
	expect_has "$output" "with the branches in the order c, b the upgrade of c fails"
	untouched
}

@test "a merge whose own script settles the matter is sound" {
	rivals
	revision d "b, c" "DROP VIEW v; CREATE VIEW v AS SELECT 3 AS x;" "SELECT 1;"
	run_ok check --merge
	expect_equal "$output" ""
	table d "b, c"
	migrate check --merge
	expect_status 3
	expect_has "$output" "migrations/d.sql:1:1: the branches make one schema in the order b, c, and another"
}

@test "check --merge fails where it cannot be tried, and plain check does not" {
	table a ""
	revision b a "SELEC 1;" "SELECT 1;"
	table c b
	table d b
	run_ok stamp base
	migrate check --merge
	expect_status 1
	expect_has "$errors" "migrations/b.sql:7"
	migrate check
	expect_status 3
	expect_has "$errors" "the orders of the branches were not tried: "
}

@test "what check --merge finds in the formats of CI" {
	rivals
	migrate --format junit check --merge
	expect_status 3
	expect_has "$output" 'classname="migrate.check.merge"'
	migrate --format github check --merge
	expect_has "$output" "::error file=migrations/c.sql,line=1,col=1,title=migrate check merge::"
	migrate --format gitlab check --merge
	expect_equal "$(json '.[0].check_name')" merge
	migrate --format sarif check --merge
	expect_equal "$(json '.runs[0].results[0].ruleId')" merge
	migrate --format sarif check --merge
	expect_equal "$(json '.runs[0].results[0].properties.fix // "none"')" none
}

# bats test_tags=postgresql
@test "interrupted, merge drops its database and writes nothing" {
	# On SQLite it is in memory.
	local pid status=0
	table a ""
	revision b a "SELECT pg_sleep(62);" "SELECT 1;"
	table c a
	"$MIGRATE" merge -m Join >/dev/null 2>"$DIR/.bg" </dev/null 3>&- &
	pid=$!
	soon sleeping
	kill -TERM "$pid"
	wait "$pid" || status=$?
	expect_equal "$status" 143
	expect_equal "$(merges)" 0
	expect_equal "$(sleeping_in)" ""
}

sleeping_in() {
	psql_admin -A -t -c "SELECT datname FROM pg_stat_activity WHERE query LIKE '%pg_sleep(62)%' AND wait_event = 'PgSleep' LIMIT 1"
}
sleeping() { [ -n "$(sleeping_in)" ]; }
