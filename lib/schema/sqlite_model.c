/* sqlite_model: see the header; tables are in sqlite_model_table.c.
 *
 * Surprising: a name in a view or a trigger counts as a table's wherever there is such a table:
 * that decides nothing but the order of what could stand in any order. */
#include "schema/sqlite_model.h"

#include <string.h>

const char *sqlite_model_id(struct arena *arena, const char *table)
{
	return arena_printf(arena, "table %s", sqlite_lower(arena, table));
}

void sqlite_tables_index(struct arena *arena, struct sqlite_tables *tables)
{
	nametable_init(&tables->index, arena, tables->count);
	for (uint32_t i = 0; i < tables->count; i++)
		nametable_add(&tables->index, sqlite_model_id(arena, tables->item[i].name), i);
}

const struct sqlite_table *sqlite_tables_find(
	struct arena *arena, const struct sqlite_tables *tables, const char *name)
{
	uint32_t found = nametable_find(&tables->index, sqlite_model_id(arena, name));

	return found == NAME_MISSING ? NULL : &tables->item[found];
}

/* Every name in the text may be a table's; ids that nobody has are ignored. */
static void add_mentions(struct arena *arena, const char *id, struct sqlite_range range,
	struct schema_builder *builder)
{
	for (const struct sqlite_token *at = range.from; at < range.to; at++)
		if (*at->name && at->word != WORD_RESERVED)
			schema_add_need(builder, id, sqlite_model_id(arena, at->name));
}

void sqlite_model_virtual(
	struct arena *arena, const struct sqlite_virtual *table, struct schema_builder *builder)
{
	const char *id = sqlite_model_id(arena, table->name);
	const struct schema_entry entry = {
		.kind = SCHEMA_TABLE, .id = id, .name = sqlite_name(arena, table->name)};

	schema_add(builder, &entry);
	schema_add_property(builder, "virtual", table->definition);
	add_mentions(arena, id, table->mentions, builder);
}

void sqlite_model_index(
	struct arena *arena, const struct sqlite_index *index, struct schema_builder *builder)
{
	const struct schema_entry entry = {
		.kind = SCHEMA_INDEX,
		.id = arena_printf(arena, "index %s", sqlite_lower(arena, index->name)),
		.name = sqlite_name(arena, index->name),
		.owner = sqlite_model_id(arena, index->table),
	};

	schema_add(builder, &entry);
	schema_add_property(builder, "unique", index->unique ? "UNIQUE" : NULL);
	schema_add_property(
		builder, "columns", sqlite_terms_text(arena, index->term, index->count));
	schema_add_property(builder, "where", index->where);
}

const char *sqlite_model_names(struct arena *arena, const char *const *name, uint32_t count)
{
	struct str out = {0};
	const char *text;

	for (uint32_t i = 0; i < count; i++)
		str_printf(&out, "%s%s", i ? ", " : "", sqlite_name(arena, name[i]));
	text = arena_strdup(arena, str_text(&out));
	str_release(&out);
	return text;
}

void sqlite_model_view(
	struct arena *arena, const struct sqlite_view *view, struct schema_builder *builder)
{
	const char *id = sqlite_model_id(arena, view->name);
	const struct schema_entry entry = {
		.kind = SCHEMA_VIEW, .id = id, .name = sqlite_name(arena, view->name)};

	schema_add(builder, &entry);
	schema_add_property(
		builder, "columns", sqlite_model_names(arena, view->column, view->count));
	schema_add_property(builder, "definition", view->query);
	add_mentions(arena, id, view->mentions, builder);
}

void sqlite_model_trigger(
	struct arena *arena, const struct sqlite_trigger *trigger, struct schema_builder *builder)
{
	const char *id = arena_printf(arena, "trigger %s", sqlite_lower(arena, trigger->name));
	const struct schema_entry entry = {
		.kind = SCHEMA_TRIGGER,
		.id = id,
		.name = sqlite_name(arena, trigger->name),
		.owner = sqlite_model_id(arena, trigger->table),
	};

	schema_add(builder, &entry);
	schema_add_property(builder, "event", trigger->event);
	schema_add_property(builder, "definition", trigger->body);
	add_mentions(arena, id, trigger->mentions, builder);
}
