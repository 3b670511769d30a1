/* alter: each dialect has its own way; what they share is here. */
#include "schema/alter.h"

#include <string.h>

void schema_alter(struct arena *arena, const struct schema_changes *changes,
	const struct schema_dialect *dialect, struct schema_alteration *alteration)
{
	*alteration = (struct schema_alteration){.out = alteration->out};
	if (changes->count)
		dialect->alter(arena, changes, alteration);
}

void schema_remark(struct schema_alteration *alteration, const char *before, const char *text)
{
	struct str shown = {0};

	str_add_visible(&shown, text, strlen(text));
	for (size_t i = 0; i < shown.size; i++)
		if (shown.text[i] == '\n')
			shown.text[i] = ' ';
	str_printf(alteration->out, "-- %s%s\n", before, str_text(&shown));
	str_release(&shown);
}

static void add(struct arena *arena, struct schema_remarks *remarks, const char *text)
{
	ARENA_GROW(arena, remarks->item, remarks->count, remarks->room);
	remarks->item[remarks->count++] = text;
}

void schema_destroys(struct arena *arena, struct schema_alteration *alteration, const char *text)
{
	add(arena, &alteration->destroys, text);
	schema_remark(alteration, "destroys: ", text);
}

void schema_impossible(struct arena *arena, struct schema_alteration *alteration, const char *text)
{
	add(arena, &alteration->impossible, text);
	schema_remark(alteration, "not written: ", text);
}

void schema_fails(struct arena *arena, struct schema_alteration *alteration, const char *text)
{
	add(arena, &alteration->fails, text);
	schema_remark(alteration, "fails where ", text);
}
