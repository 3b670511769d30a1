/* sqlite_schema: between the reading of a schema and the check of what was read. */
#ifndef MIGRATE_DB_SQLITE_SCHEMA_H
#define MIGRATE_DB_SQLITE_SCHEMA_H

#include "db/sqlite.h"
#include "schema/sqlite_model.h"

/* A row of sqlite_schema. */
struct sqlite_stored {
	const char *type, *name, *table, *sql;
	bool has_pages; /* views, triggers and virtual tables have none */
};

struct sqlite_reading {
	struct db *db;
	struct arena arena;
	struct schema_builder *builder;
	struct migrate_error *error;
	struct sqlite_stored *stored;
	size_t count;
	struct nametable shadows, modules; /* by sqlite_lower() */
	struct sqlite_tables tables;       /* parsed; not ours, no shadows */
	struct sqlite_index *index;        /* parsed, of those tables */
	uint32_t index_count;
	/* For each of them: what SQLite says otherwise, or NULL */
	const char **table_problem, **index_problem;
};

/* Compares what the texts say with what the pragmas say; fills the problems. False: an error. */
bool sqlite_schema_check(struct sqlite_reading *reading);

#endif
