/* catalog: whole databases: what a driver can do with them beside working in one.
 *
 * Opened, a catalog is a struct db like any other (its driver closes it), from which nothing but
 * these functions may be asked. On PostgreSQL it is a connection to another database of the same
 * server; on SQLite nothing is open, and the directory of the file is the catalog. */
#ifndef MIGRATE_DB_CATALOG_H
#define MIGRATE_DB_CATALOG_H

#include "db/db.h"

/* A database of the catalog. */
struct db_entry {
	const char *name;
	int64_t made;    /* a template: seconds since 1970, as far as is known; else 0 */
	size_t sessions; /* that use it now, where the server tells */
};

struct db_catalog {
	/* MIGRATE_E_REFUSED where the URL names no database, or one in memory. */
	bool (*open)(
		const struct db_settings *settings, struct db **db, struct migrate_error *error);
	/* What the URL names, as a name for the functions below. */
	const char *(*name)(struct db *db, struct arena *arena);
	/* What such a name is to url_beside. */
	const char *(*place)(struct db *db, struct arena *arena, const char *name);
	/* NULL: the database that the URL names. One that is there is no error. */
	bool (*create)(struct db *db, const char *name, bool *created, struct migrate_error *error);
	/* The same; one that is missing is no error. One that others use is MIGRATE_E_DATABASE,
	 * unless forced: then their sessions end, as far as the database can do that. */
	bool (*drop)(struct db *db, const char *name, bool force, bool *dropped,
		struct migrate_error *error);
	/* Templates. What a copy of one depends on beside what is in it: the version of the server,
	 * and who it belongs to. */
	bool (*identify)(struct db *db, struct str *key, struct migrate_error *error);
	/* Makes name a copy. *found false: there is no such template, and nothing was made. */
	bool (*copy)(struct db *db, const char *template, const char *name, bool *found,
		struct migrate_error *error);
	/* Gives a database, to which nobody is connected, its name as a template, at once and for
	 * good: whoever finds one finds it whole. */
	bool (*seal)(
		struct db *db, const char *name, const char *template, struct migrate_error *error);
	bool (*exists)(struct db *db, const char *name, bool *found, struct migrate_error *error);
	/* Tries once to become the only one that builds that template; until close(). */
	bool (*lock)(struct db *db, const char *template, bool *taken, struct migrate_error *error);
	void (*unlock)(struct db *db, const char *template);
	/* All whose names begin so. */
	bool (*list)(struct db *db, struct arena *arena, const char *prefix,
		struct db_entry **entries, size_t *count, struct migrate_error *error);
	/* After a failed open() of the driver: is it worth trying again? Not where the user, the
	 * password or a certificate is refused. */
	bool (*may_come)(const struct migrate_error *error);
};

extern const struct db_catalog sqlite_catalog, postgres_catalog;

#endif
