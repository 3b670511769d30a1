/* db: what the runner asks of a database, whichever it is.
 *
 * A driver owns a connection, the SQL of the two tables (the version table and migrate_log), and
 * everything that differs between databases; nobody outside db/ asks which one it is. A driver
 * decides nothing about revisions: it reads the state, and applies the steps that it is given, each
 * with the rows to take out and to put in.
 *
 * Ownership: a driver copies what it keeps of the settings; results go into the caller's arena.
 * Errors: MIGRATE_E_CONNECT on opening, MIGRATE_E_SQL for a script (with file, line, column,
 * excerpt, sqlstate), MIGRATE_E_DATABASE elsewhere, MIGRATE_E_INTERRUPTED or _TERMINATED when
 * interrupted.
 */
#ifndef MIGRATE_DB_DB_H
#define MIGRATE_DB_DB_H

#include <pthread.h>
#include <signal.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/str.h"
#include "core/revision.h"
#include "core/scan.h"
#include "core/symptoms.h"
#include "core/url.h"
#include "migrate.h"

struct db; /* each driver's own */
struct db_catalog;
struct schema_builder;
struct schema_dialect;
struct rows_table;

enum db_access {
	DB_READ, /* cannot write: PostgreSQL default_transaction_read_only, SQLite query_only; a
		    missing SQLite file is MIGRATE_E_CONNECT */
	DB_PLAN, /* as DB_READ, but a missing SQLite file is an empty database, and is not made */
	DB_WRITE,
	DB_CREATE, /* as DB_WRITE, and a missing SQLite file in an existing directory is made, with
		      a notice of severity DB_CREATED */
};

enum db_severity { DB_NOTICE, DB_WARNING, DB_CREATED };

/* DB_STEP_UNKNOWN: failed with MIGRATE_E_UNKNOWN_OUTCOME, and may be committed. */
enum db_progress { DB_STEP_STARTED, DB_STEP_DONE, DB_STEP_FAILED, DB_STEP_UNKNOWN };

enum db_progress db_failure(const struct migrate_error *error);

struct db_step;

/* A step runs for a while. */
struct db_tick {
	const struct db_step *step;
	/* The last one that it may be: a server tells late what is done. Mostly step itself. */
	const struct db_step *last;
	size_t offset; /* in its script, somewhere before the statement that runs and behind the one
			  before; SIZE_MAX: not known */
	size_t number; /* of that statement in this script, from 1; 0: not known */
	const char *phase; /* as the database tells; NULL: not known */
	int percent;       /* of it; -1: not known */
};

enum { DB_TICK = 200 * 1000 }; /* microseconds between two */

struct db_hooks {
	void *context;
	/* text: one line or more, already harmless for a terminal; "NOTICE: ..." as the server has
	 * it */
	void (*notice)(void *context, enum db_severity severity, const char *text);
	void (*progress)(void *context, enum db_progress what, struct db_step *step);
	/* NULL: nobody wants to know. Called by waits, DB_TICK apart at least. Returns whether the
	 * phase is worth a look with another connection. */
	bool (*tick)(void *context, const struct db_tick *tick);
};

struct db_settings {
	const struct url *url;
	const char *password; /* one that the URL has not; NULL: the client library's to find */
	const char *version_table;
	const char *version_schema; /* NULL: the driver's default (current_schema(), "main") */
	long lock_timeout, statement_timeout; /* milliseconds, 0: none */
	/* For other runs, where only the database can wait for them, behind a pooler; else the
	 * caller waits. Milliseconds, 0: not at all. */
	long lock_wait;
	enum db_access access;
	const char *tool; /* "migrate 0.1.0": application_name, and the log's tool_version */
	const char *user; /* who runs this, "name@host", for the log */
	struct db_hooks hooks;
	/* 0, or the number of a signal that asks to stop; interrupt_fd becomes readable then (-1:
	 * none) */
	const volatile sig_atomic_t *interrupted;
	int interrupt_fd;
};

/* A revision that the log says was applied last, with the checksum of what ran, or of what a person
 * has accepted since in its place. */
struct db_applied {
	const char *revision, *checksum;
};

enum db_direction { DB_UPGRADE, DB_DOWNGRADE, DB_STAMP };

/* The newest record of its kind about a whole revision. Text may be NULL but revision. */
struct db_record {
	const char *revision;
	enum db_direction direction; /* DB_UPGRADE or DB_STAMP */
	bool repaired;               /* an edit was accepted; nothing ran */
	const char *checksum;        /* of the upgrade section */
	const char *at, *by;         /* "2026-11-21 10:30:00+00:00", "name@host" */
	const char *sql;             /* see db_step.source */
};

struct db_records {
	struct db_record *item; /* oldest first */
	size_t count;
};

