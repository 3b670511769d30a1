# Scripts that are not one transaction: cut into pieces, journalled, resumed.
# bats file_tags=driver

load common

journal() { sql "SELECT revision, outcome, segment FROM migrate_log ORDER BY id" | tr '\n' ' ' | sed 's/ $//'; }
indexes() { sql "SELECT c.relname || ' ' || i.indisvalid FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid WHERE c.relname LIKE 'i\\_%' ORDER BY 1" | tr '\n' ' ' | sed 's/ $//'; }


# running PATTERN: does a session run such a statement?
running() { [ "$(psql_admin -A -t -c "SELECT count(*) FROM pg_stat_activity WHERE state = 'active' AND pid <> pg_backend_pid() AND datname = '$DB' AND query LIKE '$1'")" != 0 ]; }

# A session that keeps a transaction with a lock on table a open; ended by release.
hold() {
	mkfifo "$DIR/hold"
	psql -X -q "$URL" <"$DIR/hold" >/dev/null 2>&1 3>&- &
	holder=$!
	exec 9>"$DIR/hold"
	echo "BEGIN; INSERT INTO a VALUES (0, 0);" >&9
	soon held
}
held() { [ "$(psql_admin -A -t -c "SELECT count(*) FROM pg_stat_activity WHERE state = 'idle in transaction' AND datname = '$DB'")" = 1 ]; }
release() {
	echo "ROLLBACK;" >&9
	exec 9>&-
	wait "$holder"
}

INDEXED=$'CREATE TABLE a (i INTEGER, j INTEGER);\nINSERT INTO a VALUES (1, 1), (2, 1);\nCREATE INDEX CONCURRENTLY i_a ON a (i);\nCREATE TABLE b (i INTEGER);'
UNIQUE=$'CREATE TABLE a (i INTEGER, j INTEGER);\nINSERT INTO a VALUES (1, 1), (2, 1);\n\nCREATE UNIQUE INDEX CONCURRENTLY i_a ON a (j);\nCREATE TABLE b (i INTEGER);'

@test "VACUUM stands alone between the parts of its script" {
	revision r "" $'CREATE TABLE a (i INTEGER);\nVACUUM;\nCREATE TABLE b (i INTEGER);' -
	run_ok upgrade
	expect_equal "$(tables)" "a b"
	expect_equal "$(rows)" r
	expect_equal "$(journal)" "r|done|1 r|started|2 r|done|2 r|done|3 r|applied|"
	expect_has "$errors" "1 revision"
}

# bats test_tags=sqlite
@test "a setting that cannot be made in a transaction is made" {
	revision r "" $'PRAGMA journal_mode=WAL;\nCREATE TABLE a (i INTEGER);' -
	run_ok upgrade
	expect_equal "$(sql 'PRAGMA journal_mode')" wal
	expect_equal "$(rows)" r
}

# bats test_tags=postgresql
@test "CREATE INDEX CONCURRENTLY needs no marker" {
	revision r "" "$INDEXED" $'DROP TABLE b;\nDROP INDEX CONCURRENTLY i_a;\nDROP TABLE a;'
	run_ok upgrade
	expect_equal "$(indexes)" "i_a true"
	expect_equal "$(tables)" "a b"
	expect_equal "$(journal)" "r|done|1 r|started|2 r|done|2 r|done|3 r|applied|"
	run_ok downgrade base
	expect_equal "$(tables)" ""
	expect_equal "$(rows)" ""
}

@test "transaction=off runs each statement by itself" {
	revision r "" $'CREATE TABLE a (i INTEGER);\nINSERT INTO a VALUES (1);' -
	sed -i 's/^-- migrate:upgrade$/& transaction=off/' migrations/r.sql
	run_ok upgrade
	expect_equal "$(journal)" "r|started|1 r|done|1 r|started|2 r|done|2 r|applied|"
	expect_equal "$(sql 'SELECT count(*) FROM a')" 1
}

