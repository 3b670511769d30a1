/* migrate: schema migrations for SQLite and PostgreSQL, as a library.
 *
 * The whole of the `migrate` program is written with this header. The library never prints, exits,
 * reads the environment or installs a signal handler: it returns values and calls an event handler.
 * The only programs that it runs are the password_command of a configuration, when it connects,
 * and git, for migrate_check_since and migrate_doctor.
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
	X(PROGRAM, "program", 1)                   /* hook, editor or password_command failed */   \
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

/* "0.1.0" */
MIGRATE_API const char *migrate_version(void);

/* -------- A project: configuration, revisions, and the database behind them -------- */

struct migrate;

struct migrate_settings {
	const char *config;       /* path; NULL: MIGRATE_CONFIG, else "migrator.yaml" */
	const char *database_url; /* NULL: from the configuration */
	const char *environment;  /* NULL: MIGRATE_ENV, else none */
	const char *env_file;     /* NULL: .env beside the configuration, where it is */
	/* NAME=VALUE, NULL-terminated: for ${VAR}, and what password_command runs with; may be
	 * NULL */
	const char *const *environ;
	const char *user; /* who runs this, for the log: "name@host"; may be NULL */
	/* A configuration that is missing or wrong is for migrate_doctor to tell: migrate_open
	 * succeeds, and every other call that needs the configuration fails with that error. */
	bool for_doctor;
};

struct migrate_list {
	const char *const *item;
	size_t count;
};

/* Reads the configuration; neither the revisions nor the database, which are read when a call needs
 * them. NULL on failure. The strings of settings need not live longer. */
MIGRATE_API struct migrate *migrate_open(
	const struct migrate_settings *settings, struct migrate_error *error);
/* Closes the connection, if there is one, and gives back everything. NULL is fine. */
MIGRATE_API void migrate_close(struct migrate *migrate);

/* Asks a running call to stop with MIGRATE_E_INTERRUPTED (SIGINT) or MIGRATE_E_TERMINATED
 * (SIGTERM): the statement is cancelled at the server, and what had not committed is rolled back.
 * May be called from a signal handler. */
MIGRATE_API void migrate_interrupt(struct migrate *migrate, int signal);

struct migrate_project {
	const char *config;      /* path of migrator.yaml */
	const char *environment; /* NULL: none */
	const char *database;    /* the URL, password as ***; NULL where there is none */
	const char *dialect;     /* "sqlite", "postgresql", or NULL */
	struct migrate_list versions, hooks;
	const char *version_table;
	struct migrate_list environments; /* that the configuration has */
	bool is_protected;                /* `protected`: nothing of it is dropped */
};
MIGRATE_API struct migrate_project migrate_project(const struct migrate *migrate);

/* -------- Events: what happens while a call runs -------- */

enum migrate_event_kind {
	MIGRATE_STEP_STARTED, /* step, index, count */
	MIGRATE_STEP_DONE,
	MIGRATE_STEP_FAILED,
	MIGRATE_STEP_UNKNOWN, /* the answer to its COMMIT was lost, and nobody could be asked */
	MIGRATE_NOTICE,       /* text: what the server says while a script runs; what may help */
	MIGRATE_WARNING, /* text: what the caller should know: an edited script, implied rows */
	MIGRATE_WAITING, /* text: another run holds the lock; who, as far as the database tells */
	MIGRATE_CREATED, /* text: a database or table that did not exist was made */
};

struct migrate_step;

struct migrate_event {
	enum migrate_event_kind kind;
	const struct migrate_step *step;
	size_t index, count; /* of the step: 0 up to count - 1 */
	const char *text;    /* lines without a newline at the end; harmless for a terminal */
};

typedef void migrate_handler(const struct migrate_event *event, void *context);
/* One handler for a struct migrate; NULL for none. Text lives until the handler returns. */
MIGRATE_API void migrate_on_event(struct migrate *migrate, migrate_handler *handler, void *context);

