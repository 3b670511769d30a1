/* postgres_apply: cuts a batch into messages, and knows what to do when one of them failed.
 *
 * Surprising: the server hands results over when its buffer is full or the message ends
 * (https://www.postgresql.org/docs/current/protocol-flow.html#PROTOCOL-FLOW-SIMPLE-QUERY), so
 * a message is made only as long as it must be for the waits between messages not to matter: on one
 * machine a few steps, so that progress is seen, over a slow line hundreds. */
#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "db/postgres.h"

enum {
	FIRST_WINDOW = 32,
	GUESSED_STEP_TIME = 1500, /* microseconds */
	WAIT_SHARE = 50,          /* a message takes that many waits' time, */
	MESSAGE_TIME = 50 * 1000, /* and at least so many microseconds */
	TEXT_LIMIT = 2 * 1024 * 1024,
	PREPARE_FROM = 8, /* steps that are worth a PREPARE */
	RACES = 3,
};

/* The rows of the version table before step `at` of the batch. */
struct rows {
	struct arena memory;
	const char **item;
	uint32_t count;
	size_t at;
};

/* One call of apply. */
struct apply {
	struct postgres_run run; /* the message */
	size_t next;             /* step to send first */
	size_t alone, alone_end; /* steps to be sent one by one */
	int races;
	bool preparing;
	struct rows rows;
};

enum verdict { VERDICT_NEXT, VERDICT_AGAIN, VERDICT_STOP };

static size_t text_size(const struct db_step *step)
{
	size_t source;

	db_step_source(step, &source);
	return step->script_size + source + 1024;
}

static size_t window(const struct apply *apply)
{
	const struct db *db = apply->run.db;
	const struct db_batch *batch = apply->run.batch;
	size_t left = batch->count - apply->next,
	       limit = db->window ? 4 * db->window : FIRST_WINDOW;
	int64_t step_time = db->step_time ? db->step_time : GUESSED_STEP_TIME;
	int64_t time = WAIT_SHARE * db->round_trip;
	size_t wish, size = 0, count;

	if (db->pooled || (apply->next >= apply->alone && apply->next < apply->alone_end))
		return 1;
	if (apply->next < apply->alone && apply->alone - apply->next < left)
		left = apply->alone - apply->next;
	wish = (size_t)((time > MESSAGE_TIME ? time : MESSAGE_TIME) / step_time) + 1;
	wish = wish < limit ? wish : limit;
	wish = wish < left ? wish : left;
	for (count = 0; count < wish; count++) {
		size += text_size(&batch->step[apply->next + count]);
		if (count && size > TEXT_LIMIT)
			break;
	}
	return count;
}

struct postgres_frame postgres_frame_of(const struct db *db)
{
	return (struct postgres_frame){.version_name = db->version_name,
		.log_name = db->log_name,
		.version_table = db->version_table,
		.tool = db->tool,
		.user = db->user,
		.token = db->token,
		.restore = str_text(&db->restore),
		.restore_count = db->restore_count,
		.lock_timeout = db->lock_timeout,
		.statement_timeout = db->statement_timeout,
		.local = db->pooled,
		.lock_wait = db->lock_wait};
}

static void begin_rows(struct rows *rows, const struct db_batch *batch)
{
	size_t most = batch->expected.count;

	for (size_t i = 0; i < batch->count; i++)
		most += batch->step[i].add.count;
	arena_release(&rows->memory);
	rows->item = ARENA_ARRAY(&rows->memory, most, const char *);
	rows->count = batch->expected.count;
	rows->at = 0;
	for (uint32_t i = 0; i < rows->count; i++)
		rows->item[i] = batch->expected.item[i];
}

/* A message that is sent again begins further back. */
static void move_rows(struct rows *rows, const struct db_batch *batch, size_t to)
{
	if (!rows->item || rows->at > to)
		begin_rows(rows, batch);
	for (; rows->at < to; rows->at++) {
		const struct db_step *step = &batch->step[rows->at];
		uint32_t kept = 0;

		for (uint32_t i = 0; i < rows->count; i++)
			if (!names_have(&step->remove, rows->item[i]))
				rows->item[kept++] = rows->item[i];
		rows->count = kept;
		for (uint32_t i = 0; i < step->add.count; i++)
			rows->item[rows->count++] = step->add.item[i];
	}
}

