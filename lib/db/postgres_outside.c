/* postgres_outside: scripts in pieces; a statement that stands outside a transaction.
 *
 * Three messages: the record "started", the statement by itself, the record "done". Surprising: no
 * role and no search_path of the script reaches the records, and all of them reach the next piece:
 * the role is kept in a setting of our own (sql/pg_role_keep.sql).
 */
#include <string.h>

#include "base/error.h"
#include "core/segment.h"
#include "db/postgres.h"
#include "embedded.h"

#define RESET_ROLE "RESET SESSION AUTHORIZATION;\nRESET ROLE;\n"

static bool refuse(const struct db_step *step, size_t offset, struct migrate_error *error,
	const char *message, const char *hint)
{
	const char *text = step->whole_script ? step->whole_script : step->script;

	error_set(error, MIGRATE_E_REFUSED, "%s", message);
	error_hint(error, "%s", hint);
	return error_at_offset(error, step->file, text,
		step->whole_script ? step->whole_size : step->script_size, offset, step->line);
}

/* Of the whole script, as it is or before its first piece: refused later it would be left half way.
 */
static bool check_pooled(const struct db_step *step, struct migrate_error *error)
{
	static const char advice[] = "Connect to the server directly, or by a port of the pooler "
				     "with session pooling, for this run.";
	const char *text = step->whole_script ? step->whole_script : step->script;
	size_t size = step->whole_script ? step->whole_size : step->script_size;
	struct scan_statement statement;
	struct scanner scanner;

	if (step->outside)
		return refuse(step, 0, error,
			"the statement runs outside a transaction, which a pooler in transaction "
			"mode does not allow safely",
			advice);
	scan_begin(&scanner, SCAN_POSTGRESQL, text, size);
	while (step->segment <= 1 && scan_next(&scanner, &statement)) {
		bool setting = segment_is_setting(
			SCAN_POSTGRESQL, text + statement.first, statement.last - statement.first);

		if (statement.command == SCAN_EMPTY)
			continue;
		if (statement.outside_transaction || step->options.transaction == TOGGLE_OFF)
			return refuse(step, statement.first, error,
				"the statement runs outside a transaction, which a pooler in "
				"transaction mode does not allow safely",
				advice);
		if (setting)
			return refuse(step, statement.first, error,
				"the setting would not reach the script's other transactions "
				"through a pooler in transaction mode",
				advice);
	}
	return true;
}

bool postgres_check_parts(
	const struct db *db, const struct db_step *whole, struct migrate_error *error)
{
	return !db->pooled || check_pooled(whole, error);
}

static bool check_together(const struct db_step *step, size_t index, struct migrate_error *error)
{
	if (step->segment || step->options.transaction == TOGGLE_OFF)
		error_set(error, MIGRATE_E_REFUSED,
			"revision \"%s\" is not one transaction, and the whole run is to be one",
			step->revision);
	else if (index && step->begin && *step->begin)
		error_set(error, MIGRATE_E_REFUSED,
			"revision \"%s\" begins its transaction with modes of its own, and the "
			"whole run is to be one",
			step->revision);
	else
		return true;
	error_at(error, step->file, step->line, 0);
	return error_hint(
		error, "Let each revision have its own transaction (transaction: revision).");
}

bool postgres_pieces_check(struct db *db, const struct db_batch *batch, struct migrate_error *error)
{
	for (size_t i = 0; i < batch->count; i++) {
		const struct db_step *step = &batch->step[i];

		if (batch->together && !check_together(step, i + !batch->opens, error))
			return false;
		if (step->segment && db->pooled && !check_pooled(step, error))
			return false;
	}
	return true;
}

static void add_timeout(struct str *out, const char *name, long session, long own)
{
	if (own != DURATION_UNSET && own != session)
		str_printf(out, "SET %s = %ld;\n", name, own);
}

bool postgres_script_settings(
	struct db *db, const struct db_step *step, struct migrate_error *error)
{
	struct postgres_answer answer;
	struct str sql = {0};
	bool good = true;

