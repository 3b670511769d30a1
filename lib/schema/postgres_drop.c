/* postgres_drop: what goes, in the reverse of the order in which it could be made, and what is
 * undone before something can go. Nothing is dropped by CASCADE: what the model does not know would
 * go in silence.
 *
 * Surprising: what goes along with its owner needs no statement, unless something that it needs is
 * dropped before the owner is. */
#include <string.h>

#include "schema/postgres_alter.h"

static const struct schema_object *old_of(const struct alter *alter, uint32_t object)
{
	return &alter->old->object[object];
}

static uint32_t root_of(const struct alter *alter, uint32_t object)
{
	while (old_of(alter, object)->owner != SCHEMA_NONE)
		object = old_of(alter, object)->owner;
	return object;
}

/* Would something that it needs be dropped while it is still there? */
static bool must_go_first(const struct alter *alter, uint32_t object)
{
	const struct schema_object *at = old_of(alter, object);
	uint32_t root = root_of(alter, object);

	if (alter->late[at->owner]) /* a domain: its texts may call what goes now */
		return at->kind != SCHEMA_COLUMN;
	for (uint32_t i = 0; i < at->needs.count; i++) {
		uint32_t need = at->needs.item[i];

		/* an index of a partitioned table is made after the partitions, and goes first */
		if (alter_is_indexed(at) && old_of(alter, need)->kind == SCHEMA_TABLE)
			continue;
		if (alter->gone[need] && !alter->late[need] &&
			alter->place[need] > alter->place[at->owner] &&
			!(root_of(alter, need) == root && alter->gone[root]))
			return true;
	}
	return false;
}

/* What a partition or a child table has from its parent, or a table from its type, goes with
 * theirs. */
static bool goes_with_parent(const struct alter *alter, uint32_t object)
{
	const struct schema_object *at = old_of(alter, object);
	uint32_t parent = alter_parents_part(alter->old, object), table = root_of(alter, object);
	bool partition = schema_text(old_of(alter, table), "partition of") != NULL;

	if (at->kind == SCHEMA_COLUMN && schema_text(old_of(alter, table), "of"))
		return true;
	if (parent == SCHEMA_NONE || !alter->gone[parent] || alter->gone[table])
		return false;
	if (at->kind == SCHEMA_COLUMN)
		return partition || schema_text(at, "inherited");
	if (at->kind == SCHEMA_DEFAULT)
		return schema_text(at, "generated");
	return at->kind == SCHEMA_CHECK && partition;
}

static bool goes_with_column(const struct alter *alter, uint32_t sequence)
{
	const struct schema_list *users = &alter->users[sequence];

	for (uint32_t i = 0; i < users->count; i++)
		if (old_of(alter, users->item[i])->kind == SCHEMA_COLUMN &&
			alter->gone[users->item[i]])
			return !alter_is_shared(alter, sequence, users->item[i]);
	return false;
}

static bool goes_along(const struct alter *alter, uint32_t object)
{
	const struct schema_object *at = old_of(alter, object);
	uint32_t parent = alter_parent_index(alter->old, object);

	if (at->kind == SCHEMA_SEQUENCE)
		return goes_with_column(alter, object);
	if (at->owner == SCHEMA_NONE)
		return false;
	if (alter_leaves(alter, root_of(alter, object)))
		return alter->gone[at->owner] && !must_go_first(alter, object);
	if (parent != SCHEMA_NONE && alter->gone[parent])
		return true;
	if (at->kind == SCHEMA_TRIGGER && schema_text(at, "inherited"))
		return true;
	if (alter->gone[at->owner])
		return !must_go_first(alter, object);
	return goes_with_parent(alter, object);
}

static void tell_destruction(struct alter *alter, uint32_t object)
{
	const struct schema_object *at = old_of(alter, object);

	if (at->kind == SCHEMA_SEQUENCE)
		alter_destroys(alter, "value of %s", alter_old_name(alter, object));
	else if (at->kind == SCHEMA_TABLE || at->kind == SCHEMA_NAMESPACE ||
		 (at->kind == SCHEMA_COLUMN && !alter_is_generated(alter->old, object)))
		alter_destroys(alter, "%s", alter_old_name(alter, object));
}

