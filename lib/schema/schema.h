/* schema: what a database holds, as a value. Pure.
 *
 * A schema is a list of objects. An object has a kind, a name and properties; what is part of
 * another (a column, a constraint, an index, a trigger) has an owner. Texts are SQL in the
 * database's own spelling, names quoted where they must be, so that whoever writes SQL from them
 * quotes nothing. Two objects are the same one when kind, owner and name are, and equal when all
 * their properties are as well. A property that an object has not is not there: an empty text is
 * none.
 *
 * Readers (the drivers) fill a builder, in any order; schema_build() sorts. The order of a schema
 * depends on nothing but names and the positions of columns: never on object ids, or on when
 * something was made.
 *
 * Surprising: what a DEFAULT or a generated column computes is an object of its own, because it can
 * need objects that need its table.
 */
#ifndef MIGRATE_SCHEMA_SCHEMA_H
#define MIGRATE_SCHEMA_SCHEMA_H

#include <stdbool.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/str.h"
#include "core/nametable.h"
#include "migrate.h"

/* In the order in which a dump shows what could stand in any order. */
enum schema_kind {
	SCHEMA_NAMESPACE, /* PostgreSQL's CREATE SCHEMA */
	SCHEMA_EXTENSION,
	SCHEMA_ENUM,
	SCHEMA_DOMAIN,
	SCHEMA_COMPOSITE,
	SCHEMA_RANGE,
	SCHEMA_SEQUENCE,
	SCHEMA_FUNCTION,
	SCHEMA_PROCEDURE,
	SCHEMA_AGGREGATE,
	SCHEMA_TABLE,
	SCHEMA_COLUMN,
	SCHEMA_DEFAULT,
	SCHEMA_PRIMARY_KEY,
	SCHEMA_UNIQUE,
	SCHEMA_CHECK,
	SCHEMA_EXCLUSION,
	SCHEMA_INDEX,
	SCHEMA_STATISTICS,
	SCHEMA_VIEW,
	SCHEMA_MATERIALIZED_VIEW,
	SCHEMA_FOREIGN_KEY,
	SCHEMA_TRIGGER,
	SCHEMA_RULE,
	SCHEMA_POLICY,
	SCHEMA_EVENT_TRIGGER,
	SCHEMA_PUBLICATION,
	SCHEMA_KINDS
};

/* "table", "foreign key": for people. */
const char *schema_kind_name(enum schema_kind kind);
bool schema_kind_find(const char *name, enum schema_kind *kind);

#define SCHEMA_NONE UINT32_MAX

struct schema_property {
	const char
		*name; /* "type", "not null", "comment": lower case, the word that SQL has for it */
	const char *text; /* never empty */
};

struct schema_list {
	uint32_t *item;
	uint32_t count;
};

struct schema_object {
	enum schema_kind kind;
	/* As SQL writes it. Of its own: `public."Order"`, `public.add(integer, integer)`; of a part
	 * the bare name: `id`, `notes_pkey`. A DEFAULT has its column's name. */
	const char *name;
	uint32_t owner;    /* SCHEMA_NONE for an object of its own */
	uint32_t position; /* of a column among its table's, from 1; else 0 */
	const struct schema_property *property;
	uint32_t property_count;
	struct schema_list parts; /* objects whose owner this is, in the schema's order */
	struct schema_list
		needs; /* objects that must be there before it; its owner is not listed */
};

struct schema {
	struct schema_object *object;
	uint32_t count;
	/* What the reader met and this model has no place for, for people, sorted:
	 * "operator class public.reversed_ops USING btree". */
	const char **unsupported;
	uint32_t unsupported_count;
	struct nametable index; /* schema_find()'s */
};

/* Its text, or NULL. */
const char *schema_text(const struct schema_object *object, const char *property);
/* `column public.notes.id`, `table public.notes`: for people. */
const char *schema_describe(struct arena *arena, const struct schema *schema, uint32_t object);
/* The object of that kind, owner and name; SCHEMA_NONE. Of its own: owner is SCHEMA_NONE. */
uint32_t schema_find(
	const struct schema *schema, enum schema_kind kind, uint32_t owner, const char *name);

/* Filling. All is copied into the arena of schema_builder_open(). Ids are the reader's, any text
 * that is unique in this database ("1259/16384/2", "table notes"). */
struct schema_builder;

struct schema_builder *schema_builder_open(struct arena *arena);
/* Frees what is not in the arena. NULL is fine. */
void schema_builder_close(struct schema_builder *builder);

struct schema_entry {
	enum schema_kind kind;
	const char *id, *name;
	const char *owner; /* an id, or NULL */
	uint32_t position;
};

/* Adds an object, and makes it the one that schema_add_property() is about. An id that is there
 * already is a mistake of the reader's: MIGRATE_E_DATABASE from schema_build(). */
void schema_add(struct schema_builder *builder, const struct schema_entry *entry);
/* NULL and "" are ignored. */
void schema_add_property(struct schema_builder *builder, const char *name, const char *text);
/* The same for any object, at the end of its list: comments, privileges and options are read for
 * all kinds at once. Ids that nobody has, and aliases, are ignored. */
void schema_add_property_to(
	struct schema_builder *builder, const char *id, const char *name, const char *text);
/* Object id needs object needed. Ids that nobody has are ignored: those of what the database brings
 * with it, and of what the reader leaves out. */
void schema_add_need(struct schema_builder *builder, const char *id, const char *needed);
/* Another id for an object: a table's row type is the table. */
void schema_add_alias(struct schema_builder *builder, const char *id, const char *alias);
__attribute__((format(printf, 2, 3))) void schema_add_unsupported(
	struct schema_builder *builder, const char *format, ...);

/* The schema, in the builder's arena. False: an owner is missing, or an id is there twice. */
bool schema_build(
	struct schema_builder *builder, struct schema *schema, struct migrate_error *error);

/* The order in which objects can be created.
 *
 * A part is folded where it is written in its owner's own statement: always for the kinds in
 * `always`, and for those in `foldable` where that makes no cycle of needs (a CHECK that calls a
 * function that takes the table's rows comes later, as ALTER TABLE). What is not folded stands with
 * its owner, but for foreign keys and the kinds in `apart`: they have a place of their own. Masks
 * have a bit for each kind: SCHEMA_BIT(SCHEMA_COLUMN). */
#define SCHEMA_BIT(kind) (1U << (kind))

struct schema_order {
	uint32_t *object; /* what has a statement of its own, in order */
	uint32_t count;
	bool *folded; /* for each object of the schema */
};

void schema_sort(struct arena *arena, const struct schema *schema, uint32_t always,
	uint32_t foldable, uint32_t apart, struct schema_order *order);

#endif
