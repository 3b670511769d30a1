# migrator.yaml, .env, environments and the environment: what is read, what wins, what is refused.

load common

# yaml LINE...: the configuration.
yaml() { printf '%s\n' "$@" >migrator.yaml; }

# database ARGUMENT...: the URL that status shows.
database() {
	run_ok status "$@"
	sed -n 's/^database  //p' <<<"$output"
}

# bats test_tags=offline
@test "a missing configuration is an error that says what to do" {
	rm migrator.yaml
	migrate history
	expect_status 2
	expect_has "$errors" migrator.yaml
	expect_has "$errors" init
}

# bats test_tags=offline
@test "-c wins over MIGRATE_CONFIG, which wins over migrator.yaml" {
	table a ""
	mkdir other third
	cp migrations/a.sql other/x.sql
	cp migrations/a.sql third/y.sql
	sed "s/migrations/other/" migrator.yaml >other.yaml
	sed "s/migrations/third/" migrator.yaml >third.yaml
	run_ok show a
	expect_has "$output" migrations/a.sql
	export MIGRATE_CONFIG=other.yaml
	run_ok show a
	expect_has "$output" other/x.sql
	run_ok show a -c third.yaml
	expect_has "$output" third/y.sql
	run_ok --config=third.yaml show a
	expect_has "$output" third/y.sql
	migrate show a -c gone.yaml
	expect_status 2
	expect_has "$errors" gone.yaml
}

# bats test_tags=offline
@test "a misspelt key is refused with file, line, column and a suggestion" {
	local key wrong
	for key in versions version_table version_table_schema transaction lock_timeout statement_timeout \
		lock_wait lock_retries file_template timezone truncate_slug_length script_template hooks environments database_url; do
		wrong=${key%?}
		yaml "# comment" "$wrong: x"
		migrate history
		expect_status 2
		expect_has "$errors" "migrator.yaml:2:1: error: unknown key \"$wrong\""
		expect_has "$errors" "Did you mean \"$key\"?"
	done
}

# bats test_tags=offline
@test "a misspelt key of an environment is refused, chosen or not" {
	yaml "environments:" "  prod:" "    lock_tiemout: 1s"
	migrate history
	expect_status 2
	expect_has "$errors" "migrator.yaml:3:5: error:"
	expect_has "$errors" lock_timeout
}

# bats test_tags=offline
@test "values that make no sense are refused with a place" {
	local line
	for line in "transaction: each" "lock_timeout: 5" "lock_timeout: 5 s" "lock_timeout: -1s" "lock_wait: forever" \
		"statement_timeout: 1y" "truncate_slug_length: 0" "truncate_slug_length: many" "lock_retries: many" "timezone: Mars/Olympus" \
		"versions: []" "versions: ''" "versions: {a: b}" "version_table: ''" "version_table: [a, b]" \
		"hooks: {a: b}" "environments: x" "database_url: [a]" "a: b: c" "lock_wait: *x" "lock_wait: &x 1s"; do
		yaml "# first" "$line"
		migrate history
		expect_status 2
		expect_has "$errors" "migrator.yaml:2:"
	done
}

# bats test_tags=offline
@test "a key twice, a second document and a list instead of keys are refused" {
	yaml "versions: migrations" "versions: other"
	migrate history
	expect_status 2
	expect_has "$errors" "migrator.yaml:2:1:"
	yaml "versions: migrations" "---" "versions: other"
	migrate history
	expect_status 2
	yaml "- versions"
	migrate history
	expect_status 2
}

@test "an empty configuration is fine, and DATABASE_URL is the database" {
	table a ""
	: >migrator.yaml
	run_ok history
	migrate upgrade
	expect_status 2
	expect_has "$errors" database_url
	DATABASE_URL=$URL run_ok upgrade
	expect_equal "$(rows)" a
}

# bats test_tags=sqlite
@test "variables come from the environment, else from .env, else from the default" {
	yaml 'database_url: ${U:-sqlite:///default.db}'
	touch default.db dotenv.db real.db
	expect_equal "$(database)" sqlite:///default.db
	echo 'U=sqlite:///dotenv.db' >.env
	expect_equal "$(database)" sqlite:///dotenv.db
	export U=sqlite:///real.db
	expect_equal "$(database)" sqlite:///real.db
	export U=
	expect_equal "$(database)" sqlite:///default.db
}

