# A database at a revision that no file has: what is known of it, and `downgrade --from-log`.
# bats file_tags=driver

load common

# a <- b <- c, all applied; then the files of b and c are gone.
setup_project() {
	table a ""
	table b a
	revision c b $'CREATE TABLE t_c (id INTEGER PRIMARY KEY);\nINSERT INTO t_c VALUES (1);' $'DELETE FROM t_c;\nDROP TABLE t_c;'
	USER=ana run_ok upgrade head
	mkdir gone
	mv migrations/[bc].sql gone
}

@test "upgrade and downgrade say since when, by whom, and what to do" {
	setup_project
	for command in upgrade downgrade "upgrade --dry-run" "downgrade --sql"; do
		migrate $command
		expect_status 2
		expect_has "$errors" "the database is at revision c, which no script has"
		echo "$errors" | grep -Eq 'detail: c: applied at 2[0-9-]{9} [0-9:]{8}\+00:00 by ana@.*, and migrate_log has its file'
		expect_has "$errors" "hint: Get the file"
		expect_has "$errors" '"migrate downgrade --from-log"'
		expect_has "$errors" '"migrate stamp REV"'
	done
	migrate --format json upgrade
	expect_equal "$(json .error.code)" unknown_revision
	expect_has "$(json .error.detail)" "by ana@"
	expect_equal "$(rows)" c
}

@test "status tells the same, in text and in JSON" {
	setup_project
	run_ok status
	echo "$output" | grep -Eq '^unknown   c \(Revision c; applied at 2.*\+00:00 by ana@.*; migrate_log has its file\)$'
	expect_has "$errors" "hint: Get the missing file"
	expect_has "$errors" "--from-log"
	run_ok --format json status
	expect_equal "$(json '.unknown | join(",")')" c
	expect_equal "$(json '.missing | length')" 1
	expect_equal "$(json '.missing[0] | [.revision, .message, .stamped, .in_log] | @csv')" '"c","Revision c",false,true'
	expect_has "$(json '.missing[0].applied_by')" ana@
	json '.missing[0].applied_at' | grep -Eq '^2[0-9-]{9} [0-9:]{8}\+00:00$'
	migrate check --database
	expect_status 3
	expect_has "$output" "by ana@"
	expect_has "$output" "--from-log"
	expect_lacks "$output" "not applied"
	expect_equal "$(grep -c '^migrate: ' <<<"$output")" 1
	table d a
	run_ok --format json status
	expect_equal "$(json '.pending | join(",")')" d
}

