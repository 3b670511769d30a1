/* sqlite_digest: the catalogue's own texts, without what depends on when something was made (the
 * numbers of pages). Surprising: equal schemas can have different texts, because a table that was
 * made anew and renamed is quoted; only equal texts tell. */
#include <string.h>

#include "db/sqlite.h"
#include "embedded.h"

bool sqlite_digest_schema(struct db *db, struct str *digest, struct migrate_error *error)
{
	sqlite3_stmt *statement = sqlite_prepare(db, embedded_sqlite_digest, error);
	bool row, ok;

	if (!statement)
		return false;
	sqlite_bind(db, statement, 1, db->version_table, strlen(db->version_table));
	while ((ok = sqlite_row(db, statement, &row, error)) && row)
		for (int column = 0; column < 4; column++) {
			const unsigned char *text = db->api.column_text(statement, column);

			str_add_bytes(digest, text ? (const char *)text : "",
				text ? (size_t)db->api.column_bytes(statement, column) : 0);
			str_add_char(digest, '\0');
		}
	db->api.finalize(statement);
	return ok;
}
