# squash: one revision in place of many, and the databases that had run those.

load common

# a <- b <- c <- d, without data.
chain() {
	table a ""
	table b a
	revision c b "ALTER TABLE t_b ADD COLUMN name VARCHAR(20); CREATE INDEX t_b_name ON t_b (name);" \
		"DROP INDEX t_b_name; ALTER TABLE t_b DROP COLUMN name;"
	table d c
}

# squashed: the file that a squash with --rev-id s has written.
squashed() { cat migrations/*_s_*.sql; }

@test "squash: all revisions become one, which makes the same schema and goes back to nothing" {
	local before
	chain
	run_ok upgrade
	before=$("$MIGRATE" dump 2>/dev/null | grep -v "migrate_version\|INSERT INTO")
	run_ok downgrade base
	run_ok squash --rev-id s -m "All of it"
	expect_equal "$output" "$(ls migrations/*_s_all_of_it.sql)"
	expect_has "$errors" "s is in place of 4 revisions: 4 files deleted"
	expect_has "$errors" "its upgrade is a dump of the schema"
	expect_equal "$(echo migrations/*)" "$output"
	expect_has "$(squashed)" "-- replaces: a, b, c, d"
	expect_has "$(squashed)" "-- down_revision:
"
	run_ok history
	expect_equal "$output" "<base> -> s (head), All of it"
	run_ok upgrade
	at s
	expect_equal "$("$MIGRATE" dump 2>/dev/null | grep -v "migrate_version\|INSERT INTO")" "$before"
	run_ok check
	run_ok verify
	expect_has "$errors" "1 revision tried up, down and up again, 0 findings"
	run_ok downgrade base
	expect_equal "$(tables)" ""
}

@test "squash: a database that has run them adopts the new one, and nothing runs" {
	chain
	run_ok upgrade
	run_ok squash --rev-id s
	run_ok status
	expect_has "$output" "current   s"
	expect_has "$output" "pending   none"
	expect_has "$errors" "the next run adopts s in place of 4 revisions"
	run_ok current
	expect_has "$output" "s (head)"
	run_ok check
	at d
	run_ok upgrade --dry-run --format json
	expect_equal "$(json '[.adopted[], .changed, .from[], (.steps|length)] | map(tostring) | join(" ")')" "s false s 0"
	at d
	run_ok upgrade
	expect_has "$errors" "adopted s in place of 4 revisions"
	expect_has "$errors" "nothing to run: at s"
	at s
	expect_equal "$(sql_line "SELECT direction || '/' || outcome || '/' || revision FROM migrate_log WHERE id = (SELECT max(id) FROM migrate_log)")" "stamp/applied/s"
	expect_equal "$(tables)" "t_a t_b t_d"
	run_ok upgrade
	expect_equal "$errors" "nothing to do: at s"
	run_ok status
	expect_equal "$errors" ""
	run_ok downgrade base
	expect_equal "$(tables)" ""
}

@test "squash: what stands on the range stands on the new one, and runs behind the adoption" {
	chain
	table e d
	table f d "branch_labels: side"
	run_ok upgrade d
	run_ok squash a:d --rev-id s
	expect_has "$errors" "4 files deleted, 2 put on it"
	expect_equal "$(grep -h "^-- down_revision" migrations/e.sql migrations/f.sql)" "-- down_revision: s
-- down_revision: s"
	run_ok upgrade e --format json
	expect_equal "$(json '[.adopted[], .changed, .to[], .steps[].revision] | map(tostring) | join(" ")')" "s true e e"
	at e
	run_ok upgrade side@head
	at "e f"
	run_ok downgrade s
	at s
}

@test "squash: a downgrade, a stamp and a script for another tool adopt it as well" {
	chain
	run_ok upgrade
	run_ok squash --rev-id s
	run_ok upgrade --sql
	expect_has "$output" "stamp s"
	if on_sqlite; then sqlite3 -bail "$DB" <<<"$output"; else psql -X -q -v ON_ERROR_STOP=1 "$URL" <<<"$output" >/dev/null; fi
	at s
	sql "UPDATE migrate_version SET version_num = 'd'"
	run_ok stamp s
	at s
	sql "UPDATE migrate_version SET version_num = 'd'"
	run_ok downgrade
	expect_has "$errors" "adopted s"
	expect_has "$errors" "downgrade s -> <base>"
	at ""
	expect_equal "$(tables)" ""
}

@test "squash: a plan that was approved adopts too" {
	chain
	table e d
	run_ok upgrade d
	run_ok squash :d --rev-id s
	run_ok upgrade --plan-out plan.json
	at d
	run_ok upgrade --plan plan.json
	at e
}

@test "squash: a database in the midst of the range is told which files it needs" {
	chain
	table e d
	run_ok upgrade c
	cp -r migrations before
	run_ok squash :d --rev-id s
	for command in upgrade "upgrade e" downgrade "upgrade --dry-run" "upgrade --sql"; do
		# shellcheck disable=SC2086
		refused 2 "the database is at revision c, in the midst of those that s replaced" $command
		expect_has "$errors" '"migrate upgrade d"'
		expect_lacks "$errors" "stamp"
	done
	migrate downgrade --from-log
	expect_status 2
	expect_has "$errors" "which revision s replaced"
	migrate status
	expect_has "$output" "s replaced it, and more than it"
	expect_has "$errors" "Take the commit before s"
	migrate status --format json
	expect_equal "$(json '.missing[0].replaced_by')" s
	migrate check --database
	expect_status 3
	rm migrations/*.sql
	cp before/* migrations
	run_ok upgrade d
	run_ok squash :d --rev-id s
	run_ok upgrade
	at e
}

@test "squash: rows on both branches inside the range are its midst, and its end is not" {
	table a ""
	table b1 a "branch_labels: left"
	table b2 a
	revision m "b1, b2" "" ""
	table e m
	run_ok upgrade b1
	run_ok upgrade b2
	cp -r migrations before
	run_ok squash a:m --rev-id s
	expect_has "$(squashed)" "-- replaces: a, b1, b2, m"
	expect_has "$(squashed)" "-- branch_labels: left"
	refused 2 "in the midst of those that s replaced" upgrade
	rm migrations/*.sql
	cp before/* migrations
	run_ok upgrade m
	run_ok squash a:m --rev-id s
	run_ok upgrade left@head
	at e
}

@test "squash: a file of somebody else still finds what it stood on, and its midst is refused" {
	chain
	run_ok upgrade
	run_ok squash --rev-id s
	table theirs d
	run_ok heads
	expect_has "$output" theirs
	run_ok upgrade
	at theirs
	run_ok check
	table wrong b
	migrate heads
	expect_status 2
	expect_has "$errors" "migrations/wrong.sql: error: revision wrong revises b, which revision s replaced"
	rm migrations/wrong.sql
	table b a
	migrate heads
	expect_status 2
	expect_has "$errors" "revision b was replaced by s in"
	expect_has "$errors" "hint: Delete what s replaced: rm -- migrations/b.sql"
}

@test "squash: what a killed one has left is deleted by the command that the next one names" {
	chain
	run_ok upgrade
	mv migrations/b.sql "migrations/it's b.sql"
	cp -r migrations before
	run_ok squash a:c --rev-id s
	# Written, and d put on it, and then killed.
	cp -n before/* migrations/
	for command in upgrade history squash; do
		migrate $command
		expect_status 2
		expect_has "$errors" "migrations/a.sql: error: revision a was replaced by s"
		expect_equal "$(grep -o "rm .*" <<<"$errors")" "rm -- migrations/a.sql 'migrations/it'\\''s b.sql' migrations/c.sql"
	done
	eval "$(grep -o "rm .*" <<<"$errors")"
	run_ok upgrade
	at d
	run_ok check
}

@test "squash: the hooks run on the new file, and one that fails counts" {
	chain
	echo "hooks: ['echo hook says {file}', 'echo \"-- formatted\" >>{file}']" >>migrator.yaml
	run_ok squash a:b --rev-id s
	expect_has "$errors" "hook says migrations/"
	expect_equal "$output" "$(ls migrations/*_s_*.sql)"
	expect_has "$(squashed)" "-- formatted"
	sed -i 's/^hooks:.*/hooks: "exit 3"/' migrator.yaml
	migrate squash s:c --rev-id z
	expect_status 1
	expect_has "$errors" 'hook "exit 3" failed'
	expect_equal "$output" "$(ls migrations/*_z_*.sql)"
}

