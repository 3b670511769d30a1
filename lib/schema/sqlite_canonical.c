/* sqlite_canonical: the canonical text of tokens.
 *
 * Knows where an operand can stand and where it cannot: that tells a word like MATCH or REPLACE
 * from a name that is spelled so. Where it guesses wrong the text still means the same, for a
 * keyword in another case is the same name. Surprising: quotes decide what `"x"` is, so they go
 * only where x is surely a name. */
#include <string.h>

#include "schema/sqlite_results.h"

enum role { ROLE_KEYWORD, ROLE_NAME, ROLE_LITERAL, ROLE_SYMBOL };

struct writer {
	struct arena *arena;
	const struct sqlite_scope *scope;
	struct sqlite_range range;
	struct str *out;
	bool empty, glue; /* nothing was written yet; no blank before the next token */
	bool operand;     /* what was written ends an operand */
	bool calls;       /* ... is a function's name */
	bool cast;        /* between CAST's AS and its parenthesis */
	uint32_t cases;   /* CASE without its END */
};

static const struct sqlite_token no_token = {.kind = TOKEN_END, .text = "", .name = ""};

static const struct sqlite_token *token_at(
	const struct writer *writer, const struct sqlite_token *at, int distance)
{
	if (distance < 0 ? at - writer->range.from < -distance : writer->range.to - at <= distance)
		return &no_token;
	return at + distance;
}

enum where { ANYWHERE, BEFORE, BEHIND };

/* Where a word that can be a name is a keyword. */
struct use {
	const char *words;
	bool expression; /* in a table's expressions too */
	enum where where;
	const char *previous, *next; /* words; or NULL: whatever */
};

static const struct use uses[] = {
	{"LIKE GLOB REGEXP MATCH", true, BEHIND, NULL, NULL},
	{"CURRENT_DATE CURRENT_TIME CURRENT_TIMESTAMP", true, BEFORE, NULL, NULL},
	{"ASC DESC", false, BEHIND, NULL, NULL},
	{"BY", false, ANYWHERE, "GROUP ORDER PARTITION INDEXED", NULL},
	{"OFFSET", false, BEHIND, NULL, NULL},
	{"DO", false, ANYWHERE, NULL, "NOTHING UPDATE"},
	{"CONFLICT", false, ANYWHERE, "ON", NULL},
	{"ABORT FAIL IGNORE REPLACE ROLLBACK", false, ANYWHERE, "OR", NULL},
	{"REPLACE", false, ANYWHERE, NULL, "INTO"},
	{"WITH", false, ANYWHERE, NULL, "RECURSIVE"},
	{"RECURSIVE", false, ANYWHERE, "WITH", NULL},
	{"PARTITION", false, ANYWHERE, NULL, "BY"},
	{"ROWS RANGE GROUPS", false, ANYWHERE, NULL, "BETWEEN UNBOUNDED CURRENT"},
	{"UNBOUNDED", false, ANYWHERE, NULL, "PRECEDING FOLLOWING"},
	{"PRECEDING FOLLOWING", false, BEHIND, NULL, NULL},
	{"CURRENT", false, ANYWHERE, NULL, "ROW"},
	{"ROW", false, ANYWHERE, "CURRENT", NULL},
	{"EXCLUDE", false, ANYWHERE, NULL, "NO CURRENT GROUP TIES"},
	{"NO TIES", false, ANYWHERE, "EXCLUDE", NULL},
	{"OTHERS", false, ANYWHERE, "NO", NULL},
	{"NULLS", false, ANYWHERE, NULL, "FIRST LAST"},
	{"FIRST LAST", false, ANYWHERE, "NULLS", NULL},
	{"INDEXED", false, ANYWHERE, NULL, "BY"},
	{"INDEXED", false, ANYWHERE, "NOT", NULL},
};

