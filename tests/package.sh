#!/bin/bash
# shellcheck disable=SC2317
# package.sh BUILD: the Debian package and the release, unpacked into an empty directory: what is in them,
# what they ask for, and that the program in them runs. Prints TAP.
set -eu
cd "$(dirname "$0")/.."
build=$1
work=$(mktemp -d "${TMPDIR:-/tmp}/package.XXXXXX")
trap 'rm -rf "$work"' EXIT
number=0 failed=0
ok() { # WHAT COMMAND...
	local what=$1
	shift
	number=$((number + 1))
	if "$@" >"$work/log" 2>&1; then
		echo "ok $number - $what"
	else
		sed 's/^/# /' "$work/log"
		echo "not ok $number - $what"
		failed=1
	fi
}

has() { # DIR FILE...
	local dir=$1 file
	shift
	for file in "$@"; do [ -s "$dir/$file" ] || { echo "no $file" && return 1; }; done
}

migrates() { # PROGRAM
	local project=$work/project
	rm -rf "$project"
	mkdir "$project"
	(cd "$project" && "$1" init && "$1" revision -m "First" && "$1" upgrade head && "$1" check)
}

is_version() { # PROGRAM
	"$1" --version && "$1" --version | grep -q "^migrate $version"
}

needs_libc_alone() {
	! readelf -d "$1" | grep NEEDED | grep -v 'libc\.so'
}

same_again() { # TARGET FILE
	cp "$2" "$work/before"
	make -s "$1" BUILD="$build" >/dev/null
	cmp "$work/before" "$2"
}

version=$(sed -n 's/^VERSION = //p' Makefile)
deb=$(make -s deb BUILD="$build")
tarball=$(make -s tarball BUILD="$build")
mkdir "$work/deb" "$work/tarball"
dpkg-deb -x "$deb" "$work/deb"
tar -C "$work/tarball" --strip-components=1 -xzf "$tarball"

ok "the package has the program, the library, the manual and the completions" has "$work/deb/usr" bin/migrate \
	include/migrate.h share/man/man1/migrate.1.gz share/man/man5/migrator.yaml.5.gz share/man/man3/libmigrate.3.gz \
	share/bash-completion/completions/migrate share/zsh/vendor-completions/_migrate share/doc/migrator/copyright
ok "the program of the package says which version it is" is_version "$work/deb/usr/bin/migrate"
ok "the program of the package migrates" migrates "$work/deb/usr/bin/migrate"
ok "the package depends on what is loaded when a URL asks for it" grep -q 'libpq5.*libsqlite3-0' <(dpkg-deb -f "$deb" Depends)
ok "the package conflicts with nothing" test -z "$(dpkg-deb -f "$deb" Conflicts Breaks Replaces)"
ok "everything in the package belongs to root" test -z "$(dpkg-deb -c "$deb" | grep -v ' root/root ')"
ok "the package is the same when it is made again" same_again deb "$deb"
ok "the release has the program, the manual and the completions" has "$work/tarball" bin/migrate \
	share/man/man1/migrate.1 share/migrate.bash share/migrate.zsh share/migrate.fish share/doc/migrator/LICENSE
ok "the program of the release needs the C library alone" needs_libc_alone "$work/tarball/bin/migrate"
ok "the program of the release migrates" migrates "$work/tarball/bin/migrate"
ok "the release is the same when it is made again" same_again tarball "$tarball"
echo "1..$number"
exit $failed
