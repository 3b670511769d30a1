/* postgres_fate: which objects of the old schema are dropped. First those that have no counterpart
 * and those that cannot be altered into it; then whatever stands on them and holds no data; what
 * holds data gets another type instead.
 *
 * Surprising: a type that columns have is dropped last, so what it needs is too. */
#include <string.h>

#include "schema/postgres_alter.h"

#define VIEWS (SCHEMA_BIT(SCHEMA_VIEW) | SCHEMA_BIT(SCHEMA_MATERIALIZED_VIEW))

static const struct schema_object *old_of(const struct alter *alter, uint32_t object)
{
	return &alter->old->object[object];
}

static bool is_any(const struct schema_object *object, uint32_t kinds)
{
	return (SCHEMA_BIT(object->kind) & kinds) != 0;
}

static void lose(struct alter *alter, uint32_t object);
static void retype(struct alter *alter, uint32_t column);

/* Does a column of a table hold values of the type, alone or within others? */
static bool is_held(const struct alter *alter, uint32_t type)
{
	for (uint32_t i = 0; i < alter->users[type].count; i++) {
		uint32_t user = alter->users[type].item[i], owner = old_of(alter, user)->owner;

		if (alter_is_type(old_of(alter, user)) && is_held(alter, user))
			return true;
		if (old_of(alter, user)->kind != SCHEMA_COLUMN)
			continue;
		if (old_of(alter, owner)->kind == SCHEMA_TABLE || is_held(alter, owner))
			return true;
	}
	return false;
}

/* A type that is made again takes with it what is made of it, and gives columns another one. */
static void lose_user_of_type(struct alter *alter, uint32_t user)
{
	const struct schema_object *object = old_of(alter, user);

	if (object->kind == SCHEMA_COLUMN && old_of(alter, object->owner)->kind == SCHEMA_TABLE)
		retype(alter, user);
	else if (object->kind != SCHEMA_COLUMN)
		lose(alter, user);
	else if (alter->to_new[user] != SCHEMA_NONE)
		lose(alter, object->owner);
}

/* A column that is computed from what goes: it stays where the new schema has it with data of its
 * own. */
static void lose_computed(struct alter *alter, uint32_t column)
{
	const struct schema_list *parts = &old_of(alter, column)->parts;
	uint32_t new = alter->to_new[column];

	if (new == SCHEMA_NONE || alter_is_generated(alter->new, new))
		lose(alter, column);
	for (uint32_t i = 0; i < parts->count; i++)
		lose(alter, parts->item[i]);
}

static void reach(struct alter *alter, uint32_t user, uint32_t needed)
{
	const struct schema_object *need = old_of(alter, needed);
	bool whole = is_any(need, SCHEMA_BIT(SCHEMA_TABLE) | SCHEMA_BIT(SCHEMA_NAMESPACE));

	/* an index of a partitioned table is made when the partitions are there */
	if (whole && alter_is_indexed(old_of(alter, user)))
		return;
	switch (old_of(alter, user)->kind) {
	case SCHEMA_NAMESPACE:
	case SCHEMA_EXTENSION:
	case SCHEMA_SEQUENCE:
	case SCHEMA_TABLE: return;
	case SCHEMA_PUBLICATION:
		if (!whole)
			lose(alter, user);
		return;
	case SCHEMA_COLUMN:
		if (need->kind == SCHEMA_COLUMN || need->kind == SCHEMA_FUNCTION)
			lose_computed(alter, user);
		else if (alter_is_type(need) || need->kind == SCHEMA_EXTENSION)
			lose_user_of_type(alter, user);
		return;
	case SCHEMA_ENUM:
	case SCHEMA_DOMAIN:
	case SCHEMA_COMPOSITE:
	case SCHEMA_RANGE:
	case SCHEMA_FUNCTION:
	case SCHEMA_PROCEDURE:
	case SCHEMA_AGGREGATE:
	case SCHEMA_DEFAULT:
	case SCHEMA_PRIMARY_KEY:
	case SCHEMA_UNIQUE:
	case SCHEMA_CHECK:
	case SCHEMA_EXCLUSION:
	case SCHEMA_INDEX:
	case SCHEMA_STATISTICS:
	case SCHEMA_VIEW:
	case SCHEMA_MATERIALIZED_VIEW:
	case SCHEMA_FOREIGN_KEY:
	case SCHEMA_TRIGGER:
	case SCHEMA_RULE:
	case SCHEMA_POLICY:
	case SCHEMA_EVENT_TRIGGER:
	case SCHEMA_KINDS: lose(alter, user);
	}
}

/* What computes a column goes with its data, unless the column is to keep them. */
static bool takes_column(const struct alter *alter, uint32_t object)
{
	uint32_t column = old_of(alter, object)->owner, new;

	if (old_of(alter, object)->kind != SCHEMA_DEFAULT ||
		!schema_text(old_of(alter, object), "generated"))
		return false;
	new = alter->to_new[column];
	return new != SCHEMA_NONE &&alter_is_generated(alter->new, new);
}

static void lose(struct alter *alter, uint32_t object)
{
	const struct schema_object *at = old_of(alter, object);
	uint32_t parent = alter_parent_index(alter->old, object);

	if (alter->gone[object])
		return;
	alter->gone[object] = true;
	for (uint32_t i = 0; i < at->parts.count; i++)
		lose(alter, at->parts.item[i]);
	for (uint32_t i = 0; i < alter->users[object].count; i++)
		if (alter->users[object].item[i] != object)
			reach(alter, alter->users[object].item[i], object);
	/* the server drops no index of a partition while the whole index is there */
	if (parent != SCHEMA_NONE && !alter->gone[at->owner] && !alter_leaves(alter, at->owner))
		lose(alter, parent);
	if (takes_column(alter, object))
		lose(alter, at->owner);
}

