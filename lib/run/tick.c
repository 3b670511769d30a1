/* tick: what is told of a step that takes long: which statement it is in, and for how long.
 *
 * Knows the clock and how a script is cut; neither the database nor who listens. Surprising: the
 * driver knows statements by their place in a script or piece only, so the script is counted here,
 * once, and only where somebody waits for it.
 */
#include <string.h>
#include <time.h>

#include "core/scan.h"
#include "run/runner.h"

enum {
	COUNT_LIMIT = 1 << 20, /* bytes of a script whose statements are worth counting */
	SHOWN_LIMIT = 160,
	LOOK_LIMIT = 4096,
};

static int64_t now(void)
{
	struct timespec time;

	clock_gettime(CLOCK_MONOTONIC, &time);
	return time.tv_sec * INT64_C(1000000) + time.tv_nsec / 1000;
}

void runner_ticks_begin(struct runner *runner)
{
	if (!runner->events.tick)
		return;
	runner->ticks.run_began = now();
	runner->ticks.step = SIZE_MAX;
}

void runner_ticks_step(struct runner *runner, size_t step)
{
	if (!runner->events.tick)
		return;
	runner->ticks.step_began = now();
	runner->ticks.step = step;
	runner->ticks.counted = NULL;
}

void runner_ticks_end(struct runner *runner)
{
	str_release(&runner->ticks.text);
	runner->ticks.counted = runner->ticks.shown = NULL;
}

/* The statements of the whole script, and those before the piece. */
static void count(struct runner *runner, const struct db_step *step)
{
	const char *text = step->whole_script ? step->whole_script : step->script;
	size_t size = step->whole_script ? step->whole_size : step->script_size;
	struct runner_ticks *ticks = &runner->ticks;
	struct scan_statement statement;
	struct scanner scanner;

	ticks->counted = step->script;
	ticks->shown = NULL;
	ticks->statements = ticks->before = 0;
	ticks->only = SIZE_MAX;
	if (size > COUNT_LIMIT)
		return;
	scan_begin(&scanner, runner->driver->scan, text, size);
	while (scan_next(&scanner, &statement)) {
		if (statement.command == SCAN_EMPTY)
			continue;
		ticks->only = ticks->statements++ ? SIZE_MAX : statement.first;
		if (step->segment && statement.first < ticks->piece_offset)
			ticks->before++;
	}
}

/* Text may be cut anywhere but in a character. */
static size_t look_size(const char *text, size_t size)
{
	if (size <= LOOK_LIMIT)
		return size;
	for (size = LOOK_LIMIT; size && ((unsigned char)text[size] & 0xc0) == 0x80;)
		size--;
	return size;
}

static void show(struct runner *runner, const char *text, size_t size)
{
	struct runner_ticks *ticks = &runner->ticks;
	struct scan_statement statement;
	struct str line = {0};
	struct scanner scanner;

	if (ticks->shown == text)
		return;
	ticks->shown = text;
	size = look_size(text, size);
	scan_begin(&scanner, runner->driver->scan, text, size);
	if (scan_next(&scanner, &statement) && statement.last > statement.first) {
		text += statement.first;
		size = statement.last - statement.first;
	}
	scan_show(runner->driver->scan, text, size, SHOWN_LIMIT, &line);
	str_clear(&ticks->text);
	str_add_visible(&ticks->text, str_text(&line), line.size);
	str_release(&line);
}

static void add_statement(
	struct runner *runner, const struct db_tick *told, struct migrate_tick *tick)
{
	const struct db_step *step = told->step;
	struct runner_ticks *ticks = &runner->ticks;
	size_t offset = told->offset, number = told->number;

	if (!step->script || told->step != told->last)
		return;
	if (ticks->counted != step->script)
		count(runner, step);
	if (offset == SIZE_MAX && !step->segment && ticks->only != SIZE_MAX) {
		offset = ticks->only;
		number = 1;
	}
	if (number && ticks->before + number <= ticks->statements) {
		tick->statements = ticks->statements;
		tick->statement = ticks->before + number;
	}
	if (offset >= step->script_size)
		return;
	show(runner, step->script + offset, step->script_size - offset);
	tick->text = str_text(&ticks->text);
}

bool runner_tick(void *context, const struct db_tick *told)
{
	struct runner *runner = context;
	struct migrate_tick tick = {.index = (size_t)(uintptr_t)told->step->owner,
		.last = (size_t)(uintptr_t)told->last->owner,
		.phase = told->phase,
		.percent = told->percent};

	if (!runner->events.tick || tick.index == SIZE_MAX)
		return false;
	/* The driver has seen another one before it can tell that it began. */
	if (tick.index != runner->ticks.step)
		runner_ticks_step(runner, tick.index);
	tick.step_us = now() - runner->ticks.step_began;
	tick.run_us = now() - runner->ticks.run_began;
	add_statement(runner, told, &tick);
	return runner->events.tick(runner->events.context, &tick);
}

void runner_tick_waiting(struct runner *runner, const char *holder)
{
	struct str text = {0};
	struct migrate_tick tick = {.index = SIZE_MAX, .last = SIZE_MAX, .percent = -1};

	if (!runner->events.tick)
		return;
	tick.run_us = now() - runner->ticks.run_began;
	if (holder) {
		str_add_visible(&text, holder, strlen(holder));
		tick.text = str_text(&text);
	}
	runner->events.tick(runner->events.context, &tick);
	str_release(&text);
}
