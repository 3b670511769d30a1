# What takes long: a line in place on a terminal, and none anywhere else.

load common

pty() { TERM=${TERM_HERE-xterm} /usr/bin/python3 "$BATS_TEST_DIRNAME/../support/terminal.py" "$@" </dev/null; }

# slow: a statement that takes long enough to be told of.
slow() {
	if on_sqlite; then
		echo "WITH RECURSIVE c(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM c WHERE x < ${1:-5}000000 AND x <> 'secret') SELECT max(x) FROM c;"
	else
		echo "SELECT pg_sleep(${2:-2.8}), 'secret';"
	fi
}

# is_in_script: the slow statement is running.
is_in_script() {
	if on_sqlite; then
		[ -e "$DB-journal" ]
	else
		[ "$(sql "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event = 'PgSleep'")" = 1 ]
	fi
}

# screen FILE: what a terminal shows in the end.
screen() { sed -e 's/\r$//' -e 's/.*\r\x1b\[K//' "$1"; }

E=$'\033'
DRAWN=$'\r\033[K'

@test "on a terminal a line tells what runs, and nothing of it is left" {
	table a ""
	revision b a "INSERT INTO t_a VALUES (1);
$(slow)
INSERT INTO t_a VALUES (2);" "" "title"
	sed -i 's/^-- Revision b/-- Fill 日本/' migrations/b.sql
	table c b
	pty 100 "$MIGRATE" upgrade --color never >out
	expect_equal "$(rows)" c
	expect_has "$(<out)" "$DRAWN[2/3] upgrade b, Fill 日本 ("
	on_postgresql || expect_has "$(<out)" " s): statement 2 of 3: WITH RECURSIVE c(x) AS (SELECT 1"
	expect_lacks "$(<out)" secret
	expect_has "$(screen out)" "[2/3] upgrade a -> b, Fill 日本 (3 statements, "
	expect_lacks "$(screen out)" " s): "
	expect_lacks "$(screen out)" " s)$DRAWN"
	expect_equal "$(screen out | grep -c '^\[[1-3]/3\] upgrade .* -> [abc], .*(. statements\?, [0-9.]* m\?s)$')" 3
}

@test "a line is cut to the terminal" {
	table a ""
	revision b a "$(slow 3 0.9)" ""
	pty 30 "$MIGRATE" upgrade --color never >out
	expect_has "$(<out)" "$DRAWN"
	tr '\r' '\n' <out | sed -n "s/^$E\[K//p" | grep -v -- '->' >drawn
	grep -q '…$' drawn
	expect_equal "$(grep -E '.{30}' drawn)" ""
}

@test "a short run draws no line" {
	table a ""
	table b a
	pty 80 "$MIGRATE" upgrade --color never >out
	expect_lacks "$(<out)" "$E"
	expect_equal "$(grep -c '^\[./2\] upgrade' out)" 2
}

@test "an interruption takes the line away before the error" {
	revision a "" "$(slow 900 20)" ""
	status=0
	pty -e "upgrade a, Revision a (" '\x03' 100 "$MIGRATE" upgrade --color never >out || status=$?
	output=$(<out) errors=
	expect_status 130
	expect_has "$output" "$DRAWN"
	expect_has "$(screen out)" "error: interrupted"
	expect_lacks "$(screen out)" " s)"
	expect_equal "$(rows)" ""
}

# bats test_tags=postgresql
@test "an impatient second interruption leaves no line either" {
	# SQLite stops at once.
	revision a "" "SELECT pg_sleep(20);" ""
	pty -e "Revision a (1 s)" '\x03' -e '^C' '\x03' 100 "$MIGRATE" upgrade --color never >out 3>&- &
	pid=$!
	soon is_in_script
	# Stopped, the server's process answers nobody.
	backend=$(sql "SELECT pid FROM pg_stat_activity WHERE wait_event = 'PgSleep' AND datname = current_database()")
	kill -STOP "$backend"
	status=0
	wait "$pid" || status=$?
	kill -CONT "$backend"
	expect_equal "$status" 130
	expect_lacks "$(screen out)" " s)"
}

# bats test_tags=plain
@test "no line in a log, with -q, with JSON, on a dumb terminal" {
	revision a "" "$(slow 3 0.9)" ""
	before=$SECONDS
	run_ok upgrade
	expect_lacks "$errors$output" "$E"
	expect_lacks "$errors$output" $'\r'
	# A line each 30 s is for logs.
	[ $((SECONDS - before)) -ge 30 ] || expect_lacks "$errors" "still running"
	database_empty
	for line in "upgrade -q" "upgrade --format json -v"; do
		pty 100 "$MIGRATE" $line --color never >out
		expect_lacks "$(<out)" "$E"
		database_empty
	done
	TERM_HERE=dumb pty 100 "$MIGRATE" upgrade --color never >out
	expect_lacks "$(<out)" "$E"
	expect_has "$(<out)" "upgrade <base> -> a, Revision a (1 statement, "
}

