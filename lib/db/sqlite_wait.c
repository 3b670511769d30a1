/* sqlite_wait: waiting that ends: for another connection's lock, and for a statement of ours.
 *
 * Knows the clock, the caller's interruption flag and /proc/locks; no SQL. Surprising: the holder
 * of a lock is looked up in /proc/locks and never with fcntl on the database file, because closing
 * any descriptor of that file drops all locks that SQLite has on it in this process
 * (https://sqlite.org/howtocorrupt.html#_posix_advisory_locks_canceled_by_a_separate_thread_doing_close_).
 */
#include <errno.h>
#include <limits.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "base/error.h"
#include "db/sqlite.h"

/* Virtual machine steps between two looks at the clock: some 20 microseconds. */
enum { PROGRESS_STEPS = 1000 };

/* The bytes that a writer locks: RESERVED_BYTE of the database file, and WAL_WRITE_LOCK of the
 * -shm file; and the first that a reader locks, who keeps a COMMIT waiting where there is no WAL
 * (https://sqlite.org/fileformat2.html#the_lock_byte_page, walformat.html#wal_locks). */
enum { RESERVED_BYTE = 0x40000001, SHARED_FIRST = 0x40000002, WAL_WRITE_BYTE = 120 };

/* Milliseconds that the record of what is done already waits for a lock, once a signal came. */
enum { DEAF_LIMIT = 2000 };

static bool has_signal(const struct db *db)
{
	return db->interrupted && *db->interrupted;
}

int64_t sqlite_clock(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (int64_t)now.tv_sec * 1000000 + now.tv_nsec / 1000;
}

bool sqlite_interrupted(struct db *db, struct migrate_error *error)
{
	int number = has_signal(db) && !db->deaf ? *db->interrupted : 0;

	if (!number)
		return false;
	if (number == SIGTERM)
		error_set(error, MIGRATE_E_TERMINATED, "terminated by a signal");
	else
		error_set(error, MIGRATE_E_INTERRUPTED, "interrupted");
	return true;
}

static void nap(const struct db *db, int count)
{
	struct pollfd wake = {.fd = db->deaf ? -1 : db->interrupt_fd, .events = POLLIN};

	poll(&wake, 1, count < 5 ? 1 << count : 25);
}

/* https://sqlite.org/c3ref/busy_handler.html: 0 gives up. */
static int on_busy(void *context, int count)
{
	struct db *db = context;
	int64_t now = sqlite_clock();

	long limit = db->wait_limit;

	if (limit == WAIT_NEVER || (has_signal(db) && !db->deaf))
		return 0;
	if (has_signal(db) && (!limit || limit > DEAF_LIMIT))
		limit = DEAF_LIMIT;
	if (!count)
		db->wait_start = now;
	db->waited = limit && now - db->wait_start >= (int64_t)limit * 1000;
	if (db->waited)
		return 0;
	nap(db, count);
	return 1;
}

static int on_progress(void *context)
{
	struct db *db = context;

	if (has_signal(db) && !db->deaf)
		return 1;
	db->timed_out = db->statement_end && sqlite_clock() > db->statement_end;
	return db->timed_out;
}

void sqlite_install_busy_handler(struct db *db)
{
	db->api.busy_handler(db->handle, on_busy, db);
}

void sqlite_install_handlers(struct db *db)
{
	sqlite_install_busy_handler(db);
	db->api.progress_handler(db->handle, PROGRESS_STEPS, on_progress, db);
	db->api.set_authorizer(db->handle, sqlite_authorize, db);
}

/* A line is "1: POSIX  ADVISORY  WRITE 1234 fe:00:5678 1073741825 1073741825"; the last number may
 * be EOF, and one that waits has "->" behind the colon. The device is not compared: some file
 * systems show another one here than stat does, and inode and byte together are rare enough. */
static long holder_in_line(
	const char *line, const char *kind, unsigned long inode, unsigned long byte)
{
	unsigned long number, first, last = ULONG_MAX;
	char word[8];
	long pid;

	if (sscanf(line, "%*d: %*s %*s %7s %ld %*x:%*x:%lu %lu %lu", word, &pid, &number, &first,
		    &last) < 4 ||
		strcmp(word, kind) != 0)
		return 0;
	return number == inode && first <= byte && byte <= last ? pid : 0;
}

static long lock_holder(const char *path, const char *kind, unsigned long byte)
{
	struct stat status;
	char line[256];
	long pid = 0;
	FILE *locks;

	if (stat(path, &status) || !(locks = fopen("/proc/locks", "re")))
		return 0;
	while ((pid <= 0 || pid == getpid()) && fgets(line, sizeof line, locks))
		pid = holder_in_line(line, kind, status.st_ino, byte);
	fclose(locks);
	return pid > 0 && pid != getpid() ? pid : 0;
}

const char *sqlite_lock_holder(const struct db *db, struct arena *arena)
{
	char name[64] = "", file[64];
	FILE *comm;
	long pid;

	if (!db->path)
		return NULL;
	pid = lock_holder(db->path, "WRITE", RESERVED_BYTE);
	if (!pid)
		pid = lock_holder(arena_printf(arena, "%s-shm", db->path), "WRITE", WAL_WRITE_BYTE);
	if (!pid)
		pid = lock_holder(db->path, "READ", SHARED_FIRST);
	if (!pid)
		return NULL;
	snprintf(file, sizeof file, "/proc/%ld/comm", pid);
	comm = fopen(file, "re");
	if (comm && fgets(name, sizeof name, comm))
		name[strcspn(name, "\n")] = '\0';
	if (comm)
		fclose(comm);
	return *name ? arena_printf(arena, "pid %ld (%s)", pid, name)
		     : arena_printf(arena, "pid %ld", pid);
}
