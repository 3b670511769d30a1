#!/bin/bash
# manual.sh PROGRAM: fails when a manual page and the program, the header or the sources do not say the
# same. Every list is compared in both directions. Prints TAP, and what differed.
#
# Surprising: the pages are read as mdoc source, so their macros are a format here: `.Ss` and `.D1` for
# a command, `.It Fl` for an option, `.It Cm name :` for a key, `.It Cm slug Ta status` for an error.
set -u
program=${1:?the program}
case $program in /*) ;; *) program=$PWD/$program ;; esac
cd "$(dirname "$0")/.." || exit 1
unset DATABASE_URL MIGRATE_CONFIG MIGRATE_ENV
work=$(mktemp -d "${TMPDIR:-/tmp}/migrate-manual.XXXXXX") || exit 1
trap 'rm -rf "$work"' EXIT
tests=0 failed=0

# ok STATUS NAME: a TAP line.
ok() {
	local word=ok
	[ "$1" = 0 ] || word="not ok"
	tests=$((tests + 1))
	echo "$word $tests - $2"
	[ "$1" = 0 ] || failed=1
}

# same NAME LEFT RIGHT: are the lines of two files the same, in whatever order? Empty lists are not.
same() {
	local difference status=0
	difference=$(diff <(sort -u "$work/$2") <(sort -u "$work/$3")) || status=1
	[ -s "$work/$2" ] || { status=1 && difference="nothing found for $2"; }
	[ $status = 0 ] || printf '%s\n' "$difference" |
		sed -e "s/^</# only $2:/" -e "s/^>/# only $3:/" -e 's/^[^#]/# &/'
	ok $status "$1"
}

# section PAGE TITLE: the lines of a section.
section() {
	awk -v title=".Sh $2" '/^\.Sh / { inside = $0 == title; next } inside' "docs/$1"
}

# macros: mdoc arguments as the program writes them: "Op Ar REV ..." is "[REV...]".
macros() {
	sed -E -e 's/ \.\.\./.../g' -e 's/Op Ar ([^ ]+)/[\1]/g' -e 's/(Ar|Cm) //g' -e 's/ \| /|/g'
}

# options_in COMMAND: mdoc lines to "COMMAND<tab>--long<tab>-letter<tab>ARGUMENT".
options_in() {
	sed -n 's/^\.It Fl //p' | macros | sed -E -e 's/^([a-z]) , Fl /\1 /' -e 's/^-/_ -/' |
		while read -r letter name argument; do
			printf '%s\t-%s\t%s\t%s\n' "$1" "$name" "${letter/#[a-z]/-$letter}" "$argument"
		done | sed 's/\t_\t/\t\t/'
}

test_options() {
	local command letter
	"$program" --dump-options >"$work/dump" || return
	while IFS= read -r command; do
		awk -v title=".Ss $command" '/^\.S[sh] / { inside = $0 == title; next } inside' docs/migrate.1 |
			options_in "$command"
	done < <(section migrate.1 COMMANDS | sed -n 's/^\.Ss //p') >"$work/migrate.1"
	section migrate.1 OPTIONS | options_in '*' >>"$work/migrate.1"
	awk -F '\t' -v OFS='\t' '$1 == "option" {
		n = split($5, commands, ",")
		for (i = 1; i <= n; i++) print commands[i], $2, $3, $4
	}' "$work/dump" >"$work/program"
	same "migrate.1 has the options of every command, and no others" migrate.1 program

	section migrate.1 COMMANDS | sed -n 's/^\.D1 Nm migrate Cm //p' | macros >"$work/migrate.1"
	awk -F '\t' '$1 == "command" { print $2 ($3 ? " " $3 : "") }' "$work/dump" >"$work/program"
	same "migrate.1 has every command with its arguments, and no others" migrate.1 program

	section migrate.1 COMMANDS | sed -n 's/^\.Ss //p' >"$work/headings"
	cut -d ' ' -f 1 "$work/program" >"$work/commands"
	same "migrate.1 has a subsection for every command" headings commands

	# What is hidden from the help is for tests, and not documented.
	sed -n 's/.*{"\([a-z-]*\)", [0-9a-z'\'']*, \(VALUE\|LIST\|FLAG\|CHOICE\).*/--\1/p' cmd/options.c \
		>"$work/options.c"
	{ awk -F '\t' '$1 == "option" { print $2 }' "$work/dump" && echo --dump-options; } >"$work/program"
	same "the program shows every option of its table but --dump-options" options.c program
}

