# Several runs at once: each revision once, everybody waits politely, and whoever dies or is stopped
# leaves the way free.
# bats file_tags=driver

load common

# A statement that takes long, but not for ever.
long_statement() {
	if on_sqlite; then
		echo "WITH RECURSIVE c(x) AS (VALUES(1) UNION ALL SELECT x+1 FROM c WHERE x<100000000) INSERT INTO slow SELECT max(x) FROM c;"
	else
		echo "SELECT pg_sleep(30);"
	fi
}

# slow ID PARENT: a revision that runs long, and leaves a table.
slow() {
	revision "$1" "$2" "CREATE TABLE slow (x INTEGER);
$(long_statement)
CREATE TABLE t_$1 (id INTEGER);" "DROP TABLE slow; DROP TABLE t_$1;"
}

# start ARGUMENT...: migrate in the background; $pid. Descriptor 3 is bats' own.
start() {
	timeout -k 1 50 "$MIGRATE" "$@" >"$DIR/.bg" 2>&1 </dev/null 3>&- &
	pid=$!
}

# hold: the run stays where it is, in its slow script, until let_go SIGNAL ends it. Two processes at a
# time need not be busy.
hold() {
	wait_until is_in_script
	kill -STOP "$(running)"
}
let_go() {
	local held
	held=$(running)
	kill "-$1" "$held"
	kill -CONT "$held"
	join
}

# running: the program behind timeout.
running() { pgrep -P "$pid"; }

# wait_until CONDITION...: at most 40 s.
wait_until() {
	for _ in $(seq 400); do
		"$@" && return 0
		sleep 0.1
	done
	echo "never: $*"
	return 1
}

# The slow script is running: its revision was started.
is_in_script() {
	if on_sqlite; then [ -e "$DB-journal" ]; else [ "$(sql "SELECT count(*) FROM pg_stat_activity WHERE application_name LIKE 'migrate%' AND datname = current_database() AND wait_event = 'PgSleep'")" = 1 ]; fi
}

# join: the background run's exit status in $status.
join() {
	status=0
	wait "$pid" || status=$?
	output=$(cat "$DIR/.bg")
	errors=$output
}

# runners COUNT: that many at once; all must succeed.
runners() {
	local i pids=() failed=0
	for i in $(seq "$1"); do
		timeout 60 "$MIGRATE" upgrade head >"out.$i" 2>&1 </dev/null 3>&- &
		pids+=($!)
	done
	for i in $(seq "$1"); do
		wait "${pids[$((i - 1))]}" || { failed=1 && echo "runner $i: status $?" && cat "out.$i"; }
	done
	return $failed
}

# counted COUNT: revisions whose effect shows how often they ran.
counted() {
	local i previous=r0
	revision r0 "" "CREATE TABLE ran (id INTEGER);" "DROP TABLE ran;"
	for i in $(seq "$1"); do
		revision "r$i" "$previous" "INSERT INTO ran VALUES ($i);" "DELETE FROM ran WHERE id = $i;"
		previous=r$i
	done
}

# bats test_tags=plain
@test "two runs on a new database apply each revision once" {
	counted 20
	runners 2
	expect_equal "$(sql "SELECT count(*), count(DISTINCT id) FROM ran")" "20|20"
	expect_equal "$(rows)" r20
	expect_equal "$(sql "SELECT count(*) FROM migrate_log")" 21
}

# bats test_tags=plain
@test "eight runs on a new database apply each revision once, several times over" {
	counted 15
	for round in 1 2 3; do
		runners 8
		expect_equal "$(sql "SELECT count(*), count(DISTINCT id) FROM ran")" "15|15"
		expect_equal "$(sql "SELECT count(*) FROM migrate_log")" 16
		run_ok downgrade base
		sql "DROP TABLE migrate_version"
		sql "DROP TABLE migrate_log"
	done
}

# bats test_tags=plain
@test "eight runs with transaction: run apply each revision once" {
	echo "transaction: run" >>migrator.yaml
	counted 15
	runners 8
	expect_equal "$(sql "SELECT count(*), count(DISTINCT id) FROM ran")" "15|15"
}

