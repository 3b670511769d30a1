/* touch: which objects a change of a schema has touched, and where two changes meet. Pure.
 *
 * Objects are told apart by what schema_describe() says of them: that names kind, owner and name.
 */
#ifndef MIGRATE_SCHEMA_TOUCH_H
#define MIGRATE_SCHEMA_TOUCH_H

#include "core/revision.h"
#include "schema/compare.h"

struct touch {
	const char *object; /* "column public.notes.id" */
	const char *whole;  /* that it is a part of: "table public.notes"; else the object */
	uint32_t tag;       /* the caller's */
};

struct touches {
	struct touch *item;
	uint32_t count, capacity;
};

/* Adds what is changed. */
void touches_add(struct arena *arena, const struct schema_changes *changes, uint32_t tag,
	struct touches *touches);

struct overlap {
	struct names same;  /* objects that both have touched, each once */
	struct names whole; /* others of which both have touched parts, or one a part */
};

void touches_overlap(struct arena *arena, const struct touches *left, const struct touches *right,
	struct overlap *overlap);
/* What of a whole was touched, for people: "column public.notes.a, index public.notes.i". */
const char *touches_text(struct arena *arena, const struct touches *touches, const char *whole);

#endif
