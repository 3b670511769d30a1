/* mask: passwords in text that is to be shown, where nothing more is known of it than how a
 * password is usually written: between the `:` and the `@` of a URL, and behind `password=`. Pure.
 *
 * The last line of defence, for names, paths and commands that somebody has put a URL into. Who
 * knows that a value is a URL, or knows the password, does better.
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

#endif
