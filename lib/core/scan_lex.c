/* scan_lex: cuts SQL text into tokens, by PostgreSQL's rules or SQLite's.
 *
 * Knows what quotes and comments are; not what a statement is. Surprising: operators come one byte
 * at a time. That is exact, since PostgreSQL ends an operator where `--` or a slash-star begins,
 * and nobody here asks which operator it was.
 *
 * https://www.postgresql.org/docs/current/sql-syntax-lexical.html
 * https://sqlite.org/lang_expr.html#literal_values_constants_ and lang_comment.html
 */
#include "core/scan_lex.h"

#include <string.h>

enum { BLANK = 1, LETTER = 2, DIGIT = 4, DOLLAR = 8 };

/* Vertical tab is a blank since PostgreSQL 16; before that it is an error. */
static const unsigned char class_of[256] = {
	['\t' ... '\r'] = BLANK,
	[' '] = BLANK,
	['$'] = DOLLAR,
	['0' ... '9'] = DIGIT,
	['A' ... 'Z'] = LETTER,
	['_'] = LETTER,
	['a' ... 'z'] = LETTER,
	[0x80 ... 0xff] = LETTER,
};

enum string_style {
	STYLE_NONE,
	STYLE_PLAIN,
	STYLE_ESCAPES, /* E'': a backslash takes the next byte with it */
	STYLE_BITS,    /* B'' X'': a quote cannot be doubled */
	STYLE_UNICODE, /* U&'': plain whatever standard_conforming_strings says */
};

static inline unsigned char byte_at(const struct scanner *scanner, size_t position)
{
	return position < scanner->size ? (unsigned char)scanner->text[position] : 0;
}

static inline bool class_at(const struct scanner *scanner, size_t position, unsigned classes)
{
	return (class_of[byte_at(scanner, position)] & classes) != 0;
}

char scan_lower(char byte)
{
	return byte >= 'A' && byte <= 'Z' ? (char)(byte + ('a' - 'A')) : byte;
}

bool scan_refuse(struct scanner *scanner, enum scan_problem problem, size_t at)
{
	scanner->problem = problem;
	scanner->problem_at = at;
	return false;
}

bool scan_word_is(const struct scanner *scanner, const struct token *token, const char *word)
{
	const char *text = scanner->text + token->at;
	size_t i = 0;

	if (token->kind != TOKEN_WORD)
		return false;
	while (i < token->size && word[i] && scan_lower(text[i]) == word[i])
		i++;
	return i == token->size && !word[i];
}

bool scan_symbol_is(const struct scanner *scanner, const struct token *token, char symbol)
{
	return token->kind == TOKEN_SYMBOL && scanner->text[token->at] == symbol;
}

/* The newline that ends a `--` comment: PostgreSQL takes a carriage return too. */
static size_t line_end(const struct scanner *scanner, size_t position)
{
	const char *start = scanner->text + position;
	const char *end = memchr(start, '\n', scanner->size - position);
	size_t size = end ? (size_t)(end - start) : scanner->size - position;

	if (scanner->dialect == SCAN_POSTGRESQL && (end = memchr(start, '\r', size)))
		size = (size_t)(end - start);
	return position + size;
}

static bool line_comment_at(const struct scanner *scanner, size_t position)
{
	return byte_at(scanner, position) == '-' && byte_at(scanner, position + 1) == '-';
}

size_t scan_line_blanks(const struct scanner *scanner, size_t position, bool *newline)
{
	for (;;) {
		unsigned char byte = byte_at(scanner, position);

		*newline |= byte == '\n' || byte == '\r';
		if (class_of[byte] & BLANK)
			position++;
		else if (line_comment_at(scanner, position))
			position = line_end(scanner, position);
		else
			return position;
	}
}

/* PostgreSQL's block comments nest. */
static bool skip_block_comment(struct scanner *scanner)
{
	bool nests = scanner->dialect == SCAN_POSTGRESQL;
	size_t start = scanner->position, position = start + 2, depth = 1;

	while (depth && position < scanner->size) {
		unsigned char byte = byte_at(scanner, position);
		unsigned char next = byte_at(scanner, position + 1);

		if (byte == '*' && next == '/')
			depth--, position += 2;
		else if (nests && byte == '/' && next == '*')
			depth++, position += 2;
		else
			position++;
	}
	scanner->position = position;
	return !depth || scan_refuse(scanner, SCAN_OPEN_COMMENT, start);
}

