/* postgres_wait: sends a message and waits for what comes back, without ever blocking in libpq.
 * Knows nothing of what is sent.
 *
 * Surprising: an interruption is passed on to the server once, as a cancel request, and the answer
 * is still waited for: only the server knows whether a COMMIT was faster. Who does not answer for
 * ten seconds after that counts as lost, also where a record is written that nothing may interrupt.
 * See https://www.postgresql.org/docs/current/libpq-async.html and libpq-cancel.html. */
#include <errno.h>
#include <poll.h>
#include <time.h>

#include "base/error.h"
#include "db/postgres.h"

enum { ANSWER_LIMIT = 10 * 1000 * 1000 };

int64_t postgres_clock(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return now.tv_sec * INT64_C(1000000) + now.tv_nsec / 1000;
}

bool postgres_is_interrupted(const struct db *db)
{
	return db->interrupted && *db->interrupted;
}

bool postgres_interrupted_error(const struct db *db, struct migrate_error *error)
{
	bool terminated = db->interrupted && *db->interrupted == SIGTERM;

	return error_set(error, terminated ? MIGRATE_E_TERMINATED : MIGRATE_E_INTERRUPTED,
		terminated ? "terminated" : "interrupted");
}

void postgres_enter(struct db *db)
{
	if (!postgres_is_interrupted(db))
		db->cancelled = db->hurried = false;
}

bool postgres_is_lost(const struct db *db)
{
	return !db->connection || db->lost || db->pq.status(db->connection) == CONNECTION_BAD;
}

static bool was_hurried(const struct db *db)
{
	return db->cancelled || db->hurried;
}

static void pass_on_interrupt(struct db *db)
{
	char reason[256];
	PGcancel *cancel;

	if (was_hurried(db) || !postgres_is_interrupted(db))
		return;
	db->give_up = postgres_clock() + ANSWER_LIMIT;
	db->hurried = db->deaf;
	db->cancelled = !db->deaf;
	if (db->deaf)
		return;
	cancel = db->pq.getCancel(db->connection);
	if (cancel)
		db->pq.cancel(cancel, reason, sizeof reason);
	db->pq.freeCancel(cancel);
}

static int64_t sooner(int64_t one, int64_t other)
{
	return one && (!other || one < other) ? one : other;
}

/* Milliseconds for poll; -1 for ever. */
static int patience(const struct db *db)
{
	int64_t until = sooner(db->watch.due, db->tick.due), left;

	if (was_hurried(db) || db->hasty)
		until = db->give_up;
	if (!until)
		return -1;
	left = (until - postgres_clock() + 999) / 1000;
	return left > 0 ? (int)left : 0;
}

/* Nobody is in a hurry. */
static void look_around(struct db *db)
{
	if (db->watch.due && postgres_clock() >= db->watch.due)
		postgres_watch_look(db);
	if (db->tick.due)
		postgres_tick_tell(db);
}

static bool wait_once(struct db *db, bool writing)
{
	struct pollfd fds[2];
	int ready;

	pass_on_interrupt(db);
	fds[0] = (struct pollfd){.fd = db->pq.socket(db->connection),
		.events = (short)(writing ? POLLIN | POLLOUT : POLLIN)};
	fds[1] = (struct pollfd){.fd = was_hurried(db) ? -1 : db->interrupt_fd, .events = POLLIN};
	ready = poll(fds, 2, patience(db));
	if (ready < 0)
		return errno == EINTR;
	if (was_hurried(db) || db->hasty) {
		if (!ready)
			return false;
	} else {
		look_around(db);
	}
	return !(fds[0].revents & ~POLLOUT) || db->pq.consumeInput(db->connection);
}

bool postgres_wait(struct db *db, bool writing)
{
	db->lost = db->lost || !wait_once(db, writing);
	return !db->lost;
}

/* What libpq still keeps goes out as the socket takes it. */
static bool flush(struct db *db)
{
	int left;

	if (db->sent)
		return true;
	left = db->pq.flush(db->connection);
	db->sent = left == 0;
	db->lost = db->lost || left < 0;
	return left >= 0;
}

bool postgres_send(struct db *db, const char *sql)
{
	if (db->unread)
		postgres_drain(db);
	db->sent = false;
	db->give_up = postgres_clock() + ANSWER_LIMIT;
	return !postgres_is_lost(db) && db->pq.sendQuery(db->connection, sql) && flush(db);
}

PGresult *postgres_next(struct db *db)
{
	while (!postgres_is_lost(db) && db->pq.isBusy(db->connection))
		if (!flush(db) || !postgres_wait(db, !db->sent))
			return NULL;
	return db->connection ? db->pq.getResult(db->connection) : NULL;
}

void postgres_drain(struct db *db)
{
	PGresult *result;

	while ((result = postgres_next(db))) {
		ExecStatusType status = db->pq.resultStatus(result);

		db->pq.clear(result);
		if (status == PGRES_COPY_IN || status == PGRES_COPY_OUT ||
			status == PGRES_COPY_BOTH)
			break;
	}
	db->unread = false;
}
