/* report_tick: a step that takes long, on err: a line that is drawn again in place on a terminal,
 * and now and then a line of a log elsewhere.
 *
 * Surprising: only from the third second before a log's line is the database asked for the phase
 * that is going to stand in it. */
#include <stdlib.h>
#include <string.h>

#include "progress.h"
#include "report.h"

enum {
	RUN_SHOWN = 500 * 1000, /* microseconds: a shorter run is not worth a line, */
	STEP_SHOWN = 200 * 1000,
	LOG_ASKS = 3 * 1000 * 1000,
};

enum report_ticks report_ticks_of(const struct report *report)
{
	const char *term = getenv("TERM");

	if (!report->progress || report->options->format == FORMAT_JSON)
		return TICKS_NONE;
	if (!report->err.is_terminal || !term || !*term || !strcmp(term, "dumb"))
		return TICKS_LOG;
	return TICKS_LINE;
}

static void draw(struct report *report, const struct migrate_tick *tick)
{
	size_t columns = stream_columns(&report->err);
	struct str line = {0};

	if (tick->run_us < RUN_SHOWN || (tick->step && tick->step_us < STEP_SHOWN))
		return;
	progress_line(&line, tick, columns > 1 ? columns - 1 : 1);
	stream_show(&report->err, str_text(&line));
	str_release(&line);
}

static bool log_now(struct report *report, const struct migrate_tick *tick)
{
	struct str line = {0};

	if (!tick->step)
		return false;
	if (tick->step_us < report->told)
		report->told = 0;
	if (tick->step_us >= progress_next(report->told)) {
		report->told = tick->step_us;
		progress_line(&line, tick, 0);
		report_end_line(report);
		stream_printf(&report->err, "still running: %s\n", str_text(&line));
		stream_flush(&report->err);
		str_release(&line);
	}
	return tick->step_us + LOG_ASKS >= progress_next(report->told);
}

bool report_on_tick(const struct migrate_tick *tick, void *context)
{
	struct report *report = context;

	if (report->ticks == TICKS_LOG)
		return log_now(report, tick);
	draw(report, tick);
	return true;
}