# bats test_tags=postgresql
@test "a statement that the server refuses in a transaction is learnt before anything is kept" {
	revision r "" $'CREATE TABLE p (i INTEGER) PARTITION BY LIST (i);\nCREATE TABLE p1 PARTITION OF p FOR VALUES IN (1);\nCREATE INDEX i_p ON p (i);\nREINDEX TABLE p;\nCREATE TABLE b (i INTEGER);' -
	run_ok upgrade
	expect_equal "$(rows)" r
	expect_equal "$(tables)" "b p p1"
	expect_equal "$(journal)" "r|done|1 r|started|2 r|done|2 r|done|3 r|applied|"
}

# bats test_tags=postgresql
@test "SET TRANSACTION in the wrong place is an error, and nothing is kept" {
	revision r "" $'CREATE TABLE a (i INTEGER);\nINSERT INTO a VALUES (1);\nSET TRANSACTION ISOLATION LEVEL SERIALIZABLE;' -
	migrate upgrade
	expect_status 1
	expect_equal "$(tables)" ""
	expect_has "$errors" "migrations/r.sql:9"
}

@test "a failed part stops with status 5, and the run resumes there once it is mended" {
	local outside="VACUUM;"
	revision r "" $'CREATE TABLE a (i INTEGER);\n'"$outside"$'\nINSERT INTO nowhere VALUES (1);' -
	migrate --format json upgrade
	expect_status 5
	expect_equal "$(json .error.exit_status)" 5
	expect_equal "$(json .error.line)" 9
	expect_equal "$(json '.steps[0].status')" failed
	expect_equal "$(rows)" ""
	expect_equal "$(journal)" "r|done|1 r|started|2 r|done|2"
	revision r "" $'CREATE TABLE a (i INTEGER);\n'"$outside"$'\nCREATE TABLE nowhere (i INTEGER);' -
	run_ok upgrade
	expect_equal "$(tables)" "a nowhere"
	expect_equal "$(rows)" r
}

@test "an edit of the part that has run is refused with its line" {
	revision r "" $'CREATE TABLE a (i INTEGER);\nVACUUM;\nINSERT INTO nowhere VALUES (1);' -
	migrate upgrade
	expect_status 5
	revision r "" $'CREATE TABLE a (i INTEGER, j INTEGER);\nVACUUM;\nCREATE TABLE nowhere (i INTEGER);' -
	migrate upgrade
	expect_status 2
	expect_has "$errors" "edited in a part that has run"
	expect_equal "$(tables)" a
}

@test "BEGIN and COMMIT around the whole script are ours" {
	revision r "" $'BEGIN;\nCREATE TABLE a (i INTEGER);\nINSERT INTO a VALUES (1);\nCOMMIT;' -
	run_ok upgrade
	expect_equal "$(journal)" "r|applied|"
	expect_equal "$(sql 'SELECT count(*) FROM a')" 1
}

@test "pairs around parts of a script are parts that commit apart, with a notice" {
	revision r "" $'BEGIN;\nCREATE TABLE a (i INTEGER);\nCOMMIT;\nBEGIN;\nCREATE TABLE b (i INTEGER);\nINSERT INTO nowhere VALUES (1);\nCOMMIT;' -
	migrate upgrade
	expect_status 5
	expect_has "$errors" "commit apart"
	expect_equal "$(tables)" a
}

@test "an unpaired COMMIT is refused before anything runs" {
	revision r "" $'CREATE TABLE a (i INTEGER);\nCOMMIT;\nCREATE TABLE b (i INTEGER);' -
	migrate upgrade
	expect_status 2
	expect_has "$errors" "migrations/r.sql:8"
	expect_equal "$(tables)" ""
}

# bats test_tags=postgresql
@test "the modes of a script's own BEGIN are those of our transaction" {
	revision r "" $'BEGIN ISOLATION LEVEL SERIALIZABLE;\nCREATE TABLE a AS SELECT current_setting(\'transaction_isolation\') AS level;\nCOMMIT;' -
	run_ok upgrade
	expect_equal "$(sql 'SELECT level FROM a')" serializable
	expect_equal "$(journal)" "r|applied|"
}

