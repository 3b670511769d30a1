/* migrate_check: what a CI run should object to, one finding for each thing. Reading only. */
#include <stdio.h>
#include <string.h>

#include "base/error.h"
#include "base/file.h"
#include "run/check.h"
#include "trial.h"

struct migrate_finding *findings_add(
	struct findings *findings, enum migrate_check check, const char *message)
{
	struct migrate_finding *finding;

	ARENA_GROW(&findings->migrate->arena, findings->item, findings->count, findings->capacity);
	finding = &findings->item[findings->count++];
	finding->check = check;
	finding->message = message;
	finding->near = findings->migrate->config.file;
	return finding;
}

void findings_add_error(struct findings *findings, enum migrate_check check, uint32_t node,
	struct migrate_error *offence)
{
	struct arena *arena = &findings->migrate->arena;
	struct migrate_finding *finding = findings_add(
		findings, check, arena_strdup(arena, offence->message));

	finding->hint = offence->hint ? arena_strdup(arena, offence->hint) : NULL;
	finding->file = finding->near = findings->migrate->graph.revision[node].file;
	finding->fix = arena_printf(
		arena, "migrate edit %s", findings->migrate->graph.revision[node].id);
	finding->line = offence->line;
	finding->column = offence->column;
	finding->revisions = project_ids(findings->migrate, (struct nodes){&node, 1});
	migrate_error_clear(offence);
}

/* "migrations/x.sql:3:4: what is wrong" or without the numbers; a line without a file stays whole.
 */
static void find_detail(struct findings *findings, const char *line)
{
	struct arena *arena = &findings->migrate->arena;
	const char *end = strstr(line, ".sql:"), *message;
	struct migrate_finding *finding = findings_add(findings, MIGRATE_CHECK_SCRIPTS, line);
	int size = 0;

	if (!end)
		return;
	end += sizeof ".sql" - 1;
	if (sscanf(end, ":%zu:%zu:%n", &finding->line, &finding->column, &size) < 2 || !size)
		size = 1;
	message = end + size;
	finding->file = finding->near = arena_strndup(arena, line, (size_t)(end - line));
	finding->message = message + (*message == ' ');
}

/* What keeps the graph from being built: the first offence, and the others from its detail. */
static void find_load_error(struct findings *findings, struct migrate_error *offence)
{
	struct arena *arena = &findings->migrate->arena;
	struct migrate_finding *finding = findings_add(
		findings, MIGRATE_CHECK_SCRIPTS, arena_strdup(arena, offence->message));
	char *line = offence->detail ? arena_strdup(arena, offence->detail) : NULL;

	finding->hint = offence->hint ? arena_strdup(arena, offence->hint) : NULL;
	finding->file = offence->file ? arena_strdup(arena, offence->file) : NULL;
	finding->near = finding->file ? finding->file : finding->near;
	finding->line = offence->line;
	finding->column = offence->column;
	for (char *rest = NULL; line && (line = strtok_r(rest ? NULL : line, "\n", &rest));)
		find_detail(findings, line);
	migrate_error_clear(offence);
}

static void check_heads(struct findings *findings)
{
	struct migrate *migrate = findings->migrate;
	struct nodes heads = graph_heads(&migrate->arena, &migrate->graph, false);
	struct migrate_finding *finding;

	if (heads.count <= 1)
		return;
	finding = findings_add(findings, MIGRATE_CHECK_HEADS,
		arena_printf(&migrate->arena, "there are %u heads: %s", heads.count,
			nodes_text(&migrate->arena, &migrate->graph, heads)));
	finding->fix = arena_printf(&migrate->arena, "%s -m MESSAGE",
		target_merge_command(&migrate->arena, &migrate->graph, heads));
	finding->hint = arena_printf(&migrate->arena, "Join them with \"%s\".", finding->fix);
	finding->near = migrate->graph.revision[heads.item[heads.count - 1]].file;
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
		findings_add_error(findings, MIGRATE_CHECK_SCRIPTS, node, &offence);
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
			findings_add_error(findings, MIGRATE_CHECK_SCRIPTS, i, &offence);
	}
}

