# revision and merge: where a new script stands, what it says and what its file is called.

load common

# line KEY FILE: what the header says.
line() { sed -n "s/^-- $1: *//p" "$2"; }

# bats test_tags=offline
@test "a new revision stands on the head, has a generated id, and its path is printed alone" {
	run_ok revision -m "Create notes table"
	first=$output
	[[ $first =~ ^migrations/[0-9]{8}_[0-9]{4}_([0-9a-f]{12})_create_notes_table\.sql$ ]]
	id=${BASH_REMATCH[1]}
	expect_equal "$(line revision "$first")" "$id"
	expect_equal "$(line down_revision "$first")" ""
	[[ $(line created "$first") =~ ^[0-9]{4}-[0-9]{2}-[0-9]{2}\ [0-9]{2}:[0-9]{2}:[0-9]{2}\+00:00$ ]]
	expect_equal "$(head -1 "$first")" "-- Create notes table"
	run_ok revision -m second
	expect_equal "$(line down_revision "$output")" "$id"
}

@test "a new revision can be run and reverted as it is" {
	run_ok revision -m one
	run_ok revision -m two
	run_ok upgrade
	run_ok downgrade base
	expect_equal "$(rows)" ""
	run_ok check --heads --scripts
}

# bats test_tags=offline
@test "--rev-id is the id, and must be legal and free" {
	run_ok revision -m one --rev-id my.id_1
	expect_has "$output" _my.id_1_one.sql
	for id in my.id_1 "a b" a-b a@b head heads base current "" ../x "$(printf '%0256d' 0)"; do
		migrate revision -m two --rev-id "$id"
		expect_status 2
	done
	expect_equal "$(ls migrations | wc -l)" 1
}

# bats test_tags=offline
@test "--head chooses among heads: id, prefix, label, branch" {
	two_branches
	migrate revision -m x
	expect_status 2
	expect_has "$errors" "d1 and d2"
	run_ok revision -m x --head d1 --rev-id e1
	expect_equal "$(line down_revision "$output")" d1
	run_ok revision -m x --head L2@head --rev-id e2
	expect_equal "$(line down_revision "$output")" d2
	run_ok revision -m x --head e1 --head e2 --rev-id f
	expect_equal "$(line down_revision "$output")" "e1, e2"
}

# bats test_tags=offline
@test "--head base makes a new root, --head heads a merge" {
	two_branches
	run_ok revision -m x --head base --rev-id root --branch-label other
	expect_equal "$(line down_revision "$output")" ""
	expect_equal "$(line branch_labels "$output")" other
	run_ok revision -m x --head heads --rev-id all
	expect_equal "$(line down_revision "$output" | tr -d ' ' | tr , '\n' | sort | tr '\n' ' ')" "d1 d2 root "
}

# bats test_tags=offline
@test "a revision on one that is no head needs --splice" {
	two_branches
	migrate revision -m x --head b
	expect_status 2
	expect_has "$errors" --splice
	expect_equal "$(ls migrations | wc -l)" 6
	run_ok revision -m x --head b --splice
	expect_equal "$(line down_revision "$output")" b
}

# bats test_tags=offline
@test "--branch-label names the branch and must be free" {
	two_branches
	run_ok revision -m x --head d1 --branch-label L3 --rev-id e1
	run_ok show L3
	expect_has "$output" "Rev: e1"
	for label in L1 L3 d1 head "x y" "a,b"; do
		migrate revision -m x --head e1 --branch-label "$label"
		expect_status 2
	done
}

@test "--depends-on takes ids, prefixes and labels, several times" {
	two_branches
	table zzz1 "" "branch_labels: L9"
	run_ok revision -m x --head d1 --depends-on d2 --depends-on L9 --rev-id e1
	expect_equal "$(line depends_on "$output")" "d2, L9"
	run_ok revision -m x --head e1 --depends-on zzz
	expect_equal "$(line depends_on "$output")" zzz1
	migrate revision -m x --depends-on gone --head L1@head
	expect_status 2
	expect_has "$errors" gone
	run_ok upgrade heads
}

# bats test_tags=offline
@test "a head that does not exist writes nothing" {
	table a ""
	migrate revision -m x --head gone
	expect_status 2
	expect_has "$errors" gone
	expect_equal "$(ls migrations)" a.sql
}

# bats test_tags=offline
@test "a message is required, and may not be blank" {
	for arguments in "" "-m" "-m=" ; do
		migrate revision $arguments
		[ "$arguments" = "-m=" ] || expect_status 2
	done
	migrate revision -m ""
	expect_status 2
	migrate revision -m "  "
	expect_status 2
	migrate merge
	expect_status 2
}

# bats test_tags=offline
@test "--version-path chooses one of several directories" {
	mkdir more
	sed -i 's/^versions:.*/versions: [migrations, more]/' migrator.yaml
	migrate revision -m x
	expect_status 2
	expect_has "$errors" --version-path
	run_ok revision -m x --version-path more --rev-id r1
	expect_has "$output" more/
	run_ok revision -m x --rev-id r2
	expect_has "$output" more/
	run_ok revision -m x --version-path ./migrations/
	expect_has "$output" migrations/
	migrate revision -m x --version-path elsewhere
	expect_status 2
	expect_has "$errors" elsewhere
}

