# check --since: what is new since a commit of git that others have, with git itself.

load common

# A repository whose branch main has a <- b, both with tables; the current branch is "work".
repository() {
	export GIT_AUTHOR_NAME=Ana GIT_AUTHOR_EMAIL=ana@example.org GIT_CONFIG_NOSYSTEM=1
	export GIT_COMMITTER_NAME=Ana GIT_COMMITTER_EMAIL=ana@example.org
	table a ""
	table b a
	git init -q -b main
	commit "First"
	git checkout -q -b work
}

commit() { git add migrations && git commit -q -m "$1"; }

# theirs: what follows is committed to main, until mine.
theirs() { git stash -q -u -- migrations 2>/dev/null || true; git checkout -q main; }
mine() { commit "Theirs" && git checkout -q work; }

# findings: "REVISION FILE:LINE FIX" of each, one a line.
findings() { json '.findings[] | "\(.revisions | join(",")) \(.file):\(.line // 0) \(.fix // "-")"'; }

@test "check --since: nothing new, a good revision that is new, and work that was committed" {
	repository
	run_ok check --since main
	table c b
	run_ok check --since main
	commit "Mine"
	run_ok check --since main
	run_ok check --since work
	run_ok check --since HEAD~1
	on_sqlite && [ ! -e test.db ]
	on_sqlite || expect_equal "$(rows 2>/dev/null)" ""
}

@test "check --since: several heads after the merge, which neither branch has" {
	repository
	theirs
	table d b
	mine
	table c b
	table e c
	commit "Mine"
	run_ok check --heads
	migrate check --since main --format json
	expect_status 3
	expect_equal "$(findings)" "c migrations/c.sql:4 git merge main && migrate rebase c"
	expect_has "$output" "2 heads: d and e"
	migrate check --since main
	expect_has "$output" "  command: git merge main && migrate rebase c"
	migrate check --since main --format json
	# The command that it says mends it.
	eval "$(json '.findings[0].fix')"
	expect_status 0
	run_ok check --since main
	run_ok check --heads
	run_ok upgrade
	expect_equal "$(rows)" e
}

# bats test_tags=offline
@test "check --since: after the merge the command needs none" {
	repository
	table c b
	table d b
	git add migrations/d.sql && git commit -q -m Theirs && git branch -f main
	migrate check --since main --format json
	expect_status 3
	expect_equal "$(findings)" "c migrations/c.sql:4 migrate rebase c"
}

# bats test_tags=offline
@test "check --since: what others removed, edited or added is not undone by us" {
	repository
	table c b
	commit "C" && git branch -f main
	theirs
	sed -i 's/INTEGER/BIGINT/' migrations/a.sql
	git rm -q migrations/c.sql
	table d b
	mine
	run_ok check --since main
	table e c
	migrate check --since main --format json
	expect_status 3
	expect_has "$(json '.findings[0].message')" "after the merge with main"
	expect_equal "$(json '.findings[0].file')" migrations/e.sql
}

@test "check --since: a script put below one that others have" {
	repository
	table m a
	table n m
	sed -i 's/^-- down_revision: a/-- down_revision: n/' migrations/b.sql
	migrate check --since main --format json
	expect_status 3
	expect_equal "$(findings)" "n migrations/n.sql:4 git checkout main -- migrations/b.sql && migrate rebase m"
	expect_has "$(json '.findings[0].message')" "revision n is new, and was put below b"
	eval "$(json '.findings[0].fix')"
	expect_status 0
	run_ok check --since main
	# As a dependency it is below it too.
	table x a
	sed -i 's/^-- down_revision: a/&\n-- depends_on: x/' migrations/b.sql
	migrate check --since main
	expect_status 3
	expect_has "$output" "was put below b"
}

# bats test_tags=offline
@test "check --since: a script that others have was edited, or taken away" {
	repository
	sed -i 's/INTEGER/BIGINT/' migrations/a.sql
	migrate check --since main --format json
	expect_status 3
	expect_equal "$(findings)" "a migrations/a.sql:7 git checkout main -- migrations/a.sql"
	commit "Edited"
	migrate check --since main
	expect_status 3
	# In another file, with other line ends and another header it is the same one.
	git checkout -q main -- migrations/a.sql
	sed -i 's/$/\r/; s/Revision a/Another message/' migrations/a.sql
	git mv -f migrations/a.sql migrations/renamed.sql
	run_ok check --since main
	rm migrations/b.sql
	migrate check --since main --format json
	expect_status 3
	expect_has "$(json '.findings[0].message')" "revision b was removed"
	expect_equal "$(json '.findings[0].fix')" "git checkout main -- migrations/b.sql"
}

# bats test_tags=offline
@test "check --since: no way down in a new script; what was there before may stay" {
	repository
	revision a "" "SELECT 1;" -
	commit "Old" && git branch -f main
	run_ok check --since main
	revision c b "SELECT 1;" -
	migrate check --since main --format json
	expect_status 3
	expect_equal "$(json '.findings | map(.revisions[0]) | join(" ")')" c
	revision c b "SELECT 1;" - "irreversible: data is gone"
	run_ok check --since main
	sed -i '/migrate:downgrade/,$d' migrations/b.sql
	migrate check --since main
	expect_status 3
	expect_has "$output" "revision b has no downgrade"
}

# bats test_tags=offline
@test "check --since: with other checks, and in other formats" {
	repository
	table c a
	migrate check --since main --heads --format json
	expect_status 3
	expect_equal "$(json '.findings | map(.check) | join(" ")')" "heads since"
	migrate check --since main --format github
	expect_status 3
	expect_has "$output" "::error file=migrations/c.sql,line=4,title=migrate check since::"
}

# bats test_tags=offline
@test "check --since: a hook of git, another directory, a name that a shell would take apart" {
	repository
	mkdir -p deep/er
	printf '%s\n' "database_url: $URL" 'versions: ../../migrations' >deep/er/migrator.yaml
	git branch 'odd$(x);name'
	table c a
	cd deep/er
	GIT_DIR=.git GIT_INDEX_FILE=.git/index migrate check --since 'odd$(x);name' --format json
	expect_status 3
	expect_equal "$(json '.findings[0].fix')" "migrate rebase c"
	sed -i 's/INTEGER/BIGINT/' ../../migrations/a.sql
	migrate check --since 'odd$(x);name' --format json
	expect_equal "$(json '.findings[1].fix')" "git checkout 'odd\$(x);name' -- ../../migrations/a.sql"
	eval "$(json '.findings[1].fix')"
	git diff --quiet HEAD -- ../../migrations/a.sql
}

# bats test_tags=offline
@test "check --since: no git, no repository, no such commit, nothing shared" {
	local tools
	table a ""
	migrate check --since main
	expect_status 1
	expect_has "$errors" "git cannot read the repository of \"migrations\""
	expect_has "$errors" "not a git repository"
	repository
	for name in nosuch --help -x '' 'main:migrations/a.sql'; do
		migrate check "--since=$name"
		expect_status 1
		expect_has "$errors" "git knows no commit \"$name\""
		expect_has "$errors" "git fetch"
	done
	git checkout -q --orphan alone
	commit "Alone"
	migrate check --since main
	expect_status 1
	expect_has "$errors" "share no commit"
	tools=$DIR/empty && mkdir "$tools"
	PATH=$tools migrate check --since main 2>/dev/null || true
	expect_status 1
	expect_has "$errors" "cannot run git"
	run_ok check --heads
}
