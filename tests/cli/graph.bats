# The graph's rules, seen through the program: names, walks, plans, rows. Each row of the table of shapes
# that lose data elsewhere is a test here.

load common

# at TEXT: the version table holds exactly these rows.
at() { expect_equal "$(rows)" "$1"; }

# refused STATUS PART ARGUMENT...: the command ends with the status, says PART, and moves no row.
refused() {
	local status_wanted=$1 part=$2 before
	shift 2
	before=$(rows)
	migrate "$@"
	expect_status "$status_wanted"
	expect_has "$errors" "$part"
	expect_equal "$(rows)" "$before"
}

four() {
	table 1a11 ""
	table 1a22 1a11
	table 2b33 1a22
	table 3c44 2b33 "branch_labels: main"
}

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

@test "one step up from two rows is refused" {
	two_branches
	run_ok upgrade L1
	run_ok upgrade L2
	refused 2 "c1 and c2" upgrade +1
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

@test "a stamp of an unknown id creates no database file" {
	on_sqlite || skip
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

@test "a full id, a label and a unique prefix name a revision" {
	four
	run_ok upgrade 1a11
	at 1a11
	run_ok upgrade 2
	at 2b33
	run_ok upgrade main
	at 3c44
}

@test "an ambiguous prefix is an error that lists the candidates" {
	four
	migrate upgrade 1a
	expect_status 2
	expect_has "$errors" 1a11
	expect_has "$errors" 1a22
	expect_lacks "$errors" 2b33
}

@test "an exact id wins over a longer one that begins with it" {
	table ab ""
	table abc ab
	run_ok upgrade ab
	at ab
}

@test "a prefix behind a branch is looked for on that branch only" {
	two_branches
	run_ok show L1@c
	expect_has "$output" "Rev: c1"
	migrate show c
	expect_status 2
	migrate show L1@d2
	expect_status 2
}

@test "a label is whole or none" {
	four
	migrate show mai
	expect_status 2
}

@test "an unknown revision is an error with a suggestion" {
	four
	migrate show 3c45
	expect_status 2
	expect_has "$errors" 'Did you mean "3c44"?'
}

@test "words that name nothing are refused with status 2" {
	four
	for target in "" " " "@head" "main@" "a@b@c" "+" "-" "+0" "main@+0" "head@main" "1a11+" "x y" "+99999999999999999999"; do
		migrate upgrade -- "$target"
		expect_status 2
	done
}

@test "head is an error with several heads that names them and the ways out" {
	two_branches
	migrate upgrade
	expect_status 2
	for part in d1 d2 merge @head heads; do
		expect_has "$errors" "$part"
	done
}

@test "a branch's head, base and ids are found" {
	two_branches
	run_ok upgrade L1@head
	at d1
	run_ok upgrade L2@c2
	at "c2 d1"
	run_ok upgrade b@heads
	at "d1 d2"
}

@test "steps go up and down along one line" {
	four
	run_ok upgrade +2
	at 1a22
	run_ok upgrade +1
	at 2b33
	run_ok downgrade -2
	at 1a11
	run_ok downgrade -1
	at ""
}

@test "a branch's steps are refused where several rows are on it" {
	two_branches
	run_ok upgrade heads
	refused 2 "d1 and d2" downgrade b@-1
	refused 2 "d1 and d2" upgrade b@+1
}

@test "a branch without a row begins at base, and only upward" {
	table l1 "" "branch_labels: left"
	table l2 l1
	table r1 "" "branch_labels: right"
	run_ok upgrade r1
	refused 2 "past the end" downgrade left@-1
	run_ok upgrade left@+2
	at "l2 r1"
}

@test "a branch whose tip has no row of its own goes on from that tip" {
	table l1 "" "branch_labels: left"
	table l2 l1
	table l3 l2
	table r1 "" "depends_on: l2"
	run_ok upgrade r1
	at r1
	run_ok upgrade left@+1
	at "l3 r1"
	run_ok downgrade left@-1
	at r1
}

@test "steps from a symbol" {
	four
	run_ok upgrade base+2
	at 1a22
	run_ok upgrade head-1
	at 2b33
	run_ok upgrade 2b33+1
	at 3c44
	run_ok downgrade main@head-2
	at 1a22
	run_ok downgrade 3c44-3
	at 1a11
	run_ok upgrade current+1
	at 1a22
}

@test "walking past an end is an error" {
	four
	run_ok upgrade head
	refused 2 "past the end" upgrade +1
	refused 2 "past the end" downgrade -5
	refused 2 "past the end" upgrade head+1
	refused 2 "past the end" downgrade main@-5
	run_ok downgrade -4
	refused 2 "past the end" downgrade
}

@test "an upgrade does not take -1, and a downgrade not +1" {
	four
	run_ok upgrade 1a22
	refused 2 "" upgrade -1
	refused 2 "" downgrade +1
}

@test "a walk up reaches a branch point and names the choices; a branch chooses" {
	two_branches
	refused 2 "c1 and c2" upgrade base+3
	run_ok upgrade b
	refused 2 "c1 and c2" upgrade +1
	run_ok upgrade L2@+1
	at c2
	run_ok upgrade L1@+2
	at "c2 d1"
}

@test "a walk down reaches a merge and names the choices; a branch does not choose" {
	two_branches
	table m "d1, d2"
	run_ok upgrade
	at m
	refused 2 "d1 and d2" downgrade -1
	refused 2 "d1 and d2" downgrade L1@-1
	run_ok downgrade d1
	at "d1 d2"
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

@test "a revision that is not applied is no place to go down to" {
	four
	run_ok upgrade 1a22
	refused 2 3c44 downgrade 3c44
	refused 2 3c44 downgrade head
}

@test "a target that is applied already is success" {
	four
	run_ok upgrade head
	run_ok upgrade 1a11
	at 3c44
	run_ok downgrade 3c44
	at 3c44
	run_ok downgrade head
	at 3c44
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
