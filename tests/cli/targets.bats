# Names and walks: what a target may be, and what is refused.

load common

four() {
	table 1a11 ""
	table 1a22 1a11
	table 2b33 1a22
	table 3c44 2b33 "branch_labels: main"
}

@test "one step up from two rows is refused" {
	two_branches
	run_ok upgrade L1
	run_ok upgrade L2
	refused 2 "c1 and c2" upgrade +1
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

# bats test_tags=offline
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

# bats test_tags=offline
@test "a prefix behind a branch is looked for on that branch only" {
	two_branches
	run_ok show L1@c
	expect_has "$output" "Rev: c1"
	migrate show c
	expect_status 2
	migrate show L1@d2
	expect_status 2
}

# bats test_tags=offline
@test "a label is whole or none" {
	four
	migrate show mai
	expect_status 2
}

# bats test_tags=offline
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

# bats test_tags=offline
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
