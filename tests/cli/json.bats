# --format json: each document of the contract, by its keys and types; one document on stdout,
# whatever happens.

load common

# shape FILTER...: stdout is one JSON document, and the filters are true of it.
shape() {
	local filters
	printf -v filters 'and (%s) ' "$@"
	gojq -s -e <<<"$output" "def ids: type == \"array\" and all(.[]; type == \"string\");
		def flag: type == \"boolean\"; def text: type == \"string\"; def number: type == \"number\";
		def maybe(f): . == null or f; length == 1 and (.[0] | [true $filters] | length > 0 and all)" >/dev/null && return 0
	printf 'not one document, or not so: %s\nin: %s\n' "$*" "$output"
	return 1
}

PLAN='(.command | text) and (.target | text) and (.dry_run | flag) and (.changed | flag) and (.from | ids) and (.to | ids)
	and all(.steps[]; (.revision | text) and (.direction | IN("upgrade", "downgrade")) and (.message | text) and (.file | text)
		and (.status | IN("planned", "applied", "failed")) and (.statements | number) and (.duration_ms | number))'
REVISION='(.revision | text) and (.down_revision | ids) and (.depends_on | ids) and (.branch_labels | ids) and (.message | text)
	and (.created | maybe(text)) and (.file | text) and (.head | flag) and (.current | maybe(flag)) and (.applied | maybe(flag))'
ERROR='(.error | (.code | text) and (.exit_status | number) and (.message | text) and (.detail | maybe(text)) and (.hint | maybe(text))
	and (.file | maybe(text)) and (.line | maybe(number)) and (.column | maybe(number)) and (.statement | maybe(text))
	and (.sqlstate | maybe(text)) and (keys | contains(["code", "exit_status", "message", "detail", "hint", "file", "line",
		"column", "statement", "sqlstate"])))'

# failure STATUS CODE ARGUMENT...: the command ends with the status, and says so in JSON.
failure() {
	local status_wanted=$1 code=$2
	shift 2
	migrate "$@" --format json
	expect_status "$status_wanted"
	shape "$ERROR and .error.exit_status == $status_wanted and .error.code == \"$code\""
	expect_equal "$errors" ""
}

@test "upgrade and downgrade: what ran" {
	two_branches
	run_ok upgrade heads --format json
	shape "$PLAN" \
		'.command == "upgrade" and .target == "heads" and .dry_run == false and .changed and .from == [] and .to == ["d1", "d2"]' \
		'[.steps[].revision] == ["a", "b", "c1", "d1", "c2", "d2"] and all(.steps[]; .status == "applied" and .statements == 1)' \
		'.steps[0].message == "Revision a" and .steps[0].file == "migrations/a.sql" and .steps[0].duration_ms > 0'
	expect_equal "$errors" ""
	run_ok downgrade b --format json
	shape "$PLAN" \
		'.command == "downgrade" and .target == "b" and .changed and .from == ["d1", "d2"] and .to == ["b"]' \
		'all(.steps[]; .direction == "downgrade") and (.steps | length) == 4'
	run_ok downgrade --format json
	shape '.target == "-1" and .to == ["a"]'
}

@test "upgrade with nothing to do" {
	table a ""
	run_ok upgrade
	run_ok upgrade --format json
	shape "$PLAN" \
		'.steps == [] and .changed == false and .from == ["a"] and .to == ["a"] and .target == "head"'
}

@test "a dry run plans and changes nothing" {
	table a ""
	run_ok upgrade --dry-run --format json
	shape "$PLAN" '.dry_run and .changed == false and .to == ["a"] and .steps[0].status == "planned"'
	if on_sqlite; then [ ! -e "$DB" ]; else expect_equal "$(tables)" ""; fi
}

@test "a failed script: the steps tell how far it came, the error where" {
	table a ""
	revision b a $'CREATE TABLE t_b (id INTEGER);\nSELECT * FROM nowhere;' ""
	table c b
	failure 1 sql upgrade
	shape "$PLAN" \
		'[.steps[].status] == ["applied", "failed", "planned"] and .changed and .to == ["a"]' \
		'.error.file == "migrations/b.sql" and .error.line == 8 and (.error.message | contains("nowhere"))'
	on_sqlite || shape '.error.sqlstate == "42P01" and .error.column == 15'
	failure 1 sql upgrade
	shape '.changed == false'
}

