/* postgres: what the parts of the PostgreSQL driver share. Nobody outside postgres*.c includes
 * this.
 *
 *   postgres.c          the driver table
 *   postgres_connect.c  opening, closing, opening again
 *   postgres_text.c     what libpq and the server say, without secrets
 *   postgres_wait.c     sending, waiting for results, cancelling when interrupted
 *   postgres_watch.c    who is in the way of a statement that waits
 *   postgres_tick.c     what is told of a message that runs long
 *   postgres_session.c  other sessions: who they are and what they do
 *   postgres_query.c    our own queries, a message each
 *   postgres_look.c     where the tables are, what the session is like
 *   postgres_glance.c   the usual state, at the lowest price
 *   postgres_state.c    the rows, the lock, making the tables
 *   postgres_quote.c    text and names as SQL (pure)
 *   postgres_batch.c    the text of a message that runs steps (pure)
 *   postgres_record.c   the statement that records a step (pure)
 *   postgres_apply.c    cutting a batch into messages; what to do after a failure
 *   postgres_result.c   the results of such a message, one by one
 *   postgres_failure.c  why a message failed
 *   postgres_error.c    the server's errors: where in a script, why, what to do
 *   postgres_resolve.c  what was committed when the connection is gone
 *   postgres_locks.c    who holds the lock, and who waits for it
 *   postgres_examine.c  what a run needs of library, server and session
 *   postgres_rights.c   what it needs to be allowed
 *   postgres_journal.c  the log's records of pieces
 *   postgres_log.c      what the log says of a revision, and that an edit of it is accepted
 *   postgres_fingerprint.c  the log's record of the schema
 *   postgres_outside.c  scripts in pieces; a statement that stands outside a transaction
 *   postgres_settle.c   what such a statement left
 *   postgres_subject.c  what such a statement is about (pure)
 *   postgres_catalog.c  databases made and dropped, from beside them
 *   postgres_script.c   the text of --sql
 *   postgres_schema.c   the whole schema, from the catalogue
 *   postgres_contents.c what a table holds
 *   postgres_canonical.c an expression as the server will write it for good (pure)
 */
#ifndef MIGRATE_DB_POSTGRES_H
#define MIGRATE_DB_POSTGRES_H

#include "db/db.h"
#include "db/postgres_api.h"
#include "db/postgres_batch.h"

/* The advisory lock is pg_advisory_lock(POSTGRES_LOCK_SPACE, key): the first number spells "migr",
 * the second is FNV-1a over schema, NUL, and version table, so that two applications with a table
 * each do not wait for one another. Documented for people: do not change. */
enum { POSTGRES_LOCK_SPACE = 0x6d696772 };
/* The application_name of a session that waits for it; the key follows. */
#define POSTGRES_WAITING "migrate: waiting for lock "

/* A second connection that asks whom the first one waits for. */
struct postgres_watch {
	struct db *eye;   /* NULL while there is none */
	int64_t due;      /* when to look, in postgres_clock's time; 0: not at all */
	int64_t interval; /* microseconds between two looks */
	int64_t limit;    /* how long a wait lasts at most, as far as is known */
	int64_t seen;     /* when somebody was last seen in the way */
	int64_t told;     /* when it was, or might have been, said who; 0: nobody is in the way */
	struct str who;   /* whom that look saw */
};

struct postgres_run;

/* What is told of the message that runs. */
struct postgres_tick {
	const struct postgres_run *run; /* NULL: nothing, or nobody listens */
	int64_t due;                    /* when to tell, in postgres_clock's time; 0: not at all */
	int64_t since;                  /* the last result, or the begin */
	int64_t ask;                    /* when to ask how far it is */
	size_t results;                 /* that were there then */
	size_t step;                    /* of the batch, that was seen to run */
	bool seen;
	struct str phase;
	int percent;
};

