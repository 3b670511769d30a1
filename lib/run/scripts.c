/* scripts: all scripts of a plan read and checked, before the first one runs.
 *
 * Surprising: where there are many, a thread takes the second half. It has a runner of its own,
 * whose memory is the one that is kept aside for threads; the table of what is kept is one for
 * both, since no script is in both halves. An error of the first half is told rather than one of
 * the second, as if one had gone through all. */
#include <pthread.h>

#include "base/error.h"
#include "base/process.h"
#include "run/runner.h"

enum { MANY = 256 };

struct half {
	struct runner *runner;
	const struct plan *plan;
	const struct db_state *state;
	size_t first, end;
	struct migrate_error error;
	bool good;
};

/* One that stopped half way is judged when it goes on, by what is left of it. */
static bool check_parts(struct half *half, const struct runner_script *script)
{
	const struct runner *runner = half->runner;

	return script->whole || !runner->db || !runner->driver->check_parts ||
	       runner_half(half->state, script->step.revision) ||
	       runner->driver->check_parts(runner->db, &script->step, &half->error);
}

static void check_half(struct half *half)
{
	half->good = true;
	for (size_t i = half->first; half->good && i < half->end; i++) {
		struct arena scratch = {0};
		struct runner_script script;

		half->good = runner_not_interrupted(half->runner, &half->error) &&
			     runner_read(half->runner, &scratch, half->plan, i, NULL, &script,
				     &half->error) &&
			     runner_check_whole(half->runner, &script, &half->error) &&
			     check_parts(half, &script);
		arena_release(&scratch);
	}
}

static void *check_aside(void *half)
{
	check_half(half);
	return NULL;
}

/* Each keeps half of what one would. */
static bool check_both(struct half *all, struct runner *helper, struct half *second)
{
	size_t before = all->runner->read_bytes;
	pthread_t thread;

	runner_keep(all->runner, all->plan);
	all->runner->read_bytes += RUNNER_KEEPS / 2;
	*helper = *all->runner;
	helper->arena = all->runner->aside;
	if (!thread_start(&thread, check_aside, second)) {
		all->runner->read_bytes = before;
		return false;
	}
	all->end = second->first;
	check_half(all);
	pthread_join(thread, NULL);
	all->runner->read_bytes += helper->read_bytes - RUNNER_KEEPS - before;
	return true;
}

bool runner_check_scripts(struct runner *runner, const struct plan *plan,
	const struct db_state *state, struct migrate_error *error)
{
	struct half all = {.runner = runner, .plan = plan, .state = state, .end = plan->count};
	struct half second = {
		.plan = plan, .state = state, .first = plan->count / 2, .end = plan->count};
	struct runner helper;

	second.runner = &helper;
	second.good = true;
	if (plan->count < MANY || !runner->aside || !check_both(&all, &helper, &second))
		check_half(&all);
	if (!all.good)
		error_copy(error, &all.error);
	else if (!second.good)
		error_copy(error, &second.error);
	migrate_error_clear(&all.error);
	migrate_error_clear(&second.error);
	return all.good && second.good;
}
