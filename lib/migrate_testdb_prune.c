/* migrate_testdb_prune: drops what crashed runs have left of test databases, and templates.
 *
 * Knows the names that such databases have; nothing of how they are made. */
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/error.h"
#include "core/testname.h"
#include "db/catalog.h"
#include "project.h"

enum { PAUSE = 500 };

struct prune {
	struct migrate *migrate;
	const struct db_catalog *catalog;
	struct db *db;  /* of the catalog */
	int64_t before; /* seconds since 1970: what was made later stays */
	const char **dropped;
	size_t dropped_count;
};

static bool is_old(const struct db_entry *entry, int64_t before)
{
	int64_t made;

	switch (testname_kind(entry->name, &made)) {
	case TESTNAME_NONE: return false;
	case TESTNAME_TEST:
	case TESTNAME_SCRATCH: return made <= before;
	case TESTNAME_TEMPLATE: return entry->made <= before;
	}
	return false;
}

static void tell_stays(struct prune *prune, const char *name, const char *why)
{
	project_emit(prune->migrate, MIGRATE_WARNING,
		arena_printf(&prune->migrate->arena, "\"%s\" stays: %s", name, why));
}

static void tell_used(struct prune *prune, const struct db_entry *entry)
{
	bool one = entry->sessions == 1;

	tell_stays(prune, entry->name,
		arena_printf(&prune->migrate->arena, "%zu session%s use%s it", entry->sessions,
			one ? "" : "s", one ? "s" : ""));
}

static bool prune_one(
	struct prune *prune, const char *name, bool *dropped, struct migrate_error *error)
{
	struct migrate_error failure = {0};

	*dropped = false;
	if (prune->catalog->drop(prune->db, name, false, dropped, &failure))
		return true;
	if (failure.code == MIGRATE_E_DATABASE)
		tell_stays(prune, name, failure.message);
	else
		error_copy(error, &failure);
	migrate_error_clear(&failure);
	return !error->code;
}

/* One that is in use is not what a crash has left: those that are stay in the list. */
static bool prune_unused(
	struct prune *prune, struct db_entry *entry, size_t *count, struct migrate_error *error)
{
	size_t used = 0;

	for (size_t i = 0; i < *count; i++) {
		bool gone = false;

		if (!is_old(&entry[i], prune->before))
			continue;
		if (entry[i].sessions)
			entry[used++] = entry[i];
		else if (!prune_one(prune, entry[i].name, &gone, error))
			return false;
		if (gone)
			prune->dropped[prune->dropped_count++] = entry[i].name;
	}
	*count = used;
	return true;
}

/* How many sessions those of the list have by now. */
static bool look_again(
	struct prune *prune, struct db_entry *entry, size_t *count, struct migrate_error *error)
{
	struct arena *arena = &prune->migrate->arena;
	struct db_entry *now;
	size_t now_count, kept = 0;

	if (!prune->catalog->list(prune->db, arena, TESTNAME_PREFIX, &now, &now_count, error))
		return false;
	for (size_t i = 0; i < *count; i++)
		for (size_t k = 0; k < now_count; k++)
			if (!strcmp(entry[i].name, now[k].name))
				entry[kept++] = now[k];
	*count = kept;
	return true;
}

/* A session that has just ended may still be there. The server would wait five seconds for each
 * database before it says that it is used. */
static bool run(struct prune *prune, struct migrate_error *error)
{
	struct migrate *migrate = prune->migrate;
	struct runner runner = {
		.interrupted = &migrate->interrupted, .interrupt_fd = migrate->wake[0]};
	struct db_entry *entry;
	size_t count;

	if (!prune->catalog->list(
		    prune->db, &migrate->arena, TESTNAME_PREFIX, &entry, &count, error))
		return false;
	prune->dropped = ARENA_ARRAY(&migrate->arena, count + 1, const char *);
	if (!prune_unused(prune, entry, &count, error) || !count)
		return !error->code;
	runner_pause(&runner, PAUSE);
	if (!look_again(prune, entry, &count, error) || !prune_unused(prune, entry, &count, error))
		return false;
	for (size_t i = 0; i < count; i++)
		tell_used(prune, &entry[i]);
	return true;
}

/* A duration, or days: "7d". */
static bool read_age(const char *text, int64_t *seconds, struct migrate_error *error)
{
	enum { DAY = 24 * 60 * 60, DAYS = 36500 };
	size_t digits = strspn(text, "0123456789");
	long value;

	if (digits && digits < 6 && !strcmp(text + digits, "d")) {
		value = strtol(text, NULL, 10);
		*seconds = (int64_t)value * DAY;
		if (value <= DAYS)
			return true;
	} else if (duration_parse(text, strlen(text), &value)) {
		*seconds = value / 1000;
		return true;
	}
	error_set(error, MIGRATE_E_USAGE, "the age \"%s\" is no duration", text);
	return error_hint(error, "Write 30m, 2h or 7d; 0 is all of them.");
}

bool migrate_testdb_prune(struct migrate *migrate, const char *older_than,
	struct migrate_list *dropped, struct migrate_error *error)
{
	struct prune prune = {.migrate = migrate};
	int64_t age = 0;
	bool good;

	*dropped = (struct migrate_list){0};
	if (!read_age(older_than ? older_than : "1d", &age, error))
		return false;
	if (!migrate->driver) {
		error_copy(error, &migrate->config.database_error);
		return false;
	}
	prune.before = (int64_t)time(NULL) - age;
	prune.catalog = migrate->driver->catalog;
	if (!project_open_catalog(migrate, &prune.db, error))
		return false;
	good = run(&prune, error);
	*dropped = (struct migrate_list){prune.dropped, prune.dropped_count};
	migrate->driver->close(prune.db);
	return good;
}
