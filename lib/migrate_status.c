/* migrate_status: where the database stands, and what a CI run should object to. Reading only. */
#include <string.h>

#include "base/error.h"
#include "project.h"
#include "run/check.h"

struct nodes project_changed(struct migrate *migrate, const struct db_state *state)
{
	struct nodes changed = {ARENA_ARRAY(&migrate->arena, state->applied_count, uint32_t), 0};

	for (size_t i = 0; i < state->applied_count; i++) {
		const struct db_applied *applied = &state->applied[i];
		uint32_t node = nametable_find(&migrate->graph.ids, applied->revision);

		if (node != NAME_MISSING && applied->checksum &&
			strcmp(migrate->source.checksum[node], applied->checksum) != 0)
			changed.item[changed.count++] = node;
	}
	graph_sort(&migrate->graph, changed);
	return changed;
}

static void fill_rows(
	struct migrate *migrate, const struct position *position, struct migrate_status *status)
{
	struct migrate_list rows = project_rows(migrate, position);
	struct migrate_row *row = ARENA_ARRAY(&migrate->arena, rows.count, struct migrate_row);

	for (size_t i = 0; i < rows.count; i++) {
		uint32_t node = nametable_find(&migrate->graph.ids, rows.item[i]);

		row[i].revision = rows.item[i];
		row[i].known = node == NAME_MISSING ? NULL : project_view(migrate, node);
	}
	status->rows = row;
	status->row_count = rows.count;
	status->current = rows;
}

/* The newest record of a revision tells how far it came. */
static void fill_half_done(
	struct migrate *migrate, const struct db_state *state, struct migrate_status *status)
{
	struct migrate_half_done *item = ARENA_ARRAY(
		&migrate->arena, state->journal_count, struct migrate_half_done);

	for (size_t i = 0; i < state->journal_count; i++) {
		const struct db_journal *record = &state->journal[i];
		size_t k = 0;

		while (k < status->half_done_count && strcmp(item[k].revision, record->revision))
			k++;
		status->half_done_count += k == status->half_done_count;
		item[k] = (struct migrate_half_done){.revision = record->revision,
			.direction = record->direction == DB_DOWNGRADE ? MIGRATE_DOWNGRADE
								       : MIGRATE_UPGRADE,
			.part = record->segment + (record->outcome == DB_DONE),
			.in_doubt = record->outcome == DB_STARTED};
	}
	status->half_done = item;
}

/* All that the real heads stand on and that is not applied, in the order that it would run. */
static struct nodes pending_nodes(struct migrate *migrate, const struct position *position)
{
	uint8_t *marks = graph_marks(&migrate->arena, &migrate->graph);

	for (uint32_t i = 0; i < migrate->graph.count; i++)
		marks[i] = !position->applied[i];
	return graph_order(&migrate->arena, &migrate->graph, marks);
}

bool migrate_status(struct migrate *migrate, bool with_changes, struct migrate_status *status,
	struct migrate_error *error)
{
	struct position position;
	struct db_state state;
	struct graph *graph = &migrate->graph;

	memset(status, 0, sizeof *status);
	if (!project_position(migrate, DB_READ, with_changes, &state, &position, error))
		return false;
	project_mark(migrate, &position);
	status->database = migrate->config.database->shown;
	status->dialect = migrate->driver->name;
	if (migrate->driver->encryption)
		status->tls = migrate->driver->encryption(migrate->db);
	fill_rows(migrate, &position, status);
	status->heads = project_ids(migrate, graph_heads(&migrate->arena, graph, false));
	status->real_heads = project_ids(migrate, graph_heads(&migrate->arena, graph, true));
	status->pending = project_ids(migrate, pending_nodes(migrate, &position));
	status->changed = project_ids(migrate, project_changed(migrate, &state));
	status->unknown = project_names(&position.unknown);
	fill_half_done(migrate, &state, status);
	status->up_to_date = !status->pending.count && !status->unknown.count &&
			     !status->half_done_count;
	return true;
}

/* -------- check -------- */

struct findings {
	struct migrate *migrate;
	struct migrate_finding *item;
	size_t count, capacity;
};

static struct migrate_finding *find(
	struct findings *findings, enum migrate_check check, const char *message)
{
	struct arena *arena = &findings->migrate->arena;
	struct migrate_finding *finding;

	if (findings->count == findings->capacity) {
		size_t capacity = findings->capacity ? findings->capacity * 2 : 16;
		struct migrate_finding *moved = ARENA_ARRAY(
			arena, capacity, struct migrate_finding);

		if (findings->count)
			memcpy(moved, findings->item, findings->count * sizeof *moved);
		findings->item = moved;
		findings->capacity = capacity;
	}
	finding = &findings->item[findings->count++];
	finding->check = check;
	finding->message = message;
	return finding;
}

/* An error of a script as a finding. */
static void find_error(struct findings *findings, uint32_t node, struct migrate_error *offence)
{
	struct arena *arena = &findings->migrate->arena;
	struct migrate_finding *finding = find(
		findings, MIGRATE_CHECK_SCRIPTS, arena_strdup(arena, offence->message));

	finding->hint = offence->hint ? arena_strdup(arena, offence->hint) : NULL;
	finding->file = findings->migrate->graph.revision[node].file;
	finding->line = offence->line;
	finding->column = offence->column;
	finding->revisions = project_ids(findings->migrate, (struct nodes){&node, 1});
	migrate_error_clear(offence);
}

