/* renaming_names: what the names in "-- renamed from:" comments mean. Only migrate_renaming.c and
 * migrate_renaming_names.c include it. */
#ifndef MIGRATE_RENAMING_NAMES_H
#define MIGRATE_RENAMING_NAMES_H

#include "renaming.h"

struct names_of {
	struct migrate *migrate;
	const struct schema *made, *desired;
	const struct renames *renames;
	struct renaming *renaming;
	uint32_t *about; /* for each comment: the desired table, or the column's; SCHEMA_NONE */
	bool *seen;      /* for each comment: it was looked at */
	bool *done;      /* for each comment: its statement is written */
	uint32_t *
		from; /* for each desired object: the table of made that becomes it, by a comment */
	bool *moved;  /* for each of made: a table that has another name now */
	bool *touched; /* for each of made: a table that is renamed, or has a column that is */
	struct str up, down;
};

/* Are they one name of a column to the database? */
bool renaming_same(const struct names_of *names, const char *left, const char *right);
/* Does the schema's name of a table, or its beginning up to the last part, say what is written? */
bool renaming_same_table(const struct names_of *names, const char *name, const char *written);
/* NULL where the table has no such column. */
const struct schema_object *renaming_find_column(const struct names_of *names,
	const struct schema *schema, uint32_t table, const char *written);
/* With that column, unless it is NULL; where schemas have tables of that name, the usual one's.
 * SCHEMA_NONE. */
uint32_t renaming_find_table(const struct names_of *names, const struct schema *schema,
	const char *written, const char *column);
/* "app." of "app.notes", and the old name behind it. */
const char *renaming_beside(const struct names_of *names, const char *name, const char *old);

#endif
