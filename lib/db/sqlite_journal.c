/* sqlite_journal: the log's records of pieces.
 *
 * Knows which records a run that stopped has left, and that a record is unique by its id and time.
 * Surprising: the pieces but the last change no row of the version table, so what another run may
 * have done meanwhile, and what became of a COMMIT that failed, is told by the log.
 */
#include <string.h>

#include "base/error.h"
#include "db/applied.h"
#include "db/sql.h"
#include "db/sqlite.h"
#include "embedded.h"

static sqlite3_stmt *prepare_for_table(
	struct db *db, const char *template, struct migrate_error *error)
{
	const struct sql_value values[] = {{"table", SQL_LITERAL, db->version_table, 0}};
	struct str sql = {0};
	sqlite3_stmt *statement;

	sql_fill(&sql, template, values, 1);
	statement = sqlite_prepare(db, str_text(&sql), error);
	str_release(&sql);
	return statement;
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

static const char *text_or_empty(
	struct db *db, struct arena *arena, sqlite3_stmt *statement, int column)
{
	const char *text = sqlite_text(db, arena, statement, column);

	return text ? text : "";
}

static void add_record(
	struct db *db, struct arena *arena, sqlite3_stmt *statement, struct db_state *state)
{
	size_t count = state->journal_count;

	if (!(count & (count - 1))) { /* full at each power of two */
		struct db_journal *grown = ARENA_ARRAY(
			arena, count ? count * 2 : 1, struct db_journal);

		if (count)
			memcpy(grown, state->journal, count * sizeof *grown);
		state->journal = grown;
	}
	state->journal[state->journal_count++] = (struct db_journal){
		.revision = text_or_empty(db, arena, statement, 0),
		.direction = direction_of(text_or_empty(db, arena, statement, 1)),
		.segment = (long)db->api.column_int64(statement, 2),
		.outcome = outcome_of(text_or_empty(db, arena, statement, 3)),
		.checksum = sqlite_text(db, arena, statement, 4),
		.sql = sqlite_text(db, arena, statement, 5),
	};
}

static bool read_records(
	struct db *db, struct arena *arena, struct db_state *state, struct migrate_error *error)
{
	sqlite3_stmt *statement = prepare_for_table(db, embedded_sqlite_journal, error);
	bool row, ok = statement;

	while (ok && (ok = sqlite_row(db, statement, &row, error)) && row)
		add_record(db, arena, statement, state);
	db->api.finalize(statement);
	return ok;
}

/* Most databases have no piece at all: that costs one pass over the log. */
static bool look(struct db *db, bool *some, struct migrate_error *error)
{
	sqlite3_stmt *statement = prepare_for_table(db, embedded_sqlite_log_look, error);
	bool row = false, ok = statement && sqlite_row(db, statement, &row, error);

	if (ok && row) {
		db->log_seen = db->api.column_int64(statement, 0);
		*some = db->api.column_int64(statement, 1);
	}
	db->api.finalize(statement);
	return ok;
}

bool sqlite_journal_read(
	struct db *db, struct arena *arena, struct db_state *state, struct migrate_error *error)
{
	bool some = false;

	return look(db, &some, error) && (!some || read_records(db, arena, state, error));
}

/* The record in the statement's row, where it is one of a whole script that ran. */
static void take_record(struct db *db, struct arena *arena, sqlite3_stmt *statement,
	struct applied_records *records)
{
	const char *outcome = (const char *)db->api.column_text(statement, 3);
	const char *direction = (const char *)db->api.column_text(statement, 2);

	if (!outcome || !applied_counts(outcome) || !direction)
		return;
	applied_add(records, &(struct applied_record){.id = db->api.column_int64(statement, 0),
				     .upgrade = !strcmp(direction, "upgrade"),
				     .revision = text_or_empty(db, arena, statement, 1),
				     .checksum = sqlite_text(db, arena, statement, 5)});
}

bool sqlite_log_read(
	struct db *db, struct arena *arena, struct db_state *state, struct migrate_error *error)
{
	sqlite3_stmt *statement = prepare_for_table(db, embedded_sqlite_records, error);
	struct applied_records records = {0};
	bool row, some = false, ok = statement;

	while (ok && (ok = sqlite_row(db, statement, &row, error)) && row) {
		int64_t id = db->api.column_int64(statement, 0);

		db->log_seen = id > db->log_seen ? id : db->log_seen;
		some = some || db->api.column_int64(statement, 4);
		take_record(db, arena, statement, &records);
	}
	db->api.finalize(statement);
	applied_take(arena, &records, state);
	return ok && (!some || sqlite_journal_read(db, arena, state, error));
}

static bool is_there(
	struct db *db, sqlite3_stmt *statement, bool *there, struct migrate_error *error)
{
	bool row, ok = sqlite_row(db, statement, &row, error);

