/* postgres_contents: what a table holds, each value as the server writes it. */
#include "db/postgres.h"
#include "db/sql.h"
#include "embedded.h"
#include "schema/rows.h"

static void add_query(struct str *sql, const struct rows_table *table)
{
	struct str cells = {0};

	for (uint32_t i = 0; i < table->columns.count; i++)
		str_printf(&cells, "%s%s", i ? ", " : "", table->columns.item[i]);
	const struct sql_value values[] = {
		{"cells", SQL_TEXT, cells.text, 0}, {"table", SQL_TEXT, table->name, 0}};

	sql_fill(sql, embedded_pg_table_rows, values, 2);
	str_release(&cells);
}

static void take(
	struct db *db, struct arena *arena, const PGresult *result, struct rows_table *table)
{
	int columns = (int)table->columns.count;
	size_t count = 0;

	table->count = (size_t)db->pq.ntuples(result);
	table->cell = ARENA_ARRAY(arena, table->count * table->columns.count + 1, const char *);
	for (int row = 0; row < db->pq.ntuples(result); row++)
		for (int column = 0; column < columns; column++) {
			const char *value = postgres_value(db, result, row, column);

			table->cell[count++] = value ? arena_strdup(arena, value) : NULL;
		}
}

bool postgres_read_table(
	struct db *db, struct arena *arena, struct rows_table *table, struct migrate_error *error)
{
	struct postgres_answer answer;
	struct str sql = {0};
	bool good;

	postgres_enter(db);
	add_query(&sql, table);
	good = postgres_query(db, str_text(&sql), &answer, NULL, error);
	str_release(&sql);
	if (!good)
		return false;
	take(db, arena, answer.result[0], table);
	postgres_answer_clear(db, &answer);
	return true;
}
