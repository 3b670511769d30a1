/* postgres_record: the statement behind each script. It changes the version table's rows, adds to
 * the log, and answers with our token, or fails where the rows are not as planned or the
 * transaction is not the one that the script began in. Pure.
 *
 * It fails through a cast that cannot succeed, of text that is no constant, since constants are
 * evaluated when a statement is planned, branches never taken included
 * (https://www.postgresql.org/docs/current/functions-conditional.html). Surprising: the parts of
 * WITH see the tables as they were before it, so what was there can be counted beside changing it
 * (https://www.postgresql.org/docs/current/queries-with.html). */
#include <stdlib.h>
#include <string.h>

#include "db/postgres_batch.h"
#include "db/postgres_quote.h"
#include "db/sql.h"
#include "embedded.h"

/* What differs between the record as text and the prepared one. */
struct record {
	const char *changes, *condition, *entries, *direction, *index;
};

static void fill_record(
	struct str *out, const struct postgres_frame *frame, const struct record *record)
{
	struct str table = {0}, user = {0}, tool = {0}, version = {0};

	postgres_add_text(&table, frame->version_table);
	postgres_add_text(&user, frame->user);
	postgres_add_text(&tool, frame->tool);
	postgres_add_text(&version, frame->version_name);
	const struct sql_value values[] = {
		{"changes", SQL_TEXT, record->changes, 0},
		{"condition", SQL_TEXT, record->condition, 0},
		{"entries", SQL_TEXT, record->entries, 0},
		{"direction", SQL_TEXT, record->direction, 0},
		{"index", SQL_TEXT, record->index, 0},
		{"token", SQL_LITERAL, frame->token, 0},
		{"log", SQL_TEXT, frame->log_name, 0},
		{"table", SQL_TEXT, table.text, 0},
		{"user", SQL_TEXT, user.text, 0},
		{"tool", SQL_TEXT, tool.text, 0},
		{"version_literal", SQL_TEXT, version.text, 0},
	};

	sql_fill(out, embedded_pg_record, values, sizeof values / sizeof *values);
	str_release(&table);
	str_release(&user);
	str_release(&tool);
	str_release(&version);
}

static void add_count(struct str *condition, const char *name, uint32_t count)
{
	str_printf(condition, "%s(SELECT pg_catalog.count(*) FROM %s) OPERATOR(pg_catalog.=) %u",
		condition->size ? " AND " : "", name, count);
}

static void add_move(struct str *changes, struct str *condition, const struct postgres_frame *frame,
	const char *old, const char *new)
{
	const struct sql_value values[] = {{"version", SQL_TEXT, frame->version_name, 0},
		{"old", SQL_TEXT, old, 0}, {"new", SQL_TEXT, new, 0}};

	sql_fill(changes, embedded_pg_change_move, values, 3);
	add_count(condition, "changed", 1);
}

static void add_change(struct str *changes, struct str *condition,
	const struct postgres_frame *frame, const char *template, const char *name,
	const struct names *names)
{
	struct str rows = {0};

	if (!names->count)
		return;
	postgres_add_array(&rows, names);
	const struct sql_value values[] = {
		{"version", SQL_TEXT, frame->version_name, 0}, {"rows", SQL_TEXT, rows.text, 0}};

	sql_fill(changes, template, values, 2);
	add_count(condition, name, names->count);
	str_release(&rows);
}

enum { MANY_ROWS = 8 };

/* Those that are compared by name. */
static struct names listed_rows(const struct postgres_place *place)
{
	bool counted = place->index && place->expected->count > MANY_ROWS;

	return counted ? (struct names){0} : *place->expected;
}

static void add_comparison(struct str *condition, const struct postgres_frame *frame,
	const char *rows, const char *count, const char *listed)
{
	const struct sql_value values[] = {{"version", SQL_TEXT, frame->version_name, 0},
		{"rows", SQL_TEXT, rows, 0}, {"count", SQL_TEXT, count, 0},
		{"listed", SQL_TEXT, listed, 0}};

	sql_fill(condition, embedded_pg_expected, values, sizeof values / sizeof *values);
}

