/* postgres_error: the server's errors as ours: where in which script, why, what to do next.
 *
 * The server's own words stay as they are, in its language; only hints are ours. Fields:
 * https://www.postgresql.org/docs/current/protocol-error-fields.html; codes:
 * https://www.postgresql.org/docs/current/errcodes-appendix.html */
#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "base/utf8.h"
#include "core/enum_use.h"
#include "core/scan.h"
#include "db/postgres.h"

enum { STATEMENT_LIMIT = 2048 };

static const struct {
	char sqlstate[6];
	const char *hint;
} hints[] = {
	{"25001", "Where it cannot run inside a transaction let it stand alone, outside of a block "
		  "of code, in a revision without `transaction=on` and not in a run that is one "
		  "transaction; SET TRANSACTION has to be the script's first statement."},
	{"55P04", ENUM_USE_HINT},
	{"42501", "Run as the owner of the object or as a role with that privilege."},
	{"55P03", "Another session holds a lock that this statement needs: try again later, raise "
		  "lock_retries in migrator.yaml, or lock_timeout there or behind the section's "
		  "marker."},
	{"57014",
		"Raise statement_timeout in migrator.yaml or behind the section's marker. Where it "
		"was not that, somebody cancelled the statement: run the command again."},
	{"53200", "Raise max_locks_per_transaction on the server, or let a transaction touch fewer "
		  "objects: with `transaction: revision` each revision is one, and a revision can "
		  "be cut in two."},
	{"53100", "Free disk space on the server."},
	{"25006", "Connect to a server and as a role that may write: a standby, or "
		  "default_transaction_read_only, refuses changes, and so does a script that is "
		  "READ ONLY itself."},
	{"2D000", "A procedure or DO block in a script cannot commit: take its COMMIT or ROLLBACK "
		  "out."},
	{"40P01", "Try again: the other session has gone on."},
	{"40001", "Try again."},
	{"57P01", "Try again when the server runs."},
};

const char *postgres_hint(const char *sqlstate)
{
	for (size_t i = 0; sqlstate && i < sizeof hints / sizeof *hints; i++)
		if (!strcmp(hints[i].sqlstate, sqlstate))
			return hints[i].hint;
	return NULL;
}

/* The server says by the name of a function of its own what could not be made. */
static const char *hint_of(const char *sqlstate, const char *function)
{
	if (sqlstate && function && !strcmp(sqlstate, "42710") && !strcmp(function, "CreateRole"))
		return "A role belongs to the server and not to one of its databases: another "
		       "one's run, or a person, may have made it. Make it only "
		       "where it is missing: DO $$ BEGIN CREATE ROLE ...; EXCEPTION WHEN "
		       "duplicate_object THEN NULL; END $$;";
	return postgres_hint(sqlstate);
}

/* A message of several lines: the first is the message, all of it the detail. */
static void set_message(enum migrate_error_code code, const char *text, struct migrate_error *error)
{
	size_t line = strcspn(text, "\n");

	error_set(error, code, "%.*s", (int)line, text);
	if (text[line])
		error_detail(error, "%s", text);
}

static bool error_lost(struct db *db, struct migrate_error *error)
{
	const char *reason = db->connection ? db->pq.errorMessage(db->connection) : "";
	struct str clean = {0};

	error_set(error, MIGRATE_E_CONNECT, "the connection to the server was lost");
	postgres_clean_reason(db, reason, &clean);
	if (clean.size)
		error_detail(error, "%s", clean.text);
	str_release(&clean);
	return error_hint(error, "Run the command again when the server can be reached.");
}

void postgres_error_details(struct db *db, const PGresult *result, struct migrate_error *error)
{
	static const struct {
		int field;
		const char *format;
	} parts[] = {
		{PG_DIAG_MESSAGE_DETAIL, "%s"},
		{PG_DIAG_INTERNAL_QUERY, "QUERY: %s"},
		{PG_DIAG_CONTEXT, "CONTEXT: %s"},
	};
	struct str clean = {0};
	const char *text, *hint;

	for (size_t i = 0; i < sizeof parts / sizeof *parts; i++) {
		text = db->pq.resultErrorField(result, parts[i].field);
		if (text)
			error_detail(error, parts[i].format, postgres_clean(db, text, &clean));
	}
	text = db->pq.resultErrorField(result, PG_DIAG_SQLSTATE);
	error_sqlstate(error, text);
	hint = hint_of(text, db->pq.resultErrorField(result, PG_DIAG_SOURCE_FUNCTION));
	if (hint)
		error_hint(error, "%s", hint);
	text = db->pq.resultErrorField(result, PG_DIAG_MESSAGE_HINT);
	if (text && error->hint)
		error_detail(error, "HINT: %s", postgres_clean(db, text, &clean));
	else if (text)
		error_hint(error, "%s", postgres_clean(db, text, &clean));
	str_release(&clean);
}

