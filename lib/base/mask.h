/* mask: passwords in text that is to be shown. Pure.
 *
 * Where nothing more is known of one than how it is usually written: between the `:` and the `@` of
 * a URL, behind `password=`, and in SQL's PASSWORD '...'. The last line of defence, for names,
 * paths and commands that somebody has put a URL into. Who knows that a value is a URL, or knows
 * the password, does better.
 */
#ifndef MIGRATE_BASE_MASK_H
#define MIGRATE_BASE_MASK_H

#include <stdbool.h>
#include <stddef.h>

#include "base/str.h"

/* Is it a URL, or a part of one, that could hold a password? It is no path, whatever else it is. */
bool may_hold_password(const char *text);

/* Appends text with each such password as `***`; with keep_width as one `*` for each character. */
void str_add_masked(struct str *str, const char *text, size_t size, bool keep_width);
/* Appends text without the secrets, a list that NULL ends, or NULL: those that stand by themselves,
 * and with `everywhere` also those within a word but for very short ones, which is for text that
 * a client library makes of a URL. */
void str_add_without(struct str *str, const char *text, size_t size, const char *const *secrets,
	bool everywhere, bool keep_width);

#endif
