/* migrate_verify_branches: do the branches make one schema in any order? Asked when each revision
 * has been tried; the scratch database that they were tried on is left here. */
#include <string.h>

#include "base/error.h"
#include "trial.h"
#include "verify.h"

/* The same revisions, the newest that can go first: branches the other way round. */
static struct nodes other_order(struct verifying *v)
{
	const struct graph *graph = &v->migrate->graph;
	uint32_t *missing = ARENA_ARRAY(&v->migrate->arena, graph->count + 1, uint32_t);
	struct nodes order = {ARENA_ARRAY(&v->migrate->arena, graph->count + 1, uint32_t), 0};
	uint32_t *stack = ARENA_ARRAY(&v->migrate->arena, graph->count + 1, uint32_t), top = 0;

	for (uint32_t i = 0; i < graph->count; i++)
		missing[i] = edges_count(&graph->parents, i) + edges_count(&graph->dependencies, i);
	for (uint32_t i = 0; i < v->order.count; i++)
		if (!missing[v->order.item[i]])
			stack[top++] = v->order.item[i];
	while (top) {
		uint32_t node = stack[--top];
		const struct edges *up[] = {&graph->children, &graph->dependents};

		order.item[order.count++] = node;
		for (size_t e = 0; e < 2; e++)
			for (uint32_t i = 0; i < edges_count(up[e], node); i++)
				if (!--missing[edges_at(up[e], node, i)])
					stack[top++] = edges_at(up[e], node, i);
	}
	return order;
}

/* Does more than one order exist? */
static bool has_branches(struct verifying *v)
{
	const struct graph *graph = &v->migrate->graph;
	uint32_t joins = 0;

	for (uint32_t i = 0; i < graph->count; i++)
		joins += edges_count(&graph->parents, i) + edges_count(&graph->dependencies, i) > 1;
	return joins || graph_heads(&v->migrate->arena, graph, true).count > 1;
}

/* The subject goes; on a server it goes down first, from these that it stands on: what scripts make
 * outside of it, a role, would stay, and be in the way of the next one. */
static bool leave(
	struct verifying *v, struct nodes order, uint32_t count, struct migrate_error *error)
{
	struct migrate_error failure = {0};
	bool down = !verify_has_digest(v);

	while (down && count)
		down = verify_run(v, &v->subject, order.item[--count], true, &failure);
	if (project_was_stopped(&failure))
		error_copy(error, &failure);
	migrate_error_clear(&failure);
	scratch_close(&v->subject);
	return !error->code;
}

/* The branches of each merge, and of the heads. What does not run in a new database was in the way
 * of nothing else, and is told. */
static bool verify_joins(struct verifying *v, struct migrate_error *error)
{
	struct migrate_error why = {0};

	return (merge_check_joins(&v->found, MIGRATE_CHECK_VERIFY, v->wanted, &why) &&
		       (v->verify->range ||
			       merge_check_heads(&v->found, MIGRATE_CHECK_VERIFY, &why))) ||
	       merge_tell_untried(v->migrate, &why, error);
}

static bool verify_order(struct verifying *v, struct migrate_error *error)
{
	struct nodes order = other_order(v);
	struct migrate_error failure = {0};
	struct migrate_finding *finding;

	if (!verify_renew(v, 0, error))
		return false;
	for (uint32_t i = 0; i < order.count; i++) {
		arena_release(&v->memory);
		if (verify_run(v, &v->subject, order.item[i], false, &failure))
			continue;
		if (project_was_stopped(&failure))
			return error_copy(error, &failure);
		verify_find_failure(v, order.item[i],
			"with the branches in another order the upgrade", &failure);
		return leave(v, order, i, error);
	}
	return verify_compare(v, &v->before, "another order of the branches makes another schema",
		       &finding, error) &&
	       leave(v, order, order.count, error);
}

/* All orders are too many: those of each merge, and then, where that is asked for and none of them
 * was wrong, one more of all. */
bool verify_branches(struct verifying *v, struct migrate_error *error)
{
	size_t before = v->found.count;

	if (!leave(v, v->order, v->order.count, error) || !has_branches(v))
		return !error->code;
	return verify_joins(v, error) &&
	       (v->verify->range || v->found.count > before || verify_order(v, error));
}
