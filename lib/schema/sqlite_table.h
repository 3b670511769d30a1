/* sqlite_table: what a stored CREATE TABLE says. Pure.
 *
 * SQLite keeps the text and little else: CHECK, COLLATE, generated expressions, AUTOINCREMENT,
 * conflict clauses, names of constraints and DEFERRABLE are nowhere but there
 * (https://sqlite.org/schematab.html, https://sqlite.org/lang_createtable.html). */
#ifndef MIGRATE_SCHEMA_SQLITE_TABLE_H
#define MIGRATE_SCHEMA_SQLITE_TABLE_H

#include "schema/schema.h"
#include "schema/sqlite_token.h"

/* Names are without quotes, texts are SQL; what is not there is NULL. */
struct sqlite_column {
	const char *name;
	const char *type;     /* canonical */
	const char *declared; /* as SQLite understood it, "" for none: PRAGMA table_xinfo's */
	bool not_null;        /* by its own word, or as part of a primary key that has none */
	const char *not_null_name, *not_null_conflict;
	const char *collation; /* SQL; NULL for BINARY too */
	const char *value;     /* DEFAULT */
	const char *generated; /* the expression */
	bool stored;
	struct sqlite_range value_range, generated_range;
};

/* A column of a key, or an expression of an index. */
struct sqlite_term {
	const char *column;    /* as the table has it; NULL: an expression */
	const char *text;      /* SQL, without what follows */
	const char *collation; /* where it is not the column's */
	bool descending;
};

struct sqlite_constraint {
	enum schema_kind kind;
	const char *name, *conflict;
	bool is_inline;
	struct sqlite_term *term; /* PRIMARY KEY, UNIQUE, FOREIGN KEY's own columns */
	uint32_t count;
	bool autoincrement;
	const char *expression; /* CHECK */
	bool *mentioned;        /* CHECK: by column */
	const char *parent;     /* FOREIGN KEY */
	const char **parent_column;
	uint32_t parent_count; /* 0: its primary key */
	const char *on_delete, *on_update, *match;
	bool deferred;
	struct sqlite_range range; /* of the list or the expression */
};

struct sqlite_table {
	const char *name;
	struct sqlite_column *column;
	uint32_t column_count;
	struct sqlite_constraint *constraint; /* in the text's order */
	uint32_t constraint_count;
	bool strict, without_rowid;
	bool alias; /* its primary key is its rowid */
	struct sqlite_scope scope;
};

/* False: *problem says what was not understood, `near "FOO"`. */
bool sqlite_table_parse(
	struct arena *arena, const char *sql, struct sqlite_table *table, const char **problem);

/* The list's terms: a column, or an expression that is not the table's. */
bool sqlite_terms(struct arena *arena, struct sqlite_range range, const struct sqlite_table *table,
	struct sqlite_term **term, uint32_t *count);
/* "a COLLATE NOCASE DESC" */
const char *sqlite_term_text(struct arena *arena, const struct sqlite_term *term);
/* "a, b DESC" */
const char *sqlite_terms_text(struct arena *arena, const struct sqlite_term *term, uint32_t count);

/* For sqlite_table*.c: the declared type of the tokens, and its canonical spelling. False where it
 * cannot be written so that SQLite takes it for the same: a comment inside has an effect
 * (https://sqlite.org/datatype3.html#determination_of_column_affinity). */
bool sqlite_type(struct arena *arena, struct sqlite_range range, struct sqlite_column *column);

/* What a type of that name does to values, by datatype3.html's rules: 'i'nteger, 't'ext, 'b'lob,
 * 'r'eal, 'n'umeric. */
char sqlite_affinity(const char *type);

#endif
