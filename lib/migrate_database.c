/* migrate_database: the database itself: created, dropped, waited for.
 *
 * Surprising: who waits for the heads reads the rows on one connection and plans nothing: fifty
 * pods may do so while one of them migrates. */
#include <string.h>
#include <time.h>

#include "base/error.h"
#include "db/catalog.h"
#include "project.h"

enum { PAUSE_FIRST = 50, PAUSE_LARGEST = 1000 }; /* milliseconds between two looks */

bool project_open_catalog(struct migrate *migrate, struct db **catalog, struct migrate_error *error)
{
	struct db_settings settings;

	project_disconnect(migrate);
	db_library_end(&migrate->library);
	/* Notices come by way of the runner, as they do in a run. */
	migrate->runner.events.context = migrate;
	return project_settings_to_open(migrate, DB_CREATE, &settings, error) &&
	       migrate->driver->catalog->open(&settings, catalog, error);
}

bool migrate_database_create(struct migrate *migrate, bool *created, struct migrate_error *error)
{
	struct db *catalog;
	bool good;

	*created = false;
	if (!project_open_catalog(migrate, &catalog, error))
		return false;
	good = migrate->driver->catalog->create(catalog, NULL, created, error);
	migrate->driver->close(catalog);
	return good;
}

static bool refuse_protected(const struct migrate *migrate, struct migrate_error *error)
{
	const struct config *config = &migrate->config;

	if (!config->protected)
		return true;
	error_set(error, MIGRATE_E_REFUSED, "the database%s%s is protected and is not dropped",
		config->environment ? " of environment " : "",
		config->environment ? config->environment : "");
	return error_hint(error, "%s says \"protected: true\".", config->file);
}

bool migrate_database_drop(
	struct migrate *migrate, bool force, bool *dropped, struct migrate_error *error)
{
	struct db *catalog;
	bool good;

	*dropped = false;
	if (!refuse_protected(migrate, error) || !project_open_catalog(migrate, &catalog, error))
		return false;
	good = migrate->driver->catalog->drop(catalog, NULL, force, dropped, error);
	migrate->driver->close(catalog);
	return good;
}

struct wait {
	struct migrate *migrate;
	struct runner runner; /* for its pause */
	const char *timeout;
	long limit; /* milliseconds, 0: none */
	int64_t start;
	bool at_heads;
};

static int64_t clock_now(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

static bool read_timeout(struct wait *wait, struct migrate_error *error)
{
	if (duration_parse(wait->timeout, strlen(wait->timeout), &wait->limit))
		return true;
	error_set(error, MIGRATE_E_USAGE, "the time-out \"%s\" is no duration", wait->timeout);
	return error_hint(
		error, "Write 500ms, 2s, 5m or 1h, at most a day; 0 waits as long as it takes.");
}

static bool all_applied(const struct wait *wait, struct arena *scratch,
	const struct db_state *state, const struct position *position, struct migrate_error *error)
{
	const struct graph *graph = &wait->migrate->graph;
	uint32_t missing = 0;

	if (state->journal_count) {
		const char *revision = state->journal[0].revision;

		error_set(error, MIGRATE_E_CHECK, "the %s of revision %s stopped half way",
			runner_half_direction(runner_half(state, revision)), revision);
		return error_hint(error, "%s", runner_half_hint(scratch, graph, state, revision));
	}
	for (uint32_t i = 0; i < graph->count; i++)
		missing += !position->applied[i];
	if (!missing)
		return true;
	error_set(error, MIGRATE_E_CHECK, "%u revision%s not applied yet", missing,
		missing == 1 ? " is" : "s are");
	return error_hint(error, "\"migrate status\" tells more; \"migrate upgrade\" runs it.");
}

/* A million looks must not cost the memory of a million positions. */
static bool look_at_rows(const struct wait *wait, struct migrate_error *error)
{
	struct migrate *migrate = wait->migrate;
	struct arena scratch = {0};
	struct position position;
	struct db_state state;
	bool good;

	good = migrate->driver->read(migrate->db, &scratch, false, &state, error);
	if (good) {
		position_find(&scratch, &migrate->graph, &state.rows, &position);
		good = project_refuse_unknown(migrate, &state, &position, error) &&
		       all_applied(wait, &scratch, &state, &position, error);
	}
	arena_release(&scratch);
	return good;
}

/* Is what came in the way something that time may mend? */
static bool may_come(const struct wait *wait, const struct migrate_error *error)
{
	if (error->code == MIGRATE_E_CONNECT)
		return wait->migrate->driver->catalog->may_come(error);
	return error->code == MIGRATE_E_CHECK ||
	       (error->code == MIGRATE_E_DATABASE && wait->at_heads);
}

static bool look(const struct wait *wait, struct migrate_error *error)
{
	struct migrate *migrate = wait->migrate;

	if (!project_connect(migrate, DB_READ, error))
		return false;
	if (!wait->at_heads || look_at_rows(wait, error))
		return true;
	if (error->code != MIGRATE_E_CHECK)
		project_disconnect(migrate);
	return false;
}

static bool fail_late(
	const struct wait *wait, const struct migrate_error *last, struct migrate_error *error)
{
	error_copy(error, last);
	return error_detail(error, "waited %s (--timeout)", wait->timeout);
}

/* Once: the rest of the time says nothing new. */
static void tell_first(const struct wait *wait, const struct migrate_error *why, bool *told)
{
	if (!*told)
		project_emit(wait->migrate, MIGRATE_WAITING,
			arena_printf(&wait->migrate->arena, "waiting: %s", why->message));
	*told = true;
}

static bool wait_for(const struct wait *wait, struct migrate_error *error)
{
	struct migrate_error last = {0};
	long pause = PAUSE_FIRST;
	bool told = false, done = false, late = false;

	while (!error->code && !done) {
		migrate_error_clear(&last);
		done = look(wait, &last);
		late = wait->limit && clock_now() - wait->start >= wait->limit;
		if (done || !runner_not_interrupted(&wait->runner, error))
			break;
		if (!may_come(wait, &last)) {
			error_copy(error, &last);
		} else if (late) {
			fail_late(wait, &last, error);
		} else {
			tell_first(wait, &last, &told);
			runner_pause(&wait->runner, pause);
			pause = pause * 2 > PAUSE_LARGEST ? PAUSE_LARGEST : pause * 2;
		}
	}
	migrate_error_clear(&last);
	return done;
}

bool migrate_database_wait(
	struct migrate *migrate, const char *timeout, bool at_heads, struct migrate_error *error)
{
	struct wait wait = {.migrate = migrate,
		.runner = {.interrupted = &migrate->interrupted, .interrupt_fd = migrate->wake[0]},
		.timeout = timeout ? timeout : "60s",
		.start = clock_now(),
		.at_heads = at_heads};

	if (!migrate->driver)
		return error_copy(error, &migrate->config.database_error);
	return read_timeout(&wait, error) && (!at_heads || project_load(migrate, error)) &&
	       wait_for(&wait, error);
}
