# init, templates, file names, hooks and the editor.

load common

@test "init writes a configuration, a directory and a template, and says what" {
	mkdir new && cd new
	run_ok init
	for path in migrator.yaml migrations migrations/_template.sql; do
		[ -e "$path" ]
		expect_has "$output" "$path"
	done
	grep -q '^database_url:' migrator.yaml
	run_ok revision -m "first one"
	run_ok history
	DATABASE_URL=$URL run_ok upgrade -c ../new/migrator.yaml -d "${URL/sqlite:\/\/\//sqlite:///../}"
}

# bats test_tags=offline
@test "init takes a directory, nested too" {
	mkdir new && cd new
	run_ok init db/migrations
	[ -d db/migrations ]
	run_ok revision -m x
	expect_has "$output" db/migrations/
}

# bats test_tags=offline
@test "init never overwrites" {
	mkdir new && cd new
	echo mine >migrator.yaml
	migrate init
	expect_status 2
	expect_has "$errors" migrator.yaml
	expect_equal "$(cat migrator.yaml)" mine
	expect_equal "$(ls)" migrator.yaml
	rm migrator.yaml
	mkdir migrations
	echo mine >migrations/_template.sql
	migrate init
	expect_status 2
	expect_equal "$(cat migrations/_template.sql)" mine
	[ ! -e migrator.yaml ]
}

# bats test_tags=offline
@test "init keeps what is in the directory already" {
	rm migrator.yaml
	table a ""
	run_ok init
	run_ok history
	expect_has "$output" "Revision a"
}

# bats test_tags=offline
@test "init refuses a directory that the configuration could not name" {
	mkdir new && cd new
	for name in "" "a b" "a: b" "#x" "-x" $'a\nb' '${x}'; do
		migrate init -- "$name"
		expect_status 2
		expect_equal "$(ls)" ""
	done
}

# bats test_tags=offline
@test "init --config writes there" {
	mkdir new && cd new
	run_ok init -c sub/my.yaml
	[ -f sub/my.yaml ] && [ -d sub/migrations ]
	run_ok revision -c sub/my.yaml -m x
	expect_has "$output" sub/migrations/
}

# bats test_tags=offline
@test "the template of init is what a new revision begins as" {
	mkdir new && cd new
	run_ok init
	echo "-- house rules apply" >>migrations/_template.sql
	run_ok revision -m x
	expect_has "$(cat "$output")" "house rules"
}

# bats test_tags=offline
@test "a script template of one's own" {
	cat >mine.txt <<-'SQL'
		-- ${message}
		-- revision: ${revision}
		-- down_revision: ${down_revision}
		-- branch_labels: ${branch_labels}
		-- depends_on: ${depends_on}
		-- created: ${created}
		-- migrate:up lock_timeout=1s
		SELECT '$1', '$$', '$';
		-- migrate:down
	SQL
	echo "script_template: mine.txt" >>migrator.yaml
	run_ok revision -m "its own" --rev-id x1
	expect_has "$(cat "$output")" "SELECT '\$1', '\$\$', '\$';"
	expect_has "$(cat "$output")" "-- revision: x1"
	run_ok revision -m next
	expect_has "$(cat "$output")" "-- down_revision: x1"
}

# bats test_tags=offline
@test "a template that is missing or makes no revision is refused, and nothing is written" {
	table a ""
	echo "script_template: mine.txt" >>migrator.yaml
	for text in - "nothing" $'-- revision: ${revision}\n-- migrate:up' $'-- revision: ${revisoin}\n-- migrate:up' \
		$'-- revision: x\n-- down_revision: ${down_revision}\n-- migrate:up'; do
		rm -f mine.txt
		[ "$text" = - ] || printf '%s\n' "$text" >mine.txt
		migrate revision -m x
		expect_status 2
		expect_has "$errors" mine.txt
		expect_equal "$(ls -A migrations)" a.sql
	done
}

