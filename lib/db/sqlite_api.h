/* sqlite_api: the functions of libsqlite3 that we call, found by dlopen.
 *
 * Typed after sqlite3.h, so that a call through the table is checked as a plain call would be. Each
 * connection has its own copy: no state is shared between threads.
 */
#ifndef MIGRATE_DB_SQLITE_API_H
#define MIGRATE_DB_SQLITE_API_H

#include <sqlite3.h>
#include <stdbool.h>

#include "migrate.h"

/* 3.40: sqlite3_error_offset (3.38), extended codes on open (3.37), DEFENSIVE for journal_mode. */
enum { SQLITE_OLDEST = 3040000 };

#define SQLITE_LIBRARY "libsqlite3.so.0"

#define SQLITE_FUNCTIONS(X)     \
	X(bind_int64)           \
	X(bind_parameter_count) \
	X(bind_parameter_name)  \
	X(bind_text64)          \
	X(busy_handler)         \
	X(changes)              \
	X(clear_bindings)       \
	X(close_v2)             \
	X(column_bytes)         \
	X(column_int64)         \
	X(column_text)          \
	X(column_type)          \
	X(db_config)            \
	X(errmsg)               \
	X(error_offset)         \
	X(exec)                 \
	X(extended_errcode)     \
	X(file_control)         \
	X(finalize)             \
	X(get_autocommit)       \
	X(libversion)           \
	X(libversion_number)    \
	X(open_v2)              \
	X(prepare_v3)           \
	X(progress_handler)     \
	X(reset)                \
	X(set_authorizer)       \
	X(step)                 \
	X(stricmp)              \
	X(system_errno)         \
	X(table_column_metadata)

struct sqlite_api {
#define X(name) __typeof__(sqlite3_##name) *name;
	SQLITE_FUNCTIONS(X)
#undef X
};

/* Error: MIGRATE_E_CONNECT, for a library that is missing or too old. */
bool sqlite_api_load(struct sqlite_api *api, struct migrate_error *error);

#endif
