/* progress: what is said of a step that takes long, as one line. Pure. */
#ifndef MIGRATE_CMD_PROGRESS_H
#define MIGRATE_CMD_PROGRESS_H

#include <stddef.h>
#include <stdint.h>

#include "base/str.h"
#include "migrate.h"

/* "[37/1000] upgrade 1f2a, Add tags (12 s): building index, 43 %", on one line whatever it holds;
 * at most so many columns, 0: all of it. */
void progress_line(struct str *out, const struct migrate_tick *tick, size_t columns);
/* A log is told of a step from time to time: when next (microseconds since it began), where it was
 * told at `last`, 0: not yet. */
int64_t progress_next(int64_t last);

#endif
