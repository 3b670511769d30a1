# The version table's rows: stamp, rows that others imply, rows that no script knows.

load common

at() { expect_equal "$(rows)" "$1"; }

@test "stamp sets rows, runs no script and keeps the rows of unrelated branches" {
	two_branches
	run_ok stamp L1@head
	at d1
	run_ok stamp d2
	at "d1 d2"
	run_ok stamp c1
	at "c1 d2"
	run_ok stamp a
	at a
	expect_equal "$(tables)" ""
}

@test "stamp normalises what it is given" {
	two_branches
	run_ok stamp a b c1 d1
	at d1
	run_ok stamp heads
	at "d1 d2"
	run_ok stamp b
	at b
}

@test "stamp --purge takes all other rows away" {
	two_branches
	run_ok stamp heads
	run_ok stamp --purge c1
	at c1
}

@test "stamp base empties the table; a branch's base only that branch" {
	two_branches
	run_ok stamp heads
	run_ok stamp L1@base
	at d2
	run_ok stamp base
	at ""
}

@test "stamp takes steps" {
	two_branches
	run_ok stamp d1
	run_ok stamp -1
	at c1
	run_ok stamp L1@+1
	at d1
}

@test "stamp of the same revision changes nothing and succeeds" {
	two_branches
	run_ok stamp heads
	run_ok stamp heads
	expect_has "$errors" "nothing to do"
	at "d1 d2"
}

# bats test_tags=sqlite
@test "stamp creates a missing SQLite file and says so" {
	table a ""
	run_ok stamp head
	expect_has "$errors" created
	at a
}

@test "a stamp and an upgrade together run only what is missing" {
	two_branches
	run_ok stamp c1
	migrate upgrade L1@head
	expect_status 0
	expect_equal "$(tables)" t_d1
}

@test "rows that others imply are told, and dropped by the next change" {
	two_branches
	run_ok upgrade heads
	sql "INSERT INTO migrate_version VALUES ('b'), ('a')"
	run_ok current
	expect_has "$errors" warning
	at "a b d1 d2"
	run_ok upgrade heads
	expect_has "$errors" warning
	at "d1 d2"
	sql "INSERT INTO migrate_version VALUES ('c1')"
	run_ok downgrade L2@-1
	expect_has "$errors" warning
	at "c2 d1"
}

@test "a dependency that was added later makes a row give way" {
	table l1 ""
	table r1 ""
	run_ok upgrade heads
	at "l1 r1"
	table r1 "" "depends_on: l1"
	run_ok status
	expect_has "$errors" "l1"
	run_ok upgrade heads
	at r1
}

@test "a row that no script knows: reading commands show it" {
	two_branches
	run_ok upgrade heads
	rm migrations/d2.sql
	run_ok current
	expect_has "$output" "d2 (unknown"
	run_ok history
	run_ok history -i
	expect_has "$output" "d2 (unknown"
	run_ok status
	expect_has "$output" "unknown   d2"
	run_ok current --format json
	expect_equal "$(json '[.current[] | select(.known | not) | .revision] | join(" ")')" d2
	run_ok status --format json
	expect_equal "$(json '.unknown | join(" ")')" d2
	expect_equal "$(json '.up_to_date | not')" true
}

@test "a row that no script knows: upgrade and downgrade refuse and name it" {
	two_branches
	run_ok upgrade heads
	rm migrations/d2.sql
	for command in "upgrade heads" "upgrade a" "downgrade a" "downgrade base" "downgrade L1@-1" \
		"upgrade --dry-run heads" "downgrade --dry-run a" "upgrade --sql heads" "downgrade --sql a"; do
		migrate $command
		expect_status 2
		expect_has "$errors" d2
		expect_has "$errors" hint:
	done
	at "d1 d2"
	expect_equal "$(tables)" "t_a t_b t_c1 t_c2 t_d1 t_d2"
}

@test "a row that no script knows can be replaced by stamp" {
	two_branches
	run_ok upgrade heads
	rm migrations/d2.sql
	run_ok stamp c2
	at "c2 d1"
	sql "INSERT INTO migrate_version VALUES ('gone')"
	run_ok stamp --purge d1
	at d1
}

@test "rows are shown in the graph's order, not in the table's" {
	two_branches
	run_ok stamp d2
	run_ok stamp d1
	run_ok current
	expect_equal "$(cut -d' ' -f1 <<<"$output" | tr '\n' ' ')" "d1 d2 "
	run_ok status --format json
	expect_equal "$(json '.current | join(" ")')" "d1 d2"
}
