/* postgres_change: the statement that alters an object where it stands; what the kinds have in
 * little. Only what differs is written. */
#include <string.h>

#include "schema/postgres_alter.h"

static void alter_extension(const struct pair *pair)
{
	if (alter_differs(pair, "schema"))
		str_printf(pair->out, "ALTER EXTENSION %s SET SCHEMA %s;\n", pair->new.object->name,
			alter_is(pair, "schema"));
}

/* pg_get_functiondef() says CREATE OR REPLACE. */
static void alter_routine(const struct pair *pair)
{
	if (alter_differs(pair, "definition"))
		str_printf(pair->out, "%s;\n", alter_is(pair, "definition"));
}

static bool has_other_options(const struct pair *pair)
{
	const struct schema_object *old = pair->old.object, *new = pair->new.object;

	for (uint32_t i = 0; i < old->property_count; i++)
		if (postgres_behind(&old->property[i], "option ") &&
			alter_differs(pair, old->property[i].name))
			return true;
	for (uint32_t i = 0; i < new->property_count; i++)
		if (postgres_behind(&new->property[i], "option ") &&
			alter_differs(pair, new->property[i].name))
			return true;
	return false;
}

/* It is marked as written, and so replaced, its options with it. */
static void alter_view(const struct pair *pair)
{
	if (alter_differs(pair, "definition") || has_other_options(pair))
		postgres_add_view_text(&pair->new);
}

static void alter_kept_view(const struct pair *pair)
{
	const char *method = alter_is(pair, "access method"), *name = pair->new.object->name;

	if (alter_differs(pair, "access method"))
		str_printf(pair->out, "ALTER MATERIALIZED VIEW %s SET ACCESS METHOD %s;\n", name,
			method ? method : "heap");
	alter_options(pair, arena_printf(pair->alter->arena, "ALTER MATERIALIZED VIEW %s", name));
}

static void alter_statistics(const struct pair *pair)
{
	const char *target = alter_is(pair, "statistics");

	if (alter_differs(pair, "statistics"))
		str_printf(pair->out, "ALTER STATISTICS %s SET STATISTICS %s;\n",
			pair->new.object->name, target ? target : "-1");
}

static void alter_constraint(const struct pair *pair)
{
	const char *deferrable = alter_is(pair, "deferrable"), *table = pair->new.owner->name;
	const char *kind = pair->new.owner->kind == SCHEMA_DOMAIN ? "DOMAIN" : "TABLE";

	if (alter_differs(pair, "deferrable"))
		str_printf(pair->out, "ALTER TABLE %s ALTER CONSTRAINT %s %s%s;\n", table,
			pair->new.object->name, deferrable ? "DEFERRABLE " : "NOT DEFERRABLE",
			deferrable ? deferrable : "");
	if (alter_differs(pair, "not valid")) {
		alter_tell_rows(pair->alter, pair->new.index);
		str_printf(pair->out, "ALTER %s %s VALIDATE CONSTRAINT %s;\n", kind, table,
			pair->new.object->name);
	}
}

static void alter_enabled(const struct pair *pair, const char *word)
{
	if (!alter_differs(pair, "enabled") || alter_is(pair, "inherited"))
		return;
	str_printf(pair->out, "ALTER TABLE ONLY %s %s %s %s;\n", pair->new.owner->name,
		postgres_enabling(alter_is(pair, "enabled")), word, pair->new.object->name);
}

static void alter_event_trigger(const struct pair *pair)
{
	if (alter_differs(pair, "enabled"))
		str_printf(pair->out, "ALTER EVENT TRIGGER %s %s;\n", pair->new.object->name,
			postgres_enabling(alter_is(pair, "enabled")));
}

static void alter_publication(const struct pair *pair)
{
	const struct schema_object *new = pair->new.object;
	const char *publish = alter_is(pair, "publish");
	const char *root = alter_is(pair, "publish_via_partition_root");

	if (alter_differs(pair, "publish"))
		str_printf(pair->out, "ALTER PUBLICATION %s SET (publish = %s);\n", new->name,
			publish ? publish : "'insert, update, delete, truncate'");
	if (alter_differs(pair, "publish_via_partition_root"))
		str_printf(pair->out,
			"ALTER PUBLICATION %s SET (publish_via_partition_root = %s);\n", new->name,
			root ? root : "false");
	for (uint32_t i = 0; i < new->property_count; i++)
		if (alter_differs(pair, new->property[i].name))
			postgres_add_published(&pair->new, &new->property[i]);
}

static void change(const struct pair *pair)
{
	switch (pair->new.object->kind) {
	case SCHEMA_EXTENSION: alter_extension(pair); return;
	case SCHEMA_ENUM: alter_enum(pair); return;
	case SCHEMA_DOMAIN: alter_domain(pair); return;
	case SCHEMA_SEQUENCE: alter_sequence(pair); return;
	case SCHEMA_FUNCTION:
	case SCHEMA_PROCEDURE: alter_routine(pair); return;
	case SCHEMA_TABLE: alter_table(pair); return;
	case SCHEMA_COLUMN: alter_column(pair); return;
	case SCHEMA_DEFAULT: alter_default(pair); return;
	case SCHEMA_PRIMARY_KEY:
	case SCHEMA_UNIQUE:
	case SCHEMA_EXCLUSION:
	case SCHEMA_INDEX: alter_index_settings(pair); return;
	case SCHEMA_CHECK:
	case SCHEMA_FOREIGN_KEY: alter_constraint(pair); return;
	case SCHEMA_STATISTICS: alter_statistics(pair); return;
	case SCHEMA_VIEW: alter_view(pair); return;
	case SCHEMA_MATERIALIZED_VIEW: alter_kept_view(pair); return;
	case SCHEMA_TRIGGER: alter_enabled(pair, "TRIGGER"); return;
	case SCHEMA_RULE: alter_enabled(pair, "RULE"); return;
	case SCHEMA_EVENT_TRIGGER: alter_event_trigger(pair); return;
	case SCHEMA_PUBLICATION: alter_publication(pair); return;
	case SCHEMA_NAMESPACE:
	case SCHEMA_COMPOSITE:
	case SCHEMA_RANGE:
	case SCHEMA_AGGREGATE:
	case SCHEMA_POLICY:
	case SCHEMA_KINDS: return;
	}
}

void alter_change(struct alter *alter, uint32_t object)
{
	struct pair pair = alter_pair(alter, alter->to_old[object], object);

	change(&pair);
	if (pair.new.object->kind != SCHEMA_DEFAULT)
		alter_about(&pair);
}