/* What is under way, where it takes long. */
struct migrate_tick {
	const struct migrate_step *step; /* NULL: the lock of runs is waited for */
	size_t index, count;             /* of the step, as in an event */
	/* The server tells late which of several steps is done: it is one from index to this one */
	size_t last;
	size_t statement, statements; /* which of the script's, from 1, of how many; 0: not known */
	/* The statement in one line, without what is in quotes, or who holds the lock; NULL: not
	 * known. Harmless for a terminal. */
	const char *text;
	const char *phase; /* "building index: scanning table"; NULL: the database does not tell */
	int percent;       /* of the phase; -1: not known */
	int64_t step_us, run_us; /* since they began */
};

/* Called up to five times a second while something runs for longer than that. Returns whether the
 * phase is wanted in the next ticks: a PostgreSQL server is asked for it by a second connection,
 * once a second, when a statement has run for two. */
typedef bool migrate_ticker(const struct migrate_tick *tick, void *context);
/* One for a struct migrate, to be named before the first call that asks the database; NULL for
 * none. */
MIGRATE_API void migrate_on_tick(struct migrate *migrate, migrate_ticker *ticker, void *context);

/* -------- Revisions -------- */

struct migrate_revision {
	const char *id;
	const char *message;      /* "" where there is none */
	const char *created;      /* as written, NULL where missing */
	const char *file;         /* NULL where no file has it: migrate_log does */
	const char *irreversible; /* the reason, NULL where it can be reverted */
	bool has_downgrade;
	struct migrate_list down_revision, depends_on;
	struct migrate_list branch_labels; /* declared here */
	struct migrate_list branches;      /* labels of the lineages it is on */
	struct migrate_list next;          /* revisions that revise it */
	struct migrate_list replaces;      /* revisions that it is in place of, oldest first */
	bool is_head, is_real_head;        /* by versioned edges; by all edges */
	bool is_base, is_branch_point, is_merge_point;
	bool applied, current; /* false where the database was not asked */
};

struct migrate_revisions {
	const struct migrate_revision *const *item;
	size_t count;
};

enum migrate_listing {
	MIGRATE_HISTORY,    /* all or a range, newest first */
	MIGRATE_HEADS,      /* by versioned edges */
	MIGRATE_REAL_HEADS, /* by all edges */
	MIGRATE_BRANCHES,   /* branch points */
	MIGRATE_SHOW,       /* those that range names: an id, head, current ... */
};

/* range: "A:B" for MIGRATE_HISTORY (NULL: all), a target for MIGRATE_SHOW. with_database: ask it
 * which are applied and current; without, `current` in a range still asks. */
MIGRATE_API bool migrate_list(struct migrate *migrate, enum migrate_listing listing,
	const char *range, bool with_database, struct migrate_revisions *revisions,
	struct migrate_error *error);

/* -------- Where the database stands -------- */

struct migrate_row {
	const char *revision;
	const struct migrate_revision *known; /* NULL: no script has it */
};

enum migrate_direction { MIGRATE_UPGRADE, MIGRATE_DOWNGRADE };

/* A revision whose script is no one transaction and stopped half way. */
struct migrate_half_done {
	const char *revision;
	enum migrate_direction direction;
	long part;        /* the part that comes next, from 1 */
	bool in_doubt;    /* it was started, and its end was not recorded */
	const char *hint; /* how it goes on, or is given up */
};

/* A revision whose upgrade section is not what the log says has run, or what was accepted since. */
struct migrate_change {
	const struct migrate_revision *revision;
	const char *applied_at, *applied_by; /* NULL where the log does not tell */
	/* Unified, from the log's text to the file's; NULL where the log has none */
	const char *diff;
};

/* A row that no file has, as far as the log tells. */
struct migrate_missing {
	const char *revision;
	const char *message;                 /* NULL where the log has not its file */
	const char *applied_at, *applied_by; /* NULL where the log does not tell */
	bool stamped;                        /* that was a stamp: no script ran */
	bool in_log; /* the log has its file: migrate_request.from_log can revert it */
	/* In the midst of what this one replaced: it has to be taken to their end by their files,
	 * which an older commit has. NULL: none did. */
	const char *replaced_by;
};

