/* report_text: results as text for people. Lines that scripts read (ids, paths) go to out and have
 * nothing before them; what only tells how it went goes to err. */
#include <string.h>

#include "report.h"
#include "report_check.h"
#include "report_doctor.h"

static void show_files(struct report *report, const struct report_files *files)
{
	struct stream *out = &report->out;

	for (size_t i = 0; i < files->made.count; i++) {
		/* A script needs the path's own bytes, a terminal must not get them. */
		if (out->is_terminal)
			stream_add(out, STYLE_PLAIN, files->made.item[i]);
		else
			str_add(&out->text, files->made.item[i]);
		str_add_char(&out->text, '\n');
	}
}

static void show_generated(struct report *report, const struct migrate_autogenerate *generated)
{
	const struct report_files files = {.id = generated->id, .made = {&generated->file, 1}};
	size_t count = generated->changes.count;

	if (generated->file)
		show_files(report, &files);
	if (!report->progress)
		return;
	if (!count)
		stream_printf(&report->last, "the migrations make the desired schema already\n");
	else if (!generated->file)
		stream_printf(&report->last,
			"nothing is written: no script makes the %zu "
			"difference%s\n",
			count, plural(count));
	else
		stream_printf(&report->last, "%zu difference%s written%s\n", count, plural(count),
			generated->unproved.count ? "" : ", and tried both ways");
}

static const char *file_of(const struct migrate_step *step)
{
	return step->revision->file ? step->revision->file : "migrate_log";
}

static void show_dry_run(struct report *report, const struct migrate_plan *plan)
{
	for (size_t i = 0; i < plan->count; i++) {
		report_step_text(&report->out, &plan->steps[i]);
		if (report->options->verbose) {
			str_add_char(&report->out.text, ' ');
			stream_add(&report->out, STYLE_FAINT, file_of(&plan->steps[i]));
		}
		str_add_char(&report->out.text, '\n');
	}
}

static size_t count_steps(const struct migrate_plan *plan, enum migrate_step_status status)
{
	size_t count = 0;

	for (size_t i = 0; i < plan->count; i++)
		count += plan->steps[i].status == status;
	return count;
}

static const char *verb_of(const struct migrate_plan *plan)
{
	return plan->request.direction == MIGRATE_UPGRADE ? "applied" : "reverted";
}

/* The last line of a run. */
static void add_summary(struct stream *err, const struct migrate_plan *plan, bool failed)
{
	size_t applied = count_steps(plan, MIGRATE_APPLIED);
	size_t unknown = count_steps(plan, MIGRATE_UNKNOWN);

	if (failed) {
		stream_printf(err, "%zu of %zu revision%s %s", applied, plan->count,
			plural(plan->count), verb_of(plan));
		if (unknown)
			stream_printf(err, ", %zu unknown", unknown);
		str_add_char(&err->text, '\n');
		return;
	}
	if (!plan->count)
		str_add(&err->text,
			plan->adopted.count ? "nothing to run: at " : "nothing to do: at ");
	else if (plan->request.dry_run)
		stream_printf(err, "%zu revision%s would be %s, then at ", plan->count,
			plural(plan->count), verb_of(plan));
	else
		stream_printf(
			err, "%zu revision%s %s, now at ", applied, plural(applied), verb_of(plan));
	report_list(err, STYLE_REVISION, plan->count ? &plan->to : &plan->from, "<base>");
	str_add_char(&err->text, '\n');
}

static void show_plan(struct report *report, const struct migrate_plan *plan, bool failed)
{
	if (plan->request.dry_run)
		show_dry_run(report, plan);
	if (!report->progress || (failed && !plan->count))
		return;
	report_end_line(report);
	/* What failed is told by the error, which comes at once and after it. */
	add_summary(failed ? &report->err : &report->last, plan, failed);
}

bool list_same(const struct migrate_list *left, const struct migrate_list *right)
{
	if (left->count != right->count)
		return false;
	for (size_t i = 0; i < left->count; i++)
		if (strcmp(left->item[i], right->item[i]) != 0)
			return false;
	return true;
}

