/* postgres_leave: what objects that stay are parted from before anything is dropped: tables from
 * parents, from what they are partitions of and from their type, sequences from columns,
 * publications from what they publish.
 *
 * Surprising: a sequence goes with the column that owns it, unless it is disowned first
 * (https://www.postgresql.org/docs/current/sql-createsequence.html). */
#include <string.h>

#include "schema/postgres_alter.h"

static const struct schema_object *old_of(const struct alter *alter, uint32_t object)
{
	return &alter->old->object[object];
}

bool alter_is_shared(const struct alter *alter, uint32_t sequence, uint32_t column)
{
	const struct schema_list *users = &alter->users[sequence];

	for (uint32_t i = 0; i < users->count; i++)
		if (users->item[i] != column && old_of(alter, users->item[i])->owner != column)
			return true;
	return false;
}

/* A sequence that stays where its column does not, or belongs to another. */
static void disown(struct alter *alter, uint32_t column)
{
	const struct schema_object *at = old_of(alter, column);
	uint32_t new = alter->to_new[column];
	const char *kept = new == SCHEMA_NONE || alter->gone[column]
				   ? NULL
				   : schema_text(&alter->new->object[new], "owns");
	const char *name = schema_text(at, "owns");

	for (size_t size; name && *name; name += size + strspn(name + size, ", ")) {
		uint32_t sequence;

		size = postgres_name_size(name);
		sequence = schema_find(alter->old, SCHEMA_SEQUENCE, SCHEMA_NONE,
			arena_strndup(alter->arena, name, size));
		if (sequence == SCHEMA_NONE || alter_find_listed(kept, name, size) ||
			(alter->gone[sequence] && !alter_is_shared(alter, sequence, column)))
			continue;
		str_printf(alter->out, "ALTER SEQUENCE %.*s OWNED BY NONE;\n", (int)size, name);
	}
}

static void leave_parents(const struct pair *pair)
{
	const char *was = alter_was(pair, "inherits"), *is = alter_is(pair, "inherits");
	const char *table = pair->old.object->name;

	for (size_t size; was && *was; was += size + strspn(was + size, ", ")) {
		size = postgres_name_size(was);
		if (!alter_find_listed(is, was, size))
			str_printf(pair->out, "ALTER TABLE %s NO INHERIT %.*s;\n", table, (int)size,
				was);
	}
	if (alter_was(pair, "partition of") &&
		(alter_differs(pair, "partition of") || alter_differs(pair, "bound")))
		str_printf(pair->out, "ALTER TABLE %s DETACH PARTITION %s;\n",
			alter_was(pair, "partition of"), table);
	if (alter_leaves_type(pair->alter, pair->old.index))
		str_printf(pair->out, "ALTER TABLE %s NOT OF;\n", table);
}

void alter_unpublish(const struct pair *pair)
{
	const struct schema_object *old = pair->old.object;

	for (uint32_t i = 0; i < old->property_count; i++) {
		const struct schema_property *property = &old->property[i];
		const char *table = postgres_behind(property, "table ");
		const char *namespace = postgres_behind(property, "schema ");

		if (!alter_differs(pair, property->name) || (!table && !namespace))
			continue;
		str_printf(pair->out, "ALTER PUBLICATION %s DROP %s %s;\n", old->name,
			table ? "TABLE" : "TABLES IN SCHEMA", table ? table : namespace);
	}
}

/* Before anything is dropped, so that each table's parts are its own then. */
void alter_leave(struct alter *alter)
{
	for (uint32_t i = 0; i < alter->old->count; i++) {
		struct pair pair;

		if (old_of(alter, i)->kind == SCHEMA_COLUMN)
			disown(alter, i);
		if (old_of(alter, i)->kind != SCHEMA_TABLE || !alter_leaves(alter, i))
			continue;
		pair = alter_pair(alter, i, alter->to_new[i]);
		leave_parents(&pair);
	}
}