static bool is_use(
	const struct writer *writer, const struct use *use, const struct sqlite_token *at)
{
	if (writer->scope && !use->expression)
		return false;
	if (use->where != ANYWHERE && (use->where == BEHIND) != writer->operand)
		return false;
	return sqlite_word_in(at, use->words) &&
	       (!use->previous || sqlite_word_in(token_at(writer, at, -1), use->previous)) &&
	       (!use->next || sqlite_word_in(token_at(writer, at, 1), use->next));
}

/* Those that need more than the words beside them. */
static bool is_special_use(const struct writer *writer, const struct sqlite_token *at)
{
	const struct sqlite_token *previous = token_at(writer, at, -1);
	const struct sqlite_token *next = token_at(writer, at, 1);
	const struct sqlite_token *after = token_at(writer, at, 2);

	if (sqlite_word_is(at, "END"))
		return writer->cases && writer->operand;
	if (sqlite_word_in(at, "CAST RAISE"))
		return !writer->operand && sqlite_symbol_is(next, "(");
	if (writer->scope)
		return false;
	if (sqlite_word_in(at, "ABORT FAIL IGNORE ROLLBACK"))
		return sqlite_symbol_is(previous, "(") &&
		       sqlite_word_is(token_at(writer, at, -2), "RAISE");
	if (sqlite_word_is(at, "WITH"))
		return sqlite_word_is(after, "AS") || sqlite_symbol_is(after, "(");
	if (sqlite_word_is(at, "WINDOW"))
		return writer->operand && sqlite_word_is(after, "AS");
	if (sqlite_word_is(at, "MATERIALIZED"))
		return sqlite_symbol_is(next, "(");
	if (sqlite_word_in(at, "OVER FILTER"))
		return sqlite_symbol_is(previous, ")");
	if (sqlite_word_in(at, "ROWS RANGE GROUPS"))
		return next->kind == TOKEN_NUMBER;
	return false;
}

static bool is_keyword(const struct writer *writer, const struct sqlite_token *at)
{
	if (at->kind != TOKEN_WORD || at->word == WORD_NONE ||
		sqlite_symbol_is(token_at(writer, at, -1), ".") ||
		sqlite_symbol_is(token_at(writer, at, 1), "."))
		return false;
	if (at->word == WORD_RESERVED)
		return true;
	if (at->word == WORD_JOIN && !sqlite_word_is(at, "INDEXED"))
		return !writer->scope;
	for (size_t i = 0; i < sizeof uses / sizeof *uses; i++)
		if (is_use(writer, &uses[i], at))
			return true;
	return is_special_use(writer, at);
}

/* Can nothing but a name stand here? */
static bool is_surely_name(const struct writer *writer, const struct sqlite_token *at)
{
	const struct sqlite_token *previous = token_at(writer, at, -1);
	const struct sqlite_token *next = token_at(writer, at, 1);

	return sqlite_symbol_is(previous, ".") || sqlite_symbol_is(next, ".") ||
	       sqlite_symbol_is(next, "(") ||
	       sqlite_word_in(previous, "FROM JOIN INTO UPDATE AS COLLATE");
}

static enum role literal(struct str *text, const char *literal)
{
	str_add(text, literal);
	return ROLE_LITERAL;
}

static enum role name(struct str *text, const char *name)
{
	str_add(text, name);
	return ROLE_NAME;
}

/* What is no column and in quotes that are no string's keeps such quotes: `rowid`. */
static const char *other_name(struct arena *arena, const char *text)
{
	const char *plain = sqlite_name(arena, text);

	return *plain == '"' ? sqlite_quoted(arena, text, '`') : plain;
}

