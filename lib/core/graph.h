/* graph: the revisions of all files, their edges checked and turned into numbers.
 *
 * A revision is its index, in the order that it was loaded; nothing that is decided depends on that
 * order. *Versioned* edges are parents; *all* edges are parents and dependencies. Pure; time and
 * memory are linear in revisions plus edges (sorting is by degree, not over the whole).
 */
#ifndef MIGRATE_CORE_GRAPH_H
#define MIGRATE_CORE_GRAPH_H

#include <stdbool.h>
#include <stdint.h>

#include "base/arena.h"
#include "core/nametable.h"
#include "core/revision.h"
#include "migrate.h"

#define NODE_NONE UINT32_MAX /* base: no revision */

struct edges {
	uint32_t *start; /* of node n: item[start[n]] up to item[start[n + 1]] */
	uint32_t *item;
};

struct nodes {
	uint32_t *item;
	uint32_t count;
};

struct graph {
	const struct revision *revision;
	uint32_t count;
	struct edges parents, dependencies; /* as declared, duplicates dropped */
	struct edges children,
		dependents;           /* the same edges the other way, in (created, id) order */
	struct nametable ids, labels; /* label: the revision that declares it */
	struct nametable replaced;    /* ids that no file has any more: the revision that says so */
};

enum { GRAPH_DOWN = 1, GRAPH_UP = 2, GRAPH_VERSIONED = 4 };

/* Checks and connects. revision must live as long as the graph. On failure the error names the
 * first offence (with its file), and its detail every other one: duplicate ids, duplicate labels,
 * labels equal to ids, ids that are replaced and there all the same, unknown parents and
 * dependencies, self loops; then cycles, whole (where ids are unique: else an edge may lead
 * anywhere). */
bool graph_build(struct arena *arena, const struct revision *revision, uint32_t count,
	struct graph *graph, struct migrate_error *error);

/* A zeroed mark for each revision. */
uint8_t *graph_marks(struct arena *arena, const struct graph *graph);
/* The same, and each is 1. */
uint8_t *graph_all(struct arena *arena, const struct graph *graph);
/* Marks what is reachable from the nodes that are marked already, along GRAPH_DOWN (ancestors) or
 * GRAPH_UP (descendants); with GRAPH_VERSIONED along parents only, else along all edges. */
void graph_close(struct arena *arena, const struct graph *graph, uint8_t *marks, int direction);
/* The lineage of a node: itself, its ancestors and its descendants by versioned edges. */
uint8_t *graph_lineage(struct arena *arena, const struct graph *graph, uint32_t node);

/* The marked nodes, parents and dependencies first, staying on one branch as long as possible; ties
 * by creation time, then id. A pure function of the graph and the set. */
struct nodes graph_order(struct arena *arena, const struct graph *graph, const uint8_t *marks);
/* The marked nodes in (created, id) order. */
struct nodes graph_list(struct arena *arena, const struct graph *graph, const uint8_t *marks);
/* Marked nodes that no marked node stands on: over all edges, or versioned ones. In (created, id)
 * order. */
struct nodes graph_maximal(
	struct arena *arena, const struct graph *graph, const uint8_t *marks, bool versioned);

/* Heads by versioned edges, or `real` ones by all edges, in (created, id) order. */
struct nodes graph_heads(struct arena *arena, const struct graph *graph, bool real);
/* Revisions without parents, in (created, id) order. */
struct nodes graph_bases(struct arena *arena, const struct graph *graph);
bool graph_is_head(const struct graph *graph, uint32_t node, bool real);
/* The labels that show on a node's lineage: those of the revision that declares it, on its
 * descendants, and towards the base until a branch point or a merge. One list for each revision,
 * in strcmp order. */
struct names *graph_labels(struct arena *arena, const struct graph *graph);

/* The revision that replaced this id, NODE_NONE where none did. *whole: the id is the last of those
 * that it replaced, so what stood there has all of them, and stands at the revision. */
uint32_t graph_replacement(const struct graph *graph, const char *id, bool *whole);
/* A revision by its id, or by that of the last one that it replaced; NODE_NONE. */
uint32_t graph_find(const struct graph *graph, const char *id);

uint32_t edges_count(const struct edges *edges, uint32_t node);
uint32_t edges_at(const struct edges *edges, uint32_t node, uint32_t index);
/* (created, id) order, for qsort_r over node numbers. */
int graph_compare(const void *left, const void *right, void *graph);
void graph_sort(const struct graph *graph, struct nodes nodes);

/* "ae1027a6acf0, 1f2a3b4c5d6e and 3 more", for messages. */
const char *nodes_text(struct arena *arena, const struct graph *graph, struct nodes nodes);

#endif
