/* sqlite_model_table: a table with its columns and constraints.
 *
 * Surprising: two constraints may have one name, or none and say the same; what says all the same
 * is one object, and where only the name is the same it is not enough. */
#include <string.h>

#include "schema/sqlite_model.h"

struct modelling {
	struct arena *arena;
	const struct sqlite_tables *tables;
	const struct sqlite_table *table;
	struct schema_builder *builder;
	const char *id;
	/* Of each constraint */
	const char **label; /* what it is about: its name where it has none */
	const char **text;  /* all of it */
};

/* As the other table spells it, if it is there. */
static const char *parent_name(
	const struct modelling *modelling, const struct sqlite_constraint *key)
{
	const struct sqlite_table *parent = sqlite_tables_find(
		modelling->arena, modelling->tables, key->parent);

	return sqlite_name(modelling->arena, parent ? parent->name : key->parent);
}

static const char *parent_columns(
	const struct modelling *modelling, const struct sqlite_constraint *key)
{
	const struct sqlite_table *parent = sqlite_tables_find(
		modelling->arena, modelling->tables, key->parent);
	const char **name = ARENA_ARRAY(modelling->arena, key->parent_count + 1, const char *);

	for (uint32_t i = 0; i < key->parent_count; i++) {
		uint32_t at = parent ? sqlite_scope_find(&parent->scope, key->parent_column[i]) : 0;

		name[i] = parent && at < parent->scope.count ? parent->scope.column[at]
							     : key->parent_column[i];
	}
	return sqlite_model_names(modelling->arena, name, key->parent_count);
}

static const char *match_text(struct arena *arena, const char *match)
{
	static const char *const known[] = {"FULL", "PARTIAL"};

	if (!match || sqlite_same(match, "SIMPLE") || sqlite_same(match, "NONE"))
		return NULL;
	for (size_t i = 0; i < 2; i++)
		if (sqlite_same(match, known[i]))
			return known[i];
	return sqlite_name(arena, match);
}

static const char *or_nothing(struct arena *arena, const char *format, const char *text)
{
	return text ? arena_printf(arena, "%s%s", format, text) : "";
}

static void describe_reference(struct modelling *modelling, uint32_t i)
{
	const struct sqlite_constraint *key = &modelling->table->constraint[i];
	struct arena *arena = modelling->arena;
	const char *columns = parent_columns(modelling, key);

	modelling->label[i] = arena_printf(arena, "(%s) REFERENCES %s%s%s%s",
		sqlite_terms_text(arena, key->term, key->count), parent_name(modelling, key),
		*columns ? " (" : "", columns, *columns ? ")" : "");
	modelling->text[i] = arena_printf(arena, "%s%s%s%s%s", modelling->label[i],
		or_nothing(arena, " ON DELETE ", key->on_delete),
		or_nothing(arena, " ON UPDATE ", key->on_update),
		or_nothing(arena, " MATCH ", match_text(arena, key->match)),
		key->deferred ? " DEFERRABLE INITIALLY DEFERRED" : "");
}

static void describe(struct modelling *modelling, uint32_t i)
{
	const struct sqlite_constraint *constraint = &modelling->table->constraint[i];
	struct arena *arena = modelling->arena;

	if (constraint->kind == SCHEMA_FOREIGN_KEY) {
		describe_reference(modelling, i);
		return;
	}
	modelling->label[i] = arena_printf(arena, "(%s)",
		constraint->expression
			? constraint->expression
			: sqlite_terms_text(arena, constraint->term, constraint->count));
	modelling->text[i] = arena_printf(arena, "%s%s", modelling->label[i],
		or_nothing(arena, " ON CONFLICT ", constraint->conflict));
}

static const char *short_name(const struct modelling *modelling, uint32_t i)
{
	const char *name = modelling->table->constraint[i].name;

	return name ? sqlite_name(modelling->arena, name) : modelling->label[i];
}

/* The name among its table's; NULL for one that is there already. */
static const char *unique_name(const struct modelling *modelling, uint32_t i)
{
	const struct sqlite_constraint *constraint = modelling->table->constraint;
	const char *name = short_name(modelling, i);
	bool taken = false;

	for (uint32_t k = 0; k < modelling->table->constraint_count; k++) {
		if (k == i || constraint[k].kind != constraint[i].kind ||
			strcmp(name, short_name(modelling, k)) != 0)
			continue;
		if (strcmp(modelling->text[i], modelling->text[k]) != 0)
			taken = true;
		else if (k < i)
			return NULL;
	}
	if (!taken)
		return name;
	return constraint[i].name
		       ? arena_printf(modelling->arena, "%s %s", name, modelling->text[i])
		       : modelling->text[i];
}

