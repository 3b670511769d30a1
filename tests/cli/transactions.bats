# A revision, its row and its log record are one transaction: all of it or nothing.
# bats file_tags=driver

load common

FAILS=$'CREATE TABLE half (id INTEGER);\nINSERT INTO half VALUES (1);\nINSERT INTO nowhere VALUES (1);\nCREATE TABLE rest (id INTEGER);'

log() { sql "SELECT revision, direction, outcome FROM migrate_log ORDER BY id" | tr '\n' ' '; }

@test "a script that fails leaves nothing, and the revisions before it stay" {
	table a ""
	revision b a "$FAILS" "DROP TABLE half;"
	table c b
	migrate upgrade head
	expect_status 1
	expect_equal "$(tables)" t_a
	expect_equal "$(rows)" a
	expect_equal "$(log)" "a|upgrade|applied "
	expect_has "$errors" "migrations/b.sql:9"
	expect_has "$errors" "1 of 3 revisions applied"
}

@test "the run goes on from where it failed once the script is right" {
	table a ""
	revision b a "$FAILS" "DROP TABLE half;"
	table c b
	migrate upgrade head
	expect_status 1
	table b a
	run_ok upgrade head
	expect_equal "$(tables)" "t_a t_b t_c"
	expect_equal "$(rows)" c
	expect_equal "$(log)" "a|upgrade|applied b|upgrade|applied c|upgrade|applied "
}

@test "JSON tells of a failed run which steps are applied, which failed, which never ran" {
	table a ""
	revision b a "$FAILS" -
	table c b
	migrate --format json upgrade
	expect_status 1
	expect_equal "$(json '[.steps[] | .revision + " " + .status] | join(",")')" \
		"a applied,b failed,c planned"
	expect_equal "$(json .changed)" true
	expect_equal "$(json .error.code)" sql
	expect_equal "$(json .error.exit_status)" 1
	expect_equal "$(json .error.file)" migrations/b.sql
	expect_equal "$(json .error.line)" 9
	expect_equal "$(json .error.statement)" "INSERT INTO nowhere VALUES (1)"
}

@test "with transaction: run a failure leaves nothing of the whole run" {
	echo "transaction: run" >>migrator.yaml
	table a ""
	table b a
	revision c b "$FAILS" -
	migrate upgrade head
	expect_status 1
	expect_equal "$(tables)" ""
	expect_has "$errors" "0 of 3 revisions applied"
	run_ok --format json current
	expect_equal "$(json '.current | length')" 0
	rm migrations/c.sql
	run_ok upgrade head
	expect_equal "$(tables)" "t_a t_b"
	expect_equal "$(rows)" b
}

@test "with transaction: run no step of a failed run is reported as applied" {
	echo "transaction: run" >>migrator.yaml
	table a ""
	revision b a "$FAILS" -
	migrate --format json upgrade
	expect_status 1
	expect_equal "$(json '[.steps[].status] | join(",")')" "planned,failed"
	expect_equal "$(json '.changed | not')" true
}

@test "with transaction: run hundreds of revisions commit together" {
	echo "transaction: run" >>migrator.yaml
	local previous="" id
	for i in $(seq 300); do
		id=$(printf 'r%03d' "$i")
		revision "$id" "$previous" "CREATE TABLE t$i (id INTEGER);" "DROP TABLE t$i;"
		previous=$id
	done
	run_ok upgrade head
	expect_equal "$(rows)" r300
	expect_equal "$(sql "SELECT count(*) FROM migrate_log")" 300
	revision r100 r099 "CREATE TABLE t100 (id INTEGER);" "SELECT * FROM nowhere;"
	migrate downgrade base
	expect_status 1
	expect_equal "$(rows)" r300
	expect_equal "$(tables | wc -w)" 300
	expect_has "$errors" "migrations/r100.sql"
	revision r100 r099 "CREATE TABLE t100 (id INTEGER);" "DROP TABLE t100;"
	run_ok downgrade base
	expect_equal "$(tables)" ""
	expect_equal "$(rows)" ""
}

@test "a downgrade that fails leaves its revision applied, and those above it reverted" {
	table a ""
	revision b a "CREATE TABLE t_b (id INTEGER);" $'DROP TABLE t_b;\nDROP TABLE nowhere;'
	table c b
	run_ok upgrade head
	migrate downgrade base
	expect_status 1
	expect_equal "$(tables)" "t_a t_b"
	expect_equal "$(rows)" b
	expect_equal "$(log)" \
		"a|upgrade|applied b|upgrade|applied c|upgrade|applied c|downgrade|applied "
	expect_has "$errors" "migrations/b.sql:11"
	expect_has "$errors" "1 of 3 revisions reverted"
}

@test "a log that cannot be written takes the script and the row with it" {
	table a ""
	table b a
	run_ok upgrade a
	if on_sqlite; then
		sql "CREATE TRIGGER stop BEFORE INSERT ON migrate_log BEGIN SELECT RAISE(ABORT, 'no log'); END"
	else
		sql "CREATE FUNCTION stop() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RAISE ''no log''; END';
			CREATE TRIGGER stop BEFORE INSERT ON migrate_log EXECUTE FUNCTION stop()"
	fi
	migrate upgrade head
	expect_status 1
	expect_has "$errors" "no log"
	expect_equal "$(tables)" t_a
	expect_equal "$(rows)" a
	sql "DROP TRIGGER stop$(on_sqlite || echo ' ON migrate_log')"
	run_ok upgrade head
	expect_equal "$(rows)" b
}

