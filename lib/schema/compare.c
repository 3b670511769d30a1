/* compare: both schemas are looked through once, each object found in the other by its name.
 * Surprising: an owner that is a part itself can stand behind its parts in a schema's order, so
 * counterparts are found on demand. */
#include "schema/compare.h"

#include <string.h>
#include <strings.h>

struct matching {
	const struct schema *from, *to;
	uint32_t *match; /* + 1; 0: not looked for yet */
};

static uint32_t find(struct matching *matching, uint32_t index)
{
	const struct schema_object *object = &matching->from->object[index];
	uint32_t owner = SCHEMA_NONE, found = SCHEMA_NONE;

	if (matching->match[index])
		return matching->match[index] - 1;
	if (object->owner != SCHEMA_NONE)
		owner = find(matching, object->owner);
	if (object->owner == SCHEMA_NONE || owner != SCHEMA_NONE)
		found = schema_find(matching->to, object->kind, owner, object->name);
	/* SCHEMA_NONE + 1 would be "not looked for", which costs a second look and no more. */
	matching->match[index] = found + 1;
	return found;
}

uint32_t *schema_match(struct arena *arena, const struct schema *from, const struct schema *to)
{
	uint32_t *match = ARENA_ARRAY(arena, from->count + 1, uint32_t);
	struct matching matching = {from, to, match};

	for (uint32_t i = 0; i < from->count; i++)
		find(&matching, i);
	for (uint32_t i = 0; i < from->count; i++)
		match[i]--; /* the 0 of what is not there is SCHEMA_NONE */
	return match;
}

static bool same_properties(const struct schema_object *left, const struct schema_object *right)
{
	if (left->property_count != right->property_count)
		return false;
	for (uint32_t i = 0; i < left->property_count; i++) {
		const char *text = schema_text(right, left->property[i].name);

		if (!text || strcmp(text, left->property[i].text) != 0)
			return false;
	}
	return true;
}

static void add(struct schema_changes *changes, uint32_t old, uint32_t new)
{
	changes->item[changes->count++] = (struct schema_change){old, new};
}

/* Is the owner, if there is one, in both? */
static bool stands_alone(struct matching *matching, uint32_t index)
{
	uint32_t owner = matching->from->object[index].owner;

	return owner == SCHEMA_NONE || find(matching, owner) != SCHEMA_NONE;
}

void schema_compare(struct arena *arena, const struct schema *old, const struct schema *new,
	struct schema_changes *changes)
{
	struct matching forward = {old, new, ARENA_ARRAY(arena, old->count + 1, uint32_t)};
	struct matching backward = {new, old, ARENA_ARRAY(arena, new->count + 1, uint32_t)};

	*changes = (struct schema_changes){.old = old, .new = new};
	changes->item = ARENA_ARRAY(arena, old->count + new->count + 1, struct schema_change);
	for (uint32_t i = 0; i < old->count; i++)
		if (find(&forward, i) == SCHEMA_NONE && stands_alone(&forward, i))
			add(changes, i, SCHEMA_NONE);
	for (uint32_t i = 0; i < new->count; i++) {
		uint32_t match = find(&backward, i);

		if (match == SCHEMA_NONE && stands_alone(&backward, i))
			add(changes, SCHEMA_NONE, i);
		if (match != SCHEMA_NONE && !same_properties(&old->object[match], &new->object[i]))
			add(changes, match, i);
	}
}

/* "not null", which is NOT NULL or "yes". */
static bool says_nothing(const char *name, const char *text)
{
	return !strcmp(text, "yes") || !strcasecmp(text, name);
}

static void add_property(struct str *text, const struct schema_object *old,
	const struct schema_object *new, const char *name)
{
	const char *was = schema_text(old, name), *is = schema_text(new, name);
	const char *any = is ? is : was;

	if (!any || (was && is && !strcmp(was, is)))
		return;
	if (text->text[text->size - 1] != ':')
		str_add_char(text, ';');
	if (was && is)
		str_printf(text, " %s %s, was %s", name, is, was);
	else if (says_nothing(name, any))
		str_printf(text, " %s is %s", name, is ? "new" : "gone");
	else
		str_printf(text, " %s %s is %s", name, any, is ? "new" : "gone");
}

static void add_properties(
	struct str *text, const struct schema_object *old, const struct schema_object *new)
{
	str_add_char(text, ':');
	for (uint32_t i = 0; i < new->property_count; i++)
		add_property(text, old, new, new->property[i].name);
	for (uint32_t i = 0; i < old->property_count; i++)
		if (!schema_text(new, old->property[i].name))
			add_property(text, old, new, old->property[i].name);
}

const char *schema_change_text(
	struct arena *arena, const struct schema_changes *changes, uint32_t index)
{
	const struct schema_change *change = &changes->item[index];
	struct str text = {0}, shown = {0};
	const char *kept;

	if (change->new == SCHEMA_NONE)
		str_printf(
			&text, "%s is missing", schema_describe(arena, changes->old, change->old));
	else if (change->old == SCHEMA_NONE)
		str_printf(&text, "%s is new", schema_describe(arena, changes->new, change->new));
	else {
		str_add(&text, schema_describe(arena, changes->new, change->new));
		add_properties(&text, &changes->old->object[change->old],
			&changes->new->object[change->new]);
	}
	str_add_visible(&shown, text.text, text.size);
	kept = arena_strndup(arena, shown.text, shown.size);
	str_release(&text);
	str_release(&shown);
	return kept;
}
