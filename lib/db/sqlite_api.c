/* sqlite_api: fills the function table. The version is looked at first, so that an old library is
 * called old, not broken. */
#include "db/sqlite_api.h"

#include <dlfcn.h>
#include <stddef.h>

#include "base/error.h"
#include "db/db.h"

static const struct db_symbol function_table[] = {
#define X(name) {"sqlite3_" #name, offsetof(struct sqlite_api, name)},
	SQLITE_FUNCTIONS(X)
#undef X
};

static bool check_version(void *library, struct migrate_error *error)
{
	__typeof__(sqlite3_libversion_number) *number;
	int version;

	*(void **)&number = dlsym(library, "sqlite3_libversion_number");
	version = number ? number() : 0;
	if (version >= SQLITE_OLDEST)
		return true;
	error_set(error, MIGRATE_E_CONNECT, "SQLite %d.%d.%d is too old", version / 1000000,
		version / 1000 % 1000, version % 1000);
	return error_hint(error, "Install libsqlite3 3.40 or newer.");
}

bool sqlite_api_load(struct sqlite_api *api, struct migrate_error *error)
{
	void *library = db_library_open(SQLITE_LIBRARY, "libsqlite3-0", error);

	return library && check_version(library, error) &&
	       db_library_bind(library, "SQLite library", function_table,
		       sizeof function_table / sizeof *function_table, api, error);
}
