# The disk is full, the file or the server is away: status 1, the database as it was, no password shown.

load common

# filler: a revision that needs some megabytes, and can be undone.
filler() {
	revision "$1" "$2" "CREATE TABLE fill (t TEXT);
WITH RECURSIVE c(x) AS (VALUES(1) UNION ALL SELECT x+1 FROM c WHERE x<4000) INSERT INTO fill SELECT printf('%01000d', x) FROM c;" "DROP TABLE fill;"
}

# bats test_tags=sqlite
@test "a full disk leaves the database as it was, and says so" {
	[ "$(id -u)" = 0 ] || skip "needs root"
	mkdir small
	mount -t tmpfs -o size=256k tmpfs small 2>/dev/null || skip "cannot mount"
	sed -i 's/test.db/small\/test.db/' migrator.yaml
	DB=$DIR/small/test.db
	table a ""
	filler b a
	table c b
	migrate upgrade head
	expect_status 1
	before="$(rows) $(tables)"
	size=$(df --output=size small | tail -1)
	mount -o remount,size=32m small
	run_ok upgrade head
	after=$(rows)
	DB=$DIR/test.db
	umount small
	expect_equal "$before" "a t_a"
	expect_has "$size" 256
	expect_equal "$after" c
}

# bats test_tags=sqlite
@test "SQLITE_FULL in a script is an error of that script's run, and undone" {
	table a ""
	filler b a
	sed -i 's/^CREATE TABLE fill/PRAGMA max_page_count = 40;\n&/' migrations/b.sql
	migrate upgrade head
	expect_status 1
	expect_has "$errors" full
	expect_equal "$(rows)" a
	expect_equal "$(tables)" t_a
	expect_equal "$(sql "PRAGMA integrity_check")" ok
	sed -i '/^PRAGMA/d' migrations/b.sql
	run_ok upgrade head
	expect_equal "$(rows)" b
}

# bats test_tags=sqlite
@test "a limit on the size of files is an error, not a crash" {
	table a ""
	filler b a
	run_ok upgrade a
	status=0
	errors=$( (ulimit -f 200 && exec "$MIGRATE" upgrade head) 2>&1 </dev/null) || status=$?
	output=""
	expect_status 1
	expect_equal "$(rows)" a
	expect_equal "$(tables)" t_a
	expect_equal "$(sql "PRAGMA integrity_check")" ok
	run_ok upgrade head
}

# bats test_tags=sqlite
@test "a journal that a killed program left is rolled back by the next run" {
	table a ""
	run_ok upgrade
	/usr/bin/python3 - "$DB" <<-'PY'
		import os, sqlite3, sys
		if os.fork() == 0:
		    c = sqlite3.connect(sys.argv[1], isolation_level=None)
		    c.execute("PRAGMA cache_size = 1")
		    c.execute("BEGIN IMMEDIATE")
		    c.execute("CREATE TABLE half (t TEXT)")
		    for i in range(2000):
		        c.execute("INSERT INTO half VALUES (?)", ("x" * 1000,))
		    os.kill(os.getpid(), 9)
		os.wait()
	PY
	[ -s "$DB-journal" ]
	table b a
	run_ok status
	run_ok upgrade
	expect_equal "$(tables)" "t_a t_b"
	expect_equal "$(sql "PRAGMA integrity_check")" ok
	[ ! -e "$DB-journal" ]
}

# bats test_tags=sqlite
@test "WAL databases work, and stay in WAL mode" {
	sql "PRAGMA journal_mode = WAL; CREATE TABLE own (id INTEGER)" >/dev/null
	table a ""
	revision b a "SELECT * FROM nowhere;" -
	migrate upgrade head
	expect_status 1
	expect_equal "$(tables)" "own t_a"
	expect_equal "$(rows)" a
	run_ok status
	run_ok upgrade a --dry-run
	expect_equal "$(sql "PRAGMA journal_mode")" wal
}

# bats test_tags=sqlite,plain
@test "a run's journal stays from one transaction to the next, and no longer" {
	revision a "" "CREATE TABLE a (id INTEGER);" "DROP TABLE a;"
	revision b a "CREATE TABLE b (id INTEGER);" "DROP TABLE b;"
	revision c b "CREATE TABLE c (id INTEGER);" "DROP TABLE c;"
	revision d c "SELECT * FROM nowhere;" -
	strace -f -qq -o calls -e trace=unlink "$MIGRATE" -q upgrade c
	expect_equal "$(grep -c 'test.db-journal") *= 0' calls)" 2
	[ ! -e "$DB-journal" ]
	migrate upgrade
	expect_status 1
	run_ok downgrade base
	run_ok upgrade c
	[ ! -e "$DB-journal" ]
	# What a script wants of the journal holds.
	revision e c "PRAGMA journal_mode = WAL; CREATE TABLE e (id INTEGER);" - && rm migrations/d.sql
	sed -i 's/^-- migrate:upgrade$/& transaction=off/' migrations/e.sql
	run_ok downgrade base
	run_ok upgrade
	expect_equal "$(sql "PRAGMA journal_mode")" wal
	ls "$DB"-journal 2>/dev/null && return 1
	expect_equal "$(rows)" e
}

