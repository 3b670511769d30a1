/* postgres_ddl: what the parts of PostgreSQL's dialect share. Pure. Nobody outside
 * schema/postgres_*.c includes this.
 *
 *   postgres_ddl.c      which statement makes which object; the small ones
 *   postgres_type.c     types, sequences, aggregates
 *   postgres_table.c    tables with what is folded into them, views
 *   postgres_part.c     constraints, indexes, triggers, rules, policies
 *   postgres_about.c    comments, privileges, and settings of an object that is there
 *   postgres_alter.h    how one schema is made out of another
 *
 * The properties are named where they are read: db/sql/pg_schema_*.sql. */
#ifndef MIGRATE_SCHEMA_POSTGRES_DDL_H
#define MIGRATE_SCHEMA_POSTGRES_DDL_H

#include "schema/ddl.h"

/* An object, and where it is. */
struct made {
	const struct ddl *ddl;
	const struct schema_object *object;
	const struct schema_object *owner; /* NULL: none */
	uint32_t index;
	struct str *out;
};

struct made postgres_made(const struct ddl *ddl, uint32_t object);
const char *postgres_text(const struct made *made, const char *property);
bool postgres_has(const struct made *made, const char *property);
/* before, the property's text, after: nothing where it has none. */
void postgres_add_if(
	const struct made *made, const char *before, const char *property, const char *after);
/* The part, if it is written in its owner's statement. */
bool postgres_is_folded(const struct ddl *ddl, uint32_t part);
/* What comes behind prefix in a property's name, or NULL. */
const char *postgres_behind(const struct schema_property *property, const char *prefix);

/* A view with the same columns that needs nothing; it replaces one that is marked as written. */
void postgres_add_stand_in(const struct made *view);
/* ALTER PUBLICATION ... ADD, where the property says what is published. */
void postgres_add_published(const struct made *made, const struct schema_property *property);

/* postgres_about.c */
/* "TABLE public.notes", "CONSTRAINT notes_pkey ON public.notes": as COMMENT ON has it. */
void postgres_add_target(const struct made *made);
/* The name of an index, or of a constraint's, with its table's schema. */
void postgres_add_index_name(const struct made *made);
/* " WITH (fillfactor=70)", or nothing. */
void postgres_add_options(const struct made *made);
/* "GRANT ... ON ... TO role;" for privileges as the property of that name has them. */
void postgres_add_grants(const struct made *made, const struct schema_property *property);
/* " ON TABLE public.t FROM role;" */
void postgres_add_revoke(const struct made *made, const struct schema_property *property);
/* " IS 'text';", or " IS NULL;" */
void postgres_add_remark(const struct made *made, const char *text);
/* Comments and privileges of an object and of what is folded into it. */
void postgres_add_about(const struct ddl *ddl, uint32_t object);

/* postgres_type.c */
void postgres_add_enum(const struct made *made);
void postgres_add_domain(const struct made *made);
void postgres_add_composite(const struct made *made);
void postgres_add_range(const struct made *made);
void postgres_add_sequence(const struct made *made);
void postgres_add_aggregate(const struct made *made);

/* postgres_table.c */
void postgres_add_table(const struct made *made);
void postgres_add_view(const struct made *made);
/* The statement alone. */
void postgres_add_view_text(const struct made *made);
/* Is it a generated column whose expression cannot be there with the table? It comes later, as a
 * whole. */
bool postgres_comes_later(const struct made *column);
/* One whose need made a circle with its table's. */
void postgres_add_default(const struct made *made);
/* The column's DEFAULT object: SCHEMA_NONE where it has none. */
uint32_t postgres_default_of(const struct made *column);
/* "id integer DEFAULT 1 NOT NULL" */
void postgres_add_column_text(const struct made *column, bool not_null);
/* What ADD COLUMN has no words for. */
void postgres_add_column_settings(const struct made *column);
/* "ALTER TABLE ONLY t ALTER COLUMN c SET DEFAULT 1;" */
void postgres_add_set_default(const struct made *column);
/* ALTER TABLE ... ATTACH PARTITION, where it is one. */
void postgres_add_attach(const struct made *table);
/* " GENERATED ALWAYS AS IDENTITY (...)" */
void postgres_add_identity(const struct made *column);
/* "DISABLE", "ENABLE ALWAYS": what puts a trigger or a rule into that state; NULL is the usual. */
const char *postgres_enabling(const char *enabled);
/* Bytes of the first name of a list, "a, b": of what is quoted too. */
size_t postgres_name_size(const char *names);

/* postgres_part.c */
/* "CONSTRAINT notes_pkey PRIMARY KEY (id)" */
void postgres_add_constraint_text(const struct made *made);
/* As ALTER TABLE, or ALTER DOMAIN. */
void postgres_add_constraint(const struct made *made);
/* What the index of a constraint, or another, has besides. */
void postgres_add_index_settings(const struct made *made);
/* ALTER INDEX ... ATTACH PARTITION, where it is one. */
void postgres_add_index_attach(const struct made *made);
void postgres_add_index(const struct made *made);
void postgres_add_trigger(const struct made *made);
void postgres_add_rule(const struct made *made);
void postgres_add_policy(const struct made *made);

#endif
