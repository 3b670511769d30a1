/* postgres_api: fills the function table. The version is looked at first, so that an old library
 * is called old, not broken. */
#include "db/postgres_api.h"

#include <dlfcn.h>
#include <stddef.h>

#include "base/error.h"
#include "db/db.h"

static const struct db_symbol function_table[] = {
#define X(name) {"PQ" #name, offsetof(struct postgres_api, name)},
	POSTGRES_FUNCTIONS(X)
#undef X
};

static bool check_version(void *library, struct migrate_error *error)
{
	__typeof__(PQlibVersion) *number;
	int version;

	*(void **)&number = dlsym(library, "PQlibVersion");
	version = number ? number() : 0;
	if (version >= POSTGRES_OLDEST_LIBRARY)
		return true;
	error_set(error, MIGRATE_E_CONNECT, "the PostgreSQL client library %d is too old",
		version / 10000);
	return error_hint(error, "Install libpq 12 or newer.");
}

bool postgres_api_load(struct postgres_api *api, struct migrate_error *error)
{
	void *library = db_library_open(POSTGRES_LIBRARY, "libpq5", error);

	return library && check_version(library, error) &&
	       db_library_bind(library, "PostgreSQL client library", function_table,
		       sizeof function_table / sizeof *function_table, api, error);
}
