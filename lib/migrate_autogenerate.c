/* migrate_autogenerate: a revision from what the migrations make to what the configuration desires,
 * and back.
 *
 * Knows which schemas are compared and what is refused; what is written is in schema/, renames are
 * in migrate_renaming.c. Surprising: renames run on the scratch as a revision that nobody ever
 * sees, up and down again, so that the comparison has them and the proof begins without. */
#include <string.h>

#include "base/error.h"
#include "generation.h"
#include "schema/alter.h"

/* -------- Both schemas -------- */

/* What the new revision will stand on. */
static uint8_t *ground(struct generation *generation)
{
	struct migrate *migrate = generation->migrate;
	struct resolver resolver = {&migrate->arena, &migrate->graph, NULL};
	const struct migrate_list *others = &generation->request->revision.depends_on;
	uint8_t *marks = graph_marks(&migrate->arena, &migrate->graph);
	struct nodes parents = generation->parts.parents;
	struct migrate_error ignored = {0};
	uint32_t node;

	for (uint32_t i = 0; i < parents.count; i++)
		marks[parents.item[i]] = 1;
	for (size_t i = 0; i < others->count; i++)
		if (target_resolve_one(&resolver, others->item[i], &node, &ignored))
			marks[node] = 1;
	migrate_error_clear(&ignored);
	graph_close(&migrate->arena, &migrate->graph, marks, GRAPH_DOWN);
	return marks;
}

bool generation_read(
	struct generation *generation, struct schema **schema, struct migrate_error *error)
{
	struct migrate *migrate = generation->migrate;

	*schema = ARENA_NEW(&migrate->arena, struct schema);
	return project_read_schema(
		migrate, generation->scratch.db, &migrate->arena, *schema, error);
}

static bool read_both(
	struct generation *generation, struct renames *renames, struct migrate_error *error)
{
	struct scratch *scratch = &generation->scratch;

	generation->desired = ARENA_NEW(&generation->migrate->arena, struct schema);
	return project_read_desired(generation->migrate, generation->desired, renames, error) &&
	       scratch_open(scratch, generation->migrate, error) &&
	       scratch_lock(scratch, &generation->memory, error) &&
	       scratch_run_marked(scratch, &generation->memory, &generation->migrate->graph,
		       ground(generation), error) &&
	       generation_read(generation, &generation->made, error);
}

bool generation_graph(struct generation *generation, const struct revision *added,
	struct graph *graph, struct migrate_error *error)
{
	const struct graph *own = &generation->migrate->graph;
	struct arena *arena = &generation->migrate->arena;
	struct revision *revision = ARENA_ARRAY(arena, own->count + 1, struct revision);

	for (uint32_t i = 0; i < own->count; i++)
		revision[i] = own->revision[i];
	revision[own->count] = *added;
	return graph_build(arena, revision, own->count + 1, graph, error);
}

bool generation_run(struct generation *generation, const struct graph *graph, bool downgrade,
	const char *text, struct migrate_error *error)
{
	arena_release(&generation->memory);
	return scratch_run_of(&generation->scratch, &generation->memory, graph, graph->count - 1,
		downgrade, text, error);
}

/* The renames run as a revision does, up, and down again for what is written. */
static bool rename_and_read(struct generation *generation, struct migrate_error *error)
{
	static const struct section section = {.present = true,
		.line = 1,
		.options = {.lock_timeout = DURATION_UNSET, .statement_timeout = DURATION_UNSET}};
	struct migrate_list ids = project_ids(generation->migrate, generation->parts.parents);
	const struct revision renames = {.id = "migrate.renames",
		.message = "",
		.file = "renames",
		.parents = {ids.item, (uint32_t)ids.count},
		.upgrade = section,
		.downgrade = section};
	const struct renaming *renaming = &generation->renaming;
	struct graph graph;

	generation->renamed = generation->made;
	if (!*renaming->upgrade)
		return true;
	if (!generation_graph(generation, &renames, &graph, error) ||
		!generation_run(generation, &graph, false, renaming->upgrade, error))
		return error_hint(error, "The comments \"-- renamed from:\" in the desired schema "
					 "ask for it. Where it "
					 "needs more than a rename, write that revision by hand.");
	return generation_read(generation, &generation->renamed, error) &&
	       generation_run(generation, &graph, true, renaming->downgrade, error);
}

/* -------- What is written -------- */

struct migrate_list generation_list(const char **item, uint32_t count)
{
	return (struct migrate_list){(const char *const *)item, count};
}

static void list_changes(struct generation *generation)
{
	const struct schema_changes *changes = &generation->changes;
	const struct renaming *renaming = &generation->renaming;
	struct arena *arena = &generation->migrate->arena;
	const char **item = ARENA_ARRAY(arena, renaming->count + changes->count + 1, const char *);
	uint32_t count = 0;

	for (uint32_t i = 0; i < renaming->count; i++)
		item[count++] = renaming->told[i];
	for (uint32_t i = 0; i < changes->count; i++)
		item[count++] = schema_change_text(arena, changes, i);
	generation->request->changes = generation_list(item, count);
}

