/* sqlite_model: objects of a schema from what SQLite's statements say. Pure.
 *
 * A table has columns and constraints for parts; a constraint without a name is called what it
 * says,
 * `(a, b)`, and one with a name has the property "name" as well. Tables and views share one space
 * of names: their id is sqlite_model_id()'s. */
#ifndef MIGRATE_SCHEMA_SQLITE_MODEL_H
#define MIGRATE_SCHEMA_SQLITE_MODEL_H

#include "schema/sqlite_objects.h"

/* All tables of a database, to be found by name. */
struct sqlite_tables {
	struct sqlite_table *item;
	uint32_t count;
	struct nametable index; /* by sqlite_model_id() */
};

/* Names are there: makes the index. */
void sqlite_tables_index(struct arena *arena, struct sqlite_tables *tables);
const struct sqlite_table *sqlite_tables_find(
	struct arena *arena, const struct sqlite_tables *tables, const char *name);

/* "a, b", as SQL writes them. */
const char *sqlite_model_names(struct arena *arena, const char *const *name, uint32_t count);
const char *sqlite_model_id(struct arena *arena, const char *table);

void sqlite_model_table(struct arena *arena, const struct sqlite_tables *tables,
	const struct sqlite_table *table, struct schema_builder *builder);
void sqlite_model_virtual(
	struct arena *arena, const struct sqlite_virtual *table, struct schema_builder *builder);
void sqlite_model_index(
	struct arena *arena, const struct sqlite_index *index, struct schema_builder *builder);
void sqlite_model_view(
	struct arena *arena, const struct sqlite_view *view, struct schema_builder *builder);
void sqlite_model_trigger(
	struct arena *arena, const struct sqlite_trigger *trigger, struct schema_builder *builder);

#endif
