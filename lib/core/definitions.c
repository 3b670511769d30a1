/* definitions: statements told by their first words. Surprising: no rows are needed for a script to
 * write data: CREATE TABLE ... AS and ALTER SEQUENCE ... RESTART do. Nor is
 * a dump all that definitions make: it has no owners. */
#include "core/definitions.h"

#include <string.h>
#include <strings.h>

#include "core/scan_lex.h"

enum { HEAD = 4 }; /* words that say what a statement is about */

struct statement {
	struct scanner scanner; /* its text ends at the statement's last token */
	size_t first;
	struct token head[HEAD];
};

static struct statement look_at(const struct scanner *scanner, const struct scan_statement *found)
{
	struct statement statement = {.scanner = *scanner, .first = found->first};

	statement.scanner.position = found->first;
	statement.scanner.size = found->last;
	for (int i = 0; i < HEAD; i++)
		scan_token(&statement.scanner, &statement.head[i]);
	return statement;
}

static bool is_one_of(
	const struct statement *statement, const struct token *token, const char *const *words)
{
	while (*words && !scan_word_is(&statement->scanner, token, *words))
		words++;
	return *words != NULL;
}

static bool head_has(const struct statement *statement, const char *word)
{
	bool found = false;

	for (int i = 0; !found && i < HEAD; i++)
		found = scan_word_is(&statement->scanner, &statement->head[i], word);
	return found;
}

/* Outside of parentheses; *next: the token behind it. */
static bool has_word(const struct statement *statement, const char *word, struct token *next)
{
	struct scanner scanner = statement->scanner;
	struct token token;
	long depth = 0;

	scanner.position = statement->first;
	for (scan_token(&scanner, &token); token.kind != TOKEN_END; scan_token(&scanner, &token)) {
		depth += scan_symbol_is(&scanner, &token, '(');
		depth -= scan_symbol_is(&scanner, &token, ')');
		if (depth || !scan_word_is(&scanner, &token, word))
			continue;
		scan_token(&scanner, next);
		return true;
	}
	return false;
}

/* Of the server or the database, and of no schema. */
static bool is_outside(const struct statement *statement, const struct token *token)
{
	static const char *const words[] = {"role", "user", "group", "database", "system",
		"tablespace", "subscription", "parameter", NULL};

	return is_one_of(statement, token, words);
}

static bool is_grant_of_schema(const struct statement *statement)
{
	struct token next;

	return has_word(statement, "on", &next) && !is_outside(statement, &next);
}

static bool sets_owner(const struct statement *statement)
{
	struct token next;

	return has_word(statement, "authorization", &next) ||
	       (has_word(statement, "owner", &next) &&
		       scan_word_is(&statement->scanner, &next, "to"));
}

static bool sets_role(const struct statement *statement)
{
	struct token next;

	return has_word(statement, "role", &next) || has_word(statement, "authorization", &next);
}

static bool defines(const struct statement *statement)
{
	struct token next;

	if (is_outside(statement, &statement->head[1]) || has_word(statement, "restart", &next) ||
		sets_owner(statement))
		return false;
	return !head_has(statement, "table") || !head_has(statement, "create") ||
	       !has_word(statement, "as", &next);
}

/* A SET in another form: as dumps have it, those of pg_dump too, and what a dump of ours stands in.
 */
static bool sets_search_path(const struct statement *statement)
{
	static const char head[] = "SELECT pg_catalog.set_config('search_path', '', ";
	const char *text = statement->scanner.text + statement->first;
	size_t size = statement->scanner.size - statement->first;

	if (size < sizeof head || memcmp(text, head, sizeof head - 1) != 0)
		return false;
	text += sizeof head - 1;
	size -= sizeof head - 1;
	return (size == 5 && !memcmp(text, "true)", 5)) ||
	       (size == 6 && !memcmp(text, "false)", 6));
}

/* What leaves nothing behind that a dump would have. */
static bool is_passing(const struct statement *statement)
{
	static const char *const words[] = {"reset", "analyze", "vacuum", "reindex", "lock",
		"refresh", "begin", "start", "commit", "end", "savepoint", "release", NULL};
	static const char *const pragmas[] = {"foreign_keys", "defer_foreign_keys",
		"foreign_key_check", "legacy_alter_table", NULL};

	if (scan_word_is(&statement->scanner, &statement->head[0], "pragma"))
		return is_one_of(statement, &statement->head[1], pragmas);
	if (scan_word_is(&statement->scanner, &statement->head[0], "set"))
		return !sets_role(statement);
	return is_one_of(statement, &statement->head[0], words) || sets_search_path(statement);
}

