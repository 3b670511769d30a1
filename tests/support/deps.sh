#!/bin/sh
# deps.sh build|check|lint|fuzz|bench: installs the Debian packages that a target needs, where some are
# missing. As root, or through sudo. Nothing is asked and nothing is upgraded on purpose.
set -eu

build="gcc libc6-dev binutils pkg-config libpq-dev libsqlite3-dev libyaml-dev libmd-dev libjansson-dev"
check="postgresql sqlite3 bats parallel libcmocka-dev python3 python3-alembic libpg-query-dev jq gojq pgbouncer strace openssl man-db git chromium-headless-shell"
check="$check python3-pytest python3-starlette python3-httpx python3-databases python3-sqlalchemy python3-asyncpg python3-aiosqlite"
lint="clang clang-tidy clang-format shellcheck mandoc libcmocka-dev libpg-query-dev"
fuzz="clang"
bench="postgresql sqlite3 python3 python3-alembic python3-psycopg2"

case ${1:?build, check, lint, fuzz or bench} in
build) packages=$build ;;
check) packages="$build $check" ;;
lint) packages="$build $lint" ;;
fuzz) packages="$build $fuzz" ;;
bench) packages="$build $bench" ;;
*) echo "deps.sh: no such set: $1" >&2 && exit 2 ;;
esac

missing=
for package in $packages; do
	status=$(dpkg-query -W -f '${db:Status-Status}' "$package" 2>/dev/null || true)
	[ "$status" = installed ] || missing="$missing $package"
done
[ -n "$missing" ] || exit 0

as_root() {
	if [ "$(id -u)" = 0 ]; then
		"$@"
	elif command -v sudo >/dev/null; then
		sudo "$@"
	else
		echo "deps.sh: not root and no sudo; please install:$missing" >&2
		exit 1
	fi
}

# The tests start servers of their own: keep the package from making and starting one as well.
conf=/etc/postgresql-common/createcluster.d/migrator.conf
quiet=
case $missing in
*postgresql*)
	if [ ! -e /etc/postgresql-common/createcluster.conf ]; then
		as_root mkdir -p "${conf%/*}"
		echo "create_main_cluster = false" | as_root tee "$conf" >/dev/null
		quiet=yes
	fi
	;;
esac
echo "installing:$missing"
as_root env DEBIAN_FRONTEND=noninteractive apt-get -qq update
# shellcheck disable=SC2086 # a list of words
as_root env DEBIAN_FRONTEND=noninteractive apt-get -qq -y --no-install-recommends install $missing >/dev/null
[ -z "$quiet" ] || as_root rm -f "$conf"
