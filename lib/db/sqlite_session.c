/* sqlite_session: one run at a time on a version table, from its first transaction to its last.
 *
 * Knows the descriptor that SQLite has open on the database file; no SQL. SQLite's own locks end
 * with each transaction, and two runs that take turns find that the rows moved; so a run also holds
 * a lock on one byte of the file, which the system drops when the process dies. It is politeness:
 * where it cannot be had, the comparison of the rows still keeps every revision from running twice.
 *
 * Surprising: it is an open file description lock (fcntl(2), F_OFD_SETLK) on SQLite's descriptor,
 * found in /proc/self/fd. A descriptor of our own would, when closed, drop all of SQLite's locks on
 * the file in this process. The byte lies behind those that SQLite locks, 0x40000000 to 0x400001ff
 * (https://sqlite.org/fileformat2.html#the_lock_byte_page); a lock on a byte neither reads nor
 * writes it.
 */
#include <ctype.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/stat.h>

#include "db/sqlite.h"

enum { FIRST_BYTE = 0x40001000, BYTES = 0x3fff0000 };

/* Descriptors of this process that are open on the file, into found; how many there are. */
static size_t open_descriptors(const char *path, int found[SQLITE_DESCRIPTORS])
{
	struct stat file, each;
	struct dirent *entry;
	size_t count = 0;
	DIR *directory;

	if (stat(path, &file) || !(directory = opendir("/proc/self/fd")))
		return 0;
	while (count < SQLITE_DESCRIPTORS && (entry = readdir(directory))) {
		int descriptor = atoi(entry->d_name);

		if (isdigit((unsigned char)*entry->d_name) && !fstat(descriptor, &each) &&
			each.st_ino == file.st_ino && each.st_dev == file.st_dev)
			found[count++] = descriptor;
	}
	closedir(directory);
	return count;
}

void sqlite_session_before_open(struct db *db)
{
	db->descriptor = -1;
	db->others_count = db->path ? open_descriptors(db->path, db->others) : 0;
}

static bool is_other(const struct db *db, int descriptor)
{
	for (size_t i = 0; i < db->others_count; i++)
		if (db->others[i] == descriptor)
			return true;
	return false;
}

void sqlite_session_after_open(struct db *db)
{
	int found[SQLITE_DESCRIPTORS];
	size_t count = db->path ? open_descriptors(db->path, found) : 0;

	for (size_t i = 0; i < count; i++)
		if (!is_other(db, found[i]))
			db->descriptor = found[i];
}

off_t sqlite_session_byte(const struct db *db)
{
	unsigned hash = 2166136261u; /* FNV-1a; names are the same in either case */

	for (const char *at = db->version_table; *at; at++)
		hash = (hash ^ (unsigned)tolower((unsigned char)*at)) * 16777619u;
	return FIRST_BYTE + (off_t)(hash % BYTES);
}

static struct flock lock_of(const struct db *db, short type)
{
	return (struct flock){.l_type = type,
		.l_whence = SEEK_SET,
		.l_start = sqlite_session_byte(db),
		.l_len = 1};
}

static int set_lock(const struct db *db, short type)
{
	struct flock lock = lock_of(db, type);

	return fcntl(db->descriptor, F_OFD_SETLK, &lock);
}

bool sqlite_session_is_held(const struct db *db)
{
	struct flock lock = lock_of(db, F_WRLCK);

	return db->descriptor >= 0 && !fcntl(db->descriptor, F_OFD_GETLK, &lock) &&
	       lock.l_type != F_UNLCK;
}

bool sqlite_session_take(struct db *db)
{
	if (db->descriptor < 0 || !set_lock(db, F_WRLCK))
		return true;
	return errno != EAGAIN && errno != EACCES;
}

void sqlite_session_release(struct db *db)
{
	if (db->descriptor >= 0)
		set_lock(db, F_UNLCK);
}
