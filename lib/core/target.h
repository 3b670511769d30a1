/* target: what a person types for a revision - an id, a prefix, head, B@head, +1, ID-2, A:B - found
 * in the graph. Pure. The rules are those of the manual's section "Naming revisions".
 *
 * Errors: MIGRATE_E_TARGET (nothing by that name, a walk past an end), MIGRATE_E_AMBIGUOUS (several
 * candidates, all named), MIGRATE_E_MULTIPLE_HEADS, MIGRATE_E_REFUSED (several rows).
 */
#ifndef MIGRATE_CORE_TARGET_H
#define MIGRATE_CORE_TARGET_H

#include "core/graph.h"
#include "core/position.h"

enum target_kind {
	TARGET_NODES,    /* revisions: at least one */
	TARGET_BASE,     /* before the first */
	TARGET_RELATIVE, /* +N, -N, B@+N, B@-N from the rows: one revision, or none at base */
};

struct target {
	enum target_kind kind;
	struct nodes nodes;
	uint32_t branch;        /* the node that B of B@... means, NODE_NONE without */
	const uint8_t *lineage; /* marks: B's, NULL without */
	long steps;             /* TARGET_RELATIVE: never 0 */
	uint32_t last;          /* TARGET_RELATIVE, downwards: the last revision that it left */
};

struct resolver {
	struct arena *arena;
	const struct graph *graph;
	const struct position *position; /* NULL: no database is asked, `current` and +N fail */
};

/* Finds what text names. */
bool target_resolve(const struct resolver *resolver, const char *text, struct target *target,
	struct migrate_error *error);
/* The same, where exactly one revision is wanted (show, edit, --splice ...). */
bool target_resolve_one(const struct resolver *resolver, const char *text, uint32_t *node,
	struct migrate_error *error);
/* One revision by its id, label or unique prefix; within: only among the marked, may be NULL. */
bool target_find(const struct resolver *resolver, const char *text, size_t size,
	const uint8_t *within, uint32_t *node, struct migrate_error *error);

/* The command that joins these heads; their ids are in it where it does not find them itself, since
 * another revision depends on one. */
const char *target_merge_command(
	struct arena *arena, const struct graph *graph, struct nodes heads);

/* Splits "A:B" at its colon, which no id can hold. False where there is none. Either part may be
 * empty. */
bool range_split(struct arena *arena, const char *text, const char **from, const char **to);

#endif
