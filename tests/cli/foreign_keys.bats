# SQLite's foreign keys: off while scripts run, so that rebuilding a table loses no row; what a script
# breaks is found before COMMIT.

# bats file_tags=sqlite
load common

CHILD="CREATE TABLE parent (id INTEGER PRIMARY KEY, t TEXT);
CREATE TABLE child (id INTEGER PRIMARY KEY, p INTEGER REFERENCES parent (id) ON DELETE CASCADE);
INSERT INTO parent VALUES (1, 'one'), (2, 'two');
INSERT INTO child VALUES (10, 1), (20, 2), (21, 2);"
REBUILD="CREATE TABLE parent_new (id INTEGER PRIMARY KEY, t TEXT NOT NULL);
INSERT INTO parent_new SELECT id, t FROM parent;
DROP TABLE parent;
ALTER TABLE parent_new RENAME TO parent;"

# on REVISION: its upgrade section enforces foreign keys.
on() { sed -i 's/^-- migrate:upgrade$/& foreign_keys=on/' "migrations/$1.sql"; }

@test "rebuilding a table keeps the children's rows" {
	revision a "" "$CHILD" "DROP TABLE child; DROP TABLE parent;"
	revision b a "$REBUILD" "$REBUILD"
	run_ok upgrade head
	expect_equal "$(sql "SELECT group_concat(id) FROM child")" 10,20,21
	expect_equal "$(sql "SELECT sql FROM sqlite_schema WHERE name = 'child'")" \
		"CREATE TABLE child (id INTEGER PRIMARY KEY, p INTEGER REFERENCES parent (id) ON DELETE CASCADE)"
	expect_equal "$(sql "PRAGMA foreign_key_check")" ""
	run_ok downgrade
	expect_equal "$(sql "SELECT group_concat(id) FROM child")" 10,20,21
	run_ok downgrade
	expect_equal "$(tables)" ""
}

@test "a script of a first revision whose child comes before its parent runs" {
	revision a "" "CREATE TABLE child (p INTEGER REFERENCES parent (id)); INSERT INTO child VALUES (1);
CREATE TABLE parent (id INTEGER PRIMARY KEY); INSERT INTO parent VALUES (1);" -
	run_ok upgrade head
	expect_equal "$(rows)" a
}

@test "foreign_keys=on in the section marker lets cascades work" {
	revision a "" "$CHILD" -
	revision b a "DELETE FROM parent WHERE id = 2;" -
	on b
	run_ok upgrade head
	expect_equal "$(sql "SELECT group_concat(id) FROM child")" 10
}

@test "foreign_keys=on is for its own section only" {
	revision a "" "$CHILD" -
	revision b a "SELECT 1;" -
	revision c b "$REBUILD" -
	on b
	run_ok upgrade head
	expect_equal "$(sql "SELECT count(*) FROM child")" 3
	expect_equal "$(rows)" c
}

@test "PRAGMA foreign_keys in first place is obeyed" {
	revision a "" "$CHILD" -
	revision b a "-- a comment first
PRAGMA foreign_keys = ON;
DELETE FROM parent WHERE id = 2;" -
	revision c b "PRAGMA foreign_keys = OFF; $REBUILD
PRAGMA foreign_keys = ON;" -
	run_ok upgrade head
	expect_equal "$(sql "SELECT group_concat(id) FROM child")" 10
	expect_equal "$(rows)" c
}

@test "PRAGMA foreign_keys = OFF in first place wins over the section marker" {
	revision a "" "$CHILD" -
	revision b a "PRAGMA foreign_keys = OFF;
$REBUILD" -
	on b
	run_ok upgrade head
	expect_equal "$(sql "SELECT count(*) FROM child")" 3
}

@test "PRAGMA foreign_keys elsewhere is answered with a notice that names its line" {
	revision a "" "$CHILD" -
	revision b a "CREATE TABLE x (id INTEGER);
PRAGMA foreign_keys = ON;
DELETE FROM child; DELETE FROM parent WHERE id = 2;" -
	run_ok upgrade head
	expect_has "$errors" "notice:"
	expect_has "$errors" "migrations/b.sql:8"
	expect_has "$errors" "foreign_keys"
}

