/* project: what is behind a struct migrate. Only lib/ (the files beside this one) includes it. */
#ifndef MIGRATE_PROJECT_H
#define MIGRATE_PROJECT_H

#include <signal.h>

#include "base/arena.h"
#include "core/graph.h"
#include "core/plan.h"
#include "core/renames.h"
#include "core/target.h"
#include "db/db.h"
#include "io/config.h"
#include "io/source.h"
#include "io/template.h"
#include "migrate.h"
#include "run/runner.h"
#include "schema/compare.h"

/* What a look at the database found while the scripts were read. */
struct early {
	bool tried, good;
	struct db_state state;
	struct migrate_error error;
};

struct migrate {
	struct arena arena;
	struct arena source_memory; /* of what threads have read: the source, or scripts */
	struct config config;
	struct migrate_error config_error; /* kept for migrate_doctor */
	bool warned_of_files;
	bool examining;   /* it is at work: nothing at all is written */
	bool in_scratch;  /* what the database says of scripts concerns nobody */
	bool in_template; /* of test databases: dropped where it cannot be made */
	const char *user;
	const char *const *environ; /* the caller's, copied where a command will need it */
	const char *password;       /* that the URL has not; NULL: not asked for yet, or none */
	migrate_handler *handler;
	void *handler_context;
	migrate_ticker *ticker;
	void *ticker_context;
	volatile sig_atomic_t interrupted;
	int wake[2]; /* a pipe: migrate_interrupt writes, whoever waits polls */

	bool loaded; /* source and graph are there */
	struct source source;
	struct graph graph;
	bool extended; /* by revisions of the log; without them they are: */
	struct source files;
	struct graph files_graph;
	struct names *labels;          /* of each revision's lineages; when first asked */
	struct migrate_revision *view; /* one for each revision; when first asked */

	const struct db_driver *driver;
	struct db_loading library;
	struct db *db;
	enum db_access access;
	bool elsewhere; /* what is opened now is at scratch_url: passwords found aside are not its
			 */
	struct early early;

	/* The version table holds rows that others imply, or that give way to what replaced them */
	bool surplus_rows;
	bool has_version_table;
	struct migrate_plan *running; /* the plan that events are about */
	struct runner runner;
};

/* Reads the revisions, once; without those of the log. */
bool project_load(struct migrate *migrate, struct migrate_error *error);
/* The same, for what is going to ask the database: its library is loaded meanwhile. */
bool project_load_for_database(struct migrate *migrate, struct migrate_error *error);
/* The same, and what project_position with these arguments will read is read meanwhile where that
 * pays. */
bool project_load_and_look(struct migrate *migrate, enum db_access access, bool with_applied,
	struct migrate_error *error);
void project_forget_look(struct migrate *migrate);
/* Opens the database, once; again where more access is asked than it was opened with. */
bool project_connect(struct migrate *migrate, enum db_access access, struct migrate_error *error);
/* Closes it. */
void project_disconnect(struct migrate *migrate);
/* The settings that a driver is opened with, or writes scripts by. MIGRATE_E_CONFIG without a URL.
 */
bool project_settings(struct migrate *migrate, enum db_access access, struct db_settings *settings,
	struct migrate_error *error);
/* The same with a password that the URL has not. */
bool project_settings_to_open(struct migrate *migrate, enum db_access access,
	struct db_settings *settings, struct migrate_error *error);
/* Hides the database's password in what an error shows of a script. False, always. */
bool project_hide(const struct migrate *migrate, struct migrate_error *error);
/* What databases are made and dropped by; the driver closes it. What was open is closed first. */
bool project_open_catalog(
	struct migrate *migrate, struct db **catalog, struct migrate_error *error);
/* The schema of a database that is open, in the arena. */
bool project_read_schema(struct migrate *migrate, struct db *db, struct arena *arena,
	struct schema *schema, struct migrate_error *error);
