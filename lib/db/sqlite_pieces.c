/* sqlite_pieces: a step that is a piece of a script: a transaction, or a statement outside one.
 *
 * Knows the order of record and statement; what a piece leaves for the next is sqlite_kept.c.
 * Surprising: a statement in autocommit is atomic, so that after an error or an interruption it is
 * known, unlike after a crash, that nothing of it is left: SQLite's data version stayed as it was
 * (https://sqlite.org/c3ref/c_fcntl_begin_atomic_write.html#sqlitefcntldataversion). The journal
 * then says "retry" at once. INSERT OR FAIL and its like do leave something, and change it.
 */
#include <ctype.h>
#include <string.h>
#include <strings.h>

#include "base/error.h"
#include "core/scan.h"
#include "db/sqlite.h"

static bool is_word(const char *text, size_t size, const char *word)
{
	size_t length = strlen(word);

	return size > length && !strncasecmp(text, word, length) &&
	       !isalnum((unsigned char)text[length]) && text[length] != '_';
}

/* Of the whole script, before its first piece: refused later it would be left half way. */
static bool refuse_attach(const struct db_step *step, struct migrate_error *error)
{
	const char *text = step->whole_script ? step->whole_script : step->script;
	size_t size = step->whole_script ? step->whole_size : step->script_size;
	struct scan_statement statement;
	struct scanner scanner;

	scan_begin(&scanner, SCAN_SQLITE, text, size);
	while (scan_next(&scanner, &statement)) {
		const char *first = text + statement.first;
		size_t rest = statement.last - statement.first;

		if (statement.command == SCAN_EMPTY ||
			(!is_word(first, rest, "attach") && !is_word(first, rest, "detach")))
			continue;
		error_set(error, MIGRATE_E_REFUSED,
			"%.6s is refused: the version table covers this database file only", first);
		error_hint(error,
			"Migrate each database file by itself; or write transaction=off in the "
			"section's marker, where no transaction covers more than a statement.");
		return error_at_offset(error, step->file, text, size, statement.first, step->line);
	}
	return true;
}

bool sqlite_pieces_check(const struct db_batch *batch, struct migrate_error *error)
{
	for (size_t i = 0; i < batch->count; i++) {
		const struct db_step *step = &batch->step[i];

		if (step->segment && batch->together) {
			error_set(error, MIGRATE_E_REFUSED,
				"revision \"%s\" is not one transaction, and the whole run is to "
				"be one",
				step->revision);
			error_at(error, step->file, step->line, 0);
			return error_hint(error, "Let each revision have its own transaction "
						 "(transaction: revision).");
		}
		if (step->segment == 1 && step->options.transaction != TOGGLE_OFF &&
			!refuse_attach(step, error))
			return false;
	}
	return true;
}

/* As the connection has it now: PRAGMA foreign_keys in autocommit has an effect. */
static void learn_foreign_keys(struct db *db)
{
	int on = 0;

	db->api.db_config(db->handle, SQLITE_DBCONFIG_ENABLE_FKEY, -1, &on);
	db->foreign_keys = on;
}

static void keep_foreign_keys(struct db *db)
{
	db->kept.foreign_keys = db->foreign_keys ? TOGGLE_ON : TOGGLE_OFF;
}

/* Statements in autocommit; what they set is kept. */
static bool run_outside(
	struct db *db, struct db_step *step, bool prelude, struct migrate_error *error)
{
	struct sqlite_script script = {.db = db,
		.step = step,
		.memory = &db->kept.memory,
		.error = error,
		.outside = true,
		.prelude = prelude};
	bool ok;

	ok = sqlite_script_run(&script);
	if (script.sets_foreign_keys)
		learn_foreign_keys(db);
	if (ok)
		sqlite_kept_accept(db, &script);
	return ok;
}

/* With transaction=off each PRAGMA foreign_keys had an effect when it ran first; else it had none,
 * unless a transaction began with it, which sqlite_wants_foreign_keys knows. */
