/* sqlite: what the parts of the SQLite driver share. Nobody outside sqlite*.c includes this.
 *
 *   sqlite.c           open, close, lock, ensure; the driver table
 *   sqlite_read.c      the state of the two tables
 *   sqlite_query.c     our own statements, errors, transactions
 *   sqlite_wait.c      busy and interruption handlers
 *   sqlite_locks.c     which process holds a lock
 *   sqlite_examine.c   what a run needs of file, directory and library
 *   sqlite_session.c   one run at a time, over several transactions
 *   sqlite_apply.c     batches and steps: transactions, and what came of COMMIT
 *   sqlite_pieces.c    a step that is a piece of a script
 *   sqlite_kept.c      what the pieces of one script have in common: settings, temporary tables
 *   sqlite_journal.c   the log's records of pieces
 *   sqlite_settle.c    what became of a statement whose run stopped
 *   sqlite_log.c       what the log says of a revision, and that an edit of it is accepted
 *   sqlite_fingerprint.c  the log's record of the schema
 *   sqlite_record.c    the version table's rows and the log's records of a step
 *   sqlite_run.c       one script's statements
 *   sqlite_authorize.c what a script may not do
 *   sqlite_text.c      the little that is read out of a script's text itself
 *   sqlite_settings.c  what a script changed in the connection, set back
 *   sqlite_keys.c      foreign keys: the check before COMMIT
 *   sqlite_catalog.c   the file itself made and removed
 *   sqlite_digest.c    whether a schema is the same as before
 *   sqlite_schema.c    all that the database holds
 *   sqlite_schema_check.c  that our parser read it as SQLite's did
 *   sqlite_contents.c  what a table holds
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
	STATEMENT_LOG_NEWER,
	STATEMENT_LOG_HAS,
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

enum { SQLITE_DESCRIPTORS = 64, SETTING_COUNT = 29 };

/* What the pieces of one script leave for the next one. Our own statements run with our settings;
 * theirs are set before each piece. */
struct sqlite_kept {
	struct arena memory;
	const char *revision; /* NULL: no script is under way */
	enum db_direction direction;
	const char *started;                                     /* its first piece of this run */
	const char *ours[SETTING_COUNT], *theirs[SETTING_COUNT]; /* NULL where untouched */
	bool temporary;                                          /* objects in the temp schema */
	enum toggle foreign_keys;                                /* as the last piece had them */
	bool judges; /* statements outside a transaction may break foreign keys: */
	struct sqlite_violations before; /* known before the first one */
};

struct db {
	struct sqlite_api api;
	sqlite3 *handle;
	struct arena memory; /* copies of the settings */
	const char *path;    /* NULL: memory */
	const char *shown;   /* the path for messages */
	enum url_access allowed;
	const char *version_table, *tool, *user;
	long lock_timeout, statement_timeout;
	struct db_hooks hooks;
	const volatile sig_atomic_t *interrupted;
	int interrupt_fd;
	int catalog_lock; /* a descriptor and one, for sqlite_catalog.c; 0: none */
	sqlite3_stmt *statement[STATEMENT_COUNT];

	/* sqlite_session.c: SQLite's descriptor, -1: not known; and those open on the file before
	 */
	int descriptor, others[SQLITE_DESCRIPTORS];
	size_t others_count;

	bool transaction;  /* begun by us, and not ended by us */
	bool has_tables;   /* both, committed, when last looked at */
	bool foreign_keys; /* as the connection has it */
	bool persists;     /* the rollback journal, for now; or the mode is not ours to change */
	bool deaf;         /* to signals: what is being written is the record of something done */

	struct sqlite_kept kept;
	int64_t log_seen; /* highest id in the log when the state was read, or ours since */

	/* waiting for locks, and for a statement to end; times in milliseconds */
	long wait_limit; /* 0: for ever, WAIT_NEVER: not at all */
	int64_t wait_start, statement_end;
	bool waited; /* the last wait for a lock took as long as it may, in vain */
	bool timed_out;

