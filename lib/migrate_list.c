/* migrate_list: revisions as the caller sees them. Views are made once, when first asked for. */
#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "core/range.h"
#include "project.h"

struct migrate_list project_ids(struct migrate *migrate, struct nodes nodes)
{
	const char **item = ARENA_ARRAY(&migrate->arena, nodes.count, const char *);

	for (uint32_t i = 0; i < nodes.count; i++)
		item[i] = migrate->graph.revision[nodes.item[i]].id;
	return (struct migrate_list){item, nodes.count};
}

static struct migrate_list edge_ids(
	struct migrate *migrate, const struct edges *edges, uint32_t node)
{
	return project_ids(migrate,
		(struct nodes){edges->item + edges->start[node], edges_count(edges, node)});
}

static void fill_view(struct migrate *migrate, uint32_t node, struct migrate_revision *view)
{
	const struct graph *graph = &migrate->graph;
	const struct revision *revision = &graph->revision[node];

	view->id = revision->id;
	view->message = revision->message;
	view->created = revision->created;
	view->file = revision->text ? NULL : revision->file;
	view->irreversible = revision->irreversible;
	view->has_downgrade = revision->downgrade.present;
	view->down_revision = edge_ids(migrate, &graph->parents, node);
	view->depends_on = edge_ids(migrate, &graph->dependencies, node);
	view->branch_labels = project_names(&revision->labels);
	view->branches = project_names(&migrate->labels[node]);
	view->next = edge_ids(migrate, &graph->children, node);
	view->replaces = project_names(&revision->replaces);
	view->is_head = graph_is_head(graph, node, false);
	view->is_real_head = graph_is_head(graph, node, true);
	view->is_base = !edges_count(&graph->parents, node);
	view->is_branch_point = edges_count(&graph->children, node) > 1;
	view->is_merge_point = edges_count(&graph->parents, node) > 1;
}

const struct migrate_revision *project_view(struct migrate *migrate, uint32_t node)
{
	struct migrate_revision *view;

	if (!migrate->view) {
		migrate->labels = graph_labels(&migrate->arena, &migrate->graph);
		migrate->view = ARENA_ARRAY(
			&migrate->arena, migrate->graph.count, struct migrate_revision);
	}
	view = &migrate->view[node];
	if (!view->id)
		fill_view(migrate, node, view);
	return view;
}

void project_mark(struct migrate *migrate, const struct position *position)
{
	for (uint32_t i = 0; i < migrate->graph.count; i++) {
		project_view(migrate, i);
		migrate->view[i].applied = position->applied[i];
		migrate->view[i].current = false;
	}
	for (uint32_t i = 0; i < position->rows.count; i++)
		migrate->view[position->rows.item[i]].current = true;
}

static bool history_nodes(const struct resolver *resolver, const char *range, struct nodes *nodes,
	struct migrate_error *error)
{
	const char *from = "", *to = "";

	if (range && !range_split(resolver->arena, range, &from, &to)) {
		error_set(error, MIGRATE_E_USAGE, "\"%s\" is no range", range);
		return error_hint(error, "Write it as A:B, A: or :B.");
	}
	if (!plan_range(resolver, from, to, nodes, error))
		return false;
	for (uint32_t i = 0; i < nodes->count / 2; i++) {
		uint32_t *low = &nodes->item[i], *high = &nodes->item[nodes->count - 1 - i];
		uint32_t swap = *low;

		*low = *high;
		*high = swap;
	}
	return true;
}

static void branch_nodes(const struct resolver *resolver, struct nodes *nodes)
{
	const struct graph *graph = resolver->graph;

	nodes->item = ARENA_ARRAY(resolver->arena, graph->count, uint32_t);
	nodes->count = 0;
	for (uint32_t i = 0; i < graph->count; i++)
		if (edges_count(&graph->children, i) > 1)
			nodes->item[nodes->count++] = i;
	graph_sort(graph, *nodes);
}

static bool show_nodes(const struct resolver *resolver, const char *text, struct nodes *nodes,
	struct migrate_error *error)
{
	struct target target;

	if (!target_resolve(resolver, text, &target, error))
		return false;
	*nodes = target.nodes;
	if (nodes->count)
		return true;
	error_set(error, MIGRATE_E_TARGET, "\"%s\" is before the first revision", text);
	return error_hint(error, "There is nothing to show.");
}

static bool find_nodes(const struct resolver *resolver, enum migrate_listing listing,
	const char *range, struct nodes *nodes, struct migrate_error *error)
{
	switch (listing) {
	case MIGRATE_HISTORY: return history_nodes(resolver, range, nodes, error);
	case MIGRATE_HEADS: *nodes = graph_heads(resolver->arena, resolver->graph, false); break;
	case MIGRATE_REAL_HEADS:
		*nodes = graph_heads(resolver->arena, resolver->graph, true);
		break;
	case MIGRATE_BRANCHES: branch_nodes(resolver, nodes); break;
	case MIGRATE_SHOW: return show_nodes(resolver, range, nodes, error);
	}
	return true;
}

bool migrate_list(struct migrate *migrate, enum migrate_listing listing, const char *range,
	bool with_database, struct migrate_revisions *revisions, struct migrate_error *error)
{
	struct resolver resolver = {&migrate->arena, &migrate->graph, NULL};
	const struct migrate_revision **item;
	struct position position;
	struct db_state state;
	struct nodes nodes = {0};

	if (!project_load(migrate, error))
		return false;
	if (with_database || (range && target_asks_database(range))) {
		if (!project_position(migrate, DB_READ, false, &state, &position, error))
			return false;
		resolver.position = &position;
		project_mark(migrate, &position);
	}
	if (!find_nodes(&resolver, listing, range, &nodes, error))
		return false;
	item = ARENA_ARRAY(&migrate->arena, nodes.count, const struct migrate_revision *);
	for (uint32_t i = 0; i < nodes.count; i++)
		item[i] = project_view(migrate, nodes.item[i]);
	*revisions = (struct migrate_revisions){item, nodes.count};
	return true;
}
