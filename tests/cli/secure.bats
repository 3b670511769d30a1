# Passwords from where people keep them, and encrypted connections, on a server that asks for both.
#
# The server is of this file alone: TCP takes passwords only, and for "app" TLS only; its certificate
# is for "localhost" and nobody's but its own.

# bats file_tags=postgresql
load common

PASSWORD='s3kr et:/@%'
ENCODED='s3kr%20et%3A%2F%40%25'

setup_file() {
	[ "$TEST_DATABASE" = postgresql ] || return 0
	SECURE=$(mktemp -d "$TEST_SERVERS/secure.XXXXXX")
	(
		. "$BATS_TEST_DIRNAME/../support/servers.sh"
		postgres_start "$SECURE" || exit 1
		echo "$PGPORT_TEST" >"$SECURE/port"
		openssl req -x509 -newkey rsa:2048 -nodes -days 2 -subj /CN=localhost -addext subjectAltName=DNS:localhost \
			-keyout "$SECURE/key" -out "$SECURE/crt" 2>/dev/null
		psql -X -q "$MIGRATE_TEST_PG" -v password="$PASSWORD" <<-'SQL'
			CREATE ROLE app LOGIN SUPERUSER PASSWORD :'password';
			CREATE ROLE plain LOGIN SUPERUSER PASSWORD :'password';
			CREATE DATABASE app;
			ALTER SYSTEM SET ssl = on;
		SQL
		data=$SECURE/data
		postgres_as tee "$data/server.crt" <"$SECURE/crt" >/dev/null
		postgres_as sh -c "umask 077; cat >$data/server.key" <"$SECURE/key"
		printf 'hostssl all app all scram-sha-256\nhost all plain all scram-sha-256\n' |
			postgres_as tee "$data/pg_hba.conf" >/dev/null
		postgres_as "$(postgres_bin)/pg_ctl" -D "$data" reload >/dev/null
		for _ in {1..100}; do
			# TLS is offered as soon as the server has read its configuration.
			openssl s_client -starttls postgres -connect "127.0.0.1:$PGPORT_TEST" </dev/null >/dev/null 2>&1 && break
			sleep 0.05
		done
	) || return 1
	export SECURE
}

teardown_file() {
	[ "$TEST_DATABASE" = postgresql ] || return 0
	. "$BATS_TEST_DIRNAME/../support/servers.sh"
	postgres_stop "$SECURE"
}

needs_server() {
	PORT=$(cat "$SECURE/port")
	AT=localhost:$PORT/app
	table a ""
	# No test may find a password by accident.
	unset PGPASSWORD PGPASSFILE PGSERVICE PGSERVICEFILE
}

# hidden: the last command has said the password nowhere.
hidden() {
	expect_lacks "$output$errors" s3kr
	expect_lacks "$output$errors" "${ENCODED#s3kr}"
}

# connects ARGUMENT...: status works, and no password shows.
connects() {
	run_ok status "$@"
	hidden
}

@test "the doctor shows no password, and tells a wrong one and what the connection is encrypted by" {
	needs_server
	run_ok doctor -d "postgresql://app:$ENCODED@$AT?sslmode=require"
	hidden
	expect_has "$output" "encrypted by TLSv1"
	expect_has "$output" "a password, from the database URL"
	migrate doctor -d "postgresql://plain:s3kr-wrong@$AT"
	expect_status 3
	expect_has "$output" 'problem  cannot connect to database "app"'
	expect_has "$output" "hint: Check the user and the password in the database URL."
	hidden
	run_ok -v doctor -d "postgresql://plain:$ENCODED@$AT?sslmode=disable"
	hidden
	expect_has "$output" "not encrypted"
}

@test "a password in the URL, percent-encoded, and a wrong one" {
	needs_server
	connects -d "postgresql://plain:$ENCODED@$AT"
	migrate status -d "postgresql://plain:s3kr-wrong@$AT"
	expect_status 1
	expect_has "$errors" "password authentication failed"
	hidden
	migrate status -d "postgresql://plain@$AT"
	expect_status 1
	expect_has "$errors" "~/.pgpass"
	expect_has "$errors" password_command
}