enum migrate_drift_state {
	MIGRATE_DRIFT_OFF,      /* the configuration does not ask for it: nothing was read */
	MIGRATE_DRIFT_UNKNOWN,  /* no run has recorded the schema */
	MIGRATE_DRIFT_OUTDATED, /* one has, and not the last one */
	MIGRATE_DRIFT_NONE,     /* the schema is as the last run left it */
	MIGRATE_DRIFT_FOUND,
};

/* The database's schema beside the one that the last run left. */
struct migrate_drift {
	enum migrate_drift_state state;
	const char *recorded_at, *recorded_by; /* NULL where the log does not tell */
	struct migrate_list changes;           /* as those of struct migrate_diff */
	const char *diff;                      /* of the two as SQL, unified; NULL: no change */
	struct migrate_list unsupported;       /* what was not compared */
};

struct migrate_status {
	const char *database, *dialect;
	const char *tls; /* "TLSv1.3", or "none"; NULL where no network lies between */
	const struct migrate_row *rows;
	size_t row_count;
	struct migrate_list current, heads, real_heads, pending, changed, unknown;
	const struct migrate_half_done *half_done;
	size_t half_done_count;
	bool up_to_date; /* every real head is applied, nothing is unknown or half done */
	const struct migrate_change *changes; /* of each of changed */
	size_t change_count;
	const struct migrate_missing *missing; /* of each of unknown */
	size_t missing_count;
	struct migrate_drift drift;
};

/* Reading only. with_changes: compare the scripts with what the log says has run, and the schema
 * with what it says was left, and tell what it knows of rows that no file has. */
MIGRATE_API bool migrate_status(struct migrate *migrate, bool with_changes,
	struct migrate_status *status, struct migrate_error *error);

/* A session of a PostgreSQL server, or a process that has an SQLite file open. What the database or
 * the system does not tell is NULL, 0, or -1. */
struct migrate_session {
	long pid;
	const char *user, *application;
	const char *client;          /* its address; NULL for a local socket too */
	const char *connected_at;    /* "2026-11-21 10:30:00+00:00" */
	const char *state;           /* "active", "idle in transaction", "waiting for a lock" */
	int64_t state_seconds;       /* for how long */
	int64_t transaction_seconds; /* how long its transaction is open */
	const char *query; /* what it runs or ran last, in one line, without what is in quotes */
};

struct migrate_locks {
	const char *database, *dialect;
	bool held;                            /* a run is under way */
	const struct migrate_session *holder; /* NULL: nobody, or it cannot be told who */
	const struct migrate_session *waiting, *blocking; /* other runs; who is in their way */
	size_t waiting_count, blocking_count;
};

/* Reading only: who holds the lock of runs, who waits for it, and whose locks are in the way of the
 * run that holds it or would stop the next one. Waits for nobody. */
MIGRATE_API bool migrate_locks(
	struct migrate *migrate, struct migrate_locks *locks, struct migrate_error *error);

enum migrate_check {
	MIGRATE_CHECK_HEADS = 1,   /* one head */
	MIGRATE_CHECK_SCRIPTS = 2, /* every script is well-formed and can be reverted or says why */
	MIGRATE_CHECK_DATABASE = 4, /* the database is at the heads */
	MIGRATE_CHECK_CHANGES = 8,  /* nothing that ran was edited since */
	MIGRATE_CHECK_SCHEMA = 64,  /* the scripts make the schema that the configuration names */
	/* with MIGRATE_CHECK_SCHEMA only where it names one, and with MIGRATE_CHECK_DRIFT only
	 * where it asks for drift */
	MIGRATE_CHECK_ALL = 335,
	/* the branches of several heads, and of each revision that joins some, make one schema in
	 * any order; with MIGRATE_CHECK_ALL those of the heads, where that can be tried */
	MIGRATE_CHECK_MERGE = 128,
	MIGRATE_CHECK_DRIFT = 256, /* the schema is as the last run left it */
	MIGRATE_CHECK_SINCE = 16,  /* what is new since a commit of git fits what others have */
	MIGRATE_CHECK_VERIFY = 32, /* each downgrade undoes its upgrade: migrate_verify() */
};

