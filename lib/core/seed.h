/* seed: a file of SQL that fills tables, cut at its `-- at: REVISION` lines. Pure.
 *
 * Such a line begins in column 1, wherever it stands. What is above the first one is of no revision
 * by name. */
#ifndef MIGRATE_CORE_SEED_H
#define MIGRATE_CORE_SEED_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "migrate.h"

struct seed {
	const char *at;  /* as written; NULL: above the first line */
	const char *sql; /* NUL-terminated */
	size_t size;
	size_t line, at_line; /* of the SQL's first line, and of the one that names the revision */
};

struct seeds {
	struct seed *item; /* those without anything but blanks left out */
	uint32_t count, capacity;
};

/* MIGRATE_E_SCRIPT for a line that names nothing. */
bool seeds_parse(struct arena *arena, const char *file, const char *text, size_t size,
	struct seeds *seeds, struct migrate_error *error);

#endif
