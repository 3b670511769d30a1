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
	BATCH_BYTES = 4 * 1024 * 1024,
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

/* Sleeps, or wakes when a signal asks to stop. The jitter keeps fifty waiting pods apart. */
static void pause_for(const struct runner *runner, long milliseconds)
{
	struct pollfd wake = {.fd = runner->interrupt_fd, .events = POLLIN};
	long jitter = (milliseconds_now() * 31 + getpid() * 17) % (milliseconds / 2 + 1);

	poll(&wake, 1, (int)(milliseconds / 2 + jitter));
}

static bool fail_locked(
	const struct runner *runner, const char *holder, struct migrate_error *error)
{
	error_set(error, MIGRATE_E_LOCKED, "another run holds the lock%s%s", holder ? ": " : "",
		holder ? holder : "");
	error_detail(error, "waited %ld ms (lock_wait)", runner->lock_wait);
	return error_hint(error,
		"Wait for it, or raise lock_wait. The lock goes with its holder: there "
		"is none to remove by hand.");
}

bool runner_lock(struct runner *runner, struct db_state *state, struct migrate_error *error)
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
			return fail_locked(runner, holder, error);
		if (!told || waited - told >= TELL_AGAIN) {
			runner->events.emit(runner->events.context, MIGRATE_WAITING, SIZE_MAX,
				holder ? holder : "another run");
			told = waited + 1;
		}
		delay = delay < runner->lock_wait - waited ? delay : runner->lock_wait - waited + 2;
		pause_for(runner, delay);
		delay = delay * 2 < POLL_LARGEST ? delay * 2 : POLL_LARGEST;
	}
}

static struct names names_of(struct arena *arena, const struct graph *graph, struct nodes nodes)
{
	const char **item = ARENA_ARRAY(arena, nodes.count, const char *);

	for (uint32_t i = 0; i < nodes.count; i++)
		item[i] = graph->revision[nodes.item[i]].id;
	return (struct names){item, nodes.count};
}

bool runner_step(struct runner *runner, struct arena *arena, const struct plan *plan, size_t index,
	struct db_step *step, struct migrate_error *error)
{
	const struct plan_step *planned = &plan->step[index];
	const struct revision *revision = &runner->graph->revision[planned->node];
	struct script script;

	if (!source_script(arena, revision, plan->downgrade, &script, error) ||
		!check_script(runner->driver->scan, revision->file, &script, error))
		return false;
	*step = (struct db_step){.revision = revision->id,
		.direction = plan->downgrade ? DB_DOWNGRADE : DB_UPGRADE,
		.message = revision->message,
		.script = script.sql,
		.script_size = script.size,
		.file = revision->file,
		.line = script.line,
		.checksum = arena_strdup(arena, script.checksum),
		.options = script.options,
		.remove = names_of(arena, runner->graph, planned->remove),
		.add = names_of(arena, runner->graph, planned->add),
		.owner = NULL};
	return true;
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
	for (uint32_t i = 0; ok && i < plan->count; i++) {
		struct arena scratch = {0};
		struct db_step step;

		ok = runner_not_interrupted(runner, error) &&
		     runner_step(runner, &scratch, plan, i, &step, error);
		arena_release(&scratch);
	}
	return ok;
}

/* Rows of the table that the plan's own first row set does not have: implied by others. */
static struct names surplus_rows(const struct runner *runner, struct arena *arena,
	const struct names *rows, struct nodes kept)
{
	const char **item = ARENA_ARRAY(arena, rows->count, const char *);
	struct names surplus = {item, 0};

	for (uint32_t i = 0; i < rows->count; i++) {
		uint32_t k = 0;

		while (k < kept.count &&
			strcmp(runner->graph->revision[kept.item[k]].id, rows->item[i]) != 0)
			k++;
		if (k == kept.count)
			item[surplus.count++] = rows->item[i];
	}
	return surplus;
}

static void drop_name(struct names *names, const char *name)
{
	const char **item = (const char **)(uintptr_t)names->item;

	for (uint32_t i = 0; i < names->count; i++)
		if (!strcmp(item[i], name))
			item[i--] = item[--names->count];
}

/* The first step of a run takes the implied rows along. One that the step itself puts is left. */
static void drop_surplus(struct arena *arena, const struct names *surplus, struct db_step *step)
{
	const char **item = ARENA_ARRAY(arena, surplus->count + step->remove.count, const char *);
	uint32_t count = 0;

	for (uint32_t i = 0; i < step->remove.count; i++)
		item[count++] = step->remove.item[i];
	for (uint32_t i = 0; i < surplus->count; i++) {
		uint32_t before = step->add.count;

		drop_name(&step->add, surplus->item[i]);
		if (step->add.count == before)
			item[count++] = surplus->item[i];
	}
	step->remove = (struct names){item, count};
}

static size_t step_of(const struct db_step *step)
{
	return (size_t)(uintptr_t)step->owner;
}

