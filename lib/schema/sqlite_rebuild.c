/* sqlite_rebuild: a table is made anew under another name, filled, and takes the old one's place
 * (https://sqlite.org/lang_altertable.html#otheralter). Foreign keys must be off meanwhile: with
 * them on, DROP TABLE deletes the rows of children.
 *
 * Knows how rows are copied; what may become of their values is told by sqlite_values.c.
 * Surprising: a constraint with ON CONFLICT IGNORE or REPLACE would drop rows without a word, so
 * the INSERT says OR ABORT; and AUTOINCREMENT's counter, which may be ahead of all rows, belongs to
 * the table's name. */
#include <string.h>

#include "schema/sqlite_alter.h"
#include "schema/sqlite_word.h"

struct rebuild {
	struct sqlite_altering *altering;
	const struct schema_object *old, *new;
	const char *name; /* for the time being */
};

static const struct schema_object *part_of(const struct rebuild *rebuild, uint32_t i)
{
	return &rebuild->altering->new->object[rebuild->new->parts.item[i]];
}

static bool is_taken(const struct schema *schema, const char *name)
{
	return schema_find(schema, SCHEMA_TABLE, SCHEMA_NONE, name) != SCHEMA_NONE ||
	       schema_find(schema, SCHEMA_VIEW, SCHEMA_NONE, name) != SCHEMA_NONE;
}

static const char *new_name(const struct rebuild *rebuild)
{
	struct arena *arena = rebuild->altering->arena;
	const char *name = rebuild->new->name, *prefix = "migrate_new_", *made;
	bool quoted = *name == '"';

	for (;;) {
		made = arena_printf(arena, "%s%s%s", quoted ? "\"" : "", prefix, name + quoted);
		if (!is_taken(rebuild->altering->old, made) &&
			!is_taken(rebuild->altering->new, made))
			return made;
		prefix = arena_printf(arena, "%s_", prefix);
	}
}

/* -------- Copying the rows -------- */

/* A NULL where there may be none any more becomes the DEFAULT. */
static void add_source(
	const struct schema_object *old, const struct schema_object *new, struct str *out)
{
	if (schema_text(new, "not null") && !schema_text(old, "not null") && sqlite_value_of(new))
		str_printf(out, "coalesce(%s, %s)", old->name, sqlite_value_of(new));
	else
		str_add(out, old->name);
}

/* "(a, b) SELECT a, b": of the columns that both have; false where there is none. */
static bool write_columns(const struct rebuild *rebuild, struct str *columns, struct str *sources)
{
	for (uint32_t i = 0; i < rebuild->new->parts.count; i++) {
		const struct schema_object *new = part_of(rebuild, i), *old;

		if (new->kind != SCHEMA_COLUMN || schema_text(new, "generated"))
			continue;
		old = sqlite_column_of(rebuild->altering->old, rebuild->old, new->name);
		if (!old)
			continue;
		str_add(columns, columns->size ? ", " : "");
		str_add(sources, sources->size ? ", " : "");
		str_add(columns, new->name);
		add_source(old, new, sources);
	}
	return columns->size;
}

static bool has_conflict_clause(const struct rebuild *rebuild)
{
	for (uint32_t i = 0; i < rebuild->new->parts.count; i++)
		if (schema_text(part_of(rebuild, i), "conflict") ||
			schema_text(part_of(rebuild, i), "not null conflict"))
			return true;
	return false;
}

static bool counts(const struct schema *schema, const struct schema_object *table)
{
	for (uint32_t i = 0; i < table->parts.count; i++)
		if (schema_text(&schema->object[table->parts.item[i]], "autoincrement"))
			return true;
	return false;
}

/* A name of SQL as a string. */
static const char *as_string(struct arena *arena, const char *name)
{
	char *bare = arena_strdup(arena, name), *end = bare;

	if (*name != '"')
		return sqlite_quoted(arena, name, '\'');
	for (name++; *name && name[1]; name++, end++) {
		*end = *name;
		name += *name == '"';
	}
	*end = '\0';
	return sqlite_quoted(arena, bare, '\'');
}

static void copy_counter(const struct rebuild *rebuild)
{
	struct sqlite_altering *altering = rebuild->altering;

	if (counts(altering->old, rebuild->old) && counts(altering->new, rebuild->new))
		str_printf(altering->alteration->out,
			"INSERT INTO sqlite_sequence (name, seq)\n"
			"\tSELECT %s, seq FROM sqlite_sequence WHERE name = %s;\n",
			as_string(altering->arena, rebuild->name),
			as_string(altering->arena, rebuild->old->name));
}

static void copy_rows(const struct rebuild *rebuild)
{
	struct sqlite_altering *altering = rebuild->altering;
	struct str columns = {0}, sources = {0};

	if (write_columns(rebuild, &columns, &sources)) {
		sqlite_note_failures(altering, rebuild->old, rebuild->new);
		str_printf(altering->alteration->out,
			"INSERT%s INTO %s (%s)\n\tSELECT %s FROM %s;\n",
			has_conflict_clause(rebuild) ? " OR ABORT" : "", rebuild->name,
			columns.text, sources.text, rebuild->old->name);
	} else {
		sqlite_destroys(altering,
			arena_printf(altering->arena, "rows of table %s", rebuild->old->name));
	}
	str_release(&columns);
	str_release(&sources);
}

void sqlite_rebuild_table(struct sqlite_altering *altering, uint32_t new_table)
{
	struct rebuild rebuild = {altering, &altering->old->object[altering->old_of[new_table]],
		&altering->new->object[new_table], NULL};
	struct str *out = altering->alteration->out;

	rebuild.name = new_name(&rebuild);
	sqlite_note_destroyed(altering, rebuild.old, rebuild.new);
	sqlite_create_table(&altering->ddl, rebuild.new, rebuild.name);
	copy_counter(&rebuild);
	copy_rows(&rebuild);
	str_printf(out, "DROP TABLE %s;\nALTER TABLE %s RENAME TO %s;\n", rebuild.old->name,
		rebuild.name, rebuild.new->name);
}
