/* postgres_tell: two versions of an object side by side, what is said about them to people, and
 * comments and privileges.
 *
 * Surprising: REVOKE on a table takes the privileges on its columns too
 * (https://www.postgresql.org/docs/current/sql-revoke.html), so these are granted again. */
#include <stdarg.h>
#include <string.h>

#include "schema/postgres_alter.h"

struct pair alter_pair(struct alter *alter, uint32_t old, uint32_t new)
{
	return (struct pair){.alter = alter,
		.old = postgres_made(&alter->before, old),
		.new = postgres_made(&alter->after, new),
		.out = alter->out};
}

const char *alter_was(const struct pair *pair, const char *property)
{
	return schema_text(pair->old.object, property);
}

const char *alter_is(const struct pair *pair, const char *property)
{
	return schema_text(pair->new.object, property);
}

static bool same(const char *left, const char *right)
{
	return left == right || (left && right && !strcmp(left, right));
}

bool alter_differs(const struct pair *pair, const char *property)
{
	return !same(alter_was(pair, property), alter_is(pair, property));
}

const char *alter_old_name(const struct alter *alter, uint32_t object)
{
	return schema_describe(alter->arena, alter->old, object);
}

const char *alter_new_name(const struct alter *alter, uint32_t object)
{
	return schema_describe(alter->arena, alter->new, object);
}

void alter_destroys(struct alter *alter, const char *format, ...)
{
	va_list arguments;

	va_start(arguments, format);
	schema_destroys(
		alter->arena, alter->result, arena_vprintf(alter->arena, format, arguments));
	va_end(arguments);
}

void alter_fails(struct alter *alter, const char *format, ...)
{
	va_list arguments;

	va_start(arguments, format);
	schema_fails(alter->arena, alter->result, arena_vprintf(alter->arena, format, arguments));
	va_end(arguments);
}

void alter_impossible(struct alter *alter, const char *format, ...)
{
	va_list arguments;

	va_start(arguments, format);
	schema_impossible(
		alter->arena, alter->result, arena_vprintf(alter->arena, format, arguments));
	va_end(arguments);
}

/* The comment that a database brings along for public is not in the model. */
static const char *usual_comment(const struct pair *pair)
{
	const struct schema_object *object = pair->new.object;

	if (object->kind != SCHEMA_NAMESPACE || strcmp(object->name, "public") != 0 ||
		alter_is(pair, "no comment"))
		return NULL;
	return "standard public schema";
}

static void change_comments(const struct pair *pair)
{
	const char *text = alter_is(pair, "comment");

	if (alter_differs(pair, "comment") || alter_differs(pair, "no comment")) {
		str_add(pair->out, "COMMENT ON ");
		postgres_add_target(&pair->new);
		postgres_add_remark(&pair->new, text ? text : usual_comment(pair));
	}
	if (alter_differs(pair, "index comment")) {
		str_add(pair->out, "COMMENT ON INDEX ");
		postgres_add_index_name(&pair->new);
		postgres_add_remark(&pair->new, alter_is(pair, "index comment"));
	}
	if (alter_differs(pair, "sequence comment") && alter_is(pair, "identity sequence")) {
		str_printf(
			pair->out, "COMMENT ON SEQUENCE %s", alter_is(pair, "identity sequence"));
		postgres_add_remark(&pair->new, alter_is(pair, "sequence comment"));
	}
}

/* https://www.postgresql.org/docs/current/ddl-priv.html */
static const char *usual_privileges(const struct schema_object *object, const char *role)
{
	bool public = !strcmp(role, "PUBLIC");

	if (!strcmp(role, "CURRENT_USER"))
		return object->kind == SCHEMA_COLUMN ? "NONE" : "ALL";
	switch (object->kind) {
	case SCHEMA_NAMESPACE: return public && !strcmp(object->name, "public") ? "USAGE" : "NONE";
	case SCHEMA_FUNCTION:
	case SCHEMA_PROCEDURE:
	case SCHEMA_AGGREGATE: return public ? "EXECUTE" : "NONE";
	case SCHEMA_ENUM:
	case SCHEMA_DOMAIN:
	case SCHEMA_COMPOSITE:
	case SCHEMA_RANGE: return public ? "USAGE" : "NONE";
	case SCHEMA_EXTENSION:
	case SCHEMA_SEQUENCE:
	case SCHEMA_TABLE:
	case SCHEMA_COLUMN:
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
	case SCHEMA_PUBLICATION:
	case SCHEMA_KINDS: break;
	}
	return "NONE";
}

static const char *role_of(const struct schema_property *property)
{
	const char *role = postgres_behind(property, "privileges of ");

	return role ? role : postgres_behind(property, "sequence privileges of ");
}

/* An identity that is new has no privileges yet, and one that is gone none any more. */
static bool has_target(const struct pair *pair, const struct schema_property *property)
{
	return property->name[0] == 'p' || alter_is(pair, "identity sequence");
}

static void set_privileges(const struct pair *pair, const struct schema_property *property)
{
	const char *role = role_of(property), *text = alter_is(pair, property->name);
	struct schema_object like = *pair->new.object;
	struct schema_property wanted = *property;

	if (!has_target(pair, property))
		return;
	like.kind = property->name[0] == 's' ? SCHEMA_SEQUENCE : like.kind;
	wanted.text = text ? text : usual_privileges(&like, role);
	postgres_add_revoke(&pair->new, property);
	postgres_add_grants(&pair->new, &wanted);
}

/* Was the role's whole set of privileges on the table taken, and with it that on the column? */
static bool was_revoked(const struct pair *pair, const struct schema_property *property)
{
	const struct schema_object *old = pair->old.owner, *new = pair->new.owner;

	return pair->new.object->kind == SCHEMA_COLUMN && property->name[0] == 'p' &&
	       !same(schema_text(old, property->name), schema_text(new, property->name));
}

static void change_privileges(const struct pair *pair)
{
	const struct schema_object *old = pair->old.object, *new = pair->new.object;

	for (uint32_t i = 0; i < old->property_count; i++)
		if (role_of(&old->property[i]) && !alter_is(pair, old->property[i].name))
			set_privileges(pair, &old->property[i]);
	for (uint32_t i = 0; i < new->property_count; i++)
		if (role_of(&new->property[i]) && (alter_differs(pair, new->property[i].name) ||
							  was_revoked(pair, &new->property[i])))
			set_privileges(pair, &new->property[i]);
}

static void change_extension(
	const struct pair *pair, const struct schema_property *property, const char *no)
{
	const char *extension = postgres_behind(property, "depends on extension ");

	if (!extension || !alter_differs(pair, property->name))
		return;
	str_add(pair->out, "ALTER ");
	postgres_add_target(&pair->new);
	str_printf(pair->out, " %sDEPENDS ON EXTENSION %s;\n", no, extension);
}

void alter_about(const struct pair *pair)
{
	const struct schema_object *old = pair->old.object, *new = pair->new.object;

	change_comments(pair);
	change_privileges(pair);
	for (uint32_t i = 0; i < old->property_count; i++)
		if (!alter_is(pair, old->property[i].name))
			change_extension(pair, &old->property[i], "NO ");
	for (uint32_t i = 0; i < new->property_count; i++)
		change_extension(pair, &new->property[i], "");
}