# bats test_tags=postgresql
@test "a concurrent build that failed names the INVALID index, and a run after mending rebuilds it" {
	revision r "" "$UNIQUE" -
	migrate upgrade
	expect_status 5
	expect_has "$errors" "public.i_a was left INVALID"
	expect_has "$errors" "migrations/r.sql:10"
	expect_equal "$(indexes)" "i_a false"
	sql "UPDATE a SET j = i"
	run_ok upgrade
	expect_has "$errors" "public.i_a was left INVALID"
	expect_equal "$(indexes)" "i_a true"
	expect_equal "$(tables)" "a b"
	expect_equal "$(rows)" r
}

# bats test_tags=postgresql
@test "IF NOT EXISTS does not take an INVALID index for the real one" {
	sql "CREATE TABLE a (i INTEGER, j INTEGER); INSERT INTO a VALUES (1, 1), (2, 1)"
	sql "CREATE UNIQUE INDEX CONCURRENTLY i_a ON a (j)" 2>/dev/null || true
	sql "UPDATE a SET j = i"
	expect_equal "$(indexes)" "i_a false"
	revision r "" "CREATE UNIQUE INDEX CONCURRENTLY IF NOT EXISTS i_a ON a (j);" -
	run_ok upgrade
	expect_equal "$(indexes)" "i_a true"
	expect_has "$errors" "INVALID"
}

# bats test_tags=postgresql
@test "settings, roles included, reach the next part, the records never, the next revision never" {
	local role=piecemeal_$DB
	sql "CREATE SCHEMA s; CREATE ROLE $role; GRANT CREATE, USAGE ON SCHEMA s TO $role"
	revision r "" $'SET search_path = s;\nSET ROLE '"$role"$';\nCREATE TABLE a (i INTEGER);\nCREATE INDEX CONCURRENTLY i_a ON a (i);\nCREATE TABLE b AS SELECT CAST(current_user AS text) AS who;\nVACUUM a;' -
	table z r
	run_ok upgrade
	expect_equal "$(sql 'SELECT who FROM s.b')" "$role"
	expect_equal "$(tables)" t_z
	expect_equal "$(sql "SELECT tableowner FROM pg_tables WHERE tablename = 't_z'")" tester
	sql "DROP SCHEMA s CASCADE; DROP ROLE $role"
}

# bats test_tags=postgresql
@test "a run that was killed during a concurrent build resumes there, settings repeated" {
	sql "CREATE SCHEMA s; CREATE TABLE a (i INTEGER, j INTEGER); CREATE TABLE s.x (i INTEGER)"
	revision r "" $'SET search_path = public, s;\nCREATE TABLE b (i INTEGER);\nCREATE INDEX CONCURRENTLY i_a ON a (i);\nINSERT INTO x VALUES (1);' -
	hold
	"$MIGRATE" upgrade >/dev/null 2>&1 3>&- 9>&- &
	local pid=$!
	soon running '%CREATE INDEX CONCURRENTLY%'
	kill -9 $pid
	wait $pid || true
	release
	soon not_running
	expect_equal "$(journal)" "r|done|1 r|started|2"
	run_ok upgrade
	expect_equal "$(indexes)" "i_a true"
	expect_equal "$(sql 'SELECT count(*) FROM s.x')" 1
	expect_equal "$(rows)" r
}
not_running() { ! running '%CREATE INDEX CONCURRENTLY%'; }

# bats test_tags=postgresql
@test "a statement of unknown outcome waits for a person, who may skip or retry it" {
	revision r "" $'CREATE TABLE b (i INTEGER);\nSELECT pg_sleep(60);\nCREATE TABLE c (i INTEGER);' -
	sed -i 's/^-- migrate:upgrade$/& transaction=off/' migrations/r.sql
	"$MIGRATE" upgrade >/dev/null 2>&1 3>&- &
	local pid=$!
	soon running '%SELECT pg_sleep%'
	kill -9 $pid
	wait $pid || true
	migrate upgrade
	expect_status 5
	expect_has "$errors" "SELECT pg_sleep(60)"
	expect_has "$errors" "--skip"
	run_ok resume r --skip
	run_ok upgrade
	expect_equal "$(tables)" "b c"
	expect_equal "$(rows)" r
}

