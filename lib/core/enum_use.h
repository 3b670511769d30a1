/* enum_use: a value that is added to a PostgreSQL enum type and used before it is committed, which
 * the server refuses (https://www.postgresql.org/docs/current/sql-altertype.html, 55P04).
 *
 * Pure, and sure of what it says: it knows only uses that the server cannot but refuse, whatever
 * stands in the database. Those are the value as a constant of that type, 'x'::mood,
 * CAST('x' AS mood) and mood 'x', and as the default of a column or parameter of that type. Any
 * other 'x' may be a text. Nothing is said either where the type may be another one by then, or the
 * value was perhaps there before (IF NOT EXISTS), or the statement perhaps does nothing.
 */
#ifndef MIGRATE_CORE_ENUM_USE_H
#define MIGRATE_CORE_ENUM_USE_H

#include <stdbool.h>
#include <stddef.h>

#define ENUM_USE_HINT                                                                             \
	"A new enum value can be used only after it was committed: use it in the next revision, " \
	"or write transaction=off in the section's marker; a run that is one transaction "        \
	"(transaction: run) can do neither."

struct enum_use {
	size_t at, size;           /* the value where it is used, in quotes */
	size_t added;              /* offset of the statement that adds it */
	size_t type_at, type_size; /* the type's name there */
};

/* text: PostgreSQL statements that run in one transaction. */
bool enum_use_find(const char *text, size_t size, struct enum_use *use);

/* The offset of the last statement before `at` that adds a value to a type, the one that stands at
 * `at` if a string does; SIZE_MAX: there is none. */
size_t enum_use_added(const char *text, size_t size, size_t at);

#endif
