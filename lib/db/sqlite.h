/* sqlite: what the parts of the SQLite driver share. Nobody outside sqlite*.c includes this.
 *
 *   sqlite.c           open, close, lock, ensure; the driver table
 *   sqlite_read.c      the state of the two tables
 *   sqlite_query.c     our own statements, errors, transactions
 *   sqlite_wait.c      busy and interruption handlers; who holds the lock
 *   sqlite_session.c   one run at a time, over several transactions
 *   sqlite_apply.c     batches and steps: transactions, and what came of COMMIT
 *   sqlite_record.c    the version table's rows and the log's records of a step
 *   sqlite_run.c       one script's statements, and what a script may not do
 *   sqlite_text.c      the little that is read out of a script's text itself
 *   sqlite_settings.c  what a script changed in the connection, set back
 *   sqlite_keys.c      foreign keys: the check before COMMIT
 *   sqlite_script.c    the text of --sql
 */
#ifndef MIGRATE_DB_SQLITE_H
#define MIGRATE_DB_SQLITE_H

#include "db/db.h"
#include "db/sqlite_api.h"

/* Our own statements, prepared once; SQLite prepares them anew itself when the schema changes. */
enum sqlite_statement {
	STATEMENT_BEGIN,
	STATEMENT_COMMIT,
	STATEMENT_ROWS,
	STATEMENT_MOVE,
	STATEMENT_REMOVE,
	STATEMENT_ADD,
	STATEMENT_LOG,
	STATEMENT_LOG_LAST,
	STATEMENT_HAS_KEYS,
	STATEMENT_FOREIGN_KEYS,
	STATEMENT_COUNT,
};

/* Rows of the version table as they should be: strings live in db->batch_memory. */
struct sqlite_rows {
	const char **item;
	size_t count, capacity;
};

struct sqlite_violation {
	const char *table, *parent;
	bool has_rowid; /* a WITHOUT ROWID table has none */
	int64_t rowid;
};

struct sqlite_violations {
	struct arena memory;
	struct sqlite_violation *item; /* sorted */
	size_t count, capacity;
};

/* Whether any table has a foreign key: a check of 1,000 tables that have none costs too. */
enum sqlite_has_keys { KEYS_UNKNOWN, KEYS_NONE, KEYS_SOME };

struct sqlite_script;

enum { SQLITE_DESCRIPTORS = 64 };

struct db {
	struct sqlite_api api;
	sqlite3 *handle;
	struct arena memory; /* copies of the settings */
	const char *path;    /* NULL: memory */
	const char *shown;   /* the path for messages */
	const char *version_table, *tool, *user;
	long lock_timeout, statement_timeout;
	struct db_hooks hooks;
	const volatile sig_atomic_t *interrupted;
	int interrupt_fd;
	sqlite3_stmt *statement[STATEMENT_COUNT];

	/* sqlite_session.c: SQLite's descriptor, -1: not known; and those open on the file before
	 */
	int descriptor, others[SQLITE_DESCRIPTORS];
	size_t others_count;

	bool transaction;  /* begun by us, and not ended by us */
	bool has_tables;   /* both, committed, when last looked at */
	bool foreign_keys; /* as the connection has it */

	/* waiting for locks, and for a statement to end; times in milliseconds */
	long wait_limit; /* 0: for ever, WAIT_NEVER: not at all */
	int64_t wait_start, statement_end;
	bool timed_out;

	struct sqlite_script *script; /* running now, for the authorizer */

	/* the run of batches in one transaction, or the one batch */
	struct arena batch_memory;
	struct sqlite_rows before, rows; /* at the transaction's begin, and now */

	/* What was learnt of the database; sqlite_forget drops it when others may have written */
	unsigned known_version; /* SQLite's data version after our last COMMIT */
	bool rows_known;        /* the version table holds `rows` */
	int64_t log_last;       /* highest id of our records in the log, -1: not known */
	enum sqlite_has_keys keys;

	struct sqlite_violations violations; /* known to exist */
	bool violations_exact; /* they are those at the transaction's begin, or found since */
	bool stepped;          /* the transaction has had a step */
	size_t mismatches;     /* foreign keys that cannot be checked, at the last look */
};

enum { WAIT_NEVER = -1 };

/* sqlite_query.c. The error has the given code, or a better one that the result tells of. */
bool sqlite_error(struct db *db, enum migrate_error_code code, struct migrate_error *error);
bool sqlite_exec(struct db *db, const char *sql, struct migrate_error *error);
/* To be finalized. */
sqlite3_stmt *sqlite_prepare(struct db *db, const char *sql, struct migrate_error *error);
/* Kept by db; NULL on error. sqlite_done after use. */
sqlite3_stmt *sqlite_statement(
	struct db *db, enum sqlite_statement which, struct migrate_error *error);
void sqlite_bind(struct db *db, sqlite3_stmt *statement, int index, const char *text, size_t size);
/* Runs a statement that returns nothing, and resets it. */
bool sqlite_run(struct db *db, sqlite3_stmt *statement, struct migrate_error *error);
/* The next row: true with *row; false is an error. */
bool sqlite_row(struct db *db, sqlite3_stmt *statement, bool *row, struct migrate_error *error);
const char *sqlite_text(struct db *db, struct arena *arena, sqlite3_stmt *statement, int column);
/* The one number that a query without parameters but ?1 (bound before) gives. */
bool sqlite_number(
	struct db *db, enum sqlite_statement which, int64_t *number, struct migrate_error *error);
bool sqlite_begin(struct db *db, struct migrate_error *error);
void sqlite_forget(struct db *db);
/* True only when SQLite said so and no transaction is open any more. */
bool sqlite_commit(struct db *db, struct migrate_error *error);
/* What is open is undone; a failure goes to the error's detail, if there is an error. */
void sqlite_rollback(struct db *db, struct migrate_error *error);
__attribute__((format(printf, 3, 4))) void sqlite_notice(
	struct db *db, enum db_severity severity, const char *format, ...);
