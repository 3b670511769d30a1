# Plans and rows, seen through the program. Each row of the table of shapes that lose data elsewhere is
# a test here.

load common

@test "a branch's last two revisions are reverted and nothing else" {
	two_branches
	run_ok upgrade heads
	at "d1 d2"
	run_ok downgrade L1@-2
	at d2
	expect_equal "$(tables)" "t_a t_b t_c2 t_d2"
}

@test "a branch's downgrade through the shared branch point is refused, naming the others" {
	two_branches
	run_ok upgrade heads
	for target in L1@-3 L1@-4 L1@base L1@a; do
		refused 2 "c2 and d2" downgrade $target
		expect_has "$errors" "--cascade"
	done
	expect_equal "$(tables)" "t_a t_b t_c1 t_c2 t_d1 t_d2"
}

@test "with --cascade the other branch goes too" {
	two_branches
	run_ok upgrade heads
	run_ok downgrade --cascade L1@-3
	at a
	expect_equal "$(tables)" t_a
}

@test "one step down from two rows is refused" {
	two_branches
	run_ok upgrade heads
	refused 2 "d1 and d2" downgrade -1
	refused 2 "d1 and d2" downgrade
}

@test "a downgrade to the branch point reverts both branches" {
	two_branches
	run_ok upgrade heads
	run_ok downgrade b
	at b
	expect_equal "$(tables)" "t_a t_b"
}

@test "a stamp of an unknown id changes nothing, with --purge neither" {
	two_branches
	run_ok upgrade heads
	refused 2 nope stamp nope
	refused 2 nope stamp --purge nope
	refused 2 nope stamp d1 nope
	refused 2 nope stamp --purge nope d1
	at "d1 d2"
}

# bats test_tags=sqlite
@test "a stamp of an unknown id creates no database file" {
	table a ""
	migrate stamp nope
	expect_status 2
	[ ! -e test.db ]
}

@test "a branch's step is refused where another branch depends on it, naming the dependents" {
	table l1 "" "branch_labels: left"
	table l2 l1
	table r1 "" "branch_labels: right"
	table r2 r1 "depends_on: l2"
	run_ok upgrade heads
	at r2
	refused 2 r2 downgrade left@-1
	expect_equal "$(tables)" "t_l1 t_l2 t_r1 t_r2"
	run_ok downgrade right@-1
	at "l2 r1"
	run_ok downgrade left@-1
	at "l1 r1"
}

@test "a merge leaves one row, and undoing it gives the others back" {
	two_branches
	table m "d1, d2"
	table n m
	run_ok upgrade head
	at n
	run_ok downgrade m
	at m
	run_ok downgrade L2@d2
	at "d1 d2"
	run_ok upgrade head
	run_ok downgrade c1
	at "c1 d2"
	run_ok downgrade base
	at ""
	expect_equal "$(tables)" ""
}

@test "a dependency comes along, takes no row, and gets one when its dependent goes" {
	table l1 "" "branch_labels: left"
	table l2 l1
	table r1 "" "branch_labels: right" "depends_on: l1"
	run_ok upgrade right@+1
	at r1
	expect_equal "$(tables)" "t_l1 t_r1"
	run_ok upgrade left@+1
	at "l2 r1"
	run_ok downgrade left@-1
	at r1
	run_ok downgrade right@base
	at l1
}

@test "a dependency may be a label" {
	table l1 "" "branch_labels: left"
	table r1 "" "depends_on: left"
	run_ok upgrade r1
	at r1
	expect_equal "$(tables)" "t_l1 t_r1"
}

@test "redundant edges are legal" {
	table a ""
	table b a
	table c "a, b" "depends_on: a"
	run_ok upgrade head
	at c
	run_ok downgrade b
	at b
	run_ok downgrade base
	at ""
}

@test "several bases are upgraded and reverted one by one" {
	table a1 "" "branch_labels: A"
	table a2 a1
	table b1 "" "branch_labels: B"
	refused 2 "a1 and b1" upgrade +1
	run_ok upgrade A@+1
	at a1
	run_ok upgrade heads
	at "a2 b1"
	run_ok downgrade A@base
	at b1
	run_ok downgrade B@-1
	at ""
}

@test "the order of a plan does not depend on the names of files" {
	two_branches
	run_ok upgrade heads --dry-run
	first=$output
	for id in a b c1 d1 c2 d2; do
		mv "migrations/$id.sql" "migrations/$(echo $id | tr 'abcd12' 'zyxw98').sql"
	done
	run_ok upgrade heads --dry-run
	expect_equal "$output" "$first"
	expect_equal "$(grep -o '> [a-z0-9]*' <<<"$output" | tr -d '> \n')" abc1d1c2d2
}

@test "created breaks ties, and a missing one comes first" {
	table a "" "created: 2026-03-01 00:00:00+00:00"
	table b "" "created: 2026-02-01 00:00:00+00:00"
	table z ""
	run_ok upgrade heads --dry-run
	expect_equal "$(grep -o '> [a-z]' <<<"$output" | tr -d '> \n')" zba
}
