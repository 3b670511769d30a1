/* rows: what tables hold, and whether it is the same before and after a detour. Pure.
 *
 * Rows have no order. A cell is a text in which the database tells values apart; NULL is SQL's. */
#ifndef MIGRATE_SCHEMA_ROWS_H
#define MIGRATE_SCHEMA_ROWS_H

#include <stddef.h>

#include "core/revision.h"
#include "schema/schema.h"

struct rows_table {
	const char *name;     /* as the schema has it */
	struct names columns; /* likewise */
	const char **cell;    /* row by row */
	size_t count;         /* rows */
};

struct rows {
	struct rows_table *item;
	uint32_t count;
};

/* The tables of a schema that have columns, without their rows. Names are the schema's. */
void rows_tables(struct arena *arena, const struct schema *schema, struct rows *rows);

struct rows_changes {
	/* For people: "table notes: 3 rows before, 0 after"; "table notes: id 1, text 'a' is now id
	 * 1, text 'b'". */
	struct names lost;
	/* "column notes.text", "table notes": what was not there in between, and is not what it was
	 * before. */
	struct names gone;
};

/* Of tables and columns that are there each time: what is not the same after as before. Whatever is
 * missing after is the schema's matter. */
void rows_compare(struct arena *arena, const struct rows *before, const struct rows *between,
	const struct rows *after, struct rows_changes *changes);

#endif