static bool is_definition(const struct statement *statement)
{
	static const char *const makes[] = {"create", "alter", "drop", NULL};
	static const char *const grants[] = {"grant", "revoke", NULL};
	const struct token *first = &statement->head[0];

	if (is_one_of(statement, first, makes))
		return defines(statement);
	if (is_one_of(statement, first, grants))
		return is_grant_of_schema(statement);
	if (scan_word_is(&statement->scanner, first, "comment"))
		return !is_outside(statement, &statement->head[2]);
	return is_passing(statement);
}

static bool calls_set_config(const struct statement *statement)
{
	struct scanner scanner = statement->scanner;
	struct token token = {.kind = TOKEN_WORD};

	scanner.position = statement->first;
	while (token.kind != TOKEN_END && !scan_word_is(&scanner, &token, "set_config"))
		scan_token(&scanner, &token);
	return token.kind != TOKEN_END;
}

static bool is_setting(const struct statement *statement)
{
	static const char *const words[] = {
		"set", "reset", "discard", "pragma", "attach", "detach", NULL};

	return is_one_of(statement, &statement->head[0], words) || calls_set_config(statement);
}

bool definitions_find_other(
	enum scan_dialect dialect, const char *sql, size_t size, struct scan_statement *other)
{
	struct scanner scanner;

	scan_begin(&scanner, dialect, sql, size);
	while (scan_next(&scanner, other)) {
		struct statement statement;

		if (other->command == SCAN_EMPTY)
			continue;
		statement = look_at(&scanner, other);
		if (!is_definition(&statement))
			return true;
	}
	return false;
}

/* -------- Settings that are set back in the same script -------- */

struct name {
	const char *text;
	size_t size; /* 0: it has none that could be compared */
};

static bool is_reset(const struct statement *statement)
{
	return scan_word_is(&statement->scanner, &statement->head[0], "reset");
}

/* Of what SET or RESET is about. RESET gives a timeout another value than the one that a run has.
 */
static struct name name_of(const struct statement *statement)
{
	static const char *const scopes[] = {"session", "local", NULL};
	static const char *const ours[] = {"lock_timeout", "statement_timeout", "all", NULL};
	const struct token *token = &statement->head[1];

	if (sets_search_path(statement))
		return (struct name){"search_path", strlen("search_path")};
	if (!is_reset(statement) && !scan_word_is(&statement->scanner, &token[-1], "set"))
		return (struct name){0};
	token += is_one_of(statement, token, scopes);
	if (token->kind != TOKEN_WORD || is_one_of(statement, token, ours) ||
		scan_symbol_is(&statement->scanner, &token[1], '.'))
		return (struct name){0};
	return (struct name){statement->scanner.text + token->at, token->size};
}

static bool same_name(const struct statement *left, const struct statement *right)
{
	struct name one = name_of(left), other = name_of(right);

	return one.size && one.size == other.size && !strncasecmp(one.text, other.text, one.size);
}

/* A SET with a RESET behind it, or a RESET with a SET before it. */
static bool is_set_back(const struct scanner *whole, const struct statement *setting)
{
	struct scanner scanner = *whole;
	struct scan_statement found;

	scan_begin(&scanner, whole->dialect, whole->text, whole->size);
	while (scan_next(&scanner, &found)) {
		struct statement other;

		if (found.command == SCAN_EMPTY || found.first == setting->first ||
			(found.first < setting->first) != is_reset(setting))
			continue;
		other = look_at(&scanner, &found);
		if (is_reset(&other) != is_reset(setting) && same_name(&other, setting))
			return true;
	}
	return false;
}

bool definitions_find_setting(
	enum scan_dialect dialect, const char *sql, size_t size, struct scan_statement *setting)
{
	struct scanner scanner;

	scan_begin(&scanner, dialect, sql, size);
	while (scan_next(&scanner, setting)) {
		struct statement statement;

		if (setting->command == SCAN_EMPTY)
			continue;
		statement = look_at(&scanner, setting);
		if (is_setting(&statement) && !is_set_back(&scanner, &statement))
			return true;
	}
	return false;
}
