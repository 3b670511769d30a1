/* script: a step's text, from its file to what a driver takes. */
#include <string.h>

#include "base/error.h"
#include "run/runner.h"

static struct names names_of(struct arena *arena, const struct graph *graph, struct nodes nodes)
{
	const char **item = ARENA_ARRAY(arena, nodes.count, const char *);

	for (uint32_t i = 0; i < nodes.count; i++)
		item[i] = graph->revision[nodes.item[i]].id;
	return (struct names){item, nodes.count};
}

void runner_keep(struct runner *runner, const struct plan *plan)
{
	if (runner->read && runner->read_downgrade == plan->downgrade)
		return;
	runner->read = ARENA_ARRAY(runner->arena, runner->graph->count, struct runner_kept);
	runner->read_downgrade = plan->downgrade;
}

/* From what the check has read, or from the file; kept while there is room: else NULL in kept. */
static bool read_script(struct runner *runner, struct arena *arena, const struct plan *plan,
	uint32_t node, struct script *script, struct runner_kept **kept,
	struct migrate_error *error)
{
	const struct revision *revision = &runner->graph->revision[node];
	bool keep = runner->read_bytes < RUNNER_KEEPS;

	runner_keep(runner, plan);
	*kept = &runner->read[node];
	if ((*kept)->script.sql) {
		*script = (*kept)->script;
		return true;
	}
	if (!source_script(keep ? runner->arena : arena, revision, plan->downgrade, script, error))
		return false;
	runner->read_bytes += script->size + script->whole_size;
	if (keep)
		(*kept)->script = *script;
	else
		*kept = NULL;
	return true;
}

/* Cut once where that left it as it is. */
static bool cut(struct arena *arena, const struct segment_source *source, struct runner_kept *kept,
	struct segments *segments, struct migrate_error *error)
{
	const struct segment *only;

	if (kept && kept->plain && !source->learnt_count && !source->edge_count) {
		segments->item = ARENA_NEW(arena, struct segment);
		*segments->item = (struct segment){.size = source->size, .text = source->sql};
		segments->count = 1;
		segments->has_pairs = false;
		segments->setting = kept->setting;
		return true;
	}
	if (!segment_cut(arena, source, segments, error))
		return false;
	only = segments->item;
	if (kept) {
		kept->plain = segments->count == 1 && !only->outside && !only->paired;
		kept->setting = segments->setting;
	}
	return true;
}

bool runner_read(struct runner *runner, struct arena *arena, const struct plan *plan, size_t index,
	const struct runner_cuts *cuts, struct runner_script *script, struct migrate_error *error)
{
	const struct plan_step *planned = &plan->step[index];
	const struct revision *revision = &runner->graph->revision[planned->node];
	struct segment_source source = {.dialect = runner->driver->scan, .file = revision->file};
	struct runner_kept *kept;
	struct script text;

	if (!read_script(runner, arena, plan, planned->node, &text, &kept, error))
		return false;
	source.sql = text.sql;
	source.size = text.size;
	source.line = text.line;
	source.single = text.options.transaction == TOGGLE_OFF;
	source.together = runner->together;
	if (cuts) {
		source.learnt = cuts->learnt.item;
		source.learnt_count = cuts->learnt.count;
		source.edge = cuts->edges.item;
		source.edge_count = cuts->edges.count;
	}
	if (!cut(arena, &source, kept, &script->segments, error))
		return false;
	script->whole = script->segments.count == 1 && !script->segments.item[0].outside;
	script->step = (struct db_step){.revision = revision->id,
		.direction = plan->downgrade ? DB_DOWNGRADE : DB_UPGRADE,
		.message = revision->message,
		.script = script->whole ? script->segments.item[0].text : text.sql,
		.script_size = text.size,
		.file = revision->file,
		.line = text.line,
		.shown = text.sql,
		.shown_size = text.size,
		.shown_line = text.line,
		.checksum = arena_strdup(arena, text.checksum),
		.source = plan->downgrade ? NULL : text.whole,
		.source_size = plan->downgrade ? 0 : text.whole_size,
		.options = text.options,
		.remove = names_of(arena, runner->graph, planned->remove),
		.add = names_of(arena, runner->graph, planned->add),
		.begin = script->whole ? script->segments.item[0].begin : NULL,
		.failed_at = SIZE_MAX};
	return true;
}

static size_t lines_before(const char *text, size_t size)
{
	size_t lines = 0;

	for (size_t i = 0; i < size; i++)
		lines += text[i] == '\n';
	return lines;
}

void runner_tell_settings(const struct runner *runner, const struct runner_script *script)
{
	const struct db_step *step = &script->step;
	size_t at = script->segments.setting;

	if (at)
		runner->events.emit(runner->events.context, MIGRATE_NOTICE, SIZE_MAX,
			arena_printf(runner->arena,
				"%s:%zu: what the script sets is set back behind it", step->file,
				step->shown_line + lines_before(step->shown, at - 1)));
}

bool runner_check_whole(const struct runner *runner, const struct runner_script *script,
	struct migrate_error *error)
{
	const struct db_step *step = &script->step;
	const struct segment *segment = script->segments.item;

	if (script->whole)
		return true;
	if (!runner->together && step->options.transaction != TOGGLE_ON && runner->driver->settle)
		return true;
	while (!segment->outside && segment + 1 < script->segments.item + script->segments.count)
		segment++;
	error_set(error, MIGRATE_E_REFUSED, "the script cannot run as one transaction, which %s",
		runner->together                         ? "\"transaction: run\" wants"
		: step->options.transaction == TOGGLE_ON ? "transaction=on wants"
							 : "this database's driver needs");
	error_hint(error, "%s",
		runner->together ? "Run it alone with \"transaction: revision\"."
		: step->options.transaction == TOGGLE_ON
			? "Remove transaction=on from the section's marker."
			: "Run the statement by hand, and keep it out of the revision.");
	return error_at_offset(error, step->file, step->script, step->script_size,
		segment->offset + strspn(segment->text, " \t\r\n"), step->line);
}

struct db_step runner_piece(
	struct arena *arena, const struct runner_script *script, uint32_t number)
{
	const struct segment *segment = &script->segments.item[number];
	struct db_step step = script->step;
	char *checksum = arena_alloc(arena, CHECKSUM_SIZE);

	script_checksum(segment->text, segment->size, checksum);
	step.whole_script = script->step.script;
	step.whole_size = script->step.script_size;
	step.whole_checksum = script->step.checksum;
	step.checksum = checksum;
	step.script = segment->text;
	step.script_size = segment->size;
	step.shown_offset = segment->offset;
	step.line = script->step.line + lines_before(script->step.script, segment->offset);
	step.begin = segment->begin;
	step.segment = (long)number + 1;
	step.outside = segment->outside;
	step.last = number + 1 == script->segments.count;
	if (!step.last)
		step.remove = step.add = (struct names){0};
	return step;
}
