# Revisions that form no graph, and files that are no revisions: every error names the files and the
# ids, ends with status 2 and leaves the database alone.

load common

# wrong PART...: loading fails with all of the parts in the message, in reading and in changing
# commands alike, and no database file appears.
wrong() {
	local command part
	for command in history upgrade "revision -m x"; do
		migrate $command
		expect_status 2
		for part in "$@"; do
			expect_has "$errors" "$part"
		done
		expect_equal "$output" ""
	done
	if on_sqlite; then [ ! -e "$DB" ]; fi
}

# file NAME LINE...: a file in the versions directory.
file() {
	local name=$1
	shift
	printf '%s\n' "$@" >"migrations/$name"
}

# bats test_tags=offline
@test "two files with one id" {
	table a ""
	cp migrations/a.sql migrations/copy.sql
	wrong "revision a" migrations/a.sql migrations/copy.sql
}

# bats test_tags=offline
@test "two files with one id in two directories" {
	mkdir more
	sed -i 's/^versions:.*/versions: [migrations, more]/' migrator.yaml
	table a ""
	cp migrations/a.sql more/a.sql
	wrong "revision a" migrations/a.sql more/a.sql
}

# bats test_tags=offline
@test "an unknown parent" {
	table a gone
	wrong migrations/a.sql "revision a" gone
}

# bats test_tags=offline
@test "a prefix is no parent" {
	table abc ""
	table d ab
	wrong migrations/d.sql "revision d" ab
}

# bats test_tags=offline
@test "an unknown dependency" {
	table a "" "depends_on: gone"
	wrong migrations/a.sql "revision a" gone
}

# bats test_tags=offline
@test "one label declared twice" {
	table a "" "branch_labels: x"
	table b a "branch_labels: x"
	wrong migrations/a.sql migrations/b.sql "label x" "revision a" "revision b"
}

# bats test_tags=offline
@test "a label that is the id of a revision" {
	table a "" "branch_labels: b"
	table b a
	wrong migrations/a.sql migrations/b.sql "label b" "revision a"
}

# bats test_tags=offline
@test "a revision that revises itself" {
	table a a
	wrong migrations/a.sql "revision a" itself
}

# bats test_tags=offline
@test "a revision that depends on itself" {
	table a "" "depends_on: a"
	wrong migrations/a.sql "revision a" itself
}

# bats test_tags=offline
@test "a cycle is named whole" {
	table r ""
	table a "r, d"
	table b a
	table c b
	table d c
	wrong "a -> b -> c -> d -> a" migrations/a.sql migrations/b.sql migrations/c.sql migrations/d.sql
	expect_lacks "$errors" "revision r"
}

# bats test_tags=offline
@test "a cycle through a dependency" {
	table a "" "depends_on: d"
	table b a
	table c ""
	table d c "depends_on: b"
	wrong dependencies cycle migrations/a.sql migrations/b.sql migrations/d.sql
}

# bats test_tags=offline
@test "all errors are told at once" {
	table a gone1
	table b a "depends_on: gone2"
	table c c
	table d ""
	cp migrations/d.sql migrations/e.sql
	file f.sql "-- revision: f g" "-- migrate:upgrade"
	wrong migrations/f.sql:1:
	rm migrations/f.sql
	wrong gone1 gone2 "revision c" "revision d" migrations/e.sql
}

# bats test_tags=offline
@test "the words head, heads, base and current are no ids and no labels" {
	for word in head heads base current; do
		table $word ""
		wrong "migrations/$word.sql:3:" "\"$word\""
		rm "migrations/$word.sql"
		table x "" "branch_labels: $word"
		wrong migrations/x.sql:5: "\"$word\""
		rm migrations/x.sql
	done
}

# bats test_tags=offline
@test "ids and labels with other characters than letters, digits, _ and ." {
	for word in "a b" a@b a-b a+b a:b a/b "a'b" "é" "../a" "$(printf 'a\033b')"; do
		file x.sql "-- revision: $word" "-- migrate:upgrade"
		migrate history
		expect_status 2
		expect_has "$errors" migrations/x.sql:1:
		file x.sql "-- revision: x" "-- branch_labels: $word" "-- migrate:upgrade"
		migrate history
		expect_status 2
		expect_has "$errors" migrations/x.sql:2:
	done
}

@test "an id of 255 bytes is fine, one of 256 is not" {
	long=$(printf '%0255d' 7)
	file x.sql "-- revision: $long" "-- migrate:upgrade" "CREATE TABLE t_x (a INT);" "-- migrate:downgrade" "DROP TABLE t_x;"
	run_ok upgrade
	expect_equal "$(rows)" "$long"
	run_ok downgrade
	file x.sql "-- revision: ${long}1" "-- migrate:upgrade"
	migrate upgrade
	expect_status 2
	expect_has "$errors" migrations/x.sql:1:
}

