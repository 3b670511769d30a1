# A script that changes the version table itself: told as what it is, with its place, and undone.
# bats file_tags=driver

load common

version_name() { on_sqlite && echo '"migrate_version"' || echo '"public"."migrate_version"'; }

# changed_by STATEMENT: b has it in its third line behind the marker.
changed_by() {
	revision b a "CREATE TABLE t_b (i int);
-- a comment
$1
INSERT INTO t_a VALUES (2);" "DROP TABLE t_b;"
}

@test "a script that changes the version table is refused with its place, and nothing of it stays" {
	local statement
	table a ""
	run_ok upgrade a
	for statement in "INSERT INTO migrate_version VALUES ('99');" "DELETE FROM migrate_version;" \
		"UPDATE migrate_version SET version_num = 'b';" "DROP TABLE migrate_version;" \
		"ALTER TABLE migrate_version RENAME TO elsewhere;" "ALTER TABLE migrate_version RENAME COLUMN version_num TO n;"; do
		changed_by "$statement"
		refused 1 "the script itself change" upgrade head
		expect_has "$errors" "version table $(version_name)"
		expect_has "$errors" "migrations/b.sql:9:1: "
		expect_has "$errors" "${statement%;}"
		expect_has "$errors" "hint: "
		expect_lacks "$errors" "another run"
		expect_equal "$(tables)" t_a
		expect_equal "$(sql "SELECT count(*) FROM migrate_log")" 1
		migrate --format json upgrade head
		expect_equal "$(json '.error | [.file, .line, .code, .statement] | join("|")')" "migrations/b.sql|9|sql|${statement%;}"
	done
}

@test "so is one whose transaction is the whole run's, and one that changes it in a part" {
	table a ""
	changed_by "INSERT INTO migrate_version VALUES ('99');"
	echo "transaction: run" >>migrator.yaml
	migrate upgrade head
	expect_status 1
	expect_has "$errors" "migrations/b.sql:9:1: "
	expect_has "$errors" "the script itself change"
	expect_equal "$(tables)" ""

	sed -i '/^transaction/d' migrator.yaml
	run_ok upgrade a
	revision b a "INSERT INTO t_a VALUES (1);
$(on_sqlite && echo "VACUUM;" || echo "CREATE INDEX CONCURRENTLY t_i ON t_a (id);")
INSERT INTO migrate_version VALUES ('99');" ""
	refused 5 "the script itself change" upgrade head
	expect_has "$errors" "migrations/b.sql:9:"
	expect_lacks "$errors" "another run"
	revision b a "INSERT INTO t_a VALUES (1);
$(on_sqlite && echo "VACUUM;" || echo "CREATE INDEX CONCURRENTLY t_i ON t_a (id);")" ""
	run_ok upgrade head
	expect_equal "$(sql "SELECT count(*) FROM t_a")" 1
}

@test "a statement outside a transaction that changes it is told with its place" {
	table a ""
	run_ok upgrade a
	revision b a "INSERT INTO t_a VALUES (1);
INSERT INTO migrate_version VALUES ('99');" ""
	sed -i 's/^-- migrate:upgrade/& transaction=off/' migrations/b.sql
	migrate upgrade head
	expect_status 5
	expect_has "$errors" "migrations/b.sql:8:1: error: the script itself change"
	expect_lacks "$errors" "another run"
	# SQLite's parser tells before it runs; PostgreSQL has it done by then.
	on_sqlite || sql "DELETE FROM migrate_version WHERE version_num = '99'"
	at a
}

@test "a script among many is told, one that hides the table's name too, and those before it stay" {
	local i parent=""
	for i in 1 2 3 4 5 6 7 8 9 10; do
		table "r$i" "$parent"
		parent=r$i
	done
	revision b r10 "SELECT 1;
INSERT INTO migrate_version VALUES ('99');" ""
	migrate upgrade head
	expect_status 1
	expect_has "$errors" "migrations/b.sql:8:1: error: the script itself change"
	at r10
	on_sqlite && return
	run_ok downgrade base
	revision b r10 "DO \$\$ BEGIN EXECUTE 'INSERT INTO migrate_' || 'version VALUES (''99'')'; END \$\$;" ""
	migrate upgrade head
	expect_status 1
	expect_has "$errors" "migrations/b.sql:7: error: the script itself changed"
	at r10
}

@test "a row of another branch that a script changes is noticed" {
	table x ""
	table a ""
	table b a
	revision c b "UPDATE migrate_version SET version_num = '99' WHERE version_num = 'x';" ""
	run_ok upgrade x
	migrate upgrade heads
	expect_status 1
	expect_has "$errors" "migrations/c.sql:7:1: error: the script itself change"
	at "b x"
}

@test "a downgrade that changes the version table is refused as well" {
	table a ""
	revision b a "SELECT 1;" "DELETE FROM migrate_version;"
	run_ok upgrade head
	refused 1 "migrations/b.sql:10:1: " downgrade
	expect_has "$errors" "the script itself change"
}

# bats test_tags=sqlite
@test "a trigger of the script's that changes the version table is refused where it fires" {
	# PostgreSQL tells the statement that names the table.
	table a ""
	revision b a "CREATE TRIGGER g AFTER INSERT ON t_a BEGIN DELETE FROM migrate_version; END;
INSERT INTO t_a VALUES (1);" ""
	run_ok upgrade a
	refused 1 "migrations/b.sql:8:1: " upgrade head
	expect_has "$errors" "the script itself change"
}

@test "a script may read the version table, and have a temporary one of its name" {
	table a ""
	revision b a "CREATE TABLE t_b AS SELECT version_num FROM migrate_version;
CREATE TEMPORARY TABLE migrate_version (version_num text);
INSERT INTO migrate_version VALUES ('mine');" ""
	run_ok upgrade head
	at b
	expect_equal "$(sql "SELECT version_num FROM t_b")" a
}

# bats test_tags=postgresql
@test "rows that another session changed are told as another run's, not the script's" {
	# An SQLite file is locked before its rows are read.
	table a ""
	revision b a "SELECT 1;" ""
	run_ok upgrade a
	# It commits while the run waits for the version table's lock.
	psql -X -q "$URL" -c "BEGIN; LOCK TABLE migrate_version IN SHARE ROW EXCLUSIVE MODE; UPDATE migrate_version SET version_num = 'c'" \
		-c "DO 'BEGIN FOR i IN 1..1000 LOOP EXIT WHEN EXISTS (SELECT FROM pg_locks WHERE NOT granted AND relation = ''migrate_version''::regclass); PERFORM pg_sleep(0.01); END LOOP; END'" \
		-c "COMMIT" 3>&- &
	soon expect_locked
	migrate upgrade head
	wait $!
	expect_status 1
	expect_has "$errors" "another run changed table"
	expect_lacks "$errors" "the script itself"
	at c
}

expect_locked() {
	[ "$(sql "SELECT count(*) FROM pg_locks WHERE granted AND relation = 'migrate_version'::regclass AND mode = 'ShareRowExclusiveLock'")" != 0 ]
}
