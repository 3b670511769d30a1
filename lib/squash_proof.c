/* squash_proof: two scratch databases, one after the other, since what a script makes outside of
 * its database could not be there twice at a time. */
#include "squash_proof.h"

#include "base/error.h"
#include "scratch.h"

static bool begin(struct scratch *scratch, struct migrate *migrate, struct arena *memory,
	struct migrate_error *error)
{
	project_disconnect(migrate);
	return scratch_open(scratch, migrate, error) && scratch_lock(scratch, memory, error);
}

static bool run_marked(struct scratch *scratch, const struct graph *graph, const uint8_t *marks,
	struct migrate_error *error)
{
	struct arena memory = {0};
	bool good = scratch_run_marked(scratch, &memory, graph, marks, error);

	arena_release(&memory);
	return good;
}

/* A revision and all that it needs. */
static uint8_t *marks_up_to(struct arena *arena, const struct graph *graph, uint32_t node)
{
	uint8_t *marks = graph_marks(arena, graph);

	marks[node] = 1;
	graph_close(arena, graph, marks, GRAPH_DOWN);
	return marks;
}

bool squash_proof_begin(struct squash_proof *proof, struct migrate_error *error)
{
	struct migrate *migrate = proof->migrate;
	const struct graph *graph = &migrate->graph;
	const uint8_t *range = proof->squash->marks;
	uint8_t *below = marks_up_to(&proof->memory, graph, squash_last(proof->squash));
	struct scratch scratch = {0};
	bool good;

	for (uint32_t i = 0; i < graph->count; i++)
		below[i] &= !range[i];
	good = begin(&scratch, migrate, &proof->memory, error) &&
	       run_marked(&scratch, graph, below, error) &&
	       project_read_schema(migrate, scratch.db, &proof->memory, &proof->before, error) &&
	       run_marked(&scratch, graph, range, error) &&
	       project_read_schema(migrate, scratch.db, &proof->memory, &proof->after, error);
	scratch_close(&scratch);
	return good;
}

static bool expect(struct squash_proof *proof, struct scratch *scratch,
	const struct schema *expected, const char *what, struct migrate_error *error)
{
	struct migrate *migrate = proof->migrate;
	struct schema_changes changes;
	struct schema made;

	if (!project_read_schema(migrate, scratch->db, &proof->memory, &made, error))
		return false;
	schema_compare(&proof->memory, expected, &made, &changes);
	if (!changes.count)
		return true;
	error_set(error, MIGRATE_E_REFUSED, "%s: %s", what,
		project_schema_changes(migrate, &changes));
	return error_detail(error, "%s",
		project_schema_diff(migrate, &changes, "--- as it should be\n+++ as it is\n"));
}

static bool go_up(struct squash_proof *proof, struct scratch *scratch, const struct graph *graph,
	uint32_t node, struct migrate_error *error)
{
	const uint8_t *marks = marks_up_to(&proof->memory, graph, node);

	if (run_marked(scratch, graph, marks, error) &&
		expect(proof, scratch, &proof->after,
			"the one revision makes another schema than those it replaces", error))
		return true;
	if (!proof->joined)
		error_hint(error, "\"migrate squash --concat\" joins the scripts as they are.");
	return false;
}

static bool go_down(struct squash_proof *proof, struct scratch *scratch, const struct graph *graph,
	uint32_t node, struct migrate_error *error)
{
	struct arena memory = {0};
	bool good = !graph->revision[node].downgrade.present ||
		    (scratch_run_of(scratch, &memory, graph, node, true, NULL, error) &&
			    expect(proof, scratch, &proof->before,
				    "its downgrade does not bring back the schema below it",
				    error)) ||
		    error_hint(error,
			    "\"migrate verify\" finds whose downgrade it is: mend that, or write "
			    "\"-- irreversible: REASON\" in its place.");

	arena_release(&memory);
	return good;
}

bool squash_proof_compare(struct squash_proof *proof, const struct graph *graph, uint32_t node,
	struct migrate_error *error)
{
	struct migrate *migrate = proof->migrate;
	const struct schema *after = &proof->after;
	struct scratch scratch = {0};
	bool good = begin(&scratch, migrate, &proof->memory, error) &&
		    go_up(proof, &scratch, graph, node, error) &&
		    go_down(proof, &scratch, graph, node, error);

	scratch_close(&scratch);
	if (!good)
		return error_detail(
			error, "It was tried on a scratch database; no file was changed.");
	project_tell_unsupported(migrate, "not compared",
		&(struct migrate_list){after->unsupported, after->unsupported_count});
	return true;
}

void squash_proof_release(struct squash_proof *proof)
{
	arena_release(&proof->memory);
}
