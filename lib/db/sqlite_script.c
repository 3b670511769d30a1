/* sqlite_script: the text of --sql, for the sqlite3 shell. Pure: no connection.
 *
 * Knows the same SQL as the driver, with values written out. Surprising: the shell has no IF, so
 * what must hold is put into a temporary table whose CHECK constraints are named like error
 * messages; `.bail on` then stops at the first that fails.
 */
#include <stdlib.h>
#include <string.h>

#include "db/sql.h"
#include "db/sqlite.h"
#include "embedded.h"

#define COUNT(array) (sizeof(array) / sizeof *(array))

static void add_state(struct str *out, const struct names *rows)
{
	if (!rows->count)
		str_add(out, "base");
	for (uint32_t i = 0; i < rows->count; i++)
		str_printf(out, "%s%s", i ? ", " : "", rows->item[i]);
}

static void add_table(struct str *out, const char *template, const struct db_settings *settings)
{
	const struct sql_value values[] = {
		{"if_not_exists", SQL_TEXT, "IF NOT EXISTS ", 0},
		{"version_table", SQL_IDENTIFIER, settings->version_table, 0},
	};

	sql_fill(out, template, values, COUNT(values));
	str_add(out, ";\n");
}

static void add_guard(
	const struct db_settings *settings, const struct db_script *script, struct str *out)
{
	struct str message = {0}, rows = {0};

	str_add(&message, "the database is not at ");
	add_state(&message, &script->expected);
	str_add(&message, ": nothing was changed");
	for (uint32_t i = 0; i < script->expected.count; i++) {
		str_add(&rows, i ? ", " : "");
		sql_add_literal(&rows, script->expected.item[i]);
	}
	const struct sql_value values[] = {
		{"state_message", SQL_IDENTIFIER, str_text(&message), 0},
		{"moved_message", SQL_IDENTIFIER,
			"another run changed the version table: this revision was rolled back", 0},
		{"alone_message", SQL_IDENTIFIER,
			"foreign_keys=on needs a transaction for each revision", 0},
		{"version_table", SQL_IDENTIFIER, settings->version_table, 0},
		{"count", SQL_NUMBER, NULL, script->expected.count},
		{"rows", SQL_TEXT, str_text(&rows), 0},
	};

	sql_fill(out, embedded_sqlite_script_guard, values, COUNT(values));
	str_release(&message);
	str_release(&rows);
}

void sqlite_script_begin(
	const struct db_settings *settings, const struct db_script *script, struct str *out)
{
	struct str state = {0}, comment = {0}, tool = {0};

	add_state(&state, &script->expected);
	sql_add_comment_text(&comment, str_text(&state));
	sql_add_comment_text(&tool, settings->tool ? settings->tool : "migrate");
	const struct sql_value values[] = {
		{"tool", SQL_TEXT, str_text(&tool), 0},
		{"state", SQL_TEXT, str_text(&comment), 0},
	};

	sql_fill(out, embedded_sqlite_script_begin, values, COUNT(values));
	if (script->creates_tables) {
		add_table(out, embedded_sqlite_create_version, settings);
		add_table(out, embedded_sqlite_create_log, settings);
	}
	add_guard(settings, script, out);
	if (!script->together)
		str_add(out, "COMMIT;\n");
	str_release(&state);
	str_release(&comment);
	str_release(&tool);
}

static void add_row_change(struct str *out, const char *template,
	const struct db_settings *settings, const char *old, const char *new)
{
	const struct sql_value values[] = {
		{"version_table", SQL_IDENTIFIER, settings->version_table, 0},
		{"old", SQL_LITERAL, old, 0},
		{"new", SQL_LITERAL, new, 0},
	};

	sql_fill(out, template, values, COUNT(values));
	str_add(out, ";\n");
	if (old)
		str_add(out, embedded_sqlite_script_moved);
}

static void add_row_changes(
	struct str *out, const struct db_settings *settings, const struct db_step *step)
{
	const struct names *remove = &step->remove, *add = &step->add;

	if (remove->count == 1 && add->count == 1) {
		add_row_change(
			out, embedded_sqlite_row_move, settings, remove->item[0], add->item[0]);
		return;
	}
	for (uint32_t i = 0; i < remove->count; i++)
		add_row_change(out, embedded_sqlite_row_remove, settings, remove->item[i], NULL);
	for (uint32_t i = 0; i < add->count; i++)
		add_row_change(out, embedded_sqlite_row_add, settings, NULL, add->item[i]);
}

static void add_log_record(
	struct str *out, const struct db_settings *settings, const struct sqlite_record *record)
{
	static const char *const direction[] = {
		[DB_UPGRADE] = "upgrade", [DB_DOWNGRADE] = "downgrade", [DB_STAMP] = "stamp"};
	static const char now[] = "strftime('%Y-%m-%d %H:%M:%f', 'now')";
	struct str text = {0}, id = {0};

	const struct sql_value table[] = {{"table", SQL_LITERAL, settings->version_table, 0}};

	sql_add_literal_bytes(&text, record->script, record->script_size);
	str_add(&id, "(");
	sql_fill(&id, embedded_sqlite_log_last, table, 1);
	str_add(&id, ") + 1");
	const struct sql_value values[] = {
		{"id", SQL_TEXT, str_text(&id), 0},
		{"table", SQL_LITERAL, settings->version_table, 0},
		{"revision", SQL_LITERAL, record->revision, 0},
		{"direction", SQL_LITERAL, direction[record->direction], 0},
		{"outcome", SQL_LITERAL, record->outcome, 0},
		{"segment", record->segment ? SQL_NUMBER : SQL_TEXT, "NULL", record->segment},
		{"started", SQL_TEXT, now, 0},
		{"finished", SQL_TEXT, strcmp(record->outcome, "started") ? now : "NULL", 0},
		{"checksum", SQL_LITERAL, record->checksum, 0},
		{"user", SQL_LITERAL, settings->user, 0},
		{"tool", SQL_LITERAL, settings->tool, 0},
		{"script", SQL_TEXT, str_text(&text), 0},
	};

