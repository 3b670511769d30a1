/* sqlite_keys: rows that refer to nothing, before and after a script.
 *
 * Knows PRAGMA foreign_key_check (https://sqlite.org/pragma.html#pragma_foreign_key_check).
 * Surprising: the check reads whole tables, so that it runs once, after the script; only where it
 * finds rows that were not known does the caller roll back, let sqlite_keys_learn look at what was
 * there before, and run the script again.
 */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "db/sql.h"
#include "db/sqlite.h"

/* Past this many nothing is compared any more: memory stays bounded. */
enum { VIOLATION_LIMIT = 1000000, SHOWN_VIOLATIONS = 3 };

void sqlite_violations_release(struct sqlite_violations *violations)
{
	arena_release(&violations->memory);
	free(violations->item);
	memset(violations, 0, sizeof *violations);
}

static int compare(const void *left, const void *right)
{
	const struct sqlite_violation *a = left, *b = right;
	int order = strcmp(a->table, b->table);

	order = order ? order : strcmp(a->parent, b->parent);
	if (order || a->rowid == b->rowid)
		return order;
	return a->rowid < b->rowid ? -1 : 1;
}

/* The check reports table by table: most names are the one before. */
static const char *keep_name(
	struct sqlite_violations *set, const char *last, const unsigned char *name)
{
	const char *text = name ? (const char *)name : "";

	return last && !strcmp(last, text) ? last : arena_strdup(&set->memory, text);
}

static void add(struct db *db, sqlite3_stmt *statement, struct sqlite_violations *set)
{
	const struct sqlite_violation *last = set->count ? &set->item[set->count - 1] : NULL;
	struct sqlite_violation found = {
		.table = keep_name(
			set, last ? last->table : NULL, db->api.column_text(statement, 0)),
		.parent = keep_name(
			set, last ? last->parent : NULL, db->api.column_text(statement, 2)),
		.has_rowid = db->api.column_type(statement, 1) != SQLITE_NULL,
		.rowid = db->api.column_int64(statement, 1),
	};

	if (set->count == set->capacity) {
		set->capacity = set->capacity ? set->capacity * 2 : 64;
		set->item = memory_resize(set->item, set->capacity * sizeof *set->item);
	}
	set->item[set->count++] = found;
}

/* A foreign key whose parent has no matching unique index stops the check of all tables with an
 * error, though SQLite allows such a schema while enforcement is off: told once, and passed over.
 */
static bool tolerate_mismatch(struct db *db, const struct db_step *step)
{
	const char *message = db->api.errmsg(db->handle);

	if (strncmp(message, "foreign key mismatch", 20) != 0)
		return false;
	if (!db->mismatch_told)
		sqlite_notice(db, DB_WARNING, "%s%sforeign keys are not checked: %s",
			step ? step->file : "", step ? ": " : "", message);
	db->mismatch_told = true;
	return true;
}

/* Only scripts add foreign keys, and none without this word. */
void sqlite_keys_expect(struct db *db, const struct db_step *step)
{
	if (db->keys == KEYS_NONE && strcasestr(step->script, "references"))
		db->keys = KEYS_UNKNOWN;
}

static bool look_for_keys(struct db *db, struct migrate_error *error)
{
	int64_t some;

	if (db->keys != KEYS_UNKNOWN)
		return true;
	if (!sqlite_number(db, STATEMENT_HAS_KEYS, &some, error))
		return false;
	db->keys = some ? KEYS_SOME : KEYS_NONE;
	return true;
}

static bool collect(struct db *db, const struct db_step *step, struct sqlite_violations *set,
	struct migrate_error *error)
{
	sqlite3_stmt *statement = db->statement[STATEMENT_FOREIGN_KEYS];
	int result = SQLITE_ERROR;

	if (!look_for_keys(db, error) || db->keys == KEYS_NONE)
		return !error->code;
	if (!statement) {
		struct migrate_error ignored = {0};

		statement = sqlite_statement(db, STATEMENT_FOREIGN_KEYS, &ignored);
		migrate_error_clear(&ignored);
	}
	if (statement)
		while ((result = db->api.step(statement)) == SQLITE_ROW &&
			set->count < VIOLATION_LIMIT)
			add(db, statement, set);
	if (result != SQLITE_DONE && result != SQLITE_ROW) {
		if (!tolerate_mismatch(db, step))
			sqlite_error(db, MIGRATE_E_DATABASE, error);
		set->count = 0;
	}
	db->api.reset(statement);
	if (set->count)
		qsort(set->item, set->count, sizeof *set->item, compare);
	return !error->code;
}

bool sqlite_keys_learn(struct db *db, struct migrate_error *error)
{
	sqlite_violations_release(&db->violations);
	db->violations_exact = true;
	return collect(db, NULL, &db->violations, error);
}

/* Calls it with each violation of now that was not there before; both are sorted. */
static size_t count_new(const struct sqlite_violations *before, const struct sqlite_violations *now,
	struct str *shown)
{
	size_t count = 0, k = 0;

	for (size_t i = 0; i < now->count; i++) {
		const struct sqlite_violation *item = &now->item[i];

		while (k < before->count && compare(&before->item[k], item) < 0)
			k++;
		if (k < before->count && !compare(&before->item[k], item)) {
			k++;
			continue;
		}
		if (count++ >= SHOWN_VIOLATIONS)
			continue;
		str_printf(shown, "%s", count > 1 ? ", " : "");
		if (item->has_rowid)
			str_printf(shown, "row %" PRId64 " of ", item->rowid);
		sql_add_identifier(shown, item->table);
		str_add(shown, " has no match in ");
		sql_add_identifier(shown, item->parent);
	}
	return count;
}

static enum sqlite_keys report(const struct db_step *step, size_t count, const struct str *shown,
	struct migrate_error *error)
{
	error_set(error, MIGRATE_E_SQL, "the script leaves %zu foreign key violation%s: %s%s",
		count, count > 1 ? "s" : "", str_text(shown),
		count > SHOWN_VIOLATIONS ? ", ..." : "");
	error_at_offset(error, step->file, step->script, step->script_size,
		sqlite_first_token(step->script, step->script_size, 0), step->line);
	error_hint(error, "Let the script repair or delete these rows.");
	return KEYS_FAILED;
}

enum sqlite_keys sqlite_keys_check(
	struct db *db, const struct db_step *step, struct migrate_error *error)
{
	enum sqlite_keys outcome = KEYS_OK;
	struct sqlite_violations now = {0};
	struct str shown = {0};
	size_t count;

	if (!collect(db, step, &now, error)) {
		sqlite_violations_release(&now);
		return KEYS_FAILED;
	}
	count = count_new(&db->violations, &now, &shown);
	if (count)
		outcome = db->violations_exact ? report(step, count, &shown, error) : KEYS_UNSURE;
	str_release(&shown);
	if (outcome == KEYS_OK) {
		sqlite_violations_release(&db->violations);
		db->violations = now;
		db->violations_exact = true;
	} else {
		sqlite_violations_release(&now);
	}
	return outcome;
}
