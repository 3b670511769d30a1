# Drift: each run keeps the schema that it leaves; what was changed by hand since is named.

load common

setup_project() {
	echo "drift: true" >>migrator.yaml
	revision a "" "CREATE TABLE t_a (id INTEGER PRIMARY KEY, name TEXT DEFAULT 'a \\	b');
CREATE INDEX i_a ON t_a (name);" "DROP TABLE t_a;"
	table b a
}

# named TABLE: as the database writes it.
named() { if on_sqlite; then echo "$1"; else echo "public.$1"; fi; }

# by_hand: what nobody should do.
by_hand() { sql "ALTER TABLE t_a ADD COLUMN extra INTEGER; DROP INDEX i_a"; }

# schema TEXT: status says so of the schema.
schema() {
	run_ok status
	expect_has "$output" $'\nschema    '"$1"
}

same() { schema $'as the last run left it\n'; }
changed() { schema "changed since the last run: $1 object"; }
outdated() { schema $'not known: the last run did not record it\n'; }

records() { sql_line "SELECT count(*) FROM migrate_log WHERE outcome = 'schema'"; }

# fail_to_record, record_again: a trigger keeps the schema's record from being written.
fail_to_record() {
	if on_sqlite; then
		sql "CREATE TRIGGER no_record BEFORE INSERT ON migrate_log WHEN NEW.outcome = 'schema' BEGIN SELECT RAISE(ABORT, 'no room'); END"
	else
		sql "CREATE FUNCTION no_record() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN ${1:-RAISE EXCEPTION ''no room''}; RETURN NEW; END';
			CREATE TRIGGER no_record BEFORE INSERT ON migrate_log FOR EACH ROW WHEN (NEW.outcome = 'schema') EXECUTE FUNCTION no_record()"
	fi
}
record_again() {
	if on_sqlite; then
		sql "DROP TRIGGER no_record"
	else
		sql "DROP FUNCTION no_record CASCADE"
	fi
}

@test "as the runs leave it, up and down, the schema has not changed" {
	setup_project
	run_ok upgrade a
	same
	run_ok upgrade
	same
	run_ok downgrade
	same
	run_ok check --drift
	expect_equal "$output" ""
	expect_has "$errors" "nothing found"
	run_ok status --format json
	json '.drift.state == "none" and .drift.changes == [] and .drift.diff == null'
	json '.drift.recorded_at | test("^[0-9-]+ [0-9:]+[+]00:00$")'
	json '.drift.recorded_by | length > 0'
}

@test "a column that was added and an index that was dropped by hand are named" {
	setup_project
	run_ok upgrade
	by_hand
	schema "changed since the last run: 2 objects (index $(named t_a).i_a is missing; column $(named t_a).extra is new)"
	expect_has "$errors" 'hint: "migrate status -v" shows how it changed'
	run_ok status -v
	expect_has "$output" $'\n--- the last run\n+++ the database\n@@ '
	expect_has "$output" "-CREATE INDEX i_a ON $(named t_a)"
	migrate check --drift
	expect_status 3
	expect_has "$output" "migrate: the schema is not as the last run left it: index $(named t_a).i_a is missing"
	expect_has "$output" "migrate: the schema is not as the last run left it: column $(named t_a).extra is new"
	expect_has "$output" $'\n--- the last run\n+++ the database\n@@ '
	expect_has "$output" 'hint: Undo it by hand'
	expect_has "$errors" "2 findings"
	run_ok status --format json
	expect_equal "$(json '.drift.state, (.drift.changes | length)')" $'found\n2'
	json '.drift.diff | startswith("--- the last run\n+++ the database\n@@")'
}

@test "what is undone by hand is no drift, nor is another order of the columns" {
	setup_project
	run_ok upgrade
	by_hand
	changed 2
	sql "ALTER TABLE t_a DROP COLUMN extra; CREATE INDEX i_a ON t_a (name)"
	same
	sql "DROP TABLE t_b; DROP TABLE t_a; CREATE TABLE t_a (name TEXT DEFAULT 'a \	b', id INTEGER PRIMARY KEY);
		CREATE INDEX i_a ON t_a (name); CREATE TABLE t_b (id INTEGER PRIMARY KEY)"
	same
}

