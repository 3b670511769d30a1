/* sqlite_catalog: a database file made and removed.
 *
 * Surprising: an empty file is an empty database (https://sqlite.org/fileformat2.html). And the
 * journals go before the file: one that stayed would be played back into the next database of that
 * name (https://sqlite.org/howtocorrupt.html#_unlinking_or_renaming_a_database_file_while_in_use).
 */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/fs.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/error.h"
#include "db/catalog.h"
#include "db/sqlite.h"

/* With a slash at its end. */
static const char *directory_of(struct db *db)
{
	const char *slash = strrchr(db->path, '/');

	return arena_strndup(&db->memory, db->path, (size_t)(slash - db->path) + 1);
}

static bool catalog_open(
	const struct db_settings *settings, struct db **opened, struct migrate_error *error)
{
	struct db *db;

	*opened = NULL;
	if (!settings->url->path) {
		error_set(error, MIGRATE_E_REFUSED,
			"the database is in memory: there is no file to create or drop");
		return error_hint(error, "Name a file in the database URL: sqlite:///app.db.");
	}
	db = memset(memory_resize(NULL, sizeof *db), 0, sizeof *db);
	sqlite_copy_settings(db, settings);
	*opened = db;
	if (settings->url->access == URL_CREATE)
		return true;
	sqlite_driver.close(db);
	*opened = NULL;
	error_set(error, MIGRATE_E_REFUSED,
		"the database URL lets \"%s\" be neither created nor dropped", settings->url->path);
	return error_hint(error, "Take \"mode\" and \"immutable\" out of the URL.");
}

static const char *path_of(struct db *db, const char *name)
{
	if (!name)
		return db->path;
	return arena_printf(&db->memory, "%s%s.db", directory_of(db), name);
}

static bool catalog_create(
	struct db *db, const char *name, bool *created, struct migrate_error *error)
{
	const char *path = path_of(db, name);
	int file = open(path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0644);

	*created = file >= 0;
	if (file >= 0) {
		close(file);
		if (!name)
			sqlite_notice(db, DB_CREATED, "created \"%s\"", db->shown);
		return true;
	}
	if (errno == EEXIST)
		return true;
	error_set(error, MIGRATE_E_CONNECT, "cannot create database file \"%s\": %s", db->shown,
		strerror(errno));
	if (errno == ENOENT)
		error_hint(error, "Create the directory, or correct database_url.");
	return false;
}

/* An empty file, or one that says what it is. */
static bool is_database(const char *path)
{
	static const char magic[] = "SQLite format 3";
	char head[sizeof magic];
	int file = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	struct stat status;
	ssize_t size;
	bool regular;

	if (file < 0)
		return false;
	regular = !fstat(file, &status) && S_ISREG(status.st_mode);
	size = regular ? read(file, head, sizeof head) : -1;
	close(file);
	return regular && (!size || (size == sizeof head && !memcmp(head, magic, sizeof head)));
}

/* False where another connection reads or writes. In exclusive locking mode that is also seen of
 * one that only has a WAL file open (https://sqlite.org/wal.html#noshm). What else is wrong with a
 * database that is going to be removed does not matter. */
static bool lock_all(struct db *db, const char *path)
{
	static const char lock[] = "PRAGMA locking_mode = EXCLUSIVE; BEGIN EXCLUSIVE";
	int code = SQLITE_NOMEM;

	if (db->api.open_v2(path, &db->handle, SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX, NULL) ==
		SQLITE_OK)
		code = db->api.exec(db->handle, lock, NULL, NULL, NULL);
	return (code & 0xff) != SQLITE_BUSY;
}

static bool remove_files(struct db *db, const char *path, struct migrate_error *error)
{
	static const char *const ends[] = {"-journal", "-wal", "-shm", ""};

	for (size_t i = 0; i < sizeof ends / sizeof *ends; i++) {
		const char *file = arena_printf(&db->memory, "%s%s", path, ends[i]);

		if (unlink(file) && errno != ENOENT)
			return error_set(error, MIGRATE_E_FILE, "cannot remove \"%s\": %s", file,
				strerror(errno));
	}
	return true;
}

