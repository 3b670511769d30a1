# common.bash: what every file of the CLI suite loads. One suite for every database: a test says what
# must happen, these helpers say how to ask the database at hand.
#
#   MIGRATE        the program           TEST_DATABASE  sqlite or postgresql
#   MIGRATE_TEST_PG, PGPORT_TEST         the test server
#   TEST_SERVERS   where servers live: "pg" is that one
#   BUILD          the build directory: tests/ask is there
#
# tests/run.sh filters by tags, and who runs a file by hand does: a test tagged "sqlite" or "postgresql"
# is of that database alone, or once is enough; one tagged "offline" makes no database, and runs with
# SQLite alone. One tagged "plain" is about many processes, or about other programs: it is not repeated
# with the sanitized one. The others run with the sanitized program, but on PostgreSQL with the plain
# one, unless they are of that database alone or tagged "driver": those reach code of the drivers that
# no other test does.
#
# Each test gets an empty project (migrator.yaml, migrations/) in its own directory, $DIR, which is the
# current one, and an empty database behind $URL.
# shellcheck shell=bash

setup() {
	# bats traces every command for the place of a failure; within functions that took most of the time.
	set +T
	unset DATABASE_URL MIGRATE_CONFIG MIGRATE_ENV VISUAL EDITOR MIGRATE_PAGER PAGER LESS LV
	[ -n "${TEST_DATABASE:-}" ] || { echo "run the suite with make check" >&2 && return 1; }
	# Not the one that bats makes: the server's user cannot reach that.
	DIR=${TMPDIR:-/tmp}/cli.$$.$BATS_SUITE_TEST_NUMBER
	mkdir -p "$DIR/migrations"
	cd "$DIR" || return 1
	# bats itself is faster without UTF-8.
	export TZ=UTC HOME=$DIR LC_ALL=C.UTF-8
	database_take
	printf '%s\n' "database_url: $URL" "versions: migrations" "lock_wait: 10s" >migrator.yaml
}

teardown() {
	if [ -n "${SERVER:-}" ]; then own_server_stop; fi
	database_drop
	cd / && rm -rf "$DIR"
}

on_sqlite() { [ "$TEST_DATABASE" = sqlite ]; }
on_postgresql() { [ "$TEST_DATABASE" = postgresql ]; }

# Databases of the server are used again, one for each test that runs at a time: emptying one costs a
# third of making one. Creating a file is how a test takes one for itself.
database_take() {
	local number
	if on_sqlite; then
		DB=$DIR/test.db
		URL=sqlite:///test.db
		return
	fi
	for number in {101..999}; do
		DB=test_$number
		(set -C && : >"$TEST_SERVERS/$DB.taken") 2>/dev/null && break
	done
	URL=postgresql://tester@127.0.0.1:$PGPORT_TEST/$DB
	[ -e "$TEST_SERVERS/$DB.made" ] && return
	psql_admin -c "CREATE DATABASE $DB"
	: >"$TEST_SERVERS/$DB.made"
}

# database_drop: the test is done with its database.
database_drop() {
	on_sqlite && return
	# A test that was skipped has left nothing.
	[ -n "${BATS_TEST_SKIPPED:-}" ] || database_empty
	rm "$TEST_SERVERS/$DB.taken"
}

# database_empty: the database as it was when the test began.
database_empty() {
	if on_sqlite; then
		rm -f "$DB"
	elif ! "$BUILD/tests/ask" "${MIGRATE_TEST_PG%/*}/$DB" "$(<"$BATS_TEST_DIRNAME/../support/empty.sql")"; then
		psql_admin -c "DROP DATABASE IF EXISTS $DB WITH (FORCE)" -c "CREATE DATABASE $DB"
	fi
}

# own_server SETTING...: a server for this test alone, whose "postgres" is then the test's database.
# The server that is shared must not notice a test: what is set or used up there is set for all.
own_server() {
	# shellcheck source=tests/support/servers.sh
	. "$BATS_TEST_DIRNAME/../support/servers.sh"
	local MIGRATE_TEST_PG PGPORT_TEST
	SERVER=$(mktemp -d "$TEST_SERVERS/own.XXXXXX")
	postgres_start "$SERVER" "$@" 3>&- || return 1
	URL=$MIGRATE_TEST_PG
	sed -i "s|^database_url:.*|database_url: $URL|" migrator.yaml
}

own_server_stop() {
	# shellcheck source=tests/support/servers.sh
	. "$BATS_TEST_DIRNAME/../support/servers.sh"
	postgres_stop "$SERVER"
}

psql_admin() {
	psql -X -q -v ON_ERROR_STOP=1 "$MIGRATE_TEST_PG" "$@"
}

# sql TEXT: runs it outside of migrate, prints values separated by | without headers.
sql() {
	if on_sqlite; then
		sqlite3 -bail "$DB" "$1"
	else
		"$BUILD/tests/ask" "$URL" "$1"
	fi
}

