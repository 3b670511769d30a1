/* postgres_script: the text of --sql, for psql. Pure: no connection.
 *
 * Surprising: without a configured schema the tables are called by their plain names, since only
 * the server knows where they are; so settings are reset before each use of them, and a script's
 * search_path does not matter. psql sends statement by statement, so COPY data stays where it is,
 * and what must hold is checked by DO blocks. */
#include <string.h>

#include "db/postgres.h"
#include "db/postgres_batch.h"
#include "db/postgres_quote.h"
#include "db/sql.h"
#include "embedded.h"

#define COUNT(array) (sizeof(array) / sizeof *(array))

static const char *const direction_name[] = {
	[DB_UPGRADE] = "upgrade", [DB_DOWNGRADE] = "downgrade", [DB_STAMP] = "stamp"};

/* What the templates share; released by names_release. */
struct script_names {
	struct str version, log, table, tool;
};

static struct script_names names_of(const struct db_settings *settings)
{
	struct script_names names = {0};

	postgres_add_name(&names.version, settings->version_schema, settings->version_table);
	postgres_add_name(&names.log, settings->version_schema, "migrate_log");
	postgres_add_text(&names.table, settings->version_table);
	postgres_add_text(&names.tool, settings->tool);
	return names;
}

static void names_release(struct script_names *names)
{
	str_release(&names->version);
	str_release(&names->log);
	str_release(&names->table);
	str_release(&names->tool);
}

/* A body between dollar quotes that it does not hold. */
static void add_do(struct str *out, const char *body)
{
	struct str tag = {0};

	str_add(&tag, "$migrate$");
	for (unsigned number = 1; strstr(body, tag.text); number++) {
		str_clear(&tag);
		str_printf(&tag, "$migrate%u$", number);
	}
	str_printf(out, "DO %s\n%s%s;\n", tag.text, body, tag.text);
	str_release(&tag);
}

static void add_state(struct str *out, const struct names *rows)
{
	if (!rows->count)
		str_add(out, "base");
	for (uint32_t i = 0; i < rows->count; i++)
		str_printf(out, "%s%s", i ? ", " : "", rows->item[i]);
}

static void add_guard(
	struct str *out, const struct script_names *names, const struct names *expected)
{
	struct str rows = {0}, condition = {0}, state = {0}, message = {0}, body = {0};

	postgres_add_array(&rows, expected);
	str_add(&state, "the database is not at ");
	add_state(&state, expected);
	str_add(&state, ": nothing was changed");
	postgres_add_text(&message, state.text);
	const struct sql_value checked[] = {{"version", SQL_TEXT, names->version.text, 0},
		{"rows", SQL_TEXT, rows.text, 0}, {"count", SQL_NUMBER, NULL, expected->count},
		{"listed", SQL_NUMBER, NULL, expected->count}};

	sql_fill(&condition, embedded_pg_expected, checked, COUNT(checked));
	const struct sql_value values[] = {{"version", SQL_TEXT, names->version.text, 0},
		{"condition", SQL_TEXT, condition.text, 0}, {"message", SQL_TEXT, message.text, 0}};

	sql_fill(&body, embedded_pg_script_guard, values, COUNT(values));
	add_do(out, body.text);
	str_release(&rows);
	str_release(&condition);
	str_release(&state);
	str_release(&message);
	str_release(&body);
}

static void add_lock(struct str *out, const struct script_names *names)
{
	str_printf(out, "LOCK TABLE %s IN SHARE ROW EXCLUSIVE MODE;\n", names->version.text);
}

void postgres_script_begin(
	const struct db_settings *settings, const struct db_script *script, struct str *out)
{
	struct script_names names = names_of(settings);
	struct str state = {0}, shown = {0}, tool = {0};

	add_state(&state, &script->expected);
	sql_add_comment_text(&shown, state.text);
	sql_add_comment_text(&tool, settings->tool);
	const struct sql_value heading[] = {
		{"tool", SQL_TEXT, tool.text, 0}, {"state", SQL_TEXT, shown.text, 0}};
	const struct sql_value tables[] = {
		{"version", SQL_TEXT, names.version.text, 0}, {"log", SQL_TEXT, names.log.text, 0}};

	sql_fill(out, embedded_pg_script_begin, heading, COUNT(heading));
	if (script->creates_tables)
		sql_fill(out, embedded_pg_create_version, tables, COUNT(tables));
	add_lock(out, &names);
	add_guard(out, &names, &script->expected);
	/* Not known here; a database taken over from elsewhere has none. */
	sql_fill(out, embedded_pg_create_log, tables, COUNT(tables));
	if (!script->together)
		str_add(out, "COMMIT;\n");
	names_release(&names);
	str_release(&state);
	str_release(&shown);
	str_release(&tool);
}

