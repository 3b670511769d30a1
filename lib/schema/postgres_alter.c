/* postgres_alter: see the header. What is gone goes first, last made first dropped; then the
 * objects of the new schema are altered or made in the order of needs; then what was still needed
 * goes.
 *
 * Surprising: partitions are attached last, when they have their indexes: attached sooner, the
 * server would make those itself, by other names
 * (https://www.postgresql.org/docs/current/ddl-partitioning.html). */
#include "schema/postgres_alter.h"

#include <string.h>

#define ROUTINES (SCHEMA_BIT(SCHEMA_FUNCTION) | SCHEMA_BIT(SCHEMA_PROCEDURE))

/* An object, then what is folded into it. */
static void add_place(struct alter *alter, uint32_t object)
{
	const struct schema_list *parts = &alter->old->object[object].parts;

	alter->place[object] = alter->sequence_count;
	alter->sequence[alter->sequence_count++] = object;
	for (uint32_t i = 0; i < parts->count; i++)
		if (alter->was.folded[parts->item[i]])
			add_place(alter, parts->item[i]);
}

static void put_in_order(struct alter *alter)
{
	const struct schema_dialect *dialect = &schema_postgres;

	schema_sort(alter->arena, alter->old, dialect->always, dialect->foldable, dialect->apart,
		&alter->was);
	schema_sort(alter->arena, alter->new, dialect->always, dialect->foldable, dialect->apart,
		&alter->will);
	for (uint32_t i = 0; i < alter->was.count; i++)
		add_place(alter, alter->was.object[i]);
}

static void find_users(struct alter *alter)
{
	const struct schema *old = alter->old;

	for (uint32_t i = 0; i < old->count; i++)
		for (uint32_t k = 0; k < old->object[i].needs.count; k++)
			alter->users[old->object[i].needs.item[k]].count++;
	for (uint32_t i = 0; i < old->count; i++) {
		alter->users[i].item = ARENA_ARRAY(
			alter->arena, alter->users[i].count + 1, uint32_t);
		alter->users[i].count = 0;
	}
	for (uint32_t i = 0; i < old->count; i++)
		for (uint32_t k = 0; k < old->object[i].needs.count; k++) {
			struct schema_list *list = &alter->users[old->object[i].needs.item[k]];

			list->item[list->count++] = i;
		}
}

static void open_alter(struct alter *alter)
{
	uint32_t old = alter->old->count + 1, new = alter->new->count + 1;
	struct arena *arena = alter->arena;

	alter->to_new = schema_match(arena, alter->old, alter->new);
	alter->to_old = schema_match(arena, alter->new, alter->old);
	alter->users = ARENA_ARRAY(arena, old, struct schema_list);
	alter->place = ARENA_ARRAY(arena, old, uint32_t);
	alter->sequence = ARENA_ARRAY(arena, old, uint32_t);
	alter->gone = ARENA_ARRAY(arena, old, bool);
	alter->late = ARENA_ARRAY(arena, old, bool);
	alter->retyped = ARENA_ARRAY(arena, old, bool);
	alter->before = (struct ddl){
		arena, alter->old, &alter->was, ARENA_ARRAY(arena, old, bool), alter->out, true};
	alter->after = (struct ddl){
		arena, alter->new, &alter->will, ARENA_ARRAY(arena, new, bool), alter->out, true};
	put_in_order(alter);
	find_users(alter);
}

/* A check of a partition that its parent has, and hands on. */
static bool comes_with_parent(const struct alter *alter, uint32_t check)
{
	uint32_t parent = alter_parents_part(alter->new, check),
		 own = alter->new->object[check].owner;

	return alter_is_partition(alter->new, check) && parent != SCHEMA_NONE &&
	       alter_is_made(alter, parent) && !alter->gone[alter->to_old[own]] &&
	       alter_is_reached(alter, own, alter->new->object[parent].owner);
}

/* One that a partition has from its parent, and only enables otherwise. */
static bool is_inherited_trigger(const struct alter *alter, uint32_t object)
{
	const struct schema_object *trigger = &alter->new->object[object];

	return trigger->kind == SCHEMA_TRIGGER && schema_text(trigger, "inherited");
}

