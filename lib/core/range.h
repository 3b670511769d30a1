/* range: what can be told of a target or a range from its text alone. Pure. */
#ifndef MIGRATE_CORE_RANGE_H
#define MIGRATE_CORE_RANGE_H

#include <stdbool.h>

/* Does it count from where the database stands: current, or +N and -N without a symbol? */
bool target_asks_database(const char *text);

#endif
