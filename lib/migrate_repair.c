/* migrate_repair: a person accepts that scripts are not what has run. The log gets a record of
 * each, and is compared with from then on; nothing of it runs, and no row changes.
 *
 * Surprising: a revision that stopped half way cannot be repaired. Its parts are numbered by its
 * text; with another text the number of the last one done would mean another statement. */
#include <string.h>

#include "base/error.h"
#include "project.h"

struct repair {
	struct migrate *migrate;
	struct migrate_repair *request;
	struct db_state state;
	struct position position;
	struct nodes changed;  /* all that were edited */
	struct nodes accepted; /* of these, those that were asked for */
};

static bool check_request(const struct migrate_repair *request, struct migrate_error *error)
{
	if (request->all + request->schema + !!request->count == 1)
		return true;
	if (request->schema)
		return error_set(error, MIGRATE_E_USAGE,
			"repair takes revisions, --all or --schema, one of them");
	if (request->all)
		return error_set(
			error, MIGRATE_E_USAGE, "repair takes revisions or --all, and not both");
	error_set(error, MIGRATE_E_USAGE, "repair needs the revisions whose edits are accepted");
	return error_hint(error, "\"migrate status\" lists what was edited; --all accepts all.");
}

static bool has_node(struct nodes nodes, uint32_t node)
{
	for (uint32_t i = 0; i < nodes.count; i++)
		if (nodes.item[i] == node)
			return true;
	return false;
}

static bool check_node(const struct repair *repair, uint32_t node, struct migrate_error *error)
{
	const char *id = repair->migrate->graph.revision[node].id;

	for (size_t i = 0; i < repair->state.journal_count; i++) {
		if (strcmp(repair->state.journal[i].revision, id) != 0)
			continue;
		error_set(error, MIGRATE_E_REFUSED, "revision %s stopped half way", id);
		return error_hint(error, "Undo the edit of what has run, finish the revision with "
					 "\"migrate upgrade\" or \"migrate downgrade\", and edit "
					 "and repair it then.");
	}
	if (repair->position.applied[node] || has_node(repair->changed, node))
		return true;
	error_set(error, MIGRATE_E_REFUSED, "revision %s is not applied", id);
	return error_hint(error, "There is nothing to repair: it will run as its file is then.");
}

static void accept(struct repair *repair, uint32_t node, struct migrate_list *unchanged)
{
	const char **item = (const char **)(uintptr_t)unchanged->item;

	if (!has_node(repair->changed, node))
		item[unchanged->count++] = repair->migrate->graph.revision[node].id;
	else if (!has_node(repair->accepted, node))
		repair->accepted.item[repair->accepted.count++] = node;
}

static bool accept_target(struct repair *repair, const char *text, struct migrate_error *error)
{
	struct migrate *migrate = repair->migrate;
	struct resolver resolver = {&migrate->arena, &migrate->graph, &repair->position};
	struct migrate_list *unchanged = &repair->request->unchanged;
	struct target target;
	const char **item;

	if (!target_resolve(&resolver, text, &target, error))
		return false;
	if (!target.nodes.count)
		return error_set(error, MIGRATE_E_TARGET, "\"%s\" is no revision", text);
	item = ARENA_ARRAY(&migrate->arena, unchanged->count + target.nodes.count, const char *);
	if (unchanged->count)
		memcpy(item, unchanged->item, unchanged->count * sizeof *item);
	unchanged->item = item;
	for (uint32_t i = 0; i < target.nodes.count; i++) {
		if (!check_node(repair, target.nodes.item[i], error))
			return false;
		accept(repair, target.nodes.item[i], unchanged);
	}
	return true;
}

static bool accept_all(struct repair *repair, struct migrate_error *error)
{
	for (uint32_t i = 0; i < repair->changed.count; i++) {
		if (!check_node(repair, repair->changed.item[i], error))
			return false;
		repair->accepted.item[repair->accepted.count++] = repair->changed.item[i];
	}
	return true;
}

/* From the database's state: what is to be accepted, with its edits. */
static bool find_edits(struct repair *repair, struct migrate_error *error)
{
	struct migrate *migrate = repair->migrate;
	struct migrate_repair *request = repair->request;

	project_place(migrate, &repair->state, &repair->position);
	if (!project_changed(migrate, &repair->state, &repair->position, &repair->changed, error))
		return false;
	repair->accepted.item = ARENA_ARRAY(&migrate->arena, repair->changed.count, uint32_t);
	for (size_t i = 0; i < request->count; i++)
		if (!accept_target(repair, request->targets[i], error))
			return false;
	if (request->all && !accept_all(repair, error))
		return false;
	graph_sort(&migrate->graph, repair->accepted);
	request->change_count = repair->accepted.count;
	return project_changes(migrate, repair->accepted, &request->changes, error);
}

static bool write_records(struct repair *repair, struct migrate_error *error)
{
	struct migrate *migrate = repair->migrate;
	struct nodes accepted = repair->accepted;
	struct arena scratch = {0};
	struct db_step *step = ARENA_ARRAY(&scratch, accepted.count, struct db_step);
	bool ok = true;

	for (uint32_t i = 0; ok && i < accepted.count; i++) {
		const struct revision *revision = &migrate->graph.revision[accepted.item[i]];
		struct script *script = ARENA_NEW(&scratch, struct script);

		ok = source_script(&scratch, revision, false, script, error);
		step[i] = (struct db_step){.revision = revision->id,
			.direction = DB_UPGRADE,
			.script = script->sql,
			.script_size = script->size,
			.source = script->whole,
			.source_size = script->whole_size,
			.checksum = script->checksum};
	}
	ok = ok &&
	     migrate->driver->accept(migrate->db, step, accepted.count, &repair->state.rows, error);
	arena_release(&scratch);
	return ok;
}

/* Under the lock the log is read again: what is accepted must be what is there. */
static bool repair_locked(struct repair *repair, struct migrate_error *error)
{
	struct migrate *migrate = repair->migrate;

	if (!migrate->driver->read(migrate->db, &migrate->arena, true, &repair->state, error) ||
		!find_edits(repair, error))
		return false;
	if (!repair->accepted.count)
		return true;
	repair->request->changed = write_records(repair, error);
	return repair->request->changed;
}

bool migrate_repair(
	struct migrate *migrate, struct migrate_repair *request, struct migrate_error *error)
{
	struct repair repair = {.migrate = migrate, .request = request};
	bool ok;

	request->changes = NULL;
	request->change_count = 0;
	request->unchanged = (struct migrate_list){0};
	request->changed = false;
	request->drift = (struct migrate_drift){0};
	if (!check_request(request, error))
		return false;
	if (request->schema)
		return project_accept_schema(migrate, request, error);
	if (!project_load(migrate, error) ||
		!project_connect(migrate, request->dry_run ? DB_READ : DB_WRITE, error))
		return false;
	if (request->dry_run)
		return migrate->driver->read(
			       migrate->db, &migrate->arena, true, &repair.state, error) &&
		       find_edits(&repair, error);
	if (!runner_lock(&migrate->runner, &repair.state, error))
		return false;
	ok = repair_locked(&repair, error);
	migrate->driver->unlock(migrate->db);
	return ok;
}
