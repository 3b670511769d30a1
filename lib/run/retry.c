/* retry: what other sessions' locks kept out is tried again, later and later, up to a limit.
 *
 * Knows nothing of locks: the driver says that a step was blocked and that nothing of it is left.
 * Surprising: what waits for a lock stops everybody who comes behind it, so the pauses are not for
 * us; in them the others get on with their work
 * (https://www.postgresql.org/docs/current/explicit-locking.html#LOCKING-TABLES).
 */
#include "base/error.h"
#include "base/str.h"
#include "run/runner.h"

enum { PAUSE_FIRST = 500, PAUSE_LARGEST = 10 * 1000 }; /* milliseconds */

bool runner_may_retry(const struct runner *runner)
{
	return runner->retries < runner->lock_retries;
}

static void tell(const struct runner *runner, const struct migrate_error *error)
{
	const struct runner_events *events = &runner->events;
	struct str text = {0};

	if (error->file)
		str_printf(&text, "%s:%zu: ", error->file, error->line);
	str_printf(&text, "%s: trying again, %ld of %ld", error->message, runner->retries,
		runner->lock_retries);
	if (error->detail)
		str_printf(&text, "\n%s", error->detail);
	events->emit(events->context, MIGRATE_NOTICE, SIZE_MAX, text.text);
	str_release(&text);
}

static long pause_of(long retry)
{
	long pause = PAUSE_FIRST;

	while (retry-- > 1 && pause < PAUSE_LARGEST)
		pause *= 2;
	return pause < PAUSE_LARGEST ? pause : PAUSE_LARGEST;
}

bool runner_again(struct runner *runner, const struct db_step *step, struct migrate_error *error)
{
	if (!step->blocked)
		return false;
	if (!runner_may_retry(runner)) {
		if (runner->retries)
			error_detail(error, "It was tried %ld times (lock_retries).",
				runner->retries + 1);
		return false;
	}
	runner->retries++;
	tell(runner, error);
	migrate_error_clear(error);
	runner_pause(runner, pause_of(runner->retries));
	return runner_not_interrupted(runner, error);
}
