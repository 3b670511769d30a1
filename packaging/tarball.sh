#!/bin/sh
# tarball.sh BUILD VERSION: BUILD/migrator-VERSION-linux-MACHINE.tar.gz with the program, which needs the C
# library alone (the databases' libraries are loaded when a URL asks for them), manual and completions.
cd "$(dirname "$0")/.." || exit 1
. packaging/common.sh
name=migrator-$version-linux-$(uname -m)
root=$build/$name
rm -rf "$root"
mkdir -p "$root/bin"
cp "$build/static/migrate" "$root/bin"
strip "$root/bin/migrate"
for library in $(libraries "$root/bin/migrate"); do
	case $library in
	libc.so.* | ld-linux*) ;;
	*) echo "tarball.sh: the program needs $library" >&2 && exit 1 ;;
	esac
done
for page in docs/*.[15]; do
	mkdir -p "$root/share/man/man${page##*.}"
	cp "$page" "$root/share/man/man${page##*.}"
done
for shell in bash zsh fish; do "$root/bin/migrate" completion $shell >"$root/share/migrate.$shell"; done
documents "$root/share/doc/migrator"
tar -C "$build" --sort=name --owner=0 --group=0 --numeric-owner --mtime="@$SOURCE_DATE_EPOCH" -cf - "$name" |
	gzip -9n >"$build/$name.tar.gz"
rm -rf "$root"
echo "$build/$name.tar.gz"
