# The README's examples work as they stand.

load common
load examples

readme=$BATS_TEST_DIRNAME/../../README.md

@test "the tutorial of the README works" {
	in_empty_project
	run_examples "$readme" tutorial
	if on_sqlite; then DB=$PWD/notes/app.db; fi
	expect_equal "$(tables)" ""
	expect_equal "$(rows)" ""
}

# bats test_tags=postgresql
@test "the README's way to configure PostgreSQL works" {
	table a ""
	sql "CREATE SCHEMA app"
	sed "s|app:secret@localhost:5432/notes|tester:secret@127.0.0.1:$PGPORT_TEST/$DB|" "$readme" >"$DIR/README.md"
	run_examples "$DIR/README.md" pg
	expect_equal "$(sql "SELECT version_num FROM app.migrate_version")" a
	expect_has "$(cat "$DIR"/printed.*)" "tester:***@"
}

@test "the README's commands for CI work" {
	table a ""
	table b a
	run_ok upgrade
	run_ok dump
	cp "$DIR/.stdout" schema.sql
	run_ok downgrade base
	run_examples "$readme" ci
	expect_equal "$(rows)" b
}

# Its template stays: runs beside this one share it.
@test "the README's test database is used and dropped" {
	table a ""
	run_examples "$readme" testdb
	expect_has "$(cat "$DIR"/printed.*)" "tests run on ${URL%%:*}://"
	expect_equal "$(rows 2>/dev/null || true)" ""
}

@test "the README's branches are refused and joined as it says" {
	table 5d83b7f4c0e2 ""
	table 8a94e1d6375f 5d83b7f4c0e2
	table c3f2097ab8d5 5d83b7f4c0e2
	run_ok upgrade 5d83b7f4c0e2
	run_examples "$readme" team
	expect_has "$(tables)" "t_8a94e1d6375f t_c3f2097ab8d5"
	run_ok heads
	expect_has "$output" "(search)"
}

@test "the README's scripts that were edited or are gone are shown, accepted and reverted" {
	revision 5d83b7f4c0e2 "" $'CREATE TABLE notes (\n\tid INTEGER PRIMARY KEY,\n\ttext TEXT\n);' "DROP TABLE notes;"
	revision 8a94e1d6375f 5d83b7f4c0e2 "CREATE TABLE tags (tag TEXT);" "DROP TABLE tags;"
	sed -i -e '1s/.*/-- Add tags/' -e '2d' migrations/8a94e1d6375f.sql
	sed -i 2d migrations/5d83b7f4c0e2.sql
	run_ok upgrade
	sed -i 's/text TEXT/text TEXT,\n\tauthor TEXT/' migrations/5d83b7f4c0e2.sql
	sed 's/^migrate status$/rm migrations\/8a94e1d6375f.sql\n&/' "$readme" >"$DIR/README.md"
	run_examples "$DIR/README.md" edited
	expect_equal "$(tables)" notes
	run_ok check
}

@test "the README's way to take over from Alembic works" {
	in_empty_project
	mkdir migrations
	export DATABASE_URL=${DATABASE_URL:-sqlite:///app.db}
	sql "CREATE TABLE notes (id INTEGER PRIMARY KEY, text TEXT);
		CREATE TABLE alembic_version (version_num VARCHAR(32) NOT NULL PRIMARY KEY);
		INSERT INTO alembic_version VALUES ('ae1027a6acf0')"
	run_examples "$readme" alembic
	expect_has "$(cat "$DIR"/printed.*)" "up to date"
	expect_equal "$(sql "SELECT count(*) FROM alembic_version WHERE version_num = 'ae1027a6acf0'")" 0

	# The baseline makes the schema of a new database.
	database_empty
	run_ok upgrade head
	expect_equal "$(tables)" "alembic_version notes"
}
