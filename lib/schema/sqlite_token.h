/* sqlite_token: the tokens of one stored CREATE statement, and their canonical text. Pure.
 *
 * Canonical: one blank between tokens where there is any, no comments, keywords in upper case,
 * names quoted only where they must be and in their own case, literals as they stand. The canonical
 * text of canonical text is itself. */
#ifndef MIGRATE_SCHEMA_SQLITE_TOKEN_H
#define MIGRATE_SCHEMA_SQLITE_TOKEN_H

#include <stdint.h>

#include "base/str.h"
#include "core/scan_lex.h"
#include "schema/sqlite_word.h"

struct sqlite_token {
	enum token_kind kind;  /* operators are one TOKEN_SYMBOL each */
	enum sqlite_word word; /* of a TOKEN_WORD */
	const char *text;      /* in the statement */
	size_t size;
	const char *name; /* without quotes: of words, names and strings; else "" */
};

/* Fills *first with the tokens, ended by one of TOKEN_END. False: the text is no UTF-8, or a quote
 * or comment does not end. */
bool sqlite_tokens(
	struct arena *arena, const char *text, size_t size, const struct sqlite_token **first);

/* Is it this word, unquoted? Given in upper case. */
bool sqlite_word_is(const struct sqlite_token *token, const char *word);
/* One of these, separated by blanks? */
bool sqlite_word_in(const struct sqlite_token *token, const char *words);
bool sqlite_symbol_is(const struct sqlite_token *token, const char *symbol);

/* Tokens [from, to). */
struct sqlite_range {
	const struct sqlite_token *from, *to;
};

/* The `)` that belongs to the `(`, or to where there is none. */
const struct sqlite_token *sqlite_closing(
	const struct sqlite_token *open, const struct sqlite_token *to);
/* Without parentheses that are around the whole. */
struct sqlite_range sqlite_unwrap(struct sqlite_range range);

/* What names in an expression of a table's own mean. */
struct sqlite_scope {
	const char *table;         /* "t." in front of a column is left out; NULL: none */
	const char *const *column; /* without quotes */
	uint32_t count;
	bool *mentioned; /* for each column: set where it is; or NULL */
};

/* The column, or count. */
uint32_t sqlite_scope_find(const struct sqlite_scope *scope, const char *name);

/* Appends the canonical text. Without a scope it is a query or a trigger's statement, where "x" may
 * be a name or, there being no such column, a string
 * (https://sqlite.org/quirks.html#double_quoted_string_literals_are_accepted), and stays as it is
 * unless it is surely a name. In a scope that is known. */
void sqlite_canonical(struct arena *arena, struct sqlite_range range,
	const struct sqlite_scope *scope, struct str *out);
/* The same, in the arena. */
const char *sqlite_canonical_text(
	struct arena *arena, struct sqlite_range range, const struct sqlite_scope *scope);
/* A view's query, whose columns keep their names; named: they have names of their own. */
const char *sqlite_canonical_query(struct arena *arena, struct sqlite_range range, bool named);

#endif
