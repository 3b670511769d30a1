/* terminal: colour, width and writing. Knows nothing of revisions or reports.
 *
 * Surprising: no stdio. Two streams with one buffer each need none of it, and a failed write is
 * kept with its errno until the end, where the exit status is decided. */
#include "terminal.h"

#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "signals.h"

static const char *const style_codes[] = {
	[STYLE_PLAIN] = "",
	[STYLE_STRONG] = "\033[1m",
	[STYLE_FAINT] = "\033[2m",
	[STYLE_ERROR] = "\033[1;31m",
	[STYLE_WARNING] = "\033[1;35m",
	[STYLE_NOTICE] = "\033[1;36m",
	[STYLE_REVISION] = "\033[33m",
	[STYLE_GOOD] = "\033[32m",
	[STYLE_MARK] = "\033[36m",
};

/* https://no-color.org: set and not empty, whatever the value. */
static bool may_color(const struct stream *stream, enum color color)
{
	const char *no_color = getenv("NO_COLOR"), *term = getenv("TERM");

	if (color != COLOR_AUTO)
		return color == COLOR_ALWAYS;
	if (no_color && *no_color)
		return false;
	return stream->is_terminal && term && *term && strcmp(term, "dumb") != 0;
}

size_t stream_columns(const struct stream *stream)
{
	enum { USUAL = 80 };
	struct winsize size = {0};

	return ioctl(stream->fd, TIOCGWINSZ, &size) || !size.ws_col ? USUAL : size.ws_col;
}

static size_t width_of(const struct stream *stream)
{
	enum { USUAL = 100, LEAST = 40, MOST = 400 };
	struct winsize size = {0};

	if (!stream->is_terminal || ioctl(stream->fd, TIOCGWINSZ, &size) || !size.ws_col)
		return USUAL;
	if (size.ws_col < LEAST)
		return LEAST;
	return size.ws_col < MOST ? size.ws_col : MOST;
}

void stream_open(struct stream *stream, int fd, enum color color)
{
	memset(stream, 0, sizeof *stream);
	stream->fd = fd;
	stream->is_terminal = isatty(fd) == 1;
	stream->color = may_color(stream, color);
	stream->width = width_of(stream);
}

static bool write_all(struct stream *stream)
{
	const char *text = str_text(&stream->text);
	size_t left = stream->text.size;

	while (left && !(signals_stopping() && stream->gives_way)) {
		ssize_t written = write(stream->fd, text, left);

		if (written < 0 && errno != EINTR)
			return false;
		text += written > 0 ? written : 0;
		left -= written > 0 ? (size_t)written : 0;
	}
	errno = EINTR;
	return !left;
}

#define ERASE "\r\033[K"

/* It is decoration: where it cannot be written nothing is missing. */
static void write_control(const struct stream *stream, const char *text, size_t size)
{
	ssize_t written = write(stream->fd, text, size);

	(void)written;
}

void stream_show(struct stream *stream, const char *line)
{
	size_t before = sizeof ERASE - 1;

	if (stream->shown && !strcmp(stream->line.text + before, line))
		return;
	str_clear(&stream->line);
	str_add(&stream->line, ERASE);
	str_add(&stream->line, line);
	stream->shown = true;
	signals_leave(ERASE);
	write_control(stream, stream->line.text, stream->line.size);
}

void stream_erase(struct stream *stream)
{
	if (stream->shown)
		write_control(stream, ERASE, sizeof ERASE - 1);
	stream->shown = false;
	signals_leave(NULL);
}

bool stream_flush(struct stream *stream)
{
	if (stream->shown && stream->text.size)
		stream_erase(stream);
	if (!stream->failure && !write_all(stream))
		stream->failure = errno;
	str_clear(&stream->text);
	return !stream->failure;
}

void stream_release(struct stream *stream)
{
	str_release(&stream->text);
	str_release(&stream->line);
}

void stream_printf(struct stream *stream, const char *format, ...)
{
	va_list arguments;

	va_start(arguments, format);
	str_vprintf(&stream->text, format, arguments);
	va_end(arguments);
}

static void add_line(struct stream *stream, enum style style, const char *text, size_t size)
{
	bool color = stream->color && style != STYLE_PLAIN;

	if (color)
		str_add(&stream->text, style_codes[style]);
	str_add_visible(&stream->text, text, size);
	if (color)
		str_add(&stream->text, "\033[0m");
}

void stream_add(struct stream *stream, enum style style, const char *text)
{
	const char *end;

	/* A file name may hold a newline, and would forge a line of ours. */
	while ((end = strchr(text, '\n')) != NULL) {
		add_line(stream, style, text, (size_t)(end - text));
		str_add(&stream->text, "\\x0a");
		text = end + 1;
	}
	add_line(stream, style, text, strlen(text));
}

void stream_add_lines(struct stream *stream, const char *prefix, enum style style, const char *text)
{
	for (bool more = true; more;) {
		size_t size = strcspn(text, "\n");

		str_add(&stream->text, prefix);
		add_line(stream, style, text, size);
		str_add_char(&stream->text, '\n');
		more = text[size] && text[size + 1];
		text += size + 1;
	}
}

void terminal_guard_descriptors(void)
{
	/* A closed stdout becomes one that cannot be written to, so that lost results are an
	 * error; a closed stderr is somebody's wish for silence. */
	static const int modes[] = {O_RDONLY, O_RDONLY, O_WRONLY};

	for (int fd = 0; fd <= 2; fd++) {
		if (fcntl(fd, F_GETFD) >= 0 || errno != EBADF)
			continue;
		if (open("/dev/null", modes[fd]) != fd)
			_exit(1);
	}
}
