/* migrate_renaming: ALTER TABLE ... RENAME from comments.
 *
 * Knows in which order: tables before columns, and first what has the name that another gets.
 * Nothing is renamed but what a comment names. Surprising: comments may stay for ever, so one whose
 * new name is there is taken for done, unless another one takes that name away; and where they go
 * round in a circle, as when two columns exchange their names, nobody can tell. */
#include "base/error.h"
#include "renaming_names.h"
#include "schema/ddl.h"

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

/* What the desired table is in what the migrations make, by its name or a comment; SCHEMA_NONE: it
 * is new. */
static uint32_t origin(const struct names_of *names, uint32_t desired)
{
	uint32_t found = names->from[desired];

	if (found != SCHEMA_NONE)
		return found;
	found = renaming_find_table(names, names->made, names->desired->object[desired].name, NULL);
	return found != SCHEMA_NONE && names->moved[found] ? SCHEMA_NONE : found;
}

static void rename_table(struct names_of *names, uint32_t i)
{
	const struct rename *rename = &names->renames->item[i];
	struct arena *arena = &names->migrate->arena;
	const char *name = names->desired->object[names->about[i]].name, *old;
	uint32_t from = renaming_find_table(
		names, names->made, renaming_beside(names, name, rename->old), NULL);

	if (from == SCHEMA_NONE) {
		warn(names, rename, "is left out: the migrations make no such table");
		return;
	}
	old = names->made->object[from].name;
	names->from[names->about[i]] = from;
	names->touched[from] = names->moved[from] = names->done[i] = true;
	add_rename(names, arena_printf(arena, "table %s is renamed from %s", name, old),
		arena_printf(arena, "ALTER TABLE %s RENAME TO %s;\n", old, renaming_bare(name)),
		arena_printf(arena, "ALTER TABLE %s RENAME TO %s;\n", name, renaming_bare(old)));
}

static void rename_column(struct names_of *names, uint32_t i)
{
	const struct rename *rename = &names->renames->item[i];
	struct arena *arena = &names->migrate->arena;
	const char *table = names->desired->object[names->about[i]].name;
	uint32_t from = origin(names, names->about[i]);
	const struct schema_object *new, *old;

	if (from == SCHEMA_NONE)
		return;
	new = renaming_find_column(names, names->desired, names->about[i], rename->column);
	old = renaming_find_column(names, names->made, from, rename->old);
	if (!old) {
		warn(names, rename, "is left out: the migrations make no such column");
		return;
	}
	names->touched[from] = names->done[i] = true;
	add_rename(names,
		arena_printf(arena, "column %s.%s is renamed from %s", table, new->name, old->name),
		arena_printf(arena, "ALTER TABLE %s RENAME COLUMN %s TO %s;\n", table, old->name,
			new->name),
		arena_printf(arena, "ALTER TABLE %s RENAME COLUMN %s TO %s;\n", table, new->name,
			old->name));
}

/* -------- Which, and in which order -------- */

/* Do the migrations make something of that new name? */
static bool is_made(const struct names_of *names, uint32_t i)
{
	const struct rename *rename = &names->renames->item[i];
	uint32_t from;

	if (!rename->column)
		return renaming_find_table(names, names->made,
			       names->desired->object[names->about[i]].name, NULL) != SCHEMA_NONE;
	from = origin(names, names->about[i]);
	return from != SCHEMA_NONE &&
	       renaming_find_column(names, names->made, from, rename->column);
}

/* Does the comment say that what has this name has the desired table's, or column's, now? */
static bool takes(const struct names_of *names, uint32_t i, const char *name)
{
	const struct rename *rename = &names->renames->item[i];
	const char *table = names->desired->object[names->about[i]].name;

	if (rename->column)
		return renaming_same(names, rename->old, name) &&
		       !renaming_same(names, rename->column, name);
	return renaming_same_table(names, name, renaming_beside(names, table, rename->old)) &&
	       !renaming_same_table(names, name, table);
}

/* The comment by which what has this one's new name is renamed itself; UINT32_MAX. */
static uint32_t next(const struct names_of *names, uint32_t i)
{
	const struct renames *renames = names->renames;
	const char *column = renames->item[i].column;
	const char *name = column ? column : names->desired->object[names->about[i]].name;

	if (!is_made(names, i))
		return UINT32_MAX;
	for (uint32_t k = 0; k < renames->count; k++)
		if (k != i && names->about[k] != SCHEMA_NONE &&
			!renames->item[k].column == !column &&
			(!column || names->about[k] == names->about[i]) && takes(names, k, name))
			return k;
	return UINT32_MAX;
}

