# Edited scripts: what was edited is shown where it is needed; `repair` accepts it.

load common

setup_project() {
	table a ""
	table b a
	run_ok upgrade head
	table c b
}

edit() { sed -i "s/^CREATE TABLE t_$1 .*/CREATE TABLE t_$1 (id INTEGER PRIMARY KEY, t TEXT);/" "migrations/$1.sql"; }
log() { sql "SELECT revision, direction, outcome FROM migrate_log ORDER BY id" | tr '\n' ' ' | sed 's/ $//'; }
changed() {
	run_ok --format json status
	json '.changed | join(",")'
}

EDIT='@@ -7 +7 @@
-CREATE TABLE t_a (id INTEGER PRIMARY KEY);
+CREATE TABLE t_a (id INTEGER PRIMARY KEY, t TEXT);'

@test "status -v shows the edit, status alone says how to see it" {
	setup_project
	edit a
	run_ok status
	expect_lacks "$output" "@@"
	expect_has "$errors" '"migrate status -v" shows what was edited'
	expect_has "$errors" '"migrate repair" accepts'
	run_ok status -v
	expect_has "$output" "--- migrate_log[a]"
	expect_has "$output" "+++ migrations/a.sql"
	expect_has "$output" "$EDIT"
	run_ok status -q
	expect_equal "$errors" ""
}

@test "the edit is a unified diff that patch can undo" {
	command -v patch >/dev/null || skip "no patch"
	revision a "" $'CREATE TABLE a (\n\ti INTEGER,\n\tj INTEGER\n);\n\nINSERT INTO a VALUES (1, 1);\nINSERT INTO a VALUES (2, 2);' "DROP TABLE a;"
	cp migrations/a.sql before
	run_ok upgrade
	sed -i -e 's/j INTEGER/j INTEGER NOT NULL/' -e '/(2, 2)/d' migrations/a.sql
	sed -i '7i -- why' migrations/a.sql
	run_ok status -v
	printf '%s\n' "$output" | sed -n '/^--- /,$p' | patch -s -R -p0 migrations/a.sql
	diff before migrations/a.sql
	expect_equal "$(changed)" ""
}

@test "JSON has when and by whom it was applied, and the diff" {
	setup_project
	edit a
	USER=ana run_ok upgrade c
	run_ok --format json status
	expect_equal "$(json '.changes | length')" 1
	expect_equal "$(json '.changes[0].revision')" a
	expect_equal "$(json '.changes[0].file')" migrations/a.sql
	json '.changes[0].applied_at' | grep -Eq '^2[0-9]{3}-[0-9]{2}-[0-9]{2} [0-9:]{8}\+00:00$'
	expect_has "$(json '.changes[0].applied_by')" "@"
	expect_has "$(json '.changes[0].diff')" "$EDIT"
	migrate --format json check --changes
	expect_has "$(json '.findings[0].diff')" "$EDIT"
}

@test "check shows the first lines of an edit, and with -v all" {
	local lines
	lines=$(seq 1 100 | sed 's/.*/SELECT &;/')
	revision a "" "$lines" ""
	run_ok upgrade
	sed -i 's/^SELECT /SELECT 1 + /' migrations/a.sql
	migrate check --changes
	expect_status 3
	expect_has "$output" "-SELECT 1;"
	expect_has "$output" 'migrate repair a'
	expect_has "$output" "more lines with --verbose"
	expect_lacks "$output" "+SELECT 1 + 100;"
	migrate check --changes -v
	expect_has "$output" "+SELECT 1 + 100;"
}

@test "upgrade names the command that shows the edit, --strict the ways out" {
	setup_project
	edit a
	run_ok upgrade --dry-run
	expect_has "$errors" '"migrate status -v" shows what was edited'
	expect_lacks "$errors" "@@"
	migrate upgrade --strict
	expect_status 2
	expect_has "$errors" '"migrate repair a"'
	edit b
	migrate upgrade --strict
	expect_has "$errors" '"migrate repair --all"'
}

@test "nothing in an edit steers the terminal" {
	setup_project
	printf '%s\n' "$(cat migrations/a.sql)" | sed $'s/^CREATE TABLE t_a.*/& -- \033[2J\r\u202e/' >edited
	mv edited migrations/a.sql
	run_ok status -v
	expect_has "$output" '-- \x1b[2J\x0d'
	expect_lacks "$output$errors" $'\033'
	expect_lacks "$output$errors" $'\u202e'
	run_ok --format json status
	expect_lacks "$output" $'\033'
}

