/* db: the table of drivers. */
#include "db/db.h"

const struct db_driver *db_driver_for(enum url_dialect dialect)
{
	switch (dialect) {
	case URL_SQLITE: return &sqlite_driver;
	case URL_POSTGRESQL: return &postgres_driver;
	}
	return NULL;
}
