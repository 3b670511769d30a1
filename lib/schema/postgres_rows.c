/* postgres_rows: which rows of a table that is there are in the way of what is new about it.
 *
 * Surprising: of a constraint that is made again as it was nothing is told, since the rows kept to
 * it before. */
#include <string.h>

#include "schema/postgres_alter.h"

/* Bytes of a definition before what no row can break: what is done, included or not handed on. */
static size_t bound_size(const char *definition)
{
	static const char *const free[] = {
		" ON UPDATE ", " ON DELETE ", " INCLUDE (", " NO INHERIT"};
	size_t size = definition ? strlen(definition) : 0;

	for (size_t i = 0; i < sizeof free / sizeof *free; i++) {
		const char *at = definition ? strstr(definition, free[i]) : NULL;

		if (at && (size_t)(at - definition) < size)
			size = (size_t)(at - definition);
	}
	return size;
}

static bool has_same_bounds(const struct pair *pair)
{
	const char *was = alter_was(pair, "definition"), *is = alter_is(pair, "definition");
	size_t size = bound_size(was);

	return !alter_differs(pair, "definition") ||
	       (was && is && !strchr(is, '\'') && size == bound_size(is) && !memcmp(was, is, size));
}

static bool is_as_before(const struct pair *pair)
{
	return has_same_bounds(pair) && !alter_differs(pair, "where") &&
	       !alter_differs(pair, "unique") &&
	       (!alter_was(pair, "not valid") || alter_is(pair, "not valid"));
}

/* No two rows have the same in it: it is NULL, or numbered. */
static bool differs_by_itself(const struct alter *alter, uint32_t column)
{
	struct made made = postgres_made(&alter->after, column);
	uint32_t value = postgres_default_of(&made);
	const char *text;

	if (made.object->kind != SCHEMA_COLUMN || alter->to_old[column] != SCHEMA_NONE)
		return false;
	if (value == SCHEMA_NONE)
		return true;
	text = schema_text(&alter->new->object[value], "expression");
	return text && !strncmp(text, "nextval(", strlen("nextval("));
}

static bool has_such_column(const struct made *part, const struct alter *alter)
{
	const struct schema_list *needs = &part->object->needs;
	const char *definition = postgres_text(part, "definition");

	if (definition && strstr(definition, "NULLS NOT DISTINCT"))
		return false;
	for (uint32_t i = 0; i < needs->count; i++)
		if (differs_by_itself(alter, needs->item[i]))
			return true;
	return false;
}

static void tell_equal(struct alter *alter, const struct made *part)
{
	if (!has_such_column(part, alter))
		alter_fails(alter, "two rows of table %s are equal by %s", part->owner->name,
			alter_new_name(alter, part->index));
}

static void tell_check(struct alter *alter, const struct made *check)
{
	const char *name = alter_new_name(alter, check->index);

	if (check->owner->kind == SCHEMA_DOMAIN)
		alter_fails(alter, "a value of domain %s breaks %s", check->owner->name, name);
	else
		alter_fails(alter, "a row of table %s breaks %s", check->owner->name, name);
}

static void tell(struct alter *alter, const struct made *part)
{
	const char *table = part->owner->name, *name = alter_new_name(alter, part->index);

	if (part->object->kind == SCHEMA_CHECK)
		tell_check(alter, part);
	else if (part->object->kind == SCHEMA_EXCLUSION && !has_such_column(part, alter))
		alter_fails(alter, "two rows of table %s exclude each other by %s", table, name);
	else if (part->object->kind == SCHEMA_FOREIGN_KEY && !has_such_column(part, alter))
		alter_fails(alter, "a row of table %s refers to none by %s", table, name);
	else if (part->object->kind == SCHEMA_PRIMARY_KEY || part->object->kind == SCHEMA_UNIQUE ||
		 (part->object->kind == SCHEMA_INDEX && postgres_has(part, "unique")))
		tell_equal(alter, part);
}

void alter_tell_rows(struct alter *alter, uint32_t object)
{
	struct made part = postgres_made(&alter->after, object);
	uint32_t old = alter->to_old[object];

	if (!part.owner || postgres_has(&part, "not valid") ||
		alter_is_made(alter, part.object->owner) ||
		part.owner->kind == SCHEMA_MATERIALIZED_VIEW)
		return;
	if (old != SCHEMA_NONE) {
		struct pair pair = alter_pair(alter, old, object);

		if (is_as_before(&pair))
			return;
	}
	tell(alter, &part);
}
