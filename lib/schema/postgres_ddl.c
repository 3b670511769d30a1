/* postgres_ddl: PostgreSQL's dialect: which statement makes which object. Knows the properties by
 * name, and no catalogue.
 *
 * Surprising: foreign keys and whatever a circle of needs keeps out of CREATE TABLE are added by
 * ALTER TABLE ONLY, so that what is inherited stays so. */
#include "schema/postgres_alter.h"

#include <string.h>

struct made postgres_made(const struct ddl *ddl, uint32_t object)
{
	const struct schema_object *at = &ddl->schema->object[object];

	return (struct made){.ddl = ddl,
		.object = at,
		.owner = at->owner == SCHEMA_NONE ? NULL : &ddl->schema->object[at->owner],
		.index = object,
		.out = ddl->out};
}

const char *postgres_text(const struct made *made, const char *property)
{
	return schema_text(made->object, property);
}

bool postgres_has(const struct made *made, const char *property)
{
	return postgres_text(made, property) != NULL;
}

void postgres_add_if(
	const struct made *made, const char *before, const char *property, const char *after)
{
	const char *text = postgres_text(made, property);

	if (text)
		str_printf(made->out, "%s%s%s", before, text, after);
}

bool postgres_is_folded(const struct ddl *ddl, uint32_t part)
{
	return ddl->order->folded[part];
}

const char *postgres_behind(const struct schema_property *property, const char *prefix)
{
	size_t size = strlen(prefix);

	return strncmp(property->name, prefix, size) ? NULL : property->name + size;
}

/* public is there in an empty database (https://www.postgresql.org/docs/current/ddl-schemas.html).
 */
static void add_namespace(const struct made *made)
{
	if (strcmp(made->object->name, "public") != 0)
		str_printf(made->out, "CREATE SCHEMA %s;\n", made->object->name);
	if (postgres_has(made, "no comment"))
		str_printf(made->out, "COMMENT ON SCHEMA %s IS NULL;\n", made->object->name);
}

static void add_extension(const struct made *made)
{
	str_printf(made->out, "CREATE EXTENSION IF NOT EXISTS %s WITH SCHEMA %s;\n",
		made->object->name, postgres_text(made, "schema"));
}

static void add_definition(const struct made *made)
{
	str_printf(made->out, "%s;\n", postgres_text(made, "definition"));
}

static void add_statistics(const struct made *made)
{
	add_definition(made);
	if (postgres_has(made, "statistics"))
		str_printf(made->out, "ALTER STATISTICS %s SET STATISTICS %s;\n",
			made->object->name, postgres_text(made, "statistics"));
}

static void add_event_trigger(const struct made *made)
{
	const char *enabled = postgres_text(made, "enabled");

	str_printf(made->out, "CREATE EVENT TRIGGER %s ON %s", made->object->name,
		postgres_text(made, "event"));
	postgres_add_if(made, "\n    WHEN TAG IN (", "tags", ")");
	str_printf(made->out, "\n    EXECUTE FUNCTION %s();\n", postgres_text(made, "function"));
	if (enabled)
		str_printf(made->out, "ALTER EVENT TRIGGER %s %s;\n", made->object->name,
			postgres_enabling(enabled));
}

void postgres_add_published(const struct made *made, const struct schema_property *property)
{
	const char *table = postgres_behind(property, "table ");
	const char *namespace = postgres_behind(property, "schema ");

	if (namespace)
		str_printf(made->out, "ALTER PUBLICATION %s ADD TABLES IN SCHEMA %s;\n",
			made->object->name, namespace);
	if (table)
		str_printf(made->out, "ALTER PUBLICATION %s ADD TABLE ONLY %s%s%s;\n",
			made->object->name, table, strcmp(property->text, "yes") ? " " : "",
			strcmp(property->text, "yes") ? property->text : "");
}

static void add_publication(const struct made *made)
{
	bool publish = postgres_has(made, "publish");
	bool root = postgres_has(made, "publish_via_partition_root");

	str_printf(made->out, "CREATE PUBLICATION %s", made->object->name);
	if (postgres_has(made, "all tables"))
		str_add(made->out, " FOR ALL TABLES");
	if (publish || root)
		str_add(made->out, " WITH (");
	postgres_add_if(made, "publish = ", "publish", root ? ", " : "");
	postgres_add_if(made, "publish_via_partition_root = ", "publish_via_partition_root", "");
	str_add(made->out, publish || root ? ");\n" : ";\n");
	for (uint32_t i = 0; i < made->object->property_count; i++)
		postgres_add_published(made, &made->object->property[i]);
}

