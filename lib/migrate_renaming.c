/* migrate_renaming: ALTER TABLE ... RENAME from comments.
 *
 * Knows how names are written: a schema's quotes what must be, and has PostgreSQL's schema in front
 * of a table's name; a comment's are as somebody wrote them. Nothing is renamed but what a comment
 * names. */
#include <string.h>

#include "base/error.h"
#include "renaming.h"
#include "schema/ddl.h"
#include "schema/sqlite_word.h"

struct names_of {
	struct migrate *migrate;
	const struct schema *made, *desired;
	const struct renames *renames;
	struct renaming *renaming;
	bool *touched; /* tables of made */
	struct str up, down;
};

/* -------- Names -------- */

const char *renaming_bare(const char *name)
{
	const char *last = name;
	char quote = 0;

	for (; *name; name++) {
		if (quote ? *name == quote : strchr("\"`", *name) != NULL)
			quote = quote ? 0 : *name;
		else if (!quote && *name == '.')
			last = name + 1;
	}
	return last;
}

/* What the database takes it for. */
static const char *meant(const struct names_of *names, const char *name)
{
	struct arena *arena = &names->migrate->arena;
	size_t size = strlen(name);

	if (size > 1 && strchr("\"`['", *name))
		return arena_strndup(arena, name + 1, size - 2);
	return names->migrate->driver->schema->ignores_case ? name : sqlite_lower(arena, name);
}

static bool same(const struct names_of *names, const char *left, const char *right)
{
	left = meant(names, left);
	right = meant(names, right);
	return names->migrate->driver->schema->ignores_case ? sqlite_same(left, right)
							    : !strcmp(left, right);
}

/* Does the schema's name of a table, or its beginning up to the last part, say what is written? */
static bool same_table(const struct names_of *names, const char *name, const char *written)
{
	const char *last = renaming_bare(name), *written_last = renaming_bare(written);
	size_t prefix = (size_t)(last - name), written_prefix = (size_t)(written_last - written);
	struct arena *arena = &names->migrate->arena;

	return same(names, last, written_last) &&
	       (!prefix || !written_prefix ||
		       same(names, arena_strndup(arena, name, prefix - 1),
			       arena_strndup(arena, written, written_prefix - 1)));
}

/* -------- Objects -------- */

static const struct schema_object *find_column(const struct names_of *names,
	const struct schema *schema, uint32_t table, const char *written)
{
	const struct schema_list *parts = &schema->object[table].parts;

	for (uint32_t i = 0; i < parts->count; i++) {
		const struct schema_object *part = &schema->object[parts->item[i]];

		if (part->kind == SCHEMA_COLUMN && same(names, part->name, written))
			return part;
	}
	return NULL;
}

static bool has_prefix(const char *name)
{
	return renaming_bare(name) != name;
}

/* Is it what a name without a schema usually means? */
static bool is_usual(const struct names_of *names, const char *name)
{
	const char *usual = names->migrate->driver->schema->usual_namespace;
	size_t size = usual ? strlen(usual) : 0;

	return !usual || (!strncmp(name, usual, size) && renaming_bare(name) == name + size + 1);
}

/* With that column, unless it is NULL; where schemas have tables of that name, the usual one's. */
static uint32_t find_table(const struct names_of *names, const struct schema *schema,
	const char *written, const char *column)
{
	uint32_t found = SCHEMA_NONE;

	for (uint32_t i = 0; i < schema->count; i++) {
		const struct schema_object *object = &schema->object[i];

		if (object->kind != SCHEMA_TABLE || !same_table(names, object->name, written) ||
			(column && !find_column(names, schema, i, column)))
			continue;
		if (has_prefix(written) || is_usual(names, object->name))
			return i;
		found = found == SCHEMA_NONE ? i : found;
	}
	return found;
}

/* "app." of "app.notes", and the old name behind it. */
static const char *beside(const struct names_of *names, const char *name, const char *old)
{
	return arena_printf(&names->migrate->arena, "%.*s%s", (int)(renaming_bare(name) - name),
		name, renaming_bare(old));
}

static void warn(const struct names_of *names, const struct rename *rename, const char *what)
{
	project_emit(names->migrate, MIGRATE_WARNING,
		arena_printf(&names->migrate->arena, "%s:%zu: \"renamed from: %s\" %s",
			rename->file, rename->line, rename->old, what));
}

/* -------- The statements -------- */

