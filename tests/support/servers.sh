# servers.sh: throw-away PostgreSQL servers for the tests, sourced by bash scripts.
# shellcheck shell=bash
#
#   postgres_init DIR      makes a cluster in DIR (owned by the user that may run one)
#   postgres_start DIR [SETTING...]
#                          makes a cluster in DIR/data, starts it on a Unix socket in DIR and on a free
#                          port of the loopback; sets PGPORT_TEST, MIGRATE_TEST_PG (a URL for superuser
#                          "tester"). A setting is a line of postgresql.conf.
#   postgres_stop DIR      stops it and removes DIR
#
# initdb takes a second, a copy of what it made less than a tenth: $TEST_SERVERS/pristine is copied
# where there is one.
#
# PostgreSQL refuses to run as root: root hands the cluster to the user "postgres".

postgres_bin() {
	find /usr/lib/postgresql -maxdepth 2 -name bin | sort -V | tail -1
}

postgres_as() {
	if [ "$(id -u)" = 0 ]; then
		(cd / && runuser -u postgres -- "$@")
	else
		"$@"
	fi
}

free_port() {
	/usr/bin/python3 -c 'import socket
s = socket.socket()
s.bind(("127.0.0.1", 0))
print(s.getsockname()[1])'
}

postgres_init() {
	local dir=$1
	mkdir -p "$dir"
	chmod 700 "$dir"
	[ "$(id -u)" = 0 ] && chown postgres "$dir"
	postgres_as "$(postgres_bin)/initdb" -D "$dir" -U tester --auth=trust -E UTF8 --locale=C.UTF-8 \
		--no-sync >"$dir.log" 2>&1 || { cat "$dir.log" >&2 && return 1; }
	postgres_as tee -a "$dir/postgresql.conf" >/dev/null <<-CONF
		listen_addresses = '127.0.0.1'
		fsync = off
		synchronous_commit = off
		full_page_writes = off
		autovacuum = off
		wal_level = minimal
		max_wal_senders = 0
		max_wal_size = 128MB
		max_connections = 200
		max_prepared_transactions = 4
		client_connection_check_interval = 500ms
		shared_preload_libraries = 'plpgsql'
	CONF
}

postgres_start() {
	local dir=$1 pristine=${TEST_SERVERS:-/nowhere}/pristine
	shift
	mkdir -p "$dir"
	chmod 700 "$dir"
	[ "$(id -u)" = 0 ] && chown postgres "$dir"
	if [ -d "$pristine" ]; then
		postgres_as cp -R "$pristine" "$dir/data"
	else
		postgres_init "$dir/data" || return 1
	fi
	PGPORT_TEST=$(free_port)
	printf '%s\n' "port = $PGPORT_TEST" "unix_socket_directories = '$dir'" "$@" |
		postgres_as tee -a "$dir/data/postgresql.conf" >/dev/null
	postgres_as "$(postgres_bin)/pg_ctl" -D "$dir/data" -l "$dir/server.log" -w start >"$dir.log" 2>&1 ||
		{ cat "$dir.log" "$dir/server.log" >&2 && return 1; }
	export PGPORT_TEST
	export MIGRATE_TEST_PG="postgresql://tester@127.0.0.1:$PGPORT_TEST/postgres"
}

postgres_stop() {
	local dir=$1
	[ -f "$dir/data/postmaster.pid" ] &&
		postgres_as "$(postgres_bin)/pg_ctl" -D "$dir/data" -m immediate -w stop >/dev/null 2>&1
	rm -rf "$dir" "$dir.log"
}
