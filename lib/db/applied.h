/* applied: which revisions the log says are applied. Pure; for the drivers. */
#ifndef MIGRATE_DB_APPLIED_H
#define MIGRATE_DB_APPLIED_H

#include "db/db.h"

/* A record of a whole script that ran. The texts are the caller's; checksum may be NULL. */
struct applied_record {
	const char *revision, *checksum;
	int64_t id; /* higher is newer */
	bool upgrade;
};

/* Is it a record of that kind? A person may have accepted another text since it ran. */
bool applied_counts(const char *outcome);

struct applied_records {
	struct applied_record *item; /* malloc'ed */
	size_t count, capacity;
};

void applied_add(struct applied_records *records, const struct applied_record *record);

/* Fills applied of the state, with the records' own texts: of each revision the newest record
 * counts, and says something where it is an upgrade with a checksum. Frees the records. */
void applied_take(struct arena *arena, struct applied_records *records, struct db_state *state);

#endif
