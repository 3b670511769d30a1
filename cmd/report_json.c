/* report_json: one JSON document on out. Its keys are a promise to scripts: keys may be added,
 * never changed; what is not known is null.
 *
 * Surprising: results and error go into the same object, which is written when all is over. */
#include "json.h"
#include "report.h"
#include "report_doctor.h"
#include "rules.h"

static json_t *document_of(struct report *report)
{
	if (!report->document)
		report->document = json_object();
	return report->document;
}

static void set(struct report *report, const char *key, json_t *value)
{
	json_object_set_new(document_of(report), key, value);
}

/* marks: the database was asked, so that applied and current mean something. */
static void set_revision(json_t *object, const struct migrate_revision *revision, bool marks)
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
	warnings = json_object_get(document_of(report), "warnings");
	if (!warnings)
		set(report, "warnings", warnings = json_array());
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
	set(report, "error", object);
}

/* A failed check is a failure like any other, though its result is there too. */
static void fail_check(struct report *report, const char *message)
{
	struct migrate_error failure = {.code = MIGRATE_E_CHECK, .message = message};

	take_error(report, &failure);
}

static const char *command_name(const struct report *report)
{
	return command_of(report->options->command)->name;
}

static void take_files(struct report *report, const struct report_files *files)
{
	set(report, "command", json_string(command_name(report)));
	if (files->id) {
		set(report, "revision", json_text(files->id));
		set(report, "file", json_text(files->made.item[0]));
	} else {
		set(report, "files", json_list(&files->made));
	}
}

static void take_generated(struct report *report, const struct migrate_autogenerate *generated)
{
	set(report, "command", json_string(command_name(report)));
	set(report, "revision", json_text(generated->id));
	set(report, "file", json_text(generated->file));
	set(report, "changes", json_list(&generated->changes));
	set(report, "destroys", json_list(&generated->destroys));
	set(report, "downgrade_destroys", json_list(&generated->downgrade_destroys));
	set(report, "fails", json_list(&generated->fails));
	set(report, "not_written", json_list(&generated->impossible));
	set(report, "unproved", json_list(&generated->unproved));
	set(report, "unsupported", json_list(&generated->unsupported));
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
	set(report, "command", json_string(command_name(report)));
	set(report, "target", json_text(plan->request.target));
	set(report, "dry_run", json_boolean(plan->request.dry_run));
	set(report, "changed", json_boolean(plan->changed));
	set(report, "from", json_list(&plan->from));
	set(report, "to", json_list(&plan->to));
	set(report, "adopted", json_list(&plan->adopted));
	for (size_t i = 0; i < plan->count; i++)
		json_array_append_new(steps, step_object(&plan->steps[i]));
	set(report, "steps", steps);
}

static void take_stamp(struct report *report, const struct migrate_stamp *stamp)
{
	struct migrate_list targets = {stamp->targets, stamp->count};

	set(report, "command", json_string(command_name(report)));
	set(report, "targets", json_list(&targets));
	set(report, "purge", json_boolean(stamp->purge));
	set(report, "from", json_list(&stamp->from));
	set(report, "to", json_list(&stamp->to));
	set(report, "ended", json_list(&stamp->ended));
}

static json_t *json_changes(const struct migrate_change *changes, size_t count)
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

static void take_dump(struct report *report, const struct migrate_dump *dump)
{
	set(report, "command", json_string(command_name(report)));
	set(report, "unsupported", json_list(&dump->unsupported));
	if (!dump->expected) {
		set(report, "sql", json_text(dump->sql));
		return;
	}
	set(report, "same", json_boolean(!dump->diff));
	set(report, "diff", json_text(dump->diff));
}

static void take_schema_diff(struct report *report, const struct migrate_diff *diff)
{
	set(report, "command", json_string(command_name(report)));
	set(report, "from", json_text(diff->from));
	set(report, "to", json_text(diff->to));
	set(report, "same", json_boolean(!diff->changes.count));
	set(report, "changes", json_list(&diff->changes));
	set(report, "diff", json_text(diff->diff));
	set(report, "unsupported", json_list(&diff->unsupported));
}

static const char *drift_state(enum migrate_drift_state state)
{
	switch (state) {
	case MIGRATE_DRIFT_OFF: return "off";
	case MIGRATE_DRIFT_UNKNOWN: return "unknown";
	case MIGRATE_DRIFT_OUTDATED: return "outdated";
	case MIGRATE_DRIFT_NONE: return "none";
	case MIGRATE_DRIFT_FOUND: break;
	}
	return "found";
}

