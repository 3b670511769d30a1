# common.sh: sourced by the packaging scripts. Sets build and version; dates what it makes by the last
# commit, so that the same source gives the same bytes.
# shellcheck shell=sh disable=SC2034
set -eu
build=$(cd "${1:?the build directory}" && pwd)
version=${2:?the version}
SOURCE_DATE_EPOCH=${SOURCE_DATE_EPOCH:-$(git log -1 --format=%ct 2>/dev/null || echo 0)}
export SOURCE_DATE_EPOCH

# documents DIR: what comes with every package.
documents() {
	mkdir -p "$1"
	cp README.md LICENSE CHANGELOG.md "$1"
	cp docs/ci/*.yml "$1"
}

# libraries FILE...: the shared libraries that the files ask for.
libraries() {
	readelf -d "$@" | sed -n 's/.*(NEEDED).*\[\(.*\)\]/\1/p' | sort -u
}
