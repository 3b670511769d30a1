/* postgres_locks: who holds the lock of runs, who waits for it, and who is in the holder's way.
 *
 * Surprising: one who waits polls and holds nothing, so only the name that its session has
 * meanwhile shows it (sql/pg_lock.sql); and behind a pooler, where there is no lock of the session,
 * the holder is whoever has locked the version table for the transaction that runs now.
 */
#include <string.h>

#include "base/error.h"
#include "db/postgres.h"
#include "db/postgres_quote.h"
#include "db/sql.h"
#include "embedded.h"

/* What a row of pg_locks.sql is about. */
enum role { ROLE_HOLDER, ROLE_TRANSACTION, ROLE_WAITING, ROLE_BLOCKING, ROLES };

static void add_query(struct db *db, struct str *out)
{
	int32_t key = postgres_lock_key(db->schema, db->version_table);
	struct str version = {0}, waiting = {0};

	postgres_add_text(&version, db->version_name);
	str_printf(&waiting, POSTGRES_WAITING "%d", key);
	const struct sql_value values[] = {{"version", SQL_TEXT, version.text, 0},
		{"waiting", SQL_LITERAL, waiting.text, 0},
		{"space", SQL_NUMBER, NULL, POSTGRES_LOCK_SPACE},
		{"object", SQL_NUMBER, NULL, (uint32_t)key}};

	sql_fill(out, embedded_pg_locks, values, sizeof values / sizeof *values);
	str_release(&version);
	str_release(&waiting);
}

static void add(struct migrate_session *list, size_t *count, const struct migrate_session *session)
{
	for (size_t i = 0; i < *count; i++)
		if (session->pid && list[i].pid == session->pid)
			return;
	list[(*count)++] = *session;
}

/* Nobody waits for himself, or is in his own way. */
static void sort(struct arena *arena, const struct migrate_session *sessions, const int *roles,
	size_t count, struct migrate_locks *locks)
{
	struct migrate_session *waiting = ARENA_ARRAY(arena, count + 1, struct migrate_session);
	struct migrate_session *blocking = ARENA_ARRAY(arena, count + 1, struct migrate_session);

	for (size_t i = 0; i < count; i++) {
		const struct migrate_session *holder = locks->holder;

		if (!holder && roles[i] <= ROLE_TRANSACTION)
			locks->holder = &sessions[i];
		else if (!holder || sessions[i].pid != holder->pid)
			add(roles[i] == ROLE_WAITING ? waiting : blocking,
				roles[i] == ROLE_WAITING ? &locks->waiting_count
							 : &locks->blocking_count,
				&sessions[i]);
	}
	locks->held = locks->holder != NULL;
	locks->waiting = waiting;
	locks->blocking = blocking;
}

bool postgres_locks(struct db *db, struct arena *arena, struct migrate_locks *locks,
	struct migrate_error *error)
{
	struct migrate_session *sessions = NULL;
	struct str query = {0};
	size_t count;
	int *roles;
	bool good;

	postgres_enter(db);
	if (!db->looked && !postgres_look(db, error))
		return false;
	if (!db->schema)
		return true; /* and so no lock */
	add_query(db, &query);
	good = postgres_sessions(db, arena, query.text, &sessions, &roles, &count, error);
	str_release(&query);
	if (good && sessions)
		sort(arena, sessions, roles, count, locks);
	return good;
}
