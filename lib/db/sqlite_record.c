/* sqlite_record: what the two tables say of a step: the rows of the version table, the log.
 *
 * Knows the rows that the version table must hold at each moment (db->rows); no scripts.
 * Surprising: rows are read again only where another connection may have written since, as SQLite's
 * data version tells
 * (https://sqlite.org/c3ref/c_fcntl_begin_atomic_write.html#sqlitefcntldataversion).
 */
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "base/error.h"
#include "db/sqlite.h"

/* As strftime('%Y-%m-%d %H:%M:%f', 'now'). */
void sqlite_time_text(char text[SQLITE_TIME_SIZE])
{
	struct timespec now;
	struct tm parts;
	size_t size;

	clock_gettime(CLOCK_REALTIME, &now);
	gmtime_r(&now.tv_sec, &parts);
	size = strftime(text, SQLITE_TIME_SIZE, "%Y-%m-%d %H:%M:%S", &parts);
	snprintf(text + size, SQLITE_TIME_SIZE - size, ".%03d", (int)(now.tv_nsec / 1000000));
}

static size_t find_row(const struct sqlite_rows *rows, const char *row)
{
	for (size_t i = 0; i < rows->count; i++)
		if (!strcmp(rows->item[i], row))
			return i;
	return rows->count;
}

/* Neither has a row twice: the column is the primary key. */
bool sqlite_rows_same(const struct sqlite_rows *left, const struct sqlite_rows *right)
{
	if (left->count != right->count)
		return false;
	for (size_t i = 0; i < left->count; i++)
		if (find_row(right, left->item[i]) == right->count)
			return false;
	return true;
}

void sqlite_rows_copy(struct db *db, struct sqlite_rows *to, const char *const *item, size_t count)
{
	*to = (struct sqlite_rows){0};
	for (size_t i = 0; i < count; i++)
		sqlite_rows_add(&db->batch_memory, to, arena_strdup(&db->batch_memory, item[i]));
}

bool sqlite_rows_verify(struct db *db, struct migrate_error *error)
{
	struct sqlite_rows stored = {0};
	struct arena scratch = {0};
	bool ok;

	if (db->rows_known)
		return true;
	ok = db->rows_known = sqlite_read_rows(db, &scratch, &stored, error);
	if (ok && !sqlite_rows_same(&stored, &db->rows)) {
		ok = db->rows_known = error_set(error, MIGRATE_E_DATABASE,
			"another run changed version table \"%s\" meanwhile", db->version_table);
		error_hint(error, "Run the command again: it will plan from the new state.");
	}
	arena_release(&scratch);
	return ok;
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

bool sqlite_rows_change(struct db *db, const struct db_step *step, struct migrate_error *error)
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

static void bind_record(struct db *db, sqlite3_stmt *statement, const struct sqlite_record *record)
{
	static const char *const direction[] = {
		[DB_UPGRADE] = "upgrade", [DB_DOWNGRADE] = "downgrade", [DB_STAMP] = "stamp"};
	const char *values[] = {db->version_table, record->revision, direction[record->direction],
		record->started, record->finished, record->checksum, db->user, db->tool};

	for (int i = 0; i < 8; i++)
		sqlite_bind(db, statement, i + 1, values[i], values[i] ? strlen(values[i]) : 0);
	sqlite_bind(db, statement, 9, record->script, record->script_size);
	db->api.bind_int64(statement, 10, db->log_last);
	sqlite_bind(db, statement, 11, record->outcome, strlen(record->outcome));
	if (record->segment)
		db->api.bind_int64(statement, 12, record->segment);
}

bool sqlite_log(struct db *db, const struct sqlite_record *record, struct migrate_error *error)
{
	sqlite3_stmt *statement = sqlite_statement(db, STATEMENT_LOG, error);
	bool ok;

	if (!statement || !next_log_id(db, error))
		return false;
	bind_record(db, statement, record);
	ok = sqlite_run(db, statement, error);
	db->api.clear_bindings(statement);
	return ok;
}

static bool log_each(struct db *db, struct sqlite_record *record, const struct names *revisions,
	struct migrate_error *error)
{
	for (uint32_t i = 0; i < revisions->count; i++) {
		record->revision = revisions->item[i];
		if (!sqlite_log(db, record, error))
			return false;
	}
	return true;
}

bool sqlite_log_step(struct db *db, const struct db_step *step, const struct sqlite_times *times,
	struct migrate_error *error)
{
	const struct names *rows = step->add.count ? &step->add : &step->remove;
	struct sqlite_record record = {
		.revision = step->revision,
		.direction = step->direction,
		.outcome = "applied",
		.checksum = step->checksum,
		.started = times->started,
		.finished = times->finished,
	};

	record.script = db_step_source(step, &record.script_size);
	if (step->direction != DB_STAMP)
		return sqlite_log(db, &record, error);
	return log_each(db, &record, rows, error) && log_each(db, &record, &step->ends, error);
}
