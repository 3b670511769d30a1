# migrate revision --autogenerate: revisions from the schema that is desired.

load common

# desired TEXT: the schema that the configuration names.
desired() {
	grep -q '^schema:' migrator.yaml || echo "schema: desired.sql" >>migrator.yaml
	printf '%s\n' "$1" >desired.sql
}

# named TABLE: as the database writes it.
named() { if on_sqlite; then echo "$1"; else echo "public.$1"; fi; }

# template FIRST SECTIONS: the project's own template, of what stands before its header and behind it.
template() {
	printf %b "$1" '-- revision: ${revision}\n-- down_revision: ${down_revision}\n-- branch_labels: ${branch_labels}\n-- depends_on: ${depends_on}\n' "$2" >template.sql
	echo "script_template: template.sql" >>migrator.yaml
}

# written: the one file that there is beside those of the test, from its upgrade section on.
written() {
	sed '1,/^-- migrate:upgrade/d' migrations/2*.sql
}

# nothing_written: no file, no database.
nothing_written() {
	! compgen -G 'migrations/2*' >/dev/null || { echo "written: $(written)" && return 1; }
	if on_sqlite; then [ ! -e "$DB" ]; fi
}

@test "a revision needs to know what is desired" {
	migrate revision --autogenerate -m x
	expect_status 2
	expect_has "$errors" "the configuration names no schema"
	desired "CREATE TABLE t (id INTEGER);"
	migrate revision --allow-destructive -m x
	expect_status 2
	expect_has "$errors" "makes sense with --autogenerate only"
	migrate revision --autogenerate -m " "
	expect_status 2
	expect_has "$errors" "a revision needs a message"
	nothing_written
}

@test "the first revision makes the desired schema, and its downgrade an empty one" {
	desired "CREATE TABLE tags (id INTEGER PRIMARY KEY);
CREATE TABLE notes (id INTEGER PRIMARY KEY, tag INTEGER REFERENCES tags (id));
CREATE INDEX notes_by_tag ON notes (tag);"
	run_ok revision --autogenerate -m "Begin"
	expect_equal "$(ls migrations)" "${output#migrations/}"
	expect_has "$errors" "2 differences written, and tried both ways"
	expect_has "$(written)" "CREATE INDEX notes_by_tag ON $(named notes) "
	expect_has "$(written)" "-- destroys: table $(named notes)"
	run_ok upgrade
	run_ok check
	run_ok diff database schema
	run_ok revision --autogenerate -m "Nothing"
	expect_equal "$output" ""
	expect_has "$errors" "the migrations make the desired schema already"
	run_ok downgrade base
	expect_equal "$(tables)" ""
	run_ok verify
}

@test "what destroys data is named, and written where that is allowed" {
	revision a "" "CREATE TABLE notes (id INTEGER PRIMARY KEY, body TEXT, n INTEGER); CREATE TABLE gone (x INTEGER);" ""
	desired "CREATE TABLE notes (id INTEGER PRIMARY KEY, n INTEGER);"
	migrate revision --autogenerate -m x
	expect_status 2
	expect_has "$errors" "the upgrade would destroy data"
	expect_has "$errors" "destroys: table $(named gone)"
	expect_has "$errors" "destroys: column $(named notes).body"
	expect_has "$errors" "--allow-destructive"
	expect_equal "$output" ""
	nothing_written
	migrate revision --autogenerate -m x --format json
	expect_equal "$(json .error.code)" refused
	nothing_written
	run_ok revision --autogenerate --allow-destructive -m x
	expect_has "$errors" "warning: the upgrade destroys: column $(named notes).body"
	expect_has "$(written)" "-- destroys: column $(named notes).body"$'\n'"ALTER TABLE $(named notes) DROP COLUMN body;"
	run_ok upgrade
	expect_equal "$(tables)" notes
	run_ok downgrade a
	expect_equal "$(tables)" "gone notes"
}

