# A revision that stopped half way: what says so, what ends it, and what never happens meanwhile.
# bats file_tags=driver

load common

# HALF: a part that is done, a statement outside a transaction that fails, and a part behind it.
if [ "${TEST_DATABASE:-}" = sqlite ]; then FAILING='VACUUM nowhere'; else FAILING='VACUUM (FULL) nowhere'; fi
half() { printf 'CREATE TABLE z (i INTEGER);\n%s;\nCREATE TABLE y (i INTEGER);' "${1:-$FAILING}"; }

# stopped: a is applied, and the upgrade of b stopped behind its first part.
stopped() {
	table a ""
	revision b a "$(half)" $'DROP TABLE y;\nDROP TABLE z;'
	migrate upgrade
	expect_status 5
	at a
}
# mend: b's script runs through.
mend() { sed -i "s/^$FAILING;/VACUUM;/" migrations/b.sql; }

@test "stamp ends what stopped half way: the next upgrade begins with the first part" {
	stopped
	sql "DROP TABLE z; DROP TABLE t_a"
	run_ok stamp base
	expect_has "$errors" "warning: the upgrade of revision b, which stopped half way, is given up"
	run_ok status
	expect_lacks "$output" "half done"
	mend
	run_ok upgrade
	at b
	expect_equal "$(tables)" "t_a y z"
}

@test "stamp of the row that is there already ends what stopped half way" {
	stopped
	sql "DROP TABLE z"
	run_ok stamp a
	expect_has "$errors" "is given up"
	mend
	run_ok upgrade
	expect_equal "$(tables)" "t_a y z"
	run_ok stamp b
	expect_lacks "$errors" "given up"
}

@test "stamp --purge ends what stopped half way, wherever" {
	stopped
	sql "DROP TABLE z"
	table c a
	run_ok stamp --purge c
	at c
	run_ok status
	expect_lacks "$output" "half done"
}

@test "stamp on another branch leaves what stopped half way as it is" {
	stopped
	table c a
	run_ok stamp c
	at c
	expect_lacks "$errors" "given up"
	run_ok status
	expect_has "$output" "half done b (upgrade, part 2"
}

@test "stamp ends a downgrade that stopped half way, and the revision stays" {
	table a ""
	revision b a "CREATE TABLE z (i INTEGER);" "$(printf 'DROP TABLE z;\n%s;' "$FAILING")"
	run_ok upgrade
	migrate downgrade
	expect_status 5
	sql "CREATE TABLE z (i INTEGER)"
	run_ok stamp b
	expect_has "$errors" "the downgrade of revision b, which stopped half way, is given up"
	at b
	run_ok status
	expect_has "$output" "up to date"
	sed -i "s/^$FAILING;/VACUUM;/" migrations/b.sql
	run_ok downgrade
	expect_equal "$(tables)" t_a
}

@test "stamp ends what stopped half way and has no file any more" {
	stopped
	rm migrations/b.sql
	run_ok stamp a
	expect_has "$errors" "revision b, which stopped half way, is given up"
	run_ok upgrade
	run_ok status
	expect_has "$output" "up to date"
}

@test "stamp --sql ends what stopped half way too" {
	stopped
	sql "DROP TABLE z"
	run_ok stamp a --sql
	printf '%s\n' "$output" >out.sql
	if on_sqlite; then
		sqlite3 -bail "$DB" <out.sql
	else
		psql -X -q -v ON_ERROR_STOP=1 "$URL" -f out.sql >/dev/null
	fi
	at a
	run_ok status
	expect_lacks "$output" "half done"
	mend
	run_ok upgrade
	expect_equal "$(tables)" "t_a y z"
}

@test "upgrade --sql refuses to print the parts that ran once more" {
	table a ""
	revision b a "$(printf 'INSERT INTO t_a VALUES (1);\n%s;\nINSERT INTO t_a VALUES (2);' "$FAILING")" -
	table c b
	migrate upgrade
	expect_status 5
	mend
	local target
	for target in head b c; do
		refused 5 "the upgrade of revision b stopped half way, and a script would begin with its first part" upgrade $target --sql
		expect_equal "$output" ""
		expect_has "$errors" '"migrate upgrade b" goes on with it'
	done
	run_ok upgrade --sql a:c
	run_ok upgrade
	expect_equal "$(sql_line 'SELECT id FROM t_a ORDER BY id')" "1 2"
	run_ok upgrade --sql
}

