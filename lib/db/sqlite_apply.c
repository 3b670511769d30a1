/* sqlite_apply: batches of steps: transaction, script, rows, log, COMMIT.
 *
 * Knows which rows the version table must hold at each moment, and compares before it changes any.
 * Surprising: an error from COMMIT is not always "not applied" (the last fsync of the directory
 * comes behind the point of no return,
 * https://sqlite.org/atomiccommit.html#_deleting_the_rollback_journal), so after one the rows are
 * read and decide. With a write-ahead log they are not enough: what a COMMIT has written there
 * whose fsync failed is not seen now, and comes back when the file is next opened, unless the log
 * can be emptied.
 */
#include <string.h>

#include "base/error.h"
#include "db/sqlite.h"

static void report(struct db *db, enum db_progress what, struct db_step *step)
{
	if (db->hooks.progress)
		db->hooks.progress(db->hooks.context, what, step);
}

/* PRAGMA foreign_keys works outside a transaction only. */
static bool switch_foreign_keys(struct db *db, bool on, struct migrate_error *error)
{
	if (db->foreign_keys == on)
		return true;
	sqlite_rollback(db, error);
	if (!sqlite_exec(db, on ? "PRAGMA foreign_keys = ON" : "PRAGMA foreign_keys = OFF", error))
		return false;
	db->foreign_keys = on;
	return true;
}

/* A piece has what the piece before it had, if it does not say. */
static bool wants_foreign_keys(const struct db *db, const struct db_step *step)
{
	if (step->segment && db->kept.foreign_keys != TOGGLE_UNSET &&
		sqlite_leading_foreign_keys(step->script, step->script_size) == TOGGLE_UNSET)
		return db->kept.foreign_keys == TOGGLE_ON;
	return sqlite_wants_foreign_keys(step);
}

/* A section may say how long its statements and its COMMIT wait. NULL: the settings do. */
static void wait_as(struct db *db, const struct db_step *step)
{
	bool own = step && step->options.lock_timeout != DURATION_UNSET;

	db->wait_limit = own ? step->options.lock_timeout : db->lock_timeout;
}

/* Tables made here come and go with the first step. */
bool sqlite_open_transaction(struct db *db, const struct db_step *step, struct migrate_error *error)
{
	bool keys = step && wants_foreign_keys(db, step), ok = true, created;

	db->violations_exact = db->stepped = false;
	if (!switch_foreign_keys(db, keys, error))
		return false;
	if (db->api.get_autocommit(db->handle))
		ok = sqlite_begin(db, error);
	db->transaction = ok;
	sqlite_rows_copy(db, &db->before, db->rows.item, db->rows.count);
	return ok && (db->has_tables || sqlite_create_tables(db, &created, error)) &&
	       sqlite_rows_verify(db, error);
}

static bool run_script(
	struct db *db, struct db_step *step, enum sqlite_keys *keys, struct migrate_error *error)
{
	struct arena scratch = {0};
	struct sqlite_script script = {.db = db,
		.step = step,
		.memory = step->segment ? &db->kept.memory : &scratch,
		.error = error};
	bool ok;

	sqlite_keys_expect(db, step);
	ok = sqlite_script_run(&script);

	arena_release(&scratch);
	*keys = ok && script.may_break_keys ? sqlite_keys_check(db, step, error) : KEYS_OK;
	if (ok && step->segment && *keys == KEYS_OK)
		sqlite_kept_accept(db, &script);
	return ok && *keys != KEYS_FAILED;
}

/* The script, in a transaction that is open; and again where its foreign keys cannot be judged
 * without knowing what was there before. Only the first step of a transaction can be unsure. */
bool sqlite_run_judged(struct db *db, struct db_step *step, struct migrate_error *error)
{
	enum sqlite_keys keys;

	if (db->stepped && !db->violations_exact && !sqlite_keys_learn(db, error))
		return false;
	if (!run_script(db, step, &keys, error))
		return false;
	if (keys == KEYS_UNSURE) {
		sqlite_rollback(db, error);
		if (!sqlite_open_transaction(db, step, error) || !sqlite_keys_learn(db, error) ||
			!run_script(db, step, &keys, error))
			return false;
	}
	return true;
}

static bool run_step(struct db *db, struct db_step *step, struct sqlite_times *times,
	struct migrate_error *error)
{
	sqlite_time_text(times->started);
	if (step->script && !sqlite_run_judged(db, step, error))
		return false;
	db->stepped = true;
	sqlite_time_text(times->finished);
	return true;
}

static bool record_step(struct db *db, const struct db_step *step, const struct sqlite_times *times,
	struct migrate_error *error)
{
	return sqlite_rows_change(db, step, error) && sqlite_log_step(db, step, times, error);
}

/* The rows are those after the step, or after the run: do they, or the pieces that a stamp ends,
 * tell it from before? */
static bool shows_commit(struct db *db, const struct db_step *step, const struct db_state *state,
	const struct sqlite_rows *stored)
{
	return !sqlite_rows_same(stored, &db->before) ||
	       (step && step->ends.count && !db_journal_has(state, &step->ends));
}