void runner_progress(void *context, enum db_progress what, struct db_step *step)
{
	struct runner *runner = context;
	struct runner_events *events = &runner->events;

	switch (what) {
	case DB_STEP_STARTED:
		events->emit(events->context, MIGRATE_STEP_STARTED, step_of(step), NULL);
		return;
	case DB_STEP_DONE:
		events->result(events->context, step_of(step), step->statements, step->duration);
		events->emit(events->context, MIGRATE_STEP_DONE, step_of(step), NULL);
		return;
	case DB_STEP_FAILED:
		events->emit(events->context, MIGRATE_STEP_FAILED, step_of(step), NULL);
		return;
	}
}

/* Reads steps from *next on until the batch is full, or the plan at its end. */
static bool fill_batch(struct runner *runner, struct arena *scratch, const struct plan *plan,
	size_t *next, struct db_batch *batch, struct migrate_error *error)
{
	size_t bytes = 0, capacity = 16;

	batch->count = 0;
	batch->step = memory_resize(NULL, capacity * sizeof *batch->step);
	for (; *next < plan->count && bytes < BATCH_BYTES; (*next)++) {
		struct db_step *step;

		if (batch->count == capacity) {
			capacity *= 2;
			batch->step = memory_resize(batch->step, capacity * sizeof *batch->step);
		}
		step = &batch->step[batch->count];
		if (!runner_step(runner, scratch, plan, *next, step, error))
			return false;
		step->owner = (void *)(uintptr_t)*next;
		bytes += step->script_size + 1024;
		batch->count++;
	}
	return true;
}

static size_t count_done(const struct db_batch *batch)
{
	size_t done = 0;

	for (size_t i = 0; i < batch->count; i++)
		done += batch->step[i].done;
	return done;
}

static bool run_batch(struct runner *runner, const struct plan *plan, struct names *expected,
	const struct names *surplus, size_t *next, size_t *committed, struct migrate_error *error)
{
	struct db_batch batch = {.together = runner->together, .opens = *next == 0};
	struct arena scratch = {0};
	bool ok = runner_not_interrupted(runner, error) &&
		  fill_batch(runner, &scratch, plan, next, &batch, error);

	if (ok) {
		batch.closes = *next == plan->count;
		batch.expected = *expected;
		if (batch.opens && surplus->count)
			drop_surplus(&scratch, surplus, &batch.step[0]);
		ok = runner->driver->apply(runner->db, &batch, error);
		*committed = runner->together ? (ok && batch.closes ? plan->count : 0)
					      : *committed + count_done(&batch);
	}
	free(batch.step);
	arena_release(&scratch);
	return ok;
}

/* The rows after the first done steps of a plan, for the next batch to expect. */
static void move_rows(struct runner *runner, const struct plan *plan, size_t from, size_t to,
	uint8_t *held, struct names *expected)
{
	const char **item = ARENA_ARRAY(runner->arena, runner->graph->count, const char *);
	uint32_t count = 0;

	for (size_t i = from; i < to; i++)
		plan_move(&plan->step[i], held);
	for (uint32_t i = 0; i < runner->graph->count; i++)
		if (held[i])
			item[count++] = runner->graph->revision[i].id;
	*expected = (struct names){item, count};
}

bool runner_apply(struct runner *runner, const struct plan *plan, const struct db_state *state,
	size_t *committed, struct migrate_error *error)
{
	struct names expected = state->rows;
	struct names surplus = surplus_rows(runner, runner->arena, &state->rows, plan->from);
	uint8_t *held = graph_marks(runner->arena, runner->graph);
	size_t next = 0;

	*committed = 0;
	for (uint32_t i = 0; i < plan->from.count; i++)
		held[plan->from.item[i]] = 1;
	while (next < plan->count) {
		size_t before = next;

		if (!run_batch(runner, plan, &expected, &surplus, &next, committed, error))
			return false;
		move_rows(runner, plan, before, next, held, &expected);
	}
	return true;
}

struct db_step runner_stamp_step(struct runner *runner, const struct names *rows, struct nodes to)
{
	struct db_step step = {.direction = DB_STAMP,
		.revision = to.count ? nodes_text(runner->arena, runner->graph, to) : "base"};
	const char **add = ARENA_ARRAY(runner->arena, to.count, const char *);

	step.remove = surplus_rows(runner, runner->arena, rows, to);
	for (uint32_t i = 0; i < to.count; i++) {
		const char *id = runner->graph->revision[to.item[i]].id;
		uint32_t k = 0;

		while (k < rows->count && strcmp(rows->item[k], id) != 0)
			k++;
		if (k == rows->count)
			add[step.add.count++] = id;
	}
	step.add.item = add;
	return step;
}

bool runner_stamp(struct runner *runner, struct nodes to, const struct db_state *state,
	struct migrate_error *error)
{
	struct db_step step = runner_stamp_step(runner, &state->rows, to);
	struct db_batch batch = {
		.step = &step, .count = 1, .opens = true, .closes = true, .expected = state->rows};

	step.owner = (void *)(uintptr_t)SIZE_MAX;
	if (!step.add.count && !step.remove.count)
		return true;
	return runner->driver->apply(runner->db, &batch, error);
}
