# What leaves the program: colour, a full disk, a closed pipe, hostile bytes.

load common

@test "colour only on request, or on a terminal" {
	table a ""
	run_ok history
	expect_lacks "$output" $'\033'
	run_ok history --color always
	expect_has "$output" $'\033['
	NO_COLOR=1 run_ok history --color=always
	expect_has "$output" $'\033['
	run_ok history --color never
	expect_lacks "$output" $'\033'
	run_ok history --color always --format json
	expect_lacks "$output" $'\033'
}

# bats test_tags=offline
@test "on a terminal there is colour, unless NO_COLOR is set or the terminal is dumb" {
	command -v script >/dev/null || skip "no script(1)"
	table a ""
	tty() { script -qec "$*" /dev/null </dev/null; }
	export TERM=xterm PAGER=cat
	expect_has "$(tty "$MIGRATE" history)" $'\033['
	expect_lacks "$(NO_COLOR=1 tty "$MIGRATE" history)" $'\033'
	expect_lacks "$(TERM=dumb tty "$MIGRATE" history)" $'\033'
	expect_lacks "$(tty "$MIGRATE" history --color never)" $'\033'
}

@test "results that cannot be written are an error" {
	table a ""
	for line in history "history --format json" heads "show a" --help --version "upgrade --sql base:head" "upgrade --dry-run" \
		"upgrade --format json" status current "heads --format json" "revision -m x" "init new"; do
		[ "$line" != "init new" ] || rm migrator.yaml
		status=0
		"$MIGRATE" $line >/dev/full 2>.stderr || status=$?
		errors=$(cat .stderr) output=$line
		expect_status 1
		expect_has "$errors" "No space left"
	done
}

# bats test_tags=offline
@test "a closed stdout is an error, a closed stderr is not" {
	table a ""
	status=0
	"$MIGRATE" history >&- 2>.stderr || status=$?
	expect_status 1
	"$MIGRATE" upgrade 2>&-
	expect_equal "$(rows)" a
	"$MIGRATE" downgrade </dev/null 2>/dev/full
	expect_equal "$(rows)" ""
}

# bats test_tags=offline
@test "a reader that goes away ends the program quietly" {
	for n in {100..240}; do
		revision "r$n" "" "$(printf 'SELECT 1; -- %01000d' 0)" ""
	done
	for line in "upgrade --sql base:heads" "history" "history --format json -v"; do
		{ "$MIGRATE" $line 2>.stderr; echo $? >.status; } | head -c 10 >/dev/null
		expect_equal "$(grep -v ^config .stderr)" ""
		[ "$(cat .status)" = 0 ] || [ "$(cat .status)" = 141 ]
	done
}

hostile() {
	printf -- '-- title \033]0;pwn\007 \033[2J \302\233 \342\200\256 \177 end\n-- revision: a\n-- branch_labels: L\n\n-- migrate:upgrade\n%s\n-- migrate:downgrade\n%s\n' \
		"$1" "$2" >"$(printf 'migrations/x\033[31m\n.sql')"
}

# harmless TEXT: no control byte but a newline or a tab, no C1 control, no bidirectional control.
harmless() {
	if LC_ALL=C grep -q "$(printf '[\001-\010\013-\037\177]\|\302[\200-\237]\|\342\200[\252-\256]')" <<<"$1"; then
		printf 'not harmless: ' && cat -v <<<"$1" && return 1
	fi
}

@test "hostile bytes in messages and file names reach no terminal" {
	hostile "CREATE TABLE t_a (id INTEGER);" "DROP TABLE t_a;"
	for line in history "history -v" "show a" heads "upgrade --dry-run" "upgrade --dry-run -v" upgrade "current -v" "history -i" status \
		"downgrade --dry-run" downgrade "upgrade --format json" "history --format json" "check"; do
		migrate $line
		harmless "$output"
		harmless "$errors"
	done
	expect_has "$(migrate history && echo "$output")" '\x1b'
	expect_equal "$(rows)" a
	run_ok history
	expect_equal "$(wc -l <<<"$output")" 1
}

@test "hostile bytes in what a script makes the server say reach no terminal" {
	hostile "SELECT * FROM \"no$(printf '\033')[31m such\";" ""
	migrate upgrade
	expect_status 1
	harmless "$errors"
	migrate upgrade --format json
	harmless "$output"
}

@test "hostile bytes in arguments, rows and configuration reach no terminal" {
	table a ""
	esc=$(printf 'x\033[31m\302\233\177')
	for command in upgrade downgrade stamp show edit "history -r" "revision -m x --head" "revision -m x --rev-id" "-c" "--env" "--env-file" \
		"status --format" "--$esc" "check"; do
		migrate $command "$esc"
		[ "$status" != 0 ]
		harmless "$output$errors"
	done
	migrate "$esc"
	harmless "$errors"
	run_ok stamp base
	run_ok stamp a
	sql "INSERT INTO migrate_version VALUES ('$esc')"
	for command in current status "history -i" upgrade check "current --format json" "status --format json"; do
		migrate $command
		harmless "$output"
		harmless "$errors"
	done
	printf 'versions: "%s"\n' 'no\e[31m' >migrator.yaml
	migrate history
	expect_status 2
	harmless "$errors"
	printf '%s: 1\n' '"k\e[31m"' >migrator.yaml
	migrate history
	expect_status 2
	harmless "$errors"
}

# bats test_tags=offline
@test "no message of an error has more than its lines: each has a prefix" {
	table a "gone"
	migrate history
	expect_status 2
	expect_equal "$(grep -vE '^(migrate|migrations/[a-z.]+|[a-z./]+:[0-9:]+):? error: |^(detail|hint): |^ +[0-9]* \|' <<<"$errors")" ""
}
