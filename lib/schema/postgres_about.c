/* postgres_about: comments, privileges and options of an object that is there, and how such
 * statements name it. */
#include <string.h>

#include "schema/postgres_ddl.h"

#define COUNT(array) (sizeof(array) / sizeof *(array))

/* The kind as SQL has it, for objects whose name alone follows. */
static const char *word_of(enum schema_kind kind)
{
	static const char *const word[SCHEMA_KINDS] = {
		[SCHEMA_NAMESPACE] = "SCHEMA",
		[SCHEMA_EXTENSION] = "EXTENSION",
		[SCHEMA_ENUM] = "TYPE",
		[SCHEMA_DOMAIN] = "DOMAIN",
		[SCHEMA_COMPOSITE] = "TYPE",
		[SCHEMA_RANGE] = "TYPE",
		[SCHEMA_SEQUENCE] = "SEQUENCE",
		[SCHEMA_FUNCTION] = "FUNCTION",
		[SCHEMA_PROCEDURE] = "PROCEDURE",
		[SCHEMA_AGGREGATE] = "AGGREGATE",
		[SCHEMA_TABLE] = "TABLE",
		[SCHEMA_INDEX] = "INDEX",
		[SCHEMA_STATISTICS] = "STATISTICS",
		[SCHEMA_VIEW] = "VIEW",
		[SCHEMA_MATERIALIZED_VIEW] = "MATERIALIZED VIEW",
		[SCHEMA_TRIGGER] = "TRIGGER",
		[SCHEMA_RULE] = "RULE",
		[SCHEMA_POLICY] = "POLICY",
		[SCHEMA_EVENT_TRIGGER] = "EVENT TRIGGER",
		[SCHEMA_PUBLICATION] = "PUBLICATION",
	};

	return word[kind];
}

/* Bytes of the first name of a.b, which may be quoted, and the dot. */
static size_t schema_size(const char *name)
{
	bool quoted = false;

	for (const char *at = name; *at; at++) {
		if (*at == '"')
			quoted = !quoted;
		else if (*at == '.' && !quoted)
			return (size_t)(at + 1 - name);
	}
	return 0;
}

void postgres_add_index_name(const struct made *made)
{
	const char *table = made->owner->name;

	str_add_bytes(made->out, table, schema_size(table));
	str_add(made->out, made->object->name);
}

void postgres_add_target(const struct made *made)
{
	const struct schema_object *object = made->object;

	switch (object->kind) {
	case SCHEMA_COLUMN:
	case SCHEMA_DEFAULT:
		str_printf(made->out, "COLUMN %s.%s", made->owner->name, object->name);
		return;
	case SCHEMA_INDEX:
		str_add(made->out, "INDEX ");
		postgres_add_index_name(made);
		return;
	case SCHEMA_PRIMARY_KEY:
	case SCHEMA_UNIQUE:
	case SCHEMA_CHECK:
	case SCHEMA_EXCLUSION:
	case SCHEMA_FOREIGN_KEY:
		str_printf(made->out, "CONSTRAINT %s ON %s%s", object->name,
			made->owner->kind == SCHEMA_DOMAIN ? "DOMAIN " : "", made->owner->name);
		return;
	case SCHEMA_TRIGGER:
	case SCHEMA_RULE:
	case SCHEMA_POLICY:
		str_printf(made->out, "%s %s ON %s", word_of(object->kind), object->name,
			made->owner->name);
		return;
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
	case SCHEMA_STATISTICS:
	case SCHEMA_VIEW:
	case SCHEMA_MATERIALIZED_VIEW:
	case SCHEMA_EVENT_TRIGGER:
	case SCHEMA_PUBLICATION:
		str_printf(made->out, "%s %s", word_of(object->kind), object->name);
		return;
	case SCHEMA_KINDS: return;
	}
}

void postgres_add_options(const struct made *made)
{
	bool any = false;

	for (uint32_t i = 0; i < made->object->property_count; i++) {
		const struct schema_property *property = &made->object->property[i];
		const char *name = postgres_behind(property, "option ");

		if (!name)
			continue;
		str_printf(made->out, "%s%s=%s", any ? ", " : " WITH (", name, property->text);
		any = true;
	}
	str_add(made->out, any ? ")" : "");
}

/* standard_conforming_strings is on: the dump has set it. */
void postgres_add_remark(const struct made *made, const char *text)
{
	if (!text) {
		str_add(made->out, " IS NULL;\n");
		return;
	}
	str_add(made->out, " IS '");
	for (; *text; text++) {
		if (*text == '\'')
			str_add_char(made->out, '\'');
		str_add_char(made->out, *text);
	}
	str_add(made->out, "';\n");
}

static void add_comments(const struct made *made)
{
	const char *own = postgres_text(made, "comment");
	const char *index = postgres_text(made, "index comment");
	const char *sequence = postgres_text(made, "sequence comment");

	if (own) {
		str_add(made->out, "COMMENT ON ");
		postgres_add_target(made);
		postgres_add_remark(made, own);
	}
	if (index) {
		str_add(made->out, "COMMENT ON INDEX ");
		postgres_add_index_name(made);
		postgres_add_remark(made, index);
	}
	if (sequence) {
		str_printf(made->out, "COMMENT ON SEQUENCE %s",
			postgres_text(made, "identity sequence"));
		postgres_add_remark(made, sequence);
	}
}

/* A privilege, a role, and what about: the object as GRANT names it. */
struct grant {
	const struct made *made;
	const char *role;
	bool sequence; /* an identity column's */
};