/* "column notes.a is renamed from b, b from a" */
static bool refuse_circle(const struct names_of *names, uint32_t first, struct migrate_error *error)
{
	const struct rename *item = names->renames->item, *rename = &item[first];
	const char *table = names->desired->object[names->about[first]].name;
	struct str text = {0};

	str_printf(&text, "%s %s%s%s is renamed from %s", rename->column ? "column" : "table",
		table, rename->column ? "." : "", rename->column ? rename->column : "",
		rename->old);
	for (uint32_t i = next(names, first); i != first; i = next(names, i))
		str_printf(&text, ", %s from %s", item[i].column ? item[i].column : item[i].table,
			item[i].old);
	error_set(error, MIGRATE_E_REFUSED, "%s: whether that was done cannot be told",
		str_text(&text));
	str_release(&text);
	error_at(error, rename->file, rename->line, 0);
	return error_hint(error,
		"If it was done, take these comments out of the desired schema; if "
		"not, write that revision by hand, by way of a third name.");
}

static bool goes_round(const struct names_of *names, uint32_t first)
{
	uint32_t at = first;

	for (uint32_t steps = 0; steps < names->renames->count; steps++) {
		at = next(names, at);
		if (at == first || at == UINT32_MAX)
			return at == first;
	}
	return false;
}

/* What has the name must have got another one first. */
static void rename_one(struct names_of *names, uint32_t i)
{
	uint32_t before;

	if (names->seen[i])
		return;
	names->seen[i] = true;
	before = next(names, i);
	if (before != UINT32_MAX)
		rename_one(names, before);
	if (is_made(names, i) && (before == UINT32_MAX || !names->done[before]))
		return;
	if (names->renames->item[i].column)
		rename_column(names, i);
	else
		rename_table(names, i);
}

static bool rename_all(struct names_of *names, bool columns, struct migrate_error *error)
{
	const struct renames *renames = names->renames;

	for (uint32_t i = 0; i < renames->count; i++) {
		if (names->about[i] == SCHEMA_NONE || columns != (renames->item[i].column != NULL))
			continue;
		if (goes_round(names, i))
			return refuse_circle(names, i, error);
		rename_one(names, i);
	}
	return true;
}

static void find_about(struct names_of *names)
{
	for (uint32_t i = 0; i < names->renames->count; i++) {
		const struct rename *rename = &names->renames->item[i];

		names->about[i] = rename->table ? renaming_find_table(names, names->desired,
							  rename->table, rename->column)
						: SCHEMA_NONE;
		if (names->about[i] == SCHEMA_NONE && !rename->column)
			warn(names, rename, "is about no table or column");
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

static void init(struct names_of *names)
{
	struct arena *arena = &names->migrate->arena;

	names->about = ARENA_ARRAY(arena, names->renames->count + 1, uint32_t);
	names->seen = ARENA_ARRAY(arena, names->renames->count + 1, bool);
	names->done = ARENA_ARRAY(arena, names->renames->count + 1, bool);
	names->from = ARENA_ARRAY(arena, names->desired->count + 1, uint32_t);
	names->moved = ARENA_ARRAY(arena, names->made->count + 1, bool);
	names->touched = ARENA_ARRAY(arena, names->made->count + 1, bool);
	for (uint32_t i = 0; i < names->desired->count; i++)
		names->from[i] = SCHEMA_NONE;
	find_about(names);
}

bool renaming_find(struct migrate *migrate, const struct schema *made, const struct schema *desired,
	const struct renames *renames, struct renaming *renaming, struct migrate_error *error)
{
	struct names_of names = {.migrate = migrate,
		.made = made,
		.desired = desired,
		.renames = renames,
		.renaming = renaming};
	bool good;

	*renaming = (struct renaming){0};
	init(&names);
	good = rename_all(&names, false, error) && rename_all(&names, true, error);
	if (renaming->count)
		make_way(&names);
	renaming->upgrade = arena_strdup(&migrate->arena, str_text(&names.up));
	renaming->downgrade = arena_strdup(&migrate->arena, str_text(&names.down));
	str_release(&names.up);
	str_release(&names.down);
	return good;
}
