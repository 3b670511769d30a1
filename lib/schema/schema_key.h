/* schema_key: what tells the objects of one schema apart, as one text. Between schema's files. */
#ifndef MIGRATE_SCHEMA_SCHEMA_KEY_H
#define MIGRATE_SCHEMA_SCHEMA_KEY_H

#include "schema/schema.h"

const char *schema_key(
	struct arena *arena, enum schema_kind kind, uint32_t owner, const char *name);

#endif
