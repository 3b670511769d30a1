# history --graph: the drawing, its marks in words and colour, ranges, and that it asks the database
# only where history would.

load common

# drawn PICTURE: the drawing without messages.
drawn() { expect_equal "$(sed 's/, Revision .*//' <<<"$output")" "$1"; }

without_database() { sed -i 's|^database_url:.*|database_url: postgresql://nobody@127.0.0.1:1/none|' migrator.yaml; }

# bats test_tags=offline
@test "history --graph draws forks and merges, and needs no database" {
	two_branches
	table m "d1, d2"
	without_database
	run_ok history --graph
	expect_equal "$output" "* m (L1, L2) (head), Revision m
|\\
| * d2 (L2), Revision d2
| * c2 (L2), Revision c2
* | d1 (L1), Revision d1
* | c1 (L1), Revision c1
|/
* b, Revision b
* a, Revision a"
	expect_equal "$errors" ""
}

# bats test_tags=offline
@test "history --graph of nothing is nothing, and of one revision a line" {
	run_ok history --graph
	expect_equal "$output" ""
	table a ""
	run_ok history --graph
	drawn "* a (head)"
}

# bats test_tags=offline
@test "history --graph draws merges of three, and several bases apart" {
	table a ""
	table x a
	table y a
	table z a
	table m "x, y, z"
	table k ""
	table l k
	run_ok history --graph
	drawn "* l (head)
* k

* m (head)
|\\
| |\\
| | * z
| * | y
| |/
* | x
|/
* a"
}

# bats test_tags=offline
@test "history --graph dots what is only a dependency, and says it in words" {
	table a ""
	table b a
	table p ""
	table q p "depends_on: a"
	run_ok history --graph
	drawn "* q (head) (depends on a)
|.
* : p
 .
: * b (head)
:/
* a"
}

@test "history --graph -i marks what is current, applied and pending by sign and word" {
	two_branches
	run_ok upgrade L1@c1
	run_ok history --graph -i
	drawn "o d2 (L2) (head) (pending)
o c2 (L2) (pending)
| o d1 (L1) (head) (pending)
| @ c1 (L1) (current)
|/
* b (applied)
* a (applied)"
	run_ok history --graph -i --color always
	expect_has "$output" $'\033'
	expect_equal "$(sed 's/\x1b\[[0-9;]*m//g; s/, Revision .*//' <<<"$output" | head -4 | tail -1)" "| @ c1 (L1) (current)"
	run_ok history --graph -i --color never
	expect_lacks "$output" $'\033'
}

# bats test_tags=offline
@test "history --graph of a range says what stands below it" {
	two_branches
	run_ok history --graph -r c1:d1
	drawn "* d1 (L1) (head)
* c1 (L1) (after b)"
}

# bats test_tags=offline
@test "history --graph -v has all fields beside the drawing" {
	table a ""
	table b a
	table c a
	run_ok history --graph -v
	expect_has "$output" "* Rev: c (head)
| Parent: a
| Path: migrations/c.sql
|
|     Revision c
|
| * Rev: b (head)
| | Parent: a"
	expect_has "$output" "|/
* Rev: a (branchpoint)
  Parent: <base>"
	expect_equal "$(grep -c ' $' <<<"$output")" 0
}

# bats test_tags=offline
@test "history --graph has no JSON form" {
	table a ""
	migrate history --graph --format json
	expect_status 2
	expect_has "$output" "--graph"
	migrate heads --graph
	expect_status 2
}

# bats test_tags=offline
@test "history --graph lets nothing in a message steer the terminal" {
	table a ""
	sed -i '1s/.*/-- \x1b[31mred/' migrations/a.sql
	run_ok history --graph
	expect_lacks "$output" $'\033'
}

# bats test_tags=offline
@test "history --graph draws thousands of branches in a moment" {
	local n
	table a ""
	for n in {1000..2999}; do
		printf -- '-- R\n--\n-- revision: h%s\n-- down_revision: a\n\n-- migrate:upgrade\n\n-- migrate:downgrade\n' "$n" >"migrations/$n.sql"
	done
	run_ok history --graph
	expect_equal "$(wc -l <<<"$output")" 4000
}
