/* file: reading and writing whole files. Surprising: new files appear by link(2), which unlike
 * rename(2) refuses to replace one that came into being meanwhile. */
#include "base/file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/error.h"

static bool fail(struct migrate_error *error, enum migrate_error_code code, const char *verb,
	const char *path)
{
	return error_set(error, code, "could not %s \"%s\": %s", verb, path, strerror(errno));
}

static bool read_all(int fd, char *text, size_t size, size_t *got)
{
	*got = 0;
	while (*got < size) {
		ssize_t n = read(fd, text + *got, size - *got);

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return false;
		if (n == 0)
			break;
		*got += (size_t)n;
	}
	return true;
}

/* Opens a regular file of at most limit bytes; -1 with an error. */
static int open_regular(int directory_fd, const char *name, const char *shown, size_t limit,
	struct stat *status, enum migrate_error_code code, struct migrate_error *error)
{
	int flags = O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK;
	int fd = openat(directory_fd, name, directory_fd == AT_FDCWD ? flags : flags | O_NOFOLLOW);

	if (fd < 0 && errno == ELOOP)
		error_set(error, code, "\"%s\" is a symbolic link, not a regular file", shown);
	else if (fd < 0)
		fail(error, code, "open", shown);
	else if (fstat(fd, status))
		fail(error, code, "read", shown);
	else if (!S_ISREG(status->st_mode))
		error_set(error, code, "\"%s\" is not a regular file", shown);
	else if ((size_t)status->st_size > limit)
		error_set(error, code, "\"%s\" is too large: %lld bytes, the limit is %zu", shown,
			(long long)status->st_size, limit);
	else
		return fd;
	if (fd >= 0)
		close(fd);
	return -1;
}

bool file_load(struct str *text, int directory_fd, const char *name, const char *shown,
	size_t limit, struct stat *status, enum migrate_error_code code,
	struct migrate_error *error)
{
	struct stat local;
	struct stat *found = status ? status : &local;
	int fd = open_regular(directory_fd, name, shown, limit, found, code, error);
	size_t size;
	bool ok;

	if (fd < 0)
		return false;
	str_clear(text);
	ok = read_all(fd, str_reserve(text, (size_t)found->st_size), (size_t)found->st_size, &size);
	if (!ok)
		fail(error, code, "read", shown);
	close(fd);
	text->size = size;
	text->text[size] = '\0';
	return ok;
}

char *file_read(struct arena *arena, int directory_fd, const char *name, const char *shown,
	size_t limit, size_t *size, enum migrate_error_code code, struct migrate_error *error)
{
	struct stat status;
	int fd = open_regular(directory_fd, name, shown, limit, &status, code, error);
	char *text = NULL;

	if (fd < 0)
		return NULL;
	text = arena_alloc(arena, (size_t)status.st_size + 1);
	if (!read_all(fd, text, (size_t)status.st_size, size)) {
		fail(error, code, "read", shown);
		text = NULL;
	}
	close(fd);
	return text;
}

bool file_exists(const char *path)
{
	struct stat status;

	return lstat(path, &status) == 0;
}

bool is_directory(const char *path)
{
	struct stat status;

	return stat(path, &status) == 0 && S_ISDIR(status.st_mode);
}

static bool write_all(int fd, const char *text, size_t size)
{
	while (size) {
		ssize_t n = write(fd, text, size);

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return false;
		text += n;
		size -= (size_t)n;
	}
	return true;
}

/* Closes it too. sync: what is written is to outlive the machine. */
static bool write_out(int fd, const char *path, const char *text, size_t size, bool sync,
	struct migrate_error *error)
{
	bool ok = write_all(fd, text, size) && (!sync || fsync(fd) == 0);

	if (!ok)
		fail(error, MIGRATE_E_FILE, "write", path);
	if (close(fd) && ok)
		ok = fail(error, MIGRATE_E_FILE, "write", path);
	return ok;
}

/* Opens a new file beside path, under a name that nobody uses: open(2) itself applies the umask,
 * which could otherwise only be read by changing it under other threads. */
static int open_temporary(const char *path, mode_t mode, struct str *name)
{
	static const int flags = O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC;
	int fd = -1;

	for (unsigned i = 0; fd < 0 && i < 100; i++) {
		str_clear(name);
		str_printf(name, "%.*s.tmp-%ld-%u", (int)(path_name(path) - path), path,
			(long)getpid(), i);
		fd = open(name->text, flags, mode);
		if (fd < 0 && errno != EEXIST)
			break;
	}
	return fd;
}

