# A script that was edited since it was applied: a warning on upgrade, an error where that is asked for.

load common

setup_project() {
	table a ""
	table b a
	run_ok upgrade head
	table c b
}

edit() { sed -i "s/^CREATE TABLE t_$1 .*/CREATE TABLE t_$1 (id INTEGER PRIMARY KEY, t TEXT);/" "migrations/$1.sql"; }

changed() {
	run_ok --format json status
	json '.changed | join(",")'
}

@test "upgrade warns, names the file, and goes on" {
	setup_project
	edit a
	run_ok upgrade head
	expect_has "$errors" "warning: revision a was edited since it was applied: migrations/a.sql"
	expect_equal "$(rows)" c
}

@test "--strict refuses before anything runs, and names every edited file" {
	setup_project
	edit a
	edit b
	for option in "" --dry-run; do
		migrate upgrade --strict $option
		expect_status 2
		expect_has "$errors" migrations/a.sql
		expect_has "$errors" migrations/b.sql
		expect_equal "$(rows)" b
	done
	migrate --format json upgrade --strict
	expect_equal "$(json .error.code)" refused
	expect_equal "$(json .error.exit_status)" 2
}

@test "--strict has nothing against scripts as they were, nor against pending ones" {
	setup_project
	edit c
	run_ok upgrade --strict
	expect_equal "$(rows)" c
}

@test "status lists what changed, and check finds it" {
	setup_project
	expect_equal "$(changed)" ""
	run_ok check --changes
	edit b
	expect_equal "$(changed)" b
	run_ok status
	expect_has "$output" "changed   b"
	migrate check --changes
	expect_status 3
	expect_has "$output" "migrations/b.sql"
	migrate check
	expect_status 3
}

@test "line ends, a byte order mark and the file's name are no edit" {
	setup_project
	sed -i 's/$/\r/' migrations/a.sql
	sed -i '1s/^/\xef\xbb\xbf/' migrations/b.sql
	mv migrations/b.sql migrations/20260101_b_renamed.sql
	touch migrations/a.sql
	expect_equal "$(changed)" ""
	run_ok upgrade --strict
	expect_lacks "$errors" warning
}

@test "a script applied with Windows line ends may be checked out with Unix ones" {
	revision a "" $'CREATE TABLE t_a (t TEXT);\nINSERT INTO t_a VALUES (\'x\ny\');' "DROP TABLE t_a;"
	sed -i 's/$/\r/' migrations/a.sql
	run_ok upgrade
	sed -i 's/\r$//' migrations/a.sql
	expect_equal "$(changed)" ""
}

@test "one more blank or comment in the upgrade section is an edit" {
	setup_project
	sed -i 's/^CREATE TABLE t_a/CREATE  TABLE t_a/' migrations/a.sql
	sed -i 's/^CREATE TABLE t_b.*/& -- why/' migrations/b.sql
	expect_equal "$(changed)" a,b
}

@test "an edit of the same size within the same second is found" {
	setup_project
	run_ok status
	sed -i 's/^CREATE TABLE t_a (id/CREATE TABLE t_a (ie/' migrations/a.sql
	expect_equal "$(changed)" a
	sed -i 's/^CREATE TABLE t_a (ie/CREATE TABLE t_a (id/' migrations/a.sql
	expect_equal "$(changed)" ""
}

@test "undoing the edit, or going down and up again, ends it" {
	setup_project
	cp migrations/b.sql kept
	edit b
	expect_equal "$(changed)" b
	cp kept migrations/b.sql
	expect_equal "$(changed)" ""
	edit b
	run_ok downgrade a
	expect_equal "$(changed)" ""
	run_ok upgrade b
	expect_equal "$(changed)" ""
	expect_lacks "$errors" warning
}

@test "a revision that was stamped has nothing to compare with" {
	table a ""
	table b a
	run_ok stamp b
	edit a
	expect_equal "$(changed)" ""
	run_ok upgrade --strict
}

@test "a script whose file is gone is unknown, not changed" {
	setup_project
	rm migrations/c.sql migrations/b.sql
	migrate --format json status
	expect_equal "$(json '.unknown | join(",")')" b
	migrate upgrade
	expect_status 2
	expect_has "$errors" "revision b"
}

@test "an edit is found in a database that the --sql script migrated" {
	table a ""
	run_ok upgrade base:head --sql
	if on_sqlite; then printf '%s\n' "$output" | sqlite3 "$DB"; else printf '%s\n' "$output" | psql -X -q "$URL"; fi
	expect_equal "$(changed)" ""
	edit a
	expect_equal "$(changed)" a
}
