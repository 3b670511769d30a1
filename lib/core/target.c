/* target: parsing and finding. The walks are in walk.c. Surprising: an id may begin like a word
 * ("head1"), so symbols are compared whole, after the +N or -N is cut off. */
#include "core/target.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "core/walk.h"

static bool fail_ambiguous(const struct resolver *resolver, const char *text, size_t size,
	struct nodes candidates, struct migrate_error *error)
{
	graph_sort(resolver->graph, candidates);
	error_set(error, MIGRATE_E_AMBIGUOUS, "\"%.*s\" is the beginning of %u revisions: %s",
		(int)size, text, candidates.count,
		nodes_text(resolver->arena, resolver->graph, candidates));
	return error_hint(error, "Give more of the identifier.");
}

/* The nearest of labels, ids and the words that stand for revisions; of two as near, the first of
 * these three. */
static const char *nearest_of(const struct graph *graph, const char *word)
{
	static const char *const symbols[] = {"head", "heads", "base", "current"};
	const char *const found[] = {nearest_name(word, graph->labels.name, graph->labels.count),
		nearest_name(word, graph->ids.name, graph->ids.count),
		nearest_name(word, symbols, sizeof symbols / sizeof *symbols)};
	const char *nearest = NULL;

	for (size_t i = 0; i < sizeof found / sizeof *found; i++)
		if (found[i] &&
			(!nearest || edit_distance(word, found[i]) < edit_distance(word, nearest)))
			nearest = found[i];
	return nearest;
}

/* The one revision that replaced what an id, or the beginning of several that it replaced, names.
 */
static uint32_t replacement_of(const struct graph *graph, const char *word, const char **replaced)
{
	const struct nametable *table = &graph->replaced;
	uint32_t found = nametable_find(table, word);

	*replaced = word;
	if (found != NAME_MISSING)
		return found;
	for (uint32_t i = 0; *word && i < table->count; i++) {
		if (strncmp(table->name[i], word, strlen(word)) != 0)
			continue;
		if (found != NAME_MISSING)
			return NAME_MISSING;
		found = table->value[i];
		*replaced = table->name[i];
	}
	return found;
}

/* What a name that is there, but not where it was asked for, is. */
static bool hint_misplaced(const char *word, bool narrowed, struct migrate_error *error)
{
	if (narrowed)
		return error_hint(error,
			"\"%s\" is on another branch: leave out the branch, or name its own.",
			word);
	return error_hint(error,
		"\"%s\" is a place and no branch: a branch is an identifier or a label.", word);
}

static bool fail_unknown(const struct resolver *resolver, const char *text, size_t size,
	bool narrowed, struct migrate_error *error)
{
	const struct graph *graph = resolver->graph;
	const char *word = arena_strndup(resolver->arena, text, size);
	const char *meant = nearest_of(graph, word), *replaced;
	uint32_t replacement = replacement_of(graph, word, &replaced);

	if (replacement != NAME_MISSING) {
		const char *id = graph->revision[replacement].id;

		error_set(error, MIGRATE_E_TARGET, "revision %s was replaced by %s", replaced, id);
		return error_hint(error, "Name %s instead: it does what %u revisions did.", id,
			graph->revision[replacement].replaces.count);
	}
	error_set(error, MIGRATE_E_TARGET, "no revision%s has the id, label or prefix \"%s\"",
		narrowed ? " of that branch" : "", word);
	if (meant && !strcmp(meant, word))
		return hint_misplaced(word, narrowed, error);
	if (meant)
		return error_hint(error, "Did you mean \"%s\"?", meant);
	return error_hint(error, "\"migrate history\" lists the revisions.");
}

/* Exact first, then as a prefix of ids: one pass over all, since a command asks a few times only.
 */
bool target_find(const struct resolver *resolver, const char *text, size_t size,
	const uint8_t *within, uint32_t *node, struct migrate_error *error)
{
	const struct graph *graph = resolver->graph;
	const char *word = arena_strndup(resolver->arena, text, size);
	struct nodes candidates = {ARENA_ARRAY(resolver->arena, graph->count, uint32_t), 0};

	*node = nametable_find(&graph->ids, word);
	if (*node == NAME_MISSING)
		*node = nametable_find(&graph->labels, word);
	if (*node != NAME_MISSING)
		return !within || within[*node] || fail_unknown(resolver, text, size, true, error);
	if (nametable_find(&graph->replaced, word) != NAME_MISSING)
		return fail_unknown(resolver, text, size, within != NULL, error);
	for (uint32_t i = 0; size && i < graph->count; i++)
		if ((!within || within[i]) && !strncmp(graph->revision[i].id, word, size))
			candidates.item[candidates.count++] = i;
	if (candidates.count > 1)
		return fail_ambiguous(resolver, text, size, candidates, error);
	if (!candidates.count)
		return fail_unknown(resolver, text, size, within != NULL, error);
	*node = candidates.item[0];
	return true;
}

