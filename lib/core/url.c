/* url: scheme, percent-encoding and what may be shown of a database URL. Knows nothing of either
 * dialect's parts. Surprising: errors hardly ever quote the URL, since where it is malformed nobody
 * can tell which part of it is the password. */
#include "core/url.h"

#include <stdint.h>
#include <string.h>
#include <strings.h>

#include "base/error.h"
#include "base/str.h"
#include "base/utf8.h"
#include "core/url_reader.h"

enum { URL_LIMIT = 8192, SCHEME_LIMIT = 64 };

#define FORMS "sqlite:///app.db or postgresql://user@host/database"

static const struct {
	const char *name;
	enum url_dialect dialect;
} schemes[] = {
	{"sqlite", URL_SQLITE}, {"postgresql", URL_POSTGRESQL}, {"postgres", URL_POSTGRESQL}};

/* Databases that a reader may expect here: to be told so beats a guess at the spelling. */
static const char *const unsupported[] = {"mysql", "mariadb", "mssql", "sqlserver", "oracle",
	"mongodb", "cockroach", "cockroachdb", "redshift", "duckdb", "clickhouse", "snowflake",
	"libsql", "db2", "firebird", "spanner"};

struct span span_cut(struct span *rest, char separator)
{
	const char *end = rest->size ? memchr(rest->text, separator, rest->size) : NULL;
	struct span before = {rest->text, end ? (size_t)(end - rest->text) : rest->size};
	size_t used = before.size + (end != NULL);

	rest->text += used;
	rest->size -= used;
	return before;
}

size_t span_count(struct span span, char byte)
{
	size_t count = 0;

	for (size_t i = 0; i < span.size; i++)
		count += span.text[i] == byte;
	return count;
}

static int hex_digit(char byte)
{
	if (byte >= '0' && byte <= '9')
		return byte - '0';
	byte |= 0x20;
	return byte >= 'a' && byte <= 'f' ? byte - 'a' + 10 : -1;
}

const char *url_decode(struct url_reader *reader, struct span raw)
{
	char *decoded = arena_alloc(reader->arena, raw.size + 1), *out = decoded;

	for (size_t i = 0; i < raw.size; i++) {
		int high, low;

		if (raw.text[i] != '%') {
			*out++ = raw.text[i];
			continue;
		}
		high = i + 1 < raw.size ? hex_digit(raw.text[i + 1]) : -1;
		low = i + 2 < raw.size ? hex_digit(raw.text[i + 2]) : -1;
		if (high < 0 || low < 0 || !(high | low)) {
			error_set(reader->error, MIGRATE_E_URL,
				high < 0 || low < 0
					? "the database URL has a %% without two hexadecimal "
					  "digits after it"
					: "the database URL has a zero byte (%%00)");
			error_hint(reader->error, "Write a %% itself as %%25.");
			return NULL;
		}
		*out++ = (char)(high << 4 | low);
		i += 2;
	}
	return decoded;
}

void url_keep(struct url_reader *reader, const char *keyword, const char *value)
{
	struct url *url = reader->url;
	size_t i = 0;

	while (i < url->parameters && strcmp(url->keyword[i], keyword) != 0)
		i++;
	url->keyword[i] = keyword;
	url->value[i] = value;
	url->parameters += i == url->parameters;
}

const char *url_parameter(const struct url *url, const char *keyword)
{
	for (size_t i = 0; i < url->parameters; i++)
		if (!strcmp(url->keyword[i], keyword))
			return url->value[i];
	return NULL;
}

void url_keep_secret(struct url_reader *reader, struct span raw, const char *decoded)
{
	const char **secret = reader->url->secret;

	if (!raw.size)
		return;
	reader->mask[reader->masks++] = raw;
	secret[reader->secrets++] = arena_strndup(reader->arena, raw.text, raw.size);
	if (strcmp(secret[reader->secrets - 1], decoded) != 0)
		secret[reader->secrets++] = decoded;
}

/* The masks come in the order of the text. */
static const char *show(struct url_reader *reader)
{
	const char *from = reader->text, *end = from + reader->size, *shown;
	struct str text = {0};

	for (size_t i = 0; i < reader->masks; i++) {
		struct span mask = reader->mask[i];

		str_add_visible(&text, from, (size_t)(mask.text - from));
		str_add(&text, "***");
		from = mask.text + mask.size;
	}
	str_add_visible(&text, from, (size_t)(end - from));
	shown = arena_strndup(reader->arena, str_text(&text), text.size);
	str_release(&text);
	return shown;
}

static bool check_text(struct url_reader *reader)
{
	struct migrate_error *error = reader->error;
	const char *text = reader->text;

	if (!reader->size) {
		error_set(error, MIGRATE_E_URL, "the database URL is empty");
		return error_hint(error, "Write it as " FORMS ".");
	}
	if (reader->size > URL_LIMIT)
		return error_set(error, MIGRATE_E_URL,
			"the database URL is too long: %zu bytes, the limit is %d", reader->size,
			URL_LIMIT);
	for (size_t i = 0; i < reader->size; i++)
		if ((unsigned char)text[i] < ' ' || text[i] == 0x7f) {
			error_set(error, MIGRATE_E_URL,
				"the database URL has a line end or another control character");
			return error_hint(error, "Write it on one line, without quotes around it.");
		}
	if (text[0] == ' ' || text[reader->size - 1] == ' ')
		return error_set(
			error, MIGRATE_E_URL, "the database URL begins or ends with a blank");
	if (utf8_invalid(text, reader->size) < reader->size) {
		error_set(error, MIGRATE_E_URL, "the database URL is not valid UTF-8");
		return error_hint(error, "Percent-encode what is not ASCII.");
	}
	return true;
}