# bats test_tags=plain
@test "eight runs on a database that is behind, and on one that is current" {
	counted 10
	run_ok upgrade r5
	runners 8
	expect_equal "$(sql "SELECT count(*), count(DISTINCT id) FROM ran")" "10|10"
	runners 8
	expect_equal "$(sql "SELECT count(*) FROM migrate_log")" 11
}

@test "a run that waits longer than lock_wait gives up with status 4 and names the holder" {
	slow a ""
	start upgrade
	hold
	sed -i 's/^lock_wait:.*/lock_wait: 1s/' migrator.yaml
	before=$SECONDS
	migrate upgrade
	expect_status 4
	[ $((SECONDS - before)) -le 4 ]
	expect_has "$errors" "pid "
	on_sqlite && expect_has "$errors" "pid $(running)"
	on_sqlite || expect_has "$errors" "user tester"
	expect_has "$errors" lock_wait
	migrate --format json stamp a
	expect_status 4
	expect_equal "$(json .error.code)" locked
	expect_equal "$(json .error.exit_status)" 4
	let_go TERM
	expect_status 143
}

@test "a run that waits says so, and goes on when the other has ended" {
	revision a "" "CREATE TABLE slow (x INTEGER); $(long_statement | sed 's/30/1/; s/100000000/3000000/')" "DROP TABLE slow;"
	table b a
	start upgrade a
	hold
	sed -i 's/^lock_wait:.*/lock_wait: 60s/' migrator.yaml
	timeout -k 1 50 "$MIGRATE" upgrade head >.waiting 2>&1 </dev/null 3>&- &
	waiting=$!
	wait_until grep -q "pid " .waiting
	kill -CONT "$(running)"
	join
	expect_status 0
	wait "$waiting"
	expect_equal "$(rows)" b
	expect_equal "$(sql "SELECT count(*) FROM migrate_log")" 2
}

@test "looking does not wait for a run" {
	table a ""
	slow b a
	run_ok upgrade a
	start upgrade
	hold
	sed -i 's/^lock_wait:.*/lock_wait: 40s/' migrator.yaml
	before=$SECONDS
	for command in current status "history -i" "upgrade --dry-run" "upgrade --sql" "check --changes" heads; do
		run_ok $command
	done
	[ $((SECONDS - before)) -lt 30 ]
	let_go TERM
	expect_status 143
}

@test "the database's own lock is waited for no longer than lock_timeout" {
	table a ""
	run_ok upgrade
	table b a
	printf 'lock_timeout: 500ms\n' >>migrator.yaml
	sed -i 's/^lock_wait:.*/lock_wait: 1s/' migrator.yaml
	if on_sqlite; then
		(sqlite3 "$DB" "BEGIN EXCLUSIVE;" ".shell sleep 4" 3>&-) &
	else
		psql -X -q "$URL" -c "BEGIN; LOCK TABLE migrate_version; SELECT pg_sleep(4)" >/dev/null 3>&- &
	fi
	sleep 0.6
	migrate upgrade
	expect_status 4
	wait
	expect_equal "$(rows)" a
	run_ok upgrade
	expect_equal "$(rows)" b
}

# bats test_tags=sqlite
@test "a reader of an SQLite database that does not end its transaction" {
	table a ""
	run_ok upgrade
	table b a
	printf 'lock_timeout: 500ms\n' >>migrator.yaml
	(sqlite3 "$DB" "BEGIN; SELECT * FROM t_a; SELECT count(*) FROM migrate_log;" ".shell sleep 3" >/dev/null 3>&-) &
	sleep 0.5
	migrate upgrade
	expect_status 4
	expect_has "$errors" locked
	wait
	expect_equal "$(tables)" t_a
	run_ok upgrade
	expect_equal "$(rows)" b
}

# is_alone: no session of ours is left; the server ends one a moment after its client is gone.
is_alone() { [ "$(sql "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND application_name LIKE 'migrate%'")" = 0 ]; }

