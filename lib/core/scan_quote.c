/* scan_quote: where strings, quoted names and dollar quotes end.
 *
 * Knows the quotes of both dialects; nothing else of them. Surprising: a PostgreSQL string may go
 * on in the next line, in another pair of quotes, and there the prefix of the first still holds.
 *
 * https://www.postgresql.org/docs/current/sql-syntax-lexical.html#SQL-SYNTAX-CONSTANTS
 */
#include <string.h>

#include "core/scan_lex.h"

enum string_style {
	STYLE_NONE,
	STYLE_PLAIN,
	STYLE_ESCAPES, /* E'': a backslash takes the next byte with it */
	STYLE_BITS,    /* B'' X'': a quote cannot be doubled */
	STYLE_UNICODE, /* U&'': plain whatever standard_conforming_strings says */
};

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

/* The quote is the closing one: it can be doubled, but for a bracket. */
static void read_name(struct scanner *scanner, struct token *token, size_t open, char quote)
{
	size_t end = closing(scanner, open + 1, quote, quote != ']');

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

static enum string_style plain_style(const struct scanner *scanner)
{
	bool plain = scanner->dialect == SCAN_SQLITE || scanner->standard_strings;

	return plain ? STYLE_PLAIN : STYLE_ESCAPES;
}

static enum string_style prefix_style(const struct scanner *scanner, char letter)
{
	letter = scan_lower(letter);
	if (letter == 'x')
		return STYLE_BITS;
	if (scanner->dialect == SCAN_SQLITE)
		return STYLE_NONE;
	switch (letter) {
	case 'b': return STYLE_BITS;
	case 'e': return STYLE_ESCAPES;
	case 'n': return plain_style(scanner);
	case 'u': return STYLE_UNICODE;
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
		read_name(scanner, token, open, '"');
	else
		return false;
	return true;
}

static bool read_sqlite_name(struct scanner *scanner, struct token *token, char quote)
{
	if (scanner->dialect != SCAN_SQLITE)
		return false;
	read_name(scanner, token, token->at, quote);
	return true;
}

static bool read_dollar(struct scanner *scanner, struct token *token)
{
	size_t tag = scanner->dialect == SCAN_SQLITE ? 0 : dollar_tag(scanner, token->at);

	if (tag)
		read_dollar_quoted(scanner, token, tag);
	return tag;
}

bool scan_quoted(struct scanner *scanner, struct token *token)
{
	switch (scanner->text[token->at]) {
	case '\'': read_string(scanner, token, token->at, plain_style(scanner)); return true;
	case '"': read_name(scanner, token, token->at, '"'); return true;
	case '`': return read_sqlite_name(scanner, token, '`');
	case '[': return read_sqlite_name(scanner, token, ']');
	case '$': return read_dollar(scanner, token);
	default: return read_prefixed(scanner, token);
	}
}
