/* migrate: schema migrations for SQLite and PostgreSQL, as a library.
 *
 * The whole of the `migrate` program is written with this header. The library never prints, exits,
 * reads the environment or installs a signal handler: it returns values and calls an event handler.
 *
 * Ownership: what a function returns inside a struct migrate lives until migrate_close. Text is
 * UTF-8 and NUL-terminated. A struct migrate belongs to one thread at a time, except that
 * migrate_interrupt may be called from anywhere, a signal handler included.
 *
 * Errors: a function that may fail takes a struct migrate_error last and returns false or NULL when
 * it did. The first error wins; a filled struct is left alone until migrate_error_clear.
 */
#ifndef MIGRATE_H
#define MIGRATE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

#define MIGRATE_API __attribute__((visibility("default")))

/* name, stable slug (JSON: error.code), exit status of the program */
#define MIGRATE_ERRORS(X)                                                                          \
	X(NONE, "none", 0)                                                                         \
	X(USAGE, "usage", 2)                       /* an option or argument makes no sense */      \
	X(CONFIG, "config", 2)                     /* migrator.yaml or .env: missing or wrong */   \
	X(URL, "database_url", 2)                  /* the database URL cannot be understood */     \
	X(SCRIPT, "script", 2)                     /* a revision file is malformed */              \
	X(GRAPH, "graph", 2)                       /* the files do not form a graph */             \
	X(TARGET, "target", 2)                     /* no revision by that name or walk */          \
	X(AMBIGUOUS, "ambiguous", 2)               /* several revisions by that name or walk */    \
	X(MULTIPLE_HEADS, "multiple_heads", 2)     /* `head` with several heads */                 \
	X(REFUSED, "refused", 2)                   /* understood, and not done for safety */       \
	X(UNKNOWN_REVISION, "unknown_revision", 2) /* the database has a row that no file has */   \
	X(VERSION_TABLE, "version_table", 2)       /* the version table has another shape */       \
	X(EXISTS, "exists", 2)                     /* a file to be written is there already */     \
	X(CONNECT, "connection", 1)                /* the database cannot be reached or opened */  \
	X(DATABASE, "database", 1)                 /* the database failed outside a script */      \
	X(SQL, "sql", 1)                           /* a script failed */                           \
	X(FILE, "file", 1)                         /* the file system failed */                    \
	X(CHECK, "check", 3)                       /* a check found something */                   \
	X(LOCKED, "locked", 4)                     /* another run holds the lock */                \
	X(HALF_DONE, "half_done", 5)               /* a non-transactional script stopped midway */ \
	X(UNKNOWN_OUTCOME, "unknown_outcome", 6)   /* the answer to COMMIT was lost */             \
	X(INTERRUPTED, "interrupted", 130)                                                         \
	X(TERMINATED, "terminated", 143)

enum migrate_error_code {
#define X(name, slug, status) MIGRATE_E_##name,
	MIGRATE_ERRORS(X)
#undef X
};

/* A zeroed struct is "no error". Text that is not known is NULL, numbers that are not known are 0.
 * No text ever holds a password. */
struct migrate_error {
	enum migrate_error_code code;
	const char *message;   /* one line, lower case, names the object */
	const char *detail;    /* further lines, as the server or the system gave them */
	const char *hint;      /* what to do next */
	const char *file;      /* where: a script, migrator.yaml, .env */
	size_t line, column;   /* from 1; columns count characters */
	const char *excerpt;   /* the source line that line names, without its line end */
	const char *statement; /* the SQL statement that failed */
	char sqlstate[6];      /* PostgreSQL only */
	void *memory;          /* the library's own */
};

MIGRATE_API void migrate_error_clear(struct migrate_error *error);
MIGRATE_API const char *migrate_error_slug(enum migrate_error_code code);
MIGRATE_API int migrate_error_status(enum migrate_error_code code);

/* ENDOFERRORS */

#ifdef __cplusplus
}
#endif

#endif
