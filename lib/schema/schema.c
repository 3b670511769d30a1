/* schema: looked into. */
#include "schema/schema.h"

#include <string.h>

#include "schema/schema_key.h"

const char *schema_kind_name(enum schema_kind kind)
{
	static const char *const name[SCHEMA_KINDS] = {
		[SCHEMA_NAMESPACE] = "schema",
		[SCHEMA_EXTENSION] = "extension",
		[SCHEMA_ENUM] = "enum",
		[SCHEMA_DOMAIN] = "domain",
		[SCHEMA_COMPOSITE] = "composite type",
		[SCHEMA_RANGE] = "range type",
		[SCHEMA_SEQUENCE] = "sequence",
		[SCHEMA_FUNCTION] = "function",
		[SCHEMA_PROCEDURE] = "procedure",
		[SCHEMA_AGGREGATE] = "aggregate",
		[SCHEMA_TABLE] = "table",
		[SCHEMA_COLUMN] = "column",
		[SCHEMA_DEFAULT] = "default of column",
		[SCHEMA_PRIMARY_KEY] = "primary key",
		[SCHEMA_UNIQUE] = "unique constraint",
		[SCHEMA_CHECK] = "check constraint",
		[SCHEMA_EXCLUSION] = "exclusion constraint",
		[SCHEMA_INDEX] = "index",
		[SCHEMA_STATISTICS] = "statistics",
		[SCHEMA_VIEW] = "view",
		[SCHEMA_MATERIALIZED_VIEW] = "materialized view",
		[SCHEMA_FOREIGN_KEY] = "foreign key",
		[SCHEMA_TRIGGER] = "trigger",
		[SCHEMA_RULE] = "rule",
		[SCHEMA_POLICY] = "policy",
		[SCHEMA_EVENT_TRIGGER] = "event trigger",
		[SCHEMA_PUBLICATION] = "publication",
	};

	return name[kind];
}

bool schema_kind_find(const char *name, enum schema_kind *kind)
{
	for (int i = 0; i < SCHEMA_KINDS; i++)
		if (!strcmp(schema_kind_name((enum schema_kind)i), name)) {
			*kind = (enum schema_kind)i;
			return true;
		}
	return false;
}

const char *schema_text(const struct schema_object *object, const char *property)
{
	for (uint32_t i = 0; i < object->property_count; i++)
		if (!strcmp(object->property[i].name, property))
			return object->property[i].text;
	return NULL;
}

const char *schema_describe(struct arena *arena, const struct schema *schema, uint32_t object)
{
	const struct schema_object *at = &schema->object[object];
	const char *kind = schema_kind_name(at->kind);
	uint32_t owner = at->owner;

	/* It has its column's name. */
	if (at->kind == SCHEMA_DEFAULT && owner != SCHEMA_NONE)
		owner = schema->object[owner].owner;
	if (owner == SCHEMA_NONE)
		return arena_printf(arena, "%s %s", kind, at->name);
	return arena_printf(arena, "%s %s.%s", kind, schema->object[owner].name, at->name);
}

const char *schema_key(struct arena *arena, enum schema_kind kind, uint32_t owner, const char *name)
{
	return arena_printf(arena, "%d %u %s", (int)kind, owner, name);
}

uint32_t schema_find(
	const struct schema *schema, enum schema_kind kind, uint32_t owner, const char *name)
{
	struct arena scratch = {0};
	uint32_t found = nametable_find(&schema->index, schema_key(&scratch, kind, owner, name));

	arena_release(&scratch);
	return found == NAME_MISSING ? SCHEMA_NONE : found;
}
