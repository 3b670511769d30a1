# graph: pictures of the graph. What reads them here is no part of migrate: python's XML and HTML
# parsers; DOT and Mermaid line by line.

load common

# A fork that is joined, a dependency, and a message that every format has to escape.
ODD='</script><b>"q" & '"'x'"' \ `c`; #1 {sections} %s'

forked() {
	table a ""
	table b a
	table c a
	table d "b, c"
	table e a "depends_on: b"
	sed -i "1s|.*|-- ${ODD//[&\\]/\\&}|" migrations/c.sql
	run_ok show c
	expect_has "$output" "$ODD"
}

# xml EXPRESSION: of python, where r is the root and S SVG's namespace.
xml() {
	/usr/bin/python3 -c 'import sys, xml.etree.ElementTree as E; r = E.parse(sys.argv[1]).getroot(); S = "{http://www.w3.org/2000/svg}"
print(eval(sys.argv[2]))' "$DIR/.stdout" "$1"
}

# page EXPRESSION: of python, where t is the list of (tag, attributes), x what each tag holds as text.
page() {
	/usr/bin/python3 -c '
import sys, html.parser
t, x, stack = [], {}, []
class Reader(html.parser.HTMLParser):
	def handle_starttag(self, tag, attributes):
		t.append((tag, dict(attributes)))
		if tag not in ("meta", "input", "path", "circle"): stack.append(dict(attributes).get("id") or tag)
	def handle_startendtag(self, tag, attributes): t.append((tag, dict(attributes)))
	def handle_endtag(self, tag): stack.pop()
	def handle_data(self, data):
		for name in stack: x[name] = x.get(name, "") + data
Reader(convert_charrefs=True).feed(open(sys.argv[1]).read())
assert not stack, stack
print(eval(sys.argv[2]))' "$DIR/.stdout" "$1"
}