# bats test_tags=offline
@test "a variable without a value is an error for those who need the database" {
	yaml 'database_url: ${NOWHERE}'
	run_ok history
	migrate status
	expect_status 2
	expect_has "$errors" "migrator.yaml:1:"
	expect_has "$errors" NOWHERE
}

# bats test_tags=sqlite
@test ".env lines: export, quotes, comments" {
	yaml 'database_url: ${U}'
	touch x.db
	for line in 'U=sqlite:///x.db' 'export U=sqlite:///x.db' 'U="sqlite:///x.db"' "U='sqlite:///x.db' # comment" \
		$'# first\n\nU=sqlite:///x.db' 'U=sqlite:///x.db   # comment' $'N=x\nU=sqlite:///${N}.db' $'U=sqlite:///x.db\r'; do
		printf '%s\n' "$line" >.env
		expect_equal "$(database)" sqlite:///x.db
	done
}

# bats test_tags=offline
@test "a .env line that is none is an error with its place and without its value" {
	printf 'A=b\nPASSWORD sekret\n' >.env
	migrate history
	expect_status 2
	expect_has "$errors" .env:2:
	expect_lacks "$errors" sekret
}

# bats test_tags=sqlite
@test "--env-file is read instead of .env, and must exist" {
	yaml 'database_url: ${U}'
	touch one.db two.db
	echo 'U=sqlite:///one.db' >.env
	echo 'U=sqlite:///two.db' >my.env
	expect_equal "$(database --env-file my.env)" sqlite:///two.db
	migrate status --env-file gone.env
	expect_status 2
	expect_has "$errors" gone.env
}

# bats test_tags=sqlite
@test "an environment overrides keys; --env wins over MIGRATE_ENV" {
	yaml "database_url: sqlite:///base.db" "environments:" "  test:" "    database_url: sqlite:///test1.db" \
		"  prod:" "    database_url: sqlite:///prod.db" "    version_table: other_version"
	touch base.db test1.db prod.db
	expect_equal "$(database)" sqlite:///base.db
	expect_equal "$(database --env test)" sqlite:///test1.db
	export MIGRATE_ENV=prod
	expect_equal "$(database)" sqlite:///prod.db
	expect_equal "$(database --env test)" sqlite:///test1.db
	table a ""
	run_ok upgrade
	expect_equal "$(sqlite3 prod.db "SELECT version_num FROM other_version")" a
}

# bats test_tags=offline
@test "an unknown environment is refused with a suggestion" {
	yaml "environments:" "  production:" "    lock_wait: 1s"
	migrate history --env prodction
	expect_status 2
	expect_has "$errors" 'Did you mean "production"?'
	MIGRATE_ENV=nope migrate history
	expect_status 2
	expect_has "$errors" nope
}

@test "-d wins over everything" {
	table a ""
	yaml "database_url: sqlite:///base.db" "environments: {x: {database_url: 'sqlite:///env.db'}}"
	run_ok upgrade --env x -d "$URL"
	expect_equal "$(rows)" a
	[ ! -e base.db ] && [ ! -e env.db ]
}

# bats test_tags=sqlite
@test "relative paths are relative to the file that names them, or to the current directory" {
	table a ""
	mkdir project elsewhere vars
	mv migrations project
	cd elsewhere
	printf 'database_url: sqlite:///yaml.db\nversions: migrations\n' >../project/migrator.yaml
	export MIGRATE_CONFIG=../project/migrator.yaml
	run_ok upgrade
	[ -f ../project/yaml.db ]
	printf 'database_url: ${U}\nversions: migrations\n' >../project/migrator.yaml
	echo 'U=sqlite:///dotenv.db' >../project/.env
	run_ok upgrade
	[ -f ../project/dotenv.db ]
	echo 'U=sqlite:///named.db' >../vars/file
	run_ok upgrade --env-file ../vars/file
	[ -f ../vars/named.db ]
	U=sqlite:///real.db run_ok upgrade
	[ -f real.db ]
	run_ok upgrade -d sqlite:///dash.db
	[ -f dash.db ]
	run_ok revision -m "here too"
	[ "$(dirname "$output")" = ../project/migrations ] && [ -f "$output" ]
	expect_equal "$(ls)" "$(printf 'dash.db\nreal.db')"
}

@test "several versions directories form one graph" {
	mkdir more
	sed -i 's/^versions:.*/versions:\n  - migrations\n  - more/' migrator.yaml
	table a ""
	table b a
	mv migrations/b.sql more
	run_ok upgrade
	expect_equal "$(rows)" b
	expect_equal "$(tables)" "t_a t_b"
}

