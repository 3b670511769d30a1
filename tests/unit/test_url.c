/* URLs: what each form means, what is refused, and that no password is ever shown. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdio.h>
#include <string.h>

#include "base/str.h"
#include "core/url.h"

#define COUNT(array) (sizeof(array) / sizeof *(array))

static int set_up(void **state)
{
	static struct arena arena;

	*state = &arena;
	return 0;
}

static int tear_down(void **state)
{
	arena_release(*state);
	return 0;
}

static struct url parse(struct arena *arena, const char *text)
{
	struct migrate_error error = {0};
	struct url url;

	if (!url_parse(arena, text, &url, &error))
		fail_msg("%s: %s (%s)", text, error.message, error.hint ? error.hint : "no hint");
	return url;
}

/* keyword=value for each parameter, in order; the path for SQLite. */
static const char *describe(struct arena *arena, const struct url *url)
{
	struct str text = {0};
	const char *kept;

	if (url->dialect == URL_SQLITE)
		return url->path ? url->path : "(memory)";
	for (size_t i = 0; i < url->parameters; i++)
		str_printf(&text, "%s%s=%s", i ? " " : "", url->keyword[i], url->value[i]);
	assert_null(url->keyword[url->parameters]);
	assert_null(url->value[url->parameters]);
	kept = arena_strdup(arena, str_text(&text));
	str_release(&text);
	return kept;
}

struct meaning {
	const char *text, *expected;
};

static void check_meanings(struct arena *arena, const struct meaning *cases, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		struct url url = parse(arena, cases[i].text);
		const char *found = describe(arena, &url);

		if (strcmp(found, cases[i].expected) != 0)
			fail_msg("%s means\n  %s, not\n  %s", cases[i].text, found,
				cases[i].expected);
	}
}

static void sqlite_urls_name_a_path_or_memory(void **state)
{
	static const struct meaning cases[] = {{"sqlite:///app.db", "app.db"},
		{"sqlite:////var/lib/app.db", "/var/lib/app.db"},
		{"sqlite:///./a/../b.db", "./a/../b.db"}, {"sqlite://", "(memory)"},
		{"sqlite:///", "(memory)"}, {"sqlite:///:memory:", "(memory)"},
		{"sqlite://?timeout=5", "(memory)"}, {"sqlite+aiosqlite:///app.db", "app.db"},
		{"SQLite:///app.db", "app.db"}, {"sqlite+pysqlite_2:////a", "/a"},
		{"sqlite:///my%20app%3F.db", "my app?.db"},
		{"sqlite:///my app#1.db", "my app#1.db"}, {"sqlite:///a+b&c=d.db", "a+b&c=d.db"},
		{"sqlite:///%C3%BC.db", "\xc3\xbc.db"}, {"sqlite:///a:b@c.db", "a:b@c.db"}};

	check_meanings(*state, cases, COUNT(cases));
}

static void sqlite_options_of_applications_are_ignored(void **state)
{
	static const struct meaning cases[] = {
		{"sqlite:///x.db?timeout=5&cache=shared&check_same_thread=false&mode=ro", "x.db"},
		{"sqlite:///x.db?min_size=1&max_size=2&pool_size=5&&echo=true&", "x.db"},
		{"sqlite:///x.db?_foreign_keys=on&_pragma=busy_timeout(5000)", "x.db"},
		{"sqlite:///x.db?mode=memory", "x.db"}, {"sqlite:///file:x.db", "file:x.db"},
		{"sqlite:///file:x.db?uri=false", "file:x.db"},
		{"sqlite:///file:x.db?mode=ro&uri=true", "x.db"},
		{"sqlite:///file:/a/x.db?uri=1", "/a/x.db"},
		{"sqlite:///file:///a/x.db?uri=on", "/a/x.db"},
		{"sqlite:///file://localhost/a/x.db?uri=yes", "/a/x.db"},
		{"sqlite:///x.db?uri=true", "x.db"},
		{"sqlite:///file::memory:?cache=shared&uri=true", "(memory)"},
		{"sqlite:///file:x?mode=memory&uri=true", "(memory)"}};

	check_meanings(*state, cases, COUNT(cases));
}

