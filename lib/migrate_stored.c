/* migrate_stored: revisions that no file has and the log has, put into the graph, so that they can
 * be planned and run like others. Only those that the rows of the database stand on.
 *
 * Surprising: what the rows stand on is known only from their stored files, so the log may be asked
 * several times; but what it says is applied is asked for at once, and is nearly always all. */
#include <string.h>

#include "base/error.h"
#include "core/stored.h"
#include "project.h"

/* What the log has of revisions without a file. */
struct candidates {
	struct migrate *migrate;
	struct names asked;        /* whose records were asked for */
	struct revision *revision; /* those that came as whole files */
	uint8_t *needed;           /* marks, parallel */
	uint32_t count;
	struct nametable ids;
	struct names ask; /* to be asked for next */
	/* Marks of the files' revisions that these stand on. Where it is wanted, what nobody has is
	 * passed over; else it is an error. */
	uint8_t *ground;
	bool tell; /* which ones are taken from the log */
};

static void add_name(struct arena *arena, struct names *names, const char *name)
{
	const char **item = (const char **)(uintptr_t)names->item;

	if (!(names->count & (names->count - 1))) { /* full at each power of two */
		const char **grown = ARENA_ARRAY(
			arena, names->count ? (size_t)names->count * 2 : 1, const char *);

		if (names->count)
			memcpy(grown, item, names->count * sizeof *grown);
		names->item = item = grown;
	}
	item[names->count++] = name;
}

/* Records are oldest first, so the last one of a revision counts. */
static void take_records(struct candidates *candidates, const struct db_records *records)
{
	struct arena *arena = &candidates->migrate->arena;
	uint32_t most = candidates->count + (uint32_t)records->count;
	struct revision *revision = ARENA_ARRAY(arena, most, struct revision);

	nametable_init(&candidates->ids, arena, most);
	for (uint32_t i = 0; i < candidates->count; i++) {
		revision[i] = candidates->revision[i];
		nametable_add(&candidates->ids, revision[i].id, i);
	}
	candidates->revision = revision;
	for (size_t i = records->count; i-- > 0;) {
		const struct db_record *record = &records->item[i];
		struct migrate_error unreadable = {0};
		struct stored stored;

		if (record->sql &&
			stored_read(arena, record->revision, record->sql, &stored, &unreadable) &&
			stored.whole &&
			nametable_add(&candidates->ids, stored.revision.id, candidates->count))
			revision[candidates->count++] = stored.revision;
		migrate_error_clear(&unreadable);
	}
}

static bool recall(struct candidates *candidates, struct migrate_error *error)
{
	struct migrate *migrate = candidates->migrate;
	struct db_records records;

	for (uint32_t i = 0; i < candidates->ask.count; i++)
		add_name(&migrate->arena, &candidates->asked, candidates->ask.item[i]);
	if (!migrate->driver->recall(
		    migrate->db, &migrate->arena, &candidates->ask, &records, error))
		return false;
	candidates->ask = (struct names){0};
	take_records(candidates, &records);
	return true;
}

/* The candidate that an edge's name means, or NAME_MISSING. A dependency may be a label. */
static uint32_t find_candidate(
	const struct candidates *candidates, const char *name, bool versioned)
{
	uint32_t found = nametable_find(&candidates->ids, name);

	for (uint32_t i = 0; !versioned && found == NAME_MISSING && i < candidates->count; i++)
		if (names_have(&candidates->revision[i].labels, name))
			found = i;
	return found;
}

static bool fail_missing(const char *name, struct migrate_error *error)
{
	error_set(error, MIGRATE_E_UNKNOWN_REVISION,
		"no file has revision %s, and migrate_log has not its file either", name);
	error_detail(error, "The log keeps the file of a revision that was upgraded by migrate: "
			    "not of one that was stamped or came from another tool.");
	return error_hint(error, "Get the file: another branch or a newer commit has it. "
				 "\"migrate stamp REV\" replaces the row and runs nothing.");
}

/* One in the midst of what another revision replaced: that is not applied, and only what it stands
 * on is known to be. */
static bool need_replaced(
	struct candidates *candidates, const char *name, struct migrate_error *error)
{
	struct migrate *migrate = candidates->migrate;
	const struct graph *graph = &migrate->graph;
	uint32_t node = nametable_find(&graph->replaced, name);

	for (uint32_t k = 0; candidates->ground && k < edges_count(&graph->parents, node); k++)
		candidates->ground[edges_at(&graph->parents, node, k)] = 1;
	if (candidates->ground)
		return true;
	error_set(error, MIGRATE_E_UNKNOWN_REVISION,
		"revision %s is applied, which revision %s replaced, and more than it", name,
		graph->revision[node].id);
	return error_hint(error, "%s", project_replaced_hint(migrate, name));
}

/* Marks what a name means as needed, or leaves it to be asked for. *next: where the index of what
 * is newly needed goes. */
static bool need(struct candidates *candidates, const char *name, bool versioned, uint32_t **next,
	struct migrate_error *error)
{
	const struct graph *graph = &candidates->migrate->graph;
	uint32_t node = graph_find(graph, name), index;

	if (node == NODE_NONE && nametable_find(&graph->replaced, name) != NAME_MISSING)
		return need_replaced(candidates, name, error);
	if (node == NODE_NONE && !versioned)
		node = nametable_find(&graph->labels, name);
	if (node != NODE_NONE) {
		if (candidates->ground)
			candidates->ground[node] = 1;
		return true;
	}
	index = find_candidate(candidates, name, versioned);
	if (index == NAME_MISSING && names_have(&candidates->asked, name))
		return candidates->ground || fail_missing(name, error);
	if (index == NAME_MISSING && !names_have(&candidates->ask, name))
		add_name(&candidates->migrate->arena, &candidates->ask, name);
	if (index == NAME_MISSING || candidates->needed[index])
		return true;
	candidates->needed[index] = 1;
	*(*next)++ = index;
	return true;
}