static void show_stamp(struct report *report, const struct migrate_stamp *stamp)
{
	struct stream *err = &report->err;

	if (!report->progress)
		return;
	if (list_same(&stamp->from, &stamp->to)) {
		str_add(&err->text, stamp->ended.count ? "still at " : "nothing to do: at ");
	} else {
		str_add(&err->text, "stamped ");
		report_list(err, STYLE_REVISION, &stamp->from, "<base>");
		str_add(&err->text, " -> ");
	}
	report_list(err, STYLE_REVISION, &stamp->to, "<base>");
	str_add_char(&err->text, '\n');
	stream_flush(err);
}

static void show_dump(struct report *report, const struct migrate_dump *dump)
{
	if (!dump->expected)
		str_add_bytes(&report->out.text, dump->sql, dump->size);
	else if (dump->diff)
		report_diff(&report->out, dump->diff, true);
}

static void show_schema_diff(struct report *report, const struct migrate_diff *diff)
{
	struct stream *out = &report->out;

	for (size_t i = 0; i < diff->changes.count; i++)
		stream_printf(out, "%s\n", diff->changes.item[i]);
	if (diff->diff) {
		str_add_char(&out->text, '\n');
		report_diff(out, diff->diff, true);
	}
	if (report->progress)
		stream_printf(&report->last, "%zu difference%s from %s to %s\n",
			diff->changes.count, plural(diff->changes.count), diff->from, diff->to);
}

static void show_acceptable(struct report *report, const struct migrate_repair *repair)
{
	struct stream *out = &report->out;

	for (size_t i = 0; i < repair->change_count; i++) {
		const struct migrate_change *change = &repair->changes[i];

		str_add(&out->text, "repair ");
		report_revision_line(out, change->revision, REVISION_MESSAGE);
		str_add_char(&out->text, '\n');
		if (change->diff)
			report_diff(out, change->diff, report->options->verbose);
	}
}

static void show_accepted(struct report *report, const struct migrate_repair *repair)
{
	struct stream *err = &report->err;

	for (size_t i = 0; i < repair->change_count; i++) {
		str_add(&err->text, "repaired ");
		report_revision_line(err, repair->changes[i].revision, REVISION_MESSAGE);
		str_add_char(&err->text, '\n');
		if (report->options->verbose && repair->changes[i].diff)
			report_diff(err, repair->changes[i].diff, true);
	}
}

static void show_repair(struct report *report, const struct migrate_repair *repair)
{
	struct stream *last = &report->last;

	if (report->options->schema) {
		report_accepted_text(report, repair);
		return;
	}
	if (repair->dry_run)
		show_acceptable(report, repair);
	if (!report->progress)
		return;
	if (!repair->dry_run)
		show_accepted(report, repair);
	for (size_t i = 0; i < repair->unchanged.count; i++)
		stream_printf(last, "%s was not edited since it was applied\n",
			repair->unchanged.item[i]);
	if (!repair->change_count && !repair->unchanged.count)
		str_add(&last->text, "nothing was edited\n");
	if (!repair->change_count)
		return;
	stream_printf(last, "%zu edit%s %s\n", repair->change_count, plural(repair->change_count),
		repair->dry_run ? "would be accepted" : "accepted");
}

static void show_rebase(struct report *report, const struct migrate_rebase *rebase)
{
	struct stream *last = &report->last;

	if (rebase->changed) {
		stream_add(&report->out, STYLE_PLAIN, rebase->file);
		str_add_char(&report->out.text, '\n');
	}
	if (!report->progress)
		return;
	stream_printf(last, "%s %s on %s", rebase->id, rebase->changed ? "now stands" : "stands",
		rebase->to);
	if (rebase->changed) {
		str_add(&last->text, ", no more on ");
		report_list(last, STYLE_REVISION, &rebase->from, "<base>");
	}
	str_add_char(&last->text, '\n');
}