static void the_mode_of_an_sqlite_url_says_what_may_be_done(void **state)
{
	static const struct {
		const char *text;
		enum url_access access;
	} cases[] = {{"sqlite:///x.db", URL_CREATE}, {"sqlite:///x.db?mode=rwc", URL_CREATE},
		{"sqlite:///x.db?mode=rw", URL_WRITE}, {"sqlite:///x.db?mode=ro", URL_READ},
		{"sqlite:///file:x.db?mode=ro&uri=true", URL_READ},
		{"sqlite:///x.db?immutable=1", URL_READ},
		{"sqlite:///x.db?immutable=0", URL_CREATE},
		{"sqlite:///x.db?immutable=1&mode=rwc", URL_READ},
		{"sqlite:///x.db?mode=ro&mode=rw", URL_READ},
		{"sqlite:///x.db?mode=memory", URL_CREATE}};

	for (size_t i = 0; i < COUNT(cases); i++) {
		struct url url = parse(*state, cases[i].text);

		if (url.access != cases[i].access)
			fail_msg("%s allows %d", cases[i].text, url.access);
	}
}

static void postgresql_urls_mean_what_libpq_says(void **state)
{
	static const struct meaning cases[] = {{"postgresql://", ""}, {"postgres://", ""},
		{"postgresql:///", ""}, {"postgresql:///app", "dbname=app"},
		{"postgresql://localhost", "host=localhost"},
		{"postgresql://localhost/app", "host=localhost dbname=app"},
		{"postgresql://localhost:5433", "host=localhost port=5433"},
		{"postgresql://:5433/app", "port=5433 dbname=app"},
		{"postgresql://localhost:/app", "host=localhost dbname=app"},
		{"postgresql://me@localhost", "user=me host=localhost"},
		{"postgresql://me:secret@localhost:1/app",
			"user=me password=secret host=localhost port=1 dbname=app"},
		{"postgresql://me:@localhost/app", "user=me host=localhost dbname=app"},
		{"postgresql://:secret@localhost", "password=secret host=localhost"},
		{"postgresql://@localhost", "host=localhost"},
		{"postgresql://m%65:s%40c%2Fr%3F%25@h/a%20b",
			"user=me password=s@c/r?% host=h dbname=a b"},
		{"postgresql://me:a:b#c d@h/app", "user=me password=a:b#c d host=h dbname=app"},
		{"postgresql://%2Fvar%2Frun/app", "host=/var/run dbname=app"},
		{"postgresql:///app?host=/var/run/postgresql",
			"dbname=app host=/var/run/postgresql"},
		{"postgresql://h1:1,h2:2/app", "host=h1,h2 port=1,2 dbname=app"},
		{"postgresql://h1,h2:65535/app", "host=h1,h2 port=,65535 dbname=app"},
		{"postgresql://h1,h2", "host=h1,h2"},
		{"postgresql://[::1]:5432/app", "host=::1 port=5432 dbname=app"},
		{"postgresql://[fe80::1%25eth0],[::2]:7", "host=fe80::1%eth0,::2 port=,7"},
		{"postgresql://me@h?sslmode=require", "user=me host=h sslmode=require"},
		{"postgresql://h?host=%2Frun", "host=/run"},
		{"postgresql://h/app/b", "host=h dbname=app/b"},
		{"postgresql://h/app?user=a@b&connect_timeout=10&",
			"host=h dbname=app user=a@b connect_timeout=10"},
		{"postgresql://h/a?options=-csearch_path=x&%75ser=me",
			"host=h dbname=a options=-csearch_path=x user=me"},
		{"postgresql://h/a?application_name=x&application_name=y",
			"host=h dbname=a application_name=y"},
		{"postgresql:///?service=main&port=1,,65535", "service=main port=1,,65535"},
		{"postgresql+asyncpg://h/a?database=b", "host=h dbname=b"}};

	check_meanings(*state, cases, COUNT(cases));
}

static void hosts_in_the_query_may_carry_ports_and_repeat(void **state)
{
	static const struct meaning cases[] = {{"postgresql+psycopg2://me@/app?host=A:1&host=B:2",
						       "user=me dbname=app host=A,B port=1,2"},
		{"postgresql+asyncpg:///app?host=A:1,B:2", "dbname=app host=A,B port=1,2"},
		{"postgresql:///app?host=A,B&port=1,2", "dbname=app host=A,B port=1,2"},
		{"postgresql://old:9/app?host=new", "host=new port=9 dbname=app"},
		{"postgresql:///app?host=::1", "dbname=app host=::1"},
		{"postgresql:///app?host=[::1]:7", "dbname=app host=::1 port=7"},
		{"postgresql:///app?host=@abstract:1", "dbname=app host=@abstract:1"},
		{"postgresql:///app?host=/run/a:b", "dbname=app host=/run/a:b"},
		{"postgresql://h/app?host=", "host= dbname=app"}};

	check_meanings(*state, cases, COUNT(cases));
}

