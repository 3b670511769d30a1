# What migrate_log keeps of a script.

load common

logged() { sql "SELECT sql FROM migrate_log WHERE revision = '$1' AND direction = '${2:-upgrade}' AND segment IS NULL"; }
same_file() { diff <(logged "$1") <(cat "migrations/$1.sql" && echo); }

@test "an upgrade's record has the whole file, header and downgrade too" {
	table a ""
	table b a "branch_labels: x"
	run_ok upgrade
	same_file a
	same_file b
}

@test "records that are prepared, that belong to parts, and that are one transaction have it as well" {
	local i previous=""
	for i in 1 2 3 4 5 6 7 8 9 10 11 12; do
		table "r$i" "$previous"
		previous=r$i
	done
	revision p r12 $'CREATE TABLE p (i INTEGER);\nVACUUM;\nCREATE TABLE q (i INTEGER);' "DROP TABLE p;"
	run_ok upgrade
	same_file r1
	same_file r12
	same_file p
	expect_equal "$(sql "SELECT count(*) FROM migrate_log WHERE segment = 2 AND sql LIKE '%VACUUM%' AND sql NOT LIKE '%CREATE%'")" 2
	run_ok stamp base --purge
	sed -i 's/lock_wait/transaction: run\nlock_wait/' migrator.yaml
	rm migrations/p.sql
	sql "DROP TABLE p; $(for i in 1 2 3 4 5 6 7 8 9 10 11 12; do echo "DROP TABLE t_r$i;"; done) DELETE FROM migrate_log"
	run_ok upgrade
	same_file r1
	same_file r12
}

@test "the script of --sql records the whole file" {
	table a ""
	revision b a $'CREATE TABLE b (t TEXT DEFAULT \'it\'\'s \\ $$\');\nVACUUM;' "DROP TABLE b;"
	run_ok upgrade base:head --sql
	if on_sqlite; then printf '%s\n' "$output" | sqlite3 -bail "$DB"; else printf '%s\n' "$output" | psql -X -q -v ON_ERROR_STOP=1 "$URL" >/dev/null; fi
	same_file a
	same_file b
}

@test "a byte order mark, Windows line ends and a script's own BEGIN stay as they are" {
	revision a "" $'BEGIN;\nCREATE TABLE a (t TEXT);\nCOMMIT;' "DROP TABLE a;"
	sed -i -e 's/$/\r/' -e '1s/^/\xef\xbb\xbf/' migrations/a.sql
	run_ok upgrade
	same_file a
}

@test "a downgrade's record has what ran" {
	table a ""
	run_ok upgrade
	run_ok downgrade
	expect_equal "$(logged a downgrade | tr -d '\n')" "DROP TABLE t_a;"
}

@test "where the downgrade section is no text, the record has the upgrade section" {
	table a ""
	printf -- '-- caf\xe9 \x00\n' >>migrations/a.sql
	run_ok upgrade
	expect_equal "$(logged a | tr -d '\n')" "CREATE TABLE t_a (id INTEGER PRIMARY KEY);"
}