static void add_expected(struct str *condition, const struct postgres_frame *frame,
	const struct postgres_place *place)
{
	struct names listed = listed_rows(place);
	struct str rows = {0}, count = {0}, listed_count = {0};

	postgres_add_array(&rows, &listed);
	str_printf(&count, "%u", place->expected->count);
	str_printf(&listed_count, "%u", listed.count);
	add_comparison(condition, frame, rows.text, count.text, listed_count.text);
	str_release(&rows);
	str_release(&count);
	str_release(&listed_count);
}

bool postgres_is_move(const struct db_step *step)
{
	return step->direction != DB_STAMP && step->remove.count == 1 && step->add.count == 1;
}

static void add_changes(struct str *changes, struct str *condition,
	const struct postgres_frame *frame, const struct db_step *step)
{
	struct str old = {0}, new = {0};

	if (step->remove.count != 1 || step->add.count != 1) {
		add_change(changes, condition, frame, embedded_pg_change_remove, "removed",
			&step->remove);
		add_change(changes, condition, frame, embedded_pg_change_add, "added", &step->add);
		return;
	}
	postgres_add_text(&old, step->remove.item[0]);
	postgres_add_text(&new, step->add.item[0]);
	add_move(changes, condition, frame, old.text, new.text);
	str_release(&old);
	str_release(&new);
}

static void add_entry(struct str *entries, unsigned number, const char *revision,
	const char *outcome, long segment)
{
	str_printf(entries, "%s(%u, ", number > 1 ? ", " : "VALUES ", number);
	postgres_add_text(entries, revision);
	str_printf(entries, ", '%s', ", outcome);
	if (segment)
		str_printf(entries, "%ld, ", segment);
	else
		str_add(entries, "CAST(NULL AS pg_catalog.int4), ");
}

static void add_source(struct str *entries, const char *checksum, const char *text, size_t size)
{
	str_add(entries, "CAST(");
	postgres_add_text(entries, checksum);
	str_add(entries, " AS pg_catalog.text), CAST(");
	postgres_add_literal(entries, text, size);
	str_add(entries, " AS pg_catalog.text))");
}

/* The log's rows: (number, revision, outcome, segment, checksum, sql). A stamp has one for each row
 * that it adds, or else removes, and for each revision whose pieces it ends; the last piece of a
 * script one for the whole as well. */
static void add_entries(struct str *entries, const struct db_step *step, const char *outcome)
{
	struct names revisions = {.item = &step->revision, .count = 1};
	size_t source_size;
	const char *source = db_step_source(step, &source_size);

	if (step->direction == DB_STAMP)
		revisions = step->add.count ? step->add : step->remove;
	if (!revisions.count && !step->ends.count)
		str_add(entries, "SELECT 1, CAST(NULL AS pg_catalog.text), 'applied', "
				 "CAST(NULL AS pg_catalog.int4), CAST(NULL AS pg_catalog.text), "
				 "CAST(NULL AS pg_catalog.text) LIMIT 0");
	for (uint32_t i = 0; i < revisions.count; i++) {
		add_entry(entries, i + 1, revisions.item[i], outcome, step->segment);
		if (step->segment)
			add_source(entries, step->checksum, step->script, step->script_size);
		else
			add_source(entries, step->checksum, source, source_size);
	}
	for (uint32_t i = 0; i < step->ends.count; i++) {
		add_entry(entries, revisions.count + i + 1, step->ends.item[i], outcome, 0);
		add_source(entries, step->checksum, source, source_size);
	}
	if (!postgres_is_whole(step, outcome) || !step->segment)
		return;
	add_entry(entries, 2, step->revision, "applied", 0);
	add_source(entries, step->whole_checksum, source, source_size);
}

static const char *direction_name(enum db_direction direction)
{
	switch (direction) {
	case DB_UPGRADE: return "upgrade";
	case DB_DOWNGRADE: return "downgrade";
	case DB_STAMP: return "stamp";
	}
	abort();
}