@test "squash: a replaced revision is named with what replaced it, and its id is taken" {
	chain
	run_ok upgrade
	run_ok squash --rev-id s
	for command in "upgrade d" "stamp c" "show a" "history -r b:" "repair d"; do
		# shellcheck disable=SC2086
		migrate $command
		expect_status 2
		expect_has "$errors" "was replaced by s"
	done
	migrate revision -m again --rev-id b
	expect_status 2
	expect_has "$errors" "or was replaced by it"
	run_ok show s
	expect_has "$output" "Replaces: a, b, c, d"
	run_ok history --format json
	expect_equal "$(json '.revisions[0].replaces | join(" ")')" "a b c d"
}

@test "squash: scripts that write data are joined, downgrades the other way round" {
	chain
	revision data d "INSERT INTO t_a VALUES (7)" "DELETE FROM t_a WHERE id = 7;"
	run_ok squash --rev-id s
	expect_has "$errors" "the scripts were joined: a dump of the schema would lose what data does: INSERT INTO t_a VALUES (7)"
	expect_has "$(squashed)" "INSERT INTO t_a VALUES (7);"
	expect_has "$(squashed)" "-- data, Revision data
DELETE FROM t_a WHERE id = 7;

-- d, Revision d
DROP TABLE t_d;"
	run_ok upgrade
	expect_equal "$(sql "SELECT id FROM t_a")" 7
	run_ok verify
	run_ok downgrade base
	expect_equal "$(tables)" ""
}

