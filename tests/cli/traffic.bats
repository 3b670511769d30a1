# Traffic beside a run: what another session's lock keeps out is tried again, and who is in the way
# is named.

load common


# hold SQL: a session in whose transaction SQL has run; told more by "say SQL", ended by let_go.
hold() {
	mkfifo "$DIR/hold"
	PGAPPNAME=shop psql -X -q "$URL" <"$DIR/hold" >/dev/null 2>"$DIR/held" 3>&- &
	holder=$!
	exec 9>"$DIR/hold"
	say "BEGIN; $1"
	soon holds
}
say() { echo "$1" >&9; }
holds() { [ "$(sql "SELECT count(*) FROM pg_stat_activity WHERE application_name = 'shop' AND state = 'idle in transaction' AND datname = current_database()")" = 1 ]; }
let_go() {
	say "ROLLBACK;"
	exec 9>&-
	wait "$holder"
}

# start ARGUMENT...: migrate in the background; $pid. Descriptor 3 is bats' own.
start() {
	"$MIGRATE" "$@" >"$DIR/.bg.out" 2>"$DIR/.bg" </dev/null 3>&- 9>&- &
	pid=$!
}
says() { grep -q -- "$1" "$DIR/.bg"; }
join() {
	status=0
	wait "$pid" || status=$?
	output=$(cat "$DIR/.bg.out")
	errors=$(cat "$DIR/.bg")
}

# quick RETRIES: locks are waited for briefly. Who is in the way is named within that time, unless the
# machine is too busy for that.
quick() { printf 'lock_timeout: 200ms\nlock_retries: %s\n' "$1" >>migrator.yaml; }

