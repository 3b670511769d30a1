/* migrate_rebase: unmerged revisions put on the head by rewriting one line of one header.
 *
 * What stands on the revision moves with it: only the lowest file changes. No upgrade section does,
 * so what the log knows of a script stays true.
 *
 * Surprising: the database is asked whether any of them has run there, where there is one; of other
 * databases nobody knows. */
#include <fcntl.h>
#include <string.h>

#include "base/error.h"
#include "base/file.h"
#include "core/revision_parents.h"
#include "project.h"

struct rebase {
	struct migrate *migrate;
	struct arena *arena;
	const struct graph *graph;
	uint8_t *applied; /* marks; NULL: there is no database */
	uint32_t node, onto;
	uint8_t *moved; /* marks: the node and what stands on it, by all edges */
	struct migrate_error *error;
};

static const char *id_of(const struct rebase *rebase, uint32_t node)
{
	return rebase->graph->revision[node].id;
}

/* A file that is not there yet has nothing applied. */
static bool is_absent(const struct url *url)
{
	return url->path && !file_exists(url->path);
}

static bool find_applied(struct rebase *rebase)
{
	struct migrate *migrate = rebase->migrate;
	struct position position;
	struct db_state state;

	if (!migrate->config.database && migrate->config.database_error.code == MIGRATE_E_CONFIG) {
		project_emit(migrate, MIGRATE_WARNING,
			"there is no database_url: no database was asked what has run");
		return true;
	}
	rebase->applied = graph_marks(rebase->arena, rebase->graph);
	if (migrate->config.database && is_absent(migrate->config.database))
		return true;
	if (!project_position(migrate, DB_READ, false, &state, &position, rebase->error) ||
		!project_ground_missing(migrate, &state, &position, rebase->error))
		return false;
	memcpy(rebase->applied, position.applied, rebase->graph->count);
	for (size_t i = 0; i < state.journal_count; i++) {
		uint32_t node = nametable_find(&rebase->graph->ids, state.journal[i].revision);

		if (node != NAME_MISSING)
			rebase->applied[node] = 1;
	}
	return true;
}

/* The lowest revision of a head that no other head stands on; NODE_NONE where that has run, or
 * where there are several. */
static uint32_t unmerged_root(struct rebase *rebase, struct nodes heads, uint32_t index)
{
	const struct graph *graph = rebase->graph;
	uint8_t *others = graph_marks(rebase->arena, graph);
	uint8_t *own = graph_marks(rebase->arena, graph);
	uint32_t root = NODE_NONE;

	for (uint32_t i = 0; i < heads.count; i++)
		(i == index ? own : others)[heads.item[i]] = 1;
	graph_close(rebase->arena, graph, others, GRAPH_DOWN);
	graph_close(rebase->arena, graph, own, GRAPH_DOWN);
	for (uint32_t i = 0; i < graph->count; i++) {
		bool lowest = own[i] && !others[i];

		if (lowest && rebase->applied[i])
			return NODE_NONE;
		for (uint32_t k = 0; lowest && k < edges_count(&graph->parents, i); k++)
			lowest = others[edges_at(&graph->parents, i, k)];
		if (!lowest)
			continue;
		if (root != NODE_NONE)
			return NODE_NONE;
		root = i;
	}
	return root;
}

static bool choose_unmerged(struct rebase *rebase)
{
	struct nodes heads = graph_heads(rebase->arena, rebase->graph, false);
	uint32_t candidates = 0;

	if (heads.count < 2)
		return error_set(rebase->error, MIGRATE_E_REFUSED,
			"there is nothing to rebase: %u head%s", heads.count,
			heads.count == 1 ? "" : "s");
	for (uint32_t i = 0; rebase->applied && i < heads.count; i++) {
		uint32_t root = unmerged_root(rebase, heads, i);

		if (root == NODE_NONE)
			continue;
		candidates++;
		rebase->node = root;
	}
	if (candidates == 1)
		return true;
	error_set(rebase->error, MIGRATE_E_AMBIGUOUS,
		"it cannot be told which revisions are to be rebased: there are %u heads, %s",
		heads.count, nodes_text(rebase->arena, rebase->graph, heads));
	return error_hint(
		rebase->error, "Name the lowest one that is yours: \"migrate rebase REV\".");
}

static bool find_node(struct rebase *rebase, const char *revision)
{
	struct resolver resolver = {rebase->arena, rebase->graph, NULL};

	if (!revision)
		return choose_unmerged(rebase);
	return target_resolve_one(&resolver, revision, &rebase->node, rebase->error);
}

static bool refuse_applied(struct rebase *rebase)
{
	for (uint32_t i = 0; rebase->applied && i < rebase->graph->count; i++) {
		if (!rebase->moved[i] || !rebase->applied[i])
			continue;
		error_set(rebase->error, MIGRATE_E_REFUSED, "revision %s is applied, or half of it",
			id_of(rebase, i));
		return error_hint(rebase->error,
			"Join the heads with \"migrate merge -m MESSAGE\", or revert it first.");
	}
	return true;
}

