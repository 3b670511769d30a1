/* verify: what the parts of migrate_verify share. Only the files beside this one include it. */
#ifndef MIGRATE_VERIFY_H
#define MIGRATE_VERIFY_H

#include "findings.h"
#include "schema/rows.h"
#include "scratch.h"

/* A schema as it was. */
struct snapshot {
	struct arena memory;
	struct schema schema;
};

struct verifying {
	struct migrate *migrate;
	struct migrate_verify *verify;
	struct findings found;
	struct scratch subject, reference;
	struct snapshot before, after; /* the upgrade; without a digest */
	bool stopped;                  /* a finding says why nothing more can be tried */
	struct nodes order;
	const uint8_t *wanted; /* marks: the range */
	struct arena memory;   /* of one revision */
	const char **skipped;
};

/* Runs a revision in a scratch. */
bool verify_run(struct verifying *v, struct scratch *scratch, uint32_t node, bool downgrade,
	struct migrate_error *error);
/* what: "the downgrade"; clears the failure. */
void verify_find_failure(
	struct verifying *v, uint32_t node, const char *what, struct migrate_error *failure);
/* A new subject that stands where the first of the order lead. */
bool verify_renew(struct verifying *v, uint32_t count, struct migrate_error *error);
/* Is there a reference? */
bool verify_has_digest(const struct verifying *v);
/* The subject's schema with what it should be: the snapshot, or the reference. A finding where they
 * differ, what being the beginning of its message; else *finding is NULL. */
bool verify_compare(struct verifying *v, const struct snapshot *snapshot, const char *what,
	struct migrate_finding **finding, struct migrate_error *error);
/* A finding's place: the revision's section. */
void verify_place(struct verifying *v, struct migrate_finding *finding, uint32_t node,
	const struct section *section);

/* migrate_verify_branches.c. The subject is closed. */
bool verify_branches(struct verifying *v, struct migrate_error *error);

#endif
