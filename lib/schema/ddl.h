/* ddl: SQL that makes a schema. Pure.
 *
 * A dialect writes the statements of one database; which comes when is decided here, once for all.
 * Texts of a schema are SQL already (schema.h), so nothing is quoted, and nothing is guessed. */
#ifndef MIGRATE_SCHEMA_DDL_H
#define MIGRATE_SCHEMA_DDL_H

#include "schema/schema.h"

struct schema_changes;
struct schema_alteration;

/* What a dialect writes from and to. */
struct ddl {
	struct arena *arena;
	const struct schema *schema;
	const struct schema_order *order;
	/* For each object: create() was called for it. A dialect marks what it has made a stand-in
	 * for, where needs go in a circle. */
	bool *written;
	struct str *out;
	/* For schema_alter(): what joins something that is there already does so at the end. */
	bool joins_later;
};

struct schema_dialect {
	uint32_t always, foldable, apart; /* kinds, for schema_sort() */
	/* Statements before all others and after them, each ended by ";\n"; may be "". */
	const char *first, *last;
	const char *first_local; /* the same as first, of settings that end with a transaction */
	/* Appends what makes the object and the parts folded into it, comments and privileges
	 * included: statements that each end with ";\n". */
	void (*create)(const struct ddl *ddl, uint32_t object);
	/* In all names; else a name without quotes is the one in lower case. */
	bool ignores_case;
	/* The namespace of a table that is made without one, as a rule. NULL: there are none. */
	const char *usual_namespace;
	/* Appends what drops, and what makes again, all that would keep the marked tables, or
	 * columns of theirs, from being renamed. NULL: nothing would. */
	void (*make_way)(struct arena *arena, const struct schema *schema, const bool *tables,
		struct str *drop, struct str *again);
	/* schema_alter() (alter.h). */
	void (*alter)(struct arena *arena, const struct schema_changes *changes,
		struct schema_alteration *alteration);
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
