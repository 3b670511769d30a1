# migrate locks: who holds the lock of runs, who waits for it, and whose locks are in the way.

load common

# hold SQL: a session of the database's own shell in whose transaction SQL has run; ended by let_go.
hold() {
	mkfifo "$DIR/hold"
	if on_sqlite; then
		sqlite3 "$DB" <"$DIR/hold" >"$DIR/held" 2>&1 3>&- &
	else
		PGAPPNAME=shop psql -X -q -A -t "$URL" <"$DIR/hold" >"$DIR/held" 2>&1 3>&- &
	fi
	holder=$!
	exec 9>"$DIR/hold"
	echo "BEGIN; $1 SELECT 'held';" >&9
	soon grep -q held "$DIR/held"
}
let_go() {
	echo "ROLLBACK;" >&9
	exec 9>&-
	wait "$holder"
}

# start ARGUMENT...: migrate in the background; $pid. Descriptor 3 is bats' own.
start() {
	"$MIGRATE" "$@" >"$DIR/.bg" 2>&1 </dev/null 3>&- 9>&- &
	pid=$!
}
says() { grep -q -- "$1" "$DIR/.bg"; }

# found FILTER: what migrate locks --format json has is true.
found() {
	run_ok --format json locks
	printf '%s' "$output" | gojq -e "$1" >/dev/null
}

# busy: revision b waits, while the lock of runs is held, until let_go.
busy() {
	table a ""
	if on_sqlite; then
		revision b a "WITH RECURSIVE c(x) AS (VALUES(1) UNION ALL SELECT x+1 FROM c) SELECT max(x) FROM c;" -
		run_ok upgrade a
	else
		revision b a "ALTER TABLE t_a ADD COLUMN secret TEXT DEFAULT 'quoted';" -
		echo "lock_timeout: 1m" >>migrator.yaml
		run_ok upgrade a
		hold "UPDATE t_a SET id = 1 WHERE 'quoted' = '';"
	fi
	start upgrade
	soon found .held
}

@test "where no run is under way the lock is free, and nothing is made" {
	if on_sqlite; then
		migrate locks
		expect_status 1
		expect_has "$errors" "does not exist"
		sql "CREATE TABLE other (id INTEGER)"
	fi
	before=$(everything)
	run_ok locks
	expect_equal "$output" "lock      free"
	run_ok --format json locks
	expect_equal "$(json '[.held, .holder, (.waiting | length), (.blocking | length)] | map(tostring) | join(" ")')" \
		"false null 0 0"
	expect_equal "$(json .dialect)" "$TEST_DATABASE"
	expect_equal "$(everything)" "$before"
}

# bats test_tags=sqlite
@test "a run that is under way is named, on SQLite by its process" {
	busy
	expect_equal "$(json '[.holder.pid, .holder.application_name] | map(tostring) | join(" ")')" "$pid migrate"
	expect_equal "$(json '.holder.user == null and .blocking == []')" true
	run_ok locks
	expect_has "$output" "lock      held"
	expect_has "$output" "holder    pid $pid, migrate"
	kill -INT "$pid"
	wait "$pid" || true
	run_ok locks
	expect_equal "$output" "lock      free"
}

# bats test_tags=sqlite
@test "somebody else's write transaction is in the way, and no run" {
	table a ""
	run_ok upgrade
	hold "INSERT INTO t_a VALUES (1);"
	run_ok --format json locks
	let_go
	expect_equal "$(json '[.held, .blocking[0].pid, .blocking[0].application_name] | map(tostring) | join(" ")')" \
		"false $holder sqlite3"
}

# bats test_tags=postgresql
@test "holder, who waits, and who is in the way are named" {
	busy
	soon found '.holder.state == "waiting for a lock" and (.blocking | length) == 1'
	start upgrade
	soon says "pid "
	soon found '(.waiting | length) == 1'
	expect_equal "$(json '[.holder.user, .holder.client] | join(" ")')" "tester 127.0.0.1"
	expect_has "$(json .holder.application_name)" "migrate "
	expect_has "$(json .holder.query)" "ALTER TABLE t_a ADD COLUMN secret TEXT DEFAULT '...'"
	expect_has "$(json .holder.connected_at)" "+00:00"
	expect_equal "$(json '.holder.transaction_seconds >= 0 and .holder.state_seconds >= 0')" true
	expect_equal "$(json '.waiting[0].application_name | startswith("migrate: waiting for lock ")')" true
	# But for the moment in which it asks.
	soon found '.waiting[0].transaction_seconds == null'
	expect_equal "$(json '[.blocking[0].application_name, .blocking[0].state] | join(", ")')" "shop, idle in transaction"
	expect_has "$(json .blocking[0].query)" "SELECT '...'"
	run_ok locks
	expect_has "$output" "lock      held"
	expect_has "$output" "holder    pid "
	expect_has "$output" "          waiting for a lock for "
	expect_has "$output" "waiting   pid "
	expect_has "$output" "blocking  pid "
	expect_has "$output" "          idle in transaction for "
	expect_lacks "$output" quoted
	let_go
	wait
	run_ok locks
	expect_equal "$output" "lock      free"
	expect_equal "$(rows)" b
}

# bats test_tags=postgresql
@test "one who waited has its own name again when it runs" {
	busy
	revision c b "CREATE TABLE who AS SELECT application_name FROM pg_stat_activity WHERE pid = pg_backend_pid();" -
	start -d "$URL?application_name=deploy" upgrade
	soon found '(.waiting | length) == 1'
	let_go
	wait
	expect_equal "$(sql "SELECT application_name FROM who")" deploy
}

# bats test_tags=postgresql
@test "runs on another version table, and other sessions, are not shown" {
	busy
	echo "version_table: other_version" >>migrator.yaml
	run_ok locks
	expect_equal "$output" "lock      free"
	let_go
	wait
}

# bats test_tags=postgresql
@test "a lock on the version table is in the way of the next run, and does not stop the look" {
	table a ""
	run_ok upgrade
	hold "LOCK TABLE migrate_version;"
	run_ok --format json locks
	expect_equal "$(json '[.held, .blocking[0].application_name] | map(tostring) | join(" ")')" "false shop"
	let_go
}

# bats test_tags=postgresql
@test "a schema that does not exist has no lock" {
	echo "version_table_schema: nowhere" >>migrator.yaml
	run_ok locks
	expect_equal "$output" "lock      free"
}