struct migrate_finding {
	enum migrate_check check;
	const char *message, *hint; /* hint may be NULL */
	const char *file;           /* NULL where it is about no file */
	size_t line, column;
	struct migrate_list revisions;
	const char *diff; /* of an edited script: see struct migrate_change; of schemas: the whole,
			     with the last of their findings */
	const char *fix;  /* the command that mends it; NULL where it takes more than one */
	/* A file to show it at: `file`, else that of a revision that it is about, else the
	 * configuration; never NULL */
	const char *near;
};

struct migrate_findings {
	const struct migrate_finding *item;
	size_t count;
	unsigned checks; /* those that were made */
};

/* True also where something was found: look at findings->count. */
MIGRATE_API bool migrate_check(struct migrate *migrate, unsigned checks,
	struct migrate_findings *findings, struct migrate_error *error);
/* The same with MIGRATE_CHECK_SINCE among the checks: base names a commit of git that others have,
 * such as "origin/main". Runs git. */
MIGRATE_API bool migrate_check_since(struct migrate *migrate, unsigned checks, const char *base,
	struct migrate_findings *findings, struct migrate_error *error);

enum migrate_area {
	MIGRATE_AREA_PROGRAM,
	MIGRATE_AREA_CONFIGURATION,
	MIGRATE_AREA_VERSIONS, /* the directories of revisions */
	MIGRATE_AREA_CONNECTION,
	MIGRATE_AREA_PRIVILEGES,
	MIGRATE_AREA_STATE, /* of the database */
};

enum migrate_level {
	MIGRATE_LEVEL_OK,
	MIGRATE_LEVEL_NOTE,    /* worth knowing */
	MIGRATE_LEVEL_WARNING, /* odd: it may hurt */
	MIGRATE_LEVEL_PROBLEM, /* it keeps a run from succeeding */
};

struct migrate_symptom {
	enum migrate_area area;
	const char *check; /* which one, a word: "lock_timeout" */
	enum migrate_level level;
	const char *message;
	const char *hint; /* what mends it; NULL where there is nothing to mend */
};

struct migrate_diagnosis {
	const struct migrate_symptom *item; /* area by area */
	size_t count;
	size_t levels[MIGRATE_LEVEL_PROBLEM + 1]; /* how many there are of each */
};

/* Looks at all that a run needs, from the client library to the database's state, and goes on
 * behind what fails. Reads only, makes nothing. True also where problems were found; false where it
 * was interrupted. */
MIGRATE_API bool migrate_doctor(
	struct migrate *migrate, struct migrate_diagnosis *diagnosis, struct migrate_error *error);

/* -------- Plans -------- */

/* MIGRATE_UNKNOWN: of MIGRATE_E_UNKNOWN_OUTCOME, committed or not. */
enum migrate_step_status { MIGRATE_PLANNED, MIGRATE_APPLIED, MIGRATE_FAILED, MIGRATE_UNKNOWN };

struct migrate_request {
	enum migrate_direction direction;
	const char *target; /* NULL: "head" up, "-1" down */
	bool cascade;       /* a downgrade may revert other branches too */
	bool dry_run;       /* the database is opened so that it cannot be written */
	bool strict;        /* a script edited since it was applied is an error */
	bool from_log;      /* a downgrade may run scripts that no file has, and the log has */
	bool exact;         /* the plan is refused, not made again, where the rows have moved */
	bool once;          /* a hint names the command that goes on, not the caller's own again */
};

struct migrate_step {
	const struct migrate_revision *revision;
	enum migrate_direction direction;
	enum migrate_step_status status;
	size_t statements;   /* 0 until it ran */
	int64_t duration_us; /* 0 until it ran */
};

struct migrate_plan {
	struct migrate_request request; /* target filled in */
	struct migrate_list from, to;   /* rows before and after all steps; after a failure `to` has
					   those that are known to be there */
	struct migrate_step *steps;
	size_t count;
	bool changed; /* something was committed */
	/* Revisions that the rows name by what they replaced: their ids take its place first, and
	   `from` and `to` have these. After a run: those that were adopted */
	struct migrate_list adopted;
};

