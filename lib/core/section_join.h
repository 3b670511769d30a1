/* section_join: sections of several revisions as one, each below a comment that names it. Pure. */
#ifndef MIGRATE_CORE_SECTION_JOIN_H
#define MIGRATE_CORE_SECTION_JOIN_H

#include "base/str.h"
#include "core/revision.h"
#include "core/scan.h"

struct join_part {
	const char *id, *message;
	const char *sql;
	size_t size;
	struct section_options options;
};

/* Appends them in this order. The options are those of the parts that hold a statement. NULL, or
 * why one script cannot do what they do one after another, for people and in one line: their
 * options differ, or a setting of one would last for the others. */
const char *section_join(struct arena *arena, enum scan_dialect dialect,
	const struct join_part *part, size_t count, struct str *out,
	struct section_options *options);

#endif