@test "squash: above other revisions, and with --concat, the scripts are joined" {
	chain
	table e d
	run_ok upgrade a
	run_ok squash b:d --rev-id s --format json
	expect_equal "$(json '[.command, .revision, .joined, (.deleted|length), .rewritten[], .replaces[], .irreversible] | map(tostring) | join(" ")')" \
		"squash s there are revisions below it 3 migrations/e.sql b c d null"
	expect_has "$(squashed)" "-- down_revision: a"
	run_ok upgrade
	expect_equal "$(tables)" "t_a t_b t_d t_e"
	run_ok verify
	run_ok squash --concat --rev-id all
	expect_has "$errors" "--concat was given"
	expect_has "$(cat migrations/*_all_*)" "-- replaces: a, b, c, d, s, e"
	run_ok upgrade
	at all
	sql "UPDATE migrate_version SET version_num = 'd'"
	refused 2 "in the midst of those that all replaced" upgrade
}

@test "squash: what it depends on, and what depends on its end, stays so" {
	table x ""
	table a ""
	table b a "depends_on: x"
	table y "" "depends_on: b"
	run_ok upgrade b
	at b
	run_ok squash a:b --rev-id s
	expect_has "$(squashed)" "-- depends_on: x"
	run_ok upgrade heads
	expect_has "$errors" "adopted s"
	at y
	run_ok downgrade base
	run_ok upgrade heads
	at y
}

