/* apply: a plan's steps in batches, scripts in pieces between them. Surprising: a batch that fails
 * at a statement which the server refuses inside a transaction is not the end; nothing of that
 * script is committed, so it is cut there and run again in pieces. Nor is one that another
 * session's lock kept out: it is tried again (retry.c), and in one transaction with it the whole
 * run. */
#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "run/runner.h"

enum { BATCH_BYTES = 4 * 1024 * 1024 };

/* A run's way through its plan. */
struct run {
	struct runner *runner;
	const struct plan *plan;
	const struct db_state *state;
	struct names expected; /* rows that the version table holds now */
	struct names surplus;  /* of these, rows that the plan's start does not have */
	uint8_t *held;         /* marks of the rows */
	size_t next, *committed;
	struct arena learnt_memory;
	struct nodes learnt; /* offsets in the script of step next */
};

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
void runner_drop_rows(struct arena *arena, const struct names *surplus, struct db_step *step)
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

/* Adds a step to the batch; its script was read. */
static void add_step(
	struct db_batch *batch, size_t *capacity, const struct db_step *step, size_t index)
{
	if (batch->count == *capacity) {
		*capacity = *capacity ? *capacity * 2 : 16;
		batch->step = memory_resize(batch->step, *capacity * sizeof *batch->step);
	}
	batch->step[batch->count] = *step;
	batch->step[batch->count++].owner = (void *)(uintptr_t)index;
}

/* Reads steps until the batch is full, the plan at its end, or a script comes that runs in pieces,
 * or did before it was edited. */
static bool fill_batch(struct run *run, struct arena *scratch, struct db_batch *batch, bool *pieces,
	struct migrate_error *error)
{
	size_t bytes = 0, capacity = 0, index = run->next;

	for (; index < run->plan->count && bytes < BATCH_BYTES; index++) {
		struct runner_script script;

		if (!runner_read(run->runner, scratch, run->plan, index, NULL, &script, error))
			return false;
		*pieces = !script.whole || runner_half(run->state, script.step.revision);
		if (*pieces)
			break;
		runner_tell_settings(run->runner, &script);
		add_step(batch, &capacity, &script.step, index);
		bytes += script.step.script_size + script.step.source_size + 1024;
	}
	return true;
}

static size_t count_done(const struct db_batch *batch)
{
	size_t done = 0;

	while (done < batch->count && batch->step[done].done)
		done++;
	return done;
}

/* Steps up to index are committed, or ran in the one transaction that is open. */
static void advance(struct run *run, size_t index)
{
	struct runner *runner = run->runner;
	const char **item = ARENA_ARRAY(runner->arena, runner->graph->count, const char *);
	uint32_t count = 0;

	if (index == run->next)
		return;
	if (!runner->together)
		runner->retries = 0;
	for (; run->next < index; run->next++)
		plan_move(&run->plan->step[run->next], run->held);
	for (uint32_t i = 0; i < runner->graph->count; i++)
		if (run->held[i])
			item[count++] = runner->graph->revision[i].id;
	run->expected = (struct names){item, count};
	run->surplus.count = 0;
	run->learnt.count = 0;
}

/* The failed step can run in pieces after all: it says which statement has to stand alone. */
static bool learn(struct run *run, const struct db_step *failed, struct migrate_error *error)
{
	if (run->runner->together || failed->done || !failed->needs_outside ||
		failed->failed_at >= UINT32_MAX || failed->options.transaction == TOGGLE_ON)
		return false;
	runner_learn(&run->learnt_memory, &run->learnt, failed->failed_at);
	migrate_error_clear(error);
	return true;
}

/* As if nothing of the plan had run. */
static void begin(struct run *run)
{
	struct runner *runner = run->runner;

	run->expected = run->state->rows;
	run->surplus = surplus_rows(runner, runner->arena, &run->state->rows, run->plan->from);
	run->held = graph_marks(runner->arena, runner->graph);
	for (uint32_t i = 0; i < run->plan->from.count; i++)
		run->held[run->plan->from.item[i]] = 1;
	run->next = 0;
	runner->told = 0;
}

/* Where the run is one transaction, all of it was rolled back. */
static bool try_again(
	struct run *run, const struct db_batch *batch, size_t done, struct migrate_error *error)
{
	size_t failed = done;