@test "a comment in the desired schema renames, and keeps the rows" {
	revision a "" "CREATE TABLE notes (id INTEGER PRIMARY KEY, body TEXT, n INTEGER); CREATE TABLE old (x INTEGER);" ""
	run_ok upgrade
	sql "INSERT INTO notes VALUES (1, 'text', 2)"
	sql "INSERT INTO old VALUES (7)"
	desired "CREATE TABLE notes (
	id INTEGER PRIMARY KEY,
	-- What the note says
	-- renamed from: body
	text TEXT,
	number INTEGER -- renamed from: n
);
-- renamed from: old
CREATE TABLE \"new one\" (x INTEGER);"
	run_ok revision --autogenerate -m x
	expect_equal "$(written | grep ALTER)" "ALTER TABLE $(named old) RENAME TO \"new one\";
ALTER TABLE $(named notes) RENAME COLUMN body TO text;
ALTER TABLE $(named notes) RENAME COLUMN n TO number;
ALTER TABLE $(named notes) RENAME COLUMN number TO n;
ALTER TABLE $(named notes) RENAME COLUMN text TO body;
ALTER TABLE $(named '"new one"') RENAME TO old;"
	run_ok upgrade
	expect_equal "$(sql 'SELECT text, number FROM notes')" "text|2"
	expect_equal "$(sql 'SELECT x FROM "new one"')" 7
	run_ok diff database schema
	# The comments may stay.
	run_ok revision --autogenerate -m y
	expect_equal "$output" ""
	run_ok downgrade a
	expect_equal "$(sql 'SELECT body, n FROM notes')" "text|2"
}

@test "names that move on are renamed, and the comments may stay" {
	revision a "" "CREATE TABLE one (a TEXT, b TEXT); CREATE TABLE two (x INTEGER);" ""
	run_ok upgrade
	sql "INSERT INTO one VALUES ('a', 'b')"
	sql "INSERT INTO two VALUES (2)"
	desired "CREATE TABLE two ( -- renamed from: one
	b TEXT, -- renamed from: a
	c TEXT -- renamed from: b
);
CREATE TABLE three ( -- renamed from: two
	x INTEGER
);"
	run_ok revision --autogenerate -m x
	run_ok upgrade
	expect_equal "$(sql 'SELECT b, c FROM two')" "a|b"
	expect_equal "$(sql 'SELECT x FROM three')" 2
	run_ok diff database schema
	run_ok revision --autogenerate -m y
	expect_equal "$output" ""
	run_ok downgrade a
	expect_equal "$(sql 'SELECT a, b FROM one')" "a|b"
}

@test "columns that exchange their names are refused, for it may have been done" {
	revision a "" "CREATE TABLE notes (id INTEGER PRIMARY KEY, a TEXT, b INTEGER);" ""
	desired "CREATE TABLE notes (
	id INTEGER PRIMARY KEY,
	a INTEGER, -- renamed from: b
	b TEXT -- renamed from: a
);"
	migrate revision --autogenerate --allow-destructive -m x
	expect_status 2
	expect_has "$errors" "desired.sql:3: error: column $(named notes).a is renamed from b, b from a: whether that was done cannot be told"
	expect_has "$errors" "take these comments out of the desired schema"
	nothing_written
	migrate revision --autogenerate -m x --format json
	expect_equal "$(json .error.code)" refused
}

@test "tables that exchange their names, in a circle of three too, are refused" {
	revision a "" "CREATE TABLE one (x TEXT); CREATE TABLE two (y TEXT); CREATE TABLE three (z TEXT);" ""
	desired "-- renamed from: one
CREATE TABLE two (x TEXT);
-- renamed from: two
CREATE TABLE one (y TEXT);
CREATE TABLE three (z TEXT);"
	migrate revision --autogenerate --allow-destructive -m x
	expect_status 2
	expect_has "$errors" "table $(named two) is renamed from one, one from two: whether that was done cannot be told"
	desired "-- renamed from: one
CREATE TABLE two (x TEXT);
-- renamed from: two
CREATE TABLE three (y TEXT);
-- renamed from: three
CREATE TABLE one (z TEXT);"
	migrate revision --autogenerate --allow-destructive -m x
	expect_status 2
	expect_has "$errors" "table $(named two) is renamed from one, three from two, one from three: whether"
	nothing_written
}

