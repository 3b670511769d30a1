/* nametable: open addressing, FNV-1a, at most half full. */
#include "core/nametable.h"

#include <string.h>

void nametable_init(struct nametable *table, struct arena *arena, uint32_t count)
{
	uint32_t slots = 16;

	while (slots < count * 2)
		slots *= 2;
	table->slot = ARENA_ARRAY(arena, slots, struct nametable_slot);
	table->name = ARENA_ARRAY(arena, count, const char *);
	table->value = ARENA_ARRAY(arena, count, uint32_t);
	table->mask = slots - 1;
	table->count = 0;
}

static uint32_t hash_of(const char *name)
{
	uint32_t hash = 2166136261U;

	for (; *name; name++)
		hash = (hash ^ (unsigned char)*name) * 16777619U;
	return hash;
}

/* The slot that holds the name, or the free one where it would go. */
static struct nametable_slot *slot_of(
	const struct nametable *table, const char *name, uint32_t hash)
{
	for (uint32_t i = hash & table->mask;; i = (i + 1) & table->mask) {
		struct nametable_slot *slot = &table->slot[i];

		if (!slot->entry)
			return slot;
		if (slot->hash == hash && !strcmp(table->name[slot->entry - 1], name))
			return slot;
	}
}

uint32_t nametable_find(const struct nametable *table, const char *name)
{
	const struct nametable_slot *slot;

	if (!table->slot)
		return NAME_MISSING;
	slot = slot_of(table, name, hash_of(name));
	return slot->entry ? table->value[slot->entry - 1] : NAME_MISSING;
}

bool nametable_add(struct nametable *table, const char *name, uint32_t value)
{
	uint32_t hash = hash_of(name);
	struct nametable_slot *slot = slot_of(table, name, hash);

	if (slot->entry)
		return false;
	table->name[table->count] = name;
	table->value[table->count] = value;
	slot->hash = hash;
	slot->entry = ++table->count;
	return true;
}
