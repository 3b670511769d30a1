# completion: the scripts for shells, run by bash and by fish where it is installed, and what they ask.

load common

# asked WORD...: what the program offers for a command line, its words on one line.
asked() {
	printf '%s\0' migrate "$@" | "$MIGRATE" completion words >"$DIR/.stdout" 2>"$DIR/.stderr"
	expect_equal "$(<"$DIR/.stderr")" ""
	offered=$(cut -f 1 <"$DIR/.stdout" | tr '\n' ' ' | sed 's/ $//')
}

# in_bash LINE: bash's own completion of it, the cursor at its end, on one line.
in_bash() {
	PATH=${MIGRATE%/*}:$PATH bash --norc -c '
		source <(migrate completion bash)
		COMP_LINE=$1 COMP_POINT=${#1}
		spaced=$(sed "s/[=:]/ & /g" <<<"$1")
		read -ra COMP_WORDS <<<"$spaced"
		[[ $1 != *" " ]] || COMP_WORDS+=("")
		COMP_CWORD=$((${#COMP_WORDS[@]} - 1))
		_migrate migrate "" ""
		echo "${COMPREPLY[*]}"' bash "$1"
}

environments() {
	printf '%s\n' "environments:" "  production:" "    lock_wait: 1s" "  staging:" "    lock_wait: 1s" >>migrator.yaml
}

# bats test_tags=offline
@test "commands, options and their values are offered" {
	asked up
	expect_equal "$offered" upgrade
	asked upgrade --dry
	expect_equal "$offered" --dry-run
	asked heads --dry
	expect_equal "$offered" ""
	asked --color ""
	expect_equal "$offered" "auto always never"
	asked completion ""
	expect_equal "$offered" "bash zsh fish"
	asked db ""
	expect_equal "$offered" "create drop wait reset"
	asked testdb ""
	expect_equal "$offered" "create drop exec prune"
	asked testdb exec -- py
	expect_equal "$offered" ":files"
	asked db create --t
	expect_equal "$offered" ""
	asked db wait --t
	expect_equal "$offered" --timeout
}

# bats test_tags=offline
@test "what diff compares is offered: files, words, environments, URLs" {
	environments
	touch schema.sql
	asked diff ""
	expect_equal "$offered" ":files migrations database schema sqlite:/// postgresql:// production staging"
	asked diff migrations pro
	expect_equal "$offered" ":files production"
	asked diff migrations database ""
	expect_equal "$offered" ""
	expect_equal "$(in_bash "migrate diff s")" "schema.sql schema sqlite:/// staging"
	command -v fish >/dev/null || return 0
	PATH=${MIGRATE%/*}:$PATH fish -c 'migrate completion fish | source; complete -C "migrate diff s"' >offered
	for word in schema.sql schema staging; do grep -q "^$word" offered; done
}

@test "revisions, branches and environments are offered, without a database" {
	two_branches
	environments
	sed -i 's|^database_url:.*|database_url: postgresql://nobody@127.0.0.1:1/none|' migrator.yaml
	asked show ""
	expect_equal "$offered" "head heads base current L2 L2@head L1 L1@head d2 c2 d1 c1 b a"
	asked upgrade c
	expect_equal "$offered" "current c2 c1"
	asked history -r a:d
	expect_equal "$offered" "a:d2 a:d1"
	asked upgrade L1@
	expect_equal "$offered" "L1@head L1@base L1@d2 L1@c2 L1@d1 L1@c1 L1@b L1@a"
	asked --env ""
	expect_equal "$offered" "production staging"
	asked --env=st
	expect_equal "$offered" "--env=staging"
}

@test "the project that the line names is asked" {
	table a ""
	mkdir other other/migrations
	mv migrations/a.sql other/migrations
	table b ""
	cp migrator.yaml other/m.yaml
	asked -c other/m.yaml show ""
	expect_has "$offered" " a"
	expect_lacks " $offered " " b "
	asked -d postgresql://u:secret@h/d show b
	expect_equal "$offered" "base b"
}

# bats test_tags=offline
@test "where there is no project, or a broken one, what is certain is offered" {
	table a "gone"
	asked show h
	expect_equal "$offered" "head heads"
	rm migrator.yaml
	asked show h
	expect_equal "$offered" "head heads"
	asked --env p
	expect_equal "$offered" ""
	printf '' | "$MIGRATE" completion words
	printf 'migrate' | "$MIGRATE" completion words
}

# bats test_tags=offline
@test "bash completes words, also those with = and :" {
	two_branches
	environments
	expect_equal "$(in_bash "migrate up")" upgrade
	expect_equal "$(in_bash "migrate upgrade --stri")" --strict
	expect_equal "$(in_bash "migrate show d")" "d2 d1"
	expect_equal "$(in_bash "migrate --env p")" production
	expect_equal "$(in_bash "migrate --env=p")" production
	expect_equal "$(in_bash "migrate --env=")" "production staging"
	expect_equal "$(in_bash "migrate history -r a:d")" "d2 d1"
	expect_equal "$(in_bash "migrate upgrade L1@h")" "L1@head"
	expect_equal "$(in_bash "migrate -m 'two words' --bra")" ""
	expect_equal "$(in_bash "migrate revision -m x --bra")" --branch-label
	expect_equal "$(in_bash "migrate -c migrator")" migrator.yaml
	expect_equal "$(in_bash "migrate --config=migrator")" migrator.yaml
	expect_equal "$(in_bash "migrate init mig")" migrations
}

# bats test_tags=offline
@test "fish completes words" {
	command -v fish >/dev/null || skip "fish is not installed"
	two_branches
	environments
	fish() { PATH=${MIGRATE%/*}:$PATH command fish --no-config -c "migrate completion fish | source; complete -C '$1'" | cut -f 1 | tr '\n' ' '; }
	expect_equal "$(fish "migrate up")" "upgrade "
	expect_equal "$(fish "migrate --env p")" "production "
	expect_has "$(fish "migrate show d")" d2
	expect_equal "$(fish "migrate -c migrator")" "migrator.yaml "
}

# bats test_tags=offline
@test "the scripts are well-formed, where their shells are installed" {
	run_ok completion bash
	bash -n <<<"$output"
	run_ok completion zsh
	! command -v zsh >/dev/null || zsh -n <<<"$output"
	expect_has "$output" "#compdef migrate"
	run_ok completion fish
	! command -v fish >/dev/null || command fish -n <<<"$output"
	migrate completion tcsh
	expect_status 2
	expect_has "$errors" "bash, zsh and fish"
}
