# Each exit status of the contract, by what leads to it, and that nothing was touched where it says so.

load common

untouched() {
	if on_sqlite; then
		[ ! -e "$DB" ] || expect_equal "$(tables)" ""
	else
		expect_equal "$(sql "SELECT count(*) FROM pg_class WHERE relnamespace = 'public'::regnamespace")" 0
	fi
}

@test "0: done, and nothing to do" {
	table a ""
	run_ok upgrade
	run_ok upgrade
	run_ok downgrade base
	run_ok downgrade base
	run_ok stamp base
}

# bats test_tags=sqlite
@test "0: upgrade creates a missing SQLite file even where there is nothing to run" {
	run_ok upgrade
	expect_has "$errors" created
	run_ok current
	run_ok upgrade
	expect_lacks "$errors" created
	rm "$DB"
	run_ok upgrade --dry-run
	[ ! -e "$DB" ]
}

@test "1: a script fails; what committed before stays" {
	table a ""
	revision b a "CREATE TABLE t_b (id INTEGER); INSERT INTO nowhere VALUES (1);" ""
	migrate upgrade
	expect_status 1
	expect_equal "$(tables)" t_a
	expect_equal "$(rows)" a
	expect_has "$errors" migrations/b.sql:7:
	expect_has "$errors" nowhere
	expect_equal "$(sql "SELECT count(*) FROM migrate_log")" 1
}

@test "1: a downgrade fails; what was reverted before stays reverted" {
	revision a "" "CREATE TABLE t_a (id INTEGER);" "DROP TABLE t_a; DROP TABLE nowhere;"
	table b a
	run_ok upgrade
	migrate downgrade base
	expect_status 1
	expect_equal "$(tables)" t_a
	expect_equal "$(rows)" a
}

@test "1: the database cannot be reached" {
	table a ""
	for command in upgrade downgrade current status "stamp a" "upgrade --dry-run" "history -i" check ensure-version; do
		migrate $command -d postgresql://nobody@127.0.0.1:1/none
		expect_status 1
		expect_has "$errors" 127.0.0.1:1
	done
}

# bats test_tags=sqlite
@test "1: a file that is no database" {
	table a ""
	for n in {1..99}; do echo "this is a text file, and no database at all"; done >"$DB"
	before=$(md5sum "$DB")
	for command in upgrade downgrade current status; do
		migrate $command
		expect_status 1
		expect_has "$errors" test.db
	done
	expect_equal "$(md5sum "$DB")" "$before"
}

@test "2: usage, configuration, scripts and targets; nothing was touched" {
	table a ""
	local line
	for line in "frob" "upgrade --frob" "upgrade a b" "upgrade gone" "upgrade +5" "stamp gone" "upgrade -c gone.yaml" \
		"upgrade --env gone" "upgrade -d nonsense" "upgrade --env-file gone" "revision"; do
		migrate $line
		expect_status 2
		untouched
	done
	table b gone
	migrate upgrade
	expect_status 2
	untouched
	revision b a "SELECT 'open" ""
	migrate upgrade
	expect_status 2
	untouched
	revision b a "COMMIT" ""
	migrate upgrade
	expect_status 2
	untouched
}

@test "2: a missing downgrade section or an irreversible revision, before anything runs" {
	revision a "" "CREATE TABLE t_a (id INTEGER);" -
	table b a
	run_ok upgrade
	migrate downgrade base
	expect_status 2
	expect_has "$errors" "revision a"
	expect_equal "$(tables)" "t_a t_b"
	expect_equal "$(rows)" b
	revision a "" "CREATE TABLE t_a (id INTEGER);" - "irreversible: the data is gone"
	migrate downgrade base
	expect_status 2
	expect_has "$errors" "the data is gone"
	expect_equal "$(rows)" b
	run_ok downgrade a
	expect_equal "$(rows)" a
}

@test "2: a version table of another shape is left alone" {
	table a ""
	sql "CREATE TABLE migrate_version (id INTEGER, name TEXT)"
	for command in upgrade current status "stamp a"; do
		migrate $command
		expect_status 2
		expect_has "$errors" migrate_version
	done
	sql "SELECT id, name FROM migrate_version"
}

@test "3: checks" {
	table a ""
	table b ""
	migrate check --heads
	expect_status 3
	run_ok stamp a
	migrate current --check-heads
	expect_status 3
}

@test "4: another run holds the lock and lock_wait runs out" {
	revision a "" "$(on_postgresql && echo "SELECT pg_sleep(3);" || echo "CREATE TABLE t_a (id INTEGER);")" ""
	sed -i 's/^lock_wait:.*/lock_wait: 300ms/' migrator.yaml
	if on_postgresql; then
		"$MIGRATE" upgrade >/dev/null 2>&1 &
		holder=$!
		sleep 1
	else
		run_ok stamp base
		mkfifo hold
		sqlite3 "$DB" <hold >/dev/null 2>&1 &
		holder=$!
		exec 9>hold
		echo "BEGIN IMMEDIATE; CREATE TABLE held (a);" >&9
		sleep 0.5
	fi
	SECONDS=0
	migrate upgrade
	on_postgresql || exec 9>&-
	expect_status 4
	[ "$SECONDS" -lt 3 ]
	wait $holder
	expect_lacks "$errors" "nothing to do"
	run_ok upgrade
}

@test "130 and 143: interrupted, rolled back and released" {
	if on_postgresql; then
		long="SELECT pg_sleep(30);"
	else
		long="INSERT INTO t_a WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 30000000) SELECT count(*) FROM n;"
	fi
	revision a "" "CREATE TABLE t_a (id BIGINT); $long" ""
	while read -r signal code; do
		SECONDS=0
		# In the background of a script SIGINT is ignored, and under nohup SIGHUP.
		env --default-signal=INT,HUP "$MIGRATE" upgrade >/dev/null 2>.stderr &
		pid=$!
		sleep 0.7
		kill "-$signal" $pid
		status=0
		wait $pid || status=$?
		errors=$(cat .stderr) output=$signal
		expect_status "$code"
		[ "$SECONDS" -lt 10 ]
		expect_equal "$(tables)" ""
	done <<-LIST
		TERM 143
		INT 130
		HUP 143
	LIST
	sed -i 's/CREATE TABLE t_a.*/CREATE TABLE t_a (id BIGINT);/' migrations/a.sql
	run_ok upgrade
}