@test "PGPASSWORD, PGPASSFILE, passfile= and ~/.pgpass work" {
	needs_server
	local url=postgresql://plain@$AT
	PGPASSWORD=$PASSWORD connects -d "$url"
	printf 'localhost:%s:app:plain:%s\n' "$PORT" 's3kr et\:/@%' >pass
	chmod 600 pass
	PGPASSFILE=$PWD/pass connects -d "$url"
	connects -d "$url?passfile=$PWD/pass"
	cp -p pass .pgpass
	connects -d "$url"
}

@test "PGSERVICE and service= work, their password too" {
	needs_server
	printf '[mine]\nhost=localhost\nport=%s\ndbname=app\nuser=plain\npassword=%s\n' "$PORT" "$PASSWORD" >services
	export PGSERVICEFILE=$PWD/services
	connects -d "postgresql://?service=mine"
	PGSERVICE=mine connects -d postgresql://
	sed -i 's/^password=.*/password=s3kr-wrong/' services
	migrate status -d "postgresql:///?service=mine"
	expect_status 1
	hidden
	migrate status -d "postgresql:///?service=other"
	expect_status 1
	expect_has "$errors" other
	hidden
}

@test "the whole URL may stand in a file: DATABASE_URL_FILE, and any variable of the configuration" {
	needs_server
	mkdir secrets
	printf 'postgresql://plain:%s@%s\n' "$ENCODED" "$AT" >secrets/url
	printf 'versions: migrations\n' >migrator.yaml
	DATABASE_URL_FILE=secrets/url connects
	printf 'DATABASE_URL_FILE=secrets/url\n' >.env
	connects
	printf 'database_url: ${APP_DATABASE}\n' >migrator.yaml
	APP_DATABASE_FILE=$PWD/secrets/url connects
	printf 'database_url: postgresql://${WHO}@%s\n' "$AT" >migrator.yaml
	printf 'plain:%s' "$ENCODED" >secrets/who
	WHO_FILE=secrets/who connects
	printf 'postgresql://plain:s3kr et@h\n' >secrets/url
	DATABASE_URL_FILE=secrets/url migrate status -c /dev/null
	expect_status 2
	hidden
}

@test "PGPASSWORD_FILE is for a URL without a password, below PGPASSWORD and password_command" {
	needs_server
	printf '%s\n' "$PASSWORD" >secret
	echo s3kr-wrong >wrong
	export PGPASSWORD_FILE=secret
	connects -d "postgresql://plain@$AT"
	PGPASSWORD_FILE=wrong PGPASSWORD=$PASSWORD connects -d "postgresql://plain@$AT"
	PGPASSWORD_FILE=wrong connects -d "postgresql://plain:$ENCODED@$AT"
	printf 'database_url: postgresql://plain@%s\npassword_command: cat secret\n' "$AT" >migrator.yaml
	PGPASSWORD_FILE=wrong connects
	migrate history
	PGPASSWORD_FILE=gone run_ok history
	printf 'database_url: postgresql://plain@%s\n' "$AT" >migrator.yaml
	PGPASSWORD_FILE=gone migrate status
	expect_status 2
	expect_has "$errors" gone
	expect_has "$errors" PGPASSWORD_FILE
	PGPASSWORD_FILE=gone run_ok history
}

@test "password_command prints the password, says what it likes on stderr, and runs only where it is needed" {
	needs_server
	printf 'database_url: postgresql://plain@%s\npassword_command: "echo asked >&2; cat; cat secret"\n' "$AT" >migrator.yaml
	printf '%s\nsecond line\n' "$PASSWORD" >secret
	connects
	expect_has "$errors" asked
	run_ok history
	expect_lacks "$errors" asked
	connects -d "postgresql://plain:$ENCODED@$AT"
	expect_lacks "$errors" asked
	run_ok upgrade
	expect_equal "$(grep -c asked <<<"$errors")" 1
	hidden
	run_ok upgrade --sql base:head
	expect_lacks "$errors" asked
	PGPASSWORD=s3kr-wrong connects
}