/* Is the type itself made again, so that what names it must be too? */
static bool has_lost_type(const struct alter *alter, uint32_t column)
{
	const struct schema_list *needs = &old_of(alter, column)->needs;

	for (uint32_t i = 0; i < needs->count; i++)
		if (alter->gone[needs->item[i]] && alter_is_type(old_of(alter, needs->item[i])))
			return true;
	return false;
}

/* The server makes indexes and constraints of a column again itself, as long as their text holds
 * (https://www.postgresql.org/docs/current/sql-altertable.html). */
static bool is_in_the_way(const struct alter *alter, uint32_t user, uint32_t column)
{
	uint32_t keys = SCHEMA_BIT(SCHEMA_PRIMARY_KEY) | SCHEMA_BIT(SCHEMA_UNIQUE);
	uint32_t texts = SCHEMA_BIT(SCHEMA_CHECK) | SCHEMA_BIT(SCHEMA_EXCLUSION) |
			 SCHEMA_BIT(SCHEMA_INDEX) | SCHEMA_BIT(SCHEMA_STATISTICS);
	const struct schema_object *object = old_of(alter, user);

	if (is_any(object, keys | SCHEMA_BIT(SCHEMA_TABLE)))
		return false;
	return !is_any(object, texts) || has_lost_type(alter, column);
}

static void retype(struct alter *alter, uint32_t column)
{
	const struct schema_object *at = old_of(alter, column);

	if (alter->retyped[column] || alter->gone[column])
		return;
	alter->retyped[column] = true;
	if (alter_is_generated(alter->old, column))
		lose(alter, column);
	for (uint32_t i = 0; i < at->parts.count; i++)
		lose(alter, at->parts.item[i]);
	for (uint32_t i = 0; i < alter->users[column].count; i++)
		if (old_of(alter, alter->users[column].item[i])->kind == SCHEMA_COLUMN)
			lose_computed(alter, alter->users[column].item[i]);
		else if (is_in_the_way(alter, alter->users[column].item[i], column))
			lose(alter, alter->users[column].item[i]);
}

/* Columns of views, and triggers that a partition has from its parent, are no objects of their own:
 * what is said about them is reset. */
static bool stays(const struct alter *alter, uint32_t object)
{
	const struct schema_object *at = old_of(alter, object);

	if (at->kind == SCHEMA_TRIGGER)
		return schema_text(at, "inherited");
	return at->kind == SCHEMA_COLUMN && is_any(old_of(alter, at->owner), VIEWS);
}

static void decide_pair(const struct pair *pair)
{
	struct alter *alter = pair->alter;
	bool type = pair->new.object->kind == SCHEMA_COLUMN &&
		    (alter_differs(pair, "type") || alter_differs(pair, "collation"));

	if (!alter_can(pair)) {
		lose(alter, pair->old.index);
		return;
	}
	if (!type || is_any(pair->new.owner, VIEWS))
		return;
	if (pair->new.owner->kind == SCHEMA_COMPOSITE && is_held(alter, pair->old.object->owner))
		lose(alter, pair->old.object->owner);
	retype(alter, pair->old.index);
}

/* A generated column that is none in the new schema keeps its data, one that becomes generated or
 * is computed otherwise is made again. */
static void decide_generated(struct alter *alter, uint32_t old, uint32_t new)
{
	if (alter_is_generated(alter->new, new) && !alter_is_generated(alter->old, old))
		lose(alter, old);
}

static void keep_late(struct alter *alter, uint32_t object)
{
	const struct schema_object *at = old_of(alter, object);

	if (!alter->gone[object] || alter->late[object])
		return;
	alter->late[object] = true;
	for (uint32_t i = 0; i < at->needs.count; i++)
		keep_late(alter, at->needs.item[i]);
	for (uint32_t i = 0; at->kind == SCHEMA_COMPOSITE && i < at->parts.count; i++)
		keep_late(alter, at->parts.item[i]);
}

static void decide_late(struct alter *alter)
{
	for (uint32_t i = 0; i < alter->old->count; i++) {
		const struct schema_object *at = old_of(alter, i);

		if (!alter->retyped[i] || alter->gone[i])
			continue;
		for (uint32_t k = 0; k < at->needs.count; k++) {
			const struct schema_object *need = old_of(alter, at->needs.item[k]);

			if (alter_is_type(need) || need->kind == SCHEMA_EXTENSION)
				keep_late(alter, at->needs.item[k]);
		}
	}
}

void alter_decide(struct alter *alter)
{
	for (uint32_t i = 0; i < alter->changes->count; i++) {
		const struct schema_change *change = &alter->changes->item[i];
		struct pair pair;

		if (change->new == SCHEMA_NONE && !stays(alter, change->old))
			lose(alter, change->old);
		if (change->new == SCHEMA_NONE || change->old == SCHEMA_NONE)
			continue;
		pair = alter_pair(alter, change->old, change->new);
		decide_pair(&pair);
	}
	for (uint32_t i = 0; i < alter->old->count; i++)
		if (alter->to_new[i] != SCHEMA_NONE && old_of(alter, i)->kind == SCHEMA_COLUMN)
			decide_generated(alter, i, alter->to_new[i]);
	decide_late(alter);
}