static void ssl_becomes_sslmode_unless_that_is_given(void **state)
{
	static const struct meaning cases[] = {
		{"postgresql://h?ssl=true", "host=h sslmode=require"},
		{"postgresql://h?ssl=1", "host=h sslmode=require"},
		{"postgresql://h?ssl=require", "host=h sslmode=require"},
		{"postgresql://h?ssl=False", "host=h sslmode=disable"},
		{"postgresql://h?ssl=0", "host=h sslmode=disable"},
		{"postgresql://h?ssl=prefer", "host=h sslmode=prefer"},
		{"postgresql://h?ssl=allow", "host=h sslmode=allow"},
		{"postgresql://h?ssl=verify-ca", "host=h sslmode=verify-ca"},
		{"postgresql://h?ssl=verify-full", "host=h sslmode=verify-full"},
		{"postgresql://h?ssl=true&sslmode=verify-full", "host=h sslmode=verify-full"},
		{"postgresql://h?sslmode=verify-full&ssl=true", "host=h sslmode=verify-full"}};

	check_meanings(*state, cases, COUNT(cases));
}

static void pool_options_of_applications_are_ignored(void **state)
{
	static const struct meaning cases[] = {
		{"postgresql://h/a?min_size=1&max_size=10&pool_size=5&max_overflow=2&pool_timeout=3"
		 "&pool_recycle=9&pool_pre_ping=true&pool_use_lifo=1&echo=1&timeout=5"
		 "&command_timeout=5&statement_cache_size=0&prepared_statement_cache_size=0"
		 "&max_queries=7&server_settings=x&prepare_threshold=0&user=me",
			"host=h dbname=a user=me"}};

	check_meanings(*state, cases, COUNT(cases));
}

static void a_parameter_is_found_by_its_keyword(void **state)
{
	struct url url = parse(*state, "postgresql+psycopg://me@h/app");

	assert_string_equal(url.scheme, "postgresql+psycopg");
	assert_string_equal(url_parameter(&url, "dbname"), "app");
	assert_null(url_parameter(&url, "password"));
	url = parse(*state, "sqlite:///app.db");
	assert_null(url_parameter(&url, "dbname"));
}

static void the_shown_url_hides_every_password(void **state)
{
	static const struct meaning cases[] = {
		{"sqlite:///app.db?mode=ro", "sqlite:///app.db?mode=ro"},
		{"postgresql+asyncpg://me:hunter2@h:1/app", "postgresql+asyncpg://me:***@h:1/app"},
		{"postgresql://me:@h/app", "postgresql://me:@h/app"},
		{"postgresql://me@h/app?password=", "postgresql://me@h/app?password="},
		{"postgresql://me@h/app?password=hunter2&port=1",
			"postgresql://me@h/app?password=***&port=1"},
		{"postgresql://me:a@h/?password=b&pass%77ord=c&sslpassword=d",
			"postgresql://me:***@h/?password=***&pass%77ord=***&sslpassword=***"},
		{"postgresql://h/?oauth_client_secret=a&scram_client_key=b&scram_server_key=c",
			"postgresql://h/?oauth_client_secret=***&scram_client_key=***"
			"&scram_server_key=***"},
		{"postgresql://m\xe2\x80\xae@h", "postgresql://m\\xe2\\x80\\xae@h"}};

	for (size_t i = 0; i < COUNT(cases); i++)
		assert_string_equal(parse(*state, cases[i].text).shown, cases[i].expected);
}

static void secrets_are_kept_raw_and_decoded(void **state)
{
	struct url url = parse(*state, "postgresql://me:s%40cret@h/?sslpassword=plain&user=x");

	assert_string_equal(url.secret[0], "s%40cret");
	assert_string_equal(url.secret[1], "s@cret");
	assert_string_equal(url.secret[2], "plain");
	assert_null(url.secret[3]);
	url = parse(*state, "postgresql://me:@h/?password=");
	assert_null(url.secret[0]);
	url = parse(*state, "sqlite:///app.db");
	assert_null(url.secret[0]);
}