@test "many objects are counted, and the first of them named" {
	setup_project
	run_ok upgrade
	sql "CREATE TABLE m1 (id INTEGER); CREATE TABLE m2 (id INTEGER); CREATE TABLE m3 (id INTEGER);
		CREATE TABLE m4 (id INTEGER); CREATE TABLE m5 (id INTEGER)"
	schema "changed since the last run: 5 objects (table $(named m1) is new; table $(named m2) is new; table $(named m3) is new; and 2 more)"
	migrate check --drift
	expect_status 3
	expect_has "$errors" "5 findings"
}

@test "each format of check has a finding for each object" {
	setup_project
	run_ok upgrade
	by_hand
	migrate check --drift --format json
	expect_status 3
	expect_equal "$(json '[.findings[].check] | join(" ")')" "drift drift"
	json '.findings[0].fix == "migrate repair --schema" and (.findings[1].diff | contains("extra"))'
	migrate check --drift --format github
	expect_status 3
	expect_equal "$(grep -c '^::error file=migrator.yaml,line=1,title=migrate check drift::' <<<"$output")" 2
	migrate check --drift --format gitlab
	expect_status 3
	json '[.[].check_name] == ["drift", "drift"] and (.[0].fingerprint != .[1].fingerprint)'
	migrate check --drift --format sarif
	expect_status 3
	json '.runs[0] | [.results[].ruleId] == ["drift", "drift"] and .tool.driver.rules[.results[0].ruleIndex].id == "drift"'
	migrate check --drift --format junit
	expect_status 3
	expect_equal "$(grep -c '<failure type="drift"' <<<"$output")" 2
	expect_has "$output" "+++ the database"
}

@test "check without options has it among its checks, where the configuration asks for it" {
	setup_project
	run_ok upgrade
	run_ok check
	by_hand
	migrate check
	expect_status 3
	expect_has "$output" "column $(named t_a).extra is new"
	run_ok check --changes --database
	sed -i '/^drift/d' migrator.yaml
	run_ok check
	run_ok status
	expect_lacks "$output" $'\nschema'
	run_ok status --format json
	json 'has("drift") and .drift == null'
	refused 2 "the configuration does not ask for drift" check --drift
	expect_has "$errors" 'Add "drift: true" to migrator.yaml.'
	refused 2 "the configuration does not ask for drift" repair --schema
}

@test "what no run has recorded is not compared, and check warns of that" {
	setup_project
	sed -i 's/^drift: true/drift: false/' migrator.yaml
	run_ok upgrade a
	expect_equal "$(records)" 0
	sed -i 's/^drift: false/drift: true/' migrator.yaml
	schema "not known: no run has recorded it yet"
	expect_has "$errors" '"migrate repair --schema" does so now.'
	run_ok check --drift -q
	expect_has "$errors" "warning: the schema was not compared: no run has recorded it yet"
	run_ok check --drift --format json
	json '.ok and (.warnings | length == 1)'
	run_ok repair --schema
	same
	expect_equal "$(records)" 1
	sql "DELETE FROM migrate_log WHERE outcome = 'schema'"
	run_ok upgrade
	same
}

@test "repair --schema accepts the schema as it is" {
	setup_project
	run_ok upgrade
	by_hand
	before=$(everything)
	run_ok repair --schema --dry-run
	expect_has "$output" "column $(named t_a).extra is new"
	expect_has "$output" "+++ the database"
	expect_equal "$(everything)" "$before"
	changed 2
	run_ok repair --schema --format json
	json '.changed and .drift.state == "found" and (.drift.changes | length == 2) and .repaired == []'
	same
	run_ok repair --schema
	expect_has "$errors" "nothing to accept: the schema is as the last run left it"
	refused 2 "repair takes revisions, --all or --schema, one of them" repair --schema --all
	refused 2 "repair takes revisions, --all or --schema, one of them" repair --schema a
	at b
}