@test "squash is refused by name where others hang on what is inside the range" {
	local before
	chain
	table e b
	before=$(everything; cat migrations/*)
	migrate squash
	expect_status 2
	expect_has "$errors" "the range has 2 ends: d and e"
	migrate squash a:d
	expect_status 2
	expect_has "$errors" "revision e is not in the range, and stands on b, which is"
	migrate squash b
	expect_status 2
	expect_has "$errors" '"b" is no range'
	migrate squash b:b
	expect_status 2
	expect_has "$errors" "there is nothing to squash: 1 revision"
	migrate squash a:b --rev-id d
	expect_status 2
	expect_has "$errors" "is already the id"
	expect_equal "$(everything; cat migrations/*)" "$before"
	run_ok squash a:b --rev-id s
	expect_has "$errors" "2 files deleted, 2 put on it"
}

@test "squash: a proof that fails leaves everything as it was" {
	local before
	table a ""
	revision b a "CREATE TABLE t_b (id INTEGER); CREATE TABLE t_left (id INTEGER);" "DROP TABLE t_b;"
	before=$(everything; cat migrations/*)
	migrate squash
	expect_status 2
	expect_has "$errors" "its downgrade does not bring back the schema below it: table"
	expect_has "$errors" "t_left is new"
	expect_has "$errors" "no file was changed"
	expect_has "$errors" "migrate verify"
	expect_equal "$(everything; cat migrations/*)" "$before"
	table c b
	sed -i 's/CREATE TABLE t_c/CREATE TABEL t_c/' migrations/c.sql
	before=$(everything; cat migrations/*)
	migrate squash
	expect_status 1
	expect_has "$errors" "migrations/c.sql:"
	expect_equal "$(everything; cat migrations/*)" "$before"
	migrate squash -m "revision: x"
	expect_status 1
}

@test "squash: a message that would be a header line is refused, and a bad one is no file name" {
	local before
	chain
	before=$(everything; cat migrations/*)
	migrate squash -m $'one\nrevision: two'
	expect_status 2
	expect_has "$errors" "the new file would not say what it should"
	expect_equal "$(everything; cat migrations/*)" "$before"
}

@test "squash: one that cannot be reverted makes the whole so, and says why" {
	chain
	revision last d "DROP TABLE t_d;" - "irreversible: it is gone"
	run_ok squash --rev-id s
	expect_has "$errors" "it has no downgrade: last is irreversible: it is gone"
	expect_has "$(squashed)" "-- irreversible: last is irreversible: it is gone"
	run_ok upgrade
	refused 2 "it is gone" downgrade
	run_ok check
	run_ok verify
}

@test "squash: sections with other options are not joined" {
	local before
	chain
	sed -i 's/^-- migrate:upgrade/& lock_timeout=2s/' migrations/c.sql
	before=$(everything; cat migrations/*)
	migrate squash --concat
	expect_status 2
	expect_has "$errors" "the scripts cannot be joined: the sections of a and c have different options"
	expect_equal "$(everything; cat migrations/*)" "$before"
	run_ok squash --rev-id s
	expect_has "$errors" "its upgrade is a dump of the schema"
	run_ok upgrade
	at s
}

@test "squash: a squash that is a dump is joined with data behind it" {
	chain
	run_ok squash --rev-id s
	expect_has "$(cat migrations/*s_*.sql)" "CREATE TABLE"
	revision data s "INSERT INTO t_a VALUES (1);" ""
	run_ok squash --rev-id s2
	run_ok upgrade
	at s2
	expect_equal "$(sql 'SELECT count(*) FROM t_a')" 1
}

@test "squash: settings that would last for the next script are not joined" {
	chain
	if on_sqlite; then
		revision set d "PRAGMA foreign_keys = off; INSERT INTO t_a VALUES (1);" ""
	else
		revision set d "SET LOCAL search_path = public; INSERT INTO t_a VALUES (1);" ""
	fi
	migrate squash
	expect_status 2
	expect_has "$errors" "set makes a setting that would last for the others"
	expect_has "$errors" "a dump of the schema would lose what set does"
	run_ok squash a:d
}

# bats test_tags=postgresql
@test "squash: statements outside transactions are part of the dump" {
	chain
	revision e d "CREATE INDEX CONCURRENTLY t_a_id ON t_a (id);" "DROP INDEX CONCURRENTLY t_a_id;"
	run_ok squash --rev-id s
	expect_lacks "$(squashed)" "CREATE INDEX CONCURRENTLY"
	expect_has "$(squashed)" "CREATE INDEX t_a_id"
	run_ok upgrade
	expect_lacks "$errors" "is set back"
	run_ok verify
	run_ok squash --help
}

# bats test_tags=postgresql
@test "squash: functions, types and privileges are in the dump, and what is not is joined" {
	revision a "" "CREATE TYPE mood AS ENUM ('ok', 'bad');
CREATE FUNCTION f(m mood) RETURNS int LANGUAGE plpgsql AS \$\$BEGIN RETURN 1; END\$\$;" \
		"DROP FUNCTION f; DROP TYPE mood;"
	revision b a "CREATE TABLE t (id int, m mood DEFAULT 'ok'); GRANT SELECT ON t TO PUBLIC;
CREATE VIEW v AS SELECT f(m) FROM t;" "DROP VIEW v; DROP TABLE t;"
	cp -r migrations before
	run_ok squash --rev-id s
	expect_has "$errors" "a dump of the schema"
	expect_has "$(squashed)" "GRANT SELECT"
	run_ok upgrade
	run_ok verify
	run_ok downgrade base
	rm migrations/*.sql
	cp before/* migrations
	revision c b "ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT SELECT ON TABLES TO PUBLIC;" \
		"ALTER DEFAULT PRIVILEGES IN SCHEMA public REVOKE SELECT ON TABLES FROM PUBLIC;"
	run_ok squash --rev-id s
	expect_has "$errors" "a dump of the schema would lose default privileges"
	expect_has "$errors" "not compared"
}

@test "squash: many revisions are adopted by name, through the index" {
	local i last=""
	for i in {1..300}; do
		printf -- '-- revision: r%d\n-- down_revision: %s\n-- migrate:upgrade\nCREATE TABLE t_%d (id INTEGER);\n-- migrate:downgrade\nDROP TABLE t_%d;\n' \
			"$i" "$last" "$i" "$i" >"migrations/r$i.sql"
		last=r$i
	done
	run_ok upgrade
	run_ok squash :r20 --rev-id s
	touch -d '1 minute ago' migrations/*.sql
	run_ok heads
	run_ok heads
	expect_equal "$output" "r300 (head)"
	run_ok upgrade
	expect_equal "$errors" "nothing to do: at r300"
	sql "UPDATE migrate_version SET version_num = 'r20'"
	run_ok current
	expect_has "$output" s
	migrate show r7
	expect_has "$errors" "revision r7 was replaced by s"
}

# bats test_tags=postgresql
@test "squash: half a downgrade of its last revision is not adopted" {
	chain
	revision e d "CREATE INDEX CONCURRENTLY t_a_id ON t_a (id);" \
		"DROP INDEX CONCURRENTLY t_a_id; SELECT 1 / 0;"
	run_ok upgrade
	migrate downgrade
	expect_status 5
	sed -i 's|SELECT 1 / 0;||' migrations/e.sql
	run_ok squash --rev-id s
	migrate upgrade
	expect_status 5
	expect_has "$errors" "the downgrade of revision e stopped half way"
	at e
}

@test "squash: check --since takes replaced files as no loss" {
	git init -q . && git config user.email a@b && git config user.name a
	chain
	table e d
	git add migrations && git commit -qm one && git branch base
	run_ok squash :d --rev-id s
	run_ok check --since base
	table f e
	git add -A migrations && git commit -qm two
	run_ok check --since base
	git checkout -q base
	table theirs e
	git add migrations && git commit -qm theirs
	git checkout -q -
	migrate check --since base
	expect_status 3
	expect_has "$output" "there are 2 heads"
	expect_lacks "$output" "removed"
}

@test "squash: the adoption comes first, and stays though what follows fails" {
	chain
	table e d
	run_ok upgrade d
	run_ok squash :d --rev-id s
	echo "transaction: run" >>migrator.yaml
	sed -i 's/CREATE TABLE/CREATE TABEL/' migrations/e.sql
	migrate upgrade --format json
	expect_status 1
	expect_equal "$(json '[.adopted[], .changed, .to[], .error.code] | map(tostring) | join(" ")')" "s true s sql"
	at s
	sed -i 's/CREATE TABEL/CREATE TABLE/' migrations/e.sql
	run_ok upgrade
	expect_lacks "$errors" adopted
	at e
}

@test "squash: what could not be adopted is not reported as adopted" {
	chain
	table e d
	run_ok upgrade d
	run_ok squash :d --rev-id s
	if on_sqlite; then
		sql "CREATE TRIGGER keep BEFORE UPDATE ON migrate_version BEGIN SELECT RAISE(ABORT, 'kept'); END;
			CREATE TRIGGER also BEFORE INSERT ON migrate_version BEGIN SELECT RAISE(ABORT, 'kept'); END"
	else
		sql "ALTER TABLE migrate_version ADD CONSTRAINT kept CHECK (version_num <> 's')"
	fi
	migrate upgrade --format json
	expect_status 1
	expect_equal "$(json '[(.adopted | length), .changed, .error.code] | map(tostring) | join(" ")')" "0 false database"
	at d
}

@test "squash: one whose upgrade is a dump can be squashed again, and is a dump again" {
	chain
	run_ok upgrade
	run_ok squash a:c --rev-id s
	run_ok squash --rev-id z
	expect_has "$errors" "its upgrade is a dump of the schema"
	expect_has "$(cat migrations/*_z_*.sql)" "-- replaces: a, b, c, s, d"
	run_ok verify
}
