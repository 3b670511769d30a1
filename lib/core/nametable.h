/* nametable: names to numbers, in an arena.
 *
 * uthash would want a handle of 56 bytes a name and a release of its own; this one is as long-lived
 * as its arena, 8 bytes a slot, and refers to names that live elsewhere.
 */
#ifndef MIGRATE_CORE_NAMETABLE_H
#define MIGRATE_CORE_NAMETABLE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/arena.h"

#define NAME_MISSING UINT32_MAX

struct nametable_slot {
	uint32_t hash, entry; /* entry + 1; 0: free */
};

struct nametable {
	struct nametable_slot *slot;
	uint32_t mask, count;
	const char **name;
	uint32_t *value;
};

/* Room for count names. */
void nametable_init(struct nametable *table, struct arena *arena, uint32_t count);
/* The value of a name, or NAME_MISSING; a zeroed table has none. */
uint32_t nametable_find(const struct nametable *table, const char *name);
/* Adds a name that lives at least as long. False, and nothing changed, where it is there already.
 */
bool nametable_add(struct nametable *table, const char *name, uint32_t value);

#endif
