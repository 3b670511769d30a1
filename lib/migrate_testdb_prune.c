/* migrate_testdb_prune: drops what crashed runs have left of test databases, and templates, beside
 * the database and, of scratch databases, on the server of scratch_url.
 *
 * Knows the names that such databases have; nothing of how they are made.
 *
 * Surprising: both may be one server, and what one role must leave the other one may drop. So what
 * stays is told when both have been there. */
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/error.h"
#include "core/testname.h"
#include "db/catalog.h"
#include "project.h"
#include "scratch.h"

enum { PAUSE = 500 };

struct stay {
	const char *name, *why;
	struct stay *next;
};

struct prune {
	struct migrate *migrate;
	const struct db_catalog *catalog;
	struct db *db;  /* of the catalog */
	int64_t before; /* seconds since 1970: what was made later stays */
	bool scratches; /* these alone */
	const char **dropped;
	size_t dropped_count;
	struct stay *stays;
};

static bool is_old(const struct prune *prune, const struct db_entry *entry)
{
	int64_t made;

	switch (testname_kind(entry->name, &made)) {
	case TESTNAME_NONE: return false;
	case TESTNAME_TEST: return !prune->scratches && made <= prune->before;
	case TESTNAME_SCRATCH: return made <= prune->before;
	case TESTNAME_TEMPLATE: return !prune->scratches && entry->made <= prune->before;
	}
	return false;
}

static void add_stay(struct prune *prune, const char *name, const char *why)
{
	struct arena *arena = &prune->migrate->arena;
	struct stay *stay = ARENA_NEW(arena, struct stay);

	*stay = (struct stay){name, arena_strdup(arena, why), prune->stays};
	prune->stays = stay;
}

static void add_used(struct prune *prune, const struct db_entry *entry)
{
	bool one = entry->sessions == 1;

	add_stay(prune, entry->name,
		arena_printf(&prune->migrate->arena, "%zu session%s use%s it", entry->sessions,
			one ? "" : "s", one ? "s" : ""));
}

static bool is_told(const struct prune *prune, const struct stay *stay)
{
	for (const struct stay *later = stay->next; later; later = later->next)
		if (!strcmp(later->name, stay->name))
			return true;
	return names_have(
		&(struct names){prune->dropped, (uint32_t)prune->dropped_count}, stay->name);
}

static void tell_stays(struct prune *prune)
{
	struct migrate *migrate = prune->migrate;

	for (const struct stay *stay = prune->stays; stay; stay = stay->next)
		if (!is_told(prune, stay))
			project_emit(migrate, MIGRATE_WARNING,
				arena_printf(&migrate->arena, "\"%s\" stays: %s", stay->name,
					stay->why));
}

static bool prune_one(
	struct prune *prune, const char *name, bool *dropped, struct migrate_error *error)
{
	struct migrate_error failure = {0};

	*dropped = false;
	if (prune->catalog->drop(prune->db, name, false, dropped, &failure))
		return true;
	if (failure.code == MIGRATE_E_DATABASE)
		add_stay(prune, name, failure.message);
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

		if (!is_old(prune, &entry[i]))
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

static void make_room(struct prune *prune, size_t count)
{
	const char **dropped = ARENA_ARRAY(
		&prune->migrate->arena, prune->dropped_count + count + 1, const char *);

	for (size_t i = 0; i < prune->dropped_count; i++)
		dropped[i] = prune->dropped[i];
	prune->dropped = dropped;
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
	make_room(prune, count);
	if (!prune_unused(prune, entry, &count, error) || !count)
		return !error->code;
	runner_pause(&runner, PAUSE);
	if (!look_again(prune, entry, &count, error) || !prune_unused(prune, entry, &count, error))
		return false;
	for (size_t i = 0; i < count; i++)
		add_used(prune, &entry[i]);
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

static bool run_here(struct prune *prune, struct migrate_error *error)
{
	bool good;

	if (!project_open_catalog(prune->migrate, &prune->db, error))
		return false;
	good = run(prune, error);
	prune->migrate->driver->close(prune->db);
	return good;
}

/* Test databases are never made there. */
static bool run_elsewhere(struct prune *prune, struct migrate_error *error)
{
	struct scratch there = {.migrate = prune->migrate, .own = prune->migrate->config.database};
	bool good;

	prune->scratches = true;
	good = scratch_new_name(testname_scratch, there.name, error) && scratch_go(&there, error) &&
	       (!prune->migrate->elsewhere || run_here(prune, error));
	scratch_come_back(&there, good, error);
	return good;
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
	good = run_here(&prune, error) &&
	       (migrate->driver->memory_url || run_elsewhere(&prune, error));
	*dropped = (struct migrate_list){prune.dropped, prune.dropped_count};
	tell_stays(&prune);
	return good;
}
