/* migrate_since: what is new in the versions directories since a commit that others have, and does
 * not fit it: what `git merge` would not object to.
 *
 * Three states are compared, by revision ids and not by file names: the files as they are now,
 * those of the commit (`theirs`), and those of the newest commit that both share (`before`),
 * without which what others have changed would look as if we had undone it.
 *
 * Surprising: a revision that others have and we have not is no finding, unless it was there
 * before: it comes with the merge. */
#include <fcntl.h>
#include <string.h>

#include "base/error.h"
#include "base/file.h"
#include "core/revision_parents.h"
#include "findings.h"
#include "io/git.h"
#include "run/check.h"

struct state {
	struct revision *revision;
	uint32_t count;
	struct nametable ids;
};

struct since {
	struct findings *findings;
	struct migrate *migrate;
	struct arena *arena;
	const char *base;   /* as it was named */
	const char *quoted; /* the same for a shell */
	bool merged;        /* all that the commit has is in HEAD */
	struct state theirs, before;
};

static const struct revision *find_in(const struct state *state, const char *id)
{
	uint32_t index = nametable_find(&state->ids, id);

	return index == NAME_MISSING ? NULL : &state->revision[index];
}

static bool is_new(const struct since *since, const char *id)
{
	return !find_in(&since->theirs, id) && !find_in(&since->before, id);
}

/* The names that they mean now: one that another revision replaced means that. */
static struct names names_now(const struct since *since, const struct names *names)
{
	const struct graph *graph = &since->migrate->graph;
	const char **item = ARENA_ARRAY(since->arena, names->count, const char *);

	for (uint32_t i = 0; i < names->count; i++) {
		uint32_t node = graph_find(graph, names->item[i]);

		item[i] = node == NODE_NONE ? names->item[i] : graph->revision[node].id;
	}
	return (struct names){item, names->count};
}

static bool same_names(
	const struct since *since, const struct names *left, const struct names *right)
{
	struct names mine = names_now(since, left), theirs = names_now(since, right);

	return names_same(&mine, &theirs);
}

static bool same_edges(
	const struct since *since, const struct revision *left, const struct revision *right)
{
	return same_names(since, &left->parents, &right->parents) &&
	       same_names(since, &left->dependencies, &right->dependencies);
}

static bool same_script(const struct since *since, uint32_t node, const struct revision *other)
{
	char checksum[CHECKSUM_SIZE];

	script_checksum(other->text + other->upgrade.offset, other->upgrade.size, checksum);
	return !strcmp(since->migrate->source.checksum[node], checksum);
}

/* A word that a shell takes as it is. */
static const char *shell_word(struct arena *arena, const char *word)
{
	struct str quoted = {0};
	const char *kept;

	str_add_word(&quoted, word);
	kept = arena_strdup(arena, str_text(&quoted));
	str_release(&quoted);
	return kept;
}

/* "git checkout origin/main -- migrations/a.sql": the file as others have it. */
static const char *checkout_of(const struct since *since, const struct revision *theirs)
{
	const char *path = theirs->file + strlen(since->base) + 1;

	return arena_printf(since->arena, "git checkout %s -- %s", since->quoted,
		shell_word(since->arena, path));
}

static struct migrate_finding *find_at(
	struct since *since, uint32_t node, const char *message, uint32_t line)
{
	struct migrate_finding *finding = findings_add(
		since->findings, MIGRATE_CHECK_SINCE, message);

	finding->file = finding->near = since->migrate->graph.revision[node].file;
	finding->line = line;
	finding->revisions = project_ids(since->migrate, (struct nodes){&node, 1});
	return finding;
}

/* Where a file says what it stands on; 0 where it cannot be read any more. */
static uint32_t parents_line(struct since *since, uint32_t node)
{
	const char *file = since->migrate->graph.revision[node].file;
	struct migrate_error ignored = {0};
	struct str text = {0};
	uint32_t line = 0;

	if (file_load(&text, AT_FDCWD, file, file, SCRIPT_LIMIT, NULL, MIGRATE_E_FILE, &ignored))
		line = revision_parents_place(text.text, text.size).line;
	migrate_error_clear(&ignored);
	str_release(&text);
	return line;
}

/* The lowest of the new revisions that one stands on, itself perhaps. */
static uint32_t root_of(const struct since *since, uint32_t node)
{
	const struct graph *graph = &since->migrate->graph;

	for (uint32_t i = 0; i < edges_count(&graph->parents, node);) {
		uint32_t parent = edges_at(&graph->parents, node, i++);

		if (!is_new(since, graph->revision[parent].id))
			continue;
		node = parent;
		i = 0;
	}
	return node;
}

/* -------- edited, removed, without a downgrade -------- */

