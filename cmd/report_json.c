/* report_json: one JSON document on out. Its keys are a promise to scripts: keys may be added,
 * never changed; what is not known is null.
 *
 * Surprising: results and error go into the same object, which is written when all is over. */
#include "report_json.h"
#include "json.h"
#include "report.h"
#include "report_doctor.h"
#include "rules.h"

json_t *report_json_document(struct report *report)
{
	if (!report->document)
		report->document = json_object();
	return report->document;
}

void report_json_set(struct report *report, const char *key, json_t *value)
{
	json_object_set_new(report_json_document(report), key, value);
}

void report_json_revision(json_t *object, const struct migrate_revision *revision, bool marks)
{
	json_t *current = marks ? json_boolean(revision->current) : json_null();
	json_t *applied = marks ? json_boolean(revision->applied) : json_null();

	json_object_set_new(object, "revision", json_text(revision->id));
	json_object_set_new(object, "down_revision", json_list(&revision->down_revision));
	json_object_set_new(object, "depends_on", json_list(&revision->depends_on));
	json_object_set_new(object, "branch_labels", json_list(&revision->branch_labels));
	json_object_set_new(object, "replaces", json_list(&revision->replaces));
	json_object_set_new(object, "message", json_text(revision->message));
	json_object_set_new(object, "created", json_text(revision->created));
	json_object_set_new(object, "file", json_text(revision->file));
	json_object_set_new(object, "head", json_boolean(revision->is_head));
	json_object_set_new(object, "current", current);
	json_object_set_new(object, "applied", applied);
	json_object_set_new(object, "branches", json_list(&revision->branches));
	json_object_set_new(object, "next", json_list(&revision->next));
	json_object_set_new(object, "real_head", json_boolean(revision->is_real_head));
	json_object_set_new(object, "branch_point", json_boolean(revision->is_branch_point));
	json_object_set_new(object, "merge_point", json_boolean(revision->is_merge_point));
	json_object_set_new(object, "irreversible", json_text(revision->irreversible));
}

static void begin(struct report *report)
{
	(void)report;
	json_begin();
}

static void take_event(struct report *report, const struct migrate_event *event)
{
	json_t *warnings;

	report_event_text(report, event);
	if (event->kind != MIGRATE_WARNING)
		return;
	warnings = json_object_get(report_json_document(report), "warnings");
	if (!warnings)
		report_json_set(report, "warnings", warnings = json_array());
	json_array_append_new(warnings, json_text(event->text));
}

static void take_error(struct report *report, const struct migrate_error *error)
{
	json_t *object = json_object();

	json_object_set_new(object, "code", json_string(migrate_error_slug(error->code)));
	json_object_set_new(object, "exit_status", json_integer(migrate_error_status(error->code)));
	json_object_set_new(object, "message", json_text(error->message));
	json_object_set_new(object, "detail", json_text(error->detail));
	json_object_set_new(object, "hint", json_text(error->hint));
	json_object_set_new(object, "file", json_text(error->file));
	json_object_set_new(object, "line", json_number(error->line));
	json_object_set_new(object, "column", json_number(error->column));
	json_object_set_new(object, "statement", json_text(error->statement));
	json_object_set_new(
		object, "sqlstate", json_text(error->sqlstate[0] ? error->sqlstate : NULL));
	report_json_set(report, "error", object);
}

/* A failed check is a failure like any other, though its result is there too. */
void report_json_fail_check(struct report *report, const char *message)
{
	struct migrate_error failure = {.code = MIGRATE_E_CHECK, .message = message};

	take_error(report, &failure);
}

const char *report_json_command(const struct report *report)
{
	return command_of(report->options->command)->name;
}

static void take_files(struct report *report, const struct report_files *files)
{
	report_json_set(report, "command", json_string(report_json_command(report)));
	if (files->id) {
		report_json_set(report, "revision", json_text(files->id));
		report_json_set(report, "file", json_text(files->made.item[0]));
	} else {
		report_json_set(report, "files", json_list(&files->made));
	}
}

static void take_generated(struct report *report, const struct migrate_autogenerate *generated)
{
	report_json_set(report, "command", json_string(report_json_command(report)));
	report_json_set(report, "revision", json_text(generated->id));
	report_json_set(report, "file", json_text(generated->file));
	report_json_set(report, "changes", json_list(&generated->changes));
	report_json_set(report, "destroys", json_list(&generated->destroys));
	report_json_set(report, "downgrade_destroys", json_list(&generated->downgrade_destroys));
	report_json_set(report, "fails", json_list(&generated->fails));
	report_json_set(report, "not_written", json_list(&generated->impossible));
	report_json_set(report, "unproved", json_list(&generated->unproved));
	report_json_set(report, "unsupported", json_list(&generated->unsupported));
}