	while (failed < batch->count && !batch->step[failed].blocked)
		failed++;
	if (failed == batch->count || !runner_again(run->runner, &batch->step[failed], error))
		return false;
	if (run->runner->together)
		begin(run);
	return true;
}

static bool apply_batch(
	struct run *run, struct arena *scratch, struct db_batch *batch, struct migrate_error *error)
{
	struct runner *runner = run->runner;
	size_t first = run->next, done;
	bool ok;

	batch->again = runner_may_retry(runner);
	batch->together = runner->together;
	batch->opens = first == 0;
	batch->closes = first + batch->count == run->plan->count;
	batch->expected = run->expected;
	if (run->surplus.count)
		runner_drop_rows(scratch, &run->surplus, &batch->step[0]);
	ok = runner->driver->apply(runner->db, batch, error);
	runner->moved = batch->moved;
	done = runner->together ? (ok ? batch->count : 0) : count_done(batch);
	if (!runner->together || (ok && batch->closes))
		*run->committed = first + done;
	advance(run, first + done);
	return ok || (done < batch->count && learn(run, &batch->step[done], error)) ||
	       try_again(run, batch, done, error);
}

/* One batch, and the script in pieces that may stand behind it. */
static bool run_some(struct run *run, struct migrate_error *error)
{
	struct arena scratch = {0};
	struct db_batch batch = {0};
	bool pieces = run->learnt.count > 0;
	bool ok = runner_not_interrupted(run->runner, error) &&
		  (pieces || fill_batch(run, &scratch, &batch, &pieces, error));

	if (ok && batch.count) {
		ok = apply_batch(run, &scratch, &batch, error);
	} else if (ok && pieces) {
		ok = runner_pieces(run->runner, run->plan, run->next, &run->expected, &run->surplus,
			run->state, &run->learnt, error);
		if (ok) {
			*run->committed = run->next + 1;
			advance(run, run->next + 1);
		}
	}
	free(batch.step);
	arena_release(&scratch);
	return ok;
}

bool runner_apply(struct runner *runner, const struct plan *plan, const struct db_state *state,
	size_t *committed, struct migrate_error *error)
{
	struct run run = {.runner = runner, .plan = plan, .state = state, .committed = committed};
	bool ok = true;

	begin(&run);
	runner->retries = 0;
	runner->moved = false;
	*committed = 0;
	while (ok && run.next < plan->count)
		ok = run_some(&run, error);
	runner_ticks_end(runner);
	arena_release(&run.learnt_memory);
	return ok;
}

struct db_step runner_stamp_step(
	struct runner *runner, const struct plan *plan, const struct db_state *state)
{
	const struct names *rows = &state->rows;
	struct nodes to = plan->to;
	struct db_step step = {.direction = DB_STAMP,
		.revision = to.count ? nodes_text(runner->arena, runner->graph, to) : "base"};
	const char **add = ARENA_ARRAY(runner->arena, to.count, const char *);
	const struct names *recorded;

	step.remove = surplus_rows(runner, runner->arena, rows, to);
	for (uint32_t i = 0; i < to.count; i++) {
		const char *id = runner->graph->revision[to.item[i]].id;

		if (!names_have(rows, id))
			add[step.add.count++] = id;
	}
	step.add.item = add;
	step.ends = runner_stamp_ends(runner->arena, runner->graph, plan, state);
	recorded = step.add.count ? &step.add : &step.remove;
	for (uint32_t i = 0; i < recorded->count; i++)
		drop_name(&step.ends, recorded->item[i]);
	return step;
}

bool runner_stamp(struct runner *runner, const struct plan *plan, const struct db_state *state,
	struct migrate_error *error)
{
	struct db_step step = runner_stamp_step(runner, plan, state);
	struct db_batch batch = {
		.step = &step, .count = 1, .opens = true, .closes = true, .expected = state->rows};
	bool good;

	step.owner = (void *)(uintptr_t)SIZE_MAX;
	if (!step.add.count && !step.remove.count && !step.ends.count)
		return true;
	good = runner->driver->apply(runner->db, &batch, error);
	runner->moved = batch.moved;
	return good;
}
