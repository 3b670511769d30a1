# Behind PgBouncer in transaction mode each transaction may have another session of the server: there
# is no lock of a session, and a setting that outlives a transaction is somebody else's.

# bats file_tags=postgresql
load common
. "$BATS_TEST_DIRNAME/../support/servers.sh"

# pooled: a pooler in front of the test's database, with fewer sessions than clients; $POOLED is the
# URL through it.
pooled() {
	POOLER=$(mktemp -d "$TEST_SERVERS/pooler.XXXXXX") PORT=$(free_port)
	chmod 777 "$POOLER"
	cat >"$POOLER/ini" <<-INI
		[databases]
		* = host=127.0.0.1 port=$PGPORT_TEST user=tester
		[pgbouncer]
		listen_addr = 127.0.0.1
		listen_port = $PORT
		unix_socket_dir =
		auth_type = any
		pool_mode = transaction
		default_pool_size = 4
		max_client_conn = 100
		logfile = $POOLER/log
		pidfile = $POOLER/pid
		query_wait_timeout = 30
	INI
	postgres_as pgbouncer -q "$POOLER/ini" >"$POOLER/out" 2>&1 3>&- &
	pooler=$!
	POOLED=postgresql://tester@127.0.0.1:$PORT/$DB
	for _ in $(seq 200); do
		psql -X -q "$POOLED" -c "SELECT 1" >/dev/null 2>&1 && return 0
		kill -0 $pooler 2>/dev/null || break
		sleep 0.02
	done
	cat "$POOLER/out" "$POOLER/log"
	return 1
}

teardown() {
	[ ! -f "${POOLER:-}/pid" ] || kill "$(cat "$POOLER/pid")" || true
	[ -z "${pooler:-}" ] || wait "$pooler" || true
	rm -rf "${POOLER:-}"
	database_drop
}

@test "eight runs at once behind a pooler apply each revision once, and all succeed" {
	pooled
	local i pids=() failed=0
	revision r0 "" "CREATE TABLE ran (id INTEGER);" "DROP TABLE ran;"
	for i in $(seq 12); do
		revision "r$i" "r$((i - 1))" "INSERT INTO ran VALUES ($i);" "DELETE FROM ran WHERE id = $i;"
	done
	for i in $(seq 8); do
		timeout 60 "$MIGRATE" -d "$POOLED" upgrade >"out.$i" 2>&1 </dev/null 3>&- &
		pids+=($!)
	done
	for i in $(seq 8); do
		wait "${pids[$((i - 1))]}" || { failed=1 && echo "runner $i: status $?" && cat "out.$i"; }
	done
	expect_equal "$(sql "SELECT count(*), count(DISTINCT id) FROM ran")" "12|12"
	expect_equal "$(sql "SELECT count(*), count(DISTINCT revision) FROM migrate_log")" "13|13"
	expect_equal "$(rows)" r12
	return $failed
}

# four_upgrades: at a time, and none of them fails.
four_upgrades() {
	local i pids=()
	for i in 1 2 3 4; do
		timeout 60 "$MIGRATE" -d "$POOLED" upgrade >"out.$i" 2>&1 </dev/null 3>&- &
		pids+=($!)
	done
	for i in 1 2 3 4; do
		wait "${pids[$((i - 1))]}" || { echo "runner $i: status $?" && cat "out.$i" && return 1; }
	done
}

@test "four runs at once behind a pooler leave one record of the schema, that of the last" {
	pooled
	local i
	echo "drift: true" >>migrator.yaml
	table r0 ""
	for i in $(seq 6); do
		table "r$i" "r$((i - 1))"
	done
	four_upgrades
	expect_equal "$(sql "SELECT count(*) FROM migrate_log WHERE outcome = 'schema'")" 1
	run_ok -d "$POOLED" status
	expect_has "$output" "as the last run left it"
	run_ok -d "$POOLED" downgrade -1
	sql "DROP TABLE t_r0"
	migrate -d "$POOLED" check --drift
	expect_status 3
	expect_has "$output" "table public.t_r0 is missing"
}

@test "four runs at once behind a pooler share a script in parts, each part once" {
	pooled
	local i part
	sql "CREATE TABLE ran (id INTEGER)"
	part=$(for i in 1 2 3 4 5; do echo "BEGIN; INSERT INTO ran VALUES ($i); COMMIT;"; done)
	revision a "" "$part" "SELECT 1;"
	table b a
	four_upgrades
	expect_equal "$(sql "SELECT string_agg(CAST(id AS text), ' ' ORDER BY id) FROM ran")" "1 2 3 4 5"
	expect_equal "$(sql "SELECT count(*) FROM migrate_log")" 7
	expect_equal "$(rows)" b
}

# hold SQL: a session beside the pooler in whose transaction SQL has run; ended by closing 9.
hold() {
	mkfifo hold
	PGAPPNAME=shop psql -X -q -A -t "$URL" <hold >held 2>&1 3>&- &
	holder=$!
	exec 9>hold
	echo "BEGIN; $1 SELECT 'held';" >&9
	for _ in $(seq 500); do ! grep -q held held || return 0; sleep 0.02; done
	return 1
}