@test "repair --schema makes no tables" {
	setup_project
	[ "$TEST_DATABASE" = postgresql ] || sql "CREATE TABLE mine (id INTEGER)"
	refused 2 "there is no log to record the schema in" repair --schema
	expect_lacks "$(everything)" migrate_log
	run_ok ensure-version
	run_ok repair --schema
	same
}

@test "a stamp says that the schema is right" {
	setup_project
	sql "CREATE TABLE t_a (id INTEGER)"
	run_ok stamp a
	same
	sql "CREATE TABLE t_b (id INTEGER)"
	changed 1
	run_ok stamp b
	same
}

@test "the log grows by one record, whatever runs there were" {
	setup_project
	run_ok upgrade a
	for _ in 1 2 3; do
		run_ok upgrade
		run_ok downgrade
	done
	run_ok repair --schema
	expect_equal "$(records)" 1
	expect_equal "$(sql_line "SELECT count(*) FROM migrate_log WHERE outcome <> 'schema'")" 7
	before=$(sql_line "SELECT max(id) FROM migrate_log")
	run_ok upgrade a
	run_ok upgrade --dry-run
	run_ok status
	expect_equal "$(sql_line "SELECT max(id) FROM migrate_log")" "$before"
}

@test "the record is none of a revision: nothing else is read from it" {
	setup_project
	run_ok upgrade
	run_ok status --format json
	json '.up_to_date and .changed == [] and .unknown == [] and .half_done == []'
	run_ok current
	expect_equal "$output" "b (head)"
	run_ok repair --all
	expect_has "$errors" "nothing was edited"
	run_ok downgrade base
	run_ok upgrade
	run_ok history -i
	run_ok doctor
	at b
}

@test "a record that is older than the last run is told as that, and is no drift" {
	setup_project
	run_ok upgrade a
	sed -i 's/^drift: true/drift: false/' migrator.yaml
	run_ok upgrade
	sed -i 's/^drift: false/drift: true/' migrator.yaml
	outdated
	run_ok check --drift
	expect_has "$errors" "warning: the schema was not compared: the last run did not record it"
	run_ok status --format json
	json '.drift.state == "outdated" and .drift.changes == []'
	run_ok downgrade
	same
}

@test "so it is where another tool has moved the version table" {
	setup_project
	run_ok upgrade a
	sql "CREATE TABLE t_b (id INTEGER); UPDATE migrate_version SET version_num = 'b'"
	outdated
}

@test "a run that cannot record the schema has succeeded" {
	setup_project
	run_ok upgrade a
	fail_to_record
	run_ok upgrade
	expect_has "$errors" "warning: the schema that this run has left is not recorded:"
	expect_has "$errors" "no room"
	at b
	outdated
	expect_equal "$(records)" 1
	record_again
	run_ok repair --schema
	same
}

# bats test_tags=postgresql
@test "a run that is killed before it has recorded the schema leaves an older record" {
	# SQLite has no function that waits.
	setup_project
	run_ok upgrade a
	fail_to_record "PERFORM pg_sleep(60)"
	"$MIGRATE" upgrade >/dev/null 2>&1 </dev/null 3>&- &
	pid=$!
	sleeps() { [ "$(sql "SELECT count(*) FROM pg_stat_activity WHERE wait_event = 'PgSleep' AND datname = current_database()")" = 1 ]; }
	soon sleeps
	kill -9 $pid
	wait $pid || true
	record_again
	at b
	outdated
	run_ok check --drift
	run_ok downgrade
	same
}

@test "a run that failed does not record: what it has left is not known" {
	setup_project
	revision c b "CREATE TABLE t_b (id INTEGER);" "SELECT 1;"
	run_ok upgrade a
	migrate upgrade
	expect_status 1
	at b
	outdated
}