/* In texts that are refused S3CR3T stands for the password or a part of it. */
struct refusal {
	const char *text, *message, *hint;
};

static void check_refusals(struct arena *arena, const struct refusal *cases, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		struct migrate_error error = {0};
		struct url url;

		if (url_parse(arena, cases[i].text, &url, &error))
			fail_msg("\"%s\" was taken as %s", cases[i].text, describe(arena, &url));
		assert_int_equal(error.code, MIGRATE_E_URL);
		if (!strstr(error.message, cases[i].message))
			fail_msg("\"%s\" says \"%s\", not \"%s\"", cases[i].text, error.message,
				cases[i].message);
		if (cases[i].hint && (!error.hint || !strstr(error.hint, cases[i].hint)))
			fail_msg("\"%s\" hints \"%s\", not \"%s\"", cases[i].text,
				error.hint ? error.hint : "(nothing)", cases[i].hint);
		assert_null(strstr(error.message, "S3CR3T"));
		assert_null(error.hint ? strstr(error.hint, "S3CR3T") : NULL);
		assert_null(error.detail);
		migrate_error_clear(&error);
	}
}

static void a_url_without_a_known_scheme_is_refused(void **state)
{
	static const struct refusal cases[] = {{"", "is empty", "sqlite:///app.db"},
		{"app.db", "does not begin", "postgresql://user@host/database"},
		{"host=h password=S3CR3T", "does not begin", "Write it as"},
		{"host=h password=S3CR3T://", "does not begin", "Write it as"},
		{"me:S3CR3T@h/app", "does not begin", NULL}, {"://h", "does not begin", NULL},
		{"$DATABASE_URL", "does not begin", "${DATABASE_URL}"},
		{"jdbc:postgresql://h/app?user=me&password=S3CR3T", "does not begin", "jdbc:"},
		{"sqlite:app.db", "does not begin", "sqlite:///app.db, with three slashes"},
		{"postgresql:/h/app", "does not begin", NULL},
		{"sqlite3:///app.db", "unknown scheme \"sqlite3\"", "Did you mean \"sqlite\"?"},
		{"postgress://me:S3CR3T@h", "unknown scheme \"postgress\"",
			"Did you mean \"postgres"},
		{"http://me:S3CR3T@h", "unknown scheme \"http\"", "Known are sqlite"},
		{"mysql://me:S3CR3T@h/app", "\"mysql\" databases are not supported", "SQLite and"},
		{"mariadb+pymysql://h", "\"mariadb\" databases are not supported", "SQLite and"},
		{"postgresql+://h", "driver suffix", NULL},
		{"postgresql+a-b://h", "driver suffix", NULL},
		{"postgresql+a+b://h", "driver suffix", NULL},
		{"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa://h",
			"does not begin", NULL}};

	check_refusals(*state, cases, COUNT(cases));
}

static void text_that_cannot_be_a_url_is_refused(void **state)
{
	static char large[9000];
	const struct refusal cases[] = {{large, "too long: 8999 bytes", NULL},
		{"postgresql://h/app\n", "line end or another control", "one line"},
		{"postgresql://me:S3CR3T\x7f@h", "line end or another control", NULL},
		{" sqlite:///app.db", "begins or ends with a blank", NULL},
		{"sqlite:///app.db ", "begins or ends with a blank", NULL},
		{"postgresql://me:S3CR3T\xff@h", "not valid UTF-8", "Percent-encode"}};

	memset(large, 'a', sizeof large - 1);
	memcpy(large, "sqlite:///", 10);
	check_refusals(*state, cases, COUNT(cases));
}

static void a_sqlite_url_with_a_host_is_refused_with_the_right_form(void **state)
{
	static const struct refusal cases[] = {{"sqlite://x.db", "has a host", "sqlite:///x.db"},
		{"sqlite://dir/x.db", "has a host", "sqlite:///dir/x.db"},
		{"sqlite://:memory:", "has a host", "sqlite:///:memory:"},
		{"sqlite://me:S3CR3T@h/x.db", "has a host", "sqlite:///app.db"},
		{"sqlite+pysqlcipher://:S3CR3T@/x.db", "has a host", "sqlite:///app.db"},
		{"sqlite:////", "names no file", NULL}};

	check_refusals(*state, cases, COUNT(cases));
}

