# migrate diff: two schemas, from scripts, files and the database.

load common
load examples

# differs LINE...: status 3, and these are the lines of the answer, in any order.
differs() {
	expect_status 3
	expect_equal "$(sed '/^$/,$d' <<<"$output" | sort)" "$(printf '%s\n' "$@" | sort)"
}

# named TABLE: as the database writes it.
named() { if on_sqlite; then echo "$1"; else echo "public.$1"; fi; }

@test "the scripts and the database that they made are the same" {
	table a ""
	table b a
	run_ok upgrade
	run_ok diff
	expect_equal "$output" ""
	expect_has "$errors" "0 differences from migrations to database"
	run_ok diff database migrations
}

@test "what is pending, and what somebody did by hand, is a difference" {
	table a ""
	table b a
	run_ok upgrade a
	sql "CREATE TABLE mine (id INTEGER)"
	sql "ALTER TABLE t_a ADD COLUMN note TEXT"
	before=$(everything)
	migrate diff
	differs "table $(named t_b) is missing" "table $(named mine) is new" "column $(named t_a).note is new"
	expect_has "$output" $'--- migrations\n+++ database\n@@ '
	expect_has "$output" $'\n'"+CREATE TABLE $(named mine) ("$'\n'
	expect_has "$output" $'\n'"-CREATE TABLE $(named t_b) ("$'\n'
	expect_equal "$(everything)" "$before"
	migrate diff database migrations
	differs "table $(named t_b) is new" "table $(named mine) is missing" "column $(named t_a).note is missing"
}

@test "what is another one is told property by property" {
	echo "CREATE TABLE t (a INTEGER NOT NULL, b TEXT, c TEXT DEFAULT 'x');" >old.sql
	echo "CREATE TABLE t (a INTEGER, b TEXT NOT NULL, c VARCHAR(9) DEFAULT 'x');" >new.sql
	migrate diff old.sql new.sql
	expect_status 3
	expect_has "$output" "column $(named t).a: not null is gone"
	expect_has "$output" "column $(named t).b: not null is new"
	on_sqlite || expect_has "$output" "column $(named t).c: type character varying(9), was text"
	on_sqlite || expect_has "$output" "default of column $(named t).c: expression 'x'::character varying, was 'x'::text"
	on_postgresql || expect_has "$output" "column $(named t).c: type VARCHAR(9), was TEXT"
}

@test "a file, and a folder of files in the order of their names" {
	mkdir desired
	printf '\xef\xbb\xbfCREATE TABLE parent (id INTEGER PRIMARY KEY);\r\n' >desired/1.sql
	echo "BEGIN; CREATE TABLE child (id INTEGER REFERENCES parent (id)); COMMIT" >desired/2.sql
	echo "CREATE INDEX i ON child (id);" >desired/10.sql
	echo "no SQL at all" >desired/README
	migrate diff desired
	expect_status 1
	expect_has "$errors" "desired/10.sql:1:"
	mv desired/10.sql desired/3.sql
	echo "CREATE TABLE parent (id INTEGER PRIMARY KEY);" >one.sql
	# No database is needed where none is compared.
	run_ok diff desired desired
	migrate diff one.sql desired
	differs "table $(named child) is new"
	migrate diff desired one.sql -q
	differs "table $(named child) is missing"
	expect_equal "$errors" ""
	revision a "" "$(<one.sql)" "DROP TABLE parent;"
	run_ok diff migrations one.sql
	if on_sqlite; then [ ! -e "$DB" ]; fi
}

