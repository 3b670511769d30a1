/* ddl: SQL that makes a schema. Pure.
 *
 * A dialect writes the statements of one database; which comes when is decided here, once for all.
 * Texts of a schema are SQL already (schema.h), so nothing is quoted, and nothing is guessed. */
#ifndef MIGRATE_SCHEMA_DDL_H
#define MIGRATE_SCHEMA_DDL_H

#include "schema/schema.h"

/* What a dialect writes from and to. */
struct ddl {
	struct arena *arena;
	const struct schema *schema;
	const struct schema_order *order;
	/* For each object: create() was called for it. A dialect marks what it has made a stand-in
	 * for, where needs go in a circle. */
	bool *written;
	struct str *out;
};

struct schema_dialect {
	uint32_t always, foldable, apart; /* kinds, for schema_sort() */
	/* Statements before all others and after them, each ended by ";\n"; may be "". */
	const char *first, *last;
	const char *first_local; /* the same as first, of settings that end with a transaction */
	/* Appends what makes the object and the parts folded into it, comments and privileges
	 * included: statements that each end with ";\n". */
	void (*create)(const struct ddl *ddl, uint32_t object);
};

/* Appends the whole schema: the same text for the same schema, which makes the same schema where it
 * is run in an empty database. */
void schema_dump(struct arena *arena, const struct schema *schema,
	const struct schema_dialect *dialect, struct str *out);

/* The same for a script of a revision, which runs in one transaction, perhaps with others. */
void schema_dump_script(struct arena *arena, const struct schema *schema,
	const struct schema_dialect *dialect, struct str *out);

extern const struct schema_dialect schema_sqlite, schema_postgres;

#endif
