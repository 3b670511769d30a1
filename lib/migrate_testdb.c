/* migrate_testdb: test databases, copied from a template that is at the heads.
 *
 * A template is named after a digest of all that it depends on. It is built under the name of a
 * test database and renamed when it is whole: a name of a template is a promise, and what a crash
 * leaves is a test database that prune finds.
 *
 * Surprising: nothing is looked up before the copy, which tells itself that there is no template:
 * a copy costs no more than the statement. */
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "base/error.h"
#include "core/testname.h"
#include "db/catalog.h"
#include "project.h"
#include "scratch.h"

enum { TRIES = 5, PAUSE = 50 };

struct testdb {
	struct migrate *migrate;
	const struct db_catalog *catalog;
	struct db *db; /* of the catalog */
	char template[TESTNAME_SIZE];
	bool built;
};

static bool begin(struct testdb *testdb, struct migrate *migrate, struct migrate_error *error)
{
	memset(testdb, 0, sizeof *testdb);
	testdb->migrate = migrate;
	if (!migrate->driver) {
		error_copy(error, &migrate->config.database_error);
		return false;
	}
	testdb->catalog = migrate->driver->catalog;
	return project_open_catalog(migrate, &testdb->db, error);
}

static void end(struct testdb *testdb)
{
	if (testdb->db)
		testdb->migrate->driver->close(testdb->db);
}

static int compare_text(const void *left, const void *right)
{
	return strcmp(*(const char *const *)left, *(const char *const *)right);
}

static void add_names(struct str *text, const struct names *names)
{
	for (uint32_t i = 0; i < names->count; i++)
		str_printf(text, " %s", names->item[i]);
}

/* What a script leaves in a database, in one line. */
static const char *script_key(struct migrate *migrate, uint32_t index)
{
	const struct revision *revision = &migrate->source.revision[index];
	const struct section_options *options = &revision->upgrade.options;
	const char *checksum = migrate->source.checksum[index], *kept;
	struct str text = {0};

	str_printf(&text, "%s %s %d %d :", revision->id, checksum ? checksum : "",
		(int)options->transaction, (int)options->foreign_keys);
	add_names(&text, &revision->parents);
	str_add(&text, " :");
	add_names(&text, &revision->dependencies);
	kept = arena_strdup(&migrate->arena, str_text(&text));
	str_release(&text);
	return kept;
}

/* Files have no order: their lines are sorted. */
static void add_scripts(struct str *key, struct migrate *migrate)
{
	uint32_t count = migrate->source.count;
	const char **line = ARENA_ARRAY(&migrate->arena, count + 1, const char *);

	for (uint32_t i = 0; i < count; i++)
		line[i] = script_key(migrate, i);
	qsort(line, count, sizeof *line, compare_text);
	for (uint32_t i = 0; i < count; i++)
		str_printf(key, "%s\n", line[i]);
}

static void add_text(struct str *key, const char *text)
{
	str_printf(key, "%s\n", text ? text : "");
}

static bool find_template(struct testdb *testdb, struct migrate_error *error)
{
	const struct config *config = &testdb->migrate->config;
	struct str key = {0};
	bool good;

	add_text(&key, migrate_version());
	add_text(&key, config->version_table);
	add_text(&key, config->version_table_schema);
	add_text(&key, config->transaction_per_run ? "run" : "revision");
	add_text(&key, url_parameter(config->database, "options"));
	good = testdb->catalog->identify(testdb->db, &key, error);
	add_scripts(&key, testdb->migrate);
	if (good)
		testname_template(testdb->template, str_text(&key));
	str_release(&key);
	return good;
}

static struct url *url_of(struct testdb *testdb, const char *name, struct migrate_error *error)
{
	struct arena *arena = &testdb->migrate->arena;

	return url_beside(arena, testdb->migrate->config.database,
		testdb->catalog->place(testdb->db, arena, name), error);
}

static bool upgrade(struct migrate *migrate, struct migrate_error *error)
{
	struct migrate_request request = {.direction = MIGRATE_UPGRADE, .target = "heads"};
	struct migrate_plan *plan;

	return migrate_plan(migrate, &request, &plan, error) && migrate_apply(migrate, plan, error);
}

/* As if the configuration named it. */
static bool upgrade_in(struct testdb *testdb, const char *name, struct migrate_error *error)
{
	struct migrate *migrate = testdb->migrate;
	struct url *own = migrate->config.database, *url = url_of(testdb, name, error);
	bool good;

	if (!url)
		return false;
	migrate->config.database = url;
	migrate->in_template = true;
	good = upgrade(migrate, error);
	migrate->in_template = false;
	project_disconnect(migrate);
	migrate->config.database = own;
	return good;
}

