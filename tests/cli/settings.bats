# Nothing that a script sets reaches the version table, the log, or the next script.

load common

# leaves SQL: revision "b" does SQL; then c must find the session as it was, and d still be recorded.
leaves() {
	table a ""
	revision b a "$1" ""
	revision c b "CREATE TABLE c_was_here (id INTEGER);" "DROP TABLE c_was_here;"
	table d c
	run_ok upgrade head
	expect_equal "$(rows)" d
	expect_equal "$(sql "SELECT count(*) FROM migrate_log")" 4
	on_sqlite || expect_equal "$(sql "SELECT count(*) FROM pg_tables WHERE tablename LIKE 'migrate%' AND schemaname = 'public'")" 2
	on_sqlite || expect_equal "$(sql "SELECT schemaname FROM pg_tables WHERE tablename = 'c_was_here'")" public
	run_ok downgrade base
	expect_equal "$(rows)" ""
}

# bats test_tags=postgresql
@test "SET search_path = ''" {
	leaves "SET search_path = '';"
}

# bats test_tags=postgresql
@test "set_config('search_path') as pg_dump writes it" {
	leaves "SELECT pg_catalog.set_config('search_path', '', false);"
}

# bats test_tags=postgresql
@test "a search_path where every operator is somebody else's" {
	leaves "CREATE SCHEMA evil;
CREATE FUNCTION evil.eq(text, text) RETURNS boolean LANGUAGE sql AS 'SELECT false';
CREATE OPERATOR evil.= (LEFTARG = text, RIGHTARG = text, FUNCTION = evil.eq);
CREATE FUNCTION evil.count() RETURNS bigint LANGUAGE sql AS 'SELECT 42::bigint';
CREATE TABLE evil.migrate_version (version_num text);
CREATE TABLE evil.migrate_log (id int);
SET search_path = evil, pg_catalog, public;"
	expect_equal "$(sql "SELECT count(*) FROM evil.migrate_version")" 0
}

