# The password sweep: odd and malformed URLs, by every way in, to every command, and the secret is in
# no output and on no command line. And input that is hostile in other ways. What does not depend on the
# project's database is done once, in the suite over SQLite.

load common

SECRET=s3kr3t

# Each of them, or with the sanitized program, which is slower, every third.
urls() {
	case $MIGRATE in
	*sanitize*) all_urls | sed -n '1~3p' ;;
	*) all_urls ;;
	esac
}

# Sixty ways to write, or to spoil, a URL with a password. No host but 127.0.0.1, where nobody listens.
all_urls() {
	local s=$SECRET at=127.0.0.1:1
	cat <<-URLS
		postgresql://u:$s@$at/db
		postgres://u:$s@$at/db
		postgresql+asyncpg://u:$s@$at/db
		postgresql+psycopg2://u:$s@$at
		POSTGRESQL://u:$s@$at/db
		postgresql://:$s@$at/db
		postgresql://u:$s@:1/db
		postgresql://u:$s@/db?host=/nowhere
		postgresql://u:$s@$at,127.0.0.1:2/db
		postgresql://u:$s@[::1]:1/db
		postgresql://u@$at/db?password=$s
		postgresql://u@$at/db?sslpassword=$s&sslmode=require
		postgresql://u@$at/db?password=x&password=$s
		postgresql://u:x@$at/db?password=$s
		postgresql://u:s3kr%33t@$at/db
		postgresql://u:%73%33kr3t@$at/db
		postgresql://u:$s%40x@$at/db
		postgresql://u:$s@x@$at/db
		postgresql://u:@$s@$at/db
		postgresql://u:$s/x@$at/db
		postgresql://u:/$s@$at/db
		postgresql://u:$s?x@$at/db
		postgresql://u:?$s@$at/db
		postgresql://u:$s?x=y@$at/db
		postgresql://u:$s#x@$at/db
		postgresql://u:#$s@$at/db
		postgresql://u:$s&x@$at/db
		postgresql://u:$s:x@$at/db
		postgresql://u:$s;x@$at/db
		postgresql://u:$s\\\\x@$at/db
		postgresql://u:"$s"@$at/db
		postgresql://u:'$s'@$at/db
		postgresql://u:$s %zz@$at/db
		postgresql://u:$s%@$at/db
		postgresql://u:$s%0@$at/db
		postgresql://u:$s%00@$at/db
		postgresql://u:%zz$s@$at/db
		postgresql://u:$s%ff@$at/db
		postgresql://u:$s@127.0.0.1:port/db
		postgresql://u:$s@127.0.0.1:99999/db
		postgresql://u:$s@127.0.0.1:-1/db
		postgresql://u:$s@[::1/db
		postgresql://u:$s@[]/db
		postgresql://u:$s@$at/db?nonsense=1
		postgresql://u:$s@$at/db?sslmode=nonsense
		postgresql://u:$s@$at/db?ssl=$s
		postgresql://u:$s@$at/db?port=$s
		postgresql://u:$s@$at/db?$s
		postgresql://u:$s@$at/db?=$s
		postgresql://u@$at/db?passwrd=$s
		postgresql://u@$at/db?connect_timeout=x&password=$s
		postgresql://u:$s@$at/db?service=none
		postgresql://u:$s@$at/a b
		postgresql:/u:$s@$at/db
		postgresql:u:$s@$at/db
		postgresql//u:$s@$at/db
		://u:$s@$at/db
		u:$s@$at/db
		host=127.0.0.1 port=1 user=u password=$s dbname=db
		jdbc:postgresql://$at/db?user=u&password=$s
		postgrsql://u:$s@$at/db
		mysql://u:$s@$at/db
		sqlite://u:$s@$at/db
		sqlite://u:$s@$at
	URLS
}

# silent ARGUMENT...: whatever comes of it, neither form of the secret is in any output.
silent() {
	migrate "$@"
	case "$output$errors" in *s3kr3t* | *s3kr%33t* | *%73%33kr3t*)
		printf 'shown by: %s\n%s\n%s\n' "$*" "$output" "$errors"
		return 1
		;;
	esac
}

