/* sqlite_ddl: CREATE statements for SQLite.
 *
 * Knows the properties that sqlite_model gives. Everything of a table is in its CREATE TABLE, for
 * SQLite adds no constraint later. What is about one column is written with it. Surprising: a CHECK
 * without a name takes that of a named constraint before it, in its column or, the column being the
 * last, behind it; so it goes first. */
#include <string.h>

#include "schema/sqlite_ddl.h"

struct writing {
	const struct ddl *ddl;
	const struct schema_object *table;
	const struct schema_object *column; /* being written */
	bool last;                          /* it is the table's last one */
	bool named;                         /* it has a constraint with a name */
	bool named_key;                     /* that is the primary key */
	bool *written;                      /* for each part: it was, with a column */
};

static const struct schema_object *part_of(const struct writing *writing, uint32_t i)
{
	return &writing->ddl->schema->object[writing->table->parts.item[i]];
}

static void add_after(struct str *out, const char *before, const char *text)
{
	if (text)
		str_printf(out, "%s%s", before, text);
}

static void add_name(struct str *out, const struct schema_object *part)
{
	const char *name = schema_text(part, "name");

	if (name)
		str_printf(out, "CONSTRAINT %s ", name);
}

bool sqlite_is_about(const struct schema_object *part, const struct schema_object *column)
{
	const char *columns = schema_text(part, "columns");

	return columns && !strcmp(columns, column->name);
}

static bool is_about_descending(
	const struct schema_object *part, const struct schema_object *column)
{
	const char *columns = schema_text(part, "columns");
	size_t size = strlen(column->name);

	return columns && !strncmp(columns, column->name, size) && !strcmp(columns + size, " DESC");
}

/* Is it written with this column? A primary key is even where it has a name: INTEGER PRIMARY KEY
 * DESC cannot be written otherwise. No UNIQUE comes before it, for both would then share the index
 * that UNIQUE has made. */
static bool is_inline(const struct writing *writing, uint32_t i)
{
	const struct schema_object *part = part_of(writing, i);
	bool named = schema_text(part, "name");

	if (writing->written[i])
		return false;
	switch ((int)part->kind) {
	case SCHEMA_PRIMARY_KEY:
		return sqlite_is_about(part, writing->column) ||
		       is_about_descending(part, writing->column);
	case SCHEMA_CHECK:
		return !named && (sqlite_is_about(part, writing->column) ||
					 (writing->last && writing->named));
	case SCHEMA_UNIQUE:
		return !named && sqlite_is_about(part, writing->column) && !writing->named_key;
	case SCHEMA_FOREIGN_KEY: return !named && sqlite_is_about(part, writing->column);
	}
	return false;
}

static bool has_named_key(const struct writing *writing)
{
	for (uint32_t i = 0; i < writing->table->parts.count; i++) {
		const struct schema_object *part = part_of(writing, i);

		if (part->kind == SCHEMA_PRIMARY_KEY && schema_text(part, "name") &&
			is_inline(writing, i))
			return true;
	}
	return false;
}

static void add_primary_key(const struct schema_object *key, bool inside, struct str *out)
{
	const char *columns = schema_text(key, "columns");
	size_t size = strlen(columns);

	add_name(out, key);
	str_add(out, "PRIMARY KEY");
	if (inside)
		str_add(out, size > 5 && !strcmp(columns + size - 5, " DESC") ? " DESC" : "");
	else
		str_printf(out, " (%s)", columns);
	add_after(out, " ON CONFLICT ", schema_text(key, "conflict"));
	add_after(out, " ", schema_text(key, "autoincrement"));
}

static void add_unique(const struct schema_object *key, bool inside, struct str *out)
{
	add_name(out, key);
	str_add(out, "UNIQUE");
	if (!inside)
		str_printf(out, " (%s)", schema_text(key, "columns"));
	add_after(out, " ON CONFLICT ", schema_text(key, "conflict"));
}