static void check_script_of(struct since *since, uint32_t node, const struct revision *theirs)
{
	const struct revision *mine = &since->migrate->graph.revision[node];
	const struct revision *before = find_in(&since->before, mine->id);
	struct migrate_finding *finding;

	if (same_script(since, node, theirs) || (before && same_script(since, node, before)))
		return;
	finding = find_at(since, node,
		arena_printf(since->arena, "revision %s was edited, and %s has it", mine->id,
			since->base),
		mine->upgrade.line);
	finding->hint = "Databases that have run it will not run it again: take the edit back, and "
			"put the change into a new revision.";
	finding->fix = checkout_of(since, theirs);
}

/* What a revision that others have was put on: the first that is new, or NODE_NONE. */
static uint32_t new_below(const struct since *since, uint32_t node)
{
	const struct graph *graph = &since->migrate->graph;
	const struct edges *kinds[] = {&graph->parents, &graph->dependencies};

	for (size_t k = 0; k < 2; k++)
		for (uint32_t i = 0; i < edges_count(kinds[k], node); i++) {
			uint32_t below = edges_at(kinds[k], node, i);

			if (is_new(since, graph->revision[below].id))
				return below;
		}
	return NODE_NONE;
}

static void find_inserted(
	struct since *since, uint32_t node, uint32_t below, const struct revision *theirs)
{
	const struct revision *revision = since->migrate->graph.revision;
	struct migrate_finding *finding = find_at(since, below,
		arena_printf(since->arena, "revision %s is new, and was put below %s, which %s has",
			revision[below].id, revision[node].id, since->base),
		parents_line(since, below));

	finding->hint = arena_printf(since->arena,
		"Databases that have run %s take %s as applied and never run it: put it on the "
		"head.",
		revision[node].id, revision[below].id);
	finding->fix = arena_printf(since->arena, "%s && migrate rebase %s",
		checkout_of(since, theirs), revision[root_of(since, below)].id);
}

static void check_edges_of(struct since *since, uint32_t node, const struct revision *theirs)
{
	const struct revision *mine = &since->migrate->graph.revision[node];
	const struct revision *before = find_in(&since->before, mine->id);
	struct migrate_finding *finding;
	uint32_t below;

	if (same_edges(since, mine, theirs) || (before && same_edges(since, mine, before)))
		return;
	below = new_below(since, node);
	if (below != NODE_NONE) {
		find_inserted(since, node, below, theirs);
		return;
	}
	finding = find_at(since, node,
		arena_printf(since->arena, "revision %s stands on others than in %s", mine->id,
			since->base),
		parents_line(since, node));
	finding->hint = "Databases that have run it are not told: take the edit back.";
	finding->fix = checkout_of(since, theirs);
}

static bool lacks_downgrade(const struct revision *revision)
{
	return !revision->downgrade.present && !revision->irreversible;
}

static void check_downgrade(struct since *since, uint32_t node)
{
	const struct revision *mine = &since->migrate->graph.revision[node];
	const struct revision *theirs = find_in(&since->theirs, mine->id);
	const struct revision *before = find_in(&since->before, mine->id);
	struct migrate_error offence = {0};

	if (!lacks_downgrade(mine) || (theirs && lacks_downgrade(theirs)) ||
		(before && lacks_downgrade(before)))
		return;
	if (!check_reversible(mine, &offence))
		findings_add_error(since->findings, MIGRATE_CHECK_SINCE, node, &offence);
}

static void check_removed(struct since *since)
{
	for (uint32_t i = 0; i < since->theirs.count; i++) {
		const struct revision *theirs = &since->theirs.revision[i];
		struct migrate_finding *finding;

		if (nametable_find(&since->migrate->graph.ids, theirs->id) != NAME_MISSING ||
			project_replacement(since->migrate, theirs->id) != NODE_NONE ||
			!find_in(&since->before, theirs->id))
			continue;
		finding = findings_add(since->findings, MIGRATE_CHECK_SINCE,
			arena_printf(since->arena, "revision %s was removed, and %s has it",
				theirs->id, since->base));
		finding->hint = "Databases that have run it cannot be upgraded without its file.";
		finding->fix = checkout_of(since, theirs);
		finding->revisions = (struct migrate_list){&theirs->id, 1};
	}
}

/* -------- the graph after the merge -------- */

/* Ours where it is new or we have changed it, else theirs. Not what they have removed. */
static const struct revision *after_merge(const struct since *since, uint32_t node)
{
	const struct revision *mine = &since->migrate->graph.revision[node];
	const struct revision *theirs = find_in(&since->theirs, mine->id);
	const struct revision *before = find_in(&since->before, mine->id);
	bool changed = !before || !same_edges(since, mine, before);

	if (changed)
		return mine;
	return theirs;
}

static uint32_t merge_states(struct since *since, struct revision *merged)
{
	const struct graph *graph = &since->migrate->graph;
	const struct revision *theirs = since->theirs.revision;
	uint32_t count = 0;

	for (uint32_t i = 0; i < graph->count; i++) {
		const struct revision *revision = after_merge(since, i);

		if (revision)
			merged[count++] = *revision;
	}
	for (uint32_t i = 0; theirs && i < since->theirs.count; i++)
		if (nametable_find(&graph->ids, theirs[i].id) == NAME_MISSING &&
			project_replacement(since->migrate, theirs[i].id) == NODE_NONE)
			merged[count++] = theirs[i];
	return count;
}