static void wrong_percent_encoding_is_refused(void **state)
{
	static const struct refusal cases[] = {
		{"postgresql://me:S3CR3T%zz@h", "hexadecimal", "%25"},
		{"postgresql://me:S3CR3T%4@h", "hexadecimal", "%25"},
		{"postgresql://me:S3CR3T%@h", "hexadecimal", "%25"},
		{"postgresql://me:S3CR3T%g0@h", "hexadecimal", "%25"},
		{"postgresql://me:S3CR3T%00@h", "zero byte", NULL},
		{"postgresql://m%e:S3CR3T@h", "hexadecimal", NULL},
		{"postgresql://me:S3CR3T@%h", "hexadecimal", NULL},
		{"postgresql://me:S3CR3T@h/%d", "hexadecimal", NULL},
		{"postgresql://me:S3CR3T@h/?us%er=x", "hexadecimal", NULL},
		{"postgresql://me:S3CR3T@h/?user=%x", "hexadecimal", NULL},
		{"sqlite:///100%.db", "hexadecimal", "%25"}};

	check_refusals(*state, cases, COUNT(cases));
}

static void an_unescaped_password_is_refused_and_not_guessed(void **state)
{
	static const struct refusal cases[] = {
		{"postgresql://me:S3@CR3T@h/app", "may belong", "%40"},
		{"postgresql://me:a@S3CR3T@h", "may belong", "%40"},
		{"postgresql://me:S3CR3T/x@h/app", "may belong", "%2F"},
		{"postgresql://me:a/S3CR3T@h/app?x=y", "may belong", "%2F"},
		{"postgresql://me:a@b/S3CR3T@h/app", "may belong", "%2F"},
		{"postgresql://me:a?S3CR3T@h/app", "may belong", "%3F"},
		{"postgresql://me:a?user=S3CR3T@h", "may belong", "%3F"},
		{"postgresql://me:p@a?user=S3CR3T@h", "may belong", "%3F"},
		{"postgresql://me:S3CR3T/a?b@h/app", "invalid port", "%2F"},
		{"postgresql://me:1/a?S3CR3T=b@h/app", "unknown option", "%3F"},
		{"postgresql://me:S3CR3T", "invalid port", "%40"}};

	check_refusals(*state, cases, COUNT(cases));
}

static void wrong_hosts_and_ports_are_refused(void **state)
{
	static const struct refusal cases[] = {{"postgresql://h:0/app", "invalid port", NULL},
		{"postgresql://h:65536/app", "invalid port", NULL},
		{"postgresql://h:123456/app", "invalid port", NULL},
		{"postgresql://h:5432x/app", "invalid port", NULL},
		{"postgresql://h: 5/app", "invalid port", NULL},
		{"postgresql://::1/app", "invalid port", "[::1]"},
		{"postgresql://h1,,h2", "an empty host", NULL},
		{"postgresql://h1,", "an empty host", NULL},
		{"postgresql://,h2", "an empty host", NULL},
		{"postgresql://,", "an empty host", NULL},
		{"postgresql://[::1", "without a ]", NULL}, {"postgresql://[]", "no address", NULL},
		{"postgresql://[::1]x", "other than a port", NULL},
		{"postgresql:///?host=[::1", "without a ]", NULL},
		{"postgresql:///?host=a:b", "invalid port", NULL},
		{"postgresql:///?port=S3CR3T", "invalid port", NULL},
		{"postgresql:///?port=1,x", "invalid port", NULL},
		{"postgresql://1,2,3,4,5,6,7,8,9,0,1,2,3,4,5,6,7,8,9,0,1,2,3,4,5,6,7,8,9,0,1,2,3,4,"
		 "5,6,7,8,9,0,1,2,3,4,5,6,7,8,9,0,1,2,3,4,5,6,7,8,9,0,1,2,3,4,5/app",
			"more than 64 hosts", NULL},
		{"postgresql:///?host=1,2,3,4,5,6,7,8,9,0,1,2,3,4,5,6,7,8,9,0,1,2,3,4,5,6,7,8,9,0,"
		 "1,2,3,4,5,6,7,8,9,0,1,2,3,4,5,6,7,8,9,0,1,2,3,4,5,6,7,8,9,0,1,2,3,4,5",
			"more than 64 hosts", NULL}};

	check_refusals(*state, cases, COUNT(cases));
}