/* Warns of what a schema has and the model has no place for; what: "not compared". */
void project_tell_unsupported(
	struct migrate *migrate, const char *what, const struct migrate_list *unsupported);
/* The two lines above a diff, of these names. */
const char *project_diff_header(struct migrate *migrate, const char *from, const char *to);
/* Both as SQL, in unified format behind the header. */
const char *project_schema_diff(
	struct migrate *migrate, const struct schema_changes *changes, const char *header);
/* The first of them, for a message. */
const char *project_schema_changes(struct migrate *migrate, const struct schema_changes *changes);
/* Does the configuration say what the scripts should make? */
bool project_has_desired(const struct migrate *migrate);
/* MIGRATE_E_CONFIG where it does not. */
bool project_need_desired(const struct migrate *migrate, struct migrate_error *error);
/* What they should make; appends the comments that say what was renamed. */
bool project_read_desired(struct migrate *migrate, struct schema *schema, struct renames *renames,
	struct migrate_error *error);
/* From what the scripts make to what they should make. */
bool project_compare_desired(
	struct migrate *migrate, struct schema_changes *changes, struct migrate_error *error);
/* Did a signal end it? */
bool project_was_stopped(const struct migrate_error *error);
/* Whoever was interrupted cleans up all the same: the signal is heard, and waits. */
sig_atomic_t project_quieten(struct migrate *migrate);
void project_hear_again(struct migrate *migrate, sig_atomic_t heard);
/* Connects, reads the tables and finds the rows in the graph. */
bool project_position(struct migrate *migrate, enum db_access access, bool with_applied,
	struct db_state *state, struct position *position, struct migrate_error *error);
/* The same from a state that was read. */
void project_place(
	struct migrate *migrate, const struct db_state *state, struct position *position);
/* What the version table holds: known rows in the graph's order, then those that no script knows.
 */
struct migrate_list project_rows(struct migrate *migrate, const struct position *position);
/* MIGRATE_E_UNKNOWN_REVISION where there is a row that no script knows, with what the log knows of
 * it and what to do. */
bool project_refuse_unknown(struct migrate *migrate, const struct db_state *state,
	const struct position *position, struct migrate_error *error);
/* The request's plan from a position, target filled in. */
bool project_plan(struct migrate *migrate, const struct migrate_request *request,
	const struct position *position, struct plan *plan, struct migrate_error *error);
/* The same from what the database holds; refuses what it does not allow: rows that no script knows,
 * and revisions that stopped half way and would be left so. */
bool project_plan_from(struct migrate *migrate, const struct migrate_request *request,
	const struct db_state *state, const struct position *position, struct plan *plan,
	struct migrate_error *error);
/* The planner's plan as the caller sees it. */
void project_fill_plan(struct migrate *migrate, const struct plan *plan, struct migrate_plan *out);
/* Warns of what a stamp ends half done, and lists it. */
void project_tell_ends(struct migrate *migrate, const struct plan *plan,
	const struct db_state *state, struct migrate_stamp *stamp);
void project_emit(struct migrate *migrate, enum migrate_event_kind kind, const char *text);

/* migrate_new.c. What a new revision stands on: loads the project, refuses what
 * migrate_new_revision does. */
bool project_find_parents(struct migrate *migrate, const struct migrate_new *request,
	struct nodes *parents, struct migrate_error *error);

struct new_parts {
	struct nodes parents;
	const char *upgrade, *downgrade; /* SQL for both sections, or NULL */
};
bool project_write_revision(struct migrate *migrate, const struct migrate_new *request,
	const struct new_parts *parts, const char **id, const char **file,
	struct migrate_error *error);
/* migrate_new.c. The id that is wanted, where nobody has it, or a new one for NULL. */
bool project_new_id(
	struct migrate *migrate, const char *wanted, const char **id, struct migrate_error *error);
/* Where a new revision's file goes in a versions directory. */
bool project_new_path(struct migrate *migrate, const char *directory,
	const struct new_revision *revision, const char **path, struct migrate_error *error);