	*there = ok && row && db->api.column_int64(statement, 0);
	db->api.reset(statement);
	return ok;
}

bool sqlite_journal_verify(struct db *db, const struct db_step *step, struct migrate_error *error)
{
	sqlite3_stmt *statement;
	bool newer;

	if (db->log_seen < 0)
		return true;
	if (!(statement = sqlite_statement(db, STATEMENT_LOG_NEWER, error)))
		return false;
	sqlite_bind(db, statement, 1, db->version_table, strlen(db->version_table));
	sqlite_bind(db, statement, 2, step->revision, strlen(step->revision));
	db->api.bind_int64(statement, 10, db->log_seen);
	if (!is_there(db, statement, &newer, error))
		return false;
	if (!newer)
		return true;
	error_set(error, MIGRATE_E_DATABASE, "another run worked on revision \"%s\" meanwhile",
		step->revision);
	return error_hint(error, "Run the command again: it will plan from the new state.");
}

bool sqlite_journal_add(struct db *db, const struct db_step *step, const char *outcome,
	const struct sqlite_times *times, struct migrate_error *error)
{
	struct sqlite_record record = {
		.revision = step->revision,
		.direction = step->direction,
		.outcome = outcome,
		.segment = step->segment,
		.checksum = step->checksum,
		.script = step->script,
		.script_size = step->script_size,
		.started = times->started,
		.finished = *times->finished ? times->finished : NULL,
	};

	return sqlite_log(db, &record, error);
}

bool sqlite_journal_add_whole(struct db *db, const struct db_step *step,
	const struct sqlite_times *times, struct migrate_error *error)
{
	struct sqlite_record record = {
		.revision = step->revision,
		.direction = step->direction,
		.outcome = "applied",
		.checksum = step->whole_checksum,
		.started = db->kept.started ? db->kept.started : times->started,
		.finished = times->finished,
	};

	record.script = db_step_source(step, &record.script_size);
	return sqlite_rows_change(db, step, error) && sqlite_log(db, &record, error);
}

static bool has_record(struct db *db, const struct db_step *step, const char *started, int64_t id,
	bool *there, struct migrate_error *error)
{
	sqlite3_stmt *statement = sqlite_statement(db, STATEMENT_LOG_HAS, error);

	if (!statement)
		return false;
	sqlite_bind(db, statement, 1, db->version_table, strlen(db->version_table));
	sqlite_bind(db, statement, 2, step->revision, strlen(step->revision));
	sqlite_bind(db, statement, 4, started, strlen(started));
	db->api.bind_int64(statement, 10, id);
	return is_there(db, statement, there, error);
}

/* COMMIT failed with commit_error: is the record with that id there? */
static bool outcome_of_commit(struct db *db, const struct db_step *step, const char *started,
	int64_t id, const struct migrate_error *commit_error, struct migrate_error *error)
{
	struct migrate_error read_error = {0};
	struct arena scratch = {0};
	struct db_state state;
	bool known, there = false;

	sqlite_rollback(db, &read_error);
	known = sqlite_read(db, &scratch, false, &state, &read_error) &&
		(!state.has_log || has_record(db, step, started, id, &there, &read_error)) &&
		(there || sqlite_commit_undone(db));
	arena_release(&scratch);
	migrate_error_clear(&read_error);
	if (there)
		sqlite_notice(db, DB_WARNING,
			"COMMIT said \"%s\", and the log shows that it is done",
			commit_error->message);
	else if (known)
		error_copy(error, commit_error);
	else
		error_set(error, MIGRATE_E_UNKNOWN_OUTCOME,
			"COMMIT failed, and whether it is done cannot be told: %s",
			commit_error->message);
	if (error->code == MIGRATE_E_UNKNOWN_OUTCOME)
		error_hint(error, "Look with \"migrate status\" once the file can be read again.");
	return there;
}

bool sqlite_journal_commit(struct db *db, const struct db_step *step,
	const struct sqlite_times *times, struct migrate_error *error)
{
	const char *started = step->last && db->kept.started ? db->kept.started : times->started;
	struct migrate_error commit_error = {0};
	int64_t id = db->log_last;
	bool done;

	if (sqlite_interrupted(db, error))
		return false;
	done = sqlite_commit(db, &commit_error) ||
	       outcome_of_commit(db, step, started, id, &commit_error, error);
	migrate_error_clear(&commit_error);
	db->has_tables |= done;
	return done;
}
