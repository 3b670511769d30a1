/* squash: which revisions become one, and what it says about them. Pure.
 *
 * Nothing but the range's ends may hang on something outside: the lowest revision stands on what
 * is below, and the last on all others, so that a database has either none of them, or all, or is
 * in their midst, and its rows tell which. */
#ifndef MIGRATE_CORE_SQUASH_H
#define MIGRATE_CORE_SQUASH_H

#include "core/target.h"

struct squash {
	struct nodes nodes; /* in order: what they stand on is first, the one on all others last */
	uint8_t *marks;     /* of them */
	struct names parents, dependencies, labels; /* of the one in their place */
	struct names replaces;                      /* with those that they had replaced */
};

/* range: as in listings; NULL: all. MIGRATE_E_REFUSED, by name, for one that is not like that. */
bool squash_find(const struct resolver *resolver, const char *range, struct squash *squash,
	struct migrate_error *error);
/* The last of them. */
uint32_t squash_last(const struct squash *squash);

#endif