	sql_fill(out, embedded_sqlite_log, values, COUNT(values));
	str_add(out, ";\n");
	str_release(&text);
	str_release(&id);
}

static void add_log(struct str *out, const struct db_settings *settings, const struct db_step *step,
	const char *outcome)
{
	const struct names *rows = step->add.count ? &step->add : &step->remove;
	struct sqlite_record record = {.revision = step->revision,
		.direction = step->direction,
		.outcome = outcome,
		.segment = step->segment,
		.checksum = step->checksum,
		.script_size = step->script_size};

	record.script = step->segment ? step->script : db_step_source(step, &record.script_size);
	if (step->direction != DB_STAMP) {
		add_log_record(out, settings, &record);
		return;
	}
	for (uint32_t i = 0; i < rows->count + step->ends.count; i++) {
		record.revision = i < rows->count ? rows->item[i]
						  : step->ends.item[i - rows->count];
		add_log_record(out, settings, &record);
	}
}

/* Its last statement may lack a semicolon, its last line may be a comment. */
static void add_script(struct str *out, const struct db_step *step)
{
	if (!step->script)
		return;
	str_add_bytes(out, step->script, step->script_size);
	str_add(out, "\n;\n");
}

static void add_whole(struct str *out, const struct db_settings *settings,
	const struct db_script *script, const struct db_step *step)
{
	bool keys = sqlite_wants_foreign_keys(step);

	if (keys)
		str_add(out, script->together ? embedded_sqlite_script_alone
					      : "PRAGMA foreign_keys = ON;\n");
	if (!script->together)
		str_add(out, "BEGIN IMMEDIATE;\n");
	add_script(out, step);
	add_row_changes(out, settings, step);
	add_log(out, settings, step, "applied");
	if (!script->together)
		str_add(out, "COMMIT;\n");
	if (keys && !script->together)
		str_add(out, "PRAGMA foreign_keys = OFF;\n");
}

/* The first piece has what the script wants, a later one what a PRAGMA before it said. */
static void add_piece_keys(struct str *out, const struct db_step *step)
{
	enum toggle wish = sqlite_leading_foreign_keys(step->script, step->script_size);

	if (step->segment == 1)
		wish = sqlite_wants_foreign_keys(step) ? TOGGLE_ON : TOGGLE_UNSET;
	if (wish == TOGGLE_UNSET || (step->outside && step->segment > 1))
		return;
	str_add(out,
		wish == TOGGLE_ON ? "PRAGMA foreign_keys = ON;\n" : "PRAGMA foreign_keys = OFF;\n");
}

static void add_piece_end(
	struct str *out, const struct db_settings *settings, const struct db_step *step)
{
	struct db_step whole = *step;

	add_log(out, settings, step, "done");
	if (step->last) {
		whole.script = step->whole_script;
		whole.script_size = step->whole_size;
		whole.checksum = step->whole_checksum;
		whole.segment = 0;
		add_row_changes(out, settings, step);
		add_log(out, settings, &whole, "applied");
	}
	str_add(out, "COMMIT;\n");
	if (step->last)
		str_add(out, "PRAGMA foreign_keys = OFF;\n");
}

static void add_piece(
	struct str *out, const struct db_settings *settings, const struct db_step *step)
{
	str_printf(out, "-- part %ld\n", step->segment);
	if (step->prelude)
		str_printf(out, "%s\n", step->prelude);
	add_piece_keys(out, step);
	if (step->outside) {
		add_log(out, settings, step, "started");
		add_script(out, step);
		str_add(out, "BEGIN IMMEDIATE;\n");
	} else {
		str_add(out, "BEGIN IMMEDIATE;\n");
		add_script(out, step);
	}
	add_piece_end(out, settings, step);
}

void sqlite_script_step(const struct db_settings *settings, const struct db_script *script,
	const struct db_step *step, struct str *out)
{
	db_script_heading(out, step);
	if (step->segment)
		add_piece(out, settings, step);
	else
		add_whole(out, settings, script, step);
}

void sqlite_script_end(
	const struct db_settings *settings, const struct db_script *script, struct str *out)
{
	(void)settings;
	str_add(out, "\n");
	if (script->together)
		str_add(out, "COMMIT;\n");
	str_add(out, "DROP TABLE temp.migrate_guard;\n");
}

static int compare_rows(const void *left, const void *right)
{
	return strcmp(*(const char *const *)left, *(const char *const *)right);
}

/* The semicolon on the statement's own last line. */
static void draw_up(struct str *out)
{
	if (out->size < 3 || strcmp(out->text + out->size - 3, "\n;\n") != 0)
		return;
	out->size -= 3;
	str_add(out, ";\n");
}

void sqlite_script_rows(
	const struct db_settings *settings, const struct names *rows, struct str *out)
{
	struct arena scratch = {0};
	const char **sorted = ARENA_ARRAY(&scratch, rows->count + 1, const char *);

	add_table(out, embedded_sqlite_create_version, settings);
	draw_up(out);
	for (uint32_t i = 0; i < rows->count; i++)
		sorted[i] = rows->item[i];
	qsort(sorted, rows->count, sizeof *sorted, compare_rows);
	for (uint32_t i = 0; i < rows->count; i++) {
		add_row_change(out, embedded_sqlite_row_add, settings, NULL, sorted[i]);
		draw_up(out);
	}
	arena_release(&scratch);
}