@test "downgrade --sql refuses likewise" {
	revision a "" "CREATE TABLE z (i INTEGER);" "$(printf 'DROP TABLE z;\n%s;' "$FAILING")"
	run_ok upgrade
	migrate downgrade
	expect_status 5
	refused 5 "the downgrade of revision a stopped half way" downgrade --sql
	expect_equal "$output" ""
	expect_has "$errors" '"migrate downgrade -1" goes on with it'
}

@test "upgrade --dry-run tells where it would go on" {
	stopped
	table c b
	run_ok upgrade --dry-run
	expect_has "$errors" "notice: the upgrade of revision b goes on at part 2"
	mend
	run_ok upgrade
	expect_has "$errors" "notice: the upgrade of revision b goes on at part 2"
	revision d c "$(half)" -
	run_ok upgrade --dry-run
	expect_lacks "$errors" "goes on"
}

# down_stopped: the downgrade of b, a head, stopped behind its first part.
down_stopped() {
	table a ""
	revision b a $'CREATE TABLE z (i INTEGER);\nCREATE TABLE y (i INTEGER);' "$(printf 'DROP TABLE z;\n%s;\nDROP TABLE y;' "$FAILING")"
	run_ok upgrade
	migrate downgrade
	expect_status 5
	at b
}

@test "upgrade is refused where a downgrade stopped half way, though there is nothing to run" {
	down_stopped
	local target
	for target in head heads b a; do
		refused 5 "the downgrade of revision b stopped half way" upgrade $target
		expect_has "$errors" '"migrate downgrade -1" goes on with it'
	done
	refused 5 "the downgrade of revision b stopped half way" upgrade --dry-run
	refused 5 "the downgrade of revision b stopped half way" upgrade --sql
	mend
	run_ok downgrade -1
	at a
	run_ok upgrade
	at b
}

@test "downgrade is refused where an upgrade stopped half way, on a base too" {
	revision a "" "$(half)" "DROP TABLE y; DROP TABLE z;"
	migrate upgrade
	expect_status 5
	local target
	for target in base -1 a; do
		refused 5 "the upgrade of revision a stopped half way" downgrade $target
		expect_has "$errors" '"migrate upgrade a" goes on with it'
		expect_has "$errors" 'say so with "migrate stamp base"'
	done
	refused 5 "the upgrade of revision a stopped half way" downgrade base --sql
}

@test "check finds what stopped half way" {
	down_stopped
	migrate check
	expect_status 3
	expect_has "$output" "the downgrade of revision b stopped half way"
	migrate check --database
	expect_status 3
	migrate check --heads --scripts
	expect_status 0
	migrate --format json check
	expect_status 3
	expect_equal "$(json '.findings | length')" 1
	expect_equal "$(json '.findings[0].revisions | join(" ")')" b
	expect_equal "$(json '.findings[0].file')" migrations/b.sql
}

@test "check tells of an upgrade that stopped half way beside what is pending" {
	stopped
	migrate check
	expect_status 3
	expect_has "$output" "1 revision is not applied: b"
	expect_has "$output" "the upgrade of revision b stopped half way"
}

@test "current --check-heads says that a revision is half done" {
	down_stopped
	migrate current --check-heads
	expect_status 3
	expect_has "$errors" "half done: b"
	expect_lacks "$errors" "not at the heads"
	migrate --format json current --check-heads
	expect_status 3
	expect_has "$output" "half done"
}

@test "db wait --for-head says how a half-done downgrade goes on" {
	down_stopped
	migrate db wait --for-head --timeout 100ms
	expect_has "$errors" "revision b stopped half way"
	expect_has "$errors" '"migrate downgrade -1" goes on with it'
}