test_errors() {
	section migrate.1 "EXIT STATUS" | sed -nE 's/^\.It Cm ([a-z_]+) Ta ([0-9]+) Ta .*/\1 \2/p' >"$work/migrate.1"
	sed -nE 's/^\tX\([A-Z_]+, "([a-z_]+)", ([0-9]+)\).*/\1 \2/p' lib/migrate.h | grep -v '^none ' >"$work/migrate.h"
	same "migrate.1 has every error with its status, and no others" migrate.1 migrate.h

	section migrate.1 "EXIT STATUS" | sed -nE 's/^\.It ([0-9 ,]+)$/\1/p' | tr -d ' ' | tr , '\n' >"$work/migrate.1"
	{ echo 0 && cut -d ' ' -f 2 "$work/migrate.h"; } >"$work/statuses"
	same "migrate.1 explains every exit status, and no others" migrate.1 statuses

	sed -nE 's/^\tX\(([A-Z_]+)[,)].*/MIGRATE_E_\1/p' lib/migrate.h >"$work/codes"
	section libmigrate.3 ERRORS | grep -oE 'MIGRATE_E_[A-Z_]+' >"$work/libmigrate.3"
	same "libmigrate.3 has every error code, and no others" libmigrate.3 codes
}

test_keys() {
	local key good=0
	section migrator.yaml.5 KEYS | sed -nE 's/^\.It Cm ([a-z_]+)( :.*)?$/\1/p' >"$work/migrator.yaml.5"
	awk '/keys\[\] = \{/ { inside = 1 } inside { print } inside && /};/ { exit }' lib/io/config_shape.c |
		grep -oE '"[a-z_]+"' | tr -d '"' >"$work/config_shape.c"
	same "migrator.yaml.5 has every key, and no others" migrator.yaml.5 config_shape.c

	# A key that is known but never asked for would be a promise that nobody keeps.
	{ grep -ohE '(read_[a-z_]+\([a-z_]+,|read_choice\($|config_find\([a-z_]+,|yaml_find\([a-z_.>-]+,)[[:space:]]*"[a-z_]+"' \
		lib/io/config*.c && sed -nE '/read_choice\($/{n;p}' lib/io/config*.c; } |
		grep -oE '"[a-z_]+"' | tr -d '"' >"$work/read"
	same "every key of config_shape.c is read somewhere" config_shape.c read

	while read -r key; do
		section migrator.yaml.5 KEYS |
			awk -v key="$key" '/^\.It / { inside = $3 == key; next } inside' >"$work/entry"
		[ "$key" = environments ] || grep -q '^Default:\|Default: ' "$work/entry" ||
			{ echo "# $key has no default" && good=1; }
		sed -n '/^\.Bd/,/^\.Ed/{/^\.[BE]d/d;p}' "$work/entry" >"$work/example.yaml"
		[ -s "$work/example.yaml" ] || { echo "# $key has no example" && good=1; }
	done <"$work/migrator.yaml.5"
	ok $good "every key has a default and an example"
}

