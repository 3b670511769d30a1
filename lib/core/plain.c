/* plain: lines without what a check-out changes. Surprising: a blank line is given only once a line
 * that is not blank follows it, so those at the end never come. */
#include "core/plain.h"

#include <string.h>

#include "base/utf8.h"

static size_t trimmed_size(const char *line, size_t size)
{
	while (size && (line[size - 1] == ' ' || line[size - 1] == '\t' || line[size - 1] == '\r'))
		size--;
	return size;
}

void plain_begin(struct plain *plain, const char *text, size_t size)
{
	*plain = (struct plain){.at = text + utf8_mark(text, size), .end = text + size};
}

/* Takes lines up to one that is not blank. */
static void look_ahead(struct plain *plain)
{
	while (plain->at < plain->end && !plain->held.size) {
		const char *newline = memchr(plain->at, '\n', (size_t)(plain->end - plain->at));
		const char *stop = newline ? newline : plain->end;
		size_t size = trimmed_size(plain->at, (size_t)(stop - plain->at));

		if (size)
			plain->held = (struct line){plain->at, size};
		else
			plain->blank++;
		plain->at = newline ? newline + 1 : plain->end;
	}
}

bool plain_next(struct plain *plain, struct line *line)
{
	if (!plain->held.size)
		look_ahead(plain);
	if (!plain->held.size)
		return false;
	if (plain->blank) {
		plain->blank--;
		*line = (struct line){plain->held.text, 0};
		return true;
	}
	*line = plain->held;
	plain->held.size = 0;
	return true;
}