@test "a downgrade that stopped half way goes on by what the message says" {
	local down
	down=$(printf 'DROP TABLE z;\n%s;\nDROP TABLE y;' "$FAILING")
	table a ""
	table c a
	table d a
	revision m "c, d" "$(half VACUUM)" "$down"
	table e a
	run_ok upgrade heads
	migrate downgrade m@c
	expect_status 5
	refused 5 "the downgrade of revision m stopped half way" upgrade heads
	expect_has "$errors" '"migrate downgrade m@c" goes on with it'
	expect_has "$errors" '"migrate stamp --purge '
	sed -i "s/^$FAILING;/VACUUM;/" migrations/m.sql
	run_ok downgrade m@c
	at "c d e"
	sed -i 's/ \([zy]\)\b/ m\1/' migrations/m.sql
	revision b "" "$(half VACUUM)" "$down"
	run_ok upgrade heads
	migrate downgrade b@-1
	expect_status 5
	refused 5 "the downgrade of revision b stopped half way" upgrade heads
	expect_has "$errors" '"migrate downgrade b@-1" goes on with it'
	mend
	run_ok downgrade b@-1
	at "e m"
}

# A part that would run twice leaves a second row.
counted() { sql_line "SELECT i FROM log ORDER BY i"; }
log_half() { printf 'CREATE TABLE IF NOT EXISTS log (i INTEGER);\nINSERT INTO log VALUES (1);\n%s' "$1"; }

@test "removing the statement that failed joins no part that has run to what follows" {
	revision b "" "$(log_half "$FAILING;"$'\nINSERT INTO log VALUES (2);')" -
	migrate upgrade
	expect_status 5
	revision b "" "$(log_half 'INSERT INTO log VALUES (2);')" -
	run_ok upgrade
	at b
	expect_equal "$(counted)" "1 2"
	run_ok status
	expect_has "$output" "up to date"
}

@test "removing the last statement, which failed, leaves a revision that is applied" {
	revision b "" "$(log_half "VACUUM;"$'\n'"$FAILING;")" -
	migrate upgrade
	expect_status 5
	revision b "" "$(log_half "VACUUM;")" -
	run_ok upgrade
	at b
	expect_equal "$(counted)" 1
	run_ok status
	expect_has "$output" "up to date"
	run_ok upgrade
	expect_has "$errors" "nothing to do"
}

@test "a script whose parts become one part is not run as a whole again" {
	revision b "" "$(log_half "$FAILING;")" -
	migrate upgrade
	expect_status 5
	revision b "" "$(log_half "")" -
	run_ok upgrade
	at b
	expect_equal "$(counted)" 1
}

@test "one transaction for the whole run cannot go on with a revision that stopped half way" {
	revision b "" "$(log_half "$FAILING;")" -
	migrate upgrade
	expect_status 5
	revision b "" "$(log_half "")" -
	echo "transaction: run" >>migrator.yaml
	refused 5 "the upgrade of revision b stopped half way" upgrade
	expect_equal "$(counted)" 1
}

@test "an edit of a part that is done is refused at the place of the edit" {
	revision b "" $'CREATE TABLE z (i INTEGER);\nCREATE TABLE y (i INTEGER);\n'"$FAILING;" -
	migrate upgrade
	expect_status 5
	revision b "" $'CREATE TABLE z (i INTEGER);\nCREATE TABLE y (j INTEGER);\n'"$FAILING;" -
	refused 2 "migrations/b.sql:8:17: error: the script of revision b was edited in a part that has run already" upgrade
}

@test "parts that were statements of transaction=off stay done where the marker loses it" {
	revision b "" "$(log_half "INSERT INTO nowhere VALUES (1);")" -
	sed -i 's/^-- migrate:upgrade$/& transaction=off/' migrations/b.sql
	migrate upgrade
	expect_status 5
	revision b "" "$(log_half "INSERT INTO log VALUES (2);")" -
	run_ok upgrade
	expect_equal "$(counted)" "1 2"
	at b
}

# A unique index that cannot be built: INVALID it stays behind.
unique_stopped() {
	revision a "" "CREATE TABLE t (i INTEGER); INSERT INTO t VALUES (1), (1);" -
	revision b a "${1:-}"$'ALTER TABLE t ADD b INTEGER;\nCREATE UNIQUE INDEX CONCURRENTLY tu ON t (i);' -
	migrate upgrade
	expect_status 5
	at a
}
valid_indexes() { sql_line "SELECT c.oid::regclass::text FROM pg_index i JOIN pg_class c ON c.oid = indexrelid JOIN pg_class r ON r.oid = indrelid WHERE r.relname = 't' AND indisvalid ORDER BY 1"; }
all_indexes() { sql_line "SELECT c.oid::regclass::text FROM pg_index i JOIN pg_class c ON c.oid = indexrelid JOIN pg_class r ON r.oid = indrelid WHERE r.relname = 't' ORDER BY 1"; }