# transactions GRANTED COUNT: so many steps have the version table's lock, or wait for it.
transactions() {
	for _ in $(seq 500); do
		[ "$(sql "SELECT count(*) FROM pg_locks WHERE mode = 'ShareRowExclusiveLock' AND granted = $1 AND database = (SELECT oid FROM pg_database WHERE datname = current_database())")" != "$2" ] || return 0
		sleep 0.02
	done
	return 1
}

@test "who finds another run faster plans again from what that one has done" {
	pooled
	echo "lock_timeout: 20s" >>migrator.yaml
	table a ""
	revision b a "LOCK TABLE t_a;" "SELECT 1;"
	table c b
	run_ok upgrade a
	hold "SELECT * FROM t_a;"
	"$MIGRATE" -d "$POOLED" upgrade b >first 2>&1 </dev/null 3>&- 9>&- &
	first=$!
	transactions true 1
	"$MIGRATE" -v --format json -d "$POOLED" upgrade >out 2>err </dev/null 3>&- 9>&- &
	second=$!
	transactions false 1
	run_ok --format json -d "$POOLED" locks
	expect_equal "$(json '[.held, (.waiting | length), .blocking[0].application_name] | map(tostring) | join(" ")')" "true 1 shop"
	expect_has "$(json .holder.query)" "LOCK TABLE t_a"
	exec 9>&-
	wait $holder
	wait $first
	wait $second
	output=$(cat out)
	expect_equal "$(json '[.from[0], .steps[].revision, .to[0]] | join(" ")')" "b c c"
	expect_has "$(cat err)" "another run was faster"
}

@test "a target that is counted from the rows is not counted again when some of it has run" {
	pooled
	table a ""
	revision b a "LOCK TABLE t_a;" "SELECT 1;"
	table c b
	table d c
	run_ok upgrade a
	echo "lock_timeout: 20s" >>migrator.yaml
	hold "SELECT * FROM t_a;"
	"$MIGRATE" -v --format json -d "$POOLED" upgrade +2 >out 2>err </dev/null 3>&- 9>&- &
	run=$!
	transactions true 1
	psql -X -q "$URL" -c "BEGIN; LOCK TABLE migrate_version IN SHARE ROW EXCLUSIVE MODE; UPDATE migrate_version SET version_num = 'c'; COMMIT" 3>&- 9>&- &
	transactions false 1
	exec 9>&-
	wait $holder
	status=0
	wait $run || status=$?
	output=$(cat out) errors=$(cat err)
	expect_status 1
	expect_equal "$(json '[.steps[] | .revision + " " + .status] | join(", ")')" "b applied, c failed"
	expect_has "$(json .error.message)" "another run changed table"
	expect_equal "$(rows)" c
}

@test "a script that changes the rows itself is told as that, and not planned again for ever" {
	pooled
	table a ""
	revision b a "SELECT 1;
INSERT INTO migrate_version VALUES ('99');" ""
	migrate -d "$POOLED" upgrade
	expect_status 1
	expect_has "$errors" 'migrations/b.sql:8:1: error: the script itself changed version table "public"."migrate_version"'
	expect_lacks "$errors" "another run"
	at a
}

@test "what cannot run in a transaction is refused behind a pooler before anything runs, with advice" {
	pooled
	revision a "" "CREATE TABLE t (i INTEGER);
CREATE INDEX CONCURRENTLY i_t ON t (i);" -
	migrate -d "$POOLED" upgrade
	expect_status 2
	expect_has "$errors" "migrations/a.sql:8:1: error: the statement runs outside a transaction"
	expect_has "$errors" "Connect to the server directly, or by a port of the pooler with session pooling"
	expect_equal "$(tables)" ""
	revision a "" "SET search_path = pg_catalog;
BEGIN; CREATE TABLE t (i INTEGER); COMMIT;" -
	migrate -d "$POOLED" upgrade
	expect_status 2
	expect_has "$errors" "the setting would not reach the script's other transactions"
	run_ok upgrade --sql
	revision a "" "CREATE TABLE t (i INTEGER);
CREATE INDEX CONCURRENTLY i_t ON t (i);" -
	run_ok upgrade
	expect_equal "$(rows)" a
}

@test "so are the revisions before it: nothing of the run is applied or reverted" {
	pooled
	table a ""
	revision b a "CREATE TABLE t (i INTEGER); VACUUM; CREATE TABLE u (i INTEGER);" "DROP TABLE u; VACUUM; DROP TABLE t;"
	table c b
	for command in upgrade "upgrade --dry-run"; do
		# shellcheck disable=SC2086
		migrate -d "$POOLED" $command
		expect_status 2
		expect_has "$errors" "migrations/b.sql:7:29: error: the statement runs outside a transaction"
		expect_equal "$(tables)" ""
	done
	run_ok -d "$POOLED" upgrade a
	run_ok -d "$POOLED" upgrade --sql
	run_ok upgrade
	refused 2 "the statement runs outside a transaction" -d "$POOLED" downgrade base
	at c
	migrate -d "$POOLED" verify
	expect_status 2
}