/* What keeps the graph from being built: the first offence, and the others from its detail. */
static void find_load_error(struct findings *findings, struct migrate_error *offence)
{
	struct arena *arena = &findings->migrate->arena;
	struct migrate_finding *finding = find(
		findings, MIGRATE_CHECK_SCRIPTS, arena_strdup(arena, offence->message));
	char *line = offence->detail ? arena_strdup(arena, offence->detail) : NULL;

	finding->hint = offence->hint ? arena_strdup(arena, offence->hint) : NULL;
	finding->file = offence->file ? arena_strdup(arena, offence->file) : NULL;
	finding->line = offence->line;
	finding->column = offence->column;
	for (char *rest = NULL; line && (line = strtok_r(rest ? NULL : line, "\n", &rest));)
		find(findings, MIGRATE_CHECK_SCRIPTS, line);
	migrate_error_clear(offence);
}

static void check_heads(struct findings *findings)
{
	struct migrate *migrate = findings->migrate;
	struct nodes heads = graph_heads(&migrate->arena, &migrate->graph, false);
	struct migrate_finding *finding;

	if (heads.count <= 1)
		return;
	finding = find(findings, MIGRATE_CHECK_HEADS,
		arena_printf(&migrate->arena, "there are %u heads: %s", heads.count,
			nodes_text(&migrate->arena, &migrate->graph, heads)));
	finding->hint = "Join them with \"migrate merge -m MESSAGE\".";
	finding->revisions = project_ids(migrate, heads);
}

static void check_section(struct findings *findings, uint32_t node, bool downgrade)
{
	const struct revision *revision = &findings->migrate->graph.revision[node];
	struct migrate_error offence = {0};
	struct arena scratch = {0};
	struct script script;
	enum scan_dialect dialect = findings->migrate->driver ? findings->migrate->driver->scan
							      : SCAN_POSTGRESQL;

	if (!source_script(&scratch, revision, downgrade, &script, &offence) ||
		!check_script(dialect, revision->file, &script,
			findings->migrate->config.transaction_per_run, &offence))
		find_error(findings, node, &offence);
	arena_release(&scratch);
}

static void check_scripts(struct findings *findings)
{
	struct graph *graph = &findings->migrate->graph;

	for (uint32_t i = 0; i < graph->count; i++) {
		const struct revision *revision = &graph->revision[i];
		struct migrate_error offence = {0};

		check_section(findings, i, false);
		if (revision->downgrade.present)
			check_section(findings, i, true);
		else if (!revision->irreversible && !check_reversible(revision, &offence))
			find_error(findings, i, &offence);
	}
}

static void check_database(struct findings *findings, const struct position *position)
{
	struct migrate *migrate = findings->migrate;
	struct nodes pending = pending_nodes(migrate, position);
	struct migrate_finding *finding;

	if (pending.count) {
		finding = find(findings, MIGRATE_CHECK_DATABASE,
			arena_printf(&migrate->arena, "%u revision%s not applied: %s",
				pending.count, pending.count == 1 ? " is" : "s are",
				nodes_text(&migrate->arena, &migrate->graph, pending)));
		finding->hint = "Run \"migrate upgrade heads\".";
		finding->revisions = project_ids(migrate, pending);
	}
	for (uint32_t i = 0; i < position->unknown.count; i++) {
		finding = find(findings, MIGRATE_CHECK_DATABASE,
			arena_printf(&migrate->arena,
				"the database is at revision %s, which no script has",
				position->unknown.item[i]));
		finding->hint = "The checkout lacks a file: get it, or replace the row with "
				"\"migrate stamp REV\".";
		finding->revisions = (struct migrate_list){&position->unknown.item[i], 1};
	}
}

static void check_changes(struct findings *findings, const struct db_state *state)
{
	struct migrate *migrate = findings->migrate;
	struct nodes changed = project_changed(migrate, state);

	for (uint32_t i = 0; i < changed.count; i++) {
		const struct revision *revision = &migrate->graph.revision[changed.item[i]];
		struct migrate_finding *finding = find(findings, MIGRATE_CHECK_CHANGES,
			arena_printf(&migrate->arena, "revision %s was edited since it was applied",
				revision->id));

		finding->hint = "Undo the edit, and put the change into a new revision.";
		finding->file = revision->file;
		finding->line = revision->upgrade.line;
		finding->revisions = project_ids(migrate, (struct nodes){&changed.item[i], 1});
	}
}

bool migrate_check(struct migrate *migrate, unsigned checks, struct migrate_findings *out,
	struct migrate_error *error)
{
	struct findings findings = {.migrate = migrate};
	struct position position;
	struct db_state state;

	memset(out, 0, sizeof *out);
	if (!project_load(migrate, error)) {
		if (!(checks & MIGRATE_CHECK_SCRIPTS) ||
			(error->code != MIGRATE_E_SCRIPT && error->code != MIGRATE_E_GRAPH))
			return false;
		find_load_error(&findings, error);
		*out = (struct migrate_findings){findings.item, findings.count};
		return true;
	}
	if (checks & MIGRATE_CHECK_HEADS)
		check_heads(&findings);
	if (checks & MIGRATE_CHECK_SCRIPTS)
		check_scripts(&findings);
	if (checks & (MIGRATE_CHECK_DATABASE | MIGRATE_CHECK_CHANGES)) {
		if (!project_position(migrate, DB_READ, checks & MIGRATE_CHECK_CHANGES, &state,
			    &position, error))
			return false;
		if (checks & MIGRATE_CHECK_DATABASE)
			check_database(&findings, &position);
		if (checks & MIGRATE_CHECK_CHANGES)
			check_changes(&findings, &state);
	}
	*out = (struct migrate_findings){findings.item, findings.count};
	return true;
}
