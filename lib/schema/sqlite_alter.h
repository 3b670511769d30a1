/* sqlite_alter: between its files. Pure. */
#ifndef MIGRATE_SCHEMA_SQLITE_ALTER_H
#define MIGRATE_SCHEMA_SQLITE_ALTER_H

#include "schema/sqlite_ddl.h"

/* How a table that both schemas have becomes the new one. */
enum sqlite_way {
	SQLITE_KEPT,
	SQLITE_IN_PLACE, /* by ADD COLUMN and DROP COLUMN */
	SQLITE_REBUILT,
	SQLITE_REPLACED, /* a virtual table, which nothing alters */
};

struct sqlite_altering {
	struct arena *arena;
	const struct schema *old, *new;
	struct schema_alteration *alteration;
	struct ddl ddl; /* of the new schema */
	/* The same object of the other one. Tables are the same also where only the letters' case
	 * differs, as they are to SQLite. */
	uint32_t *old_of, *new_of;
	bool *differs;        /* of new objects in both */
	enum sqlite_way *way; /* of new tables in both */
	bool *gone;           /* old objects that are dropped, or go with what they are on */
};

/* Notes it for people, and in the SQL. Text is the arena's. */
void sqlite_destroys(struct sqlite_altering *altering, const char *text);
void sqlite_fails(struct sqlite_altering *altering, const char *text);

enum sqlite_way sqlite_way_of(
	const struct sqlite_altering *altering, uint32_t old_table, uint32_t new_table);
/* Does ALTER TABLE look at what views and triggers say, the table being made that way? */
bool sqlite_way_disturbs(
	const struct sqlite_altering *altering, uint32_t old_table, enum sqlite_way way);
void sqlite_alter_table(struct sqlite_altering *altering, uint32_t new_table);
void sqlite_rebuild_table(struct sqlite_altering *altering, uint32_t new_table);

/* sqlite_values.c: what a rebuild of the table destroys, and where it fails. */
void sqlite_note_destroyed(struct sqlite_altering *altering, const struct schema_object *old,
	const struct schema_object *new);
void sqlite_note_failures(struct sqlite_altering *altering, const struct schema_object *old,
	const struct schema_object *new);
/* The column's DEFAULT; NULL where that is NULL. */
const char *sqlite_value_of(const struct schema_object *column);

/* The table's column of that name, without regard to the letters' case; NULL. */
const struct schema_object *sqlite_column_of(
	const struct schema *schema, const struct schema_object *table, const char *name);

#endif