/* The schema as a run left it: the one record of its kind that the log has. */
struct db_fingerprint {
	const char *checksum, *text; /* the caller's; checksum NULL: there is no record */
	const char *at, *by;         /* as in struct db_record */
	bool passed;                 /* filled: runs have left newer records in the log */
};

/* What the log says of a piece. The newest record of a piece counts. */
enum db_outcome {
	DB_STARTED, /* a statement outside a transaction was about to run: 'started' */
	DB_DONE,    /* 'done'; or 'skipped', by a person's decision */
	DB_RETRY,   /* it may run again: settled by the driver or by a person: 'retry' */
};

struct db_journal {
	const char *revision;
	enum db_direction direction;
	long segment; /* from 1 */
	enum db_outcome outcome;
	const char *checksum; /* of the piece's text */
	const char *sql;      /* the piece's text */
};

struct db_state {
	/* Good for one conclusion, that there is nothing to do; for any other ask read() again,
	 * which is thorough then. Only the first read() of a DB_CREATE session, asked for
	 * `applied`, may be brief. */
	bool brief;
	/* try_lock() in vain: what is in the way may be another program, and is no lock of runs */
	bool foreign;
	bool has_version_table, has_log;
	const char *table;          /* the version table as SQL names it, for messages */
	struct names rows;          /* as stored, in no order */
	size_t row_limit;           /* characters that the version column takes, 0: no limit */
	struct db_applied *applied; /* only where asked: newest upgrade of each revision not
				       downgraded or re-stamped since */
	size_t applied_count;
	/* The pieces of revisions whose run stopped half way: rows of migrate_log with a segment,
	 * newer than the revision's last row without one; oldest first. Always read. */
	struct db_journal *journal;
	size_t journal_count;
};

struct db_step {
	const char *revision;
	enum db_direction direction;
	const char *message; /* for events; the driver does not read it */
	/* The script: NULL for DB_STAMP. NUL-terminated as well. It was scanned: no open quote, no
	 * NUL, no transaction control, no psql command. */
	const char *script;
	size_t script_size;
	const char *file; /* for errors */
	size_t line;      /* in the file, of the script's first line */
	/* The section as the file has it, for the place of an error: script begins at shown_offset
	 * there, and may differ in what was blanked. NULL: the script itself. */
	const char *shown;
	size_t shown_size, shown_offset, shown_line;
	const char *checksum; /* "sha256:...", NULL for DB_STAMP */
	/* What the log keeps of the whole script: the file with header and both sections, so that
	 * an edit can be shown and a downgrade run when the file is gone. NULL: the script. */
	const char *source;
	size_t source_size;
	struct section_options options; /* TOGGLE_UNSET and DURATION_UNSET: the settings' */
	struct names remove, add;       /* rows of the version table */
	/* DB_STAMP: revisions whose half-done pieces end here. Each has a record of its own beside
	 * those of the rows, and none has both. */
	struct names ends;
	const char *begin; /* modes for BEGIN, "ISOLATION LEVEL SERIALIZABLE"; "" or NULL */
	/* A piece of a script that does not run as one transaction. segment is its number, from 1;
	 * 0: this is a whole script. A piece is logged with its segment, its own sql and checksum:
	 * inside its transaction as 'done', or, `outside` one, as 'started' committed before the
	 * statement and 'done' after it. The last piece also changes the rows and writes the record
	 * of the whole script ('applied', no segment), with whole's sql and checksum, together with
	 * its own 'done'. Settings that a piece makes stay for the next piece of the same script;
	 * they are reset behind the last one, and behind a failure. */
	long segment;
	bool outside, last;
	const char *whole_script, *whole_checksum;
	size_t whole_size;
	/* Settings that earlier pieces made in a run that stopped, one SQL text: repeated first,
	 * outside the journal. NULL: none; for settle(): as the whole script has them. */
	const char *prelude;
	/* Filled by the driver */
	bool done; /* committed: the database said so */
	/* Offset in script of the first token of the statement that failed, SIZE_MAX: not known.
	 * With needs_outside the server refuses that statement inside a transaction (PostgreSQL's
	 * 25001 but for SET TRANSACTION), and nothing of the script is committed. */
	size_t failed_at;
	bool needs_outside;
	/* Another session's lock kept it out until lock_timeout, or a deadlock with another session
	 * was broken at its cost; nothing is left of it (a statement outside a transaction is
	 * recorded as 'retry'), so it may be tried again. */
	bool blocked;
	bool begun;   /* `outside`: its 'started' is in the journal, or may be */
	bool unclear; /* it failed, and what it has left only a person can tell */
	size_t statements;
	int64_t duration; /* microseconds */
	void *owner;      /* the caller's */
};

