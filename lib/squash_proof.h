/* squash_proof: does one revision make the schema that many made? Tried on scratch databases. Only
 * the files beside this one include it. */
#ifndef MIGRATE_SQUASH_PROOF_H
#define MIGRATE_SQUASH_PROOF_H

#include "core/squash.h"
#include "project.h"

struct squash_proof {
	struct migrate *migrate;
	const struct squash *squash;
	bool joined;                 /* the one revision's script is those of the range */
	struct arena memory;         /* of the schemas */
	struct schema before, after; /* filled: below the range, and at its end */
};

/* Runs the revisions as they are, up to the range's end. */
bool squash_proof_begin(struct squash_proof *proof, struct migrate_error *error);
/* Runs them with the one in place of the range, and compares. MIGRATE_E_REFUSED with the
 * differences; any error says that nothing was changed. */
bool squash_proof_compare(struct squash_proof *proof, const struct graph *graph, uint32_t node,
	struct migrate_error *error);
void squash_proof_release(struct squash_proof *proof);

#endif