/* SQLite takes a byte order mark for a blank wherever a token could begin. */
static bool mark_at(const struct scanner *scanner, size_t position)
{
	return (!position || scanner->dialect == SCAN_SQLITE) &&
	       scanner->size - position >= 3 &&
	       !memcmp(scanner->text + position, "\xef\xbb\xbf", 3);
}

static bool skip_blanks(struct scanner *scanner)
{
	for (;;) {
		bool newline = false;
		size_t position = scan_line_blanks(scanner, scanner->position, &newline);

		scanner->position = position;
		if (byte_at(scanner, position) == 0xef && mark_at(scanner, position))
			scanner->position += 3;
		else if (byte_at(scanner, position) != '/' || byte_at(scanner, position + 1) != '*')
			return true;
		else if (!skip_block_comment(scanner))
			return false;
	}
}

/* Offset of the byte that closes, or the text's size. */
static size_t closing(const struct scanner *scanner, size_t position, char quote, bool doubles)
{
	while (position < scanner->size) {
		const char *start = scanner->text + position;
		const char *end = memchr(start, quote, scanner->size - position);

		if (!end)
			break;
		position += (size_t)(end - start);
		if (!doubles || byte_at(scanner, position + 1) != (unsigned char)quote)
			return position;
		position += 2;
	}
	return scanner->size;
}

static size_t closing_escaped(const struct scanner *scanner, size_t position)
{
	while (position < scanner->size) {
		char byte = scanner->text[position];

		if (byte == '\'' && byte_at(scanner, position + 1) != '\'')
			return position;
		position += byte == '\\' || byte == '\'' ? 2 : 1;
	}
	return scanner->size;
}

/* A string goes on in the next quote where only blanks and a newline lie between ("4.1.2.1"). */
static bool continues(const struct scanner *scanner, size_t *open)
{
	bool newline = false;

	if (scanner->dialect == SCAN_SQLITE)
		return false;
	*open = scan_line_blanks(scanner, scanner->position, &newline);
	return newline && byte_at(scanner, *open) == '\'';
}

static void read_string(
	struct scanner *scanner, struct token *token, size_t open, enum string_style style)
{
	token->kind = TOKEN_STRING;
	do {
		size_t end = style == STYLE_ESCAPES
		                     ? closing_escaped(scanner, open + 1)
		                     : closing(scanner, open + 1, '\'', style != STYLE_BITS);

		if (end == scanner->size) {
			scan_refuse(scanner, SCAN_OPEN_QUOTE, open);
			return;
		}
		scanner->position = end + 1;
	} while (continues(scanner, &open));
}

static void read_name(
	struct scanner *scanner, struct token *token, size_t open, char quote, bool doubles)
{
	size_t end = closing(scanner, open + 1, quote, doubles);

	token->kind = TOKEN_NAME;
	if (end == scanner->size)
		scan_refuse(scanner, SCAN_OPEN_IDENTIFIER, open);
	else
		scanner->position = end + 1;
}

/* Bytes of the $tag$ that begins here, 0 where none does. */
static size_t dollar_tag(const struct scanner *scanner, size_t position)
{
	size_t end = position + 1;

	if (class_at(scanner, end, LETTER))
		while (class_at(scanner, end, LETTER | DIGIT))
			end++;
	return byte_at(scanner, end) == '$' ? end + 1 - position : 0;
}

/* Linear whatever the text: a tag has no dollar inside, so a failed comparison ends before the
 * dollar that the next one begins at. */
static void read_dollar_quoted(struct scanner *scanner, struct token *token, size_t tag)
{
	const char *start = scanner->text + token->at, *end = scanner->text + scanner->size;
	const char *found = start + tag;

	token->kind = TOKEN_STRING;
	while ((found = memchr(found, '$', (size_t)(end - found)))) {
		if ((size_t)(end - found) >= tag && !memcmp(found, start, tag)) {
			scanner->position = (size_t)(found - scanner->text) + tag;
			return;
		}
		found++;
	}
	scan_refuse(scanner, SCAN_OPEN_DOLLAR, token->at);
}

