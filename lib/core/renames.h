/* renames: `-- renamed from: old` comments in SQL that makes tables. Pure.
 *
 * Such a comment is about the column, or the CREATE TABLE, that begins on its line, and else about
 * the one that begins next behind it. Names are as the text has them, quotes included; a
 * table's without a schema has that of the SET search_path before it. */
#ifndef MIGRATE_CORE_RENAMES_H
#define MIGRATE_CORE_RENAMES_H

#include <stdint.h>

#include "base/arena.h"
#include "core/scan.h"

struct rename {
	const char *table;  /* NULL: there is no table or column that the comment is about */
	const char *column; /* NULL: the table itself */
	const char *old;
	const char *file;
	size_t line;
};

struct renames {
	struct rename *item;
	uint32_t count, room;
};

/* Appends those of a text, which lives as long as the arena or is copied into it. */
void renames_find(struct arena *arena, enum scan_dialect dialect, const char *file,
	const char *text, size_t size, struct renames *renames);

#endif
