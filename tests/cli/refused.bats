# What must not run as it stands is refused before anything runs: status 2, the place, the database as
# it was.

load common

# The whole database but the sequences' state, for comparing.
contents() {
	if on_sqlite; then
		[ ! -e "$DB" ] || sqlite3 "$DB" .dump
	else
		sql "SELECT relname, relkind FROM pg_class WHERE relnamespace = 'public'::regnamespace ORDER BY 1"
	fi
}

# script TEXT: revision "bad" behind "good", its upgrade section starting in line 6; printf escapes.
script() {
	table good ""
	printf -- '-- bad\n-- revision: bad\n-- down_revision: good\n\n-- migrate:upgrade\n%b' "$1" \
		>migrations/bad.sql
}

# expect_refused PLACE TEXT: upgrade says so, and nothing ran, not even the good script before it.
expect_refused() {
	local before after
	before=$(contents)
	migrate upgrade head
	after=$(contents)
	expect_status 2 && expect_has "$errors" "migrations/bad.sql:$1: error: " &&
		expect_has "$errors" "$2" && expect_equal "$after" "$before" && expect_equal "$output" ""
}

# control STATEMENT...: each is refused, whatever stands around it.
control() {
	local statement
	for statement in "$@"; do
		script "CREATE TABLE one (id INTEGER);\n  $statement;\nCREATE TABLE two (id INTEGER);\n"
		expect_refused 7:3 "transaction" || { echo "for: $statement" && return 1; }
		script "SELECT 1; /* c */ $statement"
		expect_refused 6:19 "transaction" || { echo "for: $statement" && return 1; }
	done
}

@test "a statement that opens or ends the transaction is refused in every spelling" {
	control BEGIN "begin transaction" COMMIT commit CoMmIt "COMMIT TRANSACTION" END "END TRANSACTION" \
		ROLLBACK "rollback transaction" "BEGIN/**/" "COMMIT --\n" "COMMIT\n\n\t"
}

# bats test_tags=postgresql
@test "PostgreSQL's further spellings of BEGIN are refused" {
	control "BEGIN WORK" "START TRANSACTION" "start\ntransaction isolation level serializable" \
		"BEGIN ISOLATION LEVEL SERIALIZABLE" "BEGIN READ ONLY" "BEGIN TRANSACTION READ WRITE, DEFERRABLE"
}

# bats test_tags=postgresql
@test "PostgreSQL's further spellings of COMMIT and ROLLBACK are refused" {
	control "COMMIT WORK" "COMMIT AND CHAIN" "COMMIT AND NO CHAIN" "COMMIT WORK AND CHAIN" "END WORK" \
		"END AND CHAIN" ABORT "ABORT WORK" "ABORT AND CHAIN" "ROLLBACK WORK" "ROLLBACK AND CHAIN" \
		"ROLLBACK TRANSACTION AND NO CHAIN" "PREPARE TRANSACTION 'x'" "prepare/**/transaction 'x'" \
		"commit/* /* nested */ */" "COMMIT--"
}

# bats test_tags=sqlite
@test "SQLite's further spellings of BEGIN are refused" {
	control "BEGIN IMMEDIATE" "begin exclusive transaction" "BEGIN DEFERRED" "END TRANSACTION"
}

@test "a BEGIN without its COMMIT, inside another, or ended by ROLLBACK is refused" {
	script 'SELECT 1;\nBEGIN;\nCREATE TABLE one (id INTEGER);\n'
	expect_refused 7:1 BEGIN
	script 'BEGIN;\n BEGIN;\nCREATE TABLE one (id INTEGER);\nCOMMIT; COMMIT;\n'
	expect_refused 7:2 BEGIN
	script 'BEGIN;\nCREATE TABLE one (id INTEGER);\nROLLBACK;\n'
	expect_refused 8:1 ROLLBACK
}

@test "a script's own BEGIN and COMMIT around everything give way to ours" {
	script '-- ours\nBEGIN;\nCREATE TABLE one (id INTEGER);\nSELECT nope;\nCOMMIT;\n'
	migrate upgrade head
	expect_status 1
	expect_has "$errors" "migrations/bad.sql:9:8"
	expect_equal "$(tables)" t_good
	expect_equal "$(rows)" good
	sed -i '/nope/d' migrations/bad.sql
	run_ok upgrade head
	expect_equal "$(tables)" "one t_good"
	expect_equal "$(rows)" bad
	expect_equal "$(sql "SELECT count(*) FROM migrate_log WHERE segment IS NULL")" 2
}

@test "words that only look like transaction control are run" {
	script 'CREATE TABLE t ("begin" INTEGER, "commit" TEXT);
INSERT INTO t ("commit") VALUES (\x27; COMMIT;\x27); -- COMMIT;\n/* ; ROLLBACK; */
SELECT CASE WHEN 1 = 1 THEN 2 END;\n'
	run_ok upgrade head
	expect_equal "$(sql 'SELECT "commit" FROM t')" "; COMMIT;"
	expect_equal "$(rows)" bad
}

@test "ROLLBACK TO a savepoint, and a statement called transaction, are no transaction control" {
	script 'SAVEPOINT s;\nROLLBACK TRANSACTION TO SAVEPOINT s;\nROLLBACK TO s;\nRELEASE s;\n'
	run_ok upgrade head
	on_postgresql || return 0
	revision more bad "PREPARE transaction AS SELECT 1; DEALLOCATE transaction;
CREATE FUNCTION f() RETURNS int LANGUAGE sql BEGIN ATOMIC SELECT 1; END;
CREATE PROCEDURE p() LANGUAGE plpgsql AS \$\$ BEGIN COMMIT; END \$\$;" -
	run_ok upgrade head
}

