/* template: the names and the texts of new files.
 *
 * A file name template has {rev} {slug} {year} {month} {day} {hour} {minute} {second} {epoch}; a
 * script template ${message} ${revision} ${down_revision} ${branch_labels} ${depends_on}
 * ${created}. An unknown placeholder is an error. Nothing that is filled in can leave the versions
 * directory.
 */
#ifndef MIGRATE_IO_TEMPLATE_H
#define MIGRATE_IO_TEMPLATE_H

#include <stdbool.h>
#include <stddef.h>
#include <time.h>

#include "base/arena.h"
#include "core/revision.h"
#include "migrate.h"

struct new_revision {
	const char *id, *message; /* message may have several lines */
	struct names parents, labels, dependencies;
	time_t created;
	/* SQL that goes behind what the template has in its sections; NULL: nothing does. */
	const char *upgrade, *downgrade;
};

struct template_settings {
	const char *file_template; /* without ".sql" */
	size_t slug_length;
	const char *timezone;             /* "UTC", "local" or a name of the tz database */
	const char *script, *script_name; /* the template's text, and its path for messages */
	size_t script_size;
};

/* The name of the file, ".sql" included. */
char *template_file_name(struct arena *arena, const struct template_settings *settings,
	const struct new_revision *revision, struct migrate_error *error);
/* The text of the file. It was parsed again, and yields exactly the revision that was asked for. */
char *template_script(struct arena *arena, const struct template_settings *settings,
	const struct new_revision *revision, struct migrate_error *error);
/* A message as a file name part: [a-z0-9_], at most limit bytes, cut at a word. */
char *template_slug(struct arena *arena, const char *message, size_t limit);

#endif
