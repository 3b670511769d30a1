/* trial: branches run on scratch databases in each order, and what comes of it. Only the files
 * beside this one include it. */
#ifndef MIGRATE_TRIAL_H
#define MIGRATE_TRIAL_H

#include "core/orders.h"
#include "findings.h"

struct trial {
	bool with_overlaps; /* of the caller: look for them too, which reads more schemas */
	/* Filled. MIGRATE_E_REFUSED where the orders do not agree: a script that fails in one, with
	 * its place, or the first object that differs. */
	struct migrate_error refusal;
	uint32_t node;    /* whose script failed; NODE_NONE */
	const char *diff; /* of the schemas; may be NULL */
	/* Lines for people: objects that two branches change, and those of which they change
	 * different parts. */
	struct migrate_list same, parts;
};

/* Runs the branches below the tips, and behind each order the revision that joins them (NODE_NONE:
 * none does); in memory on SQLite, elsewhere in databases that are made for it and dropped. False:
 * it could not be tried, as there is no database, or the base does not run. The caller clears
 * trial->refusal. */
bool trial_run(struct migrate *migrate, struct nodes tips, uint32_t join, struct trial *trial,
	struct migrate_error *error);

/* migrate_merge.c. Refuses to join revisions whose orders do not agree. What cannot be tried is
 * told, and is no error. */
bool merge_is_safe(struct migrate *migrate, struct nodes parents, struct migrate_error *error);
/* A finding of that check for each marked revision (NULL: any) that joins branches whose orders do
 * not agree. */
bool merge_check_joins(struct findings *findings, enum migrate_check check, const uint8_t *wanted,
	struct migrate_error *error);
/* The same for the heads, where there are several. */
bool merge_check_heads(
	struct findings *findings, enum migrate_check check, struct migrate_error *error);
/* Tells why nothing could be tried in place of an error, and clears it. False: that is a signal. */
bool merge_tell_untried(
	struct migrate *migrate, struct migrate_error *why, struct migrate_error *error);
/* MIGRATE_CHECK_MERGE where that is among the checks; else the heads alone, and what cannot be
 * tried is told, and is no error. */
bool merge_check(struct findings *findings, unsigned checks, struct migrate_error *error);

#endif
