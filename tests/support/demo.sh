#!/bin/sh
# demo.sh PROGRAM: what `make demo` shows - the example's database, migrated up.
set -eu
migrate=$1
cd "$(dirname "$0")/../.."
unset DATABASE_URL MIGRATE_CONFIG MIGRATE_ENV
run() {
	printf '\n$ migrate %s\n' "$*"
	"$migrate" "$@"
}
run upgrade head
run current
run history -i
run status
printf '\nThe database is build/notes.db. Try: %s downgrade -1\n' "$migrate"