static void find_broken(struct since *since, struct migrate_error *offence)
{
	struct migrate_finding *finding = findings_add(since->findings, MIGRATE_CHECK_SINCE,
		arena_printf(since->arena, "after the merge with %s: %s", since->base,
			offence->message));
	const char *file = offence->file ? arena_strdup(since->arena, offence->file) : NULL;
	size_t lead = strlen(since->base);

	if (file && !strncmp(file, since->base, lead) && file[lead] == ':')
		file += lead + 1;
	finding->file = file;
	finding->near = file ? file : finding->near;
	finding->hint = offence->hint ? arena_strdup(since->arena, offence->hint) : NULL;
	migrate_error_clear(offence);
}

static void check_heads_of(struct since *since, const struct graph *graph)
{
	struct nodes heads = graph_heads(since->arena, graph, false);
	struct migrate_finding *finding;
	uint32_t mine = NAME_MISSING, root;

	for (uint32_t i = 0; i < heads.count && mine == NAME_MISSING; i++)
		if (is_new(since, graph->revision[heads.item[i]].id))
			mine = nametable_find(
				&since->migrate->graph.ids, graph->revision[heads.item[i]].id);
	if (heads.count <= 1 || mine == NAME_MISSING)
		return;
	root = root_of(since, mine);
	finding = find_at(since, root,
		arena_printf(since->arena, "after the merge with %s there are %u heads: %s",
			since->base, heads.count, nodes_text(since->arena, graph, heads)),
		parents_line(since, root));
	finding->fix = arena_printf(since->arena, "%s%s%smigrate rebase %s",
		since->merged ? "" : "git merge ", since->merged ? "" : since->quoted,
		since->merged ? "" : " && ", since->migrate->graph.revision[root].id);
	finding->hint = arena_printf(since->arena,
		"Put %s on the head of %s; where somebody has run it already, join the heads with "
		"\"migrate merge -m MESSAGE\".",
		since->migrate->graph.revision[root].id, since->base);
}

static void check_merged(struct since *since)
{
	uint32_t most = since->migrate->graph.count + since->theirs.count;
	struct revision *merged = ARENA_ARRAY(since->arena, most, struct revision);
	uint32_t count = merge_states(since, merged);
	struct migrate_error offence = {0};
	struct graph graph;

	if (graph_build(since->arena, merged, count, &graph, &offence))
		check_heads_of(since, &graph);
	else
		find_broken(since, &offence);
}

/* -------- reading both commits -------- */

static bool read_state(struct since *since, const char *commit, const char *shown,
	struct state *state, struct migrate_error *error)
{
	struct migrate *migrate = since->migrate;
	struct git git = {.environ = migrate->environ,
		.interrupted = &migrate->interrupted,
		.interrupt_fd = migrate->wake[0]};

	for (uint32_t i = 0; i < migrate->config.versions.count; i++) {
		git.directory = migrate->config.versions.item[i];
		if (!git_revisions(since->arena, &git, commit, shown, &state->revision,
			    &state->count, error))
			return false;
	}
	nametable_init(&state->ids, since->arena, state->count);
	for (uint32_t i = 0; i < state->count; i++)
		nametable_add(&state->ids, state->revision[i].id, i);
	return true;
}

static bool read_states(struct since *since, struct migrate_error *error)
{
	struct migrate *migrate = since->migrate;
	struct git git = {.directory = migrate->config.versions.item[0],
		.environ = migrate->environ,
		.interrupted = &migrate->interrupted,
		.interrupt_fd = migrate->wake[0]};
	const char *commit, *fork;

	if (!git_base(since->arena, &git, since->base, &commit, &fork, error) ||
		!read_state(since, commit, since->base, &since->theirs, error))
		return false;
	since->merged = !strcmp(commit, fork);
	if (since->merged) {
		since->before = since->theirs;
		return true;
	}
	return read_state(since, fork, fork, &since->before, error);
}

bool check_since(struct findings *findings, const char *base, struct migrate_error *error)
{
	struct migrate *migrate = findings->migrate;
	struct since since = {.findings = findings,
		.migrate = migrate,
		.arena = &migrate->arena,
		.base = base,
		.quoted = shell_word(&migrate->arena, base)};

	if (!read_states(&since, error))
		return false;
	check_merged(&since);
	for (uint32_t i = 0; i < migrate->graph.count; i++) {
		const struct revision *theirs = find_in(
			&since.theirs, migrate->graph.revision[i].id);

		if (theirs) {
			check_script_of(&since, i, theirs);
			check_edges_of(&since, i, theirs);
		}
		check_downgrade(&since, i);
	}
	check_removed(&since);
	return true;
}