/* The parts of [branch@]symbol[+N|-N]. */
struct parts {
	const char *branch;
	size_t branch_size;
	const char *symbol;
	size_t symbol_size;
	bool relative;
	long steps;
};

static bool parse_steps(const char *text, long *steps)
{
	char *end;

	errno = 0;
	*steps = strtol(text, &end, 10);
	return text[1] >= '0' && text[1] <= '9' && !*end && !errno && labs(*steps) <= 100000000L;
}

static bool split_parts(const char *text, struct parts *parts, struct migrate_error *error)
{
	const char *at = strchr(text, '@'), *sign;

	memset(parts, 0, sizeof *parts);
	if (at) {
		parts->branch = text;
		parts->branch_size = (size_t)(at - text);
	}
	parts->symbol = at ? at + 1 : text;
	sign = strpbrk(parts->symbol, "+-");
	parts->symbol_size = sign ? (size_t)(sign - parts->symbol) : strlen(parts->symbol);
	parts->relative = sign != NULL;
	if ((!at || parts->branch_size) && (parts->symbol_size || sign) &&
		(!sign || parse_steps(sign, &parts->steps)) && (parts->symbol_size || parts->steps))
		return true;
	error_set(error, MIGRATE_E_TARGET, "\"%s\" names no revision", text);
	return error_hint(error, "Targets are an id, a label, a unique prefix, head, heads, base, "
				 "current, BRANCH@head, +N, -N or ID+N.");
}

static bool is_symbol(const struct parts *parts, const char *word)
{
	return parts->symbol_size == strlen(word) &&
	       !memcmp(parts->symbol, word, parts->symbol_size);
}

const char *target_merge_command(struct arena *arena, const struct graph *graph, struct nodes heads)
{
	const char *command = "migrate merge";
	bool plain = true;

	for (uint32_t i = 0; i < heads.count; i++)
		plain = plain && graph_is_head(graph, heads.item[i], true);
	for (uint32_t i = 0; !plain && i < heads.count; i++)
		command = arena_printf(arena, "%s %s", command, graph->revision[heads.item[i]].id);
	return command;
}

static bool fail_heads(const struct resolver *resolver, struct nodes heads, const char *branch,
	size_t branch_size, struct migrate_error *error)
{
	const char *of = branch ? arena_printf(
					  resolver->arena, " of \"%.*s\"", (int)branch_size, branch)
				: "";

	error_set(error, MIGRATE_E_MULTIPLE_HEADS, "there are %u heads%s: %s", heads.count, of,
		nodes_text(resolver->arena, resolver->graph, heads));
	return error_hint(error,
		"Join them with \"%s\", name one (an id or BRANCH@head), or take all with "
		"\"%.*s%sheads\".",
		target_merge_command(resolver->arena, resolver->graph, heads), (int)branch_size,
		branch ? branch : "", branch ? "@" : "");
}

static void filter_nodes(struct nodes *nodes, const uint8_t *lineage)
{
	uint32_t kept = 0;

	for (uint32_t i = 0; i < nodes->count; i++)
		if (lineage[nodes->item[i]])
			nodes->item[kept++] = nodes->item[i];
	nodes->count = kept;
}

/* Where it stays empty, that is before the first revision. */
static void set_nodes(struct target *target, struct nodes nodes)
{
	target->kind = nodes.count ? TARGET_NODES : TARGET_BASE;
	target->nodes = nodes;
}

static void set_node(const struct resolver *resolver, struct target *target, uint32_t node)
{
	struct nodes nodes = {ARENA_ARRAY(resolver->arena, 1, uint32_t), node != NODE_NONE};

	nodes.item[0] = node;
	set_nodes(target, nodes);
}

static bool resolve_heads(const struct resolver *resolver, const struct parts *parts, bool all,
	struct target *target, struct migrate_error *error)
{
	struct nodes heads = graph_heads(resolver->arena, resolver->graph, all && !parts->branch);

