/* pager: long results through less(1) or what the user has in its place, as git does. */
#ifndef MIGRATE_CMD_PAGER_H
#define MIGRATE_CMD_PAGER_H

#include <stdbool.h>

#include "options.h"
#include "terminal.h"

/* Is that what a pager is for: a listing as text, on a terminal? */
bool pager_is_for(const struct options *options, const struct stream *out);
/* Gives the stream's text to the pager, and waits until it is left. False: there is none or it
 * cannot be run, and the text is still to be written; then *failed names one that the user asked
 * for, else it is NULL. */
bool pager_write(struct stream *out, const char **failed);

#endif
