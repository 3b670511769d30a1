/* sqlite_fingerprint: the log's record of the schema as a run left it.
 *
 * Knows where it stands, not what it says. Surprising: it is a record without a revision, so that
 * who reads the log for revisions, older versions too, passes it over. */
#include <string.h>

#include "db/sql.h"
#include "db/sqlite.h"
#include "embedded.h"

static void fill(struct db *db, const char *template, struct str *sql)
{
	const struct sql_value values[] = {{"table", SQL_LITERAL, db->version_table, 0}};

	sql_fill(sql, template, values, 1);
}

bool sqlite_recall_fingerprint(struct db *db, struct arena *arena,
	struct db_fingerprint *fingerprint, struct migrate_error *error)
{
	struct str sql = {0};
	sqlite3_stmt *statement;
	bool row = false, ok;

	*fingerprint = (struct db_fingerprint){0};
	fill(db, embedded_sqlite_fingerprint, &sql);
	statement = sqlite_prepare(db, str_text(&sql), error);
	ok = statement && sqlite_row(db, statement, &row, error);
	if (ok && row)
		*fingerprint = (struct db_fingerprint){
			.checksum = sqlite_text(db, arena, statement, 0),
			.text = sqlite_text(db, arena, statement, 1),
			.at = sqlite_text(db, arena, statement, 2),
			.by = sqlite_text(db, arena, statement, 3),
			.passed = db->api.column_int64(statement, 4)};
	db->api.finalize(statement);
	str_release(&sql);
	return ok;
}

static bool drop(struct db *db, struct migrate_error *error)
{
	struct str sql = {0};
	bool ok;

	fill(db, embedded_sqlite_fingerprint_drop, &sql);
	ok = sqlite_exec(db, str_text(&sql), error);
	str_release(&sql);
	return ok;
}

static bool add(
	struct db *db, const struct db_fingerprint *fingerprint, struct migrate_error *error)
{
	char now[SQLITE_TIME_SIZE];
	struct sqlite_record record = {.revision = "",
		.direction = DB_UPGRADE,
		.outcome = "schema",
		.checksum = fingerprint->checksum,
		.script = fingerprint->text,
		.script_size = strlen(fingerprint->text)};

	sqlite_time_text(now);
	record.started = record.finished = now;
	return sqlite_log(db, &record, error);
}

bool sqlite_keep_fingerprint(struct db *db, const struct db_fingerprint *fingerprint,
	const struct names *expected, struct migrate_error *error)
{
	bool ok;

	arena_release(&db->batch_memory);
	sqlite_rows_copy(db, &db->rows, expected->item, expected->count);
	db->rows_known = false;
	ok = sqlite_open_transaction(db, NULL, error) && drop(db, error) &&
	     add(db, fingerprint, error) && !sqlite_interrupted(db, error) &&
	     sqlite_commit(db, error);
	if (!ok)
		sqlite_rollback(db, error);
	return ok;
}