static bool mentions_table(const struct db *db, const struct db_step *step)
{
	return step->script && strcasestr(step->script, db->version_table);
}

/* Does the record of step i compare the rows? In one transaction for all steps the last one's is
 * enough: there each change of a row leaves one behind that is still to be passed over. */
static bool compares(const struct db *db, const struct db_batch *batch, size_t i)
{
	return !i || !batch->together || i + 1 == batch->count ||
	       mentions_table(db, &batch->step[i]);
}

/* May it be the prepared one, which counts at most? */
static bool is_prepared(const struct db *db, const struct db_batch *batch, size_t i)
{
	return i && postgres_is_move(&batch->step[i]) && !mentions_table(db, &batch->step[i]) &&
	       !(batch->together && compares(db, batch, i));
}

static void build(struct apply *apply)
{
	struct db *db = apply->run.db;
	struct db_batch *batch = apply->run.batch;
	struct postgres_message *message = &apply->run.message;
	struct postgres_frame frame = postgres_frame_of(db);
	size_t count = window(apply);

	frame.counts = !batch->together;
	postgres_message_clear(message);
	apply->preparing = !db->prepared && !db->never_prepare && !db->pooled && !db->in_run &&
			   batch->count - apply->next >= PREPARE_FROM;
	if (!db->in_run)
		postgres_message_head(
			message, &frame, !db->has_version_table, !db->has_log, apply->preparing);
	for (size_t i = apply->next; i < apply->next + count; i++) {
		const struct db_step *step = &batch->step[i];
		struct postgres_place place = {.index = i,
			.opens = !batch->together || (batch->opens && i == 0),
			.commits = !batch->together || (batch->closes && i + 1 == batch->count)};
		struct names rows;

		move_rows(&apply->rows, batch, i);
		rows = (struct names){apply->rows.item, apply->rows.count};
		place.expected = compares(db, batch, i) ? &rows : NULL;
		place.prepared = (apply->preparing || db->prepared) && is_prepared(db, batch, i);
		postgres_message_step(message, &frame, step, &place);
	}
	db->window = count;
}

/* What is true after a message whatever became of its steps. */
static void learn(struct apply *apply, int64_t begin)
{
	struct db *db = apply->run.db;
	size_t parts = apply->run.message.parts, ran = apply->run.finished - apply->next;

	if (apply->run.message.head && apply->run.results >= apply->run.message.head) {
		db->has_version_table = db->has_log = true;
		db->prepared = db->prepared || apply->preparing;
	}
	if (ran && ran == parts)
		db->step_time = (postgres_clock() - begin) / (int64_t)parts + 1;
}

void postgres_undo(struct db *db)
{
	struct str sql = {0};

	if (postgres_is_lost(db))
		return;
	db->in_run = db->in_script = false;
	/* What a script that ended its transaction has set is outside of any. */
	if (db->pq.transactionStatus(db->connection) != PQTRANS_IDLE)
		str_add(&sql, "ROLLBACK;\n");
	str_printf(&sql, "RESET SESSION AUTHORIZATION;\nRESET ROLE;\nRESET ALL;\n%s",
		str_text(&db->restore));
	db->quiet = true;
	if (postgres_send(db, sql.text))
		postgres_drain(db);
	db->quiet = false;
	str_release(&sql);
}

static enum verdict stop(struct apply *apply, size_t failed)
{
	const struct db_batch *batch = apply->run.batch;

	if (failed < batch->count && !batch->moved &&
		!(batch->again && batch->step[failed].blocked))
		postgres_progress(apply->run.db, DB_STEP_FAILED, &batch->step[failed]);
	return VERDICT_STOP;
}

/* The whole message was refused before its first statement: a script that is no SQL, mostly. Those
 * before it are to be applied first, as if they had come alone. */
static enum verdict unparsed(struct apply *apply)
{
	size_t parts = apply->run.message.parts, step = apply->next, offset = 0;
	bool placed = postgres_failure_place(&apply->run, &step, &offset);

	if (parts > 1 && !apply->run.batch->together) {
		apply->alone = step;
		apply->alone_end = placed ? step + 1 : apply->next + parts;
		return VERDICT_AGAIN;
	}
	if (placed || parts == 1)
		postgres_fail_at(&apply->run, step, offset);
	else
		postgres_error(apply->run.db, apply->run.failure, MIGRATE_E_SQL, apply->run.error);
	postgres_undo(apply->run.db);
	return stop(apply, step);
}