static json_t *json_drift(const struct migrate_drift *drift)
{
	json_t *object;

	if (drift->state == MIGRATE_DRIFT_OFF)
		return json_null();
	object = json_object();
	json_object_set_new(object, "state", json_string(drift_state(drift->state)));
	json_object_set_new(object, "recorded_at", json_text(drift->recorded_at));
	json_object_set_new(object, "recorded_by", json_text(drift->recorded_by));
	json_object_set_new(object, "changes", json_list(&drift->changes));
	json_object_set_new(object, "diff", json_text(drift->diff));
	return object;
}

static void take_repair(struct report *report, const struct migrate_repair *repair)
{
	set(report, "command", json_string(command_name(report)));
	set(report, "dry_run", json_boolean(repair->dry_run));
	set(report, "changed", json_boolean(repair->changed));
	set(report, "repaired", json_changes(repair->changes, repair->change_count));
	set(report, "unchanged", json_list(&repair->unchanged));
	set(report, "drift", json_drift(&repair->drift));
}

static void take_rebase(struct report *report, const struct migrate_rebase *rebase)
{
	set(report, "command", json_string(command_name(report)));
	set(report, "changed", json_boolean(rebase->changed));
	set(report, "revision", json_text(rebase->id));
	set(report, "file", json_text(rebase->file));
	set(report, "from", json_list(&rebase->from));
	set(report, "to", json_text(rebase->to));
}

static void take_squash(struct report *report, const struct migrate_squash *squash)
{
	set(report, "command", json_string(command_name(report)));
	set(report, "revision", json_text(squash->id));
	set(report, "file", json_text(squash->file));
	set(report, "joined", json_text(squash->joined));
	set(report, "irreversible", json_text(squash->irreversible));
	set(report, "replaces", json_list(&squash->replaced));
	set(report, "deleted", json_list(&squash->deleted));
	set(report, "rewritten", json_list(&squash->rewritten));
}

static void take_ensured(struct report *report, bool created)
{
	set(report, "command", json_string(command_name(report)));
	set(report, "created", json_boolean(created));
}

static void take_database(struct report *report, const struct report_database *database)
{
	set(report, "command", json_string(command_name(report)));
	set(report, "action", json_text(database->action));
	set(report, "database", json_text(database->database));
	set(report, "changed", json_boolean(database->changed));
}

static void take_testdb(struct report *report, const struct report_testdb *testdb)
{
	set(report, "command", json_string(command_name(report)));
	set(report, "action", json_text(testdb->action));
	if (testdb->made) {
		set(report, "name", json_text(testdb->made->name));
		set(report, "url", json_text(testdb->made->url));
		set(report, "template_built", json_boolean(testdb->made->built));
	}
	if (testdb->dropped)
		set(report, "dropped", json_list(testdb->dropped));
}

static void take_current(struct report *report, const struct migrate_status *status)
{
	json_t *rows = json_array();

	for (size_t i = 0; i < status->row_count; i++) {
		const struct migrate_row *row = &status->rows[i];
		json_t *object = json_object();

		json_object_set_new(object, "revision", json_text(row->revision));
		json_object_set_new(object, "known", json_boolean(row->known != NULL));
		if (row->known)
			set_revision(object, row->known, true);
		json_array_append_new(rows, object);
	}
	set(report, "current", rows);
	set(report, "heads", json_list(&status->real_heads));
	set(report, "up_to_date", json_boolean(status->up_to_date));
	if (report->options->check_heads && !status->up_to_date)
		fail_check(report, status->half_done_count ? "a revision is half done"
							   : "the database is not at the heads");
}

static json_t *json_half_done(const struct migrate_status *status)
{
	json_t *list = json_array();

	for (size_t i = 0; i < status->half_done_count; i++) {
		const struct migrate_half_done *half = &status->half_done[i];
		json_t *object = json_object();

		json_object_set_new(object, "revision", json_text(half->revision));
		json_object_set_new(object, "direction",
			json_text(half->direction == MIGRATE_UPGRADE ? "upgrade" : "downgrade"));
		json_object_set_new(object, "part", json_integer(half->part));
		json_object_set_new(object, "in_doubt", json_boolean(half->in_doubt));
		json_object_set_new(object, "hint", json_text(half->hint));
		json_array_append_new(list, object);
	}
	return list;
}

