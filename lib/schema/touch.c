/* touch: lists of texts, looked through. Branches touch a few objects, and a base many: only what
 * lies above it comes here. */
#include "schema/touch.h"

#include <string.h>

static const char *whole_of(struct arena *arena, const struct schema *schema, uint32_t object)
{
	while (schema->object[object].owner != SCHEMA_NONE)
		object = schema->object[object].owner;
	return schema_describe(arena, schema, object);
}

void touches_add(struct arena *arena, const struct schema_changes *changes, uint32_t tag,
	struct touches *touches)
{
	for (uint32_t i = 0; i < changes->count; i++) {
		const struct schema_change *change = &changes->item[i];
		bool gone = change->new == SCHEMA_NONE;
		const struct schema *schema = gone ? changes->old : changes->new;
		uint32_t object = gone ? change->old : change->new;

		ARENA_GROW(arena, touches->item, touches->count, touches->capacity);
		touches->item[touches->count++] = (struct touch){
			schema_describe(arena, schema, object), whole_of(arena, schema, object),
			tag};
	}
}

static bool has_object(const struct touches *touches, const char *object)
{
	for (uint32_t i = 0; i < touches->count; i++)
		if (!strcmp(touches->item[i].object, object))
			return true;
	return false;
}

static bool has_whole(const struct touches *touches, const char *whole)
{
	for (uint32_t i = 0; i < touches->count; i++)
		if (!strcmp(touches->item[i].whole, whole))
			return true;
	return false;
}

static void add(const char **item, struct names *names, const char *name)
{
	if (!names_have(names, name))
		item[names->count++] = name;
}

void touches_overlap(struct arena *arena, const struct touches *left, const struct touches *right,
	struct overlap *overlap)
{
	const char **same = ARENA_ARRAY(arena, left->count + 1, const char *);
	const char **whole = ARENA_ARRAY(arena, left->count + 1, const char *);

	*overlap = (struct overlap){{same, 0}, {whole, 0}};
	for (uint32_t i = 0; i < left->count; i++) {
		const struct touch *touch = &left->item[i];

		if (has_object(right, touch->object))
			add(same, &overlap->same, touch->object);
		else if (has_whole(right, touch->whole))
			add(whole, &overlap->whole, touch->whole);
	}
}

const char *touches_text(struct arena *arena, const struct touches *touches, const char *whole)
{
	const char **item = ARENA_ARRAY(arena, touches->count + 1, const char *);
	struct names names = {item, 0};
	const char *text = "";

	for (uint32_t i = 0; i < touches->count; i++)
		if (!strcmp(touches->item[i].whole, whole))
			add(item, &names, touches->item[i].object);
	for (uint32_t i = 0; i < names.count; i++)
		text = arena_printf(arena, "%s%s%s", text, i ? ", " : "", names.item[i]);
	return text;
}
