# current, heads, branches, history, show: what they list, how it is marked, and that they need no
# database where none is needed.

load common

# ids: the revision of each line of a listing, on one line.
ids() { sed 's/^.* -> //; s/[ ,(].*//' <<<"$output" | tr '\n' ' ' | sed 's/ $//'; }

without_database() { sed -i 's|^database_url:.*|database_url: postgresql://nobody@127.0.0.1:1/none|' migrator.yaml; }

@test "an empty project lists nothing, without an error" {
	for command in history heads branches; do
		run_ok $command
		expect_equal "$output" ""
	done
	run_ok upgrade
	run_ok current
	expect_equal "$output" ""
	run_ok status
}

@test "heads, branches, history and show need no database" {
	two_branches
	without_database
	run_ok heads
	run_ok heads --resolve-dependencies
	run_ok branches
	run_ok history
	run_ok history -v
	run_ok history -r a:d1
	run_ok show b
	run_ok show heads
	migrate check --heads
	expect_status 3
	run_ok check --scripts
	migrate current
	expect_status 1
}

# bats test_tags=offline
@test "they also work without a database_url at all" {
	two_branches
	: >migrator.yaml
	run_ok history
	run_ok heads
	run_ok show a
	migrate current
	expect_status 2
	expect_has "$errors" database_url
}

# bats test_tags=offline
@test "history is newest first, with parents, labels, marks and messages" {
	two_branches
	run_ok history
	expect_equal "$(ids)" "d2 c2 d1 c1 b a"
	expect_has "$output" "<base> -> a"
	expect_has "$output" "a -> b (branchpoint), Revision b"
	expect_has "$output" "c1 -> d1 (L1) (head), Revision d1"
	expect_lacks "$output" "(current)"
}

@test "history -i marks what is current and applied" {
	two_branches
	run_ok upgrade L1@c1
	run_ok history -i
	expect_has "$output" "b -> c1 (L1) (current)"
	expect_has "$output" "a -> b (applied) (branchpoint)"
	expect_lacks "$(grep -E 'c2|d1|d2' <<<"$output")" applied
}

# bats test_tags=offline
@test "history of a range, both ends included" {
	two_branches
	table m "d1, d2"
	run_ok history -r b:d1
	expect_equal "$(ids)" "d1 c1 b"
	run_ok history --rev-range c2:
	expect_equal "$(ids)" "m d2 c2"
	run_ok history -r :c1
	expect_equal "$(ids)" "c1 b a"
	run_ok history -r L2:L2@head
	expect_equal "$(ids)" "m d2 c2"
	run_ok history -r base:b
	expect_equal "$(ids)" "b a"
	run_ok history -r:
	expect_equal "$(ids)" "m d2 c2 d1 c1 b a"
	run_ok history --rev-range=b:b
	expect_equal "$(ids)" b
}

@test "history of a range that starts or ends at the database" {
	two_branches
	run_ok upgrade c1
	run_ok history -r current:L1@head
	expect_equal "$(ids)" "d1 c1"
	run_ok history -r :current
	expect_equal "$(ids)" "c1 b a"
	run_ok history -r -1:current
	expect_equal "$(ids)" "c1 b"
	run_ok history -r b:+1
	expect_equal "$(ids)" "d1 c1 b"
}

# bats test_tags=offline
@test "a range that is none is refused" {
	two_branches
	for range in a gone: :gone d1:a d1:d2 a:b:c ""; do
		migrate history -r "$range"
		expect_status 2
	done
}

# bats test_tags=offline
@test "heads: with a dependency one of them is only an effective head" {
	table l1 "" "branch_labels: left"
	table r1 "" "depends_on: l1"
	run_ok heads
	expect_equal "$(ids)" "l1 r1"
	expect_has "$output" "l1 (left) (effective head)"
	run_ok heads --resolve-dependencies
	expect_equal "$(ids)" "r1"
}

