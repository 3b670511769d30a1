/* postgres_canonical: an expression as the server will write it for good. Pure.
 *
 * `status IN ('a', 'b')` of a character varying is kept as an array that is cast as a whole; read
 * again, as from a dump, each element is cast instead. The first form is rewritten as the second,
 * so that a schema and its copy have the same text:
 *
 *	(ARRAY['a'::character varying, 'b'::character varying])::text[]
 *	ARRAY[('a'::character varying)::text, ('b'::character varying)::text]
 */
#ifndef MIGRATE_DB_POSTGRES_CANONICAL_H
#define MIGRATE_DB_POSTGRES_CANONICAL_H

#include "base/str.h"

/* text itself, or what it becomes, in the str. Strings and quoted names are left alone. */
const char *postgres_canonical(const char *text, struct str *out);

#endif
