/* enum_use: reads scripts token by token. Surprising: a constant of a type is made when the
 * statement is analysed, so a use that would never be executed is refused as well; and what stands
 * in a function's body or a DO block is a string here, which is right: only the server knows when
 * it runs.
 */
#include "core/enum_use.h"

#include <stdint.h>
#include <string.h>

#include "core/scan_lex.h"

enum { ADDED_LIMIT = 64, PART_LIMIT = 2 };

/* A type's name: schema and name, or one of them. */
struct name {
	struct token part[PART_LIMIT];
	size_t count;
	size_t at, size;
};

struct addition {
	struct name type;
	struct token value;
	size_t statement;
};

struct additions {
	struct addition item[ADDED_LIMIT];
	size_t count;
	bool unsure; /* a type was perhaps made, renamed or dropped: names may mean something else,
			and since PostgreSQL 17 the values of a type that was made here can be used
		      */
};

struct cursor {
	struct scanner scanner; /* its text ends at the statement's last token */
	struct token token;
};

static struct cursor begin(const struct scanner *scanner, const struct scan_statement *statement)
{
	struct cursor cursor = {.scanner = *scanner};

	cursor.scanner.position = statement->first;
	cursor.scanner.size = statement->last;
	scan_token(&cursor.scanner, &cursor.token);
	return cursor;
}

static void advance(struct cursor *cursor)
{
	scan_token(&cursor->scanner, &cursor->token);
}

static bool at_word(const struct cursor *cursor, const char *word)
{
	return scan_word_is(&cursor->scanner, &cursor->token, word);
}

static bool at_one_of(const struct cursor *cursor, const char *const *words)
{
	while (*words && !at_word(cursor, *words))
		words++;
	return *words != NULL;
}

static bool at_symbol(const struct cursor *cursor, char symbol)
{
	return scan_symbol_is(&cursor->scanner, &cursor->token, symbol);
}

static bool take(struct cursor *cursor, const char *word)
{
	if (!at_word(cursor, word))
		return false;
	advance(cursor);
	return true;
}

static bool take_symbol(struct cursor *cursor, char symbol)
{
	if (!at_symbol(cursor, symbol))
		return false;
	advance(cursor);
	return true;
}

static bool at_name(const struct cursor *cursor)
{
	return cursor->token.kind == TOKEN_WORD || cursor->token.kind == TOKEN_NAME;
}

/* A string without a prefix, so that equal values are equal texts. */
static bool at_value(const struct cursor *cursor)
{
	return cursor->token.kind == TOKEN_STRING && cursor->scanner.text[cursor->token.at] == '\'';
}

/* False where no name of one or two parts stands here. */
static bool read_name(struct cursor *cursor, struct name *name)
{
	*name = (struct name){.at = cursor->token.at};
	while (at_name(cursor) && name->count < PART_LIMIT) {
		name->part[name->count++] = cursor->token;
		name->size = cursor->token.at + cursor->token.size - name->at;
		advance(cursor);
		if (!take_symbol(cursor, '.'))
			return true;
	}
	return false;
}

/* The content of a quoted name, or a word to be folded. */
static struct token content(const struct token *part)
{
	struct token inner = *part;

	if (part->kind == TOKEN_NAME) {
		inner.at++;
		inner.size -= 2;
	}
	return inner;
}

static bool same_part(const char *text, const struct token *left, const struct token *right)
{
	struct token a = content(left), b = content(right);
	bool same = a.size == b.size;

	for (size_t i = 0; same && i < a.size; i++) {
		char x = text[a.at + i], y = text[b.at + i];

		same = (left->kind == TOKEN_WORD ? scan_lower(x) : x) ==
		       (right->kind == TOKEN_WORD ? scan_lower(y) : y);
	}
	return same;
}

static bool same_name(const char *text, const struct name *left, const struct name *right)
{
	bool same = left->count == right->count;

	for (size_t i = 0; same && i < left->count; i++)
		same = same_part(text, &left->part[i], &right->part[i]);
	return same;
}

static bool same_text(const char *text, const struct token *left, const struct token *right)
{
	return left->size == right->size && !memcmp(text + left->at, text + right->at, left->size);
}

static const struct addition *find(const struct additions *added, const char *text,
	const struct token *value, const struct name *type)
{
	for (size_t i = 0; i < added->count; i++)
		if (same_text(text, &added->item[i].value, value) &&
			same_name(text, &added->item[i].type, type))
			return &added->item[i];
	return NULL;
}

/* -------- statements that change what is known -------- */

/* The cursor is behind ALTER TYPE. False where it is no ADD VALUE. */
static bool read_addition(struct cursor *cursor, struct addition *addition, bool *certain)
{
	if (!read_name(cursor, &addition->type) || !take(cursor, "add") || !take(cursor, "value"))
		return false;
	*certain = !take(cursor, "if");
	while (!*certain && (at_word(cursor, "not") || at_word(cursor, "exists")))
		advance(cursor);
	addition->value = cursor->token;
	return cursor->token.kind == TOKEN_STRING;
}

/* After these a name may be another type's, or the value not be new. */
static void forget(
	struct additions *added, const struct scan_statement *statement, struct cursor cursor)
{
	static const char *const settings[] = {"set", "reset", "discard", NULL};
	static const char *const code[] = {"do", "call", NULL};
	static const char *const changes[] = {"create", "drop", "alter", NULL};
	static const char *const kinds[] = {"type", "schema", "extension", "owned", NULL};

	if (statement->command == SCAN_SAVEPOINT || at_one_of(&cursor, settings))
		added->count = 0;
	added->unsure |= at_one_of(&cursor, code);
	if (!at_one_of(&cursor, changes))
		return;
	advance(&cursor);
	added->unsure |= at_one_of(&cursor, kinds);
}

