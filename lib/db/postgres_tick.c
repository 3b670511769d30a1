/* postgres_tick: what is told of a message that runs long, and how far the server says it is.
 *
 * Knows the views of progress
 * (https://www.postgresql.org/docs/current/progress-reporting.html), and asks them by the second
 * connection of postgres_watch.c, since the first one is busy. Surprising: the results of a message
 * come together at its end, so which of its steps runs is seen from outside, by the rows of the
 * version table. All of it is a help: where it cannot be had, less is told.
 */
#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "db/postgres.h"
#include "db/sql.h"
#include "embedded.h"

enum {
	ASK_AFTER = 2 * 1000 * 1000, /* microseconds */
	ASK_AGAIN = 1000 * 1000,
};

void postgres_tick_begin(struct db *db, const struct postgres_run *run)
{
	struct postgres_tick *tick = &db->tick;
	int64_t now;

	if (!db->hooks.tick)
		return;
	now = postgres_clock();
	tick->run = run;
	tick->due = now + DB_TICK;
	tick->since = now;
	tick->ask = 0;
	tick->results = tick->step = 0;
	tick->seen = false;
	str_clear(&tick->phase);
}

void postgres_tick_end(struct db *db)
{
	db->tick.run = NULL;
	db->tick.due = 0;
}

/* What the second connection answers; false: it will not. */
static bool ask(struct db *db, const char *sql, struct postgres_answer *answer)
{
	struct migrate_error ignored = {0};
	struct db *eye = postgres_watch_eye(db);
	bool good = eye && postgres_query(eye, sql, answer, NULL, &ignored);

	migrate_error_clear(&ignored);
	return good;
}

static bool ask_phase(struct db *db)
{
	struct postgres_tick *tick = &db->tick;
	struct postgres_answer answer;
	struct str pid = {0}, sql = {0};
	const char *phase, *percent;
	bool good;

	postgres_add_own_pid(db, &pid);
	const struct sql_value values[] = {{"pid", SQL_TEXT, pid.text, 0}};

	sql_fill(&sql, embedded_pg_progress, values, 1);
	good = ask(db, sql.text, &answer);
	str_release(&sql);
	str_release(&pid);
	if (!good)
		return false;
	str_clear(&tick->phase);
	phase = postgres_value(db, answer.result[answer.count - 1], 0, 0);
	percent = postgres_value(db, answer.result[answer.count - 1], 0, 1);
	if (phase)
		str_add_visible(&tick->phase, phase, strlen(phase));
	tick->percent = percent ? atoi(percent) : -1;
	postgres_answer_clear(db, &answer);
	return true;
}

static bool has_row(struct db *db, const PGresult *rows, const char *name)
{
	for (int i = 0; i < db->pq.ntuples(rows); i++) {
		const char *row = postgres_value(db, rows, i, 0);

		if (row && !strcmp(row, name))
			return true;
	}
	return false;
}

/* Its rows are in, and those that it takes out are not. */
static bool is_done(struct db *db, const PGresult *rows, const struct db_step *step)
{
	for (uint32_t i = 0; i < step->add.count; i++)
		if (!has_row(db, rows, step->add.item[i]))
			return false;
	for (uint32_t i = 0; i < step->remove.count; i++)
		if (has_row(db, rows, step->remove.item[i]))
			return false;
	return true;
}

/* In one transaction nothing is seen from outside. */
static bool ask_step(struct db *db, size_t first, size_t last)
{
	const struct db_batch *batch = db->tick.run->batch;
	const struct sql_value values[] = {{"version", SQL_TEXT, db->version_name, 0}};
	struct postgres_answer answer;
	struct str sql = {0};
	size_t next = last;
	bool good;

	if (batch->together || first == last)
		return true;
	sql_fill(&sql, embedded_pg_progress_rows, values, 1);
	good = ask(db, sql.text, &answer);
	str_release(&sql);
	if (!good)
		return false;
	while (next > first &&
		!is_done(db, answer.result[answer.count - 1], &batch->step[next - 1]))
		next--;
	db->tick.step = next;
	db->tick.seen = true;
	postgres_answer_clear(db, &answer);
	return true;
}

static bool find_steps(const struct postgres_run *run, size_t *first, size_t *last)
{
	const struct postgres_message *message = &run->message;

	*first = *last = 0;
	if (message->alone)
		return true;
	if (run->part >= message->parts)
		return false;
	*first = message->part[run->part].step;
	*last = message->part[message->parts - 1].step;
	return true;
}

static bool tell(struct db *db, size_t first, size_t last)
{
	const struct postgres_tick *tick = &db->tick;
	const struct postgres_run *run = tick->run;
	bool seen = tick->seen && tick->step >= first;
	struct db_tick told = {.step = &run->batch->step[seen ? tick->step : first],
		.last = &run->batch->step[seen ? tick->step : last],
		.offset = run->message.alone ? 0 : SIZE_MAX,
		.number = run->message.alone,
		.phase = tick->phase.size ? tick->phase.text : NULL,
		.percent = tick->phase.size ? tick->percent : -1};

	return db->hooks.tick(db->hooks.context, &told);
}

void postgres_tick_tell(struct db *db)
{
	struct postgres_tick *tick = &db->tick;
	int64_t now = postgres_clock();
	size_t first, last;

	if (!tick->due || now < tick->due)
		return;
	tick->due = now + DB_TICK;
	if (tick->results != tick->run->results) {
		tick->results = tick->run->results;
		tick->since = now;
		str_clear(&tick->phase);
	}
	if (!find_steps(tick->run, &first, &last) || !tell(db, first, last))
		return;
	if (now - tick->since < ASK_AFTER || now < tick->ask)
		return;
	tick->ask = INT64_MAX;
	if (ask_phase(db) && ask_step(db, first, last))
		tick->ask = postgres_clock() + ASK_AGAIN;
	tick->due = postgres_clock();
}