static bool no_scheme(struct url_reader *reader)
{
	error_set(reader->error, MIGRATE_E_URL,
		"the database URL does not begin with sqlite:// or postgresql://");
	if (!strncasecmp(reader->text, "jdbc:", 5))
		return error_hint(reader->error, "Leave out \"jdbc:\", and write the user, a "
						 "\":\", the password and an \"@\" "
						 "in front of the host, not behind a \"?\".");
	if (reader->text[0] == '$')
		return error_hint(reader->error, "Write a variable as ${DATABASE_URL}.");
	if (!strncasecmp(reader->text, "sqlite:", 7))
		return error_hint(reader->error,
			"Write sqlite:///app.db, with three slashes, for a relative path, and "
			"sqlite:////var/lib/app.db for an absolute one.");
	return error_hint(reader->error, "Write it as " FORMS ".");
}

static bool unknown_scheme(struct url_reader *reader, const char *base)
{
	enum { COUNT = sizeof schemes / sizeof *schemes };
	const char *known[COUNT], *nearest;

	for (size_t i = 0; i < sizeof unsupported / sizeof *unsupported; i++)
		if (!strcasecmp(base, unsupported[i])) {
			error_set(reader->error, MIGRATE_E_URL,
				"\"%s\" databases are not supported", base);
			return error_hint(reader->error, "SQLite and PostgreSQL are: " FORMS ".");
		}
	for (size_t i = 0; i < COUNT; i++)
		known[i] = schemes[i].name;
	nearest = nearest_name(base, known, COUNT);
	error_set(reader->error, MIGRATE_E_URL, "the database URL has the unknown scheme \"%s\"",
		base);
	if (nearest)
		error_hint(reader->error,
			"Did you mean \"%s\"? Known are sqlite, postgresql and postgres.", nearest);
	return error_hint(
		reader->error, "Known are sqlite, postgresql and postgres, as in " FORMS ".");
}

static bool is_word(struct span span)
{
	for (size_t i = 0; i < span.size; i++) {
		char low = span.text[i] | 0x20;

		if (!(low >= 'a' && low <= 'z') && !(span.text[i] >= '0' && span.text[i] <= '9') &&
			span.text[i] != '_')
			return false;
	}
	return span.size > 0;
}

/* Fills the dialect, and rest with all behind "://". */
static bool read_scheme(struct url_reader *reader, struct span *rest)
{
	const char *colon = strstr(reader->text, "://");
	struct span driver = {reader->text, colon ? (size_t)(colon - reader->text) : 0}, base;
	bool has_driver = span_count(driver, '+') > 0;
	const char *name;

	if (driver.size > SCHEME_LIMIT)
		return no_scheme(reader);
	reader->url->scheme = arena_strndup(reader->arena, driver.text, driver.size);
	base = span_cut(&driver, '+');
	if (!is_word(base))
		return no_scheme(reader);
	if (has_driver && !is_word(driver))
		return error_set(reader->error, MIGRATE_E_URL,
			"the database URL has a driver suffix that is not a word");
	*rest = (struct span){colon + 3, reader->size - (size_t)(colon + 3 - reader->text)};
	name = arena_strndup(reader->arena, base.text, base.size);
	for (size_t i = 0; i < sizeof schemes / sizeof *schemes; i++)
		if (!strcasecmp(name, schemes[i].name)) {
			reader->url->dialect = schemes[i].dialect;
			return true;
		}
	return unknown_scheme(reader, name);
}

static bool read_dialect(struct url_reader *reader, struct span rest)
{
	switch (reader->url->dialect) {
	case URL_SQLITE: return url_read_sqlite(reader, rest);
	case URL_POSTGRESQL: return url_read_postgresql(reader, rest);
	}
	return false;
}

bool url_parse(struct arena *arena, const char *text, struct url *url, struct migrate_error *error)
{
	struct url_reader reader = {.arena = arena, .url = url, .error = error};
	struct span rest = {0};
	size_t options;

	memset(url, 0, sizeof *url);
	reader.text = text;
	reader.size = strlen(text);
	if (!check_text(&reader))
		return false;
	/* One option sets at most a host and a port; beside them user, password, host, port and
	 * database stand in front of the `?`. */
	options = span_count((struct span){text, reader.size}, '&') + 1;
	url->keyword = ARENA_ARRAY(arena, 2 * options + 7, const char *);
	url->value = ARENA_ARRAY(arena, 2 * options + 7, const char *);
	url->secret = ARENA_ARRAY(arena, 2 * options + 3, const char *);
	reader.mask = ARENA_ARRAY(arena, options + 1, struct span);
	if (!read_scheme(&reader, &rest) || !read_dialect(&reader, rest))
		return false;
	url->text = arena_strdup(arena, text);
	url->shown = show(&reader);
	return true;
}