@test "what was stamped, and what the log does not know, is told so" {
	setup_project
	mv gone/* migrations
	table d c
	run_ok stamp d
	rm migrations/d.sql
	run_ok --format json status
	expect_equal "$(json '.missing[0] | [.revision, .message, .stamped, .in_log] | @csv')" '"d",,true,false'
	migrate upgrade
	expect_has "$errors" "d: stamped at"
	expect_lacks "$errors" "--from-log"
	sql "DELETE FROM migrate_log"
	migrate upgrade
	expect_has "$errors" "d: migrate_log has no record of it"
	run_ok --format json status
	expect_equal "$(json '.missing[0].applied_at == null')" true
	run_ok status
	expect_has "$output" "d (not in migrate_log)"
	sql "DROP TABLE migrate_log"
	migrate upgrade
	expect_status 2
	expect_has "$errors" "d: migrate_log has no record of it"
}

@test "downgrade --from-log reverts what no file has, one by default" {
	setup_project
	run_ok downgrade --from-log
	expect_equal "$(rows)" b
	expect_equal "$(tables)" "t_a t_b"
	expect_has "$errors" "no file has revision c: migrate_log has its file as it was"
	expect_has "$errors" "downgrade c -> b, Revision c (2 statements"
	run_ok downgrade --from-log
	expect_equal "$(rows)" a
	run_ok downgrade --from-log
	expect_equal "$(rows)" ""
	expect_equal "$(tables)" ""
	expect_equal "$(sql "SELECT revision, sql LIKE '%DROP TABLE t_c%' FROM migrate_log WHERE direction = 'downgrade' ORDER BY id" | tr 't\n' '1 ')" "c|1 b|$(on_sqlite && echo 0 || echo f) a|$(on_sqlite && echo 0 || echo f) "
}

@test "it goes down to a file's revision, through it, and to one that only the log has" {
	setup_project
	run_ok downgrade --from-log b
	expect_equal "$(rows)" b
	mv gone/c.sql migrations
	mv gone/b.sql migrations
	run_ok upgrade
	mv migrations/[bc].sql gone
	run_ok downgrade --from-log a
	expect_equal "$(rows)" a
	run_ok status
	expect_has "$output" "up to date"
	mv gone/* migrations
	run_ok upgrade
	mv migrations/[bc].sql gone
	run_ok downgrade --from-log base
	expect_equal "$(tables)" ""
}

@test "--dry-run and --sql take it from the log as well" {
	setup_project
	before=$(everything)
	run_ok downgrade --from-log a --dry-run
	expect_equal "$output" $'downgrade c -> b, Revision c\ndowngrade b -> a, Revision b'
	run_ok downgrade --from-log a --dry-run -v
	expect_has "$output" "downgrade b -> a, Revision b migrate_log"
	run_ok --format json downgrade --from-log a --dry-run
	expect_equal "$(json '.steps | map([.revision, .from_log, .file] | @csv) | join(" ")')" '"c",true, "b",true,'
	expect_equal "$(everything)" "$before"
	run_ok downgrade --from-log base --sql
	printf '%s\n' "$output" >out.sql
	expect_equal "$(everything | grep -v '^out.sql$')" "$before"
	if on_sqlite; then sqlite3 -bail "$DB" <out.sql; else psql -X -q -v ON_ERROR_STOP=1 "$URL" -f out.sql >/dev/null; fi
	expect_equal "$(tables)" ""
	expect_equal "$(rows)" ""
	migrate downgrade --from-log c:a --sql
	expect_status 2
	expect_has "$errors" "name the target alone"
}

@test "a revision that has a file runs from it, whatever the log has" {
	setup_project
	mv gone/b.sql migrations
	sed -i 's/^DROP TABLE t_b;/ALTER TABLE t_b RENAME TO kept;/' migrations/b.sql
	run_ok --format json downgrade --from-log a
	expect_equal "$(json '.steps | map([.revision, .from_log, .file] | @csv) | join(" ")')" '"c",true, "b",false,"migrations/b.sql"'
	expect_equal "$(tables)" "kept t_a"
}

@test "with every file there --from-log changes nothing" {
	table a ""
	table b a
	run_ok upgrade
	run_ok downgrade --from-log
	expect_lacks "$errors" "no file has"
	expect_equal "$(rows)" a
}

@test "a missing branch that was merged is reverted whole" {
	table a ""
	table x a "branch_labels: X"
	table y a
	table z a
	table m "x, y" "depends_on: z"
	table n m
	run_ok upgrade heads
	expect_equal "$(rows)" n
	rm migrations/[xymn].sql
	run_ok downgrade --from-log m
	expect_equal "$(rows)" m
	run_ok downgrade --from-log a
	expect_equal "$(rows)" a
	expect_equal "$(tables)" t_a
}

@test "a dependency by a label that only the log has is found" {
	table a ""
	table b "" "branch_labels: lib"
	table c a "depends_on: lib"
	run_ok upgrade heads
	rm migrations/[bc].sql
	run_ok downgrade --from-log a
	expect_equal "$(tables)" "t_a t_b"
	expect_equal "$(rows)" "a b"
	run_ok downgrade --from-log base
	expect_equal "$(tables)" ""
}

@test "rows that a missing revision implies are told once, and dropped" {
	setup_project
	sql "INSERT INTO migrate_version VALUES ('a')"
	run_ok downgrade --from-log
	expect_equal "$(grep -c 'which other rows imply' <<<"$errors")" 1
	expect_equal "$(rows)" b
}

@test "a revision below that was stamped over is asked for by itself" {
	setup_project
	mv gone/* migrations
	run_ok stamp b
	run_ok stamp c
	rm migrations/[bc].sql
	run_ok downgrade --from-log a
	expect_equal "$(tables)" t_a
}

@test "without the file in the log it is refused, and nothing runs" {
	setup_project
	sql "UPDATE migrate_log SET sql = 'CREATE TABLE t_b (id INTEGER PRIMARY KEY);' WHERE revision = 'b'"
	migrate downgrade --from-log a
	expect_status 2
	expect_has "$errors" "no file has revision b, and migrate_log has not its file either"
	migrate --format json downgrade --from-log
	expect_equal "$(json .error.code)" unknown_revision
	sql "UPDATE migrate_log SET sql = NULL"
	migrate downgrade --from-log
	expect_status 2
	expect_has "$errors" "no file has revision c"
	expect_equal "$(tables)" "t_a t_b t_c"
	expect_equal "$(rows)" c
}

@test "irreversible stays irreversible, a missing downgrade section missing" {
	table a ""
	revision b a "CREATE TABLE b (i INTEGER);" - "irreversible: drops data"
	run_ok upgrade
	rm migrations/b.sql
	migrate downgrade --from-log
	expect_status 2
	expect_has "$errors" "revision b is irreversible: drops data"
	table c a
	migrate downgrade --from-log
	expect_status 2
	rm migrations/c.sql
	run_ok stamp a
	revision d a "CREATE TABLE d (i INTEGER);" -
	run_ok upgrade
	rm migrations/d.sql
	migrate downgrade --from-log
	expect_status 2
	expect_has "$errors" "revision d has no downgrade section"
	expect_equal "$(rows)" d
}

@test "an error in the log's script names the log and its line" {
	revision a "" "CREATE TABLE a (i INTEGER);" $'DROP TABLE a;\nDROP TABLE nowhere;'
	run_ok upgrade
	rm migrations/a.sql
	migrate downgrade --from-log
	expect_status 1
	expect_has "$errors" "migrate_log[a]:11:"
	expect_has "$errors" "DROP TABLE nowhere;"
	expect_equal "$(tables)" a
	expect_equal "$(rows)" a
}

@test "a downgrade in parts stops and resumes from the log" {
	table a ""
	revision b a "CREATE TABLE t_b (i INTEGER);" $'DROP TABLE t_b;\nVACUUM;\nDROP TABLE later;'
	run_ok upgrade
	rm migrations/b.sql
	migrate downgrade --from-log
	expect_status 5
	expect_equal "$(tables)" t_a
	expect_equal "$(rows)" b
	migrate downgrade
	expect_status 2
	sql "CREATE TABLE later (i INTEGER)"
	run_ok downgrade --from-log
	expect_equal "$(tables)" t_a
	expect_equal "$(rows)" a
	expect_equal "$(sql "SELECT outcome, segment FROM migrate_log WHERE direction = 'downgrade' ORDER BY id" | tr '\n' ' ')" "done|1 started|2 done|2 done|3 applied| "
}

@test "what was accepted counts, not what ran before" {
	table a ""
	table b a
	run_ok upgrade
	sed -i -e 's/^CREATE TABLE t_b.*/& -- b/' -e 's/^DROP TABLE t_b;/ALTER TABLE t_b RENAME TO kept;/' migrations/b.sql
	run_ok repair b
	rm migrations/b.sql
	run_ok downgrade --from-log
	expect_equal "$(tables)" "kept t_a"
}