static bool find_head(struct rebase *rebase)
{
	struct nodes heads = graph_heads(rebase->arena, rebase->graph, false), others = {0};

	others.item = ARENA_ARRAY(rebase->arena, heads.count, uint32_t);
	for (uint32_t i = 0; i < heads.count; i++)
		if (!rebase->moved[heads.item[i]])
			others.item[others.count++] = heads.item[i];
	if (others.count == 1) {
		rebase->onto = others.item[0];
		return true;
	}
	if (!others.count)
		return error_set(rebase->error, MIGRATE_E_REFUSED,
			"there is no other head to put revision %s on",
			id_of(rebase, rebase->node));
	error_set(rebase->error, MIGRATE_E_MULTIPLE_HEADS, "there are %u heads to put %s on: %s",
		others.count, id_of(rebase, rebase->node),
		nodes_text(rebase->arena, rebase->graph, others));
	return error_hint(rebase->error, "Say which one with --onto.");
}

static bool find_onto(struct rebase *rebase, const char *onto)
{
	struct resolver resolver = {rebase->arena, rebase->graph, NULL};

	rebase->moved = graph_marks(rebase->arena, rebase->graph);
	rebase->moved[rebase->node] = 1;
	graph_close(rebase->arena, rebase->graph, rebase->moved, GRAPH_UP);
	if (!onto)
		return find_head(rebase);
	if (!target_resolve_one(&resolver, onto, &rebase->onto, rebase->error))
		return false;
	if (!rebase->moved[rebase->onto])
		return true;
	return error_set(rebase->error, MIGRATE_E_REFUSED, "revision %s stands on %s",
		id_of(rebase, rebase->onto), id_of(rebase, rebase->node));
}

static bool refuse_merge(struct rebase *rebase)
{
	if (edges_count(&rebase->graph->parents, rebase->node) <= 1)
		return true;
	error_set(rebase->error, MIGRATE_E_REFUSED, "revision %s joins several others",
		id_of(rebase, rebase->node));
	return error_hint(rebase->error,
		"Remove its file, rebase what it joins, and merge again where need be.");
}

/* What was written must be the same revision, on its new parent, with the same scripts. */
static bool check_text(struct rebase *rebase, const struct str *text)
{
	const struct revision *old = &rebase->graph->revision[rebase->node];
	struct revision now;

	if (!revision_parse(rebase->arena, old->file, text->text, text->size, &now, rebase->error))
		return false;
	if (!strcmp(now.id, old->id) && now.parents.count == 1 &&
		!strcmp(now.parents.item[0], id_of(rebase, rebase->onto)) &&
		now.upgrade.size == old->upgrade.size)
		return true;
	error_set(rebase->error, MIGRATE_E_SCRIPT, "the header cannot be rewritten");
	error_hint(rebase->error,
		"It was edited meanwhile, perhaps. Write \"-- down_revision: %s\" "
		"into it.",
		id_of(rebase, rebase->onto));
	return error_at(rebase->error, old->file, 0, 0);
}

static bool rewrite(struct rebase *rebase)
{
	const char *file = rebase->graph->revision[rebase->node].file;
	struct str before = {0}, after = {0};
	struct stat status;
	bool good = file_load(&before, AT_FDCWD, file, file, SCRIPT_LIMIT, &status, MIGRATE_E_FILE,
		rebase->error);

	if (good) {
		revision_set_parents(&after, before.text, before.size, id_of(rebase, rebase->onto));
		good = check_text(rebase, &after) &&
		       file_rewrite(file, after.text, after.size, status.st_mode, rebase->error);
	}
	str_release(&before);
	str_release(&after);
	return good;
}

bool migrate_rebase(
	struct migrate *migrate, struct migrate_rebase *request, struct migrate_error *error)
{
	struct rebase rebase = {.migrate = migrate,
		.arena = &migrate->arena,
		.graph = &migrate->graph,
		.error = error};
	const struct revision *revision;

	if (!project_load(migrate, error) || !find_applied(&rebase) ||
		!find_node(&rebase, request->revision) || !find_onto(&rebase, request->onto) ||
		!refuse_merge(&rebase) || !refuse_applied(&rebase))
		return false;
	revision = &migrate->graph.revision[rebase.node];
	request->id = revision->id;
	request->file = revision->file;
	request->from = project_ids(migrate,
		(struct nodes){
			migrate->graph.parents.item + migrate->graph.parents.start[rebase.node],
			edges_count(&migrate->graph.parents, rebase.node)});
	request->to = id_of(&rebase, rebase.onto);
	request->changed = !request->from.count || strcmp(request->from.item[0], request->to) != 0;
	return !request->changed || rewrite(&rebase);
}
