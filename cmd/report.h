/* report: what the program says. Events, results and errors come in as the library's structs; a
 * format turns them into text for people or into one JSON document.
 *
 * Results go to out, which is written when the command is over and the database closed; progress,
 * notices, warnings and, in text, errors go to err at once. A command gives at most one result and
 * may fail after it (upgrade: the plan, then the error): both are shown.
 */
#ifndef MIGRATE_CMD_REPORT_H
#define MIGRATE_CMD_REPORT_H

#include "options.h"
#include "terminal.h"

struct report;

/* What init, revision, merge and edit have to tell. */
struct report_files {
	const char *id;           /* of a new revision; NULL for init and edit */
	struct migrate_list made; /* paths */
};

/* What db has done. */
struct report_database {
	const char *action, *database; /* the URL, without its password */
	bool changed;
};

/* What testdb has done. */
struct report_testdb {
	const char *action;
	const struct migrate_testdb *made;  /* create */
	const struct migrate_list *dropped; /* prune */
};

struct report_format {
	void (*begin)(struct report *report);
	void (*event)(struct report *report, const struct migrate_event *event);
	void (*error)(struct report *report, const struct migrate_error *error);
	void (*files)(struct report *report, const struct report_files *files);
	void (*generated)(struct report *report, const struct migrate_autogenerate *generated);
	void (*plan)(struct report *report, const struct migrate_plan *plan, bool failed);
	void (*stamp)(struct report *report, const struct migrate_stamp *stamp);
	void (*repair)(struct report *report, const struct migrate_repair *repair);
	void (*dump)(struct report *report, const struct migrate_dump *dump);
	void (*diff)(struct report *report, const struct migrate_diff *diff);
	void (*rebase)(struct report *report, const struct migrate_rebase *rebase);
	void (*squash)(struct report *report, const struct migrate_squash *squash);
	void (*ensured)(struct report *report, bool created);
	void (*database)(struct report *report, const struct report_database *database);
	void (*testdb)(struct report *report, const struct report_testdb *testdb);
	void (*current)(struct report *report, const struct migrate_status *status);
	void (*status)(struct report *report, const struct migrate_status *status);
	void (*locks)(struct report *report, const struct migrate_locks *locks);
	/* status: where the database was asked, else NULL. */
	void (*revisions)(struct report *report, enum migrate_listing listing,
		const struct migrate_revisions *revisions, const struct migrate_status *status);
	void (*findings)(struct report *report, const struct migrate_findings *findings);
	void (*diagnosis)(struct report *report, const struct migrate_diagnosis *diagnosis);
	void (*verified)(struct report *report, const struct migrate_verify *verify);
	/* The command is over: what was kept back goes to out. */
	void (*finish)(struct report *report);
};

extern const struct report_format report_text, report_json;

/* How what takes long is shown: not, by a line in place, by a line now and then. */
enum report_ticks { TICKS_NONE, TICKS_LINE, TICKS_LOG };

struct report {
	const struct report_format *format;
	struct stream out, err;
	struct stream last; /* err again, for a summary that is read after the results */
	const struct options *options;
	bool progress; /* whether progress and notices are shown */
	enum report_ticks ticks;
	int64_t told;   /* in a log: the running step's time when that was told last */
	bool line_open; /* on err a step's line waits for its end */
	void *document; /* report_json's own */
};

void report_open(struct report *report, const struct options *options);
/* Writes what is left and gives the exit status: status, unless writing the results failed. */
int report_close(struct report *report, int status);

/* A line of progress on err, where progress is shown. */
__attribute__((format(printf, 2, 3))) void report_progress(
	struct report *report, const char *format, ...);
/* For migrate_on_event; context is the report. */
void report_on_event(const struct migrate_event *event, void *context);

/* For migrate_on_tick, where ticks are shown. */
bool report_on_tick(const struct migrate_tick *tick, void *context);
enum report_ticks report_ticks_of(const struct report *report);

/* Ends the line of a step that is still running. */
void report_end_line(struct report *report);
/* An event as text on err: the same in both formats. */
void report_event_text(struct report *report, const struct migrate_event *event);
/* An error as text on err, like a compiler's. */
void report_error_text(struct report *report, const struct migrate_error *error);
/* "upgrade 1f2a -> 2b3c, Message" without a line end, on either stream. */
void report_step_text(struct stream *stream, const struct migrate_step *step);

/* Who holds the lock of runs, as text on out. */
void report_locks_text(struct report *report, const struct migrate_locks *locks);

/* A revision in one line without its end: "1f2a -> 2b3c (head), Message", of which parts leaves
 * out some. */
enum revision_parts {
	REVISION_PARENTS = 1,
	REVISION_SHAPE = 2,
	REVISION_MESSAGE = 4,
	REVISION_PENDING = 8, /* the database was asked, and what it has not is marked too */
};
void report_revision_line(
	struct stream *stream, const struct migrate_revision *revision, unsigned parts);
/* All fields, one a line, and the message. */
void report_revision_full(struct stream *stream, const struct migrate_revision *revision);
/* "1f2a, 2b3c"; none where there is nothing. */
void report_list(
	struct stream *stream, enum style style, const struct migrate_list *list, const char *none);
/* The same items in the same order? */
bool list_same(const struct migrate_list *left, const struct migrate_list *right);

/* history --graph. asked: the database was, so that there is something to mark. */
void report_graph(struct report *report, const struct migrate_revisions *revisions, bool asked);

/* graph --format dot|mermaid|svg|html. */
void report_picture(struct report *report, const struct migrate_revisions *revisions, bool asked);

/* A unified diff, whole or its first lines; those that are left out are counted. */
void report_diff(struct stream *stream, const char *diff, bool whole);
/* report_status.c: for report_text. */
void report_status_text(struct report *report, const struct migrate_status *status);
/* report_drift.c: "changed since the last run: 1 object (index i is missing)", without a line end.
 */
void report_drift_text(struct stream *stream, const struct migrate_drift *drift);
/* What `repair --schema` has accepted, for report_text. */
void report_accepted_text(struct report *report, const struct migrate_repair *repair);

/* The line of a script that an error is about and a line with a caret below it, both cut to width
 * columns. column counts characters from 1; 0: no caret. Pure. */
void excerpt_add(
	struct str *source, struct str *caret, const char *line, size_t column, size_t width);

static inline const char *plural(size_t count)
{
	return count == 1 ? "" : "s";
}

#endif