# bats test_tags=postgresql
@test "a concurrent build that failed may be edited" {
	unique_stopped
	sed -i 's/UNIQUE //' migrations/b.sql
	run_ok upgrade
	expect_has "$errors" "public.tu was left INVALID"
	at b
	expect_equal "$(valid_indexes)" tu
}

# bats test_tags=postgresql
@test "a concurrent build that failed may be edited once its index is dropped by hand" {
	unique_stopped
	sql "DROP INDEX tu"
	sed -i 's/UNIQUE //; s/ tu / tv /' migrations/b.sql
	run_ok upgrade
	expect_equal "$(all_indexes)" tv
}

# bats test_tags=postgresql
@test "a concurrent build that failed may become a plain one, or go" {
	unique_stopped
	sed -i 's/UNIQUE INDEX CONCURRENTLY/INDEX/' migrations/b.sql
	run_ok upgrade
	at b
	expect_equal "$(valid_indexes)" tu
	revision c b "CREATE UNIQUE INDEX CONCURRENTLY tw ON t (i);" -
	migrate upgrade
	expect_status 5
	revision c b "SELECT 1;" -
	run_ok upgrade
	at c
	expect_equal "$(all_indexes)" tu
}

# bats test_tags=postgresql
# bats test_tags=postgresql
@test "a concurrent build that failed is looked for by the settings of its script" {
	# PostgreSQL's own.
	sql "CREATE SCHEMA s"
	unique_stopped $'SET search_path = s;\nCREATE TABLE t (i INTEGER);\nINSERT INTO t VALUES (1), (1);\n'
	expect_equal "$(all_indexes)" s.tu
	sed -i 's/UNIQUE //' migrations/b.sql
	run_ok upgrade
	expect_equal "$(valid_indexes)" s.tu
	sql "DROP SCHEMA s CASCADE"
}

# bats test_tags=postgresql
@test "a concurrent build that had taken effect after all may not be edited" {
	unique_stopped
	sql "DROP INDEX tu; DELETE FROM t; CREATE UNIQUE INDEX tu ON t (i)"
	sed -i 's/UNIQUE //' migrations/b.sql
	refused 2 "was edited in a part that has run" upgrade
	expect_has "$errors" "migrations/b.sql:8:8"
}

# bats test_tags=postgresql
@test "resume --retry runs a statement as it was edited, --skip wants it as it was" {
	unique_stopped
	sed -i 's/UNIQUE //' migrations/b.sql
	refused 2 "was edited in a part that has run" resume b --skip
	sql "DROP INDEX tu"
	run_ok resume b --retry
	at b
	expect_equal "$(valid_indexes)" tu
}

@test "a revision that stopped half way and has no file any more is asked for" {
	stopped
	rm migrations/b.sql
	table c a
	local command
	for command in upgrade "upgrade c" downgrade "downgrade --from-log" "resume b --skip" "resume b --retry"; do
		# shellcheck disable=SC2086
		refused 5 "the upgrade of revision b stopped half way, and no script has it" $command
		expect_has "$errors" "Get its file back: another branch or a newer commit has it."
		expect_has "$errors" 'say so with "migrate stamp a"'
	done
	refused 2 "no revision has the id, label or prefix \"nix\"" resume nix --skip
	run_ok status
	expect_has "$output" "half done b (upgrade, part 2)"
	expect_has "$errors$output" "Get its file back"
	run_ok stamp a
	run_ok upgrade
	at c
}

@test "the failure itself says how to give the revision up, and that works" {
	table a ""
	revision b a "$(half)" $'DROP TABLE y;\nDROP TABLE z;'
	migrate upgrade
	expect_status 5
	expect_has "$errors" "hint: Mend the cause, and run the same command again: it resumes at this statement."
	expect_has "$errors" 'To give it up, undo by hand what ran of it, and say so with "migrate stamp a".'
	sql "DROP TABLE z"
	run_ok stamp a
	run_ok downgrade
	at ""
	expect_equal "$(tables)" ""
}

