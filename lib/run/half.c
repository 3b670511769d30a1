/* half: revisions that stopped half way, as the journal tells of them: what may run beside them,
 * what ends them, and what to type next. Asks no database, reads no file. Surprising: a revision of
 * the journal may be in no file any more. */
#include <string.h>

#include "base/error.h"
#include "base/str.h"
#include "run/runner.h"

const struct db_journal *runner_half(const struct db_state *state, const char *revision)
{
	for (size_t i = state->journal_count; i-- > 0;)
		if (!strcmp(state->journal[i].revision, revision))
			return &state->journal[i];
	return NULL;
}

const char *runner_half_direction(const struct db_journal *record)
{
	return record->direction == DB_DOWNGRADE ? "downgrade" : "upgrade";
}

long runner_half_part(const struct db_journal *record)
{
	return record->segment + (record->outcome == DB_DONE);
}

static uint32_t node_of(const struct graph *graph, const char *revision)
{
	return nametable_find(&graph->ids, revision);
}

static bool is_related(struct arena *arena, const struct graph *graph, uint32_t one, uint32_t other)
{
	uint8_t *below = graph_marks(arena, graph), *above = graph_marks(arena, graph);

	below[one] = above[one] = 1;
	graph_close(arena, graph, below, GRAPH_DOWN);
	graph_close(arena, graph, above, GRAPH_UP);
	return below[other] || above[other];
}

/* The revision that a stamp names for a row, which is the one that it adopts; none where no file
 * has it. */
static uint32_t stamped_node(const struct graph *graph, const char *row)
{
	uint32_t node = graph_find(graph, row);

	return node == NODE_NONE || graph->revision[node].text ? NODE_NONE : node;
}

/* The stamp that leaves the rows as they are, and ends what stopped half way. */
static const char *stamp_command(struct arena *arena, const struct graph *graph,
	const struct names *rows, const char *revision)
{
	uint32_t node = node_of(graph, revision);
	struct str text = {0};
	const char *kept;

	for (uint32_t i = 0; i < rows->count; i++)
		if (stamped_node(graph, rows->item[i]) == NODE_NONE)
			return "migrate stamp REV";
	if (!rows->count)
		return "migrate stamp base";
	str_add(&text, "migrate stamp");
	if (rows->count > 1 ||
		(node != NAME_MISSING &&
			!is_related(arena, graph, node, stamped_node(graph, rows->item[0]))))
		str_add(&text, " --purge");
	for (uint32_t i = 0; i < rows->count; i++)
		str_printf(&text, " %s", graph->revision[stamped_node(graph, rows->item[i])].id);
	kept = arena_strdup(arena, str_text(&text));
	str_release(&text);
	return kept;
}

/* Of a revision that has a file, or that the log has put into the graph. */
static const char *resume_command(struct arena *arena, const struct graph *graph,
	const struct names *rows, const char *revision, bool downgrade)
{
	uint32_t node = node_of(graph, revision);
	const char *log = graph->revision[node].text ? " --from-log" : "";

	if (!downgrade)
		return arena_printf(arena, "migrate upgrade %s", revision);
	if (edges_count(&graph->parents, node) > 1)
		return arena_printf(arena, "migrate downgrade %s@%s%s", revision,
			graph->revision[edges_at(&graph->parents, node, 0)].id, log);
	if (rows->count > 1)
		return arena_printf(arena, "migrate downgrade %s@-1%s", revision, log);
	return arena_printf(arena, "migrate downgrade -1%s", log);
}

static const char *how_to_go_on(struct arena *arena, const struct graph *graph,
	const struct db_state *state, const struct db_journal *record)
{
	const char *command;

	if (node_of(graph, record->revision) == NAME_MISSING)
		return "Get its file back: another branch or a newer commit has it.";
	command = resume_command(
		arena, graph, &state->rows, record->revision, record->direction == DB_DOWNGRADE);
	if (record->outcome != DB_STARTED)
		return arena_printf(arena, "\"%s\" goes on with it.", command);
	return arena_printf(arena,
		"\"%s\" looks what became of the statement that was running, and goes on; where "
		"that cannot be told, \"migrate resume %s\" with --retry or --skip does.",
		command, record->revision);
}

static const char *give_up_hint(struct arena *arena, const struct graph *graph,
	const struct names *rows, const char *revision, bool downgrade)
{
	return arena_printf(arena,
		"To give it up, %s by hand what ran of it, and say so with \"%s\".",
		downgrade ? "make good" : "undo", stamp_command(arena, graph, rows, revision));
}

