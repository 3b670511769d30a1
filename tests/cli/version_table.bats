# The version table and the log: taken over, named oddly, shared, and refused.
# bats file_tags=driver

load common

# named NAME: the version table is called so.
named() {
	sed -i '/^version_table:/d' migrator.yaml
	printf "version_table: '%s'\n" "${1//\'/\'\'}" >>migrator.yaml
}

# alembic LENGTH ROW...: the table that Alembic makes.
alembic() {
	local row
	sql "CREATE TABLE alembic_version (version_num VARCHAR($1) NOT NULL, CONSTRAINT alembic_version_pkc PRIMARY KEY (version_num))"
	shift
	for row in "$@"; do sql "INSERT INTO alembic_version VALUES ('$row')"; done
	named alembic_version
}

@test "a database that Alembic manages is taken over as it stands" {
	table ae1027a6acf0 ""
	table 27c6a30d7c24 ae1027a6acf0
	alembic 32 ae1027a6acf0
	run_ok current
	expect_has "$output" ae1027a6acf0
	run_ok upgrade head
	expect_equal "$(sql "SELECT version_num FROM alembic_version")" 27c6a30d7c24
	expect_equal "$(tables)" "alembic_version t_27c6a30d7c24"
	expect_equal "$(sql "SELECT version_table, revision FROM migrate_log")" "alembic_version|27c6a30d7c24"
	run_ok downgrade
	expect_equal "$(sql "SELECT version_num FROM alembic_version")" ae1027a6acf0
}

# bats test_tags=postgresql
@test "an id too long for Alembic's column is refused before anything runs, with the ALTER" {
	# SQLite has no limit on a VARCHAR(32).
	local long=a_revision_with_an_id_of_more_than_32_characters
	table a ""
	table "$long" a
	table c "$long"
	alembic 32
	for command in "upgrade head" "upgrade $long" "stamp $long" "upgrade --dry-run" "upgrade --sql" "stamp --sql $long"; do
		migrate $command
		expect_status 2
		expect_has "$errors" "$long"
		expect_has "$errors" 'ALTER TABLE "public"."alembic_version" ALTER COLUMN version_num TYPE VARCHAR(255);'
		expect_equal "$(tables)" alembic_version
	done
	run_ok upgrade a
	sql "$(printf '%s\n' "$errors" "ALTER TABLE \"public\".\"alembic_version\" ALTER COLUMN version_num TYPE VARCHAR(255);" | grep ^ALTER)"
	run_ok upgrade head
	expect_equal "$(sql "SELECT version_num FROM alembic_version")" c
}

@test "our own table takes ids of 255 bytes" {
	local long
	long=$(printf '%0255d' 0 | tr 0 x)
	revision short "" "SELECT 1;" ""
	printf -- '-- revision: %s\n-- down_revision: short\n-- migrate:upgrade\nSELECT 2;\n-- migrate:downgrade\n' "$long" >migrations/long.sql
	run_ok upgrade head
	expect_equal "$(rows)" "$long"
	run_ok downgrade
	expect_equal "$(rows)" short
}

@test "names with quotes, dots, semicolons, spaces and dollars, and of 63 bytes" {
	local name quoted
	table a ""
	table b a
	for name in 'a"b' a.b "a';--" "$(printf '%063d' 0 | tr 0 x)" 'Größe' select 'a b' "x'); DROP TABLE t_a; --" 'a\b' '%s'; do
		named "$name"
		quoted=${name//\"/\"\"}
		run_ok upgrade head
		expect_equal "$(sql "SELECT version_num FROM \"$quoted\"")" b
		run_ok downgrade
		run_ok --format json status
		expect_equal "$(json '.current | join(",")')" a
		run_ok stamp b
		run_ok stamp --purge a
		run_ok upgrade head
		run_ok check
		run_ok upgrade base:head --sql
		run_ok downgrade base
		expect_equal "$(sql "SELECT count(*) FROM \"$quoted\"")" 0
		expect_equal "$(sql "SELECT count(*) FROM migrate_log WHERE version_table = '${name//\'/\'\'}'")" 8
		sql "DROP TABLE \"$quoted\""
	done
	expect_equal "$(tables)" ""
}