/* real: where the file is, behind symbolic links: there its journals are too. */
static bool drop_file(struct db *db, const char *real, bool force, struct migrate_error *error)
{
	bool good;

	if (!is_database(real)) {
		error_set(error, MIGRATE_E_REFUSED, "\"%s\" is not an SQLite database", db->shown);
		return error_hint(error, "Correct database_url, or remove the file yourself.");
	}
	if (!sqlite_api_load(&db->api, error))
		return false;
	if (force || lock_all(db, real)) {
		good = remove_files(db, real, error);
	} else {
		good = error_set(error, MIGRATE_E_DATABASE, "database \"%s\" is in use", db->shown);
		error_hint(error, "End the programs that have it open, or use --force.");
	}
	db->api.close_v2(db->handle);
	db->handle = NULL;
	return good;
}

static bool catalog_drop(
	struct db *db, const char *name, bool force, bool *dropped, struct migrate_error *error)
{
	char *real = realpath(path_of(db, name), NULL);

	*dropped = false;
	if (!real && errno == ENOENT)
		return true;
	if (!real)
		return error_set(error, MIGRATE_E_FILE, "cannot drop \"%s\": %s", db->shown,
			strerror(errno));
	*dropped = drop_file(db, real, force, error);
	free(real);
	return *dropped;
}

static const char *catalog_name(struct db *db, struct arena *arena)
{
	const char *name = strrchr(db->path, '/') + 1;
	size_t size = strlen(name);

	return arena_strndup(
		arena, name, size > 3 && !strcmp(name + size - 3, ".db") ? size - 3 : size);
}

/* Absolute: the application's current directory is not ours. */
static const char *catalog_place(struct db *db, struct arena *arena, const char *name)
{
	char *real = realpath(directory_of(db), NULL);
	const char *place;

	place = arena_printf(arena, "%s/%s.db", real ? real : directory_of(db), name);
	free(real);
	return place;
}

static bool catalog_exists(
	struct db *db, const char *name, bool *found, struct migrate_error *error)
{
	(void)error;
	*found = !access(path_of(db, name), F_OK);
	return true;
}

static bool catalog_identify(struct db *db, struct str *key, struct migrate_error *error)
{
	if (!sqlite_api_load(&db->api, error))
		return false;
	str_printf(key, "SQLite %s\n", db->api.libversion());
	return true;
}

/* All bytes, shared with the original where the file system can do that (ioctl_ficlone(2)), else
 * copied within the kernel (copy_file_range(2)), else by hand. */
static bool copy_bytes(int from, int to)
{
	enum { PIECE = 1 << 16, AT_ONCE = 1 << 30 };
	char buffer[PIECE];
	ssize_t size;

	if (!ioctl(to, FICLONE, from))
		return true;
	while ((size = copy_file_range(from, NULL, to, NULL, AT_ONCE, 0)) > 0)
		;
	if (!size)
		return true;
	while ((size = read(from, buffer, sizeof buffer)) > 0)
		if (write(to, buffer, (size_t)size) != size)
			return false;
	return !size;
}

static bool copy_to(int from, const char *path, struct migrate_error *error)
{
	int to = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0644), reason;
	bool good = to >= 0 && copy_bytes(from, to);

	reason = errno;
	if (to >= 0 && close(to) && good) {
		reason = errno;
		good = false;
	}
	if (good)
		return true;
	if (to >= 0)
		unlink(path);
	return error_set(error, MIGRATE_E_FILE, "cannot write \"%s\": %s", path, strerror(reason));
}

static bool catalog_copy(struct db *db, const char *template, const char *name, bool *found,
	struct migrate_error *error)
{
	const char *source = path_of(db, template);
	int from = open(source, O_RDONLY | O_CLOEXEC);
	bool good;

