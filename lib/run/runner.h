/* runner: takes a plan to a database. Knows the order of things - lock, look again, check, apply in
 * batches, tell - and neither SQL nor which database it is.
 */
#ifndef MIGRATE_RUN_RUNNER_H
#define MIGRATE_RUN_RUNNER_H

#include <signal.h>

#include "base/arena.h"
#include "core/graph.h"
#include "core/plan.h"
#include "core/segment.h"
#include "db/db.h"
#include "io/source.h"
#include "migrate.h"

/* Emits an event: what, the step's place in the plan (SIZE_MAX: none), text (NULL: none). */
struct runner_events {
	void *context;
	void (*emit)(void *context, enum migrate_event_kind kind, size_t step, const char *text);
	/* What a step came to: statements, microseconds. Called before MIGRATE_STEP_DONE. */
	void (*result)(void *context, size_t step, size_t statements, int64_t duration);
	/* NULL: nobody listens. The tick has no step yet, but its place, SIZE_MAX for none. */
	bool (*tick)(void *context, const struct migrate_tick *tick);
};

/* What is told of a step that takes long; found out once for each statement. */
struct runner_ticks {
	int64_t run_began, step_began; /* microseconds */
	size_t step;                   /* the one that began then */
	size_t piece_offset;           /* of the piece that runs, in its script */
	/* the script that was counted, and the statement in it that is shown */
	const char *counted, *shown;
	size_t statements, before; /* in the whole script; before the piece */
	size_t only;               /* offset of the one that there is; SIZE_MAX: several */
	struct str text;
};

enum { RUNNER_KEEPS = 4 * 1024 * 1024 }; /* bytes of scripts, between check and run */

struct runner {
	struct arena *arena; /* of the command */
	const struct db_driver *driver;
	struct db *db;
	const struct graph *graph;
	long lock_wait;    /* milliseconds */
	long lock_retries; /* how often what is blocked by others' locks is tried again */
	bool together;     /* one transaction for the whole run */
	bool exact;        /* only the plan that was approved may run: not again what is left */
	bool once;         /* the command that runs this would do something else if run again */
	bool scratch;      /* the database goes when the run fails: nobody resumes in it */
	const volatile sig_atomic_t *interrupted;
	int interrupt_fd;
	struct runner_events events;
	struct arena *aside; /* of a thread that helps; NULL: none may */
	/* Scripts that the check has read, by node, up to a limit in bytes: they run as checked.
	 * plain: the whole is one transaction, and nothing in it is ours to replace */
	struct runner_kept {
		struct script script;
		bool plain;
		size_t setting; /* of its segments */
	} * read;
	bool read_downgrade;
	size_t read_bytes;
	size_t told;  /* steps of the plan that were told of as started */
	long retries; /* so far, of what runs now */
	bool moved;   /* runner_apply failed because another run was faster: plan again */
	/* What the pieces of the running script came to, for its one event */
	size_t statements;
	int64_t duration;
	struct runner_ticks ticks;
};

/* A step of a plan: its script read, checked and cut. */
struct runner_script {
	struct db_step step; /* the whole script as one step */
	struct segments segments;
	bool whole; /* it is one transaction: step can run as it is */
};

/* Becomes the only runner, waiting up to lock_wait; state is read under the lock. MIGRATE_E_LOCKED
 * names the holder. Nothing is open at the server while it waits. */
bool runner_lock(struct runner *runner, struct db_state *state, struct migrate_error *error);

/* Everything that can be refused before anything runs: a missing or irreversible downgrade, an id
 * too long for the version table, a script that must not run as it stands. */
bool runner_check(struct runner *runner, const struct plan *plan, const struct db_state *state,
	struct migrate_error *error);

/* The part of it that concerns rows to be written: an id too long for the version table. */
bool runner_check_rows(const struct runner *runner, struct nodes rows, const struct db_state *state,
	struct migrate_error *error);

/* Runs the plan under the lock. *committed: steps, from the first, that are committed. */
bool runner_apply(struct runner *runner, const struct plan *plan, const struct db_state *state,
	size_t *committed, struct migrate_error *error);

/* Makes the version table hold exactly the rows that the plan leads to. What
 * runner_stamp_ends tells ends with it. */
bool runner_stamp(struct runner *runner, const struct plan *plan, const struct db_state *state,
	struct migrate_error *error);

/* Reads and checks all scripts of a plan. */
bool runner_check_scripts(struct runner *runner, const struct plan *plan,
	const struct db_state *state, struct migrate_error *error);
/* MIGRATE_E_REFUSED for a script that must be one transaction and cannot. */
bool runner_check_whole(const struct runner *runner, const struct runner_script *script,
	struct migrate_error *error);
/* Makes room for what is kept of the plan's scripts; runner_read does so as well. */
void runner_keep(struct runner *runner, const struct plan *plan);
/* Where a script is to be cut, as offsets, beside where its text says so. */
struct runner_cuts {
	struct nodes learnt; /* statements that the server refused inside a transaction */
	struct nodes edges;  /* where parts have ended in a run before */
};