/* A child table whose column stays has it as its own from then on. */
static bool is_kept_by_child(const struct alter *alter, uint32_t column)
{
	for (uint32_t i = 0; i < alter->old->count; i++)
		if (old_of(alter, i)->kind == SCHEMA_COLUMN &&
			schema_text(old_of(alter, i), "inherited") && !alter->gone[i] &&
			alter_parents_part(alter->old, i) == column)
			return true;
	return false;
}

static void drop_column(struct alter *alter, const struct made *column)
{
	const char *table = column->owner->name, *name = column->object->name;

	if (column->owner->kind == SCHEMA_COMPOSITE)
		str_printf(alter->out, "ALTER TYPE %s DROP ATTRIBUTE %s%s;\n", table, name,
			alter_cascade(alter, table));
	else
		str_printf(alter->out, "ALTER TABLE %s%s DROP COLUMN %s;\n",
			is_kept_by_child(alter, column->index) ? "ONLY " : "", table, name);
}

static void drop_default(struct alter *alter, const struct made *value)
{
	struct made column = postgres_made(&alter->before, value->object->owner);
	bool generated = postgres_has(value, "generated");

	str_printf(alter->out, "ALTER TABLE %s%s ALTER COLUMN %s DROP %s;\n",
		generated ? "" : "ONLY ", column.owner->name, value->object->name,
		generated ? "EXPRESSION" : "DEFAULT");
}

/* A view that needs this one and is still there: views can need each other in a circle. */
static void cut_circle(struct alter *alter, uint32_t view)
{
	for (uint32_t i = 0; i < alter->users[view].count; i++) {
		struct made user = postgres_made(&alter->before, alter->users[view].item[i]);

		if (user.object->kind != SCHEMA_VIEW || user.index == view ||
			alter->place[user.index] > alter->place[view] ||
			!postgres_has(&user, "columns"))
			continue;
		alter->before.written[user.index] = true;
		postgres_add_stand_in(&user);
	}
}

static void drop(struct alter *alter, uint32_t object)
{
	struct made made = postgres_made(&alter->before, object);

	if (made.object->kind == SCHEMA_VIEW)
		cut_circle(alter, object);
	tell_destruction(alter, object);
	switch (made.object->kind) {
	case SCHEMA_COLUMN: drop_column(alter, &made); return;
	case SCHEMA_DEFAULT: drop_default(alter, &made); return;
	case SCHEMA_PRIMARY_KEY:
	case SCHEMA_UNIQUE:
	case SCHEMA_CHECK:
	case SCHEMA_EXCLUSION:
	case SCHEMA_FOREIGN_KEY:
		str_printf(alter->out, "ALTER %s %s DROP CONSTRAINT %s;\n",
			made.owner->kind == SCHEMA_DOMAIN ? "DOMAIN" : "TABLE", made.owner->name,
			made.object->name);
		return;
	case SCHEMA_NAMESPACE:
	case SCHEMA_EXTENSION:
	case SCHEMA_ENUM:
	case SCHEMA_DOMAIN:
	case SCHEMA_COMPOSITE:
	case SCHEMA_RANGE:
	case SCHEMA_SEQUENCE:
	case SCHEMA_FUNCTION:
	case SCHEMA_PROCEDURE:
	case SCHEMA_AGGREGATE:
	case SCHEMA_TABLE:
	case SCHEMA_INDEX:
	case SCHEMA_STATISTICS:
	case SCHEMA_VIEW:
	case SCHEMA_MATERIALIZED_VIEW:
	case SCHEMA_TRIGGER:
	case SCHEMA_RULE:
	case SCHEMA_POLICY:
	case SCHEMA_EVENT_TRIGGER:
	case SCHEMA_PUBLICATION:
		str_add(alter->out, "DROP ");
		postgres_add_target(&made);
		str_add(alter->out, ";\n");
		return;
	case SCHEMA_KINDS: return;
	}
}

/* Out of the way of what is made under its name. The new one is of any kind that is a type. */
static const char *aside(const struct alter *alter, uint32_t object, const char *which)
{
	return arena_printf(alter->arena, "migrate_old_%s%u", which, (unsigned)object);
}

static bool is_name_taken(const struct alter *alter, const char *name)
{
	static const enum schema_kind kind[] = {SCHEMA_ENUM, SCHEMA_DOMAIN, SCHEMA_COMPOSITE,
		SCHEMA_RANGE, SCHEMA_TABLE, SCHEMA_VIEW, SCHEMA_MATERIALIZED_VIEW};

	for (size_t i = 0; i < sizeof kind / sizeof *kind; i++)
		if (schema_find(alter->new, kind[i], SCHEMA_NONE, name) != SCHEMA_NONE)
			return true;
	return false;
}

