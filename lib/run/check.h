/* check: may this script run as it stands, and can it be reverted? Pure. */
#ifndef MIGRATE_RUN_CHECK_H
#define MIGRATE_RUN_CHECK_H

#include "core/scan.h"
#include "io/source.h"
#include "migrate.h"

/* Refuses an open quote or comment, a NUL, psql's commands, and whatever would end or leave the
 * transaction that the script runs in, which may be that of other scripts too. MIGRATE_E_SCRIPT
 * with its place in the file. */
bool check_script(enum scan_dialect dialect, const char *file, const struct script *script,
	bool together, struct migrate_error *error);
/* Can the revision be reverted? */
bool check_reversible(const struct revision *revision, struct migrate_error *error);

#endif