struct db {
	struct postgres_api pq;
	PGconn *connection;  /* NULL while there is none */
	struct arena memory; /* the copy of the settings, and what is known of the place */
	const char **keyword, **value; /* for libpq */
	const char **secret;           /* NULL-terminated: never shown */
	const char *version_table, *version_schema, *tool, *user;
	long lock_timeout, statement_timeout, connect_timeout; /* milliseconds, 0: none */
	long lock_wait;
	const char *target; /* postgres_catalog.c: the database that the URL names */
	enum db_access access;
	struct db_hooks hooks;
	const volatile sig_atomic_t *interrupted;
	int interrupt_fd;

	/* the connection */
	bool pooled; /* behind a pooler: another backend may answer each transaction */
	bool tcp;
	int backend;        /* the server's process; behind a pooler anything */
	bool cancelled;     /* this interruption was passed on to the server */
	bool deaf;          /* what is known must be written: an interruption is not passed on, */
	bool hurried;       /* and only bounds the wait */
	int64_t give_up;    /* when to stop waiting for an answer in these cases */
	bool hasty;         /* no answer is worth waiting longer than that */
	bool lost;          /* it ended, or no answer comes any more */
	bool sent;          /* the last message went to the socket as a whole */
	bool unread;        /* a message was sent whose answer nobody waited for */
	bool quiet;         /* notices are about our own statements */
	int64_t round_trip; /* microseconds that a wait costs; 0: not known */
	struct postgres_watch watch;
	struct postgres_tick tick;

	/* the place, as of the last look */
	bool looked, glanced;
	bool has_schema;
	const char *schema; /* where the tables are or are to be; NULL: nowhere */
	bool standby;
	bool has_version_table, has_log;
	size_t row_limit;
	const char *version_name, *log_name; /* quoted, with the schema */
	struct str restore;                  /* our settings again, after RESET ALL */
	size_t restore_count;                /* its statements */
	bool bounds_statements;              /* the server's own default is a statement_timeout */

	bool locked;
	bool waiting;   /* the session is called POSTGRES_WAITING */
	bool in_script; /* between the pieces of a script: its settings are the session's */
	bool in_run;    /* `together`: the transaction is open */
	struct arena run_memory;
	struct names run_start; /* the rows when it began */
	bool prepared, never_prepare;
	unsigned schema_reads; /* in this session */
	bool schema_prepared;
	bool copies_files; /* a new database's, instead of logging them */
	char token[17];    /* random: what a script cannot know */
	int64_t step_time; /* microseconds that a step took lately; 0: not known */
	size_t window;     /* steps in the last message */
};

/* postgres_connect.c */
bool postgres_open(const struct db_settings *settings, struct db **db, struct migrate_error *error);
void postgres_close(struct db *db);
const char *postgres_encryption(struct db *db);
bool postgres_connect(struct db *db, struct migrate_error *error);
void postgres_disconnect(struct db *db);

/* postgres_text.c */
/* text without secrets; into the str, which is emptied first. The server's words, where a secret is
 * hidden as a whole value only; and libpq's reason for failing, which it may have cut. */
const char *postgres_clean(const struct db *db, const char *text, struct str *clean);
const char *postgres_clean_reason(const struct db *db, const char *text, struct str *clean);
void postgres_add_secret(struct db *db, const char *secret);
void postgres_on_notice(void *db, const PGresult *result);
void postgres_connect_hint(const char *reason, struct migrate_error *error);

/* postgres_wait.c */
int64_t postgres_clock(void); /* microseconds, monotonic */
bool postgres_is_interrupted(const struct db *db);
bool postgres_interrupted_error(const struct db *db, struct migrate_error *error);
/* At the begin of each call of the driver. */
void postgres_enter(struct db *db);
/* Hands a message over; what libpq keeps of it is sent while results are waited for. */
bool postgres_send(struct db *db, const char *sql);
/* The next result of the message, to be cleared, or NULL at its end, and where the connection is
 * lost. COPY data is the caller's. */
PGresult *postgres_next(struct db *db);
/* Waits until the socket can be read, or written too. False when the connection is lost. */
bool postgres_wait(struct db *db, bool writing);
bool postgres_is_lost(const struct db *db);
/* The results still to come are thrown away. */
void postgres_drain(struct db *db);

/* postgres_watch.c */
/* The message that is on its way runs these steps, or is one of ours (none): should it take long,
 * look who is in its way. */
