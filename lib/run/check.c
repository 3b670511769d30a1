/* check: what is refused before anything runs. A bug of the scanner can make this refuse too much,
 * but never make something else run: the database still decides where statements end. */
#include "run/check.h"

#include "base/error.h"

static bool fail_at(
	struct migrate_error *error, const char *file, const struct script *script, size_t offset)
{
	return error_at_offset(error, file, script->sql, script->size, offset, script->line);
}

static const char *problem_hint(enum scan_problem problem)
{
	switch (problem) {
	case SCAN_OK: return NULL;
	case SCAN_NUL: return "Remove the NUL byte: client libraries stop reading there.";
	case SCAN_BAD_UTF8: return "Save the file as UTF-8.";
	case SCAN_OPEN_QUOTE:
	case SCAN_OPEN_IDENTIFIER:
	case SCAN_OPEN_COMMENT:
	case SCAN_OPEN_DOLLAR:
	case SCAN_OPEN_PARENTHESIS:
	case SCAN_OPEN_BODY:
		return "It must end inside its section; a line that starts with \"-- migrate:\" "
		       "ends "
		       "a section wherever it stands.";
	case SCAN_OPEN_COPY:
		return "End the data with a line that holds only \\. (backslash, dot).";
	case SCAN_COPY_LINE: return "Begin the data on the line after the semicolon.";
	case SCAN_PSQL_COMMAND:
		return "Scripts are SQL: remove psql's own commands, or the line if it is "
		       "\\restrict.";
	}
	return NULL;
}

/* What a statement would do to our transaction, or NULL where it may stay. */
static const char *transaction_control(enum scan_command command)
{
	switch (command) {
	case SCAN_BEGIN: return "BEGIN would open a transaction inside the revision's own";
	case SCAN_COMMIT:
	case SCAN_COMMIT_CHAIN: return "COMMIT would end the transaction that the revision runs in";
	case SCAN_ROLLBACK: return "ROLLBACK would end the transaction that the revision runs in";
	case SCAN_PREPARE_TRANSACTION:
		return "PREPARE TRANSACTION would end the transaction that the revision runs in";
	case SCAN_EMPTY:
	case SCAN_SAVEPOINT:
	case SCAN_SET_TRANSACTION:
	case SCAN_RESET_ALL:
	case SCAN_COPY_STDIN:
	case SCAN_OTHER: return NULL;
	}
	return NULL;
}

bool check_script(enum scan_dialect dialect, const char *file, const struct script *script,
	struct migrate_error *error)
{
	struct scan_statement statement;
	struct scanner scanner;

	scan_begin(&scanner, dialect, script->sql, script->size);
	while (scan_next(&scanner, &statement)) {
		const char *control = transaction_control(statement.command);

		if (!control)
			continue;
		error_set(error, MIGRATE_E_SCRIPT, "%s", control);
		error_hint(error,
			"Remove it: the script, its version row and its log record are one "
			"transaction already.");
		return fail_at(error, file, script, statement.first);
	}
	if (scanner.problem == SCAN_OK)
		return true;
	error_set(error, MIGRATE_E_SCRIPT, "%s", scan_problem_text(scanner.problem));
	error_hint(error, "%s", problem_hint(scanner.problem));
	return fail_at(error, file, script, scanner.problem_at);
}

bool check_reversible(const struct revision *revision, struct migrate_error *error)
{
	if (revision->downgrade.present)
		return true;
	if (revision->irreversible) {
		error_set(error, MIGRATE_E_REFUSED, "revision %s is irreversible%s%s", revision->id,
			*revision->irreversible ? ": " : "", revision->irreversible);
		error_hint(error, "Go forward with a new revision, or restore a backup.");
		return error_at(error, revision->file, 0, 0);
	}
	error_set(error, MIGRATE_E_SCRIPT, "revision %s has no downgrade section", revision->id);
	error_hint(error,
		"Write \"-- migrate:downgrade\" and the SQL that reverts it (an empty section "
		"does nothing), or \"-- irreversible: REASON\" in the header.");
	return error_at(error, revision->file, 0, 0);
}
