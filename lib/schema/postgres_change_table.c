/* postgres_change_table: tables, their options, indexes, and what they join once all is there.
 *
 * Surprising: an index of a partition is attached by the server along with the partition, so that
 * attaching it once more does nothing
 * (https://www.postgresql.org/docs/current/sql-alterindex.html). */
#include <string.h>

#include "schema/postgres_alter.h"

static void add_set(const struct pair *pair, const char *before)
{
	const struct schema_object *new = pair->new.object;
	bool any = false;

	for (uint32_t i = 0; i < new->property_count; i++) {
		const char *name = postgres_behind(&new->property[i], "option ");

		if (!name || !alter_differs(pair, new->property[i].name))
			continue;
		str_printf(pair->out, "%s%s%s=%s", any ? "" : before, any ? ", " : " SET (", name,
			new->property[i].text);
		any = true;
	}
	str_add(pair->out, any ? ");\n" : "");
}

static void add_reset(const struct pair *pair, const char *before)
{
	const struct schema_object *old = pair->old.object;
	bool any = false;

	for (uint32_t i = 0; i < old->property_count; i++) {
		const char *name = postgres_behind(&old->property[i], "option ");

		if (!name || alter_is(pair, old->property[i].name))
			continue;
		str_printf(pair->out, "%s%s%s", any ? "" : before, any ? ", " : " RESET (", name);
		any = true;
	}
	str_add(pair->out, any ? ");\n" : "");
}

void alter_options(const struct pair *pair, const char *before)
{
	add_reset(pair, before);
	add_set(pair, before);
}

/* The property on the table itself, or on one of its indexes. */
static bool has_identity(const struct schema *schema, const struct schema_object *table)
{
	if (schema_text(table, "replica identity"))
		return true;
	for (uint32_t i = 0; i < table->parts.count; i++)
		if (schema_text(&schema->object[table->parts.item[i]], "replica identity"))
			return true;
	return false;
}

static void change_identity(const struct pair *pair)
{
	const char *is = alter_is(pair, "replica identity"), *name = pair->new.object->name;

	if (is && alter_differs(pair, "replica identity"))
		str_printf(pair->out, "ALTER TABLE ONLY %s REPLICA IDENTITY %s;\n", name, is);
	else if (has_identity(pair->alter->old, pair->old.object) &&
		 !has_identity(pair->alter->new, pair->new.object))
		str_printf(pair->out, "ALTER TABLE ONLY %s REPLICA IDENTITY DEFAULT;\n", name);
}

static void change_security(const struct pair *pair)
{
	const char *name = pair->new.object->name;

	if (alter_differs(pair, "row security"))
		str_printf(pair->out, "ALTER TABLE %s %s ROW LEVEL SECURITY;\n", name,
			alter_is(pair, "row security") ? "ENABLE" : "DISABLE");
	if (alter_differs(pair, "force row security"))
		str_printf(pair->out, "ALTER TABLE %s %s ROW LEVEL SECURITY;\n", name,
			alter_is(pair, "force row security") ? "FORCE" : "NO FORCE");
}

static bool is_clustered(const struct schema *schema, const struct schema_object *table)
{
	for (uint32_t i = 0; i < table->parts.count; i++)
		if (schema_text(&schema->object[table->parts.item[i]], "cluster"))
			return true;
	return false;
}

static void change_cluster(const struct pair *pair)
{
	if (is_clustered(pair->alter->old, pair->old.object) &&
		!is_clustered(pair->alter->new, pair->new.object))
		str_printf(
			pair->out, "ALTER TABLE %s SET WITHOUT CLUSTER;\n", pair->new.object->name);
}

/* https://www.postgresql.org/docs/current/sql-altertable.html: SET ACCESS METHOD since 15. */
static void change_storage(const struct pair *pair)
{
	const char *name = pair->new.object->name, *method = alter_is(pair, "access method");

	if (alter_differs(pair, "unlogged"))
		str_printf(pair->out, "ALTER TABLE %s SET %s;\n", name,
			alter_is(pair, "unlogged") ? "UNLOGGED" : "LOGGED");
	if (alter_differs(pair, "access method"))
		str_printf(pair->out, "ALTER TABLE %s SET ACCESS METHOD %s;\n", name,
			method ? method : "heap");
}

void alter_table(const struct pair *pair)
{
	if (alter_differs(pair, "partition by"))
		alter_impossible(pair->alter,
			"%s: how it is partitioned cannot be altered; make another table and move "
			"the rows",
			alter_new_name(pair->alter, pair->new.index));
	change_storage(pair);
	change_security(pair);
	change_identity(pair);
	change_cluster(pair);
}