const char *runner_half_hint(struct arena *arena, const struct graph *graph,
	const struct db_state *state, const char *revision)
{
	const struct db_journal *record = runner_half(state, revision);

	return arena_printf(arena, "%s %s", how_to_go_on(arena, graph, state, record),
		give_up_hint(
			arena, graph, &state->rows, revision, record->direction == DB_DOWNGRADE));
}

static const char *beginning_of_hint(const struct migrate_error *error)
{
	if (error->hint)
		return "Then run";
	if (error->code == MIGRATE_E_INTERRUPTED || error->code == MIGRATE_E_TERMINATED)
		return "Run";
	return "Mend the cause, and run";
}

/* What to run. The same command, but where that would begin anew or count from other rows. */
static const char *next_run(
	const struct runner *runner, const struct names *rows, const struct db_step *step)
{
	if (runner->exact)
		return "a new plan";
	if (!runner->once)
		return "the same command again";
	return arena_printf(runner->arena, "\"%s\"",
		resume_command(runner->arena, runner->graph, rows, step->revision,
			step->direction == DB_DOWNGRADE));
}

bool runner_hint_at_ways(const struct runner *runner, const struct names *rows,
	const struct db_step *step, struct migrate_error *error)
{
	struct arena *arena = runner->arena;
	const char *cause = error->hint ? arena_printf(arena, "%s ", error->hint) : "";
	const char *begin = beginning_of_hint(error);
	const char *give_up = give_up_hint(
		arena, runner->graph, rows, step->revision, step->direction == DB_DOWNGRADE);

	error->hint = NULL;
	if (step->unclear)
		return error_hint(error,
			"%sLook what the statement has left. Then \"migrate resume %s --retry\" "
			"runs it again, and \"migrate resume %s --skip\" takes it as done. %s",
			cause, step->revision, step->revision, give_up);
	return error_hint(error, "%s%s %s: it resumes at %s. %s", cause, begin,
		next_run(runner, rows, step), step->done ? "that part" : "this statement", give_up);
}

bool runner_refuse_half(const struct runner *runner, const struct db_state *state,
	const char *revision, const char *why, struct migrate_error *error)
{
	bool gone = node_of(runner->graph, revision) == NAME_MISSING;

	error_set(error, MIGRATE_E_HALF_DONE, "the %s of revision %s stopped half way%s",
		runner_half_direction(runner_half(state, revision)), revision,
		gone ? ", and no script has it" : why);
	return error_hint(
		error, "%s", runner_half_hint(runner->arena, runner->graph, state, revision));
}

struct names runner_stamp_ends(struct arena *arena, const struct graph *graph,
	const struct plan *plan, const struct db_state *state)
{
	const char **item = ARENA_ARRAY(arena, state->journal_count, const char *);
	struct names ends = {item, 0};

	for (size_t i = 0; plan->judged && i < state->journal_count; i++) {
		const char *revision = state->journal[i].revision;
		uint32_t node = node_of(graph, revision);

		if ((node == NAME_MISSING || plan->judged[node]) && !names_have(&ends, revision))
			item[ends.count++] = revision;
	}
	return ends;
}

static bool is_planned(
	const struct graph *graph, const struct plan *plan, const struct db_journal *record)
{
	enum db_direction direction = plan->downgrade ? DB_DOWNGRADE : DB_UPGRADE;
	uint32_t node = node_of(graph, record->revision);

	for (uint32_t i = 0; record->direction == direction && i < plan->count; i++)
		if (plan->step[i].node == node)
			return true;
	return false;
}

bool runner_check_direction(const struct runner *runner, bool downgrade,
	const struct db_state *state, struct migrate_error *error)
{
	for (size_t i = 0; i < state->journal_count; i++)
		if ((state->journal[i].direction == DB_DOWNGRADE) != downgrade)
			return runner_refuse_half(
				runner, state, state->journal[i].revision, "", error);
	return true;
}

bool runner_check_journal(const struct runner *runner, const struct plan *plan,
	const struct db_state *state, struct migrate_error *error)
{
	const struct db_journal *half;

	for (size_t i = 0; i < state->journal_count; i++)
		if (!is_planned(runner->graph, plan, &state->journal[i]))
			return runner_refuse_half(
				runner, state, state->journal[i].revision, "", error);
	/* Parts that committed cannot be in it. */
	half = runner->together ? runner_planned_half(runner->graph, plan, state) : NULL;
	return !half || runner_refuse_half(runner, state, half->revision,
				", and \"transaction: run\" cannot go on with it", error);
}

const struct db_journal *runner_planned_half(
	const struct graph *graph, const struct plan *plan, const struct db_state *state)
{
	for (size_t i = 0; i < state->journal_count; i++)
		if (is_planned(graph, plan, &state->journal[i]))
			return runner_half(state, state->journal[i].revision);
	return NULL;
}