	if (db->pooled || (db->in_script && !step->prelude))
		return true;
	add_timeout(&sql, "lock_timeout", db->lock_timeout, step->options.lock_timeout);
	add_timeout(
		&sql, "statement_timeout", db->statement_timeout, step->options.statement_timeout);
	if (step->prelude)
		str_printf(&sql, "%s\n;\n%s" RESET_ROLE POSTGRES_READING, step->prelude,
			embedded_pg_role_keep);
	if (sql.size)
		good = postgres_query(db, sql.text, &answer, NULL, error);
	if (sql.size && good)
		postgres_answer_clear(db, &answer);
	str_release(&sql);
	db->in_script = true;
	if (good)
		return true;
	postgres_undo(db);
	error_at(error, step->file, step->line, 0);
	return error_detail(error, "This repeats the settings of the script's parts that have run "
				   "before.");
}

/* The statement by itself. */
static bool run_statement(struct db *db, struct db_batch *batch, struct migrate_error *error)
{
	struct postgres_run run = {.db = db, .batch = batch, .error = error};
	bool good;

	postgres_message_alone(&run.message, batch->step);
	if (postgres_send(db, str_text(&run.message.text)))
		db->pq.setSingleRowMode(db->connection);
	postgres_watch_begin(db, batch->step, 1);
	postgres_tick_begin(db, &run);
	postgres_results(&run);
	postgres_tick_end(db);
	postgres_watch_end(db, batch->again && postgres_is_blocked(&run));
	good = !run.failure && !run.broken && !postgres_is_lost(db);
	if (good) {
		batch->step->statements = run.in_phase;
	} else if (!postgres_is_lost(db)) {
		postgres_fail(&run);
		postgres_judge_blocked(&run, batch->step);
	} else if (db->cancelled) {
		postgres_interrupted_error(db, error);
	} else {
		postgres_error(db, NULL, MIGRATE_E_CONNECT, error);
		error_detail(error, "What became of the statement is found out by the next run.");
	}
	db->pq.clear(run.failure);
	postgres_message_release(&run.message);
	return good;
}

/* What the session needs behind the statement, before the record. more: the script goes on. */
static void add_recovery(struct str *out, struct db *db, const struct db_step *step, bool more)
{
	bool keeps = more && postgres_mentions_role(step);

	str_printf(out, "BEGIN;\n%s" RESET_ROLE POSTGRES_READING "COMMIT;\n",
		keeps ? embedded_pg_role_keep : "");
	if (!strcasestr(step->script, "discard"))
		return;
	/* DISCARD ALL has freed the lock and forgot our settings. */
	str_printf(out, "%sSELECT pg_catalog.pg_try_advisory_lock(%d, %d);\n",
		str_text(&db->restore), POSTGRES_LOCK_SPACE,
		postgres_lock_key(db->schema, db->version_table));
	db->prepared = false;
}

/* The statement has run; only its record may be missing, whose COMMIT was lost. */
static bool record_again(struct db *db, const struct db_batch *batch, struct migrate_error *error)
{
	struct db_step *step = batch->step;
	struct migrate_error why = {0};
	size_t committed;
	bool good = postgres_resolve(db, batch, &committed, &why) &&
		    (committed ||
			    postgres_journal_add(db, step, &batch->expected, "done", "", "", &why));

	migrate_error_clear(&why);
	step->done = good;
	if (good && step->last) {
		migrate_error_clear(error);
		return true;
	}
	if (good)
		return error_detail(error, "The statement itself has run, and is recorded.");
	/* With its last part the revision is recorded, or is not. */
	if (step->last && postgres_is_lost(db)) {
		error->code = MIGRATE_E_UNKNOWN_OUTCOME;
		error_hint(error, "Run `migrate status` to see whether it is applied.");
	}
	return error_detail(
		error, "The statement itself has run; whether that is recorded is not known.");
}