@test "a column's comment is not about another table by its table's old name" {
	revision a "" "CREATE TABLE notes (id INTEGER PRIMARY KEY, body TEXT);" ""
	desired "-- renamed from: notes
CREATE TABLE pages (id INTEGER PRIMARY KEY, body TEXT);
CREATE TABLE notes (id INTEGER PRIMARY KEY,
	text TEXT -- renamed from: body
);"
	run_ok revision --autogenerate -m x
	expect_lacks "$(written)" "RENAME COLUMN"
	run_ok upgrade
	run_ok check
}

# bats test_tags=sqlite
@test "behind a rename and back, triggers and views are spelled as they were" {
	revision a "" "CREATE TABLE notes (id INTEGER PRIMARY KEY, body TEXT);
CREATE VIEW bodies AS SELECT Body FROM Notes;
CREATE VIEW lengths AS SELECT length(BODY) AS n FROM bodies;
CREATE TRIGGER trimmed AFTER UPDATE OF BODY ON NOTES BEGIN UPDATE NOTES SET BODY = trim(new.BODY); END;" ""
	desired "-- renamed from: notes
CREATE TABLE pages (id INTEGER PRIMARY KEY,
	text TEXT -- renamed from: body
);
CREATE VIEW bodies AS SELECT text FROM pages;
CREATE VIEW lengths AS SELECT length(text) AS n FROM bodies;
CREATE TRIGGER trimmed AFTER UPDATE OF text ON pages BEGIN UPDATE pages SET text = trim(new.text); END;"
	run_ok revision --autogenerate -m x
	expect_has "$errors" "written, and tried both ways"
	run_ok upgrade
	run_ok check
	run_ok downgrade a
	rm migrations/2*
	run_ok diff database migrations
}

# bats test_tags=postgresql
@test "a comment without a schema renames what stands in the schema of its table" {
	revision a "" "CREATE SCHEMA app; CREATE TABLE app.old (x INTEGER); CREATE TABLE old (x INTEGER);
CREATE TABLE app.t (b INTEGER); CREATE TABLE t (b INTEGER);" ""
	desired "CREATE SCHEMA app;
CREATE TABLE old (x INTEGER);
CREATE TABLE new (x TEXT);
CREATE TABLE t (a TEXT, b INTEGER);
SET search_path = app, public;
-- renamed from: old
CREATE TABLE new (x INTEGER);
CREATE TABLE t (a INTEGER -- renamed from: b
);"
	run_ok revision --autogenerate -m x
	expect_equal "$(written | sed -n '/downgrade/q; /RENAME/p')" "ALTER TABLE app.old RENAME TO new;
ALTER TABLE app.t RENAME COLUMN b TO a;"
}

@test "renames in a folder, and in what a command prints" {
	revision a "" "CREATE TABLE notes (id INTEGER PRIMARY KEY, body TEXT);" ""
	mkdir desired
	echo "CREATE TABLE b (x INTEGER);" >desired/2.sql
	printf 'CREATE TABLE notes (\n\tid INTEGER PRIMARY KEY,\n\ttext TEXT -- Renamed from: body\n);' >desired/1.sql
	cp migrator.yaml plain.yaml
	echo "schema: desired" >>migrator.yaml
	run_ok revision --autogenerate -m x
	expect_has "$(written)" "RENAME COLUMN body TO text"
	rm migrations/2*
	cp plain.yaml migrator.yaml
	echo "schema_command: cat desired/*.sql" >>migrator.yaml
	run_ok revision --autogenerate -m x
	expect_has "$(written)" "RENAME COLUMN body TO text"
}

@test "a comment that is about nothing, or about what was never there, is told" {
	revision a "" "CREATE TABLE notes (id INTEGER PRIMARY KEY);" ""
	desired "CREATE TABLE notes (id INTEGER PRIMARY KEY,
	b TEXT -- renamed from: c
);
-- renamed from: f
CREATE TABLE d (e INTEGER);
-- renamed from: g
CREATE INDEX d_e ON d (e);"
	run_ok revision --autogenerate -m x
	expect_has "$errors" "desired.sql:2: \"renamed from: c\" is left out: the migrations make no such column"
	expect_has "$errors" "desired.sql:4: \"renamed from: f\" is left out: the migrations make no such table"
	expect_has "$errors" "desired.sql:6: \"renamed from: g\" is about no table or column"
	expect_lacks "$(written)" RENAME
}

