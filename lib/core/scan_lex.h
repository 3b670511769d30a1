/* scan_lex: the tokens of both dialects, for the scanner's own files only.
 *
 * A struct scanner is the cursor. Its text holds no NUL, so a NUL read means the end of the text.
 */
#ifndef MIGRATE_CORE_SCAN_LEX_H
#define MIGRATE_CORE_SCAN_LEX_H

#include "core/scan.h"

enum token_kind {
	TOKEN_END,    /* of the text, or a problem: then scanner->problem is set */
	TOKEN_WORD,   /* a keyword or an unquoted name */
	TOKEN_NAME,   /* a quoted name, quotes included */
	TOKEN_STRING, /* a string of any kind, prefix, quotes and continuation lines included */
	TOKEN_NUMBER,
	TOKEN_SYMBOL, /* one byte of anything else: operators come in pieces */
};

struct token {
	enum token_kind kind;
	size_t at, size;
};

/* Classes of bytes. A word is a LETTER and then any of the last three. */
enum { BLANK = 1, LETTER = 2, DIGIT = 4, DOLLAR = 8 };
/* By byte. */
extern const unsigned char scan_class_of[256];

static inline unsigned char byte_at(const struct scanner *scanner, size_t position)
{
	return position < scanner->size ? (unsigned char)scanner->text[position] : 0;
}

static inline bool class_at(const struct scanner *scanner, size_t position, unsigned classes)
{
	return (scan_class_of[byte_at(scanner, position)] & classes) != 0;
}

/* The token behind scanner->position, blanks and comments skipped; position moves behind it. */
void scan_token(struct scanner *scanner, struct token *token);
/* Reads a string or a quoted name of any kind at token->at; false where none begins there. */
bool scan_quoted(struct scanner *scanner, struct token *token);
/* Whether the token is this word, given in lower case. A quoted name never is. */
bool scan_word_is(const struct scanner *scanner, const struct token *token, const char *word);
bool scan_symbol_is(const struct scanner *scanner, const struct token *token, char symbol);
/* The first byte at or behind position that is neither blank nor in a `--` comment. */
size_t scan_line_blanks(const struct scanner *scanner, size_t position, bool *newline);
char scan_lower(char byte);
/* Sets the problem; false, so that it can be returned. */
bool scan_refuse(struct scanner *scanner, enum scan_problem problem, size_t at);

/* Fills command and outside_transaction from the tokens in [first, last). */
void scan_classify(const struct scanner *scanner, struct scan_statement *statement);

#endif
