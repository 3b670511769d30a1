/* compare: what is different between two schemas, object by object. Pure.
 *
 * Objects are matched by kind, owner and name; nothing is guessed to be renamed. Positions of
 * columns do not count: a column that was dropped and made again stands at the end. */
#ifndef MIGRATE_SCHEMA_COMPARE_H
#define MIGRATE_SCHEMA_COMPARE_H

#include "schema/schema.h"

/* An object of one or of both. */
struct schema_change {
	uint32_t old, new; /* SCHEMA_NONE where it is not there */
};

struct schema_changes {
	const struct schema *old, *new;
	/* First what only the old one has, then what the new one has, in their orders. Parts of an
	 * object that is not in both are not listed: they came or went with it. */
	struct schema_change *item;
	uint32_t count;
};

/* Of each object of from its counterpart in to, or SCHEMA_NONE. */
uint32_t *schema_match(struct arena *arena, const struct schema *from, const struct schema *to);

void schema_compare(struct arena *arena, const struct schema *old, const struct schema *new,
	struct schema_changes *changes);

/* A line for people: "table public.notes is missing", "index public.notes.i is new", "column
 * public.notes.id: type integer, was bigint". Control characters are shown as \xNN. */
const char *schema_change_text(
	struct arena *arena, const struct schema_changes *changes, uint32_t index);

#endif
