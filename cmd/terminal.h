/* terminal: an output stream that knows whether it may use colour and how wide it is.
 *
 * Text gathers in memory until it is flushed: a line is written by one write(2), so that lines of
 * several processes do not mix, and results are written after the database is closed.
 */
#ifndef MIGRATE_CMD_TERMINAL_H
#define MIGRATE_CMD_TERMINAL_H

#include <stdbool.h>
#include <stddef.h>

#include "base/str.h"

enum color { COLOR_AUTO, COLOR_ALWAYS, COLOR_NEVER };

enum style {
	STYLE_PLAIN,
	STYLE_STRONG,
	STYLE_FAINT,
	STYLE_ERROR,
	STYLE_WARNING,
	STYLE_NOTICE,
	STYLE_REVISION,
	STYLE_GOOD,
	STYLE_MARK,
};

struct stream {
	int fd;
	bool is_terminal, color;
	size_t width;   /* columns; a usual number where it is no terminal */
	bool gives_way; /* a signal that asks to stop ends a write too: EINTR */
	int failure;    /* errno of the first write that failed, 0 for none */
	bool shown;     /* a line is drawn in place: */
	struct str line;
	struct str text; /* not yet written */
};

void stream_open(struct stream *stream, int fd, enum color color);
/* False when a write fails now or has failed before; failure says why. */
bool stream_flush(struct stream *stream);
void stream_release(struct stream *stream);

__attribute__((format(printf, 2, 3))) void stream_printf(
	struct stream *stream, const char *format, ...);
/* Text that someone else wrote: on one line, nothing in it steers the terminal. */
void stream_add(struct stream *stream, enum style style, const char *text);
/* The same with several lines, each after prefix. */
void stream_add_lines(
	struct stream *stream, const char *prefix, enum style style, const char *text);

/* Draws a line in place, over the one that is there; on a terminal. What the stream writes next
 * takes its place. */
void stream_show(struct stream *stream, const char *line);
/* Without it again. */
void stream_erase(struct stream *stream);
/* Of the terminal as it is now. */
size_t stream_columns(const struct stream *stream);

/* Opens /dev/null where one of the descriptors 0 to 2 is closed: a database must not get one. */
void terminal_guard_descriptors(void);

#endif
