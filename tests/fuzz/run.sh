#!/bin/bash
# run.sh BUILD [NAME...]: runs every fuzzer, or those named, for FUZZ_SECONDS, as many at a time as there
# are cores. What is new goes to BUILD/corpus/NAME, a crash to BUILD/crash-NAME-...; the log is
# BUILD/NAME.log. Fails where something was found.
set -u
cd "$(dirname "$0")/../.." || exit 1
build=${1:?the build directory}
shift
[ $# -gt 0 ] || for source in tests/fuzz/fuzz_*.c; do
	name=${source##*/fuzz_}
	set -- "$@" "${name%.c}"
done
export UBSAN_OPTIONS=print_stacktrace=1

fuzz() { # BUILD NAME
	local build=$1 name=$2 status=0 dictionary=()
	mkdir -p "$build/corpus/$name"
	[ ! -f "tests/fuzz/$name.dict" ] || dictionary=("-dict=tests/fuzz/$name.dict")
	nice "$build/tests/fuzz_$name" -max_total_time="${FUZZ_SECONDS:-30}" -max_len=4096 -timeout=10 -rss_limit_mb=2048 \
		-artifact_prefix="$build/crash-$name-" "${dictionary[@]}" "$build/corpus/$name" "tests/fuzz/corpus/$name" \
		>"$build/$name.log" 2>&1 || status=$?
	if [ $status = 0 ]; then
		printf 'ok %s: %s\n' "$name" "$(grep -E '^Done' "$build/$name.log")"
	else
		printf 'not ok %s: %s\n' "$name" "$build/$name.log"
		grep -E 'ERROR|SUMMARY|runtime error|^tests/|Test unit written' "$build/$name.log" | head -5
	fi
	return $status
}
export -f fuzz
# shellcheck disable=SC2016
printf '%s\n' "$@" | xargs -P "$(nproc)" -I '{}' bash -c 'fuzz "$0" "$1"' "$build" '{}'
