/* alter: the statements that make one schema out of another, in place. Pure.
 *
 * What is in both and differs is altered where a statement can do that without losing data, and is
 * dropped and made again where it holds none (a view, a function, an index, a constraint, a
 * trigger, a DEFAULT) or where the caller's changes leave no other way. Whatever stands on
 * something that is dropped or altered, and would be in the way, is dropped before and made again
 * after. Nothing is dropped before its dependents or made before its needs; foreign keys in a
 * circle are added when all tables are there. Nothing is guessed to be renamed: who wants a rename
 * does it first, reads the schema again, and compares that. */
#ifndef MIGRATE_SCHEMA_ALTER_H
#define MIGRATE_SCHEMA_ALTER_H

#include "schema/compare.h"
#include "schema/ddl.h"

struct schema_remarks {
	const char **item;
	uint32_t count, room;
};

struct schema_alteration {
	struct str *out; /* statements that each end with ";\n"; nothing where nothing changed */
	/* What is destroyed with data in it, for people, in the order of the statements: "table
	 * public.notes", "column public.notes.title", "values of column public.notes.n that are no
	 * integer". In the SQL each stands as a comment, "-- destroys: ...", above its statement.
	 */
	struct schema_remarks destroys;
	/* Differences that no statement here can make, for people, each with why. They are in the
	 * SQL as comments too, "-- not written: ...". */
	struct schema_remarks impossible;
	/* What makes a statement fail, and the whole run with it, where rows are in its way:
	 * "column notes.rank is NOT NULL and has no DEFAULT, and table notes has rows". In the SQL:
	 * "-- fails where ...". */
	struct schema_remarks fails;
};

/* Appends to out; the lists are the arena's. */
void schema_alter(struct arena *arena, const struct schema_changes *changes,
	const struct schema_dialect *dialect, struct schema_alteration *alteration);

/* The new schema as it is once the old one was altered into it: the attributes of a composite type
 * stand as they did, those that are new behind them. The way back starts there. */
const struct schema *schema_altered(
	struct arena *arena, const struct schema *old, const struct schema *new);

/* For dialects. Text is the arena's; it goes to its list, and as a comment to the SQL. */
void schema_destroys(struct arena *arena, struct schema_alteration *alteration, const char *text);
void schema_impossible(struct arena *arena, struct schema_alteration *alteration, const char *text);
void schema_fails(struct arena *arena, struct schema_alteration *alteration, const char *text);
/* "-- text", on one line whatever the names in it hold: nothing of them can leave the comment. */
void schema_remark(struct schema_alteration *alteration, const char *before, const char *text);

#endif
