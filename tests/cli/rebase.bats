# rebase: unmerged revisions put on the head by rewriting one header.

load common

# a <- b <- c (others'), a <- m <- n (mine); the database has what others did.
forked() {
	table a ""
	table b a
	table c b
	run_ok upgrade
	table m a
	table n m
}

parents() { sed -n 's/^-- down_revision: *//p' "migrations/$1.sql"; }

@test "rebase: what the database has not run goes on the head, with what stands on it" {
	forked
	chmod 640 migrations/m.sql
	run_ok rebase
	expect_equal "$output" migrations/m.sql
	expect_equal "$errors" "m now stands on c, no more on a"
	expect_equal "$(parents m) $(parents n)" "c m"
	expect_equal "$(stat -c %a migrations/m.sql)" 640
	run_ok check --heads
	run_ok upgrade
	expect_equal "$(rows)" n
	expect_equal "$(ls -A migrations | tr '\n' ' ')" "a.sql b.sql c.sql m.sql n.sql "
}

@test "rebase: nothing of the file changes but what it stands on" {
	local before
	forked
	sed -i 's/$/\r/; s/down_revision: a/down_revision:a/; 1s/^/\xef\xbb\xbf/' migrations/m.sql
	before=$(sed 's/down_revision:a/down_revision: c/' migrations/m.sql | sha256sum)
	run_ok rebase m
	expect_equal "$(sha256sum <migrations/m.sql)" "$before"
	table o ""
	sed -i '/down_revision/d' migrations/o.sql
	run_ok rebase o
	expect_equal "$(sed -n '3,4p' migrations/o.sql | tr '\n' ' ')" "-- revision: o -- down_revision: n "
}

@test "rebase is refused where any of it is applied" {
	local before
	forked
	run_ok upgrade m
	before=$(cat migrations/*)
	for revision in m n ''; do
		migrate rebase $revision
		[ "$revision" != n ] || continue
		expect_status 2
	done
	migrate rebase m
	expect_status 2
	expect_has "$errors" "revision m is applied"
	expect_has "$errors" "migrate merge"
	expect_has "$(cat migrations/m.sql)" "down_revision: a"
}

@test "rebase: one that stopped half way counts as applied" {
	forked
	rm migrations/n.sql
	if on_postgresql; then
		revision m a $'CREATE TABLE t_m (id INTEGER);\nCREATE INDEX CONCURRENTLY i ON t_m (id);\nSELECT 1/0;' ""
	else
		revision m a $'CREATE TABLE t_m (id INTEGER);\nVACUUM;\nSELECT nosuch();' ""
	fi
	migrate upgrade heads
	[ "$status" = 5 ] || [ "$status" = 1 ]
	migrate rebase m
	expect_status 2
	expect_has "$errors" "revision m is applied, or half of it"
}

@test "rebase: which one is told where it cannot be guessed" {
	table a ""
	table b a
	table m a
	migrate rebase
	expect_status 2
	expect_has "$errors" "2 heads, b and m"
	expect_has "$errors" "migrate rebase REV"
	run_ok rebase m
	expect_equal "$(parents m)" b
	migrate rebase
	expect_status 2
	expect_has "$errors" "nothing to rebase: 1 head"
	migrate rebase m
	expect_status 2
	expect_has "$errors" "no other head"
}

@test "rebase --onto: several heads, a revision that is none, one that stands on it" {
	forked
	table x a
	migrate rebase m
	expect_status 2
	expect_has "$errors" "2 heads to put m on: "
	expect_has "$errors" "--onto"
	run_ok rebase m --onto x
	expect_equal "$(parents m)" x
	run_ok rebase m --onto b
	expect_equal "$(parents m)" b
	run_ok rebase m --onto b
	expect_equal "$output" ""
	expect_equal "$errors" "m stands on b"
	migrate rebase m --onto n
	expect_status 2
	expect_has "$errors" "revision n stands on m"
	migrate rebase m --onto m
	expect_status 2
}

@test "rebase: a merge, a name that nothing has, a directory that cannot be written" {
	forked
	table j "c, n"
	table x a
	migrate rebase j
	expect_status 2
	expect_has "$errors" "revision j joins several others"
	migrate rebase nosuch
	expect_status 2
	[ "$(id -u)" = 0 ] && return
	chmod 500 migrations
	migrate rebase x
	chmod 700 migrations
	expect_status 1
	expect_equal "$(parents x)" a
}

@test "rebase: a database that is not there yet has nothing applied; one that cannot be asked stops it" {
	table a ""
	table b a
	table m a
	if on_sqlite; then
		run_ok rebase m
		[ ! -e test.db ]
		sed -i 's/down_revision: b/down_revision: a/' migrations/m.sql
	fi
	migrate rebase m -d postgresql://nobody@127.0.0.1:1/none
	expect_status 1
	expect_equal "$(parents m)" a
	echo 'versions: migrations' >migrator.yaml
	run_ok rebase m
	expect_has "$errors" "no database was asked"
	expect_equal "$(parents m)" b
}

@test "rebase --format json: what was changed" {
	forked
	run_ok rebase --format json
	expect_equal "$(json '[.command, .revision, .file, .from[0], .to, .changed] | join(" ")')" \
		"rebase m migrations/m.sql a c true"
}