void postgres_watch_begin(struct db *db, const struct db_step *steps, size_t count);
/* keep: the same steps are going to be tried again. */
void postgres_watch_end(struct db *db, bool keep);
/* It is time: whoever waits calls this. */
void postgres_watch_look(struct db *db);
/* Behind a pooler: who has locked the version table is who was seen. Asks on our connection. */
void postgres_watch_version(struct db *db);
/* The second connection, opened when first asked for; NULL where it cannot be had. */
struct db *postgres_watch_eye(struct db *db);
/* Our session's number as SQL. */
void postgres_add_own_pid(const struct db *db, struct str *out);
/* Adds to an error about a lock whom the last look saw. */
bool postgres_watch_tell(const struct db *db, struct migrate_error *error);

/* postgres_tick.c */
/* Around the waiting for the results of a message that runs steps. */
void postgres_tick_begin(struct db *db, const struct postgres_run *run);
void postgres_tick_end(struct db *db);
/* Whoever waits calls this: what is due is told. */
void postgres_tick_tell(struct db *db);

/* postgres_session.c */
/* The sessions that a query names: rows of a role (a number) and a pid. roles: of each session, in
 * the same order; may be NULL. */
bool postgres_sessions(struct db *db, struct arena *arena, const char *query,
	struct migrate_session **sessions, int **roles, size_t *count, struct migrate_error *error);
/* The condition of pg_blocking.sql: who blocks a session. pid: SQL. */
void postgres_add_blocking(struct str *out, const char *pid);
/* "pid 42, user app, psql, idle in transaction for 12 s: UPDATE t SET x = '...'", for a message. */
void postgres_add_session(struct str *out, const struct migrate_session *session);

/* postgres_query.c */
enum { POSTGRES_RESULTS = 32 };
struct postgres_answer {
	PGresult *result[POSTGRES_RESULTS];
	size_t count;
};
/* Runs one message of ours, all its results into the answer. False: the error is filled, and the
 * answer is empty; *sqlstate, if asked, is the server's, "" without one. */
bool postgres_query(struct db *db, const char *sql, struct postgres_answer *answer,
	char sqlstate[6], struct migrate_error *error);
/* For what reads the results of its message itself: fills the error from a bad result, which it
 * clears, or without one from the lost connection; undoes what is open. Returns false. */
bool postgres_query_failed(
	struct db *db, PGresult *bad, char sqlstate[6], struct migrate_error *error);
/* The same, and an interruption waits: what is known by now must be written. */
bool postgres_query_deaf(struct db *db, const char *sql, struct postgres_answer *answer,
	char sqlstate[6], struct migrate_error *error);
void postgres_answer_clear(struct db *db, struct postgres_answer *answer);
/* NULL for an SQL NULL, and for what the result has not. */
const char *postgres_value(struct db *db, const PGresult *result, int row, int column);
/* Undoes an open transaction; a failure matters to nobody: the server undoes it as well. */
void postgres_rollback(struct db *db);

/* postgres_look.c: fills db's fields about connection and place. */
bool postgres_look(struct db *db, struct migrate_error *error);
/* The query, and its result. */
void postgres_add_look(struct db *db, struct str *out);
bool postgres_take_look(struct db *db, const PGresult *result, struct migrate_error *error);
/* The names of the tables, which are in that schema; NULL: there are none. */
void postgres_take_names(struct db *db, const char *schema);
/* A table's name, quoted, as a text literal. */
void postgres_add_name_text(struct str *out, const char *schema, const char *name);
bool postgres_is_true(const char *value);

/* postgres_glance.c: a brief state, in two waits. *usual false: nothing is known, look. */
bool postgres_glance(struct db *db, struct arena *arena, struct db_state *state, bool *usual,
	struct migrate_error *error);

/* postgres_state.c */
bool postgres_read(struct db *db, struct arena *arena, bool with_applied, struct db_state *state,
	struct migrate_error *error);
bool postgres_try_lock(struct db *db, struct arena *arena, bool *taken, const char **holder,
	struct db_state *state, struct migrate_error *error);
