# Database URLs: the forms that applications have just work, and no message shows a password.

load common

SECRET=sekret

# silent ARGUMENT...: whatever the outcome, the secret is in no output.
silent() {
	migrate "$@"
	expect_lacks "$output" "$SECRET"
	expect_lacks "$errors" "$SECRET"
}

every_command() { # ARGUMENT...
	local command
	for command in history current status check upgrade downgrade "stamp head" ensure-version "revision -m x" \
		"upgrade --sql" "upgrade --dry-run" "upgrade --sql base:head" "status --format json" "upgrade -v" "history -i"; do
		silent $command "$@"
	done
	rm -f migrations/*_x.sql
}

# bats test_tags=sqlite
@test "SQLite: relative, absolute, with a driver suffix, with percent-encoding" {
	table a ""
	run_ok upgrade -d sqlite:///one.db
	[ -f one.db ]
	run_ok upgrade -d "sqlite:///$DIR/two.db"
	[ -f two.db ]
	run_ok upgrade -d sqlite+aiosqlite:///three.db
	[ -f three.db ]
	run_ok upgrade -d sqlite:///with%20space.db
	[ -f "with space.db" ]
	run_ok upgrade -d "sqlite:///four.db?check_same_thread=false"
	[ -f four.db ]
}

# bats test_tags=sqlite
@test "SQLite: a database in memory leaves nothing" {
	table a ""
	run_ok upgrade -d sqlite://
	run_ok upgrade -d sqlite:///:memory:
	expect_equal "$(ls)" "$(printf 'migrations\nmigrator.yaml')"
}

# bats test_tags=sqlite
@test "SQLite: a missing directory is named" {
	table a ""
	migrate upgrade -d sqlite:///no/such/app.db
	expect_status 1
	expect_has "$errors" no/such
	[ ! -e no ]
}

# bats test_tags=sqlite
@test "SQLite: only upgrade and stamp create a missing file" {
	table a ""
	for command in current status check downgrade "upgrade --dry-run" "upgrade --sql" "downgrade --sql" "history -i" \
		"stamp --sql head" ensure-version heads history "show a" "current --check-heads"; do
		migrate $command
		[ ! -e "$DB" ] || { echo "$command created it" && return 1; }
	done
	run_ok upgrade --dry-run
	expect_has "$output" a
	run_ok stamp head
	expect_has "$errors" created
	expect_equal "$(rows)" a
}

# bats test_tags=offline
@test "SQLite: a host in the URL is explained" {
	migrate history -d sqlite://app.db
	[ "$status" = 0 ] || [ "$status" = 2 ]
	migrate status -d sqlite://app.db
	expect_status 2
	expect_has "$errors" sqlite:///app.db
}

# bats test_tags=postgresql
@test "PostgreSQL: every scheme and driver suffix" {
	table a ""
	rest=tester@127.0.0.1:$PGPORT_TEST/$DB
	for scheme in postgresql postgres postgresql+asyncpg postgresql+psycopg postgresql+psycopg2 postgres+asyncpg; do
		run_ok upgrade -d "$scheme://$rest"
		run_ok downgrade -d "$scheme://$rest"
	done
}

# bats test_tags=postgresql
@test "PostgreSQL: libpq's options hold, an application's pool options are ignored" {
	run_ok status -d "$URL?min_size=2&max_size=10&sslmode=disable&connect_timeout=5"
	run_ok status -d "postgresql://127.0.0.1/?port=$PGPORT_TEST&user=tester&dbname=$DB"
	run_ok status -d "postgresql:///$DB?host=127.0.0.1&port=$PGPORT_TEST&user=tester"
	run_ok status -d "postgresql:///$DB?host=$TEST_SERVERS/pg&port=$PGPORT_TEST&user=tester"
	sql "CREATE SCHEMA app"
	table a ""
	run_ok upgrade -d "$URL?options=-csearch_path%3Dapp"
	expect_equal "$(sql "SELECT version_num FROM app.migrate_version")" a
}

# bats test_tags=postgresql
@test "PostgreSQL: ssl=true is sslmode=require" {
	migrate status -d "$URL?ssl=true"
	expect_status 1
	expect_has "$errors" SSL
	run_ok status -d "$URL?ssl=false"
}

# bats test_tags=postgresql
@test "PostgreSQL: a value that libpq does not know is a wrong configuration, not a server that is down" {
	for option in sslmode=bogus channel_binding=maybe connect_timeout=soon keepalives=perhaps; do
		migrate status -d "$URL?$option"
		expect_status 2
		expect_has "$errors" "${option#*=}"
	done
	migrate status -d "postgresql://127.0.0.1:1/db"
	expect_status 1
}

# bats test_tags=postgresql
@test "PostgreSQL: percent-encoded user, password and database" {
	psql_admin -c "CREATE DATABASE \"$DB b\"" -c "CREATE ROLE \"$DB@r\" LOGIN SUPERUSER"
	run_ok status -d "postgresql://${DB}%40r:p%2Fw%3A%40@127.0.0.1:$PGPORT_TEST/${DB}%20b"
	psql_admin -c "DROP DATABASE \"$DB b\"" -c "DROP ROLE \"$DB@r\""
}

@test "PostgreSQL: a server that cannot be reached is status 1, with the place" {
	migrate status -d "postgresql://u:$SECRET@127.0.0.1:1/db"
	expect_status 1
	expect_has "$errors" 127.0.0.1:1
	expect_lacks "$errors" "$SECRET"
}

# bats test_tags=postgresql
@test "PostgreSQL: a database that does not exist is status 1 and named" {
	migrate upgrade -d "postgresql://tester@127.0.0.1:$PGPORT_TEST/no_such_db"
	expect_status 1
	expect_has "$errors" no_such_db
}

@test "an unknown scheme is status 2 with a suggestion" {
	migrate status -d "postgrsql://u:$SECRET@h/db"
	expect_status 2
	expect_has "$errors" 'Did you mean "postgresql"?'
	migrate status -d "mysql://u:$SECRET@h/db"
	expect_status 2
	expect_has "$errors" mysql
}

@test "an unknown option is status 2" {
	migrate status -d "postgresql://u:$SECRET@h/db?foo=bar"
	expect_status 2
	expect_has "$errors" foo
}

@test "a password never shows, however wrong the URL" {
	table a ""
	for url in "postgresql://u:a${SECRET}@b@127.0.0.1:1/db" "postgresql://u:${SECRET}%zz@h/db" "postgres://u:${SECRET}@[::1/db" \
		"postgres://u:$SECRET@h:port/db" "postgres://u:$SECRET@h:99999/db" "mysql://u:$SECRET@h/db" \
		"postgresql://u:$SECRET/x@127.0.0.1:1/db" "postgresql://u:$SECRET?x@127.0.0.1:1/db" "postgresql://u:x#$SECRET@127.0.0.1:1/db" \
		"postgresql://u@127.0.0.1:1/db?password=$SECRET" "postgresql://u@127.0.0.1:1/db?passwrd=$SECRET" \
		"postgresql:/u:$SECRET@h/db" "u:$SECRET@h/db" "host=h password=$SECRET" "sqlite://u:$SECRET@h/x.db" \
		"postgresql://u:$SECRET@127.0.0.1:1/db?ssl=$SECRET" \
		"postgresql://:$SECRET@:1/db" "postgresql://u:$SECRET@127.0.0.1:1/a b"; do
		silent status -d "$url"
		[ "$status" = 1 ] || [ "$status" = 2 ]
		silent upgrade --database-url="$url" --format json
		silent -v current -d "$url"
		silent "$url"
		silent upgrade "$url"
		silent status --env "$url"
		silent status -c "$url"
		silent status --format "$url"
		printf 'database_url: %s\n' "$url" >wrong.yaml
		silent status -c wrong.yaml
		printf 'U=%s\n' "$url" >my.env
		printf 'database_url: "${U}"\n' >wrong.yaml
		silent status -c wrong.yaml --env-file my.env
		DATABASE_URL=$url silent status -c /dev/null
	done
}

# bats test_tags=postgresql
@test "a password of the right URL never shows, whatever the command" {
	table a ""
	every_command -d "postgresql://tester:$SECRET@127.0.0.1:$PGPORT_TEST/$DB"
	revision b a "SELECT nonsense;" ""
	every_command -d "postgresql://tester:$SECRET@127.0.0.1:$PGPORT_TEST/$DB"
}

@test "a password in a misread configuration never shows" {
	for line in "database_url: [postgresql://u:$SECRET@h/db" "database_ulr: postgresql://u:$SECRET@h/db" \
		"database_url: *$SECRET" "database_url: &a postgresql://u:$SECRET@h/db" "	database_url: postgresql://u:$SECRET@h/db" \
		"lock_wait: postgresql://u:$SECRET@h/db" "- postgresql://u:$SECRET@h/db" \
		"database_url: {a: 'postgresql://u:$SECRET@h/db'}" "environments: postgresql://u:$SECRET@h/db" \
		"database_url: 'postgresql://u:$SECRET@h/db" "database_url postgresql://u:$SECRET@h/db"; do
		printf '%s\n' "$line" >migrator.yaml
		silent status
		expect_status 2
		silent history --format json
	done
}

# bats test_tags=postgresql
@test "status shows where the database is, with *** for a password" {
	run_ok status -d "postgresql://tester:$SECRET@127.0.0.1:$PGPORT_TEST/$DB"
	expect_has "$output" "127.0.0.1:$PGPORT_TEST/$DB"
	expect_has "$output" "***"
	expect_lacks "$output" "$SECRET"
}

# bats test_tags=postgresql
@test "the command line of a running process does not hold the password" {
	revision a "" "SELECT pg_sleep(1.5);" ""
	"$MIGRATE" upgrade -d "postgresql://tester:$SECRET@127.0.0.1:$PGPORT_TEST/$DB" >/dev/null 2>&1 &
	pid=$!
	sleep 0.5
	line=$(tr '\0' ' ' <"/proc/$pid/cmdline")
	wait $pid
	expect_has "$line" upgrade
	expect_lacks "$line" "$SECRET"
}
