/* renames: the comments stand between tokens, so the text is looked through token by token.
 *
 * Knows how a CREATE TABLE begins and where its columns do, and SET search_path; what else stands
 * in its parentheses is taken for a column, and nobody asks for one of that name. */
#include <string.h>
#include <strings.h>

#include "core/renames.h"
#include "core/scan_lex.h"

struct search {
	struct arena *arena;
	struct scanner scanner; /* of the whole text */
	const char *file;
	struct renames *renames;
	struct rename item; /* what began last; table NULL: nothing, or its name is not known yet */
	size_t item_at;
	size_t pending;     /* index + 1 of a comment that is about what begins next */
	const char *schema; /* of names without one, as SET search_path has it; or NULL */
};

static size_t line_of(const struct search *search, size_t at)
{
	size_t line = 1;

	for (size_t i = 0; i < at; i++)
		line += search->scanner.text[i] == '\n';
	return line;
}

static bool same_line(const struct search *search, size_t from, size_t to)
{
	return !memchr(search->scanner.text + from, '\n', to - from);
}

static void note(struct search *search, size_t at, const char *old, size_t size)
{
	struct renames *renames = search->renames;
	struct rename rename = {.old = arena_strndup(search->arena, old, size),
		.file = search->file,
		.line = line_of(search, at)};

	ARENA_GROW(search->arena, renames->item, renames->count, renames->room);
	if (search->item.table && same_line(search, search->item_at, at)) {
		rename.table = search->item.table;
		rename.column = search->item.column;
	} else {
		search->pending = renames->count + 1;
	}
	renames->item[renames->count++] = rename;
}

/* What stands in a comment behind its dashes. */
static void read_comment(struct search *search, size_t at, size_t end)
{
	static const char mark[] = "renamed from:";
	const char *text = search->scanner.text + at, *stop = search->scanner.text + end;

	while (text < stop && strchr(" \t", *text))
		text++;
	if ((size_t)(stop - text) < sizeof mark || strncasecmp(text, mark, sizeof mark - 1) != 0)
		return;
	text += sizeof mark - 1;
	while (text < stop && strchr(" \t", *text))
		text++;
	while (stop > text && strchr(" \t\r", stop[-1]))
		stop--;
	if (text < stop)
		note(search, at, text, (size_t)(stop - text));
}

/* Blanks and comments between two tokens. */
static void read_gap(struct search *search, size_t from, size_t to)
{
	const char *text = search->scanner.text;

	while (from + 1 < to) {
		const char *end;

		if (text[from] == '/' && text[from + 1] == '*') {
			end = memmem(text + from + 2, to - from - 2, "*/", 2);
			from = end ? (size_t)(end - text) + 2 : to;
		} else if (text[from] == '-' && text[from + 1] == '-') {
			end = memchr(text + from, '\n', to - from);
			read_comment(search, from + 2, end ? (size_t)(end - text) : to);
			from = end ? (size_t)(end - text) : to;
		} else {
			from++;
		}
	}
}

static void next(struct search *search, struct token *token)
{
	size_t from = search->scanner.position;

	scan_token(&search->scanner, token);
	read_gap(search, from, token->kind == TOKEN_END ? search->scanner.size : token->at);
}

static const char *text_of(const struct search *search, const struct token *token)
{
	return arena_strndup(search->arena, search->scanner.text + token->at, token->size);
}

static void begin(struct search *search, size_t at, const char *table, const char *column)
{
	search->item = (struct rename){.table = table, .column = column};
	search->item_at = at;
	if (!search->pending)
		return;
	search->renames->item[search->pending - 1].table = table;
	search->renames->item[search->pending - 1].column = column;
	search->pending = 0;
}

static bool take(struct search *search, struct token *token, const char *word)
{
	if (!scan_word_is(&search->scanner, token, word))
		return false;
	next(search, token);
	return true;
}

