/* target: what a person types for a revision - an id, a prefix, head, B@head, +1, ID-2, A:B - found
 * in the graph. Pure. The rules are those of the manual's section "Naming revisions".
 *
 * Errors: MIGRATE_E_TARGET (nothing by that name, a walk past an end), MIGRATE_E_AMBIGUOUS (several
 * candidates, all named), MIGRATE_E_MULTIPLE_HEADS, MIGRATE_E_REFUSED (several rows).
 */
#ifndef MIGRATE_CORE_TARGET_H
#define MIGRATE_CORE_TARGET_H

#include "core/graph.h"

/* Where a database stands: its rows, found in the graph. */
struct position {
	struct nodes rows;    /* normalised: maximal over all edges */
	uint8_t *applied;     /* marks: the closure of the rows over all edges */
	struct names unknown; /* rows that no script knows */
	struct nodes implied; /* rows that other rows imply, and that are to be dropped */
};

/* rows: the strings of the version table. */
void position_find(struct arena *arena, const struct graph *graph, const struct names *rows,
	struct position *position);
/* From nodes instead; nothing is unknown. */
void position_of(struct arena *arena, const struct graph *graph, struct nodes nodes,
	struct position *position);

enum target_kind {
	TARGET_NODES,    /* revisions: at least one */
	TARGET_BASE,     /* before the first */
	TARGET_RELATIVE, /* +N or -N from the rows; last and end say where the walk led */
};

struct target {
	enum target_kind kind;
	struct nodes nodes;
	uint32_t branch; /* the node that B of B@... means, NODE_NONE without */
	long steps;      /* TARGET_RELATIVE */
	uint32_t last;   /* a walk down: the last revision that it left */
	bool symbolic;   /* ID+N and the like: a walk from a symbol */
};

struct resolver {
	struct arena *arena;
	const struct graph *graph;
	const struct position
		*position; /* NULL where no database is asked: `current` and +N fail */
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

/* Splits "A:B" at its colon, which no id can hold. False where there is none. Either part may be
 * empty. */
bool range_split(struct arena *arena, const char *text, const char **from, const char **to);

/* "ae1027a6acf0, 1f2a3b4c5d6e and 3 more", for messages. */
const char *nodes_text(struct arena *arena, const struct graph *graph, struct nodes nodes);

#endif