@test "repair accepts one edit, and what is edited later is noticed again" {
	setup_project
	edit a
	edit b
	run_ok repair a
	expect_has "$errors" "repaired a, Revision a"
	expect_has "$errors" "1 edit accepted"
	expect_equal "$(changed)" b
	expect_equal "$(log)" "a|upgrade|applied b|upgrade|applied a|upgrade|repaired"
	diff <(sql "SELECT sql FROM migrate_log WHERE outcome = 'repaired'") <(cat migrations/a.sql && echo)
	expect_equal "$(tables)" "t_a t_b"
	expect_equal "$(rows)" b
	sed -i 's/t TEXT/u TEXT/' migrations/a.sql
	expect_equal "$(changed)" a,b
	run_ok status -v
	expect_has "$output" $'-CREATE TABLE t_a (id INTEGER PRIMARY KEY, t TEXT);\n+CREATE TABLE t_a (id INTEGER PRIMARY KEY, u TEXT);'
	run_ok repair a b
	expect_equal "$(changed)" ""
	run_ok upgrade --strict
	run_ok check
}

@test "what has run stays known after a repair: when, and by whom" {
	setup_project
	sql "UPDATE migrate_log SET applied_by = 'ana@laptop', finished_at = '2026-01-02 03:04:05' WHERE revision = 'a'"
	edit a
	run_ok repair a
	sed -i 's/t TEXT/u TEXT/' migrations/a.sql
	run_ok --format json status
	expect_equal "$(json '.changes[0].applied_by')" ana@laptop
	expect_equal "$(json '.changes[0].applied_at')" "2026-01-02 03:04:05+00:00"
}

@test "repair --all accepts every edit, --dry-run shows them and changes nothing" {
	setup_project
	edit a
	edit b
	before=$(log)
	run_ok repair --all --dry-run
	expect_has "$output" "repair a, Revision a"
	expect_has "$output" "$EDIT"
	expect_has "$errors" "2 edits would be accepted"
	expect_equal "$(log)" "$before"
	expect_equal "$(changed)" a,b
	run_ok repair --all
	expect_has "$errors" "2 edits accepted"
	expect_equal "$(changed)" ""
	expect_equal "$(log)" "$before a|upgrade|repaired b|upgrade|repaired"
	run_ok repair --all
	expect_has "$errors" "nothing was edited"
	expect_equal "$(log)" "$before a|upgrade|repaired b|upgrade|repaired"
}

@test "repair in JSON" {
	setup_project
	edit a
	run_ok --format json repair a b --dry-run
	expect_equal "$(json '.command')" repair
	expect_equal "$(json '.dry_run')" true
	expect_equal "$(json '.changed == false')" true
	expect_equal "$(json '.repaired | map(.revision) | join(",")')" a
	expect_equal "$(json '.unchanged | join(",")')" b
	expect_has "$(json '.repaired[0].diff')" "$EDIT"
	run_ok --format json repair a b
	expect_equal "$(json '.changed')" true
	run_ok --format json repair a
	expect_equal "$(json '.changed == false')" true
	expect_equal "$(json '.unchanged | join(",")')" a
}

@test "a revision is named as anywhere else" {
	setup_project
	edit a
	edit b
	run_ok repair current
	expect_equal "$(changed)" a
	run_ok repair b-1
	expect_equal "$(changed)" ""
}

@test "repair refuses what is unknown or not applied, and then accepts nothing" {
	setup_project
	edit a
	edit c
	before=$(log)
	migrate repair a nowhere
	expect_status 2
	expect_has "$errors" nowhere
	migrate repair a c
	expect_status 2
	expect_has "$errors" "revision c is not applied"
	migrate --format json repair a c
	expect_equal "$(json .error.code)" refused
	migrate repair a base
	expect_status 2
	migrate repair
	expect_status 2
	expect_has "$errors" "--all"
	migrate repair a --all
	expect_status 2
	expect_equal "$(log)" "$before"
	expect_equal "$(changed)" a
}

@test "repair makes no database and no tables" {
	table a ""
	migrate repair a
	if on_sqlite; then
		expect_status 1
		expect_equal "$(ls -A | grep -c '\.db')" 0
	else
		expect_status 2
		expect_equal "$(sql "SELECT count(*) FROM pg_tables WHERE tablename LIKE 'migrate%'")" 0
	fi
}

@test "repair waits for the lock" {
	setup_project
	edit a
	sed -i 's/lock_wait: .*/lock_wait: 100ms/' migrator.yaml
	if on_sqlite; then
		sqlite3 "$DB" "BEGIN IMMEDIATE" ".shell touch '$DIR/held'; while [ ! -e '$DIR/enough' ]; do sleep 0.05; done" >/dev/null 3>&- &
	else
		revision d c "SELECT pg_sleep(30);" ""
		"$MIGRATE" upgrade d >/dev/null 2>&1 3>&- &
	fi
	local pid=$! i
	for ((i = 0; i < 100; i++)); do
		if on_sqlite; then [ -e held ] && break; else
			[ "$(psql_admin -A -t -c "SELECT count(*) FROM pg_stat_activity WHERE datname = '$DB' AND wait_event = 'PgSleep'")" != 0 ] && break
		fi
		sleep 0.05
	done
	migrate repair a
	touch enough
	on_sqlite || kill $pid
	wait $pid || true
	expect_status 4
	run_ok repair a
	expect_equal "$(changed)" ""
}

