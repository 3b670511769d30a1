/* sqlite_values: what may become of values when a table is rebuilt.
 *
 * Knows affinities (https://sqlite.org/datatype3.html), what a STRICT table takes
 * (https://sqlite.org/stricttables.html), and where a NULL may be. Surprising: a rowid is never
 * NULL though nothing says so, and a computed column may be NULL whatever the columns say that it
 * is computed from. */
#include <string.h>

#include "schema/sqlite_alter.h"
#include "schema/sqlite_table.h"
#include "schema/sqlite_word.h"

/* A table that is rebuilt. */
struct values {
	struct sqlite_altering *altering;
	const struct schema_object *old, *new;
};

static const char *describe(const struct values *values, const struct schema_object *column)
{
	return arena_printf(
		values->altering->arena, "column %s.%s", values->new->name, column->name);
}

const char *sqlite_value_of(const struct schema_object *column)
{
	const char *value = schema_text(column, "default");

	return value && strcmp(value, "NULL") != 0 ? value : NULL;
}

/* -------- What is destroyed -------- */

/* ANY keeps what it is given, in a STRICT table only. */
static char affinity(const struct schema_object *table, const struct schema_object *column)
{
	const char *type = schema_text(column, "type");

	if (!type || (schema_text(table, "strict") && sqlite_same(type, "ANY")))
		return 'b';
	return sqlite_affinity(type);
}

static void note_conversion(const struct values *values, const struct schema_object *old,
	const struct schema_object *new)
{
	char from = affinity(values->old, old), to = affinity(values->new, new);
	struct sqlite_altering *altering = values->altering;

	if ((from == 't' || from == 'b') && strchr("irn", to))
		sqlite_destroys(altering,
			arena_printf(altering->arena,
				"the spelling of texts of %s that look like numbers, such as 007",
				describe(values, new)));
	if ((from == 'i' || from == 'n') && to == 'r')
		sqlite_destroys(
			altering, arena_printf(altering->arena, "integers of %s beyond 2^53",
					  describe(values, new)));
}

void sqlite_note_destroyed(struct sqlite_altering *altering, const struct schema_object *old_table,
	const struct schema_object *new_table)
{
	const struct values values = {altering, old_table, new_table};

	for (uint32_t i = 0; i < old_table->parts.count; i++) {
		uint32_t part = old_table->parts.item[i];
		const struct schema_object *old = &altering->old->object[part], *new;

		if (old->kind != SCHEMA_COLUMN || schema_text(old, "generated"))
			continue;
		new = sqlite_column_of(altering->new, new_table, old->name);
		if (!new)
			sqlite_destroys(
				altering, schema_describe(altering->arena, altering->old, part));
		else if (schema_text(new, "generated"))
			sqlite_destroys(altering,
				arena_printf(altering->arena, "values of %s, which is computed now",
					describe(&values, new)));
		else
			note_conversion(&values, old, new);
	}
}

/* -------- Where it fails -------- */

/* SQLite numbers it by itself, and it is never NULL. */
static bool is_rowid(const struct schema *schema, const struct schema_object *table,
	const struct schema_object *column)
{
	const char *type = schema_text(column, "type");

	if (!type || strcmp(type, "INTEGER") != 0 || schema_text(table, "without rowid"))
		return false;
	for (uint32_t i = 0; i < table->parts.count; i++) {
		const struct schema_object *part = &schema->object[table->parts.item[i]];

		if (part->kind == SCHEMA_PRIMARY_KEY)
			return sqlite_is_about(part, column);
	}
	return false;
}

/* May the new column, which has no value of its own for it, be given a NULL? */
static bool may_be_null(const struct values *values, const struct schema_object *old,
	const struct schema_object *new)
{
	const char *computed = schema_text(new, "generated");

	if (!schema_text(old, "not null") && !is_rowid(values->altering->old, values->old, old))
		return true;
	return computed && (!schema_text(old, "generated") ||
				   strcmp(computed, schema_text(old, "generated")) != 0);
}

static void note_null(const struct values *values, const struct schema_object *old,
	const struct schema_object *new)
{
	struct sqlite_altering *altering = values->altering;
	bool computed = schema_text(new, "generated");

	if (!schema_text(new, "not null") || sqlite_value_of(new) ||
		is_rowid(altering->new, values->new, new))
		return;
	if (!old && !computed)
		sqlite_fails(
			altering, arena_printf(altering->arena,
					  "table %s has rows: %s is NOT NULL and has no DEFAULT",
					  values->old->name, describe(values, new)));
	else if (!old || may_be_null(values, old, new))
		sqlite_fails(altering,
			arena_printf(altering->arena, "%s is NULL", describe(values, new)));
}

/* Does a STRICT table's column of one type take whatever one of another has? */
static bool takes_all(const char *to, const char *from)
{
	switch (sqlite_affinity(to)) {
	case 'i': return sqlite_affinity(from) == 'i';
	case 'r': return strchr("ir", sqlite_affinity(from));
	case 't': return strchr("irt", sqlite_affinity(from));
	case 'b': return sqlite_affinity(from) == 'b';
	}
	return true; /* ANY */
}

static void note_type(const struct values *values, const struct schema_object *old,
	const struct schema_object *new)
{
	struct sqlite_altering *altering = values->altering;

	if (!takes_all(schema_text(new, "type"), schema_text(old, "type")))
		sqlite_fails(altering, arena_printf(altering->arena, "a value of %s is no %s",
					       describe(values, new), schema_text(new, "type")));
}

static void note_failures_of(const struct values *values, const struct schema_object *new)
{
	const struct schema_object *old = sqlite_column_of(
		values->altering->old, values->old, new->name);

	note_null(values, old, new);
	if (old && schema_text(values->old, "strict") && schema_text(values->new, "strict"))
		note_type(values, old, new);
}

void sqlite_note_failures(struct sqlite_altering *altering, const struct schema_object *old,
	const struct schema_object *new)
{
	const struct values values = {altering, old, new};

	for (uint32_t i = 0; i < new->parts.count; i++) {
		const struct schema_object *part = &altering->new->object[new->parts.item[i]];

		if (part->kind == SCHEMA_COLUMN)
			note_failures_of(&values, part);
	}
	if (schema_text(new, "strict") && !schema_text(old, "strict"))
		sqlite_fails(
			altering, arena_printf(altering->arena,
					  "table %s has a value of another type than its column's",
					  old->name));
}
