/* expand: ${VAR} and ${VAR:-default} in a value of migrator.yaml. Pure but for the arena.
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
#include "io/dotenv.h"
#include "migrate.h"

struct variables {
	const char *const *environ;  /* NAME=VALUE, NULL-terminated; NULL for none; asked first */
	const struct dotenv *dotenv; /* may be NULL */
};

enum origin { ORIGIN_TEXT, ORIGIN_DOTENV, ORIGIN_ENVIRON };

/* NULL where it is not set; origin may be NULL. */
const char *variables_find(
	const struct variables *variables, const char *name, enum origin *origin);

struct expansion {
	const char *text;
	enum origin origin;   /* a variable's where the whole value is that one variable */
	const char *variable; /* which one, else NULL */
};

/* Error: MIGRATE_E_CONFIG without a position; names variables, never values. */
bool expand(struct arena *arena, const char *text, const struct variables *variables,
	struct expansion *expansion, struct migrate_error *error);

/* Bytes of the variable name that text begins with: letters, digits, `_`, no digit first. */
size_t variable_name_size(const char *text, size_t size);

#endif