@test "merge joins the heads, and leaves one" {
	two_branches
	run_ok merge -m "Join them" --rev-id m --branch-label joined
	expect_has "$output" _m_join_them.sql
	expect_equal "$(line down_revision "$output")" "d1, d2"
	expect_equal "$(line branch_labels "$output")" joined
	run_ok heads
	expect_equal "$(wc -l <<<"$output")" 1
	run_ok upgrade
	expect_equal "$(rows)" m
}

# bats test_tags=offline
@test "merge of some heads" {
	two_branches
	table x ""
	run_ok merge d1 L2@head -m some --rev-id m
	expect_equal "$(line down_revision "$output")" "d1, d2"
	run_ok merge -m rest m x
}

# bats test_tags=offline
@test "merge of revisions that are no heads needs --splice" {
	two_branches
	migrate merge -m x c1 c2
	expect_status 2
	expect_has "$errors" --splice
	run_ok merge -m x c1 c2 --splice
}

# bats test_tags=offline
@test "the error of several heads names them where merge alone would not find them" {
	table a ""
	table b a
	table x a "depends_on: b"
	migrate upgrade
	expect_status 2
	expect_has "$errors" 'Join them with "migrate merge b x"'
	migrate check --heads
	expect_status 3
	expect_has "$output" 'Join them with "migrate merge b x -m MESSAGE"'
	run_ok merge b x -m joined
	run_ok check --heads
}

# bats test_tags=offline
@test "a file that would differ from another in upper and lower case only is not written" {
	echo 'file_template: "{rev}"' >>migrator.yaml
	run_ok revision -m x --rev-id abc
	before=$(ls migrations)
	migrate revision -m x --rev-id ABC --head abc
	expect_status 2
	expect_has "$errors" "only in upper and lower case"
	expect_equal "$(ls migrations)" "$before"
	run_ok heads
}

# bats test_tags=offline
@test "there is nothing to merge with one head" {
	table a ""
	migrate merge -m x
	expect_status 2
	expect_has "$errors" "nothing to merge"
	migrate merge -m x a
	expect_status 2
}

# bats test_tags=offline
@test "merge names the heads that others depend on" {
	table l1 ""
	table r1 "" "depends_on: l1"
	migrate merge -m x
	expect_status 2
	expect_has "$errors" "l1 and r1"
	run_ok merge -m x l1 r1
}

@test "hostile messages stay in the header and give a harmless name" {
	local message file
	for message in '../../x' '/etc/passwd' "it's \"quoted\"" '$(touch pwned)' '`touch pwned`' '-rf' '; rm -rf .' 'emoji 🎉 ünï' \
		'${revision} {rev}' '%s%n' '-- migrate:upgrade' '*' '~' '.hidden' "$(printf 'x%.0s' {1..300})" \
		"$(printf 'a\tb\033[31mred\rend')" "$(printf 'first\n\nsecond\n-- migrate:upgrade\nDROP TABLE t;')" '🎉' '...' 'Fix: a thing'; do
		run_ok revision -m "$message"
		file=$output
		[ "$(dirname "$file")" = migrations ] && [ -f "$file" ]
		[[ ${file##*/} =~ ^[0-9a-z_]+\.sql$ ]]
		[ "${#file}" -lt 100 ]
		expect_lacks "$(cat "$file")" $'\033'
		run_ok heads
		expect_equal "$(wc -l <<<"$output")" 1
	done
	run_ok check --heads --scripts
	run_ok upgrade
	run_ok downgrade base
	expect_equal "$(ls)" "$(ls -d migrations migrator.yaml test.db 2>/dev/null)"
}

# bats test_tags=offline
@test "a message that would be a header line is refused, and nothing is written" {
	for message in "revision: x" "down_revision: x" "branch_labels: evil" "depends_on: x" "irreversible: yes" "migrate:upgrade" \
		$'line\nrevision: evil' $'line\n revision: evil' "created: tomorrow" $'not \xff utf8'; do
		migrate revision -m "$message"
		expect_status 2
		expect_equal "$(ls migrations)" ""
	done
}

# bats test_tags=offline
@test "a message of several lines: the first is shown, all are kept" {
	run_ok revision -m $'Add tags\n\nBecause people asked.'
	expect_has "$output" _add_tags.sql
	expect_has "$(cat "$output")" "-- Because people asked."
	run_ok history
	expect_has "$output" "Add tags"
	expect_lacks "$output" asked
}

# bats test_tags=offline
@test "two revisions at the same moment do not overwrite one another" {
	echo 'file_template: same' >>migrator.yaml
	run_ok revision -m one
	before=$(cat migrations/same.sql)
	migrate revision -m two
	expect_status 2
	expect_has "$errors" same.sql
	expect_equal "$(cat migrations/same.sql)" "$before"
	expect_equal "$(ls -A migrations)" same.sql
}