# mark ID PARENT SQL: a revision whose effect shows how often it ran, and then SQL.
mark() { revision "$1" "$2" "INSERT INTO ran VALUES ('$1');
$3" "DELETE FROM ran WHERE id = '$1';"; }

journal() { sql "SELECT revision, outcome, segment FROM migrate_log ORDER BY id" | tr '\n' ' ' | sed 's/ $//'; }
ran() { sql "SELECT string_agg(id, ' ' ORDER BY id) FROM ran"; }

BUSY="CREATE TABLE busy (id INTEGER, name TEXT); INSERT INTO busy VALUES (1, 'x'); CREATE TABLE ran (id TEXT);"

# bats test_tags=postgresql
@test "a revision that a lock keeps out is tried again, and runs once" {
	quick 20
	revision r0 "" "$BUSY" "DROP TABLE busy, ran;"
	mark a r0 "SELECT 1;"
	mark b a "ALTER TABLE busy ADD COLUMN b INTEGER;"
	mark c b "SELECT 1;"
	run_ok upgrade r0
	hold "UPDATE busy SET name = 'top secret' WHERE id = 1;"
	start upgrade
	soon says "trying again, 1 of 20"
	soon says "blocked by"
	expect_equal "$(ran)" a
	let_go
	join
	expect_status 0
	expect_equal "$(ran)" "a b c"
	expect_equal "$(rows)" c
	expect_equal "$(journal)" "r0|applied| a|applied| b|applied| c|applied|"
	expect_has "$errors" "migrations/b.sql:8: canceling statement due to lock timeout: trying again, 1 of 20"
	expect_has "$errors" "user tester, shop, from 127.0.0.1, idle in transaction for "
	expect_has "$errors" "UPDATE busy SET name = '...' WHERE id = 1"
	expect_lacks "$errors" "top secret"
	expect_lacks "$errors" failed
}

# bats test_tags=postgresql
@test "a downgrade is tried again too" {
	quick 20
	revision a "" "$BUSY" "ALTER TABLE busy DROP COLUMN name; DROP TABLE ran;"
	run_ok upgrade
	hold "SELECT * FROM busy;"
	start downgrade
	soon says "trying again, 1 of 20"
	let_go
	join
	expect_status 0
	expect_equal "$(tables)" busy
}

# bats test_tags=postgresql
@test "the last try's error says who was in the way, and how often it was tried" {
	quick 1
	sed -i 's/^lock_timeout.*/lock_timeout: 700ms/' migrator.yaml
	revision r0 "" "$BUSY" -
	mark a r0 "LOCK TABLE busy;"
	run_ok upgrade r0
	hold "SELECT * FROM busy;"
	migrate --format json upgrade
	expect_status 1
	expect_equal "$(json .error.sqlstate)" 55P03
	expect_equal "$(json .error.line)" 8
	expect_has "$(json .error.detail)" "blocked by pid $(sql "SELECT pid FROM pg_stat_activity WHERE application_name = 'shop' AND datname = current_database()"), user tester, shop, "
	expect_has "$(json .error.detail)" ": SELECT * FROM busy"
	expect_has "$(json .error.detail)" "It was tried 2 times"
	expect_has "$(json .error.hint)" lock_retries
	expect_equal "$(json '[.steps[].status] | join(",")')" failed
	let_go
	expect_equal "$(ran)" ""
	expect_equal "$(rows)" r0
}

# bats test_tags=postgresql
@test "lock_retries: 0 tries once" {
	quick 0
	revision r0 "" "$BUSY" -
	mark a r0 "LOCK TABLE busy NOWAIT;"
	run_ok upgrade r0
	hold "LOCK TABLE busy;"
	migrate upgrade
	let_go
	expect_status 1
	expect_lacks "$errors" "trying again"
	expect_lacks "$errors" "was tried"
	expect_has "$errors" 55P03
}

# bats test_tags=postgresql
@test "with transaction: run the whole run is tried again, each revision's effect once" {
	quick 20
	echo "transaction: run" >>migrator.yaml
	sql "$BUSY"
	local previous="" i
	for i in $(seq 100 170); do
		mark "r$i" "$previous" "$([ "$i" != 160 ] || echo "ALTER TABLE busy ADD COLUMN b INTEGER;")"
		previous=r$i
	done
	hold "SELECT * FROM busy;"
	start --format json upgrade
	soon lock_is_awaited
	expect_equal "$(ran)" ""
	let_go
	join
	expect_status 0
	expect_equal "$(json '[.steps[].status] | unique | join(",")')" applied
	expect_equal "$(sql "SELECT count(*), count(DISTINCT id) FROM ran")" "71|71"
	expect_equal "$(sql "SELECT count(*), count(DISTINCT revision) FROM migrate_log")" "71|71"
	expect_equal "$(rows)" r170
}
lock_is_awaited() { [ "$(sql "SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND datname = current_database()")" = 1 ]; }

# bats test_tags=postgresql
@test "a part of a script is tried again with what the parts before have set" {
	quick 20
	sql "CREATE SCHEMA s; CREATE ROLE other_$DB; GRANT ALL ON SCHEMA s TO other_$DB; $BUSY GRANT ALL ON busy TO other_$DB"
	revision a "" "SELECT pg_catalog.set_config('search_path', 's, public', false);
SET ROLE other_$DB;
CREATE TABLE first (id INTEGER);
VACUUM first;
CREATE TABLE second AS SELECT CAST(current_user AS text) AS who;
LOCK TABLE busy;
VACUUM first;
CREATE TABLE third AS SELECT CAST(current_user AS text) AS who;" -
	hold "SELECT * FROM busy;"
	start upgrade
	soon says "trying again, 2 of 20"
	let_go
	join
	expect_status 0
	expect_equal "$(sql "SELECT s.who = t.who, s.who LIKE 'other%' FROM s.second s, s.third t")" "t|t"
	expect_equal "$(journal)" "a|done|1 a|started|2 a|done|2 a|done|3 a|started|4 a|done|4 a|done|5 a|applied|"
	sql "DROP SCHEMA s CASCADE; DROP OWNED BY other_$DB; DROP ROLE other_$DB"
}

# bats test_tags=postgresql
@test "a statement outside a transaction is tried again where nothing is left of it" {
	quick 20
	sql "$BUSY"
	revision a "" "INSERT INTO ran VALUES ('before');
UPDATE busy SET name = 'z';
INSERT INTO ran VALUES ('behind');" -
	sed -i 's/^-- migrate:upgrade$/& transaction=off/' migrations/a.sql
	hold "LOCK TABLE busy;"
	start upgrade
	soon says "trying again, 2 of 20"
	let_go
	join
	expect_status 0
	expect_equal "$(ran)" "before behind"
	expect_has "$(journal)" "a|started|1 a|done|1 a|started|2 a|retry|2 a|started|2 a|retry|2 a|started|2"
	expect_has "$(journal)" "a|done|2 a|started|3 a|done|3 a|applied|"
}

# bats test_tags=postgresql
@test "a concurrent build is not tried again when it left an INVALID index" {
	quick 20
	sed -i 's/^lock_timeout.*/lock_timeout: 700ms/' migrator.yaml
	sql "$BUSY"
	revision a "" "CREATE INDEX CONCURRENTLY i_busy ON busy (id);" -
	hold "INSERT INTO busy VALUES (2, 'y');"
	migrate upgrade
	expect_status 5
	expect_lacks "$errors" "trying again"
	expect_has "$errors" "blocked by pid"
	expect_has "$errors" "i_busy was left INVALID"
	let_go
	run_ok upgrade
	expect_equal "$(journal)" "a|started|1 a|retry|1 a|started|1 a|done|1 a|applied|"
}

# bats test_tags=postgresql
@test "a concurrent build is tried again when it had not begun" {
	quick 20
	sql "$BUSY"
	revision a "" "CREATE INDEX CONCURRENTLY i_busy ON busy (id);" -
	hold "LOCK TABLE busy IN SHARE ROW EXCLUSIVE MODE;"
	start upgrade
	soon says "trying again, 1 of 20"
	let_go
	join
	expect_status 0
	expect_equal "$(rows)" a
}

# bats test_tags=postgresql
@test "the victim of a deadlock is tried again" {
	quick 20
	sed -i 's/^lock_timeout.*/lock_timeout: 5s/' migrator.yaml
	sql "$BUSY"
	mark a "" "LOCK TABLE busy;"
	hold "SET deadlock_timeout = '1h'; LOCK TABLE busy;"
	start upgrade
	soon lock_is_awaited
	say "LOCK TABLE ran;"
	soon says "deadlock detected: trying again, 1 of 20"
	let_go
	join
	expect_status 0
	expect_equal "$(ran)" a
}

# bats test_tags=postgresql
@test "a signal ends the pause before the next try at once" {
	quick 20
	revision r0 "" "$BUSY" -
	mark a r0 "SELECT 1;"
	mark b a "LOCK TABLE busy;"
	run_ok upgrade r0
	hold "LOCK TABLE busy;"
	for signal in INT TERM; do
		start upgrade
		soon says "trying again, 3 of 20" # the pause is 1 to 2 s now
		before=$(date +%s%N)
		kill "-$signal" "$pid"
		join
		expect_status $([ $signal = INT ] && echo 130 || echo 143)
		[ $(($(date +%s%N) - before)) -lt 800000000 ]
		expect_equal "$(ran)" a
		expect_equal "$(rows)" a
	done
	let_go
	run_ok upgrade
	expect_equal "$(ran)" "a b"
}

# bats test_tags=postgresql
@test "a version table that somebody else has locked is waited for in the same way" {
	quick 20
	sql "$BUSY"
	mark a "" "SELECT 1;"
	mark b a "SELECT 1;"
	run_ok upgrade a
	hold "LOCK TABLE migrate_version IN SHARE MODE;"
	start upgrade
	soon says "another session holds a lock on table .*migrate_version.*: trying again, 1 of 20"
	soon says "blocked by"
	let_go
	join
	expect_status 0
	expect_has "$errors" "blocked by pid"
	expect_equal "$(ran)" "a b"
}

# bats test_tags=postgresql
@test "a command that cannot even look says who is in the way" {
	quick 3
	sed -i 's/^lock_timeout.*/lock_timeout: 1s/' migrator.yaml
	table a ""
	run_ok upgrade
	hold "LOCK TABLE migrate_version;"
	migrate status
	let_go
	expect_status 4
	expect_has "$errors" "blocked by pid"
	expect_has "$errors" "LOCK TABLE migrate_version"
}

# bats test_tags=sqlite
@test "a reader that keeps SQLite's COMMIT waiting is named" {
	quick 3
	table a ""
	run_ok upgrade
	table b a
	mkfifo "$DIR/hold"
	sqlite3 "$DB" <"$DIR/hold" >/dev/null 2>&1 3>&- &
	holder=$!
	exec 9>"$DIR/hold"
	say "BEGIN; SELECT count(*) FROM t_a;"
	soon grep -q "READ  *$holder" /proc/locks
	migrate upgrade
	exec 9>&-
	wait "$holder"
	expect_status 4
	expect_has "$errors" "pid $holder (sqlite3)"
	expect_has "$errors" "ms (lock_timeout)"
	run_ok upgrade
	expect_equal "$(rows)" b
}
