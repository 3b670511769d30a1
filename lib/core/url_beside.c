/* url_beside: the URL of another database of the same server, or of a file in the same directory,
 * in the form that the application uses. Surprising: it is made from the text, so that driver
 * suffix and options stay as they are, and then read again: what does not name the new database is
 * an error and no URL. */
#include <string.h>

#include "base/error.h"
#include "base/str.h"
#include "core/url_reader.h"

/* Its own %, ? and # would be read as the URL's. */
static void add_path(struct str *out, const char *path)
{
	for (; *path; path++) {
		if (strchr("%?#", *path))
			str_printf(out, "%%%02X", (unsigned)*path);
		else
			str_add_char(out, *path);
	}
}

static void add_text(struct str *out, const struct url *url, const char *name)
{
	struct span query = {url->text, strlen(url->text)}, path = span_cut(&query, '?');
	const char *colon = strstr(url->text, "://");
	size_t scheme = (size_t)(colon - url->text) + 3;
	struct span authority;

	path.text += scheme;
	path.size -= scheme;
	authority = span_cut(&path, '/');
	str_add_bytes(out, url->text, scheme);
	str_add_bytes(out, authority.text, authority.size);
	str_add_char(out, '/');
	if (path.size > 5 && !strncmp(path.text, "file:", 5))
		str_add(out, "file:");
	add_path(out, name);
	if (query.size)
		str_add_char(out, '?');
	str_add_bytes(out, query.text, query.size);
}

static bool names(const struct url *url, const char *name)
{
	const char *found = url->path ? url->path : url_parameter(url, "dbname");

	return found && !strcmp(found, name);
}

struct url *url_beside(
	struct arena *arena, const struct url *url, const char *name, struct migrate_error *error)
{
	struct url *beside = ARENA_NEW(arena, struct url);
	struct migrate_error unreadable = {0};
	struct str text = {0};
	bool good;

	add_text(&text, url, name);
	good = url_parse(arena, str_text(&text), beside, &unreadable) && names(beside, name);
	str_release(&text);
	migrate_error_clear(&unreadable);
	if (good)
		return beside;
	error_set(error, MIGRATE_E_URL, "the database URL cannot be written for another database");
	error_hint(error, "Let the name stand in its path: %s.",
		url->path ? "sqlite:////var/lib/app.db" : "postgresql://host/name");
	return NULL;
}
