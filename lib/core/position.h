/* position: where a database stands, its rows found in the graph. Pure. */
#ifndef MIGRATE_CORE_POSITION_H
#define MIGRATE_CORE_POSITION_H

#include "core/graph.h"

struct position {
	struct nodes rows;    /* normalised: maximal over all edges */
	uint8_t *applied;     /* marks: the closure of the rows over all edges */
	struct names unknown; /* rows that no script knows */
	struct nodes implied; /* rows that other rows imply, and that are to be dropped */
	/* Revisions that the rows name by what they replaced: their own ids are to be written */
	struct nodes adopted;
};

/* rows: the strings of the version table. */
void position_find(struct arena *arena, const struct graph *graph, const struct names *rows,
	struct position *position);
/* From nodes instead; nothing is unknown. */
void position_of(struct arena *arena, const struct graph *graph, struct nodes nodes,
	struct position *position);

bool position_has_row(const struct position *position, uint32_t node);

/* Where a branch stands, given its lineage's marks: the rows in it; where there is none, the tips
 * by versioned edges of what is applied in it, because revisions elsewhere depend on that; where
 * there is none either, nothing. Without a lineage (NULL) the rows. */
struct nodes position_within(struct arena *arena, const struct graph *graph,
	const struct position *position, const uint8_t *lineage);

#endif