# bats test_tags=offline
@test "a file without a header, without an id, without an upgrade section" {
	file a.sql ""
	wrong migrations/a.sql revision
	file a.sql "-- revision:" "-- migrate:upgrade"
	wrong migrations/a.sql revision
	file a.sql "-- revision: a"
	wrong migrations/a.sql migrate:upgrade
	file a.sql "-- revision: a" "-- migrate:downgrade"
	wrong migrations/a.sql migrate:upgrade
}

# bats test_tags=offline
@test "a misspelt header key and a misspelt section, with a place" {
	file a.sql "-- revision: a" "-- down_revison: b" "-- migrate:upgrade"
	wrong migrations/a.sql:2:4: down_revison down_revision
	file a.sql "-- revision: a" "-- migrate:upgrad"
	wrong migrations/a.sql:2: upgrad
	file a.sql "-- revision: a" "-- migrate:upgrade transactoin=off"
	wrong migrations/a.sql:2:20: transactoin
	file a.sql "-- revision: a" "-- migrate:upgrade lock_timeout=soon"
	wrong migrations/a.sql:2:20: soon
}

# bats test_tags=offline
@test "what stands twice" {
	file a.sql "-- revision: a" "-- revision: b" "-- migrate:upgrade"
	wrong migrations/a.sql:2:
	file a.sql "-- revision: a" "-- migrate:upgrade" "-- migrate:up"
	wrong migrations/a.sql:3:
}

# bats test_tags=offline
@test "a date that is none" {
	file a.sql "-- revision: a" "-- created: yesterday" "-- migrate:upgrade"
	wrong migrations/a.sql:2: yesterday
}

# bats test_tags=offline
@test "near misses of a revision's name are errors" {
	table a ""
	mv migrations/a.sql a
	for name in x.SQL x.Sql x.up..sql x..sql; do
		cp a "migrations/$name"
		wrong "migrations/$name" "looks like a revision"
		rm "migrations/$name"
	done
}

# bats test_tags=offline
@test "other names are ignored, and sub-directories are not entered" {
	mkdir migrations/sub
	table a ""
	cp migrations/a.sql migrations/sub/b.sql
	touch migrations/.hidden.sql migrations/_template.sql migrations/README.md migrations/a.sql~ \
		migrations/a.sql.bak migrations/sql migrations/b.sqlite
	run_ok history
	expect_equal "$(wc -l <<<"$output")" 1
}

# bats test_tags=offline
@test "a symbolic link is no revision" {
	table a ""
	mv migrations/a.sql elsewhere
	ln -s ../elsewhere migrations/a.sql
	wrong migrations/a.sql "symbolic link"
	ln -sf gone migrations/a.sql
	wrong migrations/a.sql "symbolic link"
}

# bats test_tags=offline
@test "a versions directory may be a symbolic link" {
	table a ""
	mv migrations real
	ln -s real migrations
	run_ok history
	expect_has "$output" a
}

# bats test_tags=offline
@test "a directory and a pipe by a revision's name" {
	mkdir migrations/x.sql
	wrong migrations/x.sql "not a regular file"
	rmdir migrations/x.sql
	mkfifo migrations/x.sql
	wrong migrations/x.sql "not a regular file"
}

# bats test_tags=offline
@test "several files that cannot be read are each told without a line that is not there" {
	mkdir migrations/x.sql migrations/y.sql
	wrong migrations/x.sql migrations/y.sql
	expect_lacks "$errors" ":0"
}

# bats test_tags=offline
@test "a versions directory that is missing or a file" {
	rmdir migrations
	wrong migrations
	touch migrations
	wrong migrations
}

# bats test_tags=offline
@test "names that differ in upper and lower case only" {
	table Aa ""
	table aa Aa
	wrong Aa.sql aa.sql case
}

# bats test_tags=offline
@test "a file over the limit is one clear error, at once" {
	table a ""
	truncate -s 70M migrations/a.sql
	wrong migrations/a.sql "too large"
	truncate -s 1G migrations/a.sql
	status=0
	timeout 5 "$MIGRATE" history >.out 2>.err || status=$?
	expect_equal "$status" 2
	expect_equal "$(grep -c error: .err)" 1
	expect_has "$(cat .err)" "too large"
}

# bats test_tags=plain
@test "a script of nearly 64 MiB loads" {
	{
		printf -- '-- revision: a\n-- migrate:upgrade\n'
		head -c 67108000 /dev/zero | tr '\0' ' '
		printf '\nCREATE TABLE t_a (a INT);\n-- migrate:downgrade\nDROP TABLE t_a;\n'
	} >migrations/a.sql
	run_ok upgrade
	expect_equal "$(tables)" t_a
}
