/* sqlite_alter_table: what ALTER TABLE can do to a table, and that it does.
 *
 * Knows the limits of ADD COLUMN and DROP COLUMN
 * (https://sqlite.org/lang_altertable.html#alter_table_add_column, #altertabdropcol). Where it is
 * not sure it says that the table is to be rebuilt, which is right always. Surprising: a new column
 * is written before the table's constraints, and a CHECK without a name takes the one that stands
 * last in front of it. */
#include <string.h>

#include "schema/sqlite_alter.h"
#include "schema/sqlite_word.h"

struct table_change {
	const struct sqlite_altering *altering;
	const struct schema_object *old, *new;
	uint32_t added, dropped; /* columns */
};

const struct schema_object *sqlite_column_of(
	const struct schema *schema, const struct schema_object *table, const char *name)
{
	for (uint32_t i = 0; i < table->parts.count; i++) {
		const struct schema_object *part = &schema->object[table->parts.item[i]];

		if (part->kind == SCHEMA_COLUMN && sqlite_same(part->name, name))
			return part;
	}
	return NULL;
}

static bool is_new(const struct sqlite_altering *altering, uint32_t part)
{
	return altering->old_of[part] == SCHEMA_NONE;
}

static bool is_constant(const char *value)
{
	return *value != '(' && strncmp(value, "CURRENT_", 8) != 0;
}

static bool may_add(const struct table_change *change, const struct schema_object *column)
{
	const char *value = schema_text(column, "default");

	if (sqlite_column_of(change->altering->old, change->old, column->name) ||
		schema_text(column, "stored") || schema_text(column, "not null name") ||
		(schema_text(column, "generated") && change->added > 1))
		return false;
	if (schema_text(column, "not null") && (!value || !strcmp(value, "NULL")))
		return false;
	return !value || is_constant(value);
}

/* With its column; SQLite wants no DEFAULT beside a reference. */
static bool may_add_with_column(
	const struct table_change *change, const struct schema_object *constraint)
{
	const struct sqlite_altering *altering = change->altering;

	if (schema_text(constraint, "name") ||
		(constraint->kind != SCHEMA_CHECK && constraint->kind != SCHEMA_FOREIGN_KEY))
		return false;
	for (uint32_t i = 0; i < change->new->parts.count; i++) {
		uint32_t part = change->new->parts.item[i];
		const struct schema_object *column = &altering->new->object[part];

		if (column->kind == SCHEMA_COLUMN && is_new(altering, part) &&
			sqlite_is_about(constraint, column))
			return constraint->kind == SCHEMA_CHECK || !schema_text(column, "default");
	}
	return false;
}

static bool may_become(const struct table_change *change, uint32_t part)
{
	const struct sqlite_altering *altering = change->altering;
	const struct schema_object *object = &altering->new->object[part];

	if (object->kind != SCHEMA_COLUMN && !sqlite_is_constraint(object))
		return true;
	if (!is_new(altering, part))
		return !altering->differs[part];
	return object->kind == SCHEMA_COLUMN ? may_add(change, object)
					     : may_add_with_column(change, object);
}

/* Constraints may be about any column, and a generated one be computed from it. */
static bool may_go(const struct table_change *change, uint32_t part)
{
	const struct schema_object *object = &change->altering->old->object[part];

	if (object->kind == SCHEMA_COLUMN && schema_text(object, "generated") && change->dropped)
		return false;
	return change->altering->new_of[part] != SCHEMA_NONE || !sqlite_is_constraint(object);
}

static bool has_name(const struct schema_object *part, const char *name)
{
	return sqlite_same(name, schema_text(part, "name")) ||
	       sqlite_same(name, schema_text(part, "not null name"));
}

/* Has a CHECK the name of what may stand in front of it? */
static bool shares_name(const struct table_change *change)
{
	const struct schema *schema = change->altering->new;
	const struct schema_list *parts = &change->new->parts;

	for (uint32_t i = 0; i < parts->count; i++) {
		const struct schema_object *check = &schema->object[parts->item[i]];

		if (check->kind != SCHEMA_CHECK || !schema_text(check, "name"))
			continue;
		for (uint32_t k = 0; k < parts->count; k++)
			if (k != i && has_name(&schema->object[parts->item[k]],
					      schema_text(check, "name")))
				return true;
	}
	return false;
}

