/* url: the database URL that an application has, understood. Pure but for the arena.
 *
 * Forms: sqlite:///relative.db, sqlite:////absolute.db, sqlite:// (memory), sqlite:///:memory:,
 * postgresql:// and postgres://, either with a driver suffix (sqlite+aiosqlite,
 * postgresql+asyncpg). PostgreSQL URLs follow
 * https://www.postgresql.org/docs/current/libpq-connect.html#LIBPQ-CONNSTRING (several hosts, IPv6
 * in brackets, percent-encoding, Unix socket hosts, options after `?`); SQLite ones SQLAlchemy's
 * habit. `ssl=true` is sslmode=require (`ssl=require` and the like: that mode); pool options
 * (min_size, max_size, pool_size, ...) are ignored. Of an SQLite URL's options mode=ro, rw and rwc
 * and immutable=1 (as mode=ro) count, with and without uri=true. No error text of this module ever
 * holds any part of a password.
 */
#ifndef MIGRATE_CORE_URL_H
#define MIGRATE_CORE_URL_H

#include <stdbool.h>
#include <stddef.h>

#include "base/arena.h"
#include "migrate.h"

enum url_dialect { URL_SQLITE, URL_POSTGRESQL };

/* What the URL allows, SQLite's `mode=` (https://www.sqlite.org/uri.html): create the file, write
 * it, or read it. */
enum url_access { URL_CREATE, URL_WRITE, URL_READ };

struct url {
	enum url_dialect dialect;
	const char *text;   /* as written, password and all: never to be shown */
	const char *scheme; /* as written, with its driver suffix: "postgresql+asyncpg" */
	const char *shown;  /* the URL as it may be shown: password (and sslpassword) as *** */
	const char *path;   /* SQLite: decoded path, NULL for memory */
	enum url_access access;
	/* PostgreSQL: parallel arrays for PQconnectdbParams, NULL-terminated, decoded */
	const char **keyword, **value;
	size_t parameters;
	/* What must never be printed: each password raw and decoded; NULL-terminated */
	const char **secret;
};

/* Fills url from text, which need not live longer. Error: MIGRATE_E_URL, with a hint. */
bool url_parse(struct arena *arena, const char *text, struct url *url, struct migrate_error *error);
/* The same URL, in the same form, for another database: a name, on SQLite an absolute path. NULL:
 * MIGRATE_E_URL. */
struct url *url_beside(
	struct arena *arena, const struct url *url, const char *name, struct migrate_error *error);
/* The value of a libpq keyword, or NULL. */
const char *url_parameter(const struct url *url, const char *keyword);

#endif
