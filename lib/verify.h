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

/* When rows are looked at. */
enum moment { ROWS_BEFORE, ROWS_UP, ROWS_DOWN, ROWS_AGAIN, ROWS_MOMENTS };

/* Of `data`. */
struct seeding {
	struct seeds seeds;
	uint32_t *node; /* behind which each of them runs */
	struct rows rows[ROWS_MOMENTS];
	struct arena memory; /* theirs: of one revision */
	bool looks;          /* rows are looked at */
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
	struct seeding seeding;
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

/* migrate_verify_rows.c. Without data none of them does anything. Reads the file, when the order
 * and the range are known. */
bool verify_read_seeds(struct verifying *v, struct migrate_error *error);
/* Runs what the file has for behind a revision. */
bool verify_seed(
	struct verifying *v, struct scratch *scratch, uint32_t node, struct migrate_error *error);
/* A new revision; looks: it goes down too. */
void verify_forget_rows(struct verifying *v, bool looks);
/* Keeps the subject's rows. */
bool verify_keep_rows(struct verifying *v, enum moment moment, struct migrate_error *error);
/* Keeps them too, and compares them with those of two moments before. *same false: there is a
 * finding. What the schema has not kept is told as a notice. */
bool verify_compare_rows(struct verifying *v, uint32_t node, enum moment moment, bool *same,
	struct migrate_error *error);

/* migrate_verify_branches.c. The subject is closed. */
bool verify_branches(struct verifying *v, struct migrate_error *error);

#endif
