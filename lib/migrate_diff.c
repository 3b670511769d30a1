/* migrate_diff: two schemas, each from where the caller says, object by object and as SQL. Where
 * they come from is in side.c. */
#include <string.h>

#include "core/diff.h"
#include "schema/ddl.h"
#include "side.h"

void project_tell_unsupported(
	struct migrate *migrate, const char *what, const struct migrate_list *unsupported)
{
	for (size_t i = 0; i < unsupported->count; i++)
		project_emit(migrate, MIGRATE_WARNING,
			arena_printf(&migrate->arena, "%s: %s", what, unsupported->item[i]));
}

const char *project_diff_header(struct migrate *migrate, const char *from, const char *to)
{
	struct str header = {0};
	const char *kept;

	str_add(&header, "--- ");
	str_add_visible(&header, from, strlen(from));
	str_add(&header, "\n+++ ");
	str_add_visible(&header, to, strlen(to));
	str_add_char(&header, '\n');
	kept = arena_strdup(&migrate->arena, str_text(&header));
	str_release(&header);
	return kept;
}

const char *project_schema_diff(
	struct migrate *migrate, const struct schema_changes *changes, const char *header)
{
	const struct schema_dialect *dialect = migrate->driver->schema;
	struct arena memory = {0};
	struct str old = {0}, new = {0};
	const char *diff;

	schema_dump(&memory, changes->old, dialect, &old);
	schema_dump(&memory, changes->new, dialect, &new);
	diff = diff_texts(&migrate->arena, header, &old, &new);
	str_release(&old);
	str_release(&new);
	arena_release(&memory);
	return diff;
}

const char *project_schema_changes(struct migrate *migrate, const struct schema_changes *changes)
{
	enum { SHOWN = 3 };
	struct arena *arena = &migrate->arena;
	const char *text = "";

	for (uint32_t i = 0; i < changes->count && i < SHOWN; i++)
		text = arena_printf(arena, "%s%s%s", text, i ? "; " : "",
			schema_change_text(arena, changes, i));
	if (changes->count > SHOWN)
		text = arena_printf(arena, "%s; and %u more", text, changes->count - SHOWN);
	return text;
}

static void add_unsupported(struct migrate *migrate, struct migrate_diff *diff,
	const struct schema *left, const struct schema *right)
{
	const char **item = ARENA_ARRAY(&migrate->arena,
		left->unsupported_count + right->unsupported_count + 1, const char *);
	uint32_t count = 0;

	for (uint32_t i = 0; i < left->unsupported_count; i++)
		item[count++] = left->unsupported[i];
	for (uint32_t i = 0; i < right->unsupported_count; i++)
		if (!names_have(
			    &(struct names){item, left->unsupported_count}, right->unsupported[i]))
			item[count++] = right->unsupported[i];
	diff->unsupported = (struct migrate_list){item, count};
	project_tell_unsupported(migrate, "not compared", &diff->unsupported);
}

static void fill(
	struct migrate *migrate, struct migrate_diff *diff, const struct schema_changes *changes)
{
	const char **item = ARENA_ARRAY(&migrate->arena, changes->count + 1, const char *);

	for (uint32_t i = 0; i < changes->count; i++)
		item[i] = schema_change_text(&migrate->arena, changes, i);
	diff->changes = (struct migrate_list){item, changes->count};
	diff->diff = NULL;
	if (!changes->count)
		return;
	diff->diff = project_schema_diff(
		migrate, changes, project_diff_header(migrate, diff->from, diff->to));
}

static bool compare(struct migrate *migrate, struct migrate_diff *diff, const struct side *left,
	const struct side *right, struct migrate_error *error)
{
	struct schema_changes changes;
	struct schema from, to;

	if (!side_read(migrate, left, &from, error) || !side_read(migrate, right, &to, error))
		return false;
	schema_compare(&migrate->arena, &from, &to, &changes);
	add_unsupported(migrate, diff, &from, &to);
	fill(migrate, diff, &changes);
	return true;
}

bool migrate_diff(struct migrate *migrate, struct migrate_diff *diff, struct migrate_error *error)
{
	const struct db_driver *own = migrate->driver;
	struct side from, to;
	bool good;

	if (!side_find(migrate, diff->from ? diff->from : "migrations", &from, error) ||
		!side_find(migrate, diff->to ? diff->to : "database", &to, error))
		return false;
	diff->from = from.name;
	diff->to = to.name;
	good = sides_agree(migrate, &from, &to, error) && compare(migrate, diff, &from, &to, error);
	migrate->driver = own;
	return good;
}