# bats test_tags=offline
@test "graph --format dot: a node of each revision, an edge to each that it stands on" {
	forked
	run_ok graph --format dot
	expect_equal "$(head -1 <<<"$output")" "digraph migrations {"
	expect_equal "$(grep -c 'label=' <<<"$output")" 5
	expect_equal "$(grep -o '"[a-e]" -> "[a-e]".*' <<<"$output" | sort | tr -d '\n')" \
		'"b" -> "a";"c" -> "a";"d" -> "b";"d" -> "c";"e" -> "a";"e" -> "b" [style=dashed];'
	expect_has "$output" 'label="c\n</script><b>\"q\" & '"'x'"' \\ `c`; #1 {sections} %s"]'
	# A quoted text of DOT ends at the first quote without a backslash; nothing is left between them.
	expect_equal "$(sed -E 's/"([^"\\]|\\.)*"//g' <<<"$output" | tr -d '\n\t' | grep -c '"')" 0
}

# bats test_tags=offline
@test "graph --format mermaid: the same, with characters by their number" {
	forked
	run_ok graph --format mermaid
	expect_equal "$(head -1 <<<"$output")" "flowchart TB"
	expect_equal "$(grep -cE '^	n[0-9]+\["[^"]*"\]:::known$' <<<"$output")" 5
	expect_equal "$(grep -cE '^	n[0-9]+ --> n[0-9]+$' <<<"$output")" 5
	expect_equal "$(grep -cE '^	n[0-9]+ -\.-> n[0-9]+$' <<<"$output")" 1
	expect_has "$output" '["c<br/>#60;/script#62;#60;b#62;#34;q#34; #38; '"'x'"' #92; #96;c#96;#59; #35;1 {sections} %s"]'
}

# bats test_tags=offline
@test "graph --format svg: one document, whatever the texts" {
	forked
	run_ok graph --format svg
	expect_equal "$(xml 'r.tag == S + "svg", len(r.findall(".//" + S + "circle")), len(r.findall(S + "path"))')" "(True, 5, 6)"
	expect_equal "$(xml '[p.get("class") for p in r.findall(S + "path")].count("edge depends")')" 1
	expect_has "$(xml '["".join(g.itertext()) for g in r.findall(S + "g") if g.get("id") == "n-c"][0]')" "c $ODD"
	expect_has "$(xml 'r.find(S + "g").find(S + "title").text')" "Path: migrations/"
	# No two revisions in one place, and each edge ends in two of them.
	expect_equal "$(xml 'len({(c.get("cx"), c.get("cy")) for c in r.iter(S + "circle")})')" 5
	expect_equal "$(xml 'all({tuple(m) for m in (__import__("re").findall(r"\d+ \d+", p.get("d"))[0].split(), __import__("re").findall(r"\d+ \d+", p.get("d"))[-1].split())} <= {(c.get("cx"), c.get("cy")) for c in r.iter(S + "circle")} for p in r.findall(S + "path"))')" True
}

# bats test_tags=offline
@test "graph --format html: one page with search and details, and nothing from elsewhere" {
	forked
	run_ok graph --format html
	expect_equal "$(page 'sum(n == "section" for n, a in t), sum(n == "script" for n, a in t), sum(n == "b" for n, a in t)')" "(5, 1, 0)"
	expect_equal "$(page '[(n, k) for n, a in t for k in a if k in ("src", "style", "onclick", "action")]')" "[]"
	expect_equal "$(page 'sorted(a["href"] for n, a in t if "href" in a) == sorted("#" + a["id"] for n, a in t if n == "section")')" True
	expect_equal "$(page 'any(a.get("id") == "search" and a.get("type") == "search" for n, a in t)')" True
	expect_has "$(page 'x["r-c"]')" "$ODD"
	expect_has "$(page 'x["r-e"]')" "Also depends on: b"
	expect_has "$(page 'x["r-d"]')" "migrations/d.sql"
	expect_has "$(page 'next(a["content"] for n, a in t if "http-equiv" in a)')" "default-src 'none'"
	expect_lacks "$(page 'x["script"]')" "</script"
	expect_lacks "$output" "{graph}"
}

# browse SCRIPT [FRAGMENT]: the page in a browser, with a script at its end, as it is then.
browse() {
	sed "s|^</body>|<script>$1</script></body>|" "$DIR/.stdout" >page.html
	timeout 30 chromium-headless-shell --no-sandbox --disable-gpu --user-data-dir="$DIR/browser" \
		--dump-dom "file://$DIR/page.html${2:-}" 2>"$DIR/browser.log" >"$DIR/.dom"
}

# bats test_tags=sqlite,plain
@test "graph --format html: a browser searches it and shows the details of the one chosen" {
	# No database is asked.
	forked
	run_ok graph --format html
	browse 'onload = () => document.title = [...document.querySelectorAll("#details section")].filter((s) => getComputedStyle(s).display == "block").map((s) => s.id).join(" ")' '#r-c'
	expect_has "$(cat .dom)" "<title>r-c</title>"
	expect_has "$(cat .dom)" '<output id="found">5 revisions</output>'
	browse 'search.value = "DEPENDS b"; search.dispatchEvent(new Event("input")); document.title = [...document.querySelectorAll(".node:not(.dim)")].map((n) => n.id).join(" ")'
	expect_has "$(cat .dom)" "<title>n-e</title>"
	expect_has "$(cat .dom)" '<output id="found">1 of 5</output>'
	browse 'document.title = document.querySelectorAll("b").length + " " + document.querySelectorAll("circle").length + " " + getComputedStyle(document.querySelector(".edge")).strokeWidth'
	expect_has "$(cat .dom)" "<title>0 5 2px</title>"
}

@test "graph -i: what is applied, current and pending" {
	forked
	run_ok upgrade b
	run_ok graph -i --format mermaid
	expect_has "$output" '["a<br/>Revision a"]:::applied'
	expect_has "$output" '["b<br/>Revision b"]:::current'
	expect_has "$output" '["d<br/>Revision d"]:::pending'
	run_ok graph -i --format svg
	expect_equal "$(xml '{g.get("id"): g.get("class") for g in r.findall(S + "g")}["n-b"]')" "node current"
	run_ok graph -i --format html
	expect_has "$(page 'x["r-d"]')" "State: pending"
	run_ok graph -i --format dot
	expect_has "$output" '"b" [fillcolor=gold'
}

@test "graph: in the terminal as history --graph, as JSON as history, a range, nothing at all" {
	local drawn
	run_ok graph --format svg
	expect_equal "$(xml 'len(list(r.iter(S + "circle")))')" 0
	run_ok graph --format html
	expect_equal "$(page 'sum(n == "section" for n, a in t)')" 0
	run_ok graph --format dot
	forked
	run_ok history --graph
	drawn=$output
	run_ok graph
	expect_equal "$output" "$drawn"
	run_ok graph --format json
	expect_equal "$(json '.revisions | length')" 5
	run_ok graph -r b:d --format dot
	expect_equal "$(grep -o '"[a-e]" -> "[a-e]".*' <<<"$output" | tr -d '\n')" '"d" -> "b";'
}

# bats test_tags=offline
@test "graph: formats of other commands are refused, and its own by others" {
	table a ""
	migrate graph --format sarif
	expect_status 2
	expect_has "$errors" "text|json|dot|mermaid|svg|html."
	migrate check --format html
	expect_status 2
	expect_has "$errors" 'belongs to "graph"'
	expect_has "$errors" "sarif."
	run_ok help graph
	expect_has "$output" "--format text|json|dot|mermaid|svg|html"
	run_ok help status
	expect_has "$output" "--format text|json "
}

# bats test_tags=sqlite
@test "graph: ten thousand revisions are a page" {
	# No database is asked.
	awk 'BEGIN { for (i = 1; i <= 10000; i++) {
		f = "migrations/r" i ".sql"; below = (i == 1) ? "" : "r" (i % 100 == 1 ? i - 50 : i - 1)
		printf("-- Number %d\n--\n-- revision: r%d\n-- down_revision: %s\n\n-- migrate:upgrade\n", i, i, below) > f
		close(f) } }'
	run_ok graph --format html
	expect_equal "$(grep -c '<section id=' "$DIR/.stdout")" 10000
}
