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
#include "embedded.h"

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

/* The check of all tables, or of one. *mismatch: a foreign key's parent has no matching unique
 * index, which SQLite allows while enforcement is off, and which stops the check with an error. */
static bool run_check(struct db *db, sqlite3_stmt *statement, struct sqlite_violations *set,
	bool *mismatch, struct migrate_error *error)
{
	int result = SQLITE_ERROR;

	if (statement)
		while ((result = db->api.step(statement)) == SQLITE_ROW &&
			set->count < VIOLATION_LIMIT)
			add(db, statement, set);
	*mismatch = result == SQLITE_ERROR &&
		    !strncmp(db->api.errmsg(db->handle), "foreign key mismatch", 20);
	if (result == SQLITE_DONE || result == SQLITE_ROW || *mismatch)
		return true;
	return sqlite_error(db, MIGRATE_E_DATABASE, error);
}

static bool check_table(struct db *db, const struct db_step *step, const char *table,
	struct sqlite_violations *set, struct str *mismatches, struct migrate_error *error)
{
	sqlite3_stmt *statement = NULL;
	struct str sql = {0};
	bool mismatch, ok;

	str_add(&sql, embedded_sqlite_foreign_keys);
	str_add(&sql, "(");
	sql_add_identifier(&sql, table);
	str_add(&sql, ")");
	db->api.prepare_v3(db->handle, str_text(&sql), -1, 0, &statement, NULL);
	ok = run_check(db, statement, set, &mismatch, error);
	if (ok && mismatch)
		str_printf(mismatches, "%s%sforeign keys of \"%s\" are not checked: %s\n",
			step ? step->file : "", step ? ": " : "", table,
			db->api.errmsg(db->handle));
	db->api.finalize(statement);
	str_release(&sql);
	return ok;
}

static size_t count_lines(const struct str *text)
{
	size_t count = 0;

	for (size_t i = 0; i < text->size; i++)
		count += text->text[i] == '\n';
	return count;
}

/* Table by table, since one mismatch stops the check of all; told when there are more than before.
 */
static bool check_each(struct db *db, const struct db_step *step, struct sqlite_violations *set,
	struct migrate_error *error)
{
	sqlite3_stmt *tables = sqlite_prepare(db, embedded_sqlite_key_tables, error);
	struct str mismatches = {0};
	bool row, ok = tables;

	while (ok && (ok = sqlite_row(db, tables, &row, error)) && row)
		ok = check_table(db, step, (const char *)db->api.column_text(tables, 0), set,
			&mismatches, error);
	db->api.finalize(tables);
	if (ok && mismatches.text && count_lines(&mismatches) > db->mismatches) {
		mismatches.text[--mismatches.size] = '\0';
		sqlite_notice(db, DB_WARNING, "%s", str_text(&mismatches));
		db->mismatches = count_lines(&mismatches) + 1;
	}
	str_release(&mismatches);
	return ok;
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
	struct migrate_error unprepared = {0}; /* run_check says it better */
	sqlite3_stmt *statement;
	bool mismatch, ok;

	if (!look_for_keys(db, error))
		return false;
	if (db->keys == KEYS_NONE)
		return true;
	statement = sqlite_statement(db, STATEMENT_FOREIGN_KEYS, &unprepared);
	migrate_error_clear(&unprepared);
	ok = run_check(db, statement, set, &mismatch, error);
	db->api.reset(statement);
	if (ok && mismatch) {
		set->count = 0;
		ok = check_each(db, step, set, error);
	}
	if (set->count)
		qsort(set->item, set->count, sizeof *set->item, compare);
	return ok;
}

bool sqlite_keys_learn(struct db *db, struct migrate_error *error)
{
	sqlite_violations_release(&db->violations);
	db->violations_exact = true;
	return collect(db, NULL, &db->violations, error);
}

/* How many are there now that were not before, and the first of them in words; both are sorted. */
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
	db_step_place(step, sqlite_first_token(step->script, step->script_size, 0), error);
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
