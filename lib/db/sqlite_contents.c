/* sqlite_contents: what a table holds, each value as SQL writes it: 1 is not '1'
 * (https://sqlite.org/lang_corefunc.html#quote). */
#include <string.h>

#include "db/sql.h"
#include "db/sqlite.h"
#include "embedded.h"
#include "schema/rows.h"

static void add_query(struct str *sql, const struct rows_table *table)
{
	struct str cells = {0};

	for (uint32_t i = 0; i < table->columns.count; i++)
		str_printf(&cells, "%squote(%s)", i ? ", " : "", table->columns.item[i]);
	const struct sql_value values[] = {
		{"cells", SQL_TEXT, cells.text, 0}, {"table", SQL_TEXT, table->name, 0}};

	sql_fill(sql, embedded_sqlite_table_rows, values, 2);
	str_release(&cells);
}

static const char *cell(
	struct db *db, struct arena *arena, sqlite3_stmt *statement, uint32_t column)
{
	const char *text = (const char *)db->api.column_text(statement, (int)column);

	return text && strcmp(text, "NULL") != 0 ? arena_strdup(arena, text) : NULL;
}

bool sqlite_read_table(
	struct db *db, struct arena *arena, struct rows_table *table, struct migrate_error *error)
{
	size_t count = 0, capacity = 0;
	sqlite3_stmt *statement;
	struct str sql = {0};
	bool row, good;

	add_query(&sql, table);
	statement = sqlite_prepare(db, str_text(&sql), error);
	str_release(&sql);
	if (!statement)
		return false;
	while ((good = sqlite_row(db, statement, &row, error)) && row) {
		table->count++;
		for (uint32_t i = 0; i < table->columns.count; i++) {
			ARENA_GROW(arena, table->cell, count, capacity);
			table->cell[count++] = cell(db, arena, statement, i);
		}
	}
	db->api.finalize(statement);
	return good;
}
