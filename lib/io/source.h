/* source: the versions directories, read into revisions.
 *
 * Every *.sql directly in a directory is a revision, except names that begin with `.` or `_`; other
 * names are ignored, sub-directories not entered, near misses (x.SQL, x.up..sql, two names that
 * differ only in case) are errors. Only regular files are read, never through a symbolic link.
 * Texts are not kept: source_script reads one again when it is about to run.
 */
#ifndef MIGRATE_IO_SOURCE_H
#define MIGRATE_IO_SOURCE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/arena.h"
#include "core/revision.h"
#include "migrate.h"

struct source {
	struct revision *revision;
	/* The upgrade sections' fingerprints, parallel to revision */
	const char **checksum;
	uint32_t count;
};

/* A guess, without reading them: so many scripts that loading takes milliseconds. */
bool source_is_large(const struct names *directories);

/* Loads all directories. Errors of several files are reported together: the first is the error, the
 * others its detail. */
bool source_load(struct arena *arena, const struct names *directories, struct source *source,
	struct migrate_error *error);

/* The same, and no index is written. */
bool source_look(struct arena *arena, const struct names *directories, struct source *source,
	struct migrate_error *error);
/* What else lies in the directories and is no revision: paths, those of sub-directories with a
 * slash at the end. Names that begin with `.` are nobody's business. */
struct names source_others(struct arena *arena, const struct names *directories);

struct script {
	const char *sql; /* the section, NUL-terminated */
	size_t size;
	/* The file as it is, for the log; NULL where a database cannot keep it: a section that is
	 * not read holds bytes that are no text */
	const char *whole;
	size_t whole_size;
	uint32_t line; /* in the file, of its first line */
	struct section_options options;
	char checksum[CHECKSUM_SIZE];
};

/* Reads a section again, from the file as it is now, or from the revision's own text. A file that
 * changed its revision meanwhile, or lost the section, is MIGRATE_E_SCRIPT. */
bool source_script(struct arena *arena, const struct revision *revision, bool downgrade,
	struct script *script, struct migrate_error *error);

#endif