static void add_foreign_key(const struct schema_object *key, bool inside, struct str *out)
{
	const char *columns = schema_text(key, "referenced columns");

	add_name(out, key);
	if (!inside)
		str_printf(out, "FOREIGN KEY (%s) ", schema_text(key, "columns"));
	str_printf(out, "REFERENCES %s", schema_text(key, "references"));
	if (columns)
		str_printf(out, " (%s)", columns);
	add_after(out, " ON DELETE ", schema_text(key, "on delete"));
	add_after(out, " ON UPDATE ", schema_text(key, "on update"));
	add_after(out, " MATCH ", schema_text(key, "match"));
	add_after(out, " ", schema_text(key, "deferrable"));
}

static void add_constraint(const struct schema_object *part, bool inside, struct str *out)
{
	switch ((int)part->kind) {
	case SCHEMA_PRIMARY_KEY: add_primary_key(part, inside, out); return;
	case SCHEMA_UNIQUE: add_unique(part, inside, out); return;
	case SCHEMA_FOREIGN_KEY: add_foreign_key(part, inside, out); return;
	case SCHEMA_CHECK:
		add_name(out, part);
		str_printf(out, "CHECK (%s)", schema_text(part, "expression"));
		return;
	}
}

static void add_not_null(const struct writing *writing, bool named)
{
	const struct schema_object *column = writing->column;
	const char *name = schema_text(column, "not null name");
	struct str *out = writing->ddl->out;

	if (!schema_text(column, "not null") || !name == named)
		return;
	add_after(out, " CONSTRAINT ", name);
	str_add(out, " NOT NULL");
	add_after(out, " ON CONFLICT ", schema_text(column, "not null conflict"));
}

static void add_inline(const struct writing *writing, bool named)
{
	for (uint32_t i = 0; i < writing->table->parts.count; i++) {
		const struct schema_object *part = part_of(writing, i);

		if (!schema_text(part, "name") == named || !is_inline(writing, i))
			continue;
		str_add_char(writing->ddl->out, ' ');
		add_constraint(part, true, writing->ddl->out);
	}
}

static void add_column(struct writing *writing)
{
	const struct schema_object *column = writing->column;
	const char *generated = schema_text(column, "generated");
	struct str *out = writing->ddl->out;

	str_add(out, column->name);
	add_after(out, " ", schema_text(column, "type"));
	add_after(out, " COLLATE ", schema_text(column, "collation"));
	add_not_null(writing, false);
	add_after(out, " DEFAULT ", schema_text(column, "default"));
	if (generated)
		str_printf(out, " GENERATED ALWAYS AS (%s) %s", generated,
			schema_text(column, "stored") ? "STORED" : "VIRTUAL");
	add_inline(writing, false);
	add_not_null(writing, true);
	add_inline(writing, true);
}

static const struct schema_object *column_after(const struct writing *writing, uint32_t i)
{
	for (i++; i < writing->table->parts.count; i++)
		if (part_of(writing, i)->kind == SCHEMA_COLUMN)
			return part_of(writing, i);
	return NULL;
}

static void add_columns(struct writing *writing)
{
	const char *between = "\n\t";

	for (uint32_t i = 0; i < writing->table->parts.count; i++) {
		const struct schema_object *part = part_of(writing, i);

		if (part->kind != SCHEMA_COLUMN)
			continue;
		writing->column = part;
		writing->last = !column_after(writing, i);
		writing->named_key = has_named_key(writing);
		writing->named = writing->named_key || schema_text(part, "not null name");
		str_add(writing->ddl->out, between);
		add_column(writing);
		between = ",\n\t";
		for (uint32_t k = 0; k < writing->table->parts.count; k++)
			writing->written[k] |= is_inline(writing, k);
	}
}

void sqlite_write_column(const struct ddl *ddl, const struct schema_object *table,
	const struct schema_object *column)
{
	struct writing writing = {.ddl = ddl,
		.table = table,
		.column = column,
		.written = ARENA_ARRAY(ddl->arena, table->parts.count + 1, bool)};

	add_column(&writing);
}

