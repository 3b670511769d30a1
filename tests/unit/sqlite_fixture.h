/* A database file in a folder of its own, the driver on it, and a second connection that looks at
 * what the driver left. Included by test_sqlite*.c after cmocka.h. */
#ifndef SQLITE_FIXTURE_H
#define SQLITE_FIXTURE_H

#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/error.h"
#include "db/db.h"
#include "db/sqlite_api.h"

enum { STEP_LIMIT = 8 };

struct fixture {
	char folder[200], path[220];
	struct url url;
	struct db_settings settings;
	struct db *db;
	struct arena arena;
	struct str notices, progress;
	volatile sig_atomic_t stop;
	int stop_at_step; /* with the signal SIGTERM, when that step starts; 0: never */
	struct migrate_error error;
	struct db_step step[STEP_LIMIT];
	struct db_batch batch;
	struct sqlite_api api;
	sqlite3 *other; /* the second connection */
};

static inline void on_notice(void *context, enum db_severity severity, const char *text)
{
	struct fixture *f = context;

	str_printf(&f->notices, "%d %s\n", severity, text);
}

static inline void on_progress(void *context, enum db_progress what, struct db_step *step)
{
	struct fixture *f = context;

	str_printf(&f->progress, "%s%s ",
		what == DB_STEP_STARTED ? "start:"
		: what == DB_STEP_DONE  ? "done:"
					: "failed:",
		step->revision);
	if (what == DB_STEP_STARTED && f->stop_at_step == step - f->step + 1)
		f->stop = SIGTERM;
}

static inline int set_up(void **state)
{
	struct fixture *f = calloc(1, sizeof *f);

	snprintf(f->folder, sizeof f->folder, "%s/test_sqlite.XXXXXX",
		getenv("TMPDIR") ? getenv("TMPDIR") : "/tmp");
	if (!mkdtemp(f->folder))
		return -1;
	snprintf(f->path, sizeof f->path, "%s/app.db", f->folder);
	f->url = (struct url){.dialect = URL_SQLITE, .path = f->path};
	f->settings = (struct db_settings){
		.url = &f->url,
		.version_table = "migrate_version",
		.lock_timeout = 200,
		.access = DB_CREATE,
		.tool = "migrate test",
		.user = "tester@here",
		.hooks = {f, on_notice, on_progress},
		.interrupted = &f->stop,
		.interrupt_fd = -1,
	};
	if (!sqlite_api_load(&f->api, &f->error))
		return -1;
	*state = f;
	return 0;
}

static inline int tear_down(void **state)
{
	struct fixture *f = *state;
	char command[220];

	if (f->db)
		sqlite_driver.close(f->db);
	if (f->other)
		f->api.close_v2(f->other);
	snprintf(command, sizeof command, "rm -rf %s", f->folder);
	if (system(command))
		return -1;
	arena_release(&f->arena);
	str_release(&f->notices);
	str_release(&f->progress);
	migrate_error_clear(&f->error);
	free(f);
	return 0;
}

static inline void fail_with_error(struct fixture *f)
{
	print_error("error %d: %s\n  detail: %s\n  hint: %s\n  at %s:%zu:%zu\n", f->error.code,
		f->error.message, f->error.detail, f->error.hint, f->error.file, f->error.line,
		f->error.column);
	fail();
}

static inline void open_db(struct fixture *f, enum db_access access)
{
	f->settings.access = access;
	if (!sqlite_driver.open(&f->settings, &f->db, &f->error))
		fail_with_error(f);
}

static inline void close_db(struct fixture *f)
{
	sqlite_driver.close(f->db);
	f->db = NULL;
}

static inline int add_values(void *context, int count, char **value, char **name)
{
	(void)name;
	for (int i = 0; i < count; i++)
		str_printf(context, "%s%s", i ? "|" : "", value[i] ? value[i] : "NULL");
	str_add(context, ";");
	return 0;
}

/* Runs SQL on the second connection; rows as "a|b;c|d;", or the error. */
static inline const char *query(struct fixture *f, const char *sql)
{
	struct str out = {0};
	const char *kept;

	if (!f->other)
		assert_int_equal(
			SQLITE_OK, f->api.open_v2(f->path, &f->other,
					   SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE, NULL));
	if (f->api.exec(f->other, sql, add_values, &out, NULL) != SQLITE_OK)
		str_printf(&out, "error: %s", f->api.errmsg(f->other));
	kept = arena_strdup(&f->arena, str_text(&out));
	str_release(&out);
	return kept;
}

static inline void lock(struct fixture *f)
{
	struct db_state state;
	const char *holder;
	bool taken;

	if (!sqlite_driver.try_lock(f->db, &f->arena, &taken, &holder, &state, &f->error))
		fail_with_error(f);
	assert_true(taken);
}

static inline struct names one(struct fixture *f, const char *name)
{
	const char **item = ARENA_NEW(&f->arena, const char *);

	*item = name;
	return (struct names){item, name ? 1 : 0};
}

/* Adds an upgrade from one row to another (NULL: none) to the batch. */
static inline struct db_step *add_step(
	struct fixture *f, const char *from, const char *to, const char *script)
{
	struct db_step *step = &f->step[f->batch.count++];

	if (f->batch.count == 1) {
		f->batch.step = f->step;
		f->batch.expected = one(f, from);
	}
	*step = (struct db_step){
		.revision = to,
		.script = script,
		.script_size = script ? strlen(script) : 0,
		.file = arena_printf(&f->arena, "%s.sql", to ? to : "none"),
		.line = 10,
		.checksum = "sha256:00",
		.options = {.lock_timeout = DURATION_UNSET, .statement_timeout = DURATION_UNSET},
		.remove = one(f, from),
		.add = one(f, to),
	};
	return step;
}

static inline bool apply(struct fixture *f)
{
	bool ok = sqlite_driver.apply(f->db, &f->batch, &f->error);

	if (ok)
		f->batch.count = 0;
	return ok;
}

static inline void apply_all(struct fixture *f)
{
	if (!apply(f))
		fail_with_error(f);
}

/* One revision that must succeed, on an open driver. */
static inline void upgrade(struct fixture *f, const char *from, const char *to, const char *script)
{
	add_step(f, from, to, script);
	apply_all(f);
}

static inline void assert_failed(
	struct fixture *f, enum migrate_error_code code, const char *message)
{
	assert_false(apply(f));
	f->batch.count = 0;
	if (f->error.code != code || !strstr(f->error.message, message)) {
		print_error("expected: error %d: %s\n", code, message);
		fail_with_error(f);
	}
}

static inline void assert_contains(const char *text, const char *part)
{
	if (strstr(text, part))
		return;
	print_error("not found: %s\nin: %s\n", part, text);
	fail();
}

#endif
