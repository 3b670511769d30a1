#!/usr/bin/env bats
# Plans as files: written, approved, and run as they are or refused.
load common

setup_plan() {
	table a ""
	revision b a "CREATE TABLE t_b (id INTEGER); -- why
INSERT INTO t_b VALUES (1);" "DROP TABLE t_b;"
	run_ok upgrade --plan-out plan.json
}

# refused COMMAND WHY: --plan is refused, nothing runs, and the reason is told.
refused() {
	local before
	before=$(everything)
	migrate "$1" --plan plan.json
	expect_status 2
	expect_has "$errors" "$2"
	expect_equal "$(everything)" "$before"
}

@test "a plan file holds what would run, from where, on which database, and no password" {
	setup_plan
	expect_has "$output" "upgrade a -> b"
	expect_equal "$(rows 2>/dev/null)" ""
	output=$(cat plan.json)
	expect_equal "$(json '[.format, .command, .target, .version_table, (.from | length), .to[0], (.steps | map(.revision) | join(","))] | map(tostring) | join(" ")')" \
		"1 upgrade head migrate_version 0 b a,b"
	expect_equal "$(json '.steps[1].statements | join("|")')" "CREATE TABLE t_b (id INTEGER)|INSERT INTO t_b VALUES (1)"
	expect_equal "$(json '.steps[1] | [.file, .message, .checksum[0:7]] | join(" ")')" "migrations/b.sql Revision b sha256:"
	expect_has "$(json .database)" "$TEST_DATABASE"
}

@test "a plan goes to standard output, alone" {
	table a ""
	run_ok upgrade --plan-out plan.json
	run_ok upgrade --plan-out -
	expect_equal "$output" "$(<plan.json)"
	[ ! -e ./- ]
	expect_equal "$(tables)" ""
}

@test "a plan runs as it is, once" {
	setup_plan
	run_ok upgrade --plan plan.json
	expect_equal "$(tables)" "t_a t_b"
	refused upgrade "It starts at <base>, and the database is at b."
}

@test "a downgrade's plan is run by downgrade" {
	setup_plan
	run_ok upgrade
	run_ok downgrade base --plan-out plan.json
	refused upgrade 'this is the plan of "downgrade"'
	run_ok downgrade --plan plan.json
	expect_equal "$(tables)" ""
}

@test "another script, revision or database is another plan" {
	setup_plan
	sed -i 's/VALUES (1)/VALUES (2)/' migrations/b.sql
	refused upgrade "The script of revision b is another one."
	sed -i 's/VALUES (2)/VALUES (1)/' migrations/b.sql
	table c b
	refused upgrade "It has 2 steps, and now there are 3."
	rm migrations/c.sql
	echo "version_table: other" >>migrator.yaml
	refused upgrade "Its version table is migrate_version, and here it is other."
	sed -i '/^version_table/d' migrator.yaml
	sed -i 's/"database": "/"database": "x/' plan.json
	refused upgrade "It was made for x"
}

# bats test_tags=sqlite
@test "a plan that the rows have left behind while it waited is refused" {
	# The lock is easily held on SQLite.
	setup_plan
	run_ok upgrade a
	run_ok upgrade --plan-out plan.json
	sqlite3 "$DB" "BEGIN IMMEDIATE" ".shell touch '$DIR/held'; while [ ! -e '$DIR/enough' ]; do sleep 0.05; done" \
		"UPDATE migrate_version SET version_num = 'b'; COMMIT" 3>&- &
	local holder=$! pid i status=0
	for ((i = 0; i < 200; i++)); do [ -e held ] && break; sleep 0.05; done
	"$MIGRATE" upgrade --plan plan.json >.stdout 2>.stderr </dev/null 3>&- &
	pid=$!
	for ((i = 0; i < 200; i++)); do grep -q '^notice: .*pid' .stderr && break; sleep 0.05; done
	touch enough
	wait $holder
	wait $pid || status=$?
	expect_equal "$status" 2
	expect_has "$(cat .stderr)" "the database has moved since the plan was made"
	expect_has "$(cat .stderr)" "It is at b now."
	expect_equal "$(tables)" "t_a"
}

@test "what is no plan is refused with its place" {
	table a ""
	local text
	for text in '' '{' '[]' '{"format": 2}' '{"format": 1, "format": 1}' '{"format": 1, "command": "upgrade"}' \
		'{"format": 1, "command": "upgrade", "database": "", "dialect": "", "version_table": "", "target": "head", "from": [1], "to": [], "steps": []}'; do
		printf '%s' "$text" >plan.json
		migrate upgrade --plan plan.json
		expect_status 2
		expect_has "$errors" "plan.json: error: this is no plan"
	done
	migrate upgrade --plan nowhere.json
	expect_status 2
	expect_has "$errors" "nowhere.json"
	migrate upgrade --plan-out nowhere/plan.json
	[ "$status" != 0 ]
	expect_has "$errors" "nowhere/plan.json"
}

@test "a plan excludes what would make it another one" {
	setup_plan
	local words
	for words in "head --plan plan.json" "--plan plan.json --plan-out other.json" "--plan plan.json --sql" \
		"--plan-out other.json --sql"; do
		# shellcheck disable=SC2086 # a list of words
		migrate upgrade $words
		expect_status 2
		[ ! -e other.json ]
	done
	migrate downgrade --cascade --plan plan.json
	expect_status 2
}

@test "a plan that stopped half way is told to be made again, as that one is refused" {
	table a ""
	revision b a "$(printf 'VACUUM;\nCREATE TABLE t_a (i INTEGER);')" "VACUUM;"
	run_ok upgrade --plan-out plan.json
	migrate upgrade --plan plan.json
	expect_status 5
	expect_has "$errors" "hint: Mend the cause, and run a new plan: it resumes at this statement."
	refused upgrade "what would run is not what"
	sed -i 's/t_a (i/t_b (i/' migrations/b.sql
	run_ok upgrade --plan-out plan.json
	run_ok upgrade --plan plan.json
	at b
}

@test "a plan may go to a pipe or a device, which is not replaced by a file" {
	setup_plan
	mkfifo pipe
	cat pipe >got &
	run_ok upgrade --plan-out pipe
	wait $!
	[ -p pipe ]
	cmp got plan.json
	ln -s there out
	run_ok upgrade --plan-out out
	[ -L out ]
	cmp there plan.json
}
