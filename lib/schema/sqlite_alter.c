/* sqlite_alter: in which order one SQLite schema becomes another.
 *
 * First whatever is in the way is dropped, then tables, then tables that both schemas have are
 * altered, and at the end all that is missing is made. Knows objects; how a table is altered is in
 * sqlite_alter_table.c and sqlite_rebuild.c. Surprising: RENAME and DROP COLUMN look at every view
 * and trigger of the database and fail where one of them means something that is not there
 * (https://sqlite.org/lang_altertable.html#altertabrename), so whatever stands on a table that is
 * rebuilt, over other views too, is not there meanwhile. */
#include <string.h>

#include "schema/sqlite_alter.h"
#include "schema/sqlite_word.h"

#define HAS_STATEMENT(kind)                                                       \
	(SCHEMA_BIT(kind) & (SCHEMA_BIT(SCHEMA_TABLE) | SCHEMA_BIT(SCHEMA_VIEW) | \
				    SCHEMA_BIT(SCHEMA_INDEX) | SCHEMA_BIT(SCHEMA_TRIGGER)))

void sqlite_destroys(struct sqlite_altering *altering, const char *text)
{
	schema_destroys(altering->arena, altering->alteration, text);
}

void sqlite_fails(struct sqlite_altering *altering, const char *text)
{
	schema_fails(altering->arena, altering->alteration, text);
}

/* -------- What is the same -------- */

static void match_tables(struct sqlite_altering *altering)
{
	const struct schema *old = altering->old, *new = altering->new;
	struct nametable names;

	nametable_init(&names, altering->arena, old->count);
	for (uint32_t i = 0; i < old->count; i++)
		if (old->object[i].kind == SCHEMA_TABLE)
			nametable_add(
				&names, sqlite_lower(altering->arena, old->object[i].name), i);
	for (uint32_t i = 0; i < new->count; i++) {
		uint32_t found = NAME_MISSING;

		if (new->object[i].kind == SCHEMA_TABLE)
			found = nametable_find(
				&names, sqlite_lower(altering->arena, new->object[i].name));
		altering->old_of[i] = found == NAME_MISSING ? SCHEMA_NONE : found;
	}
}

static uint32_t find_old(const struct sqlite_altering *altering, uint32_t new)
{
	const struct schema_object *object = &altering->new->object[new];
	uint32_t owner = SCHEMA_NONE;

	if (object->owner != SCHEMA_NONE) {
		owner = altering->old_of[object->owner];
		if (owner == SCHEMA_NONE)
			return SCHEMA_NONE;
	}
	return schema_find(altering->old, object->kind, owner, object->name);
}

/* An owner is a table or a view, so tables come first, then views, then what is on them. */
static void match(struct sqlite_altering *altering)
{
	const struct schema *new = altering->new;

	match_tables(altering);
	for (uint32_t i = 0; i < new->count; i++)
		if (new->object[i].kind == SCHEMA_VIEW)
			altering->old_of[i] = find_old(altering, i);
	for (uint32_t i = 0; i < new->count; i++)
		if (new->object[i].owner != SCHEMA_NONE)
			altering->old_of[i] = find_old(altering, i);
	for (uint32_t i = 0; i < altering->old->count; i++)
		altering->new_of[i] = SCHEMA_NONE;
	for (uint32_t i = 0; i < new->count; i++)
		if (altering->old_of[i] != SCHEMA_NONE)
			altering->new_of[altering->old_of[i]] = i;
}

static void find_ways(struct sqlite_altering *altering)
{
	const struct schema *new = altering->new;

	for (uint32_t i = 0; i < new->count; i++)
		if (new->object[i].kind == SCHEMA_TABLE && altering->old_of[i] != SCHEMA_NONE)
			altering->way[i] = sqlite_way_of(altering, altering->old_of[i], i);
}

/* -------- What goes -------- */

static enum sqlite_way way_of_old(const struct sqlite_altering *altering, uint32_t old)
{
	uint32_t new = altering->new_of[old];

	return new == SCHEMA_NONE ? SQLITE_KEPT : altering->way[new];
}

static bool goes_by_itself(const struct sqlite_altering *altering, uint32_t old)
{
	uint32_t new = altering->new_of[old];

	if (new == SCHEMA_NONE)
		return true;
	if (altering->old->object[old].kind == SCHEMA_TABLE)
		return altering->way[new] == SQLITE_REPLACED;
	return altering->differs[new];
}

/* With what it is on: an index or a trigger. */
static bool goes_along(const struct sqlite_altering *altering, uint32_t old)
{
	uint32_t owner = altering->old->object[old].owner;

	return owner != SCHEMA_NONE &&
	       (altering->gone[owner] || way_of_old(altering, owner) == SQLITE_REBUILT);
}

static bool is_disturbed(const struct sqlite_altering *altering, uint32_t old)
{
	return altering->gone[old] || sqlite_way_disturbs(altering, old, way_of_old(altering, old));
}

static bool stands_on_disturbed(const struct sqlite_altering *altering, uint32_t old)
{
	const struct schema_object *object = &altering->old->object[old];

	if (object->kind != SCHEMA_VIEW && object->kind != SCHEMA_TRIGGER)
		return false;
	if (object->owner != SCHEMA_NONE && is_disturbed(altering, object->owner))
		return true;
	for (uint32_t i = 0; i < object->needs.count; i++)
		if (is_disturbed(altering, object->needs.item[i]))
			return true;
	return false;
}

