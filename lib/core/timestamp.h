/* timestamp: the dates of revision headers. Pure. */
#ifndef MIGRATE_CORE_TIMESTAMP_H
#define MIGRATE_CORE_TIMESTAMP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define TIMESTAMP_MISSING INT64_MIN

/* ISO 8601 as Alembic and people write it: a date, then optionally `T` or a blank and a time with
 * seconds and a fraction, then Z, +HH:MM, +HHMM or +HH (nothing: UTC). Microseconds since 1970. */
bool timestamp_parse(const char *text, size_t size, int64_t *microseconds);

#endif
