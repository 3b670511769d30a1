/* revision_write: a revision as the text of a file. Pure; what it writes is for revision_parse to
 * read again, and to find the same in. */
#ifndef MIGRATE_CORE_REVISION_WRITE_H
#define MIGRATE_CORE_REVISION_WRITE_H

#include "base/str.h"
#include "core/revision.h"

/* Appends it: its header, and its sections with their options and these texts. A section that is
 * not present is left out. The message may have several lines. */
void revision_write(struct str *out, const struct revision *revision, const struct str *upgrade,
	const struct str *downgrade);

#endif