# bats test_tags=postgresql
@test "SET ROLE and SET SESSION AUTHORIZATION to a role without rights" {
	local role=weak_$DB
	sql "CREATE ROLE $role"
	leaves "SET ROLE $role;"
	rm migrations/*
	sql "DROP TABLE migrate_version, migrate_log"
	leaves "SET SESSION AUTHORIZATION $role;"
	rm migrations/*
	sql "DROP TABLE migrate_version, migrate_log"
	leaves "SET LOCAL ROLE $role;"
	sql "DROP ROLE $role"
}

# bats test_tags=postgresql
@test "timeouts, read-only defaults and encodings" {
	leaves "SET lock_timeout = '1ms'; SET statement_timeout = '1h'; SET idle_in_transaction_session_timeout = '1ms';
SET default_transaction_read_only = on; SET default_transaction_isolation = serializable;
SET client_min_messages = error; SET standard_conforming_strings = off; SET row_security = off;
SET client_encoding = latin1; SET DateStyle = 'SQL, DMY'; SET TimeZone = 'Asia/Tokyo';
SET session_replication_role = replica; SET default_tablespace = ''; SET default_table_access_method = heap;
SET check_function_bodies = off; SET xmloption = content; SET quote_all_identifiers = on;"
}

# bats test_tags=postgresql
@test "standard_conforming_strings off leaves the log's text as it is" {
	table a ""
	revision b a "CREATE TABLE s (t text);
SET standard_conforming_strings = off;
INSERT INTO s VALUES (E'a\\\\b');" -
	run_ok upgrade head
	expect_has "$(sql "SELECT sql FROM migrate_log WHERE revision = 'b'")" "VALUES (E'a\\\\b')"
	expect_equal "$(sql "SELECT t FROM s")" 'a\b'
}

# bats test_tags=postgresql
@test "a temporary table that shadows the version table and the log" {
	leaves "CREATE TEMP TABLE migrate_version (version_num text); CREATE TEMP TABLE migrate_log (id int);
INSERT INTO migrate_version VALUES ('zzz');"
}

# bats test_tags=postgresql
@test "temporary tables and cursors do not reach the next script" {
	for scope in revision run; do
		sed -i '/^transaction:/d' migrator.yaml
		echo "transaction: $scope" >>migrator.yaml
		revision a "" "CREATE TEMP TABLE x (id int); DECLARE c CURSOR WITH HOLD FOR SELECT * FROM x;" ""
		revision b a "CREATE TABLE x (id int); INSERT INTO x VALUES (1); DECLARE c CURSOR WITH HOLD FOR SELECT 1;" "DROP TABLE x;"
		run_ok upgrade head
		expect_equal "$(sql "SELECT id FROM x")" 1
		run_ok downgrade base
		run_ok upgrade base:head --sql
		printf '%s\n' "$output" | psql -X -q "$URL"
		expect_equal "$(sql "SELECT id FROM x")" 1
		run_ok downgrade base
	done
}

# bats test_tags=postgresql
@test "RESET ALL, and advisory locks that are let go" {
	leaves "RESET ALL; SELECT pg_advisory_unlock_all(); DEALLOCATE ALL; CLOSE ALL; UNLISTEN *;"
}

# bats test_tags=postgresql
@test "advisory locks let go in the middle of many revisions" {
	local previous="" i
	for i in $(seq 40); do
		revision "r$i" "$previous" "CREATE TABLE t$i (id int); SELECT pg_advisory_unlock_all(); DEALLOCATE ALL;" "DROP TABLE t$i;"
		previous=r$i
	done
	run_ok upgrade head
	expect_equal "$(rows)" r40
	expect_equal "$(tables | wc -w)" 40
	expect_equal "$(sql "SELECT count(*) FROM migrate_log")" 40
}

# bats test_tags=postgresql
@test "SET TRANSACTION comes first in a script, and its level ends with it" {
	table a ""
	revision b a "SET TRANSACTION ISOLATION LEVEL REPEATABLE READ;
CREATE TABLE level AS SELECT current_setting('transaction_isolation') AS level;" -
	revision c b "INSERT INTO level SELECT current_setting('transaction_isolation');" -
	run_ok upgrade head
	expect_equal "$(sql "SELECT string_agg(level, ',') FROM level")" "repeatable read,read committed"
}

# bats test_tags=postgresql
@test "a file as pg_dump writes it" {
	sql "CREATE TABLE old (id serial PRIMARY KEY, t text DEFAULT 'x; y'); INSERT INTO old (t) VALUES (E'a\\tb'), (NULL);
		CREATE FUNCTION f() RETURNS int LANGUAGE plpgsql AS 'BEGIN RETURN 1; END'; CREATE VIEW v AS SELECT id FROM old;"
	pg_dump "$URL" | sed '/^\\restrict/d; /^\\unrestrict/d' >dump.sql
	sql "DROP TABLE old CASCADE; DROP FUNCTION f()"
	table a ""
	revision b a "$(cat dump.sql)" -
	table c b
	run_ok upgrade head
	expect_equal "$(tables)" "old t_a t_c"
	expect_equal "$(sql "SELECT count(*) FROM old WHERE t = E'a\\tb'")" 1
	expect_equal "$(rows)" c
}

# bats test_tags=postgresql
@test "what a script set with SET LOCAL or in a failed run is gone" {
	echo "transaction: run" >>migrator.yaml
	revision a "" "CREATE TABLE s (what text, value text); SET search_path = ''; SET LOCAL lock_timeout = '77ms'; SET work_mem = '77MB';" -
	revision b a "INSERT INTO s SELECT name, setting FROM pg_settings WHERE name IN ('search_path', 'lock_timeout', 'work_mem');" -
	run_ok upgrade head
	expect_equal "$(sql "SELECT value FROM s WHERE what = 'lock_timeout'")" 5000
	expect_equal "$(sql "SELECT value FROM s WHERE what = 'search_path'")" '"$user", public'
	expect_equal "$(sql "SELECT count(*) FROM s WHERE value = '78848'")" 0
}

# bats test_tags=postgresql
@test "lock_timeout and statement_timeout are the configuration's, and the section's where it has its own" {
	printf 'lock_timeout: 3s\nstatement_timeout: 2m\n' >>migrator.yaml
	local ask="SELECT string_agg(setting, ' ' ORDER BY name) FROM pg_settings WHERE name IN ('lock_timeout', 'statement_timeout')"
	revision a "" "CREATE TABLE s (id serial, t text); INSERT INTO s (t) $ask;" -
	revision b a "INSERT INTO s (t) $ask;" -
	revision c b "INSERT INTO s (t) $ask;" -
	sed -i 's/^-- migrate:upgrade$/& lock_timeout=700ms statement_timeout=5s/' migrations/b.sql
	run_ok upgrade head
	expect_equal "$(sql "SELECT string_agg(t, ',' ORDER BY id) FROM s")" "3000 120000,700 5000,3000 120000"
}

# bats test_tags=postgresql
@test "a section's time-outs hold in its downgrade, in every part of it, and in a run as one transaction" {
	local ask="INSERT INTO s (t) SELECT string_agg(setting, ' ' ORDER BY name) FROM pg_settings WHERE name IN ('lock_timeout', 'statement_timeout');"
	local seen="SELECT string_agg(t, ',' ORDER BY id) FROM s"
	printf 'lock_timeout: 3s\nstatement_timeout: 2m\n' >>migrator.yaml
	revision a "" "CREATE TABLE s (id serial, t text);" -
	revision b a "$ask" "$ask"
	revision c b "$ask VACUUM s; $ask" "$ask VACUUM s; $ask"
	revision d c "$ask $ask" "$ask $ask"
	revision e d "$ask" "$ask"
	sed -i 's/^-- migrate:up.*/& lock_timeout=700ms statement_timeout=5s/; s/^-- migrate:down.*/& lock_timeout=800ms statement_timeout=0/' migrations/[bcd].sql
	sed -i 's/^-- migrate:.*/& transaction=off/' migrations/d.sql
	run_ok upgrade
	expect_equal "$(sql "$seen")" "700 5000,700 5000,700 5000,700 5000,700 5000,3000 120000"
	sql "TRUNCATE s"
	run_ok downgrade a
	expect_equal "$(sql "$seen")" "3000 120000,800 0,800 0,800 0,800 0,800 0"
	rm migrations/[cde].sql
	revision c b "$ask" "$ask"
	echo "transaction: run" >>migrator.yaml
	sql "TRUNCATE s"
	run_ok upgrade
	expect_equal "$(sql "$seen")" "700 5000,3000 120000"
	sql "TRUNCATE s"
	run_ok downgrade a
	expect_equal "$(sql "$seen")" "3000 120000,800 0"
}