/* A part that was folded into its owner where that is in both already. */
static void make_part(struct alter *alter, uint32_t object)
{
	struct made part = postgres_made(&alter->after, object);

	switch (part.object->kind) {
	case SCHEMA_COLUMN: alter_add_column(alter, object); return;
	case SCHEMA_DEFAULT: alter_add_default(alter, object); return;
	case SCHEMA_PRIMARY_KEY:
	case SCHEMA_UNIQUE:
	case SCHEMA_EXCLUSION:
		alter_tell_rows(alter, object);
		postgres_add_constraint(&part);
		postgres_add_index_settings(&part);
		break;
	case SCHEMA_CHECK:
		if (comes_with_parent(alter, object))
			break;
		alter_tell_rows(alter, object);
		postgres_add_constraint(&part);
		break;
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
	case SCHEMA_FOREIGN_KEY:
	case SCHEMA_TRIGGER:
	case SCHEMA_RULE:
	case SCHEMA_POLICY:
	case SCHEMA_EVENT_TRIGGER:
	case SCHEMA_PUBLICATION:
	case SCHEMA_KINDS: return; /* never folded */
	}
	postgres_add_about(&alter->after, object);
}

static void make(struct alter *alter, uint32_t object)
{
	if (alter->will.folded[object]) {
		make_part(alter, object);
	} else if (!is_inherited_trigger(alter, object)) {
		alter_tell_rows(alter, object);
		schema_postgres.create(&alter->after, object);
	}
	alter->after.written[object] = true;
}

/* The object, then its folded parts. What is made as a whole has them in it. */
static void make_or_change(struct alter *alter, uint32_t object)
{
	const struct schema_list *parts = &alter->new->object[object].parts;

	if (alter_is_made(alter, object)) {
		make(alter, object);
		return;
	}
	alter_change(alter, object);
	for (uint32_t i = 0; i < parts->count; i++)
		if (alter->will.folded[parts->item[i]])
			make_or_change(alter, parts->item[i]);
}

/* A view that was filled and is made again. */
static void refresh(struct alter *alter)
{
	for (uint32_t i = 0; i < alter->will.count; i++) {
		uint32_t object = alter->will.object[i], old = alter->to_old[object];

		if (alter->new->object[object].kind == SCHEMA_MATERIALIZED_VIEW &&
			old != SCHEMA_NONE && alter->gone[old])
			str_printf(alter->out, "REFRESH MATERIALIZED VIEW %s;\n",
				alter->new->object[object].name);
	}
}

/* Bodies of functions may use what comes later. */
static bool makes_functions(const struct alter *alter)
{
	for (uint32_t i = 0; i < alter->changes->count; i++) {
		uint32_t new = alter->changes->item[i].new;

		if (new != SCHEMA_NONE && (SCHEMA_BIT(alter->new->object[new].kind) & ROUTINES))
			return true;
	}
	for (uint32_t i = 0; i < alter->old->count; i++)
		if (alter->gone[i] && alter->to_new[i] != SCHEMA_NONE &&
			(SCHEMA_BIT(alter->old->object[i].kind) & ROUTINES))
			return true;
	return false;
}

/* What is there needs no stand-in, and a view that is there is replaced. */
static void mark_written(struct alter *alter)
{
	for (uint32_t i = 0; i < alter->new->count; i++)
		alter->after.written[i] = !alter_is_made(alter, i);
}

void postgres_alter(struct arena *arena, const struct schema_changes *changes,
	struct schema_alteration *alteration)
{
	struct alter alter = {.arena = arena,
		.changes = changes,
		.result = alteration,
		.out = alteration->out,
		.old = changes->old,
		.new = schema_altered(arena, changes->old, changes->new)};
	bool functions;

	open_alter(&alter);
	alter_decide(&alter);
	mark_written(&alter);
	functions = makes_functions(&alter);
	str_add(alter.out, functions ? "SET check_function_bodies = off;\n" : "");
	alter_drop(&alter);
	for (uint32_t i = 0; i < alter.will.count; i++)
		make_or_change(&alter, alter.will.object[i]);
	alter_join(&alter);
	refresh(&alter);
	alter_drop_late(&alter);
	str_add(alter.out, functions ? "RESET check_function_bodies;\n" : "");
}
