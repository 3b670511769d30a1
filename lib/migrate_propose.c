/* migrate_propose: what looks as if it had been renamed. Only told: what differs in its name alone
 * to us may be another thing to whoever wrote it. */
#include <string.h>

#include "base/error.h"
#include "renaming.h"

static bool same_text(
	const struct schema_object *left, const struct schema_object *right, const char *property)
{
	const char *a = schema_text(left, property), *b = schema_text(right, property);

	return a && b ? !strcmp(a, b) : a == b;
}

static bool similar(const char *left, const char *right)
{
	size_t longest = strlen(left) > strlen(right) ? strlen(left) : strlen(right);

	return strcasestr(left, right) || strcasestr(right, left) ||
	       edit_distance(left, right) * 2 <= longest;
}

static bool is_dropped(const struct schema_change *change)
{
	return change->new == SCHEMA_NONE;
}

static bool is_added(const struct schema_change *change)
{
	return change->old == SCHEMA_NONE;
}

/* How many columns of that table came, or went. */
static uint32_t count_columns(const struct schema_changes *changes, const char *table, bool added)
{
	const struct schema *schema = added ? changes->new : changes->old;
	uint32_t count = 0;

	for (uint32_t i = 0; i < changes->count; i++) {
		const struct schema_change *change = &changes->item[i];
		const struct schema_object *object;

		if (!(added ? is_added(change) : is_dropped(change)))
			continue;
		object = &schema->object[added ? change->new : change->old];
		count += object->kind == SCHEMA_COLUMN &&
			 !strcmp(schema->object[object->owner].name, table);
	}
	return count;
}

/* In one table, of one type; and of similar names, or there are no others. */
static bool may_be_column(const struct schema_changes *changes, const struct schema_object *old,
	const struct schema_object *new)
{
	const char *table = changes->old->object[old->owner].name;

	return !strcmp(table, changes->new->object[new->owner].name) &&
	       same_text(old, new, "type") && same_text(old, new, "generated") &&
	       (similar(old->name, new->name) ||
		       (count_columns(changes, table, true) == 1 &&
			       count_columns(changes, table, false) == 1));
}

static uint32_t count_of_kind(
	const struct schema *schema, const struct schema_object *owner, enum schema_kind kind)
{
	uint32_t count = 0;

	for (uint32_t i = 0; i < owner->parts.count; i++)
		count += schema->object[owner->parts.item[i]].kind == kind;
	return count;
}

/* Of the same columns. */
static bool may_be_table(
	const struct schema_changes *changes, const struct schema_object *old, uint32_t new_index)
{
	const struct schema_object *new = &changes->new->object[new_index];
	uint32_t count = count_of_kind(changes->old, old, SCHEMA_COLUMN);

	if (!count || count != count_of_kind(changes->new, new, SCHEMA_COLUMN))
		return false;
	for (uint32_t i = 0; i < old->parts.count; i++) {
		const struct schema_object *column = &changes->old->object[old->parts.item[i]];
		uint32_t found;

		if (column->kind != SCHEMA_COLUMN)
			continue;
		found = schema_find(changes->new, SCHEMA_COLUMN, new_index, column->name);
		if (found == SCHEMA_NONE ||
			!same_text(column, &changes->new->object[found], "type"))
			return false;
	}
	return true;
}

static bool may_be(const struct schema_changes *changes, const struct schema_change *dropped,
	const struct schema_change *added)
{
	const struct schema_object *old = &changes->old->object[dropped->old];
	const struct schema_object *new = &changes->new->object[added->new];

	if (old->kind != new->kind)
		return false;
	if (old->kind == SCHEMA_COLUMN)
		return may_be_column(changes, old, new);
	return old->kind == SCHEMA_TABLE && may_be_table(changes, old, added->new);
}

void renaming_propose(struct migrate *migrate, const struct schema_changes *changes)
{
	struct arena *arena = &migrate->arena;

	for (uint32_t i = 0; i < changes->count; i++)
		for (uint32_t k = 0; is_dropped(&changes->item[i]) && k < changes->count; k++) {
			const struct schema_change *old = &changes->item[i];
			const struct schema_change *new = &changes->item[k];

			if (!is_added(new) || !may_be(changes, old, new))
				continue;
			project_emit(migrate, MIGRATE_NOTICE,
				arena_printf(arena,
					"%s may be %s, renamed: if so, write \"-- renamed from: "
					"%s\" above it in the desired schema",
					schema_describe(arena, changes->new, new->new),
					schema_describe(arena, changes->old, old->old),
					renaming_bare(changes->old->object[old->old].name)));
		}
}
