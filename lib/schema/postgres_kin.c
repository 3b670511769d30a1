/* postgres_kin: how objects belong together beyond needs and owners: partitions and their parents,
 * children and what they inherit, indexes and the index that they are a part of. */
#include <string.h>

#include "schema/postgres_alter.h"

#define INDEXED                                                       \
	(SCHEMA_BIT(SCHEMA_PRIMARY_KEY) | SCHEMA_BIT(SCHEMA_UNIQUE) | \
		SCHEMA_BIT(SCHEMA_EXCLUSION) | SCHEMA_BIT(SCHEMA_INDEX))

static const struct schema_object *old_of(const struct alter *alter, uint32_t object)
{
	return &alter->old->object[object];
}

static bool is_any(const struct schema_object *object, uint32_t kinds)
{
	return (SCHEMA_BIT(object->kind) & kinds) != 0;
}

bool alter_is_type(const struct schema_object *object)
{
	return is_any(object, SCHEMA_BIT(SCHEMA_ENUM) | SCHEMA_BIT(SCHEMA_DOMAIN) |
				      SCHEMA_BIT(SCHEMA_COMPOSITE) | SCHEMA_BIT(SCHEMA_RANGE));
}

bool alter_is_indexed(const struct schema_object *object)
{
	return is_any(object, INDEXED);
}

bool alter_leaves_type(const struct alter *alter, uint32_t table)
{
	const char *was = schema_text(old_of(alter, table), "of"), *is;
	uint32_t type;

	if (!was || alter->to_new[table] == SCHEMA_NONE)
		return false;
	is = schema_text(&alter->new->object[alter->to_new[table]], "of");
	type = schema_find(alter->old, SCHEMA_COMPOSITE, SCHEMA_NONE, was);
	return !is || strcmp(was, is) != 0 || (type != SCHEMA_NONE && alter->gone[type]);
}

bool alter_leaves(const struct alter *alter, uint32_t table)
{
	uint32_t new = alter->to_new[table];
	struct pair pair;

	if (new == SCHEMA_NONE || old_of(alter, table)->kind != SCHEMA_TABLE)
		return false;
	pair.old.object = old_of(alter, table);
	pair.new.object = &alter->new->object[new];
	return (alter_was(&pair, "inherits") && alter_differs(&pair, "inherits")) ||
	       alter_leaves_type(alter, table) ||
	       (alter_was(&pair, "partition of") &&
		       (alter_differs(&pair, "partition of") || alter_differs(&pair, "bound")));
}

bool alter_is_made(const struct alter *alter, uint32_t object)
{
	uint32_t old = alter->to_old[object];

	return old == SCHEMA_NONE || alter->gone[old];
}

const char *alter_next_listed(const char *list)
{
	list += postgres_name_size(list);
	return list + strspn(list, ", ");
}

const char *alter_find_listed(const char *list, const char *name, size_t size)
{
	for (; list && *list; list = alter_next_listed(list))
		if (postgres_name_size(list) == size && !memcmp(list, name, size))
			return list;
	return NULL;
}

bool alter_is_reached(const struct alter *alter, uint32_t table, uint32_t parent)
{
	uint32_t old = alter->to_old[table];
	const char *name = alter->new->object[parent].name;

	if (old == SCHEMA_NONE)
		return false;
	if (schema_text(&alter->new->object[table], "partition of"))
		return schema_text(old_of(alter, old), "partition of") && !alter_leaves(alter, old);
	return alter_find_listed(schema_text(old_of(alter, old), "inherits"), name, strlen(name));
}

bool alter_is_generated(const struct schema *schema, uint32_t column)
{
	const struct schema_list *parts = &schema->object[column].parts;

	return schema->object[column].kind == SCHEMA_COLUMN && parts->count &&
	       schema_text(&schema->object[parts->item[0]], "generated");
}

bool alter_is_partition(const struct schema *schema, uint32_t part)
{
	return schema_text(&schema->object[schema->object[part].owner], "partition of") != NULL;
}

static uint32_t part_of_table(const struct schema *schema, uint32_t table, uint32_t part)
{
	const struct schema_object *object = &schema->object[part];
	uint32_t owner = table;

	if (object->kind == SCHEMA_DEFAULT)
		owner = schema_find(schema, SCHEMA_COLUMN, table, object->name);
	return owner == SCHEMA_NONE ? SCHEMA_NONE
				    : schema_find(schema, object->kind, owner, object->name);
}

uint32_t alter_parents_part(const struct schema *schema, uint32_t part)
{
	uint32_t owner = schema->object[part].owner, found = SCHEMA_NONE;
	const struct schema_object *table;

	if (owner != SCHEMA_NONE && schema->object[part].kind == SCHEMA_DEFAULT)
		owner = schema->object[owner].owner;
	table = owner == SCHEMA_NONE ? NULL : &schema->object[owner];
	if (!table || table->kind != SCHEMA_TABLE)
		return SCHEMA_NONE;
	for (uint32_t i = 0; found == SCHEMA_NONE && i < table->needs.count; i++) {
		uint32_t need = table->needs.item[i];

		if (schema->object[need].kind == SCHEMA_TABLE && need != owner)
			found = part_of_table(schema, need, part);
	}
	return found;
}

uint32_t alter_parent_index(const struct schema *schema, uint32_t index)
{
	const struct schema_object *object = &schema->object[index];

	if (!is_any(object, INDEXED) || !schema_text(object, "partition of"))
		return SCHEMA_NONE;
	for (uint32_t i = 0; i < object->needs.count; i++)
		if (is_any(&schema->object[object->needs.item[i]], INDEXED))
			return object->needs.item[i];
	return SCHEMA_NONE;
}