static void add_timeout(struct str *out, const char *name, long session, long own)
{
	long wanted = own == DURATION_UNSET ? session : own;

	if (wanted)
		str_printf(out, "SET LOCAL %s = %ld;\n", name, wanted);
}

/* Its last statement may lack a semicolon, its last line may be a comment. Roles are reset only
 * where they may have been set: the one who runs the file may have chosen one. */
static void add_script(struct str *out, const struct db_step *step)
{
	if (!step->script)
		return;
	str_add_bytes(out, step->script, step->script_size);
	str_add(out, "\n;\n");
	if (strcasestr(step->script, "authorization"))
		str_add(out, "RESET SESSION AUTHORIZATION;\n");
	if (strcasestr(step->script, "role"))
		str_add(out, "RESET ROLE;\n");
	str_add(out, "RESET ALL;\n");
	postgres_add_cleaning(out, step);
}

static void add_row(struct str *out, const struct script_names *names, const char *template,
	const char *old, const char *new)
{
	struct str old_text = {0}, new_text = {0}, body = {0};

	postgres_add_text(&old_text, old);
	postgres_add_text(&new_text, new);
	const struct sql_value values[] = {{"version", SQL_TEXT, names->version.text, 0},
		{"old", SQL_TEXT, old_text.text, 0}, {"new", SQL_TEXT, new_text.text, 0},
		{"message", SQL_LITERAL,
			"another run changed the version table: this revision was rolled back", 0}};

	sql_fill(&body, template, values, COUNT(values));
	if (old)
		add_do(out, body.text);
	else
		str_add(out, body.text);
	str_release(&old_text);
	str_release(&new_text);
	str_release(&body);
}

static void add_rows(struct str *out, const struct script_names *names, const struct db_step *step)
{
	const struct names *remove = &step->remove, *add = &step->add;

	if (remove->count == 1 && add->count == 1) {
		add_row(out, names, embedded_pg_script_move, remove->item[0], add->item[0]);
		return;
	}
	for (uint32_t i = 0; i < remove->count; i++)
		add_row(out, names, embedded_pg_script_remove, remove->item[i], NULL);
	for (uint32_t i = 0; i < add->count; i++)
		add_row(out, names, embedded_pg_script_add, NULL, add->item[i]);
}

static void add_log_row(struct str *out, const struct script_names *names,
	const struct db_step *step, const char *revision, const char *outcome)
{
	bool ended = strcmp(outcome, "started") != 0;
	struct str id = {0}, checksum = {0}, sql = {0};
	size_t size = step->script_size;
	const char *text = step->segment ? step->script : db_step_source(step, &size);

	postgres_add_text(&id, revision);
	postgres_add_text(&checksum, step->checksum);
	postgres_add_literal(&sql, text, size);
	const struct sql_value values[] = {{"log", SQL_TEXT, names->log.text, 0},
		{"table", SQL_TEXT, names->table.text, 0}, {"revision", SQL_TEXT, id.text, 0},
		{"direction", SQL_LITERAL, direction_name[step->direction], 0},
		{"outcome", SQL_LITERAL, outcome, 0},
		{"segment", step->segment ? SQL_NUMBER : SQL_TEXT, "NULL", step->segment},
		{"finished", SQL_TEXT, ended ? "pg_catalog.clock_timestamp()" : "NULL", 0},
		{"checksum", SQL_TEXT, checksum.text, 0}, {"tool", SQL_TEXT, names->tool.text, 0},
		{"sql", SQL_TEXT, sql.text, 0}};

	sql_fill(out, embedded_pg_script_log, values, COUNT(values));
	str_release(&id);
	str_release(&checksum);
	str_release(&sql);
}

static void add_log(struct str *out, const struct script_names *names, const struct db_step *step)
{
	const struct names *rows = step->add.count ? &step->add : &step->remove;

	if (step->direction != DB_STAMP) {
		add_log_row(out, names, step, step->revision, "applied");
		return;
	}
	for (uint32_t i = 0; i < rows->count; i++)
		add_log_row(out, names, step, rows->item[i], "applied");
	for (uint32_t i = 0; i < step->ends.count; i++)
		add_log_row(out, names, step, step->ends.item[i], "applied");
}

