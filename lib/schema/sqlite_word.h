/* sqlite_word: SQLite's keywords, and names as SQL writes them. Pure.
 * https://sqlite.org/lang_keywords.html */
#ifndef MIGRATE_SCHEMA_SQLITE_WORD_H
#define MIGRATE_SCHEMA_SQLITE_WORD_H

#include <stdbool.h>
#include <stddef.h>

#include "base/arena.h"

enum sqlite_word {
	WORD_NONE,     /* no keyword */
	WORD_RESERVED, /* never a name without quotes */
	WORD_JOIN,     /* LEFT, CROSS, ...: a name where nothing else can stand */
	WORD_SOFT,     /* a name wherever it makes no sense as a keyword */
};

/* Not NUL-terminated; letter case is ignored. */
enum sqlite_word sqlite_word_class(const char *text, size_t size);
/* As SQL writes it: quoted where it is anything but letters, digits and _, or a keyword. */
const char *sqlite_name(struct arena *arena, const char *name);
const char *sqlite_quoted(struct arena *arena, const char *name, char quote);
/* Names are the same without regard to the case of ASCII letters. NULL equals nothing. */
bool sqlite_same(const char *left, const char *right);
/* The letters of ASCII in lower, or in upper case. */
const char *sqlite_lower(struct arena *arena, const char *text);
const char *sqlite_upper(struct arena *arena, const char *text, size_t size);
/* BINARY, NOCASE, RTRIM in upper case, others as a name; NULL stays NULL. */
const char *sqlite_collation(struct arena *arena, const char *name);

#endif
