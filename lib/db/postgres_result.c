/* postgres_result: takes the results of a message one by one and knows from their number and from
 * the records' own answers which script is running, which ran, and which is committed.
 *
 * A script's statements need not be counted beforehand: its record answers with our token. What
 * COMMIT did is told by its tag: that of a failed transaction is ROLLBACK, and no error
 * (https://www.postgresql.org/docs/current/protocol-message-formats.html, CommandComplete). */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "db/postgres.h"

static struct postgres_part *part_of(struct postgres_run *run)
{
	return run->part < run->message.parts ? &run->message.part[run->part] : NULL;
}

static struct db_step *step_of(struct postgres_run *run)
{
	struct postgres_part *part = part_of(run);

	return part ? &run->batch->step[part->step] : NULL;
}

void postgres_progress(const struct db *db, enum db_progress what, struct db_step *step)
{
	if (db->hooks.progress)
		db->hooks.progress(db->hooks.context, what, step);
}

static void enter(struct postgres_run *run, enum postgres_phase phase)
{
	run->phase = phase;
	run->in_phase = 0;
	run->db->quiet = phase == PHASE_HEAD;
}

static void start_part(struct postgres_run *run)
{
	struct postgres_part *part = part_of(run);

	enter(run, PHASE_BEFORE);
	if (part && run->started <= part->step) {
		run->started = part->step + 1;
		postgres_progress(run->db, DB_STEP_STARTED, &run->batch->step[part->step]);
	}
}

static void finish_step(struct postgres_run *run)
{
	struct postgres_part *part = part_of(run);

	for (size_t i = run->batch->together ? 0 : part->step; i <= part->step; i++)
		run->batch->step[i].done = part->commits;
	run->finished = part->step + 1;
	postgres_progress(run->db, DB_STEP_DONE, step_of(run));
	run->part++;
	start_part(run);
}

/* "TOKEN INDEX BEGIN END": a record's answer, times in the server's microseconds. */
static bool take_record(struct postgres_run *run, const PGresult *result)
{
	struct db *db = run->db;
	const char *text = postgres_value(db, result, 0, 0);
	size_t size = strlen(db->token), index;
	int64_t begin, end;

	if (!text || strncmp(text, db->token, size) != 0)
		return false;
	if (sscanf(text + size, " %zu %" SCNd64 " %" SCNd64, &index, &begin, &end) != 3 ||
		index != part_of(run)->step)
		return false;
	begin = begin > run->last_finish ? begin : run->last_finish;
	step_of(run)->duration = end > begin ? end - begin : 0;
	run->last_finish = end;
	return true;
}

static void script_result(struct postgres_run *run, const PGresult *result)
{
	struct postgres_part *part = part_of(run);
	struct db_step *step = step_of(run);

	/* A row by itself; its statement's own result follows. */
	if (run->db->pq.resultStatus(result) == PGRES_SINGLE_TUPLE) {
		if (!take_record(run, result))
			return;
		step->statements = run->in_phase > part->resets ? run->in_phase - part->resets : 0;
		enter(run, PHASE_AFTER);
		return;
	}
	run->in_phase++;
}

/* The record's own result, and those of the statements behind it. */
static void after_result(struct postgres_run *run)
{
	struct postgres_part *part = part_of(run);

	if (run->in_phase++ < part->after)
		return;
	if (part->commits)
		enter(run, PHASE_COMMIT);
	else
		finish_step(run);
}

static void commit_result(struct postgres_run *run, const PGresult *result)
{
	if (!strcmp(run->db->pq.cmdStatus((PGresult *)result), "COMMIT"))
		finish_step(run);
	else
		run->broken = "the server did not commit";
}

static void take_good(struct postgres_run *run, const PGresult *result)
{
	bool row = run->db->pq.resultStatus(result) == PGRES_SINGLE_TUPLE;

	run->results++;
	if (!part_of(run) && run->phase != PHASE_HEAD) {
		run->broken = "the server gave more results than there are statements";
		return;
	}
	switch (run->phase) {
	case PHASE_HEAD:
		if (row) /* the time */
			run->last_finish = strtoll(run->db->pq.getvalue(result, 0, 0), NULL, 10);
		else if (++run->in_phase == run->message.head)
			start_part(run);
		return;
	case PHASE_BEFORE:
		if (!row && ++run->in_phase == part_of(run)->before)
			enter(run, PHASE_SCRIPT);
		return;
	case PHASE_SCRIPT: script_result(run, result); return;
	case PHASE_AFTER: after_result(run); return;
	case PHASE_COMMIT: commit_result(run, result); return;
	}
}

/* libpq takes what it has room for; 0 says that it has none now. */
static bool put(struct db *db, const char *bytes, int size)
{
	int took;

	while (!(took = db->pq.putCopyData(db->connection, bytes, size)))
		if (!postgres_wait(db, true) || db->pq.flush(db->connection) < 0)
			return false;
	return took > 0;
}

static void feed(struct postgres_run *run)
{
	enum { CHUNK = 64 * 1024 };
	struct db *db = run->db;
	const struct postgres_data *data = NULL;
	const char *reason = "the script has no data for this COPY";

	if (run->data < run->message.blocks)
		data = &run->message.data[run->data];
	if (data && part_of(run) && data->step == part_of(run)->step) {
		const char *text = run->batch->step[data->step].script + data->offset;

		reason = NULL;
		run->data++;
		for (size_t at = 0; at < data->size; at += CHUNK)
			if (!put(db, text + at,
				    (int)(data->size - at < CHUNK ? data->size - at : CHUNK)))
				break;
	}
	while (!db->pq.putCopyEnd(db->connection, reason))
		if (!postgres_wait(db, true) || db->pq.flush(db->connection) < 0)
			return;
	db->sent = false;
}

/* COPY ... TO stdout: to nowhere, but said. */
static void discard(struct postgres_run *run)
{
	struct db *db = run->db;
	char *row;
	int size;

	while ((size = db->pq.getCopyData(db->connection, &row, 1)) >= 0) {
		if (size)
			db->pq.freemem(row);
		else if (!postgres_wait(db, false))
			return;
	}
	if (db->hooks.notice)
		db->hooks.notice(db->hooks.context, DB_WARNING,
			"WARNING: the output of COPY ... TO stdout was discarded");
}

static void take(struct postgres_run *run, PGresult *result)
{
	struct db *db = run->db;

	switch (db->pq.resultStatus(result)) {
	case PGRES_COPY_IN: feed(run); break;
	case PGRES_COPY_OUT: discard(run); break;
	case PGRES_COMMAND_OK:
	case PGRES_TUPLES_OK:
	case PGRES_SINGLE_TUPLE:
		if (!run->failure && !run->broken)
			take_good(run, result);
		break;
	default:
		if (!run->failure) {
			run->failure = result;
			return;
		}
	}
	db->pq.clear(result);
}

void postgres_results(struct postgres_run *run)
{
	PGresult *result;

	run->part = run->in_phase = run->results = run->data = 0;
	run->failure = NULL;
	run->broken = NULL;
	run->last_finish = 0;
	if (run->message.head)
		enter(run, PHASE_HEAD);
	else if (run->message.alone)
		enter(run, PHASE_SCRIPT);
	else
		start_part(run);
	while ((result = postgres_next(run->db)))
		take(run, result);
	run->db->quiet = false;
	if (!run->failure && !run->broken && run->part < run->message.parts && !run->message.alone)
		run->broken = "the server gave fewer results than there are statements";
}