@test "a repaired revision goes down and up again as it is now" {
	setup_project
	edit b
	run_ok repair b
	run_ok downgrade a
	run_ok upgrade b
	expect_equal "$(changed)" ""
	if on_sqlite; then
		expect_has "$(sql "SELECT sql FROM sqlite_master WHERE name = 't_b'")" "t TEXT"
	else
		expect_equal "$(sql "SELECT count(*) FROM information_schema.columns WHERE table_name = 't_b'")" 2
	fi
	edit b
	sed -i 's/t TEXT/u TEXT/' migrations/b.sql
	expect_equal "$(changed)" b
}

@test "an edit of the header or the downgrade section is none of what has run" {
	setup_project
	sed -i -e 's/^DROP TABLE t_a;/DROP TABLE IF EXISTS t_a;/' -e '1s/.*/-- Another message/' migrations/a.sql
	expect_equal "$(changed)" ""
	run_ok repair a
	expect_has "$errors" "a was not edited"
}

@test "a revision that a stamp took away is not changed" {
	setup_project
	run_ok stamp a
	edit b
	expect_equal "$(changed)" ""
	migrate repair b
	expect_status 2
	expect_has "$errors" "revision b is not applied"
}

@test "a checksum of another algorithm is compared by the text" {
	setup_project
	sql "UPDATE migrate_log SET checksum = 'blake9:00ff' WHERE revision = 'a'"
	expect_equal "$(changed)" ""
	edit a
	expect_equal "$(changed)" a
	run_ok repair a
	expect_equal "$(changed)" ""
}

@test "a record that holds the upgrade section alone is compared as well" {
	setup_project
	sql "UPDATE migrate_log SET sql = 'CREATE TABLE t_a (id INTEGER PRIMARY KEY);' WHERE revision = 'a'"
	expect_equal "$(changed)" ""
	edit a
	run_ok status -v
	expect_has "$output" $'@@ -1 +7 @@\n-CREATE TABLE t_a (id INTEGER PRIMARY KEY);\n+CREATE TABLE t_a (id INTEGER PRIMARY KEY, t TEXT);'
	run_ok repair a
}

@test "without a text in the log an edit is told and not shown" {
	setup_project
	sql "UPDATE migrate_log SET sql = NULL WHERE revision = 'a'"
	edit a
	run_ok status -v
	expect_has "$output" "changed   a"
	expect_lacks "$output" "@@"
	run_ok --format json status
	expect_equal "$(json '.changes[0].diff == null')" true
	run_ok repair a
	expect_equal "$(changed)" ""
}

@test "repair concerns one version table of several" {
	setup_project
	mkdir other
	printf 'database_url: %s\nversions: other\nversion_table: other_version\n' "$URL" >other.yaml
	cp migrations/a.sql other/a.sql
	sed -i 's/t_a/o_a/' other/a.sql
	run_ok -c other.yaml upgrade
	edit a
	sed -i 's/o_a (id/o_a (ie/' other/a.sql
	run_ok repair a
	expect_equal "$(changed)" ""
	run_ok -c other.yaml --format json status
	expect_equal "$(json '.changed | join(",")')" a
}

@test "a revision that stopped half way is not repaired, and says what was edited" {
	revision r "" $'CREATE TABLE a (i INTEGER);\nVACUUM;\nINSERT INTO nowhere VALUES (1);' -
	migrate upgrade
	expect_status 5
	revision r "" $'CREATE TABLE a (i INTEGER, j INTEGER);\nVACUUM;\nCREATE TABLE nowhere (i INTEGER);' -
	migrate upgrade
	expect_status 2
	expect_has "$errors" "edited in a part that has run"
	expect_has "$errors" "detail: @@ -7,2 +7,2 @@"
	expect_has "$errors" "detail: -CREATE TABLE a (i INTEGER);"
	expect_has "$errors" "detail: +CREATE TABLE a (i INTEGER, j INTEGER);"
	expect_lacks "$errors" nowhere
	migrate repair r
	expect_status 2
	expect_has "$errors" "revision r stopped half way"
	migrate repair --all --dry-run
	expect_status 0
	revision r "" $'CREATE TABLE a (i INTEGER);\nVACUUM;\nCREATE TABLE nowhere (i INTEGER);' -
	run_ok upgrade
	expect_equal "$(rows)" r
	sed -i 's/(i INTEGER);/(i INTEGER, j INTEGER);/' migrations/r.sql
	run_ok repair r
	expect_equal "$(changed)" ""
	run_ok status
	expect_lacks "$output" "half done"
}

@test "a downgrade that stopped half way keeps its revision from being repaired" {
	revision r "" "CREATE TABLE a (i INTEGER);" $'DROP TABLE a;\nVACUUM;\nDROP TABLE nowhere;'
	run_ok upgrade
	migrate downgrade
	expect_status 5
	sed -i 's/^CREATE TABLE a.*/CREATE TABLE a (i INTEGER, j INTEGER);/' migrations/r.sql
	for arguments in r --all; do
		migrate repair $arguments
		expect_status 2
		expect_has "$errors" "revision r stopped half way"
	done
	run_ok status
	expect_has "$output" "half done r (downgrade"
}
