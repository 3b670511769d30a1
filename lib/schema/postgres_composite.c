/* postgres_composite: attributes of composite types, and how the values of columns get from such a
 * type to the one that takes its place.
 *
 * Surprising: no attribute of a type that columns have can get another type
 * (https://www.postgresql.org/docs/current/sql-altertype.html), so the type is made again, and
 * values go over their text. That has no names, so the old type is given the new one's attributes
 * first, and the new one has the order of schema_altered(). */
#include <string.h>

#include "schema/postgres_alter.h"

const char *alter_cascade(const struct alter *alter, const char *type)
{
	const struct schema *old = alter->old;

	for (uint32_t i = 0; i < old->count; i++) {
		const char *of = schema_text(&old->object[i], "of");

		if (of && !strcmp(of, type))
			return " CASCADE";
	}
	return "";
}

void alter_attribute(const struct pair *pair)
{
	const char *type = pair->new.owner->name, *collation = alter_is(pair, "collation");

	str_printf(pair->out, "ALTER TYPE %s ALTER ATTRIBUTE %s TYPE %s%s%s%s;\n", type,
		pair->new.object->name, alter_is(pair, "type"), collation ? " COLLATE " : "",
		collation ? collation : "", alter_cascade(pair->alter, type));
}

void alter_add_attribute(struct alter *alter, const struct made *attribute)
{
	const char *type = attribute->owner->name;

	str_printf(alter->out, "ALTER TYPE %s ADD ATTRIBUTE %s %s", type, attribute->object->name,
		postgres_text(attribute, "type"));
	postgres_add_if(attribute, " COLLATE ", "collation", "");
	str_printf(alter->out, "%s;\n", alter_cascade(alter, type));
}

static void lose_attributes(struct alter *alter, const struct made *type)
{
	const struct schema_list *parts = &type->object->parts;

	for (uint32_t i = 0; i < parts->count; i++) {
		if (alter->to_new[parts->item[i]] != SCHEMA_NONE)
			continue;
		alter_destroys(alter, "%s", alter_old_name(alter, parts->item[i]));
		str_printf(alter->out, "ALTER TYPE %s DROP ATTRIBUTE %s;\n", type->object->name,
			alter->old->object[parts->item[i]].name);
	}
}

/* They are NULL, of any type: their own may not be there yet. */
static void gain_attributes(struct alter *alter, const struct made *type)
{
	const struct schema_list *parts = &alter->new->object[alter->to_new[type->index]].parts;

	for (uint32_t i = 0; i < parts->count; i++)
		if (alter->to_old[parts->item[i]] == SCHEMA_NONE)
			str_printf(alter->out, "ALTER TYPE %s ADD ATTRIBUTE %s text;\n",
				type->object->name, alter->new->object[parts->item[i]].name);
}

static void tell_types(struct alter *alter, const struct made *type)
{
	const struct schema_list *parts = &type->object->parts;

	for (uint32_t i = 0; i < parts->count; i++) {
		struct pair pair;

		if (alter->to_new[parts->item[i]] == SCHEMA_NONE)
			continue;
		pair = alter_pair(alter, parts->item[i], alter->to_new[parts->item[i]]);
		if (alter_differs(&pair, "type"))
			alter_tell_text(&pair);
	}
}

void alter_prepare_composite(struct alter *alter, uint32_t old)
{
	struct made type = postgres_made(&alter->before, old);

	if (alter->to_new[old] == SCHEMA_NONE)
		return;
	lose_attributes(alter, &type);
	gain_attributes(alter, &type);
	tell_types(alter, &type);
}