@test "what looks renamed is proposed, and not done" {
	revision a "" "CREATE TABLE notes (id INTEGER PRIMARY KEY, body TEXT, n INTEGER); CREATE TABLE old (x INTEGER, y TEXT);" ""
	desired "CREATE TABLE notes (id INTEGER PRIMARY KEY, text TEXT, n INTEGER); CREATE TABLE other (x INTEGER, y TEXT);"
	migrate revision --autogenerate -m x
	expect_status 2
	expect_has "$errors" "column $(named notes).text may be column $(named notes).body, renamed: if so, write \"-- renamed from: body\""
	expect_has "$errors" "table $(named other) may be table $(named old), renamed"
	nothing_written
}

@test "with several heads the new revision stands on the one that is named, and compares with that" {
	two_branches
	desired "CREATE TABLE t_a (id INTEGER PRIMARY KEY); CREATE TABLE t_b (id INTEGER PRIMARY KEY);
CREATE TABLE t_c1 (id INTEGER PRIMARY KEY); CREATE TABLE t_d1 (id INTEGER PRIMARY KEY);
CREATE TABLE more (id INTEGER PRIMARY KEY);"
	migrate revision --autogenerate -m x
	expect_status 2
	expect_has "$errors" "heads"
	nothing_written
	run_ok revision --autogenerate -m x --head L1@head
	expect_has "$errors" "1 difference written"
	expect_has "$(<"$output")" "down_revision: d1"
	expect_has "$(written)" "CREATE TABLE $(named more)"
	migrate revision --autogenerate -m x --head d2
	expect_status 2
	expect_has "$errors" "destroys: table $(named t_d2)"
}

