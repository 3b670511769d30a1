# The main job: write a revision, go up, look, go down.

load common

@test "a new project goes up and down" {
	rm -r migrator.yaml migrations
	run_ok init
	[ -f migrator.yaml ] && [ -d migrations ]
	export DATABASE_URL=$URL
	run_ok revision -m "Create notes table"
	file=$output
	[ -f "$file" ]
	sed -i 's/^-- migrate:upgrade$/&\nCREATE TABLE notes (id INTEGER PRIMARY KEY, text TEXT);/; s/^-- migrate:downgrade$/&\nDROP TABLE notes;/' "$file"
	run_ok upgrade head
	expect_equal "$(tables)" notes
	run_ok current
	expect_has "$output" "(head)"
	run_ok history
	expect_has "$output" "Create notes table"
	run_ok status
	run_ok downgrade
	expect_equal "$(tables)" ""
	expect_equal "$(rows)" ""
}

@test "upgrade twice runs each script once" {
	table a ""
	table b a
	run_ok upgrade head
	run_ok upgrade head
	expect_equal "$(tables)" "t_a t_b"
	expect_equal "$(rows)" b
	expect_equal "$(sql "SELECT count(*) FROM migrate_log")" 2
}
