# check --format junit|github|gitlab|sarif: findings as other programs read them. What reads them here
# is no part of migrate: python's XML parser, gojq, and the undoing of escapes as GitHub's runner does it.

load common

# Three findings: two heads, no downgrade section, an open quote whose place is known; and a name that
# every format has to escape.
offences() {
	table a ""
	table b a
	mv migrations/b.sql 'migrations/b%,:&<" '\''.sql'
	sed -i "s/^CREATE TABLE.*/SELECT 'open;/" migrations/b*.sql
	revision c a "SELECT 1;" -
}

# junit EXPRESSION: of python, where r is the document's root.
junit() {
	/usr/bin/python3 -c 'import sys, xml.etree.ElementTree as E; r = E.parse(sys.argv[1]).getroot(); print(eval(sys.argv[2]))' \
		"$DIR/.stdout" "$1"
}

@test "check --format junit: a test case of each finding, and of each check that found nothing" {
	offences
	migrate check --heads --scripts --format junit
	expect_status 3
	expect_equal "$(junit 'r.tag, r[0].get("tests"), r[0].get("failures")')" "('testsuites', '3', '3')"
	expect_equal "$(junit 'len(r.findall("./testsuite/testcase")), len(r.findall(".//failure"))')" "(3, 3)"
	expect_equal "$(junit '[c.get("file") for c in r.iter("testcase")][1]')" "migrations/b%,:&<\" '.sql"
	expect_equal "$(junit '[(c.get("classname"), c.get("line")) for c in r.iter("testcase")]')" \
		"[('migrate.check.heads', '1'), ('migrate.check.scripts', '7'), ('migrate.check.scripts', '1')]"
	expect_has "$(junit '[f.text for f in r.iter("failure")][1]')" "Command: migrate edit b"

	rm migrations/b* migrations/c.sql
	run_ok upgrade
	run_ok check --format junit
	expect_equal "$(junit 'r.get("tests"), r.get("failures"), len(r.findall(".//failure"))')" "('4', '0', 0)"
	run_ok check --heads --format junit
	expect_equal "$(junit '[c.get("classname") for c in r.iter("testcase")]')" "['migrate.check.heads']"
}

@test "check --format junit: the diff of an edited script, whatever bytes are in it" {
	table a ""
	run_ok upgrade
	sed -i 's/INTEGER/BIGINT/; s/^CREATE/-- ]]> \x1b[31m \xef\xbf\xbe \&amp;\n&/' migrations/a.sql
	migrate check --format junit
	expect_status 3
	expect_has "$(junit 'r.find(".//failure").text')" "+CREATE TABLE t_a (id BIGINT PRIMARY KEY);"
	expect_has "$(junit 'r.find(".//failure").text')" "]]> \\x1b[31m"
	expect_has "$(junit 'r.find(".//failure").text')" "&amp;"
	expect_has "$(junit 'r.find(".//failure").text')" "Command: migrate repair a"
}

# bats test_tags=offline
@test "check --format github: a workflow command of each finding, escaped" {
	offences
	migrate check --heads --scripts --format github
	expect_status 3
	expect_equal "$(grep -c '^::error file=[^:,]*,line=[0-9]*\(,col=[0-9]*\)\?,title=[^:,]*::' <<<"$output")" 3
	expect_equal "$(wc -l <"$DIR/.stdout")" 3
	expect_has "$output" "::error file=migrations/b%25%2C%3A&<\" '.sql,line=7,col=8,title=migrate check scripts::unterminated"
	expect_has "$output" "%0ACommand: migrate merge -m MESSAGE"
	rm migrations/b* migrations/c.sql
	run_ok check --heads --scripts --format github
	expect_equal "$output" ""
}

