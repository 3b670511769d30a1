/* markup: text of scripts made harmless for what it is put into. What steers a terminal is shown as
 * \xNN first: XML cannot hold most of it. */
#ifndef MIGRATE_CMD_MARKUP_H
#define MIGRATE_CMD_MARKUP_H

#include "base/str.h"

/* Appends the text with each byte of `special` replaced by what stands at its place. */
void markup_replace(
	struct str *out, const char *text, const char *special, const char *const *replacement);
/* For XML and HTML, between tags and in an attribute alike. */
void markup_add(struct str *out, const char *text);

#endif
