/* postgres_resolve: the answer to COMMIT is lost; what does the database say?
 *
 * Connects again for a bounded time, ends the old session, and takes the lock first: as long as the
 * old session has it, it may still commit. Behind a pooler there is no such lock; there the version
 * table's lock, which each step's transaction holds, is waited for. Then the rows decide: each
 * number of committed steps leaves other rows. */
#include <poll.h>
#include <string.h>

#include "base/error.h"
#include "db/postgres.h"
#include "db/sql.h"
#include "embedded.h"

enum { RESOLVE_LIMIT = 20 * 1000 * 1000, PAUSE = 100, LOCK_LIMIT = 5000 };

/* The rows after a step; names stay the steps'. */
static struct names rows_after(
	struct arena *arena, const struct names *rows, const struct db_step *step)
{
	const char **item = ARENA_ARRAY(arena, rows->count + step->add.count + 1, const char *);
	uint32_t count = 0;

	for (uint32_t i = 0; i < rows->count; i++)
		if (!names_have(&step->remove, rows->item[i]))
			item[count++] = rows->item[i];
	for (uint32_t i = 0; i < step->add.count; i++)
		item[count++] = step->add.item[i];
	return (struct names){.item = item, .count = count};
}

static bool count_steps(struct db *db, const struct db_batch *batch, const struct db_state *state,
	size_t *committed, struct migrate_error *why)
{
	const struct names *now = &state->rows;
	struct arena arena = {0};
	struct names rows = batch->expected;
	size_t step = 0;
	bool found;

	*committed = 1;
	if (batch->step->segment && postgres_journal_says(state, batch->step, DB_DONE))
		return true;
	if (batch->step->ends.count && names_same(&rows, now) &&
		!db_journal_has(state, &batch->step->ends))
		return true; /* a stamp may change no row */
	found = !batch->together && names_same(&rows, now);

	while (!found && step < batch->count) {
		if (batch->step[step].segment && !batch->step[step].last)
			break;
		rows = rows_after(&arena, &rows, &batch->step[step++]);
		found = (!batch->together || step == batch->count) && names_same(&rows, now);
	}
	if (!found && batch->together) {
		step = 0;
		found = names_same(&db->run_start, now);
	}
	arena_release(&arena);
	*committed = step;
	return found ||
	       error_set(why, MIGRATE_E_DATABASE,
		       "table %s holds rows that this run has not written", db->version_name);
}

static bool connect_again(struct db *db, int64_t deadline, struct migrate_error *why)
{
	if (db->connection)
		postgres_disconnect(db);
	for (;;) {
		migrate_error_clear(why);
		if (postgres_connect(db, why))
			return true;
		if (postgres_clock() > deadline)
			return false;
		poll(NULL, 0, PAUSE);
	}
}

static bool lock_pooled(struct db *db, int64_t deadline, struct migrate_error *why)
{
	struct postgres_answer answer;
	struct str sql = {0};
	char state[6] = "";
	bool good;

	str_printf(&sql,
		"BEGIN;\nSET LOCAL lock_timeout = %d;\nLOCK TABLE %s IN SHARE ROW EXCLUSIVE MODE;\n"
		"COMMIT",
		LOCK_LIMIT, db->version_name);
	do {
		migrate_error_clear(why);
		good = postgres_query(db, sql.text, &answer, state, why);
	} while (!good && !strcmp(state, "55P03") && postgres_clock() < deadline);
	if (good)
		postgres_answer_clear(db, &answer);
	str_release(&sql);
	return good;
}

/* The session that was lost may go on for as long as the server does not notice: nobody waits for
 * its answer any more, so it is ended. If it still has the lock, that is: its process number alone
 * would not tell. A COMMIT that it is at is carried out or not, never in part. */
static void end_lost_session(struct db *db, int backend)
{
	int32_t key = postgres_lock_key(db->schema, db->version_table);
	const struct sql_value values[] = {{"space", SQL_NUMBER, NULL, POSTGRES_LOCK_SPACE},
		{"object", SQL_NUMBER, NULL, (uint32_t)key}, {"pid", SQL_NUMBER, NULL, backend}};
	struct migrate_error ignored = {0};
	struct postgres_answer answer;
	struct str sql = {0};

	sql_fill(&sql, embedded_pg_end_session, values, 3);
	if (postgres_query(db, sql.text, &answer, NULL, &ignored))
		postgres_answer_clear(db, &answer);
	migrate_error_clear(&ignored);
	str_release(&sql);
}

static bool read_again(struct db *db, struct arena *arena, int backend, int64_t deadline,
	struct db_state *state, struct migrate_error *why)
{
	const char *holder;
	bool taken;

	if (!postgres_look(db, why) || (db->pooled && !lock_pooled(db, deadline, why)))
		return false;
	if (!db->pooled && backend && db->schema)
		end_lost_session(db, backend);
	for (;;) {
		if (!postgres_try_lock(db, arena, &taken, &holder, state, why))
			return false;
		if (taken)
			return true;
		if (postgres_clock() > deadline)
			return error_set(why, MIGRATE_E_LOCKED, "the lock is held by %s", holder);
		poll(NULL, 0, PAUSE);
	}
}

bool postgres_resolve(
	struct db *db, const struct db_batch *batch, size_t *committed, struct migrate_error *why)
{
	int64_t deadline = postgres_clock() + RESOLVE_LIMIT;
	const volatile sig_atomic_t *interrupted = db->interrupted;
	int interrupt_fd = db->interrupt_fd, backend = db->backend;
	bool hasty = db->hasty, good;
	struct arena arena = {0};
	struct db_state state;

	db->hasty = true;       /* this connection may be lost as well */
	db->interrupted = NULL; /* it was heard already; this must be known all the same */
	db->interrupt_fd = -1;
	good = connect_again(db, deadline, why) &&
	       read_again(db, &arena, backend, deadline, &state, why) &&
	       count_steps(db, batch, &state, committed, why);
	db->hasty = hasty;
	db->interrupted = interrupted;
	db->interrupt_fd = interrupt_fd;
	arena_release(&arena);
	return good;
}

bool postgres_has_moved(struct db *db, const struct db_batch *batch, size_t committed)
{
	struct migrate_error ignored = {0};
	struct arena arena = {0};
	struct db_state state;
	size_t found = 0;
	bool moved = postgres_read(db, &arena, false, &state, &ignored) &&
		     (!count_steps(db, batch, &state, &found, &ignored) ||
			     found != (batch->together ? 0 : committed));

	migrate_error_clear(&ignored);
	arena_release(&arena);
	return moved;
}
