/* graph_build: what the checks of a graph under construction share. Internal to graph_build.c and
 * graph_cycle.c. */
#ifndef MIGRATE_CORE_GRAPH_BUILD_H
#define MIGRATE_CORE_GRAPH_BUILD_H

#include "core/graph.h"

struct builder {
	struct arena *arena;
	struct graph *graph;
	struct migrate_error *error;
	uint32_t offences;
};

/* Reports one offence: the first becomes the error, the rest its detail, up to a limit. */
__attribute__((format(printf, 3, 4))) void builder_offend(
	struct builder *builder, const char *file, const char *format, ...);
/* A hint on the first offence; does nothing later. */
__attribute__((format(printf, 2, 3))) void builder_hint(
	struct builder *builder, const char *format, ...);

/* Fills the table of replaced ids. Those of whole revisions and labels are there. */
void builder_add_replaced(struct builder *builder);
/* A name that no file has, where a revision replaced it: true, reported. */
bool builder_offend_replaced(
	struct builder *builder, const struct revision *revision, const char *name, bool versioned);

/* Reports cycles of parents, then those that dependencies close, none of which share a revision. */
void builder_check_cycles(struct builder *builder);

#endif
