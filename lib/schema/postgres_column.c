/* postgres_column: columns and their DEFAULTs, of tables, views and composite types.
 *
 * Surprising: what is done to a column is done to those of partitions and child tables by the
 * server, so these are compared with their parent's new column where that is added. */
#include <string.h>

#include "schema/postgres_alter.h"

/* The parent's column, where it is altered in the same way, and hands that on. */
static bool follows_parent(const struct pair *pair)
{
	struct alter *alter = pair->alter;
	uint32_t parent = alter_parents_part(alter->new, pair->new.index), old;

	if (parent == SCHEMA_NONE || alter_is_made(alter, parent) ||
		!alter_is_reached(alter, pair->new.object->owner, alter->new->object[parent].owner))
		return false;
	old = alter_parents_part(alter->old, pair->old.index);
	return old == alter->to_old[parent] && alter->retyped[old];
}

static void alter_of(const struct pair *pair, const char *words, const char *text)
{
	str_printf(pair->out, "ALTER TABLE %s ALTER COLUMN %s %s%s;\n", pair->new.owner->name,
		pair->new.object->name, words, text);
}

static void alter_own(const struct pair *pair, const char *words, const char *text)
{
	str_printf(pair->out, "ALTER TABLE ONLY %s ALTER COLUMN %s %s%s;\n", pair->new.owner->name,
		pair->new.object->name, words, text);
}

static void change_type(const struct pair *pair)
{
	if (!pair->alter->retyped[pair->old.index] || follows_parent(pair))
		return;
	if (schema_text(pair->old.owner, "of") && schema_text(pair->new.owner, "of") &&
		!alter_leaves(pair->alter, pair->old.object->owner))
		return; /* its type's attribute is altered with CASCADE */
	alter_column_type(pair);
}

/* Children of which the parent's NOT NULL was a part keep their own. */
static void change_not_null(const struct pair *pair)
{
	struct alter *alter = pair->alter;
	bool is = alter_is(pair, "not null");
	uint32_t parent = alter_parents_part(alter->new, pair->new.index);
	uint32_t old = parent == SCHEMA_NONE ? SCHEMA_NONE : alter->to_old[parent];
	bool dropped = old != SCHEMA_NONE && schema_text(&alter->old->object[old], "not null") &&
		       !schema_text(&alter->new->object[parent], "not null");

	if (is && alter_differs(pair, "not null"))
		alter_fails(alter, "%s is NULL", alter_new_name(alter, pair->new.index));
	if (alter_differs(pair, "not null") || (is && dropped))
		alter_of(pair, is ? "SET" : "DROP", " NOT NULL");
}

static void change_storage(const struct pair *pair)
{
	const char *storage = alter_is(pair, "storage"), *target = alter_is(pair, "statistics");
	const char *compression = alter_is(pair, "compression");
	bool retyped = pair->alter->retyped[pair->old.index];

	if (alter_differs(pair, "statistics"))
		alter_own(pair, "SET STATISTICS ", target ? target : "-1");
	if (alter_differs(pair, "storage") || (retyped && storage))
		alter_own(pair, "SET STORAGE ",
			storage ? storage
				: alter_usual_storage(pair->alter->new, alter_is(pair, "type")));
	if (alter_differs(pair, "compression") || (retyped && compression))
		alter_own(pair, "SET COMPRESSION ", compression ? compression : "default");
}

static void change_owned(const struct pair *pair)
{
	const char *owns = alter_is(pair, "owns");

	for (size_t size; owns && alter_differs(pair, "owns") && *owns;
		owns += size + strspn(owns + size, ", ")) {
		size = postgres_name_size(owns);
		str_printf(pair->out, "ALTER SEQUENCE %.*s OWNED BY %s.%s;\n", (int)size, owns,
			pair->new.owner->name, pair->new.object->name);
	}
}

static void tell_own(struct alter *alter, uint32_t column)
{
	alter_impossible(alter, "%s: a column of its own cannot become an inherited one",
		alter_new_name(alter, column));
}

/* A column that leaves its parent is its own at once; there is no statement for the reverse. */
static void tell_inherited(const struct pair *pair)
{
	if (alter_is(pair, "inherited") && !alter_was(pair, "inherited"))
		tell_own(pair->alter, pair->new.index);
}

void alter_column(const struct pair *pair)
{
	if (pair->new.owner->kind == SCHEMA_COMPOSITE) {
		if (alter_differs(pair, "type") || alter_differs(pair, "collation"))
			alter_attribute(pair);
		return;
	}
	if (pair->new.owner->kind == SCHEMA_TABLE) {
		change_type(pair);
		change_not_null(pair);
		alter_identity(pair);
		tell_inherited(pair);
	}
	change_storage(pair);
	alter_options(pair, arena_printf(pair->alter->arena, "ALTER TABLE ONLY %s ALTER COLUMN %s",
				    pair->new.owner->name, pair->new.object->name));
	change_owned(pair);
}

void alter_default(const struct pair *pair)
{
	struct made column = postgres_made(&pair->alter->after, pair->new.object->owner);

	if (alter_differs(pair, "expression"))
		postgres_add_set_default(&column);
}

/* Also one whose column another object made again needs it. */
void alter_add_default(struct alter *alter, uint32_t object)
{
	struct made column = postgres_made(&alter->after, alter->new->object[object].owner);

	if (!alter_is_made(alter, column.index))
		postgres_add_set_default(&column);
}

