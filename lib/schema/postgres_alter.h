/* postgres_alter: how one schema is made out of another on PostgreSQL. Pure. Nobody outside
 * schema/postgres_*.c includes this.
 *
 *   postgres_alter.c         the order: drop, alter and create, join, drop what was still needed
 *   postgres_fate.c          what can be altered, and what else must go for what cannot
 *   postgres_can.c           what statements can alter
 *   postgres_kin.c           partitions, children, indexes of indexes
 *   postgres_drop.c          what goes
 *   postgres_leave.c         what is parted from what stays, before
 *   postgres_change.c        which statement alters which object; the small ones
 *   postgres_change_table.c  tables, indexes, and what joins them at the end
 *   postgres_inherit.c       parents of a table, in their order
 *   postgres_column.c        columns and their DEFAULTs
 *   postgres_identity.c      identity columns
 *   postgres_cast.c          how a column's data get another type, and what that loses
 *   postgres_rows.c          which rows are in the way
 *   postgres_change_type.c   enums, domains, sequences
 *   postgres_composite.c     composite types and their attributes
 *   postgres_tell.c          comments, privileges, remarks in the script
 *
 * An object that is in both schemas and cannot be altered is gone, and made again. A type goes late
 * and under another name while columns still have it. */
#ifndef MIGRATE_SCHEMA_POSTGRES_ALTER_H
#define MIGRATE_SCHEMA_POSTGRES_ALTER_H

#include "schema/alter.h"
#include "schema/postgres_ddl.h"

struct alter {
	struct arena *arena;
	const struct schema_changes *changes;
	struct schema_alteration *result;
	struct str *out;
	const struct schema *old, *new;
	struct schema_order was, will;
	struct ddl before, after;
	uint32_t *to_new, *to_old; /* counterparts, or SCHEMA_NONE */
	/* Of each old object: */
	struct schema_list *users; /* what needs it */
	uint32_t *place;           /* when it could be made: it is dropped in the reverse order */
	bool *gone;                /* it is dropped, and made again if it has a counterpart */
	bool *late;                /* it is gone, but only once columns have other types */
	bool *retyped;             /* a column whose type changes, if only by being made again */
	uint32_t *sequence, sequence_count; /* objects in the order of their places */
};

/* An object that is in both. */
struct pair {
	struct alter *alter;
	struct made old, new;
	struct str *out;
};

void postgres_alter(struct arena *arena, const struct schema_changes *changes,
	struct schema_alteration *alteration);

/* postgres_fate.c: fills gone, late and retyped. */
void alter_decide(struct alter *alter);

/* postgres_can.c: can statements make the new one out of the old one? */
bool alter_can(const struct pair *pair);

/* postgres_kin.c */
/* Is it of a kind that columns can have as their type? */
bool alter_is_type(const struct schema_object *object);
/* Has it an index: a key, an exclusion constraint, or an index itself? */
bool alter_is_indexed(const struct schema_object *object);
/* Does an old table that stays leave a parent, a partitioned table or its type? */
bool alter_leaves(const struct alter *alter, uint32_t table);
/* Does it leave its type, which is another one or made again? */
bool alter_leaves_type(const struct alter *alter, uint32_t table);
/* Does this object of the new schema have to be made? */
bool alter_is_made(const struct alter *alter, uint32_t object);
/* The same part of the first table that it inherits from or is a partition of, or SCHEMA_NONE. */
uint32_t alter_parents_part(const struct schema *schema, uint32_t part);
/* A name of SQL in a list of such, "a, b", or NULL; the list behind its first. */
const char *alter_find_listed(const char *list, const char *name, size_t size);
const char *alter_next_listed(const char *list);
/* Of the new schema: has the table been the parent's before, so that what a statement does to that
 * one is done to it? What leaves one only to join it again is not reached. */
