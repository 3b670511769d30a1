# The filter of passwords hides the whole value, wherever it is, and leaves the words alone that it is in.

# bats file_tags=postgresql
load common

# with PASSWORD: the test's URL, user tester, has it; the server trusts everybody.
with() {
	sed -i "s|^database_url:.*|database_url: postgresql://tester:$1@127.0.0.1:$PGPORT_TEST/$DB|" migrator.yaml
}

@test "a password that is a part of a word does not hide it" {
	with app
	revision a "" "SELECT * FROM app_users;" ""
	migrate upgrade
	expect_status 1
	expect_has "$errors" 'error: relation "app_users" does not exist'
	expect_has "$errors" 'SELECT * FROM app_users;'
	with a
	migrate upgrade
	expect_has "$errors" 'error: relation "app_users" does not exist'
	expect_has "$errors" 'SELECT * FROM app_users;'
	expect_lacks "$errors" '***'
}

@test "a script's line and statement that hold the configured password do not show it" {
	with s3cr3tpw
	for line in "SELECT 's3cr3tpw', nothing;" "SELECT nothing AS \"s3cr3tpw\";" "CREATE ROLE nobody PASSWORD 's3cr3tpw' nothing;" \
		"DO \$\$ BEGIN RAISE NOTICE 'x s3cr3tpw'; RAISE 'y (s3cr3tpw)'; END \$\$;" "SELECT 's3cr3tpw"; do
		revision a "" "$line" ""
		for options in "" -v "--format json"; do
			migrate $options upgrade
			[ "$status" != 0 ]
			expect_lacks "$errors$output" s3cr3tpw
			expect_has "$errors$output" "migrations/a.sql"
		done
	done
	revision a "" "SELECT 's3cr3tpw', nothing;" ""
	migrate upgrade
	expect_has "$errors" "SELECT '********', nothing;
       |                    ^"
	migrate --format json upgrade
	expect_equal "$(json .error.statement)" "SELECT '***', nothing"
}

@test "one that only libpq knows is not shown either" {
	with x
	sed -i "s|tester:x@|tester@|" migrator.yaml
	revision a "" "SELECT 's3cr3tpw', nothing;" ""
	echo "127.0.0.1:*:*:*:s3cr3tpw" >pass
	chmod 600 pass
	PGPASSFILE=$DIR/pass migrate -v upgrade
	expect_status 1
	expect_has "$errors" nothing
	expect_lacks "$errors" s3cr3tpw
	PGPASSWORD=s3cr3tpw migrate -v upgrade
	expect_lacks "$errors" s3cr3tpw
	expect_has "$errors" nothing
}

@test "another password in a script's PASSWORD clause is not shown" {
	revision a "" "CREATE ROLE nobody LOGIN PASSWORD 'oth3r''pw' nothing;" ""
	for options in -v "--format json"; do
		migrate $options upgrade
		expect_status 1
		expect_lacks "$errors$output" "oth3r"
		expect_lacks "$errors$output" "pw'"
	done
}

# bats test_tags=postgresql
@test "the user's and the database's name are shown though the password is the same word" {
	# SQLite has no passwords.
	for command in status upgrade; do
		migrate $command -d "postgresql://nobodyhere:nobodyhere@127.0.0.1:$PGPORT_TEST/nobodyhere"
		expect_status 1
		expect_has "$errors" 'cannot connect to database "nobodyhere"'
		expect_has "$errors" 'role "nobodyhere" does not exist'
	done
	migrate status -d "postgresql://app:app@127.0.0.1:1/app"
	expect_has "$errors" 'cannot connect to database "app" on 127.0.0.1:1'
}
