/* side: one of the two schemas of a diff: where it comes from, and what it is. Only the files
 * beside this one include it. */
#ifndef MIGRATE_SIDE_H
#define MIGRATE_SIDE_H

#include "project.h"

enum side_kind { SIDE_MIGRATIONS, SIDE_DATABASE, SIDE_SCHEMA, SIDE_FILES, SIDE_OTHER };

struct side {
	enum side_kind kind;
	const char *name;      /* as it was given, but for the password of a URL */
	struct config *config; /* of SIDE_OTHER: the configuration that has its database */
	bool is_url;
};

/* One of the words, a path to what is there, a URL, or an environment's name. */
bool side_find(
	struct migrate *migrate, const char *name, struct side *side, struct migrate_error *error);
/* Are both of one kind of database? Then the project's driver is theirs; the caller sets it back,
 * in any case. */
bool sides_agree(struct migrate *migrate, const struct side *from, const struct side *to,
	struct migrate_error *error);
/* Fills in the schema, in the project's arena. */
bool side_read(struct migrate *migrate, const struct side *side, struct schema *schema,
	struct migrate_error *error);

/* side_other.c: databases that are not the project's. */

/* Is it a URL, or the name of an environment? */
bool side_is_other(const struct migrate *migrate, const char *name);
bool side_find_other(struct migrate *migrate, struct side *side, struct migrate_error *error);
bool side_read_other(struct migrate *migrate, const struct side *side, struct schema *schema,
	struct migrate_error *error);

#endif
