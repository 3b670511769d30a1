/* sqlite_apply: batches of steps: transaction, script, rows, log, COMMIT.
 *
 * Knows which rows the version table must hold at each moment, and compares before it changes any.
 * Surprising: an error from COMMIT is not always "not applied" (the last fsync of the directory
 * comes behind the point of no return,
 * https://sqlite.org/atomiccommit.html#_deleting_the_rollback_journal), so after one the rows are
 * read and decide.
 */
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "base/error.h"
#include "db/sqlite.h"

enum { TIME_SIZE = 24 };

struct times {
	char started[TIME_SIZE], finished[TIME_SIZE];
};

/* As strftime('%Y-%m-%d %H:%M:%f', 'now'). */
static void time_text(char text[TIME_SIZE])
{
	struct timespec now;
	struct tm parts;
	size_t size;

	clock_gettime(CLOCK_REALTIME, &now);
	gmtime_r(&now.tv_sec, &parts);
	size = strftime(text, TIME_SIZE, "%Y-%m-%d %H:%M:%S", &parts);
	snprintf(text + size, TIME_SIZE - size, ".%03d", (int)(now.tv_nsec / 1000000));
}

static void report(struct db *db, enum db_progress what, struct db_step *step)
{
	if (db->hooks.progress)
		db->hooks.progress(db->hooks.context, what, step);
}

static size_t find_row(const struct sqlite_rows *rows, const char *row)
{
	for (size_t i = 0; i < rows->count; i++)
		if (!strcmp(rows->item[i], row))
			return i;
	return rows->count;
}

/* Neither has a row twice: the column is the primary key. */
static bool same_rows(const struct sqlite_rows *left, const struct sqlite_rows *right)
{
	if (left->count != right->count)
		return false;
	for (size_t i = 0; i < left->count; i++)
		if (find_row(right, left->item[i]) == right->count)
			return false;
	return true;
}

static void copy_rows(struct db *db, struct sqlite_rows *to, const char *const *item, size_t count)
{
	*to = (struct sqlite_rows){0};
	for (size_t i = 0; i < count; i++)
		sqlite_rows_add(&db->batch_memory, to, arena_strdup(&db->batch_memory, item[i]));
}

