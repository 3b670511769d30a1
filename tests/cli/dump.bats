# migrate dump: the schema as SQL that makes it anew, the same text for the same schema.

load common
load examples

# as_shell_does FILE: loads it into the database with the database's own shell.
as_shell_does() {
	if on_sqlite; then
		sqlite3 -bail "$DB" <"$1"
	else
		PGOPTIONS="-c client_min_messages=error" psql -X -q -v ON_ERROR_STOP=1 -1 -o /dev/null -f "$1" "$URL"
	fi
}

# anew: an empty database in place of the one there is, whatever is in that.
anew() {
	if on_sqlite; then
		rm -f "$DB"
	else
		psql_admin -c "DROP DATABASE $DB WITH (FORCE)" -c "CREATE DATABASE $DB"
	fi
}

notes() {
	revision a "" "CREATE TABLE users (id INTEGER PRIMARY KEY, name VARCHAR(40) NOT NULL UNIQUE);
CREATE TABLE notes (id INTEGER PRIMARY KEY, owner INTEGER NOT NULL REFERENCES users (id) ON DELETE CASCADE,
	text VARCHAR(200) DEFAULT 'it''s; nothing', CHECK (length(text) < 100));
CREATE INDEX notes_owner ON notes (owner);" "DROP TABLE notes; DROP TABLE users;"
	revision b a "CREATE VIEW texts AS SELECT text FROM notes;
CREATE UNIQUE INDEX users_lower ON users (lower(name));" "DROP VIEW texts; DROP INDEX users_lower;"
	run_ok upgrade
}

@test "dump writes a schema that makes the same database, at the same revision" {
	notes
	run_ok dump
	expect_equal "$errors" ""
	printf '%s\n' "$output" >one.sql
	expect_has "$output" "CREATE TABLE"
	expect_lacks "$output" migrate_log
	anew
	as_shell_does one.sql
	expect_equal "$(rows)" b
	expect_equal "$(tables)" "notes users"
	run_ok dump
	expect_equal "$output" "$(<one.sql)"
	run_ok upgrade
	expect_has "$errors" "nothing to do"
	run_ok downgrade base
	expect_equal "$(tables)" ""
}

@test "dump is a script that migrate itself runs" {
	notes
	run_ok dump
	sed '/migrate_version/,$d' "$DIR/.stdout" >body.sql
	cp "$DIR/.stdout" whole.sql
	anew
	rm migrations/*
	revision b "" "$(<body.sql)" -
	run_ok upgrade
	run_ok dump --check whole.sql
}

@test "the order in which things were made does not show" {
	table x ""
	table y x
	run_ok upgrade
	run_ok dump
	cp "$DIR/.stdout" one.sql
	anew
	rm migrations/*
	revision y "" "CREATE TABLE t_y (id INTEGER PRIMARY KEY); CREATE TABLE t_x (id INTEGER PRIMARY KEY);" -
	run_ok upgrade
	run_ok dump --check one.sql
}

@test "dump --check shows the difference, and exits with status 3" {
	notes
	run_ok dump
	cp "$DIR/.stdout" schema.sql
	run_ok dump --check schema.sql
	expect_equal "$output$errors" ""
	sql "ALTER TABLE users ADD COLUMN age INTEGER"
	migrate dump --check schema.sql
	expect_status 3
	expect_has "$output" "--- schema.sql"
	expect_has "$output" "+++ the database"
	expect_has "$output" "age"
	expect_lacks "$output" "CREATE VIEW"
	migrate --format json dump --check schema.sql
	expect_status 3
	expect_equal "$(json '.same')" false
}

@test "dump --check of a file that is not there is an error, and no difference" {
	table a ""
	run_ok upgrade
	migrate dump --check none.sql
	expect_status 2
	expect_has "$errors" "none.sql"
}

@test "dump in JSON has the text and what is not in it" {
	table a ""
	run_ok upgrade
	run_ok dump
	printf '%s' "$output" >text
	run_ok --format json dump
	expect_equal "$(json '.sql')" "$(<text)"
	expect_equal "$(json '.unsupported == []')" true
	expect_equal "$(json '.command')" dump
}

@test "dump of an empty database, and of one without a version table" {
	if on_sqlite; then sql "CREATE TABLE t (i); DROP TABLE t"; fi
	run_ok dump
	expect_lacks "$output" CREATE
	sql "CREATE TABLE alone (id INTEGER PRIMARY KEY)"
	run_ok dump
	expect_has "$output" "alone"
	expect_lacks "$output" migrate_version
}

@test "dump writes nothing: a missing file stays missing, the database as it was" {
	table a ""
	if on_sqlite; then
		migrate dump
		expect_status 1
		[ ! -e "$DB" ]
	fi
	run_ok upgrade
	before=$(everything)
	run_ok dump
	expect_equal "$(everything)" "$before"
}

@test "dump does not ask the scripts" {
	table a ""
	run_ok upgrade
	echo "no script" >migrations/a.sql
	run_ok dump
	expect_has "$output" t_a
}

@test "each schema of the corpus is dumped, loaded and dumped again: the same bytes" {
	local file
	for file in "$BATS_TEST_DIRNAME"/../corpus/schema/"$TEST_DATABASE"/*.sql; do
		anew
		as_shell_does "$file"
		run_ok dump
		cp "$DIR/.stdout" one.sql
		anew
		as_shell_does one.sql
		run_ok dump
		diff "$DIR/.stdout" one.sql || { echo "$file" && return 1; }
	done
	anew
}

@test "the example of dump in migrate(1) works" {
	table a ""
	run_ok upgrade
	run_examples "$BATS_TEST_DIRNAME/../../docs/migrate.1" dump
	[ -s schema.sql ]
}

# bats test_tags=postgresql
@test "what has no place in a dump is named by a warning, and nothing else is said" {
	# The kinds are PostgreSQL's.
	sql "CREATE FOREIGN DATA WRAPPER odd"
	run_ok dump
	expect_equal "$errors" "warning: not in the dump: foreign data wrapper odd"
}