static const char *mentioned_columns(
	const struct modelling *modelling, const struct sqlite_constraint *check)
{
	const struct sqlite_table *table = modelling->table;
	const char **name = ARENA_ARRAY(modelling->arena, table->column_count, const char *);
	uint32_t count = 0;

	for (uint32_t i = 0; i < table->column_count; i++)
		if (check->mentioned[i])
			name[count++] = table->column[i].name;
	return sqlite_model_names(modelling->arena, name, count);
}

static void add_foreign_key(
	const struct modelling *modelling, const struct sqlite_constraint *key, const char *id)
{
	struct schema_builder *builder = modelling->builder;

	schema_add_property(builder, "references", parent_name(modelling, key));
	schema_add_property(builder, "referenced columns", parent_columns(modelling, key));
	schema_add_property(builder, "on delete", key->on_delete);
	schema_add_property(builder, "on update", key->on_update);
	schema_add_property(builder, "match", match_text(modelling->arena, key->match));
	schema_add_property(
		builder, "deferrable", key->deferred ? "DEFERRABLE INITIALLY DEFERRED" : NULL);
	schema_add_need(builder, id, sqlite_model_id(modelling->arena, key->parent));
}

static void add_constraint(const struct modelling *modelling, uint32_t i)
{
	const struct sqlite_constraint *constraint = &modelling->table->constraint[i];
	struct schema_builder *builder = modelling->builder;
	struct arena *arena = modelling->arena;
	const struct schema_entry entry = {
		.kind = constraint->kind,
		.id = arena_printf(arena, "constraint %u of %s", i, modelling->id),
		.name = unique_name(modelling, i),
		.owner = modelling->id,
	};

	if (!entry.name)
		return;
	schema_add(builder, &entry);
	schema_add_property(
		builder, "name", constraint->name ? sqlite_name(arena, constraint->name) : NULL);
	schema_add_property(builder, "columns",
		constraint->kind == SCHEMA_CHECK
			? mentioned_columns(modelling, constraint)
			: sqlite_terms_text(arena, constraint->term, constraint->count));
	schema_add_property(builder, "expression", constraint->expression);
	schema_add_property(
		builder, "autoincrement", constraint->autoincrement ? "AUTOINCREMENT" : NULL);
	schema_add_property(builder, "conflict", constraint->conflict);
	if (constraint->kind == SCHEMA_FOREIGN_KEY)
		add_foreign_key(modelling, constraint, entry.id);
}

static void add_column(const struct modelling *modelling, uint32_t i)
{
	const struct sqlite_column *column = &modelling->table->column[i];
	struct schema_builder *builder = modelling->builder;
	const struct schema_entry entry = {
		.kind = SCHEMA_COLUMN,
		.id = arena_printf(modelling->arena, "column %u of %s", i, modelling->id),
		.name = sqlite_name(modelling->arena, column->name),
		.owner = modelling->id,
		.position = i + 1,
	};

	schema_add(builder, &entry);
	schema_add_property(builder, "type", column->type);
	schema_add_property(builder, "collation", column->collation);
	schema_add_property(builder, "not null", column->not_null ? "NOT NULL" : NULL);
	schema_add_property(builder, "not null name",
		column->not_null_name ? sqlite_name(modelling->arena, column->not_null_name)
				      : NULL);
	schema_add_property(builder, "not null conflict", column->not_null_conflict);
	schema_add_property(builder, "default", column->value);
	schema_add_property(builder, "generated", column->generated);
	schema_add_property(builder, "stored", column->stored ? "STORED" : NULL);
}

void sqlite_model_table(struct arena *arena, const struct sqlite_tables *tables,
	const struct sqlite_table *table, struct schema_builder *builder)
{
	struct modelling modelling = {
		.arena = arena,
		.tables = tables,
		.table = table,
		.builder = builder,
		.id = sqlite_model_id(arena, table->name),
		.label = ARENA_ARRAY(arena, table->constraint_count + 1, const char *),
		.text = ARENA_ARRAY(arena, table->constraint_count + 1, const char *),
	};
	const struct schema_entry entry = {
		.kind = SCHEMA_TABLE, .id = modelling.id, .name = sqlite_name(arena, table->name)};

	schema_add(builder, &entry);
	schema_add_property(builder, "strict", table->strict ? "STRICT" : NULL);
	schema_add_property(
		builder, "without rowid", table->without_rowid ? "WITHOUT ROWID" : NULL);
	for (uint32_t i = 0; i < table->column_count; i++)
		add_column(&modelling, i);
	for (uint32_t i = 0; i < table->constraint_count; i++)
		describe(&modelling, i);
	for (uint32_t i = 0; i < table->constraint_count; i++)
		add_constraint(&modelling, i);
}