@test "no setting of a script, and none of ours, reaches another client of the pooler" {
	pooled
	local ask="SELECT string_agg(name || '=' || setting, ' ' ORDER BY name) FROM pg_settings WHERE name IN ('search_path', 'role', 'lock_timeout', 'statement_timeout', 'work_mem', 'standard_conforming_strings', 'default_transaction_read_only', 'application_name')"
	before=$(psql -X -q -A -t "$POOLED?application_name=x" -c "$ask")
	sql "CREATE ROLE pooled_$DB; GRANT ALL ON SCHEMA public TO pooled_$DB"
	revision a "" "SET search_path = ''; SET work_mem = '77MB'; SET ROLE pooled_$DB;
SET standard_conforming_strings = off; SET lock_timeout = '1ms'; SET default_transaction_read_only = on;" "SELECT 1;"
	revision b a "SELECT pg_catalog.set_config('search_path', '', false); CREATE TABLE public.t (i INTEGER);" "SELECT 1;"
	sed -i 's/^-- migrate:up.*/& lock_timeout=3s statement_timeout=4s/' migrations/b.sql
	run_ok -d "$POOLED" upgrade
	run_ok -d "$POOLED" status
	for _ in 1 2 3 4 5 6 7 8; do
		psql -X -q -A -t "$POOLED?application_name=x" -c "BEGIN; $ask; SELECT pg_sleep(0.05); COMMIT" >>after 3>&- &
	done
	wait $(jobs -p | grep -v "^$pooler$")
	expect_equal "$(grep -v '^$' after | sort -u)" "$before"
	expect_equal "$(rows)" b
	sql "DROP OWNED BY pooled_$DB; DROP ROLE pooled_$DB"
}

@test "who is in the way is named behind a pooler too, and the revision tried again" {
	pooled
	printf 'lock_timeout: 300ms\nlock_retries: 20\n' >>migrator.yaml
	revision a "" "CREATE TABLE busy (i INTEGER);" "SELECT 1;"
	revision b a "ALTER TABLE busy ADD COLUMN j INTEGER;" "SELECT 1;"
	run_ok -d "$POOLED" upgrade a
	hold "SELECT * FROM busy;"
	"$MIGRATE" -d "$POOLED" upgrade >out 2>&1 </dev/null 3>&- 9>&- &
	run=$!
	for _ in $(seq 200); do grep -q "blocked by pid" out && break; sleep 0.05; done
	exec 9>&-
	wait $holder
	wait $run
	expect_has "$(cat out)" "trying again, 1 of 20"
	expect_has "$(cat out)" ", shop, "
	expect_equal "$(rows)" b
}

@test "behind a pooler another run is waited for up to lock_wait, and then left with status 4" {
	pooled
	sed -i 's/lock_wait: .*/lock_wait: 500ms/' migrator.yaml
	table a ""
	run_ok -d "$POOLED" upgrade
	revision b a "SELECT pg_sleep(60);" "SELECT 1;"
	"$MIGRATE" -d "$POOLED" upgrade >/dev/null 2>&1 </dev/null 3>&- &
	run=$!
	transactions true 1
	migrate -d "$POOLED" upgrade
	kill "$run"
	wait "$run" || true
	expect_status 4
	expect_has "$errors" "another session holds a lock"
	expect_has "$errors" "blocked by pid"
	expect_lacks "$errors" "trying again"
}

# bats test_tags=postgresql
@test "the doctor knows a pooler, and what does not work behind it" {
	sql "ALTER DATABASE $DB SET statement_timeout = 9000"
	pooled
	table a ""
	run_ok --format json doctor -d "$POOLED"
	expect_has "$(json '.findings[] | select(.check == "pooler" and .level == "warning") | .message')" "CREATE INDEX CONCURRENTLY"
	expect_has "$(json '.findings[] | select(.check == "server_setting" and .level == "warning") | .message')" \
		"statement_timeout is 9000 ms: behind a pooler it counts for scripts too"
	run_ok --format json doctor
	expect_equal "$(json '[.findings[] | select(.level == "warning")] | length')" 0
}

@test "how far the server is is told behind a pooler too" {
	pooled
	printf 'lock_timeout: 50s\n' >>migrator.yaml
	revision a "" "CREATE TABLE busy (i INTEGER);" "SELECT 1;"
	revision b a "ALTER TABLE busy ADD COLUMN j INTEGER;" "SELECT 1;"
	run_ok -d "$POOLED" upgrade a
	hold "SELECT * FROM busy;"
	TERM=xterm /usr/bin/python3 "$BATS_TEST_DIRNAME/../support/terminal.py" 100 "$MIGRATE" -d "$POOLED" upgrade \
		--color never >out 2>&1 </dev/null 3>&- 9>&- &
	run=$!
	soon grep -q "waiting for a lock of pid [0-9]*; ALTER TABLE busy" out
	exec 9>&-
	wait $holder
	wait $run
	expect_equal "$(rows)" b
}
