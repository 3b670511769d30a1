/* target: parsing and finding. The walks are in walk.c. Surprising: an id may begin like a word
 * ("head1"), so symbols are compared whole, after the +N or -N is cut off. */
#include "core/target.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "base/str.h"
#include "core/walk.h"

enum { NAMED_LIMIT = 8 };

const char *nodes_text(struct arena *arena, const struct graph *graph, struct nodes nodes)
{
	struct str text = {0};
	const char *kept;

	for (uint32_t i = 0; i < nodes.count && i < NAMED_LIMIT; i++) {
		const char *separator = !i ? "" : i + 1 == nodes.count ? " and " : ", ";

		str_printf(&text, "%s%s", separator, graph->revision[nodes.item[i]].id);
	}
	if (nodes.count > NAMED_LIMIT)
		str_printf(&text, " and %u more", nodes.count - NAMED_LIMIT);
	kept = arena_strdup(arena, str_text(&text));
	str_release(&text);
	return kept;
}

static void add_node(struct nodes *nodes, uint32_t node)
{
	nodes->item[nodes->count++] = node;
}

static void close_position(struct arena *arena, const struct graph *graph, const uint8_t *given,
	struct position *position)
{
	position->applied = graph_marks(arena, graph);
	memcpy(position->applied, given, graph->count);
	graph_close(arena, graph, position->applied, GRAPH_DOWN);
	position->rows = graph_maximal(arena, graph, position->applied, false);
	position->implied.item = ARENA_ARRAY(arena, graph->count, uint32_t);
	for (uint32_t i = 0; i < graph->count; i++)
		if (given[i])
			add_node(&position->implied, i);
	for (uint32_t i = 0; i < position->rows.count; i++)
		for (uint32_t k = 0; k < position->implied.count; k++)
			if (position->implied.item[k] == position->rows.item[i])
				position->implied.item[k--] =
					position->implied.item[--position->implied.count];
}

void position_find(struct arena *arena, const struct graph *graph, const struct names *rows,
	struct position *position)
{
	uint8_t *given = graph_marks(arena, graph);
	const char **unknown = ARENA_ARRAY(arena, rows->count, const char *);

	memset(position, 0, sizeof *position);
	for (uint32_t i = 0; i < rows->count; i++) {
		uint32_t node = nametable_find(&graph->ids, rows->item[i]);

		if (node == NAME_MISSING)
			unknown[position->unknown.count++] = rows->item[i];
		else
			given[node] = 1;
	}
	position->unknown.item = unknown;
	close_position(arena, graph, given, position);
}

void position_of(struct arena *arena, const struct graph *graph, struct nodes nodes,
	struct position *position)
{
	uint8_t *given = graph_marks(arena, graph);

	memset(position, 0, sizeof *position);
	for (uint32_t i = 0; i < nodes.count; i++)
		given[nodes.item[i]] = 1;
	close_position(arena, graph, given, position);
}

static bool fail_ambiguous(const struct resolver *resolver, const char *text, size_t size,
	struct nodes candidates, struct migrate_error *error)
{
	graph_sort(resolver->graph, candidates);
	error_set(error, MIGRATE_E_AMBIGUOUS, "\"%.*s\" is the beginning of %u revisions: %s",
		(int)size, text, candidates.count,
		nodes_text(resolver->arena, resolver->graph, candidates));
	return error_hint(error, "Give more of the identifier.");
}

static bool fail_unknown(const struct resolver *resolver, const char *text, size_t size,
	bool narrowed, struct migrate_error *error)
{
	const struct graph *graph = resolver->graph;
	const char *word = arena_strndup(resolver->arena, text, size);
	const char *meant = nearest_name(word, graph->labels.name, graph->labels.count);

	error_set(error, MIGRATE_E_TARGET, "no revision%s has the id, label or prefix \"%s\"",
		narrowed ? " of that branch" : "", word);
	if (!meant)
		meant = nearest_name(word, graph->ids.name, graph->ids.count);
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
	bool beyond = false;

	*node = nametable_find(&graph->ids, word);
	if (*node == NAME_MISSING)
		*node = nametable_find(&graph->labels, word);
	if (*node != NAME_MISSING && (!within || within[*node]))
		return true;
	beyond = *node != NAME_MISSING;
	for (uint32_t i = 0; size && !beyond && i < graph->count; i++)
		if ((!within || within[i]) && !strncmp(graph->revision[i].id, word, size))
			add_node(&candidates, i);
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
	if ((at && !parts->branch_size) || (!parts->symbol_size && !sign) ||
		(sign && !parse_steps(sign, &parts->steps))) {
		error_set(error, MIGRATE_E_TARGET, "\"%s\" names no revision", text);
		return error_hint(error,
			"Targets are an id, a label, a unique prefix, head, heads, "
			"base, current, BRANCH@head, +N, -N or ID+N.");
	}
	return true;
}

static bool is_symbol(const struct parts *parts, const char *word)
{
	return parts->symbol_size == strlen(word) &&
	       !memcmp(parts->symbol, word, parts->symbol_size);
}

bool fail_heads(const struct resolver *resolver, struct nodes heads, const char *branch,
	size_t branch_size, struct migrate_error *error)
{
	const char *of = branch ? arena_printf(
					  resolver->arena, " of \"%.*s\"", (int)branch_size, branch)
				: "";

	error_set(error, MIGRATE_E_MULTIPLE_HEADS, "there are %u heads%s: %s", heads.count, of,
		nodes_text(resolver->arena, resolver->graph, heads));
	return error_hint(error,
		"Join them with \"migrate merge\", name one (an id or "
		"BRANCH@head), or take all with \"%.*s%sheads\".",
		(int)branch_size, branch ? branch : "", branch ? "@" : "");
}

