#!/usr/bin/env bats
# Directories so large that an index is kept beside the scripts, and the database is asked while
# they are read.
load common

# A file is indexed when it is older than the clock is coarse: the directories wait for that together.
setup_file() {
	local i test
	mkdir -p "$BATS_FILE_TMPDIR/first/migrations"
	cd "$BATS_FILE_TMPDIR/first" || return 1
	for ((i = 1; i <= 300; i++)); do
		revision "r$i" "$([ "$i" = 1 ] || echo "r$((i - 1))")" "SELECT $i;" "SELECT $i;"
	done
	for test in 1 2 3 4 5 6; do cp -r migrations "../$test"; done
	sleep 3.1
}

# many: the chain r1 ... r300 with its index in place of the test's directory.
many() {
	rmdir migrations
	mv "$BATS_FILE_TMPDIR/$BATS_TEST_NUMBER" migrations
	run_ok heads
	[ -e migrations/.migrate/index ]
}

@test "a large directory is upgraded, found up to date, and reverted" {
	many
	run_ok upgrade
	run_ok upgrade
	expect_has "$errors" "nothing to do: at r300"
	run_ok --format json status
	expect_equal "$(json '[.up_to_date, (.pending | length)] | map(tostring) | join(" ")')" "true 0"
	run_ok downgrade r298
	expect_equal "$(rows)" r298
}

@test "what the scripts are wrong about is told before what the database is wrong about" {
	many
	echo "-- migrate:upgrade" >migrations/zz.sql
	if on_sqlite; then
		echo "not a database, which is what SQLite will say of it" >"$DB"
	else
		sed -i 's|^database_url:.*|database_url: postgresql://nobody@127.0.0.1:1/nothing|' migrator.yaml
	fi
	migrate upgrade
	expect_status 2
	expect_has "$errors" "zz.sql"
	expect_lacks "$errors" "not a database"
	rm migrations/zz.sql
	migrate upgrade
	expect_status 1
	run_ok heads
}

@test "a target that does not exist is told before a database that cannot be read" {
	many
	if on_sqlite; then
		echo "not a database, which is what SQLite will say of it" >"$DB"
	else
		sed -i 's|^database_url:.*|database_url: postgresql://nobody@127.0.0.1:1/nothing|' migrator.yaml
	fi
	migrate upgrade nowhere
	expect_status 2
	expect_has "$errors" "nowhere"
	expect_lacks "$errors" "not a database"
}

# bats test_tags=sqlite
@test "a large directory's missing database is made by upgrade only" {
	many
	rm -f "$DB"
	migrate status
	expect_status 1
	[ ! -e "$DB" ]
	run_ok upgrade --dry-run
	[ ! -e "$DB" ]
	run_ok upgrade
	[ -e "$DB" ]
}

@test "an edited script of a large directory is noticed" {
	many
	run_ok upgrade
	sed -i 's/SELECT 7;/SELECT 8;/' migrations/*r7*.sql
	run_ok upgrade
	expect_has "$errors" "r7"
	migrate upgrade --strict
	expect_status 2
}

@test "the doctor reads a large directory and makes no index" {
	rmdir migrations
	mv "$BATS_FILE_TMPDIR/$BATS_TEST_NUMBER" migrations
	run_ok doctor
	expect_has "$output" "300 revisions in migrations"
	[ ! -e migrations/.migrate ]
	run_ok heads
	[ -e migrations/.migrate/index ]
}
