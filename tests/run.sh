#!/bin/bash
# run.sh BUILD [SUITE...]: starts throw-away servers, runs every suite (or those named), stops what it
# started, and ends with the count. A suite is a shell function that prints TAP, or cmocka's output.
# Four run at a time, so that cores have something to do while tests wait. WHOLE=1 leaves nothing out.
set -um
cd "$(dirname "$0")/.." || exit 1
build=${1:?the build directory}
shift
case $build in /*) ;; *) build=$PWD/$build ;; esac
. tests/support/servers.sh
unset DATABASE_URL MIGRATE_CONFIG MIGRATE_ENV PGHOST PGPORT PGUSER PGPASSWORD PGDATABASE PGSERVICE NO_COLOR
export LC_ALL=C.UTF-8 BUILD="$build"
# Debian's psql is a Perl script that costs more than most tests: the real one first.
PATH=$(postgres_bin):$PATH
# Everything is in memory where there is room and programs may run: nothing of it outlives the run.
work=
if [ "$(df --output=avail -k /dev/shm 2>/dev/null | tail -1)" -gt 1000000 ] 2>/dev/null; then
	work=$(mktemp -d /dev/shm/migrate-check.XXXXXX)
	cp /bin/true "$work"
	"$work/true" 2>/dev/null || { rm -rf "$work" && work=; }
fi
[ -n "$work" ] || work=$(mktemp -d /tmp/migrate-check.XXXXXX) || exit 1
export TEST_WORK=$work TEST_SERVERS=$work/servers TMPDIR=$work/tmp
cluster=$TEST_SERVERS/pg
mkdir -m 755 "$TEST_SERVERS" "$TMPDIR"
chmod 755 "$work"
clean_up() {
	local pid dir
	for pid in $(jobs -p); do
		kill -- "-$pid" && wait "$pid"
	done 2>/dev/null
	for dir in "$TEST_SERVERS"/*/; do
		postgres_stop "${dir%/}"
	done
	rm -rf "$work"
}
trap clean_up EXIT
trap 'exit 130' INT TERM
postgres_init "$TEST_SERVERS/pristine" || exit 1
postgres_start "$cluster" || exit 1

