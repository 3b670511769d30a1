/* file: whole files in and out, and paths.
 *
 * Errors are MIGRATE_E_FILE and name the path and the system's reason; callers that know better
 * what the file is for may pass another code.
 */
#ifndef MIGRATE_BASE_FILE_H
#define MIGRATE_BASE_FILE_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/stat.h>

#include "base/arena.h"
#include "base/str.h"
#include "migrate.h"

/* Reads a regular file of at most limit bytes, NUL-terminated, into the arena. directory_fd is
 * AT_FDCWD or an open directory below which name lies; a symbolic link in the last place is
 * followed only with AT_FDCWD. shown is the path for messages. */
char *file_read(struct arena *arena, int directory_fd, const char *name, const char *shown,
	size_t limit, size_t *size, enum migrate_error_code code, struct migrate_error *error);
/* The same into a string that is emptied first, for reading many files with one buffer. status, if
 * not NULL, gets what fstat(2) said. */
bool file_load(struct str *text, int directory_fd, const char *name, const char *shown,
	size_t limit, struct stat *status, enum migrate_error_code code,
	struct migrate_error *error);
bool file_exists(const char *path);
bool is_directory(const char *path);
/* Writes a new file whole or not at all: a temporary beside it, fsync, link into place. An existing
 * file is never replaced: MIGRATE_E_EXISTS. mode is further masked by umask. */
bool file_create(
	const char *path, const char *text, size_t size, mode_t mode, struct migrate_error *error);
/* The same, replacing what is there. */
bool file_replace(
	const char *path, const char *text, size_t size, mode_t mode, struct migrate_error *error);
/* The same; but what is there and is no regular file, as a pipe, a device or a link, is written
 * to. */
bool file_put(
	const char *path, const char *text, size_t size, mode_t mode, struct migrate_error *error);
/* The same for a file that is there, with exactly the permissions of mode, whatever the umask. */
bool file_rewrite(
	const char *path, const char *text, size_t size, mode_t mode, struct migrate_error *error);
/* Makes a directory and the missing ones above it. One that exists is no error. */
bool directory_create(const char *path, struct migrate_error *error);

/* directory/name; name alone where it is absolute or directory is "" or ".". */
char *path_join(struct arena *arena, const char *directory, const char *name);
/* All before the last slash: "" where there is none, "/" for a file in the root. */
char *path_directory(struct arena *arena, const char *path);
const char *path_name(const char *path);

#endif
