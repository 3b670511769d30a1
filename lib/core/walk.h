/* walk: N steps along versioned edges, from a revision or from where the database stands. Pure. */
#ifndef MIGRATE_CORE_WALK_H
#define MIGRATE_CORE_WALK_H

#include "core/target.h"

struct walk {
	uint32_t node;          /* where it stands; NODE_NONE is base */
	uint32_t last;          /* going down: the last revision left; NODE_NONE at the start */
	const uint8_t *lineage; /* of the branch that narrows it, may be NULL */
};

/* Where a walk from the rows starts: the one row, or with a branch the row in its lineage, or the
 * tip of what is applied there. Several are MIGRATE_E_REFUSED. */
bool walk_start(const struct resolver *resolver, const char *branch, size_t branch_size,
	struct walk *walk, struct migrate_error *error);
/* Up for a positive number, down for a negative one. */
bool walk_steps(const struct resolver *resolver, struct walk *walk, long steps,
	struct migrate_error *error);

#endif