static void add_session_timeout(struct str *out, const char *name, long session, long own)
{
	long wanted = own == DURATION_UNSET ? session : own;

	if (wanted)
		str_printf(out, "SET %s = %ld;\n", name, wanted);
}

/* Inside a transaction: our tables are found whatever the script has set, and its settings are back
 * at the end (https://www.postgresql.org/docs/current/sql-set.html, LOCAL). */
static void add_own_settings(struct str *out, const struct db_step *step)
{
	const char *text = step->whole_script ? step->whole_script : step->script;

	str_add(out, "SET LOCAL search_path TO DEFAULT;\n");
	if (strcasestr(text, "authorization"))
		str_add(out, "SET LOCAL SESSION AUTHORIZATION DEFAULT;\n");
	if (strcasestr(text, "role"))
		str_add(out, "SET LOCAL ROLE NONE;\n");
}

static void add_piece_text(struct str *out, const struct db_step *step)
{
	str_add_bytes(out, step->script, step->script_size);
	str_add(out, "\n;\n");
}

static void add_started(
	struct str *out, const struct script_names *names, const struct db_step *step)
{
	str_add(out, "BEGIN;\n");
	add_own_settings(out, step);
	add_log_row(out, names, step, step->revision, "started");
	str_add(out, "COMMIT;\n");
	add_piece_text(out, step);
	str_add(out, "BEGIN;\n");
}

static void add_piece_end(
	struct str *out, const struct script_names *names, const struct db_step *step)
{
	struct db_step whole = *step;

	add_own_settings(out, step);
	add_log_row(out, names, step, step->revision, "done");
	if (!step->last) {
		str_add(out, "COMMIT;\n");
		return;
	}
	whole.script = step->whole_script;
	whole.script_size = step->whole_size;
	whole.checksum = step->whole_checksum;
	whole.segment = 0;
	add_rows(out, names, step);
	add_log_row(out, names, &whole, step->revision, "applied");
	str_add(out, "COMMIT;\n");
	if (strcasestr(whole.script, "authorization"))
		str_add(out, "RESET SESSION AUTHORIZATION;\n");
	if (strcasestr(whole.script, "role"))
		str_add(out, "RESET ROLE;\n");
	str_add(out, "RESET ALL;\n");
}

/* psql sends a statement at a time, so one outside of BEGIN ... COMMIT is outside a transaction. */
static void add_piece(struct str *out, const struct db_settings *settings,
	const struct script_names *names, const struct db_step *step)
{
	str_printf(out, "-- part %ld\n", step->segment);
	if (step->segment == 1) {
		add_session_timeout(
			out, "lock_timeout", settings->lock_timeout, step->options.lock_timeout);
		add_session_timeout(out, "statement_timeout", settings->statement_timeout,
			step->options.statement_timeout);
	}
	if (step->prelude)
		str_printf(out, "%s\n", step->prelude);
	if (step->outside) {
		add_started(out, names, step);
	} else {
		str_printf(out, "BEGIN%s%s;\n", step->begin && *step->begin ? " " : "",
			step->begin ? step->begin : "");
		if (step->segment == 1)
			add_lock(out, names);
		add_piece_text(out, step);
	}
	add_piece_end(out, names, step);
}

void postgres_script_step(const struct db_settings *settings, const struct db_script *script,
	const struct db_step *step, struct str *out)
{
	struct script_names names = names_of(settings);

	db_script_heading(out, step);
	if (step->segment) {
		add_piece(out, settings, &names, step);
		names_release(&names);
		return;
	}
	if (!script->together)
		str_printf(out, "BEGIN%s%s;\n", step->begin && *step->begin ? " " : "",
			step->begin ? step->begin : "");
	add_timeout(out, "lock_timeout", settings->lock_timeout, step->options.lock_timeout);
	add_timeout(out, "statement_timeout", settings->statement_timeout,
		step->options.statement_timeout);
	if (!script->together)
		add_lock(out, &names);
	add_script(out, step);
	add_rows(out, &names, step);
	add_log(out, &names, step);
	if (!script->together)
		str_add(out, "COMMIT;\n");
	names_release(&names);
}

void postgres_script_end(
	const struct db_settings *settings, const struct db_script *script, struct str *out)
{
	(void)settings;
	if (script->together)
		str_add(out, "\nCOMMIT;\n");
}