static bool is_name(const struct token *token)
{
	return token->kind == TOKEN_WORD || token->kind == TOKEN_NAME ||
	       token->kind == TOKEN_STRING;
}

/* `[schema.]table`; NULL where none stands there. */
static const char *read_name(struct search *search, struct token *token)
{
	const char *name;

	if (!is_name(token))
		return NULL;
	name = text_of(search, token);
	next(search, token);
	while (scan_symbol_is(&search->scanner, token, '.')) {
		next(search, token);
		if (!is_name(token))
			return NULL;
		name = arena_printf(search->arena, "%s.%s", name, text_of(search, token));
		next(search, token);
	}
	return name;
}

static const char *read_head(struct search *search, struct token *token)
{
	static const char *const words[] = {
		"global", "local", "temporary", "temp", "unlogged", "foreign", "virtual"};

	for (size_t i = 0; i < sizeof words / sizeof *words; i++)
		take(search, token, words[i]);
	if (!take(search, token, "table"))
		return NULL;
	if (take(search, token, "if") && take(search, token, "not"))
		take(search, token, "exists");
	return read_name(search, token);
}

/* From behind the parenthesis to the one that closes it. */
static void read_columns(struct search *search, struct token *token, const char *table)
{
	bool starts = true;
	size_t depth = 1;

	for (next(search, token); token->kind != TOKEN_END; next(search, token)) {
		if (starts && is_name(token))
			begin(search, token->at, table, text_of(search, token));
		depth += scan_symbol_is(&search->scanner, token, '(');
		depth -= scan_symbol_is(&search->scanner, token, ')');
		if (!depth)
			return;
		starts = depth == 1 && scan_symbol_is(&search->scanner, token, ',');
	}
}

/* The first schema of SET search_path, which makes the tables; NULL where it is the usual one. */
static void read_search_path(struct search *search, struct token *token)
{
	const char *name;

	if (!take(search, token, "session"))
		take(search, token, "local");
	if (!take(search, token, "search_path"))
		return;
	if (!take(search, token, "to"))
		next(search, token);
	name = is_name(token) ? text_of(search, token) : NULL;
	if (name && token->kind == TOKEN_STRING)
		name = arena_strndup(search->arena, name + 1, strlen(name) - 2);
	if (name && (!*name || !strcmp(name, "\"$user\"") || !strcasecmp(name, "default")))
		name = NULL;
	search->schema = name;
}

static const char *with_schema(const struct search *search, const char *table)
{
	if (!table || !search->schema || strchr(table, '.'))
		return table;
	return arena_printf(search->arena, "%s.%s", search->schema, table);
}

static void read_statement(struct search *search, const struct scan_statement *statement)
{
	struct token token;
	size_t at, whole = search->scanner.size;
	const char *table;

	search->scanner.position = statement->offset;
	search->scanner.size = statement->last > statement->first
				       ? statement->last
				       : statement->offset + statement->size;
	next(search, &token);
	at = token.at;
	if (take(search, &token, "set"))
		read_search_path(search, &token);
	if (take(search, &token, "reset") && scan_word_is(&search->scanner, &token, "search_path"))
		search->schema = NULL;
	table = take(search, &token, "create") ? read_head(search, &token) : NULL;
	table = with_schema(search, table);
	search->pending = table ? search->pending : 0;
	if (table)
		begin(search, at, table, NULL);
	if (table && scan_symbol_is(&search->scanner, &token, '('))
		read_columns(search, &token, table);
	search->scanner.size = whole;
}

void renames_find(struct arena *arena, enum scan_dialect dialect, const char *file,
	const char *text, size_t size, struct renames *renames)
{
	struct search search = {.arena = arena, .file = file, .renames = renames};
	struct scanner pieces;
	struct scan_statement statement;

	scan_begin(&pieces, dialect, text, size);
	scan_begin(&search.scanner, dialect, text, size);
	while (scan_next(&pieces, &statement))
		read_statement(&search, &statement);
}
