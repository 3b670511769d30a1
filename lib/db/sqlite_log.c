/* sqlite_log: the log's records of whole revisions: what ran, when, by whom; and the record that an
 * edit of a script is accepted, which changes nothing but what the script is compared with.
 *
 * Knows no scripts. Surprising: the rows are compared all the same, since a revision that was
 * reverted meanwhile must not get a record.
 */
#include <string.h>

#include "db/sql.h"
#include "db/sqlite.h"
#include "embedded.h"

static bool is_word(struct db *db, sqlite3_stmt *statement, int column, const char *word)
{
	const char *text = (const char *)db->api.column_text(statement, column);

	return text && !strcmp(text, word);
}

static void add_record(
	struct db *db, struct arena *arena, sqlite3_stmt *statement, struct db_records *records)
{
	struct db_record *record = &records->item[records->count++];

	*record = (struct db_record){.revision = sqlite_text(db, arena, statement, 0),
		.direction = is_word(db, statement, 1, "stamp") ? DB_STAMP : DB_UPGRADE,
		.repaired = is_word(db, statement, 2, "repaired"),
		.checksum = sqlite_text(db, arena, statement, 3),
		.at = sqlite_text(db, arena, statement, 4),
		.by = sqlite_text(db, arena, statement, 5),
		.sql = sqlite_text(db, arena, statement, 6)};
}

static sqlite3_stmt *prepare(
	struct db *db, const struct names *revisions, struct migrate_error *error)
{
	struct str list = {0}, sql = {0};
	sqlite3_stmt *statement;

	for (uint32_t i = 0; i < revisions->count; i++) {
		str_add(&list, i ? ", " : "");
		sql_add_literal(&list, revisions->item[i]);
	}
	const struct sql_value values[] = {{"table", SQL_LITERAL, db->version_table, 0},
		{"revisions", SQL_TEXT, str_text(&list), 0}};

	sql_fill(&sql, embedded_sqlite_recall, values, 2);
	statement = sqlite_prepare(db, str_text(&sql), error);
	str_release(&list);
	str_release(&sql);
	return statement;
}

bool sqlite_recall(struct db *db, struct arena *arena, const struct names *revisions,
	struct db_records *records, struct migrate_error *error)
{
	enum { KINDS = 3 }; /* of records that one revision can have */
	sqlite3_stmt *statement = prepare(db, revisions, error);
	bool row, ok = statement;

	*records = (struct db_records){
		.item = ARENA_ARRAY(arena, (size_t)revisions->count * KINDS, struct db_record)};
	while (ok && (ok = sqlite_row(db, statement, &row, error)) && row &&
		records->count < (size_t)revisions->count * KINDS)
		add_record(db, arena, statement, records);
	db->api.finalize(statement);
	return ok;
}

static bool log_repaired(struct db *db, const struct db_step *step, struct migrate_error *error)
{
	struct sqlite_record record = {
		.revision = step->revision,
		.direction = step->direction,
		.outcome = "repaired",
		.checksum = step->checksum,
	};
	char now[SQLITE_TIME_SIZE];

	sqlite_time_text(now);
	record.started = record.finished = now;
	record.script = db_step_source(step, &record.script_size);
	return sqlite_log(db, &record, error);
}

bool sqlite_accept(struct db *db, const struct db_step *steps, size_t count,
	const struct names *expected, struct migrate_error *error)
{
	bool ok;

	arena_release(&db->batch_memory);
	sqlite_rows_copy(db, &db->rows, expected->item, expected->count);
	db->rows_known = false;
	ok = sqlite_open_transaction(db, NULL, error);
	for (size_t i = 0; ok && i < count; i++)
		ok = log_repaired(db, &steps[i], error);
	ok = ok && !sqlite_interrupted(db, error) && sqlite_commit(db, error);
	if (!ok)
		sqlite_rollback(db, error);
	return ok;
}