/* Behind a pooler, without a lock, the other run's work may be why the script failed. */
static void fail_step(struct apply *apply, size_t committed)
{
	struct postgres_run *run = &apply->run;
	struct db_step *step = &run->batch->step[postgres_current_step(run)];
	bool waited = run->failure && run->db->pooled && run->phase == PHASE_BEFORE;

	if (run->failure && run->db->pooled && postgres_has_moved(run->db, run->batch, committed)) {
		postgres_fail_changed(run);
		return;
	}
	postgres_fail(run);
	/* It has waited for another run as long as it may. */
	if (waited)
		postgres_watch_version(run->db);
	postgres_judge_blocked(run, step);
	step->blocked = step->blocked && !waited;
}

/* What is cut anew, or tried again, goes on with the settings of the pieces that ran. */
static enum verdict piece_failed(struct apply *apply)
{
	struct db *db = apply->run.db;
	const struct db_batch *batch = apply->run.batch;

	postgres_rollback(db);
	fail_step(apply, 0);
	if (!batch->step->needs_outside && !(batch->step->blocked && batch->again))
		postgres_undo(db);
	return stop(apply, 0);
}

static enum verdict failed(struct apply *apply)
{
	struct db *db = apply->run.db;
	const char *sqlstate = postgres_failure_field(&apply->run, PG_DIAG_SQLSTATE);
	struct postgres_run *run = &apply->run;

	if (run->failure && !run->results && strncmp(sqlstate, "57", 2) != 0)
		return unparsed(apply);
	if (run->failure && run->phase == PHASE_HEAD && postgres_is_race(sqlstate) &&
		apply->races++ < RACES) {
		postgres_undo(db);
		return postgres_look(db, apply->run.error) ? VERDICT_AGAIN : VERDICT_STOP;
	}
	/* A script threw our prepared statement away. */
	if (run->failure && run->phase == PHASE_SCRIPT && db->prepared && !run->batch->together &&
		!strcmp(sqlstate, "26000") &&
		!postgres_failure_place(&apply->run, &(size_t){0}, &(size_t){0})) {
		db->never_prepare = true;
		db->prepared = false;
		postgres_undo(db);
		return VERDICT_AGAIN;
	}
	if (run->batch->step[postgres_current_step(run)].segment)
		return piece_failed(apply);
	postgres_undo(db);
	fail_step(apply, run->finished);
	return stop(apply, postgres_current_step(&apply->run));
}

/* Could a COMMIT have been carried out whose answer we do not have? */
static bool is_unknown(const struct apply *apply)
{
	const struct postgres_run *run = &apply->run;
	bool commits = false;

	for (size_t i = run->part; i < run->message.parts; i++)
		commits = commits || run->message.part[i].commits;
	if (!run->db->sent || !commits)
		return false;
	/* With an error the server had come as far as that. */
	return !*postgres_failure_field(&apply->run, PG_DIAG_SQLSTATE) ||
	       run->phase == PHASE_COMMIT;
}

static enum verdict fail_lost(struct apply *apply)
{
	struct db *db = apply->run.db;

	if (db->cancelled)
		return postgres_fail_interrupted(&apply->run),
		       stop(apply, postgres_current_step(&apply->run));
	postgres_error(db, apply->run.failure, MIGRATE_E_CONNECT, apply->run.error);
	apply->run.error->code = MIGRATE_E_CONNECT;
	if (!apply->run.batch->step->segment)
		error_detail(apply->run.error, "Nothing of revision %s was kept.",
			apply->run.batch->step[postgres_current_step(&apply->run)].revision);
	return stop(apply, postgres_current_step(&apply->run));
}

static void settle(struct apply *apply, size_t committed)
{
	struct db_batch *batch = apply->run.batch;

	for (size_t i = batch->together ? 0 : apply->run.finished; i < committed; i++) {
		batch->step[i].done = true;
		if (i >= apply->run.finished)
			postgres_progress(apply->run.db, DB_STEP_DONE, &batch->step[i]);
	}
	if (committed > apply->run.finished)
		apply->run.finished = committed;
}

static enum verdict lost(struct apply *apply)
{
	struct db *db = apply->run.db;
	struct postgres_run *run = &apply->run;
	size_t committed, end = apply->next + run->message.parts,
			  at = postgres_current_step(&apply->run);
	struct migrate_error why = {0};

