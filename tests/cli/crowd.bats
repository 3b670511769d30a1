# A crowd of runs that start at once, one of which is killed at some moment: each revision's effect is
# there exactly once, and everybody else succeeds.

# bats file_tags=plain
load common

REVISIONS=12

# A moment, so that a kill falls into a script. PostgreSQL keeps results back until a message is done,
# but sends notices at once.
moment() {
	if on_sqlite; then
		echo "WITH RECURSIVE c(x) AS (VALUES(1) UNION ALL SELECT x+1 FROM c WHERE x<30000) INSERT INTO slept SELECT max(x) FROM c;"
	else
		echo "DO 'BEGIN RAISE NOTICE ''here''; END'; INSERT INTO slept SELECT 1 FROM pg_sleep(0.04);"
	fi
}

# chain: r0 makes the tables; each of the others adds a row, which shows how often it ran.
chain() {
	local i
	revision r0 "" "CREATE TABLE ran (id INTEGER); CREATE TABLE slept (x INTEGER);" "DROP TABLE ran; DROP TABLE slept;"
	for i in $(seq $REVISIONS); do
		revision "r$i" "r$((i - 1))" "INSERT INTO ran VALUES ($i);
$(moment)" "DELETE FROM ran WHERE id = $i;"
	done
}

# works: some run has begun a revision, by what it says.
works() { grep -lE 'upgrade .* -> r' out.* 2>/dev/null | head -1; }

# crowd COUNT: that many runs at once, and one that works is killed up to 60 ms after it began.
crowd() {
	local i at victim="" pids=() failed=0
	rm -f out.*
	for i in $(seq "$1"); do
		"$MIGRATE" upgrade head >"out.$i" 2>&1 </dev/null 3>&- &
		pids+=($!)
	done
	for i in $(seq 500); do
		victim=$(works)
		[ -z "$victim" ] || break
		sleep 0.01
	done
	at=$((RANDOM % 60))
	sleep "0.$(printf '%03d' $at)"
	victim=${victim#out.}
	echo "run $victim of $1 was killed $at ms after it began"
	kill -KILL "${pids[$((victim - 1))]}" 2>/dev/null || true
	for i in $(seq "$1"); do
		wait "${pids[$((i - 1))]}" || [ "$i" = "$victim" ] || { failed=1 && echo "run $i failed" && cat "out.$i"; }
	done
	return $failed
}

# once: each revision has run once, and is recorded once.
once() {
	expect_equal "$(sql "SELECT count(*), count(DISTINCT id) FROM ran")" "$REVISIONS|$REVISIONS"
	expect_equal "$(sql "SELECT count(*), count(DISTINCT revision) FROM migrate_log WHERE outcome = 'applied'")" \
		"$((REVISIONS + 1))|$((REVISIONS + 1))"
	expect_equal "$(rows)" "r$REVISIONS"
	on_postgresql || expect_equal "$(sql "PRAGMA integrity_check")" ok
}

# afresh: nothing is there any more.
afresh() {
	if on_sqlite; then rm -f "$DB" "$DB"-*; else sql "DROP SCHEMA public CASCADE; CREATE SCHEMA public"; fi
}

for_each_start() { # COUNT
	chain
	crowd "$1"
	once
	afresh
	run_ok upgrade r4
	crowd "$1"
	once
}

@test "two runs, one of them killed, on an empty database and on one that is behind" { for_each_start 2; }
@test "eight runs, one of them killed, on an empty database and on one that is behind" { for_each_start 8; }
@test "sixteen runs, one of them killed, on an empty database and on one that is behind" { for_each_start 16; }

@test "sixteen runs as one transaction each, one of them killed" {
	echo "transaction: run" >>migrator.yaml
	for_each_start 16
}

@test "sixteen runs of a script in parts, one of them killed" {
	REVISIONS=3
	chain
	local outside="VACUUM;"
	revision r2 r1 "INSERT INTO ran VALUES (2);
$(moment)
$outside
$(moment)
$outside
$(moment)" "SELECT 1;"
	crowd 16
	run_ok upgrade
	once
}
