# Listings on a terminal go through a pager, with git's habits.

load common

pty() { TERM=${TERM_HERE-xterm} /usr/bin/python3 "$BATS_TEST_DIRNAME/../support/terminal.py" "$@" </dev/null; }

E=$'\033'

# shows ARGUMENT...: what a terminal got of the command, in $output, and the exit status.
shows() {
	status=0 errors=
	output=$(pty 100 "$MIGRATE" "$@") || status=$?
}

@test "a listing on a terminal goes through the pager, with its colours" {
	table a ""
	table b a
	run_ok upgrade
	export MIGRATE_PAGER="sed 's/^/paged: /'"
	for line in history "history --graph" graph "show b" heads branches status help "help upgrade" "history --help"; do
		shows $line
		[ "$line" = branches ] || expect_has "$output" "paged: "
	done
	sed -i 's/INTEGER PRIMARY KEY/INT PRIMARY KEY/' migrations/a.sql
	shows check
	expect_status 3
	expect_has "$output" "paged: "
	shows history
	expect_has "$output" "paged: a -> $E[33mb"
	expect_status 0
	NO_COLOR=1 shows history
	expect_has "$output" "paged: a -> b (head), Revision b"
	shows history --color never
	expect_has "$output" "paged: a -> b (head), Revision b"
}

@test "no pager where stdout is no terminal, for other formats, with --no-pager, on a dumb terminal" {
	table a ""
	export MIGRATE_PAGER="sed 's/^/paged: /'"
	run_ok history
	expect_equal "$output" "<base> -> a (head), Revision a"
	pty 100 sh -c "'$MIGRATE' history >plain"
	expect_equal "$(<plain)" "<base> -> a (head), Revision a"
	for line in "history --no-pager" "--no-pager history" "history --format json" "graph --format dot" "check --format github" \
		"--version" "--dump-options" "upgrade --dry-run" "current" "upgrade --sql base:a"; do
		shows $line
		expect_lacks "$output" "paged: "
	done
	TERM_HERE=dumb shows history
	expect_equal "$output" "<base> -> a (head), Revision a"$'\r'
}

# bats test_tags=offline
@test "MIGRATE_PAGER goes before PAGER, and empty or cat is none" {
	table a ""
	export PAGER="sed 's/^/PAGER: /'"
	shows history --color never
	expect_has "$output" "PAGER: <base> -> a"
	MIGRATE_PAGER="sed 's/^/OURS: /'" shows history --color never
	expect_has "$output" "OURS: <base> -> a"
	for none in "" cat; do
		MIGRATE_PAGER=$none shows history --color never
		expect_equal "$output" "<base> -> a (head), Revision a"$'\r'
		unset MIGRATE_PAGER
		PAGER=$none shows history --color never
		expect_equal "$output" "<base> -> a (head), Revision a"$'\r'
	done
}

# bats test_tags=offline
@test "the pager is less by default, and knows colours and short texts" {
	table a ""
	mkdir bin
	# shellcheck disable=SC2016 # no expansion is meant
	printf '#!/bin/sh\necho "less, LESS=$LESS LV=$LV"\ncat\n' >bin/less
	chmod +x bin/less
	PATH=$PWD/bin:$PATH shows history --color never
	expect_has "$output" "less, LESS=FRX LV=-c"
	expect_has "$output" "<base> -> a (head), Revision a"
	LESS=S LV=x PATH=$PWD/bin:$PATH shows history --color never
	expect_has "$output" "less, LESS=S LV=x"
	MIGRATE_PAGER="less -S" PATH=$PWD/bin:$PATH shows history --color never
	expect_has "$output" "less, LESS=FRX"
}

@test "without less the results come all the same, and nothing is said" {
	table a ""
	mkdir bin
	PATH=$PWD/bin shows history --color never
	expect_status 0
	expect_equal "$output" "<base> -> a (head), Revision a"$'\r'
}

# bats test_tags=offline
@test "a pager that cannot be run is said, and the results come" {
	table a ""
	for pager in nosuchpager "nosuchpager -S"; do
		MIGRATE_PAGER=$pager shows history --color never
		expect_status 0
		expect_has "$output" "migrate: warning: cannot run the pager $pager"
		expect_has "$output" "<base> -> a (head), Revision a"
	done
}

# bats test_tags=offline
@test "who leaves the pager early has read enough" {
	for n in {1000..2400}; do
		printf -- '-- Revision %s\n--\n-- revision: r%s\n-- down_revision: %s\n\n-- migrate:upgrade\n-- migrate:downgrade\n' \
			"$n" "$n" "$([ "$n" = 1000 ] || echo "r$((n - 1))")" >"migrations/$n.sql"
	done
	for pager in true false "head -n 1" "exit 3"; do
		MIGRATE_PAGER=$pager shows history -v
		expect_status 0
		expect_lacks "$output" "migrate:"
		expect_lacks "$output" "cannot"
	done
	rm migrations/*
	table x ""
	table y ""
	MIGRATE_PAGER=true shows check --heads
	expect_status 3
}

# bats test_tags=offline
@test "Ctrl-C belongs to the pager" {
	table a ""
	MIGRATE_PAGER="trap 'echo heard' INT; echo ready; while ! read x </dev/tty; do :; done; echo left; cat" \
		pty -e ready '\x03' -e heard 'q\n' 100 "$MIGRATE" history --color never >out
	expect_has "$(<out)" heard
	expect_has "$(<out)" "<base> -> a (head), Revision a"
}

# bats test_tags=offline
@test "less shows a long history, and q leaves it" {
	command -v less >/dev/null || skip "no less"
	for n in {100..160}; do table "r$n" ""; done
	pty -e "Revision r1" 'q' 100 "$MIGRATE" history --color never >out
	[ "$(grep -c "Revision r" out)" -lt 50 ]
	expect_lacks "$(<out)" "migrate:"
	rm migrations/*
	table a ""
	shows history --color never
	expect_has "$output" "<base> -> a (head), Revision a"
}