static bool need_all(struct candidates *candidates, const struct names *names, bool versioned,
	uint32_t **next, struct migrate_error *error)
{
	for (uint32_t i = 0; i < names->count; i++)
		if (!need(candidates, names->item[i], versioned, next, error))
			return false;
	return true;
}

/* From the rows down to what files have. */
static bool follow(
	struct candidates *candidates, const struct names *rows, struct migrate_error *error)
{
	struct arena *arena = &candidates->migrate->arena;
	uint32_t *queue = ARENA_ARRAY(arena, candidates->count, uint32_t), *next = queue;

	candidates->needed = ARENA_ARRAY(arena, candidates->count, uint8_t);
	if (!need_all(candidates, rows, true, &next, error))
		return false;
	for (uint32_t *at = queue; at < next; at++) {
		const struct revision *revision = &candidates->revision[*at];

		if (!need_all(candidates, &revision->parents, true, &next, error) ||
			!need_all(candidates, &revision->dependencies, false, &next, error))
			return false;
	}
	return true;
}

/* -------- The graph with them -------- */

void project_without_log(struct migrate *migrate)
{
	if (!migrate->extended)
		return;
	migrate->source = migrate->files;
	migrate->graph = migrate->files_graph;
	migrate->view = NULL;
	migrate->runner.read = NULL;
	migrate->extended = false;
}

static const char *checksum_of(struct arena *arena, const struct revision *revision)
{
	char checksum[CHECKSUM_SIZE];

	script_checksum(
		revision->text + revision->upgrade.offset, revision->upgrade.size, checksum);
	return arena_strdup(arena, checksum);
}

static void tell_of(struct migrate *migrate, const char *id)
{
	project_emit(migrate, MIGRATE_NOTICE,
		arena_printf(&migrate->arena,
			"no file has revision %s: migrate_log has its file as it was", id));
}

static bool extend(struct candidates *candidates, struct migrate_error *error)
{
	struct migrate *migrate = candidates->migrate;
	struct arena *arena = &migrate->arena;
	uint32_t count = migrate->source.count, most = count + candidates->count;
	struct revision *revision = ARENA_ARRAY(arena, most, struct revision);
	const char **checksum = ARENA_ARRAY(arena, most, const char *);
	struct graph graph;

	for (uint32_t i = 0; i < count; i++) {
		revision[i] = migrate->source.revision[i];
		checksum[i] = migrate->source.checksum[i];
	}
	for (uint32_t i = 0; i < candidates->count; i++) {
		if (!candidates->needed[i])
			continue;
		revision[count] = candidates->revision[i];
		checksum[count++] = checksum_of(arena, &candidates->revision[i]);
		if (candidates->tell)
			tell_of(migrate, candidates->revision[i].id);
	}
	if (!graph_build(arena, revision, count, &graph, error))
		return false;
	migrate->files = migrate->source;
	migrate->files_graph = migrate->graph;
	migrate->source = (struct source){revision, checksum, count};
	migrate->graph = graph;
	migrate->view = NULL;
	migrate->runner.read = NULL;
	migrate->extended = true;
	return true;
}

/* What the log says is applied and no file has, the rows among it. */
static void ask_first(struct candidates *candidates, const struct db_state *state)
{
	struct migrate *migrate = candidates->migrate;
	const struct nametable *ids = &migrate->graph.ids;

	for (size_t i = 0; i < state->applied_count; i++)
		if (nametable_find(ids, state->applied[i].revision) == NAME_MISSING)
			add_name(&migrate->arena, &candidates->ask, state->applied[i].revision);
}

static bool collect(struct candidates *candidates, const struct db_state *state,
	const struct names *rows, struct migrate_error *error)
{
	nametable_init(&candidates->ids, &candidates->migrate->arena, 0);
	ask_first(candidates, state);
	do {
		if (candidates->ask.count && !recall(candidates, error))
			return false;
		if (!follow(candidates, rows, error))
			return false;
	} while (candidates->ask.count);
	return true;
}

bool project_ground_missing(struct migrate *migrate, const struct db_state *state,
	struct position *position, struct migrate_error *error)
{
	struct graph *graph = &migrate->graph;
	struct candidates candidates = {.migrate = migrate};

	if (!position->unknown.count || !state->has_log)
		return true;
	candidates.ground = graph_marks(&migrate->arena, graph);
	if (!collect(&candidates, state, &position->unknown, error))
		return false;
	graph_close(&migrate->arena, graph, candidates.ground, GRAPH_DOWN);
	for (uint32_t i = 0; i < graph->count; i++)
		position->applied[i] |= candidates.ground[i];
	return true;
}

bool project_position_from_log(struct migrate *migrate, enum db_access access, bool tell,
	struct db_state *state, struct position *position, struct migrate_error *error)
{
	struct candidates candidates = {.migrate = migrate, .tell = tell};

	if (!project_load(migrate, error) || !project_connect(migrate, access, error) ||
		!migrate->driver->read(migrate->db, &migrate->arena, true, state, error))
		return false;
	position_find(&migrate->arena, &migrate->graph, &state->rows, position);
	if (position->unknown.count && state->has_log &&
		(!collect(&candidates, state, &position->unknown, error) ||
			!extend(&candidates, error)))
		return false;
	if (tell)
		project_place(migrate, state, position);
	else
		position_find(&migrate->arena, &migrate->graph, &state->rows, position);
	return true;
}