	if (run->finished >= end)
		return VERDICT_NEXT; /* whoever asks next is told */
	if (!is_unknown(apply))
		return fail_lost(apply);
	if (!postgres_resolve(db, run->batch, &committed, &why)) {
		error_set(apply->run.error, MIGRATE_E_UNKNOWN_OUTCOME,
			"the connection was lost while revision \"%s\" was to be committed",
			run->batch->step[at].revision);
		error_detail(apply->run.error, "%s", why.message ? why.message : "");
		if (why.detail)
			error_detail(apply->run.error, "%s", why.detail);
		migrate_error_clear(&why);
		error_hint(apply->run.error, "Run `migrate status` to see whether it is applied.");
		for (; at < end; at++)
			postgres_progress(db, DB_STEP_UNKNOWN, &run->batch->step[at]);
		return VERDICT_STOP;
	}
	settle(apply, committed);
	/* The settings of a script's pieces went with the connection. */
	if (committed >= end && (!run->batch->step->segment || run->batch->step->last))
		return VERDICT_NEXT;
	run->part = committed < end ? committed - apply->next : run->message.parts - 1;
	return fail_lost(apply);
}

static enum verdict send_message(struct apply *apply)
{
	struct postgres_run *run = &apply->run;
	struct db *db = run->db;
	int64_t begin = postgres_clock();
	bool good;

	build(apply);
	run->finished = apply->next;
	if (postgres_send(db, str_text(&run->message.text)))
		db->pq.setSingleRowMode(db->connection);
	postgres_watch_begin(db, &run->batch->step[apply->next], run->message.parts);
	postgres_tick_begin(db, run);
	postgres_results(run);
	postgres_tick_end(db);
	postgres_watch_end(db, run->batch->again && postgres_is_blocked(run));
	learn(apply, begin);
	if (postgres_is_lost(db))
		return lost(apply);
	good = !run->failure && !run->broken;
	return good ? VERDICT_NEXT : failed(apply);
}

static void remember_run(struct db *db, const struct db_batch *batch)
{
	const char **item;

	if (!batch->together || !batch->opens)
		return;
	arena_release(&db->run_memory);
	item = ARENA_ARRAY(&db->run_memory, batch->expected.count + 1, const char *);
	for (uint32_t i = 0; i < batch->expected.count; i++)
		item[i] = arena_strdup(&db->run_memory, batch->expected.item[i]);
	db->run_start = (struct names){.item = item, .count = batch->expected.count};
}

static bool apply_messages(struct apply *apply)
{
	struct db *db = apply->run.db;
	struct db_batch *batch = apply->run.batch;

	while (apply->next < batch->count) {
		enum verdict verdict;

		if (postgres_is_interrupted(db)) {
			if (db->in_run)
				postgres_undo(db);
			return postgres_interrupted_error(db, apply->run.error);
		}
		verdict = send_message(apply);
		db->pq.clear(apply->run.failure);
		apply->run.failure = NULL;
		apply->next = apply->run.finished;
		if (verdict == VERDICT_STOP)
			return false;
		if (verdict == VERDICT_NEXT)
			db->in_run = batch->together &&
				     !(batch->closes && apply->next == batch->count);
	}
	return true;
}

static bool apply_batch(struct db *db, struct db_batch *batch, struct migrate_error *error)
{
	struct apply apply = {.run = {.db = db, .batch = batch, .error = error}, .alone = SIZE_MAX};
	bool good;

	postgres_enter(db);
	if (!db->looked && !postgres_look(db, error))
		return false;
	if (!postgres_check_home(db, error) || !postgres_pieces_check(db, batch, error))
		return false;
	if (batch->count && batch->step->segment &&
		!postgres_script_settings(db, batch->step, error))
		return false;
	if (batch->count && batch->step->outside)
		return postgres_outside(db, batch, error);
	remember_run(db, batch);
	good = apply_messages(&apply);
	postgres_message_release(&apply.run.message);
	arena_release(&apply.rows.memory);
	if (good && batch->count && batch->step->segment)
		db->in_script = !batch->step->last && !db->pooled;
	return good;
}

bool postgres_apply(struct db *db, struct db_batch *batch, struct migrate_error *error)
{
	bool good = apply_batch(db, batch, error);

	if (!good)
		error_hide(error, db->secret);
	return good;
}
