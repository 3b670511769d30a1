/* runner: lock, look again, check, apply. Surprising: every script of a plan is read and scanned
 * before the first one runs, and read again when its turn comes: memory stays that of one batch. */
#include "run/runner.h"

#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "base/error.h"
#include "base/utf8.h"
#include "run/check.h"

enum {
	POLL_FIRST = 50, /* milliseconds between two tries for the lock */
	POLL_LARGEST = 1000,
	TELL_AGAIN = 10000, /* how often to tell who is waited for */
};

bool runner_not_interrupted(const struct runner *runner, struct migrate_error *error)
{
	int signal_number = runner->interrupted ? *runner->interrupted : 0;

	if (!signal_number)
		return true;
	if (signal_number == SIGINT)
		return error_set(error, MIGRATE_E_INTERRUPTED, "interrupted");
	return error_set(error, MIGRATE_E_TERMINATED, "terminated by signal %d", signal_number);
}

static long milliseconds_now(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

/* The jitter keeps fifty waiting pods apart. */
void runner_pause(const struct runner *runner, long milliseconds)
{
	struct pollfd wake = {.fd = runner->interrupt_fd, .events = POLLIN};
	long jitter = (milliseconds_now() * 31 + getpid() * 17) % (milliseconds / 2 + 1);

	poll(&wake, 1, (int)(milliseconds / 2 + jitter));
}

static bool fail_locked(
	const struct runner *runner, bool foreign, const char *holder, struct migrate_error *error)
{
	error_set(error, MIGRATE_E_LOCKED, "%s%s%s",
		foreign ? "another program has locked the database" : "another run holds the lock",
		holder ? ": " : "", holder ? holder : "");
	error_detail(error, "waited %ld ms (lock_wait)", runner->lock_wait);
	return error_hint(error,
		"Wait for it, or raise lock_wait. The lock goes with its holder: there "
		"is none to remove by hand.");
}

static void tell_waiting(const struct runner *runner, bool foreign, const char *holder)
{
	const char *text = arena_printf(runner->arena, "waiting for %s%s%s",
		foreign ? "another program that has locked the database"
			: "another run to give the lock back",
		holder ? ": " : "", holder ? holder : "");

	runner->events.emit(runner->events.context, MIGRATE_WAITING, SIZE_MAX, text);
}

static bool wait_for_lock(
	struct runner *runner, struct db_state *state, struct migrate_error *error)
{
	long start = milliseconds_now(), told = 0, delay = POLL_FIRST;
	bool taken = false;

	for (;;) {
		const char *holder = NULL;
		long waited;

		if (!runner_not_interrupted(runner, error))
			return false;
		if (!runner->driver->try_lock(
			    runner->db, runner->arena, &taken, &holder, state, error))
			return false;
		if (taken)
			return true;
		waited = milliseconds_now() - start;
		if (waited >= runner->lock_wait)
			return fail_locked(runner, state->foreign, holder, error);
		if (!told || waited - told >= TELL_AGAIN) {
			tell_waiting(runner, state->foreign, holder);
			told = waited + 1;
		}
		runner_tick_waiting(runner, holder);
		delay = delay < runner->lock_wait - waited ? delay : runner->lock_wait - waited + 2;
		runner_pause(runner, delay);
		delay = delay * 2 < POLL_LARGEST ? delay * 2 : POLL_LARGEST;
	}
}

bool runner_lock(struct runner *runner, struct db_state *state, struct migrate_error *error)
{
	runner_ticks_begin(runner);
	if (wait_for_lock(runner, state, error))
		return true;
	runner->driver->unlock(runner->db); /* nor is it waited for any more */
	return false;
}

bool runner_check_rows(const struct runner *runner, struct nodes rows, const struct db_state *state,
	struct migrate_error *error)
{
	for (uint32_t i = 0; state->row_limit && i < rows.count; i++) {
		const char *id = runner->graph->revision[rows.item[i]].id;

		if (utf8_count(id, strlen(id)) <= state->row_limit)
			continue;
		error_set(error, MIGRATE_E_REFUSED,
			"revision %s has a longer identifier than the version table takes "
			"(%zu characters)",
			id, state->row_limit);
		return error_hint(error,
			"Widen it first: ALTER TABLE %s ALTER COLUMN version_num TYPE "
			"VARCHAR(255);",
			state->table);
	}
	return true;
}

bool runner_check(struct runner *runner, const struct plan *plan, const struct db_state *state,
	struct migrate_error *error)
{
	bool ok = true;

	for (uint32_t i = 0; ok && i < plan->count; i++)
		ok = runner_check_rows(runner, plan->step[i].add, state, error);
	for (uint32_t i = 0; ok && plan->downgrade && i < plan->count; i++)
		ok = check_reversible(&runner->graph->revision[plan->step[i].node], error);
	return ok && runner_check_scripts(runner, plan, state, error);
}

static size_t step_of(const struct db_step *step)
{
	return (size_t)(uintptr_t)step->owner;
}

/* A script that runs in pieces is one step for whoever listens. */
void runner_progress(void *context, enum db_progress what, struct db_step *step)
{
	struct runner *runner = context;
	struct runner_events *events = &runner->events;
	size_t index = step_of(step);

	switch (what) {
	case DB_STEP_STARTED:
		if (index != SIZE_MAX && index < runner->told)
			return;
		runner->told = index + 1;
		runner->statements = 0;
		runner->duration = 0;
		runner_ticks_step(runner, index);
		events->emit(events->context, MIGRATE_STEP_STARTED, index, NULL);
		return;
	case DB_STEP_DONE:
		runner->statements += step->statements;
		runner->duration += step->duration;
		if (step->segment && !step->last)
			return;
		events->result(events->context, index, runner->statements, runner->duration);
		events->emit(events->context, MIGRATE_STEP_DONE, index, NULL);
		return;
	case DB_STEP_FAILED:
		if (!step->needs_outside || runner->together)
			events->emit(events->context, MIGRATE_STEP_FAILED, index, NULL);
		return;
	case DB_STEP_UNKNOWN:
		events->emit(events->context, MIGRATE_STEP_UNKNOWN, index, NULL);
		return;
	}
}
