/* postgres_fingerprint: the log's record of the schema as a run left it.
 *
 * Knows where it stands, not what it says. Surprising: it is a record without a revision, so that
 * who reads the log for revisions, older versions too, passes it over. */
#include <string.h>

#include "db/postgres.h"
#include "db/postgres_quote.h"
#include "db/sql.h"
#include "embedded.h"

static void fill(struct db *db, const char *template, struct str *sql)
{
	struct str table = {0};

	postgres_add_text(&table, db->version_table);
	const struct sql_value values[] = {
		{"log", SQL_TEXT, db->log_name, 0}, {"table", SQL_TEXT, table.text, 0}};

	sql_fill(sql, template, values, 2);
	str_release(&table);
}

static const char *keep(struct db *db, struct arena *arena, const PGresult *result, int column)
{
	const char *value = postgres_value(db, result, 0, column);

	return value ? arena_strdup(arena, value) : NULL;
}

bool postgres_recall_fingerprint(struct db *db, struct arena *arena,
	struct db_fingerprint *fingerprint, struct migrate_error *error)
{
	struct postgres_answer answer;
	struct str sql = {0};
	bool good;

	*fingerprint = (struct db_fingerprint){0};
	postgres_enter(db);
	fill(db, embedded_pg_fingerprint, &sql);
	good = postgres_query(db, sql.text, &answer, NULL, error);
	str_release(&sql);
	if (!good)
		return false;
	*fingerprint = (struct db_fingerprint){.checksum = keep(db, arena, answer.result[0], 0),
		.text = keep(db, arena, answer.result[0], 1),
		.at = keep(db, arena, answer.result[0], 2),
		.by = keep(db, arena, answer.result[0], 3),
		.passed = postgres_is_true(postgres_value(db, answer.result[0], 0, 4))};
	postgres_answer_clear(db, &answer);
	return true;
}

bool postgres_keep_fingerprint(struct db *db, const struct db_fingerprint *fingerprint,
	const struct names *expected, struct migrate_error *error)
{
	struct postgres_frame frame = postgres_frame_of(db);
	struct postgres_place place = {.expected = expected, .outcome = "schema"};
	struct db_step step = {.revision = "",
		.direction = DB_UPGRADE,
		.script = fingerprint->text,
		.script_size = strlen(fingerprint->text),
		.checksum = fingerprint->checksum};
	struct str sql = {0};
	bool good;

	postgres_enter(db);
	postgres_add_begin(&sql, &frame);
	fill(db, embedded_pg_fingerprint_drop, &sql);
	postgres_add_record(&sql, &frame, &step, &place);
	str_add(&sql, "COMMIT;\n");
	good = postgres_send_record(db, sql.text, &step, error);
	str_release(&sql);
	return good;
}