# endless: a statement that takes longer than anybody waits.
endless() {
	on_postgresql && echo "SELECT pg_sleep(30);" && return
	echo "WITH RECURSIVE c(x) AS (VALUES(1) UNION ALL SELECT x+1 FROM c) SELECT max(x) FROM c;"
}

# too_long FILE:LINE: the last command was ended by statement_timeout there, and says what to do.
too_long() {
	on_sqlite || expect_has "$errors" 57014
	expect_has "$errors" "$1"
	expect_has "$errors" "statement timeout" || expect_has "$errors" statement_timeout
	expect_has "$errors" "hint: Raise statement_timeout in migrator.yaml or behind the section's marker"
}

@test "a statement that runs longer than statement_timeout fails" {
	echo 'statement_timeout: 200ms' >>migrator.yaml
	revision a "" "SELECT 1;
$(endless)" -
	migrate upgrade head
	expect_status 1
	too_long migrations/a.sql:8
	expect_equal "$(rows)" ""
}

# bats test_tags=postgresql
@test "a statement that somebody else cancelled is not put down to statement_timeout alone" {
	revision a "" "SELECT pg_cancel_backend(pg_backend_pid());" ""
	migrate upgrade
	expect_status 1
	expect_has "$errors" 57014
	expect_has "$errors" "somebody cancelled the statement: run the command again."
}

@test "a section's statement_timeout ends its upgrade, its downgrade, and a statement outside a transaction" {
	table a ""
	revision b a "$(endless)" "$(endless)"
	sed -i 's/^-- migrate:.*/& statement_timeout=200ms/' migrations/b.sql
	migrate upgrade
	expect_status 1
	too_long migrations/b.sql:7
	expect_equal "$(rows)" a
	run_ok stamp b
	migrate downgrade
	expect_status 1
	too_long migrations/b.sql:10
	expect_equal "$(rows)" b
	run_ok stamp a
	sed -i 's/^-- migrate:.*/& transaction=off/' migrations/b.sql
	migrate upgrade
	expect_status 5
	too_long migrations/b.sql:7
	expect_equal "$(rows)" a
}

