/* scan: where the statements of a SQL script begin and end, and what must not run as it stands.
 *
 * Pure. The text is any bytes, of any size, and is not copied; nothing is allocated; time is
 * linear. The pieces that scan_next returns, joined together, are the text, always: a piece is
 * blanks and comments, one statement, and its semicolon (and, for COPY ... FROM stdin, the data
 * block with its end-of-data line). A last piece may hold blanks and comments only (SCAN_EMPTY). A
 * byte order mark at the text's start is a blank.
 *
 * PostgreSQL's rules: https://www.postgresql.org/docs/current/sql-syntax-lexical.html, and for
 * BEGIN ATOMIC and parentheses the way psql reads a file. SQLite's: https://sqlite.org/lang.html
 * and sqlite3_complete (triggers).
 */
#ifndef MIGRATE_CORE_SCAN_H
#define MIGRATE_CORE_SCAN_H

#include <stdbool.h>
#include <stddef.h>

#include "base/str.h"

enum scan_dialect { SCAN_POSTGRESQL, SCAN_SQLITE };

/* What a statement is, as far as a runner must know. */
enum scan_command {
	SCAN_EMPTY,        /* no token at all but perhaps a semicolon */
	SCAN_BEGIN,        /* BEGIN, START TRANSACTION */
	SCAN_COMMIT,       /* COMMIT, END (top level) without AND CHAIN; not COMMIT PREPARED */
	SCAN_COMMIT_CHAIN, /* COMMIT or END ... AND CHAIN */
	SCAN_ROLLBACK, /* ROLLBACK, ABORT, with or without AND CHAIN; not ROLLBACK TO, not PREPARED
			*/
	SCAN_PREPARE_TRANSACTION,
	SCAN_SAVEPOINT,       /* SAVEPOINT, RELEASE, ROLLBACK TO */
	SCAN_SET_TRANSACTION, /* SET [LOCAL|SESSION] TRANSACTION ... (not SESSION CHARACTERISTICS)
			       */
	SCAN_RESET_ALL,       /* RESET ALL, DISCARD ALL */
	SCAN_COPY_STDIN,      /* COPY ... FROM STDIN: data follows in the script */
	SCAN_OTHER,
};

struct scan_statement {
	size_t offset, size; /* the piece, semicolon (and data block) included */
	size_t first;        /* offset of the first token; offset + size where SCAN_EMPTY */
	size_t last; /* offset behind the statement's last token, its semicolon not included */
	size_t data, data_size; /* SCAN_COPY_STDIN: the data lines, without the `\.` line */
	enum scan_command command;
	bool outside_transaction; /* one that the server is known to refuse inside a transaction */
};

enum scan_problem {
	SCAN_OK,
	SCAN_NUL, /* a NUL byte: the client libraries would stop there and succeed */
	SCAN_BAD_UTF8,
	SCAN_OPEN_QUOTE,       /* '...' */
	SCAN_OPEN_IDENTIFIER,  /* "..." (SQLite: `...` and [...] too) */
	SCAN_OPEN_COMMENT,     /* a block comment */
	SCAN_OPEN_DOLLAR,      /* $tag$ ... */
	SCAN_OPEN_PARENTHESIS, /* only where the text ends inside one */
	SCAN_OPEN_BODY,        /* BEGIN ATOMIC or a trigger body without its END */
	SCAN_OPEN_COPY, /* COPY data without its end: PostgreSQL only; psql accepts the file's end,
			   we do not, since a section may have been cut short */
	SCAN_COPY_LINE, /* something but a comment behind COPY ... FROM STDIN; on its line: psql
			   would run it behind the data */
	SCAN_PSQL_COMMAND, /* PostgreSQL: a backslash command of psql, anywhere outside a quote */
};

struct scanner {
	const char *text;
	size_t size;
	enum scan_dialect dialect;
	bool standard_strings; /* standard_conforming_strings, on by default since 9.1; a script's
				  own SET does not change it, since the script is sent whole */
	size_t position;
	enum scan_problem problem;
	size_t problem_at; /* where the offending thing begins (an open quote: the quote) */
};

/* Looks for NUL and bad UTF-8 in the whole text: with these, scan_next gives no piece at all. */
void scan_begin(struct scanner *scanner, enum scan_dialect dialect, const char *text, size_t size);
/* The next piece. False at the end of the text, or at a problem (then scanner->problem is set). */
bool scan_next(struct scanner *scanner, struct scan_statement *statement);
/* One lower-case sentence part for a message: "unterminated quoted string". */
const char *scan_problem_text(enum scan_problem problem);

/* Appends the text as one line of about limit bytes: no comments, '...' for each string, and " ..."
 * at the end where something is left out. */
void scan_show(
	enum scan_dialect dialect, const char *text, size_t size, size_t limit, struct str *out);

#endif