/* In a table's own expression, where every name is known. */
static enum role scoped_name(
	const struct writer *writer, const struct sqlite_token *at, struct str *text)
{
	struct arena *arena = writer->arena;
	uint32_t column = sqlite_scope_find(writer->scope, at->name);
	bool called = sqlite_symbol_is(token_at(writer, at, 1), "(");

	if (writer->cast) {
		const char *type = sqlite_name(arena, at->name);

		return name(text, *type == '"' ? type : sqlite_upper(arena, type, strlen(type)));
	}
	if (sqlite_word_is(token_at(writer, at, -1), "COLLATE"))
		return name(text, sqlite_collation(arena, at->name));
	if (column < writer->scope->count && !called) {
		if (writer->scope->mentioned)
			writer->scope->mentioned[column] = true;
		return name(text, sqlite_name(arena, writer->scope->column[column]));
	}
	if (sqlite_word_in(at, "TRUE FALSE"))
		return literal(text, sqlite_upper(arena, at->text, at->size));
	if (at->kind == TOKEN_WORD)
		return name(text, at->name);
	if (is_surely_name(writer, at))
		return name(text, sqlite_name(arena, at->name));
	if (*at->text == '"')
		return literal(text, sqlite_quoted(arena, at->name, '\''));
	return name(text, other_name(arena, at->name));
}

static enum role free_name(
	const struct writer *writer, const struct sqlite_token *at, struct str *text)
{
	if (sqlite_word_is(token_at(writer, at, -1), "COLLATE"))
		return name(text, sqlite_collation(writer->arena, at->name));
	if (at->kind == TOKEN_WORD)
		return name(text, at->name);
	if (*at->text != '"' || is_surely_name(writer, at))
		return name(text, sqlite_name(writer->arena, at->name));
	return name(text, sqlite_quoted(writer->arena, at->name, '"'));
}

static enum role spell(const struct writer *writer, const struct sqlite_token *at, struct str *text)
{
	if (is_keyword(writer, at)) {
		str_add(text, sqlite_upper(writer->arena, at->text, at->size));
		return ROLE_KEYWORD;
	}
	switch (at->kind) {
	case TOKEN_WORD:
	case TOKEN_NAME:
		return writer->scope ? scoped_name(writer, at, text) : free_name(writer, at, text);
	case TOKEN_STRING:
		if (writer->scope && sqlite_word_is(token_at(writer, at, -1), "COLLATE"))
			return name(text, sqlite_collation(writer->arena, at->name));
		/* fall through */
	case TOKEN_NUMBER: str_add_bytes(text, at->text, at->size); return ROLE_LITERAL;
	case TOKEN_SYMBOL:
	case TOKEN_END: break;
	}
	str_add_bytes(text, at->text, at->size);
	return ROLE_SYMBOL;
}

static bool wants_blank(const struct writer *writer, const struct sqlite_token *at)
{
	if (writer->empty || writer->glue)
		return false;
	if (sqlite_symbol_is(at, ",") || sqlite_symbol_is(at, ")") || sqlite_symbol_is(at, ";"))
		return false;
	return !writer->calls || !(sqlite_symbol_is(at, "(") || sqlite_symbol_is(at, "."));
}

/* A sign at the begin of an operand; `--` would begin a comment. */
static bool is_sign(const struct writer *writer, const struct sqlite_token *at)
{
	const struct sqlite_token *next = token_at(writer, at, 1);

	return !writer->operand && at->kind == TOKEN_SYMBOL && strchr("+-~", *at->text) &&
	       at->size == 1 && (next->kind != TOKEN_SYMBOL || sqlite_symbol_is(next, "("));
}

static bool is_path(const struct writer *writer, const struct sqlite_token *at)
{
	return sqlite_symbol_is(at, ".") && token_at(writer, at, 1)->kind != TOKEN_NUMBER;
}

static bool ends_operand(const struct writer *writer, const struct sqlite_token *at, enum role role)
{
	switch (role) {
	case ROLE_NAME:
	case ROLE_LITERAL: return true;
	case ROLE_KEYWORD:
		return sqlite_word_in(at, "NULL ISNULL NOTNULL END CURRENT_DATE CURRENT_TIME "
					  "CURRENT_TIMESTAMP ASC DESC UNBOUNDED ROW") ||
		       (writer->operand && sqlite_word_is(at, "NOT"));
	case ROLE_SYMBOL: break;
	}
	return sqlite_symbol_is(at, ")") || (sqlite_symbol_is(at, "*") && !writer->operand);
}