@test "current" {
	two_branches
	run_ok stamp d1 c2
	run_ok current --format json
	shape '(.current | type) == "array" and (.heads | ids) and (.up_to_date | flag)' \
		'[.current[].revision] == ["c2", "d1"] and all(.current[]; .known) and .heads == ["d1", "d2"] and .up_to_date == false' \
		".current[] | $REVISION"
	sql "INSERT INTO migrate_version VALUES ('gone')"
	run_ok current --format json
	shape '[.current[] | select(.known == false) | .revision] == ["gone"] and .up_to_date == false'
	run_ok stamp heads
	run_ok current --format json
	shape '.up_to_date'
}

@test "heads, branches, show" {
	two_branches
	run_ok heads --format json
	shape '[.heads[].revision] == ["d1", "d2"]' \
		".heads[] | $REVISION"
	run_ok branches --format json
	shape '[.branches[].revision] == ["b"]'
	run_ok show L1 --format json
	shape '[.revisions[].revision] == ["c1"] and .revisions[0].branch_labels == ["L1"] and .revisions[0].down_revision == ["b"]' \
		".revisions[] | $REVISION"
}

@test "history is newest first" {
	table a "" "created: 2026-01-01 10:00:00+00:00"
	table b "a" "created: 2026-01-02 10:00:00+00:00" "branch_labels: L"
	table c "b" "created: 2026-01-03 10:00:00+00:00" "depends_on: a"
	run_ok history --format json
	shape ".revisions[] | $REVISION" \
		'[.revisions[].revision] == ["c", "b", "a"] and .revisions[0].head and (.revisions[1].head | not)' \
		'.revisions[0].depends_on == ["a"] and .revisions[2].down_revision == [] and .revisions[1].branch_labels == ["L"]' \
		'.revisions[2].created == "2026-01-01 10:00:00+00:00" and .revisions[2].message == "Revision a"'
	run_ok history -r a:b --format json
	shape '[.revisions[].revision] == ["b", "a"]'
}

@test "history tells what is applied and current when the database is asked" {
	table a ""
	table b a
	table c b
	run_ok upgrade b
	run_ok history -i --format json
	shape '[.revisions[] | .applied] == [false, true, true] and [.revisions[] | .current] == [false, true, false] and .unknown == []'
}

@test "history without -i has the marks where the database answers, and null where not" {
	table a ""
	table b a
	run_ok history --format json -d postgresql://u@127.0.0.1:1/db
	shape 'all(.revisions[]; .applied == null and .current == null)'
	run_ok upgrade a
	run_ok history --format json
	shape '[.revisions[] | .applied] == [false, true] and [.revisions[] | .current] == [false, true]'
	run_ok heads --format json
	shape '.heads[0].applied == false'
	migrate history -i --format json -d postgresql://u@127.0.0.1:1/db
	expect_status 1
}

@test "status" {
	table a ""
	table b a
	run_ok upgrade a
	run_ok status --format json
	shape '(.database | text) and (.dialect | IN("sqlite", "postgresql")) and (.current | ids) and (.heads | ids) and (.pending | ids)
		and (.changed | ids) and (.unknown | ids) and (.up_to_date | flag)'
	shape '.current == ["a"] and .heads == ["b"] and .pending == ["b"] and .changed == [] and .unknown == [] and .up_to_date == false'
	expect_equal "$(json .dialect)" "$TEST_DATABASE"
	sed -i 's/INTEGER/BIGINT/' migrations/a.sql
	sql "INSERT INTO migrate_version VALUES ('gone')"
	run_ok status --format json
	shape '.changed == ["a"] and .unknown == ["gone"]'
	sql "DELETE FROM migrate_version WHERE version_num = 'gone'"
	run_ok upgrade
	run_ok status --format json
	shape '.up_to_date and .pending == []'
}