# bats test_tags=postgresql
@test "those who wait for the lock do not block a concurrent build in its holder" {
	sql "CREATE TABLE a (i INTEGER, j INTEGER)"
	revision r "" "CREATE INDEX CONCURRENTLY i_a ON a (i);" -
	hold
	local pids=() pid
	"$MIGRATE" upgrade >"$DIR/first" 2>&1 3>&- 9>&- &
	pids+=($!)
	soon running '%CREATE INDEX CONCURRENTLY%'
	for _ in 1 2 3 4 5 6 7 8; do
		"$MIGRATE" upgrade >"$DIR/other" 2>&1 3>&- 9>&- &
		pids+=($!)
	done
	sleep 0.7
	expect_equal "$(psql_admin -A -t -c "SELECT count(*) FROM pg_stat_activity WHERE datname = '$DB' AND state LIKE 'idle in%' AND application_name LIKE 'migrate%'")" 0
	release
	for pid in "${pids[@]}"; do
		wait "$pid" || { cat "$DIR/first" "$DIR/other" && return 1; }
	done
	expect_equal "$(indexes)" "i_a true"
	expect_equal "$(journal)" "r|started|1 r|done|1 r|applied|"
}

@test "what --sql writes for parts runs in the database's own shell" {
	revision r "" $'CREATE TABLE a (i INTEGER);\nVACUUM;\nCREATE TABLE b (i INTEGER);' -
	table z r
	run_ok upgrade --sql
	printf '%s\n' "$output" >out.sql
	if on_sqlite; then
		sqlite3 -bail "$DB" <out.sql
	else
		psql -X -q -v ON_ERROR_STOP=1 "$URL" -f out.sql >/dev/null
	fi
	expect_equal "$(tables)" "a b t_z"
	expect_equal "$(rows)" z
	expect_equal "$(journal)" "r|done|1 r|started|2 r|done|2 r|done|3 r|applied| z|applied|"
}

# bats test_tags=postgresql
@test "settings of parts stay in psql, and our tables are found all the same" {
	sql "CREATE SCHEMA s"
	revision r "" $'SET search_path = s;\nCREATE TABLE a (i INTEGER);\nVACUUM a;\nCREATE TABLE b (i INTEGER);' -
	run_ok upgrade --sql
	printf '%s\n' "$output" >out.sql
	psql -X -q -v ON_ERROR_STOP=1 "$URL" -f out.sql >/dev/null
	expect_equal "$(sql "SELECT string_agg(tablename, ' ' ORDER BY tablename) FROM pg_tables WHERE schemaname = 's'")" "a b"
	expect_equal "$(rows)" r
}

# bats test_tags=postgresql
@test "a resumed script has the settings that it made by set_config, as pg_dump does" {
	revision a "" "CREATE SCHEMA app;" "DROP SCHEMA app CASCADE;"
	revision b a "SELECT pg_catalog.set_config('search_path', 'app', false);
VACUUM;
CREATE TABLE t (i INTEGER); SELECT nix;" "DROP TABLE app.t;"
	migrate upgrade
	expect_status 5
	sed -i 's/SELECT nix;//' migrations/b.sql
	run_ok upgrade
	expect_equal "$(sql "SELECT schemaname FROM pg_tables WHERE tablename = 't'")" app
}

@test "a resumed script is told that its temporary tables are gone, and may make them again" {
	table a ""
	revision b a "CREATE TEMP TABLE x AS SELECT 7 AS i;
VACUUM;
INSERT INTO t_a SELECT i FROM x; SELECT nix;" "DELETE FROM t_a;"
	migrate upgrade
	expect_status 5
	sed -i 's/ SELECT nix;//' migrations/b.sql
	migrate upgrade
	expect_status 5
	expect_has "$errors" "notice: what the parts before have created as temporary is gone"
	sed -i 's/^INSERT/CREATE TEMP TABLE x AS SELECT 7 AS i; INSERT/' migrations/b.sql
	run_ok upgrade
	expect_equal "$(sql "SELECT id FROM t_a")" 7
}