@test "a version table that cannot be written takes the script with it" {
	table a ""
	table b a
	run_ok upgrade a
	if on_sqlite; then
		sql "CREATE TRIGGER stop BEFORE UPDATE ON migrate_version BEGIN SELECT RAISE(ABORT, 'no row'); END"
	else
		sql "CREATE FUNCTION stop() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RAISE ''no row''; END';
			CREATE TRIGGER stop BEFORE UPDATE ON migrate_version EXECUTE FUNCTION stop()"
	fi
	migrate upgrade head
	expect_status 1
	expect_has "$errors" "no row"
	expect_equal "$(tables)" t_a
	expect_equal "$(rows)" a
	expect_equal "$(log)" "a|upgrade|applied "
}

# bats test_tags=postgresql
@test "script, row and log record carry one transaction id" {
	# SQLite shows none.
	revision a "" "CREATE TABLE seen (id bigint); INSERT INTO seen VALUES (1);" "DELETE FROM seen;"
	table b a
	run_ok upgrade a
	expect_equal "$(sql "SELECT count(DISTINCT x) FROM (SELECT xmin::text x FROM seen UNION ALL
		SELECT xmin::text FROM migrate_version UNION ALL SELECT xmin::text FROM migrate_log) s")" 1
	run_ok upgrade b
	expect_equal "$(sql "SELECT count(DISTINCT xmin::text) FROM migrate_log")" 2
}

@test "a deferred constraint that fails at COMMIT fails the revision" {
	local key="id INTEGER PRIMARY KEY" up
	up="CREATE TABLE parent ($key);
CREATE TABLE child (p INTEGER REFERENCES parent DEFERRABLE INITIALLY DEFERRED);
INSERT INTO child VALUES (4);"
	table a ""
	revision b a "$up" - 
	table c b
	migrate upgrade head
	expect_status 1
	expect_equal "$(tables)" t_a
	expect_equal "$(rows)" a
	expect_equal "$(log)" "a|upgrade|applied "
	expect_has "$errors" "migrations/b.sql:7"
	expect_has "$errors" "foreign key"
	on_sqlite || expect_has "$errors" 23503
	expect_has "$errors" "1 of 3 revisions applied"
}

@test "a deferred constraint that fails at COMMIT of a whole run leaves nothing" {
	echo "transaction: run" >>migrator.yaml
	table a ""
	revision b a "CREATE TABLE parent (id INTEGER PRIMARY KEY);
CREATE TABLE child (p INTEGER REFERENCES parent DEFERRABLE INITIALLY DEFERRED);
INSERT INTO child VALUES (4);" -
	table c b
	migrate upgrade head
	expect_status 1
	expect_has "$errors" "foreign key"
	expect_equal "$(tables)" ""
	expect_has "$errors" "0 of 3 revisions applied"
}

# bats test_tags=postgresql
@test "a run too large for the server's lock table says how to split it" {
	own_server "max_connections = 10" "max_locks_per_transaction = 10"
	echo "transaction: run" >>migrator.yaml
	revision a "" "DO \$\$ BEGIN FOR i IN 1..30000 LOOP EXECUTE format('CREATE TABLE x%s ()', i); END LOOP; END \$\$;" -
	migrate upgrade head
	expect_status 1
	expect_has "$errors" 53200
	expect_has "$errors" "max_locks_per_transaction"
	expect_equal "$(tables)" ""
}

# bats test_tags=sqlite
@test "SQLite's statements that roll back by themselves stop the script" {
	table a ""
	revision b a "CREATE TABLE u (id INTEGER PRIMARY KEY);
INSERT INTO u VALUES (1);
INSERT OR ROLLBACK INTO u VALUES (1);
CREATE TABLE rest (id INTEGER);" -
	migrate upgrade head
	expect_status 1
	expect_equal "$(tables)" t_a
	expect_equal "$(rows)" a
	expect_has "$errors" "migrations/b.sql:9"
	revision b a "CREATE TABLE u (id INTEGER PRIMARY KEY);
CREATE TRIGGER r BEFORE INSERT ON u BEGIN SELECT RAISE(ROLLBACK, 'back'); END;
INSERT INTO u VALUES (1);
CREATE TABLE rest (id INTEGER);" -
	migrate upgrade head
	expect_status 1
	expect_has "$errors" back
	expect_equal "$(tables)" t_a
	expect_equal "$(rows)" a
}

@test "savepoints are the script's own" {
	table a ""
	revision b a "CREATE TABLE s (id INTEGER);
SAVEPOINT one;
INSERT INTO s VALUES (1);
ROLLBACK TO one;
RELEASE one;
SAVEPOINT two;
INSERT INTO s VALUES (2);" "DROP TABLE s;"
	table c b
	run_ok upgrade head
	expect_equal "$(sql "SELECT id FROM s")" 2
	expect_equal "$(rows)" c
}

@test "a savepoint of one script cannot be rolled back to by the next of the same run" {
	echo "transaction: run" >>migrator.yaml
	revision a "" $'SAVEPOINT one;\nCREATE TABLE s (id INTEGER);' -
	revision b a "ROLLBACK TO one;" -
	migrate upgrade head
	expect_status 1
	expect_equal "$(tables)" ""
}

# bats test_tags=postgresql
@test "a server procedure that commits is stopped" {
	table a ""
	revision b a $'CREATE TABLE half (id int);\nDO $$ BEGIN INSERT INTO half VALUES (1); COMMIT; END $$;' -
	migrate upgrade head
	expect_status 1
	expect_has "$errors" 2D000
	expect_equal "$(tables)" t_a
	expect_equal "$(rows)" a
}

# bats test_tags=postgresql
@test "a script that is READ ONLY itself is told that it is not the server" {
	revision a "" $'BEGIN READ ONLY;\nSELECT 1;\nCOMMIT;' ""
	migrate upgrade
	expect_status 1
	expect_has "$errors" "so does a script that is READ ONLY itself"
}
