/* sql: SQL text from an embedded template and values. Pure.
 *
 * The one place where text that is not ours becomes part of a statement: identifiers and literals
 * are quoted here, for SQLite and PostgreSQL alike, and nowhere else. Text must be UTF-8 without a
 * NUL (a C string that was checked), and PostgreSQL's client_encoding UTF8.
 */
#ifndef MIGRATE_DB_SQL_H
#define MIGRATE_DB_SQL_H

#include <stddef.h>
#include <stdint.h>

#include "base/str.h"

enum sql_kind {
	SQL_IDENTIFIER, /* "name", quotes doubled */
	SQL_LITERAL, /* 'text', quotes doubled; NULL without text. A backslash is itself: right in
			SQLite always, in PostgreSQL under standard_conforming_strings */
	SQL_NUMBER,  /* the number */
	SQL_TEXT,    /* as it stands: SQL made by this module or a constant */
};

struct sql_value {
	const char *name; /* of the placeholder, without braces */
	enum sql_kind kind;
	const char *text;
	int64_t number;
};

/* Appends the template with each {name} replaced by its value. A placeholder is {, lower-case
 * letters and _, }; any other brace is itself. A placeholder without a value is a mistake in our
 * own source: abort. */
void sql_fill(struct str *out, const char *template, const struct sql_value *values, size_t count);

void sql_add_identifier(struct str *out, const char *name);
/* NULL for no text. */
void sql_add_literal(struct str *out, const char *text);
void sql_add_literal_bytes(struct str *out, const char *text, size_t size);
/* One line whatever the text holds, so that it stays in its comment. */
void sql_add_comment_text(struct str *out, const char *text);

#endif
