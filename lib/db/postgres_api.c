/* postgres_api: fills the function table. The version is looked at first, so that an old library
 * is called old, not broken. */
#include "db/postgres_api.h"

#include <dlfcn.h>
#include <stddef.h>

#include "base/error.h"
#include "db/db.h"

static const struct {
	const char *symbol;
	size_t offset;
} function_table[] = {
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
	void *library = db_library_open("libpq.so.5", "libpq5", error);

	if (!library || !check_version(library, error))
		return false;
	for (size_t i = 0; i < sizeof function_table / sizeof *function_table; i++) {
		void *function = dlsym(library, function_table[i].symbol);

		if (!function)
			return error_set(error, MIGRATE_E_CONNECT,
				"the PostgreSQL client library has no function \"%s\"",
				function_table[i].symbol);
		*(void **)((char *)api + function_table[i].offset) = function;
	}
	return true;
}
