# Looking makes nothing and changes nothing: no table, no row, no file. And what cannot be written is
# left as it is.

load common

READING=("status" "current" "current -v" "history" "history -i" "history -r a:b" "heads" "branches" "show a" "check" "doctor" "upgrade --dry-run"
	"upgrade --sql" "upgrade a:b --sql" "downgrade b:a --sql" "stamp --sql a" "check --database" "check --changes" "current --check-heads" "show current")

@test "reading commands and --dry-run create nothing in an empty database" {
	table a ""
	table b a
	on_postgresql || : >"$DB"
	before=$(everything)
	for command in "${READING[@]}" "downgrade --dry-run"; do
		migrate $command
		[ "$status" -le 3 ] || expect_status 0
		expect_equal "$(everything)" "$before" || { echo "after: $command" && return 1; }
	done
}

@test "reading commands and --dry-run change nothing in a database that is behind" {
	table a ""
	table b a
	run_ok upgrade a
	before=$(everything)
	for command in "${READING[@]}" "downgrade --dry-run" "downgrade --sql"; do
		migrate $command
		[ "$status" = 0 ] || expect_status 3
		expect_equal "$(everything)" "$before" || { echo "after: $command" && return 1; }
	done
}

# bats test_tags=sqlite
@test "no command but upgrade and stamp makes a missing SQLite file" {
	table a ""
	table b a
	for command in "${READING[@]}" "downgrade --dry-run" downgrade ensure-version "edit a"; do
		EDITOR=true migrate $command
		[ ! -e "$DB" ] || { echo "made by: $command" && return 1; }
	done
	migrate status
	expect_status 1
	expect_has "$errors" test.db
	run_ok upgrade --dry-run
	expect_has "$output" "a"
	run_ok stamp a
	expect_has "$errors" 'created "test.db"'
	rm "$DB"
	run_ok upgrade
	expect_has "$errors" 'created "test.db"'
	expect_equal "$(rows)" b
}

# bats test_tags=sqlite
@test "a missing directory is not made for a database file" {
	table a ""
	sed -i 's/test.db/no\/where\/test.db/' migrator.yaml
	migrate upgrade
	expect_status 1
	expect_has "$errors" "no/where/test.db"
	[ ! -e no ]
}

# bats test_tags=sqlite
@test "a file that is no database, a directory, or empty" {
	table a ""
	echo "this is no database, but a text of more than a few bytes, so that it cannot pass for one" >"$DB"
	before=$(cat "$DB")
	migrate upgrade
	expect_status 1
	expect_has "$errors" "not a SQLite database"
	expect_equal "$(cat "$DB")" "$before"
	rm "$DB" && mkdir "$DB"
	migrate upgrade
	expect_status 1
	expect_has "$errors" "a directory"
	rmdir "$DB" && : >"$DB"
	run_ok upgrade
	expect_equal "$(rows)" a
}

# as_reader COMMAND...: migrate as somebody who may not write what root made.
as_reader() {
	chmod 755 "$DIR"
	status=0
	output=$(runuser -u nobody -- "$MIGRATE" "$@" 2>"$DIR/.stderr" </dev/null) || status=$?
	errors=$(cat "$DIR/.stderr")
}

# bats test_tags=sqlite
@test "a write-protected file, and a directory where nothing may be made" {
	[ "$(id -u)" = 0 ] && runuser -u nobody -- test -x "$MIGRATE" || skip "needs root and a program that all may run"
	table a ""
	table b a
	run_ok upgrade a
	before=$(everything)
	as_reader status
	expect_status 0
	expect_has "$output" "current   a"
	as_reader upgrade --dry-run
	expect_status 0
	as_reader upgrade
	expect_status 1
	expect_has "$errors" test.db
	expect_equal "$(everything)" "$before"
	chmod 666 "$DB"
	as_reader upgrade
	expect_status 1
	expect_has "$errors" "directory"
	expect_equal "$(rows)" a
	rm "$DB"
	as_reader upgrade
	expect_status 1
	expect_has "$errors" test.db
}

# bats test_tags=postgresql
@test "reading works where the role may only read" {
	table a ""
	table b a
	run_ok upgrade a
	sql "CREATE ROLE reader_$DB LOGIN; GRANT SELECT ON migrate_version, migrate_log TO reader_$DB"
	local url=${URL/tester@/reader_$DB@}
	run_ok -d "$url" status
	run_ok -d "$url" upgrade --dry-run
	migrate -d "$url" check
	expect_status 3
	migrate -d "$url" upgrade
	expect_status 1
	expect_has "$errors" "permission denied"
	expect_has "$errors" 42501
	expect_equal "$(rows)" a
	sql "DROP OWNED BY reader_$DB; DROP ROLE reader_$DB"
}

# bats test_tags=sqlite
@test "mode=ro in the URL of an SQLite file is kept: reading works, and what writes is refused" {
	table a ""
	for url in "sqlite:///$DB?mode=ro" "sqlite:///file:$DB?mode=ro&uri=true" "sqlite:///$DB?immutable=1"; do
		migrate -d "$url" status
		expect_status 1
		migrate -d "$url" upgrade
		expect_status 2
		[ ! -e "$DB" ]
		run_ok upgrade
		table b a
		for command in status current "upgrade --dry-run" "downgrade --dry-run" "history -i" "check --heads" "upgrade --sql"; do
			run_ok -d "$url" $command
		done
		before=$(everything)
		for command in upgrade downgrade "stamp base" ensure-version "upgrade b"; do
			migrate -d "$url" $command
			expect_status 2
			expect_has "$errors" "test.db"
			expect_has "$errors" "mode=ro"
			expect_equal "$(everything)" "$before"
		done
		rm "$DB" migrations/b.sql
	done
}

# bats test_tags=sqlite
@test "mode=rw in the URL of an SQLite file lets no file be made" {
	table a ""
	migrate -d "sqlite:///$DB?mode=rw" upgrade
	expect_status 1
	expect_has "$errors" "does not exist"
	[ ! -e "$DB" ]
	run_ok -d "sqlite:///$DB?mode=rwc" upgrade
	run_ok -d "sqlite:///$DB?mode=rw" downgrade
	migrate -d "sqlite:///$DB?mode=wr" status
	expect_status 2
	expect_has "$errors" "rwc"
}