static const char *step_status(enum migrate_step_status status)
{
	switch (status) {
	case MIGRATE_PLANNED: return "planned";
	case MIGRATE_APPLIED: return "applied";
	case MIGRATE_UNKNOWN: return "unknown";
	case MIGRATE_FAILED: break;
	}
	return "failed";
}

static json_t *step_object(const struct migrate_step *step)
{
	json_t *object = json_object();
	bool up = step->direction == MIGRATE_UPGRADE;

	json_object_set_new(object, "revision", json_text(step->revision->id));
	json_object_set_new(object, "direction", json_string(up ? "upgrade" : "downgrade"));
	json_object_set_new(object, "message", json_text(step->revision->message));
	json_object_set_new(object, "file", json_text(step->revision->file));
	json_object_set_new(object, "status", json_string(step_status(step->status)));
	json_object_set_new(object, "statements", json_integer((json_int_t)step->statements));
	json_object_set_new(object, "from_log", json_boolean(!step->revision->file));
	json_object_set_new(object, "duration_ms", json_real((double)step->duration_us / 1000));
	return object;
}

static void take_plan(struct report *report, const struct migrate_plan *plan, bool failed)
{
	json_t *steps = json_array();

	(void)failed;
	report_json_set(report, "command", json_string(report_json_command(report)));
	report_json_set(report, "target", json_text(plan->request.target));
	report_json_set(report, "dry_run", json_boolean(plan->request.dry_run));
	report_json_set(report, "changed", json_boolean(plan->changed));
	report_json_set(report, "from", json_list(&plan->from));
	report_json_set(report, "to", json_list(&plan->to));
	report_json_set(report, "adopted", json_list(&plan->adopted));
	for (size_t i = 0; i < plan->count; i++)
		json_array_append_new(steps, step_object(&plan->steps[i]));
	report_json_set(report, "steps", steps);
}

static void take_stamp(struct report *report, const struct migrate_stamp *stamp)
{
	struct migrate_list targets = {stamp->targets, stamp->count};

	report_json_set(report, "command", json_string(report_json_command(report)));
	report_json_set(report, "targets", json_list(&targets));
	report_json_set(report, "purge", json_boolean(stamp->purge));
	report_json_set(report, "from", json_list(&stamp->from));
	report_json_set(report, "to", json_list(&stamp->to));
	report_json_set(report, "ended", json_list(&stamp->ended));
}

json_t *report_json_changes(const struct migrate_change *changes, size_t count)
{
	json_t *list = json_array();

	for (size_t i = 0; i < count; i++) {
		json_t *object = json_object();

		json_object_set_new(object, "revision", json_text(changes[i].revision->id));
		json_object_set_new(object, "message", json_text(changes[i].revision->message));
		json_object_set_new(object, "file", json_text(changes[i].revision->file));
		json_object_set_new(object, "applied_at", json_text(changes[i].applied_at));
		json_object_set_new(object, "applied_by", json_text(changes[i].applied_by));
		json_object_set_new(object, "diff", json_text(changes[i].diff));
		json_array_append_new(list, object);
	}
	return list;
}

static void take_repair(struct report *report, const struct migrate_repair *repair)
{
	report_json_set(report, "command", json_string(report_json_command(report)));
	report_json_set(report, "dry_run", json_boolean(repair->dry_run));
	report_json_set(report, "changed", json_boolean(repair->changed));
	report_json_set(
		report, "repaired", report_json_changes(repair->changes, repair->change_count));
	report_json_set(report, "unchanged", json_list(&repair->unchanged));
	report_json_set(report, "drift", report_json_drift(&repair->drift));
}

static void take_rebase(struct report *report, const struct migrate_rebase *rebase)
{
	report_json_set(report, "command", json_string(report_json_command(report)));
	report_json_set(report, "changed", json_boolean(rebase->changed));
	report_json_set(report, "revision", json_text(rebase->id));
	report_json_set(report, "file", json_text(rebase->file));
	report_json_set(report, "from", json_list(&rebase->from));
	report_json_set(report, "to", json_text(rebase->to));
}

static void take_squash(struct report *report, const struct migrate_squash *squash)
{
	report_json_set(report, "command", json_string(report_json_command(report)));
	report_json_set(report, "revision", json_text(squash->id));
	report_json_set(report, "file", json_text(squash->file));
	report_json_set(report, "joined", json_text(squash->joined));
	report_json_set(report, "irreversible", json_text(squash->irreversible));
	report_json_set(report, "replaces", json_list(&squash->replaced));
	report_json_set(report, "deleted", json_list(&squash->deleted));
	report_json_set(report, "rewritten", json_list(&squash->rewritten));
}

static void take_ensured(struct report *report, bool created)
{
	report_json_set(report, "command", json_string(report_json_command(report)));
	report_json_set(report, "created", json_boolean(created));
}