static void unknown_options_are_refused_with_a_suggestion(void **state)
{
	static const struct refusal cases[] = {
		{"postgresql://h?sslmod=require", "option \"sslmod\"", "Did you mean \"sslmode\"?"},
		{"postgresql://h?search_path=x", "option \"search_path\"",
			"options=-csearch_path%3D"},
		{"postgresql://me@h/a?pasword=S3CR3T", "option \"pasword\"", "\"password\""},
		{"postgresql://h?a%20b=c", "an unknown option", NULL},
		{"postgresql://h?user", "without a value", "name=value"},
		{"postgresql://h?ssl=maybe", "option \"ssl\"", "verify-full"},
		{"sqlite:///a.db?tineout=1", "option \"tineout\"", NULL},
		{"sqlite:///a.db?mode=readonly", "option \"mode\"", "ro, rw, rwc"},
		{"sqlite:///a.db?chache=1", "option \"chache\"", "\"cache\""},
		{"sqlite:///a.db?sslmode=require", "option \"sslmode\"", NULL},
		{"sqlite:///a.db?wibblewobble=1", "option \"wibblewobble\"", "Leave it out"},
		{"sqlite:///a.db?password=S3CR3T", "option \"password\"", NULL}};

	check_refusals(*state, cases, COUNT(cases));
}

static void the_url_of_another_database_keeps_the_form_of_the_first(void **state)
{
	static const struct {
		const char *url, *name, *beside; /* NULL: it cannot be written */
	} cases[] = {{"postgresql://h/app", "n", "postgresql://h/n"},
		{"postgresql+asyncpg://u:p%40x@h:5433/app?ssl=true&max_size=3", "n",
			"postgresql+asyncpg://u:p%40x@h:5433/n?ssl=true&max_size=3"},
		{"postgres://u@a:1,b:2/app", "n", "postgres://u@a:1,b:2/n"},
		{"postgresql://[::1]/app", "n", "postgresql://[::1]/n"},
		{"postgresql:///app?host=/run/postgresql", "n",
			"postgresql:///n?host=/run/postgresql"},
		{"postgresql://h/a%2Fb", "n", "postgresql://h/n"},
		{"postgresql://h/app?dbname=other", "n", NULL},
		{"sqlite:///app.db", "/d/n.db", "sqlite:////d/n.db"},
		{"sqlite+aiosqlite:////old/app.db?timeout=5", "/d/n.db",
			"sqlite+aiosqlite:////d/n.db?timeout=5"},
		{"sqlite:///app.db", "/a b%?#/n.db", "sqlite:////a b%25%3F%23/n.db"}};
	struct arena *arena = *state;

	for (size_t i = 0; i < COUNT(cases); i++) {
		struct migrate_error error = {0};
		struct url url = parse(arena, cases[i].url),
			   *beside = url_beside(arena, &url, cases[i].name, &error);

		if (!beside != !cases[i].beside)
			fail_msg("%s: %s", cases[i].url, beside ? beside->text : error.message);
		if (beside)
			assert_string_equal(beside->text, cases[i].beside);
		else
			assert_int_equal(error.code, MIGRATE_E_URL);
		migrate_error_clear(&error);
	}
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
	const struct CMUnitTest tests[] = {TEST(sqlite_urls_name_a_path_or_memory),
		TEST(the_url_of_another_database_keeps_the_form_of_the_first),
		TEST(sqlite_options_of_applications_are_ignored),
		TEST(the_mode_of_an_sqlite_url_says_what_may_be_done),
		TEST(postgresql_urls_mean_what_libpq_says),
		TEST(hosts_in_the_query_may_carry_ports_and_repeat),
		TEST(ssl_becomes_sslmode_unless_that_is_given),
		TEST(pool_options_of_applications_are_ignored),
		TEST(a_parameter_is_found_by_its_keyword), TEST(the_shown_url_hides_every_password),
		TEST(secrets_are_kept_raw_and_decoded),
		TEST(a_url_without_a_known_scheme_is_refused),
		TEST(text_that_cannot_be_a_url_is_refused),
		TEST(a_sqlite_url_with_a_host_is_refused_with_the_right_form),
		TEST(wrong_percent_encoding_is_refused),
		TEST(an_unescaped_password_is_refused_and_not_guessed),
		TEST(wrong_hosts_and_ports_are_refused),
		TEST(unknown_options_are_refused_with_a_suggestion)};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
