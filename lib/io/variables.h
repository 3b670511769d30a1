/* variables: where ${NAME} of migrator.yaml, and DATABASE_URL, come from.
 *
 * The caller's environment is asked before .env. In each of the two NAME counts where it is not
 * empty, else the content of the file that NAME_FILE names, as containers hand out secrets, without
 * the line ends at its end; else NAME, empty as it is. A path in the environment is relative to the
 * current directory, one in .env to the .env.
 */
#ifndef MIGRATE_IO_VARIABLES_H
#define MIGRATE_IO_VARIABLES_H

#include <stdbool.h>

#include "base/arena.h"
#include "core/revision.h"
#include "io/dotenv.h"
#include "migrate.h"

struct variables {
	const char *const *environ;  /* NAME=VALUE, NULL-terminated; NULL for none; asked first */
	const struct dotenv *dotenv; /* may be NULL */
	const char *dotenv_directory;
	struct names *defaulted; /* gets those that give way to a default; may be NULL */
};

enum origin { ORIGIN_TEXT, ORIGIN_DOTENV, ORIGIN_ENVIRON };

struct variable {
	const char *value; /* NULL: it is not set */
	enum origin origin;
	const char *name; /* which variable holds it: NAME or NAME_FILE */
	bool from_file;
};

/* Without a look at NAME_FILE. NULL where it is not set. */
const char *variables_find(const struct variables *variables, const char *name);
/* Error: MIGRATE_E_CONFIG without a position, for a file that cannot be read; no value is quoted.
 */
bool variables_read(struct arena *arena, const struct variables *variables, const char *name,
	struct variable *found, struct migrate_error *error);

#endif
