#!/bin/bash
# lint.sh: both compilers with warnings as errors, clang-tidy, clang-format, shellcheck, the manual
# pages, and the house's sizes (functions of 60 lines, files of 600). Prints what is wrong.
set -u
cd "$(dirname "$0")/.." || exit 1
status=0
bad() {
	echo "lint: $*"
	status=1
}
mapfile -t sources < <(git ls-files -co --exclude-standard 'lib/*.c' 'cmd/*.c' | xargs ls 2>/dev/null)
mapfile -t headers < <(git ls-files -co --exclude-standard 'lib/*.h' 'cmd/*.h' | xargs ls 2>/dev/null)
mapfile -t tests < <(git ls-files -co --exclude-standard 'tests/unit/*.[ch]' 'tests/oracle/*.[ch]' 'tests/fuzz/*.c' tests/library.c | xargs ls 2>/dev/null)
mapfile -t scripts < <(git ls-files -co --exclude-standard '*.sh' .ci/run 'tests/cli/*.bash' | xargs ls 2>/dev/null)

for compiler in gcc clang; do
	make -s -j"$(nproc)" CC=$compiler BUILD=build/lint-$compiler all >build/lint.log 2>&1 ||
		{ bad "$compiler:" && grep -E 'error|warning' build/lint.log | head -20; }
done
clang-format --dry-run -Werror "${sources[@]}" "${headers[@]}" "${tests[@]}" 2>build/lint.log ||
	{ bad "clang-format:" && grep -E 'error' build/lint.log | head -20; }
# shellcheck disable=SC2016
printf '%s\n' "${sources[@]}" | xargs -n 12 -P "$(nproc)" sh -c 'clang-tidy --quiet "$@" -- -std=gnu17 -D_GNU_SOURCE -DMIGRATE_VERSION=\"x\" -Ilib \
	-Ibuild/lint-gcc/generated $(pkg-config --cflags libpq)' tidy >build/lint.log 2>/dev/null
grep -E 'warning:|error:' build/lint.log | sort -u >build/lint.found
[ -s build/lint.found ] && bad "clang-tidy:" && head -40 build/lint.found
shellcheck -x "${scripts[@]}" || bad shellcheck
mandoc -T lint -W warning docs/*.[135] || bad "manual pages"
awk 'FNR == 1 {inside = 0}
	/^[a-z].*\)$|^[a-z].*\) *\{$|^\t.*\)$/ && !inside {start = FNR; name = $0}
	/^\{/ {inside = 1}
	/^\}/ {if (inside && FNR - start > 61) {printf "%s:%d: %d lines: %s\n", FILENAME, start, FNR - start, name; found = 1}; inside = 0}
	END {exit found}' "${sources[@]}" || bad "functions over 60 lines"
for file in "${sources[@]}" "${headers[@]}"; do
	# The public header is one on purpose, and mostly comments.
	[ "$file" = lib/migrate.h ] || [ "$(wc -l <"$file")" -le 600 ] || bad "$file has more than 600 lines"
done
[ "$status" = 0 ] && echo "lint: ok"
exit "$status"