	*found = from >= 0 || errno != ENOENT;
	if (from < 0)
		return !*found || error_set(error, MIGRATE_E_FILE, "cannot read \"%s\": %s", source,
					  strerror(errno));
	good = copy_to(from, path_of(db, name), error);
	close(from);
	return good;
}

/* A write-ahead log goes with the last connection; one that stayed belongs to the database
 * (https://sqlite.org/wal.html#the_wal_file). A journal that stayed is empty or has no header any
 * more (https://sqlite.org/pragma.html#pragma_journal_mode): nobody closed without a COMMIT. */
static bool catalog_seal(
	struct db *db, const char *name, const char *template, struct migrate_error *error)
{
	const char *path = path_of(db, name);
	struct stat status;

	if (!stat(arena_printf(&db->memory, "%s-wal", path), &status) && status.st_size)
		return error_set(error, MIGRATE_E_DATABASE,
			"database \"%s\" is in use, and cannot become a template", path);
	if (!rename(path, path_of(db, template)))
		return remove_files(db, path, error);
	return error_set(error, MIGRATE_E_FILE, "cannot rename \"%s\": %s", path, strerror(errno));
}

/* On the directory, so that no file is left behind. */
static bool catalog_lock(
	struct db *db, const char *template, bool *taken, struct migrate_error *error)
{
	const char *directory = directory_of(db);
	int lock = open(directory, O_RDONLY | O_DIRECTORY | O_CLOEXEC);

	(void)template;
	*taken = lock >= 0 && !flock(lock, LOCK_EX | LOCK_NB);
	if (*taken) {
		db->catalog_lock = lock + 1;
		return true;
	}
	if (lock >= 0)
		close(lock);
	if (lock >= 0 && errno == EWOULDBLOCK)
		return true;
	return error_set(error, MIGRATE_E_FILE, "cannot lock directory \"%s\": %s", directory,
		strerror(errno));
}

static void catalog_unlock(struct db *db, const char *template)
{
	(void)template;
	if (db->catalog_lock)
		close(db->catalog_lock - 1);
	db->catalog_lock = 0;
}

static size_t list_directory(struct db *db, DIR *directory, struct arena *arena, const char *prefix,
	struct db_entry *entries, size_t room)
{
	struct dirent *entry;
	struct stat status;
	size_t count = 0;

	while ((entry = readdir(directory)) && count < room) {
		size_t size = strlen(entry->d_name);
		const char *name;

		if (strncmp(entry->d_name, prefix, strlen(prefix)) != 0 || size < 4 ||
			strcmp(entry->d_name + size - 3, ".db") != 0)
			continue;
		name = arena_strndup(arena, entry->d_name, size - 3);
		if (!stat(path_of(db, name), &status))
			entries[count++] = (struct db_entry){.name = name, .made = status.st_mtime};
	}
	return count;
}

static bool catalog_list(struct db *db, struct arena *arena, const char *prefix,
	struct db_entry **entries, size_t *count, struct migrate_error *error)
{
	enum { ROOM = 1 << 16 }; /* what is left is for the next time */
	const char *path = directory_of(db);
	DIR *directory = opendir(path);

	*count = 0;
	if (!directory)
		return error_set(error, MIGRATE_E_FILE, "cannot read directory \"%s\": %s", path,
			strerror(errno));
	*entries = ARENA_ARRAY(arena, ROOM, struct db_entry);
	*count = list_directory(db, directory, arena, prefix, *entries, ROOM);
	closedir(directory);
	return true;
}

/* A file that is missing may be made by another program. */
static bool may_come(const struct migrate_error *error)
{
	return strstr(error->message, "database file") != NULL;
}

const struct db_catalog sqlite_catalog = {
	.open = catalog_open,
	.name = catalog_name,
	.place = catalog_place,
	.create = catalog_create,
	.drop = catalog_drop,
	.identify = catalog_identify,
	.copy = catalog_copy,
	.seal = catalog_seal,
	.exists = catalog_exists,
	.lock = catalog_lock,
	.unlock = catalog_unlock,
	.list = catalog_list,
	.may_come = may_come,
};