void postgres_unlock(struct db *db);
bool postgres_ensure(struct db *db, bool *created, struct migrate_error *error);
/* The schema that missing tables go to, or an error. */
bool postgres_check_home(const struct db *db, struct migrate_error *error);
/* Another session made the same table at the same moment: look again. */
bool postgres_is_race(const char *sqlstate);
int32_t postgres_lock_key(const char *schema, const char *version_table);

/* postgres_locks.c */
bool postgres_locks(struct db *db, struct arena *arena, struct migrate_locks *locks,
	struct migrate_error *error);

/* postgres_examine.c, postgres_rights.c: for migrate_doctor. */
bool postgres_examine(const struct db_settings *settings, struct db *db, enum migrate_area area,
	struct symptoms *symptoms, struct migrate_error *error);
bool postgres_examine_rights(struct db *db, struct symptoms *symptoms, struct migrate_error *error);

/* postgres_journal.c: the log's records of pieces. */
void postgres_add_journal(struct db *db, struct str *sql);
void postgres_take_journal(
	struct db *db, struct arena *arena, const PGresult *result, struct db_state *state);
/* Writes one record of the piece, in a transaction of its own; before and after are statements of
 * ours around it. Nothing interrupts it. */
bool postgres_journal_add(struct db *db, const struct db_step *step, const struct names *expected,
	const char *outcome, const char *before, const char *after, struct migrate_error *error);
/* Sends records that end with COMMIT. The error says so where another run was at work. */
bool postgres_send_record(
	struct db *db, const char *sql, const struct db_step *step, struct migrate_error *error);
bool postgres_decide(struct db *db, const struct db_step *step, enum db_outcome outcome,
	bool by_person, struct migrate_error *error);
/* Is that the piece's newest record in the journal? */
bool postgres_journal_says(
	const struct db_state *state, const struct db_step *step, enum db_outcome outcome);

/* postgres_log.c: the log's records of whole revisions. */
bool postgres_recall(struct db *db, struct arena *arena, const struct names *revisions,
	struct db_records *records, struct migrate_error *error);
bool postgres_accept(struct db *db, const struct db_step *steps, size_t count,
	const struct names *expected, struct migrate_error *error);

/* postgres_fingerprint.c */
bool postgres_recall_fingerprint(struct db *db, struct arena *arena,
	struct db_fingerprint *fingerprint, struct migrate_error *error);
bool postgres_keep_fingerprint(struct db *db, const struct db_fingerprint *fingerprint,
	const struct names *expected, struct migrate_error *error);

/* postgres_error.c */
/* The server's own words; for a lost connection libpq's. */
bool postgres_error(struct db *db, const PGresult *result, enum migrate_error_code code,
	struct migrate_error *error);
void postgres_error_details(struct db *db, const PGresult *result, struct migrate_error *error);
const char *postgres_hint(const char *sqlstate);
/* Marks the place in the step's script. */
void postgres_error_place(const struct db_step *step, size_t offset, struct migrate_error *error);
/* Where the value was added that the script must not use yet. */
void postgres_error_enum(const struct db_step *step, size_t offset, struct migrate_error *error);
/* Ours waited for lock_timeout outside of a script. */
bool postgres_locked_error(struct db *db, struct migrate_error *error);
/* The statement that offset is in, or the last one before it. */
bool postgres_statement_at(const struct db_step *step, size_t offset, struct scan_statement *found);
/* Offset of the first token of a script's statement by number, or SIZE_MAX. */
size_t postgres_statement_offset(const struct db_step *step, size_t number);
/* A better one for the statement at offset, where query and position (as the server gives them,
 * "" for none) name it; else offset. */
size_t postgres_inner_offset(
	const struct db_step *step, size_t offset, const char *query, const char *position);

/* postgres_apply.c */
bool postgres_apply(struct db *db, struct db_batch *batch, struct migrate_error *error);
/* Ends what is open, and the script's settings. */
void postgres_undo(struct db *db);
struct postgres_frame postgres_frame_of(const struct db *db);
void postgres_progress(const struct db *db, enum db_progress what, struct db_step *step);

