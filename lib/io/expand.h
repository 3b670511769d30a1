/* expand: ${VAR} and ${VAR:-default} in a value of migrator.yaml.
 *
 * $$ is a dollar, a $ before anything but { stands for itself. The default is taken where the
 * variable is missing or empty, may hold braces in pairs, and is itself expanded; values of
 * variables are not.
 */
#ifndef MIGRATE_IO_EXPAND_H
#define MIGRATE_IO_EXPAND_H

#include <stdbool.h>
#include <stddef.h>

#include "base/arena.h"
#include "io/variables.h"
#include "migrate.h"

struct expansion {
	const char *text;
	enum origin origin;   /* a variable's where the whole value is that one variable */
	const char *variable; /* which one, else NULL; or the one that names its file */
	bool from_file;
};

/* Error: MIGRATE_E_CONFIG without a position; names variables, never values. */
bool expand(struct arena *arena, const char *text, const struct variables *variables,
	struct expansion *expansion, struct migrate_error *error);

/* Bytes of the variable name that text begins with: letters, digits, `_`, no digit first. */
size_t variable_name_size(const char *text, size_t size);

#endif