static bool verify_rows(struct db *db, struct migrate_error *error)
{
	struct sqlite_rows stored = {0};
	struct arena scratch = {0};
	bool ok;

	if (db->rows_known)
		return true;
	ok = db->rows_known = sqlite_read_rows(db, &scratch, &stored, error);
	if (ok && !same_rows(&stored, &db->rows)) {
		ok = db->rows_known = error_set(error, MIGRATE_E_DATABASE,
			"another run changed version table \"%s\" meanwhile", db->version_table);
		error_hint(error, "Run the command again: it will plan from the new state.");
	}
	arena_release(&scratch);
	return ok;
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

/* Begins where no transaction is open yet, and makes sure of the tables and the rows. Tables made
 * here come and go with the first step. */
static bool open_transaction(struct db *db, const struct db_step *step, struct migrate_error *error)
{
	bool keys = step && sqlite_wants_foreign_keys(step), ok = true, created;

	db->violations_exact = db->stepped = false;
	if (!switch_foreign_keys(db, keys, error))
		return false;
	if (db->api.get_autocommit(db->handle)) {
		if (step && step->options.lock_timeout != DURATION_UNSET)
			db->wait_limit = step->options.lock_timeout;
		ok = sqlite_begin(db, error);
		db->wait_limit = db->lock_timeout;
	}
	db->transaction = ok;
	copy_rows(db, &db->before, db->rows.item, db->rows.count);
	return ok && (db->has_tables || sqlite_create_tables(db, &created, error)) &&
	       verify_rows(db, error);
}

static bool change_row(struct db *db, enum sqlite_statement which, const char *old, const char *new,
	struct migrate_error *error)
{
	sqlite3_stmt *statement = sqlite_statement(db, which, error);

	if (!statement)
		return false;
	if (old)
		sqlite_bind(db, statement, 1, old, strlen(old));
	if (new)
		sqlite_bind(db, statement, 2, new, strlen(new));
	if (!sqlite_run(db, statement, error))
		return false;
	if (db->api.changes(db->handle) == 1)
		return true;
	return error_set(error, MIGRATE_E_DATABASE, "row \"%s\" of version table \"%s\" is gone",
		old ? old : new, db->version_table);
}

static void track_rows(struct db *db, const struct db_step *step)
{
	for (uint32_t i = 0; i < step->remove.count; i++) {
		size_t at = find_row(&db->rows, step->remove.item[i]);

		if (at < db->rows.count)
			db->rows.item[at] = db->rows.item[--db->rows.count];
	}
	for (uint32_t i = 0; i < step->add.count; i++)
		sqlite_rows_add(&db->batch_memory, &db->rows,
			arena_strdup(&db->batch_memory, step->add.item[i]));
}

static bool change_rows(struct db *db, const struct db_step *step, struct migrate_error *error)
{
	bool ok = true;

	if (step->remove.count == 1 && step->add.count == 1)
		ok = change_row(db, STATEMENT_MOVE, step->remove.item[0], step->add.item[0], error);
	else {
		for (uint32_t i = 0; ok && i < step->remove.count; i++)
			ok = change_row(db, STATEMENT_REMOVE, step->remove.item[i], NULL, error);
		for (uint32_t i = 0; ok && i < step->add.count; i++)
			ok = change_row(db, STATEMENT_ADD, NULL, step->add.item[i], error);
	}
	if (ok)
		track_rows(db, step);
	return ok;
}

static bool next_log_id(struct db *db, struct migrate_error *error)
{
	sqlite3_stmt *statement;

	if (db->log_last < 0) {
		if (!(statement = sqlite_statement(db, STATEMENT_LOG_LAST, error)))
			return false;
		sqlite_bind(db, statement, 1, db->version_table, strlen(db->version_table));
		if (!sqlite_number(db, STATEMENT_LOG_LAST, &db->log_last, error))
			return false;
	}
	db->log_last++;
	return true;
}

static bool log_record(struct db *db, const struct db_step *step, const char *revision,
	const struct times *times, struct migrate_error *error)
{
	static const char *const direction[] = {
		[DB_UPGRADE] = "upgrade", [DB_DOWNGRADE] = "downgrade", [DB_STAMP] = "stamp"};
	const char *values[] = {db->version_table, revision, direction[step->direction],
		times->started, times->finished, step->checksum, db->user, db->tool};
	sqlite3_stmt *statement = sqlite_statement(db, STATEMENT_LOG, error);
	bool ok;

	if (!statement || !next_log_id(db, error))
		return false;
	for (int i = 0; i < 8; i++)
		sqlite_bind(db, statement, i + 1, values[i], values[i] ? strlen(values[i]) : 0);
	sqlite_bind(db, statement, 9, step->script, step->script_size);
	db->api.bind_int64(statement, 10, db->log_last);
	ok = sqlite_run(db, statement, error);
	db->api.clear_bindings(statement);
	return ok;
}

static bool log_step(struct db *db, const struct db_step *step, const struct times *times,
	struct migrate_error *error)
{
	const struct names *rows = step->add.count ? &step->add : &step->remove;

	if (step->direction != DB_STAMP)
		return log_record(db, step, step->revision, times, error);
	for (uint32_t i = 0; i < rows->count; i++)
		if (!log_record(db, step, rows->item[i], times, error))
			return false;
	return true;
}

static bool run_script(
	struct db *db, struct db_step *step, enum sqlite_keys *keys, struct migrate_error *error)
{
	struct arena scratch = {0};
	struct sqlite_script script = {.db = db, .step = step, .memory = &scratch, .error = error};
	bool ok;

	sqlite_keys_expect(db, step);
	ok = sqlite_script_run(&script);

	arena_release(&scratch);
	*keys = ok && script.may_break_keys ? sqlite_keys_check(db, step, error) : KEYS_OK;
	return ok && *keys != KEYS_FAILED;
}

/* The script, in a transaction that is open; and again where its foreign keys cannot be judged
 * without knowing what was there before. Only the first step of a transaction can be unsure. */
static bool run_judged(struct db *db, struct db_step *step, struct migrate_error *error)
{
	enum sqlite_keys keys;

	if (db->stepped && !db->violations_exact && !sqlite_keys_learn(db, error))
		return false;
	if (!run_script(db, step, &keys, error))
		return false;
	if (keys == KEYS_UNSURE) {
		sqlite_rollback(db, error);
		if (!open_transaction(db, step, error) || !sqlite_keys_learn(db, error) ||
			!run_script(db, step, &keys, error))
			return false;
	}
	return true;
}

static bool run_step(
	struct db *db, struct db_step *step, struct times *times, struct migrate_error *error)
{
	time_text(times->started);
	if (step->script && !run_judged(db, step, error))
		return false;
	db->stepped = true;
	if (!change_rows(db, step, error))
		return false;
	time_text(times->finished);
	return true;
}

/* COMMIT failed with commit_error: did it? */
static bool outcome_of_commit(
	struct db *db, const struct migrate_error *commit_error, struct migrate_error *error)
{
	struct migrate_error read_error = {0};
	struct sqlite_rows stored = {0};
	struct arena scratch = {0};
	bool known, applied = false;

	sqlite_rollback(db, &read_error);
	known = sqlite_read_rows(db, &scratch, &stored, &read_error);
	if (known && same_rows(&stored, &db->rows) && !same_rows(&stored, &db->before)) {
		applied = true;
		sqlite_notice(db, DB_WARNING,
			"COMMIT said \"%s\", and the version table shows that it is done",
			commit_error->message);
	} else if (known && same_rows(&stored, &db->before)) {
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

static bool commit(struct db *db, struct migrate_error *error)
{
	struct migrate_error commit_error = {0};
	bool applied;

	if (sqlite_interrupted(db, error))
		return false;
	applied = sqlite_commit(db, &commit_error) || outcome_of_commit(db, &commit_error, error);
	migrate_error_clear(&commit_error);
	db->has_tables |= applied;
	return applied;
}

static bool run_alone(
	struct db *db, struct db_step *step, struct times *times, struct migrate_error *error)
{
	if (!open_transaction(db, step, error) || !run_step(db, step, times, error) ||
		!log_step(db, step, times, error))
		return false;
	return step->done = commit(db, error);
}

static bool run_in_batch(
	struct db *db, struct db_step *step, struct times *times, struct migrate_error *error)
{
	if (sqlite_wants_foreign_keys(step) == db->foreign_keys)
		return run_step(db, step, times, error);
	error_set(error, MIGRATE_E_REFUSED,
		"foreign_keys=%s cannot be switched inside the one transaction of the run",
		db->foreign_keys ? "off" : "on");
	error_at(error, step->file, step->line, 0);
	return error_hint(
		error, "Let each revision have its own transaction (transaction: revision).");
}

static bool run_reported(struct db *db, struct db_batch *batch, struct db_step *step,
	struct times *times, struct migrate_error *error)
{
	int64_t start = sqlite_clock();
	bool ok;

	report(db, DB_STEP_STARTED, step);
	ok = batch->together ? run_in_batch(db, step, times, error)
			     : run_alone(db, step, times, error);
	step->duration = sqlite_clock() - start;
	if (!ok)
		sqlite_rollback(db, error);
	report(db, ok ? DB_STEP_DONE : DB_STEP_FAILED, step);
	return ok;
}

static bool refuse_options(const struct db_batch *batch, struct migrate_error *error)
{
	for (size_t i = 0; i < batch->count; i++) {
		const struct db_step *step = &batch->step[i];

		if (!step->script || step->options.transaction != TOGGLE_OFF)
			continue;
		error_set(error, MIGRATE_E_REFUSED,
			"transaction=off is not possible on SQLite: revision \"%s\"",
			step->revision);
		return error_at(error, step->file, step->line, 0);
	}
	return true;
}

static bool open_batch(struct db *db, struct db_batch *batch, struct migrate_error *error)
{
	if (!refuse_options(batch, error))
		return false;
	if (!batch->together || batch->opens) {
		arena_release(&db->batch_memory);
		copy_rows(db, &db->rows, batch->expected.item, batch->expected.count);
		db->rows_known = false;
	}
	if (!batch->together)
		return true;
	if (!batch->opens)
		return db->transaction || error_set(error, MIGRATE_E_DATABASE,
						  "the transaction of the run is not open");
	return open_transaction(db, batch->count ? batch->step : NULL, error);
}

/* The log records of steps that run together are written here, behind all scripts: SQLite prepares
 * a statement anew after each change of the schema, which costs more than the record. */
static bool close_batch(struct db *db, struct db_batch *batch, const struct times *times,
	struct migrate_error *error)
{
	if (!batch->together)
		return true;
	for (size_t i = 0; i < batch->count; i++)
		if (!log_step(db, &batch->step[i], &times[i], error))
			return false;
	if (!batch->closes)
		return true;
	if (!commit(db, error))
		return false;
	for (size_t i = 0; i < batch->count; i++)
		batch->step[i].done = true;
	return true;
}

bool sqlite_apply(struct db *db, struct db_batch *batch, struct migrate_error *error)
{
	struct arena scratch = {0};
	struct times *times = ARENA_ARRAY(&scratch, batch->count, struct times);
	bool ok = open_batch(db, batch, error);

	for (size_t i = 0; ok && i < batch->count; i++)
		ok = run_reported(db, batch, &batch->step[i], &times[i], error);
	ok = ok && close_batch(db, batch, times, error);
	if (!ok)
		sqlite_rollback(db, error);
	arena_release(&scratch);
	return ok;
}
