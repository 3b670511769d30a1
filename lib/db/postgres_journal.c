/* postgres_journal: the log's records of pieces, read and written.
 *
 * Surprising: the pieces but the last change no row of the version table, so whether another run
 * was at work meanwhile, and what became of a COMMIT that was lost, is told by the piece's newest
 * record.
 */
#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "db/postgres.h"
#include "db/postgres_quote.h"
#include "db/sql.h"
#include "embedded.h"

/* A sort, and no join, so that its time is bounded whatever the planner knows of the table; and
 * that only where there is a piece at all. */
void postgres_add_journal(struct db *db, struct str *sql)
{
	struct str table = {0};

	postgres_add_text(&table, db->version_table);
	const struct sql_value values[] = {
		{"log", SQL_TEXT, db->log_name, 0}, {"table", SQL_TEXT, table.text, 0}};

	sql_fill(sql, embedded_pg_journal, values, 2);
	str_release(&table);
}

static enum db_direction direction_of(const char *text)
{
	if (!strcmp(text, "upgrade"))
		return DB_UPGRADE;
	return !strcmp(text, "downgrade") ? DB_DOWNGRADE : DB_STAMP;
}

/* A word that we do not know is of a later version: nothing is known of the piece then. */
static enum db_outcome outcome_of(const char *text)
{
	if (!strcmp(text, "done") || !strcmp(text, "skipped"))
		return DB_DONE;
	return !strcmp(text, "retry") ? DB_RETRY : DB_STARTED;
}

static const char *keep(
	struct db *db, struct arena *arena, const PGresult *result, int row, int column)
{
	const char *value = postgres_value(db, result, row, column);

	return value ? arena_strdup(arena, value) : NULL;
}

static const char *word(struct db *db, const PGresult *result, int row, int column)
{
	const char *value = postgres_value(db, result, row, column);

	return value ? value : "";
}

void postgres_take_journal(
	struct db *db, struct arena *arena, const PGresult *result, struct db_state *state)
{
	int count = db->pq.ntuples(result);

	if (!count)
		return;
	state->journal = ARENA_ARRAY(arena, (size_t)count, struct db_journal);
	for (int i = 0; i < count; i++)
		state->journal[i] = (struct db_journal){
			.revision = arena_strdup(arena, word(db, result, i, 0)),
			.direction = direction_of(word(db, result, i, 1)),
			.segment = strtol(word(db, result, i, 2), NULL, 10),
			.outcome = outcome_of(word(db, result, i, 3)),
			.checksum = keep(db, arena, result, i, 4),
			.sql = keep(db, arena, result, i, 5)};
	state->journal_count = (size_t)count;
}

bool postgres_journal_says(
	const struct db_state *state, const struct db_step *step, enum db_outcome outcome)
{
	for (size_t i = state->journal_count; i-- > 0;) {
		const struct db_journal *record = &state->journal[i];

		if (record->segment == step->segment && record->direction == step->direction &&
			!strcmp(record->revision, step->revision))
			return record->outcome == outcome;
	}
	return false;
}

/* ran: a statement that stands alone, which is committed. */
static bool fail_own_change(struct db *db, const struct db_step *ran, struct migrate_error *error)
{
	struct scan_statement statement = {0};

	postgres_statement_at(ran, 0, &statement);
	error_set(error, MIGRATE_E_SQL, "the script itself changed version table %s",
		db->version_name);
	postgres_error_place(ran, statement.first, error);
	return error_hint(error, "Undo by hand what the statement did to that table, take it out, "
				 "and run the command again.");
}

/* The token stands in the error that the record made of itself. ran: the statement outside
 * a transaction that it is the record of, or NULL. */
static bool fail_changed(struct db *db, const struct db_step *step, const struct db_step *ran,
	struct migrate_error *error)
{
	if (!error->message || !strstr(error->message, db->token))
		return false;
	migrate_error_clear(error);
	if (ran && strcasestr(ran->script, db->version_table))
		return fail_own_change(db, ran, error);
	if (*step->revision)
		error_set(error, MIGRATE_E_DATABASE,
			"another run worked on revision \"%s\" meanwhile", step->revision);
	else
		error_set(error, MIGRATE_E_DATABASE, "another run worked meanwhile");
	return error_hint(error, "Run the command again: it will plan from the new state.");
}

/* The tag of the last COMMIT tells. */
static bool was_committed(struct db *db, const struct postgres_answer *answer)
{
	for (size_t i = answer->count; i-- > 0;) {
		const char *tag = db->pq.cmdStatus(answer->result[i]);

		if (!strcmp(tag, "COMMIT") || !strcmp(tag, "ROLLBACK"))
			return *tag == 'C';
	}
	return false;
}

static bool send(struct db *db, const char *sql, struct migrate_error *error)
{
	struct postgres_answer answer;
	bool good = postgres_query_deaf(db, sql, &answer, NULL, error);

	if (!good)
		return false;
	good = was_committed(db, &answer);
	postgres_answer_clear(db, &answer);
	return good || error_set(error, MIGRATE_E_DATABASE, "the server did not commit");
}

bool postgres_send_record(
	struct db *db, const char *sql, const struct db_step *step, struct migrate_error *error)
{
	return send(db, sql, error) || fail_changed(db, step, NULL, error);
}

bool postgres_journal_add(struct db *db, const struct db_step *step, const struct names *expected,
	const char *outcome, const char *before, const char *after, struct migrate_error *error)
{
	struct postgres_place place = {.expected = expected, .outcome = outcome};
	struct postgres_frame frame = postgres_frame_of(db);
	struct str sql = {0};
	bool good;

	str_add(&sql, before);
	postgres_add_begin(&sql, &frame);
	postgres_add_record(&sql, &frame, step, &place);
	str_add(&sql, "COMMIT;\n");
	str_add(&sql, after);
	good = send(db, sql.text, error) ||
	       fail_changed(db, step,
		       step->outside && step->script && !strcmp(outcome, "done") ? step : NULL,
		       error);
	str_release(&sql);
	return good;
}

bool postgres_decide(struct db *db, const struct db_step *step, enum db_outcome outcome,
	bool by_person, struct migrate_error *error)
{
	const char *word_of[] = {[DB_STARTED] = "started",
		[DB_DONE] = by_person ? "skipped" : "done",
		[DB_RETRY] = "retry"};

	postgres_enter(db);
	if (!db->looked && !postgres_look(db, error))
		return false;
	return postgres_journal_add(db, step, NULL, word_of[outcome], "", "", error);
}