static void add_rename(struct names_of *names, const char *told, const char *up, const char *down)
{
	struct arena *arena = &names->migrate->arena;
	struct renaming *renaming = names->renaming;
	const char *behind = arena_strdup(arena, str_text(&names->down));

	ARENA_GROW(arena, renaming->told, renaming->count, renaming->room);
	renaming->told[renaming->count++] = told;
	str_add(&names->up, up);
	str_clear(&names->down);
	str_printf(&names->down, "%s%s", down, behind);
}

/* Where the table of a desired name is in what the migrations make: as that, or as what it is
 * renamed from; SCHEMA_NONE: it is new. */
static uint32_t origin(const struct names_of *names, const char *table)
{
	uint32_t found = schema_find(names->made, SCHEMA_TABLE, SCHEMA_NONE, table);

	for (uint32_t i = 0; found == SCHEMA_NONE && i < names->renames->count; i++) {
		const struct rename *rename = &names->renames->item[i];

		if (rename->table && !rename->column && same_table(names, table, rename->table))
			found = find_table(
				names, names->made, beside(names, table, rename->old), NULL);
	}
	return found;
}

static void rename_table(struct names_of *names, const struct rename *rename, uint32_t desired)
{
	struct arena *arena = &names->migrate->arena;
	const char *name = names->desired->object[desired].name, *old;
	uint32_t from = origin(names, name);

	if (from == SCHEMA_NONE) {
		warn(names, rename, "is left out: the migrations make no such table");
		return;
	}
	old = names->made->object[from].name;
	if (same_table(names, old, name))
		return;
	names->touched[from] = true;
	add_rename(names, arena_printf(arena, "table %s is renamed from %s", name, old),
		arena_printf(arena, "ALTER TABLE %s RENAME TO %s;\n", old, renaming_bare(name)),
		arena_printf(arena, "ALTER TABLE %s RENAME TO %s;\n", name, renaming_bare(old)));
}

static void rename_column(struct names_of *names, const struct rename *rename, uint32_t desired)
{
	struct arena *arena = &names->migrate->arena;
	const char *table = names->desired->object[desired].name;
	const struct schema_object *new, *old;
	uint32_t from = origin(names, table);

	new = find_column(names, names->desired, desired, rename->column);
	if (from == SCHEMA_NONE || !new || find_column(names, names->made, from, new->name))
		return;
	old = find_column(names, names->made, from, rename->old);
	if (!old) {
		warn(names, rename, "is left out: the migrations make no such column");
		return;
	}
	names->touched[from] = true;
	add_rename(names,
		arena_printf(arena, "column %s.%s is renamed from %s", table, new->name, old->name),
		arena_printf(arena, "ALTER TABLE %s RENAME COLUMN %s TO %s;\n", table, old->name,
			new->name),
		arena_printf(arena, "ALTER TABLE %s RENAME COLUMN %s TO %s;\n", table, new->name,
			old->name));
}

static void rename_all(struct names_of *names, bool columns)
{
	for (uint32_t i = 0; i < names->renames->count; i++) {
		const struct rename *rename = &names->renames->item[i];
		uint32_t table;

		if (rename->table && columns != (rename->column != NULL))
			continue;
		table = rename->table
				? find_table(names, names->desired, rename->table, rename->column)
				: SCHEMA_NONE;
		if (table == SCHEMA_NONE && !columns)
			warn(names, rename, "is about no table or column");
		if (table == SCHEMA_NONE)
			continue;
		if (columns)
			rename_column(names, rename, table);
		else
			rename_table(names, rename, table);
	}
}

/* Around all renames. */
static void make_way(struct names_of *names)
{
	const struct schema_dialect *dialect = names->migrate->driver->schema;
	struct arena *arena = &names->migrate->arena;
	struct str drop = {0};

	if (!dialect->make_way)
		return;
	dialect->make_way(arena, names->made, names->touched, &drop, &names->down);
	str_add(&drop, str_text(&names->up));
	str_release(&names->up);
	names->up = drop;
}

void renaming_find(struct migrate *migrate, const struct schema *made, const struct schema *desired,
	const struct renames *renames, struct renaming *renaming)
{
	struct names_of names = {.migrate = migrate,
		.made = made,
		.desired = desired,
		.renames = renames,
		.renaming = renaming,
		.touched = ARENA_ARRAY(&migrate->arena, made->count + 1, bool)};

	*renaming = (struct renaming){0};
	rename_all(&names, false);
	rename_all(&names, true);
	if (renaming->count)
		make_way(&names);
	renaming->upgrade = arena_strdup(&migrate->arena, str_text(&names.up));
	renaming->downgrade = arena_strdup(&migrate->arena, str_text(&names.down));
	str_release(&names.up);
	str_release(&names.down);
}
