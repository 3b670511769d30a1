# status and check: where the database stands, and what CI should object to.

load common

# found CHECK... : the commands' findings are of exactly these checks.
found() {
	migrate check --format json
	expect_equal "$(printf '%s' "$output" | gojq -r '[.findings[].check] | join(" ")')" "$*"
}

@test "status: database, rows, heads, pending in order" {
	two_branches
	run_ok upgrade c1
	run_ok status
	expect_has "$output" "dialect   $TEST_DATABASE"
	expect_has "$output" "current   c1"
	expect_equal "$(sed -n '/^pending/,/^changed/p' <<<"$output" | sed '$d; s/^pending//' | tr -d ' ' | tr '\n' ' ')" "c2 d2 d1 "
	expect_has "$output" "3 revisions pending"
	run_ok upgrade heads
	run_ok status
	expect_has "$output" "up to date"
}

@test "status is success whatever it finds, and -q changes nothing of the result" {
	table a ""
	run_ok stamp base
	run_ok status
	first=$output
	run_ok status -q
	expect_equal "$output" "$first"
	expect_equal "$errors" ""
}

@test "status on a database without our tables" {
	table a ""
	on_postgresql || sqlite3 "$DB" "CREATE TABLE own (a INTEGER)"
	run_ok status
	expect_has "$output" "pending   a"
	expect_equal "$(tables)" "$(on_postgresql || echo own)"
}

@test "an edited script is told by status, and by upgrade as a warning" {
	table a ""
	table b a
	run_ok upgrade a
	sed -i 's/INTEGER/BIGINT/' migrations/a.sql
	run_ok status
	expect_has "$output" "changed   a"
	run_ok upgrade
	expect_has "$errors" "warning: revision a was edited"
	expect_has "$errors" migrations/a.sql
	expect_equal "$(rows)" b
}

@test "upgrade --strict refuses an edited script before anything runs" {
	table a ""
	table b a
	run_ok upgrade a
	sed -i 's/INTEGER/BIGINT/' migrations/a.sql
	migrate upgrade --strict
	expect_status 2
	expect_has "$errors" "revision a was edited"
	expect_equal "$(rows)" a
	expect_equal "$(tables)" t_a
	sed -i 's/BIGINT/INTEGER/' migrations/a.sql
	run_ok upgrade --strict
}

@test "what is no edit: line ends, a byte order mark, the header, the downgrade section" {
	table a ""
	run_ok upgrade
	sed -i 's/$/\r/' migrations/a.sql
	run_ok check
	{ printf '\357\273\277' && cat migrations/a.sql; } >x && mv x migrations/a.sql
	run_ok check
	sed -i 's/^\(.*\)-- Revision a/\1-- Another message/; s/DROP TABLE/DROP TABLE IF EXISTS/' migrations/a.sql
	run_ok check
	mv migrations/a.sql migrations/renamed.sql
	run_ok check
	sed -i 's/INTEGER/BIGINT/' migrations/renamed.sql
	migrate check
	expect_status 3
}

@test "after a revision went down and up again its new text counts" {
	table a ""
	run_ok upgrade
	run_ok downgrade
	sed -i 's/INTEGER/BIGINT/' migrations/a.sql
	run_ok upgrade
	run_ok check
}

@test "check finds nothing: status 0" {
	table a ""
	table b a
	run_ok upgrade
	run_ok check
	run_ok check -q
	expect_equal "$output$errors" ""
	for option in --heads --scripts --database --changes; do
		run_ok check $option
	done
	run_ok check --heads --scripts --database --changes
}

@test "check --heads: several heads are status 3" {
	two_branches
	migrate check --heads
	expect_status 3
	expect_has "$output" "d1 and d2"
	run_ok check --scripts
}

@test "check --scripts: what would be refused, with its place" {
	table a ""
	revision b a "SELECT 'open;" ""
	migrate check --scripts
	expect_status 3
	expect_has "$output" migrations/b.sql:7:8:
	revision b a "" "/* open"
	migrate check --scripts
	expect_status 3
	revision b a "COMMIT;" ""
	migrate check --scripts
	expect_status 3
	expect_has "$output" COMMIT
	run_ok check --heads
}

@test "check --scripts: a missing downgrade section, unless irreversible" {
	revision a "" "SELECT 1;" -
	migrate check --scripts
	expect_status 3
	expect_has "$output" "migrations/a.sql"
	expect_has "$output" "no downgrade"
	revision a "" "SELECT 1;" - "irreversible: data is gone"
	run_ok check --scripts
	revision a "" "SELECT 1;" ""
	run_ok check --scripts
}

@test "check --database: pending and unknown rows are status 3" {
	table a ""
	table b a
	run_ok upgrade a
	migrate check --database
	expect_status 3
	expect_has "$output" b
	sql "INSERT INTO migrate_version VALUES ('gone')"
	migrate check --database
	expect_status 3
	expect_has "$output" gone
	run_ok check --heads --scripts
	run_ok check --changes
}

@test "check --changes: an edited script is status 3" {
	table a ""
	run_ok upgrade
	sed -i 's/INTEGER/BIGINT/' migrations/a.sql
	migrate check --changes
	expect_status 3
	expect_has "$output" migrations/a.sql
	run_ok check --database
	run_ok check --scripts
}

@test "check without options makes all checks" {
	table a ""
	run_ok upgrade
	found
	sed -i 's/INTEGER/BIGINT/' migrations/a.sql
	revision b a "SELECT 1;" -
	table c a
	found heads scripts database changes
	expect_status 3
}

@test "check --heads and --scripts need no database" {
	table a ""
	: >migrator.yaml
	run_ok check --heads --scripts
	run_ok check --heads -d postgresql://nobody@127.0.0.1:1/none
	migrate check --database -d postgresql://nobody@127.0.0.1:1/none
	expect_status 1
}

@test "current --check-heads: 0 at the heads, 3 elsewhere" {
	two_branches
	run_ok stamp d1
	migrate current --check-heads
	expect_status 3
	expect_has "$output" d1
	expect_has "$errors" d2
	run_ok upgrade heads
	run_ok current --check-heads
	sql "INSERT INTO migrate_version VALUES ('gone')"
	migrate current --check-heads
	expect_status 3
}

@test "current --check-heads counts a head that another depends on as applied" {
	table l1 ""
	table r1 "" "depends_on: l1"
	run_ok upgrade r1
	run_ok current --check-heads
	run_ok check --database
}

@test "ensure-version creates the two tables and nothing else, once" {
	on_postgresql || sqlite3 "$DB" "CREATE TABLE t_own (a INTEGER)"
	run_ok ensure-version
	expect_equal "$(sql "SELECT count(*) FROM migrate_version")" 0
	expect_equal "$(sql "SELECT count(*) FROM migrate_log")" 0
	run_ok ensure-version
	expect_has "$errors" already
	expect_equal "$(tables)" "$(on_postgresql || echo t_own)"
}
