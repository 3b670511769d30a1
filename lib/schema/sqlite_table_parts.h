/* sqlite_table_parts: between the two passes over a CREATE TABLE. */
#ifndef MIGRATE_SCHEMA_SQLITE_TABLE_PARTS_H
#define MIGRATE_SCHEMA_SQLITE_TABLE_PARTS_H

#include "schema/sqlite_table.h"

/* All columns are known: looks up names, writes expressions, and what follows from the whole. */
bool sqlite_table_finish(struct arena *arena, struct sqlite_table *table, const char **problem);

#endif