# tally NAME STATUS SECONDS LOG: counts what a suite printed, and shows the log of one that failed.
passed=0 failed=0 skipped=0
tally() {
	local name=$1 status=$2 seconds=$3 log=$4 ok bad skip counted
	ok=$(grep -cE '^(ok [0-9]+|\[       OK \])' "$log")
	bad=$(grep -cE '^(not ok [0-9]+|\[  FAILED  \] [a-z_].*[^:]$)' "$log")
	skip=$(grep -cE '^(ok [0-9]+.*# skip|\[  SKIPPED \] [a-z_])' "$log")
	counted=$(grep -E '^[0-9]+ passed, [0-9]+ failed' "$log" | tail -1)
	if [ -n "$counted" ]; then
		ok=${counted%% *}
		bad=${counted#*, }
		bad=${bad%% *}
	fi
	[ "$status" = 0 ] && [ "$bad" -gt 0 ] && status=1
	[ "$status" != 0 ] && [ "$bad" = 0 ] && bad=1
	[ "$status" = 0 ] && [ "$ok" = 0 ] && [ "$skip" = 0 ] && ok=1
	grep -qE '^ok [0-9]+.*# skip' "$log" && ok=$((ok - skip))
	passed=$((passed + ok)) failed=$((failed + bad)) skipped=$((skipped + skip))
	printf '%-28s %5d passed %3d failed %3d skipped  %s s\n' "$name" "$ok" "$bad" "$skip" "$seconds"
	[ "$status" = 0 ] || grep -vE '^(ok [0-9]+|\[ +(OK|RUN) )' "$log" | head -300
}

# suite NAME COMMAND...: starts it as soon as there is room. A job is a process group of its own, so
# that clean_up reaches what it started.
only=" $* "
names=()
suite() {
	local log=$work/log.${#names[@]}
	[ "$only" = "  " ] || [[ $only == *" ${1%% *} "* ]] || return 0
	while [ "$(jobs -r | wc -l)" -ge 4 ]; do
		wait -n
		tell
	done
	names+=("$1")
	shift
	{
		started=$SECONDS
		"$@" >"$log" 2>&1 </dev/null
		echo "$? $((SECONDS - started))" >"$log.tmp"
		mv "$log.tmp" "$log.ended"
	} &
}

# tell: the counts of suites that have ended, in the order of their start.
told=0
tell() {
	local status seconds log
	while [ -e "$work/log.$told.ended" ]; do
		log=$work/log.$told
		read -r status seconds <"$log.ended"
		tally "${names[$told]}" "$status" "$seconds" "$log"
		told=$((told + 1))
	done
}

# Each program has a database of its own, so that several can run at a time.
unit_program() { # PROGRAM
	local name log status
	name=$(basename "$1")_$$
	log=$TMPDIR/$name
	[[ $name != test_postgres* ]] || psql -X -q "$MIGRATE_TEST_PG" -c "CREATE DATABASE $name"
	MIGRATE_TEST_PG=${MIGRATE_TEST_PG%/*}/$name "$1" >"$log" 2>&1
	status=$?
	[ "$status" = 0 ] || echo "failed: $1: exit status $status" >>"$log"
	cat "$log"
	return $status
}
export -f unit_program

unit() { # BUILD
	local sources=(tests/unit/test_*.c)
	printf '%s\n' "${sources[@]}" | sed "s|tests/unit/\(.*\)\.c|$1/tests/\1|" |
		xargs -P 3 -I{} bash -c 'unit_program {}'
	[ "${PIPESTATUS[*]}" = "0 0 0" ]
}

# Tests have a directory and a database each: files go side by side, large ones first. Within a file
# bats would wait a second for each test that finds no free place.
#
# Each test runs once on each of its databases: sanitized, but plain on PostgreSQL where it has SQLite
# too and reaches nothing of a driver alone, and plain where it says so. WHOLE=1 runs every test in every
# way, and looks for leaks at the end of every run of the program, which is a fifth of a sanitized run:
# else those on PostgreSQL and the unit tests do.
cli() { # DATABASE PROGRAM
	local files tags leaks=1
	case "$1 ${2#"$build"/} ${WHOLE:+whole}" in
	"sqlite migrate ") tags=('plain,!postgresql') ;;
	"sqlite migrate whole") tags=('!postgresql') ;;
	"sqlite sanitize/"*) tags=('!postgresql,!plain') leaks=${WHOLE:-0} ;;
	"postgresql migrate ") tags=('!postgresql,!sqlite,!offline,!driver' 'plain,!sqlite,!offline') ;;
	"postgresql migrate whole") tags=('!sqlite,!offline') ;;
	"postgresql sanitize/migrate ") tags=('postgresql,!plain' 'driver,!sqlite,!offline,!plain') ;;
	"postgresql sanitize/migrate whole") tags=('!sqlite,!offline,!plain') ;;
	esac
	mapfile -t tags < <(printf -- '--filter-tags\n%s\n' "${tags[@]}")
	mapfile -t files < <(ls -S tests/cli/*.bats)
	MIGRATE=$2 TEST_DATABASE=$1 ASAN_OPTIONS=$ASAN_OPTIONS:detect_leaks=$leaks LC_ALL=C bats --tap -j "$(nproc)" --no-parallelize-within-files \
		"${tags[@]}" "${files[@]}"
}

library() { # DATABASE: a program that knows the public header only
	local dir url
	dir=$(mktemp -d "$work/library.XXXXXX")
	url=sqlite:///$dir/library.db
	if [ "$1" = postgresql ]; then
		psql -X -q "$MIGRATE_TEST_PG" -c "CREATE DATABASE library" || return 1
		url=${MIGRATE_TEST_PG%/*}/library
	fi
	"$build/tests/library" "$dir" "$url"
}

# Each fuzzer's corpus through a plain main, sanitized.
fuzz() {
	local program name status=0
	for program in "$sanitized"/tests/fuzz_*; do
		name=${program##*/fuzz_}
		"$program" "$name" "tests/fuzz/corpus/$name"/* || { echo "not ok - $name: exit status $?" && status=1; }
	done
	return $status
}

# ALTER="--all --seed 3": other samples; tests/oracle/alter_oracle.py has the options.
alter() { # DATABASE PROGRAM
	local options
	read -ra options <<<"${ALTER:-}"
	[ "$1" != sqlite ] || options+=(${WHOLE:+--all})
	/usr/bin/python3 tests/oracle/alter_oracle.py --jobs 2 "${options[@]}" "$2" "$1"
}

# FAULT=all: every point, and each sweep is shown when it ends.
[ -z "${FAULT:-}" ] || exec 3>&1
fault() { # DATABASE
	TEST_WORK=$work /usr/bin/python3 tests/fault/fault.py "$1" "$build/migrate" "$build/tests/failalloc.so" \
		${FAULT:+"$FAULT"} | if [ -n "${FAULT:-}" ]; then tee >(cat >&3); else cat; fi
	return "${PIPESTATUS[0]}"
}

sanitized=$build/sanitize
# UBSan's finds are SIGILLs (Makefile), of which ASan shows the stack, also where cmocka would catch them.
# Where memory was allocated is told by one function: to keep the stacks is a fifth of a start.
export ASAN_OPTIONS=detect_leaks=1:allocator_may_return_null=1:handle_sigill=2:malloc_context_size=1
# The longest first, so that none of them is left alone at the end.
suite "cli postgresql (sanitized)" cli postgresql "$sanitized/migrate"
suite "cli postgresql" cli postgresql "$build/migrate"
suite "cli sqlite (sanitized)" cli sqlite "$sanitized/migrate"
suite "cli sqlite" cli sqlite "$build/migrate"
suite "layers" sh tests/layers.sh
suite "symbols" sh tests/symbols.sh "$build"
suite "package" bash tests/package.sh "$build"
suite "manual" bash tests/manual.sh "$build/migrate"
suite "unit" unit "$build"
suite "unit (sanitized)" unit "$sanitized"
suite "scan-oracle" "$build/tests/scan_oracle" tests/corpus/sql/*.sql
suite "scan-oracle-sqlite" "$build/tests/scan_sqlite_oracle" tests/corpus/sqlite/*.sql
suite "graph-oracle" /usr/bin/python3 tests/oracle/graph_oracle.py "$build/tests/graph_oracle"
suite "alter-oracle sqlite" alter sqlite "$build/migrate"
suite "alter-oracle postgresql" alter postgresql "$build/migrate"
suite "library sqlite" library sqlite
suite "library postgresql" library postgresql
suite "fuzz (corpora)" fuzz
suite "fault sqlite" fault sqlite
suite "fault postgresql" fault postgresql
wait
tell

echo "$passed passed, $failed failed, $skipped skipped in $SECONDS s"
[ "$failed" = 0 ]
