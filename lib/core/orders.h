/* orders: in which orders branches can run that are going to be merged. Pure.
 *
 * Branches are the revisions below some tips. What all tips stand on is the base, and runs first in
 * any order; then one tip after the other with what it needs and is not there yet. */
#ifndef MIGRATE_CORE_ORDERS_H
#define MIGRATE_CORE_ORDERS_H

#include "core/graph.h"

enum { ORDERS_ALL = 3 }; /* as many tips are tried in all orders */

struct order {
	struct nodes tips;  /* the branches in this order */
	struct nodes nodes; /* those above the base, in the order that they run; room
			       for one more */
};

struct orders {
	struct nodes tips;
	struct nodes base; /* in the order that it runs */
	uint8_t **below;   /* of each tip: marks of itself and of what it stands on */
	/* Up to three tips in all orders; more by rotation: each goes first once, and each of two
	 * before the other. Of those that run the same revisions in the same order only one. */
	struct order *item;
	uint32_t count;
};

void orders_find(
	struct arena *arena, const struct graph *graph, struct nodes tips, struct orders *orders);
/* With how many of its first revisions the order runs a tip's branch, and nothing else; 0 where
 * another branch is in between. */
uint32_t order_runs_alone(const struct orders *orders, const struct order *order, uint32_t tip);
/* Does one of the tips stand on the revision, and not the other? Both as indexes. */
bool orders_is_of(const struct orders *orders, uint32_t node, uint32_t tip, uint32_t other);
/* What a revision joins: its parents and dependencies, none of which stands on another. */
struct nodes orders_joined(struct arena *arena, const struct graph *graph, uint32_t node);

#endif