static bool record_done(struct db *db, const struct db_batch *batch, struct migrate_error *error)
{
	struct db_step *step = batch->step;
	struct str before = {0}, after = {0};

	add_recovery(&before, db, step, !step->last);
	if (step->last) {
		str_printf(&after, "RESET ALL;\n%s", str_text(&db->restore));
		postgres_add_cleaning(&after, step);
	}
	step->done = postgres_journal_add(
		db, step, &batch->expected, "done", str_text(&before), str_text(&after), error);
	str_release(&before);
	str_release(&after);
	if (step->done) {
		db->in_script = !step->last;
		return true;
	}
	if (postgres_is_lost(db))
		return record_again(db, batch, error);
	return error_detail(
		error, "The statement itself has run; that it is done could not be recorded.");
}

/* The answer to the COMMIT of the record was lost, and the statement was not sent: the journal is
 * made to say so, or the next run would have to ask a person. */
static void take_back_started(struct db *db, const struct db_batch *batch)
{
	struct db_step *step = batch->step;
	struct migrate_error why = {0};
	struct arena arena = {0};
	struct db_state state;
	size_t committed;

	step->begun = true;
	db->deaf = true;
	if (postgres_resolve(db, batch, &committed, &why) &&
		postgres_read(db, &arena, false, &state, &why)) {
		step->begun = postgres_journal_says(&state, step, DB_STARTED);
		if (step->begun)
			postgres_journal_add(db, step, NULL, "retry", "", "", &why);
	}
	db->deaf = db->hurried = false;
	migrate_error_clear(&why);
	arena_release(&arena);
}

static bool record_started(struct db *db, const struct db_batch *batch, struct migrate_error *error)
{
	batch->step->begun = postgres_journal_add(db, batch->step, &batch->expected, "started", "",
		postgres_mentions_role(batch->step) ? embedded_pg_role_take : "", error);
	if (batch->step->begun)
		return true;
	if (postgres_is_lost(db))
		take_back_started(db, batch);
	return false;
}

/* Nobody runs it again in a scratch database, nor looks there. */
static void explain(
	struct db *db, const struct db_batch *batch, bool *retry, struct migrate_error *error)
{
	struct migrate_error unsaid = {0};

	if (!batch->scratch) {
		postgres_explain(db, batch->step, retry, error);
		return;
	}
	error_copy(&unsaid, error);
	postgres_explain(db, batch->step, retry, &unsaid);
	migrate_error_clear(&unsaid);
}

/* Where the error says that nothing is left of the statement, so does the journal; and only then it
 * may be tried again, with the script's settings as they are. */
static void record_failed(struct db *db, const struct db_batch *batch, struct migrate_error *error)
{
	struct db_step *step = batch->step;
	struct migrate_error ignored = {0};
	struct str before = {0};
	bool retry = false, good = false;

	if (postgres_is_lost(db))
		return;
	explain(db, batch, &retry, error);
	step->blocked = step->blocked && retry && batch->again;
	if (step->blocked)
		add_recovery(&before, db, step, true);
	else
		postgres_undo(db);
	if (retry)
		good = postgres_journal_add(
			db, step, NULL, "retry", str_text(&before), "", &ignored);
	if (step->blocked && !good)
		postgres_undo(db);
	step->blocked = step->blocked && good;
	migrate_error_clear(&ignored);
	str_release(&before);
}

bool postgres_outside(struct db *db, struct db_batch *batch, struct migrate_error *error)
{
	struct db_step *step = batch->step;
	int64_t begin = postgres_clock();
	bool created, good = false;

	postgres_progress(db, DB_STEP_STARTED, step);
	if (!postgres_ensure(db, &created, error) || !postgres_clear_way(db, step, error) ||
		!record_started(db, batch, error)) {
		/* Nothing has run, and no setting of the script's is on. */
		step->blocked = batch->again && error->code == MIGRATE_E_LOCKED;
		if (!step->blocked)
			postgres_undo(db);
	} else if (!run_statement(db, batch, error)) {
		record_failed(db, batch, error);
	} else {
		good = record_done(db, batch, error);
		if (!good)
			postgres_undo(db);
	}
	step->duration = postgres_clock() - begin;
	if (good || !step->blocked)
		postgres_progress(db, good ? DB_STEP_DONE : db_failure(error), step);
	return good;
}
