/* sqlite_locks: which process holds a lock on the database file, as far as the system tells.
 *
 * Knows /proc (proc(5)) and the bytes that are locked; no SQL. Surprising: a holder is never asked
 * for with a descriptor of our own on the database file, because closing it drops all locks that
 * SQLite has on that file in this process
 * (https://sqlite.org/howtocorrupt.html#_posix_advisory_locks_canceled_by_a_separate_thread_doing_close_);
 * and a run's own lock belongs to an open file, not to a process, so whose it is stands only below
 * /proc/PID/fdinfo, where another user's processes cannot be looked at.
 */
#include <ctype.h>
#include <dirent.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "db/sqlite.h"

/* PENDING_BYTE, which a writer takes that waits for readers to end; RESERVED_BYTE, which every
 * writer has; the first byte that a reader locks; and WAL_WRITE_LOCK of the -shm file, which a
 * writer has in WAL mode, where readers are in nobody's way
 * (https://sqlite.org/fileformat2.html#the_lock_byte_page, walformat.html#wal_locks). */
enum {
	PENDING_BYTE = 0x40000000,
	RESERVED_BYTE = 0x40000001,
	SHARED_FIRST = 0x40000002,
	WAL_WRITE_BYTE = 120,
};

struct lock_wanted {
	const char *kind; /* READ or WRITE */
	unsigned long inode, byte;
};

/* A line is "1: POSIX  ADVISORY  WRITE 1234 fe:00:5678 1073741825 1073741825"; the last number may
 * be EOF, and one that waits has "->" behind the colon. The device is not compared: some file
 * systems show another one here than stat does, and inode and byte together are rare enough. */
static bool is_lock(const char *line, const struct lock_wanted *wanted, long *pid)
{
	unsigned long number, first, last = ULONG_MAX;
	char word[8];

	if (sscanf(line, "%*d: %*s %*s %7s %ld %*x:%*x:%lu %lu %lu", word, pid, &number, &first,
		    &last) < 4 ||
		strcmp(word, wanted->kind) != 0)
		return false;
	return number == wanted->inode && first <= wanted->byte && wanted->byte <= last;
}

static long lock_holder(const char *path, const char *kind, unsigned long byte)
{
	struct stat status;
	char line[256];
	long pid, found = 0;
	FILE *locks;

	if (stat(path, &status) || !(locks = fopen("/proc/locks", "re")))
		return 0;
	const struct lock_wanted wanted = {kind, status.st_ino, byte};

	while (!found && fgets(line, sizeof line, locks))
		if (is_lock(line, &wanted, &pid) && pid > 0 && pid != getpid())
			found = pid;
	fclose(locks);
	return found;
}

static long writer(const struct db *db, struct arena *arena)
{
	long pid = lock_holder(db->path, "WRITE", RESERVED_BYTE);

	if (pid)
		return pid;
	return lock_holder(arena_printf(arena, "%s-shm", db->path), "WRITE", WAL_WRITE_BYTE);
}

static const char *name_of(struct arena *arena, long pid)
{
	char name[64] = "", file[64];
	FILE *comm;

	snprintf(file, sizeof file, "/proc/%ld/comm", pid);
	comm = fopen(file, "re");
	if (comm && fgets(name, sizeof name, comm))
		name[strcspn(name, "\n")] = '\0';
	if (comm)
		fclose(comm);
	return *name ? arena_strdup(arena, name) : NULL;
}

const char *sqlite_lock_holder(const struct db *db, struct arena *arena)
{
	const char *name;
	long pid;

	if (!db->path)
		return NULL;
	pid = writer(db, arena);
	if (!pid)
		pid = lock_holder(db->path, "READ", SHARED_FIRST);
	if (!pid)
		return NULL;
	name = name_of(arena, pid);
	return name ? arena_printf(arena, "pid %ld (%s)", pid, name)
		    : arena_printf(arena, "pid %ld", pid);
}

/* -------- whose open file has the lock of a run -------- */

/* Lines of /proc/PID/fdinfo/FD that begin with "lock:" are like those of /proc/locks. */
static bool holds(long pid, const char *descriptor, const struct lock_wanted *wanted)
{
	char line[256], file[64];
	bool found = false;
	long ignored;
	FILE *info;

	snprintf(file, sizeof file, "/proc/%ld/fdinfo/%.16s", pid, descriptor);
	info = fopen(file, "re");
	while (info && !found && fgets(line, sizeof line, info))
		found = !strncmp(line, "lock:", 5) && is_lock(line + 5, wanted, &ignored);
	if (info)
		fclose(info);
	return found;
}

static bool process_holds(long pid, const struct lock_wanted *wanted)
{
	struct dirent *entry;
	struct stat status;
	bool found = false;
	char name[64];
	DIR *files;

	snprintf(name, sizeof name, "/proc/%ld/fd", pid);
	files = opendir(name);
	while (files && !found && (entry = readdir(files)))
		found = isdigit((unsigned char)*entry->d_name) &&
			!fstatat(dirfd(files), entry->d_name, &status, 0) &&
			status.st_ino == wanted->inode && holds(pid, entry->d_name, wanted);
	if (files)
		closedir(files);
	return found;
}

static long session_holder(const struct db *db)
{
	struct dirent *entry;
	struct stat status;
	long found = 0;
	DIR *processes;

	if (stat(db->path, &status))
		return 0;
	const struct lock_wanted wanted = {
		"WRITE", status.st_ino, (unsigned long)sqlite_session_byte(db)};

	processes = opendir("/proc");
	while (processes && !found && (entry = readdir(processes))) {
		long pid = atol(entry->d_name);

		if (pid > 0 && process_holds(pid, &wanted))
			found = pid;
	}
	if (processes)
		closedir(processes);
	return found;
}

static const struct migrate_session *session_of(struct arena *arena, long pid)
{
	struct migrate_session *session = ARENA_NEW(arena, struct migrate_session);

	*session = (struct migrate_session){.pid = pid,
		.application = name_of(arena, pid),
		.state_seconds = -1,
		.transaction_seconds = -1};
	return session;
}

/* Who waits polls, and leaves no trace that could be found. */
bool sqlite_locks(struct db *db, struct arena *arena, struct migrate_locks *locks,
	struct migrate_error *error)
{
	long holder, other;

	(void)error;
	if (!db->path)
		return true;
	locks->held = sqlite_session_is_held(db);
	holder = locks->held ? session_holder(db) : 0;
	if (holder)
		locks->holder = session_of(arena, holder);
	other = writer(db, arena);
	if (!other || other == holder)
		other = lock_holder(db->path, "WRITE", PENDING_BYTE)
				? lock_holder(db->path, "READ", SHARED_FIRST)
				: 0;
	if (!other || other == holder)
		return true;
	locks->blocking = session_of(arena, other);
	locks->blocking_count = 1;
	return true;
}
