/* findings: what a check has found so far. Only the files beside this one include it. */
#ifndef MIGRATE_FINDINGS_H
#define MIGRATE_FINDINGS_H

#include "project.h"

struct findings {
	struct migrate *migrate;
	struct migrate_finding *item;
	size_t count, capacity;
};

/* A new one, to be filled; until the next is added. message lives in the arena. */
struct migrate_finding *findings_add(
	struct findings *findings, enum migrate_check check, const char *message);
/* A script's error as a finding; clears it. */
void findings_add_error(struct findings *findings, enum migrate_check check, uint32_t node,
	struct migrate_error *offence);

/* migrate_since.c: what is new since a commit that others have. */
bool check_since(struct findings *findings, const char *base, struct migrate_error *error);

/* migrate_check_drift.c: what changed since the last run. */
bool check_drift(struct findings *findings, struct migrate_error *error);

#endif