void postgres_add_stand_in(const struct made *view)
{
	str_printf(view->out,
		"CREATE %sVIEW %s AS SELECT * FROM pg_catalog.json_to_record('{}') AS x(%s);\n",
		view->ddl->written[view->index] ? "OR REPLACE " : "", view->object->name,
		postgres_text(view, "columns"));
}

/* A view that is needed before it can be there, because it needs what needs it: one with the same
 * columns stands in until CREATE OR REPLACE VIEW. */
static void add_stand_ins(const struct made *made)
{
	for (uint32_t i = 0; i < made->object->needs.count; i++) {
		struct made need = postgres_made(made->ddl, made->object->needs.item[i]);
		const char *columns = postgres_text(&need, "columns");

		if (need.object->kind != SCHEMA_VIEW || made->ddl->written[need.index] || !columns)
			continue;
		postgres_add_stand_in(&need);
		made->ddl->written[need.index] = true;
	}
}

static void create(const struct ddl *ddl, uint32_t object)
{
	struct made made = postgres_made(ddl, object);

	add_stand_ins(&made);
	switch (made.object->kind) {
	case SCHEMA_NAMESPACE: add_namespace(&made); break;
	case SCHEMA_EXTENSION: add_extension(&made); break;
	case SCHEMA_ENUM: postgres_add_enum(&made); break;
	case SCHEMA_DOMAIN: postgres_add_domain(&made); break;
	case SCHEMA_COMPOSITE: postgres_add_composite(&made); break;
	case SCHEMA_RANGE: postgres_add_range(&made); break;
	case SCHEMA_SEQUENCE: postgres_add_sequence(&made); break;
	case SCHEMA_FUNCTION:
	case SCHEMA_PROCEDURE: add_definition(&made); break;
	case SCHEMA_AGGREGATE: postgres_add_aggregate(&made); break;
	case SCHEMA_TABLE: postgres_add_table(&made); break;
	case SCHEMA_COLUMN: break; /* always folded */
	case SCHEMA_DEFAULT: postgres_add_default(&made); break;
	case SCHEMA_PRIMARY_KEY:
	case SCHEMA_UNIQUE:
	case SCHEMA_CHECK:
	case SCHEMA_EXCLUSION:
	case SCHEMA_FOREIGN_KEY: postgres_add_constraint(&made); break;
	case SCHEMA_INDEX: postgres_add_index(&made); break;
	case SCHEMA_STATISTICS: add_statistics(&made); break;
	case SCHEMA_VIEW:
	case SCHEMA_MATERIALIZED_VIEW: postgres_add_view(&made); break;
	case SCHEMA_TRIGGER: postgres_add_trigger(&made); break;
	case SCHEMA_RULE: postgres_add_rule(&made); break;
	case SCHEMA_POLICY: postgres_add_policy(&made); break;
	case SCHEMA_EVENT_TRIGGER: add_event_trigger(&made); break;
	case SCHEMA_PUBLICATION: add_publication(&made); break;
	case SCHEMA_KINDS: break;
	}
	postgres_add_about(ddl, made.object->kind == SCHEMA_DEFAULT ? made.object->owner : object);
}

#define SETTINGS(scope, local)                               \
	"SET " scope "standard_conforming_strings = on;\n"   \
	"SET " scope "check_function_bodies = off;\n"        \
	"SET " scope "client_min_messages = warning;\n"      \
	"SET " scope "default_table_access_method = heap;\n" \
	"SET " scope "default_tablespace = '';\n"            \
	"SELECT pg_catalog.set_config('search_path', '', " local ");\n"

/* All names have their schema, so whoever loads the dump may have any search_path; bodies of
 * functions are not looked into, since they may use what comes later. */
const struct schema_dialect schema_postgres = {
	.always = SCHEMA_BIT(SCHEMA_COLUMN),
	.foldable = SCHEMA_BIT(SCHEMA_DEFAULT) | SCHEMA_BIT(SCHEMA_PRIMARY_KEY) |
		    SCHEMA_BIT(SCHEMA_UNIQUE) | SCHEMA_BIT(SCHEMA_CHECK) |
		    SCHEMA_BIT(SCHEMA_EXCLUSION),
	.first = SETTINGS("", "false"),
	.first_local = SETTINGS("LOCAL ", "true"),
	.last = "RESET search_path;\n"
		"RESET default_tablespace;\n"
		"RESET default_table_access_method;\n"
		"RESET client_min_messages;\n"
		"RESET check_function_bodies;\n"
		"RESET standard_conforming_strings;\n",
	.create = create,
	.usual_namespace = "public",
	.alter = postgres_alter,
};