static void add_granted(const struct grant *grant)
{
	const struct made *made = grant->made;
	const struct schema_object *object = made->object;
	size_t size = strlen(object->name);

	switch (object->kind) {
	case SCHEMA_COLUMN:
		if (grant->sequence)
			str_printf(
				made->out, "SEQUENCE %s", postgres_text(made, "identity sequence"));
		else
			str_printf(made->out, "TABLE %s", made->owner->name);
		return;
	case SCHEMA_AGGREGATE: /* GRANT takes no (*) */
		str_add(made->out, "FUNCTION ");
		if (size > 3 && !strcmp(object->name + size - 3, "(*)"))
			str_printf(made->out, "%.*s()", (int)size - 3, object->name);
		else
			str_add(made->out, object->name);
		return;
	case SCHEMA_VIEW:
	case SCHEMA_MATERIALIZED_VIEW: str_printf(made->out, "TABLE %s", object->name); return;
	case SCHEMA_DOMAIN: str_printf(made->out, "TYPE %s", object->name); return;
	case SCHEMA_NAMESPACE:
	case SCHEMA_EXTENSION:
	case SCHEMA_ENUM:
	case SCHEMA_COMPOSITE:
	case SCHEMA_RANGE:
	case SCHEMA_SEQUENCE:
	case SCHEMA_FUNCTION:
	case SCHEMA_PROCEDURE:
	case SCHEMA_TABLE:
	case SCHEMA_DEFAULT:
	case SCHEMA_PRIMARY_KEY:
	case SCHEMA_UNIQUE:
	case SCHEMA_CHECK:
	case SCHEMA_EXCLUSION:
	case SCHEMA_INDEX:
	case SCHEMA_STATISTICS:
	case SCHEMA_FOREIGN_KEY:
	case SCHEMA_TRIGGER:
	case SCHEMA_RULE:
	case SCHEMA_POLICY:
	case SCHEMA_EVENT_TRIGGER:
	case SCHEMA_PUBLICATION:
	case SCHEMA_KINDS: postgres_add_target(made);
	}
}

static const char option[] = " WITH GRANT OPTION";

/* One GRANT for the privileges that are to be granted on, one for the others. */
static void add_grant(const struct grant *grant, const char *text, bool on)
{
	const struct made *made = grant->made;
	bool any = false, column = made->object->kind == SCHEMA_COLUMN && !grant->sequence;

	for (size_t size; *text; text += size + (text[size] ? 2 : 0)) {
		const char *end = strstr(text, ", ");
		size_t tail = sizeof option - 1, word;
		bool is_on;

		size = end ? (size_t)(end - text) : strlen(text);
		is_on = size > tail && !memcmp(text + size - tail, option, tail);
		word = size - (is_on ? tail : 0);
		if (is_on != on)
			continue;
		str_add(made->out, any ? ", " : "GRANT ");
		str_add_bytes(made->out, text, word);
		if (column)
			str_printf(made->out, " (%s)", made->object->name);
		any = true;
	}
	if (!any)
		return;
	str_add(made->out, " ON ");
	add_granted(grant);
	str_printf(made->out, " TO %s%s;\n", grant->role, on ? option : "");
}

static struct grant grant_of(const struct made *made, const struct schema_property *property)
{
	struct grant grant = {made, postgres_behind(property, "privileges of "), false};

	if (!grant.role) {
		grant.role = postgres_behind(property, "sequence privileges of ");
		grant.sequence = true;
	}
	return grant;
}

void postgres_add_revoke(const struct made *made, const struct schema_property *property)
{
	struct grant grant = grant_of(made, property);

	str_add(made->out, "REVOKE ALL");
	if (made->object->kind == SCHEMA_COLUMN && !grant.sequence)
		str_printf(made->out, " (%s)", made->object->name);
	str_add(made->out, " ON ");
	add_granted(&grant);
	str_printf(made->out, " FROM %s;\n", grant.role);
}

void postgres_add_grants(const struct made *made, const struct schema_property *property)
{
	struct grant grant = grant_of(made, property);

	if (!strcmp(property->text, "NONE"))
		return;
	add_grant(&grant, property->text, false);
	add_grant(&grant, property->text, true);
}

/* Only the owner and PUBLIC have privileges from the start. */
static void add_privileges(const struct made *made, const struct schema_property *property)
{
	const char *role = grant_of(made, property).role;

	if (!strcmp(role, "PUBLIC") || !strcmp(role, "CURRENT_USER") ||
		!strcmp(property->text, "NONE"))
		postgres_add_revoke(made, property);
	postgres_add_grants(made, property);
}

static void add_others(const struct made *made)
{
	for (uint32_t i = 0; i < made->object->property_count; i++) {
		const struct schema_property *property = &made->object->property[i];
		const char *extension = postgres_behind(property, "depends on extension ");

		if (grant_of(made, property).role)
			add_privileges(made, property);
		if (!extension)
			continue;
		str_add(made->out, "ALTER ");
		postgres_add_target(made);
		str_printf(made->out, " DEPENDS ON EXTENSION %s;\n", extension);
	}
}

void postgres_add_about(const struct ddl *ddl, uint32_t object)
{
	struct made made = postgres_made(ddl, object);

	add_comments(&made);
	add_others(&made);
	for (uint32_t i = 0; i < made.object->parts.count; i++) {
		struct made part = postgres_made(ddl, made.object->parts.item[i]);

		if (postgres_is_folded(ddl, part.index) && !postgres_comes_later(&part))
			postgres_add_about(ddl, part.index);
	}
}