@test "the failure on a branch names the stamp that keeps the other rows" {
	table a ""
	table c a
	run_ok upgrade
	revision b a "$(half)" -
	migrate upgrade heads
	expect_status 5
	expect_has "$errors" '"migrate stamp --purge c"'
	table d a
	run_ok status
	migrate upgrade b
	expect_status 5
	sql "DROP TABLE z"
	run_ok stamp --purge c
	at c
	run_ok status
	expect_lacks "$output" "half done"
}

@test "a downgrade that failed says how to give it up" {
	down_stopped
	migrate downgrade
	expect_status 5
	expect_has "$errors" 'To give it up, make good by hand what ran of it, and say so with "migrate stamp b".'
}

@test "resume of a part that plainly failed says what goes on and what gives up" {
	stopped
	refused 2 "no statement of revision b waits for a decision" resume b --skip
	expect_has "$errors" '"migrate upgrade b" goes on with it. To give it up, undo by hand what ran of it, and say so with "migrate stamp a".'
}

@test "status says what to type next" {
	stopped
	run_ok status
	expect_has "$output" "1 revision half done"
	expect_lacks "$output" "same command"
	expect_has "$errors" 'hint: "migrate upgrade b" goes on with it. To give it up, undo by hand what ran of it, and say so with "migrate stamp a".'
	run_ok -q status
	expect_equal "$errors" ""
	run_ok --format json status
	expect_has "$(json '.half_done[0].hint')" '"migrate upgrade b" goes on'
	sql "UPDATE migrate_log SET outcome = 'started' WHERE outcome = 'retry'"
	run_ok status
	expect_has "$output" "half done b (upgrade, part 2, started)"
	expect_has "$errors" '"migrate resume b" with --retry or --skip does'
}

@test "of a scratch database nobody is told to go on in it, nor to stamp another one" {
	table a ""
	run_ok upgrade
	revision b a "$(half)" "DROP TABLE z;"
	for command in verify diff "squash -m all" "testdb create"; do
		# shellcheck disable=SC2086
		refused 1 "migrations/b.sql:8:" $command
		expect_lacks "$errors" "stay"
		expect_lacks "$errors" "migrate stamp"
		expect_lacks "$errors" "same command"
	done
	revision b a "CREATE TABLE z (i INTEGER);" "$(half)"
	migrate verify
	expect_status 3
	expect_has "$output$errors" "the downgrade of b fails"
	expect_lacks "$output$errors" "migrate stamp"
}

# bats test_tags=postgresql
@test "what the server has refused is run again, and never taken for done by what the catalogue has" {
	revision a "" "CREATE TABLE t (i INTEGER); CREATE INDEX ti ON t (i);" "DROP TABLE t;"
	run_ok upgrade
	revision b a "DROP INDEX CONCURRENTLY tii; CREATE TABLE u (i INTEGER);" ""
	refused 5 'index "tii" does not exist' upgrade
	refused 5 'index "tii" does not exist' upgrade
	sed -i 's/tii/ti/' migrations/b.sql
	run_ok upgrade
	revision c b "CREATE DATABASE $DB;" ""
	refused 5 "already exists" upgrade
	refused 5 "already exists" upgrade
	revision c b "CREATE TABLE p (i INTEGER) PARTITION BY LIST (i);
		CREATE TABLE p1 PARTITION OF p FOR VALUES IN (1);
		ALTER TABLE p DETACH PARTITION p11 CONCURRENTLY;" ""
	refused 5 'relation "p11" does not exist' upgrade
	sed -i 's/p11/p1/' migrations/c.sql
	run_ok upgrade
	at c
}

