/* postgres_quote: text and names as SQL, for PostgreSQL. Pure. */
#ifndef MIGRATE_DB_POSTGRES_QUOTE_H
#define MIGRATE_DB_POSTGRES_QUOTE_H

#include <stddef.h>

#include "base/str.h"
#include "core/revision.h"

/* A literal that means the same whatever standard_conforming_strings is. NULL for no text. */
void postgres_add_literal(struct str *out, const char *text, size_t size);
void postgres_add_text(struct str *out, const char *text);
/* "schema"."name", or "name" alone. */
void postgres_add_name(struct str *out, const char *schema, const char *name);
/* CAST(ARRAY['a', 'b'] AS pg_catalog.text[]) */
void postgres_add_array(struct str *out, const struct names *names);

#endif
