/* postgres_table: CREATE TABLE with what is folded into it, views, and settings of columns.
 *
 * Surprising: a partition is made as a table of its own and then attached, because CREATE TABLE ...
 * PARTITION OF would give it its parent's order of columns. */
#include <string.h>

#include "schema/postgres_ddl.h"

uint32_t postgres_default_of(const struct made *column)
{
	return column->object->parts.count ? column->object->parts.item[0] : SCHEMA_NONE;
}

static const char *generated_of(const struct made *column)
{
	uint32_t found = postgres_default_of(column);

	return found == SCHEMA_NONE ? NULL
				    : schema_text(&column->ddl->schema->object[found], "generated");
}

bool postgres_comes_later(const struct made *column)
{
	return column->object->kind == SCHEMA_COLUMN && generated_of(column) &&
	       !postgres_is_folded(column->ddl, postgres_default_of(column));
}

void postgres_add_identity(const struct made *column)
{
	str_printf(column->out, " GENERATED %s AS IDENTITY (SEQUENCE NAME %s",
		postgres_text(column, "identity"), postgres_text(column, "identity sequence"));
	postgres_add_if(column, " START WITH ", "identity start", "");
	postgres_add_if(column, " INCREMENT BY ", "identity increment", "");
	postgres_add_if(column, " MINVALUE ", "identity minvalue", "");
	postgres_add_if(column, " MAXVALUE ", "identity maxvalue", "");
	postgres_add_if(column, " CACHE ", "identity cache", "");
	str_add(column->out, postgres_has(column, "identity cycle") ? " CYCLE)" : ")");
}

static void add_expression(const struct made *column, bool folded)
{
	uint32_t index = postgres_default_of(column);
	struct made value;

	if (index == SCHEMA_NONE || (folded && !postgres_is_folded(column->ddl, index)))
		return;
	value = postgres_made(column->ddl, index);
	if (postgres_has(&value, "generated"))
		str_printf(column->out, " GENERATED ALWAYS AS (%s) %s",
			postgres_text(&value, "expression"), postgres_text(&value, "generated"));
	else
		postgres_add_if(&value, " DEFAULT ", "expression", "");
}

static void add_type(const struct made *column)
{
	str_printf(column->out, " %s", postgres_text(column, "type"));
	postgres_add_if(column, " COLLATE ", "collation", "");
}

static void add_value(const struct made *column, bool folded)
{
	if (postgres_has(column, "identity"))
		postgres_add_identity(column);
	else
		add_expression(column, folded);
}

static void add_column(const struct made *column, bool folded)
{
	str_add(column->out, column->object->name);
	if (schema_text(column->owner, "of"))
		str_add(column->out, " WITH OPTIONS");
	else
		add_type(column);
	add_value(column, folded);
	str_add(column->out, postgres_has(column, "not null") ? " NOT NULL" : "");
}

void postgres_add_column_text(const struct made *column, bool not_null)
{
	str_add(column->out, column->object->name);
	add_type(column);
	add_value(column, true);
	str_add(column->out, not_null && postgres_has(column, "not null") ? " NOT NULL" : "");
}

/* A column of a typed table is written where it has something of its own. */
static bool is_written(const struct made *column)
{
	uint32_t value = postgres_default_of(column);

	if (postgres_has(column, "inherited") || postgres_comes_later(column))
		return false;
	return !schema_text(column->owner, "of") || postgres_has(column, "not null") ||
	       postgres_has(column, "identity") ||
	       (value != SCHEMA_NONE && postgres_is_folded(column->ddl, value));
}

static bool is_column(const struct made *part)
{
	return part->object->kind == SCHEMA_COLUMN;
}

/* Columns, then constraints. A constraint that is not valid would be made valid here. */
static void add_parts(const struct made *made)
{
	const struct schema_list *parts = &made->object->parts;
	const char *open = schema_text(made->object, "of") ? " (\n    " : "\n    ";
	const char *between = open;

	for (uint32_t i = 0; i < parts->count; i++) {
		struct made part = postgres_made(made->ddl, parts->item[i]);

		if (!postgres_is_folded(made->ddl, part.index) ||
			(is_column(&part) ? !is_written(&part) : postgres_has(&part, "not valid")))
			continue;
		str_add(made->out, between);
		between = ",\n    ";
		if (is_column(&part))
			add_column(&part, true);
		else
			postgres_add_constraint_text(&part);
	}
	if (!schema_text(made->object, "of") || between != open)
		str_add(made->out, "\n)");
}

static void add_setting(const struct made *column, const char *property, const char *words)
{
	const char *text = postgres_text(column, property);

	if (text)
		str_printf(column->out, "ALTER TABLE ONLY %s ALTER COLUMN %s SET %s %s;\n",
			column->owner->name, column->object->name, words, text);
}

static void add_column_options(const struct made *column)
{
	bool any = false;

	for (uint32_t i = 0; i < column->object->property_count; i++) {
		const struct schema_property *property = &column->object->property[i];
		const char *name = postgres_behind(property, "option ");

		if (!name)
			continue;
		if (!any)
			str_printf(column->out, "ALTER TABLE ONLY %s ALTER COLUMN %s SET (",
				column->owner->name, column->object->name);
		str_printf(column->out, "%s%s=%s", any ? ", " : "", name, property->text);
		any = true;
	}
	str_add(column->out, any ? ");\n" : "");
}

