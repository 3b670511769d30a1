/* url_sqlite: sqlite:///relative.db, sqlite:////absolute.db and the forms of "in memory", as
 * SQLAlchemy has them. Surprising: behind `uri=true` the path is itself a URI,
 * `sqlite:///file:app.db?mode=ro&uri=true` (https://www.sqlite.org/uri.html). */
#include <string.h>

#include "base/error.h"
#include "core/url_reader.h"

/* Is it a path that may be quoted: one that cannot hold a password of another database's URL? */
static bool is_plain(struct span path)
{
	for (size_t i = 0; i < path.size; i++)
		if (strchr(":@%\\", path.text[i]))
			return false;
	return true;
}

static bool refuse_host(struct url_reader *reader, struct span location)
{
	error_set(reader->error, MIGRATE_E_URL,
		"the database URL has a host, which SQLite has no use for");
	if (location.size == 8 && !memcmp(location.text, ":memory:", 8))
		return error_hint(reader->error,
			"Write sqlite:///:memory:, with three slashes, or sqlite:// alone.");
	if (is_plain(location))
		return error_hint(reader->error,
			"Write sqlite:///%.*s, with three slashes, for a relative path, and four "
			"for an absolute one.",
			(int)location.size, location.text);
	return error_hint(reader->error,
		"Write sqlite:///app.db, with three slashes, for a relative path, and "
		"sqlite:////var/lib/app.db for an absolute one.");
}

/* file:app.db, file:/app.db, file:///app.db, file://localhost/app.db */
static const char *file_path(const char *path)
{
	if (strncmp(path, "file:", 5) != 0)
		return path;
	path += 5;
	if (!strncmp(path, "//localhost/", 12))
		return path + 11;
	return strncmp(path, "///", 3) != 0 ? path : path + 2;
}

bool url_read_sqlite(struct url_reader *reader, struct span rest)
{
	struct span location = span_cut(&rest, '?');
	const char *path = "";

	if (!url_read_options(reader, rest))
		return false;
	if (location.size && location.text[0] != '/')
		return refuse_host(reader, location);
	if (location.size)
		path = url_decode(reader, (struct span){location.text + 1, location.size - 1});
	if (!path)
		return false;
	if (reader->is_uri)
		path = file_path(path);
	if (!strcmp(path, "/")) {
		error_set(reader->error, MIGRATE_E_URL, "the database URL names no file");
		return error_hint(reader->error, "Write sqlite:////var/lib/app.db.");
	}
	if (path[0] && strcmp(path, ":memory:") != 0 && !(reader->is_uri && reader->is_memory))
		reader->url->path = path;
	return true;
}