static void count(struct table_change *change)
{
	const struct sqlite_altering *altering = change->altering;

	for (uint32_t i = 0; i < change->new->parts.count; i++) {
		uint32_t part = change->new->parts.item[i];

		change->added += altering->new->object[part].kind ==
				 SCHEMA_COLUMN &&is_new(altering, part);
	}
	for (uint32_t i = 0; i < change->old->parts.count; i++) {
		uint32_t part = change->old->parts.item[i];

		change->dropped += altering->old->object[part].kind == SCHEMA_COLUMN &&
				   altering->new_of[part] == SCHEMA_NONE;
	}
}

static bool may_alter(const struct table_change *change)
{
	for (uint32_t i = 0; i < change->new->parts.count; i++)
		if (!may_become(change, change->new->parts.item[i]))
			return false;
	for (uint32_t i = 0; i < change->old->parts.count; i++)
		if (!may_go(change, change->old->parts.item[i]))
			return false;
	return !(change->added && shares_name(change));
}

enum sqlite_way sqlite_way_of(
	const struct sqlite_altering *altering, uint32_t old_table, uint32_t new_table)
{
	struct table_change change = {altering, &altering->old->object[old_table],
		&altering->new->object[new_table], 0, 0};
	bool is_virtual = schema_text(change.old, "virtual") || schema_text(change.new, "virtual");

	if (altering->differs[new_table] || strcmp(change.old->name, change.new->name) != 0)
		return is_virtual ? SQLITE_REPLACED : SQLITE_REBUILT;
	count(&change);
	if (!may_alter(&change))
		return SQLITE_REBUILT;
	return change.added || change.dropped ? SQLITE_IN_PLACE : SQLITE_KEPT;
}

bool sqlite_way_disturbs(
	const struct sqlite_altering *altering, uint32_t old_table, enum sqlite_way way)
{
	const struct schema_object *table = &altering->old->object[old_table];

	if (way != SQLITE_IN_PLACE)
		return way == SQLITE_REBUILT;
	for (uint32_t i = 0; i < table->parts.count; i++) {
		uint32_t part = table->parts.item[i];

		if (altering->old->object[part].kind == SCHEMA_COLUMN &&
			altering->new_of[part] == SCHEMA_NONE)
			return true;
	}
	return false;
}

/* -------- The statements -------- */

static void add_columns(struct sqlite_altering *altering, const struct schema_object *table)
{
	struct str *out = altering->alteration->out;

	for (uint32_t i = 0; i < table->parts.count; i++) {
		uint32_t part = table->parts.item[i];
		const struct schema_object *column = &altering->new->object[part];

		if (column->kind != SCHEMA_COLUMN || !is_new(altering, part))
			continue;
		str_printf(out, "ALTER TABLE %s ADD COLUMN ", table->name);
		sqlite_write_column(&altering->ddl, table, column);
		str_add(out, ";\n");
	}
}

static void drop_columns(struct sqlite_altering *altering, const struct schema_object *table)
{
	for (uint32_t i = 0; i < table->parts.count; i++) {
		uint32_t part = table->parts.item[i];
		const struct schema_object *column = &altering->old->object[part];

		if (column->kind != SCHEMA_COLUMN || altering->new_of[part] != SCHEMA_NONE)
			continue;
		sqlite_destroys(altering, schema_describe(altering->arena, altering->old, part));
		str_printf(altering->alteration->out, "ALTER TABLE %s DROP COLUMN %s;\n",
			table->name, column->name);
	}
}

void sqlite_alter_table(struct sqlite_altering *altering, uint32_t new_table)
{
	add_columns(altering, &altering->new->object[new_table]);
	drop_columns(altering, &altering->old->object[altering->old_of[new_table]]);
}
