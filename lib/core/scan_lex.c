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

/* Vertical tab is a blank since PostgreSQL 16; before that it is an error. */
const unsigned char scan_class_of[256] = {
	['\t' ... '\r'] = BLANK,
	[' '] = BLANK,
	['$'] = DOLLAR,
	['0' ... '9'] = DIGIT,
	['A' ... 'Z'] = LETTER,
	['_'] = LETTER,
	['a' ... 'z'] = LETTER,
	[0x80 ... 0xff] = LETTER,
};

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

/* The newline that ends a `--` comment: PostgreSQL takes a carriage return too. Two searches, one
 * for each, would not be linear. */
static size_t line_end(const struct scanner *scanner, size_t position)
{
	char other = scanner->dialect == SCAN_POSTGRESQL ? '\r' : '\n';
	const char *text = scanner->text;

	while (position < scanner->size && text[position] != '\n' && text[position] != other)
		position++;
	return position;
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
		if (scan_class_of[byte] & BLANK)
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
	if (depth)
		return scan_refuse(scanner, SCAN_OPEN_COMMENT, start);
	return true;
}

/* SQLite takes a byte order mark for a blank wherever a token could begin. The text is UTF-8, so
 * two more bytes follow the first. */
static bool mark_at(const struct scanner *scanner, size_t position)
{
	return (!position || scanner->dialect == SCAN_SQLITE) &&
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

static void read_word(struct scanner *scanner, struct token *token)
{
	size_t position = scanner->position;

	token->kind = TOKEN_WORD;
	while (class_at(scanner, position, LETTER | DIGIT | DOLLAR))
		position++;
	scanner->position = position;
}

/* A parameter; a dollar alone is a symbol. */
static void read_parameter(struct scanner *scanner)
{
	while (class_at(scanner, scanner->position, DIGIT))
		scanner->position++;
}

static void read_token(struct scanner *scanner, struct token *token)
{
	unsigned char byte = (unsigned char)scanner->text[token->at];

	if (scan_quoted(scanner, token))
		return;
	scanner->position++;
	if (scan_class_of[byte] & LETTER)
		read_word(scanner, token);
	else if (scan_class_of[byte] & DIGIT)
		read_number(scanner, token);
	else if (byte == '$')
		read_parameter(scanner);
	else if (byte == '\\' && scanner->dialect == SCAN_POSTGRESQL)
		scan_refuse(scanner, SCAN_PSQL_COMMAND, token->at);
}

void scan_token(struct scanner *scanner, struct token *token)
{
	bool clean = skip_blanks(scanner);

	*token = (struct token){.kind = TOKEN_END, .at = scanner->position};
	if (!clean || token->at == scanner->size)
		return;
	token->kind = TOKEN_SYMBOL;
	read_token(scanner, token);
	token->size = scanner->position - token->at;
	if (scanner->problem != SCAN_OK)
		token->kind = TOKEN_END;
}
