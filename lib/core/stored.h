/* stored: a script as migrate_log keeps it: the revision's whole file, or, in older records, its
 * upgrade section alone. A section has no marker line, so a text with one is a file. Pure. */
#ifndef MIGRATE_CORE_STORED_H
#define MIGRATE_CORE_STORED_H

#include "core/revision.h"

struct stored {
	bool whole;
	struct revision revision; /* its text is the record's; only where whole */
	const char *upgrade;      /* the section: into the text, not terminated */
	size_t upgrade_size;
	uint32_t upgrade_line; /* of its first line in the file, 1 where it is all there is */
};

/* id: of the revision that the record is about. MIGRATE_E_SCRIPT for a text that has a marker and
 * is no file of that revision. */
bool stored_read(struct arena *arena, const char *id, const char *text, struct stored *stored,
	struct migrate_error *error);

#endif
