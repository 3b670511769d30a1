/* rows: both sides are reduced to the columns that count, sorted, and gone through side by side. */
#include "schema/rows.h"

#include <stdlib.h>
#include <string.h>

/* A table's rows, reduced to some columns. */
struct view {
	const struct rows_table *table;
	const struct names *columns;
	uint32_t *column; /* where each of them is in the table */
	uint32_t *row;    /* sorted */
};

void rows_tables(struct arena *arena, const struct schema *schema, struct rows *rows)
{
	*rows = (struct rows){ARENA_ARRAY(arena, schema->count + 1, struct rows_table), 0};
	for (uint32_t i = 0; i < schema->count; i++) {
		const struct schema_object *object = &schema->object[i];
		struct rows_table *table = &rows->item[rows->count];
		const char **column = ARENA_ARRAY(arena, object->parts.count + 1, const char *);

		if (object->kind != SCHEMA_TABLE)
			continue;
		*table = (struct rows_table){.name = object->name, .columns = {column, 0}};
		for (uint32_t k = 0; k < object->parts.count; k++) {
			const struct schema_object *part = &schema->object[object->parts.item[k]];

			if (part->kind == SCHEMA_COLUMN)
				column[table->columns.count++] = part->name;
		}
		rows->count += table->columns.count > 0;
	}
}

static const struct rows_table *find(const struct rows *rows, const char *name)
{
	for (uint32_t i = 0; i < rows->count; i++)
		if (!strcmp(rows->item[i].name, name))
			return &rows->item[i];
	return NULL;
}

/* -------- A view -------- */

static const char *cell(const struct view *view, uint32_t row, uint32_t column)
{
	return view->table->cell[(size_t)row * view->table->columns.count + view->column[column]];
}

static int compare_cells(const char *left, const char *right)
{
	if (!left || !right)
		return (left != NULL) - (right != NULL);
	return strcmp(left, right);
}

static int compare_rows(
	const struct view *left, uint32_t row, const struct view *right, uint32_t other)
{
	int order = 0;

	for (uint32_t i = 0; !order && i < left->columns->count; i++)
		order = compare_cells(cell(left, row, i), cell(right, other, i));
	return order;
}

static int by_cells(const void *left, const void *right, void *context)
{
	const struct view *view = context;

	return compare_rows(view, *(const uint32_t *)left, view, *(const uint32_t *)right);
}

static struct view view_of(
	struct arena *arena, const struct rows_table *table, const struct names *columns)
{
	struct view view = {table, columns, ARENA_ARRAY(arena, columns->count + 1, uint32_t),
		ARENA_ARRAY(arena, table->count + 1, uint32_t)};

	for (uint32_t i = 0; i < columns->count; i++)
		while (strcmp(table->columns.item[view.column[i]], columns->item[i]) != 0)
			view.column[i]++;
	for (uint32_t i = 0; i < table->count; i++)
		view.row[i] = i;
	if (table->count)
		qsort_r(view.row, table->count, sizeof *view.row, by_cells, &view);
	return view;
}

/* The first row where the two differ; the count where they do not. */
static uint32_t first_difference(const struct view *left, const struct view *right)
{
	uint32_t i = 0;

	while (i < left->table->count && i < right->table->count &&
		!compare_rows(left, left->row[i], right, right->row[i]))
		i++;
	return i;
}

static bool same_rows(const struct view *left, const struct view *right)
{
	return left->table->count == right->table->count &&
	       first_difference(left, right) == left->table->count;
}

/* -------- For people -------- */

static const char *row_text(struct arena *arena, const struct view *view, uint32_t row)
{
	enum { SHOWN = 60 };
	struct str text = {0}, visible = {0};
	const char *kept;

	for (uint32_t i = 0; i < view->columns->count; i++) {
		const char *value = cell(view, row, i);
		bool whole = !value || strlen(value) <= SHOWN;

		str_printf(&text, "%s%s %.*s%s", i ? ", " : "", view->columns->item[i], SHOWN,
			value ? value : "NULL", whole ? "" : "...");
	}
	str_add_visible(&visible, str_text(&text), text.size);
	kept = arena_strdup(arena, str_text(&visible));
	str_release(&text);
	str_release(&visible);
	return kept;
}