@test "what a script leaves without a parent is found before COMMIT" {
	revision a "" "$CHILD" -
	revision b a "CREATE TABLE x (id INTEGER);
DELETE FROM parent WHERE id = 2;" -
	migrate upgrade head
	expect_status 1
	expect_equal "$(rows)" a
	expect_equal "$(tables)" "child parent"
	expect_equal "$(sql "SELECT count(*) FROM parent")" 2
	expect_has "$errors" "migrations/b.sql"
	expect_has "$errors" "foreign key"
	expect_has "$errors" child
	expect_has "$errors" parent
	migrate --format json upgrade head
	expect_equal "$(json .error.code)" sql
	expect_equal "$(json .error.file)" migrations/b.sql
}

@test "what an insert leaves without a parent is found, in any table" {
	revision a "" "$CHILD" -
	revision b a "CREATE TABLE other (p INTEGER REFERENCES parent (id), PRIMARY KEY (p)) WITHOUT ROWID;
INSERT INTO other VALUES (9);" -
	migrate upgrade head
	expect_status 1
	expect_has "$errors" other
	expect_equal "$(rows)" a
}

@test "a dropped parent is found" {
	revision a "" "$CHILD" -
	revision b a "DROP TABLE parent;" -
	migrate upgrade head
	expect_status 1
	expect_equal "$(rows)" a
	expect_equal "$(tables)" "child parent"
}

@test "a violation in a downgrade fails it" {
	revision a "" "$CHILD" "DELETE FROM parent;"
	run_ok upgrade head
	migrate downgrade
	expect_status 1
	expect_equal "$(rows)" a
	expect_equal "$(sql "SELECT count(*) FROM parent")" 2
}

@test "violations that were there before are tolerated" {
	sql "$CHILD INSERT INTO child VALUES (30, 99), (31, 98);"
	table a ""
	revision b a "$REBUILD" -
	revision c b "DELETE FROM child WHERE id = 30; UPDATE child SET p = p WHERE id = 31;" -
	run_ok upgrade head
	expect_equal "$(rows)" c
	expect_equal "$(sql "SELECT count(*) FROM child")" 4
}

@test "one more than those that were there before fails" {
	sql "$CHILD INSERT INTO child VALUES (30, 99);"
	table a ""
	revision b a "INSERT INTO child VALUES (31, 98);" -
	migrate upgrade head
	expect_status 1
	expect_equal "$(rows)" a
	expect_has "$errors" "31"
	revision b a "DELETE FROM child WHERE id = 30; INSERT INTO child VALUES (31, 98);" -
	migrate upgrade head
	expect_status 1
	expect_equal "$(rows)" a
}

@test "with transaction: run a violation fails the whole run" {
	echo "transaction: run" >>migrator.yaml
	revision a "" "$CHILD" -
	revision b a "DELETE FROM parent WHERE id = 1;" -
	revision c b "DELETE FROM child WHERE p = 1;" -
	migrate upgrade head
	expect_status 1
	expect_equal "$(tables)" ""
	expect_has "$errors" "migrations/b.sql"
}

@test "the file keeps its journal mode, and no setting of ours" {
	revision a "" "$CHILD" -
	run_ok upgrade head
	expect_equal "$(sql "PRAGMA foreign_keys")" 0
	expect_equal "$(sql "PRAGMA journal_mode")" delete
}

@test "a failed script with foreign_keys=on leaves the next run as usual" {
	revision a "" "$CHILD" -
	revision b a "INSERT INTO child VALUES (40, 77);" -
	on b
	migrate upgrade head
	expect_status 1
	expect_has "$errors" "FOREIGN KEY constraint failed"
	expect_has "$errors" "migrations/b.sql:7"
	expect_equal "$(rows)" a
}

@test "one transaction for the run has one answer for all: refused before anything runs" {
	echo "transaction: run" >>migrator.yaml
	table a ""
	table b a
	revision c b "PRAGMA foreign_keys = ON; CREATE TABLE c (x INTEGER);" -
	migrate upgrade
	expect_status 2
	expect_has "$errors" "migrations/c.sql:"
	expect_has "$errors" "foreign_keys=on cannot be switched inside the one transaction"
	expect_lacks "$errors" "upgrade <base> -> a"
	expect_equal "$(tables)" ""
}