/* Steps to run in this order. Each is a transaction with its rows and its log record; or,
 * `together`, the steps of a whole run are one, over several batches: opens begins it, closes
 * commits it. */
struct db_batch {
	struct db_step *step;
	size_t count;
	bool together, opens, closes;
	/* The caller tries again what is blocked: DB_STEP_FAILED is not told of it, and settings
	 * that a script's pieces made stay for the next try. */
	bool again;
	bool scratch; /* the database goes when this fails: nothing is said of what is left in it */
	/* Filled: there is no lock of runs (a pooler), and another run was faster: the rows are not
	 * as expected, and nothing is left of the step that failed. DB_STEP_FAILED is not told. */
	bool moved;
	/* The rows that the version table must hold before the first step (compare and set). */
	struct names expected;
};

/* What --sql writes around and for the steps. */
struct db_script {
	struct names expected; /* the rows that the database must hold */
	bool creates_tables;   /* begin with the two tables' CREATE ... IF NOT EXISTS */
	bool together;
};

struct db_driver {
	const char *name;    /* "sqlite", "postgresql" */
	const char *library; /* the client library's file, where loading it takes longer than a
				thread to do it costs; else NULL */
	bool (*open)(
		const struct db_settings *settings, struct db **db, struct migrate_error *error);
	void (*close)(struct db *db);
	/* "TLSv1.3", or "none"; NULL where no network lies between. A driver without one: NULL. */
	const char *(*encryption)(struct db *db);
	/* The two tables' state. No transaction is left open. A version table that has not the one
	 * expected column is MIGRATE_E_VERSION_TABLE. */
	bool (*read)(struct db *db, struct arena *arena, bool with_applied, struct db_state *state,
		struct migrate_error *error);
	/* Tries once to become the only runner on this version table. Taken: *state is what read()
	 * would give now, under the lock and without `applied` (at no further wait on the server).
	 * *taken false: another one is; *holder then says who, as far as the database tells ("pid
	 * 123, user app, since 10:30:00"), and *state is empty but for `foreign`. */
	bool (*try_lock)(struct db *db, struct arena *arena, bool *taken, const char **holder,
		struct db_state *state, struct migrate_error *error);
	/* Gives the lock back, or waits for it no more. Returns at once; nothing else may be asked
	 * of the connection but close and try_lock. */
	void (*unlock)(struct db *db);
	/* Creates what is missing of the two tables; under the lock. *created: something was.
	 * Only for a run without steps: apply() creates what is missing in its first message,
	 * committed before the first step. */
	bool (*ensure)(struct db *db, bool *created, struct migrate_error *error);
	/* Runs a batch, of any size: a driver cuts it into messages as the connection's latency
	 * suggests. False: a step failed; those with done set are committed, the others have left
	 * nothing. `together`: DB_STEP_DONE tells that a step ran; done is set, for the steps of
	 * the closing batch, when the whole run is committed; after a failure nothing of the run is
	 * left, earlier batches included. A connection that was lost is restored where the answer
	 * to a COMMIT is missing, and the batch is then reported as the rows say. */
	bool (*apply)(struct db *db, struct db_batch *batch, struct migrate_error *error);
	/* May this script, which is no single transaction, run over the connection? As far as is
	 * known: it asks nothing, and may be called from several threads. NULL: any may. */
	bool (*check_parts)(
		const struct db *db, const struct db_step *whole, struct migrate_error *error);
	/* What became of a statement outside a transaction whose 'started' has no 'done'? Looks at
	 * the catalogue, and clears away what a failed one left (an INVALID index) so that it can
	 * run again. *found: a line for the user ("index \"x\" was left INVALID and is dropped"),
	 * or NULL. *outcome: DB_DONE, DB_RETRY, or DB_STARTED where it cannot be told. */
	bool (*settle)(struct db *db, struct arena *arena, const struct db_step *step,
		enum db_outcome *outcome, const char **found, struct migrate_error *error);
	/* Appends a record to the journal: DB_DONE ('done', or 'skipped' where a person decided) or
	 * DB_RETRY ('retry') for the step's segment. With DB_DONE of the last piece the rows change
	 * too, as apply() would have done. */
	bool (*decide)(struct db *db, const struct db_step *step, enum db_outcome outcome,
		bool by_person, struct migrate_error *error);
	/* What the log has of these revisions; it must exist. */
	bool (*recall)(struct db *db, struct arena *arena, const struct names *revisions,
		struct db_records *records, struct migrate_error *error);
	/* Appends a record 'repaired' for each step, an upgrade, in one transaction: its checksum
	 * and source count from now on. Under the lock; expected: the rows as they must be. */
	bool (*accept)(struct db *db, const struct db_step *steps, size_t count,
		const struct names *expected, struct migrate_error *error);
	/* The fingerprint; the log must exist. */
	bool (*recall_fingerprint)(struct db *db, struct arena *arena,
		struct db_fingerprint *fingerprint, struct migrate_error *error);
	/* Puts checksum and text in the place of the one that there is, in one transaction. Under
	 * the lock; expected: the rows as they must be. */
	bool (*keep_fingerprint)(struct db *db, const struct db_fingerprint *fingerprint,
		const struct names *expected, struct migrate_error *error);
	/* Who holds the lock that try_lock takes, and who waits for it; in the arena, and database
	 * and dialect left alone. Reads only, and waits for nobody. */
	bool (*locks)(struct db *db, struct arena *arena, struct migrate_locks *locks,
		struct migrate_error *error);
	/* Adds what it finds in that area, for migrate_doctor: of the client library in
	 * MIGRATE_AREA_PROGRAM (db is NULL), of the server or file and of the connection, of what
	 * this user may do, and of what was left behind in the database. Reads only. */
	bool (*examine)(const struct db_settings *settings, struct db *db, enum migrate_area area,
		struct symptoms *symptoms, struct migrate_error *error);
	/* All that the database holds but the two tables, in one snapshot. Reads only. What the
	 * model has no place for is told as unsupported, by name. */
	bool (*read_schema)(
		struct db *db, struct schema_builder *builder, struct migrate_error *error);
	/* Fills in a table's rows, of the columns that it names: schema/rows.h. Reads only. */
	bool (*read_table)(struct db *db, struct arena *arena, struct rows_table *table,
		struct migrate_error *error);
	/* Appends SQL that makes the version table, where it is not there, and gives it these
	 * rows. No connection needed. */
	void (*script_rows)(
		const struct db_settings *settings, const struct names *rows, struct str *out);
	const struct schema_dialect *schema;
	/* Appends bytes that cost little to read, and that two databases have in common only if
	 * they have one schema. NULL: nothing is like that here. */
	bool (*digest_schema)(struct db *db, struct str *digest, struct migrate_error *error);
	const char *memory_url; /* of a database that lives as long as its connection, or NULL */
	/* SQL text for --sql; no connection needed. */
	void (*script_begin)(const struct db_settings *settings, const struct db_script *script,
		struct str *out);
	void (*script_step)(const struct db_settings *settings, const struct db_script *script,
		const struct db_step *step, struct str *out);
	void (*script_end)(const struct db_settings *settings, const struct db_script *script,
		struct str *out);
	const struct db_catalog *catalog; /* whole databases: db/catalog.h */
	enum url_dialect dialect;
	enum scan_dialect scan;
	/* Opening is as good as free: a run is planned with DB_PLAN, and opened again to write, so
	 * that what is refused has made no file. */
	bool cheap_to_open;
	bool has_passwords;
};