# bats test_tags=offline
@test "check --format gitlab: the members of a Code Quality report, and fingerprints that stay" {
	local before
	offences
	migrate check --heads --scripts --format gitlab
	expect_status 3
	json 'length == 3 and all(.[]; (.description | type == "string") and (.check_name | type == "string")
		and (.fingerprint | test("^[0-9a-f]{64}$")) and (.location.lines.begin >= 1)
		and (.severity | IN("info", "minor", "major", "critical", "blocker")) and (.location.path | startswith("migrations/")))'
	expect_equal "$(json 'map(.fingerprint) | unique | length')" 3
	before=$(json 'map(.fingerprint) | join(" ")')
	sed -i '1i -- Another line above' migrations/*.sql
	migrate check --heads --scripts --format gitlab
	expect_equal "$(json '.[1].location.lines.begin')" 8
	expect_equal "$(json 'map(.fingerprint) | join(" ")')" "$before"
	rm migrations/b* migrations/c.sql
	run_ok check --heads --scripts --format gitlab
	expect_equal "$(json 'tojson')" "[]"
}

# bats test_tags=offline
@test "check --format sarif: what SARIF 2.1.0 requires, and what code scanning does" {
	offences
	migrate check --heads --scripts --format sarif
	expect_status 3
	json '.version == "2.1.0" and (."$schema" | endswith("sarif-2.1.0.json")) and (.runs | length == 1)'
	json '.runs[0].tool.driver | .name == "migrate" and (.version | length > 0) and (.rules | length == 9)
		and all(.rules[]; .id and .shortDescription.text)'
	json '.runs[0] as $run | all($run.results[]; . as $one | .message.text and .partialFingerprints and .level == "error"
		and $run.tool.driver.rules[.ruleIndex].id == .ruleId
		and .locations[0].physicalLocation.region.startLine >= 1 and .properties.fix)'
	expect_equal "$(json '.runs[0].results[1].locations[0].physicalLocation.artifactLocation.uri')" \
		"migrations/b%25%2C%3A%26%3C%22%20%27.sql"
	expect_equal "$(json '.runs[0].results[1].locations[0].physicalLocation.region | tojson')" '{"startColumn":8,"startLine":7}'
	rm migrations/b* migrations/c.sql
	run_ok check --heads --scripts --format sarif
	json '.runs[0].results == []'
}

@test "check: the command that mends each finding" {
	table a ""
	run_ok upgrade
	sed -i 's/INTEGER/BIGINT/' migrations/a.sql
	revision b a "SELECT 1;" -
	table c a
	migrate check --format json
	expect_status 3
	expect_equal "$(json '.findings | map(.fix) | join("; ")')" \
		"migrate merge -m MESSAGE; migrate edit b; migrate upgrade heads; migrate repair a"
	migrate check
	expect_has "$output" "migrate merge"
}

# bats test_tags=offline
@test "check: every file that cannot be read as a revision is a finding with its own place" {
	table a ""
	printf -- '-- revision: b\n-- down_revison: a\n\n-- migrate:upgrade\n' >migrations/b.sql
	printf -- '-- Words\n-- revision: c\n-- down_revison: a\n\n-- migrate:upgrade\n' >migrations/c.sql
	migrate check --scripts --format gitlab
	expect_status 3
	expect_equal "$(json 'map("\(.location.path):\(.location.lines.begin)") | join(" ")')" \
		"migrations/b.sql:2 migrations/c.sql:3"
	expect_lacks "$(json '.[1].description')" migrations/
	rm migrations/[bc].sql
	table d gone
	table e missing
	migrate check --scripts --format gitlab
	expect_status 3
	expect_equal "$(json 'map(.location.path) | join(" ")')" "migrations/d.sql migrations/e.sql"
}

# bats test_tags=offline
@test "formats of check are refused by other commands, with those that they have" {
	table a ""
	migrate upgrade --format sarif
	expect_status 2
	expect_has "$errors" "upgrade has no --format sarif"
	expect_has "$errors" "text|json."
	expect_lacks "$errors" "|junit"
	migrate history --format xml
	expect_status 2
	expect_has "$errors" 'is one of text|json, not "xml"'
	migrate check --format xml
	expect_status 2
	expect_has "$errors" "gitlab|sarif"
	expect_equal "$(rows)" ""
}

@test "check --format: what fails is an error on stderr, and not an empty report of status 3" {
	table a ""
	migrate check --format sarif -d postgresql://nobody@127.0.0.1:1/none
	expect_status 1
	expect_equal "$output" ""
	expect_has "$errors" "error:"
}