# bats test_tags=offline
@test "branches shows branch points and what follows them" {
	two_branches
	run_ok branches
	expect_has "$output" "b (branchpoint)"
	expect_has "$output" "-> c1"
	expect_has "$output" "-> c2"
	expect_lacks "$output" d1
}

# bats test_tags=offline
@test "a label shows on its lineage: below, and above up to a branch point or merge" {
	table a ""
	table b a
	table c b "branch_labels: L"
	table d c
	table x d
	table y d
	table z x
	run_ok history
	for id in a b c d x y z; do
		expect_has "$output" "$id (L)"
	done
	table s b
	run_ok history
	expect_has "$output" "c (L)"
	expect_lacks "$output" "a (L)"
	expect_lacks "$output" "b (L)"
	expect_lacks "$output" "s (L)"
}

@test "current shows the rows, -v all fields" {
	two_branches
	run_ok upgrade heads
	run_ok current
	expect_equal "$output" "d1 (L1) (head)
d2 (L2) (head)"
	run_ok current -v
	for part in "Rev: d1" "Parent: c1" "Path: migrations/d1.sql" "Branch names: L1" "Revision d1"; do
		expect_has "$output" "$part"
	done
	run_ok downgrade base
	run_ok current
	expect_equal "$output" ""
}

# bats test_tags=offline
@test "show has all fields" {
	table a ""
	table b a "branch_labels: L, M" "depends_on: x" "created: 2026-01-02 03:04:05+00:00"
	table x ""
	run_ok show b
	for part in "Rev: b (head)" "Parent: a" "Also depends on: x" "Branch names: L, M" "Created: 2026-01-02 03:04:05+00:00" \
		"Path: migrations/b.sql" "Revision b"; do
		expect_has "$output" "$part"
	done
}

@test "show takes head, heads, current and names on a branch" {
	two_branches
	run_ok show L2@head
	expect_has "$output" "Rev: d2"
	run_ok show heads
	expect_has "$output" "Rev: d1"
	expect_has "$output" "Rev: d2"
	run_ok show L1@b+1
	expect_has "$output" "Rev: c1"
	run_ok upgrade c2
	run_ok show current
	expect_has "$output" "Rev: c2"
	run_ok show -i a
	expect_has "$output" "(applied)"
}

@test "show of nothing is an error" {
	table a ""
	run_ok stamp base
	for what in base current gone; do
		migrate show $what
		expect_status 2
		expect_equal "$output" ""
	done
}

# bats test_tags=offline
@test "a directory of many files is read the second time as the first" {
	local parent=""
	for n in {100..399}; do
		table "r$n" "$parent"
		parent=r$n
	done
	run_ok history
	first=$output
	run_ok history
	expect_equal "$output" "$first"
	sed -i 's/^-- Revision r200/-- Renamed/' migrations/r200.sql
	run_ok history
	expect_has "$output" "r199 -> r200, Renamed"
	rm migrations/r399.sql
	run_ok heads
	expect_equal "$output" "r398 (head)"
	sed -i 's/^-- down_revision: r199/-- down_revision: gone/' migrations/r200.sql
	migrate history
	expect_status 2
	expect_has "$errors" migrations/r200.sql
}

@test "reading commands leave no trace in the database or the directory" {
	table a ""
	on_postgresql || sqlite3 "$DB" "CREATE TABLE own (a INTEGER)"
	before=$(on_postgresql || md5sum "$DB")
	for command in current status "history -i" "show current" "heads -i" check "upgrade --dry-run" "upgrade --sql" "current --check-heads" \
		"downgrade --dry-run base" "status --format json"; do
		migrate $command
	done
	if on_sqlite; then
		expect_equal "$(md5sum "$DB")" "$before"
		expect_equal "$(ls -A | grep -v '^\.std')" "$(printf 'migrations\nmigrator.yaml\ntest.db')"
	else
		expect_equal "$(sql "SELECT count(*) FROM pg_class WHERE relname LIKE 'migrate%'")" 0
	fi
	expect_equal "$(ls -A migrations)" a.sql
}