# stopped SIGNAL STATUS: the slow revision is stopped, rolled back, and the way is free.
stopped() {
	table a ""
	slow b a
	table c b
	start upgrade
	wait_until is_in_script
	before=$SECONDS
	kill "-$1" "$(running)"
	join
	expect_status "$2"
	[ $((SECONDS - before)) -le 3 ]
	expect_equal "$(rows)" a
	expect_equal "$(tables)" t_a
	on_sqlite || wait_until is_alone
	table b a
	run_ok upgrade head
	expect_equal "$(rows)" c
}

@test "SIGINT during a statement: rolled back, status 130, the lock is free" { stopped INT 130; }
@test "SIGTERM during a statement: rolled back, status 143, the lock is free" { stopped TERM 143; }

@test "SIGINT with transaction: run undoes the whole run" {
	echo "transaction: run" >>migrator.yaml
	table a ""
	slow b a
	start --format json upgrade
	wait_until is_in_script
	kill -INT "$(running)"
	join
	expect_status 130
	expect_equal "$(json .error.code)" interrupted
	expect_equal "$(json '[.steps[].status] | join(",")')" "planned,failed"
	expect_equal "$(tables)" ""
}

@test "SIGINT and SIGTERM while waiting for the lock" {
	slow a ""
	start upgrade
	holder=$pid
	hold
	for signal in INT TERM; do
		start upgrade
		sleep 0.7
		kill "-$signal" "$(running)"
		join
		expect_status $([ $signal = INT ] && echo 130 || echo 143)
	done
	pid=$holder
	let_go TERM
	expect_status 143
	expect_equal "$(tables)" ""
}

@test "a killed run frees the way within ten seconds, and leaves nothing" {
	table a ""
	slow b a
	start upgrade
	wait_until is_in_script
	kill -KILL "$(running)"
	join
	before=$SECONDS
	table b a
	run_ok upgrade head
	[ $((SECONDS - before)) -le 10 ]
	expect_equal "$(rows)" b
	expect_equal "$(tables)" "t_a t_b"
}

# bats test_tags=postgresql
@test "who waits holds neither a transaction nor a snapshot" {
	slow a ""
	start upgrade
	holder=$pid
	wait_until is_in_script
	# Not by what it waits for: a server that looks after its client is awake for a moment.
	backend=$(sql "SELECT pid FROM pg_stat_activity WHERE wait_event = 'PgSleep' AND datname = current_database()")
	start upgrade
	sleep 1.2
	expect_equal "$(sql "SELECT count(*) FROM pg_stat_activity WHERE application_name LIKE 'migrate%' AND datname = current_database()")" 2
	for _ in 1 2 3 4 5 6; do
		expect_equal "$(sql "SELECT count(*) FROM pg_stat_activity WHERE application_name LIKE 'migrate%' AND pid <> $backend AND datname = current_database() AND xact_start < now() - interval '200 ms'")" 0
		sleep 0.1
	done
	kill -INT "$(running)"
	join
	pid=$holder
	kill -INT "$(running)"
	join
	expect_status 130
}

# bats test_tags=postgresql
@test "runs on two version tables do not wait for one another" {
	# SQLite has one writer.
	slow a ""
	start upgrade
	wait_until is_in_script
	mkdir other && revision x "" "SELECT 1;" "" && mv migrations/x.sql other/
	sed 's/^versions:.*/versions: other/' migrator.yaml >other.yaml
	echo 'version_table: other_version' >>other.yaml
	before=$SECONDS
	run_ok -c other.yaml upgrade
	[ $((SECONDS - before)) -le 2 ]
	kill -TERM "$(running)"
	join
	expect_status 143
}

@test "who waits for the lock in vain says that the database stays where it is" {
	table a ""
	run_ok upgrade
	slow b a
	sed -i 's/^lock_wait:.*/lock_wait: 100ms/' migrator.yaml
	start upgrade
	hold
	for command in upgrade "downgrade base"; do
		migrate --format json $command
		expect_status 4
		expect_equal "$(json '[(.from | join(",")), (.to | join(",")), .changed, .steps[0].status] | join("|")')" "a|a|false|planned"
	done
	let_go INT
	at a
}
