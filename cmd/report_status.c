/* report_status: where the database stands, as text. A table of one label a row first, which
 * scripts read; then, when asked for, what was edited. */
#include "report.h"

enum { LABEL = 10 };

static void add_row(struct stream *out, const char *label, const char *text)
{
	stream_printf(out, "%-*s", LABEL, label);
	stream_add(out, STYLE_PLAIN, text);
	str_add_char(&out->text, '\n');
}

static void add_ids(struct stream *out, const char *label, const struct migrate_list *list,
	enum style style, const char *none)
{
	if (!list->count)
		add_row(out, label, none);
	for (size_t i = 0; i < list->count; i++) {
		stream_printf(out, "%-*s", LABEL, i ? "" : label);
		stream_add(out, style, list->item[i]);
		str_add_char(&out->text, '\n');
	}
}

/* "b (applied at 2026-11-21 10:30:00+00:00 by ana@laptop; migrate_log has its file)" */
static void add_missing(struct stream *out, const struct migrate_missing *missing)
{
	stream_add(out, STYLE_WARNING, missing->revision);
	str_add(&out->text, " (");
	if (missing->replaced_by) {
		stream_printf(out, "%s replaced it, and more than it)", missing->replaced_by);
		return;
	}
	if (missing->message && *missing->message) {
		stream_add(out, STYLE_PLAIN, missing->message);
		str_add(&out->text, "; ");
	}
	if (missing->applied_at) {
		stream_printf(out, "%s at ", missing->stamped ? "stamped" : "applied");
		stream_add(out, STYLE_PLAIN, missing->applied_at);
	}
	if (missing->applied_at && missing->applied_by && *missing->applied_by) {
		str_add(&out->text, " by ");
		stream_add(out, STYLE_PLAIN, missing->applied_by);
	}
	str_add(&out->text, !missing->applied_at ? "not in migrate_log)"
			    : missing->in_log    ? "; migrate_log has its file)"
						 : "; migrate_log has not its file)");
}

static void add_unknown(struct stream *out, const struct migrate_status *status)
{
	if (!status->missing_count)
		add_row(out, "unknown", "none");
	for (size_t i = 0; i < status->missing_count; i++) {
		stream_printf(out, "%-*s", LABEL, i ? "" : "unknown");
		add_missing(out, &status->missing[i]);
		str_add_char(&out->text, '\n');
	}
}

static void add_half_done(struct stream *out, const struct migrate_status *status)
{
	for (size_t i = 0; i < status->half_done_count; i++) {
		const struct migrate_half_done *half = &status->half_done[i];

		add_row(out, "half done", "");
		out->text.size--;
		stream_add(out, STYLE_WARNING, half->revision);
		stream_printf(out, " (%s, part %ld%s)\n",
			half->direction == MIGRATE_UPGRADE ? "upgrade" : "downgrade", half->part,
			half->in_doubt ? ", started" : "");
	}
}

static void add_drift(struct stream *out, const struct migrate_status *status)
{
	if (status->drift.state == MIGRATE_DRIFT_OFF)
		return;
	add_row(out, "schema", "");
	out->text.size--;
	report_drift_text(out, &status->drift);
	str_add_char(&out->text, '\n');
}

static void add_diff(struct stream *out, const char *diff)
{
	if (!diff)
		return;
	str_add_char(&out->text, '\n');
	report_diff(out, diff, true);
}

static void add_changes(struct stream *out, const struct migrate_status *status)
{
	for (size_t i = 0; i < status->change_count; i++)
		add_diff(out, status->changes[i].diff);
	add_diff(out, status->drift.diff);
}

static void add_drift_hint(struct report *report, const struct migrate_drift *drift)
{
	struct str *last = &report->last.text;

	switch (drift->state) {
	case MIGRATE_DRIFT_OFF:
	case MIGRATE_DRIFT_NONE: return;
	case MIGRATE_DRIFT_UNKNOWN:
	case MIGRATE_DRIFT_OUTDATED:
		str_add(last, "hint: The next run records the schema; \"migrate repair --schema\" "
			      "does so now.\n");
		return;
	case MIGRATE_DRIFT_FOUND: break;
	}
	stream_printf(&report->last, "hint: %s\"migrate repair --schema\" accepts the schema.\n",
		report->options->verbose ? "" : "\"migrate status -v\" shows how it changed, ");
}

/* What to do about it is for people, and comes behind the results. */
static void hint_missing(struct report *report, const struct migrate_status *status)
{
	const char *replaced_by = NULL;
	bool in_log = true;

	for (size_t i = 0; i < status->missing_count; i++) {
		in_log = in_log && status->missing[i].in_log;
		if (!replaced_by)
			replaced_by = status->missing[i].replaced_by;
	}
	if (replaced_by)
		stream_printf(&report->last,
			"hint: Take the commit before %s, whose files are still there, and run "
			"\"migrate upgrade\" with it first.\n",
			replaced_by);
	else if (status->missing_count)
		stream_printf(&report->last,
			"hint: Get the missing files: another branch or a newer commit has them.%s "
			"\"migrate stamp REV\" replaces rows and runs nothing.\n",
			in_log ? " Or \"migrate downgrade --from-log\" reverts what migrate_log "
				 "has."
			       : "");
}

static void add_hints(struct report *report, const struct migrate_status *status)
{
	if (!report->progress)
		return;
	for (size_t i = 0; i < status->half_done_count; i++) {
		str_add(&report->last.text, "hint: ");
		stream_add(&report->last, STYLE_PLAIN, status->half_done[i].hint);
		str_add_char(&report->last.text, '\n');
	}
	hint_missing(report, status);
	if (status->change_count)
		stream_printf(&report->last, "hint: %s\"migrate repair\" accepts %s.\n",
			report->options->verbose ? ""
						 : "\"migrate status -v\" shows what was edited, ",
			status->change_count == 1 ? "the edit" : "edits");
	add_drift_hint(report, &status->drift);
}

void report_status_text(struct report *report, const struct migrate_status *status)
{
	struct stream *out = &report->out;

	add_row(out, "database", status->database ? status->database : "none");
	add_row(out, "dialect", status->dialect ? status->dialect : "none");
	if (report->options->verbose && status->tls)
		add_row(out, "tls", status->tls);
	add_ids(out, "current", &status->current, STYLE_REVISION, "<base>");
	add_ids(out, "heads", &status->real_heads, STYLE_REVISION, "none");
	add_ids(out, "pending", &status->pending, STYLE_REVISION, "none");
	add_ids(out, "changed", &status->changed, STYLE_WARNING, "none");
	add_unknown(out, status);
	add_half_done(out, status);
	add_drift(out, status);
	add_row(out, "state", "");
	out->text.size--;
	if (status->up_to_date)
		stream_add(out, STYLE_GOOD, "up to date");
	else if (status->half_done_count)
		stream_printf(out, "%zu revision%s half done", status->half_done_count,
			plural(status->half_done_count));
	else if (status->unknown.count)
		stream_printf(out, "%zu unknown revision%s", status->unknown.count,
			plural(status->unknown.count));
	else
		stream_printf(out, "%zu revision%s pending", status->pending.count,
			plural(status->pending.count));
	str_add_char(&out->text, '\n');
	if (report->options->verbose)
		add_changes(out, status);
	add_hints(report, status);
}
