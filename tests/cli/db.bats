# migrate db: the database itself created, dropped, waited for, made anew.

load common

# No database behind $URL.
gone() {
	if on_sqlite; then
		rm -f "$DB"
	else
		psql_admin -c "DROP DATABASE IF EXISTS $DB"
	fi
}

exists() {
	if on_sqlite; then
		[ -e "$DB" ]
	else
		[ "$(psql_admin -A -t -c "SELECT count(*) FROM pg_database WHERE datname = '$DB'")" = 1 ]
	fi
}

# start ARGUMENT...: migrate in the background; $pid. Descriptor 3 is bats' own.
start() {
	"$MIGRATE" "$@" >"$DIR/.bg" 2>&1 </dev/null 3>&- &
	pid=$!
}

@test "db create makes the database, and says nothing where it is there" {
	gone
	run_ok db create
	exists
	expect_has "$errors" "created"
	expect_equal "$output" ""
	run_ok db create
	expect_equal "$output$errors" ""
	table a ""
	run_ok upgrade
}

@test "twenty calls of db create at once make one database, and none fails" {
	local i pids=() made=0
	gone
	for ((i = 0; i < 20; i++)); do
		"$MIGRATE" db create >/dev/null 2>"$DIR/.bg$i" </dev/null 3>&- &
		pids+=($!)
	done
	for ((i = 0; i < 20; i++)); do
		wait "${pids[i]}" || { cat "$DIR/.bg$i" && return 1; }
		! grep -q created "$DIR/.bg$i" || made=$((made + 1))
	done
	exists
	expect_equal "$made" 1
}

@test "db create says why it cannot" {
	if on_sqlite; then
		migrate db create -d sqlite:///none/x.db
		expect_status 1
		expect_has "$errors" 'cannot create database file "none/x.db"'
		migrate db create -d sqlite://
		expect_status 2
		expect_has "$errors" "in memory"
	else
		psql_admin -c "CREATE ROLE mere_$DB LOGIN"
		gone
		migrate db create -d "${URL/tester/mere_$DB}"
		psql_admin -c "DROP ROLE mere_$DB"
		expect_status 1
		expect_has "$errors" "permission denied to create database"
		expect_has "$errors" "CREATEDB"
		! exists
		migrate db create -d "${URL%/*}"
		expect_status 2
		expect_has "$errors" "does not name a database"
	fi
}

@test "db drop needs --yes where nobody can be asked" {
	table a ""
	run_ok upgrade
	migrate db drop
	expect_status 2
	expect_has "$errors" "Use --yes."
	expect_equal "$(rows)" a
	run_ok db drop --yes
	! exists
	run_ok db drop --yes
	expect_equal "$errors" ""
}

@test "db drop asks on a terminal, and takes no answer but yes" {
	table a ""
	run_ok upgrade
	for answer in n "" yesterday; do
		run script -qec "'$MIGRATE' db drop" /dev/null <<<"$answer"
		expect_equal "$status" 2
		expect_has "$output" "Drop the database"
		exists
	done
	run script -qec "'$MIGRATE' db drop" /dev/null <<<"y"
	expect_equal "$status" 0
	! exists
}

@test "db drop and reset refuse in a protected environment, whatever is said" {
	table a ""
	printf 'environments:\n  production:\n    protected: true\n' >>migrator.yaml
	run_ok upgrade
	for action in drop reset; do
		migrate db $action --yes --force --env production
		expect_status 2
		expect_has "$errors" "environment production is protected"
	done
	expect_equal "$(rows)" a
	run_ok db create --env production
	run_ok db drop --yes
}

@test "db drop refuses while others are connected, and --force ends them" {
	table a ""
	run_ok upgrade
	mkfifo hold
	if on_sqlite; then
		sqlite3 "$DB" <hold >held 2>&1 3>&- &
	else
		psql -X -q -A -t "$URL" <hold >held 2>&1 3>&- &
	fi
	exec 9>hold
	echo "BEGIN; SELECT count(*) FROM t_a;" >&9
	soon grep -q 0 held
	migrate db drop --yes
	expect_status 1
	expect_has "$errors" "use"
	expect_has "$errors" "--force"
	exists
	run_ok db drop --yes --force 9>&-
	! exists
	exec 9>&-
	wait || true
}

