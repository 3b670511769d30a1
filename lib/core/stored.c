/* stored: what a record of the log says. Knows files by revision_parse only. Surprising: a stored
 * file has a name, for messages, that is no path: "migrate_log[ID]". */
#include "core/stored.h"

#include <string.h>

#include "base/error.h"
#include "core/revision_read.h"

static bool has_marker(const char *text, size_t size)
{
	struct reader reader = {.text = text, .size = size};

	return section_find(&reader, size >= 3 && !memcmp(text, "\xef\xbb\xbf", 3) ? 3 : 0) < size;
}

bool stored_read(struct arena *arena, const char *id, const char *text, struct stored *stored,
	struct migrate_error *error)
{
	size_t size = strlen(text);
	const char *file = arena_printf(arena, "migrate_log[%s]", id);
	struct revision *revision = &stored->revision;

	*stored = (struct stored){.upgrade = text, .upgrade_size = size, .upgrade_line = 1};
	if (!has_marker(text, size))
		return true;
	if (!revision_parse(arena, file, text, size, revision, error))
		return false;
	if (strcmp(revision->id, id) != 0) {
		error_set(error, MIGRATE_E_SCRIPT, "the record of revision %s holds revision %s",
			id, revision->id);
		return error_at(error, file, 0, 0);
	}
	revision->text = text;
	revision->text_size = size;
	stored->whole = true;
	stored->upgrade = text + revision->upgrade.offset;
	stored->upgrade_size = revision->upgrade.size;
	stored->upgrade_line = revision->upgrade.line;
	return true;
}
