/* lanes: the layout of `history --graph`: which column a revision stands in, and the lines between
 * two of them. Pure: numbers in, text out.
 *
 * Nodes come newest first, each before all that it stands on. A lane is a column that runs down to
 * one node that is still to come; a node that nobody waited for opens a lane on the right. Lanes
 * that end let those on their right move up. Upright lines are | and those aslant / and \; where
 * only dependencies run they are dotted, : and . in their places, and X is where two cross.
 */
#ifndef MIGRATE_CMD_LANES_H
#define MIGRATE_CMD_LANES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/str.h"

struct lane {
	uint32_t node; /* that it runs down to */
	bool dotted;   /* dependencies only */
};

struct lanes_move {
	size_t from, to; /* columns above and below */
	bool dotted;
};

/* A zeroed struct with an arena is a drawing that has not begun. */
struct lanes {
	struct arena *arena;
	struct lane *lane, *next; /* next: scratch, of the same capacity */
	struct lanes_move *move;
	size_t count, capacity, moves, move_capacity;
	size_t column; /* of the node that was placed last */
	bool ended;    /* it stands on nothing, and no line below it says so */
};

/* What a node stands on and is drawn: parents first, then dependencies. */
struct lanes_below {
	const uint32_t *item;
	size_t count, parents;
};

/* Appends the line of a node up to its lanes' end, without a line end; a blank stands where the
 * node's own sign belongs. Returns the offset of that in the text. Where the node would seem to go
 * on from the one above it though it does not, a line without it comes before. */
size_t lanes_place(struct lanes *lanes, uint32_t node, struct str *text);
/* The lanes beside further lines about the same node, without blanks at the end. */
void lanes_beside(const struct lanes *lanes, const struct lanes_below *below, struct str *text);
/* Appends the lines, none or several, that lead from the node that was placed to what comes next.
 */
void lanes_advance(struct lanes *lanes, const struct lanes_below *below, struct str *text);

#endif
