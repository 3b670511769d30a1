/* scan: which semicolons end a statement, and where COPY data lies.
 *
 * Knows parentheses, function bodies, trigger bodies and data blocks; not what a token looks like
 * (scan_lex) nor what a command means (scan_command). Surprising: CASE is not counted. A body's END
 * always stands behind a semicolon (or behind ATOMIC), which a CASE's END, or a column that someone
 * called "end", never does. psql counts instead, and is wrong about the latter.
 */
#include "core/scan.h"

#include <string.h>

#include "base/utf8.h"
#include "core/scan_lex.h"

/* What the token before said about bodies. */
enum mark {
	MARK_NONE,
	MARK_CREATE,  /* CREATE, or a word that may stand between it and the next */
	MARK_ROUTINE, /* FUNCTION, PROCEDURE; SQLite: TRIGGER */
	MARK_BEGIN,
	MARK_ATOMIC,
	MARK_END,
	MARK_STOP, /* a place where END would close the body */
};

struct nesting {
	size_t parentheses, parenthesis_at; /* how many are open, where the outermost is */
	size_t bodies, body_at;
	size_t begin_at; /* the last BEGIN */
	enum mark previous;
	bool routine; /* CREATE FUNCTION and the like was seen, its body not yet */
};

/* A NUL or a bad byte is found before any piece is handed out: the script is not to be run at all.
 */
void scan_begin(struct scanner *scanner, enum scan_dialect dialect, const char *text, size_t size)
{
	const char *nul = size ? memchr(text, '\0', size) : NULL;
	size_t clean = nul ? (size_t)(nul - text) : size;
	size_t invalid = utf8_invalid(text, clean);

	*scanner = (struct scanner){
		.text = text, .size = size, .dialect = dialect, .standard_strings = true};
	if (invalid < clean)
		scan_refuse(scanner, SCAN_BAD_UTF8, invalid);
	else if (nul)
		scan_refuse(scanner, SCAN_NUL, clean);
}

static enum mark mark_if(
	const struct scanner *scanner, const struct token *token, const char *word, enum mark mark)
{
	return scan_word_is(scanner, token, word) ? mark : MARK_NONE;
}

static enum mark postgresql_mark(const struct scanner *scanner, const struct token *token)
{
	switch (scan_lower(scanner->text[token->at])) {
	case 'a': return mark_if(scanner, token, "atomic", MARK_ATOMIC);
	case 'b': return mark_if(scanner, token, "begin", MARK_BEGIN);
	case 'c': return mark_if(scanner, token, "create", MARK_CREATE);
	case 'e': return mark_if(scanner, token, "end", MARK_END);
	case 'f': return mark_if(scanner, token, "function", MARK_ROUTINE);
	case 'p': return mark_if(scanner, token, "procedure", MARK_ROUTINE);
	case 'r': return mark_if(scanner, token, "replace", MARK_CREATE);
	default: return MARK_NONE;
	}
}

static enum mark sqlite_mark(const struct scanner *scanner, const struct token *token)
{
	switch (scan_lower(scanner->text[token->at])) {
	case 'b': return mark_if(scanner, token, "begin", MARK_BEGIN);
	case 'c': return mark_if(scanner, token, "create", MARK_CREATE);
	case 'e': return mark_if(scanner, token, "end", MARK_END);
	case 't':
		if (scan_word_is(scanner, token, "trigger"))
			return MARK_ROUTINE;
		if (scan_word_is(scanner, token, "temp"))
			return MARK_CREATE;
		return mark_if(scanner, token, "temporary", MARK_CREATE);
	default: return MARK_NONE;
	}
}

static void open_body(struct nesting *nesting)
{
	if (!nesting->bodies++)
		nesting->body_at = nesting->begin_at;
	nesting->routine = false;
}

/* CREATE [OR REPLACE] FUNCTION|PROCEDURE ... BEGIN ATOMIC ...; END (sql-createfunction.html).
 * ATOMIC must be the very next token: a function may be called begin, and a table atomic. */
static void enter_postgresql_word(struct nesting *nesting, enum mark mark)
{
	if (nesting->parentheses)
		return;
	if (nesting->routine && mark == MARK_ATOMIC && nesting->previous == MARK_BEGIN) {
		open_body(nesting);
		nesting->previous = MARK_STOP;
		return;
	}
	nesting->previous = mark;
}

/* CREATE [TEMP|TEMPORARY] TRIGGER ... BEGIN ...; END (sqlite.org/c3ref/complete.html). */
static void enter_sqlite_word(struct nesting *nesting, enum mark mark)
{
	if (nesting->routine && mark == MARK_BEGIN)
		open_body(nesting);
	nesting->previous = mark;
}

static void enter_word(
	const struct scanner *scanner, struct nesting *nesting, const struct token *token)
{
	bool sqlite = scanner->dialect == SCAN_SQLITE;
	enum mark mark = sqlite ? sqlite_mark(scanner, token) : postgresql_mark(scanner, token);

	if (mark == MARK_BEGIN)
		nesting->begin_at = token->at;
	if (mark == MARK_ROUTINE && nesting->previous == MARK_CREATE)
		nesting->routine = true;
	if (mark == MARK_END && nesting->previous == MARK_STOP)
		nesting->bodies--;
	if (sqlite)
		enter_sqlite_word(nesting, mark);
	else
		enter_postgresql_word(nesting, mark);
}