static void check_unknown(struct findings *findings, const struct migrate_missing *missing)
{
	struct migrate *migrate = findings->migrate;
	struct migrate_finding *finding = findings_add(findings, MIGRATE_CHECK_DATABASE,
		arena_printf(&migrate->arena,
			"the database is at revision %s, which no script has: %s",
			missing->revision, project_missing_text(migrate, missing)));

	finding->hint = project_missing_hint(migrate, missing, 1);
	finding->revisions = (struct migrate_list){&missing->revision, 1};
}

static void check_half_done(struct findings *findings, const struct db_state *state)
{
	struct migrate *migrate = findings->migrate;
	size_t count;
	const struct migrate_half_done *half = project_half_done(migrate, state, &count);

	for (size_t i = 0; i < count; i++) {
		uint32_t node = nametable_find(&migrate->graph.ids, half[i].revision);
		struct migrate_finding *finding = findings_add(findings, MIGRATE_CHECK_DATABASE,
			arena_printf(&migrate->arena,
				"the %s of revision %s stopped half way, before part %ld",
				half[i].direction == MIGRATE_DOWNGRADE ? "downgrade" : "upgrade",
				half[i].revision, half[i].part));

		finding->hint = half[i].hint;
		finding->revisions = (struct migrate_list){&half[i].revision, 1};
		if (node != NAME_MISSING)
			finding->file = finding->near = migrate->graph.revision[node].file;
	}
}

static bool check_database(struct findings *findings, const struct db_state *state,
	const struct position *position, struct migrate_error *error)
{
	struct migrate *migrate = findings->migrate;
	struct nodes pending = project_pending(migrate, position);
	const struct migrate_missing *missing;
	struct migrate_finding *finding;

	if (pending.count) {
		finding = findings_add(findings, MIGRATE_CHECK_DATABASE,
			arena_printf(&migrate->arena, "%u revision%s not applied: %s",
				pending.count, pending.count == 1 ? " is" : "s are",
				nodes_text(&migrate->arena, &migrate->graph, pending)));
		/* What stands below a row that no file has may be applied. */
		if (!position->unknown.count) {
			finding->hint = "Run \"migrate upgrade heads\".";
			finding->fix = "migrate upgrade heads";
		}
		finding->near = migrate->graph.revision[pending.item[0]].file;
		finding->revisions = project_ids(migrate, pending);
	}
	check_half_done(findings, state);
	if (!project_missing(migrate, state, position, &missing, error))
		return false;
	for (uint32_t i = 0; i < position->unknown.count; i++)
		check_unknown(findings, &missing[i]);
	return true;
}

static void find_change(
	struct findings *findings, uint32_t node, const struct migrate_change *change)
{
	struct migrate *migrate = findings->migrate;
	const struct revision *revision = &migrate->graph.revision[node];
	struct migrate_finding *finding = findings_add(findings, MIGRATE_CHECK_CHANGES,
		arena_printf(&migrate->arena, "revision %s was edited since it was applied",
			revision->id));

	finding->hint = arena_printf(&migrate->arena,
		"Undo the edit, and put the change into a new revision; or accept it with "
		"\"migrate repair %s\".",
		revision->id);
	finding->fix = arena_printf(&migrate->arena, "migrate repair %s", revision->id);
	finding->file = finding->near = revision->file;
	finding->line = revision->upgrade.line;
	finding->revisions = project_ids(migrate, (struct nodes){&node, 1});
	finding->diff = change->diff;
}

static bool check_changes(struct findings *findings, const struct db_state *state,
	const struct position *position, struct migrate_error *error)
{
	const struct migrate_change *changes;
	struct nodes changed;

	if (!project_changed(findings->migrate, state, position, &changed, error) ||
		!project_changes(findings->migrate, changed, &changes, error))
		return false;
	for (uint32_t i = 0; i < changed.count; i++)
		find_change(findings, changed.item[i], &changes[i]);
	return true;
}

static bool check_with_database(
	struct findings *findings, unsigned checks, struct migrate_error *error)
{
	struct migrate *migrate = findings->migrate;
	struct position position;
	struct db_state state;

