/* generation: a revision in the making. Only the files beside this one include it. */
#ifndef MIGRATE_GENERATION_H
#define MIGRATE_GENERATION_H

#include "renaming.h"
#include "scratch.h"

struct generation {
	struct migrate *migrate;
	struct migrate_autogenerate *request;
	struct scratch scratch; /* with what the new revision stands on */
	struct arena memory;    /* of its runner */
	struct new_parts parts;
	struct renaming renaming;
	/* made: by the migrations; renamed: with the renames done */
	struct schema *made, *renamed, *desired;
	struct schema_changes changes; /* from renamed to desired */
	struct str upgrade, downgrade;
};

/* The scratch's schema as it is now. */
bool generation_read(
	struct generation *generation, struct schema **schema, struct migrate_error *error);
/* The project's graph with one revision more, which is its last node. */
bool generation_graph(struct generation *generation, const struct revision *added,
	struct graph *graph, struct migrate_error *error);
/* Runs a section of that one. text: of the section; NULL: it is read from its file. */
bool generation_run(struct generation *generation, const struct graph *graph, bool downgrade,
	const char *text, struct migrate_error *error);
/* Each as a warning. */
void generation_tell(struct generation *generation, const char *before, struct migrate_list list);
struct migrate_list generation_list(const char **item, uint32_t count);

/* migrate_proof.c. Runs the file's sections and compares what they make; fills and tells
 * `unproved`. False: it was interrupted, or the file cannot be read. */
bool generation_prove(struct generation *generation, struct migrate_error *error);

#endif
