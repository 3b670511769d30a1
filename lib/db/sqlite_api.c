/* sqlite_api: fills the function table. The version is looked at first, so that an old library is
 * called old, not broken. */
#include "db/sqlite_api.h"

#include <dlfcn.h>
#include <stddef.h>

#include "base/error.h"
#include "db/db.h"

static const struct {
	const char *symbol;
	size_t offset;
} function_table[] = {
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
	void *library = db_library_open("libsqlite3.so.0", "libsqlite3-0", error);

	if (!library || !check_version(library, error))
		return false;
	for (size_t i = 0; i < sizeof function_table / sizeof *function_table; i++) {
		void *function = dlsym(library, function_table[i].symbol);

		if (!function)
			return error_set(error, MIGRATE_E_CONNECT,
				"the SQLite library has no function \"%s\"",
				function_table[i].symbol);
		*(void **)((char *)api + function_table[i].offset) = function;
	}
	return true;
}
