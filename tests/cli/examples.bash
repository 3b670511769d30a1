# examples.bash: runs the examples of the documentation, so that they keep working.
# shellcheck shell=bash
#
# In README.md a fenced block counts that stands behind a comment
#
#   <!-- test: DATABASES GROUP -->                      run it; DATABASES is all, sqlite or postgresql
#   <!-- test: DATABASES GROUP, status N -->            its last command ends with status N
#   <!-- test: DATABASES GROUP, the file NAME -->       it is the content of a file
#   <!-- test: DATABASES GROUP, the sections of $V -->  it replaces the sections of that revision file
#   <!-- output: DATABASES -->                          it is what the block before has printed
#
# and in migrate.1 a literal display behind `.\" test: DATABASES GROUP`. The blocks of a group are one
# script, run by `bash -e` with the program as `migrate`, from the current directory.

# blocks FILE GROUP: the group's blocks as script on stdout. Expected outputs go to expected.N.
blocks() {
	awk -v group="$2" -v database="$TEST_DATABASE" -v dir="$DIR" '
	function here(word) { return word == "all" || word == database }
	function begin() {
		what = kind
		kind = ""
		if (what == "run") printf "begin %d %d\n{\n", ++number, status
		if (what == "file") printf "cat >%s <<\"END OF BLOCK\"\n", name
		if (what == "sections")
			printf "sed -i \"/^-- migrate:/,\\$d\" %s\ncat >>%s <<\"END OF BLOCK\"\n", name, name
		if (what == "output") { out = dir "/expected." number; printf "" > out }
	}
	function end() {
		if (what == "run") printf "} >%s/printed.%d 2>&1\nend\n", dir, number
		if (what == "file" || what == "sections") print "END OF BLOCK"
		if (what == "output") close(out)
		what = ""
	}
	/^<!-- output: / { kind = shown && here($3) ? "output" : ""; next }
	/^(<!--|\.\\") test: / {
		sub(/ *-->$/, "")
		shown = here($3) && $4 ~ "^" group ",?$"
		kind = shown ? "run" : ""
		status = $5 == "status" ? $6 : 0
		name = $NF
		if (shown && $0 ~ /, the file /) kind = "file"
		if (shown && $0 ~ /, the sections of /) kind = "sections"
		next
	}
	!inside && (/^```/ || /^\.Bd/) { inside = 1; begin(); next }
	inside && (/^```/ || /^\.Ed/) { inside = 0; end(); next }
	inside && what == "output" { print > out; next }
	inside && what != "" { if (/^\.|\\e/) gsub(/\\e/, "\\"); print }
	' "$1"
}

# masked FILE: without what differs from run to run.
masked() {
	sed -E -e 's/\b[0-9a-f]{12}\b/ID/g' -e 's/[0-9]{8}_[0-9]{4}_/DATE_/g' \
		-e 's/[0-9]+(\.[0-9]+)? (ms|s)\)/TIME)/g' \
		-e 's/[0-9]{4}(-[0-9]{2}){2} [0-9]{2}(:[0-9]{2}){2}\+00:00/WHEN/g' \
		-e 's/ by [^ ;,]+@[^ ;,]+/ by WHO/g' "$1"
}

# run_examples FILE GROUP: runs them, and compares what they printed.
run_examples() {
	local status=0 number expected
	mkdir -p "$DIR/bin"
	ln -sf "$MIGRATE" "$DIR/bin/migrate"
	{
		cat <<-'SCRIPT'
			# A block that is to fail runs without -e; its last command counts.
			begin() { number=$1 wanted=$2; [ "$wanted" = 0 ] || set +e; }
			end() {
				local status=$?
				set -e
				[ "$status" = "$wanted" ] && return
				echo "block $number: exit status $status, expected $wanted"
				exit 1
			}
		SCRIPT
		blocks "$1" "$2"
	} >"$DIR/script"
	grep -q '^begin' "$DIR/script" || { echo "no block of $1 is in group $2" && return 1; }
	PATH=$DIR/bin:$PATH bash -e "$DIR/script" </dev/null || status=$?
	for expected in "$DIR"/expected.*; do
		[ -e "$expected" ] || continue
		number=${expected##*.}
		diff -u <(masked "$expected") <(masked "$DIR/printed.$number") || status=1
	done
	[ "$status" = 0 ] || tail -n +1 "$DIR"/printed.*
	return "$status"
}

# in_empty_project: leaves nothing of the project that common.bash has made but its database.
in_empty_project() {
	mkdir "$DIR/project"
	cd "$DIR/project" || return 1
	# shellcheck disable=SC2034 # common.bash uses it
	# On SQLite the examples rely on what init writes: app.db beside migrator.yaml.
	if on_sqlite; then DB=$PWD/app.db; else export DATABASE_URL=$URL; fi
}
