/* definitions: does a script do nothing but define a schema? Then a dump of what it makes can stand
 * in its place. Pure; what it cannot tell counts as something else. */
#ifndef MIGRATE_CORE_DEFINITIONS_H
#define MIGRATE_CORE_DEFINITIONS_H

#include "core/scan.h"

/* The first statement that a dump would lose: it writes data, or settings of the database or the
 * server. False where there is none. */
bool definitions_find_other(
	enum scan_dialect dialect, const char *sql, size_t size, struct scan_statement *other);
/* The first statement that would last for a script behind this one in the same transaction: SET,
 * LOCAL too, PRAGMA, ATTACH and the like; none that a RESET takes back, as at the end of a dump. */
bool definitions_find_setting(
	enum scan_dialect dialect, const char *sql, size_t size, struct scan_statement *setting);

#endif