bool postgres_error(struct db *db, const PGresult *result, enum migrate_error_code code,
	struct migrate_error *error)
{
	const char *primary = result ? db->pq.resultErrorField(result, PG_DIAG_MESSAGE_PRIMARY)
				     : NULL;
	struct str clean = {0};

	if (!result || !db->pq.resultErrorField(result, PG_DIAG_SQLSTATE))
		return error_lost(db, error);
	set_message(code, postgres_clean(db, primary ? primary : "unknown error", &clean), error);
	str_release(&clean);
	postgres_error_details(db, result, error);
	return false;
}

bool postgres_locked_error(struct db *db, struct migrate_error *error)
{
	error_set(error, MIGRATE_E_LOCKED, "another session holds a lock on table %s",
		db->version_name ? db->version_name : db->version_table);
	return error_hint(error, "Run the command again when the other session has ended.");
}

bool postgres_statement_at(const struct db_step *step, size_t offset, struct scan_statement *found)
{
	struct scanner scanner;
	struct scan_statement statement;
	bool any = false;

	scan_begin(&scanner, SCAN_POSTGRESQL, step->script, step->script_size);
	while (scan_next(&scanner, &statement)) {
		if (statement.command == SCAN_EMPTY)
			continue;
		*found = statement;
		any = true;
		if (offset < statement.offset + statement.size)
			break;
	}
	return any;
}

static size_t bounded(const char *text, size_t size)
{
	if (size <= STATEMENT_LIMIT)
		return size;
	for (size = STATEMENT_LIMIT; size && ((unsigned char)text[size] & 0xc0) == 0x80;)
		size--;
	return size;
}

void postgres_error_place(const struct db_step *step, size_t offset, struct migrate_error *error)
{
	struct scan_statement statement;

	if (postgres_statement_at(step, offset, &statement) && statement.first < statement.last)
		error_statement(error, step->script + statement.first,
			bounded(step->script + statement.first, statement.last - statement.first));
	db_step_place(step, offset, error);
}

void postgres_error_enum(const struct db_step *step, size_t offset, struct migrate_error *error)
{
	size_t added, line = step->line;

	if (strcmp(error->sqlstate, "55P04") != 0)
		return;
	added = enum_use_added(step->script, step->script_size, offset);
	for (size_t i = 0; added != SIZE_MAX && i < added; i++)
		line += step->script[i] == '\n';
	if (added != SIZE_MAX)
		error_detail(error, "It is added in line %zu, by the same transaction.", line);
	else
		error_detail(error, "It was added before, by the same transaction.");
}

size_t postgres_statement_offset(const struct db_step *step, size_t number)
{
	struct scanner scanner;
	struct scan_statement statement;

	scan_begin(&scanner, SCAN_POSTGRESQL, step->script, step->script_size);
	while (scan_next(&scanner, &statement))
		if (statement.command != SCAN_EMPTY && !number--)
			return statement.first;
	return SIZE_MAX;
}

size_t postgres_inner_offset(
	const struct db_step *step, size_t offset, const char *query, const char *position)
{
	size_t at = strtoul(position, NULL, 10), size = strlen(query), end;
	struct scan_statement statement;
	const char *first;

	if (offset == SIZE_MAX || !size || !at || !postgres_statement_at(step, offset, &statement))
		return offset;
	end = statement.last;
	first = memmem(step->script + offset, end - offset, query, size);
	if (!first || memmem(first + 1, (size_t)(step->script + end - first - 1), query, size))
		return offset;
	return (size_t)(first - step->script) + utf8_offset(query, size, at - 1);
}
