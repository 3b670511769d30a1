/* plain: a script's lines as its checksum and a diff see them, whatever a check-out or an editor
 * did to them: without byte order mark, line ends, blanks at the end of a line, blank lines at the
 * end. Pure; nothing is copied. */
#ifndef MIGRATE_CORE_PLAIN_H
#define MIGRATE_CORE_PLAIN_H

#include <stdbool.h>
#include <stddef.h>

struct line {
	const char *text; /* not terminated */
	size_t size;
};

struct plain {
	const char *at, *end;
	struct line held; /* not blank; to come behind blank lines */
	size_t blank;
};

void plain_begin(struct plain *plain, const char *text, size_t size);
bool plain_next(struct plain *plain, struct line *line);

#endif
