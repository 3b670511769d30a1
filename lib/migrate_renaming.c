/* migrate_renaming: ALTER TABLE ... RENAME from comments, and proposals where there is none.
 *
 * Knows how names are written: a schema's quotes what must be, and has PostgreSQL's schema in front
 * of a table's name; a comment's are as somebody wrote them. Nothing is renamed but what a comment
 * names. */
#include <string.h>

#include "base/error.h"
#include "renaming.h"
#include "schema/sqlite_word.h"

struct names_of {
	struct migrate *migrate;
	const struct schema *made, *desired;
	const struct renames *renames;
	struct renaming *renaming;
	struct str up, down;
};

/* -------- Names -------- */

/* Behind the last dot that is in no quotes. */
static const char *last_part(const char *name)
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
	return names->migrate->driver->scan == SCAN_SQLITE ? name : sqlite_lower(arena, name);
}

static bool same(const struct names_of *names, const char *left, const char *right)
{
	left = meant(names, left);
	right = meant(names, right);
	return names->migrate->driver->scan == SCAN_SQLITE ? sqlite_same(left, right)
							   : !strcmp(left, right);
}

/* Does the schema's name of a table, or its beginning up to the last part, say what is written? */
static bool same_table(const struct names_of *names, const char *name, const char *written)
{
	const char *last = last_part(name), *written_last = last_part(written);
	size_t prefix = (size_t)(last - name), written_prefix = (size_t)(written_last - written);
	struct arena *arena = &names->migrate->arena;

	return same(names, last, written_last) &&
	       (!prefix || !written_prefix ||
		       same(names, arena_strndup(arena, name, prefix - 1),
			       arena_strndup(arena, written, written_prefix - 1)));
}

/* -------- Objects -------- */

static uint32_t find_table(
	const struct names_of *names, const struct schema *schema, const char *written)
{
	for (uint32_t i = 0; i < schema->count; i++)
		if (schema->object[i].kind == SCHEMA_TABLE &&
			same_table(names, schema->object[i].name, written))
			return i;
	return SCHEMA_NONE;
}

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