@test "an environment may have its own password_command" {
	needs_server
	cat >migrator.yaml <<-YAML
		database_url: postgresql://plain@$AT
		password_command: echo s3kr-wrong
		environments:
		  right:
		    password_command: cat secret
	YAML
	printf '%s' "$PASSWORD" >secret
	connects --env right
	migrate status
	expect_status 1
	expect_has "$errors" "password authentication failed"
	hidden
}

@test "a password_command that fails is named, and nothing that it printed is shown" {
	needs_server
	printf 'database_url: postgresql://plain@%s\n' "$AT" >base.yaml
	for command in "echo s3kr; exit 7" "true" "kill -9 \$\$"; do
		{ cat base.yaml && printf 'password_command: "%s"\n' "$command"; } >migrator.yaml
		migrate status
		expect_status 1
		expect_has "$errors" password_command
		hidden
		migrate status --format json
		expect_equal "$(json .error.code)" program
		hidden
	done
	{ cat base.yaml && printf 'password_comand: x\n'; } >migrator.yaml
	migrate history
	expect_status 2
	expect_has "$errors" 'Did you mean "password_command"?'
}

@test "a signal ends the wait for a password_command" {
	needs_server
	printf 'database_url: postgresql://plain@%s\npassword_command: "echo $$ >pid; exec sleep 30"\n' "$AT" >migrator.yaml
	sed -i 's/\$\$ /$$$$ /' migrator.yaml
	"$MIGRATE" status >/dev/null 2>.stderr &
	local pid=$! status=0
	for _ in {1..100}; do
		[ -s pid ] && break
		sleep 0.05
	done
	kill -TERM $pid
	wait $pid || status=$?
	expect_equal "$status" 143
	! kill -0 "$(cat pid)" 2>/dev/null
}

@test "TLS is used where it is asked for, and status -v says so" {
	needs_server
	connects -v -d "postgresql://app:$ENCODED@$AT?sslmode=require"
	expect_has "$output" "tls       TLSv1"
	connects -v -d "postgresql://plain:$ENCODED@$AT?sslmode=disable"
	expect_has "$output" "tls       none"
	connects --format json -d "postgresql://app:$ENCODED@$AT?ssl=true"
	expect_has "$(json .tls)" TLSv1
	connects -d "postgresql://app:$ENCODED@$AT?sslmode=require"
	expect_lacks "$output" tls
	migrate status -d "postgresql://app:$ENCODED@$AT?sslmode=disable"
	expect_status 1
	expect_has "$errors" pg_hba.conf
	hidden
}

@test "verify-full takes the right host with the right certificate, and nothing else" {
	needs_server
	local options="sslmode=verify-full&sslrootcert=$SECURE/crt"
	connects -v -d "postgresql://app:$ENCODED@$AT?$options"
	expect_has "$output" "tls       TLSv1"
	migrate status -d "postgresql://app:$ENCODED@127.0.0.1:$PORT/app?$options"
	expect_status 1
	expect_has "$errors" 'does not match host name "127.0.0.1"'
	expect_has "$errors" "verify-ca"
	hidden
	openssl req -x509 -newkey rsa:2048 -nodes -days 2 -subj /CN=other -keyout key -out other.crt 2>/dev/null
	migrate status -d "postgresql://app:$ENCODED@$AT?sslmode=verify-full&sslrootcert=$PWD/other.crt"
	expect_status 1
	expect_has "$errors" "certificate verify failed"
	expect_has "$errors" sslrootcert
	hidden
	migrate status -d "postgresql://app:$ENCODED@$AT?sslmode=verify-full&sslrootcert=$PWD/none.crt"
	expect_status 1
	expect_has "$errors" none.crt
	hidden
}