/* $1 is a parameter, and what follows it may be a dollar quote. */
static void read_dollar(struct scanner *scanner, struct token *token)
{
	size_t tag = dollar_tag(scanner, token->at);

	if (tag) {
		read_dollar_quoted(scanner, token, tag);
		return;
	}
	while (class_at(scanner, scanner->position, DIGIT))
		scanner->position++;
}

static void read_number(struct scanner *scanner, struct token *token)
{
	size_t position = scanner->position, digits;

	token->kind = TOKEN_NUMBER;
	while (class_at(scanner, position, DIGIT) || byte_at(scanner, position) == '.')
		position++;
	scanner->position = position;
	if (scan_lower((char)byte_at(scanner, position)) != 'e')
		return;
	digits = position + 1;
	digits += byte_at(scanner, digits) == '+' || byte_at(scanner, digits) == '-';
	while (class_at(scanner, digits, DIGIT))
		scanner->position = ++digits;
}

static enum string_style prefix_style(const struct scanner *scanner, char letter)
{
	bool sqlite = scanner->dialect == SCAN_SQLITE;

	switch (scan_lower(letter)) {
	case 'x': return STYLE_BITS;
	case 'b': return sqlite ? STYLE_NONE : STYLE_BITS;
	case 'e': return sqlite ? STYLE_NONE : STYLE_ESCAPES;
	case 'u': return sqlite ? STYLE_NONE : STYLE_UNICODE;
	case 'n': return !sqlite && !scanner->standard_strings ? STYLE_ESCAPES : STYLE_PLAIN;
	default: return STYLE_NONE;
	}
}

/* Only a prefix that is a whole word counts: the quote in typeE'' is a plain one. */
static bool read_prefixed(struct scanner *scanner, struct token *token)
{
	enum string_style style = prefix_style(scanner, scanner->text[token->at]);
	size_t open = token->at + 1;

	if (style == STYLE_NONE)
		return false;
	if (style == STYLE_UNICODE && byte_at(scanner, open++) != '&')
		return false;
	if (byte_at(scanner, open) == '\'')
		read_string(scanner, token, open, style);
	else if (style == STYLE_UNICODE && byte_at(scanner, open) == '"')
		read_name(scanner, token, open, '"', true);
	else
		return false;
	return true;
}

static void read_word(struct scanner *scanner, struct token *token)
{
	size_t position = scanner->position;

	token->kind = TOKEN_WORD;
	while (class_at(scanner, position, LETTER | DIGIT | DOLLAR))
		position++;
	scanner->position = position;
}

static void read_sqlite_special(struct scanner *scanner, struct token *token, char byte)
{
	if (byte == '`')
		read_name(scanner, token, token->at, '`', true);
	else if (byte == '[')
		read_name(scanner, token, token->at, ']', false);
}

static void read_postgresql_special(struct scanner *scanner, struct token *token, char byte)
{
	if (byte == '$')
		read_dollar(scanner, token);
	else if (byte == '\\')
		scan_refuse(scanner, SCAN_PSQL_COMMAND, token->at);
}

static void read_token(struct scanner *scanner, struct token *token)
{
	char byte = scanner->text[token->at];
	bool escapes = scanner->dialect == SCAN_POSTGRESQL && !scanner->standard_strings;

	scanner->position++;
	if (class_at(scanner, token->at, LETTER)) {
		if (!read_prefixed(scanner, token))
			read_word(scanner, token);
	} else if (class_at(scanner, token->at, DIGIT)) {
		read_number(scanner, token);
	} else if (byte == '\'') {
		read_string(scanner, token, token->at, escapes ? STYLE_ESCAPES : STYLE_PLAIN);
	} else if (byte == '"') {
		read_name(scanner, token, token->at, '"', true);
	} else if (scanner->dialect == SCAN_SQLITE) {
		read_sqlite_special(scanner, token, byte);
	} else {
		read_postgresql_special(scanner, token, byte);
	}
}

void scan_token(struct scanner *scanner, struct token *token)
{
	token->kind = TOKEN_END;
	token->size = 0;
	if (!skip_blanks(scanner) || (token->at = scanner->position) == scanner->size)
		return;
	token->kind = TOKEN_SYMBOL;
	read_token(scanner, token);
	token->size = scanner->position - token->at;
	if (scanner->problem != SCAN_OK)
		token->kind = TOKEN_END;
}
