/* position: rows to marks. Surprising: rows that other rows imply are told apart, not refused: hand
 * edits leave them, and a dependency that was added later. Nor is the last of the revisions that
 * another one replaced: it means that one. */
#include "core/position.h"

#include <string.h>

static void close_position(
	struct arena *arena, const struct graph *graph, uint8_t *given, struct position *position)
{
	position->applied = graph_marks(arena, graph);
	if (graph->count)
		memcpy(position->applied, given, graph->count);
	graph_close(arena, graph, position->applied, GRAPH_DOWN);
	position->rows = graph_maximal(arena, graph, position->applied, false);
	for (uint32_t i = 0; i < position->rows.count; i++)
		given[position->rows.item[i]] = 0;
	position->implied = graph_list(arena, graph, given);
}

/* Rows that are no ids of files, but those of revisions that others replaced. One that is in the
 * midst of what another replaced is unknown, unless all of that is applied. */
static void place_replaced(struct arena *arena, const struct graph *graph, const struct names *rows,
	struct position *position)
{
	const char **unknown = ARENA_ARRAY(arena, rows->count, const char *);
	uint8_t *adopted = graph_marks(arena, graph);

	for (uint32_t i = 0; i < rows->count; i++) {
		bool whole;
		uint32_t node;

		if (nametable_find(&graph->ids, rows->item[i]) != NAME_MISSING)
			continue;
		node = graph_replacement(graph, rows->item[i], &whole);
		if (node != NODE_NONE && position->applied[node])
			adopted[node] = 1;
		else
			unknown[position->unknown.count++] = rows->item[i];
	}
	position->unknown.item = unknown;
	position->adopted = graph_list(arena, graph, adopted);
}

void position_find(struct arena *arena, const struct graph *graph, const struct names *rows,
	struct position *position)
{
	uint8_t *given = graph_marks(arena, graph);

	memset(position, 0, sizeof *position);
	for (uint32_t i = 0; i < rows->count; i++) {
		uint32_t node = graph_find(graph, rows->item[i]);

		if (node != NODE_NONE)
			given[node] = 1;
	}
	close_position(arena, graph, given, position);
	place_replaced(arena, graph, rows, position);
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

bool position_has_row(const struct position *position, uint32_t node)
{
	for (uint32_t i = 0; i < position->rows.count; i++)
		if (position->rows.item[i] == node)
			return true;
	return false;
}

struct nodes position_within(struct arena *arena, const struct graph *graph,
	const struct position *position, const uint8_t *lineage)
{
	const struct nodes *rows = &position->rows;
	struct nodes found = {ARENA_ARRAY(arena, rows->count, uint32_t), 0};
	uint8_t *marks;

	for (uint32_t i = 0; i < rows->count; i++)
		if (!lineage || lineage[rows->item[i]])
			found.item[found.count++] = rows->item[i];
	if (found.count || !lineage)
		return found;
	marks = graph_marks(arena, graph);
	for (uint32_t i = 0; i < graph->count; i++)
		marks[i] = lineage[i] && position->applied[i];
	return graph_maximal(arena, graph, marks, true);
}
