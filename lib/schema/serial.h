/* serial: a schema as text, and back, so that it can be kept and compared object by object later,
 * without a database to load it into. Pure.
 *
 * The same schema gives the same text. A line has fields, separated by tabs, in which tab, newline
 * and backslash are written \t, \n and \\:
 *
 *   migrate schema 1
 *   object KIND OWNER POSITION NAME     owner: the object's number in this text from 0, or -
 *   is PROPERTY TEXT                    of the object before it
 *   needs NUMBER                        likewise
 *   unsupported TEXT
 *
 * The number in the first line is raised when a reader fills in what none did before: what an older
 * one has kept would differ for no other reason. */
#ifndef MIGRATE_SCHEMA_SERIAL_H
#define MIGRATE_SCHEMA_SERIAL_H

#include "base/str.h"
#include "schema/schema.h"

void serial_write(const struct schema *schema, struct str *out);
/* False where the text is none that this version writes. */
bool serial_read(struct arena *arena, const char *text, struct schema *schema);

#endif