static void show_squash(struct report *report, const struct migrate_squash *squash)
{
	struct stream *last = &report->last;

	stream_add(&report->out, STYLE_PLAIN, squash->file);
	str_add_char(&report->out.text, '\n');
	if (!report->progress)
		return;
	stream_add(last, STYLE_REVISION, squash->id);
	stream_printf(last, " is in place of %zu revisions: %zu file%s deleted",
		squash->replaced.count, squash->deleted.count, plural(squash->deleted.count));
	if (squash->rewritten.count)
		stream_printf(last, ", %zu put on it", squash->rewritten.count);
	str_add_char(&last->text, '\n');
}

static void show_ensured(struct report *report, bool created)
{
	report_progress(report, created ? "the version table and the log were created"
					: "the version table and the log are there already");
}

/* What was made has been told by an event. */
static void show_database(struct report *report, const struct report_database *database)
{
	if (database->changed && !strcmp(database->action, "drop"))
		report_progress(report, "the database was dropped");
}

/* The URL is for a program: all of it, whoever looks on. */
static void show_testdb(struct report *report, const struct report_testdb *testdb)
{
	struct str *out = &report->out.text;

	if (testdb->made)
		str_printf(out, "%s\n", testdb->made->url);
	for (size_t i = 0; testdb->dropped && i < testdb->dropped->count; i++)
		str_printf(out, "%s\n", testdb->dropped->item[i]);
}

static void add_unknown(struct stream *out, const char *id)
{
	stream_add(out, STYLE_REVISION, id);
	str_add_char(&out->text, ' ');
	stream_add(out, STYLE_WARNING, "(unknown: no script has it)");
	str_add_char(&out->text, '\n');
}

static void show_row(struct report *report, const struct migrate_row *row)
{
	struct stream *out = &report->out;

	if (!row->known) {
		add_unknown(out, row->revision);
	} else if (report->options->verbose) {
		report_revision_full(out, row->known);
	} else {
		struct migrate_revision revision = *row->known;

		/* Each of these lines is current: saying so would be noise. */
		revision.current = revision.applied = false;
		report_revision_line(out, &revision, REVISION_SHAPE);
		str_add_char(&out->text, '\n');
	}
}

static void show_current(struct report *report, const struct migrate_status *status)
{
	for (size_t i = 0; i < status->row_count; i++)
		show_row(report, &status->rows[i]);
	if (!status->row_count)
		report_progress(report, "no revision is applied");
	for (size_t i = 0; report->options->check_heads && i < status->half_done_count; i++) {
		str_add(&report->last.text, "half done: ");
		stream_add(&report->last, STYLE_REVISION, status->half_done[i].revision);
		str_add_char(&report->last.text, '\n');
	}
	if (!report->options->check_heads || (!status->pending.count && !status->unknown.count))
		return;
	str_add(&report->last.text, "not at the heads: ");
	report_list(&report->last, STYLE_REVISION, &status->real_heads, "there are none");
	str_add_char(&report->last.text, '\n');
}

static unsigned parts_of(enum migrate_listing listing)
{
	switch (listing) {
	case MIGRATE_HISTORY: return REVISION_PARENTS | REVISION_SHAPE | REVISION_MESSAGE;
	case MIGRATE_HEADS:
	case MIGRATE_REAL_HEADS: return 0;
	case MIGRATE_BRANCHES: return REVISION_SHAPE;
	case MIGRATE_SHOW: break;
	}
	return REVISION_SHAPE | REVISION_MESSAGE;
}

static void add_children(struct stream *out, const struct migrate_revision *revision)
{
	for (size_t i = 0; i < revision->next.count; i++) {
		stream_printf(out, "%*s -> ", (int)strlen(revision->id), "");
		stream_add(out, STYLE_REVISION, revision->next.item[i]);
		str_add_char(&out->text, '\n');
	}
}

