#!/bin/sh
# layers.sh: fails when a layer includes one above it. The architecture, executable.
#   base <- core <- schema <- io, db (which do not know each other) <- run <- the API (lib/*.c); cmd
#   uses the public header and base only. migrate.h is everybody's vocabulary.
set -eu
cd "$(dirname "$0")/.."
bad=0

# allow LAYER FILES... -- the prefixes that its includes may have
allow() {
	layer=$1
	pattern=$2
	shift 2
	found=$(grep -HE '^#include "' "$@" | sed -E 's/^([^:]+):#include "([^"]+)".*/\1 \2/' |
		awk -v pattern="$pattern" -v layer="$layer" '
			$2 != "migrate.h" && $2 != "embedded.h" && $2 !~ pattern {
				printf "%s: %s must not include \"%s\"\n", $1, layer, $2
			}')
	[ -z "$found" ] || { bad=1 && echo "$found"; }
}

allow base '^base/' lib/base/*.[ch]
allow core '^(base|core)/' lib/core/*.[ch]
allow schema '^(base|core|schema)/' lib/schema/*.[ch]
allow io '^(base|core|io)/' lib/io/*.[ch]
allow db '^(base|core|schema|db)/' lib/db/*.[ch]
allow run '^(base|core|schema|io|db|run)/' lib/run/*.[ch]
allow api '^(base|core|schema|io|db|run)/|^(project|findings|doctor|scratch|side|trial|verify|renaming(_names)?|generation|squash_[a-z]+)\.h$' lib/*.[ch]
allow cmd '^base/|^[a-z_]+\.h$' cmd/*.[ch]

# Only a driver knows which database it is.
if grep -nE 'URL_POSTGRESQL|URL_SQLITE|SCAN_SQLITE|(sqlite|postgres)_driver' lib/run/*.c lib/*.c cmd/*.c 2>/dev/null; then
	echo "only lib/db may ask which database it is"
	bad=1
fi
[ "$bad" = 0 ] && echo "layers: ok"
exit "$bad"
