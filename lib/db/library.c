/* library: a database's client library, loaded when a URL asks for it and never before, since
 * libpq brings some 25 others along whose loading costs more than all our work. Where it is known
 * that a database will be asked, a thread loads it while the scripts are read.
 *
 * Knows no function in it. Surprising: it is never closed again, since libraries keep thread-local
 * and atexit state that does not survive dlclose; and it is bound lazily, as a linked program's
 * libraries are: we call a small part of what is in them. */
#include <dlfcn.h>

#include "base/error.h"
#include "base/process.h"
#include "db/db.h"

enum { HOW = RTLD_LAZY | RTLD_LOCAL };

/* A failure is left for db_library_open to tell. */
static void *load(void *soname)
{
	dlopen(soname, HOW);
	return NULL;
}

void db_library_begin(struct db_loading *loading, const char *soname)
{
	if (!loading->running)
		loading->running = thread_start(&loading->thread, load, (void *)(uintptr_t)soname);
}

void db_library_end(struct db_loading *loading)
{
	if (loading->running)
		pthread_join(loading->thread, NULL);
	loading->running = false;
}

void *db_library_open(const char *soname, const char *package, struct migrate_error *error)
{
	void *library = dlopen(soname, HOW);
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

bool db_library_bind(void *library, const char *name, const struct db_symbol *symbol, size_t count,
	void *table, struct migrate_error *error)
{
	for (size_t i = 0; i < count; i++) {
		void *function = dlsym(library, symbol[i].name);

		if (!function)
			return error_set(error, MIGRATE_E_CONNECT, "the %s has no function \"%s\"",
				name, symbol[i].name);
		*(void **)((char *)table + symbol[i].offset) = function;
	}
	return true;
}