@test "a section's lock_timeout ends its waiting, up and down" {
	revision a "" "CREATE TABLE busy (id INTEGER);" -
	revision b a "ALTER TABLE busy ADD COLUMN t TEXT;" "ALTER TABLE busy RENAME TO b;"
	sed -i 's/^-- migrate:.*/& lock_timeout=200ms/' migrations/b.sql
	printf 'lock_timeout: 20s\nlock_retries: 0\n' >>migrator.yaml
	for direction in "upgrade b" "downgrade a"; do
		run_ok stamp --purge base
		run_ok stamp "$([ "$direction" = "upgrade b" ] && echo a || echo b)"
		on_sqlite && [ ! -e first ] && sql "CREATE TABLE busy (id INTEGER)" && touch first
		on_postgresql && sql "CREATE TABLE IF NOT EXISTS busy (id INTEGER)" 2>/dev/null
		mkfifo hold
		if on_sqlite; then
			sqlite3 "$DB" <hold >held 2>&1 3>&- &
		else
			psql -X -q -A -t "$URL" <hold >held 2>&1 3>&- &
		fi
		exec 9>hold
		echo "BEGIN; SELECT 'reads', count(*) FROM busy;" >&9
		for _ in $(seq 100); do ! grep -q reads held || break; sleep 0.05; done
		before=$(date +%s%N)
		# shellcheck disable=SC2086 # two words
		migrate $direction
		exec 9>&-
		wait
		rm hold
		[ $(($(date +%s%N) - before)) -lt 8000000000 ]
		expect_status "$(on_sqlite && echo 4 || echo 1)"
		expect_has "$errors" lock_timeout
	done
}

# bats test_tags=postgresql
@test "a lock that is not free within lock_timeout fails the revision" {
	printf 'lock_timeout: 300ms\nlock_retries: 0\n' >>migrator.yaml
	sql "CREATE TABLE busy (id int)"
	psql -X -q "$URL" -c "BEGIN; LOCK TABLE busy; SELECT pg_sleep(3)" >/dev/null &
	sleep 0.5
	table a ""
	revision b a "ALTER TABLE busy ADD COLUMN t text;" -
	migrate upgrade head
	expect_status 1
	expect_has "$errors" 55P03
	expect_has "$errors" "migrations/b.sql:7"
	expect_equal "$(rows)" a
	wait
}

# bats test_tags=sqlite
@test "SQLite's settings go back to what they were" {
	revision a "" "CREATE TABLE s (t TEXT);
PRAGMA recursive_triggers = ON; PRAGMA case_sensitive_like = ON; PRAGMA legacy_alter_table = ON;
PRAGMA ignore_check_constraints = ON; PRAGMA reverse_unordered_selects = ON; PRAGMA cache_size = 7;
PRAGMA defer_foreign_keys = ON; PRAGMA busy_timeout = 1;" -
	revision b a "INSERT INTO s SELECT 'recursive_triggers ' || recursive_triggers FROM pragma_recursive_triggers;
INSERT INTO s SELECT 'ignore_check ' || ignore_check_constraints FROM pragma_ignore_check_constraints;
INSERT INTO s SELECT 'legacy ' || legacy_alter_table FROM pragma_legacy_alter_table;
INSERT INTO s SELECT 'like ' || ('a' LIKE 'A');" -
	run_ok upgrade head
	expect_equal "$(sql "SELECT group_concat(t) FROM s")" "recursive_triggers 0,ignore_check 0,legacy 0,like 1"
	expect_has "$errors" recursive_triggers
}

# bats test_tags=sqlite
@test "PRAGMA query_only of a script does not stop the version row" {
	leaves "PRAGMA query_only = ON;"
}

# bats test_tags=sqlite
@test "what a PRAGMA stores in the file stays" {
	leaves "PRAGMA user_version = 7; PRAGMA application_id = 8;"
	expect_equal "$(sql "PRAGMA user_version")" 7
}

# bats test_tags=sqlite
@test "SQLite's temporary tables do not shadow ours, nor reach the next script" {
	leaves "CREATE TEMP TABLE migrate_version (version_num TEXT); CREATE TEMP TABLE migrate_log (id INTEGER);
CREATE TEMP TABLE c_was_here (id INTEGER); CREATE TEMP VIEW t_d AS SELECT 1;"
}

# bats test_tags=sqlite
@test "SQLite's schema cannot be written by hand" {
	table a ""
	revision b a "PRAGMA writable_schema = ON; UPDATE sqlite_schema SET sql = 'x' WHERE name = 't_a';" -
	migrate upgrade head
	expect_status 1
	expect_equal "$(rows)" a
	expect_equal "$(sql "PRAGMA integrity_check")" ok
}

# bats test_tags=postgresql
@test "that a script's settings end with it is told, with the line" {
	revision a "" "SELECT 1;
SET work_mem = '77MB';" ""
	revision b a "SET LOCAL work_mem = '77MB'; SET CONSTRAINTS ALL DEFERRED; SELECT 'SET x = 1';" ""
	revision c b "VACUUM;
SET ROLE NONE;" ""
	run_ok upgrade
	expect_has "$errors" "notice: migrations/a.sql:8: what the script sets is set back behind it"
	expect_lacks "$errors" "b.sql:"
	expect_has "$errors" "notice: migrations/c.sql:8: what the script sets is set back behind it"
}
