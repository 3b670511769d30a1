/* sqlite_ddl: the pieces of SQLite's CREATE statements. For sqlite_alter*.c. Pure. */
#ifndef MIGRATE_SCHEMA_SQLITE_DDL_H
#define MIGRATE_SCHEMA_SQLITE_DDL_H

#include "schema/alter.h"

/* schema_dialect's. */
void sqlite_create(const struct ddl *ddl, uint32_t object);
void sqlite_make_way(struct arena *arena, const struct schema *schema, const bool *tables,
	struct str *drop, struct str *again);
void sqlite_alter(struct arena *arena, const struct schema_changes *changes,
	struct schema_alteration *alteration);

/* The same of a table that is no virtual one, by another name. */
void sqlite_create_table(
	const struct ddl *ddl, const struct schema_object *table, const char *name);
/* What stands behind ADD COLUMN: with the constraints that are about it alone. */
void sqlite_write_column(const struct ddl *ddl, const struct schema_object *table,
	const struct schema_object *column);

/* Is it a part that only a CREATE TABLE can make? */
bool sqlite_is_constraint(const struct schema_object *part);
/* Is it a constraint of that column and of no other one? */
bool sqlite_is_about(const struct schema_object *part, const struct schema_object *column);

#endif