	struct sqlite_script *script; /* running now, for the authorizer */
	const struct db_step *step;   /* that runs, for ticks; NULL: none */
	int64_t tick_due;

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
/* Changes with every commit of any connection to this file, this one included. */
unsigned sqlite_data_version(struct db *db);
/* True only when SQLite said so and no transaction is open any more. */
bool sqlite_commit(struct db *db, struct migrate_error *error);
/* After a COMMIT that failed and whose rows are not seen: can they not come back either? With a
 * write-ahead log they can: where only the fsync failed, the log has them, and recovery takes them
 * for committed (https://sqlite.org/walformat.html#recovery); so the log is emptied. */
bool sqlite_commit_undone(struct db *db);
/* What is open is undone; a failure goes to the error's detail, if there is an error. */
void sqlite_rollback(struct db *db, struct migrate_error *error);
void sqlite_copy_settings(struct db *db, const struct db_settings *settings);
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

/* sqlite_digest.c */
bool sqlite_digest_schema(struct db *db, struct str *digest, struct migrate_error *error);

/* sqlite_wait.c */
int64_t sqlite_clock(void); /* microseconds, monotonic */
void sqlite_install_handlers(struct db *db);
void sqlite_install_busy_handler(struct db *db);
/* True, with the error filled, when a signal asked to stop. */
bool sqlite_interrupted(struct db *db, struct migrate_error *error);

/* What takes long from now on is this step; NULL: none. */
void sqlite_tick_begin(struct db *db, const struct db_step *step);

/* sqlite_locks.c */
/* Who is in the way: "pid 123 (python3)", or NULL where the system does not tell. */
const char *sqlite_lock_holder(const struct db *db, struct arena *arena);
bool sqlite_locks(struct db *db, struct arena *arena, struct migrate_locks *locks,
	struct migrate_error *error);

/* sqlite_examine.c: for migrate_doctor. */
bool sqlite_examine(const struct db_settings *settings, struct db *db, enum migrate_area area,
	struct symptoms *symptoms, struct migrate_error *error);
/* sqlite.c: is the file, or the directory, on a network file system? */
bool sqlite_on_network(const char *path);

/* sqlite_session.c */
void sqlite_session_before_open(struct db *db);
void sqlite_session_after_open(struct db *db);
/* False where another run has it. */
bool sqlite_session_take(struct db *db);
void sqlite_session_release(struct db *db);
/* By another process, or another connection of this one. */
bool sqlite_session_is_held(const struct db *db);
/* The byte of the database file that is locked. */
off_t sqlite_session_byte(const struct db *db);

/* sqlite_persist.c: where no transaction is open. Neither can fail: it is but faster or slower. */
void sqlite_persist_begin(struct db *db);
void sqlite_persist_end(struct db *db);

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
struct sqlite_record {
	const char *revision, *outcome, *checksum, *script;
	enum db_direction direction;
	size_t script_size;
	long segment; /* 0: NULL */
	const char *started, *finished;
};

bool sqlite_log(struct db *db, const struct sqlite_record *record, struct migrate_error *error);
bool sqlite_log_step(struct db *db, const struct db_step *step, const struct sqlite_times *times,
	struct migrate_error *error);

/* sqlite_apply.c */
bool sqlite_apply(struct db *db, struct db_batch *batch, struct migrate_error *error);
/* Begins where no transaction is open yet, and makes sure of the tables and the rows. */
bool sqlite_open_transaction(
	struct db *db, const struct db_step *step, struct migrate_error *error);
/* The step's script, in a transaction that is open, with its foreign keys judged. */
bool sqlite_run_judged(struct db *db, struct db_step *step, struct migrate_error *error);

/* sqlite_pieces.c */
/* Before any step of the batch runs: what no piece of a script may do. */
bool sqlite_pieces_check(const struct db_batch *batch, struct migrate_error *error);
bool sqlite_piece_run(struct db *db, struct db_step *step, struct migrate_error *error);

/* sqlite_kept.c */
/* Begins with the first piece of a script, and ends one that was left. */
void sqlite_kept_begin(struct db *db, const struct db_step *step);
/* Around a piece's statements: their settings, and ours again. */
bool sqlite_kept_enter(struct sqlite_script *script);
bool sqlite_kept_leave(struct sqlite_script *script);
/* Once the piece is committed. */
void sqlite_kept_accept(struct db *db, const struct sqlite_script *script);
/* Before a statement outside a transaction that may leave rows which refer to nothing. */
bool sqlite_kept_judge(struct db *db, struct migrate_error *error);
/* Outside a transaction, behind the last piece or a failure: everything is set back. */
void sqlite_kept_end(struct db *db, struct db_step *step);

/* sqlite_journal.c */
bool sqlite_journal_read(
	struct db *db, struct arena *arena, struct db_state *state, struct migrate_error *error);
/* The same, and what is applied. */
bool sqlite_log_read(
	struct db *db, struct arena *arena, struct db_state *state, struct migrate_error *error);
/* In a transaction: no other run has worked on this revision since the state was read. */
bool sqlite_journal_verify(struct db *db, const struct db_step *step, struct migrate_error *error);
bool sqlite_journal_add(struct db *db, const struct db_step *step, const char *outcome,
	const struct sqlite_times *times, struct migrate_error *error);
/* With the last piece: the rows, and the record of the whole script. */
bool sqlite_journal_add_whole(struct db *db, const struct db_step *step,
	const struct sqlite_times *times, struct migrate_error *error);
/* COMMIT of a transaction whose last record is the step's; true only when it is done. */
bool sqlite_journal_commit(struct db *db, const struct db_step *step,
	const struct sqlite_times *times, struct migrate_error *error);

/* sqlite_settle.c */
bool sqlite_settle(struct db *db, struct arena *arena, const struct db_step *step,
	enum db_outcome *outcome, const char **found, struct migrate_error *error);
bool sqlite_decide(struct db *db, const struct db_step *step, enum db_outcome outcome,
	bool by_person, struct migrate_error *error);

/* sqlite_log.c */
bool sqlite_recall(struct db *db, struct arena *arena, const struct names *revisions,
	struct db_records *records, struct migrate_error *error);
bool sqlite_accept(struct db *db, const struct db_step *steps, size_t count,
	const struct names *expected, struct migrate_error *error);

/* sqlite_fingerprint.c */
bool sqlite_recall_fingerprint(struct db *db, struct arena *arena,
	struct db_fingerprint *fingerprint, struct migrate_error *error);
bool sqlite_keep_fingerprint(struct db *db, const struct db_fingerprint *fingerprint,
	const struct names *expected, struct migrate_error *error);

/* sqlite_run.c */
struct sqlite_script {
	struct db *db;
	struct db_step *step;
	struct arena *memory;
	struct migrate_error *error;
	bool outside; /* each statement by itself, in autocommit */
	bool prelude; /* no part of the file: errors have no place */
	bool running; /* statements of SQLite's own are prepared while one of the script runs */
	size_t at;    /* offset of the statement */
	/* Filled by the authorizer, about the statement being prepared */
	char refused[128];        /* why, "" when it was not */
	const char *refused_hint; /* what to do instead */
	bool refused_inside;      /* it could run outside a transaction */
	int setting;              /* one that a PRAGMA changes, -1: none */
	bool begins_savepoint, ignored_foreign_keys;
	const char *journal_mode; /* that it asks for, or NULL */
	/* and about the whole script */
	bool sets_foreign_keys; /* outside a transaction, where that has an effect */
	bool savepoint;         /* one of ours surrounds the script's own */
	bool uses_temporary;    /* it made objects in the temp schema */
	bool may_break_keys;    /* it did more than add indexes, views, empty tables */
	bool touches_ours;      /* it wrote to the version table or the log */
	/* Values before and now, NULL where untouched */
	const char *saved[SETTING_COUNT], *wanted[SETTING_COUNT];
};

/* Runs all statements. The connection's settings are as before then, whatever the outcome. */
bool sqlite_script_run(struct sqlite_script *script);

/* sqlite_authorize.c */
int sqlite_authorize(void *context, int action, const char *first, const char *second,
	const char *database, const char *inner);

/* sqlite_text.c: pure */
/* Offset of the first token at or behind offset. */
size_t sqlite_first_token(const char *text, size_t size, size_t offset);
/* What a script's first statement says, if it is PRAGMA foreign_keys. */
enum toggle sqlite_leading_foreign_keys(const char *text, size_t size);
/* Does this step run with foreign keys enforced: its first PRAGMA says so, or that of the script
 * that it is a piece of, or else its options? */
bool sqlite_wants_foreign_keys(const struct db_step *step);
/* As SQLite reads the value of a PRAGMA. */
bool sqlite_is_true(const char *value);

/* sqlite_settings.c */
/* Its number, -1 for none of those that outlive a transaction. */
int sqlite_setting_find(const char *name);
void sqlite_setting_save(struct sqlite_script *script, int setting);
/* Sets back what the script changed, with a notice unless quietly. What cannot change inside a
 * transaction waits for its end. */
bool sqlite_settings_restore(struct sqlite_script *script, bool quietly);
/* Those that can change inside a transaction, without a word; sqlite_setting_set undoes it. */
bool sqlite_settings_suspend(struct sqlite_script *script);
bool sqlite_setting_set(struct sqlite_script *script, int setting, const char *value);
bool sqlite_setting_waits(int setting);
bool sqlite_drop_temporary(struct sqlite_script *script);
/* Only temporary triggers on our own tables. */
bool sqlite_drop_our_triggers(struct sqlite_script *script);

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

/* sqlite_schema.c */
bool sqlite_read_schema(struct db *db, struct schema_builder *builder, struct migrate_error *error);

/* sqlite_contents.c */
bool sqlite_read_table(
	struct db *db, struct arena *arena, struct rows_table *table, struct migrate_error *error);

/* sqlite_script.c */
void sqlite_script_rows(
	const struct db_settings *settings, const struct names *rows, struct str *out);
void sqlite_script_begin(
	const struct db_settings *settings, const struct db_script *script, struct str *out);
void sqlite_script_step(const struct db_settings *settings, const struct db_script *script,
	const struct db_step *step, struct str *out);
void sqlite_script_end(
	const struct db_settings *settings, const struct db_script *script, struct str *out);

#endif