/* What cannot be dropped either is left for prune. */
static void discard(struct testdb *testdb, const char *name, struct migrate_error *error)
{
	sig_atomic_t heard = project_quieten(testdb->migrate);
	struct migrate_error failure = {0};
	bool dropped;

	if (!testdb->catalog->drop(testdb->db, name, true, &dropped, &failure))
		error_detail(error, "database \"%s\" was left for \"migrate testdb prune\": %s",
			name, failure.message);
	migrate_error_clear(&failure);
	project_hear_again(testdb->migrate, heard);
}

static bool build_locked(struct testdb *testdb, struct migrate_error *error)
{
	char name[TESTNAME_SIZE];
	bool found, created;

	if (!testdb->catalog->exists(testdb->db, testdb->template, &found, error) || found)
		return found;
	if (!scratch_new_name(testname_make, name, error) ||
		!testdb->catalog->create(testdb->db, name, &created, error))
		return false;
	testdb->built = upgrade_in(testdb, name, error) &&
			testdb->catalog->seal(testdb->db, name, testdb->template, error);
	if (!testdb->built)
		discard(testdb, name, error);
	return testdb->built;
}

/* Another one may be building it: then it is there when the lock is ours. */
static bool build(struct testdb *testdb, struct migrate_error *error)
{
	struct migrate *migrate = testdb->migrate;
	struct runner runner = {
		.interrupted = &migrate->interrupted, .interrupt_fd = migrate->wake[0]};
	bool taken = false, told = false, good;

	while (!taken) {
		if (!runner_not_interrupted(&runner, error) ||
			!testdb->catalog->lock(testdb->db, testdb->template, &taken, error))
			return false;
		if (taken)
			break;
		if (!told)
			project_emit(migrate, MIGRATE_WAITING,
				"waiting for another process that builds the template");
		told = true;
		runner_pause(&runner, PAUSE);
	}
	good = build_locked(testdb, error);
	testdb->catalog->unlock(testdb->db, testdb->template);
	return good;
}

/* Between build and copy prune may have dropped the template again. */
static bool copy(struct testdb *testdb, const char *name, struct migrate_error *error)
{
	bool found = false;

	for (int i = 0; i < TRIES; i++) {
		if (!testdb->catalog->copy(testdb->db, testdb->template, name, &found, error))
			return false;
		if (found)
			return true;
		if (!build(testdb, error))
			return false;
	}
	return error_set(error, MIGRATE_E_DATABASE, "the template \"%s\" is dropped all the time",
		testdb->template);
}

static bool create(struct testdb *testdb, struct migrate_testdb *made, struct migrate_error *error)
{
	struct migrate *migrate = testdb->migrate;
	char name[TESTNAME_SIZE];
	const struct url *url;

	if (!find_template(testdb, error) || !scratch_new_name(testname_make, name, error))
		return false;
	url = url_of(testdb, name, error);
	if (!url || !copy(testdb, name, error))
		return false;
	*made = (struct migrate_testdb){.name = arena_strdup(&migrate->arena, name),
		.url = url->text,
		.shown = url->shown,
		.built = testdb->built};
	return true;
}

bool migrate_testdb_create(
	struct migrate *migrate, struct migrate_testdb *made, struct migrate_error *error)
{
	struct testdb testdb;
	bool good;

	memset(made, 0, sizeof *made);
	good = project_load_for_database(migrate, error) && begin(&testdb, migrate, error);
	if (!good)
		return false;
	good = create(&testdb, made, error);
	end(&testdb);
	return good;
}

static bool drop(
	struct testdb *testdb, const char *name, bool *dropped, struct migrate_error *error)
{
	int64_t made;

	if (!name)
		name = testdb->catalog->name(testdb->db, &testdb->migrate->arena);
	if (testname_kind(name, &made) == TESTNAME_TEST)
		return testdb->catalog->drop(testdb->db, name, true, dropped, error);
	error_set(error, MIGRATE_E_REFUSED, "database \"%s\" was not made by migrate testdb", name);
	return error_hint(error, "\"migrate db drop\" drops others.");
}

bool migrate_testdb_drop(
	struct migrate *migrate, const char *name, bool *dropped, struct migrate_error *error)
{
	sig_atomic_t heard = project_quieten(migrate);
	struct testdb testdb;
	bool good;

	*dropped = false;
	good = begin(&testdb, migrate, error) && drop(&testdb, name, dropped, error);
	end(&testdb);
	project_hear_again(migrate, heard);
	return good;
}
