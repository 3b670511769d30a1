# The answer to COMMIT is lost, and the rows do not tell either: nobody says "failed", nor "applied".

# bats file_tags=postgresql
load common

# cut: upgrades through a line that is cut just before one message of the server after the other, from
# the last on, until a run ends with status 6; its output is in out and err. Each time the database is at
# a again. A trigger at COMMIT has put a row of its own, so that the rows do not tell.
cut() {
	PYTHONPATH=$BATS_TEST_DIRNAME/../fault /usr/bin/python3 - "$MIGRATE" "$PGPORT_TEST" "$URL" "$@" 3>&- <<-'PY'
		import subprocess, sys
		import network
		program, port, url, arguments = sys.argv[1], int(sys.argv[2]), sys.argv[3], sys.argv[4:]
		def run(at):
		    subprocess.run(["psql", "-X", "-q", "-v", "ON_ERROR_STOP=1", url, "-c",
		                    "DELETE FROM migrate_version; INSERT INTO migrate_version VALUES ('a'); "
		                    "DELETE FROM migrate_log WHERE revision <> 'a'; DROP TABLE IF EXISTS t_b, t_c"],
		                   check=True, capture_output=True)
		    proxy = network.Proxy(port, "s", at)
		    through = url.replace(str(port), str(proxy.port), 1) + "?sslmode=disable&gssencmode=disable"
		    with open("out", "w") as out, open("err", "w") as err:
		        status = subprocess.run([program, "-d", through, *arguments], stdout=out, stderr=err).returncode
		    proxy.close()
		    return status, proxy.counts["s"]
		most = run(0)[1]
		sys.exit(0 if any(run(at)[0] == 6 for at in range(most, 0, -1)) else "no run ended with status 6")
	PY
	output=$(<out) errors=$(<err)
}

setup_project() {
	table a ""
	run_ok upgrade
	table b a
	sql "CREATE FUNCTION meddle() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN INSERT INTO migrate_version VALUES (''99'') ON CONFLICT DO NOTHING; RETURN NULL; END';
		CREATE CONSTRAINT TRIGGER meddle AFTER INSERT ON migrate_log DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION meddle()"
}

@test "6: of a step whose outcome is not known nothing is claimed" {
	setup_project
	cut upgrade
	expect_has "$errors" "upgrade a -> b, Revision b: outcome unknown"
	expect_has "$errors" "0 of 1 revision applied, 1 unknown"
	expect_has "$errors" "hint: Run \`migrate status\` to see whether it is applied."
	expect_lacks "$errors" failed
	cut --format json upgrade
	expect_equal "$(json '[.error.exit_status, .changed, .steps[0].status] | join(" ")')" "6 false unknown"
}

@test "6: so it is with all steps of a run that is one transaction, and with several in one message" {
	setup_project
	table c b
	echo "transaction: run" >>migrator.yaml
	cut --format json upgrade
	expect_equal "$(json '[.error.exit_status, .steps[].status] | join(" ")')" "6 unknown unknown"
	cut upgrade
	expect_has "$errors" "0 of 2 revisions applied, 2 unknown"
	expect_lacks "$errors" failed
}
