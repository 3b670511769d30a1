# migrate testdb: test databases that are copied from a template.

load common
load examples

# prune sees all databases of a server: the file has one of its own.
setup_file() {
	if [ "$TEST_DATABASE" = sqlite ]; then return 0; fi
	# shellcheck source=tests/support/servers.sh
	. "$BATS_TEST_DIRNAME/../support/servers.sh"
	export FILE_SERVER
	FILE_SERVER=$(mktemp -d "$TEST_SERVERS/testdb.XXXXXX")
	postgres_start "$FILE_SERVER" 3>&- || return 1
	export TEST_SERVERS=$FILE_SERVER
}

teardown_file() {
	if [ -z "${FILE_SERVER:-}" ]; then return 0; fi
	# shellcheck source=tests/support/servers.sh
	. "$BATS_TEST_DIRNAME/../support/servers.sh"
	postgres_stop "$FILE_SERVER"
}

teardown() {
	local name
	if [ -n "${SERVER:-}" ]; then own_server_stop; fi
	if [ -n "${MOUNTED:-}" ]; then umount "$MOUNTED"; fi
	if on_postgresql; then
		for name in $(ours); do
			psql_admin -c "DROP DATABASE IF EXISTS \"$name\" WITH (FORCE)"
		done
	fi
	database_drop
	cd / && rm -rf "$DIR"
}

# ours: the databases that testdb has made, by their names, templates too.
ours() {
	if on_sqlite; then
		find . -maxdepth 1 -name 'migrate_te*' | sed -e 's|^\./||' -e 's|\.db$||' | sort
	else
		psql_admin -A -t -c "SELECT datname FROM pg_database WHERE datname LIKE 'migrate\\_te%' ORDER BY 1"
	fi
}

# there NAME: does that database exist?
there() {
	if on_sqlite; then
		[ -e "$DIR/$1.db" ]
	else
		[ "$(psql_admin -A -t -c "SELECT count(*) FROM pg_database WHERE datname = '$1'")" = 1 ]
	fi
}