static void list_unsupported(struct generation *generation)
{
	const struct schema *made = generation->made, *desired = generation->desired;
	const char **item = ARENA_ARRAY(&generation->migrate->arena,
		made->unsupported_count + desired->unsupported_count + 1, const char *);
	uint32_t count = 0;

	for (uint32_t i = 0; i < made->unsupported_count; i++)
		item[count++] = made->unsupported[i];
	for (uint32_t i = 0; i < desired->unsupported_count; i++)
		if (!names_have(&(struct names){item, count}, desired->unsupported[i]))
			item[count++] = desired->unsupported[i];
	generation->request->unsupported = generation_list(item, count);
	project_tell_unsupported(
		generation->migrate, "not compared", &generation->request->unsupported);
}

static struct migrate_list remarks(const struct schema_remarks *remarks)
{
	return generation_list(remarks->item, remarks->count);
}

static void write_sections(struct generation *generation)
{
	struct migrate *migrate = generation->migrate;
	struct migrate_autogenerate *request = generation->request;
	struct schema_alteration up = {.out = &generation->upgrade};
	struct schema_alteration down = {.out = &generation->downgrade};
	struct schema_changes back;

	schema_compare(&migrate->arena,
		schema_altered(&migrate->arena, generation->renamed, generation->desired),
		generation->renamed, &back);
	str_add(&generation->upgrade, generation->renaming.upgrade);
	schema_alter(&migrate->arena, &generation->changes, migrate->driver->schema, &up);
	schema_alter(&migrate->arena, &back, migrate->driver->schema, &down);
	str_add(&generation->downgrade, generation->renaming.downgrade);
	request->destroys = remarks(&up.destroys);
	request->downgrade_destroys = remarks(&down.destroys);
	request->fails = remarks(&up.fails);
	request->impossible = remarks(&up.impossible);
}

static bool has_statement(const struct str *sql)
{
	for (const char *line = str_text(sql); *line; line = strchrnul(line, '\n')) {
		line += strspn(line, " \t\n");
		if (*line && strncmp(line, "--", 2) != 0)
			return true;
	}
	return false;
}

void generation_tell(struct generation *generation, const char *before, struct migrate_list list)
{
	struct migrate *migrate = generation->migrate;

	for (size_t i = 0; i < list.count; i++)
		project_emit(migrate, MIGRATE_WARNING,
			arena_printf(&migrate->arena, "%s%s", before, list.item[i]));
}

static bool refuse_destruction(struct generation *generation, struct migrate_error *error)
{
	struct migrate_list destroys = generation->request->destroys;

	if (!destroys.count || generation->request->allow_destructive)
		return true;
	error_set(
		error, MIGRATE_E_REFUSED, "the upgrade would destroy data, so nothing is written");
	for (size_t i = 0; i < destroys.count; i++)
		error_detail(error, "destroys: %s", destroys.item[i]);
	return error_hint(error, "Give --allow-destructive if that is what you want; what was "
				 "renamed says so with \"-- renamed from: OLD\" in the desired "
				 "schema.");
}

static bool write_file(struct generation *generation, struct migrate_error *error)
{
	struct migrate_autogenerate *request = generation->request;

	generation->parts.upgrade = str_text(&generation->upgrade);
	generation->parts.downgrade = str_text(&generation->downgrade);
	return project_write_revision(generation->migrate, &request->revision, &generation->parts,
		&request->id, &request->file, error);
}

/* -------- All of it -------- */

static bool generate(struct generation *generation, struct migrate_error *error)
{
	struct migrate *migrate = generation->migrate;
	struct renames renames = {0};

	if (!read_both(generation, &renames, error) ||
		!renaming_find(migrate, generation->made, generation->desired, &renames,
			&generation->renaming, error) ||
		!rename_and_read(generation, error))
		return false;
	schema_compare(
		&migrate->arena, generation->renamed, generation->desired, &generation->changes);
	list_changes(generation);
	list_unsupported(generation);
	write_sections(generation);
	renaming_propose(migrate, &generation->changes);
	generation_tell(generation, "not written: ", generation->request->impossible);
	if (!refuse_destruction(generation, error))
		return false;
	generation_tell(generation, "the upgrade destroys: ", generation->request->destroys);
	generation_tell(generation, "the upgrade fails where ", generation->request->fails);
	return !has_statement(&generation->upgrade) ||
	       (write_file(generation, error) && generation_prove(generation, error));
}

bool migrate_autogenerate(
	struct migrate *migrate, struct migrate_autogenerate *request, struct migrate_error *error)
{
	struct generation generation = {.migrate = migrate, .request = request};
	bool good;

	request->id = request->file = NULL;
	if (!project_need_desired(migrate, error) ||
		!project_find_parents(
			migrate, &request->revision, &generation.parts.parents, error))
		return false;
	if (!migrate->driver)
		return error_copy(error, &migrate->config.database_error);
	project_disconnect(migrate);
	good = generate(&generation, error);
	scratch_close(&generation.scratch);
	arena_release(&generation.memory);
	str_release(&generation.upgrade);
	str_release(&generation.downgrade);
	return good;
}
