/* migrate_rerun: revisions that an upgrade would run a second time, since an edit of a header took
 * away what implied them. Knows the headers that the log keeps.
 *
 * The rows say what is applied by the edges of the graph, and the graph is what the headers say
 * today: an edge that is taken out makes the rows stand on less than they were written for.
 * Surprising: that the log has a revision as applied is not enough. One that a person took away by
 * hand, or by a stamp, has such a record too, and is to run again. So the edge is looked for, in
 * the header as it was when it ran, from the rows on; and the log is asked for headers only where
 * something applied is planned. */
#include <string.h>

#include "base/error.h"
#include "core/stored.h"
#include "project.h"

struct rerun {
	struct migrate *migrate;
	const struct position *position;
	uint8_t *logged;       /* marks of what the log has as applied */
	uint8_t *planned;      /* and of those of them that are to run */
	struct stored *stored; /* the files as they ran, by node */
	uint8_t *seen;
	uint32_t *queue, *cause, queued; /* cause: by node, whose edited header it was reached by */
	struct nodes found;              /* logged, that the rows stood on */
	uint8_t *edited;                 /* marks of the causes */
	bool again;                      /* one that was found is planned */
};

static bool find_planned(struct rerun *rerun, const struct db_state *state, const struct plan *plan)
{
	const struct graph *graph = &rerun->migrate->graph;
	bool any = false;

	if (!plan->count || !state->applied_count)
		return false;
	rerun->logged = graph_marks(&rerun->migrate->arena, graph);
	rerun->planned = graph_marks(&rerun->migrate->arena, graph);
	for (size_t i = 0; i < state->applied_count; i++) {
		uint32_t node = nametable_find(&graph->ids, state->applied[i].revision);

		if (node != NAME_MISSING)
			rerun->logged[node] = 1;
	}
	for (uint32_t i = 0; i < plan->count; i++) {
		rerun->planned[plan->step[i].node] = rerun->logged[plan->step[i].node];
		any = any || rerun->logged[plan->step[i].node];
	}
	return any;
}

/* The header that counts is that of the last upgrade; but whoever stamped the revision since did so
 * by the header as it was then, and the log does not have that one. */
static void take_records(struct rerun *rerun, const struct db_records *records)
{
	struct migrate *migrate = rerun->migrate;

	rerun->stored = ARENA_ARRAY(&migrate->arena, migrate->graph.count, struct stored);
	for (size_t i = 0; i < records->count; i++) {
		const struct db_record *record = &records->item[i];
		uint32_t node = nametable_find(&migrate->graph.ids, record->revision);
		struct migrate_error unreadable = {0};
		struct stored stored = {0};

		if (node == NAME_MISSING || record->repaired)
			continue;
		if (record->direction == DB_UPGRADE && record->sql)
			stored_read(&migrate->arena, record->revision, record->sql, &stored,
				&unreadable);
		rerun->stored[node] = stored;
		migrate_error_clear(&unreadable);
	}
}

static bool recall(struct rerun *rerun, const struct db_state *state, struct migrate_error *error)
{
	struct migrate *migrate = rerun->migrate;
	const char **item = ARENA_ARRAY(&migrate->arena, state->applied_count, const char *);
	struct names names = {item, 0};
	struct db_records records;

	for (size_t i = 0; i < state->applied_count; i++)
		if (nametable_find(&migrate->graph.ids, state->applied[i].revision) != NAME_MISSING)
			item[names.count++] = state->applied[i].revision;
	if (!migrate->driver->recall(migrate->db, &migrate->arena, &names, &records, error))
		return false;
	take_records(rerun, &records);
	return true;
}