/* Views of revisions, for the API. */
const struct migrate_revision *project_view(struct migrate *migrate, uint32_t node);
/* Marks in the views what is applied and current. */
void project_mark(struct migrate *migrate, const struct position *position);
struct migrate_list project_ids(struct migrate *migrate, struct nodes nodes);
struct migrate_list project_names(const struct names *names);

/* All that the real heads stand on and that is not applied, in the order that it would run. */
struct nodes project_pending(struct migrate *migrate, const struct position *position);

/* Revisions that stopped half way. */
const struct migrate_half_done *project_half_done(
	struct migrate *migrate, const struct db_state *state, size_t *count);

/* migrate_changes.c. The applied nodes whose upgrade section is not what the log has. */
bool project_changed(struct migrate *migrate, const struct db_state *state,
	const struct position *position, struct nodes *changed, struct migrate_error *error);
/* The same with what the log tells of each, parallel to the nodes. */
bool project_changes(struct migrate *migrate, struct nodes changed,
	const struct migrate_change **changes, struct migrate_error *error);

/* migrate_rerun.c. MIGRATE_E_REFUSED where the plan would run again what the rows stood on until
 * a header was edited. state: with `applied`. */
bool project_refuse_rerun(struct migrate *migrate, const struct db_state *state,
	const struct position *position, const struct plan *plan, struct migrate_error *error);

/* migrate_adopt.c. Gives the rows the ids that they mean, where they name revisions by what these
 * have replaced; under the lock. The state's rows are those after it. */
bool project_adopt(struct migrate *migrate, struct db_state *state, const struct position *position,
	struct migrate_error *error);
/* Says as a notice that this is still to be done. */
void project_tell_adoption(struct migrate *migrate, const struct position *position);
/* The revision that replaced the one that a row names, or NODE_NONE. */
uint32_t project_replacement(const struct migrate *migrate, const char *row);
/* What to do about such a row, in the midst of what that revision replaced. */
const char *project_replaced_hint(struct migrate *migrate, const char *row);

/* migrate_missing.c. What the log tells of rows that no script knows, parallel to them. */
bool project_missing(struct migrate *migrate, const struct db_state *state,
	const struct position *position, const struct migrate_missing **missing,
	struct migrate_error *error);
/* "it was applied at 2026-11-21 10:30:00+00:00 by ana@laptop, and migrate_log has its file" */
const char *project_missing_text(struct migrate *migrate, const struct migrate_missing *missing);
/* What to do about them, as sentences. */
const char *project_missing_hint(
	struct migrate *migrate, const struct migrate_missing *missing, size_t count);

/* migrate_drift.c. What has changed since the last run. Connected; reads only. */
bool project_drift(
	struct migrate *migrate, struct migrate_drift *drift, struct migrate_error *error);
/* MIGRATE_E_CONFIG where the configuration does not ask for it. */
bool project_need_drift(const struct migrate *migrate, struct migrate_error *error);
/* Behind a run, under its lock: records what it left, where the configuration asks for it. What
 * fails is told as a warning, for the run is done. */
void project_keep_schema(struct migrate *migrate);
/* migrate_repair() of the schema. */
bool project_accept_schema(
	struct migrate *migrate, struct migrate_repair *repair, struct migrate_error *error);

/* migrate_stored.c. As project_position, with the revisions of the log added to the graph that the
 * rows need and no file has. tell: which these are, as notices, and rows that others imply. */
bool project_position_from_log(struct migrate *migrate, enum db_access access, bool tell,
	struct db_state *state, struct position *position, struct migrate_error *error);
/* Marks as applied what rows that no file has stand on, as far as the log knows: so nothing is told
 * as pending that is there. */
bool project_ground_missing(struct migrate *migrate, const struct db_state *state,
	struct position *position, struct migrate_error *error);
/* Without them again. */
void project_without_log(struct migrate *migrate);

#endif
