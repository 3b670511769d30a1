/* sqlite_objects: what the stored CREATE of an index, a view, a trigger, a virtual table says.
 * Pure. Texts are canonical SQL, names without quotes; *problem as sqlite_table_parse()'s. */
#ifndef MIGRATE_SCHEMA_SQLITE_OBJECTS_H
#define MIGRATE_SCHEMA_SQLITE_OBJECTS_H

#include "schema/sqlite_table.h"

struct sqlite_index {
	const char *name, *table;
	bool unique;
	struct sqlite_term *term;
	uint32_t count;
	const char *where; /* NULL: of all rows */
};

bool sqlite_index_parse(struct arena *arena, const char *sql, const struct sqlite_table *table,
	struct sqlite_index *index, const char **problem);

struct sqlite_view {
	const char *name;
	const char **column; /* where it has a list */
	uint32_t count;
	const char *query;
	struct sqlite_range mentions;
};

bool sqlite_view_parse(
	struct arena *arena, const char *sql, struct sqlite_view *view, const char **problem);

struct sqlite_trigger {
	const char *name, *table;
	const char *event; /* "AFTER UPDATE OF a, b" */
	/* "WHEN new.a > 0\nBEGIN\n\tDELETE FROM b;\nEND" */
	const char *body;
	struct sqlite_range mentions;
};

bool sqlite_trigger_parse(
	struct arena *arena, const char *sql, struct sqlite_trigger *trigger, const char **problem);

struct sqlite_virtual {
	const char *name, *module;
	const char *definition; /* "fts5(title, body)": arguments as they stand, the module reads
				   them */
	struct sqlite_range mentions;
};

bool sqlite_virtual_parse(
	struct arena *arena, const char *sql, struct sqlite_virtual *table, const char **problem);

#endif