static void see(struct rerun *rerun, uint32_t from, const char *name, bool versioned)
{
	const struct graph *graph = &rerun->migrate->graph;
	uint32_t node = nametable_find(&graph->ids, name);

	if (node == NAME_MISSING && !versioned)
		node = nametable_find(&graph->labels, name);
	if (node == NAME_MISSING || rerun->seen[node])
		return;
	rerun->seen[node] = 1;
	rerun->queue[rerun->queued++] = node;
	rerun->cause[node] = rerun->position->applied[from] ? from : rerun->cause[from];
	if (!rerun->logged[node])
		return;
	rerun->found.item[rerun->found.count++] = node;
	rerun->edited[rerun->cause[node]] = 1;
	rerun->again = rerun->again || rerun->planned[node];
}

/* From what the rows imply, along the edges as they were. */
static void follow(struct rerun *rerun)
{
	const struct graph *graph = &rerun->migrate->graph;
	struct arena *arena = &rerun->migrate->arena;

	rerun->seen = graph_marks(arena, graph);
	rerun->edited = graph_marks(arena, graph);
	rerun->queue = ARENA_ARRAY(arena, graph->count, uint32_t);
	rerun->cause = ARENA_ARRAY(arena, graph->count, uint32_t);
	rerun->found.item = ARENA_ARRAY(arena, graph->count, uint32_t);
	for (uint32_t i = 0; i < graph->count; i++) {
		rerun->seen[i] = rerun->position->applied[i];
		if (rerun->position->applied[i])
			rerun->queue[rerun->queued++] = i;
	}
	for (uint32_t i = 0; i < rerun->queued; i++) {
		uint32_t node = rerun->queue[i];
		const struct stored *stored = &rerun->stored[node];

		for (uint32_t k = 0; stored->whole && k < stored->revision.parents.count; k++)
			see(rerun, node, stored->revision.parents.item[k], true);
		for (uint32_t k = 0; stored->whole && k < stored->revision.dependencies.count; k++)
			see(rerun, node, stored->revision.dependencies.item[k], false);
	}
}

/* The rows that say what the log says. */
static const char *stamp_targets(struct rerun *rerun)
{
	const struct graph *graph = &rerun->migrate->graph;
	struct arena *arena = &rerun->migrate->arena;
	uint8_t *marks = graph_marks(arena, graph);
	struct nodes rows;
	const char *text = "";

	if (graph->count)
		memcpy(marks, rerun->position->applied, graph->count);
	for (uint32_t i = 0; i < rerun->found.count; i++)
		marks[rerun->found.item[i]] = 1;
	graph_close(arena, graph, marks, GRAPH_DOWN);
	rows = graph_maximal(arena, graph, marks, false);
	for (uint32_t i = 0; i < rows.count; i++)
		text = arena_printf(
			arena, "%s%s%s", text, i ? " " : "", graph->revision[rows.item[i]].id);
	return text;
}

static bool fail(struct rerun *rerun, struct migrate_error *error)
{
	struct arena *arena = &rerun->migrate->arena;
	const struct graph *graph = &rerun->migrate->graph;
	struct nodes edited = graph_list(arena, graph, rerun->edited);
	bool one = rerun->found.count == 1, one_edited = edited.count == 1;

	graph_sort(graph, rerun->found);
	error_set(error, MIGRATE_E_REFUSED,
		"revision%s %s %s applied according to migrate_log, but no row implies %s any "
		"more: the header%s of %s %s edited",
		one ? "" : "s", nodes_text(arena, graph, rerun->found), one ? "is" : "are",
		one ? "it" : "them", one_edited ? "" : "s", nodes_text(arena, graph, edited),
		one_edited ? "was" : "were");
	error_at(error, graph->revision[*edited.item].file, 0, 0);
	return error_hint(error,
		"Undo the edit, or run \"migrate stamp %s\" to say that all of them are applied.",
		stamp_targets(rerun));
}

bool project_refuse_rerun(struct migrate *migrate, const struct db_state *state,
	const struct position *position, const struct plan *plan, struct migrate_error *error)
{
	struct rerun rerun = {.migrate = migrate, .position = position};

	if (plan->downgrade || !find_planned(&rerun, state, plan))
		return true;
	if (!recall(&rerun, state, error))
		return false;
	follow(&rerun);
	return !rerun.again || fail(&rerun, error);
}
