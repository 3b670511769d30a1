/* scratch: a database for the time of a command. Only the files beside this one include it. */
#ifndef MIGRATE_SCRATCH_H
#define MIGRATE_SCRATCH_H

#include "core/seed.h"
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
/* Turns to the server where a scratch of that name is to be made: the project's database is it
 * until scratch_come_back(), which says of an error, unless it went well, which server it is about.
 */
bool scratch_go(struct scratch *scratch, struct migrate_error *error);
void scratch_come_back(struct scratch *scratch, bool good, struct migrate_error *error);
/* Makes a new and empty database, in memory where the database can do that, else on the server of
 * scratch_url or beside the project's own, and connects to it. Drops first what killed commands
 * have left. Close it in any case. Several may be open at a time. */
bool scratch_open(struct scratch *scratch, struct migrate *migrate, struct migrate_error *error);
/* The same for scratch_load(): its own version table has a name that no file is going to use. */
bool scratch_open_for_files(
	struct scratch *scratch, struct migrate *migrate, struct migrate_error *error);
/* From now on it is the project's database, for the runner too. */
void scratch_use(struct scratch *scratch);
/* Becomes the only runner there, before what follows. What a runner keeps is in memory, which may
 * be released between two calls. */
bool scratch_lock(struct scratch *scratch, struct arena *memory, struct migrate_error *error);
/* Runs a revision of the project, which the rows must allow. Nobody hears of it. */
bool scratch_run(struct scratch *scratch, struct arena *memory, uint32_t node, bool downgrade,
	struct migrate_error *error);
/* Runs a part of a file of SQL on what is there: the rows of the version table stay. */
bool scratch_seed(struct scratch *scratch, struct arena *memory, const struct seed *seed,
	const char *file, struct migrate_error *error);
/* Upgrades to the marked ones of a graph, of which the project's is one; what they stand on is
 * marked too, or is there. */
bool scratch_run_marked(struct scratch *scratch, struct arena *memory, const struct graph *graph,
	const uint8_t *marks, struct migrate_error *error);
/* The same as scratch_run() in another graph than the project's, which has the project's revisions
 * too. text: the section's, NUL-terminated; NULL: it is read from its file. */
bool scratch_run_of(struct scratch *scratch, struct arena *memory, const struct graph *graph,
	uint32_t node, bool downgrade, const char *text, struct migrate_error *error);
/* The files that scratch_load() runs. */
bool scratch_files(
	struct arena *memory, const char *path, struct names *paths, struct migrate_error *error);
/* Runs a file of SQL, or those in a folder that end in .sql, in the order of their names' bytes,
 * and drops the version table that they may make. Errors have the place in the file. */
bool scratch_load(struct scratch *scratch, struct arena *memory, const char *path,
	struct migrate_error *error);
/* The same for a text, NUL-terminated; name is for errors. */
bool scratch_load_text(struct scratch *scratch, struct arena *memory, const char *name,
	const char *text, size_t size, struct migrate_error *error);
/* Drops it; the project's database is its own again, and not connected to. What cannot be dropped
 * is told as a warning. A zeroed one is no scratch. */
void scratch_close(struct scratch *scratch);

#endif
