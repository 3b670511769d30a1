/* sqlite_word: the keywords, in two lists by what SQLite's parser does with them where they make
 * no sense: an error, or a name (%fallback in its grammar).
 *
 * Knows no statement. Surprising: TRUE and FALSE are no keywords to SQLite, but mean something else
 * in quotes, so they count here: as a name they are quoted. */
#include "schema/sqlite_word.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

/* Sorted. WITHIN is one since 3.47. */
static const char *const reserved[] = {"ADD", "ALL", "ALTER", "AND", "AS", "AUTOINCREMENT",
	"BETWEEN", "CASE", "CHECK", "COLLATE", "COMMIT", "CONSTRAINT", "CREATE", "DEFAULT",
	"DEFERRABLE", "DELETE", "DISTINCT", "DROP", "ELSE", "ESCAPE", "EXCEPT", "EXISTS", "FOREIGN",
	"FROM", "GROUP", "HAVING", "IN", "INDEX", "INSERT", "INTERSECT", "INTO", "IS", "ISNULL",
	"JOIN", "LIMIT", "NOT", "NOTHING", "NOTNULL", "NULL", "ON", "OR", "ORDER", "PRIMARY",
	"REFERENCES", "RETURNING", "SELECT", "SET", "TABLE", "THEN", "TO", "TRANSACTION", "UNION",
	"UNIQUE", "UPDATE", "USING", "VALUES", "WHEN", "WHERE"};

static const char *const joins[] = {
	"CROSS", "FULL", "INDEXED", "INNER", "LEFT", "NATURAL", "OUTER", "RIGHT"};

static const char *const soft[] = {"ABORT", "ACTION", "AFTER", "ALWAYS", "ANALYZE", "ASC", "ATTACH",
	"BEFORE", "BEGIN", "BY", "CASCADE", "CAST", "COLUMN", "CONFLICT", "CURRENT", "CURRENT_DATE",
	"CURRENT_TIME", "CURRENT_TIMESTAMP", "DATABASE", "DEFERRED", "DESC", "DETACH", "DO", "EACH",
	"END", "EXCLUDE", "EXCLUSIVE", "EXPLAIN", "FAIL", "FALSE", "FILTER", "FIRST", "FOLLOWING",
	"FOR", "GENERATED", "GLOB", "GROUPS", "IF", "IGNORE", "IMMEDIATE", "INITIALLY", "INSTEAD",
	"KEY", "LAST", "LIKE", "MATCH", "MATERIALIZED", "NO", "NULLS", "OF", "OFFSET", "OTHERS",
	"OVER", "PARTITION", "PLAN", "PRAGMA", "PRECEDING", "QUERY", "RAISE", "RANGE", "RECURSIVE",
	"REGEXP", "REINDEX", "RELEASE", "RENAME", "REPLACE", "RESTRICT", "ROLLBACK", "ROW", "ROWS",
	"SAVEPOINT", "TEMP", "TEMPORARY", "TIES", "TRIGGER", "TRUE", "UNBOUNDED", "VACUUM", "VIEW",
	"VIRTUAL", "WINDOW", "WITH", "WITHIN", "WITHOUT"};

struct piece {
	const char *text;
	size_t size;
};

static int compare_piece(const void *key, const void *entry)
{
	const struct piece *piece = key;
	const char *word = *(const char *const *)entry;
	int order = strncasecmp(piece->text, word, piece->size);

	return order ? order : -(word[piece->size] != '\0');
}

#define HAS(list, piece) \
	bsearch(piece, list, sizeof(list) / sizeof *(list), sizeof *(list), compare_piece)

enum sqlite_word sqlite_word_class(const char *text, size_t size)
{
	const struct piece piece = {text, size};

	if (HAS(reserved, &piece))
		return WORD_RESERVED;
	if (HAS(joins, &piece))
		return WORD_JOIN;
	return HAS(soft, &piece) ? WORD_SOFT : WORD_NONE;
}

static bool is_plain(const char *name)
{
	static const char letters[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ_";
	size_t first = strspn(name, letters);
	size_t size = strlen(name);

	if (!first)
		return false;
	while (first < size && (strchr(letters, name[first]) || strchr("0123456789", name[first])))
		first++;
	return first == size;
}

const char *sqlite_quoted(struct arena *arena, const char *name, char quote)
{
	char *out = arena_alloc(arena, strlen(name) * 2 + 3), *end = out;

	*end++ = quote;
	for (; *name; name++) {
		if (*name == quote)
			*end++ = quote;
		*end++ = *name;
	}
	*end = quote;
	return out;
}

const char *sqlite_name(struct arena *arena, const char *name)
{
	if (is_plain(name) && sqlite_word_class(name, strlen(name)) == WORD_NONE)
		return arena_strdup(arena, name);
	return sqlite_quoted(arena, name, '"');
}

static char lower(char byte)
{
	return byte >= 'A' && byte <= 'Z' ? (char)(byte + 32) : byte;
}

bool sqlite_same(const char *left, const char *right)
{
	if (!left || !right)
		return false;
	while (*left && lower(*left) == lower(*right))
		left++, right++;
	return lower(*left) == lower(*right);
}

const char *sqlite_lower(struct arena *arena, const char *text)
{
	char *out = arena_strdup(arena, text);

	for (char *at = out; *at; at++)
		*at = lower(*at);
	return out;
}

const char *sqlite_upper(struct arena *arena, const char *text, size_t size)
{
	char *out = arena_strndup(arena, text, size);

	for (char *at = out; *at; at++)
		*at = *at >= 'a' && *at <= 'z' ? (char)(*at - 32) : *at;
	return out;
}

const char *sqlite_collation(struct arena *arena, const char *name)
{
	static const char *const own[] = {"BINARY", "NOCASE", "RTRIM"};

	if (!name)
		return NULL;
	for (size_t i = 0; i < sizeof own / sizeof *own; i++)
		if (sqlite_same(name, own[i]))
			return own[i];
	return sqlite_name(arena, name);
}
