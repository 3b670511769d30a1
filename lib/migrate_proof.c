/* migrate_proof: a revision that was written is read from its file and run, up and down, on the
 * scratch that the migrations have made, before anybody believes in it.
 *
 * Knows nothing of how it was written. Surprising: what is wrong is no error: the file is there,
 * and whoever asked for it mends it. */
#include <fcntl.h>

#include "base/error.h"
#include "base/file.h"
#include "generation.h"

struct proof {
	struct generation *generation;
	const char **item;
	uint32_t count, room;
};

static void note(struct proof *proof, const char *format, const char *section, const char *text)
{
	struct arena *arena = &proof->generation->migrate->arena;

	ARENA_GROW(arena, proof->item, proof->count, proof->room);
	proof->item[proof->count++] = arena_printf(arena, format, section, text);
}

/* Runs a section and compares; what is wrong is noted, and only an interruption is an error. */
static bool prove_section(
	struct proof *proof, const struct graph *graph, bool downgrade, struct migrate_error *error)
{
	struct generation *generation = proof->generation;
	const char *section = downgrade ? "downgrade" : "upgrade";
	struct migrate_error failure = {0};
	struct schema_changes changes;
	struct schema *reached;

	if (!generation_run(generation, graph, downgrade, NULL, &failure) ||
		!generation_read(generation, &reached, &failure)) {
		if (failure.code == MIGRATE_E_INTERRUPTED || failure.code == MIGRATE_E_TERMINATED)
			error_copy(error, &failure);
		note(proof, "the %s does not run: %s", section, failure.message);
		migrate_error_clear(&failure);
		return false;
	}
	schema_compare(&generation->migrate->arena,
		downgrade ? generation->made : generation->desired, reached, &changes);
	for (uint32_t i = 0; i < changes.count; i++)
		note(proof, "behind the %s a difference is left: %s", section,
			schema_change_text(&generation->migrate->arena, &changes, i));
	return true;
}

static bool read_written(
	struct generation *generation, struct revision *revision, struct migrate_error *error)
{
	struct arena *arena = &generation->migrate->arena;
	const char *file = generation->request->file;
	size_t size;
	const char *text = file_read(
		arena, AT_FDCWD, file, file, SCRIPT_LIMIT, &size, MIGRATE_E_SCRIPT, error);

	return text && revision_parse(arena, file, text, size, revision, error);
}

bool generation_prove(struct generation *generation, struct migrate_error *error)
{
	struct proof proof = {.generation = generation};
	struct revision revision;
	struct graph graph;

	if (!read_written(generation, &revision, error) ||
		!generation_graph(generation, &revision, &graph, error))
		return false;
	if (prove_section(&proof, &graph, false, error))
		prove_section(&proof, &graph, true, error);
	generation->request->unproved = generation_list(proof.item, proof.count);
	generation_tell(generation,
		arena_printf(&generation->migrate->arena, "%s: ", generation->request->file),
		generation->request->unproved);
	return !error->code;
}
