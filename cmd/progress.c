/* progress: the words for a step that takes long. Knows no clock and no terminal.
 *
 * Surprising: what matters most stands first, since the end is cut off where a terminal is narrow.
 */
#include "progress.h"

#include <inttypes.h>
#include <string.h>

#include "base/utf8.h"

enum { MESSAGE_COLUMNS = 40 };
#define SECOND INT64_C(1000000)

int64_t progress_next(int64_t last)
{
	static const int64_t first[] = {30 * SECOND, 60 * SECOND, 120 * SECOND, 300 * SECOND};
	const int64_t then = 600 * SECOND;

	for (size_t i = 0; i < sizeof first / sizeof *first; i++)
		if (last < first[i])
			return first[i];
	return (last / then + 1) * then;
}

/* Its columns, or those before it gets wider than that, with their size. */
static size_t measure(const char *text, size_t size, size_t columns, size_t *fits)
{
	size_t width = 0, at = 0;

	while (at < size) {
		uint32_t point;
		size_t length = utf8_decode(text + at, size - at, &point);
		size_t own = length ? (size_t)utf8_width(point) : 1;

		if (width + own > columns)
			break;
		width += own;
		at += length ? length : 1;
	}
	*fits = at;
	return width;
}

static void add_cut(struct str *out, const char *text, size_t columns)
{
	size_t size = strlen(text), fits;

	measure(text, size, columns, &fits);
	if (fits < size)
		measure(text, size, columns ? columns - 1 : 0, &fits);
	str_add_bytes(out, text, fits);
	if (fits < size && columns)
		str_add(out, "…");
}

static void add_time(struct str *out, int64_t time)
{
	int64_t seconds = time / SECOND;

	if (seconds < 120)
		str_printf(out, "%" PRId64 " s", seconds);
	else if (seconds < 7200)
		str_printf(out, "%" PRId64 " min %" PRId64 " s", seconds / 60, seconds % 60);
	else
		str_printf(out, "%" PRId64 " h %" PRId64 " min", seconds / 3600, seconds / 60 % 60);
}

static void add_step(struct str *out, const struct migrate_tick *tick)
{
	const struct migrate_revision *revision = tick->step->revision;

	if (tick->last > tick->index)
		str_printf(out, "[%zu-%zu/%zu] ", tick->index + 1, tick->last + 1, tick->count);
	else if (tick->count > 1)
		str_printf(out, "[%zu/%zu] ", tick->index + 1, tick->count);
	str_printf(out, "%s %s", tick->step->direction == MIGRATE_UPGRADE ? "upgrade" : "downgrade",
		revision->id);
	if (tick->last > tick->index) {
		str_add(out, " or one of the next");
	} else if (*revision->message) {
		str_add(out, ", ");
		add_cut(out, revision->message, MESSAGE_COLUMNS);
	}
}

/* The run's time where that says something else. */
static void add_times(struct str *out, const struct migrate_tick *tick)
{
	str_add(out, " (");
	add_time(out, tick->step_us);
	if (tick->run_us / SECOND > tick->step_us / SECOND + 1) {
		str_add(out, ", run ");
		add_time(out, tick->run_us);
	}
	str_add_char(out, ')');
}

static void add_phase(struct str *out, const struct migrate_tick *tick)
{
	if (!tick->phase)
		return;
	str_printf(out, ": %s", tick->phase);
	if (tick->percent >= 0)
		str_printf(out, ", %d %%", tick->percent);
}

static void add_statement(struct str *out, const struct migrate_tick *tick)
{
	const char *separator = tick->phase ? "; " : ": ";

	if (tick->statement && tick->statements > 1) {
		str_printf(out, "%sstatement %zu of %zu", separator, tick->statement,
			tick->statements);
		separator = ": ";
	}
	if (tick->text)
		str_printf(out, "%s%s", separator, tick->text);
}

static void add_waiting(struct str *out, const struct migrate_tick *tick)
{
	str_add(out, "waiting for another run (");
	add_time(out, tick->run_us);
	str_add_char(out, ')');
	if (tick->text)
		str_printf(out, ": %s", tick->text);
}

void progress_line(struct str *out, const struct migrate_tick *tick, size_t columns)
{
	struct str text = {0}, line = {0};

	if (!tick->step) {
		add_waiting(&text, tick);
	} else {
		add_step(&text, tick);
		add_times(&text, tick);
		add_phase(&text, tick);
		add_statement(&text, tick);
	}
	str_add_visible(&line, str_text(&text), text.size);
	for (size_t i = 0; i < line.size; i++)
		if (line.text[i] == '\n' || line.text[i] == '\t')
			line.text[i] = ' ';
	if (columns)
		add_cut(out, str_text(&line), columns);
	else
		str_add(out, str_text(&line));
	str_release(&text);
	str_release(&line);
}