/* "app." of "app.notes", and the old name behind it. */
static const char *beside(const struct names_of *names, const char *name, const char *old)
{
	return arena_printf(&names->migrate->arena, "%.*s%s", (int)(last_part(name) - name), name,
		last_part(old));
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
			found = find_table(names, names->made, beside(names, table, rename->old));
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
	if (!strcmp(old, name))
		return;
	add_rename(names, arena_printf(arena, "table %s is renamed from %s", name, old),
		arena_printf(arena, "ALTER TABLE %s RENAME TO %s;\n", old, last_part(name)),
		arena_printf(arena, "ALTER TABLE %s RENAME TO %s;\n", name, last_part(old)));
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
		table = rename->table ? find_table(names, names->desired, rename->table)
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

void renaming_find(struct migrate *migrate, const struct schema *made, const struct schema *desired,
	const struct renames *renames, struct renaming *renaming)
{
	struct names_of names = {.migrate = migrate,
		.made = made,
		.desired = desired,
		.renames = renames,
		.renaming = renaming};

	*renaming = (struct renaming){0};
	rename_all(&names, false);
	rename_all(&names, true);
	renaming->upgrade = arena_strdup(&migrate->arena, str_text(&names.up));
	renaming->downgrade = arena_strdup(&migrate->arena, str_text(&names.down));
	str_release(&names.up);
	str_release(&names.down);
}

/* -------- Proposals -------- */

static bool same_text(
	const struct schema_object *left, const struct schema_object *right, const char *property)
{
	const char *a = schema_text(left, property), *b = schema_text(right, property);

	return a && b ? !strcmp(a, b) : a == b;
}

static bool similar(const char *left, const char *right)
{
	size_t longest = strlen(left) > strlen(right) ? strlen(left) : strlen(right);

	return strcasestr(left, right) || strcasestr(right, left) ||
	       edit_distance(left, right) * 2 <= longest;
}

static bool is_dropped(const struct schema_change *change)
{
	return change->new == SCHEMA_NONE;
}

static bool is_added(const struct schema_change *change)
{
	return change->old == SCHEMA_NONE;
}

/* How many columns of that table came, or went. */
static uint32_t count_columns(const struct schema_changes *changes, const char *table, bool added)
{
	const struct schema *schema = added ? changes->new : changes->old;
	uint32_t count = 0;

	for (uint32_t i = 0; i < changes->count; i++) {
		const struct schema_change *change = &changes->item[i];
		const struct schema_object *object;

		if (!(added ? is_added(change) : is_dropped(change)))
			continue;
		object = &schema->object[added ? change->new : change->old];
		count += object->kind == SCHEMA_COLUMN &&
			 !strcmp(schema->object[object->owner].name, table);
	}
	return count;
}

/* In one table, of one type; and of similar names, or there are no others. */
static bool may_be_column(const struct schema_changes *changes, const struct schema_object *old,
	const struct schema_object *new)
{
	const char *table = changes->old->object[old->owner].name;

	return !strcmp(table, changes->new->object[new->owner].name) &&
	       same_text(old, new, "type") && same_text(old, new, "generated") &&
	       (similar(old->name, new->name) ||
		       (count_columns(changes, table, true) == 1 &&
			       count_columns(changes, table, false) == 1));
}

static uint32_t count_of_kind(
	const struct schema *schema, const struct schema_object *owner, enum schema_kind kind)
{
	uint32_t count = 0;

	for (uint32_t i = 0; i < owner->parts.count; i++)
		count += schema->object[owner->parts.item[i]].kind == kind;
	return count;
}

/* Of the same columns. */
static bool may_be_table(
	const struct schema_changes *changes, const struct schema_object *old, uint32_t new_index)
{
	const struct schema_object *new = &changes->new->object[new_index];
	uint32_t count = count_of_kind(changes->old, old, SCHEMA_COLUMN);

	if (!count || count != count_of_kind(changes->new, new, SCHEMA_COLUMN))
		return false;
	for (uint32_t i = 0; i < old->parts.count; i++) {
		const struct schema_object *column = &changes->old->object[old->parts.item[i]];
		uint32_t found;

		if (column->kind != SCHEMA_COLUMN)
			continue;
		found = schema_find(changes->new, SCHEMA_COLUMN, new_index, column->name);
		if (found == SCHEMA_NONE ||
			!same_text(column, &changes->new->object[found], "type"))
			return false;
	}
	return true;
}

static bool may_be(const struct schema_changes *changes, const struct schema_change *dropped,
	const struct schema_change *added)
{
	const struct schema_object *old = &changes->old->object[dropped->old];
	const struct schema_object *new = &changes->new->object[added->new];

	if (old->kind != new->kind)
		return false;
	if (old->kind == SCHEMA_COLUMN)
		return may_be_column(changes, old, new);
	return old->kind == SCHEMA_TABLE && may_be_table(changes, old, added->new);
}

void renaming_propose(struct migrate *migrate, const struct schema_changes *changes)
{
	struct arena *arena = &migrate->arena;

	for (uint32_t i = 0; i < changes->count; i++)
		for (uint32_t k = 0; is_dropped(&changes->item[i]) && k < changes->count; k++) {
			const struct schema_change *old = &changes->item[i];
			const struct schema_change *new = &changes->item[k];

			if (!is_added(new) || !may_be(changes, old, new))
				continue;
			project_emit(migrate, MIGRATE_NOTICE,
				arena_printf(arena,
					"%s may be %s, renamed: if so, write \"-- renamed from: "
					"%s\" above it in the desired schema",
					schema_describe(arena, changes->new, new->new),
					schema_describe(arena, changes->old, old->old),
					last_part(changes->old->object[old->old].name)));
		}
}