bool alter_is_reached(const struct alter *alter, uint32_t table, uint32_t parent);
bool alter_is_partition(const struct schema *schema, uint32_t part);
/* The index that it is a partition of, or SCHEMA_NONE. */
uint32_t alter_parent_index(const struct schema *schema, uint32_t index);
/* The DEFAULT computes the column. */
bool alter_is_generated(const struct schema *schema, uint32_t column);

/* postgres_drop.c */
void alter_drop(struct alter *alter);
void alter_drop_late(struct alter *alter);

/* postgres_leave.c */
void alter_leave(struct alter *alter);
/* What a publication publishes no more. */
void alter_unpublish(const struct pair *pair);
/* Has the sequence other users than the column that owns it? */
bool alter_is_shared(const struct alter *alter, uint32_t sequence, uint32_t column);

/* postgres_change.c: what is in both and not gone; table and type parts each for itself. */
void alter_change(struct alter *alter, uint32_t object);

/* postgres_change_table.c */
void alter_table(const struct pair *pair);
void alter_index_settings(const struct pair *pair);
/* " SET (fillfactor=70)" and " RESET (...)", each behind before. */
void alter_options(const struct pair *pair, const char *before);
/* Partitions, parents and types that a table joins when all else is there. */
void alter_join(struct alter *alter);

/* postgres_inherit.c */
/* Gives a table that is in both the parents that it lacks, and all of them their order. */
void alter_inherit(const struct pair *pair);

/* postgres_column.c */
void alter_column(const struct pair *pair);
void alter_default(const struct pair *pair);
/* A new part of an object that is in both. */
void alter_add_column(struct alter *alter, uint32_t column);
void alter_add_default(struct alter *alter, uint32_t object);
/* A column of a view that the new schema says nothing about. */
void alter_reset_column(struct alter *alter, uint32_t old);

/* postgres_identity.c */
void alter_identity(const struct pair *pair);

/* postgres_cast.c */
/* "ALTER TABLE t ALTER COLUMN c TYPE ..." */
void alter_column_type(const struct pair *pair);
/* Tells what becomes of values that are read again from their text as those of another type. */
void alter_tell_text(const struct pair *pair);
/* How a column of that type is stored unless it says otherwise. */
const char *alter_usual_storage(const struct schema *schema, const char *type);

/* postgres_rows.c */
/* Tells which rows a new constraint or index of what is in both fails on, or one that is validated.
 */
void alter_tell_rows(struct alter *alter, uint32_t object);

/* postgres_change_type.c */
bool alter_only_adds_values(const struct alter *alter, uint32_t old, uint32_t new);
/* Tells which values an enum that is made again has no more. */
void alter_tell_values(struct alter *alter, uint32_t old);
void alter_enum(const struct pair *pair);
void alter_domain(const struct pair *pair);
void alter_sequence(const struct pair *pair);

/* postgres_composite.c */
/* " CASCADE" where tables are of that type, or "". */
const char *alter_cascade(const struct alter *alter, const char *type);
void alter_attribute(const struct pair *pair);
void alter_add_attribute(struct alter *alter, const struct made *attribute);
/* A type that columns have and that is made again, before it is put aside. */
void alter_prepare_composite(struct alter *alter, uint32_t old);

/* postgres_tell.c */
struct pair alter_pair(struct alter *alter, uint32_t old, uint32_t new);
/* NULL where it has none. */
const char *alter_was(const struct pair *pair, const char *property);
const char *alter_is(const struct pair *pair, const char *property);
bool alter_differs(const struct pair *pair, const char *property);
/* Comments, privileges and extensions, where they differ. */
void alter_about(const struct pair *pair);
__attribute__((format(printf, 2, 3))) void alter_destroys(
	struct alter *alter, const char *format, ...);
__attribute__((format(printf, 2, 3))) void alter_fails(
	struct alter *alter, const char *format, ...);
__attribute__((format(printf, 2, 3))) void alter_impossible(
	struct alter *alter, const char *format, ...);
const char *alter_old_name(const struct alter *alter, uint32_t object);
const char *alter_new_name(const struct alter *alter, uint32_t object);

#endif
