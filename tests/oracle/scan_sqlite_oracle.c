/* The scanner's statement boundaries, compared with where sqlite3_prepare_v2 says the next one
 * begins (https://sqlite.org/c3ref/prepare.html).
 *
 *   cc -std=gnu17 -D_GNU_SOURCE -Ilib -o scan_sqlite_oracle tests/oracle/scan_sqlite_oracle.c \
 *      lib/core/scan*.c lib/base/utf8.c lib/base/str.c lib/base/arena.c -lsqlite3
 *   ./scan_sqlite_oracle [-n COMPOSITIONS] tests/corpus/sqlite/(all).sql
 *
 * Every statement must compile: the first file is the schema, and is run; the others only need it.
 * What compiles goes into a pool that random texts are made of.
 */
#include <sqlite3.h>

#include "oracle.h"

static size_t compared, failed;

static void complain(const char *name, const struct text *text, const char *what, size_t at)
{
	failed++;
	printf("%s: %s at %zu: <%.60s>\n", name, what, at, text->bytes + at);
}

static bool next_statement(struct scanner *scanner, struct scan_statement *piece)
{
	while (scan_next(scanner, piece))
		if (piece->command != SCAN_EMPTY)
			return true;
	return false;
}

/* Offset behind the next statement of SQLite, or of the text's size where there is none. */
static bool next_tail(
	sqlite3 *db, const char *name, const struct text *text, size_t *position, bool *found)
{
	sqlite3_stmt *statement = NULL;
	const char *tail = NULL;
	int result = sqlite3_prepare_v2(
		db, text->bytes + *position, (int)(text->size - *position) + 1, &statement, &tail);

	if (result != SQLITE_OK) {
		complain(name, text, sqlite3_errmsg(db), *position);
		return false;
	}
	*position = (size_t)(tail - text->bytes);
	*found = statement != NULL;
	sqlite3_finalize(statement);
	return true;
}

static bool compare_next(sqlite3 *db, const char *name, const struct text *text,
	struct scanner *scanner, size_t *position, struct pool *pool)
{
	struct scan_statement piece;
	bool found, ours = next_statement(scanner, &piece);

	if (!next_tail(db, name, text, position, &found))
		return false;
	if (scanner->problem != SCAN_OK)
		complain(name, text, scan_problem_text(scanner->problem), scanner->problem_at);
	else if (ours != found)
		complain(name, text, ours ? "a statement too many" : "a statement missing",
			*position);
	else if (ours && piece.offset + piece.size != *position)
		complain(name, text, "another end", piece.first);
	else
		compared += ours;
	if (ours && pool)
		oracle_keep(pool, text->bytes + piece.first, piece.last - piece.first);
	return ours && found && !failed;
}

static void compare(sqlite3 *db, const char *name, const struct text *text, struct pool *pool)
{
	struct scanner scanner;
	size_t position = 0;

	scan_begin(&scanner, SCAN_SQLITE, text->bytes, text->size);
	while (compare_next(db, name, text, &scanner, &position, pool))
		;
}

static void run_schema(sqlite3 *db, const char *path)
{
	struct text text = oracle_read(path);

	if (sqlite3_exec(db, text.bytes, NULL, NULL, NULL) != SQLITE_OK)
		complain(path, &text, sqlite3_errmsg(db), 0);
	compare(db, path, &text, NULL);
	free(text.bytes);
}

static void compare_compositions(sqlite3 *db, const struct pool *pool, size_t count)
{
	struct str str = {0};
	uint64_t seed = 0x2545f4914f6cdd1d;

	for (size_t i = 0; i < count && !failed; i++) {
		oracle_compose(pool, &str, &seed);
		compare(db, "composition", &(struct text){str.text, str.size}, NULL);
		if (failed)
			printf("%s\n", str.text);
	}
	str_release(&str);
}

int main(int argc, char **argv)
{
	struct pool pool = {0};
	size_t compositions = 3000;
	sqlite3 *db;
	int i = 1;

	if (argc > 2 && !strcmp(argv[1], "-n")) {
		compositions = strtoul(argv[2], NULL, 10);
		i = 3;
	}
	if (i >= argc || sqlite3_open(":memory:", &db) != SQLITE_OK)
		return 2;
	run_schema(db, argv[i++]);
	for (; i < argc; i++) {
		struct text text = oracle_read(argv[i]);

		compare(db, argv[i], &text, &pool);
		free(text.bytes);
	}
	if (!failed && pool.count)
		compare_compositions(db, &pool, compositions);
	sqlite3_close(db);
	printf("%zu statements compared\n", compared);
	printf("%d passed, %d failed\n", compared && !failed, !compared || failed);
	return !compared || failed;
}
