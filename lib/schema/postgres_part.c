/* postgres_part: what belongs to a table and is not a column: constraints, indexes, triggers,
 * rules, policies. */
#include <string.h>

#include "schema/postgres_ddl.h"

void postgres_add_constraint_text(const struct made *made)
{
	const char *deferrable = postgres_text(made, "deferrable");

	str_printf(made->out, "CONSTRAINT %s %s", made->object->name,
		postgres_text(made, "definition"));
	postgres_add_options(made);
	postgres_add_if(made, " WHERE (", "where", ")");
	if (deferrable)
		str_printf(made->out, " DEFERRABLE%s",
			strcmp(deferrable, "INITIALLY DEFERRED") ? "" : " INITIALLY DEFERRED");
}

/* A check is passed on to whatever inherits; a foreign key of a partitioned table to its
 * partitions, and there ONLY is refused. */
static bool is_passed_on(const struct made *made)
{
	return made->object->kind == SCHEMA_CHECK ||
	       (made->object->kind == SCHEMA_FOREIGN_KEY &&
		       schema_text(made->owner, "partition by"));
}

void postgres_add_constraint(const struct made *made)
{
	if (made->owner->kind == SCHEMA_DOMAIN)
		str_printf(made->out, "ALTER DOMAIN %s ADD ", made->owner->name);
	else
		str_printf(made->out, "ALTER TABLE %s%s ADD ", is_passed_on(made) ? "" : "ONLY ",
			made->owner->name);
	postgres_add_constraint_text(made);
	str_add(made->out, postgres_has(made, "not valid") ? " NOT VALID;\n" : ";\n");
	if (!postgres_is_folded(made->ddl, made->index))
		postgres_add_index_settings(made);
}

static void add_index_statistics(const struct made *made, const struct schema_property *property)
{
	const char *column = postgres_behind(property, "statistics ");

	if (!column)
		return;
	str_add(made->out, "ALTER INDEX ");
	postgres_add_index_name(made);
	str_printf(made->out, " ALTER COLUMN %s SET STATISTICS %s;\n", column, property->text);
}

void postgres_add_index_attach(const struct made *made)
{
	const char *parent = postgres_text(made, "partition of");

	if (!parent)
		return;
	str_printf(made->out, "ALTER INDEX %s ATTACH PARTITION ", parent);
	postgres_add_index_name(made);
	str_add(made->out, ";\n");
}

void postgres_add_index_settings(const struct made *made)
{
	if (!made->ddl->joins_later)
		postgres_add_index_attach(made);
	if (postgres_has(made, "cluster"))
		str_printf(made->out, "ALTER TABLE %s CLUSTER ON %s;\n", made->owner->name,
			made->object->name);
	if (postgres_has(made, "replica identity"))
		str_printf(made->out, "ALTER TABLE ONLY %s REPLICA IDENTITY USING INDEX %s;\n",
			made->owner->name, made->object->name);
	for (uint32_t i = 0; i < made->object->property_count; i++)
		add_index_statistics(made, &made->object->property[i]);
}

void postgres_add_index(const struct made *made)
{
	str_printf(made->out, "CREATE %sINDEX %s ON %s%s %s",
		postgres_has(made, "unique") ? "UNIQUE " : "", made->object->name,
		postgres_has(made, "only") ? "ONLY " : "", made->owner->name,
		postgres_text(made, "definition"));
	postgres_add_options(made);
	postgres_add_if(made, " WHERE ", "where", "");
	str_add(made->out, ";\n");
	postgres_add_index_settings(made);
}

const char *postgres_enabling(const char *enabled)
{
	if (!enabled || !strcmp(enabled, "origin"))
		return "ENABLE";
	if (!strcmp(enabled, "disabled"))
		return "DISABLE";
	return !strcmp(enabled, "replica") ? "ENABLE REPLICA" : "ENABLE ALWAYS";
}

static void add_enabled(const struct made *made, const char *word)
{
	const char *enabled = postgres_text(made, "enabled");

	if (enabled)
		str_printf(made->out, "ALTER TABLE %s %s %s %s;\n", made->owner->name,
			postgres_enabling(enabled), word, made->object->name);
}

/* A partition has its parent's trigger already, and may have it enabled otherwise. */
void postgres_add_trigger(const struct made *made)
{
	postgres_add_if(made, "", "definition", ";\n");
	add_enabled(made, "TRIGGER");
}

void postgres_add_rule(const struct made *made)
{
	postgres_add_if(made, "", "definition", ";\n");
	add_enabled(made, "RULE");
}

void postgres_add_policy(const struct made *made)
{
	str_printf(made->out, "CREATE POLICY %s ON %s", made->object->name, made->owner->name);
	str_add(made->out, postgres_has(made, "restrictive") ? " AS RESTRICTIVE" : "");
	postgres_add_if(made, " FOR ", "for", "");
	postgres_add_if(made, " TO ", "to", "");
	postgres_add_if(made, " USING (", "using", ")");
	postgres_add_if(made, " WITH CHECK (", "with check", ")");
	str_add(made->out, ";\n");
}
