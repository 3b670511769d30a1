#!/bin/bash
# run.sh BUILD [SUITE...]: builds the floors, starts a private PostgreSQL with fsync on, writes the work
# loads, measures ours beside the floors and the peers that are there, and prints ratios of one run.
#   SUITES: connect noop up down list new testdb latency schema scale (default: all)
#   BENCH_FULL=1: N up to 10,000 and more rounds; DBMATE=..., ALEMBIC_CMD=...: where the peers are
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
build=$(cd "${1:?the build directory}" && pwd)
shift
suites=${*:-connect noop up down list new testdb latency schema scale}
work=${BENCH_WORK:-$build/bench}
export BENCH_WORK=$work MIGRATE=$build/migrate
data=${BENCH_PGDATA:-/tmp/migrate-bench-$(id -u)}
mkdir -p "$work/bin" "$work/db"
cc -O2 -o "$work/bin/rstat" "$here/rstat.c"
cc -O2 -o "$work/bin/floor" "$here/floor.c" -I"$(pg_config --includedir)" -lpq -lsqlite3
cc -O2 -DNO_PG -o "$work/bin/floor-sqlite" "$here/floor.c" -lsqlite3
if [ -z "${DBMATE:-}" ] && command -v npm >/dev/null; then
	[ -d "$work/npm/node_modules/dbmate" ] || (mkdir -p "$work/npm" && cd "$work/npm" && npm install --silent dbmate >/dev/null 2>&1) || true
	DBMATE=$(find "$work/npm/node_modules/@dbmate" -name dbmate -type f 2>/dev/null | head -1)
	export DBMATE=${DBMATE:-dbmate}
fi
export PGPORT=${PGPORT:-$(python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])')}
rm -rf "$data"
"$here/pg.sh" init "$data" "$PGPORT" >/dev/null
"$here/pg.sh" start "$data" >/dev/null
trap '"$here/pg.sh" stop "$data" >/dev/null; rm -rf "$data"; rm -f "$work"/db/.head_*_pg_*' EXIT
rm -f "$work"/db/.head_*_pg_* "$work/results.jsonl"
b() { /usr/bin/python3 "$here/bench.py" "$@"; }
tools=client-tx,client-one,C-tx,C-one,C-pipe,migrate,migrate-run,dbmate,alembic
large=1000
[ -z "${BENCH_FULL:-}" ] || large=1000,10000
/usr/bin/python3 "$here/gen.py" "$work/sets" 1 100 1000 ${BENCH_FULL:+10000} --tools "$tools" >/dev/null
for suite in $suites; do
	case $suite in
	connect) b connect --runs 9 --quiet 1 ;;
	noop) b noop --n "1,100,$large" --tools "$tools" --runs 7 --budget 15 --quiet 1 ;;
	up | down) b "$suite" --n 100,1000 --tools "$tools" --runs 3 --budget 30 ;;
	list) b list --n 1000 --tools "$tools" --runs 5 --budget 10 ;;
	new) b new --n 1,1000 --tools "$tools" --runs 5 --budget 10 ;;
	testdb) b testdb --n 1000 --runs 9 --budget 10 --quiet 1 ;;
	latency) b latency --n 1,100 --tools "$tools" --runs 1 ;;
	schema) /usr/bin/python3 "$here/schema.py" "$MIGRATE" "$PGPORT" "$work" ;;
	scale) "$build/tests/graph_scale" ;;
	esac
done
[ ! -e "$work/results.jsonl" ] || /usr/bin/python3 "$here/report.py" "$work/results.jsonl" | tee "$work/report.md"