# bats test_tags=postgresql
@test "a concurrent build without a name that failed is for a person, and its error says so" {
	revision a "" "CREATE TABLE t (i INTEGER); INSERT INTO t VALUES (1), (1);" "DROP TABLE t;"
	revision b a "CREATE UNIQUE INDEX CONCURRENTLY ON t (i);" ""
	migrate upgrade
	expect_status 5
	expect_has "$errors" "table t has INVALID indexes: public.t_i_idx; the statement gives no name, so drop"
	expect_has "$errors" '"migrate resume b --retry" runs it again'
	expect_lacks "$errors" "same command"
	sql "DROP INDEX t_i_idx; DELETE FROM t"
	run_ok resume b --retry
	expect_equal "$(sql "SELECT indexrelid::regclass, indisvalid FROM pg_index WHERE indrelid = 't'::regclass")" "t_i_idx|t"
}

# bats test_tags=sqlite
@test "a statement that keeps what it did before it failed is for a person, and its error says so" {
	revision a "" "CREATE TABLE t (i INTEGER UNIQUE);" "DROP TABLE t;"
	revision b a "INSERT OR FAIL INTO t VALUES (1), (1);" "" && sed -i 's/:upgrade/& transaction=off/' migrations/b.sql
	migrate upgrade
	expect_status 5
	expect_has "$errors" '"migrate resume b --retry" runs it again'
	expect_lacks "$errors" "same command"
	refused 5 "it cannot be told whether it took effect" upgrade
}

# bats test_tags=postgresql
@test "a hint at the cause is followed by how the script goes on and is given up" {
	revision a "" "VACUUM; SELECT pg_sleep(9);" ""
	printf 'statement_timeout: 50ms\n' >>migrator.yaml
	migrate upgrade
	expect_status 5
	expect_has "$errors" "Raise statement_timeout in migrator.yaml"
	expect_has "$errors" 'Then run the same command again: it resumes at this statement. To give it up, undo by hand what ran of it, and say so with "migrate stamp base".'
}

@test "what gives it up names the squashed revision that the stamp adopts, and works" {
	stopped
	sql "DROP TABLE z"
	revision s "" "CREATE TABLE t_a (id INTEGER PRIMARY KEY);" "DROP TABLE t_a;" "replaces: a"
	rm migrations/a.sql
	sed -i 's/^-- down_revision: a/-- down_revision: s/' migrations/b.sql
	run_ok status
	expect_has "$errors" 'say so with "migrate stamp s"'
	run_ok stamp s
	expect_has "$errors" "is given up"
	at s
}

@test "what gives a downgrade from the log up names no revision that no file has" {
	table a ""
	revision b a "CREATE TABLE z (i INTEGER);" "$(half)"
	run_ok upgrade
	mv migrations/b.sql gone
	sql "DROP TABLE z"
	migrate downgrade --from-log
	expect_status 5
	expect_has "$errors" 'say so with "migrate stamp REV"'
}

@test "who interrupts a script in parts is told how it goes on, and to mend nothing" {
	local slow="SELECT pg_sleep(30)"
	on_postgresql || slow="WITH RECURSIVE c(x) AS (VALUES(1) UNION ALL SELECT x+1 FROM c) SELECT max(x) FROM c"
	revision a "" "VACUUM; $slow;" ""
	"$MIGRATE" upgrade >.bg 2>&1 </dev/null 3>&- &
	running() { [ "$(sql "SELECT count(*) FROM migrate_log WHERE outcome = 'done'" 2>/dev/null)" = 1 ]; }
	soon running
	kill -INT $!
	status=0 && wait $! || status=$?
	errors=$(<.bg)
	expect_status 130
	expect_has "$errors" "hint: Run the same command again: it resumes at this statement."
}

# bats test_tags=postgresql
@test "a partition that was detached half way is told, and the next run finishes that" {
	revision a "" "CREATE TABLE p (i INTEGER) PARTITION BY LIST (i);
		CREATE TABLE p1 PARTITION OF p FOR VALUES IN (1);" "DROP TABLE p;"
	run_ok upgrade
	printf 'lock_timeout: 100ms\n' >>migrator.yaml
	revision b a "ALTER TABLE p DETACH PARTITION p1 CONCURRENTLY;" ""
	psql -X -q "$URL" -c "BEGIN; SELECT * FROM p; SELECT pg_sleep(30)" >/dev/null 2>&1 3>&- &
	reads() { [ "$(sql "SELECT count(*) FROM pg_stat_activity WHERE query LIKE '%FROM p; SELECT pg_sleep%' AND pid <> pg_backend_pid()")" = 1 ]; }
	soon reads
	migrate upgrade
	kill $! && sql "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE query LIKE '%FROM p; SELECT pg_sleep%' AND pid <> pg_backend_pid()"
	expect_status 5
	expect_has "$errors" "detail: partition p1 is detached half way; the next run finishes that"
	run_ok upgrade
	at b
}