/* The functions that make values of a range type have its name, and keep it.
 * https://www.postgresql.org/docs/current/rangetypes.html#RANGETYPES-CONSTRUCT */
static void put_constructors_aside(struct alter *alter, const struct made *range)
{
	const char *type = range->object->name, *many = postgres_text(range, "multirange");
	const char *subtype = postgres_text(range, "type");
	const char *name = aside(alter, range->index, "");

	str_printf(alter->out, "ALTER FUNCTION %s(%s, %s) RENAME TO %s;\n", type, subtype, subtype,
		name);
	str_printf(alter->out, "ALTER FUNCTION %s(%s, %s, text) RENAME TO %s;\n", type, subtype,
		subtype, name);
	name = aside(alter, range->index, "m");
	str_printf(alter->out, "ALTER FUNCTION %s() RENAME TO %s;\n", many, name);
	str_printf(alter->out, "ALTER FUNCTION %s(%s) RENAME TO %s;\n", many, type, name);
	str_printf(
		alter->out, "ALTER FUNCTION %s(VARIADIC %s[]) RENAME TO %s;\n", many, type, name);
	str_printf(alter->out, "ALTER TYPE %s RENAME TO %s;\n", many, name);
}

/* Texts that could call what goes now are not needed for the conversion of values. */
static void put_aside(struct alter *alter, uint32_t object)
{
	struct made type = postgres_made(&alter->before, object);

	if (type.object->kind == SCHEMA_ENUM)
		alter_tell_values(alter, object);
	if (type.object->kind == SCHEMA_COMPOSITE)
		alter_prepare_composite(alter, object);
	if (postgres_has(&type, "default"))
		str_printf(alter->out, "ALTER DOMAIN %s DROP DEFAULT;\n", type.object->name);
	if (!alter_is_type(type.object) || !is_name_taken(alter, type.object->name))
		return;
	if (type.object->kind == SCHEMA_RANGE)
		put_constructors_aside(alter, &type);
	str_printf(alter->out, "ALTER TYPE %s RENAME TO %s;\n", type.object->name,
		aside(alter, object, ""));
}

/* What an object that stays must give up before anything is made. */
static void prepare(struct alter *alter, uint32_t object)
{
	struct pair pair;

	if (alter->to_new[object] == SCHEMA_NONE)
		return;
	pair = alter_pair(alter, object, alter->to_new[object]);
	if (pair.old.object->kind == SCHEMA_PUBLICATION)
		alter_unpublish(&pair);
	else if (pair.old.object->kind == SCHEMA_COLUMN && alter_was(&pair, "identity") &&
		 !alter_is(&pair, "identity"))
		str_printf(alter->out, "ALTER TABLE %s ALTER COLUMN %s DROP IDENTITY;\n",
			pair.old.owner->name, pair.old.object->name);
}

void alter_drop(struct alter *alter)
{
	alter_leave(alter);
	for (uint32_t i = alter->sequence_count; i-- > 0;) {
		uint32_t object = alter->sequence[i];

		if (!alter->gone[object])
			prepare(alter, object);
		else if (alter->late[object])
			put_aside(alter, object);
		else if (!goes_along(alter, object))
			drop(alter, object);
	}
}

/* The name that put_aside() gave it has its schema before it. */
static void drop_aside(struct alter *alter, uint32_t object)
{
	const char *name = old_of(alter, object)->name, *dot = name;

	for (bool quoted = false; *dot && (quoted || *dot != '.'); dot++)
		quoted ^= *dot == '"';
	str_printf(alter->out, "DROP TYPE %.*s.%s;\n", (int)(dot - name), name,
		aside(alter, object, ""));
}

void alter_drop_late(struct alter *alter)
{
	for (uint32_t i = alter->sequence_count; i-- > 0;) {
		uint32_t object = alter->sequence[i];
		const struct schema_object *at = old_of(alter, object);

		if (!alter->late[object] || at->owner != SCHEMA_NONE)
			continue;
		if (alter_is_type(at) && is_name_taken(alter, at->name))
			drop_aside(alter, object);
		else
			drop(alter, object);
	}
}
