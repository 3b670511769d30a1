#!/bin/sh
# symbols.sh BUILD: fails when the libraries export anything but migrate_*.
set -eu
build=${1:?the build directory}
bad=$(
	nm -D --defined-only "$build/libmigrate.so" | awk '{print $3}' | grep -v '^migrate_' || true
	nm -g --defined-only "$build/libmigrate.a" | awk 'NF == 3 {print $3}' | grep -v '^migrate_' || true
)
if [ -n "$bad" ]; then
	echo "exported and not migrate_*:" "$bad"
	exit 1
fi
echo "symbols: ok"
