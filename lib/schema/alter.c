/* alter: each dialect has its own way; what they share is here. */
#include "schema/alter.h"

void schema_alter(struct arena *arena, const struct schema_changes *changes,
	const struct schema_dialect *dialect, struct schema_alteration *alteration)
{
	alteration->destroys_count = alteration->impossible_count = alteration->fails_count = 0;
	if (changes->count)
		dialect->alter(arena, changes, alteration);
}