# bats test_tags=sqlite
@test "SQLite's own names are refused before a file is made" {
	table a ""
	named sqlite_versions
	migrate upgrade head
	expect_status 2
	expect_has "$errors" "sqlite_versions"
	[ ! -e "$DB" ]
}

@test "a name of 64 bytes, an empty one, and the log's own are refused" {
	table a ""
	for name in "$(printf '%064d' 0 | tr 0 x)" "" migrate_log Migrate_Log; do
		named "$name"
		migrate upgrade head
		expect_status 2
		expect_has "$errors" "migrator.yaml:4:"
	done
	expect_equal "$(tables)" ""
}

# bats test_tags=postgresql
@test "the configured schema holds both tables, whatever search_path says" {
	# SQLite has one schema.
	sql 'CREATE SCHEMA "Odd.Schema"; CREATE SCHEMA other'
	echo 'version_table_schema: Odd.Schema' >>migrator.yaml
	revision a "" "SET search_path = other; CREATE TABLE here (id int);" "DROP TABLE other.here;"
	table b a
	run_ok upgrade head
	expect_equal "$(sql "SELECT schemaname, tablename FROM pg_tables WHERE tablename NOT LIKE 't%' AND schemaname NOT IN ('pg_catalog', 'information_schema') ORDER BY 2")" \
		$'other|here\nOdd.Schema|migrate_log\nOdd.Schema|migrate_version'
	run_ok check
	run_ok downgrade base
	expect_equal "$(sql 'SELECT count(*) FROM "Odd.Schema".migrate_version')" 0
}

@test "a configured schema that is missing is named, and not made" {
	table a ""
	echo 'version_table_schema: nowhere' >>migrator.yaml
	migrate upgrade head
	[ "$status" = 1 ] || expect_status 2
	expect_has "$errors" nowhere
	expect_equal "$(tables)" ""
}

# bats test_tags=postgresql
@test "the tables stay where they were found when the role's search_path changes" {
	table a ""
	revision b a "CREATE SCHEMA first; SELECT 1;" "DROP SCHEMA first;"
	table c b
	run_ok upgrade b
	sql "ALTER DATABASE $DB SET search_path = first, public"
	run_ok upgrade head
	expect_equal "$(sql "SELECT version_num FROM public.migrate_version")" c
	expect_equal "$(sql "SELECT count(*) FROM pg_tables WHERE tablename LIKE 'migrate%'")" 2
}

@test "a table of another shape is refused and stays as it is" {
	table a ""
	sql "CREATE TABLE migrate_version (id INTEGER, version_num VARCHAR(255)); INSERT INTO migrate_version VALUES (1, 'x')"
	for command in upgrade "upgrade --dry-run" status current "stamp a" ensure-version check downgrade; do
		migrate $command
		expect_status 2
		expect_has "$errors" migrate_version
	done
	expect_equal "$(sql "SELECT * FROM migrate_version")" "1|x"
	expect_equal "$(tables)" ""
}

@test "a version table of numbers is refused, of any type of text taken" {
	table 007 ""
	local type
	for type in INTEGER BIGINT NUMERIC REAL; do
		sql "CREATE TABLE migrate_version (version_num $type)"
		for command in upgrade status current "stamp 007" check; do
			migrate $command
			expect_status 2
			expect_has "$errors" migrate_version
		done
		sql "DROP TABLE migrate_version"
	done
	for type in TEXT "VARCHAR(32)" "CHARACTER VARYING(255)"; do
		sql "CREATE TABLE migrate_version (version_num $type)"
		run_ok upgrade
		at 007
		run_ok downgrade
		sql "DROP TABLE migrate_version"
	done
}

@test "a view, or a log of another shape, is refused" {
	table a ""
	sql "CREATE VIEW migrate_version AS SELECT 'a' AS version_num"
	migrate upgrade
	expect_status 2
	expect_has "$errors" "a view"
	sql "DROP VIEW migrate_version; CREATE TABLE migrate_log (id INTEGER)"
	for command in upgrade status check "stamp a" ensure-version; do
		migrate $command
		expect_status 2
		expect_has "$errors" migrate_log
	done
	expect_equal "$(tables)" ""
}

