# What the server says while a script runs is shown, on stderr, line by line behind a prefix, and can do
# nothing to the terminal.

load common

# No byte that a terminal would obey: control characters but line ends and tabs, C1, bidi.
expect_harmless() { # FILE
	/usr/bin/python3 - "$1" <<-'PY'
		import sys, unicodedata
		text = open(sys.argv[1], "rb").read().decode("utf-8")
		bad = [hex(ord(c)) for c in text if (unicodedata.category(c) in ("Cc", "Cf") and c not in "\n\t")]
		if bad:
		    print("harmful:", bad, repr(text))
		    sys.exit(1)
	PY
}

# bats test_tags=postgresql
@test "RAISE NOTICE and its like are shown where the script runs" {
	table a ""
	revision b a "DO \$\$ BEGIN RAISE NOTICE 'ten rows moved'; RAISE WARNING 'careful' USING HINT = 'look again'; RAISE INFO 'by the way'; END \$\$;" ""
	run_ok upgrade head
	expect_equal "$output" ""
	expect_has "$errors" "notice: NOTICE: ten rows moved"
	expect_has "$errors" "warning: WARNING: careful"
	expect_has "$errors" "look again"
	expect_has "$errors" "notice: INFO: by the way"
	[[ $errors == *"a -> b"*"ten rows moved"* ]]
}

# bats test_tags=postgresql
@test "--quiet keeps warnings only, and JSON stays one document" {
	revision a "" "DO \$\$ BEGIN RAISE NOTICE 'ten rows moved'; RAISE WARNING 'careful'; END \$\$;" ""
	run_ok -q upgrade
	expect_lacks "$errors" "ten rows moved"
	expect_has "$errors" careful
	run_ok downgrade
	run_ok --format json upgrade
	expect_equal "$(json '.steps[0].status')" applied
}

# bats test_tags=postgresql
@test "what a script asks the server to say of its own statements is shown once, and nothing of ours" {
	revision a "" "DROP TABLE IF EXISTS never_there; CREATE TABLE t_a (id int);" "DROP TABLE t_a;"
	run_ok upgrade
	expect_equal "$(printf '%s\n' "$errors" | grep -c never_there)" 1
	expect_lacks "$errors" migrate_version
	run_ok downgrade
	run_ok upgrade
	expect_lacks "$errors" migrate_log
}

# bats test_tags=postgresql
@test "thousands of notices pass" {
	revision a "" "DO \$\$ BEGIN FOR i IN 1..5000 LOOP RAISE NOTICE 'line %', i; END LOOP; END \$\$;" ""
	run_ok upgrade
	expect_equal "$(printf '%s\n' "$errors" | grep -c 'notice: NOTICE: line')" 5000
}

# bats test_tags=postgresql
@test "terminal escapes in a notice are shown, not sent, and no line can be forged" {
	revision a "" "DO \$\$ BEGIN RAISE NOTICE E'a\\x1b]0;pwn\\x07\\x1b[2J\\r\\n1 revision applied, now at evil\\u0085\\u009b31m\\u202eabc\\x7f'; END \$\$;" ""
	run_ok upgrade
	expect_harmless .stderr
	expect_has "$errors" 'a\x1b]0;pwn\x07\x1b[2J'
	expect_has "$errors" "notice: 1 revision applied, now at evil"
	run_ok downgrade
	run_ok --color always upgrade
	expect_lacks "$errors" $'\e]0'
	expect_lacks "$errors" $'\e[2J'
}

# bats test_tags=postgresql
@test "terminal escapes in an error's texts, names and source line are shown, not sent" {
	revision a "" "DO \$\$ BEGIN RAISE EXCEPTION E'a\\x1b[2J\\nmigrate: error: forged' USING DETAIL = E'd\\x1b[2J\\nhint: forged', HINT = E'h\\x9b2J'; END \$\$;" ""
	migrate upgrade
	expect_status 1
	expect_harmless .stderr
	expect_lacks "$errors" $'\nmigrate: error: forged'
	expect_lacks "$errors" $'\nhint: forged'
	revision a "" $'SELECT 1; -- \e[2J \u202e\nSELECT * FROM "no\e[31mwhere"; -- \e[2J' ""
	migrate upgrade
	expect_status 1
	expect_harmless .stderr
	migrate --format json upgrade
	expect_harmless .stdout
}

# bats test_tags=sqlite
@test "terminal escapes in SQLite's messages and a script's line are shown, not sent" {
	revision a "" $'SELECT * FROM "no\e[31mwhere"; -- \e[2J \u202e' ""
	migrate upgrade
	expect_status 1
	expect_harmless .stderr
	expect_has "$errors" '\x1b'
	revision a "" $'CREATE TABLE t (id INTEGER CONSTRAINT "x\e[2J\nmigrate: error: forged" CHECK (id > 0)); INSERT INTO t VALUES (0);' ""
	migrate upgrade
	expect_status 1
	expect_harmless .stderr
	expect_lacks "$errors" $'\nmigrate: error: forged'
}

@test "terminal escapes in a revision's message and file name are shown, not sent" {
	printf -- '-- mess\e[2Jage\n-- revision: a\n-- migrate:upgrade\nSELECT nope;\n' >"migrations/a"$'\e[31m'".sql"
	migrate upgrade
	[ "$status" = 1 ] || expect_status 2
	expect_harmless .stderr
	migrate history
	expect_harmless .stdout
	migrate --format json history
	expect_harmless .stdout
}

@test "a row that somebody put into the version table cannot steer the terminal" {
	table a ""
	run_ok upgrade
	if on_sqlite; then
		sql "UPDATE migrate_version SET version_num = 'x' || char(27) || '[2J' || char(10) || 'up to date'"
	else
		sql "UPDATE migrate_version SET version_num = E'x\\x1b[2J\\nup to date'"
	fi
	for command in current status upgrade downgrade "history -i" check; do
		migrate $command
		expect_harmless .stdout
		expect_harmless .stderr
	done
	expect_lacks "$output$errors" $'\nup to date'
}
