/* postgres_failure: a message that failed as an error of ours: which step, where in its script, and
 * whether it was the script, another run, or something of ours. */
#include <ctype.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/error.h"
#include "core/segment.h"
#include "db/postgres.h"

const char *postgres_failure_field(const struct postgres_run *run, int code)
{
	const char *text = NULL;

	if (run->failure)
		text = run->db->pq.resultErrorField(run->failure, code);
	return text ? text : "";
}

/* The place in a script that the server's error names. */
bool postgres_failure_place(const struct postgres_run *run, size_t *step, size_t *offset)
{
	struct db *db = run->db;
	const char *encoding = db->pq.parameterStatus(db->connection, "server_encoding");
	size_t position = strtoul(
		postgres_failure_field(run, PG_DIAG_STATEMENT_POSITION), NULL, 10);

	return postgres_message_find(
		&run->message, position, encoding && !strcmp(encoding, "SQL_ASCII"), step, offset);
}

/* The step whose results were coming in. */
size_t postgres_current_step(const struct postgres_run *run)
{
	return run->part < run->message.parts ? run->message.part[run->part].step : run->finished;
}

bool postgres_fail_interrupted(struct postgres_run *run)
{
	postgres_interrupted_error(run->db, run->error);
	if (run->batch->step[postgres_current_step(run)].segment)
		return false;
	return error_detail(run->error, "Revision %s was rolled back.",
		run->batch->step[postgres_current_step(run)].revision);
}

bool postgres_fail_changed(struct postgres_run *run)
{
	run->batch->moved = run->db->pooled;
	error_set(run->error, MIGRATE_E_DATABASE, "another run changed table %s",
		run->db->version_name);
	if (!run->batch->step[postgres_current_step(run)].segment)
		error_detail(run->error, "Revision %s was rolled back.",
			run->batch->step[postgres_current_step(run)].revision);
	return error_hint(run->error, "Run the command again when the other run has ended.");
}

/* The first statement of the script that names the version table; SIZE_MAX where none does. */
static size_t find_mention(const struct postgres_run *run, const struct db_step *step)
{
	const char *script = step->script, *table = run->db->version_table, *name = script;
	struct scan_statement statement;
	struct scanner scanner;

	scan_begin(&scanner, SCAN_POSTGRESQL, script, script ? step->script_size : 0);
	while (script && scan_next(&scanner, &statement)) {
		if (name <= script + statement.first)
			name = strcasestr(script + statement.first, table);
		if (!name)
			break;
		if (name < script + statement.last)
			return statement.first;
	}
	return SIZE_MAX;
}

/* The step that changed the version table: the one whose record failed, or in the transaction of
 * a whole run, where not each record compares, one before it. */
static const struct db_step *find_changer(const struct postgres_run *run)
{
	const struct db_batch *batch = run->batch;
	size_t current = postgres_current_step(run);

	for (size_t i = 0; batch->together && i < current; i++)
		if (find_mention(run, &batch->step[i]) != SIZE_MAX)
			return &batch->step[i];
	return &batch->step[current];
}

static bool fail_script_changed(struct postgres_run *run)
{
	const struct db_step *step = find_changer(run);
	size_t offset = find_mention(run, step);

	error_set(run->error, MIGRATE_E_SQL, "the script itself changed version table %s",
		run->db->version_name);
	if (!step->segment)
		error_detail(run->error, "Revision %s was rolled back.", step->revision);
	if (offset != SIZE_MAX)
		postgres_error_place(step, offset, run->error);
	else
		error_at(run->error, step->file, step->line, 0);
	return error_hint(run->error,
		"Take the statement out: migrate changes the table itself, with each revision, and "
		"\"migrate stamp\" does without one.");
}

/* The rows are not as planned behind the script. Its transaction has held the table's lock since
 * before it began, and is rolled back: if they are as planned now, it was the script. */
static bool fail_rows(struct postgres_run *run)
{
	const struct db_step *step = &run->batch->step[postgres_current_step(run)];

	if (!step->script || postgres_has_moved(run->db, run->batch, run->finished) ||
		postgres_is_lost(run->db))
		return postgres_fail_changed(run);
	return fail_script_changed(run);
}

static bool fail_ended(struct postgres_run *run)
{
	const struct db_step *step = &run->batch->step[postgres_current_step(run)];

	error_set(run->error, MIGRATE_E_SQL, "the script ended the transaction that it runs in");
	error_detail(run->error,
		"What it did before that is committed; revision %s is not recorded.",
		step->revision);
	error_at(run->error, step->file, step->line, 0);
	return error_hint(run->error, "Take the COMMIT or ROLLBACK out of the script, and undo by "
				      "hand what it left.");
}

/* A table or column, that was there when the table was locked. */
static bool is_missing(const struct postgres_run *run)
{
	const char *sqlstate = postgres_failure_field(run, PG_DIAG_SQLSTATE);

	return !strcmp(sqlstate, "42P01") || !strcmp(sqlstate, "42703");
}

