/* revision_read: what the parts of the revision reader share. Internal to revision*.c.
 *
 * A span is a piece of the file's text, not terminated; errors point at the place that a span
 * begins.
 */
#ifndef MIGRATE_CORE_REVISION_READ_H
#define MIGRATE_CORE_REVISION_READ_H

#include "core/revision.h"

struct span {
	const char *text;
	size_t size;
};

struct reader {
	struct arena *arena;
	const char *file, *text;
	size_t size;
	struct revision *revision;
	struct migrate_error *error;
	unsigned seen; /* header keys, one bit each */
};

bool span_is_blank(char byte);
struct span span_trim(struct span span);
bool span_equals(struct span span, const char *text);
/* Takes the first word off: blanks before it are dropped. */
struct span span_word(struct span *rest);
/* For "%.*s": a bounded size, so that no line becomes a message. */
int span_shown(struct span span);

/* Places the error that was just set at a byte of the text. Returns false. */
bool reader_fail(struct reader *reader, const char *at);

/* The comment lines before the first marker, that is at offset end. */
bool header_read(struct reader *reader, size_t end);
bool header_names_revision(const struct reader *reader);

/* Offset of the next marker line at or after a line's start, or the text's size. */
size_t section_find(const struct reader *reader, size_t from);
/* All sections, from the marker line at an offset on. */
bool section_read_all(struct reader *reader, size_t at);
/* Refuses lines in column 1 that are all but a marker: what stands below them would silently run as
 * part of the section above. */
bool section_refuse_near_markers(struct reader *reader);

#endif