bool sqlite_is_constraint(const struct schema_object *part)
{
	return SCHEMA_BIT(part->kind) &
	       (SCHEMA_BIT(SCHEMA_PRIMARY_KEY) | SCHEMA_BIT(SCHEMA_UNIQUE) |
		       SCHEMA_BIT(SCHEMA_CHECK) | SCHEMA_BIT(SCHEMA_FOREIGN_KEY));
}

void sqlite_create_table(const struct ddl *ddl, const struct schema_object *table, const char *name)
{
	struct writing writing = {.ddl = ddl,
		.table = table,
		.written = ARENA_ARRAY(ddl->arena, table->parts.count + 1, bool)};
	const char *strict = schema_text(table, "strict");

	str_printf(ddl->out, "CREATE TABLE %s (", name);
	add_columns(&writing);
	for (uint32_t i = 0; i < table->parts.count; i++) {
		if (writing.written[i] || !sqlite_is_constraint(part_of(&writing, i)))
			continue;
		str_add(ddl->out, ",\n\t");
		add_constraint(part_of(&writing, i), false, ddl->out);
	}
	str_add(ddl->out, "\n)");
	add_after(ddl->out, " ", strict);
	add_after(ddl->out, strict ? ", " : " ", schema_text(table, "without rowid"));
	str_add(ddl->out, ";\n");
}

static void create_index(const struct ddl *ddl, const struct schema_object *index)
{
	str_printf(ddl->out, "CREATE%s INDEX %s ON %s (%s)",
		schema_text(index, "unique") ? " UNIQUE" : "", index->name,
		ddl->schema->object[index->owner].name, schema_text(index, "columns"));
	add_after(ddl->out, " WHERE ", schema_text(index, "where"));
	str_add(ddl->out, ";\n");
}

static void create_view(const struct ddl *ddl, const struct schema_object *view)
{
	const char *columns = schema_text(view, "columns");

	str_printf(ddl->out, "CREATE VIEW %s", view->name);
	if (columns)
		str_printf(ddl->out, " (%s)", columns);
	str_printf(ddl->out, " AS %s;\n", schema_text(view, "definition"));
}

static void create_trigger(const struct ddl *ddl, const struct schema_object *trigger)
{
	str_printf(ddl->out, "CREATE TRIGGER %s %s ON %s\n%s;\n", trigger->name,
		schema_text(trigger, "event"), ddl->schema->object[trigger->owner].name,
		schema_text(trigger, "definition"));
}

void sqlite_create(const struct ddl *ddl, uint32_t object)
{
	const struct schema_object *at = &ddl->schema->object[object];
	const char *module = schema_text(at, "virtual");

	switch ((int)at->kind) {
	case SCHEMA_TABLE:
		if (module)
			str_printf(
				ddl->out, "CREATE VIRTUAL TABLE %s USING %s;\n", at->name, module);
		else
			sqlite_create_table(ddl, at, at->name);
		return;
	case SCHEMA_INDEX: create_index(ddl, at); return;
	case SCHEMA_VIEW: create_view(ddl, at); return;
	case SCHEMA_TRIGGER: create_trigger(ddl, at); return;
	}
}

const struct schema_dialect schema_sqlite = {
	.always = SCHEMA_BIT(SCHEMA_COLUMN) | SCHEMA_BIT(SCHEMA_PRIMARY_KEY) |
		  SCHEMA_BIT(SCHEMA_UNIQUE) | SCHEMA_BIT(SCHEMA_CHECK) |
		  SCHEMA_BIT(SCHEMA_FOREIGN_KEY),
	.apart = SCHEMA_BIT(SCHEMA_INDEX) | SCHEMA_BIT(SCHEMA_TRIGGER),
	.first = "",
	.first_local = "",
	.last = "",
	.create = sqlite_create,
	.ignores_case = true,
	.make_way = sqlite_make_way,
	.alter = sqlite_alter,
};