/* PostgreSQL: CREATE RULE ... DO (a; b). In SQLite a parenthesis does not hold a semicolon. */
static void enter_symbol(
	const struct scanner *scanner, struct nesting *nesting, const struct token *token)
{
	bool counts = scanner->dialect == SCAN_POSTGRESQL;

	if (counts && scan_symbol_is(scanner, token, '(') && !nesting->parentheses++)
		nesting->parenthesis_at = token->at;
	else if (counts && scan_symbol_is(scanner, token, ')') && nesting->parentheses)
		nesting->parentheses--;
	nesting->previous = MARK_NONE;
}

/* True where the token ends the statement. */
static bool enter(const struct scanner *scanner, struct nesting *nesting, const struct token *token)
{
	if (token->kind == TOKEN_END)
		return true;
	if (token->kind == TOKEN_WORD) {
		enter_word(scanner, nesting, token);
	} else if (!scan_symbol_is(scanner, token, ';')) {
		enter_symbol(scanner, nesting, token);
	} else if (!nesting->parentheses) {
		nesting->previous = nesting->bodies ? MARK_STOP : MARK_NONE;
		nesting->routine = false;
		return !nesting->bodies;
	}
	return false;
}

/* The bytes behind a COPY's semicolon, up to the end of its line. psql would run a statement there
 * behind the data, so nothing but a comment is taken. */
static bool read_copy_line(struct scanner *scanner, const struct scan_statement *statement)
{
	const char *start = scanner->text + scanner->position;
	const char *newline = memchr(start, '\n', scanner->size - scanner->position);
	struct scanner line = *scanner;
	bool ignored = false;
	size_t stop;

	line.size = newline ? (size_t)(newline - scanner->text) : scanner->size;
	stop = scan_line_blanks(&line, scanner->position, &ignored);
	if (stop < line.size)
		return scan_refuse(scanner, SCAN_COPY_LINE, stop);
	if (!newline)
		return scan_refuse(scanner, SCAN_OPEN_COPY, statement->first);
	scanner->position = line.size + 1;
	return true;
}

/* The data's end is a line of just `\.` (sql-copy.html, "File Formats"). */
static bool read_copy_data(struct scanner *scanner, struct scan_statement *statement)
{
	const char *end = scanner->text + scanner->size;

	statement->data = scanner->position;
	while (scanner->position < scanner->size) {
		size_t at = scanner->position;
		const char *line = scanner->text + at;
		const char *newline = memchr(line, '\n', (size_t)(end - line));
		size_t size = newline ? (size_t)(newline - line) : (size_t)(end - line);

		scanner->position = at + size + (newline != NULL);
		size -= size && line[size - 1] == '\r';
		if (size == 2 && !memcmp(line, "\\.", 2)) {
			statement->data_size = at - statement->data;
			return true;
		}
	}
	return scan_refuse(scanner, SCAN_OPEN_COPY, statement->first);
}

/* The text's end inside of something. */
static bool is_closed(struct scanner *scanner, const struct nesting *nesting)
{
	if (nesting->parentheses)
		return scan_refuse(scanner, SCAN_OPEN_PARENTHESIS, nesting->parenthesis_at);
	if (nesting->bodies)
		return scan_refuse(scanner, SCAN_OPEN_BODY, nesting->body_at);
	return true;
}

static bool read_statement(
	struct scanner *scanner, struct scan_statement *statement, struct token *token)
{
	struct nesting nesting = {0};

	scan_token(scanner, token);
	statement->first = token->at;
	while (!enter(scanner, &nesting, token)) {
		statement->last = token->at + token->size;
		scan_token(scanner, token);
	}
	return scanner->problem == SCAN_OK && is_closed(scanner, &nesting);
}

bool scan_next(struct scanner *scanner, struct scan_statement *statement)
{
	struct token token;

	if (scanner->problem != SCAN_OK || scanner->position >= scanner->size)
		return false;
	*statement = (struct scan_statement){.offset = scanner->position};
	if (!read_statement(scanner, statement, &token))
		return false;
	if (statement->last)
		scan_classify(scanner, statement);
	if (statement->command == SCAN_COPY_STDIN) {
		if (token.kind == TOKEN_END)
			return scan_refuse(scanner, SCAN_OPEN_COPY, statement->first);
		if (!read_copy_line(scanner, statement) || !read_copy_data(scanner, statement))
			return false;
	}
	statement->size = scanner->position - statement->offset;
	if (statement->command == SCAN_EMPTY)
		statement->first = statement->last = scanner->position;
	return true;
}

const char *scan_problem_text(enum scan_problem problem)
{
	switch (problem) {
	case SCAN_OK: return "no problem";
	case SCAN_NUL: return "NUL byte";
	case SCAN_BAD_UTF8: return "byte that is not UTF-8";
	case SCAN_OPEN_QUOTE: return "unterminated quoted string";
	case SCAN_OPEN_IDENTIFIER: return "unterminated quoted identifier";
	case SCAN_OPEN_COMMENT: return "unterminated block comment";
	case SCAN_OPEN_DOLLAR: return "unterminated dollar-quoted string";
	case SCAN_OPEN_PARENTHESIS: return "parenthesis that is never closed";
	case SCAN_OPEN_BODY: return "body without its END";
	case SCAN_OPEN_COPY: return "COPY data without its end, a line of just \\.";
	case SCAN_COPY_LINE: return "text behind COPY ... FROM STDIN; on the same line";
	case SCAN_PSQL_COMMAND: return "backslash command of psql";
	}
	return "unknown problem";
}
