/* renaming: `-- renamed from:` comments as statements. Only the files beside this one include it.
 */
#ifndef MIGRATE_RENAMING_H
#define MIGRATE_RENAMING_H

#include "project.h"

/* "" where nothing is renamed. */
struct renaming {
	const char *upgrade, *downgrade;
	const char **told; /* "column notes.text is renamed from body" */
	uint32_t count, room;
};

/* From what the migrations make to the desired names. What is renamed already is left out; comments
 * that are about nothing are told as warnings, and names that go round in a circle are an error. */
bool renaming_find(struct migrate *migrate, const struct schema *made, const struct schema *desired,
	const struct renames *renames, struct renaming *renaming, struct migrate_error *error);
/* A name of SQL behind its last dot that is in no quotes. */
const char *renaming_bare(const char *name);
/* migrate_propose.c. Tells, as notices, what looks as if it had been renamed. */
void renaming_propose(struct migrate *migrate, const struct schema_changes *changes);

#endif