@test "two version tables share one log and do not see each other" {
	table a ""
	table b a
	run_ok upgrade head
	mkdir other
	revision x "" "CREATE TABLE t_x (id INTEGER);" "DROP TABLE t_x;"
	mv migrations/x.sql other/
	sed 's/^versions:.*/versions: other/' migrator.yaml >other.yaml
	echo 'version_table: other_version' >>other.yaml
	run_ok -c other.yaml upgrade
	expect_equal "$(rows)" b
	expect_equal "$(sql "SELECT version_num FROM other_version")" x
	expect_equal "$(sql "SELECT version_table, revision FROM migrate_log ORDER BY version_table, id")" \
		$'migrate_version|a\nmigrate_version|b\nother_version|x'
	run_ok check
	run_ok -c other.yaml check
	run_ok -c other.yaml downgrade base
	expect_equal "$(rows)" b
}

@test "the log tells what ran, when, by whom, with which tool, and the SQL itself" {
	revision a "" $'-- it\'s "quoted" \\ and a tab\t\nCREATE TABLE t_a (id INTEGER);' $'DROP TABLE t_a; -- gone'
	run_ok upgrade
	run_ok downgrade
	run_ok stamp a
	expect_equal "$(sql "SELECT id, version_table, revision, direction, outcome FROM migrate_log ORDER BY id")" \
		$'1|migrate_version|a|upgrade|applied\n2|migrate_version|a|downgrade|applied\n3|migrate_version|a|stamp|applied'
	expect_equal "$(sql "SELECT count(*) FROM migrate_log WHERE started_at <= finished_at AND applied_by LIKE '_%@_%' AND tool_version = '$("$MIGRATE" --version)'")" 3
	expect_has "$(sql "SELECT sql FROM migrate_log WHERE id = 1")" $'-- it\'s "quoted" \\ and a tab\t\nCREATE TABLE t_a (id INTEGER);'
	expect_has "$(sql "SELECT sql FROM migrate_log WHERE id = 2")" 'DROP TABLE t_a; -- gone'
	expect_equal "$(sql "SELECT count(*) FROM migrate_log WHERE checksum LIKE 'sha256:%' AND length(checksum) = 71")" 2
	if on_sqlite; then
		expect_equal "$(sql "SELECT count(*) FROM migrate_log WHERE abs(julianday('now') - julianday(started_at)) < 0.01")" 3
	else
		expect_equal "$(sql "SELECT count(*) FROM migrate_log WHERE now() - started_at < interval '10 minutes'")" 3
	fi
}

@test "ensure-version makes both tables once" {
	table a ""
	on_postgresql || : >"$DB"
	run_ok ensure-version
	expect_equal "$(rows)" ""
	expect_equal "$(sql "SELECT count(*) FROM migrate_log")" 0
	before=$(everything)
	run_ok ensure-version
	expect_equal "$(everything)" "$before"
	run_ok upgrade head
	run_ok ensure-version
	expect_equal "$(rows)" a
}

@test "a row that is NULL: status 2, and the statement that removes it" {
	sql "CREATE TABLE migrate_version (version_num VARCHAR(255))"
	sql "INSERT INTO migrate_version VALUES (NULL)"
	table a ""
	migrate upgrade
	expect_status 2
	statement=$(sed -n 's/.*Delete it: //p' <<<"$errors")
	sql "$statement"
	run_ok upgrade
	expect_equal "$(rows)" a
}

@test "a row that stands twice: status 2, and the statement that leaves one" {
	table a ""
	table b a
	sql "CREATE TABLE migrate_version (version_num VARCHAR(255))"
	run_ok upgrade a
	sql "INSERT INTO migrate_version VALUES ('a')"
	for command in upgrade downgrade status "stamp b"; do
		# shellcheck disable=SC2086
		migrate $command
		expect_status 2
		expect_has "$errors" "row \"a\" twice"
		at "a a"
	done
	sql "$(sed -n 's/.*Delete the others: //p' <<<"$errors")"
	at a
	run_ok upgrade
	at b
}