# Every literal block of migrator.yaml.5 is a configuration, a .env, or URLs: the program must
# understand it. `heads` reads the configuration and needs no database.
test_examples() {
	local number=0 good=0 file
	mkdir -p "$work/examples"
	awk -v dir="$work/examples" '
		/^\.Bd/ { out = sprintf("%s/%02d", dir, ++n); next }
		/^\.Ed/ { out = ""; next }
		out { gsub(/\\e/, "\\"); print > out }' docs/migrator.yaml.5
	for file in "$work"/examples/*; do
		rm -rf "$work/project"
		mkdir -p "$work/project/migrations" "$work/project/plugins/search/migrations"
		case $(grep -v '^#' "$file" | head -1) in
		DATABASE_URL=*) cp "$file" "$work/project/.env" && echo >"$work/project/migrator.yaml" ;;
		postgresql*) sed 's/^/database_url: /' "$file" >"$work/project/migrator.yaml" ;;
		*) cp "$file" "$work/project/migrator.yaml" ;;
		esac
		number=$((number + 1))
		understood "$file" || good=1
	done
	[ $number -gt 10 ] || good=1
	ok $good "the program understands all $number examples of migrator.yaml.5"
}

# understood EXAMPLE: the project's migrator.yaml, taken line by line where it is a list of URLs.
understood() {
	local line status=0
	if [ "$(grep -c '^database_url: postgresql' "$work/project/migrator.yaml")" -gt 1 ]; then
		while IFS= read -r line; do
			echo "$line" >"$work/project/migrator.yaml"
			understood "$1" || status=1
		done < <(cat "$work/project/migrator.yaml")
		return $status
	fi
	for line in "" $(sed -n '/^environments:/,$s/^  \([a-z]*\):$/\1/p' "$work/project/migrator.yaml"); do
		(cd "$work/project" && PRODUCTION_DATABASE_URL=sqlite:///p.db STAGING_DATABASE_URL=sqlite:// \
			"$program" heads -v ${line:+--env "$line"} >/dev/null 2>"$work/errors") || status=1
		[ $status = 0 ] && grep -qE '^database_url|^DATABASE_URL' "$1" &&
			grep -q 'database none' "$work/errors" && status=1
		[ $status = 0 ] || sed 's/^/# /' "$1" "$work/errors"
	done
	return $status
}

test_sources() {
	section migrate.1 "REVISION FILES" | grep -oE '^\.It Cm [a-z_]+$' | cut -d ' ' -f 3 >"$work/migrate.1"
	sed -n '/key_names\[KEY_COUNT\]/,/};/p' lib/core/revision_header.c | grep -oE '"[a-z_]+"' |
		tr -d '"' >"$work/revision_header.c"
	same "migrate.1 has every key of a revision's header, and no others" migrate.1 revision_header.c

	section migrate.1 "REVISION FILES" | sed -nE 's/^\.It Cm ([a-z_]+) Ns = .*/\1/p' >"$work/migrate.1"
	sed -n '/option_names\[\]/,/};/p' lib/core/revision_section.c | grep -oE '"[a-z_]+"' |
		tr -d '"' >"$work/revision_section.c"
	same "migrate.1 has every option of a section, and no others" migrate.1 revision_section.c

	section migrate.1 "THE TWO TABLES" | sed -n 's/^\.It Cm //p' | sed 's/ , /\n/g' >"$work/migrate.1"
	for table in pg sqlite; do
		sed -nE 's/^\t([a-z_]+) [A-Z].*/\1/p' lib/db/sql/${table}_create_log.sql >"$work/$table"
		same "migrate.1 has every column of the log ($table), and no others" migrate.1 $table
	done

	section migrator.yaml.5 KEYS | grep -oE '\$?\{[a-z_]+\}' | grep -v '{file}' >"$work/migrator.yaml.5"
	# shellcheck disable=SC2016 # no expansion is meant
	grep -oE 'Placeholders are [^"]*"|^[[:space:]]+"[${][a-z_{}$ ]*[.}"].*' lib/io/template.c |
		grep -oE '\$?\{[a-z_]+\}' >"$work/template.c"
	same "migrator.yaml.5 has every placeholder of a template, and no others" migrator.yaml.5 template.c

	grep -oE 'pg_advisory_lock [0-9]+' docs/migrate.1 | cut -d ' ' -f 2 >"$work/migrate.1"
	printf '%d\n' "$(grep -oE 'POSTGRES_LOCK_SPACE = 0x[0-9a-f]+' lib/db/postgres.h | cut -d ' ' -f 3)" >"$work/postgres.h"
	same "migrate.1 has the number of the advisory lock" migrate.1 postgres.h
}