@test "where the same command would do more than go on, the failure names the one that goes on" {
	table a ""
	revision b a "$(half)" $'DROP TABLE y;\nDROP TABLE z;'
	table c b
	migrate upgrade +2
	expect_status 5
	expect_has "$errors" 'hint: Mend the cause, and run "migrate upgrade b": it resumes at this statement.'
	migrate upgrade b
	expect_has "$errors" "hint: Mend the cause, and run the same command again"
	mend
	run_ok upgrade
	revision b a "$(half)" "$(printf 'DROP TABLE y;\n%s;\nDROP TABLE z;' "$FAILING")"
	migrate downgrade -2
	expect_status 5
	at b
	expect_has "$errors" 'hint: Mend the cause, and run "migrate downgrade -1": it resumes at this statement.'
	mend
	run_ok downgrade -1
	at a
}

@test "a database that was made anew is not told to be made anew once more" {
	table a ""
	run_ok upgrade
	revision b a "$(half)" -
	migrate db reset --yes
	expect_status 5
	expect_has "$errors" 'hint: Mend the cause, and run "migrate upgrade b": it resumes at this statement.'
}

@test "a downgrade from the log that failed names the command that goes on from the log" {
	table a ""
	revision b a "CREATE TABLE z (i INTEGER);" "$(half)"
	run_ok upgrade
	rm migrations/b.sql
	sql "DROP TABLE z"
	migrate downgrade --from-log
	expect_status 5
	expect_has "$errors" 'run "migrate downgrade -1 --from-log": it resumes at this statement.'
	migrate downgrade -1 --from-log
	expect_status 5
	expect_has "$errors" "goes on at part 2"
}

# bats test_tags=postgresql
@test "resume that fails at the next statement names the command that goes on" {
	revision a "" $'CREATE TABLE t (i INTEGER);\nINSERT INTO t VALUES (1), (1);\nCREATE UNIQUE INDEX CONCURRENTLY ON t (i);\nVACUUM nowhere;' ""
	migrate upgrade
	expect_status 5
	sql "DROP INDEX t_i_idx"
	migrate resume a --skip
	expect_status 5
	expect_has "$errors" 'hint: Mend the cause, and run "migrate upgrade a": it resumes at this statement.'
}

# bats test_tags=postgresql
@test "of a scratch database nobody is told what the next run does with what is left in it" {
	table a ""
	run_ok upgrade
	local name
	for name in ti ""; do
		revision b a "CREATE TABLE t (i INTEGER); INSERT INTO t VALUES (1), (1);
			CREATE UNIQUE INDEX CONCURRENTLY $name ON t (i);" "DROP TABLE t;"
		for command in verify diff "squash -m all" "testdb create"; do
			# shellcheck disable=SC2086
			refused 1 "could not create unique index" $command
			expect_has "$errors" "is duplicated"
			expect_lacks "$errors" "INVALID"
		done
	done
	migrate upgrade
	expect_status 5
	expect_has "$errors" "INVALID"
}

# bats test_tags=postgresql
@test "who waits for a run in the middle of a script is not told that it stopped there" {
	revision a "" "VACUUM; SELECT pg_sleep(30);" ""
	sed -i 's/^lock_wait.*/lock_wait: 100ms/' migrator.yaml
	"$MIGRATE" upgrade >.bg 2>&1 </dev/null 3>&- &
	running() { [ "$(sql "SELECT count(*) FROM migrate_log WHERE outcome = 'done'" 2>/dev/null)" = 1 ]; }
	soon running
	migrate upgrade
	kill -INT $!
	wait $! || true
	expect_status 4
	expect_lacks "$errors" "where it stopped"
	run_ok upgrade --dry-run
	expect_has "$errors" "goes on at part 2, where it stopped"
}