static void take_database(struct report *report, const struct report_database *database)
{
	report_json_set(report, "command", json_string(report_json_command(report)));
	report_json_set(report, "action", json_text(database->action));
	report_json_set(report, "database", json_text(database->database));
	report_json_set(report, "changed", json_boolean(database->changed));
}

static void take_testdb(struct report *report, const struct report_testdb *testdb)
{
	report_json_set(report, "command", json_string(report_json_command(report)));
	report_json_set(report, "action", json_text(testdb->action));
	if (testdb->made) {
		report_json_set(report, "name", json_text(testdb->made->name));
		report_json_set(report, "url", json_text(testdb->made->url));
		report_json_set(report, "template_built", json_boolean(testdb->made->built));
	}
	if (testdb->dropped)
		report_json_set(report, "dropped", json_list(testdb->dropped));
}

static const char *listing_key(enum migrate_listing listing)
{
	switch (listing) {
	case MIGRATE_HEADS:
	case MIGRATE_REAL_HEADS: return "heads";
	case MIGRATE_BRANCHES: return "branches";
	case MIGRATE_HISTORY:
	case MIGRATE_SHOW: break;
	}
	return "revisions";
}

static void take_revisions(struct report *report, enum migrate_listing listing,
	const struct migrate_revisions *revisions, const struct migrate_status *status)
{
	json_t *array = json_array();

	for (size_t i = 0; i < revisions->count; i++) {
		json_t *object = json_object();

		report_json_revision(object, revisions->item[i], status != NULL);
		json_array_append_new(array, object);
	}
	report_json_set(report, listing_key(listing), array);
	if (status)
		report_json_set(report, "unknown", json_list(&status->unknown));
}

static json_t *finding_object(const struct migrate_finding *finding)
{
	json_t *object = json_object();

	json_object_set_new(object, "check", json_string(rule_of(finding->check)->id));
	json_object_set_new(object, "message", json_text(finding->message));
	json_object_set_new(object, "hint", json_text(finding->hint));
	json_object_set_new(object, "file", json_text(finding->file));
	json_object_set_new(object, "line", json_number(finding->line));
	json_object_set_new(object, "column", json_number(finding->column));
	json_object_set_new(object, "revisions", json_list(&finding->revisions));
	json_object_set_new(object, "diff", json_text(finding->diff));
	json_object_set_new(object, "fix", json_text(finding->fix));
	return object;
}

static void take_findings(struct report *report, const struct migrate_findings *findings)
{
	json_t *array = json_array();

	for (size_t i = 0; i < findings->count; i++)
		json_array_append_new(array, finding_object(&findings->item[i]));
	report_json_set(report, "ok", json_boolean(findings->count == 0));
	report_json_set(report, "findings", array);
	if (findings->count)
		report_json_fail_check(report, "the check found something");
}

static void take_diagnosis(struct report *report, const struct migrate_diagnosis *diagnosis)
{
	report_json_set(report, "findings", json_symptoms(diagnosis));
	report_json_set(report, "summary", json_summary(diagnosis));
	if (diagnosis->levels[MIGRATE_LEVEL_PROBLEM])
		report_json_fail_check(report, "the doctor found problems");
}

static void take_verified(struct report *report, const struct migrate_verify *verify)
{
	report_json_set(report, "command", json_string(report_json_command(report)));
	report_json_set(report, "verified", json_integer((json_int_t)verify->verified));
	report_json_set(report, "skipped", json_list(&verify->skipped));
	take_findings(report, &verify->findings);
}

/* Keys keep the order in which they came, and warnings come first but belong last. */
static void move_warnings(json_t *document)
{
	json_t *warnings = json_incref(json_object_get(document, "warnings"));

	if (!warnings)
		return;
	json_object_del(document, "warnings");
	json_object_set_new(document, "warnings", warnings);
}

static void finish(struct report *report)
{
	if (!report->document)
		return;
	move_warnings(report->document);
	json_write(&report->out.text, report->document);
	json_decref(report->document);
	report->document = NULL;
}

const struct report_format report_json = {
	.begin = begin,
	.event = take_event,
	.error = take_error,
	.files = take_files,
	.generated = take_generated,
	.plan = take_plan,
	.stamp = take_stamp,
	.repair = take_repair,
	.dump = report_json_dump,
	.diff = report_json_schema_diff,
	.rebase = take_rebase,
	.squash = take_squash,
	.ensured = take_ensured,
	.database = take_database,
	.testdb = take_testdb,
	.current = report_json_current,
	.status = report_json_status,
	.locks = report_json_locks,
	.revisions = take_revisions,
	.findings = take_findings,
	.diagnosis = take_diagnosis,
	.verified = take_verified,
	.finish = finish,
};