# Declarations without blanks, one a line: "boolmigrate_list(structmigrate*migrate,...)".
test_header() {
	sed -e '/\\$/d' -e '/^#/d' lib/migrate.h | tr '\n\t' '  ' | grep -oE 'MIGRATE_API [^;]+;' |
		sed -e 's/^MIGRATE_API //' -e 's/;$//' -e 's/ //g' >"$work/migrate.h"
	section libmigrate.3 SYNOPSIS | awk '
		function rest() { sub(/^\.F[toa] /, ""); gsub(/"/, ""); return $0 }
		/^\.Ft / { line = rest() }
		/^\.Fo / { line = line rest() "("; comma = "" }
		/^\.Fa / { line = line comma rest(); comma = "," }
		/^\.Fc/ { print line ")" }' | sed 's/ //g' >"$work/libmigrate.3"
	same "libmigrate.3 declares every function as migrate.h does, and no others" libmigrate.3 migrate.h

	sed -nE 's/^(typedef .* )?((struct|enum) )?(migrate_[a-z_]+)( \{|\(const struct migrate_event.*|\(const char \*text, size_t.*)$/\4/p' \
		lib/migrate.h >"$work/migrate.h"
	grep -oE 'migrate_[a-z_]+' docs/libmigrate.3 | grep -Fxf "$work/migrate.h" >"$work/libmigrate.3"
	same "libmigrate.3 names every type of migrate.h" migrate.h libmigrate.3

	{ grep -oE '^[[:space:]]MIGRATE_[A-Z_]+' lib/migrate.h &&
		sed -n 's/^enum migrate_[a-z_]* { \(.*\) };/\1/p' lib/migrate.h; } | tr -d ' \t' |
		tr ',' '\n' | grep -v MIGRATE_ERRORS >"$work/migrate.h"
	grep -oE 'MIGRATE_[A-Z_]+' docs/libmigrate.3 | grep -vE '^MIGRATE_(E_.*|ERRORS)$' >"$work/libmigrate.3"
	same "libmigrate.3 names every constant of migrate.h, and no others" migrate.h libmigrate.3
}

# The example is compiled as its page says, against an installation, and brings a project up.
test_program() {
	local build=${program%/*} prefix=$work/prefix status=0 output
	awk '/^\.Sh EXAMPLES/ { in_section = 1 } /^\.Sh ERRORS/ { in_section = 0 }
		in_section && /^\.Ed/ { inside = 0 } inside { gsub(/\\e/, "\\"); print }
		in_section && /^\.Bd/ { inside = 1 }' docs/libmigrate.3 >"$work/program.c"
	make -s install BUILD="$build" PREFIX="$prefix" >"$work/log" 2>&1 || status=1
	# shellcheck disable=SC2046 # a list of words
	[ $status = 0 ] && export PKG_CONFIG_PATH=$prefix/lib/pkgconfig &&
		cc -Wall -Wextra -Werror -o "$work/program" "$work/program.c" \
			$(pkg-config --cflags --libs libmigrate) >>"$work/log" 2>&1 || status=1
	ok $status "an installation has all that the example of libmigrate.3 needs to be compiled"
	[ $status = 0 ] || { sed 's/^/# /' "$work/log" && return; }
	output=$(LD_LIBRARY_PATH=$prefix/lib DATABASE_URL=sqlite:///$work/example.db \
		"$work/program" 2>&1) || status=1
	[ "$(printf '%s\n' "$output" | grep -cE '^[1-6] of 6: [0-9a-f]{12} .')" = 6 ] || status=1
	[ $status = 0 ] || printf '%s\n' "$output" | sed 's/^/# /'
	ok $status "the example of libmigrate.3 brings the project of this repository up"
}

test_lint() {
	local page output status=0
	for page in docs/migrate.1 docs/libmigrate.3 docs/migrator.yaml.5; do
		if command -v mandoc >/dev/null; then
			output=$(mandoc -T lint -W warning "$page" 2>&1) || status=1
		else
			output=$(man --warnings=mac -E UTF-8 -l -Tutf8 -Z "$page" 2>&1 >/dev/null) || status=1
			[ -z "$output" ] || status=1
		fi
		[ -z "$output" ] || printf '%s\n' "$output" | sed 's/^/# /'
	done
	ok $status "the manual pages are well-formed"
}

test_options
test_errors
test_keys
test_examples
test_sources
test_header
test_lint
test_program
echo "1..$tests"
exit $failed