static const char *difference_text(
	struct arena *arena, const struct view *before, const struct view *after)
{
	uint32_t at = first_difference(before, after);

	if (before->table->count != after->table->count)
		return arena_printf(arena, "table %s: %zu row%s before, %zu after",
			before->table->name, before->table->count,
			before->table->count == 1 ? "" : "s", after->table->count);
	return arena_printf(arena, "table %s: %s is now %s", before->table->name,
		row_text(arena, before, before->row[at]), row_text(arena, after, after->row[at]));
}

/* -------- A table -------- */

struct comparing {
	struct arena *arena;
	const struct rows_table *before, *between, *after; /* between may be NULL */
	const char **lost, **gone;
	struct rows_changes *changes;
};

/* Were there values, and are they others now? */
static bool has_lost(struct comparing *c, const struct names *columns)
{
	struct view before = view_of(c->arena, c->before, columns);
	struct view after = view_of(c->arena, c->after, columns);
	bool empty = true;

	for (uint32_t row = 0; empty && row < c->before->count; row++)
		for (uint32_t i = 0; empty && i < columns->count; i++)
			empty = !cell(&before, row, i);
	return !empty && !same_rows(&before, &after);
}

static void add_gone(struct comparing *c, const char *text)
{
	c->gone[c->changes->gone.count++] = text;
}

/* Columns that both have. */
static struct names shared(struct arena *arena, const struct names *left, const struct names *right)
{
	const char **item = ARENA_ARRAY(arena, left->count + 1, const char *);
	struct names names = {item, 0};

	for (uint32_t i = 0; i < left->count; i++)
		if (names_have(right, left->item[i]))
			item[names.count++] = left->item[i];
	return names;
}

static void look_at_gone(struct comparing *c, const struct names *columns)
{
	for (uint32_t i = 0; i < columns->count; i++) {
		const char *name = columns->item[i];

		if (!names_have(&c->between->columns, name) &&
			has_lost(c, &(struct names){&name, 1}))
			add_gone(c, arena_printf(c->arena, "column %s.%s", c->before->name, name));
	}
}

static void compare_table(struct comparing *c)
{
	struct names columns = shared(c->arena, &c->before->columns, &c->after->columns);
	struct view before, after;

	if (!c->between) {
		if (has_lost(c, &columns))
			add_gone(c, arena_printf(c->arena, "table %s", c->before->name));
		return;
	}
	look_at_gone(c, &columns);
	columns = shared(c->arena, &columns, &c->between->columns);
	if (!columns.count)
		return;
	before = view_of(c->arena, c->before, &columns);
	after = view_of(c->arena, c->after, &columns);
	if (!same_rows(&before, &after))
		c->lost[c->changes->lost.count++] = difference_text(c->arena, &before, &after);
}

static uint32_t column_count(const struct rows *rows)
{
	uint32_t count = 0;

	for (uint32_t i = 0; i < rows->count; i++)
		count += rows->item[i].columns.count;
	return count;
}

void rows_compare(struct arena *arena, const struct rows *before, const struct rows *between,
	const struct rows *after, struct rows_changes *changes)
{
	struct comparing c = {.arena = arena, .changes = changes};

	c.lost = ARENA_ARRAY(arena, before->count + 1, const char *);
	c.gone = ARENA_ARRAY(arena, column_count(before) + 1, const char *);
	*changes = (struct rows_changes){{c.lost, 0}, {c.gone, 0}};
	for (uint32_t i = 0; i < before->count; i++) {
		c.before = &before->item[i];
		c.between = find(between, c.before->name);
		c.after = find(after, c.before->name);
		if (c.after)
			compare_table(&c);
	}
}