# bats test_tags=offline
@test "file_template has its placeholders" {
	echo 'file_template: "{year}-{month}-{day}T{hour}{minute}{second}-{epoch}-{rev}-{slug}"' >>migrator.yaml
	run_ok revision -m "A Thing" --rev-id r1
	[[ $output =~ ^migrations/[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{6}-[0-9]{10}-r1-a_thing\.sql$ ]]
}

# bats test_tags=offline
@test "a file_template that leads out of the directory or hides the file is refused" {
	for template in '../{rev}' '{rev}/x' '/tmp/{rev}' '_{rev}' '.{rev}' '-{rev}' '{rev}..x' '{nope}'; do
		sed -i '/^file_template/d' migrator.yaml
		echo "file_template: '$template'" >>migrator.yaml
		migrate revision -m x
		expect_status 2
		expect_has "$errors" file_template
	done
	expect_equal "$(ls -A migrations)" ""
}

# bats test_tags=offline
@test "truncate_slug_length cuts at a word" {
	echo "truncate_slug_length: 12" >>migrator.yaml
	run_ok revision -m "Add many columns to it" --rev-id r
	expect_has "$output" _r_add_many.sql
	run_ok revision -m "Supercalifragilistic" --rev-id s
	expect_has "$output" _s_supercalifra.sql
}

# bats test_tags=offline
@test "timezone is that of names and dates" {
	echo "timezone: Asia/Kolkata" >>migrator.yaml
	run_ok revision -m x
	expect_has "$(cat "$output")" "+05:30"
	sed -i 's/^timezone:.*/timezone: local/' migrator.yaml
	TZ=America/Bogota run_ok revision -m x
	expect_has "$(cat "$output")" "-05:00"
}

# bats test_tags=offline
@test "hooks run on the new file, their output goes to stderr" {
	echo "hooks: ['echo hook says {file}', 'echo appended >>{file}']" >>migrator.yaml
	run_ok revision -m "it's new"
	expect_equal "$(wc -l <<<"$output")" 1
	expect_has "$errors" "hook says $output"
	expect_equal "$(tail -1 "$output")" appended
}

# bats test_tags=offline
@test "a hook's file is quoted" {
	mkdir "odd ' dir"
	sed -i "s/^versions:.*/versions: \"odd ' dir\"/" migrator.yaml
	echo "hooks: 'ls -- {file}'" >>migrator.yaml
	run_ok revision -m x
	expect_has "$errors" "odd ' dir/"
}

# bats test_tags=offline
@test "a hook that fails is status 1; the file stays and is told" {
	echo "hooks: ['exit 3', 'echo not reached']" >>migrator.yaml
	migrate revision -m x
	expect_status 1
	expect_has "$errors" "exit 3"
	expect_lacks "$errors$output" "not reached"
	[ -f "$output" ]
}

# bats test_tags=offline
@test "hooks run after merge" {
	two_branches
	echo "hooks: 'echo hooked'" >>migrator.yaml
	run_ok merge -m x
	expect_has "$errors" hooked
}

editor() {
	cat >"$DIR/editor" <<-SH
		#!/bin/sh
		for file; do echo "-- edited by $1" >>"\$file"; echo "\$file" >>"$DIR/edited"; done
	SH
	chmod +x "$DIR/editor"
}

# bats test_tags=offline
@test "edit opens a revision in VISUAL, else EDITOR" {
	two_branches
	editor me
	EDITOR=$DIR/editor run_ok edit a
	expect_equal "$(cat edited)" migrations/a.sql
	VISUAL="$DIR/editor" EDITOR=false run_ok edit L1
	expect_equal "$(tail -1 edited)" migrations/c1.sql
	expect_equal "$(tail -1 migrations/a.sql)" "-- edited by me"
}

@test "edit takes head, heads and current" {
	table a ""
	table b a
	editor me
	export EDITOR=$DIR/editor
	run_ok edit head
	expect_equal "$(cat edited)" migrations/b.sql
	run_ok stamp a
	run_ok edit current
	expect_equal "$(tail -1 edited)" migrations/a.sql
	migrate edit gone
	expect_status 2
	migrate edit
	expect_status 2
}

# bats test_tags=offline
@test "an editor may have arguments, and one that fails is status 1" {
	table a ""
	editor me
	EDITOR="env X=1 '$DIR/editor'" run_ok edit a
	expect_equal "$(cat edited)" migrations/a.sql
	EDITOR=false migrate edit a
	expect_status 1
	EDITOR=/no/such/editor migrate edit a
	expect_status 1
	expect_has "$errors" /no/such/editor
}

# bats test_tags=offline
@test "revision --edit opens the new file, and stdout has the path alone" {
	editor me
	EDITOR="$DIR/editor" run_ok revision -m x --edit
	expect_equal "$(tail -1 "$output")" "-- edited by me"
	EDITOR="echo opening" run_ok revision -m x --edit
	[ -f "$output" ]
}