@test "the file is tried, and what is not right is told" {
	desired "CREATE TABLE t (id INTEGER PRIMARY KEY);"
	template '-- ${message}\n--\n' '\n-- migrate:upgrade\nCREATE TABLE mine (x INTEGER);\n\n-- migrate:downgrade\n-- by hand:\n'
	run_ok revision --autogenerate -m x
	expect_has "$errors" "warning: $output: behind the upgrade a difference is left: table $(named mine) is new"
	expect_has "$errors" "warning: $output: behind the downgrade a difference is left: table $(named mine) is new"
	expect_lacks "$errors" "tried both ways"
	expect_equal "$(written | grep 'CREATE TABLE\|migrate:\|by hand\|DROP')" "CREATE TABLE mine (x INTEGER);
CREATE TABLE $(named t) (
-- migrate:downgrade
-- by hand:
DROP TABLE $(named t);"
	rm migrations/2*
	sed -i 's/^CREATE TABLE mine.*/CREATE TABLE t (x INTEGER);/' template.sql
	run_ok revision --autogenerate -m x --format json
	expect_has "$(json '.unproved[0]')" "the upgrade does not run: "
	expect_has "$(json .file)" migrations/2
}

# bats test_tags=sqlite
@test "a row in the way is told of before it is met" {
	revision a "" "CREATE TABLE notes (id INTEGER PRIMARY KEY);" ""
	desired "CREATE TABLE notes (id INTEGER PRIMARY KEY, rank INTEGER NOT NULL);"
	run_ok revision --autogenerate -m x
	expect_has "$errors" "warning: the upgrade fails where table notes has rows: column notes.rank is NOT NULL and has no DEFAULT"
	expect_has "$(written)" "-- fails where table notes has rows"
	run_ok upgrade a
	sql "INSERT INTO notes VALUES (1)"
	migrate upgrade
	expect_status 1
	at a
	sql "DELETE FROM notes"
	run_ok upgrade
}

@test "a desired schema that does not load is an error in its file" {
	desired $'CREATE TABLE t (id INTEGER);\nCREATE TABLE t (id INTEGER);'
	migrate revision --autogenerate -m x
	expect_status 1
	expect_has "$errors" "desired.sql:2:"
	nothing_written
}

@test "revision --autogenerate --format json" {
	revision a "" "CREATE TABLE notes (id INTEGER PRIMARY KEY, body TEXT);" ""
	desired "CREATE TABLE notes (id INTEGER PRIMARY KEY);"
	run_ok revision --autogenerate --allow-destructive -m x --format json --rev-id b
	expect_equal "$(json '.command, .revision, .file == "'"$(ls migrations/2*)"'"' | tr '\n' ' ')" "revision b true "
	expect_equal "$(json '.changes | join(",")')" "column $(named notes).body is missing"
	expect_equal "$(json '.destroys | join(",")')" "column $(named notes).body"
	run_ok revision --autogenerate -m y --format json
	expect_equal "$(json '[.file, .changes] | tostring')" "[null,[]]"
}

@test "the written revision goes through the hooks" {
	desired "CREATE TABLE t (id INTEGER);"
	echo 'hooks: echo hooked' >>migrator.yaml
	run_ok revision --autogenerate -m x
	expect_has "$output$errors" hooked
}

# bats test_tags=sqlite
@test "what the model does not know is named" {
	revision a "" "CREATE TABLE t (id INTEGER); CREATE TRIGGER mine AFTER INSERT ON migrate_log BEGIN SELECT 1; END;" ""
	desired "CREATE TABLE t (id INTEGER, b TEXT);"
	run_ok revision --autogenerate -m x
	expect_has "$errors" "warning: not compared: trigger mine"
	expect_has "$(written)" "ADD COLUMN b TEXT"
}

@test "a template without a downgrade section gets one" {
	desired "CREATE TABLE t (id INTEGER);"
	template '' '-- migrate:upgrade'
	run_ok revision --autogenerate -m x
	expect_has "$errors" "tried both ways"
	expect_has "$(written)" $'\n-- migrate:downgrade\n-- destroys: table '"$(named t)"$'\nDROP TABLE '"$(named t);"
	rm migrations/2*
	# What the template gives for irreversible has no way back.
	sed -i '1i -- irreversible: by rule' template.sql
	migrate revision --autogenerate -m x
	expect_status 2
	expect_has "$errors" "would not be a revision"
	nothing_written
}

@test "a name of several lines stays in its comment" {
	printf '%s\n' "database_url: $URL" "versions: migrations" "schema: schema.sql" >migrator.yaml
	evil=$'"x\nDROP TABLE bystander; --\ny"'
	revision a "" "CREATE TABLE bystander (id INTEGER);
CREATE TABLE t (id INTEGER, $evil TEXT);" "DROP TABLE t;
DROP TABLE bystander;"
	printf 'CREATE TABLE bystander (id INTEGER);\nCREATE TABLE t (id INTEGER);\n' >schema.sql
	run_ok revision --autogenerate -m "Take it" --allow-destructive
	expect_has "$(cat migrations/*take_it.sql)" '-- destroys: column '
	expect_lacks "$errors" "does not run"
	run_ok upgrade
	expect_equal "$(tables)" "bystander t"
	run_ok downgrade a
	expect_equal "$(tables)" "bystander t"
}

# many: 220 tables, each but the first with keys to two others, of which some come later where the
# database lets them; indexes, checks, and views on views.
many() {
	local i
	for ((i = 0; i < 220; i++)); do
		echo "CREATE TABLE \"Table $i\" (
	id INTEGER PRIMARY KEY,
	code VARCHAR(20) NOT NULL DEFAULT 'c$i' UNIQUE,
	amount NUMERIC(8,2) CHECK (amount >= $i),
	made TIMESTAMP DEFAULT CURRENT_TIMESTAMP,
	up INTEGER REFERENCES \"Table $((i / 2))\" (id) ON DELETE CASCADE,
	beside INTEGER REFERENCES \"Table $((i * 7 % (i + 1)))\" (id)
);
CREATE INDEX \"Index $i\" ON \"Table $i\" (up, lower(code));"
		((i % 10)) || echo "CREATE VIEW view_$i AS SELECT id, code FROM $(
			((i % 20)) && echo "view_$((i - 10))" || echo "\"Table $i\""
		) WHERE code <> '';"
	done
}

@test "a schema of 220 tables is written from nothing, made, found the same, and taken back" {
	desired "$(many)"
	run_ok revision --autogenerate -m "All of it"
	expect_lacks "$errors" warning
	run_ok upgrade
	run_ok diff database schema
	expect_equal "$output" ""
	run_ok revision --autogenerate -m "Nothing"
	expect_has "$errors" "the migrations make the desired schema already"
	run_ok downgrade base
	expect_equal "$(tables)" ""
}