# No word of the password anywhere.
expect_no_secret() {
	expect_lacks "$output$errors" s3cr3t
	expect_lacks "$output$errors" s3c%72
}

# bats test_tags=postgresql
@test "a server that is down: status 1, the address, no password" {
	table a ""
	sed -i "s|^database_url:.*|database_url: postgresql://app:s3cr3t@127.0.0.1:1/db|" migrator.yaml
	for command in upgrade downgrade status current check "stamp a" "upgrade --dry-run" "history -i" ensure-version; do
		migrate $command
		expect_status 1
		expect_has "$errors" "127.0.0.1"
		expect_has "$errors" "refused"
		expect_no_secret
	done
	migrate --format json -v status
	expect_status 1
	expect_equal "$(json .error.code)" connection
	expect_no_secret
}

# bats test_tags=postgresql
@test "a host, a database, a user that do not exist" {
	table a ""
	for url in "postgresql://app:s3cr3t@no.such.host.invalid/db" "postgresql://tester:s3cr3t@127.0.0.1:$PGPORT_TEST/no_such_db" \
		"postgresql://nobody_here:s3cr3t@127.0.0.1:$PGPORT_TEST/$DB" "postgresql://app:s3c%72%33t@/db?host=/no/such/dir" \
		"postgresql://app@127.0.0.1:1/db?password=s3cr3t"; do
		migrate -d "$url" upgrade
		expect_status 1
		expect_no_secret
	done
}

# bats test_tags=postgresql
@test "a URL that does not parse shows no password" {
	table a ""
	for url in 'postgresql://app:s3cr3t%zz@h/db' 'postgres://app:s3cr3t@[::1/db' 'postgresql://app:s3cr3t@h:port/db' \
		'postgresql://app:s3cr3t@h:99999/db' 'postgresql:app:s3cr3t@h/db' 'postgresql//app:s3cr3t@h/db' \
		'mysql://app:s3cr3t@h/db' 'postgresql://app:s3cr3t@h/db?sslmode=nonsense' 'postgresql://app:s3cr3t@h/db?nonsense=1' \
		'postgresql://app:s3cr3t@@h/db' 'postgresql://app:s3cr3t#x@h/db' 'postgresql://app:s3cr3t/y@h/db'; do
		for command in status "upgrade --sql" "--format json status"; do
			migrate -d "$url" $command
			[ "$status" = 1 ] || expect_status 2
			expect_no_secret
		done
	done
}

# bats test_tags=postgresql
@test "a server that goes away in the middle of a script: status 1, nothing of it stays" {
	table a ""
	revision b a "CREATE TABLE half (id int); SELECT pg_terminate_backend(pg_backend_pid()); SELECT 1;" -
	migrate upgrade head
	expect_status 1
	expect_equal "$(rows)" a
	expect_equal "$(tables)" t_a
	expect_has "$errors" b
}

# bats test_tags=postgresql
@test "a standby or read-only role refuses, and nothing changes" {
	table a ""
	sql "ALTER DATABASE $DB SET default_transaction_read_only = on"
	migrate upgrade
	expect_status 1
	expect_has "$errors" 25006
	expect_equal "$(tables)" ""
	run_ok status
}

# failing CALL WHEN ARGUMENT...: migrate with a system call that fails.
failing() {
	local call=$1 when=$2
	shift 2
	status=0
	# The leak checker cannot work under strace.
	ASAN_OPTIONS=$ASAN_OPTIONS:detect_leaks=0 strace -f -qq -o /dev/null -e "trace=$call" -e "inject=$call:$when" "$MIGRATE" "$@" \
		>"$DIR/.stdout" 2>"$DIR/.stderr" </dev/null || status=$?
	output=$(cat "$DIR/.stdout")
	errors=$(cat "$DIR/.stderr")
}
needs_strace() { strace -f -qq -o /dev/null -e inject=getppid:error=EIO true 2>/dev/null || skip "strace may not trace"; }

@test "a versions directory that cannot be read to its end is an error, not a shorter history" {
	needs_strace
	table a ""
	for command in upgrade history "check --heads" "heads --format json"; do
		failing getdents64 error=EIO:when=1+ $command
		[ "$status" = 1 ] || [ "$command,$status" = "check --heads,3" ] || expect_status 1
		expect_has "$output$errors" "could not read the versions directory"
	done
	run_ok upgrade
	expect_equal "$(rows)" a
}

# bats test_tags=sqlite
@test "in WAL mode a COMMIT whose fsync failed is not called undone while it can come back" {
	needs_strace
	table a ""
	table b a
	local unknown=0
	for n in 1 2 3 4 5 6 7 8; do
		rm -f "$DB"*
		sql "PRAGMA journal_mode = WAL" >/dev/null
		failing fdatasync "error=EIO:when=$n+" upgrade --format json
		# The last to close recovers what is in the log; the rows are then those of the report.
		[ "$status" = 6 ] && unknown=$((unknown + 1)) && continue
		expect_equal "$(sql 'SELECT version_num FROM migrate_version' 2>/dev/null)" "$(json '.to | join(" ")' || true)"
	done
	[ "$unknown" -gt 0 ]
}