/* Makes a plan from the database's real rows. *plan lives until migrate_close. */
MIGRATE_API bool migrate_plan(struct migrate *migrate, const struct migrate_request *request,
	struct migrate_plan **plan, struct migrate_error *error);
/* Runs a plan: waits for the lock, and plans again there if the rows have moved since. On failure
 * the steps say which are applied; with a transaction each, those stay. */
MIGRATE_API bool migrate_apply(
	struct migrate *migrate, struct migrate_plan *plan, struct migrate_error *error);

/* What a step of a plan would run. */
struct migrate_script {
	const char *sql; /* the section, NUL-terminated */
	size_t size;
	const char *checksum;           /* as the log has it */
	struct migrate_list statements; /* the section's, without comments between them */
};

/* Of a step that the last plan has. MIGRATE_E_SCRIPT where its file has changed since. */
MIGRATE_API bool migrate_script(struct migrate *migrate, const struct migrate_step *step,
	struct migrate_script *script, struct migrate_error *error);

/* For a revision that stopped half way at a statement of which it cannot be told whether it took
 * effect: skip takes the statement as done, otherwise it runs again; then the rest of the revision
 * runs. */
MIGRATE_API bool migrate_resume(struct migrate *migrate, const char *revision, bool skip,
	struct migrate_plan **plan, struct migrate_error *error);

/* Receives text in pieces; false stops. */
typedef bool migrate_writer(const char *text, size_t size, void *context);
/* Writes the plan as a script for psql or sqlite3. A target "A:B" needs no database. */
MIGRATE_API bool migrate_sql(struct migrate *migrate, const struct migrate_request *request,
	migrate_writer *writer, void *context, struct migrate_error *error);

struct migrate_repair {
	const char *const *targets; /* revisions */
	size_t count;
	bool all;     /* every one that was edited, instead of targets */
	bool schema;  /* no script but the database's schema, instead of both */
	bool dry_run; /* the database is opened so that it cannot be written */
	const struct migrate_change *changes; /* filled: the edits that are accepted */
	size_t change_count;
	struct migrate_list unchanged; /* filled: targets that were not edited */
	bool changed;                  /* filled: something was committed */
	struct migrate_drift drift;    /* filled with schema: what is accepted */
};

/* Accepts scripts as they are now, though something else has run, or the schema as it is now,
 * though the last run left another: the log gets a record of each, and from then on they are
 * compared with that. Runs nothing. */
MIGRATE_API bool migrate_repair(
	struct migrate *migrate, struct migrate_repair *repair, struct migrate_error *error);

struct migrate_stamp {
	const char *const *targets;
	size_t count;
	bool purge;
	/* Filled; ended: revisions that had stopped half way, which is given up */
	struct migrate_list from, to, ended;
};

/* Sets the rows without running scripts, in one transaction. */
MIGRATE_API bool migrate_stamp(
	struct migrate *migrate, struct migrate_stamp *stamp, struct migrate_error *error);
MIGRATE_API bool migrate_stamp_sql(struct migrate *migrate, struct migrate_stamp *stamp,
	migrate_writer *writer, void *context, struct migrate_error *error);
/* Creates the two tables where they are missing. */
MIGRATE_API bool migrate_ensure_version(
	struct migrate *migrate, bool *created, struct migrate_error *error);

/* -------- The schema -------- */

struct migrate_dump {
	/* A text to compare with, and its name for the diff; or NULL. The caller's. */
	const char *expected, *expected_name;
	size_t expected_size;
	const char *sql; /* filled: NUL-terminated */
	size_t size;
	const char *diff; /* filled: unified, from expected to sql; NULL where their lines are the
			     same */
	/* Filled: what the database holds and sql does not, because migrate does not know it:
	 * "operator class public.reversed_ops USING btree". Told as warnings too. */
	struct migrate_list unsupported;
};

/* The database's schema as SQL that makes it anew in an empty database, with the version table and
 * its rows at the end. The same schema gives the same text. Reading only. */
MIGRATE_API bool migrate_dump(
	struct migrate *migrate, struct migrate_dump *dump, struct migrate_error *error);

