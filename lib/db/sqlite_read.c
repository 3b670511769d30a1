/* sqlite_read: the state of the two tables, and their making.
 *
 * Knows the catalogue (sqlite_schema, table_xinfo). Surprising: names are compared
 * without case, as SQLite itself does, and an index or a view may have taken the name of a table.
 */
#include <string.h>
#include <strings.h>

#include "base/error.h"
#include "db/sql.h"
#include "db/sqlite.h"
#include "embedded.h"

static const char *const log_columns[] = {"version_table", "id", "revision", "direction", "outcome",
	"segment", "started_at", "finished_at", "checksum", "applied_by", "tool_version", "sql"};

enum { LOG_COLUMNS = sizeof log_columns / sizeof *log_columns };

struct found {
	bool is_log, is_table, is_virtual;
	const char *name, *type;
};

struct columns {
	struct names names;
	bool keep_text; /* all of them */
};

/* What looks like a number becomes one in a column that is not of text: 007 would be 7
 * (https://www.sqlite.org/datatype3.html#determination_of_column_affinity). */
static bool keeps_text(const char *type)
{
	static const char *const words[] = {"CHAR", "CLOB", "TEXT", "BLOB"};

	if (!type || !*type)
		return true;
	for (size_t i = 0; !strcasestr(type, "INT") && i < sizeof words / sizeof *words; i++)
		if (strcasestr(type, words[i]))
			return true;
	return false;
}

static bool read_columns(struct db *db, const struct found *found, struct columns *columns,
	struct arena *arena, struct migrate_error *error)
{
	const struct sql_value values[] = {{"table", SQL_IDENTIFIER, found->name, 0}};
	struct sqlite_rows names = {0};
	struct str sql = {0};
	sqlite3_stmt *statement;
	bool row, ok;

	sql_fill(&sql, embedded_sqlite_columns, values, 1);
	statement = sqlite_prepare(db, str_text(&sql), error);
	str_release(&sql);
	if (!statement)
		return false;
	columns->keep_text = true;
	while ((ok = sqlite_row(db, statement, &row, error)) && row) {
		sqlite_rows_add(arena, &names, sqlite_text(db, arena, statement, 1));
		columns->keep_text &= keeps_text(sqlite_text(db, arena, statement, 2));
	}
	db->api.finalize(statement);
	columns->names = (struct names){names.item, (uint32_t)names.count};
	return ok;
}

static bool has_column(const struct names *columns, const char *name)
{
	for (uint32_t i = 0; i < columns->count; i++)
		if (!strcasecmp(columns->item[i], name))
			return true;
	return false;
}

static bool columns_fit(const struct columns *columns, bool is_log)
{
	if (!is_log)
		return columns->names.count == 1 && has_column(&columns->names, "version_num") &&
		       columns->keep_text;
	for (size_t i = 0; i < LOG_COLUMNS; i++)
		if (!has_column(&columns->names, log_columns[i]))
			return false;
	return true;
}

static bool wrong_shape(
	const struct found *found, const struct columns *columns, struct migrate_error *error)
{
	const struct names *names = &columns->names;
	struct str list = {0};

	for (uint32_t i = 0; i < names->count; i++)
		str_printf(&list, "%s%s", i ? ", " : "", names->item[i]);
	if (names->count == 1 && !columns->keep_text)
		str_add(&list, ", which is not of text");
	if (!names->count)
		str_printf(&list, "%s %s", strcmp(found->type, "index") ? "a" : "an",
			found->is_virtual ? "virtual table" : found->type);
	error_set(error, MIGRATE_E_VERSION_TABLE, "\"%s\" is not %s: it %s %s", found->name,
		found->is_log ? "our log table" : "a version table",
		names->count ? "has the columns" : "is", str_text(&list));
	str_release(&list);
	if (found->is_log)
		return error_hint(error, "Rename it: migrate keeps its own log by that name.");
	return error_hint(error, "Set version_table to another name; a version table has the one "
				 "column version_num, of VARCHAR(255).");
}

static bool check_shape(
	struct db *db, struct arena *arena, const struct found *found, struct migrate_error *error)
{
	struct columns columns = {0};

	if (!found->is_table || found->is_virtual)
		return wrong_shape(found, &columns, error);
	if (!read_columns(db, found, &columns, arena, error))
		return false;
	return columns_fit(&columns, found->is_log) || wrong_shape(found, &columns, error);
}

bool sqlite_read_tables(
	struct db *db, struct arena *arena, struct db_state *state, struct migrate_error *error)
{
	const struct sql_value values[] = {{"version_table", SQL_LITERAL, db->version_table, 0}};
	struct str sql = {0};
	sqlite3_stmt *statement;
	bool row, ok;