/* Does any ALTER TABLE look at views and triggers? */
static bool disturbs(const struct sqlite_altering *altering)
{
	for (uint32_t i = 0; i < altering->old->count; i++)
		if (sqlite_way_disturbs(altering, i, way_of_old(altering, i)))
			return true;
	return false;
}

static void find_gone(struct sqlite_altering *altering)
{
	const struct schema *old = altering->old;
	bool all = disturbs(altering), more = true;

	for (uint32_t i = 0; i < old->count; i++)
		altering->gone[i] = HAS_STATEMENT(old->object[i].kind) &&
				    goes_by_itself(altering, i);
	while (more) {
		more = false;
		for (uint32_t i = 0; i < old->count; i++) {
			if (altering->gone[i] || !HAS_STATEMENT(old->object[i].kind))
				continue;
			altering->gone[i] = goes_along(altering, i) ||
					    (all && stands_on_disturbed(altering, i));
			more |= altering->gone[i];
		}
	}
}

/* -------- The statements -------- */

/* Indexes go with their table; triggers of one that is rebuilt would be in the way before. */
static void drop(struct sqlite_altering *altering, uint32_t old)
{
	const struct schema_object *object = &altering->old->object[old];
	struct str *out = altering->alteration->out;
	uint32_t owner = object->owner;

	if (!altering->gone[old] || (owner != SCHEMA_NONE && altering->gone[owner]))
		return;
	switch ((int)object->kind) {
	case SCHEMA_INDEX:
		if (way_of_old(altering, owner) != SQLITE_REBUILT)
			str_printf(out, "DROP INDEX %s;\n", object->name);
		return;
	case SCHEMA_VIEW: str_printf(out, "DROP VIEW %s;\n", object->name); return;
	case SCHEMA_TRIGGER: str_printf(out, "DROP TRIGGER %s;\n", object->name); return;
	}
}

static void drop_table(struct sqlite_altering *altering, uint32_t old)
{
	const struct schema_object *object = &altering->old->object[old];

	if (!altering->gone[old] || object->kind != SCHEMA_TABLE)
		return;
	sqlite_destroys(altering, schema_describe(altering->arena, altering->old, old));
	str_printf(altering->alteration->out, "DROP TABLE %s;\n", object->name);
}

static void drop_all(struct sqlite_altering *altering)
{
	struct schema_order order;

	schema_sort(altering->arena, altering->old, schema_sqlite.always, schema_sqlite.foldable,
		schema_sqlite.apart, &order);
	for (uint32_t i = order.count; i-- > 0;)
		drop(altering, order.object[i]);
	for (uint32_t i = order.count; i-- > 0;)
		drop_table(altering, order.object[i]);
}

static void alter_tables(struct sqlite_altering *altering, const struct schema_order *order)
{
	for (uint32_t i = 0; i < order->count; i++)
		switch (altering->way[order->object[i]]) {
		case SQLITE_KEPT:
		case SQLITE_REPLACED: break;
		case SQLITE_IN_PLACE: sqlite_alter_table(altering, order->object[i]); break;
		case SQLITE_REBUILT: sqlite_rebuild_table(altering, order->object[i]); break;
		}
}

static void create_all(struct sqlite_altering *altering, const struct schema_order *order)
{
	for (uint32_t i = 0; i < order->count; i++) {
		uint32_t old = altering->old_of[order->object[i]];

		if (old == SCHEMA_NONE || altering->gone[old])
			sqlite_create(&altering->ddl, order->object[i]);
	}
}

static void init(struct sqlite_altering *altering, const struct schema_changes *changes)
{
	struct arena *arena = altering->arena;
	size_t old = changes->old->count + 1, new = changes->new->count + 1;

	altering->old = changes->old;
	altering->new = changes->new;
	altering->old_of = ARENA_ARRAY(arena, new, uint32_t);
	altering->new_of = ARENA_ARRAY(arena, old, uint32_t);
	altering->differs = ARENA_ARRAY(arena, new, bool);
	altering->way = ARENA_ARRAY(arena, new, enum sqlite_way);
	altering->gone = ARENA_ARRAY(arena, old, bool);
	for (uint32_t i = 0; i < changes->count; i++)
		if (changes->item[i].old != SCHEMA_NONE && changes->item[i].new != SCHEMA_NONE)
			altering->differs[changes->item[i].new] = true;
}

void sqlite_alter(struct arena *arena, const struct schema_changes *changes,
	struct schema_alteration *alteration)
{
	struct sqlite_altering altering = {.arena = arena, .alteration = alteration};
	struct schema_order order;

	init(&altering, changes);
	match(&altering);
	find_ways(&altering);
	find_gone(&altering);
	schema_sort(arena, changes->new, schema_sqlite.always, schema_sqlite.foldable,
		schema_sqlite.apart, &order);
	altering.ddl = (struct ddl){.arena = arena,
		.schema = changes->new,
		.order = &order,
		.written = ARENA_ARRAY(arena, changes->new->count + 1, bool),
		.out = alteration->out};
	drop_all(&altering);
	alter_tables(&altering, &order);
	create_all(&altering, &order);
}