	if (target->lineage)
		filter_nodes(&heads, target->lineage);
	if (heads.count > 1 && !all)
		return fail_heads(resolver, heads, parts->branch, parts->branch_size, error);
	set_nodes(target, heads);
	return true;
}

static bool fail_without_database(struct migrate_error *error)
{
	error_set(error, MIGRATE_E_TARGET, "the target needs the database's current revisions");
	return error_hint(error, "Name a revision instead.");
}

static bool resolve_symbol(const struct resolver *resolver, const struct parts *parts,
	struct target *target, struct migrate_error *error)
{
	uint32_t node = NODE_NONE;

	if (is_symbol(parts, "head"))
		return resolve_heads(resolver, parts, false, target, error);
	if (is_symbol(parts, "heads"))
		return resolve_heads(resolver, parts, true, target, error);
	if (is_symbol(parts, "current")) {
		if (!resolver->position)
			return fail_without_database(error);
		set_nodes(target, position_within(resolver->arena, resolver->graph,
					  resolver->position, target->lineage));
		return true;
	}
	if (!is_symbol(parts, "base") && !target_find(resolver, parts->symbol, parts->symbol_size,
						 target->lineage, &node, error))
		return false;
	set_node(resolver, target, node);
	return true;
}

/* The walk from a symbol: where it ends is what the target names. */
static bool walk_symbol(const struct resolver *resolver, const struct parts *parts,
	struct target *target, struct migrate_error *error)
{
	struct walk walk = {NODE_NONE, NODE_NONE, target->lineage};

	if (target->nodes.count > 1) {
		error_set(error, MIGRATE_E_AMBIGUOUS,
			"\"%.*s\" is %u revisions, no place to count from: %s",
			(int)parts->symbol_size, parts->symbol, target->nodes.count,
			nodes_text(resolver->arena, resolver->graph, target->nodes));
		return error_hint(error, "Count from one of them.");
	}
	if (target->nodes.count)
		walk.node = target->nodes.item[0];
	if (!walk_steps(resolver, &walk, parts->steps, error))
		return false;
	set_node(resolver, target, walk.node);
	return true;
}

static bool walk_rows(const struct resolver *resolver, const struct parts *parts,
	struct target *target, struct migrate_error *error)
{
	struct walk walk = {NODE_NONE, NODE_NONE, target->lineage};

	if (!resolver->position)
		return fail_without_database(error);
	if (!walk_start(resolver, parts->branch, parts->branch_size, &walk, error) ||
		!walk_steps(resolver, &walk, parts->steps, error))
		return false;
	set_node(resolver, target, walk.node);
	target->kind = TARGET_RELATIVE;
	target->steps = parts->steps;
	target->last = walk.last;
	return true;
}

bool target_resolve(const struct resolver *resolver, const char *text, struct target *target,
	struct migrate_error *error)
{
	struct parts parts;

	memset(target, 0, sizeof *target);
	target->branch = target->last = NODE_NONE;
	if (!split_parts(text, &parts, error))
		return false;
	if (parts.branch) {
		if (!target_find(resolver, parts.branch, parts.branch_size, NULL, &target->branch,
			    error))
			return false;
		target->lineage = graph_lineage(resolver->arena, resolver->graph, target->branch);
	}
	if (!parts.symbol_size)
		return walk_rows(resolver, &parts, target, error);
	if (!resolve_symbol(resolver, &parts, target, error))
		return false;
	return !parts.relative || walk_symbol(resolver, &parts, target, error);
}

bool target_resolve_one(const struct resolver *resolver, const char *text, uint32_t *node,
	struct migrate_error *error)
{
	struct target target;

	if (!target_resolve(resolver, text, &target, error))
		return false;
	if (target.nodes.count == 1) {
		*node = target.nodes.item[0];
		return true;
	}
	if (!target.nodes.count) {
		error_set(error, MIGRATE_E_TARGET, "\"%s\" is before the first revision", text);
		return error_hint(error, "Name a revision; \"migrate history\" lists them.");
	}
	error_set(error, MIGRATE_E_AMBIGUOUS, "\"%s\" is %u revisions: %s", text,
		target.nodes.count, nodes_text(resolver->arena, resolver->graph, target.nodes));
	return error_hint(error, "Name one of them.");
}

bool range_split(struct arena *arena, const char *text, const char **from, const char **to)
{
	const char *colon = strchr(text, ':');

	if (!colon)
		return false;
	*from = arena_strndup(arena, text, (size_t)(colon - text));
	*to = arena_strdup(arena, colon + 1);
	return true;
}
