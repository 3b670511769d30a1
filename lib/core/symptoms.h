/* symptoms: what a look at a project and its database has found so far, good and bad, in the order
 * of the look. Pure but for the arena.
 *
 * Text is copied, and what looks like a password in it is masked. The list may move when it grows.
 */
#ifndef MIGRATE_CORE_SYMPTOMS_H
#define MIGRATE_CORE_SYMPTOMS_H

#include <stdbool.h>
#include <stddef.h>

#include "base/arena.h"
#include "migrate.h"

struct symptoms {
	struct arena *arena;
	enum migrate_area area; /* of what is added next */
	struct migrate_symptom *item;
	size_t count, capacity;
};

/* check: a word that scripts may look for; it lives as long as the program. */
__attribute__((format(printf, 4, 5))) void symptoms_add(struct symptoms *symptoms,
	const char *check, enum migrate_level level, const char *format, ...);
/* Of the one that was added last: a sentence that says what to do, or the statement that mends it.
 */
__attribute__((format(printf, 2, 3))) void symptoms_hint(
	struct symptoms *symptoms, const char *format, ...);
/* An error as a symptom, with its place, the first line of its detail, and its hint; clears it. */
void symptoms_add_error(struct symptoms *symptoms, const char *check, enum migrate_level level,
	struct migrate_error *error);
bool symptoms_have(const struct symptoms *symptoms, const char *message);

#endif