static bool run_prelude(struct db *db, const struct db_step *step, struct migrate_error *error)
{
	struct db_step repeated = *step;

	if (!step->prelude)
		return true;
	sqlite_rollback(db, NULL);
	repeated.script = step->prelude;
	repeated.script_size = strlen(step->prelude);
	repeated.last = false;
	if (!run_outside(db, &repeated, true, error)) {
		error_at(error, step->file, step->line, 0);
		return error_detail(error, "this repeats the settings of the script's part that "
					   "has run before");
	}
	if (step->options.transaction == TOGGLE_OFF)
		keep_foreign_keys(db);
	return true;
}

/* In a transaction that is open: the piece is done. */
static bool record_done(struct db *db, const struct db_step *step, struct sqlite_times *times,
	struct migrate_error *error)
{
	sqlite_time_text(times->finished);
	return sqlite_journal_verify(db, step, error) &&
	       sqlite_journal_add(db, step, "done", times, error) &&
	       (!step->last || sqlite_journal_add_whole(db, step, times, error)) &&
	       sqlite_journal_commit(db, step, times, error);
}

static bool run_transaction(struct db *db, struct db_step *step, struct sqlite_times *times,
	struct migrate_error *error)
{
	if (!sqlite_open_transaction(db, step, error) || !sqlite_run_judged(db, step, error) ||
		!record_done(db, step, times, error))
		return false;
	keep_foreign_keys(db);
	return true;
}

static bool record_started(struct db *db, const struct db_step *step,
	const struct sqlite_times *times, struct migrate_error *error)
{
	return sqlite_open_transaction(db, step, error) && sqlite_journal_verify(db, step, error) &&
	       sqlite_journal_add(db, step, "started", times, error) &&
	       sqlite_journal_commit(db, step, times, error);
}

/* Where it cannot be written the record "started" stays the newest, which is true as well. */
static void record_failed(
	struct db *db, struct db_step *step, struct sqlite_times *times, unsigned version_before)
{
	struct migrate_error ignored = {0};

	step->unclear = sqlite_data_version(db) != version_before;
	if (step->unclear)
		return;
	sqlite_time_text(times->finished);
	if (!sqlite_begin(db, &ignored) || !sqlite_journal_verify(db, step, &ignored) ||
		!sqlite_journal_add(db, step, "retry", times, &ignored) ||
		!sqlite_commit(db, &ignored))
		sqlite_rollback(db, NULL);
	migrate_error_clear(&ignored);
}

static bool record_succeeded(struct db *db, const struct db_step *step, struct sqlite_times *times,
	struct migrate_error *error)
{
	if (sqlite_begin(db, error) && (!step->last || sqlite_rows_verify(db, error)) &&
		record_done(db, step, times, error))
		return true;
	return error_detail(error, "the statement itself has run; that it is done could not be "
				   "recorded");
}

/* Once the statement has ended a signal has to wait: its outcome is known, and is written. */
static bool run_statement(struct db *db, struct db_step *step, struct sqlite_times *times,
	struct migrate_error *error)
{
	unsigned version;
	bool ok;

	step->begun = record_started(db, step, times, error);
	if (!step->begun) {
		step->begun = error->code == MIGRATE_E_UNKNOWN_OUTCOME;
		return false;
	}
	version = db->known_version;
	ok = run_outside(db, step, false, error);
	db->deaf = true;
	if (ok)
		ok = record_succeeded(db, step, times, error);
	else
		record_failed(db, step, times, version);
	db->deaf = false;
	keep_foreign_keys(db);
	return ok;
}

bool sqlite_piece_run(struct db *db, struct db_step *step, struct migrate_error *error)
{
	struct sqlite_times times = {0};
	bool ok;

	sqlite_kept_begin(db, step);
	sqlite_time_text(times.started);
	ok = run_prelude(db, step, error) &&
	     (step->outside ? run_statement(db, step, &times, error)
			    : run_transaction(db, step, &times, error));
	step->done = ok;
	if (!ok)
		sqlite_rollback(db, error);
	/* A script that is cut anew goes on with what its finished pieces set. */
	if (ok ? step->last : !step->needs_outside)
		sqlite_kept_end(db, step);
	return ok;
}