COMMANDS=("status" "status -v" "status --format json" "current" "history -i" "check" "upgrade" "upgrade --dry-run" "upgrade --sql"
	"upgrade a:head --sql" "downgrade" "downgrade base --dry-run" "stamp head" "stamp --sql base" "ensure-version" "resume a --skip"
	"revision -m x --rev-id bb" "merge -m x" "heads -i" "branches -v" "show current" "upgrade --format json -v" "upgrade -q" "no-such-command")

# bats test_tags=sqlite
@test "sixty odd URLs by -d to every command: the secret is never shown" {
	table a ""
	expect_equal "$([ "$(all_urls | wc -l)" -ge 60 ] && echo enough)" enough
	local number=0
	while IFS= read -r url; do
		# Every URL meets every command in turn, and each meets the first two.
		for index in 0 1 $((number % ${#COMMANDS[@]})) $(((number * 7 + 3) % ${#COMMANDS[@]})); do
			silent ${COMMANDS[index]} -d "$url"
			rm -f migrations/*_x.sql
		done
		number=$((number + 1))
	done < <(urls)
}

# bats test_tags=sqlite
@test "every command, with URLs that fail in each of their ways: the secret is never shown" {
	table a ""
	for command in "${COMMANDS[@]}"; do
		for url in "postgresql://u:$SECRET@127.0.0.1:1/db" "postgresql://u:$SECRET@x@h/db" "postgresql://u:s3kr%33t@127.0.0.1:1/db?x=$SECRET" \
			"u:$SECRET@h/db"; do
			silent $command -d "$url"
			rm -f migrations/*_x.sql
		done
	done
}

# bats test_tags=sqlite
@test "the same URLs in the configuration, in .env, in the environment and in a file" {
	table a ""
	local number=0
	: >empty.yaml
	while IFS= read -r url; do
		# Three of the six ways for each URL.
		if [ $((number % 2)) = 0 ]; then
			printf 'database_url: %s\n' "$url" >wrong.yaml
			silent status -c wrong.yaml
			printf 'DATABASE_URL=%s\n' "$url" >my.env
			silent check -c empty.yaml --env-file my.env
			printf '%s\n' "$url" >url
			DATABASE_URL_FILE=url silent upgrade -c empty.yaml
		else
			printf "database_url: '%s'\nversions: migrations\n" "${url//\'/\'\'}" >wrong.yaml
			silent upgrade -c wrong.yaml
			printf 'environments:\n  x: {database_url: "%s"}\n' "$url" >wrong.yaml
			silent status -c wrong.yaml --env x
			DATABASE_URL=$url silent status -c empty.yaml
		fi
		number=$((number + 1))
	done < <(urls)
}

# bats test_tags=sqlite
@test "the same URLs where none belongs: other keys, options, arguments and variables" {
	table a ""
	local number=0 keys key
	keys=(versions version_table version_table_schema transaction lock_timeout file_template timezone truncate_slug_length
		script_template hooks protected lock_wait statement_timeout unknown)
	while IFS= read -r url; do
		key=${keys[number % ${#keys[@]}]}
		for key in versions "$key"; do
			printf "database_url: 'sqlite:///x.db'\n%s: '%s'\n" "$key" "${url//\'/\'\'}" >wrong.yaml
			silent upgrade --dry-run -c wrong.yaml
			printf "database_url: 'sqlite:///x.db'\n%s: %s\n" "$key" "$url" >wrong.yaml
			silent status -c wrong.yaml
		done
		case $((number % 5)) in
		0) silent "$url" && silent upgrade "$url" && silent stamp "$url" ;;
		1) silent history -r "$url" && silent revision -m x --head "$url" && silent status -c "$url" ;;
		2) silent revision -m x --version-path "$url" && silent status --env "$url" && silent status --env-file "$url" ;;
		3) silent status --format "$url" && silent status "-d$url" --color "$url" && MIGRATE_ENV=$url silent status ;;
		4) MIGRATE_CONFIG=$url silent history && DATABASE_URL_FILE=$url silent status -c wrong.yaml ;;
		esac
		number=$((number + 1))
	done < <(urls)
}

@test "a hook's command, a script's line and a server's words are shown without a password in them" {
	printf 'database_url: %s\nhooks: "false postgresql://u:%s@h/db"\n' "$URL" "$SECRET" >migrator.yaml
	silent revision -m x
	expect_status 1
	expect_has "$errors" "postgresql://u:***@h/db"
	rm migrations/*
	revision a "" "SELECT 'postgresql://u:$SECRET@h' FROM nowhere;" -
	silent upgrade
	expect_status 1
	expect_has "$errors" nowhere
	silent upgrade --format json
}

# bats test_tags=sqlite
@test "the command line of a running process does not hold the URL, however it was given" {
	table a ""
	/usr/bin/python3 - "$MIGRATE" "$SECRET" <<-'PY'
		import socket, subprocess, sys, time
		program, secret = sys.argv[1:]
		listener = socket.socket()
		listener.bind(("127.0.0.1", 0))
		listener.listen(8)
		url = "postgresql://u:%s@127.0.0.1:%d/db" % (secret, listener.getsockname()[1])
		for words in (["status", "-d", url], ["status", "-d" + url], ["-d", url, "upgrade"], ["status", "--database-url", url],
		              ["status", "--database-url=" + url], ["-v", "-d", url, "current"]):
		    process = subprocess.Popen([program] + words, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
		                               stderr=subprocess.PIPE)
		    listener.settimeout(10)
		    client, _ = listener.accept()  # it waits for an answer that does not come
		    with open("/proc/%d/cmdline" % process.pid, "rb") as file:
		        line = file.read()
		    process.kill()
		    said = process.communicate()[1]
		    client.close()
		    assert secret.encode() not in line, (words, line)
		    assert secret.encode() not in said, (words, said)
	PY
}

# quickly COMMAND...: in less than two seconds.
quickly() {
	local begin=${EPOCHREALTIME/./}
	"$@"
	[ $((${EPOCHREALTIME/./} - begin)) -lt 2000000 ] || { echo "slow: $*" && return 1; }
}

# bats test_tags=sqlite
@test "bombs of YAML are refused at once, with a place" {
	{ printf 'a: &a [x]\n' && for i in {1..20}; do printf 'b%s: &b%s [*a, *a, *a, *a]\n' "$i" "$i"; done; } >migrator.yaml
	quickly migrate history
	expect_status 2
	expect_has "$errors" "migrator.yaml:1:"
	printf '[%.0s' {1..60000} >migrator.yaml
	quickly migrate history
	expect_status 2
	expect_has "$errors" "migrator.yaml:1:"
	printf '{a: %.0s' {1..15000} >migrator.yaml
	quickly migrate history
	expect_status 2
	head -c 3000000 /dev/zero | tr '\0' '#' >migrator.yaml
	quickly migrate history
	expect_status 2
	expect_has "$errors" "too large"
	truncate -s 4G migrator.yaml
	quickly migrate history
	expect_status 2
	expect_has "$errors" "too large"
	rm migrator.yaml && mkfifo migrator.yaml
	quickly migrate history
	expect_status 2
	expect_has "$errors" "not a regular file"
}

# bats test_tags=sqlite
@test "bombs of .env and of files that variables name are refused at once" {
	printf 'database_url: ${BOMB}\n' >migrator.yaml
	{ echo A=0123456789 && for i in {1..40}; do echo 'A=${A}${A}'; done && echo 'BOMB=${A}'; } >.env
	quickly migrate status
	expect_status 2
	expect_has "$errors" .env
	truncate -s 4G .env
	quickly migrate status
	expect_status 2
	rm .env
	truncate -s 4G big
	BOMB_FILE=big quickly migrate status
	expect_status 2
	expect_has "$errors" "too large"
	mkfifo pipe
	BOMB_FILE=pipe quickly migrate status
	expect_status 2
	BOMB_FILE=/dev/zero quickly migrate status
	expect_status 2
}

# bats test_tags=sqlite
@test "giant, special and linked files in the versions directory are refused, and not waited for" {
	table a ""
	truncate -s 4G migrations/big.sql
	quickly migrate history
	expect_status 2
	expect_has "$errors" "too large"
	rm migrations/big.sql
	mkfifo migrations/pipe.sql
	quickly migrate history
	expect_status 2
	expect_has "$errors" pipe.sql
	rm migrations/pipe.sql
	echo "$SECRET" >outside
	ln -s ../outside migrations/link.sql
	silent history
	expect_status 2
	expect_has "$errors" "symbolic link"
	rm migrations/link.sql
	mkdir migrations/folder.sql
	migrate history
	expect_status 2
}

# bats test_tags=sqlite
@test "neither a message nor a template leads a new file out of the versions directory" {
	mkdir inner
	cat >migrator.yaml <<-YAML
		database_url: $URL
		versions: inner
	YAML
	local before
	before=$(find . -path ./inner -prune -o -type f -name '[!.]*' -print | sort)
	for message in '../../x' '/etc/passwd' '..' '.' '-rf' '~' '$(touch pwned)' '`touch pwned`' $'a\nb' "$(printf 'x%.0s' {1..5000})" $'\xff\xfe' \
		'a;b|c&d' '*' '%s%n' 'ÄÖÜ ß' ' '; do
		migrate revision -m "$message" --head base --splice
	done
	for template in '../{slug}' '/tmp/{rev}' '{slug}/../../{rev}' 'a/{rev}' '..{rev}' '.{rev}' '_{rev}' '-{rev}' '{rev}{nothing}'; do
		printf "database_url: %s\nversions: inner\nfile_template: '%s'\n" "$URL" "$template" >migrator.yaml
		before=$(find . -path ./inner -prune -o -type f -name '[!.]*' -print | sort)
		migrate revision -m x --head base --splice
		expect_status 2
	done
	expect_equal "$(find . -path ./inner -prune -o -type f -name '[!.]*' -print | sort)" "$before"
	[ "$(find inner -type f | wc -l)" -ge 10 ]
	expect_equal "$(find inner -type f -printf '%f\n' | grep -vE '^[0-9]{8}_[0-9]{4}_[0-9a-f]{12}(_[a-z0-9_]+)?\.sql$')" ""
	run_ok heads -c migrator.yaml
}

# bats test_tags=sqlite
@test "the configuration that init writes is its owner's alone, whatever the umask" {
	rm -r migrator.yaml migrations
	umask 0
	run_ok init
	expect_equal "$(stat -c %a migrator.yaml)" 600
}

# bats test_tags=sqlite
@test "a password that others can see, in the arguments or in a file, is warned of" {
	local url=postgresql://app:s3cr3tpw@127.0.0.1:1/none
	migrate status -d "$url"
	expect_has "$errors" "warning: a password in the arguments can be seen by others"
	migrate status -d postgresql://app@127.0.0.1:1/none
	expect_lacks "$errors" warning
	printf '%s\n' "database_url: $url" "versions: migrations" >migrator.yaml
	chmod 644 migrator.yaml
	migrate status
	expect_has "$errors" "warning: migrator.yaml holds the database's password, and others can read it: chmod go-r migrator.yaml"
	expect_lacks "$errors" s3cr3tpw
	chmod 600 migrator.yaml
	migrate status
	expect_lacks "$errors" warning
	printf '%s\n' 'database_url: ${DATABASE_URL}' "versions: migrations" >migrator.yaml
	chmod 644 migrator.yaml
	echo "DATABASE_URL=$url" >.env
	chmod 640 .env
	migrate status
	expect_has "$errors" "warning: .env holds"
	rm .env
	DATABASE_URL=$url migrate status
	expect_lacks "$errors" warning
}
