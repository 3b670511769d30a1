/* sqlite_persist: the rollback journal of a run of several transactions stays between them.
 *
 * Knows journal modes (https://sqlite.org/pragma.html#pragma_journal_mode). SQLite's default is to
 * make a journal for each transaction and to delete it, which is its point of no return, and two
 * more writes of the directory; PERSIST overwrites the journal's header instead, as safe and a
 * tenth of a run faster. The mode is this connection's own. A run that is killed may leave a
 * journal without a header behind, which means nothing to anybody
 * (https://sqlite.org/atomiccommit.html#_persistent_rollback_journals), and which the next commit
 * of another connection deletes.
 */
#include <string.h>

#include "base/error.h"
#include "db/sqlite.h"

static bool mode_is(struct db *db, const char *expected)
{
	struct migrate_error ignored = {0};
	struct arena scratch = {0};
	sqlite3_stmt *statement = sqlite_prepare(db, "PRAGMA main.journal_mode", &ignored);
	const char *mode = NULL;
	bool is;

	if (statement && db->api.step(statement) == SQLITE_ROW)
		mode = sqlite_text(db, &scratch, statement, 0);
	is = mode && !strcmp(mode, expected);
	db->api.finalize(statement);
	arena_release(&scratch);
	migrate_error_clear(&ignored);
	return is;
}

void sqlite_persist_begin(struct db *db)
{
	if (db->persists)
		return;
	if (db->path && mode_is(db, "delete"))
		db->api.exec(db->handle, "PRAGMA main.journal_mode = PERSIST", NULL, NULL, NULL);
	db->persists = true;
}

void sqlite_persist_end(struct db *db)
{
	if (!db->persists)
		return;
	/* Or a script wanted another mode; in the way is at most another session, which deletes. */
	if (mode_is(db, "persist"))
		db->api.exec(db->handle, "PRAGMA main.journal_mode = DELETE", NULL, NULL, NULL);
	db->persists = false;
}