# make_one: a test database; $made is its URL, $name its name.
make_one() {
	run_ok testdb create "$@"
	made=$output
	name=${made##*/}
	name=${name%%\?*}
	name=${name%.db}
}

# ask URL SQL: one value out of a test database.
ask() {
	if on_sqlite; then
		sqlite3 -bail "/${1#*:////}" "$2"
	else
		psql -X -q -A -t -v ON_ERROR_STOP=1 "${1/+asyncpg/}" -c "$2"
	fi
}

# unique: revisions that no other test has: a template of its own.
unique() {
	table "u${BATS_TEST_NUMBER}$$" ""
	table b "u${BATS_TEST_NUMBER}$$"
}

@test "testdb create prints the URL of a database that is at head, in the application's form" {
	unique
	if on_sqlite; then
		sed -i 's|sqlite:///|sqlite+aiosqlite:///|' migrator.yaml
	else
		sed -i 's|postgresql://\(.*\)$|postgresql+asyncpg://\1?max_size=3|' migrator.yaml
	fi
	make_one
	if on_sqlite; then
		expect_equal "$made" "sqlite+aiosqlite:///$(pwd -P)/$name.db"
	else
		expect_equal "$made" "postgresql+asyncpg://tester@127.0.0.1:$PGPORT_TEST/$name?max_size=3"
	fi
	expect_equal "$(ask "${made%\?*}" "SELECT version_num FROM migrate_version")" b
	[ ! -e test.db ]
}

@test "the second call copies: no script runs" {
	unique
	make_one
	expect_has "$errors" "upgrade"
	first=$name
	make_one
	expect_equal "$errors" ""
	[ "$name" != "$first" ]
	expect_equal "$(ask "$made" "SELECT count(*) FROM t_b")" 0
	there "$first"
}

@test "an edited script, and another version table, have another template" {
	unique
	make_one
	revision b "u${BATS_TEST_NUMBER}$$" "CREATE TABLE other (i INTEGER);" ""
	make_one
	expect_has "$errors" "upgrade"
	expect_equal "$(ask "$made" "SELECT count(*) FROM other")" 0
	echo "version_table: versions_of_mine" >>migrator.yaml
	make_one
	expect_equal "$(ask "$made" "SELECT version_num FROM versions_of_mine")" b
}

@test "testdb exec gives a command its database, passes its status on, and drops the database" {
	unique
	migrate testdb exec -- sh -c 'echo "$DATABASE_URL" "$TEST_DATABASE_URL"; exit 7'
	expect_status 7
	made=${output% *}
	expect_equal "${output#* }" "$made"
	name=${made##*/}
	[ -n "$name" ]
	! there "${name%.db}"
	run_ok testdb exec -- "$MIGRATE" current -c "$DIR/none.yaml" --help
	migrate testdb exec -- sh -c 'kill -9 $$'
	expect_status 137
	migrate testdb exec -- no_such_program_here
	expect_status 1
	expect_has "$errors" 'cannot run "no_such_program_here"'
	migrate testdb exec
	expect_status 2
	expect_has "$errors" "needs a command"
	run_ok testdb exec -- echo http://example.org/ -x
	expect_equal "$output" "http://example.org/ -x"
}

@test "testdb exec takes a command without the dashes, and leaves its options alone" {
	unique
	migrate testdb exec sh -c 'echo "$1"; exit 4' sh -q
	expect_status 4
	expect_equal "$output" "-q"
	run_ok testdb -q exec echo --format json -- -v http://example.org/
	expect_equal "$output" "--format json -- -v http://example.org/"
	migrate testdb --format json exec -- true
	expect_status 2
	migrate testdb exce -- true
	expect_status 2
	expect_has "$errors" 'Did you mean "testdb exec"?'
	migrate db crate
	expect_has "$errors" 'Did you mean "db create"?'
}

# bats test_tags=postgresql
@test "testdb: a role that may not make databases is told of the grant, by name" {
	# Roles.
	unique
	own_server
	psql -X -q "$URL" -c "CREATE ROLE plain LOGIN"
	migrate testdb create -d "${URL/tester@/plain@}"
	expect_status 1
	expect_has "$errors" 'Let the role do that: ALTER ROLE "plain" CREATEDB;'
}

# bats test_tags=postgresql
@test "testdb exec drops its database though the command left a connection open" {
	# Files have no sessions.
	unique
	run_ok testdb exec -- sh -c 'psql -X -q "$DATABASE_URL" -c "SELECT pg_sleep(60)" >/dev/null 2>&1 3>&- & echo "$DATABASE_URL"'
	! there "${output##*/}"
}

@test "a signal is for the command, and its database is dropped behind it" {
	unique
	"$MIGRATE" testdb exec -- sh -c 'trap "echo caught; exit 9" TERM; echo "$DATABASE_URL"; while :; do sleep 0.05; done' \
		>out 2>err </dev/null 3>&- &
	pid=$!
	for ((i = 0; i < 400; i++)); do [ -s out ] && break || sleep 0.05; done
	name=$(head -1 out)
	name=${name##*/}
	there "${name%.db}"
	kill "$pid"
	status=0
	wait "$pid" || status=$?
	expect_equal "$status" 9
	expect_equal "$(tail -1 out)" caught
	! there "${name%.db}"
}

@test "testdb drop drops what testdb made, and refuses anything else" {
	local other victim
	unique
	make_one
	run_ok testdb drop "$name"
	! there "$name"
	run_ok testdb drop "$name"
	make_one
	run_ok testdb drop -d "$made"
	! there "$name"
	run_ok upgrade
	# The name with another last digit.
	case $name in *0) other=${name%?}1 ;; *) other=${name%?}0 ;; esac
	for victim in test "" "$other" "${name}0" migrate_test_ ../test; do
		migrate testdb drop ${victim:+"$victim"}
		expect_status 2
		expect_has "$errors" "was not made by migrate testdb"
	done
	expect_equal "$(rows)" b
}

@test "a template whose scripts fail leaves nothing, and the error is that of the script" {
	unique
	revision c b "CREATE TABLE broken (i none.such);" ""
	migrate testdb create
	expect_status 1
	expect_has "$errors" "migrations/c.sql:7"
	expect_equal "$(ours)" ""
	revision c b "CREATE TABLE mended (i INTEGER);" ""
	make_one
	expect_equal "$(ask "$made" "SELECT count(*) FROM mended")" 0
}

@test "twelve workers at once build one template and get a database each" {
	local i pids=()
	unique
	for ((i = 0; i < 12; i++)); do
		"$MIGRATE" testdb create >"out$i" 2>"err$i" </dev/null 3>&- &
		pids+=($!)
	done
	for ((i = 0; i < 12; i++)); do
		wait "${pids[i]}" || { cat "err$i" && return 1; }
	done
	cat out* | sed -e 's|.*/||' -e 's|\.db$||' >names
	expect_equal "$(sort -u names | wc -l)" 12
	for ((i = 0; i < 12; i++)); do
		expect_equal "$(ask "$(<"out$i")" "SELECT version_num FROM migrate_version")" b
	done
	expect_equal "$(grep -l "upgrade " err* | wc -l)" 1
}

@test "testdb prune drops what is old, and nothing else" {
	unique
	make_one
	kept=$name
	run_ok testdb prune
	expect_equal "$output" ""
	there "$kept"
	if on_sqlite; then
		: >migrate_test_of_mine.db
		touch -d @1 migrate_template_*.db
		run_ok testdb prune --older-than 1h
		expect_has "$output" migrate_template_
		there "$kept"
	fi
	run_ok testdb prune --older-than 0
	expect_has "$output" "$kept"
	! there "$kept"
	run_ok testdb prune --older-than 0
	expect_equal "$output" ""
	on_postgresql || [ -e migrate_test_of_mine.db ]
	migrate testdb prune --older-than soon
	expect_status 2
	expect_has "$errors" '"soon" is no duration'
}

@test "testdb prune leaves what somebody uses" {
	unique
	make_one
	mkfifo hold
	if on_sqlite; then
		sqlite3 "$name.db" <hold >held 2>&1 3>&- &
	else
		psql -X -q -A -t "$made" <hold >held 2>&1 3>&- &
	fi
	exec 9>hold
	echo "BEGIN; SELECT count(*) FROM t_b;" >&9
	for ((i = 0; i < 400; i++)); do [ -s held ] && break || sleep 0.05; done
	run_ok testdb prune --older-than 0
	expect_has "$errors" "\"$name\" stays: "
	on_sqlite || expect_has "$errors" "1 session uses it"
	there "$name"
	exec 9>&-
	wait
	run_ok testdb prune --older-than 0
	! there "$name"
}

# bats test_tags=postgresql
@test "no message and no list of testdb shows a password, but the URL has it" {
	# No passwords.
	unique
	make_one -d "${URL/tester@/tester:geheim@}"
	expect_has "$made" "tester:geheim@"
	expect_lacks "$errors" geheim
	migrate testdb drop test -d "${URL/tester@/tester:geheim@}"
	expect_lacks "$errors" geheim
}

# bats test_tags=sqlite
@test "a full disk leaves no half a copy" {
	# Files.
	unique
	make_one
	(ulimit -f 1 && "$MIGRATE" testdb create 2>err) && return 1
	expect_has "$(<err)" "cannot write"
	expect_equal "$(ours | wc -l)" 2
	make_one
}

# bats test_tags=sqlite
@test "a database in memory has no test databases, and a path may hold any byte" {
	# Files.
	unique
	migrate testdb create -d sqlite://
	expect_status 2
	expect_has "$errors" "in memory"
	mkdir 'a b%?#'
	make_one -d 'sqlite:///a b%25%3F%23/x.db'
	expect_equal "$(sqlite3 "a b%?#/$name.db" "SELECT version_num FROM migrate_version")" b
	run_ok testdb drop -d "$made"
	[ ! -e "a b%?#/$name.db" ]
}

# bats test_tags=sqlite
@test "a script that turns on write-ahead logging, and scripts that are not there" {
	# Files.
	revision w "" "PRAGMA journal_mode = WAL;" "" 
	sed -i 's/^-- migrate:upgrade/& transaction=off/' migrations/w.sql
	make_one
	expect_equal "$(ask "$made" "PRAGMA journal_mode")" wal
	rm migrations/w.sql
	make_one
	expect_equal "$(ask "$made" "SELECT count(*) FROM sqlite_master WHERE name LIKE 't%'")" 0
}

@test "testdb in JSON" {
	unique
	run_ok testdb create --format json
	name=$(json .name)
	expect_has "$(json .url)" "$name"
	expect_equal "$(json .template_built)" true
	expect_equal "$(json 'keys | join(" ")')" "action command name template_built url"
	run_ok testdb prune --format json
	expect_equal "$(json 'keys | join(" ")') $(json .dropped)" "action command dropped []"
	run_ok testdb drop "$name" --format json
	expect_equal "$(json .action)" drop
	migrate testdb drop none --format json
	expect_equal "$(json .error.code)" refused
	migrate testdb turn
	expect_status 2
	migrate testdb create more
	expect_status 2
	expect_has "$errors" '"more" is one argument too many'
}

# start ARGUMENT...: migrate in the background, as $pid.
start() {
	"$MIGRATE" "$@" >out 2>err </dev/null 3>&- &
	pid=$!
}

# slow: a revision that runs until the test is over.
slow() {
	unique
	if on_sqlite; then
		revision slow b "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT count(*) FROM n;" ""
	else
		revision slow b "SELECT pg_sleep(600);" ""
	fi
}

is_building() {
	if on_sqlite; then
		[ -n "$(ours)" ] && grep -q "slow" err
	else
		[ "$(psql_admin -A -t -c "SELECT count(*) FROM pg_stat_activity WHERE wait_event = 'PgSleep'")" -gt 0 ]
	fi
}

@test "a build that is terminated leaves nothing" {
	slow
	start testdb exec -v -- touch ran
	soon is_building
	kill "$pid"
	status=0
	wait "$pid" || status=$?
	expect_equal "$status" 143
	expect_equal "$(ours | grep -v journal)" ""
	[ ! -e ran ]
}

@test "what a killed build leaves is no template, and prune finds it" {
	slow
	start testdb create -v
	soon is_building
	kill -9 "$pid"
	wait "$pid" || true
	expect_lacks "$(ours)" migrate_template
	[ -n "$(ours)" ]
	revision slow b "CREATE TABLE fast (i INTEGER);" ""
	make_one
	expect_equal "$(ask "$made" "SELECT count(*) FROM fast")" 0
	on_sqlite || psql_admin -c "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE wait_event = 'PgSleep'" >/dev/null
	soon empty_after_prune
}

empty_after_prune() {
	run_ok testdb prune --older-than 0
	[ -z "$(ours)" ]
}

# killed_verify: the scratch database that it has left on the server of $URL, as $name.
killed_verify() {
	revision slow "" "SELECT pg_sleep(600);" ""
	start verify
	soon eval 'psql -X -A -t "$URL" -c "SELECT wait_event FROM pg_stat_activity" | grep -q PgSleep'
	kill -9 "$pid"
	wait "$pid" || true
	psql -X -q "$URL" -c "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE wait_event = 'PgSleep'" >/dev/null
	name=$(scratches)
	[ -n "$name" ]
}

scratches() { psql -X -A -t "$URL" -c "SELECT datname FROM pg_database WHERE datname ~ '^migrate_temp_'"; }

# bats test_tags=postgresql
@test "prune finds what a killed command has left on the server of scratch_url" {
	# In memory.
	local own=$URL
	own_server
	sed -i "s|^database_url:.*|database_url: $own|" migrator.yaml
	echo "scratch_url: $URL" >>migrator.yaml
	killed_verify
	run_ok testdb prune
	expect_equal "$output" ""
	run_ok testdb prune --older-than 0
	expect_equal "$output$errors" "$name"
	expect_equal "$(scratches)" ""
	own_server_stop
	migrate testdb prune
	expect_status 1
	expect_has "$errors" "The server is that of scratch_url."
}

# bats test_tags=postgresql
@test "prune tells once of what stays, and of what one role must leave only where the other must too" {
	# Roles.
	own_server
	psql -X -q "$URL" -c "CREATE ROLE maker LOGIN CREATEDB" -c "CREATE ROLE plain LOGIN"
	sed -i "s|tester@|plain@|" migrator.yaml
	echo "scratch_url: ${URL/tester@/maker@}" >>migrator.yaml
	killed_verify
	mkfifo hold
	psql -X -q -A -t "${URL%/*}/$name" <hold >held 2>&1 3>&- &
	exec 9>hold
	echo "SELECT 1;" >&9
	soon [ -s held ]
	run_ok testdb prune --older-than 0
	expect_equal "$errors" "warning: \"$name\" stays: 1 session uses it"
	exec 9>&-
	wait
	run_ok testdb prune --older-than 0
	expect_equal "$output$errors" "$name"
}

@test "who waits for another one's template can be interrupted, and gets it when that is killed" {
	slow
	start testdb create -v
	first=$pid
	soon is_building
	"$MIGRATE" testdb create >out2 2>err2 </dev/null 3>&- &
	second=$!
	soon grep -q "waiting for another process" err2
	kill "$second"
	status=0
	wait "$second" || status=$?
	expect_equal "$status" 143
	kill -9 "$first"
	wait "$first" || true
}

@test "two digests at once: each call gets a database of its own scripts" {
	local i pids=()
	unique
	mkdir other
	cp -r migrations migrator.yaml other
	(cd other && table more b)
	on_sqlite && sed -i 's|sqlite:///|sqlite:///../|' other/migrator.yaml
	for ((i = 0; i < 8; i++)); do
		"$MIGRATE" testdb create -c "$([ $((i % 2)) = 0 ] || echo other/)migrator.yaml" >"out$i" 2>"err$i" </dev/null 3>&- &
		pids+=($!)
	done
	for ((i = 0; i < 8; i++)); do
		wait "${pids[i]}" || { cat "err$i" && return 1; }
		expect_equal "$(ask "$(<"out$i")" "SELECT version_num FROM migrate_version")" "$([ $((i % 2)) = 0 ] && echo b || echo more)"
	done
	expect_equal "$(ours | grep -c migrate_template)" 2
}

# bats test_tags=postgresql
@test "a server that goes away under the command: its status is passed on, and what stays is told" {
	# No server.
	unique
	own_server
	migrate testdb exec -- sh -c "kill -QUIT \$(head -1 '$SERVER/data/postmaster.pid'); exit 5"
	expect_status 5
	expect_has "$errors" 'was left for "migrate testdb prune"'
}

@test "the command's database is dropped though the command has replaced or removed it" {
	unique
	run_ok testdb exec -- sh -c '"$MIGRATE" testdb drop -d "$DATABASE_URL"'
	expect_equal "$(ours | grep -c migrate_test_)" 0
	run_ok testdb exec -- sh -c '"$MIGRATE" db reset --yes -d "$DATABASE_URL"'
	expect_equal "$(ours | grep -c migrate_test_)" 0
}

@test "testdb exec has no JSON, and prune takes days" {
	migrate testdb exec --format json -- true
	expect_status 2
	expect_has "$output" "testdb exec has no JSON"
	run_ok testdb prune --older-than 7d
	for age in d -1d 1w 100000d 36501d ""; do
		migrate testdb prune --older-than="$age"
		expect_status 2
		expect_has "$errors" "is no duration"
	done
}

# bats test_tags=sqlite
@test "a full disk leaves no half a template" {
	# Files.
	unique
	revision big b "CREATE TABLE big AS WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n LIMIT 500) SELECT randomblob(4000) FROM n;" ""
	(ulimit -f 100 && "$MIGRATE" testdb create 2>err) && return 1
	expect_has "$(<err)" "big"
	expect_equal "$(ours)" ""
}

# bats test_tags=sqlite
@test "a journal that a script has made persistent is not the template's" {
	# Files.
	unique
	revision keep b "PRAGMA journal_mode = PERSIST;" ""
	sed -i 's/^-- migrate:upgrade/& transaction=off/' migrations/keep.sql
	table last keep
	make_one
	expect_equal "$(ours | wc -l)" 2
}

# bats test_tags=plain
@test "the fixture for pytest and Starlette in migrate(1) works" {
	revision notes "" "CREATE TABLE notes (id INTEGER $(on_sqlite || echo GENERATED ALWAYS AS IDENTITY) PRIMARY KEY, body TEXT NOT NULL);" ""
	if on_sqlite; then
		sed -i 's|sqlite:///|sqlite+aiosqlite:///|' migrator.yaml
	else
		sed -i 's|postgresql://\(.*\)$|postgresql+asyncpg://\1?min_size=1\&max_size=3|' migrator.yaml
	fi
	run_examples "$BATS_TEST_DIRNAME/../../docs/migrate.1" pytest
	PATH=$DIR/bin:$PATH run /usr/bin/python3 -m pytest -q -p no:cacheprovider
	[ "$status" = 0 ] || { echo "$output" && return 1; }
	expect_has "$output" "3 passed"
	expect_equal "$(ours | sed 's/_[0-9a-f]*$//')" migrate_template
}

# bats test_tags=postgresql
@test "a role that the last template has made stands in the way of the next: how to write it" {
	local role=${DB}_role
	unique
	revision role b "CREATE ROLE $role;" ""
	make_one
	table next role
	migrate testdb create
	expect_status 1
	expect_has "$errors" "role \"$role\" already exists"
	expect_has "$errors" "hint: A role belongs to the server"
	revision role b "DO \$\$ BEGIN CREATE ROLE $role; EXCEPTION WHEN duplicate_object THEN NULL; END \$\$;" ""
	run_ok testdb create
	run_ok testdb drop "${output##*/}"
}

# bats test_tags=postgresql,plain
@test "PostgreSQL: on a full disk there is no half of a test database, and no template that is not whole" {
	[ "$(id -u)" = 0 ] || skip "needs root"
	# A new database goes through the log only there, and waits for room in the buffers.
	own_server "fsync = on"
	mkdir space
	mount -t tmpfs -o size=34m tmpfs space 2>/dev/null || skip "cannot mount"
	MOUNTED=$DIR/space
	chown postgres space
	psql -X -q -v ON_ERROR_STOP=1 "$URL" -c "CREATE TABLESPACE small LOCATION '$MOUNTED'" -c "ALTER DATABASE template1 SET TABLESPACE small"
	databases() { psql -X -A -t "$URL" -c "SELECT datname FROM pg_database WHERE datname ~ '^migrate_' ORDER BY 1"; }
	fill() { revision a "" "CREATE TABLE t AS SELECT repeat('x', 1000) FROM generate_series(1, $1);" "DROP TABLE t;"; }
	fill 8000
	run_ok testdb create
	made=$(databases)
	expect_equal "$(wc -l <<<"$made")" 2
	migrate testdb create
	expect_status 1
	expect_has "$errors" "No space left on device"
	expect_equal "$(databases)" "$made"
	# DROP DATABASE needs a checkpoint, which needs what is missing.
	run_ok testdb prune --older-than 0
	expect_has "$errors" "stays: "
	mount -o remount,size=60m space
	run_ok testdb prune --older-than 0
	expect_equal "$(databases)" ""
	fill 80000
	migrate testdb exec -- touch ran
	expect_status 1
	expect_has "$errors" "migrations/a.sql:"
	expect_has "$errors" "No space left on device"
	[ ! -e ran ]
	mount -o remount,size=200m space
	run_ok testdb prune --older-than 0
	expect_equal "$(databases)" ""
	fill 8000
	run_ok testdb exec -- touch ran
	[ -e ran ]
}