@test "each schema of the corpus is no different from its own dump, nor from itself" {
	local file count=0
	for file in "$BATS_TEST_DIRNAME"/../corpus/schema/"$TEST_DATABASE"/*.sql; do
		sql $'\n'"$(<"$file")" >/dev/null
		# Rows of ours, so that the dump has the version table.
		run_ok ensure-version
		"$MIGRATE" dump >dump.sql 2>/dev/null
		run_ok diff dump.sql
		expect_equal "$output" ""
		run_ok diff "$file"
		database_empty
		count=$((count + 1))
	done
	[ "$count" -ge 5 ]
}

@test "a file that does not load is told with its own place, and leaves nothing" {
	printf 'CREATE TABLE t (id INTEGER);\n\nCREATE INDEX i ON t (nix);\n' >schema.sql
	migrate diff schema.sql migrations
	expect_status 1
	expect_has "$errors" "schema.sql:3:"
	expect_has "$errors" "     3 | CREATE INDEX i ON t (nix);"
	printf 'CREATE TABLE t (id INTEGER);\nROLLBACK;\n' >schema.sql
	migrate diff schema.sql migrations
	expect_status 2
	expect_has "$errors" "schema.sql:2:1"
	revision a "" "CREATE TABLE t (id INTEGER); SELECT nix;" -
	migrate diff migrations migrations
	expect_has "$errors" "migrations/a.sql:7:"
}

# bats test_tags=offline
@test "what is neither there nor a word is refused, and a folder without SQL" {
	migrate diff nowhere.sql
	expect_status 2
	expect_has "$errors" 'there is no file, folder or environment "nowhere.sql"'
	expect_has "$errors" '"migrations", "database" or "schema"'
	mkdir empty
	migrate diff empty migrations
	expect_status 1
	expect_has "$errors" 'no file in "empty" ends in .sql'
	migrate diff a b c
	expect_status 2
}

# other: another database, whose URL is $OTHER.
other() {
	if on_sqlite; then
		OTHER=sqlite:///other.db
		sqlite3 other.db "CREATE TABLE mine (id INTEGER)"
	else
		own_server
		psql -X -q "$URL" -c "CREATE TABLE mine (id INTEGER)"
		OTHER=$URL
		URL=postgresql://tester@127.0.0.1:$PGPORT_TEST/$DB
		sed -i "s|^database_url:.*|database_url: $URL|" migrator.yaml
	fi
}

# environment NAME URL
environment() { printf 'environments:\n  %s:\n    database_url: %s\n' "$1" "$2" >>migrator.yaml; }

@test "an environment's database is a side by its name, and any other one by its URL" {
	local before
	table a ""
	run_ok upgrade
	other
	environment production "$OTHER"
	before=$(everything)
	migrate diff migrations production
	differs "table $(named t_a) is missing" "table $(named mine) is new"
	expect_has "$output" $'--- migrations\n+++ production\n@@ '
	migrate diff "$OTHER" database
	differs "table $(named t_a) is new" "table $(named mine) is missing"
	expect_has "$output" "--- $OTHER"
	run_ok diff production "$OTHER"
	run_ok diff database migrations
	expect_equal "$(everything)" "$before"
	migrate diff --format json database production
	expect_equal "$(json '.from + " " + .to')" "database production"
	echo "CREATE TABLE mine (id INTEGER);" >mine.sql
	run_ok diff mine.sql production
	# None of its own is needed, nor one of its kind.
	sed -i '/^database_url/d' migrator.yaml
	run_ok diff production "$OTHER"
	if on_sqlite; then URL=postgresql://u@127.0.0.1:1/d; else URL=sqlite:///none.db; fi
	run_ok diff production "$OTHER" -d "$URL"
	migrate diff production database -d "$URL"
	expect_status 2
	expect_has "$errors" '"production" and "database" are of two kinds of databases'
}

# bats test_tags=offline
@test "a side that cannot be read is named, and no password of its URL is shown" {
	environment production postgresql://u:geheim1@127.0.0.1:1/d
	migrate diff production database
	expect_status 2
	expect_has "$errors" "two kinds of databases"
	migrate diff production "postgresql://u:geheim2@127.0.0.1:1/d"
	expect_status 1
	expect_has "$errors" 'The database is that of "production".'
	expect_lacks "$output$errors" geheim
	migrate diff "postgresql://u:geheim2@127.0.0.1:1/d" production
	expect_status 1
	expect_has "$errors" 'The database is that of "postgresql://u:***@127.0.0.1:1/d".'
	expect_has "$errors" "a password in the arguments can be seen by others"
	expect_lacks "$output$errors" geheim
	for url in postgresql:/u:geheim2@h/d mysql://u:geheim2@h/d "postgresql://u:geheim2@h/d?x=%"; do
		migrate diff "$url" migrations
		expect_status 2
		expect_lacks "$output$errors" geheim
	done
	migrate diff productoin
	expect_status 2
	expect_has "$errors" 'Did you mean "production"?'
	mkdir production
	migrate diff production
	expect_status 2
	expect_has "$errors" '"production" is an environment, and a file too'
	expect_has "$errors" "Write ./production for the file"
}

# bats test_tags=postgresql
@test "the password_command of an environment is for its database, and for no URL" {
	# No passwords.
	other
	echo "password_command: echo configured >>asked; echo x" >>migrator.yaml
	environment production "$OTHER"
	echo "    password_command: echo production >>asked; echo x" >>migrator.yaml
	run_ok diff "$OTHER" "$OTHER"
	[ ! -e asked ]
	run_ok diff production production
	expect_equal "$(sort -u asked)" production
	rm asked
	migrate diff production database
	expect_equal "$(sort -u asked | tr '\n' ' ')" "configured production "
}

@test "the configuration's schema is what the migrations should make" {
	mkdir elsewhere
	table a ""
	echo "CREATE TABLE $(named t_a) (id INTEGER PRIMARY KEY);" >elsewhere/desired.sql
	migrate diff schema
	expect_status 2
	expect_has "$errors" "names no schema"
	migrate check --schema
	expect_status 2
	expect_has "$errors" "schema: FILE"
	echo "schema: elsewhere/desired.sql" >>migrator.yaml
	run_ok check --schema
	run_ok diff migrations schema
	run_ok upgrade
	run_ok check
	table b a
	run_ok upgrade
	migrate check --format json
	expect_status 3
	expect_equal "$(json '[.findings[] | .check, .file, .message] | join("|")')" "schema|elsewhere/desired.sql|the migrations do not make the schema of elsewhere/desired.sql: table $(named t_b) is missing"
	expect_has "$(json '.findings[0].diff')" "-CREATE TABLE"
	run_ok check --heads --scripts --database --changes
	# From another directory the path is still the file's.
	mkdir work && cd work
	migrate -c ../migrator.yaml check --schema
	expect_status 3
	cd ..
	echo "CREATE nothing" >elsewhere/desired.sql
	migrate check --schema
	expect_status 1
	expect_has "$errors" "elsewhere/desired.sql:1:8"
}

@test "schema_command prints what the migrations should make" {
	table a ""
	cp migrator.yaml plain.yaml
	echo "schema_command: cat desired.sql" >>migrator.yaml
	echo "CREATE TABLE $(named t_a) (id INTEGER PRIMARY KEY);" >desired.sql
	run_ok check --schema
	echo "CREATE TABLE $(named mine) (id INTEGER, x nix(;" >>desired.sql
	migrate diff migrations schema
	[ "$status" = 1 ] || expect_status 2
	expect_has "$errors" "schema_command:2:"
	: >desired.sql
	migrate check --schema --format json
	expect_status 3
	expect_equal "$(json '.findings[0].message')" "the migrations do not make the schema of schema_command: table $(named t_a) is missing"
	rm desired.sql
	migrate check --schema
	expect_status 1
	expect_has "$errors" "the schema_command failed"
	expect_has "$errors" "exit status 1"
	echo "schema: desired.sql" >>migrator.yaml
	migrate check --schema
	expect_status 2
	expect_has "$errors" 'migrator.yaml:4:'
	expect_has "$errors" '"schema_command" stands beside "schema"'
}

@test "the example with SQLAlchemy's models in migrate(1) works" {
	if on_sqlite; then here=sqlite id="INTEGER NOT NULL"; else here=postgresql id="SERIAL NOT NULL"; fi
	echo "schema_command: /usr/bin/python3 schema.py $here" >>migrator.yaml
	revision a "" "CREATE TABLE authors (id $id, name VARCHAR(100) NOT NULL, PRIMARY KEY (id));
CREATE INDEX ix_authors_name ON authors (name);" "DROP TABLE authors;"
	run_examples "$BATS_TEST_DIRNAME/../../docs/migrate.1" models
	migrate diff migrations schema
	expect_status 3
	expect_has "$output" "table $(named notes) is new"
	expect_lacks "$output" "$(named authors) is"
	revision b a "CREATE TABLE notes (id $id, author INTEGER NOT NULL, PRIMARY KEY (id), FOREIGN KEY (author) REFERENCES authors (id));" "DROP TABLE notes;"
	run_ok check --schema
}

@test "diff --format json" {
	table a ""
	echo "" >empty.sql
	migrate diff empty.sql migrations --format json
	expect_status 3
	expect_equal "$(json '[.command, .from, .to, .same, (.changes | join(","))] | map(tostring) | join("|")')" "diff|empty.sql|migrations|false|table $(named t_a) is new"
	expect_has "$(json .diff)" "+CREATE TABLE"
	run_ok diff empty.sql empty.sql --format json
	expect_equal "$(json '[.same, .changes, .diff] | map(tostring) | join("|")')" "true|[]|null"
}

@test "scripts in parts, and irreversible ones, are no obstacle" {
	if on_sqlite; then between="VACUUM;"; else between="CREATE INDEX CONCURRENTLY i ON t (id);"; fi
	revision a "" "CREATE TABLE t (id INTEGER);
$between
CREATE TABLE u (id INTEGER);" - "irreversible: no way back"
	sed -n '/migrate:upgrade/,$p' migrations/a.sql >schema.sql
	run_ok diff migrations schema.sql
}

# bats test_tags=postgresql
@test "the scratch databases of a diff are dropped, whatever comes of it" {
	# On SQLite they are in memory.
	psql_admin -c "CREATE ROLE diff_$DB LOGIN CREATEDB"
	url=postgresql://diff_$DB@127.0.0.1:$PGPORT_TEST/$DB
	made() { psql_admin -A -t -c "SELECT count(*) FROM pg_database d JOIN pg_roles r ON r.oid = datdba WHERE rolname = 'diff_$DB'"; }
	table a ""
	echo "CREATE TABLE t (id INTEGER)" >good.sql
	echo "CREATE TABLE t (id nix)" >bad.sql
	migrate diff -d "$url" good.sql migrations
	differs "table $(named t) is missing" "table $(named t_a) is new"
	expect_equal "$(made)" 0
	migrate diff -d "$url" migrations bad.sql
	expect_status 1
	expect_has "$errors" 'bad.sql:1:20: error: type "nix" does not exist'
	expect_equal "$(made)" 0
	# Without the right to make one.
	psql_admin -c "ALTER ROLE diff_$DB NOCREATEDB"
	migrate diff -d "$url" good.sql
	expect_status 1
	expect_has "$errors" CREATEDB
}

@test "the example of diff in migrate(1) works" {
	table a ""
	run_ok upgrade
	run_examples "$BATS_TEST_DIRNAME/../../docs/migrate.1" diff
}

@test "what pg_dump and the shell of SQLite write is taken, but for migrate's own tables" {
	table a ""
	run_ok upgrade
	if on_sqlite; then sqlite3 "$DB" .schema; else pg_dump -s "$URL"; fi >all.sql
	migrate diff all.sql database
	expect_status 1
	expect_has "$errors" "all.sql:"
	expect_has "$errors" "hint: migrate's own tables are no part of a schema"
	if on_sqlite; then
		sqlite3 "$DB" ".schema t_%"
	else
		# Newer ones write the lines themselves.
		printf '\\restrict abc\n'
		pg_dump -s -T 'migrate_*' "$URL" | sed '/^\\/d'
		printf '\\unrestrict abc\n'
	fi >some.sql
	run_ok diff some.sql database
}
