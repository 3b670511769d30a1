# A header that was edited since its revision ran: what the rows stood on by it never runs again unasked.

load common

# Each leaves a row each time that it runs.
counting() { # ID PARENTS [HEADER LINE...]
	local id=$1 parents=$2
	shift 2
	revision "$id" "$parents" "CREATE TABLE IF NOT EXISTS ran (name VARCHAR(9)); INSERT INTO ran VALUES ('$id');" "DELETE FROM ran WHERE name = '$id';" "$@"
}

ran() { sql_line "SELECT name FROM ran ORDER BY name"; }

@test "a revision that ran is not run again because the header of another one was edited" {
	counting a ""
	counting b a
	run_ok upgrade head
	counting b ""
	for command in "upgrade heads" "upgrade a" "upgrade heads --dry-run"; do
		refused 2 "revision a is applied according to migrate_log, but no row implies it any more: the header of b was edited" $command
		expect_has "$errors" "migrations/b.sql"
		expect_has "$errors" 'hint: Undo the edit, or run "migrate stamp a b" to say that all of them are applied.'
	done
	expect_equal "$(ran)" "a b"
	migrate --format json upgrade heads
	expect_equal "$(json '.error | [.code, .exit_status, .file] | join(" ")')" "refused 2 migrations/b.sql"

	run_ok stamp a b
	at "a b"
	run_ok upgrade heads
	counting c b
	run_ok upgrade heads
	expect_equal "$(ran)" "a b c"
}

@test "the header that was edited is named, not one in between" {
	counting a ""
	counting b a
	counting c b
	run_ok upgrade head
	counting c ""
	refused 2 "revisions a and b are applied according to migrate_log, but no row implies them any more: the header of c was edited" upgrade a
	expect_has "$errors" '"migrate stamp b c"'
	run_ok stamp b c
	run_ok upgrade heads
	expect_equal "$(ran)" "a b c"
}

@test "an edit that is undone leaves everything as it was, and what is new still runs" {
	counting a ""
	counting b a
	run_ok upgrade head
	counting b ""
	counting c b
	run_ok upgrade c
	refused 2 "the header of b was edited" upgrade heads
	counting b a
	run_ok upgrade head
	expect_equal "$(ran)" "a b c"
}

@test "so it is with a dependency, one by a label, and all that was below" {
	counting a "" "branch_labels: left"
	counting b a
	counting c "" "depends_on: b"
	counting d "" "depends_on: left"
	run_ok upgrade heads
	counting c ""
	refused 2 "the header of c was edited" upgrade heads
	expect_has "$errors" "revision b is applied"
	counting d ""
	refused 2 "revisions a and b are applied according to migrate_log, but no row implies them any more: the headers of c and d were edited" upgrade heads
	expect_has "$errors" '"migrate stamp b c d"'
	expect_equal "$(ran)" "a b c d"
}

@test "what was reverted, stamped away, or taken out by hand runs again" {
	counting a ""
	counting b a
	counting c b
	run_ok upgrade head
	run_ok downgrade a
	run_ok upgrade head
	expect_equal "$(ran)" "a b c"
	run_ok stamp --purge a
	run_ok upgrade head
	expect_equal "$(ran)" "a b b c c"
	sql "UPDATE migrate_version SET version_num = 'b'"
	run_ok upgrade head
	expect_equal "$(ran)" "a b b c c c"
	run_ok stamp base
	run_ok upgrade head
	expect_equal "$(ran)" "a a b b b c c c c"
}

@test "a header that a person has stamped since counts as it is now" {
	counting a ""
	counting b a
	run_ok upgrade head
	counting b ""
	run_ok stamp base
	run_ok stamp b
	run_ok upgrade heads
	expect_equal "$(ran)" "a a b"
}

@test "a database without a log is upgraded by its rows alone" {
	counting a ""
	counting b ""
	sql "CREATE TABLE migrate_version (version_num VARCHAR(255) NOT NULL PRIMARY KEY)"
	sql "INSERT INTO migrate_version VALUES ('b')"
	run_ok upgrade heads
	expect_equal "$(ran)" a
	at "a b"
}

@test "a record that holds the script alone, or no file at all, tells nothing of a header" {
	counting a ""
	counting b a
	run_ok upgrade head
	sql "UPDATE migrate_log SET sql = NULL WHERE revision = 'a'"
	sql "UPDATE migrate_log SET sql = 'SELECT 1;' WHERE revision = 'b'"
	counting b ""
	run_ok upgrade heads
	expect_equal "$(ran)" "a a b"
}

@test "putting a revision in between runs nothing again" {
	counting a ""
	counting b a
	run_ok upgrade head
	counting n a
	counting b n
	run_ok upgrade head
	expect_equal "$(ran)" "a b"
}