extern const struct db_driver sqlite_driver, postgres_driver;

const struct db_driver *db_driver_for(enum url_dialect dialect);

/* The comment above a step in --sql. For the drivers. */
void db_script_heading(struct str *out, const struct db_step *step);

/* A client library that a thread is loading, so that it is there when open() asks for it: libpq's
 * takes as long as the reading of a thousand scripts. Zeroed before the first use. A failure is
 * told by open(). */
struct db_loading {
	pthread_t thread;
	bool running;
};

void db_library_begin(struct db_loading *loading, const char *soname);
/* Waits for it; also before a process ends. */
void db_library_end(struct db_loading *loading);

/* Fills in where an offset of the step's script is in its file. */
bool db_step_place(const struct db_step *step, size_t offset, struct migrate_error *error);

/* Does the journal have pieces of one of these? */
bool db_journal_has(const struct db_state *state, const struct names *revisions);

/* MIGRATE_E_VERSION_TABLE where a row stands twice, as it can in a table without a key: changing it
 * would change two. table: quoted; id: the column that tells such rows apart. */
bool db_rows_are_distinct(struct arena *arena, const struct names *rows, const char *table,
	const char *id, struct migrate_error *error);

/* What a step's record of the whole script holds: its source, or else the script. */
const char *db_step_source(const struct db_step *step, size_t *size);

/* The newest shared library of that name (libpq.so.5), or MIGRATE_E_CONNECT naming the package. */
void *db_library_open(const char *soname, const char *package, struct migrate_error *error);

/* A function of a library, and where its address belongs in the driver's table. */
struct db_symbol {
	const char *name;
	size_t offset;
};

/* name: the library, for people. MIGRATE_E_CONNECT for a function that it has not. */
bool db_library_bind(void *library, const char *name, const struct db_symbol *symbol, size_t count,
	void *table, struct migrate_error *error);

#endif
