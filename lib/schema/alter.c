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

/* Parts that are in both as the old owner has them, then the others. */
static struct schema_list in_old_order(struct arena *arena, const struct schema_list *was,
	const struct schema_list *is, const uint32_t *to_new, const uint32_t *to_old)
{
	struct schema_list list = {ARENA_ARRAY(arena, is->count + 1, uint32_t), 0};

	for (uint32_t i = 0; i < was->count; i++)
		if (to_new[was->item[i]] != SCHEMA_NONE)
			list.item[list.count++] = to_new[was->item[i]];
	for (uint32_t i = 0; i < is->count; i++)
		if (to_old[is->item[i]] == SCHEMA_NONE)
			list.item[list.count++] = is->item[i];
	return list;
}

const struct schema *schema_altered(
	struct arena *arena, const struct schema *old, const struct schema *new)
{
	const uint32_t *to_new = schema_match(arena, old, new);
	const uint32_t *to_old = schema_match(arena, new, old);
	struct schema_object *object = ARENA_ARRAY(arena, new->count + 1, struct schema_object);
	struct schema *altered = ARENA_NEW(arena, struct schema);

	*altered = *new;
	altered->object = object;
	for (uint32_t i = 0; i < new->count; i++) {
		object[i] = new->object[i];
		if (object[i].kind == SCHEMA_COMPOSITE && to_old[i] != SCHEMA_NONE)
			object[i].parts = in_old_order(arena, &old->object[to_old[i]].parts,
				&new->object[i].parts, to_new, to_old);
	}
	return altered;
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