/* What the newest record of the piece must be: without it another run is at work. */
static void add_guard(struct str *condition, const struct postgres_frame *frame,
	const struct db_step *step, const char *outcome)
{
	bool ends = strcmp(outcome, "started") != 0 && step->outside;
	struct str table = {0}, revision = {0};

	postgres_add_text(&table, frame->version_table);
	postgres_add_text(&revision, step->revision);
	const struct sql_value values[] = {{"log", SQL_TEXT, frame->log_name, 0},
		{"table", SQL_TEXT, table.text, 0}, {"revision", SQL_TEXT, revision.text, 0},
		{"direction", SQL_LITERAL, direction_name(step->direction), 0},
		{"segment", SQL_NUMBER, NULL, step->segment},
		{"outcome", SQL_LITERAL, ends ? "started" : "retry", 0}};

	str_add(condition, condition->size ? " AND " : "");
	sql_fill(condition, embedded_pg_journal_guard, values, sizeof values / sizeof *values);
	str_release(&table);
	str_release(&revision);
}

bool postgres_is_whole(const struct db_step *step, const char *outcome)
{
	return !step->segment ||
	       (step->last && (!strcmp(outcome, "done") || !strcmp(outcome, "skipped")));
}

void postgres_add_record(struct str *out, const struct postgres_frame *frame,
	const struct db_step *step, const struct postgres_place *place)
{
	const char *outcome = step->segment ? "done" : "applied";
	struct str changes = {0}, condition = {0}, entries = {0}, direction = {0}, index = {0};

	outcome = place->outcome ? place->outcome : outcome;
	if (place->expected)
		add_expected(&condition, frame, place);
	if (postgres_is_whole(step, outcome))
		add_changes(&changes, &condition, frame, step);
	if (step->segment)
		add_guard(&condition, frame, step, outcome);
	add_entries(&entries, step, outcome);
	postgres_add_text(&direction, direction_name(step->direction));
	str_printf(&index, "'%zu'", place->index);
	fill_record(out, frame,
		&(struct record){str_text(&changes), condition.size ? condition.text : "true",
			entries.text, direction.text, index.text});
	str_release(&changes);
	str_release(&condition);
	str_release(&entries);
	str_release(&direction);
	str_release(&index);
}

/* The record of a move with parameters: planned once, it costs a sixth. It counts the rows: where
 * there is but one, that is all of a comparison. Parameters that made it cheaper for some values
 * would have the server plan it anew each time
 * (https://www.postgresql.org/docs/current/sql-prepare.html#SQL-PREPARE-NOTES). */
void postgres_add_prepare(struct str *out, const struct postgres_frame *frame)
{
	struct str changes = {0}, condition = {0};

	str_add(out, "PREPARE migrate_record(pg_catalog.text, pg_catalog.text, pg_catalog.text,"
		     " pg_catalog.text, pg_catalog.text, pg_catalog.text, pg_catalog.text");
	str_add(out, frame->counts ? ", pg_catalog.int8) AS " : ") AS ");
	add_move(&changes, &condition, frame, "$5", "$6");
	if (frame->counts)
		str_printf(&condition,
			" AND (SELECT pg_catalog.count(*) FROM %s) OPERATOR(pg_catalog.=) $8",
			frame->version_name);
	fill_record(out, frame,
		&(struct record){changes.text, condition.text,
			"VALUES (1, $1, 'applied', CAST(NULL AS pg_catalog.int4), $3, $4)", "$2",
			"$7"});
	str_release(&changes);
	str_release(&condition);
}

void postgres_add_execute(struct str *out, const struct postgres_frame *frame,
	const struct db_step *step, const struct postgres_place *place)
{
	size_t size;
	const char *source = db_step_source(step, &size);

	str_add(out, "EXECUTE migrate_record(");
	postgres_add_text(out, step->revision);
	str_printf(out, ", '%s', ", direction_name(step->direction));
	postgres_add_text(out, step->checksum);
	str_add(out, ", ");
	postgres_add_literal(out, source, size);
	str_add(out, ", ");
	postgres_add_text(out, step->remove.item[0]);
	str_add(out, ", ");
	postgres_add_text(out, step->add.item[0]);
	str_printf(out, ", '%zu'", place->index);
	if (frame->counts)
		str_printf(out, ", %u", place->expected->count);
	str_add(out, ");\n");
}
