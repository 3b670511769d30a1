/* dotenv: a .env file as applications write it. Pure but for the arena.
 *
 * Lines `NAME=value`, `export NAME=value`, blank lines and `#` comments. Unquoted values end at a
 * `#` that follows a blank, and lose blanks at both ends; 'single' quotes are literal, "double"
 * ones know \n \r \t \\ \" \$ and may span lines, as may single ones. ${NAME} in unquoted and
 * double-quoted values is replaced from the caller's lookup and then from earlier lines, and by
 * nothing where neither has it; ${NAME:-default} is known too. A BOM and CRLF are fine.
 */
#ifndef MIGRATE_IO_DOTENV_H
#define MIGRATE_IO_DOTENV_H

#include <stdbool.h>
#include <stddef.h>

#include "base/arena.h"
#include "migrate.h"

struct dotenv {
	const char **name, **value;
	size_t count;
};

typedef const char *dotenv_lookup(const char *name, void *context);

/* Errors: MIGRATE_E_CONFIG with file, line and column, and never the text of a value. */
bool dotenv_parse(struct arena *arena, const char *file, const char *text, size_t size,
	dotenv_lookup *lookup, void *context, struct dotenv *dotenv, struct migrate_error *error);
/* The last value of that name, or NULL. */
const char *dotenv_find(const struct dotenv *dotenv, const char *name);

#endif
