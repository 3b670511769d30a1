# migrate doctor: what is right, what is odd, and what to do about it. Everything is provoked for real.

load common

# diagnose STATUS ARGUMENT...: the doctor's JSON is in $output. It never shows a password.
diagnose() {
	local wanted=$1
	shift
	migrate --format json doctor "$@"
	expect_status "$wanted"
	expect_lacks "$output$errors" s3cr3t
}

# found AREA CHECK LEVEL: the messages of such findings, each with its hint behind " -> ".
found() {
	gojq -r --arg area "$1" --arg check "$2" --arg level "$3" '.findings[] |
		select(.area == $area and .check == $check and .level == $level) |
		.message + " -> " + (.hint // "")' <<<"$output"
}

# finds AREA CHECK LEVEL PART...: there is such a finding, and it says each part.
finds() {
	local text part
	text=$(found "$1" "$2" "$3")
	[ -n "$text" ] || { printf 'no finding %s/%s/%s in:\n%s\n' "$1" "$2" "$3" "$output" && return 1; }
	for part in "${@:4}"; do
		expect_has "$text" "$part"
	done
}

# lacks AREA CHECK LEVEL: there is no such finding.
lacks() { expect_equal "$(found "$1" "$2" "$3")" ""; }

# summary: "problems warnings".
summary() { json '"\(.summary.problem) \(.summary.warning)"'; }

# statements: the SQL of all hints on problems and warnings.
statements() { json '.findings[] | select(.level == "problem" or .level == "warning") | .hint | select(. != null) | select(endswith(";"))'; }

# A database that cannot be reached, with a password in its URL.
DOWN=postgresql://app:s3cr3t@127.0.0.1:1/none

needs_root() {
	[ "$(id -u)" = 0 ] && runuser -u nobody -- test -x "$MIGRATE" || skip "needs root and a program that all may run"
}

# as_nobody STATUS ARGUMENT...: the doctor as somebody who may not write what root made.
as_nobody() {
	local wanted=$1
	shift
	chmod 755 "$DIR"
	status=0
	output=$(runuser -u nobody -- "$MIGRATE" --format json doctor "$@" 2>"$DIR/.stderr" </dev/null) || status=$?
	errors=$(cat "$DIR/.stderr")
	expect_status "$wanted"
}

@test "a new project is well, in all areas in their order, and nothing is made" {
	table a ""
	before=$(everything)
	diagnose 0
	expect_equal "$(everything)" "$before"
	expect_equal "$(json '[.findings[].area] | [foreach .[] as $a (null; $a; .)] | reduce .[] as $a ([]; if .[-1] == $a then . else . + [$a] end) | join(" ")')" \
		"program configuration versions connection privileges state" ||
		expect_equal "$TEST_DATABASE $(json '[.findings[].area] | unique | length')" "sqlite 5"
	expect_equal "$(summary)" "0 0"
	expect_equal "$(json '[.findings[] | .level] | group_by(.) | map({(.[0]): length}) | add | .ok')" "$(json .summary.ok)"
	expect_equal "$(json '.summary | .ok + .note + .warning + .problem')" "$(json '.findings | length')"
	finds program program ok "$("$MIGRATE" --version)"
	finds configuration database_url ok "database_url in migrator.yaml"
	finds versions scripts ok "1 revision in migrations"
	finds connection connect ok " ms"
	finds state version_table note "first run creates it"
	finds state pending note "1 revision is not applied: a" "migrate upgrade"
	finds state lock ok
}

@test "a database at its heads is told with its rows and its log" {
	table a ""
	table b a
	run_ok upgrade
	before=$(everything)
	diagnose 0
	expect_equal "$(everything)" "$before"
	expect_equal "$(summary)" "0 0"
	finds state version_table ok "migrate_version" ": at b"
	finds state pending ok "every revision is applied"
	finds state log ok "2 records"
	if on_sqlite; then
		finds program client_library ok "SQLite 3."
		finds connection journal_mode ok "journal mode delete"
		finds connection directory ok
		finds privileges read_only ok "can be written"
	else
		finds program client_library ok "libpq 1"
		finds connection server_version ok "PostgreSQL 1"
		finds connection tls ok "not encrypted, and does not leave this machine"
		finds connection pooler ok
		finds privileges role ok '"tester", a superuser'
		finds privileges version_table ok 'may read and write "public"."migrate_version"'
		finds privileges log_table ok
	fi
}

@test "text has a heading for each area and a mark for each finding" {
	table a ""
	echo "lock_timeout: 0" >>migrator.yaml
	run_ok doctor
	expect_has "$output" $'program\n  ok       migrate '
	expect_has "$output" $'\nconfiguration\n  ok       migrator.yaml in the current directory\n'
	expect_has "$output" $'\n  warning  lock_timeout is 0: '
	expect_has "$output" $'\n           hint: Write "lock_timeout: 5s" in migrator.yaml.'
	expect_has "$errors" "0 problems, 1 warning, "
	run_ok -q doctor
	expect_has "$output" $'state\n  warning  lock_timeout is 0: '
	expect_lacks "$output" " ok "
	expect_equal "$errors" ""
	run_ok --color always doctor
	expect_has "$output" $'\e[1;35mwarning\e[0m  lock_timeout'
}

# -------- configuration --------

@test "a missing configuration is a finding, and a database named by -d is looked at all the same" {
	rm migrator.yaml
	diagnose 3
	finds configuration config problem migrator.yaml "migrate init"
	finds connection connect note "without a database URL"
	expect_equal "$(json .error.code)" check
	expect_equal "$(json .error.exit_status)" 3
	diagnose 3 -d "${URL/test.db//$DIR/test.db}"
	finds configuration config problem
	finds connection connect ok
	finds state version_table note "the configuration names the version table"
	expect_equal "$(summary)" "1 0"
	[ ! -e migrator.yaml ]
	migrate doctor -c no/where.yaml
	expect_status 3
	expect_has "$output" "  problem  could not open \"no/where.yaml\""
}

@test "what is wrong with a configuration is told with its place" {
	printf '%s\n' "database_url: $URL" "lock_time: 5s" >migrator.yaml
	diagnose 3
	finds configuration config problem "migrator.yaml:2:1: " lock_timeout
	printf '%s\n' "database_url: [" >migrator.yaml
	diagnose 3
	finds configuration config problem "migrator.yaml:"
	printf '%s\n' "database_url: $URL" >migrator.yaml
	diagnose 3 --env nowhere
	finds configuration config problem 'unknown environment "nowhere"'
}

@test "where configuration, environment, variables and URL came from is told" {
	mkdir conf
	printf '%s\n' 'database_url: ${APP_URL}' 'versions: ../migrations' 'lock_wait: ${WAIT:-7s}' \
		'environments:' '  prod:' '    lock_retries: 1' >conf/m.yaml
	echo "APP_URL=$DOWN" >conf/.env
	chmod 600 conf/.env
	diagnose 3 -c conf/m.yaml
	finds configuration config ok "conf/m.yaml, named by -c"
	finds configuration environment note "no environment is chosen" "prod"
	finds configuration env_file ok conf/.env
	finds configuration variable note "the variable WAIT is not set"
	finds configuration database_url ok "postgresql://app:***@127.0.0.1:1/none, from APP_URL in conf/.env"
	finds configuration password ok "from the database URL"
	expect_equal "$(summary)" "1 0"
	MIGRATE_CONFIG=conf/m.yaml MIGRATE_ENV=prod WAIT=2s APP_URL=$DOWN diagnose 3
	finds configuration config ok "conf/m.yaml, named by MIGRATE_CONFIG"
	finds configuration environment ok "environment prod, chosen by MIGRATE_ENV"
	finds configuration database_url ok "from APP_URL in the environment"
	lacks configuration variable note
	diagnose 3 -c conf/m.yaml --env prod -d "$DOWN"
	finds configuration environment ok "chosen by --env"
	finds configuration database_url ok ", from -d"
	echo "$DOWN" >url
	APP_URL='' APP_URL_FILE=$DIR/url diagnose 3 -c conf/m.yaml
	finds configuration database_url ok "the file which APP_URL_FILE names"
	rm conf/.env
	diagnose 3 -c conf/m.yaml
	finds configuration database_url problem '"APP_URL" is not set'
	lacks configuration env_file ok
	finds versions scripts ok
	printf '%s\n' 'database_url: postgresql://app@127.0.0.1:1/none' 'password_command: echo s3cr3t' >migrator.yaml
	diagnose 3
	finds configuration password ok "from password_command"
}

@test "a file with the password that others may read, or that git does not ignore, is a warning" {
	printf '%s\n' "database_url: $DOWN" >migrator.yaml
	chmod 644 migrator.yaml
	diagnose 3
	finds configuration password_file warning "migrator.yaml holds the database's password" "chmod go-r migrator.yaml"
	lacks configuration password_in_git warning
	chmod 600 migrator.yaml
	diagnose 3
	lacks configuration password_file warning
	git init -q .
	echo 'DATABASE_URL='"$DOWN" >.env
	echo 'database_url: ${DATABASE_URL}' >migrator.yaml
	chmod 644 .env migrator.yaml
	diagnose 3
	expect_equal "$(json '[.findings[] | select(.check == "password_file" or .check == "password_in_git") | .check + " " + (.message | split(" ")[0])] | join(", ")')" \
		"password_file .env, password_in_git .env"
	echo .env >.gitignore
	chmod 600 .env
	diagnose 3
	lacks configuration password_file warning
	lacks configuration password_in_git warning
}

# -------- scripts --------

@test "all that is wrong with the scripts is told, and the database is looked at all the same" {
	table a ""
	table b a
	run_ok upgrade a
	revision c b "SELECT 1;" -
	diagnose 3
	finds versions scripts problem "migrations/c.sql" "irreversible"
	finds state pending note "are not applied: b and c"
	printf -- '-- revision: d\n-- down_revision: nix\n\n-- migrate:upgrade\nSELECT 1;\n' >migrations/d.sql
	echo "CREATE TABLE x (i INTEGER);" >migrations/foreign.sql
	: >migrations/near.SQL
	diagnose 3
	finds versions scripts problem "migrations/foreign.sql" "migrations/near.SQL"
	finds state version_table ok ": at a"
	finds state pending note "not compared with the scripts"
	mv migrations no-migrations
	diagnose 3
	finds versions scripts problem 'versions directory "migrations"' "migrate init"
	finds state version_table ok ": at a"
}

@test "several heads are a warning, and other files a note" {
	table a ""
	table b ""
	: >migrations/_template.sql
	: >migrations/README.md
	mkdir migrations/old
	on_postgresql || : >"$DB"
	diagnose 0
	finds versions heads warning "2 heads" "migrate merge"
	finds versions other_files note "not looked at: migrations/README.md, migrations/old/ ->"
}

@test "a versions directory that cannot be written is a note" {
	needs_root
	table a ""
	as_nobody 3 -d "$DOWN"
	finds versions directory note "migrations cannot be written (Permission denied)"
}

# -------- connection --------

@test "a server that is down is a problem with a hint, and no password is shown" {
	table a ""
	diagnose 3 -d "$DOWN"
	finds connection connect problem 'cannot connect to database "none" on 127.0.0.1:1: ' "Check that the server runs"
	finds versions scripts ok
	expect_equal "$(json '[.findings[] | select(.area == "state" or .area == "privileges")] | length')" 0
	expect_equal "$(summary)" "1 0"
}

# bats test_tags=postgresql
@test "a database that does not exist is a problem that says how to make it" {
	diagnose 3 -d "${URL}_none"
	finds connection connect problem "does not exist" "migrate db create"
}

# bats test_tags=postgresql
@test "a connection over the network without TLS is a warning" {
	local address
	address=$(hostname -I | awk '{ print $1 }')
	[ -n "$address" ] || skip "needs an address that is not the loopback's"
	mkdir -m 755 hba
	echo "host all all all trust" >hba/pg_hba.conf
	chmod 755 "$DIR"
	own_server "listen_addresses = '*'" "hba_file = '$DIR/hba/pg_hba.conf'"
	diagnose 0
	lacks connection tls warning
	diagnose 0 -d "${URL/127.0.0.1/$address}"
	finds connection tls warning "not encrypted" "sslmode=verify-full"
}

# bats test_tags=sqlite
@test "an SQLite file that is missing, everybody's, or none at all" {
	table a ""
	diagnose 0
	finds connection file note '"test.db" does not exist yet: "migrate upgrade" creates it'
	[ ! -e "$DB" ]
	run_ok upgrade
	chmod 666 "$DB"
	diagnose 0
	finds connection file warning "mode 0666: everybody on this machine may change it" "chmod o-w test.db"
	chmod 644 "$DB"
	sql "PRAGMA journal_mode = WAL" >/dev/null
	diagnose 0
	finds connection file ok "mode 0644"
	finds connection journal_mode ok "journal mode wal"
	echo "this is no database, but a text of more than a few bytes, so that it cannot pass for one" >"$DB"
	diagnose 3
	finds connection connect problem test.db
	diagnose 3 -d sqlite:///no/where.db
	finds connection directory problem "no\" for the database file does not exist" "Create the directory"
	[ ! -e no ]
	diagnose 0 -d sqlite://
	finds connection file note "in memory"
}

# bats test_tags=sqlite
@test "an SQLite file that cannot be written, and a directory where no journal can be made" {
	table a ""
	run_ok upgrade
	diagnose 3 -d "sqlite:///$DB?mode=ro"
	finds privileges read_only problem "allows reading only" "mode=ro"
	diagnose 3 -d "sqlite:///none.db?mode=rw"
	finds privileges read_only problem "lets no file be made" "mode=rw"
	needs_root
	as_nobody 3
	finds connection directory problem "no file can be made in directory" "journal"
	finds privileges read_only problem 'file "test.db" cannot be written: Permission denied'
	expect_equal "$(summary)" "2 0"
	chmod 666 "$DB"
	as_nobody 3
	lacks privileges read_only problem
	chmod 777 "$DIR"
	status=0
	output=$(runuser -u nobody -- "$MIGRATE" --format json doctor 2>/dev/null) || status=$?
	expect_equal "$status $(json .summary.problem)" "0 0"
}

# -------- privileges --------

# bats test_tags=postgresql
@test "what a role lacks is told with the GRANT that mends it" {
	local url=${URL/tester@/"app_$DB@"}
	table a ""
	sql "CREATE ROLE \"app_$DB\" LOGIN; REVOKE ALL ON SCHEMA public FROM PUBLIC"
	diagnose 3 -d "$url"
	finds privileges role ok "no superuser"
	finds privileges schema problem "lacks USAGE, CREATE on schema \"public\""
	finds privileges database_create note "GRANT CREATE ON DATABASE \"$DB\" TO \"app_$DB\";"
	finds privileges createdb note "ALTER ROLE \"app_$DB\" CREATEDB;"
	expect_equal "$(statements)" "GRANT USAGE, CREATE ON SCHEMA \"public\" TO \"app_$DB\";"
	sql "$(statements)"
	diagnose 0 -d "$url"
	finds privileges schema ok
	run_ok -d "$url" upgrade
	sql "ALTER TABLE migrate_version OWNER TO tester; ALTER TABLE migrate_log OWNER TO tester;
		GRANT SELECT ON migrate_version TO \"app_$DB\"; REVOKE CREATE ON SCHEMA public FROM \"app_$DB\""
	diagnose 3 -d "$url"
	finds privileges schema warning "lacks CREATE on schema"
	finds privileges version_table problem "lacks INSERT, UPDATE, DELETE on table \"public\".\"migrate_version\""
	finds privileges log_table problem "lacks SELECT, INSERT on table \"public\".\"migrate_log\""
	finds state version_table problem "permission denied"
	sql "$(statements)"
	diagnose 0 -d "$url"
	expect_equal "$(summary)" "0 0"
	table b a
	run_ok -d "$url" upgrade
	expect_equal "$(rows)" b
}

# bats test_tags=postgresql
@test "a schema of its own that may not be used is a problem that a GRANT mends" {
	local url=${URL/tester@/"app_$DB@"}
	sql "CREATE ROLE \"app_$DB\" LOGIN; CREATE SCHEMA \"Odd \"\"name\""
	echo "version_table_schema: 'Odd \"name'" >>migrator.yaml
	run_ok ensure-version
	diagnose 3 -d "$url"
	finds privileges schema problem 'schema "Odd ""name"' "GRANT USAGE, CREATE ON SCHEMA"
	sql "$(statements)"
	diagnose 0 -d "$url"
	sed -i '/^version_table_schema/d' migrator.yaml
	echo "version_table_schema: nowhere" >>migrator.yaml
	diagnose 3
	finds privileges schema problem 'schema "nowhere" does not exist' 'CREATE SCHEMA "nowhere";'
}

# bats test_tags=postgresql
@test "a session that can only read is a problem, and a statement mends it" {
	table a ""
	sql "ALTER DATABASE $DB SET default_transaction_read_only = on"
	diagnose 3
	finds privileges read_only problem "default_transaction_read_only is on" \
		"SET default_transaction_read_only = off; ALTER ROLE \"tester\" IN DATABASE \"$DB\" SET default_transaction_read_only = off;"
	expect_equal "$(summary)" "1 0"
	migrate upgrade
	expect_status 1
	psql -X -q -v ON_ERROR_STOP=1 "$URL" -c "SET default_transaction_read_only = off" \
		-c "ALTER ROLE \"tester\" IN DATABASE \"$DB\" SET default_transaction_read_only = off;"
	diagnose 0
	run_ok upgrade
	sql "ALTER ROLE tester IN DATABASE $DB RESET ALL"
}

# bats test_tags=postgresql
@test "a standby server is a problem" {
	own_server "wal_level = replica" "hot_standby = on"
	table a ""
	run_ok upgrade
	postgres_as "$(postgres_bin)/pg_ctl" -D "$SERVER/data" -m fast -w stop >/dev/null
	postgres_as touch "$SERVER/data/standby.signal"
	postgres_as "$(postgres_bin)/pg_ctl" -D "$SERVER/data" -l "$SERVER/server.log" -w start >/dev/null 3>&-
	diagnose 3
	finds privileges read_only problem "the server is a standby" "Connect to the primary server"
	finds state version_table ok ": at a"
	expect_equal "$(summary)" "1 0"
}

# -------- state --------

@test "pending, edited and unknown revisions are a note, a warning and a problem" {
	table a ""
	table b a
	run_ok upgrade
	table c b
	sed -i 's/INTEGER PRIMARY KEY/BIGINT PRIMARY KEY/' migrations/a.sql
	diagnose 0
	finds state edited warning "revision a was edited since it was applied" "migrate repair a"
	finds state pending note "1 revision is not applied: c"
	expect_equal "$(summary)" "0 1"
	rm migrations/b.sql migrations/c.sql
	diagnose 3
	finds state unknown problem "the database is at revision b, which no script has" "migrate stamp"
	sql "INSERT INTO migrate_version VALUES ('a')"
	table b a
	diagnose 0
	finds state warning warning "the version table holds a, which other rows imply"
	expect_equal "$(found state warning warning | wc -l)" 1
}

@test "a revision that stopped half way is a problem" {
	revision r "" $'BEGIN; CREATE TABLE one (i INTEGER); COMMIT;\nBEGIN; CREATE TABLE one (i INTEGER); COMMIT;' -
	migrate upgrade
	expect_status 5
	diagnose 3
	finds state half_done problem "the upgrade of revision r stopped half way, before part 2" 'Run "migrate upgrade" again'
	printf -- '-- revision: broken\n' >migrations/broken.sql
	diagnose 3
	finds state half_done problem "revision r stopped half way"
}

# bats test_tags=postgresql
@test "an INVALID index is a warning until it is mended" {
	revision r "" $'CREATE TABLE t (i INTEGER);\nINSERT INTO t VALUES (1), (1);\nCREATE UNIQUE INDEX CONCURRENTLY "Odd" ON t (i);' -
	migrate upgrade
	expect_status 5
	diagnose 3
	finds state invalid_index warning 'index public."Odd" is INVALID' 'DROP INDEX CONCURRENTLY public."Odd";'
	sql 'DROP INDEX CONCURRENTLY public."Odd"'
	sql "CREATE TABLE p (i INTEGER) PARTITION BY LIST (i); CREATE TABLE p1 PARTITION OF p FOR VALUES IN (1); CREATE INDEX ON ONLY p (i)"
	diagnose 3
	lacks state invalid_index warning
}

@test "a version table of another shape is a problem, and the rest is looked at" {
	sql "CREATE TABLE migrate_version (id INTEGER, name TEXT)"
	diagnose 3
	finds state version_table problem migrate_version "Set version_table"
	finds state lock ok
	expect_equal "$(summary)" "1 0"
}

@test "settings that hurt a migration are warnings" {
	echo "lock_timeout: 0" >>migrator.yaml
	diagnose 0 -d "$URL$(on_sqlite || echo "?options=-c%20idle_in_transaction_session_timeout%3D500%20-c%20statement_timeout%3D9000")"
	finds state lock_timeout warning "waits for ever" 'lock_timeout: 5s'
	on_postgresql || return 0
	finds state server_setting warning "idle_in_transaction_session_timeout is 500 ms" \
		"ALTER ROLE \"tester\" IN DATABASE \"$DB\" SET idle_in_transaction_session_timeout = 0;"
	expect_equal "$(found state server_setting warning | wc -l)" 1
}

@test "whoever is in the way of a run is named" {
	table a ""
	run_ok upgrade
	mkfifo hold
	if on_sqlite; then
		sqlite3 "$DB" <hold >held 2>&1 3>&- &
	else
		PGAPPNAME=shop psql -X -q -A -t "$URL" <hold >held 2>&1 3>&- &
	fi
	local holder=$!
	exec 9>hold
	on_postgresql || echo "BEGIN IMMEDIATE; SELECT 'held';" >&9
	on_sqlite || echo "BEGIN; LOCK TABLE migrate_version IN ROW EXCLUSIVE MODE; SELECT 'held';" >&9
	soon grep -q held held
	diagnose 0
	echo "ROLLBACK;" >&9
	exec 9>&-
	wait "$holder"
	finds state blocking warning "$(on_sqlite && echo "pid $holder, sqlite3" || echo "user tester, shop")" "migrate locks"
	lacks state lock ok
	diagnose 0
	finds state lock ok
}

# bats test_tags=postgresql
@test "a version table that somebody has locked is waited for as long as lock_timeout says, and who it is is told" {
	table a ""
	run_ok upgrade
	echo "lock_timeout: 100ms" >>migrator.yaml
	mkfifo hold
	PGAPPNAME=shop psql -X -q -A -t "$URL" <hold >held 2>&1 3>&- &
	local holder=$!
	exec 9>hold
	echo "BEGIN; LOCK TABLE migrate_version, migrate_log; SELECT 'held';" >&9
	soon grep -q held held
	diagnose 3
	echo "ROLLBACK;" >&9
	exec 9>&-
	wait "$holder"
	finds state version_table problem "lock"
	finds state blocking warning "user tester, shop"
	finds privileges version_table ok
}

@test "client libraries of other databases are not loaded" {
	local other=libpq
	on_sqlite || other=libsqlite3
	table a ""
	LD_DEBUG=files "$MIGRATE" doctor >out 2>&1 </dev/null
	grep -q "$(on_sqlite && echo libsqlite3 || echo libpq)" out
	! grep -q "$other" out
	rm migrator.yaml
	LD_DEBUG=files "$MIGRATE" doctor >out 2>&1 </dev/null || true
	grep -q "migrate init" out
	! grep -qE 'libpq|libsqlite3' out
}