# sql_line TEXT: likewise, on one line.
sql_line() {
	local lines
	lines=$(sql "$1") || true
	printf '%s' "${lines//$'\n'/ }"
}

# rows: the version table's rows, sorted, on one line.
rows() {
	if on_sqlite && [ ! -e "$DB" ]; then return 0; fi
	sql_line "SELECT version_num FROM migrate_version ORDER BY version_num"
}

# tables: user tables but our own, sorted, on one line.
tables() {
	if on_sqlite; then
		sql_line "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'migrate\\_%' ESCAPE '\\' AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\' ORDER BY name"
	else
		sql_line "SELECT tablename FROM pg_tables WHERE schemaname = 'public' AND tablename NOT LIKE 'migrate\\_%' ORDER BY tablename"
	fi
}

# everything: what the database and the directory hold, for comparing.
everything() {
	ls -A -I '.std*'
	if on_sqlite; then
		[ ! -e "$DB" ] || { sqlite3 "file:$DB?mode=ro" .dump && stat -c %Y.%s "$DB"; }
	else
		sql "SELECT relname, relkind, nspname FROM pg_class c JOIN pg_namespace n ON n.oid = relnamespace
			WHERE nspname NOT LIKE 'pg\\_%' AND nspname <> 'information_schema' ORDER BY 1"
	fi
}

# revision ID PARENTS UP DOWN [HEADER LINE...]: writes migrations/ID.sql. DOWN may be "-" for none.
revision() {
	local id=$1 parents=$2 up=$3 down=$4
	shift 4
	{
		printf -- '-- Revision %s\n--\n-- revision: %s\n-- down_revision: %s\n' "$id" "$id" "$parents"
		[ $# = 0 ] || printf -- '-- %s\n' "$@"
		printf '\n-- migrate:upgrade\n%s\n' "$up"
		[ "$down" = - ] || printf '\n-- migrate:downgrade\n%s\n' "$down"
	} >"migrations/$id.sql"
}

# table ID PARENTS [HEADER LINE...]: a revision that creates the table t_ID.
table() {
	local id=$1 parents=$2
	shift 2
	revision "$id" "$parents" "CREATE TABLE t_$id (id INTEGER PRIMARY KEY);" "DROP TABLE t_$id;" "$@"
}

# The graph of the data-losing shapes: a -> b -> (c1 -> d1, L1) and b -> (c2 -> d2, L2).
two_branches() {
	table a ""
	table b a
	table c1 b "branch_labels: L1"
	table d1 c1
	table c2 b "branch_labels: L2"
	table d2 c2
}

# migrate ARGUMENT...: runs the program; status in $status, stdout in $output, stderr in $errors.
migrate() {
	status=0
	"$MIGRATE" "$@" >"$DIR/.stdout" 2>"$DIR/.stderr" </dev/null || status=$?
	output=$(<"$DIR/.stdout")
	errors=$(<"$DIR/.stderr")
}

# Assertions print what differed.
expect_status() {
	[ "$status" = "$1" ] && return 0
	printf 'exit status %s, expected %s\nstdout:\n%s\nstderr:\n%s\n' "$status" "$1" "$output" "$errors"
	return 1
}

expect_equal() { # ACTUAL EXPECTED
	[ "$1" = "$2" ] && return 0
	printf 'actual:   %s\nexpected: %s\n' "$1" "$2"
	return 1
}

expect_has() { # TEXT PART
	[[ $1 == *"$2"* ]] && return 0
	printf 'missing: %s\nin: %s\n' "$2" "$1"
	return 1
}

expect_lacks() { # TEXT PART
	[[ $1 != *"$2"* ]] && return 0
	printf 'unwanted: %s\nin: %s\n' "$2" "$1"
	return 1
}

# run_ok ARGUMENT...: migrate, and status 0.
run_ok() {
	migrate "$@"
	expect_status 0
}

# at TEXT: the version table holds exactly these rows.
at() { expect_equal "$(rows)" "$1"; }

# refused STATUS PART ARGUMENT...: the command ends with the status, says PART, and moves no row.
refused() {
	local status_wanted=$1 part=$2 before
	shift 2
	before=$(rows)
	migrate "$@"
	expect_status "$status_wanted"
	expect_has "$errors" "$part"
	expect_equal "$(rows)" "$before"
}

# soon COMMAND...: waits until it succeeds. What programs in the background print is in .bg.
soon() {
	local i
	for ((i = 0; i < 400; i++)); do
		"$@" && return 0
		sleep 0.05
	done
	echo "never: $*"
	[ ! -e "$DIR/.bg" ] || cat "$DIR/.bg"
	return 1
}

# json FILTER: gojq over stdout, which starts in a tenth of jq's time; the whole of stdout must be one
# JSON document.
json() {
	gojq -e -r "$1" <<<"$output"
}