static void note(struct writer *writer, const struct sqlite_token *at, enum role role)
{
	writer->glue = sqlite_symbol_is(at, "(") || is_path(writer, at) || is_sign(writer, at);
	writer->calls = role == ROLE_NAME ||
			(role == ROLE_KEYWORD && sqlite_word_in(at, "CAST RAISE"));
	if (role == ROLE_KEYWORD && sqlite_word_is(at, "CASE"))
		writer->cases++;
	if (role == ROLE_KEYWORD && sqlite_word_is(at, "END"))
		writer->cases--;
	if (role == ROLE_KEYWORD && sqlite_word_is(at, "AS"))
		writer->cast = writer->scope;
	if (sqlite_symbol_is(at, ")"))
		writer->cast = false;
	writer->operand = ends_operand(writer, at, role);
	writer->empty = false;
}

/* The table's own name in front of one of its columns. */
static bool is_qualifier(const struct writer *writer, const struct sqlite_token *at)
{
	const struct sqlite_scope *scope = writer->scope;

	return scope && scope->table && (at->kind == TOKEN_WORD || at->kind == TOKEN_NAME) &&
	       sqlite_symbol_is(token_at(writer, at, 1), ".") &&
	       !sqlite_symbol_is(token_at(writer, at, -1), ".") &&
	       sqlite_same(at->name, scope->table) &&
	       sqlite_scope_find(scope, token_at(writer, at, 2)->name) < scope->count;
}

/* A column that was named after its text keeps the name when that changes. */
static void keep_name(struct writer *writer, const char *name, size_t begin)
{
	const char *text = writer->out->text + begin;

	if (strcmp(text, name) != 0)
		str_printf(writer->out, " AS %s", sqlite_quoted(writer->arena, name, '"'));
}

static void write_token(struct writer *writer, const struct sqlite_token *at, struct str *text)
{
	enum role role;

	str_clear(text);
	role = spell(writer, at, text);
	if (wants_blank(writer, at))
		str_add_char(writer->out, ' ');
	str_add_bytes(writer->out, str_text(text), text->size);
	note(writer, at, role);
}

static void write_range(struct writer *writer, const struct sqlite_results *results)
{
	struct sqlite_range range = writer->range;
	size_t *begin = ARENA_ARRAY(writer->arena, (size_t)(range.to - range.from) + 1, size_t);
	size_t open = 0;
	struct str text = {0};

	for (const struct sqlite_token *at = range.from; at < range.to; at++) {
		size_t i = (size_t)(at - range.from);

		if (is_qualifier(writer, at)) {
			at++;
			continue;
		}
		write_token(writer, at, &text);
		if (results && results->begins[i])
			begin[open++] = writer->out->size - text.size;
		if (results && results->ends[i])
			keep_name(writer, results->ends[i], begin[--open]);
	}
	str_release(&text);
}

void sqlite_canonical(struct arena *arena, struct sqlite_range range,
	const struct sqlite_scope *scope, struct str *out)
{
	struct writer writer = {
		.arena = arena, .scope = scope, .range = range, .out = out, .empty = true};
	struct sqlite_results results;

	if (!scope)
		sqlite_results_find(arena, range, false, &results);
	write_range(&writer, scope ? NULL : &results);
}

const char *sqlite_canonical_text(
	struct arena *arena, struct sqlite_range range, const struct sqlite_scope *scope)
{
	struct str out = {0};
	const char *text;

	sqlite_canonical(arena, range, scope, &out);
	text = arena_strdup(arena, str_text(&out));
	str_release(&out);
	return text;
}

const char *sqlite_canonical_query(struct arena *arena, struct sqlite_range range, bool named)
{
	struct str out = {0};
	struct writer writer = {.arena = arena, .range = range, .out = &out, .empty = true};
	struct sqlite_results results;
	const char *text;

	sqlite_results_find(arena, range, !named, &results);
	write_range(&writer, &results);
	text = arena_strdup(arena, str_text(&out));
	str_release(&out);
	return text;
}