struct migrate_diff {
	/* "migrations": what all scripts make; "database": the configured one; "schema": what the
	 * configuration's key of that name names; the path of a SQL file, or of a folder of them
	 * that are run in the order of their names; the URL of a database, or the name of its
	 * environment. NULL are migrations and database. Filled: without a URL's password. */
	const char *from, *to;
	struct migrate_list changes; /* filled: "table notes is new", a line for each object */
	const char *diff;            /* filled: both as SQL, unified; NULL: no change */
	/* Filled: what was not compared, because migrate does not know it. Told as warnings too. */
	struct migrate_list unsupported;
};

/* How the second schema differs from the first. Scripts and files are run on scratch databases, as
 * those of migrate_verify(). Reading only. */
MIGRATE_API bool migrate_diff(
	struct migrate *migrate, struct migrate_diff *diff, struct migrate_error *error);

struct migrate_verify {
	const char *range;                /* "A:B" as for listings, or NULL: all */
	const char *data;                 /* path of a file of SQL that fills tables, or NULL */
	struct migrate_list skipped;      /* filled: revisions that are irreversible */
	size_t verified;                  /* filled: how many were run up, down and up again */
	struct migrate_findings findings; /* filled */
};

/* Runs the revisions on scratch databases: in memory on SQLite, made beside the configured one, and
 * dropped, on PostgreSQL. Each goes up, down and up again, and the schema has to be the same, and
 * with `data` the rows; then the branches run in other orders. The configured database is left
 * alone. True also where something was found; false where an upgrade does not run at all. */
MIGRATE_API bool migrate_verify(
	struct migrate *migrate, struct migrate_verify *verify, struct migrate_error *error);

/* -------- Whole databases -------- */

/* Makes the database that the URL names, empty; one that is there is no error. */
MIGRATE_API bool migrate_database_create(
	struct migrate *migrate, bool *created, struct migrate_error *error);
/* Drops it with all that is in it; one that is missing is no error. MIGRATE_E_REFUSED where the
 * configuration says `protected`, MIGRATE_E_DATABASE where others use it; force ends their
 * sessions, and on SQLite does not look. */
MIGRATE_API bool migrate_database_drop(
	struct migrate *migrate, bool force, bool *dropped, struct migrate_error *error);
/* Waits until the database can be connected to, or at_heads until every revision is applied by
 * another run. timeout: "60s"; "0": for ever; NULL: "60s". Then the last reason is the error, or
 * MIGRATE_E_CHECK where revisions are missing. */
MIGRATE_API bool migrate_database_wait(
	struct migrate *migrate, const char *timeout, bool at_heads, struct migrate_error *error);

/* A test database, at the heads. */
struct migrate_testdb {
	const char *name;
	const char *url;   /* in the form of the configuration's, with its password */
	const char *shown; /* the same without */
	bool built;        /* there was no template yet */
};

/* Makes a test database beside the configured one. The first call builds a template for these
 * scripts, and later ones copy it. */
MIGRATE_API bool migrate_testdb_create(
	struct migrate *migrate, struct migrate_testdb *made, struct migrate_error *error);
/* Drops one, though others use it, and though the call is interrupted. name NULL: the one that the
 * URL names. MIGRATE_E_REFUSED for a database that migrate_testdb_create has not made. */
MIGRATE_API bool migrate_testdb_drop(
	struct migrate *migrate, const char *name, bool *dropped, struct migrate_error *error);
/* Drops test databases and templates that are older than "2h" (NULL: "1d") and that nobody uses,
 * and such scratch databases, on the server of scratch_url too. dropped is filled on failure too.
 */
MIGRATE_API bool migrate_testdb_prune(struct migrate *migrate, const char *older_than,
	struct migrate_list *dropped, struct migrate_error *error);

/* -------- New files -------- */

struct migrate_new {
	const char *message;       /* required */
	struct migrate_list heads; /* to stand on; none: "head", for a merge "heads" */
	bool splice;               /* they need not be heads */
	const char *branch_label;  /* NULL: none */
	struct migrate_list depends_on;
	const char *revision_id;  /* NULL: 12 random hex digits */
	const char *version_path; /* a directory of `versions`; NULL: where the parent is */
	bool no_scratch;          /* of a merge: the orders of the branches are not tried */
};

