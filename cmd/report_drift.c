/* report_drift: the schema beside what the last run left, as text. Knows what was found, not how.
 */
#include "report.h"

enum { SHOWN = 3 };

static void add_changes(struct stream *stream, const struct migrate_list *changes)
{
	for (size_t i = 0; i < changes->count && i < SHOWN; i++) {
		str_add(&stream->text, i ? "; " : " (");
		stream_add(stream, STYLE_PLAIN, changes->item[i]);
	}
	if (changes->count > SHOWN)
		stream_printf(stream, "; and %zu more", changes->count - SHOWN);
	str_add_char(&stream->text, ')');
}

void report_drift_text(struct stream *stream, const struct migrate_drift *drift)
{
	switch (drift->state) {
	case MIGRATE_DRIFT_OFF: return;
	case MIGRATE_DRIFT_UNKNOWN:
		str_add(&stream->text, "not known: no run has recorded it yet");
		return;
	case MIGRATE_DRIFT_OUTDATED:
		str_add(&stream->text, "not known: the last run did not record it");
		return;
	case MIGRATE_DRIFT_NONE: str_add(&stream->text, "as the last run left it"); return;
	case MIGRATE_DRIFT_FOUND: break;
	}
	stream_add(stream, STYLE_WARNING, "changed since the last run");
	stream_printf(stream, ": %zu object%s", drift->changes.count, plural(drift->changes.count));
	add_changes(stream, &drift->changes);
}

static void add_all(
	struct report *report, struct stream *stream, const struct migrate_repair *repair)
{
	const struct migrate_drift *drift = &repair->drift;

	for (size_t i = 0; i < drift->changes.count; i++) {
		stream_add(stream, STYLE_PLAIN, drift->changes.item[i]);
		str_add_char(&stream->text, '\n');
	}
	if (drift->diff)
		report_diff(stream, drift->diff, report->options->verbose);
}

void report_accepted_text(struct report *report, const struct migrate_repair *repair)
{
	struct str *last = &report->last.text;

	if (repair->dry_run)
		add_all(report, &report->out, repair);
	if (!report->progress)
		return;
	if (!repair->dry_run)
		add_all(report, &report->err, repair);
	if (repair->drift.state == MIGRATE_DRIFT_NONE)
		str_add(last, "nothing to accept: the schema is as the last run left it\n");
	else
		str_add(last, repair->dry_run ? "the schema as it is would be recorded\n"
					      : "the schema as it is was recorded\n");
}
