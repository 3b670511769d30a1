/* plan: which revisions to run, in which order, and which rows the version table holds after each.
 *
 * A plan is a value: status, --dry-run, --sql and upgrade call the same planner. Pure; linear in
 * revisions plus edges. Rows are the maximal elements of the applied set over all edges, always.
 */
#ifndef MIGRATE_CORE_PLAN_H
#define MIGRATE_CORE_PLAN_H

#include "core/graph.h"
#include "core/target.h"

struct plan_step {
	uint32_t node;
	struct nodes remove, add; /* rows of the version table */
};

struct plan {
	bool downgrade;
	struct nodes from, to; /* rows before and after */
	struct plan_step *step;
	uint32_t count;
	/* Of a stamp, else NULL: marks of the revisions of which it says whether they are applied.
	 */
	const uint8_t *judged;
};

/* Marks of the rows before a step become those after it. */
void plan_move(const struct plan_step *step, uint8_t *rows);

/* position: where the database stands; unknown rows are the caller's to refuse. */
bool plan_upgrade(struct arena *arena, const struct graph *graph, const struct position *position,
	const char *target, struct plan *plan, struct migrate_error *error);
/* cascade: revert revisions outside a branch-qualified target's lineage too. */
bool plan_downgrade(struct arena *arena, const struct graph *graph, const struct position *position,
	const char *target, bool cascade, struct plan *plan, struct migrate_error *error);
/* One revision alone: all that it stands on is applied, and nothing that stands on it. */
void plan_single(struct arena *arena, const struct graph *graph, const struct position *position,
	uint32_t node, bool downgrade, struct plan *plan);
/* The rows after `stamp targets`: rows related to a target over all edges give way to it, others
 * stay, and the result is normalised. `base` takes every row, B@base those related to B over all
 * edges. purge: nothing stays. No steps but the rows of the plan. */
bool plan_stamp(struct arena *arena, const struct graph *graph, const struct position *position,
	const char *const *targets, size_t count, bool purge, struct plan *plan,
	struct migrate_error *error);

/* The revisions from A to B, both inclusive, in order: descendants of A that are ancestors of B,
 * over all edges. An empty A or `base` is below everything, B@base below all that B's lineage
 * needs; an empty B is `heads`. Ends the wrong way round are MIGRATE_E_TARGET. */
bool plan_range(const struct resolver *resolver, const char *from, const char *to,
	struct nodes *nodes, struct migrate_error *error);

#endif