# bats test_tags=sqlite
@test "db drop leaves no journal behind, and no file that is no database goes" {
	# Files.
	table a ""
	run_ok upgrade
	sqlite3 "$DB" "PRAGMA journal_mode = WAL" >/dev/null
	: >"$DB-journal"
	ln -s test.db link.db
	run_ok db drop --yes -d sqlite:///link.db
	expect_equal "$(ls -- *.db* 2>/dev/null | tr '\n' ' ')" "link.db "
	rm link.db
	echo "a letter to a friend" >"$DB"
	migrate db drop --yes --force
	expect_status 2
	expect_has "$errors" "not an SQLite database"
	expect_equal "$(<"$DB")" "a letter to a friend"
}

# bats test_tags=postgresql
@test "a database called postgres, and names with quotes and blanks" {
	# Names of files.
	local odd="odd \"name' ${DB}" path
	path="odd%20%22name%27%20$DB"
	run_ok db create -d "${URL%/*}/$path"
	expect_equal "$(psql_admin -A -t -c "SELECT datname FROM pg_database WHERE datname LIKE 'odd%$DB'")" "$odd"
	run_ok db drop --yes -d "${URL%/*}/$path"
	expect_equal "$(psql_admin -A -t -c "SELECT count(*) FROM pg_database WHERE datname LIKE 'odd%$DB'")" 0
	run_ok db create -d "${URL%/*}/postgres"
	expect_equal "$errors" ""
}

@test "db reset makes the database anew and runs all upgrades" {
	table a ""
	table b a
	run_ok upgrade
	sql "INSERT INTO t_a VALUES (1)"
	run_ok db reset --yes
	expect_equal "$(rows)" b
	expect_equal "$(sql "SELECT count(*) FROM t_a")" 0
	gone
	run_ok db reset --yes
	expect_equal "$(rows)" b
}

@test "db reset drops nothing when a script cannot be read" {
	table a ""
	run_ok upgrade
	echo "no revision" >migrations/b.sql
	migrate db reset --yes
	expect_status 2
	expect_equal "$(rows)" a
}

@test "db wait returns at once when the database is there, and fails when its time is over" {
	sql "SELECT 1" >/dev/null
	[ ! -e test.db ] || : >test.db
	run_ok db create
	run_ok db wait
	gone
	migrate db wait --timeout 100ms
	expect_status 1
	expect_has "$errors" "waited 100ms"
	migrate db wait --timeout soon
	expect_status 2
	expect_has "$errors" '"soon" is no duration'
}

@test "db wait returns when the database has come" {
	gone
	start db wait --timeout 60s
	soon grep -q waiting "$DIR/.bg"
	run_ok db create
	wait "$pid"
}

# bats test_tags=postgresql
@test "db wait does not wait for a password to become right" {
	# No passwords.
	migrate db wait --timeout 60s -d "${URL/tester/nobody_there}"
	expect_status 1
	expect_has "$errors" "nobody_there"
}

@test "db wait --for-head returns when another run has brought the database to its heads" {
	table a ""
	table b a
	run_ok upgrade a
	migrate db wait --for-head --timeout 100ms
	expect_status 3
	expect_has "$errors" "1 revision is not applied yet"
	start db wait --for-head --timeout 60s
	soon grep -q "not applied" "$DIR/.bg"
	run_ok upgrade
	wait "$pid"
	run_ok db wait --for-head
}

@test "db wait --for-head fails at once for a revision that no script has" {
	table a ""
	run_ok upgrade
	rm migrations/a.sql
	table b ""
	migrate db wait --for-head
	expect_status 2
	expect_has "$errors" "revision a, which no script has"
}

@test "db wait ends with status 143 when it is asked to" {
	gone
	start db wait --timeout 0
	soon grep -q waiting "$DIR/.bg"
	kill "$pid"
	status=0
	wait "$pid" || status=$?
	expect_equal "$status" 143
}

@test "db in JSON" {
	table a ""
	gone
	run_ok db create --format json
	expect_equal "$(json .action) $(json .changed)" "create true"
	run_ok db create --format json
	expect_equal "$(json .command) $(json .changed || true)" "db false"
	run_ok db wait --format json
	expect_equal "$(json .action)" wait
	run_ok db reset --yes --format json
	expect_equal "$(json .action) $(json .changed)" "reset true"
	expect_equal "$(json '.to[0]') $(json '.steps | length')" "a 1"
	migrate db drop --format json
	expect_status 2
	expect_equal "$(json .error.code)" refused
	migrate db turn
	expect_status 2
	expect_has "$errors" 'no action "turn"'
}