/* The rows as stored, into the arena; a NULL is MIGRATE_E_VERSION_TABLE. */
bool sqlite_read_rows(
	struct db *db, struct arena *arena, struct sqlite_rows *rows, struct migrate_error *error);
void sqlite_rows_add(struct arena *arena, struct sqlite_rows *rows, const char *row);

/* sqlite_read.c */
bool sqlite_read(struct db *db, struct arena *arena, bool with_applied, struct db_state *state,
	struct migrate_error *error);
/* Only whether the tables are there, and of the right shape. */
bool sqlite_read_tables(
	struct db *db, struct arena *arena, struct db_state *state, struct migrate_error *error);
/* Inside a transaction, those that are missing. */
bool sqlite_create_tables(struct db *db, bool *created, struct migrate_error *error);

/* sqlite_wait.c */
int64_t sqlite_clock(void); /* microseconds, monotonic */
void sqlite_install_handlers(struct db *db);
void sqlite_install_busy_handler(struct db *db);
/* True, with the error filled, when a signal asked to stop. */
bool sqlite_interrupted(struct db *db, struct migrate_error *error);
/* "pid 123 (python3)", or NULL where the system does not tell. */
const char *sqlite_lock_holder(const struct db *db, struct arena *arena);

/* sqlite_session.c */
void sqlite_session_before_open(struct db *db);
void sqlite_session_after_open(struct db *db);
/* False where another run has it. */
bool sqlite_session_take(struct db *db);
void sqlite_session_release(struct db *db);

/* sqlite_record.c */
enum { SQLITE_TIME_SIZE = 24 };

struct sqlite_times {
	char started[SQLITE_TIME_SIZE], finished[SQLITE_TIME_SIZE];
};

void sqlite_time_text(char text[SQLITE_TIME_SIZE]);
bool sqlite_rows_same(const struct sqlite_rows *left, const struct sqlite_rows *right);
/* Into db->batch_memory. */
void sqlite_rows_copy(struct db *db, struct sqlite_rows *to, const char *const *item, size_t count);
/* The version table holds db->rows, or the error says that another run was here. */
bool sqlite_rows_verify(struct db *db, struct migrate_error *error);
/* Takes the step's rows out of and into the version table, and db->rows. */
bool sqlite_rows_change(struct db *db, const struct db_step *step, struct migrate_error *error);
bool sqlite_log_step(struct db *db, const struct db_step *step, const struct sqlite_times *times,
	struct migrate_error *error);

/* sqlite_apply.c */
bool sqlite_apply(struct db *db, struct db_batch *batch, struct migrate_error *error);

/* sqlite_run.c */
enum { SETTING_COUNT = 28 };

struct sqlite_script {
	struct db *db;
	struct db_step *step;
	struct arena *memory;
	struct migrate_error *error;
	/* Filled by the authorizer, about the statement being prepared */
	char refused[128];        /* why, "" when it was not */
	const char *refused_hint; /* what to do instead */
	int setting;              /* one that a PRAGMA changes, -1: none */
	bool begins_savepoint, ignored_foreign_keys;
	/* and about the whole script */
	bool savepoint;                   /* one of ours surrounds the script's own */
	bool uses_temporary;              /* it made objects in the temp schema */
	bool may_break_keys;              /* it did more than add indexes, views, empty tables */
	bool touches_ours;                /* it wrote to the version table or the log */
	const char *saved[SETTING_COUNT]; /* values before, NULL where untouched */
};

int sqlite_authorize(void *context, int action, const char *first, const char *second,
	const char *database, const char *inner);
/* Runs all statements. The connection's settings are as before then, whatever the outcome. */
bool sqlite_script_run(struct sqlite_script *script);

/* sqlite_text.c: pure */
/* Offset of the first token at or behind offset. */
size_t sqlite_first_token(const char *text, size_t size, size_t offset);
/* Does this step run with foreign keys enforced: its first PRAGMA says so, or else its options? */
bool sqlite_wants_foreign_keys(const struct db_step *step);
/* As SQLite reads the value of a PRAGMA. */
bool sqlite_is_true(const char *value);

/* sqlite_settings.c */
/* Its number, -1 for none of those that outlive a transaction. */
int sqlite_setting_find(const char *name);
void sqlite_setting_save(struct sqlite_script *script, int setting);
/* Sets back what the script changed, with a notice unless quietly. */
bool sqlite_settings_restore(struct sqlite_script *script, bool quietly);
bool sqlite_drop_temporary(struct sqlite_script *script);

/* sqlite_keys.c */
enum sqlite_keys { KEYS_OK, KEYS_UNSURE, KEYS_FAILED };
/* Before a script runs: it may add the first one. */
void sqlite_keys_expect(struct db *db, const struct db_step *step);
/* Compares with db->violations. KEYS_UNSURE: there are others, and db->violations are not known to
 * be all that were there before: nothing is reported yet. */
enum sqlite_keys sqlite_keys_check(
	struct db *db, const struct db_step *step, struct migrate_error *error);
/* Fills db->violations with those of now. */
bool sqlite_keys_learn(struct db *db, struct migrate_error *error);
void sqlite_violations_release(struct sqlite_violations *violations);

/* sqlite_script.c */
void sqlite_script_begin(
	const struct db_settings *settings, const struct db_script *script, struct str *out);
void sqlite_script_step(const struct db_settings *settings, const struct db_script *script,
	const struct db_step *step, struct str *out);
void sqlite_script_end(
	const struct db_settings *settings, const struct db_script *script, struct str *out);

#endif
