/* A schema of its own on the server behind MIGRATE_TEST_PG, the driver on it, and a second
 * connection that looks at what the driver left. Included by test_postgres_*.c after cmocka.h, and
 * after SCHEMA, the schema's name. */
#ifndef POSTGRES_FIXTURE_H
#define POSTGRES_FIXTURE_H

#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/error.h"
#include "base/str.h"
#include "db/postgres.h"

#define CHECKSUM "sha256:0000000000000000000000000000000000000000000000000000000000000001"

struct fixture {
	struct arena arena;
	struct postgres_api pq;
	PGconn *side; /* looks on */
	struct url url;
	struct db_settings settings;
	struct db *db;
	struct db_state state;
	struct migrate_error error;
	struct str notices, events;
	volatile sig_atomic_t interrupted;
	int pipe[2];
};

static void on_notice(void *context, enum db_severity severity, const char *text)
{
	struct fixture *f = context;

	str_printf(&f->notices, "%d %s\n", severity, text);
}

static void on_progress(void *context, enum db_progress what, struct db_step *step)
{
	struct fixture *f = context;

	str_printf(&f->events, "%c%s%s ", "+.!"[what], step -> revision, step -> done ? "*" : "");
}

/* One value, or NULL; fails the test on an error. */
static const char *ask(struct fixture *f, const char *sql)
{
	PGresult *result;
	const char *value = NULL, *reason;

	assert_int_equal(f->pq.sendQuery(f->side, sql), 1);
	while ((result = f->pq.getResult(f->side))) {
		reason = f->pq.resultErrorMessage(result);
		if (*reason)
			fail_msg("%s: %s", sql, reason);
		if (f->pq.ntuples(result) && !f->pq.getisnull(result, 0, 0))
			value = arena_strdup(&f->arena, f->pq.getvalue(result, 0, 0));
		f->pq.clear(result);
	}
	return value;
}

static const char *rows(struct fixture *f)
{
	return ask(f, "SELECT string_agg(version_num, ' ' ORDER BY version_num)"
		      " FROM " SCHEMA ".migrate_version");
}

static void connect_side(struct fixture *f)
{
	const char *keyword[] = {"dbname", NULL}, *value[] = {getenv("MIGRATE_TEST_PG"), NULL};
	PostgresPollingStatusType status;

	f->side = f->pq.connectStartParams(keyword, value, 1);
	do
		status = f->pq.connectPoll(f->side);
	while (status != PGRES_POLLING_OK && status != PGRES_POLLING_FAILED);
	if (status == PGRES_POLLING_FAILED)
		fail_msg("%s", f->pq.errorMessage(f->side));
}

static void use_url(struct fixture *f, const char *more)
{
	const char *base = getenv("MIGRATE_TEST_PG");
	char *text = arena_printf(&f->arena, "%s%c%s", base, strchr(base, '?') ? '&' : '?', more);

	assert_true(url_parse(&f->arena, text, &f->url, &f->error));
}

static void use_schema(struct fixture *f)
{
	use_url(f, "options=-csearch_path%3D" SCHEMA);
}

static int set_up_schema(void **state, void (*use)(struct fixture *))
{
	struct fixture *f = calloc(1, sizeof *f);

	*state = f;
	assert_true(postgres_api_load(&f->pq, &f->error));
	connect_side(f);
	ask(f, "SET client_min_messages = warning");
	ask(f, "DROP SCHEMA IF EXISTS " SCHEMA " CASCADE");
	ask(f, "CREATE SCHEMA " SCHEMA);
	assert_int_equal(pipe(f->pipe), 0);
	use(f);
	f->settings = (struct db_settings){.url = &f->url,
		.version_table = "migrate_version",
		.lock_timeout = 2000,
		.access = DB_WRITE,
		.tool = "migrate test",
		.user = "tester@here",
		.hooks = {f, on_notice, on_progress},
		.interrupted = &f->interrupted,
		.interrupt_fd = f->pipe[0]};
	return 0;
}

static int tear_down(void **state)
{
	struct fixture *f = *state;

	postgres_driver.close(f->db);
	f->pq.finish(f->side);
	migrate_error_clear(&f->error);
	str_release(&f->notices);
	str_release(&f->events);
	arena_release(&f->arena);
	close(f->pipe[0]);
	close(f->pipe[1]);
	free(f);
	return 0;
}

static void need(struct fixture *f, bool good)
{
	if (!good)
		fail_msg("%s: %s (%s) %s:%zu:%zu", migrate_error_slug(f->error.code),
			f->error.message, f->error.detail ? f->error.detail : "",
			f->error.file ? f->error.file : "", f->error.line, f->error.column);
}

static void open_locked(struct fixture *f)
{
	const char *holder;
	bool taken;

	need(f, postgres_driver.open(&f->settings, &f->db, &f->error));
	need(f, postgres_driver.read(f->db, &f->arena, false, &f->state, &f->error));
	need(f, postgres_driver.try_lock(f->db, &f->arena, &taken, &holder, &f->state, &f->error));
	assert_true(taken);
}

static struct names one(struct fixture *f, const char *name)
{
	const char **item = ARENA_ARRAY(&f->arena, 1, const char *);

	*item = name;
	return (struct names){item, name ? 1 : 0};
}

static struct db_step upgrade(
	struct fixture *f, const char *from, const char *revision, const char *script)
{
	return (struct db_step){.revision = revision,
		.direction = DB_UPGRADE,
		.script = script,
		.script_size = strlen(script),
		.file = arena_printf(&f->arena, "%s.sql", revision),
		.line = 10,
		.checksum = CHECKSUM,
		.options = {.lock_timeout = DURATION_UNSET, .statement_timeout = DURATION_UNSET},
		.remove = one(f, from),
		.add = one(f, revision)};
}

static bool apply(struct fixture *f, struct db_step *step, size_t count)
{
	struct db_batch batch = {.step = step, .count = count, .expected = f->state.rows};

	return postgres_driver.apply(f->db, &batch, &f->error);
}

static void assert_error(struct fixture *f, enum migrate_error_code code, const char *words)
{
	if (f->error.code != code || !f->error.message || !strstr(f->error.message, words))
		fail_msg("expected %s \"%s\", got %s \"%s\" (%s)", migrate_error_slug(code), words,
			migrate_error_slug(f->error.code), f->error.message, f->error.detail);
}

#endif
