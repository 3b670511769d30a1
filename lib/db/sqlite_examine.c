/* sqlite_examine: library, file and directory, for migrate_doctor.
 *
 * Knows what SQLite needs of the file system: it makes its journal beside the file
 * (https://sqlite.org/tempfiles.html), so a file that can be written in a directory that cannot is
 * of no use. Surprising: nothing here opens the file, as closing it would drop SQLite's locks on it
 * (https://sqlite.org/howtocorrupt.html); and rights are those of the effective user. */
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/error.h"
#include "base/file.h"
#include "db/sql.h"
#include "db/sqlite.h"
#include "embedded.h"

static bool examine_library(struct symptoms *symptoms, struct migrate_error *error)
{
	struct sqlite_api api;

	if (!sqlite_api_load(&api, error))
		return false;
	symptoms_add(symptoms, "client_library", MIGRATE_LEVEL_OK, "SQLite %s", api.libversion());
	return true;
}

static bool may(const char *path, int access)
{
	return faccessat(AT_FDCWD, path, access, AT_EACCESS) == 0;
}

/* -------- File and directory -------- */

/* Of the file itself, behind symbolic links. */
static const char *directory_of(struct arena *arena, const char *path)
{
	char *real = realpath(path, NULL);
	const char *directory = path_directory(arena, real ? real : path);

	free(real);
	return *directory ? directory : ".";
}

static void examine_directory(struct symptoms *symptoms, const char *directory)
{
	if (!is_directory(directory)) {
		symptoms_add(symptoms, "directory", MIGRATE_LEVEL_PROBLEM,
			"directory \"%s\" for the database file does not exist", directory);
		symptoms_hint(symptoms, "Create the directory, or correct database_url.");
	} else if (!may(directory, W_OK | X_OK)) {
		symptoms_add(symptoms, "directory", MIGRATE_LEVEL_PROBLEM,
			"no file can be made in directory \"%s\", where SQLite needs a journal: %s",
			directory, strerror(errno));
		symptoms_hint(symptoms, "Let this user write in \"%s\".", directory);
	} else {
		symptoms_add(symptoms, "directory", MIGRATE_LEVEL_OK,
			"directory \"%s\" can be written", directory);
	}
	if (!sqlite_on_network(directory))
		return;
	symptoms_add(symptoms, "network_file_system", MIGRATE_LEVEL_WARNING,
		"\"%s\" is on a network file system, where SQLite's locks are not reliable",
		directory);
	symptoms_hint(symptoms, "Move the database to a local disk.");
}

static void examine_file(struct symptoms *symptoms, const char *path)
{
	struct stat status;
	bool everybody;

	if (stat(path, &status))
		return;
	everybody = status.st_mode & S_IWOTH;
	symptoms_add(symptoms, "file", everybody ? MIGRATE_LEVEL_WARNING : MIGRATE_LEVEL_OK,
		"file \"%s\", %" PRId64 " bytes, mode %04o%s", path, (int64_t)status.st_size,
		status.st_mode & 07777U,
		everybody ? ": everybody on this machine may change it" : "");
	if (everybody)
		symptoms_hint(symptoms, "chmod o-w %s", path);
}

static bool examine_journal(struct db *db, struct symptoms *symptoms, struct migrate_error *error)
{
	sqlite3_stmt *statement = sqlite_prepare(db, "PRAGMA main.journal_mode", error);
	bool row = false, ok = statement && sqlite_row(db, statement, &row, error);

	if (ok && row)
		symptoms_add(symptoms, "journal_mode", MIGRATE_LEVEL_OK, "journal mode %s",
			sqlite_text(db, symptoms->arena, statement, 0));
	db->api.finalize(statement);
	return ok;
}

static bool examine_connection(
	const char *path, struct db *db, struct symptoms *symptoms, struct migrate_error *error)
{
	if (!path) {
		symptoms_add(symptoms, "file", MIGRATE_LEVEL_NOTE,
			"a database in memory: what a command does there ends with it");
		return true;
	}
	if (!file_exists(path))
		symptoms_add(symptoms, "file", MIGRATE_LEVEL_NOTE,
			"database file \"%s\" does not exist yet: \"migrate upgrade\" creates it",
			path);
	else
		examine_file(symptoms, path);
	examine_directory(symptoms, directory_of(symptoms->arena, path));
	return !db->path || examine_journal(db, symptoms, error);
}

/* -------- Rights and state -------- */

static void examine_rights(const struct url *url, struct symptoms *symptoms)
{
	bool there = url->path && file_exists(url->path);

	if (url->access == URL_READ) {
		symptoms_add(symptoms, "read_only", MIGRATE_LEVEL_PROBLEM,
			"the database URL allows reading only");
		symptoms_hint(symptoms, "Take mode=ro or immutable=1 out of the URL.");
	} else if (url->path && !there && url->access == URL_WRITE) {
		symptoms_add(symptoms, "read_only", MIGRATE_LEVEL_PROBLEM,
			"the \"mode\" of the database URL lets no file be made");
		symptoms_hint(symptoms, "Take mode=rw out of the URL.");
	} else if (there && !may(url->path, W_OK)) {
		symptoms_add(symptoms, "read_only", MIGRATE_LEVEL_PROBLEM,
			"file \"%s\" cannot be written: %s", url->path, strerror(errno));
		symptoms_hint(symptoms, "Let this user write the file, or run as its owner.");
	} else if (there) {
		symptoms_add(symptoms, "read_only", MIGRATE_LEVEL_OK, "file \"%s\" can be written",
			url->path);
	}
}

static bool count_log(struct db *db, struct symptoms *symptoms, struct migrate_error *error)
{
	const struct sql_value values[] = {{"table", SQL_LITERAL, db->version_table, 0}};
	sqlite3_stmt *statement;
	struct str sql = {0};
	bool row = false, ok;

	if (!db->has_tables)
		return true;
	sql_fill(&sql, embedded_sqlite_log_count, values, 1);
	statement = sqlite_prepare(db, str_text(&sql), error);
	ok = statement && sqlite_row(db, statement, &row, error);
	if (ok && row) {
		int64_t count = db->api.column_int64(statement, 0);

		symptoms_add(symptoms, "log", MIGRATE_LEVEL_OK,
			"migrate_log has %" PRId64 " record%s", count, count == 1 ? "" : "s");
	}
	db->api.finalize(statement);
	str_release(&sql);
	return ok;
}

bool sqlite_examine(const struct db_settings *settings, struct db *db, enum migrate_area area,
	struct symptoms *symptoms, struct migrate_error *error)
{
	switch (area) {
	case MIGRATE_AREA_PROGRAM: return examine_library(symptoms, error);
	case MIGRATE_AREA_CONNECTION:
		return examine_connection(settings->url->path, db, symptoms, error);
	case MIGRATE_AREA_PRIVILEGES: examine_rights(settings->url, symptoms); break;
	case MIGRATE_AREA_STATE: return count_log(db, symptoms, error);
	case MIGRATE_AREA_CONFIGURATION:
	case MIGRATE_AREA_VERSIONS: break;
	}
	return true;
}