static json_t *json_missing(const struct migrate_status *status)
{
	json_t *list = json_array();

	for (size_t i = 0; i < status->missing_count; i++) {
		const struct migrate_missing *missing = &status->missing[i];
		json_t *object = json_object();

		json_object_set_new(object, "revision", json_text(missing->revision));
		json_object_set_new(object, "message", json_text(missing->message));
		json_object_set_new(object, "applied_at", json_text(missing->applied_at));
		json_object_set_new(object, "applied_by", json_text(missing->applied_by));
		json_object_set_new(object, "stamped", json_boolean(missing->stamped));
		json_object_set_new(object, "in_log", json_boolean(missing->in_log));
		json_object_set_new(object, "replaced_by", json_text(missing->replaced_by));
		json_array_append_new(list, object);
	}
	return list;
}

static void take_status(struct report *report, const struct migrate_status *status)
{
	set(report, "database", json_text(status->database));
	set(report, "dialect", json_text(status->dialect));
	set(report, "tls", json_text(status->tls));
	set(report, "current", json_list(&status->current));
	set(report, "heads", json_list(&status->real_heads));
	set(report, "pending", json_list(&status->pending));
	set(report, "changed", json_list(&status->changed));
	set(report, "unknown", json_list(&status->unknown));
	set(report, "half_done", json_half_done(status));
	set(report, "changes", json_changes(status->changes, status->change_count));
	set(report, "missing", json_missing(status));
	set(report, "drift", json_drift(&status->drift));
	set(report, "up_to_date", json_boolean(status->up_to_date));
}

/* What is not known is negative. */
static json_t *json_seconds(int64_t seconds)
{
	return seconds < 0 ? json_null() : json_integer(seconds);
}

static json_t *json_session(const struct migrate_session *session)
{
	json_t *object = json_object();

	json_object_set_new(object, "pid", json_number((size_t)session->pid));
	json_object_set_new(object, "user", json_text(session->user));
	json_object_set_new(object, "application_name", json_text(session->application));
	json_object_set_new(object, "client", json_text(session->client));
	json_object_set_new(object, "connected_at", json_text(session->connected_at));
	json_object_set_new(object, "state", json_text(session->state));
	json_object_set_new(object, "state_seconds", json_seconds(session->state_seconds));
	json_object_set_new(
		object, "transaction_seconds", json_seconds(session->transaction_seconds));
	json_object_set_new(object, "query", json_text(session->query));
	return object;
}

static json_t *json_sessions(const struct migrate_session *sessions, size_t count)
{
	json_t *list = json_array();

	for (size_t i = 0; i < count; i++)
		json_array_append_new(list, json_session(&sessions[i]));
	return list;
}

static void take_locks(struct report *report, const struct migrate_locks *locks)
{
	set(report, "database", json_text(locks->database));
	set(report, "dialect", json_text(locks->dialect));
	set(report, "held", json_boolean(locks->held));
	set(report, "holder", locks->holder ? json_session(locks->holder) : json_null());
	set(report, "waiting", json_sessions(locks->waiting, locks->waiting_count));
	set(report, "blocking", json_sessions(locks->blocking, locks->blocking_count));
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

		set_revision(object, revisions->item[i], status != NULL);
		json_array_append_new(array, object);
	}
	set(report, listing_key(listing), array);
	if (status)
		set(report, "unknown", json_list(&status->unknown));
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
	set(report, "ok", json_boolean(findings->count == 0));
	set(report, "findings", array);
	if (findings->count)
		fail_check(report, "the check found something");
}

static void take_diagnosis(struct report *report, const struct migrate_diagnosis *diagnosis)
{
	set(report, "findings", json_symptoms(diagnosis));
	set(report, "summary", json_summary(diagnosis));
	if (diagnosis->levels[MIGRATE_LEVEL_PROBLEM])
		fail_check(report, "the doctor found problems");
}

static void take_verified(struct report *report, const struct migrate_verify *verify)
{
	set(report, "command", json_string(command_name(report)));
	set(report, "verified", json_integer((json_int_t)verify->verified));
	set(report, "skipped", json_list(&verify->skipped));
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
	.dump = take_dump,
	.diff = take_schema_diff,
	.rebase = take_rebase,
	.squash = take_squash,
	.ensured = take_ensured,
	.database = take_database,
	.testdb = take_testdb,
	.current = take_current,
	.status = take_status,
	.locks = take_locks,
	.revisions = take_revisions,
	.findings = take_findings,
	.diagnosis = take_diagnosis,
	.verified = take_verified,
	.finish = finish,
};
