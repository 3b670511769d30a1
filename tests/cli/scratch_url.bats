# scratch_url: scratch databases on another server, or by another role, than the database's own.

# bats file_tags=postgresql
load common

setup_project() {
	table a ""
	echo "CREATE TABLE t (id INTEGER);" >t.sql
	# Roles are the server's: each test has its own.
	PLAIN=plain_$DB MAKER=maker_$DB
	psql_admin -c "CREATE ROLE $PLAIN LOGIN" -c "CREATE ROLE $MAKER LOGIN CREATEDB PASSWORD 'verysecret'"
	sed -i "s|tester@|$PLAIN@|" migrator.yaml
}

teardown() {
	psql_admin -c "DROP ROLE IF EXISTS $PLAIN" -c "DROP ROLE IF EXISTS $MAKER"
	database_drop
	cd / && rm -rf "$DIR"
}

scratch() { echo "scratch_url: $1" >>migrator.yaml; }
made() { psql_admin -A -t -c "SELECT count(*) FROM pg_database d JOIN pg_roles r ON r.oid = datdba WHERE rolname = '$MAKER'"; }

@test "a role that may not make databases is told of the grant, by name, and of scratch_url" {
	setup_project
	migrate diff t.sql
	expect_status 1
	expect_has "$errors" "permission denied to create database"
	expect_has "$errors" "hint: Let the role do that: ALTER ROLE \"$PLAIN\" CREATEDB; or name a server where databases may be made: \"scratch_url: URL\" in migrator.yaml."
}

@test "scratch databases are made by its role, and dropped" {
	setup_project
	scratch "postgresql://$MAKER:verysecret@127.0.0.1:$PGPORT_TEST/postgres"
	migrate diff t.sql
	expect_status 3
	expect_equal "$(head -n 1 <<<"$output")" "table public.t is missing"
	run_ok diff migrations migrations
	run_ok verify
	expect_equal "$(made)" 0
	echo "schema: t.sql" >>migrator.yaml
	migrate check --schema
	expect_status 3
	# The database itself is asked by its own role.
	migrate status
	expect_status 0
	expect_has "$output" "$PLAIN@"
}

@test "they are on its server, and the database is compared with them" {
	setup_project
	own=$URL
	run_ok -d "$own" upgrade
	SCRATCH=$(
		own_server "max_connections = 20" >&2
		echo "$SERVER $URL"
	)
	SERVER=${SCRATCH% *}
	sed -i '/^database_url/d' migrator.yaml
	echo "database_url: $own" >>migrator.yaml
	scratch "${SCRATCH#* }"
	run_ok diff
	own_server_stop
	migrate diff
	expect_status 1
	expect_has "$errors" "cannot connect to database \"postgres\""
	expect_has "$errors" "The server is that of scratch_url."
}

@test "its password is in no message, and no other password is tried there" {
	setup_project
	echo 'password_command: touch asked; echo other' >>migrator.yaml
	scratch "postgresql://$MAKER:verysecret@127.0.0.1:1/postgres"
	for format in text json; do
		migrate diff t.sql t.sql --format $format -v
		expect_status 1
		expect_lacks "$output$errors" verysecret
	done
	[ ! -e asked ]
	migrate doctor
	expect_has "$output" "scratch databases on the server of postgresql://$MAKER:***@127.0.0.1:1/postgres"
	expect_lacks "$output$errors" verysecret
}

@test "a configuration with its password in it that others can read is told of" {
	setup_project
	scratch "postgresql://$MAKER:verysecret@127.0.0.1:$PGPORT_TEST/postgres"
	chmod 644 migrator.yaml
	run_ok status
	expect_has "$errors" "migrator.yaml holds the database's password, and others can read it"
}

# wrong PART ARGUMENT...: status 2, and PART is said.
wrong() {
	local part=$1
	shift
	migrate "$@"
	expect_status 2
	expect_has "$errors" "$part"
}

@test "what is wrong with it is said by who needs it, with its line" {
	setup_project
	scratch "nothing of the kind"
	run_ok status
	wrong "migrator.yaml:4:" verify
	expect_has "$errors" "detail: The value is that of scratch_url."
	migrate doctor
	expect_has "$output" "migrator.yaml:4:14: the database URL does not begin"
	sed -i '/^scratch_url/d' migrator.yaml
	scratch "sqlite:///x.db"
	wrong "scratch_url is for another kind of database" verify
	expect_has "$errors" "Name a server of the kind that database_url names: postgresql."
	sed -i '/^scratch_url/d' migrator.yaml
	scratch '${SCRATCH_URL}'
	wrong "SCRATCH_URL" verify
	SCRATCH_URL="" wrong "the database URL is empty" verify
	SCRATCH_URL="postgresql://$MAKER@127.0.0.1:$PGPORT_TEST/postgres" run_ok verify
}

@test "with SQLite it says nothing" {
	setup_project
	scratch "postgresql://$MAKER@127.0.0.1:1/postgres"
	run_ok -d sqlite:///x.db verify
}