static void filter_nodes(struct nodes *nodes, const uint8_t *lineage)
{
	uint32_t kept = 0;

	for (uint32_t i = 0; i < nodes->count; i++)
		if (lineage[nodes->item[i]])
			nodes->item[kept++] = nodes->item[i];
	nodes->count = kept;
}

static bool resolve_heads(const struct resolver *resolver, const struct parts *parts, bool all,
	const uint8_t *lineage, struct target *target, struct migrate_error *error)
{
	struct nodes heads = graph_heads(resolver->arena, resolver->graph, all && !parts->branch);

	if (lineage)
		filter_nodes(&heads, lineage);
	if (heads.count > 1 && !all)
		return fail_heads(resolver, heads, parts->branch, parts->branch_size, error);
	target->kind = heads.count ? TARGET_NODES : TARGET_BASE;
	target->nodes = heads;
	return true;
}

static bool fail_without_database(struct migrate_error *error)
{
	error_set(error, MIGRATE_E_TARGET, "the target needs the database's current revisions");
	return error_hint(error, "Name a revision instead, or give a range A:B.");
}

static bool resolve_current(const struct resolver *resolver, const uint8_t *lineage,
	struct target *target, struct migrate_error *error)
{
	struct nodes rows;

	if (!resolver->position)
		return fail_without_database(error);
	rows.item = ARENA_ARRAY(resolver->arena, resolver->graph->count, uint32_t);
	rows.count = resolver->position->rows.count;
	if (rows.count)
		memcpy(rows.item, resolver->position->rows.item, rows.count * sizeof *rows.item);
	if (lineage)
		filter_nodes(&rows, lineage);
	target->kind = rows.count ? TARGET_NODES : TARGET_BASE;
	target->nodes = rows;
	return true;
}

static bool resolve_symbol(const struct resolver *resolver, const struct parts *parts,
	const uint8_t *lineage, struct target *target, struct migrate_error *error)
{
	target->kind = TARGET_NODES;
	if (is_symbol(parts, "head"))
		return resolve_heads(resolver, parts, false, lineage, target, error);
	if (is_symbol(parts, "heads"))
		return resolve_heads(resolver, parts, true, lineage, target, error);
	if (is_symbol(parts, "current"))
		return resolve_current(resolver, lineage, target, error);
	if (is_symbol(parts, "base")) {
		target->kind = TARGET_BASE;
		return true;
	}
	target->nodes.item = ARENA_ARRAY(resolver->arena, 1, uint32_t);
	target->nodes.count = 1;
	return target_find(resolver, parts->symbol, parts->symbol_size, lineage,
		&target->nodes.item[0], error);
}

/* The walk from a symbol: where it ends is what the target names. */
static bool walk_symbol(const struct resolver *resolver, const struct parts *parts,
	const uint8_t *lineage, struct target *target, struct migrate_error *error)
{
	struct walk walk = {.node = NODE_NONE, .lineage = lineage};

	if (target->kind == TARGET_NODES && target->nodes.count > 1) {
		error_set(error, MIGRATE_E_AMBIGUOUS,
			"\"%.*s\" is %u revisions, no place to count "
			"from: %s",
			(int)parts->symbol_size, parts->symbol, target->nodes.count,
			nodes_text(resolver->arena, resolver->graph, target->nodes));
		return error_hint(error, "Count from one of them.");
	}
	if (target->kind == TARGET_NODES)
		walk.node = target->nodes.item[0];
	if (!walk_steps(resolver, &walk, parts->steps, error))
		return false;
	target->symbolic = true;
	target->last = walk.last;
	target->kind = walk.node == NODE_NONE ? TARGET_BASE : TARGET_NODES;
	target->nodes.item = ARENA_ARRAY(resolver->arena, 1, uint32_t);
	target->nodes.item[0] = walk.node;
	target->nodes.count = walk.node != NODE_NONE;
	return true;
}

static bool walk_rows(const struct resolver *resolver, const struct parts *parts,
	const uint8_t *lineage, struct target *target, struct migrate_error *error)
{
	struct walk walk = {.node = NODE_NONE, .lineage = lineage};

	if (!resolver->position)
		return fail_without_database(error);
	if (!walk_start(resolver, parts->branch, parts->branch_size, &walk, error) ||
		!walk_steps(resolver, &walk, parts->steps, error))
		return false;
	target->kind = TARGET_RELATIVE;
	target->steps = parts->steps;
	target->last = walk.last;
	target->nodes.item = ARENA_ARRAY(resolver->arena, 1, uint32_t);
	target->nodes.item[0] = walk.node;
	target->nodes.count = walk.node != NODE_NONE;
	return true;
}

bool target_resolve(const struct resolver *resolver, const char *text, struct target *target,
	struct migrate_error *error)
{
	const uint8_t *lineage = NULL;
	struct parts parts;

	memset(target, 0, sizeof *target);
	target->branch = target->last = NODE_NONE;
	if (!split_parts(text, &parts, error))
		return false;
	if (parts.branch) {
		if (!target_find(resolver, parts.branch, parts.branch_size, NULL, &target->branch,
			    error))
			return false;
		lineage = graph_lineage(resolver->arena, resolver->graph, target->branch);
	}
	if (!parts.symbol_size)
		return walk_rows(resolver, &parts, lineage, target, error);
	if (!resolve_symbol(resolver, &parts, lineage, target, error))
		return false;
	return !parts.relative || walk_symbol(resolver, &parts, lineage, target, error);
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
		return false;
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
