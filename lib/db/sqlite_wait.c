/* sqlite_wait: waiting that ends: for another connection's lock, and for a statement of ours.
 *
 * Knows the clock and the caller's interruption flag; no SQL. Surprising: once the outcome of a
 * statement is known a signal has to wait, but not for ever: what is then written is its record.
 */
#include <poll.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "base/error.h"
#include "db/sqlite.h"

/* Virtual machine steps between two looks at the clock: some 20 microseconds. */
enum { PROGRESS_STEPS = 1000 };

/* Milliseconds that the record of what is done already waits for a lock, once a signal came. */
enum { DEAF_LIMIT = 2000 };

static bool has_signal(const struct db *db)
{
	return db->interrupted && *db->interrupted;
}

int64_t sqlite_clock(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (int64_t)now.tv_sec * 1000000 + now.tv_nsec / 1000;
}

bool sqlite_interrupted(struct db *db, struct migrate_error *error)
{
	int number = has_signal(db) && !db->deaf ? *db->interrupted : 0;

	if (!number)
		return false;
	if (number == SIGTERM)
		error_set(error, MIGRATE_E_TERMINATED, "terminated by a signal");
	else
		error_set(error, MIGRATE_E_INTERRUPTED, "interrupted");
	return true;
}

static void nap(const struct db *db, int count)
{
	struct pollfd wake = {.fd = db->deaf ? -1 : db->interrupt_fd, .events = POLLIN};

	poll(&wake, 1, count < 5 ? 1 << count : 25);
}

void sqlite_tick_begin(struct db *db, const struct db_step *step)
{
	db->step = db->hooks.tick ? step : NULL;
}

static void tick(struct db *db)
{
	const struct sqlite_script *script = db->script;
	struct db_tick tick = {
		.step = db->step, .last = db->step, .offset = SIZE_MAX, .percent = -1};
	int64_t now;

	if (!db->step)
		return;
	now = sqlite_clock();
	if (now < db->tick_due)
		return;
	db->tick_due = now + DB_TICK;
	if (script && !script->prelude) {
		tick.offset = script->at;
		tick.number = script->step->statements + 1;
	}
	db->hooks.tick(db->hooks.context, &tick);
}

/* https://sqlite.org/c3ref/busy_handler.html: 0 gives up. */
static int on_busy(void *context, int count)
{
	struct db *db = context;
	int64_t now = sqlite_clock();

	long limit = db->wait_limit;

	if (limit == WAIT_NEVER || (has_signal(db) && !db->deaf))
		return 0;
	if (has_signal(db) && (!limit || limit > DEAF_LIMIT))
		limit = DEAF_LIMIT;
	if (!count)
		db->wait_start = now;
	db->waited = limit && now - db->wait_start >= (int64_t)limit * 1000;
	if (db->waited)
		return 0;
	tick(db);
	nap(db, count);
	return 1;
}

static int on_progress(void *context)
{
	struct db *db = context;

	if (has_signal(db) && !db->deaf)
		return 1;
	tick(db);
	db->timed_out = db->statement_end && sqlite_clock() > db->statement_end;
	return db->timed_out;
}

void sqlite_install_busy_handler(struct db *db)
{
	db->api.busy_handler(db->handle, on_busy, db);
}

void sqlite_install_handlers(struct db *db)
{
	sqlite_install_busy_handler(db);
	db->api.progress_handler(db->handle, PROGRESS_STEPS, on_progress, db);
	db->api.set_authorizer(db->handle, sqlite_authorize, db);
}