/* COMMIT failed with commit_error: did it? */
static bool outcome_of_commit(struct db *db, const struct db_step *step,
	const struct migrate_error *commit_error, struct migrate_error *error)
{
	struct migrate_error read_error = {0};
	struct db_state state;
	struct sqlite_rows stored;
	struct arena scratch = {0};
	bool known, applied = false;

	sqlite_rollback(db, &read_error);
	known = sqlite_read(db, &scratch, false, &state, &read_error);
	sqlite_rows_copy(db, &stored, state.rows.item, state.rows.count);
	if (known && sqlite_rows_same(&stored, &db->rows) &&
		shows_commit(db, step, &state, &stored)) {
		applied = true;
		sqlite_notice(db, DB_WARNING,
			"COMMIT said \"%s\", and the version table shows that it is done",
			commit_error->message);
	} else if (known && sqlite_rows_same(&stored, &db->before) && sqlite_commit_undone(db)) {
		error_copy(error, commit_error);
	} else {
		error_set(error, MIGRATE_E_UNKNOWN_OUTCOME,
			"COMMIT failed, and whether it is done cannot be told: %s",
			commit_error->message);
		error_hint(error, "Look with \"migrate status\" once the file can be read again.");
	}
	migrate_error_clear(&read_error);
	arena_release(&scratch);
	return applied;
}

/* step: the one that is committed, NULL: the whole run. */
static bool commit(struct db *db, const struct db_step *step, struct migrate_error *error)
{
	struct migrate_error commit_error = {0};
	bool applied;

	if (sqlite_interrupted(db, error))
		return false;
	applied = sqlite_commit(db, &commit_error) ||
		  outcome_of_commit(db, step, &commit_error, error);
	migrate_error_clear(&commit_error);
	db->has_tables |= applied;
	return applied;
}

static bool run_alone(struct db *db, struct db_step *step, struct sqlite_times *times,
	struct migrate_error *error)
{
	if (!sqlite_open_transaction(db, step, error) || !run_step(db, step, times, error) ||
		!record_step(db, step, times, error))
		return false;
	return step->done = commit(db, step, error);
}

/* Before anything of the batch runs. */
static bool check_foreign_keys(
	struct db *db, const struct db_batch *batch, struct migrate_error *error)
{
	for (size_t i = 0; i < batch->count; i++) {
		const struct db_step *step = &batch->step[i];
		bool on = batch->opens ? sqlite_wants_foreign_keys(batch->step) : db->foreign_keys;

		if (sqlite_wants_foreign_keys(step) == on)
			continue;
		error_set(error, MIGRATE_E_REFUSED,
			"foreign_keys=%s cannot be switched inside the one transaction of the run",
			on ? "off" : "on");
		error_at(error, step->file, step->line, 0);
		return error_hint(error,
			"Let each revision have its own transaction (transaction: revision).");
	}
	return true;
}

static bool run_reported(struct db *db, struct db_batch *batch, struct db_step *step,
	struct sqlite_times *times, struct migrate_error *error)
{
	int64_t start = sqlite_clock();
	bool ok;

	report(db, DB_STEP_STARTED, step);
	sqlite_tick_begin(db, step);
	if (!batch->together)
		wait_as(db, step);
	if (step->segment)
		ok = sqlite_piece_run(db, step, error);
	else
		ok = batch->together ? run_step(db, step, times, error)
				     : run_alone(db, step, times, error);
	step->duration = sqlite_clock() - start;
	wait_as(db, NULL);
	sqlite_tick_begin(db, NULL);
	if (!ok)
		sqlite_rollback(db, error);
	report(db, ok ? DB_STEP_DONE : db_failure(error), step);
	return ok;
}

static bool open_batch(struct db *db, struct db_batch *batch, struct migrate_error *error)
{
	for (size_t i = 0; i < batch->count; i++) {
		batch->step[i].failed_at = SIZE_MAX;
		batch->step[i].needs_outside = false;
	}
	if (!sqlite_pieces_check(batch, error))
		return false;
	if (!batch->together || batch->opens) {
		arena_release(&db->batch_memory);
		sqlite_rows_copy(db, &db->rows, batch->expected.item, batch->expected.count);
		db->rows_known = false;
	}
	if (!batch->together)
		return true;
	if (!check_foreign_keys(db, batch, error))
		return false;
	if (!batch->opens)
		return db->transaction || error_set(error, MIGRATE_E_DATABASE,
						  "the transaction of the run is not open");
	wait_as(db, batch->count ? batch->step : NULL);
	return sqlite_open_transaction(db, batch->count ? batch->step : NULL, error);
}

/* The rows and log records of steps that run together are written here, behind all scripts: SQLite
 * prepares a statement anew after each change of the schema, which costs more than the record. */
static bool close_batch(struct db *db, struct db_batch *batch, const struct sqlite_times *times,
	struct migrate_error *error)
{
	if (!batch->together)
		return true;
	for (size_t i = 0; i < batch->count; i++)
		if (!record_step(db, &batch->step[i], &times[i], error))
			return false;
	if (!batch->closes)
		return true;
	if (!commit(db, NULL, error))
		return false;
	for (size_t i = 0; i < batch->count; i++)
		batch->step[i].done = true;
	return true;
}

bool sqlite_apply(struct db *db, struct db_batch *batch, struct migrate_error *error)
{
	struct arena scratch = {0};
	struct sqlite_times *times = ARENA_ARRAY(&scratch, batch->count, struct sqlite_times);
	bool ok = open_batch(db, batch, error);

	for (size_t i = 0; ok && i < batch->count; i++) {
		if (i && !batch->together)
			sqlite_persist_begin(db);
		ok = run_reported(db, batch, &batch->step[i], &times[i], error);
	}
	ok = ok && close_batch(db, batch, times, error);
	if (!ok)
		sqlite_rollback(db, error);
	arena_release(&scratch);
	return ok;
}