static void show_revisions(struct report *report, enum migrate_listing listing,
	const struct migrate_revisions *revisions, const struct migrate_status *status)
{
	struct stream *out = &report->out;
	bool full = report->options->verbose || listing == MIGRATE_SHOW;

	if (report->options->format >= FORMAT_DOT) {
		report_picture(report, revisions, status != NULL);
		return;
	}
	for (size_t i = 0; status && i < status->unknown.count; i++)
		add_unknown(out, status->unknown.item[i]);
	if (report->options->graph || report->options->command == COMMAND_GRAPH) {
		report_graph(report, revisions, status != NULL);
		return;
	}
	for (size_t i = 0; i < revisions->count; i++) {
		if (full) {
			report_revision_full(out, revisions->item[i]);
			continue;
		}
		report_revision_line(out, revisions->item[i], parts_of(listing));
		str_add_char(&out->text, '\n');
		if (listing == MIGRATE_BRANCHES)
			add_children(out, revisions->item[i]);
	}
}

static void show_finding(struct stream *out, const struct migrate_finding *finding, bool verbose)
{
	struct str place = {0};

	str_add(&place, finding->file ? finding->file : "migrate");
	if (finding->file && finding->line)
		str_printf(&place, ":%zu", finding->line);
	if (finding->file && finding->line && finding->column)
		str_printf(&place, ":%zu", finding->column);
	stream_add(out, STYLE_STRONG, str_text(&place));
	str_add(&out->text, ": ");
	stream_add(out, STYLE_PLAIN, finding->message);
	str_add_char(&out->text, '\n');
	if (finding->hint)
		stream_add_lines(out, "  hint: ", STYLE_PLAIN, finding->hint);
	if (finding->fix && finding->hint && !strstr(finding->hint, finding->fix))
		stream_add_lines(out, "  command: ", STYLE_PLAIN, finding->fix);
	if (finding->diff)
		report_diff(out, finding->diff, verbose);
	str_release(&place);
}

static void add_findings(struct report *report, const struct migrate_findings *findings)
{
	struct str *out = &report->out.text;

	switch ((enum format)report->options->format) {
	case FORMAT_JUNIT: findings_add_junit(out, findings); return;
	case FORMAT_GITHUB: findings_add_github(out, findings); return;
	case FORMAT_GITLAB: findings_add_gitlab(out, findings); return;
	case FORMAT_SARIF: findings_add_sarif(out, findings); return;
	case FORMAT_TEXT:
	case FORMAT_JSON:
	case FORMAT_DOT:
	case FORMAT_MERMAID:
	case FORMAT_SVG:
	case FORMAT_HTML: break;
	}
	for (size_t i = 0; i < findings->count; i++)
		show_finding(&report->out, &findings->item[i], report->options->verbose);
}

static void show_verified(struct report *report, const struct migrate_verify *verify)
{
	struct stream *last = &report->last;

	add_findings(report, &verify->findings);
	if (!report->progress)
		return;
	for (size_t i = 0; i < verify->skipped.count; i++)
		stream_printf(last, "irreversible, and not tried: %s\n", verify->skipped.item[i]);
	stream_printf(last, "%zu revision%s tried up, down and up again, %zu finding%s\n",
		verify->verified, plural(verify->verified), verify->findings.count,
		plural(verify->findings.count));
}

static void show_findings(struct report *report, const struct migrate_findings *findings)
{
	add_findings(report, findings);
	if (!report->progress)
		return;
	if (findings->count)
		stream_printf(
			&report->last, "%zu finding%s\n", findings->count, plural(findings->count));
	else
		str_add(&report->last.text, "nothing found\n");
}

/* Text is written as it comes. */
static void do_nothing(struct report *report)
{
	(void)report;
}

const struct report_format report_text = {
	.begin = do_nothing,
	.event = report_event_text,
	.error = report_error_text,
	.files = show_files,
	.generated = show_generated,
	.plan = show_plan,
	.stamp = show_stamp,
	.repair = show_repair,
	.dump = show_dump,
	.diff = show_schema_diff,
	.rebase = show_rebase,
	.squash = show_squash,
	.ensured = show_ensured,
	.database = show_database,
	.testdb = show_testdb,
	.current = show_current,
	.status = report_status_text,
	.locks = report_locks_text,
	.revisions = show_revisions,
	.findings = show_findings,
	.diagnosis = report_doctor_text,
	.verified = show_verified,
	.finish = do_nothing,
};
