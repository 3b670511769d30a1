/* scratch: a database for the time of a command. Only the files beside this one include it. */
#ifndef MIGRATE_SCRATCH_H
#define MIGRATE_SCRATCH_H

#include "core/testname.h"
#include "project.h"

struct scratch {
	struct migrate *migrate;
	struct url *own; /* the configuration's */
	struct url *url;
	struct db *db;
	struct db *catalog; /* NULL where the scratch is in memory */
	char name[TESTNAME_SIZE];
	bool made;
};

/* A name that nobody has, of the kind that make makes. */
bool scratch_new_name(void (*make)(char name[TESTNAME_SIZE], int64_t time, uint32_t random),
	char name[TESTNAME_SIZE], struct migrate_error *error);
/* Makes a new and empty database, in memory where the database can do that, else beside the
 * project's own, and connects to it. Drops first what killed commands have left. Close it in any
 * case. Several may be open at a time. */
bool scratch_open(struct scratch *scratch, struct migrate *migrate, struct migrate_error *error);
/* From now on it is the project's database, for the runner too. */
void scratch_use(struct scratch *scratch);
/* Drops it; the project's database is its own again, and not connected to. What cannot be dropped
 * is told as a warning. A zeroed one is no scratch. */
void scratch_close(struct scratch *scratch);

#endif