# bats test_tags=postgresql
@test "a notice in between is whole" {
	# SQLite's scripts say nothing.
	revision a "" "SELECT pg_sleep(0.9);
DO \$\$ BEGIN RAISE NOTICE 'half way'; END \$\$;
SELECT pg_sleep(0.7);" ""
	pty 100 "$MIGRATE" upgrade --color never >out
	screen out >shown
	grep -qx 'upgrade <base> -> a, Revision a' shown
	grep -qx 'notice: NOTICE: half way' shown || grep -q 'notice:.*half way' shown
	expect_lacks "$(<shown)" " s)$E"
}

# write_until_told: a session, $writer, that has written into t_a and ends when "wait" is written to.
write_until_told() {
	mkfifo wait
	psql -X -q "$URL" -c "BEGIN" -c "INSERT INTO t_a VALUES (1)" -c '\! read x <wait' -c COMMIT >/dev/null 3>&- &
	writer=$!
	soon eval '[ "$(sql "SELECT count(*) FROM pg_locks WHERE relation = '"'t_a'"'::regclass")" -gt 0 ]'
}

# bats test_tags=postgresql
@test "the line says how far a PostgreSQL server is" {
	# SQLite has no such thing.
	echo "lock_timeout: 50s" >>migrator.yaml
	table a ""
	revision b a "CREATE INDEX CONCURRENTLY i ON t_a (id);" "DROP INDEX i;"
	run_ok upgrade a
	write_until_told
	pty 120 "$MIGRATE" upgrade --color never >out 3>&- &
	pid=$!
	soon grep -q "waiting for writers before build (pid [0-9]*); CREATE INDEX CONCURRENTLY i ON t_a" out
	# One connection for the run, and one that watches.
	expect_equal "$(sql "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND application_name LIKE 'migrate%'")" 2
	echo >wait
	wait "$writer"
	wait "$pid"
	expect_equal "$(rows)" b
	expect_has "$(screen out)" "upgrade a -> b, Revision b (1 statement, "
}

# bats test_tags=postgresql
@test "a lock that a statement waits for is in the line" {
	# SQLite's lock is the run's.
	echo "lock_timeout: 50s" >>migrator.yaml
	table a ""
	revision b a "ALTER TABLE t_a ADD x int;" ""
	run_ok upgrade a
	write_until_told
	pty 120 "$MIGRATE" upgrade --color never >out 3>&- &
	pid=$!
	soon grep -q "upgrade b, Revision b ([0-9]* s): waiting for a lock of pid [0-9]*; ALTER TABLE t_a" out
	echo >wait
	wait "$writer"
	wait "$pid"
	expect_equal "$(rows)" b
}

@test "the line says who holds the lock of runs" {
	table a ""
	revision b a "INSERT INTO t_a VALUES (1);
$(slow 300 30)" ""
	"$MIGRATE" upgrade >.bg 2>&1 </dev/null 3>&- &
	holder=$!
	soon is_in_script
	# It stays there, and leaves the processor to others.
	kill -STOP "$holder"
	status=0
	pty -e "waiting for another run (1 s" '\x03' 120 "$MIGRATE" upgrade --color never >out || status=$?
	kill -INT "$holder"
	kill -CONT "$holder"
	wait "$holder" || true
	expect_equal "$status" 130
	grep -q "waiting for another run ([0-9]* s): .*pid [0-9]*" out
	expect_has "$(screen out)" "notice:"
	expect_has "$(screen out)" "interrupted"
	expect_lacks "$(screen out)" " s)"
}

# bats test_tags=postgresql
@test "without a second connection less is told, and the run is as it was" {
	# SQLite needs none.
	psql_admin -c "CREATE ROLE one_$DB LOGIN CONNECTION LIMIT 1" -c "GRANT CREATE ON DATABASE $DB TO one_$DB"
	sql "GRANT ALL ON SCHEMA public TO one_$DB"
	table a ""
	revision b a "SELECT pg_sleep(2.5);" ""
	status=0
	pty 100 "$MIGRATE" upgrade --color never -d "postgresql://one_$DB@127.0.0.1:$PGPORT_TEST/$DB" >out || status=$?
	sql "DROP OWNED BY one_$DB"
	psql_admin -c "DROP OWNED BY one_$DB" -c "DROP ROLE one_$DB"
	expect_equal "$status" 0
	expect_has "$(<out)" "[1-2/2] upgrade a or one of the next (2 s)"
	expect_equal "$(screen out | grep -cv -e '^\[./2\] upgrade' -e '^2 revisions applied')" 0
}
