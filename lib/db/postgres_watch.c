/* postgres_watch: who is in the way of a statement that waits for a lock.
 *
 * Knows when to ask, and a second connection that asks. Surprising: it has to be asked while we
 * wait, for when lock_timeout has ended the wait nothing at the server tells any more whose lock it
 * was. So a message that runs for half that time is looked at by a second connection, twice in each
 * lock_timeout, until it is over; who needs less time never has one. A look may come just when the
 * wait ends, so what it saw counts for as long as a wait can last. It is a help and nothing more:
 * where it cannot be had, nobody is named.
 */
#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "db/postgres.h"
#include "db/postgres_quote.h"
#include "db/sql.h"
#include "embedded.h"

enum {
	SHORTEST = 10 * 1000, /* microseconds between two looks */
	LONGEST = 2500 * 1000,
	GENTLE = 500 * 1000,           /* where nobody is in the way they become as rare as that */
	TELL_AFTER = 10 * 1000 * 1000, /* and again: for waits without a time-out */
	SHOWN = 3,                     /* sessions */
	CONNECT_LIMIT = 2 * 1000,      /* milliseconds */
};

#define EYE "migrate: watching"

/* libpq takes the last of several values for one keyword. */
static void copy_parameters(const struct db *db, struct db *eye)
{
	size_t count = 0;

	while (db->keyword[count])
		count++;
	eye->keyword = ARENA_ARRAY(&eye->memory, count + 2, const char *);
	eye->value = ARENA_ARRAY(&eye->memory, count + 2, const char *);
	memcpy(eye->keyword, db->keyword, count * sizeof *eye->keyword);
	memcpy(eye->value, db->value, count * sizeof *eye->value);
	eye->keyword[count] = "application_name";
	eye->value[count] = EYE;
}

static struct db *open_eye(const struct db *db)
{
	struct db *eye = memset(memory_resize(NULL, sizeof *eye), 0, sizeof *eye);
	struct migrate_error ignored = {0};

	eye->pq = db->pq;
	eye->interrupted = db->interrupted;
	eye->interrupt_fd = db->interrupt_fd;
	eye->hasty = true;
	eye->connect_timeout = CONNECT_LIMIT;
	copy_parameters(db, eye);
	if (postgres_connect(eye, &ignored))
		return eye;
	migrate_error_clear(&ignored);
	postgres_close(eye);
	return NULL;
}

struct db *postgres_watch_eye(struct db *db)
{
	if (!db->watch.eye)
		db->watch.eye = open_eye(db);
	return db->watch.eye;
}

/* Behind a pooler our session's number is not known, but it is the one that has locked the version
 * table. */
void postgres_add_own_pid(const struct db *db, struct str *out)
{
	struct str version = {0};

	if (!db->pooled) {
		str_printf(out, "%d", db->pq.backendPID(db->connection));
		return;
	}
	postgres_add_text(&version, db->version_name);
	const struct sql_value values[] = {{"version", SQL_TEXT, version.text, 0}};

	sql_fill(out, embedded_pg_transaction_pid, values, 1);
	str_release(&version);
}

static void add_who(struct str *out, const struct migrate_session *sessions, size_t count)
{
	struct str text = {0};

	for (size_t i = 0; i < count && i < SHOWN; i++) {
		str_add(&text, i ? "\nblocked by " : "blocked by ");
		postgres_add_session(&text, &sessions[i]);
	}
	if (count > SHOWN)
		str_printf(&text, "\nand by %zu more", count - SHOWN);
	str_clear(out);
	str_add_visible(out, str_text(&text), text.size);
	str_release(&text);
}

/* Keeps whom the query names, if anybody. */
static bool find_sessions(struct db *db, struct db *asked, const char *query, size_t *count)
{
	struct migrate_error ignored = {0};
	struct arena arena = {0};
	struct migrate_session *sessions;
	bool good = postgres_sessions(asked, &arena, query, &sessions, NULL, count, &ignored);

	if (good && *count) {
		add_who(&db->watch.who, sessions, *count);
		db->watch.seen = postgres_clock();
	}
	migrate_error_clear(&ignored);
	arena_release(&arena);
	return good;
}

static bool ask(struct db *db)
{
	struct str pid = {0}, query = {0};
	size_t count;
	bool good;

	postgres_add_own_pid(db, &pid);
	postgres_add_blocking(&query, pid.text);
	good = find_sessions(db, db->watch.eye, query.text, &count);
	if (!good || !count)
		db->watch.told = 0;
	str_release(&pid);
	str_release(&query);
	return good;
}

void postgres_watch_version(struct db *db)
{
	struct str query = {0};
	size_t count;

	str_add(&query, "SELECT 0, ");
	postgres_add_own_pid(db, &query);
	find_sessions(db, db, query.text, &count);
	str_release(&query);
}

static void tell_again(struct db *db)
{
	struct postgres_watch *watch = &db->watch;
	int64_t now = postgres_clock();
	struct str text = {0};

	if (!watch->told)
		watch->told = now;
	if (now - watch->told < TELL_AFTER || !db->hooks.notice)
		return;
	watch->told = now;
	str_printf(&text, "still waiting for a lock\n%s", watch->who.text);
	db->hooks.notice(db->hooks.context, DB_NOTICE, text.text);
	str_release(&text);
}

void postgres_watch_look(struct db *db)
{
	struct postgres_watch *watch = &db->watch;
	int64_t begin = postgres_clock();

	if (!postgres_watch_eye(db) || !ask(db)) {
		watch->due = 0;
		return;
	}
	if (watch->seen >= begin)
		tell_again(db);
	else if (watch->interval < GENTLE)
		watch->interval *= 2;
	watch->due = postgres_clock() + watch->interval;
}

/* The shorter of both; 0 is none. */
static int64_t shorten(int64_t limit, long milliseconds)
{
	int64_t here = 1000 * (int64_t)milliseconds;

	return here && here < limit ? here : limit;
}

/* A script may set another time-out, which is not known here. */
void postgres_watch_begin(struct db *db, const struct db_step *steps, size_t count)
{
	struct postgres_watch *watch = &db->watch;

	watch->limit = count ? 2 * LONGEST : shorten(2 * LONGEST, db->lock_timeout);
	for (size_t i = 0; i < count; i++) {
		long own = steps[i].options.lock_timeout;

		watch->limit = shorten(
			watch->limit, own == DURATION_UNSET ? db->lock_timeout : own);
	}
	watch->interval = watch->limit / 2 < SHORTEST ? SHORTEST : watch->limit / 2;
	watch->seen = watch->told = 0;
	watch->due = postgres_clock() + watch->interval;
}

void postgres_watch_end(struct db *db, bool keep)
{
	struct postgres_watch *watch = &db->watch;

	watch->due = 0;
	if (watch->seen && postgres_clock() - watch->seen > watch->limit + SHORTEST)
		watch->seen = 0;
	if (keep)
		return;
	postgres_close(watch->eye);
	watch->eye = NULL;
}

bool postgres_watch_tell(const struct db *db, struct migrate_error *error)
{
	return db->watch.seen ? error_detail(error, "%s", db->watch.who.text) : false;
}
