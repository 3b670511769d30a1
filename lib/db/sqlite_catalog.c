/* sqlite_catalog: a database file made and removed.
 *
 * Surprising: an empty file is an empty database (https://sqlite.org/fileformat2.html). And the
 * journals go before the file: one that stayed would be played back into the next database of that
 * name (https://sqlite.org/howtocorrupt.html#_unlinking_or_renaming_a_database_file_while_in_use).
 */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/error.h"
#include "db/catalog.h"
#include "db/sqlite.h"

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

static bool catalog_create(struct db *db, bool *created, struct migrate_error *error)
{
	int file = open(db->path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0644);

	*created = file >= 0;
	if (file >= 0) {
		close(file);
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

static bool catalog_drop(struct db *db, bool force, bool *dropped, struct migrate_error *error)
{
	char *real = realpath(db->path, NULL);

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

/* A file that is missing may be made by another program. */
static bool may_come(const struct migrate_error *error)
{
	return strstr(error->message, "database file") != NULL;
}

const struct db_catalog sqlite_catalog = {
	.open = catalog_open,
	.create = catalog_create,
	.drop = catalog_drop,
	.may_come = may_come,
};