/* Neither script nor record named a place: something of ours failed. */
static bool fail_record(struct postgres_run *run)
{
	const struct db_step *step = &run->batch->step[postgres_current_step(run)];
	struct db *db = run->db;
	struct str clean = {0};

	if (!strcmp(postgres_failure_field(run, PG_DIAG_SQLSTATE), "23505") &&
		!strcmp(postgres_failure_field(run, PG_DIAG_TABLE_NAME), db->version_table))
		return fail_rows(run);
	if (is_missing(run) && find_mention(run, step) != SIZE_MAX)
		return fail_script_changed(run);
	postgres_clean(db, postgres_failure_field(run, PG_DIAG_MESSAGE_PRIMARY), &clean);
	error_set(run->error, MIGRATE_E_DATABASE, "cannot record revision \"%s\": %s",
		step->revision ? step->revision : "", str_text(&clean));
	str_release(&clean);
	postgres_error_details(db, run->failure, run->error);
	if (step->script)
		error_at(run->error, step->file, step->line, 0);
	return false;
}

/* One that runs functions or a block of code: what failed is inside of it. */
static bool runs_code(const char *text, size_t size)
{
	static const char *const words[] = {"do", "call", "select", "with", "insert", "update",
		"delete", "merge", "execute", "values"};
	size_t length = 0;

	while (length < size && isalpha((unsigned char)text[length]))
		length++;
	for (size_t i = 0; i < sizeof words / sizeof *words; i++)
		if (length == strlen(words[i]) && !strncasecmp(text, words[i], length))
			return true;
	return false;
}

/* May the statement that failed succeed outside a transaction? Not one of a function or DO block,
 * and not SET TRANSACTION, by whatever name, which has the same code. Behind a pooler it could not
 * be run so. */
static bool needs_outside(
	const struct postgres_run *run, const struct db_step *step, const struct scan_statement *at)
{
	const char *first = step->script + at->first;
	size_t size = at->last - at->first;

	return !strcmp(postgres_failure_field(run, PG_DIAG_SQLSTATE), "25001") && !step->outside &&
	       !run->db->pooled && step->options.transaction != TOGGLE_ON &&
	       at->command != SCAN_SET_TRANSACTION && !runs_code(first, size) &&
	       !segment_is_setting(SCAN_POSTGRESQL, first, size);
}

bool postgres_fail_at(struct postgres_run *run, size_t index, size_t offset)
{
	struct db_step *step = &run->batch->step[index];
	struct scan_statement statement;

	if (postgres_statement_at(step, offset, &statement)) {
		step->failed_at = statement.first;
		step->needs_outside = needs_outside(run, step, &statement);
	}
	postgres_error(run->db, run->failure, MIGRATE_E_SQL, run->error);
	postgres_error_place(step, offset, run->error);
	postgres_error_enum(step, offset, run->error);
	return false;
}

static bool fail_script(struct postgres_run *run)
{
	const char *primary = postgres_failure_field(run, PG_DIAG_MESSAGE_PRIMARY);
	const char *ours = strstr(primary, run->db->token);
	const struct db_step *step = &run->batch->step[postgres_current_step(run)];
	size_t index = postgres_current_step(run), offset = SIZE_MAX;

	if (ours && strstr(ours, " ended "))
		return fail_ended(run);
	if (ours && strstr(ours, " rows "))
		return fail_rows(run);
	if (!postgres_failure_place(run, &index, &offset) && step->script &&
		!*postgres_failure_field(run, PG_DIAG_STATEMENT_POSITION))
		offset = postgres_inner_offset(step, postgres_statement_offset(step, run->in_phase),
			postgres_failure_field(run, PG_DIAG_INTERNAL_QUERY),
			postgres_failure_field(run, PG_DIAG_INTERNAL_POSITION));
	return offset == SIZE_MAX ? fail_record(run) : postgres_fail_at(run, index, offset);
}

/* A deadlock's victim was rolled back like one that has waited too long, and the server has named
 * the others. */
bool postgres_is_blocked(const struct postgres_run *run)
{
	const char *sqlstate = postgres_failure_field(run, PG_DIAG_SQLSTATE);

	return !run->broken && (!strcmp(sqlstate, "55P03") || !strcmp(sqlstate, "40P01"));
}

void postgres_judge_blocked(struct postgres_run *run, struct db_step *step)
{
	step->blocked = postgres_is_blocked(run);
	if (step->blocked)
		postgres_watch_tell(run->db, run->error);
}

static bool fail_before(struct postgres_run *run)
{
	struct db *db = run->db;

	if (strcmp(postgres_failure_field(run, PG_DIAG_SQLSTATE), "55P03") != 0)
		return postgres_error(db, run->failure, MIGRATE_E_DATABASE, run->error);
	return postgres_locked_error(db, run->error);
}

/* A deferred constraint, mostly. */
static bool fail_commit(struct postgres_run *run)
{
	const struct db_step *step = &run->batch->step[postgres_current_step(run)];

	postgres_error(run->db, run->failure, MIGRATE_E_SQL, run->error);
	if (!run->batch->together)
		return error_at(run->error, step->file, step->line, 0);
	error_detail(run->error, "It failed when the whole run was to be committed.");
	return error_hint(run->error, "Set `transaction: revision` to learn which revision it is.");
}

bool postgres_fail(struct postgres_run *run)
{
	if (run->broken)
		return error_set(run->error, MIGRATE_E_DATABASE, "%s", run->broken);
	if (run->db->cancelled && !strcmp(postgres_failure_field(run, PG_DIAG_SQLSTATE), "57014"))
		return postgres_fail_interrupted(run);
	switch (run->phase) {
	case PHASE_BEFORE: return fail_before(run);
	case PHASE_SCRIPT: return fail_script(run);
	case PHASE_COMMIT: return fail_commit(run);
	case PHASE_HEAD:
	case PHASE_AFTER: break;
	}
	return postgres_error(run->db, run->failure, MIGRATE_E_DATABASE, run->error);
}
