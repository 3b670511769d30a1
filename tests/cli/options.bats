# The command line itself: help, options before and after, targets that look like options, and what
# is said about a wrong one.

load common

COMMANDS="init revision merge edit upgrade downgrade stamp ensure-version status current history heads branches show check help"

# bats test_tags=offline
@test "every command has a help, asked for in three ways, on stdout" {
	for command in $COMMANDS; do
		run_ok $command --help
		first=$output
		expect_has "$(head -1 <<<"$output")" "Usage: migrate $command"
		for option in --config --database-url --env --env-file --quiet --verbose --format --color --version --help; do
			expect_has "$output" "$option"
		done
		expect_equal "$errors" ""
		run_ok --help $command
		expect_equal "$output" "$first"
		run_ok help $command
		expect_equal "$output" "$first"
		run_ok $command -h
	done
}

# bats test_tags=offline
@test "the contract's options are in the help of their commands" {
	while read -r command options; do
		run_ok help $command
		for option in $options; do
			expect_has "$output" "$option"
		done
	done <<-LIST
		revision --message --head --splice --branch-label --depends-on --rev-id --version-path --edit
		merge --message --branch-label --rev-id --splice
		upgrade --dry-run --sql --strict
		downgrade --cascade --dry-run --sql
		stamp --purge --sql
		current --check-heads
		history --rev-range --indicate-current
		heads --resolve-dependencies
	LIST
}

# bats test_tags=offline
@test "help lists every command, and needs no project" {
	rm -r migrator.yaml migrations
	run_ok --help
	for command in $COMMANDS; do
		[ $command = help ] || expect_has "$output" "  $command "
	done
	run_ok help
	run_ok upgrade --help
	run_ok --version
	[[ $output =~ ^migrate\ [0-9]+\.[0-9]+\.[0-9]+$ ]]
	run_ok status --version
}

# bats test_tags=offline
@test "no line of a help is wider than 100 columns" {
	for command in "" $COMMANDS; do
		run_ok help $command
		expect_equal "$(awk 'length > 100' <<<"$output")" ""
	done
}

# bats test_tags=offline
@test "no command is a usage error that shows the commands" {
	migrate
	expect_status 2
	expect_equal "$output" ""
	expect_has "$errors" upgrade
}

# bats test_tags=offline
@test "an unknown command is refused with a suggestion" {
	while read -r word meant; do
		migrate $word
		expect_status 2
		expect_has "$errors" "unknown command \"$word\""
		expect_has "$errors" "\"$meant\""
		expect_equal "$output" ""
	done <<-LIST
		upgrad upgrade
		up upgrade
		down downgrade
		rollback downgrade
		histroy history
		new revision
		ensure_version ensure-version
		version --version
	LIST
	migrate xyzzy
	expect_status 2
	expect_has "$errors" "migrate help"
}

@test "an unknown option is refused with a suggestion, and nothing runs" {
	table a ""
	while read -r option meant; do
		migrate upgrade $option
		expect_status 2
		expect_has "$errors" "unknown option $option"
		expect_has "$errors" "$meant"
	done <<-LIST
		--dry-rn --dry-run
		--dry --dry-run
		--verbos --verbose
		-x environment
		--tag hooks
		-n environment
		--json --format
		-V --version
		-Z help
	LIST
	if on_sqlite; then [ ! -e "$DB" ]; else expect_equal "$(tables)" ""; fi
}

# bats test_tags=offline
@test "an option of another command is refused and told whose it is" {
	migrate upgrade --purge
	expect_status 2
	expect_has "$errors" '"stamp"'
	migrate downgrade --strict
	expect_status 2
	migrate heads --check-heads
	expect_status 2
}

@test "options stand before and after the command, with = and in one word" {
	table a ""
	sed "s|^versions:.*|versions: migrations|" migrator.yaml >other.yaml
	rm migrator.yaml
	for line in "-c other.yaml upgrade" "upgrade -c other.yaml" "--config other.yaml upgrade" "--config=other.yaml upgrade" \
		"upgrade head --config=other.yaml" "-cother.yaml upgrade" "upgrade -qc other.yaml head" "-q upgrade -cother.yaml -- head"; do
		run_ok $line
		expect_equal "$(rows)" a
		run_ok -c other.yaml downgrade
	done
}

@test "-1 is a target before and after options, and behind --" {
	table a ""
	table b a
	table c b
	table d c
	table e d
	run_ok upgrade
	run_ok downgrade -1
	expect_equal "$(rows)" d
	run_ok downgrade -1 -q
	expect_equal "$(rows)" c
	run_ok downgrade -q -1
	expect_equal "$(rows)" b
	run_ok downgrade -- -1
	expect_equal "$(rows)" a
	run_ok -1 downgrade
	expect_equal "$(rows)" ""
	run_ok upgrade +2 --format json
	expect_equal "$(rows)" b
	run_ok downgrade --format json -2
	expect_equal "$(rows)" ""
}

@test "-2 and -10 are targets too" {
	table a ""
	run_ok upgrade
	migrate downgrade -10
	expect_status 2
	expect_has "$errors" "past the end"
}

# bats test_tags=offline
@test "too many, too few and unwanted arguments are refused" {
	table a ""
	for line in "upgrade a a" "downgrade a a" "history a" "current a" "status a" "check a" "heads a" "branches a" "revision a -m x" \
		"ensure-version a" "init a b" "show" "edit" "stamp" "show a a" "help a b"; do
		migrate $line
		expect_status 2
		expect_equal "$output" ""
	done
}

# bats test_tags=offline
@test "options without their value, and values that are none" {
	for line in "-c" "status --env" "status --format" "status --format yaml" "status --color=red" "status --quiet=yes" "revision -m" \
		"upgrade --sql --dry-run" "upgrade --sql --format json" "status -q -v"; do
		migrate $line
		expect_status 2
	done
}

# bats test_tags=offline
@test "an abbreviated option is not guessed" {
	migrate status --verb
	expect_status 2
	expect_has "$errors" --verbose
}

@test "-q leaves results, warnings and errors" {
	table a ""
	table b a
	run_ok upgrade -q
	expect_equal "$output$errors" ""
	run_ok history -q
	expect_equal "$(wc -l <<<"$output")" 2
	sql "INSERT INTO migrate_version VALUES ('a')"
	run_ok current -q
	expect_has "$errors" warning
	migrate upgrade -q nope
	expect_status 2
	expect_has "$errors" nope
}

@test "results go to stdout, progress to stderr" {
	table a ""
	run_ok upgrade
	expect_equal "$output" ""
	expect_has "$errors" "upgrade <base> -> a"
	run_ok upgrade --dry-run
	run_ok downgrade --dry-run
	expect_has "$output" "downgrade a -> <base>"
	expect_lacks "$errors" "downgrade a ->"
}
