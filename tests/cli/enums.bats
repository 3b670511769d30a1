# A value that is added to an enum type cannot be used by the transaction that adds it.

# bats file_tags=postgresql
load common

HINT="A new enum value can be used only after it was committed: use it in the next revision, or write transaction=off in the section's marker"

# moods: a type, a table with a column of it, and a table with a text.
moods() {
	revision m "" "CREATE TYPE mood AS ENUM ('calm');
CREATE TABLE person (mood mood);
CREATE TABLE log (word TEXT);" "DROP TABLE person, log; DROP TYPE mood;"
}

@test "a use that is certain is refused with its place before anything runs" {
	moods
	revision x m "INSERT INTO log VALUES ('calm');
ALTER TYPE mood ADD VALUE 'wild';

INSERT INTO person VALUES ('wild'::mood);" "SELECT 1;"
	migrate --format json upgrade
	expect_status 2
	expect_equal "$(json .error.code)" script
	expect_equal "$(json .error.file)" migrations/x.sql
	expect_equal "$(json '[.error.line, .error.column] | join(":")')" 10:28
	expect_equal "$(json .error.message)" 'unsafe use of new value "wild" of enum type mood'
	expect_equal "$(json .error.detail)" "It is added in line 8, by the same transaction."
	expect_has "$(json .error.hint)" "$HINT"
	expect_equal "$(tables)" ""
	migrate upgrade --sql
	expect_status 2
	migrate -d "" check --scripts
	expect_status 3
	expect_has "$output" "migrations/x.sql:10:28: unsafe use"
}

@test "the same word as a text runs" {
	moods
	revision x m "ALTER TYPE mood ADD VALUE 'wild';
INSERT INTO log VALUES ('wild');
CREATE TABLE note (mood TEXT DEFAULT 'wild');
COMMENT ON TYPE mood IS 'wild';
-- 'wild'::mood" "SELECT 1;"
	run_ok upgrade
	expect_equal "$(sql "SELECT word FROM log")" wild
}

@test "a use that only the server sees has the same hint and place" {
	moods
	revision x m "CREATE TABLE half (id INTEGER);
ALTER TYPE mood ADD VALUE IF NOT EXISTS 'wild';
INSERT INTO person VALUES ('wild');" "SELECT 1;"
	migrate --format json upgrade
	expect_status 1
	expect_equal "$(json .error.sqlstate)" 55P04
	expect_equal "$(json '[.error.line, .error.column] | join(":")')" 9:28
	expect_has "$(json .error.message)" 'unsafe use of new value "wild" of enum type mood'
	expect_has "$(json .error.detail)" "It is added in line 8, by the same transaction."
	expect_has "$(json .error.hint)" "$HINT"
	expect_equal "$(rows)" m
	expect_equal "$(tables)" "log person"
}

@test "what the hint says helps: the next revision, transaction=off, or a part in between" {
	local add="ALTER TYPE mood ADD VALUE" use="INSERT INTO person VALUES"
	moods
	revision a m "$add 'one';" "SELECT 1;"
	revision b a "$use ('one'::mood);" "SELECT 1;"
	revision c b "$add 'two';
$use ('two'::mood);" "SELECT 1;"
	sed -i 's/^-- migrate:upgrade$/& transaction=off/' migrations/c.sql
	revision d c "$add 'three';
VACUUM log;
$use ('three'::mood);" "SELECT 1;"
	run_ok upgrade
	expect_equal "$(sql "SELECT string_agg(CAST(mood AS text), ' ' ORDER BY mood) FROM person")" "one two three"
}

@test "in a run that is one transaction the server says it of a later revision" {
	echo "transaction: run" >>migrator.yaml
	moods
	run_ok upgrade
	revision a m "ALTER TYPE mood ADD VALUE 'wild';" "SELECT 1;"
	revision b a "INSERT INTO person VALUES ('wild'::mood);" "SELECT 1;"
	migrate upgrade
	expect_status 1
	expect_has "$errors" "migrations/b.sql:7:28: error: unsafe use"
	expect_has "$errors" "It was added before, by the same transaction."
	expect_has "$errors" "(transaction: run) can do neither"
	expect_equal "$(rows)" m
}