/* postgres_result.c: where a message's results stand. */
enum postgres_phase { PHASE_HEAD, PHASE_BEFORE, PHASE_SCRIPT, PHASE_AFTER, PHASE_COMMIT };

struct postgres_run {
	struct db *db;
	struct db_batch *batch;
	struct postgres_message message;
	size_t first;   /* step of the batch */
	size_t started; /* steps whose begin was told */
	size_t finished;

	/* the results of this message so far */
	size_t part;
	enum postgres_phase phase;
	size_t in_phase; /* results in this phase */
	size_t results;
	size_t data;         /* COPY blocks fed */
	int64_t last_finish; /* the server's clock */
	PGresult *failure;   /* the first error, or NULL */
	const char *broken;  /* an answer that cannot be, or NULL */
	struct migrate_error *error;
};

/* Takes all results of the message that was sent. */
void postgres_results(struct postgres_run *run);

/* postgres_outside.c: scripts in pieces */
bool postgres_check_parts(
	const struct db *db, const struct db_step *whole, struct migrate_error *error);
bool postgres_pieces_check(
	struct db *db, const struct db_batch *batch, struct migrate_error *error);
/* Before a script's first piece in this session: its time-outs, and the settings of earlier pieces.
 */
bool postgres_script_settings(
	struct db *db, const struct db_step *step, struct migrate_error *error);
/* The batch is one statement outside a transaction. */
bool postgres_outside(struct db *db, struct db_batch *batch, struct migrate_error *error);

/* postgres_settle.c: the catalogue after a statement outside a transaction */
bool postgres_settle(struct db *db, struct arena *arena, const struct db_step *step,
	enum db_outcome *outcome, const char **found, struct migrate_error *error);
/* An INVALID index under the name of one that is to be made IF NOT EXISTS is dropped. */
bool postgres_clear_way(struct db *db, const struct db_step *step, struct migrate_error *error);
/* Adds to a statement's error what it left. *retry: nothing that is in the way of running it again.
 * Else a later run looks, or step->unclear. */
void postgres_explain(
	struct db *db, struct db_step *step, bool *retry, struct migrate_error *error);

/* postgres_failure.c */
/* A field of the server's error, "" without one. */
const char *postgres_failure_field(const struct postgres_run *run, int code);
/* The place in a script that the server's error names. */
bool postgres_failure_place(const struct postgres_run *run, size_t *step, size_t *offset);
/* The step whose results were coming in. */
size_t postgres_current_step(const struct postgres_run *run);
/* These fill run->error, and return false. */
bool postgres_fail(struct postgres_run *run);
bool postgres_fail_interrupted(struct postgres_run *run);
bool postgres_fail_changed(struct postgres_run *run);
bool postgres_fail_at(struct postgres_run *run, size_t step, size_t offset);
/* Was it a lock of another session's that failed the message? */
bool postgres_is_blocked(const struct postgres_run *run);
/* Then the step is blocked, and the error says by whom. */
void postgres_judge_blocked(struct postgres_run *run, struct db_step *step);

/* postgres_resolve.c */
/* After a lost connection: connects again, takes the lock, reads the rows, and tells how many of
 * the batch's steps are committed. False: could not be found out. why is filled in that case. */
bool postgres_resolve(
	struct db *db, const struct db_batch *batch, size_t *committed, struct migrate_error *why);

/* Do the rows show another run's work, after so many steps of this one? */
bool postgres_has_moved(struct db *db, const struct db_batch *batch, size_t committed);

/* postgres_script.c */
void postgres_script_begin(
	const struct db_settings *settings, const struct db_script *script, struct str *out);
void postgres_script_step(const struct db_settings *settings, const struct db_script *script,
	const struct db_step *step, struct str *out);
void postgres_script_end(
	const struct db_settings *settings, const struct db_script *script, struct str *out);

/* postgres_schema.c */
bool postgres_read_schema(
	struct db *db, struct schema_builder *builder, struct migrate_error *error);
void postgres_script_rows(
	const struct db_settings *settings, const struct names *rows, struct str *out);

/* postgres_contents.c */
bool postgres_read_table(
	struct db *db, struct arena *arena, struct rows_table *table, struct migrate_error *error);

#endif
