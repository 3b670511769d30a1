/* postgres_can: whether statements can make the new version of an object out of the old one. Knows
 * the properties of each kind that ALTER reaches, and nothing of what else stands on the object.
 *
 * Surprising: CREATE OR REPLACE counts as an ALTER, where the server lets it
 * (https://www.postgresql.org/docs/current/sql-createview.html,
 * https://www.postgresql.org/docs/current/sql-createfunction.html). */
#include <string.h>

#include "schema/postgres_alter.h"

/* A property that can be altered for every kind. */
static bool is_about(const char *name)
{
	return strstr(name, "comment") || strstr(name, "privileges of ") ||
	       !strncmp(name, "depends on extension ", 21);
}

/* Beginnings of the names of properties that a statement can alter, each ended by a bar. */
static const char *const alterable[SCHEMA_KINDS] = {
	[SCHEMA_EXTENSION] = "schema|",
	[SCHEMA_DOMAIN] = "default|not null|",
	[SCHEMA_SEQUENCE] = "|",
	[SCHEMA_TABLE] = "|",
	[SCHEMA_COLUMN] = "|",
	[SCHEMA_PRIMARY_KEY] = "cluster|replica identity|partition of|option |statistics |",
	[SCHEMA_UNIQUE] = "cluster|replica identity|partition of|option |statistics |",
	[SCHEMA_EXCLUSION] = "cluster|replica identity|option |statistics |",
	[SCHEMA_INDEX] = "cluster|replica identity|partition of|option |statistics |",
	[SCHEMA_FOREIGN_KEY] = "deferrable|",
	[SCHEMA_STATISTICS] = "statistics|",
	[SCHEMA_MATERIALIZED_VIEW] = "option |access method|",
	[SCHEMA_TRIGGER] = "enabled|",
	[SCHEMA_RULE] = "enabled|",
	[SCHEMA_EVENT_TRIGGER] = "enabled|",
	[SCHEMA_PUBLICATION] = "publish|table |schema |",
};

static bool begins(const char *list, const char *name)
{
	for (const char *end; list && *list; list = end + 1) {
		end = strchr(list, '|');
		if (!strncmp(list, name, (size_t)(end - list)))
			return true;
	}
	return false;
}

/* Can a statement give the object this property, or take it? */
static bool can_set(const struct pair *pair, const char *name)
{
	enum schema_kind kind = pair->new.object->kind;

	if (is_about(name) || (kind < SCHEMA_KINDS && begins(alterable[kind], name)))
		return true;
	if (kind == SCHEMA_CHECK || kind == SCHEMA_FOREIGN_KEY)
		return !strcmp(name, "not valid") && !alter_is(pair, name);
	return false;
}

static bool can_set_all(const struct pair *pair)
{
	const struct schema_object *old = pair->old.object, *new = pair->new.object;

	for (uint32_t i = 0; i < old->property_count; i++)
		if (alter_differs(pair, old->property[i].name) &&
			!can_set(pair, old->property[i].name))
			return false;
	for (uint32_t i = 0; i < new->property_count; i++)
		if (alter_differs(pair, new->property[i].name) &&
			!can_set(pair, new->property[i].name))
			return false;
	return true;
}

/* CREATE OR REPLACE VIEW adds columns behind those that are there, no more. */
static bool is_extended(const struct pair *pair)
{
	const char *was = alter_was(pair, "columns"), *is = alter_is(pair, "columns");
	size_t size = was ? strlen(was) : 0;

	return was && is && !strncmp(was, is, size) && (!is[size] || is[size] == ',');
}

static bool is_routine_alike(const struct pair *pair)
{
	return !alter_differs(pair, "arguments") && !alter_differs(pair, "returns");
}

static bool can_alter_default(const struct pair *pair)
{
	return !alter_was(pair, "generated") && !alter_is(pair, "generated");
}

static bool can_alter_domain_type(const struct pair *pair)
{
	return !alter_differs(pair, "type") && !alter_differs(pair, "collation");
}

bool alter_can(const struct pair *pair)
{
	switch (pair->new.object->kind) {
	case SCHEMA_ENUM:
		return !alter_differs(pair, "labels") ||
		       alter_only_adds_values(pair->alter, pair->old.index, pair->new.index);
	case SCHEMA_DOMAIN: return can_alter_domain_type(pair) && can_set_all(pair);
	case SCHEMA_FUNCTION:
	case SCHEMA_PROCEDURE: return is_routine_alike(pair);
	case SCHEMA_VIEW: return is_extended(pair);
	case SCHEMA_DEFAULT: return can_alter_default(pair);
	case SCHEMA_NAMESPACE:
	case SCHEMA_EXTENSION:
	case SCHEMA_COMPOSITE:
	case SCHEMA_RANGE:
	case SCHEMA_SEQUENCE:
	case SCHEMA_AGGREGATE:
	case SCHEMA_TABLE:
	case SCHEMA_COLUMN:
	case SCHEMA_PRIMARY_KEY:
	case SCHEMA_UNIQUE:
	case SCHEMA_CHECK:
	case SCHEMA_EXCLUSION:
	case SCHEMA_INDEX:
	case SCHEMA_STATISTICS:
	case SCHEMA_MATERIALIZED_VIEW:
	case SCHEMA_FOREIGN_KEY:
	case SCHEMA_TRIGGER:
	case SCHEMA_RULE:
	case SCHEMA_POLICY:
	case SCHEMA_EVENT_TRIGGER:
	case SCHEMA_PUBLICATION:
	case SCHEMA_KINDS: break;
	}
	return can_set_all(pair);
}