	return project_position(migrate, DB_READ, true, &state, &position, error) &&
	       project_ground_missing(migrate, &state, &position, error) &&
	       (!(checks & MIGRATE_CHECK_DATABASE) ||
		       check_database(findings, &state, &position, error)) &&
	       (!(checks & MIGRATE_CHECK_CHANGES) ||
		       check_changes(findings, &state, &position, error));
}

static bool check_schema(struct findings *findings, struct migrate_error *error)
{
	struct migrate *migrate = findings->migrate;
	const char *schema = migrate->config.schema;
	struct migrate_finding *finding;
	struct schema_changes changes;

	if (!project_need_desired(migrate, error) ||
		!project_compare_desired(migrate, &changes, error))
		return false;
	if (!changes.count)
		return true;
	finding = findings_add(findings, MIGRATE_CHECK_SCHEMA,
		arena_printf(&migrate->arena, "the migrations do not make the schema of %s: %s",
			schema ? schema : "schema_command",
			project_schema_changes(migrate, &changes)));
	finding->hint = "Write a revision that makes it so: \"migrate diff migrations schema\" "
			"shows what is missing.";
	finding->diff = project_schema_diff(
		migrate, &changes, "--- the migrations\n+++ the schema\n");
	if (schema && !is_directory(schema))
		finding->file = finding->near = schema;
	return true;
}

/* Beside what was asked for, the heads: they are going to be merged. */
static bool check_merge(struct findings *findings, unsigned *checks, struct migrate_error *error)
{
	struct nodes heads = graph_heads(
		&findings->migrate->arena, &findings->migrate->graph, true);
	unsigned asked = *checks;

	if (heads.count > 1)
		*checks |= MIGRATE_CHECK_MERGE;
	return !(*checks & MIGRATE_CHECK_MERGE) || merge_check(findings, asked, error);
}

/* All checks are those that the configuration has something to say about. */
static unsigned configured(const struct migrate *migrate, unsigned checks)
{
	if ((checks & MIGRATE_CHECK_ALL) != MIGRATE_CHECK_ALL)
		return checks;
	if (!project_has_desired(migrate))
		checks &= ~(unsigned)MIGRATE_CHECK_SCHEMA;
	if (!migrate->config.drift)
		checks &= ~(unsigned)MIGRATE_CHECK_DRIFT;
	return checks;
}

bool migrate_check_since(struct migrate *migrate, unsigned checks, const char *base,
	struct migrate_findings *out, struct migrate_error *error)
{
	bool all = (checks & MIGRATE_CHECK_ALL) == MIGRATE_CHECK_ALL;
	bool with_merge = all || checks & MIGRATE_CHECK_MERGE;
	struct findings findings = {.migrate = migrate};

	memset(out, 0, sizeof *out);
	checks = configured(migrate, checks);
	if (!project_load(migrate, error)) {
		if (!(checks & (MIGRATE_CHECK_SCRIPTS | MIGRATE_CHECK_SINCE)) ||
			(error->code != MIGRATE_E_SCRIPT && error->code != MIGRATE_E_GRAPH))
			return false;
		find_load_error(&findings, error);
		*out = (struct migrate_findings){
			findings.item, findings.count, MIGRATE_CHECK_SCRIPTS};
		return true;
	}
	if (checks & MIGRATE_CHECK_HEADS)
		check_heads(&findings);
	if (checks & MIGRATE_CHECK_SCRIPTS)
		check_scripts(&findings);
	if (checks & MIGRATE_CHECK_SINCE && !check_since(&findings, base, error))
		return false;
	if (checks & (MIGRATE_CHECK_DATABASE | MIGRATE_CHECK_CHANGES) &&
		!check_with_database(&findings, checks, error))
		return false;
	if (checks & MIGRATE_CHECK_DRIFT && !check_drift(&findings, error))
		return false;
	if (checks & MIGRATE_CHECK_SCHEMA && !check_schema(&findings, error))
		return false;
	if (with_merge && !check_merge(&findings, &checks, error))
		return false;
	*out = (struct migrate_findings){findings.item, findings.count, checks};
	return true;
}

bool migrate_check(struct migrate *migrate, unsigned checks, struct migrate_findings *findings,
	struct migrate_error *error)
{
	return migrate_check_since(
		migrate, checks & ~(unsigned)MIGRATE_CHECK_SINCE, NULL, findings, error);
}
