/* report: opening and closing both streams, and choosing the format. Knows no result. */
#include "report.h"

#include <errno.h>
#include <string.h>

#include "pager.h"

void report_open(struct report *report, const struct options *options)
{
	bool json = options->format == FORMAT_JSON;

	memset(report, 0, sizeof *report);
	report->format = json ? &report_json : &report_text;
	report->options = options;
	report->progress = !options->quiet && (!json || options->verbose);
	stream_open(&report->out, 1, options->color);
	report->out.gives_way = true;
	stream_open(&report->err, 2, options->color);
	stream_open(&report->last, 2, options->color);
	report->ticks = report_ticks_of(report);
	report->format->begin(report);
}

/* What a pager has shown needs no writing. */
static void show(struct report *report)
{
	const char *failed = NULL;

	if (pager_is_for(report->options, &report->out) && pager_write(&report->out, &failed))
		return;
	if (failed)
		stream_add_lines(&report->err, "migrate: warning: cannot run the pager ",
			STYLE_PLAIN, failed);
	stream_flush(&report->err);
	stream_flush(&report->out);
}

int report_close(struct report *report, int status)
{
	report->format->finish(report);
	stream_erase(&report->err);
	stream_flush(&report->err);
	show(report);
	stream_flush(&report->last);
	/* A reader that has seen enough (`migrate history | head`) is no failure. */
	if (report->out.failure && report->out.failure != EPIPE && report->out.failure != EINTR) {
		stream_printf(&report->err, "migrate: error: cannot write the results: %s\n",
			strerror(report->out.failure));
		stream_flush(&report->err);
		status = status ? status : migrate_error_status(MIGRATE_E_FILE);
	}
	stream_release(&report->out);
	stream_release(&report->err);
	stream_release(&report->last);
	return status;
}

void report_progress(struct report *report, const char *format, ...)
{
	va_list arguments;

	if (!report->progress)
		return;
	va_start(arguments, format);
	str_vprintf(&report->err.text, format, arguments);
	va_end(arguments);
	str_add_char(&report->err.text, '\n');
	stream_flush(&report->err);
}

void report_on_event(const struct migrate_event *event, void *context)
{
	struct report *report = context;

	report->format->event(report, event);
}