static char *write_temporary(
	const char *path, const char *text, size_t size, mode_t mode, struct migrate_error *error)
{
	struct str name = {0};
	int fd = open_temporary(path, mode, &name);

	if (fd < 0) {
		fail(error, MIGRATE_E_FILE, "write", path);
		str_release(&name);
		return NULL;
	}
	if (write_out(fd, path, text, size, true, error))
		return name.text;
	unlink(name.text);
	str_release(&name);
	return NULL;
}

bool file_create(
	const char *path, const char *text, size_t size, mode_t mode, struct migrate_error *error)
{
	char *temporary;
	bool ok;

	if (file_exists(path))
		return error_set(error, MIGRATE_E_EXISTS, "\"%s\" exists already", path);
	temporary = write_temporary(path, text, size, mode, error);
	if (!temporary)
		return false;
	ok = link(temporary, path) == 0;
	if (!ok && errno == EEXIST)
		error_set(error, MIGRATE_E_EXISTS, "\"%s\" exists already", path);
	else if (!ok)
		fail(error, MIGRATE_E_FILE, "write", path);
	unlink(temporary);
	free(temporary);
	return ok;
}

/* exact: no umask. */
static bool replace(const char *path, const char *text, size_t size, mode_t mode, bool exact,
	struct migrate_error *error)
{
	char *temporary = write_temporary(path, text, size, exact ? 0600 : mode, error);
	bool ok;

	if (!temporary)
		return false;
	ok = (!exact || chmod(temporary, mode & 07777) == 0) && rename(temporary, path) == 0;
	if (!ok) {
		fail(error, MIGRATE_E_FILE, "write", path);
		unlink(temporary);
	}
	free(temporary);
	return ok;
}

bool file_replace(
	const char *path, const char *text, size_t size, mode_t mode, struct migrate_error *error)
{
	return replace(path, text, size, mode, false, error);
}

/* A rename would put a file in its place. */
static bool write_to(
	const char *path, const char *text, size_t size, mode_t mode, struct migrate_error *error)
{
	int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOCTTY, mode);

	if (fd < 0)
		return fail(error, MIGRATE_E_FILE, "write", path);
	return write_out(fd, path, text, size, false, error);
}

bool file_put(
	const char *path, const char *text, size_t size, mode_t mode, struct migrate_error *error)
{
	struct stat status;

	if (!lstat(path, &status) && !S_ISREG(status.st_mode))
		return write_to(path, text, size, mode, error);
	return file_replace(path, text, size, mode, error);
}

bool file_rewrite(
	const char *path, const char *text, size_t size, mode_t mode, struct migrate_error *error)
{
	return replace(path, text, size, mode, true, error);
}

static bool make_directory(const char *path)
{
	int reason;

	if (mkdir(path, 0777) == 0)
		return true;
	reason = errno;
	if (is_directory(path))
		return true;
	errno = reason;
	return false;
}

bool directory_create(const char *path, struct migrate_error *error)
{
	struct str part = {0};
	bool ok = true;

	for (size_t i = 0; ok && path[i]; i++) {
		str_add_char(&part, path[i]);
		if (path[i + 1] != '/' && path[i + 1] != '\0')
			continue;
		ok = make_directory(part.text);
		if (!ok)
			fail(error, MIGRATE_E_FILE, "create the directory", part.text);
	}
	str_release(&part);
	return ok;
}

char *path_join(struct arena *arena, const char *directory, const char *name)
{
	size_t size = strlen(directory), rest = strlen(name) + 1;
	char *path;

	if (name[0] == '/' || !size || !strcmp(directory, "."))
		return arena_strdup(arena, name);
	path = arena_alloc(arena, size + 1 + rest);
	memcpy(path, directory, size);
	if (directory[size - 1] != '/')
		path[size++] = '/';
	memcpy(path + size, name, rest);
	return path;
}

char *path_directory(struct arena *arena, const char *path)
{
	const char *slash = strrchr(path, '/');

	if (!slash)
		return arena_strdup(arena, "");
	return arena_strndup(arena, path, slash == path ? 1 : (size_t)(slash - path));
}

const char *path_name(const char *path)
{
	const char *slash = strrchr(path, '/');

	return slash ? slash + 1 : path;
}
