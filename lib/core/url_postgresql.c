/* url_postgresql: postgresql://user:password@hosts/database?options, as libpq reads it
 * (https://www.postgresql.org/docs/current/libpq-connect.html#LIBPQ-CONNSTRING-URIS). Knows nothing
 * of options. Surprising: where libpq guesses, this refuses. With an unescaped @, / or ? in the
 * password libpq takes a part of the password for the host, connects there, and prints it. */
#include <string.h>

#include "base/error.h"
#include "core/url_reader.h"

static bool refuse_ambiguous(struct url_reader *reader)
{
	error_set(reader->error, MIGRATE_E_URL,
		"the database URL has an @, / or ? that may belong to the user, the password or "
		"the rest");
	return error_hint(reader->error,
		"Percent-encode @ as %%40, / as %%2F, ? as %%3F and : as %%3A in user, password "
		"and database.");
}

/* Takes user and password off the front of the authority. */
static bool read_credentials(struct url_reader *reader, struct span *authority)
{
	struct span credentials, user;
	const char *decoded;

	if (!span_count(*authority, '@'))
		return true;
	credentials = span_cut(authority, '@');
	user = span_cut(&credentials, ':');
	decoded = url_decode(reader, user);
	if (!decoded)
		return false;
	if (user.size)
		url_keep(reader, "user", decoded);
	decoded = url_decode(reader, credentials);
	if (!decoded)
		return false;
	if (credentials.size)
		url_keep(reader, "password", decoded);
	url_keep_secret(reader, credentials, decoded);
	return true;
}

static bool read_database(struct url_reader *reader, struct span path)
{
	const char *database = url_decode(reader, path);

	if (database && database[0])
		url_keep(reader, "dbname", database);
	return database != NULL;
}

/* More than one @, or one that a `?` or `/` separates from its user. An @ in a query behind a path
 * is an ordinary value. */
static bool is_ambiguous(struct span rest)
{
	struct span authority = span_cut(&rest, '/');
	struct span path = span_cut(&rest, '?');
	const char *question = memchr(authority.text, '?', authority.size);
	const char *last_at = memrchr(authority.text, '@', authority.size);

	if (span_count(authority, '@') > 1 || (question && last_at > question))
		return true;
	return !question && span_count(path, '@') > 0;
}

bool url_read_postgresql(struct url_reader *reader, struct span rest)
{
	struct span query = rest, path = span_cut(&query, '?'), authority = span_cut(&path, '/');

	if (is_ambiguous(rest))
		return refuse_ambiguous(reader);
	return read_credentials(reader, &authority) && url_read_hosts(reader, authority) &&
	       read_database(reader, path) && url_read_options(reader, query);
}
