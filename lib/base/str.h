/* str: a byte string that grows, always followed by a NUL. A zeroed struct is the empty string.
 * Bytes may be NUL themselves; size tells. Out of memory follows the arena's policy. */
#ifndef MIGRATE_BASE_STR_H
#define MIGRATE_BASE_STR_H

#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>

struct str {
	char *text; /* NULL until the first append; str_text gives "" */
	size_t size, capacity;
};

void str_add(struct str *str, const char *text);
void str_add_bytes(struct str *str, const char *bytes, size_t size);
void str_add_char(struct str *str, char byte);
__attribute__((format(printf, 2, 3))) void str_printf(struct str *str, const char *format, ...);
void str_vprintf(struct str *str, const char *format, va_list arguments);
/* Makes room for size more bytes, and returns where they go; the caller adds to str->size. */
char *str_reserve(struct str *str, size_t size);
const char *str_text(const struct str *str);
/* Empties it, memory kept. */
void str_clear(struct str *str);
void str_release(struct str *str);

/* Appends text with what could steer a terminal shown as \xNN: C0 but newline and tab, DEL, C1,
 * the bidirectional controls, and bytes that are no UTF-8. */
void str_add_visible(struct str *str, const char *text, size_t size);
/* Appends a word as a shell has to be given it, quoted where it must be. */
void str_add_word(struct str *str, const char *word);

#endif
