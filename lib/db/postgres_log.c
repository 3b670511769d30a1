/* postgres_log: the log's records of whole revisions: what ran, when, by whom; and the record that
 * an edit of a script is accepted, which changes nothing but what the script is compared with.
 *
 * Surprising: the rows are compared all the same. Behind a pooler there is no lock, and a revision
 * that was reverted meanwhile must not get a record. */
#include <string.h>

#include "db/postgres.h"
#include "db/postgres_quote.h"
#include "db/sql.h"
#include "embedded.h"

static const char *keep(
	struct db *db, struct arena *arena, const PGresult *result, int row, int column)
{
	const char *value = postgres_value(db, result, row, column);

	return value ? arena_strdup(arena, value) : NULL;
}

static bool is_word(struct db *db, const PGresult *result, int row, int column, const char *word)
{
	const char *value = postgres_value(db, result, row, column);

	return value && !strcmp(value, word);
}

static void take_records(
	struct db *db, struct arena *arena, const PGresult *result, struct db_records *records)
{
	int count = db->pq.ntuples(result);

	records->item = ARENA_ARRAY(arena, (size_t)count, struct db_record);
	for (int i = 0; i < count; i++) {
		const char *revision = keep(db, arena, result, i, 0);

		if (!revision)
			continue;
		records->item[records->count++] = (struct db_record){.revision = revision,
			.direction = is_word(db, result, i, 1, "stamp") ? DB_STAMP : DB_UPGRADE,
			.repaired = is_word(db, result, i, 2, "repaired"),
			.checksum = keep(db, arena, result, i, 3),
			.at = keep(db, arena, result, i, 4),
			.by = keep(db, arena, result, i, 5),
			.sql = keep(db, arena, result, i, 6)};
	}
}

bool postgres_recall(struct db *db, struct arena *arena, const struct names *revisions,
	struct db_records *records, struct migrate_error *error)
{
	struct str table = {0}, array = {0}, sql = {0};
	struct postgres_answer answer;
	bool good;

	*records = (struct db_records){0};
	postgres_enter(db);
	postgres_add_text(&table, db->version_table);
	postgres_add_array(&array, revisions);
	const struct sql_value values[] = {{"log", SQL_TEXT, db->log_name, 0},
		{"table", SQL_TEXT, table.text, 0}, {"revisions", SQL_TEXT, array.text, 0}};

	sql_fill(&sql, embedded_pg_recall, values, 3);
	good = postgres_query(db, sql.text, &answer, NULL, error);
	if (good) {
		take_records(db, arena, answer.result[0], records);
		postgres_answer_clear(db, &answer);
	}
	str_release(&table);
	str_release(&array);
	str_release(&sql);
	return good;
}

bool postgres_accept(struct db *db, const struct db_step *steps, size_t count,
	const struct names *expected, struct migrate_error *error)
{
	struct postgres_frame frame = postgres_frame_of(db);
	struct str sql = {0};
	bool good;

	postgres_enter(db);
	postgres_add_begin(&sql, &frame);
	for (size_t i = 0; i < count; i++) {
		struct postgres_place place = {
			.index = i, .expected = i ? NULL : expected, .outcome = "repaired"};

		postgres_add_record(&sql, &frame, &steps[i], &place);
	}
	str_add(&sql, "COMMIT;\n");
	good = postgres_send_record(db, sql.text, steps, error);
	str_release(&sql);
	return good;
}
