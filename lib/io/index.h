/* index: the headers of a large versions directory, kept beside the scripts so that 10,000 files
 * need not be opened to learn that there is nothing to do.
 *
 * DIRECTORY/.migrate/index (with a .gitignore beside it that hides both from git). It is a cache
 * and nothing else: safe to delete, rebuilt when stale, ignored when damaged, never written for
 * fewer than INDEX_THRESHOLD files nor where the directory is read-only. An entry counts only for a
 * file of the same name, inode, size, modification and change time, all older than the index by a
 * margin: a file edited within the clock's grain of being indexed is not trusted (git calls such
 * entries racy).
 */
#ifndef MIGRATE_IO_INDEX_H
#define MIGRATE_IO_INDEX_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/stat.h>

#include "base/arena.h"
#include "core/revision.h"

enum { INDEX_THRESHOLD = 256 };

struct index_entry {
	const char *name;
	struct revision revision; /* file is NULL */
	const char *checksum;     /* of the upgrade section */
};

/* What tells that a file is the one that was indexed. */
struct index_stamp {
	int64_t modified, changed; /* nanoseconds */
	uint64_t inode, size;
};

struct index; /* lives in the arena, and so does every string of its entries */

struct index_stamp index_stamp(const struct stat *status);
/* Whether there is a file by that name. */
bool index_exists(const char *directory);
/* The index of an open directory, or NULL where there is none of use. */
struct index *index_open(struct arena *arena, int directory_fd);
/* The entry of a regular file with that stamp. Asking in the order of writing is fast. */
bool index_find(struct index *index, const char *name, const struct index_stamp *stamp,
	struct index_entry *entry);

struct index_writer;

struct index_writer *index_begin(struct arena *arena);
void index_add(struct index_writer *writer, const struct index_entry *entry,
	const struct index_stamp *stamp);
/* Writes it into place, silently failing: a cache has no errors. */
void index_write(struct index_writer *writer, int directory_fd, const char *directory);

#endif