@test "with one transaction for the run, and with scripts in parts" {
	setup_project
	echo "transaction: run" >>migrator.yaml
	run_ok upgrade
	same
	sed -i '/^transaction/d' migrator.yaml
	revision c b "CREATE TABLE t_c (id INTEGER);" "DROP TABLE t_c;"
	sed -i 's/^-- migrate:upgrade/& transaction=off/' migrations/c.sql
	run_ok upgrade
	same
	sql "DROP TABLE t_c"
	changed 1
}

@test "a version table by another name has a record of its own" {
	setup_project
	run_ok upgrade a
	cp migrator.yaml other.yaml
	echo "version_table: other_version" >>other.yaml
	mkdir other
	sed -i 's/^versions: .*/versions: other/' other.yaml
	sed 's/t_a/t_o/g; s/i_a/i_o/; s/revision: a/revision: o/' migrations/a.sql >other/o.sql
	run_ok -c other.yaml upgrade
	run_ok -c other.yaml status
	expect_has "$output" "as the last run left it"
	expect_equal "$(records)" 2
	# The other one's tables are no less changed by hand than others, for who does not know of them.
	migrate check --drift
	expect_status 3
	expect_has "$output" "table $(named t_o) is new"
	run_ok repair --schema
	same
	expect_equal "$(records)" 2
}

# bats test_tags=postgresql
@test "a version table in a schema of its own, read by a role that may only read" {
	setup_project
	echo "version_table_schema: meta" >>migrator.yaml
	sql "CREATE SCHEMA meta"
	run_ok upgrade
	same
	sql "CREATE TABLE meta.mine (id INTEGER)"
	changed 1
	psql_admin -c "CREATE ROLE reader_$DB LOGIN"
	sql "GRANT USAGE ON SCHEMA meta TO reader_$DB; GRANT SELECT ON ALL TABLES IN SCHEMA meta TO reader_$DB"
	migrate check --drift -d "${URL/tester@/reader_$DB@}"
	sql "DROP OWNED BY reader_$DB" && psql_admin -c "DROP ROLE reader_$DB"
	expect_status 3
	expect_has "$output" "table meta.mine is new"
}

@test "what another version has recorded is not compared" {
	setup_project
	run_ok upgrade
	sql "UPDATE migrate_log SET sql = replace(sql, 'migrate schema 1', 'migrate schema 2'), checksum = 'other' WHERE outcome = 'schema'"
	schema "not known: no run has recorded it yet"
	expect_has "$errors" "warning: another version of migrate has recorded the schema"
	run_ok repair --schema
	same
}

# bats test_tags=postgresql
@test "without the key no query is made for it" {
	local with without plain
	own_server "log_statement = all"
	statements() {
		local before
		before=$(grep -c 'LOG:  statement' "$SERVER/server.log")
		run_ok "$@"
		echo $(($(grep -c 'LOG:  statement' "$SERVER/server.log") - before))
	}
	setup_project
	run_ok upgrade
	with=$(statements status)
	sed -i 's/^drift: true/drift: false/' migrator.yaml
	without=$(statements status)
	sed -i '/^drift/d' migrator.yaml
	plain=$(statements status)
	expect_equal "$without" "$plain"
	[ "$with" -gt "$without" ] || { echo "$with statements with, $without without" && return 1; }
	expect_lacks "$(tail -n 5 "$SERVER/server.log")" "outcome OPERATOR(pg_catalog.=) 'schema'"
}

@test "the example of drift in migrate(1) works" {
	echo "drift: true" >>migrator.yaml
	revision a "" "CREATE TABLE notes (id INTEGER PRIMARY KEY, text TEXT);" "DROP TABLE notes;"
	run_ok upgrade
	sql "ALTER TABLE notes ADD COLUMN pinned INTEGER"
	migrate check --drift
	expect_status 3
	expect_has "$output" "migrate: the schema is not as the last run left it: column $(named notes).pinned is new"
	on_postgresql || expect_has "$output" $'+\tpinned INTEGER'
}
