/* migrate_merge: may branches be joined? Where each order of them makes the same schema. What the
 * orders make is migrate_trial.c's to find out; here is what is told of it. */
#include <string.h>

#include "base/error.h"
#include "trial.h"

static void tell_all(
	struct migrate *migrate, enum migrate_event_kind kind, const struct migrate_list *lines)
{
	for (size_t i = 0; i < lines->count; i++)
		project_emit(migrate, kind, lines->item[i]);
}

static void tell_overlaps(struct migrate *migrate, const struct trial *trial)
{
	tell_all(migrate, MIGRATE_WARNING, &trial->same);
	tell_all(migrate, MIGRATE_NOTICE, &trial->parts);
}

static const char *place_of(struct migrate *migrate, const struct migrate_error *why)
{
	if (!why->file)
		return "";
	return arena_printf(&migrate->arena, "%s:%zu: ", why->file, why->line ? why->line : 1);
}

bool merge_tell_untried(
	struct migrate *migrate, struct migrate_error *why, struct migrate_error *error)
{
	if (project_was_stopped(why))
		error_copy(error, why);
	else
		project_emit(migrate, MIGRATE_NOTICE,
			arena_printf(&migrate->arena,
				"the orders of the branches were not tried: %s%s",
				place_of(migrate, why), why->message));
	migrate_error_clear(why);
	return !error->code;
}

/* Many branches have too many orders. */
static void tell_bound(struct migrate *migrate, struct nodes tips)
{
	if (tips.count > ORDERS_ALL)
		project_emit(migrate, MIGRATE_NOTICE,
			arena_printf(&migrate->arena,
				"of the orders of %u branches %u were tried: each goes first once",
				tips.count, tips.count));
}

static bool hint_refusal(struct migrate_error *refusal)
{
	return error_hint(refusal, "Put one branch on the other with \"migrate rebase\"; or join "
				   "them with --no-scratch, and let the merge's own script make it "
				   "one schema.");
}

bool merge_is_safe(struct migrate *migrate, struct nodes parents, struct migrate_error *error)
{
	struct trial trial = {.with_overlaps = true};
	struct migrate_error why = {0};

	if (!trial_run(migrate, parents, NODE_NONE, &trial, &why)) {
		migrate_error_clear(&trial.refusal);
		return merge_tell_untried(migrate, &why, error);
	}
	tell_bound(migrate, parents);
	tell_overlaps(migrate, &trial);
	if (trial.refusal.code) {
		hint_refusal(&trial.refusal);
		error_copy(error, &trial.refusal);
	}
	migrate_error_clear(&trial.refusal);
	return !error->code;
}

/* -------- As findings -------- */

static const char *hint_of(struct migrate *migrate, const struct trial *trial, uint32_t join)
{
	const char *hint = join == NODE_NONE ? "Put one branch on the other with \"migrate rebase\""
					     : "Let the script of the merge make it one schema";

	return arena_printf(&migrate->arena, "%s%s%s.", hint, trial->same.count ? "; " : "",
		trial->same.count ? trial->same.item[0] : "");
}

/* join: the revision that joins the tips; NODE_NONE: none does. */
static void find_refusal(struct findings *findings, enum migrate_check check, struct nodes tips,
	uint32_t join, const struct trial *trial)
{
	struct migrate *migrate = findings->migrate;
	const struct revision *revision = migrate->graph.revision;
	uint32_t node = trial->node != NODE_NONE ? trial->node
			: join != NODE_NONE      ? join
						 : tips.item[tips.count - 1];
	struct migrate_finding *finding = findings_add(
		findings, check, arena_strdup(&migrate->arena, trial->refusal.message));

	finding->hint = hint_of(migrate, trial, join);
	finding->file = finding->near = revision[node].file;
	finding->line = trial->refusal.line ? trial->refusal.line : 1;
	finding->column = trial->refusal.column ? trial->refusal.column : 1;
	finding->revisions = project_ids(migrate, tips);
	finding->diff = trial->diff;
}

static bool check_tips(struct findings *findings, enum migrate_check check, struct nodes tips,
	uint32_t join, struct migrate_error *error)
{
	struct trial trial = {.with_overlaps = check == MIGRATE_CHECK_MERGE};
	bool good = trial_run(findings->migrate, tips, join, &trial, error);

	if (good && trial.refusal.code)
		find_refusal(findings, check, tips, join, &trial);
	if (good && join == NODE_NONE)
		tell_overlaps(findings->migrate, &trial);
	migrate_error_clear(&trial.refusal);
	return good;
}

bool merge_check_joins(struct findings *findings, enum migrate_check check, const uint8_t *wanted,
	struct migrate_error *error)
{
	const struct graph *graph = &findings->migrate->graph;
	struct arena memory = {0};
	bool good = true;

	for (uint32_t node = 0; good && node < graph->count; node++) {
		struct nodes tips;

		if ((wanted && !wanted[node]) ||
			edges_count(&graph->parents, node) +
					edges_count(&graph->dependencies, node) <
				2)
			continue;
		tips = orders_joined(&memory, graph, node);
		good = tips.count < 2 || check_tips(findings, check, tips, node, error);
		arena_release(&memory);
	}
	return good;
}

bool merge_check_heads(
	struct findings *findings, enum migrate_check check, struct migrate_error *error)
{
	struct migrate *migrate = findings->migrate;
	struct nodes heads = graph_heads(&migrate->arena, &migrate->graph, true);

	return heads.count < 2 || check_tips(findings, check, heads, NODE_NONE, error);
}

bool merge_check(struct findings *findings, unsigned checks, struct migrate_error *error)
{
	struct migrate_error why = {0};

	if (checks & MIGRATE_CHECK_MERGE)
		return merge_check_heads(findings, MIGRATE_CHECK_MERGE, error) &&
		       merge_check_joins(findings, MIGRATE_CHECK_MERGE, NULL, error);
	return merge_check_heads(findings, MIGRATE_CHECK_MERGE, &why) ||
	       merge_tell_untried(findings->migrate, &why, error);
}