	sql_fill(&sql, embedded_sqlite_objects, values, 1);
	statement = sqlite_prepare(db, str_text(&sql), error);
	str_release(&sql);
	if (!statement)
		return false;
	while ((ok = sqlite_row(db, statement, &row, error)) && row) {
		struct found found = {db->api.column_int64(statement, 0),
			db->api.column_int64(statement, 3), db->api.column_int64(statement, 4),
			sqlite_text(db, arena, statement, 1), sqlite_text(db, arena, statement, 2)};

		if (!(ok = check_shape(db, arena, &found, error)))
			break;
		*(found.is_log ? &state->has_log : &state->has_version_table) = true;
	}
	db->api.finalize(statement);
	return ok;
}

/* A table, by SQLite's own list: that needs no pass over sqlite_schema, which is long where there
 * are many tables. */
static bool is_table(struct db *db, const char *table, int64_t *columns)
{
	const struct sql_value values[] = {{"table", SQL_LITERAL, table, 0}};
	struct migrate_error ignored = {0};
	struct str sql = {0};
	sqlite3_stmt *statement;
	bool row = false, found = false;

	sql_fill(&sql, embedded_sqlite_table_list, values, 1);
	statement = sqlite_prepare(db, str_text(&sql), &ignored);
	str_release(&sql);
	if (statement && sqlite_row(db, statement, &row, &ignored) && row) {
		found = !strcmp((const char *)db->api.column_text(statement, 2), "table");
		*columns = db->api.column_int64(statement, 3);
	}
	db->api.finalize(statement);
	migrate_error_clear(&ignored);
	return found;
}

static bool has_log_columns(struct db *db)
{
	for (size_t i = 0; i < LOG_COLUMNS; i++)
		if (db->api.table_column_metadata(db->handle, "main", "migrate_log", log_columns[i],
			    NULL, NULL, NULL, NULL, NULL) != SQLITE_OK)
			return false;
	return true;
}

static bool has_version_column(struct db *db)
{
	const char *type;

	return db->api.table_column_metadata(db->handle, "main", db->version_table, "version_num",
		       &type, NULL, NULL, NULL, NULL) == SQLITE_OK &&
	       keeps_text(type);
}

/* Both tables as we make them, as nearly always. What is otherwise is told by a closer look. */
static bool are_usual(struct db *db)
{
	int64_t columns = 0;

	return is_table(db, db->version_table, &columns) && columns == 1 &&
	       has_version_column(db) && is_table(db, "migrate_log", &columns) &&
	       has_log_columns(db);
}

static const char *table_name(struct db *db, struct arena *arena)
{
	struct str name = {0};
	const char *kept;

	sql_add_identifier(&name, db->version_table);
	kept = arena_strdup(arena, str_text(&name));
	str_release(&name);
	return kept;
}

static bool read_state(struct db *db, struct arena *arena, bool with_applied,
	struct db_state *state, struct migrate_error *error)
{
	struct sqlite_rows rows = {0};

	state->table = table_name(db, arena);
	if (are_usual(db))
		state->has_version_table = state->has_log = true;
	else if (!sqlite_read_tables(db, arena, state, error))
		return false;
	db->has_tables = state->has_version_table && state->has_log;
	if (state->has_version_table && !sqlite_read_rows(db, arena, &rows, error))
		return false;
	state->rows = (struct names){rows.item, (uint32_t)rows.count};
	if (!db_rows_are_distinct(arena, &state->rows, state->table, "rowid", error))
		return false;
	db->log_seen = 0;
	if (!state->has_log)
		return true;
	return with_applied ? sqlite_log_read(db, arena, state, error)
			    : sqlite_journal_read(db, arena, state, error);
}

bool sqlite_read(struct db *db, struct arena *arena, bool with_applied, struct db_state *state,
	struct migrate_error *error)
{
	bool own = db->api.get_autocommit(db->handle), ok;

	memset(state, 0, sizeof *state);
	if (own && !sqlite_exec(db, "BEGIN", error))
		return false;
	ok = read_state(db, arena, with_applied, state, error);
	if (own)
		sqlite_rollback(db, error);
	return ok;
}

static bool create_table(struct db *db, const char *template, struct migrate_error *error)
{
	const struct sql_value values[] = {
		{"if_not_exists", SQL_TEXT, "", 0},
		{"version_table", SQL_IDENTIFIER, db->version_table, 0},
	};
	struct str sql = {0};
	bool ok;

	sql_fill(&sql, template, values, sizeof values / sizeof *values);
	ok = sqlite_exec(db, str_text(&sql), error);
	str_release(&sql);
	return ok;
}

bool sqlite_create_tables(struct db *db, bool *created, struct migrate_error *error)
{
	struct db_state state = {0};
	struct arena scratch = {0};
	bool ok = sqlite_read_tables(db, &scratch, &state, error);

	arena_release(&scratch);
	*created = ok && (!state.has_version_table || !state.has_log);
	if (ok && !state.has_version_table)
		ok = create_table(db, embedded_sqlite_create_version, error);
	if (ok && !state.has_log)
		ok = create_table(db, embedded_sqlite_create_log, error);
	return ok;
}
