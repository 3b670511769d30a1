/* library: a database's client library, loaded when a URL asks for it and never before, since
 * libpq brings some 25 others along whose loading costs more than all our work.
 *
 * Knows nothing of the functions in it. Surprising: it is never closed again: libraries keep
 * thread-local and atexit state that does not survive dlclose. */
#include <dlfcn.h>

#include "base/error.h"
#include "db/db.h"

void *db_library_open(const char *soname, const char *package, struct migrate_error *error)
{
	void *library = dlopen(soname, RTLD_NOW | RTLD_LOCAL);
	const char *reason;

	if (library)
		return library;
	reason = dlerror();
	error_set(error, MIGRATE_E_CONNECT, "cannot load the client library \"%s\"", soname);
	if (reason)
		error_detail(error, "%s", reason);
	error_hint(error, "Install it; on Debian and Ubuntu the package is %s.", package);
	return NULL;
}