@test "the bytes of the downgrade are those of the file" {
	revision a "" "CREATE TABLE a (t TEXT);" $'CREATE TABLE kept (t TEXT);\nINSERT INTO kept VALUES (\'1\n2  \n\xe2\x82\xac \\ $$ \'\'\');\nDROP TABLE a;'
	sed -i -e 's/$/\r/' -e '1s/^/\xef\xbb\xbf/' migrations/a.sql
	run_ok upgrade
	rm migrations/a.sql
	run_ok downgrade --from-log
	expect_equal "$(sql "SELECT length(t) FROM kept")" 16
}

@test "a record that cannot be read counts as none, and the newest of a revision counts" {
	setup_project
	sql "UPDATE migrate_log SET sql = replace(sql, 'down_revision', 'down_revisoin') WHERE revision = 'c'"
	migrate downgrade --from-log
	expect_status 2
	expect_has "$errors" "no file has revision c"
	sql "UPDATE migrate_log SET sql = replace(sql, 'down_revisoin: b', 'down_revision: a') WHERE revision = 'c'"
	run_ok downgrade --from-log
	expect_equal "$(rows)" a
}

@test "a thousand revisions that no file has are reverted" {
	local i previous=a
	table a ""
	for ((i = 1; i <= 1000; i++)); do
		printf -- '-- revision: r%s\n-- down_revision: %s\n-- migrate:upgrade\n-- migrate:downgrade\n' $i $previous >migrations/r$i.sql
		previous=r$i
	done
	run_ok upgrade
	rm migrations/r*.sql
	rm -rf migrations/.migrate
	run_ok downgrade --from-log a -q
	expect_equal "$(rows)" a
}

@test "the option is the downgrade's alone" {
	table a ""
	migrate upgrade --from-log
	expect_status 2
	expect_has "$errors" "--from-log"
}

# bats test_tags=sqlite
@test "what the log has under the lock counts, not what it had before" {
	# The lock is easily held on SQLite.
	setup_project
	sqlite3 "$DB" "BEGIN IMMEDIATE" ".shell touch '$DIR/held'; while [ ! -e '$DIR/enough' ]; do sleep 0.05; done" \
		"UPDATE migrate_log SET sql = replace(sql, 'DROP TABLE t_c', 'ALTER TABLE t_c RENAME TO kept') WHERE revision = 'c'; COMMIT" 3>&- &
	local holder=$! pid i
	for ((i = 0; i < 100; i++)); do [ -e held ] && break; sleep 0.05; done
	"$MIGRATE" downgrade --from-log >"$DIR/.stdout" 2>"$DIR/.stderr" </dev/null 3>&- &
	pid=$!
	for ((i = 0; i < 100; i++)); do grep -q '^notice: .*pid' .stderr && break; sleep 0.05; done
	touch enough
	wait $holder
	wait $pid
	expect_equal "$(tables)" "kept t_a t_b"
	expect_equal "$(rows)" b
	expect_equal "$(grep -c 'no file has revision c' .stderr)" 1
}
