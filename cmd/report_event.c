/* report_event: what happens during a run, as text on err.
 *
 * Surprising: a step's line is written in two halves, so that a long script is seen while it runs;
 * anything else that is said in between ends the line first. Where a line in place tells what runs
 * (report_tick.c), the first half waits for the second. */
#include "report.h"

void report_end_line(struct report *report)
{
	if (report->line_open)
		str_add_char(&report->err.text, '\n');
	report->line_open = false;
}

void report_step_text(struct stream *stream, const struct migrate_step *step)
{
	const struct migrate_revision *revision = step->revision;
	bool up = step->direction == MIGRATE_UPGRADE;

	stream_add(stream, up ? STYLE_GOOD : STYLE_WARNING, up ? "upgrade" : "downgrade");
	str_add_char(&stream->text, ' ');
	if (up) {
		report_list(stream, STYLE_REVISION, &revision->down_revision, "<base>");
		str_add(&stream->text, " -> ");
		stream_add(stream, STYLE_REVISION, revision->id);
	} else {
		stream_add(stream, STYLE_REVISION, revision->id);
		str_add(&stream->text, " -> ");
		report_list(stream, STYLE_REVISION, &revision->down_revision, "<base>");
	}
	if (*revision->message) {
		str_add(&stream->text, ", ");
		stream_add(stream, STYLE_PLAIN, revision->message);
	}
}

static void add_duration(struct str *text, int64_t us)
{
	if (us < 10000)
		str_printf(text, "%.1f ms", (double)us / 1000);
	else if (us < 10000000)
		str_printf(text, "%.0f ms", (double)us / 1000);
	else
		str_printf(text, "%.1f s", (double)us / 1000000);
}

static void start_step(struct report *report, const struct migrate_event *event)
{
	report_end_line(report);
	if (event->count > 1)
		stream_printf(&report->err, "[%zu/%zu] ", event->index + 1, event->count);
	report_step_text(&report->err, event->step);
	report->line_open = true;
}

static void end_step(struct report *report, const struct migrate_event *event)
{
	const struct migrate_step *step = event->step;
	struct str timing = {0};

	if (!report->line_open)
		start_step(report, event);
	if (event->kind == MIGRATE_STEP_UNKNOWN) {
		str_add(&report->err.text, ": ");
		stream_add(&report->err, STYLE_WARNING, "outcome unknown");
		report_end_line(report);
		return;
	}
	str_add_char(&report->err.text, ' ');
	if (event->kind == MIGRATE_STEP_FAILED) {
		stream_add(&report->err, STYLE_ERROR, "failed");
	} else {
		str_printf(
			&timing, "(%zu statement%s, ", step->statements, plural(step->statements));
		add_duration(&timing, step->duration_us);
		str_add_char(&timing, ')');
		stream_add(&report->err, STYLE_FAINT, str_text(&timing));
	}
	str_release(&timing);
	report_end_line(report);
}

static void say(struct report *report, const char *label, enum style style, const char *text)
{
	struct stream prefix = {.color = report->err.color};

	report_end_line(report);
	stream_add(&prefix, style, label);
	str_add_char(&prefix.text, ' ');
	stream_add_lines(&report->err, str_text(&prefix.text), STYLE_PLAIN, text);
	stream_release(&prefix);
}

void report_event_text(struct report *report, const struct migrate_event *event)
{
	if (!report->progress && event->kind != MIGRATE_WARNING)
		return;
	switch (event->kind) {
	case MIGRATE_STEP_STARTED: start_step(report, event); break;
	case MIGRATE_STEP_DONE:
	case MIGRATE_STEP_FAILED:
	case MIGRATE_STEP_UNKNOWN: end_step(report, event); break;
	case MIGRATE_NOTICE: say(report, "notice:", STYLE_NOTICE, event->text); break;
	case MIGRATE_WARNING: say(report, "warning:", STYLE_WARNING, event->text); break;
	case MIGRATE_WAITING: say(report, "notice:", STYLE_NOTICE, event->text); break;
	case MIGRATE_CREATED: say(report, "notice:", STYLE_NOTICE, event->text); break;
	}
	if (event->kind == MIGRATE_STEP_STARTED && report->ticks == TICKS_LINE)
		return;
	/* The next step's first half follows at once: one write for both. */
	if (report->ticks == TICKS_LINE || event->kind != MIGRATE_STEP_DONE ||
		event->index + 1 == event->count)
		stream_flush(&report->err);
}