static const char *expression_of(const struct made *column)
{
	uint32_t value = postgres_default_of(column);

	return value == SCHEMA_NONE
		       ? NULL
		       : schema_text(&column->ddl->schema->object[value], "expression");
}

/* One that came with the parent's has its DEFAULT; NOT NULL too. What an inherited one has of its
 * own is among its settings. */
static void adapt(const struct made *column, uint32_t parent)
{
	struct made like = postgres_made(column->ddl, parent);
	const char *is = expression_of(column), *was = expression_of(&like);

	if (alter_is_generated(column->ddl->schema, column->index))
		return;
	if (was && !is)
		str_printf(column->out, "ALTER TABLE ONLY %s ALTER COLUMN %s DROP DEFAULT;\n",
			column->owner->name, column->object->name);
	if (postgres_has(column, "inherited"))
		return;
	if (is && (!was || strcmp(was, is) != 0))
		postgres_add_set_default(column);
	if (postgres_has(column, "not null") && !postgres_has(&like, "not null"))
		str_printf(column->out, "ALTER TABLE %s ALTER COLUMN %s SET NOT NULL;\n",
			column->owner->name, column->object->name);
}

/* A parent's NOT NULL, without which the table cannot become its child again. */
static bool is_wanted(const struct alter *alter, const struct made *column)
{
	uint32_t parent = alter_parents_part(alter->new, column->index);

	return postgres_has(column, "inherited") && parent != SCHEMA_NONE &&
	       schema_text(&alter->new->object[parent], "not null");
}

static bool has_value(const struct made *column)
{
	return postgres_has(column, "identity") || postgres_default_of(column) != SCHEMA_NONE;
}

/* Rows that are there would have none. */
static void tell_fill(struct alter *alter, const struct made *column)
{
	alter_fails(alter, "table %s has rows: %s is NOT NULL and has no DEFAULT",
		column->owner->name, alter_new_name(alter, column->index));
	str_add(alter->out, "-- fill it in here\n");
}

static void add(struct alter *alter, const struct made *column)
{
	bool wanted = is_wanted(alter, column);
	bool fill = (wanted || postgres_has(column, "not null")) && !has_value(column);

	if (postgres_has(column, "inherited"))
		tell_own(alter, column->index);
	str_printf(alter->out, "ALTER TABLE %s ADD COLUMN ", column->owner->name);
	postgres_add_column_text(column, !fill);
	str_add(alter->out, ";\n");
	if (fill)
		tell_fill(alter, column);
	if (fill || wanted)
		str_printf(alter->out, "ALTER TABLE %s ALTER COLUMN %s SET NOT NULL;\n",
			column->owner->name, column->object->name);
}

/* Its type's new attribute brought it along. */
static void add_typed(const struct made *column)
{
	if (expression_of(column))
		postgres_add_set_default(column);
	if (postgres_has(column, "not null"))
		str_printf(column->out, "ALTER TABLE %s ALTER COLUMN %s SET NOT NULL;\n",
			column->owner->name, column->object->name);
}

/* Did its parent, or its table's type, bring it along? */
static bool comes_along(struct alter *alter, const struct made *column, uint32_t *parent)
{
	const struct schema *new = alter->new;

	*parent = alter_parents_part(new, column->index);
	if (*parent == SCHEMA_NONE || !alter_is_made(alter, *parent))
		return false;
	return alter_is_reached(alter, column->object->owner, new->object[*parent].owner) &&
	       (postgres_has(column, "inherited") || alter_is_partition(new, column->index));
}

/* Was the table of that type before? */
static bool is_typed(const struct alter *alter, const struct made *column)
{
	uint32_t old = alter->to_old[column->object->owner];

	return schema_text(column->owner, "of") && schema_text(&alter->old->object[old], "of") &&
	       !alter_leaves(alter, old);
}

void alter_add_column(struct alter *alter, uint32_t object)
{
	struct made column = postgres_made(&alter->after, object);
	uint32_t parent;

	if (column.owner->kind == SCHEMA_COMPOSITE) {
		alter_add_attribute(alter, &column);
	} else if (column.owner->kind == SCHEMA_TABLE && !postgres_comes_later(&column)) {
		if (comes_along(alter, &column, &parent))
			adapt(&column, parent);
		else if (is_typed(alter, &column))
			add_typed(&column);
		else
			add(alter, &column);
		postgres_add_column_settings(&column);
	} else if (column.owner->kind != SCHEMA_TABLE) {
		postgres_add_column_settings(&column);
	}
	if (!postgres_comes_later(&column))
		postgres_add_about(&alter->after, object);
}

/* All that was said about a view's column; of a table it would be gone. */
void alter_reset_column(struct alter *alter, uint32_t old)
{
	uint32_t view = alter->to_new[alter->old->object[old].owner];
	struct pair pair = {.alter = alter,
		.old = postgres_made(&alter->before, old),
		.new = postgres_made(&alter->before, old),
		.out = alter->out};
	struct schema_object bare = *pair.old.object;
	struct schema_property type = {"type", postgres_text(&pair.old, "type")};

	bare.property = &type;
	bare.property_count = 1;
	pair.new.object = &bare;
	pair.new.owner = &alter->new->object[view];
	if (postgres_default_of(&pair.old) != SCHEMA_NONE)
		alter_own(&pair, "DROP DEFAULT", "");
	alter_column(&pair);
	alter_about(&pair);
}