/* Reads a step's script from its file, into the given arena. cuts may be NULL. */
bool runner_read(struct runner *runner, struct arena *arena, const struct plan *plan, size_t index,
	const struct runner_cuts *cuts, struct runner_script *script, struct migrate_error *error);
/* A notice where the script makes settings that the next one will not see. */
void runner_tell_settings(const struct runner *runner, const struct runner_script *script);
/* Adds such an offset; the array is made anew. */
void runner_learn(struct arena *arena, struct nodes *learnt, size_t offset);
/* A piece of it as a step: number is from 0. */
struct db_step runner_piece(
	struct arena *arena, const struct runner_script *script, uint32_t number);

/* Runs a revision whose script is not one transaction, from the piece where the journal ends. step:
 * of the plan; extra: rows to drop with its own; learnt: as above. MIGRATE_E_HALF_DONE where pieces
 * are committed and it could not go on. */
bool runner_pieces(struct runner *runner, const struct plan *plan, size_t index,
	const struct names *expected, const struct names *extra, const struct db_state *state,
	const struct nodes *learnt, struct migrate_error *error);
/* Adds to an error what was edited in the pieces of a script that have run. */
void runner_tell_edit(const struct runner_script *script, const struct db_state *state,
	struct migrate_error *error);
/* half.c */
/* The newest record of a piece of the revision, NULL: it did not stop half way. */
const struct db_journal *runner_half(const struct db_state *state, const char *revision);
/* "upgrade" or "downgrade" */
const char *runner_half_direction(const struct db_journal *record);
/* The piece that comes next, from 1. */
long runner_half_part(const struct db_journal *record);
/* For a revision that stopped half way: what to type so that it goes on, or is given up. */
const char *runner_half_hint(struct arena *arena, const struct graph *graph,
	const struct db_state *state, const char *revision);
/* The same for a piece that has just failed, behind the hint that the error has; rows: what the
 * version table holds. False. */
bool runner_hint_at_ways(const struct runner *runner, const struct names *rows,
	const struct db_step *step, struct migrate_error *error);
/* MIGRATE_E_HALF_DONE about it; why: "" or ", and ...". */
bool runner_refuse_half(const struct runner *runner, const struct db_state *state,
	const char *revision, const char *why, struct migrate_error *error);
/* A revision of the plan that would go on where it stopped: its newest record, or NULL. */
const struct db_journal *runner_planned_half(
	const struct graph *graph, const struct plan *plan, const struct db_state *state);
/* What a plan of plan_stamp ends: revisions that it judges, or that have no file. */
struct names runner_stamp_ends(struct arena *arena, const struct graph *graph,
	const struct plan *plan, const struct db_state *state);
/* Refuses, before there is a plan, to go the other way than what stopped half way. */
bool runner_check_direction(const struct runner *runner, bool downgrade,
	const struct db_state *state, struct migrate_error *error);
/* Refuses a plan, an empty one too, that would pass by a revision whose run stopped half way. */
bool runner_check_journal(const struct runner *runner, const struct plan *plan,
	const struct db_state *state, struct migrate_error *error);
/* A person's decision on the piece whose outcome is not known: it counts as done, or may run again.
 */
bool runner_decide(struct runner *runner, const struct plan *plan, const struct db_state *state,
	bool skip, struct migrate_error *error);

/* Adds rows to a step's own; one that the step itself puts is left. */
void runner_drop_rows(struct arena *arena, const struct names *rows, struct db_step *step);

/* A stamp as a step. */
struct db_step runner_stamp_step(
	struct runner *runner, const struct plan *plan, const struct db_state *state);

/* The driver's progress as events: the hook to open the database with, its context the runner. */
void runner_progress(void *runner, enum db_progress what, struct db_step *step);

/* tick.c: what takes long. */
/* The hook to open the database with, where there is somebody who listens. */
bool runner_tick(void *runner, const struct db_tick *tick);
/* The lock is waited for. */
void runner_tick_waiting(struct runner *runner, const char *holder);
void runner_ticks_begin(struct runner *runner);
void runner_ticks_step(struct runner *runner, size_t step);
void runner_ticks_end(struct runner *runner);

/* retry.c: what other sessions' locks kept out. */
/* Will runner_again say yes? */
bool runner_may_retry(const struct runner *runner);
/* A step failed. True: it was blocked, the error is cleared, time has passed, and it is to be tried
 * again. False: the error stays, or says that a signal came. */
bool runner_again(struct runner *runner, const struct db_step *step, struct migrate_error *error);
/* Sleeps for a half up to the whole of that, or until a signal asks to stop. */
void runner_pause(const struct runner *runner, long milliseconds);

/* MIGRATE_E_INTERRUPTED or _TERMINATED where a signal asked to stop; true where none did. */
bool runner_not_interrupted(const struct runner *runner, struct migrate_error *error);

#endif