static void change_index_statistics(const struct pair *pair)
{
	const struct schema_object *object[] = {pair->old.object, pair->new.object};

	for (int side = 0; side < 2; side++)
		for (uint32_t i = 0; i < object[side]->property_count; i++) {
			const char *name = object[side]->property[i].name,
				   *is = alter_is(pair, name);
			const char *column = postgres_behind(
				&object[side]->property[i], "statistics ");

			if (!column || (!side && is) || !alter_differs(pair, name))
				continue;
			str_add(pair->out, "ALTER INDEX ");
			postgres_add_index_name(&pair->new);
			str_printf(pair->out, " ALTER COLUMN %s SET STATISTICS %s;\n", column,
				is ? is : "-1");
		}
}

static const char *index_name(const struct pair *pair)
{
	struct made named = pair->new;
	struct str name = {0};
	const char *kept;

	named.out = &name;
	postgres_add_index_name(&named);
	kept = arena_strdup(pair->alter->arena, str_text(&name));
	str_release(&name);
	return kept;
}

void alter_index_settings(const struct pair *pair)
{
	const char *table = pair->new.owner->name, *name = pair->new.object->name;

	if (alter_is(pair, "cluster") && !alter_was(pair, "cluster"))
		str_printf(pair->out, "ALTER TABLE %s CLUSTER ON %s;\n", table, name);
	if (alter_is(pair, "replica identity") && !alter_was(pair, "replica identity"))
		str_printf(pair->out, "ALTER TABLE ONLY %s REPLICA IDENTITY USING INDEX %s;\n",
			table, name);
	alter_options(pair, arena_printf(pair->alter->arena, "ALTER INDEX %s", index_name(pair)));
	change_index_statistics(pair);
}

static void join_all(const struct pair *pair)
{
	const char *table = pair->new.object->name;

	alter_inherit(pair);
	/* those of a TOAST table need one, which a new column may bring */
	alter_options(pair, arena_printf(pair->alter->arena, "ALTER TABLE %s", table));
	if (alter_differs(pair, "partition of") || alter_differs(pair, "bound"))
		postgres_add_attach(&pair->new);
	if (alter_is(pair, "of") &&
		(!alter_was(pair, "of") || alter_leaves_type(pair->alter, pair->old.index)))
		str_printf(pair->out, "ALTER TABLE %s OF %s;\n", table, alter_is(pair, "of"));
}

static void join_table(struct alter *alter, uint32_t object)
{
	struct made made = postgres_made(&alter->after, object);
	struct pair pair;

	if (made.object->kind != SCHEMA_TABLE)
		return;
	if (alter_is_made(alter, object)) {
		postgres_add_attach(&made);
		return;
	}
	pair = alter_pair(alter, alter->to_old[object], object);
	join_all(&pair);
}

static void join_index(struct alter *alter, uint32_t object)
{
	struct made made = postgres_made(&alter->after, object);
	bool differs = alter_is_made(alter, object);

	if (!postgres_text(&made, "partition of") || made.object->kind == SCHEMA_TABLE)
		return;
	if (!differs) {
		struct pair pair = alter_pair(alter, alter->to_old[object], object);

		differs = alter_differs(&pair, "partition of");
	}
	if (differs)
		postgres_add_index_attach(&made);
}

static void enable(const struct made *trigger, const char *enabled)
{
	str_printf(trigger->out, "ALTER TABLE %s %s TRIGGER %s;\n", trigger->owner->name,
		postgres_enabling(enabled), trigger->object->name);
}

/* A partition's trigger that the model does not list is enabled as its parent's is. */
static void reset_trigger(struct alter *alter, uint32_t old)
{
	struct made trigger = postgres_made(&alter->before, old);

	for (uint32_t i = 0; i < trigger.object->needs.count; i++) {
		uint32_t need = trigger.object->needs.item[i];
		uint32_t parent = alter->to_new[need];

		if (alter->old->object[need].kind != SCHEMA_TRIGGER || parent == SCHEMA_NONE)
			continue;
		enable(&trigger, schema_text(&alter->new->object[parent], "enabled"));
		return;
	}
}

static void join_trigger(struct alter *alter, uint32_t object)
{
	struct made trigger = postgres_made(&alter->after, object);

	if (trigger.object->kind == SCHEMA_TRIGGER && postgres_has(&trigger, "inherited"))
		enable(&trigger, postgres_text(&trigger, "enabled"));
}

void alter_join(struct alter *alter)
{
	const struct schema *old = alter->old;

	for (uint32_t i = 0; i < alter->will.count; i++)
		join_table(alter, alter->will.object[i]);
	for (uint32_t i = 0; i < alter->new->count; i++)
		join_index(alter, i);
	for (uint32_t i = 0; i < old->count; i++) {
		if (alter->to_new[i] != SCHEMA_NONE || alter->gone[i])
			continue;
		if (old->object[i].kind == SCHEMA_TRIGGER)
			reset_trigger(alter, i);
		else if (old->object[i].kind == SCHEMA_COLUMN)
			alter_reset_column(alter, i);
	}
	for (uint32_t i = 0; i < alter->new->count; i++)
		join_trigger(alter, i);
}