@test "check: findings, and an error with status 3" {
	table a ""
	revision b a "SELECT 1;" -
	run_ok upgrade a
	failure 3 check check
	shape '.ok == false and all(.findings[]; (.check | IN("heads", "scripts", "database", "changes")) and (.message | text) and (.revisions | ids))' \
		'[.findings[].check] == ["scripts", "database"] and .findings[0].file == "migrations/b.sql"'
	failure 3 check current --check-heads
	shape '.current[0].revision == "a"'
	run_ok check --heads --format json
	shape '.ok and .findings == [] and (has("error") | not)'
}

@test "revision, merge, stamp, init, ensure-version, edit" {
	run_ok revision -m one --rev-id r1 --format json
	shape '.command == "revision" and .revision == "r1" and (.file | text)'
	[ -f "$(json .file)" ]
	run_ok revision -m two --head base --rev-id r2 --format json
	run_ok merge -m three --rev-id r3 --format json
	shape '.command == "merge" and .revision == "r3"'
	run_ok stamp r1 --format json
	shape '.command == "stamp" and .targets == ["r1"] and .purge == false and .to == ["r1"]'
	run_ok ensure-version --format json
	shape '.command == "ensure-version" and .created == false'
	EDITOR="echo noise" run_ok edit r1 --format json
	shape '.command == "edit" and (.files | length) == 1'
	mkdir new && cd new
	run_ok init --format json
	shape '.command == "init" and (.files | index("migrator.yaml"))'
}

@test "hooks and warnings do not disturb the document" {
	table a ""
	table b a
	echo "hooks: echo noise" >>migrator.yaml
	run_ok revision -m x --format json
	shape '.command == "revision"'
	run_ok stamp b
	sql "INSERT INTO migrate_version VALUES ('a')"
	run_ok current --format json
	shape '(.warnings | ids) and (.warnings | length) == 1'
}

@test "usage errors are JSON too, wherever --format stands" {
	for line in "frob" "upgrade --frob" "upgrade a b" "revision" "show" "history -r a" "upgrade --sql" "-q -v status" "stamp"; do
		failure 2 usage $line
		migrate --format=json $line
		expect_status 2
		shape "$ERROR"
		migrate --format json $line
		shape "$ERROR"
	done
	failure 2 usage
}

@test "each kind of failure has its code" {
	table a ""
	failure 2 target upgrade nope
	failure 2 target show base
	table ab a
	table ac a
	failure 2 multiple_heads upgrade
	failure 2 multiple_heads revision -m x
	failure 2 refused revision -m x --head a
	failure 2 exists revision -m x --rev-id a --head ab
	failure 2 config history -c gone.yaml
	failure 2 config history --env gone
	failure 2 database_url status -d nonsense
	failure 1 connection status -d postgresql://u@127.0.0.1:1/db
	run_ok upgrade heads
	failure 2 refused downgrade
	failure 2 ambiguous upgrade a+1
	sql "INSERT INTO migrate_version VALUES ('gone')"
	failure 2 unknown_revision upgrade heads
	table b nowhere
	failure 2 graph history
	shape '.error.file == "migrations/b.sql"'
	echo "broken" >migrations/b.sql
	failure 2 script history
	shape '.error.line == 1'
	echo "x: 1" >migrator.yaml
	failure 2 config history
	shape '.error.file == "migrator.yaml" and .error.line == 1 and .error.column == 1'
}

@test "text that is no UTF-8 or has control characters is still valid JSON" {
	printf -- '-- ESC \033[31m and \302\233 and \342\200\256\n-- revision: a\n-- migrate:upgrade\n-- migrate:downgrade\n' >migrations/a.sql
	run_ok history --format json
	shape '.revisions[0].message | contains("ESC")'
	for bytes in '\033' '\302\233' '\342\200\256'; do
		expect_lacks "$output" "$(printf "$bytes")"
	done
	migrate upgrade $'\xff\x1b' --format json
	expect_status 2
	shape "$ERROR"
}

@test "after a failure \"to\" is where the database stands" {
	table a ""
	table b a
	revision c b "INSERT INTO nowhere VALUES (1);" ""
	migrate --format json upgrade
	expect_status 1
	shape '.from == [] and .to == ["b"] and .changed'
	migrate --format json upgrade
	expect_status 1
	shape '.from == ["b"] and .to == ["b"] and (.changed | not)'
}
