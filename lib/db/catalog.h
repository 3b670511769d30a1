/* catalog: whole databases: what a driver can do with them beside working in one.
 *
 * Opened, a catalog is a struct db like any other (its driver closes it), from which nothing but
 * these functions may be asked. On PostgreSQL it is a connection to another database of the same
 * server; on SQLite nothing is open, and the directory of the file is the catalog. */
#ifndef MIGRATE_DB_CATALOG_H
#define MIGRATE_DB_CATALOG_H

#include "db/db.h"

struct db_catalog {
	/* MIGRATE_E_REFUSED where the URL names no database, or one in memory. */
	bool (*open)(
		const struct db_settings *settings, struct db **db, struct migrate_error *error);
	/* The database that the URL names; one that is there is no error. */
	bool (*create)(struct db *db, bool *created, struct migrate_error *error);
	/* The same; one that is missing is no error. One that others use is MIGRATE_E_DATABASE,
	 * unless forced: then their sessions end, as far as the database can do that. */
	bool (*drop)(struct db *db, bool force, bool *dropped, struct migrate_error *error);
	/* After a failed open() of the driver: is it worth trying again? Not where the user, the
	 * password or a certificate is refused. */
	bool (*may_come)(const struct migrate_error *error);
};

extern const struct db_catalog sqlite_catalog, postgres_catalog;

#endif