static void learn(
	struct additions *added, const struct scan_statement *statement, struct cursor cursor)
{
	struct addition addition = {.statement = statement->first};
	struct cursor ahead = cursor;
	bool certain;

	if (take(&ahead, "alter") && take(&ahead, "type") &&
		read_addition(&ahead, &addition, &certain)) {
		if (certain && at_value(&ahead) && added->count < ADDED_LIMIT)
			added->item[added->count++] = addition;
	} else {
		forget(added, statement, cursor);
	}
	if (added->unsure)
		added->count = 0;
}

/* -------- uses -------- */

struct use {
	const struct additions *added;
	bool defines, queries; /* what kind of statement it is in */
	struct token value;
};

/* 'x'::mood, and not an array of it. */
static const struct addition *use_cast(struct use *use, struct cursor cursor)
{
	struct name type;

	use->value = cursor.token;
	advance(&cursor);
	for (int i = 0; i < 2; i++)
		if (!take_symbol(&cursor, ':'))
			return NULL;
	if (!read_name(&cursor, &type) || at_symbol(&cursor, '[') || at_symbol(&cursor, '(') ||
		at_word(&cursor, "array"))
		return NULL;
	return find(use->added, cursor.scanner.text, &use->value, &type);
}

/* CAST('x' AS mood) */
static const struct addition *use_call(struct use *use, struct cursor cursor)
{
	struct name type;

	advance(&cursor);
	if (!take_symbol(&cursor, '(') || !at_value(&cursor))
		return NULL;
	use->value = cursor.token;
	advance(&cursor);
	if (!take(&cursor, "as") || !read_name(&cursor, &type) || !at_symbol(&cursor, ')'))
		return NULL;
	return find(use->added, cursor.scanner.text, &use->value, &type);
}

/* mood 'x' in a query; mood NOT NULL DEFAULT 'x' in a definition, with nothing behind it that would
 * make something else of the value. */
static const struct addition *use_typed(struct use *use, struct cursor cursor)
{
	struct name type;

	if (!read_name(&cursor, &type))
		return NULL;
	while (use->defines && (at_word(&cursor, "not") || at_word(&cursor, "null")))
		advance(&cursor);
	if (use->defines ? !take(&cursor, "default") : !use->queries)
		return NULL;
	if (!at_value(&cursor))
		return NULL;
	use->value = cursor.token;
	advance(&cursor);
	if (use->defines && cursor.token.kind != TOKEN_END && !at_name(&cursor) &&
		!at_symbol(&cursor, ',') && !at_symbol(&cursor, ')'))
		return NULL;
	return find(use->added, cursor.scanner.text, &use->value, &type);
}

static const struct addition *use_at(struct use *use, const struct cursor *cursor)
{
	if (at_value(cursor))
		return use_cast(use, *cursor);
	if (at_word(cursor, "cast"))
		return use_call(use, *cursor);
	return at_name(cursor) ? use_typed(use, *cursor) : NULL;
}

/* CREATE TABLE IF NOT EXISTS and its like may do nothing at all. */
static bool is_conditional(struct cursor cursor)
{
	while (cursor.token.kind != TOKEN_END && !at_word(&cursor, "exists"))
		advance(&cursor);
	return cursor.token.kind != TOKEN_END;
}

static const struct addition *find_use(
	const struct additions *added, struct cursor cursor, struct token *value)
{
	static const char *const queries[] = {
		"select", "with", "insert", "update", "delete", "merge", "values", NULL};
	struct use use = {.added = added,
		.defines = at_word(&cursor, "create") || at_word(&cursor, "alter"),
		.queries = at_one_of(&cursor, queries)};
	const struct addition *found = NULL;
	bool inside = true; /* of a name, or behind TIME, as in AT TIME ZONE 'x' */

	if (use.defines && is_conditional(cursor))
		return NULL;
	while (!found && cursor.token.kind != TOKEN_END) {
		found = inside ? NULL : use_at(&use, &cursor);
		inside = at_symbol(&cursor, '.') || at_word(&cursor, "time");
		advance(&cursor);
	}
	*value = use.value;
	return found;
}

bool enum_use_find(const char *text, size_t size, struct enum_use *use)
{
	struct additions added = {.count = 0};
	const struct addition *found = NULL;
	struct scan_statement statement;
	struct scanner scanner;
	struct token value;

	scan_begin(&scanner, SCAN_POSTGRESQL, text, size);
	while (!found && scan_next(&scanner, &statement)) {
		struct cursor cursor = begin(&scanner, &statement);

		if (added.count)
			found = find_use(&added, cursor, &value);
		if (!found)
			learn(&added, &statement, cursor);
	}
	if (!found)
		return false;
	*use = (struct enum_use){.at = value.at,
		.size = value.size,
		.added = found->statement,
		.type_at = found->type.at,
		.type_size = found->type.size};
	return true;
}

size_t enum_use_added(const char *text, size_t size, size_t at)
{
	size_t found = SIZE_MAX;
	struct scan_statement statement;
	struct scanner scanner;
	struct token value = {.kind = TOKEN_END};

	scan_begin(&scanner, SCAN_POSTGRESQL, text, size);
	if (at < size) {
		struct scanner there = scanner;

		there.position = at;
		scan_token(&there, &value);
	}
	while (scan_next(&scanner, &statement) && statement.first < at) {
		struct cursor cursor = begin(&scanner, &statement);
		struct addition addition;
		bool certain;

		if (take(&cursor, "alter") && take(&cursor, "type") &&
			read_addition(&cursor, &addition, &certain) &&
			(value.kind != TOKEN_STRING || same_text(text, &addition.value, &value)))
			found = statement.first;
	}
	return found;
}
