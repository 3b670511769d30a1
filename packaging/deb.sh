#!/bin/sh
# deb.sh BUILD VERSION: BUILD/migrator_VERSION_ARCH.deb, and a link to it named BUILD/migrator.deb, from
# what was built there. Needs no root and no packaging tools but dpkg-deb.
cd "$(dirname "$0")/.." || exit 1
. packaging/common.sh
arch=$(dpkg --print-architecture)
triplet=$(${CC:-cc} -print-multiarch)
root=$build/deb
rm -rf "$root"
make -s install DESTDIR="$root" PREFIX=/usr LIBDIR="/usr/lib/$triplet" BUILD="$build" >/dev/null
mv "$root/usr/share/zsh/site-functions" "$root/usr/share/zsh/vendor-completions"
documents "$root/usr/share/doc/migrator"
mv "$root/usr/share/doc/migrator/LICENSE" "$root/usr/share/doc/migrator/copyright"
mv "$root/usr/share/doc/migrator/CHANGELOG.md" "$root/usr/share/doc/migrator/changelog"
gzip -9n "$root/usr/share/doc/migrator/changelog" "$root"/usr/share/man/man?/*
strip --strip-unneeded "$root/usr/bin/migrate" "$root/usr/lib/$triplet"/libmigrate.so.*.*.*
strip --strip-debug "$root/usr/lib/$triplet/libmigrate.a"

# The packages of the libraries that are linked, and of the two that are loaded when a URL asks for them.
glibc=$(objdump -T "$root/usr/bin/migrate" "$root/usr/lib/$triplet"/libmigrate.so.*.*.* |
	sed -n 's/.*GLIBC_\([0-9.]*\).*/\1/p' | sort -Vu | tail -1)
depends="libc6 (>= $glibc), libpq5, libsqlite3-0 (>= 3.40)"
for library in $(libraries "$root/usr/bin/migrate" "$root/usr/lib/$triplet"/libmigrate.so.*.*.*); do
	case $library in libc.so.*) continue ;; esac
	package=$(dpkg-query -S "*/$library" | sed -n '1s/:.*//p')
	depends="$depends, ${package:?no package has $library}"
done

mkdir "$root/DEBIAN"
cat >"$root/DEBIAN/control" <<-CONTROL
	Package: migrator
	Version: $version
	Architecture: $arch
	Maintainer: The migrator maintainers <maintainers@migrator.example>
	Installed-Size: $(du -sk --exclude=DEBIAN "$root" | cut -f1)
	Depends: $depends
	Section: database
	Priority: optional
	Description: schema migrations in plain SQL for SQLite and PostgreSQL
	 migrate brings a database schema from one revision to another. Revisions form
	 a graph as in Alembic, a script and the record that it ran are one
	 transaction, and concurrent runs wait for one another.
CONTROL
find "$root" -newermt "@$SOURCE_DATE_EPOCH" -exec touch -h -d "@$SOURCE_DATE_EPOCH" {} +
dpkg-deb --build --root-owner-group "$root" "$build/migrator_${version}_$arch.deb" >/dev/null
ln -sf "migrator_${version}_$arch.deb" "$build/migrator.deb"
rm -rf "$root"
echo "$build/migrator_${version}_$arch.deb"