@test "version_table names the table, whatever its name" {
	table a ""
	for name in alembic_version 'with space' 'q"uote' "sel'ect" 'a.b' 'a;--' Upper; do
		printf 'database_url: %s\nversion_table: %s\n' "$URL" "'${name//\'/\'\'}'" >migrator.yaml
		run_ok upgrade
		expect_equal "$(sql "SELECT version_num FROM \"${name//\"/\"\"}\"")" a
		run_ok downgrade
		expect_equal "$(sql "SELECT count(*) FROM \"${name//\"/\"\"}\"")" 0
	done
}

# bats test_tags=postgresql
@test "version_table_schema names the schema" {
	table a ""
	echo "version_table_schema: Own" >>migrator.yaml
	migrate upgrade
	[ "$status" != 0 ]
	sql 'CREATE SCHEMA "Own"'
	run_ok upgrade
	expect_equal "$(sql 'SELECT version_num FROM "Own".migrate_version')" a
	expect_equal "$(sql 'SELECT revision FROM "Own".migrate_log')" a
	expect_equal "$(tables)" t_a
}

@test "transaction: run is everything or nothing" {
	table a ""
	revision b a "CREATE TABLE t_b (id INT); SELECT nonsense FROM nowhere;" ""
	migrate upgrade
	expect_status 1
	expect_equal "$(rows)" a
	echo "transaction: run" >>migrator.yaml
	run_ok downgrade base
	migrate upgrade
	expect_status 1
	expect_equal "$(rows)" ""
	expect_equal "$(tables)" ""
}

# bats test_tags=postgresql
@test "statement_timeout ends a long statement" {
	revision a "" "SELECT pg_sleep(20);" ""
	echo "statement_timeout: 300ms" >>migrator.yaml
	SECONDS=0
	migrate upgrade
	expect_status 1
	[ "$SECONDS" -lt 10 ]
	expect_equal "$(rows)" ""
}

# bats test_tags=offline
@test "-v says which configuration, environment and database are used" {
	yaml "database_url: $URL" "environments: {test: {lock_wait: 1s}}"
	run_ok history -v --env test
	expect_has "$errors" migrator.yaml
	expect_has "$errors" test
	expect_has "$errors" "${URL##*/}"
}

# bats test_tags=sqlite
@test "a variable may stand in a file that its _FILE variable names" {
	yaml 'database_url: ${U:-sqlite:///default.db}'
	touch default.db file.db dotenv.db
	printf 'sqlite:///file.db\n' >url
	export U_FILE=url
	expect_equal "$(database)" sqlite:///file.db
	expect_equal "$(U='' database)" sqlite:///file.db
	expect_equal "$(U=sqlite:///default.db database)" sqlite:///default.db
	unset U_FILE
	mkdir vars
	printf 'sqlite:///dotenv.db' >vars/url
	echo 'U_FILE=url' >vars/env
	ln -s ../dotenv.db vars/dotenv.db
	expect_equal "$(database --env-file vars/env)" sqlite:///dotenv.db
	: >migrator.yaml
	expect_equal "$(DATABASE_URL_FILE=url database)" sqlite:///file.db
	DATABASE_URL_FILE=gone migrate status
	expect_status 2
	expect_has "$errors" DATABASE_URL_FILE
	expect_has "$errors" gone
	DATABASE_URL_FILE=gone run_ok history
	printf 'nonsense\n' >url
	DATABASE_URL_FILE=url migrate status
	expect_status 2
	expect_has "$errors" "which DATABASE_URL_FILE names"
}

# bats test_tags=offline
@test "a directory that is named twice is an error of the configuration, not of its files" {
	table a ""
	ln -s migrations other
	for list in "migrations, migrations" "migrations, ./migrations/" "other, migrations" "migrations, $PWD/migrations"; do
		yaml "versions: [$list]"
		migrate history
		expect_status 2
		expect_has "$errors" "the versions director"
		expect_lacks "$errors" "a.sql"
		migrate history --format json
		expect_equal "$(json .error.code)" config
	done
}

@test "a URL where a directory belongs is refused with its place, and not shown" {
	yaml "database_url: sqlite:///x.db" "versions: postgresql://u:sekret@h/db"
	migrate history
	expect_status 2
	expect_has "$errors" "migrator.yaml:2:11: error: \"versions\" is a URL, not a path"
	expect_lacks "$errors" sekret
}
