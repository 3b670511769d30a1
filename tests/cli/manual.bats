# What migrate(1) shows and promises, where the tables that tests/manual.sh compares do not tell.

load common
load examples

manual=$BATS_TEST_DIRNAME/../../docs/migrate.1

@test "the first example of migrate(1) works" {
	in_empty_project
	export EDITOR=true
	run_examples "$manual" start
	expect_equal "$(rows)" ""
}

@test "the examples of branches and merges in migrate(1) work" {
	table a ""
	table b a "branch_labels: tags"
	table c a
	run_ok upgrade heads
	run_examples "$manual" branches
	expect_equal "$(tables)" "t_a t_b t_c"
	run_ok status
	expect_has "$output" "up to date"
}

@test "the example of stamp in migrate(1) works" {
	table a ""
	run_examples "$manual" stamp
	expect_equal "$(rows)" a
	expect_equal "$(tables)" ""
}

@test "the example of doctor in migrate(1) works" {
	table a ""
	chmod 644 migrator.yaml
	on_postgresql || sed -i 's|sqlite:///.*|sqlite:///none.db|' migrator.yaml
	run_examples "$manual" doctor
	expect_has "$(cat "$DIR"/printed.1)" "  ok       migrator.yaml in the current directory"
	expect_has "$(cat "$DIR"/printed.*)" 'Run "migrate upgrade heads".'
}

@test "the example of pending revisions in migrate(1) works" {
	table a ""
	table b a
	run_ok upgrade a
	run_examples "$manual" pending
	expect_equal "$(cat "$DIR/printed.1")" b
}

@test "the example of CI in migrate(1) works" {
	table a ""
	run_examples "$manual" ci
	expect_equal "$(rows)" a
}

@test "a section with transaction=off runs its statements one by one, as migrate(1) says" {
	revision a "" "CREATE TABLE a (i INTEGER);" "DROP TABLE a;"
	sed -i 's/^-- migrate:upgrade$/& transaction=off/' migrations/a.sql
	run_ok upgrade
	expect_equal "$(tables)" "a"
	expect_equal "$(sql "SELECT count(*) FROM migrate_log WHERE segment = 1 AND outcome = 'done'")" 1
}

@test "protected hinders no revision, and no database is dropped, as migrator.yaml(5) says" {
	table a ""
	echo "protected: true" >>migrator.yaml
	run_ok upgrade
	run_ok downgrade base
	expect_equal "$(rows)" ""
	migrate db drop --yes
	expect_status 2
	migrate db reset --yes
	expect_status 2
	run_ok current
}

@test "the example of databases in migrate(1) works" {
	table a ""
	run_examples "$manual" db
	expect_equal "$(rows)" a
}

# documented HEADING: the keys that migrate(1) gives a JSON document, sorted, on one line.
documented() {
	awk -v heading=".It $1" '
		/^\.It / { inside = $0 == heading } inside && /^\.Ed/ { exit } inside' "$manual" |
		grep -oE '"[a-z_]+"' | tr -d '"' | sort -u | tr '\n' ' '
}

# printed_keys: those of the document on stdout.
printed_keys() {
	json '[.. | objects | keys[]] | unique[]' | sort -u | tr '\n' ' '
}

@test "JSON documents have the keys that migrate(1) gives them" {
	table a ""
	table b a
	run_ok --format json revision -m "Third"
	expect_equal "$(printed_keys)" "$(documented "Cm revision , merge")"
	run_ok --format json upgrade --dry-run
	expect_equal "$(printed_keys)" "$(documented "Cm upgrade , downgrade , resume")"
	run_ok --format json upgrade
	expect_equal "$(printed_keys)" "$(documented "Cm upgrade , downgrade , resume")"
	sed -i 's/id INTEGER/ie INTEGER/' migrations/a.sql
	mkdir gone
	mv migrations/*_third.sql gone
	echo "drift: true" >>migrator.yaml
	run_ok --format json status
	expect_equal "$(printed_keys)" "$(documented "Cm status")"
	sed -i '/^drift/d' migrator.yaml
	mv gone/*_third.sql migrations
	run_ok --format json repair a
	expect_equal "$(printed_keys)" "$(documented "Cm repair")"
	run_ok --format json history -i
	expect_equal "$(printed_keys)" "$(documented "Cm history , graph , show , heads , branches")"
	run_ok --format json stamp a
	expect_equal "$(printed_keys)" "$(documented "Cm stamp")"
	run_ok --format json ensure-version
	expect_equal "$(printed_keys)" "$(documented "Cm ensure-version")"
	run_ok --format json db create
	expect_equal "$(printed_keys)" "$(documented "Cm db")"
	migrate --format json check
	expect_status 3
	expect_equal "$(printed_keys)" "$({ documented "Cm check" && documented "any failure"; } |
		tr ' ' '\n' | sort -u | tr '\n' ' ')"
	EDITOR=true run_ok --format json edit a
	expect_equal "$(printed_keys)" "$(documented "Cm init , edit")"
	migrate --format json show nothing
	expect_status 2
	expect_equal "$(printed_keys)" "$(documented "any failure")"
	run_ok --format json current
	for key in $(documented "Cm current"); do
		expect_has " $(printed_keys)" " $key "
	done
}