@test "a quote, a comment or a quoted name that stays open is refused where it opens" {
	script "CREATE TABLE one (id INTEGER);\nINSERT INTO one\nVALUES ('open;\n"
	expect_refused 8:9 "unterminated quoted string"
	script 'SELECT 1;\nSELECT 2 AS "open;\n'
	expect_refused 7:13 "unterminated quoted identifier"
	script 'SELECT 1;\n  /* open;\nSELECT 2;\n'
	expect_refused 7:3 "unterminated block comment"
}

# bats test_tags=postgresql
@test "PostgreSQL's dollar quotes, nested comments, and parentheses must be closed" {
	script 'SELECT $body$ open $$ ;\n'
	expect_refused 6:8 "unterminated dollar-quoted string"
	script 'SELECT 1; /* /* inner */ open\n'
	expect_refused 6:11 "unterminated block comment"
	script 'COPY t FROM stdin;\n1\t2\n'
	expect_refused 6:1 COPY
	script 'CREATE FUNCTION f() RETURNS int BEGIN ATOMIC SELECT 1;\n'
	expect_refused 6:33 "BEGIN ATOMIC"
}

@test "a marker inside a quote ends the section all the same, which leaves the quote open" {
	script "SELECT 1;\nSELECT '\n-- migrate:downgrade\n';\n"
	expect_refused 7:8 "unterminated quoted string"
}

# bats test_tags=postgresql
@test "psql's own commands are refused" {
	local command
	for command in '\\connect other' '\\restrict abc' '\\i other.sql' '\\set x 1' '\\! id' '\\copy t from f'; do
		script "CREATE TABLE one (id INTEGER);\n$command\n"
		expect_refused 7:1 psql
	done
	script 'SELECT 1 \\gexec\n'
	expect_refused 6:10 psql
}

@test "a NUL byte is refused with its place" {
	script 'CREATE TABLE one (id INTEGER);\nSELECT \x27a\x27;\0DROP TABLE one;\n'
	expect_refused 7:12 NUL
}

@test "bytes that are not UTF-8 are refused with their place" {
	script 'CREATE TABLE one (id INTEGER);\nSELECT \x27\xc3\xa9\xff\x27;\n'
	expect_refused 7:10 "UTF-8"
	script 'SELECT \x27\xed\xa0\x80\x27;\n'
	expect_refused 6:9 "UTF-8"
}

@test "a file without an upgrade section is refused" {
	table good ""
	printf -- '-- bad\n-- revision: bad\n-- down_revision: good\n\n' >migrations/bad.sql
	expect_refused 1:1 "migrate:upgrade"
	printf -- '-- bad\n-- revision: bad\n-- down_revision: good\n\nSELECT 1;\n' >migrations/bad.sql
	expect_refused 5:1 "section marker"
	printf -- '-- bad\n-- revision: bad\n-- down_revision: good\n\n-- migrate:downgrade\nSELECT 1;\n' \
		>migrations/bad.sql
	expect_refused 1:1 "migrate:upgrade"
}

@test "a missing downgrade section is refused before anything runs, also by a dry run" {
	revision bad "" "CREATE TABLE t (id INTEGER);" -
	table good bad
	run_ok upgrade head
	for option in "" --dry-run --sql; do
		migrate downgrade base $option
		expect_status 2
		expect_has "$errors" "migrations/bad.sql"
		expect_has "$errors" "no downgrade section"
		expect_equal "$(tables)" "t t_good"
		expect_equal "$(rows)" good
		expect_equal "$output" ""
	done
	migrate check --scripts
	expect_status 3
	expect_has "$output" "migrations/bad.sql"
	run_ok downgrade -1
	expect_equal "$(tables)" t
}

@test "an irreversible revision says why, before anything runs" {
	revision bad "" "CREATE TABLE t (id INTEGER);" - "irreversible: the old data is gone"
	table good bad
	run_ok upgrade head
	migrate downgrade base
	expect_status 2
	expect_has "$errors" "migrations/bad.sql"
	expect_has "$errors" "the old data is gone"
	expect_equal "$(tables)" "t t_good"
	run_ok check --scripts
	migrate --format json downgrade base
	expect_status 2
	expect_equal "$(json .error.code)" refused
	expect_equal "$(json .error.exit_status)" 2
}

@test "an empty downgrade section does nothing, and succeeds" {
	revision bad "" "CREATE TABLE t (id INTEGER);" ""
	run_ok upgrade head
	run_ok check --scripts
	run_ok downgrade base
	expect_equal "$(tables)" t
	expect_equal "$(rows)" ""
}

@test "a bad downgrade section does not stop an upgrade, and is refused going down" {
	revision bad "" "CREATE TABLE t (id INTEGER);" "COMMIT;"
	run_ok upgrade head
	migrate downgrade
	expect_status 2
	expect_has "$errors" "migrations/bad.sql:10:1"
	expect_equal "$(rows)" bad
	migrate check --scripts
	expect_status 3
	expect_has "$output" "migrations/bad.sql:10:1"
}

# bats test_tags=sqlite
@test "a refused upgrade makes no SQLite file" {
	rm -f "$DB"
	script 'COMMIT;\n'
	migrate upgrade head
	expect_status 2
	[ ! -e "$DB" ]
	migrate upgrade nowhere
	expect_status 2
	[ ! -e "$DB" ]
	migrate stamp +7
	expect_status 2
	[ ! -e "$DB" ]
}

@test "the JSON of a refused script has its place and nothing else ran" {
	script 'SELECT 1;\n  COMMIT;\n'
	migrate --format json upgrade head
	expect_status 2
	expect_equal "$(json .error.code)" script
	expect_equal "$(json '"\(.error.file):\(.error.line):\(.error.column)"')" migrations/bad.sql:7:3
	expect_equal "$(contents)" ""
}