void postgres_add_set_default(const struct made *column)
{
	struct made value = postgres_made(column->ddl, postgres_default_of(column));

	str_printf(column->out, "ALTER TABLE ONLY %s ALTER COLUMN %s SET DEFAULT %s;\n",
		column->owner->name, column->object->name, postgres_text(&value, "expression"));
}

size_t postgres_name_size(const char *names)
{
	const char *end = names;

	for (bool quoted = false; *end && (quoted || *end != ','); end++)
		quoted ^= *end == '"';
	return (size_t)(end - names);
}

static void add_owned(const struct made *column)
{
	const char *names = postgres_text(column, "owns");

	while (names && *names) {
		size_t size = postgres_name_size(names);

		str_printf(column->out, "ALTER SEQUENCE %.*s OWNED BY %s.%s;\n", (int)size, names,
			column->owner->name, column->object->name);
		names += size + strspn(names + size, ", ");
	}
}

/* What CREATE TABLE has no words for, and what an inherited column has of its own. */
void postgres_add_column_settings(const struct made *column)
{
	bool own = column->owner->kind == SCHEMA_TABLE && !postgres_has(column, "inherited");
	uint32_t value = postgres_default_of(column);

	if (!own && postgres_has(column, "not null") && column->owner->kind == SCHEMA_TABLE)
		str_printf(column->out, "ALTER TABLE ONLY %s ALTER COLUMN %s SET NOT NULL;\n",
			column->owner->name, column->object->name);
	if (!own && value != SCHEMA_NONE && postgres_is_folded(column->ddl, value))
		postgres_add_set_default(column);
	add_setting(column, "statistics", "STATISTICS");
	add_setting(column, "storage", "STORAGE");
	add_setting(column, "compression", "COMPRESSION");
	add_column_options(column);
	add_owned(column);
}

static void add_settings_of_parts(const struct made *made)
{
	for (uint32_t i = 0; i < made->object->parts.count; i++) {
		struct made part = postgres_made(made->ddl, made->object->parts.item[i]);

		if (!postgres_is_folded(made->ddl, part.index) || postgres_comes_later(&part))
			continue;
		if (is_column(&part)) {
			postgres_add_column_settings(&part);
			continue;
		}
		if (postgres_has(&part, "not valid"))
			postgres_add_constraint(&part);
		postgres_add_index_settings(&part);
	}
}

void postgres_add_attach(const struct made *table)
{
	const char *parent = postgres_text(table, "partition of");

	if (parent)
		str_printf(table->out, "ALTER TABLE ONLY %s ATTACH PARTITION %s %s;\n", parent,
			table->object->name, postgres_text(table, "bound"));
}

static void add_table_settings(const struct made *made)
{
	const char *name = made->object->name;

	if (!made->ddl->joins_later)
		postgres_add_attach(made);
	add_settings_of_parts(made);
	if (postgres_has(made, "row security"))
		str_printf(made->out, "ALTER TABLE %s ENABLE ROW LEVEL SECURITY;\n", name);
	if (postgres_has(made, "force row security"))
		str_printf(made->out, "ALTER TABLE ONLY %s FORCE ROW LEVEL SECURITY;\n", name);
	if (postgres_has(made, "replica identity"))
		str_printf(made->out, "ALTER TABLE ONLY %s REPLICA IDENTITY %s;\n", name,
			postgres_text(made, "replica identity"));
}

void postgres_add_table(const struct made *made)
{
	str_printf(made->out, "CREATE %sTABLE %s",
		postgres_has(made, "unlogged") ? "UNLOGGED " : "", made->object->name);
	if (postgres_has(made, "of"))
		postgres_add_if(made, " OF ", "of", "");
	else
		str_add(made->out, " (");
	add_parts(made);
	postgres_add_if(made, "\nINHERITS (", "inherits", ")");
	postgres_add_if(made, "\nPARTITION BY ", "partition by", "");
	postgres_add_if(made, "\nUSING ", "access method", "");
	postgres_add_options(made);
	str_add(made->out, ";\n");
	add_table_settings(made);
}

void postgres_add_view_text(const struct made *made)
{
	bool kept = made->object->kind == SCHEMA_MATERIALIZED_VIEW;

	str_printf(made->out, "CREATE %s%sVIEW %s",
		made->ddl->written[made->index] ? "OR REPLACE " : "", kept ? "MATERIALIZED " : "",
		made->object->name);
	postgres_add_if(made, " USING ", "access method", "");
	postgres_add_options(made);
	str_printf(made->out, " AS\n%s%s;\n", postgres_text(made, "definition"),
		kept ? "\n  WITH NO DATA" : "");
}

void postgres_add_view(const struct made *made)
{
	postgres_add_view_text(made);
	add_settings_of_parts(made);
}

void postgres_add_default(const struct made *made)
{
	struct made column = postgres_made(made->ddl, made->object->owner);

	if (!postgres_has(made, "generated")) {
		postgres_add_set_default(&column);
		return;
	}
	str_printf(made->out, "ALTER TABLE %s ADD COLUMN ", column.owner->name);
	add_column(&column, false);
	str_add(made->out, ";\n");
	postgres_add_column_settings(&column);
}
