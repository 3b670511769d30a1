/* sqlite_make_way: what RENAME cannot rewrite.
 *
 * It does so in the views and triggers that name the column or the table themselves
 * (https://sqlite.org/lang_altertable.html#altertabrename). Surprising: a view's column is called
 * what the table's is, and so has another name then, which what stands on the view does not know.
 * And a name in other letters' case than the table's is in the table's behind the way back. */
#include <string.h>

#include "schema/sqlite_ddl.h"

struct way {
	const struct schema *schema;
	const bool *tables;
	bool *on_table; /* views that stand on them, over others too */
};

static bool stands_on(const struct way *way, uint32_t object, bool directly)
{
	const struct schema_list *needs = &way->schema->object[object].needs;

	for (uint32_t i = 0; i < needs->count; i++)
		if ((directly && way->tables[needs->item[i]]) || way->on_table[needs->item[i]])
			return true;
	return false;
}

static void find_views(struct way *way)
{
	bool more = true;

	while (more) {
		more = false;
		for (uint32_t i = 0; i < way->schema->count; i++) {
			if (way->schema->object[i].kind != SCHEMA_VIEW || way->on_table[i] ||
				!stands_on(way, i, true))
				continue;
			way->on_table[i] = more = true;
		}
	}
}

static bool spells_otherwise(
	const struct schema_object *object, const char *property, const char *name)
{
	const char *text = schema_text(object, property);
	size_t size = strlen(name);

	while (text && (text = strcasestr(text, name))) {
		if (strncmp(text, name, size) != 0)
			return true;
		text += size;
	}
	return false;
}

static bool spells_table_otherwise(
	const struct way *way, const struct schema_object *object, uint32_t table)
{
	const struct schema_object *at = &way->schema->object[table];
	bool otherwise = spells_otherwise(object, "definition", at->name);

	for (uint32_t i = 0; i < at->parts.count && !otherwise; i++) {
		const struct schema_object *part = &way->schema->object[at->parts.item[i]];

		otherwise = part->kind == SCHEMA_COLUMN &&
			    (spells_otherwise(object, "definition", part->name) ||
				    spells_otherwise(object, "event", part->name));
	}
	return otherwise;
}

static bool loses_its_spelling(const struct way *way, const struct schema_object *object)
{
	if (object->owner != SCHEMA_NONE && way->tables[object->owner] &&
		spells_table_otherwise(way, object, object->owner))
		return true;
	for (uint32_t i = 0; i < object->needs.count; i++)
		if (way->tables[object->needs.item[i]] &&
			spells_table_otherwise(way, object, object->needs.item[i]))
			return true;
	return false;
}

/* Does it stand on one of those views, or would it come back in another spelling? */
static bool is_in_the_way(const struct way *way, uint32_t object)
{
	const struct schema_object *at = &way->schema->object[object];

	if (at->kind != SCHEMA_VIEW && at->kind != SCHEMA_TRIGGER)
		return false;
	return stands_on(way, object, false) || loses_its_spelling(way, at) ||
	       (at->owner != SCHEMA_NONE && way->on_table[at->owner]);
}

static void drop(const struct way *way, uint32_t object, struct str *out)
{
	const struct schema_object *at = &way->schema->object[object];

	if (at->kind == SCHEMA_VIEW)
		str_printf(out, "DROP VIEW %s;\n", at->name);
	else
		str_printf(out, "DROP TRIGGER %s;\n", at->name);
}

void sqlite_make_way(struct arena *arena, const struct schema *schema, const bool *tables,
	struct str *drop_out, struct str *again)
{
	struct way way = {schema, tables, ARENA_ARRAY(arena, schema->count + 1, bool)};
	struct schema_order order;
	struct ddl ddl = {.arena = arena, .schema = schema, .order = &order, .out = again};

	find_views(&way);
	schema_sort(arena, schema, schema_sqlite.always, schema_sqlite.foldable,
		schema_sqlite.apart, &order);
	for (uint32_t i = order.count; i-- > 0;)
		if (is_in_the_way(&way, order.object[i]))
			drop(&way, order.object[i], drop_out);
	for (uint32_t i = 0; i < order.count; i++)
		if (is_in_the_way(&way, order.object[i]))
			sqlite_create(&ddl, order.object[i]);
}
