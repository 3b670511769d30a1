/* utf8: what is a character (Unicode 15, table 3-7), and how wide a terminal draws it. Pure. */
#ifndef MIGRATE_BASE_UTF8_H
#define MIGRATE_BASE_UTF8_H

#include <stddef.h>
#include <stdint.h>

/* Bytes of the character at text, 0 where there is no valid one. */
size_t utf8_decode(const char *text, size_t size, uint32_t *point);
/* Offset of the first byte that is not UTF-8, or size. */
size_t utf8_invalid(const char *text, size_t size);
/* Bytes of the byte order mark that the text begins with: 3 or 0. */
size_t utf8_mark(const char *text, size_t size);
/* Characters in valid text; a stray byte counts as one. */
size_t utf8_count(const char *text, size_t size);
/* Offset of character number index (0 first), at most size. */
size_t utf8_offset(const char *text, size_t size, size_t index);
/* Terminal columns of a character: 0 for combining ones, 2 for wide ones. */
int utf8_width(uint32_t point);

#endif
