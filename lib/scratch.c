/* scratch: made by the catalogue of the database that the URL names, or of that of scratch_url,
 * under a name that tells what it is for.
 *
 * Surprising: its maker holds the lock of that name until the end, on the catalogue's connection,
 * so a scratch whose lock is free is one whose maker is dead. */
#include "scratch.h"

#include <string.h>
#include <sys/random.h>
#include <time.h>

#include "base/error.h"
#include "db/catalog.h"

bool scratch_new_name(void (*make)(char name[TESTNAME_SIZE], int64_t time, uint32_t random),
	char name[TESTNAME_SIZE], struct migrate_error *error)
{
	uint32_t random;

	if (getrandom(&random, sizeof random, 0) != sizeof random)
		return error_set(error, MIGRATE_E_FILE, "cannot get random bytes");
	make(name, (int64_t)time(NULL), random);
	return true;
}

static bool drop(struct scratch *scratch, const char *name, struct migrate_error *error)
{
	bool dropped;

	return scratch->migrate->driver->catalog->drop(
		scratch->catalog, name, true, &dropped, error);
}

/* What stays is found by the next one, or by prune. */
static void clear_away(struct scratch *scratch)
{
	const struct db_catalog *catalog = scratch->migrate->driver->catalog;
	struct migrate_error ignored = {0};
	struct db_entry *entry = NULL;
	size_t count = 0;

	if (!catalog->list(scratch->catalog, &scratch->migrate->arena, TESTNAME_PREFIX, &entry,
		    &count, &ignored))
		count = 0;
	for (size_t i = 0; i < count; i++) {
		bool taken = false;
		int64_t made;

		if (testname_kind(entry[i].name, &made) != TESTNAME_SCRATCH ||
			!catalog->lock(scratch->catalog, entry[i].name, &taken, &ignored) || !taken)
			continue;
		drop(scratch, entry[i].name, &ignored);
		catalog->unlock(scratch->catalog, entry[i].name);
	}
	migrate_error_clear(&ignored);
}

/* The catalogue is opened beside the database that a URL names, which is this one from now on: what
 * scratch_url names is not in the way. */
bool scratch_go(struct scratch *scratch, struct migrate_error *error)
{
	struct migrate *migrate = scratch->migrate;
	struct config *config = &migrate->config;

	if (config->scratch_error.code)
		return error_copy(error, &config->scratch_error);
	if (!config->scratch)
		return true;
	if (config->scratch->dialect != config->database->dialect) {
		error_set(error, MIGRATE_E_CONFIG, "scratch_url is for another kind of database");
		return error_hint(error, "Name a server of the kind that database_url names: %s.",
			migrate->driver->name);
	}
	config->database = url_beside(&migrate->arena, config->scratch, scratch->name, error);
	migrate->elsewhere = true;
	return config->database;
}

void scratch_come_back(struct scratch *scratch, bool good, struct migrate_error *error)
{
	struct migrate *migrate = scratch->migrate;

	migrate->config.database = scratch->own;
	if (!good && migrate->elsewhere)
		error_detail(error, "The server is that of scratch_url.");
	migrate->elsewhere = false;
}

/* Who lacks the right to make one may have it elsewhere. */
static void tell_of_elsewhere(const struct migrate *migrate, struct migrate_error *failure)
{
	const char *grant = failure->hint;

	if (strcmp(failure->sqlstate, "42501") != 0 || migrate->elsewhere)
		return;
	failure->hint = NULL;
	error_hint(failure,
		"%s or name a server where databases may be made: \"scratch_url: URL\" in %s.",
		grant, migrate->config.file);
}

static bool create(struct scratch *scratch, struct migrate_error *error)
{
	const struct db_catalog *catalog = scratch->migrate->driver->catalog;
	struct migrate_error failure = {0};

	if (catalog->create(scratch->catalog, scratch->name, &scratch->made, &failure))
		return true;
	tell_of_elsewhere(scratch->migrate, &failure);
	error_copy(error, &failure);
	migrate_error_clear(&failure);
	return false;
}

static struct url *make(struct scratch *scratch, struct migrate_error *error)
{
	struct migrate *migrate = scratch->migrate;
	const struct db_catalog *catalog = migrate->driver->catalog;
	bool taken;

	if (!scratch_new_name(testname_scratch, scratch->name, error) ||
		!scratch_go(scratch, error) ||
		!project_open_catalog(migrate, &scratch->catalog, error))
		return NULL;
	clear_away(scratch);
	if (!catalog->lock(scratch->catalog, scratch->name, &taken, error) ||
		!create(scratch, error))
		return NULL;
	return url_beside(&migrate->arena, migrate->config.database,
		catalog->place(scratch->catalog, &migrate->arena, scratch->name), error);
}

static struct url *in_memory(struct scratch *scratch, struct migrate_error *error)
{
	struct arena *arena = &scratch->migrate->arena;
	struct url *url = ARENA_NEW(arena, struct url);

	return url_parse(arena, scratch->migrate->driver->memory_url, url, error) ? url : NULL;
}

static bool connect(struct scratch *scratch, struct migrate_error *error)
{
	struct migrate *migrate = scratch->migrate;
	bool good;

	migrate->config.database = scratch->url;
	good = project_connect(migrate, DB_CREATE, error);
	scratch->db = migrate->db;
	migrate->db = NULL;
	return good;
}

bool scratch_open(struct scratch *scratch, struct migrate *migrate, struct migrate_error *error)
{
	bool good;

	*scratch = (struct scratch){.migrate = migrate, .own = migrate->config.database};
	if (!migrate->driver)
		return error_copy(error, &migrate->config.database_error);
	migrate->db = NULL; /* another scratch's, which has it as well */
	scratch->url = migrate->driver->memory_url ? in_memory(scratch, error)
						   : make(scratch, error);
	good = scratch->url && connect(scratch, error);
	scratch_come_back(scratch, good, error);
	return good || project_hide(migrate, error);
}

bool scratch_open_for_files(
	struct scratch *scratch, struct migrate *migrate, struct migrate_error *error)
{
	struct config *config = &migrate->config;
	const char *table = config->version_table, *schema = config->version_table_schema;
	bool good;

	config->version_table = "migrate_scratch_version";
	config->version_table_schema = NULL;
	good = scratch_open(scratch, migrate, error);
	config->version_table = table;
	config->version_table_schema = schema;
	return good;
}

void scratch_use(struct scratch *scratch)
{
	struct migrate *migrate = scratch->migrate;

	migrate->config.database = scratch->url;
	migrate->db = migrate->runner.db = scratch->db;
	migrate->access = DB_CREATE;
	migrate->in_scratch = true;
}

void scratch_close(struct scratch *scratch)
{
	struct migrate *migrate = scratch->migrate;
	struct migrate_error failure = {0};
	sig_atomic_t heard;

	if (!migrate)
		return;
	heard = project_quieten(migrate);
	migrate->db = migrate->runner.db = NULL;
	migrate->runner.read = NULL;
	migrate->in_scratch = false;
	migrate->config.database = scratch->own;
	if (scratch->db)
		migrate->driver->close(scratch->db);
	if (scratch->made && !drop(scratch, scratch->name, &failure))
		project_emit(migrate, MIGRATE_WARNING,
			arena_printf(&migrate->arena,
				"the scratch database \"%s\" stays, for the next run or \"migrate "
				"testdb prune\": %s",
				scratch->name, failure.message));
	migrate_error_clear(&failure);
	if (scratch->catalog)
		migrate->driver->close(scratch->catalog);
	*scratch = (struct scratch){0};
	project_hear_again(migrate, heard);
}
