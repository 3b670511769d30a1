/* sqlite_cursor: reading tokens one after the other. For the parsers of SQLite's statements. */
#ifndef MIGRATE_SCHEMA_SQLITE_CURSOR_H
#define MIGRATE_SCHEMA_SQLITE_CURSOR_H

#include "schema/sqlite_token.h"

struct sqlite_cursor {
	struct arena *arena;
	const struct sqlite_token *at; /* never behind the TOKEN_END */
	const char *problem;           /* NULL, or the first that there was */
};

/* At the statement's first token. */
bool sqlite_cursor_open(struct sqlite_cursor *cursor, struct arena *arena, const char *sql);
/* False, with `near "..."`. */
bool sqlite_cursor_refuse(struct sqlite_cursor *cursor);
/* Moves behind the word, or words ("NOT NULL"), if they are there. */
bool sqlite_take(struct sqlite_cursor *cursor, const char *words);
bool sqlite_take_symbol(struct sqlite_cursor *cursor, const char *symbol);
/* The same; it must be there. */
bool sqlite_need(struct sqlite_cursor *cursor, const char *words);
bool sqlite_need_symbol(struct sqlite_cursor *cursor, const char *symbol);
/* A name of any sort, without quotes. */
bool sqlite_need_name(struct sqlite_cursor *cursor, const char **name);
/* `( ... )`: what is inside. */
bool sqlite_need_group(struct sqlite_cursor *cursor, struct sqlite_range *inside);
/* All that is left but a semicolon at the end; not nothing. */
bool sqlite_need_rest(struct sqlite_cursor *cursor, struct sqlite_range *rest);
/* [TEMP] KIND [IF NOT EXISTS] [schema.]name behind CREATE. */
bool sqlite_need_created(struct sqlite_cursor *cursor, const char *kind, const char **name);
bool sqlite_need_end(struct sqlite_cursor *cursor);

#endif