/* Writes a new revision file, and returns its path in *file. */
MIGRATE_API bool migrate_new_revision(struct migrate *migrate, const struct migrate_new *request,
	const char **id, const char **file, struct migrate_error *error);
/* The same for a revision that joins heads: at least two. Their branches are run on scratch
 * databases in each order, as those of migrate_verify(): MIGRATE_E_REFUSED where the schemas differ
 * or a script fails. An object that two of them change is told as a warning; where there is no
 * database to try it on, that is told and no error. */
MIGRATE_API bool migrate_merge(struct migrate *migrate, const struct migrate_new *request,
	const char **id, const char **file, struct migrate_error *error);

struct migrate_autogenerate {
	struct migrate_new revision;
	bool allow_destructive;
	/* Filled; NULL: nothing was written, for there is nothing that could be */
	const char *id, *file;
	/* Filled, a line for each: how the desired schema differs from what the migrations make;
	 * what the upgrade destroys, and the downgrade; what makes the upgrade fail where rows are
	 * in its way; differences that no script makes */
	struct migrate_list changes, destroys, downgrade_destroys, fails, impossible;
	/* Filled: what is different all the same when the file's two sections have run, or why they
	 * do not run. Told as warnings too. */
	struct migrate_list unproved;
	/* Filled: what was not compared, because migrate does not know it. Told as warnings too. */
	struct migrate_list unsupported;
};

/* Compares what all that the new revision will stand on makes with the schema that the
 * configuration names, on scratch databases, and writes a revision whose sections lead from one to
 * the other and back; then runs both there. MIGRATE_E_REFUSED where its upgrade destroys data and
 * that is not allowed: the lists are filled, no file is written. */
MIGRATE_API bool migrate_autogenerate(
	struct migrate *migrate, struct migrate_autogenerate *request, struct migrate_error *error);

struct migrate_rebase {
	const char *revision;       /* NULL: what no database has and no other head stands on */
	const char *onto;           /* NULL: the one head that does not stand on it */
	const char *id, *file, *to; /* filled: the revision that was put on `to` */
	struct migrate_list from;   /* filled: what it stood on */
	bool changed;               /* filled: the file was rewritten */
};

/* Puts a revision, with all that stands on it, on another one by rewriting its header, whole or not
 * at all. MIGRATE_E_REFUSED where the database has run any of them. */
MIGRATE_API bool migrate_rebase(
	struct migrate *migrate, struct migrate_rebase *rebase, struct migrate_error *error);

struct migrate_squash {
	const char *range;       /* "A:B" as for listings, or NULL: all */
	const char *message;     /* NULL: "Squash A to B" */
	const char *revision_id; /* NULL: 12 random hex digits */
	bool concat;             /* join the scripts, where a dump of the schema would do too */
	const char *id, *file;   /* filled: the new revision */
	const char *joined; /* filled: why the scripts were joined; NULL: it is a dump of the schema
			     */
	const char *irreversible; /* filled: why it has no downgrade; NULL: it has one */
	/* Filled: ids, oldest first; paths that are gone, and of files whose header was rewritten
	 */
	struct migrate_list replaced, deleted, rewritten;
};

/* Writes one revision in place of a range, and deletes the files of that, after both were run on
 * scratch databases, as those of migrate_verify(), and have made the same schema; else nothing is
 * changed, and MIGRATE_E_REFUSED tells the differences. Databases that have run the range adopt it.
 */
MIGRATE_API bool migrate_squash(
	struct migrate *migrate, struct migrate_squash *squash, struct migrate_error *error);

/* Writes config (NULL: "migrator.yaml"), the versions directory (NULL: "migrations") and in it a
 * template. Nothing is overwritten: what exists already is MIGRATE_E_EXISTS, and nothing is
 * written. made: called with the path of each thing made; may be NULL. */
MIGRATE_API bool migrate_init(const char *config, const char *directory,
	void (*made)(const char *path, void *context), void *context, struct migrate_error *error);

#ifdef __cplusplus
}
#endif

#endif
