/* migrate: opening and closing a project, and what the other files of the API share.
 *
 *   migrate.c          open, close, connect, events
 *   migrate_load.c     the scripts, and the database's position
 *   migrate_list.c     revisions as the caller sees them: history, heads, show
 *   migrate_status.c   where the database stands
 *   migrate_check.c    what a CI run should object to
 *   migrate_check_drift.c  the part of it about the schema that the last run left
 *   migrate_doctor.c   what a run needs, looked at from end to end
 *   migrate_since.c    what is new since a commit that others have
 *   migrate_changes.c  scripts that were edited since they ran
 *   migrate_missing.c  rows whose scripts are gone
 *   migrate_adopt.c    rows whose scripts another one replaced
 *   migrate_stored.c   scripts that only the log has
 *   migrate_drift.c    the schema as the last run left it, and what changed since
 *   migrate_repair.c   accepting an edit
 *   migrate_run.c      plan, apply, stamp, ensure-version
 *   migrate_resume.c   the decision on a statement in doubt
 *   migrate_sql.c      the same as text for psql or sqlite3
 *   migrate_script.c   what a step would run
 *   migrate_database.c the database itself: created, dropped, waited for
 *   migrate_testdb.c   test databases, copied from a template
 *   migrate_new.c      init, revision, merge
 *   migrate_rebase.c   unmerged revisions put on the head
 *   migrate_squash.c   one revision in place of many
 *   migrate_diff.c     two schemas compared; side.c has where they come from
 *
 * Surprising: the connection is opened as late as can be and with the least access that will do; a
 * command that needs no database never loads its client library.
 */
#include "migrate.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/error.h"
#include "base/mask.h"
#include "io/command.h"
#include "project.h"

/* For password_command: somebody may have to touch a key or look at a telephone. */
enum { PASSWORD_TIMEOUT = 60 * 1000 };

const char *migrate_version(void)
{
	return MIGRATE_VERSION;
}

static bool open_wake(struct migrate *migrate, struct migrate_error *error)
{
	if (pipe2(migrate->wake, O_CLOEXEC | O_NONBLOCK) == 0)
		return true;
	migrate->wake[0] = migrate->wake[1] = -1;
	return error_set(error, MIGRATE_E_FILE, "could not make a pipe: %s", strerror(errno));
}

static const char *const *copy_environ(struct arena *arena, const char *const *given)
{
	const char **copy;
	size_t count = 0;

	while (given && given[count])
		count++;
	copy = ARENA_ARRAY(arena, count + 1, const char *);
	for (size_t i = 0; i < count; i++)
		copy[i] = arena_strdup(arena, given[i]);
	return copy;
}

static bool load_config(struct migrate *migrate, const struct migrate_settings *settings,
	struct migrate_error *error)
{
	struct config_source source = {.config = settings->config,
		.database_url = settings->database_url,
		.environment = settings->environment,
		.env_file = settings->env_file,
		.environ = settings->environ};

	if (config_load(&migrate->arena, &source, &migrate->config, error))
		return true;
	if (!settings->for_doctor)
		return false;
	error_copy(&migrate->config_error, error);
	migrate_error_clear(error);
	config_load_defaults(&migrate->arena, &source, &migrate->config);
	return true;
}

struct migrate *migrate_open(const struct migrate_settings *settings, struct migrate_error *error)
{
	struct migrate *migrate = memory_resize(NULL, sizeof *migrate);

	memset(migrate, 0, sizeof *migrate);
	if (!open_wake(migrate, error) || !load_config(migrate, settings, error)) {
		migrate_close(migrate);
		return NULL;
	}
	if (migrate->config.database)
		migrate->driver = db_driver_for(migrate->config.database->dialect);
	migrate->environ = copy_environ(&migrate->arena, settings->environ);
	migrate->user = arena_strdup(&migrate->arena, settings->user ? settings->user : "");
	return migrate;
}

void project_disconnect(struct migrate *migrate)
{
	project_forget_look(migrate);
	if (migrate->db)
		migrate->driver->close(migrate->db);
	migrate->db = NULL;
}

void migrate_close(struct migrate *migrate)
{
	if (!migrate)
		return;
	project_disconnect(migrate);
	db_library_end(&migrate->library);
	for (int i = 0; i < 2; i++)
		if (migrate->wake[i] >= 0)
			close(migrate->wake[i]);
	migrate_error_clear(&migrate->config_error);
	arena_release(&migrate->source_memory);
	arena_release(&migrate->arena);
	free(migrate);
}

void migrate_interrupt(struct migrate *migrate, int signal)
{
	int saved = errno;
	ssize_t written;

	migrate->interrupted = signal;
	written = write(migrate->wake[1], "", 1);
	(void)written; /* a full pipe wakes as well */
	errno = saved;
}

void migrate_on_event(struct migrate *migrate, migrate_handler *handler, void *context)
{
	migrate->handler = handler;
	migrate->handler_context = context;
}

void migrate_on_tick(struct migrate *migrate, migrate_ticker *ticker, void *context)
{
	migrate->ticker = ticker;
	migrate->ticker_context = context;
}

/* The handler gets no text with what looks like a password. */
static void emit(struct migrate *migrate, struct migrate_event event)
{
	struct str masked = {0};

	if (event.text) {
		str_add_masked(&masked, event.text, strlen(event.text), false);
		event.text = str_text(&masked);
	}
	if (migrate->handler)
		migrate->handler(&event, migrate->handler_context);
	str_release(&masked);
}

bool project_was_stopped(const struct migrate_error *error)
{
	return error->code == MIGRATE_E_INTERRUPTED || error->code == MIGRATE_E_TERMINATED;
}

void project_emit(struct migrate *migrate, enum migrate_event_kind kind, const char *text)
{
	emit(migrate, (struct migrate_event){.kind = kind, .text = text});
}

struct migrate_list project_names(const struct names *names)
{
	return (struct migrate_list){names->item, names->count};
}

struct migrate_project migrate_project(const struct migrate *migrate)
{
	const struct config *config = &migrate->config;

	return (struct migrate_project){.config = config->file,
		.environment = config->environment,
		.database = config->database ? config->database->shown : NULL,
		.dialect = migrate->driver ? migrate->driver->name : NULL,
		.versions = project_names(&config->versions),
		.hooks = project_names(&config->hooks),
		.version_table = config->version_table,
		.environments = project_names(&config->environments),
		.is_protected = config->protected};
}

static void on_notice(void *context, enum db_severity severity, const char *text)
{
	static const enum migrate_event_kind kinds[] = {[DB_NOTICE] = MIGRATE_NOTICE,
		[DB_WARNING] = MIGRATE_WARNING,
		[DB_CREATED] = MIGRATE_CREATED};
	struct runner *runner = context;
	struct migrate *migrate = runner->events.context;

	if (!migrate->in_scratch)
		project_emit(migrate, kinds[severity], text);
}

static void on_event(void *context, enum migrate_event_kind kind, size_t step, const char *text)
{
	struct migrate *migrate = context;
	struct migrate_plan *plan = migrate->running;
	struct migrate_event event = {.kind = kind, .text = text};

	if (plan && step < plan->count) {
		event.step = &plan->steps[step];
		event.index = step;
		event.count = plan->count;
		if (kind == MIGRATE_STEP_FAILED)
			plan->steps[step].status = MIGRATE_FAILED;
		if (kind == MIGRATE_STEP_UNKNOWN)
			plan->steps[step].status = MIGRATE_UNKNOWN;
	} else if (kind != MIGRATE_WAITING && kind != MIGRATE_NOTICE) {
		return;
	}
	emit(migrate, event);
}

static void on_result(void *context, size_t step, size_t statements, int64_t duration)
{
	struct migrate *migrate = context;

	if (!migrate->running || step >= migrate->running->count)
		return;
	migrate->running->steps[step].statements = statements;
	migrate->running->steps[step].duration_us = duration;
}

static bool on_tick(void *context, const struct migrate_tick *told)
{
	struct migrate *migrate = context;
	struct migrate_plan *plan = migrate->running;
	struct migrate_tick tick = *told;
	struct str masked = {0};
	bool wanted;

	if (tick.index != SIZE_MAX) {
		if (!plan || tick.last >= plan->count)
			return false;
		tick.step = &plan->steps[tick.index];
		tick.count = plan->count;
	}
	if (tick.text) {
		str_add_masked(&masked, tick.text, strlen(tick.text), false);
		tick.text = str_text(&masked);
	}
	wanted = migrate->ticker(&tick, migrate->ticker_context);
	str_release(&masked);
	return wanted;
}

bool project_settings(struct migrate *migrate, enum db_access access, struct db_settings *settings,
	struct migrate_error *error)
{
	const struct config *config = &migrate->config;

	if (migrate->config_error.code && !migrate->examining)
		return error_copy(error, &migrate->config_error);
	if (!config->database)
		return error_copy(error, &config->database_error);
	*settings = (struct db_settings){.url = config->database,
		.version_table = config->version_table,
		.version_schema = config->version_table_schema,
		.lock_timeout = config->lock_timeout,
		.lock_wait = config->lock_wait,
		.statement_timeout = config->statement_timeout,
		.access = access,
		.tool = "migrate " MIGRATE_VERSION,
		.user = migrate->user,
		.hooks = {&migrate->runner, on_notice, runner_progress,
			migrate->ticker ? runner_tick : NULL},
		.interrupted = &migrate->interrupted,
		.interrupt_fd = migrate->wake[0]};
	return true;
}

/* A password that the URL does not have, if the configuration knows where one is. Asked for once.
 */
static bool find_password(
	struct migrate *migrate, struct db_settings *settings, struct migrate_error *error)
{
	const struct config *config = &migrate->config;
	struct command command = {.name = "password_command",
		.text = config->password_command,
		.hint = "Run it by hand: what it prints first must be the password, on one line.",
		.environ = migrate->environ,
		.timeout = PASSWORD_TIMEOUT,
		.interrupted = &migrate->interrupted,
		.interrupt_fd = migrate->wake[0]};

	if (!migrate->driver->has_passwords || migrate->elsewhere ||
		url_parameter(config->database, "password"))
		return true;
	if (!config->password_command && config->password_error.code)
		return error_copy(error, &config->password_error);
	if (!config->password_command)
		migrate->password = config->password;
	else if (!migrate->password)
		migrate->password = command_first_line(&migrate->arena, &command, error);
	settings->password = migrate->password;
	return !error->code;
}

bool project_settings_to_open(struct migrate *migrate, enum db_access access,
	struct db_settings *settings, struct migrate_error *error)
{
	return project_settings(migrate, access, settings, error) &&
	       find_password(migrate, settings, error);
}

/* Once for a project. The doctor says it in its own way. */
static void warn_of_files(struct migrate *migrate)
{
	const struct names *files = &migrate->config.origins.with_password;
	struct stat status;

	for (uint32_t i = 0; !migrate->warned_of_files && !migrate->examining && i < files->count;
		i++)
		if (!stat(files->item[i], &status) && status.st_mode & (S_IRGRP | S_IROTH))
			project_emit(migrate, MIGRATE_WARNING,
				arena_printf(&migrate->arena,
					"%s holds the database's password, and others can read it: "
					"chmod go-r %s",
					files->item[i], files->item[i]));
	migrate->warned_of_files = true;
}

bool project_hide(const struct migrate *migrate, struct migrate_error *error)
{
	const char *password[] = {migrate->password, NULL};
	const struct url *url = migrate->config.database;

	if (url)
		error_hide(error, url->secret);
	if (migrate->config.scratch)
		error_hide(error, migrate->config.scratch->secret);
	error_hide(error, password);
	return false;
}

bool project_connect(struct migrate *migrate, enum db_access access, struct migrate_error *error)
{
	struct db_settings settings;

	if (migrate->db && access <= migrate->access)
		return true;
	project_disconnect(migrate);
	migrate->runner = (struct runner){.aside = &migrate->source_memory,
		.read = migrate->runner.read,
		.read_downgrade = migrate->runner.read_downgrade,
		.read_bytes = migrate->runner.read_bytes,
		.arena = &migrate->arena,
		.driver = migrate->driver,
		.graph = &migrate->graph,
		.lock_wait = migrate->config.lock_wait,
		.lock_retries = migrate->config.lock_retries,
		.together = migrate->config.transaction_per_run,
		.scratch = migrate->in_template,
		.interrupted = &migrate->interrupted,
		.interrupt_fd = migrate->wake[0],
		.events = {migrate, on_event, on_result, migrate->ticker ? on_tick : NULL}};
	warn_of_files(migrate);
	db_library_end(&migrate->library);
	if (!project_settings_to_open(migrate, access, &settings, error) ||
		!migrate->driver->open(&settings, &migrate->db, error))
		return false;
	migrate->runner.db = migrate->db;
	migrate->access = access;
	return true;
}

sig_atomic_t project_quieten(struct migrate *migrate)
{
	sig_atomic_t heard = migrate->interrupted;
	char wakes[64];

	migrate->interrupted = 0;
	while (read(migrate->wake[0], wakes, sizeof wakes) > 0)
		;
	return heard;
}

void project_hear_again(struct migrate *migrate, sig_atomic_t heard)
{
	if (!migrate->interrupted)
		migrate->interrupted = heard;
}

void project_place(struct migrate *migrate, const struct db_state *state, struct position *position)
{
	position_find(&migrate->arena, &migrate->graph, &state->rows, position);
	migrate->surplus_rows = position->implied.count || position->adopted.count;
	migrate->has_version_table = state->has_version_table;
	if (position->implied.count && !state->brief)
		project_emit(migrate, MIGRATE_WARNING,
			arena_printf(&migrate->arena,
				"the version table holds %s, which other rows imply; "
				"the next change drops %s",
				nodes_text(&migrate->arena, &migrate->graph, position->implied),
				position->implied.count == 1 ? "it" : "them"));
}

struct migrate_list project_rows(struct migrate *migrate, const struct position *position)
{
	struct migrate_list rows = project_ids(migrate, position->rows);
	struct migrate_list implied = project_ids(migrate, position->implied);
	const struct names *unknown = &position->unknown;
	const char **item = ARENA_ARRAY(
		&migrate->arena, rows.count + implied.count + unknown->count, const char *);
	size_t count = 0;

	for (size_t i = 0; i < rows.count; i++)
		item[count++] = rows.item[i];
	for (size_t i = 0; i < implied.count; i++)
		item[count++] = implied.item[i];
	for (uint32_t i = 0; i < unknown->count; i++)
		item[count++] = unknown->item[i];
	return (struct migrate_list){item, count};
}

bool project_plan(struct migrate *migrate, const struct migrate_request *request,
	const struct position *position, struct plan *plan, struct migrate_error *error)
{
	if (request->direction == MIGRATE_UPGRADE)
		return plan_upgrade(
			&migrate->arena, &migrate->graph, position, request->target, plan, error);
	return plan_downgrade(&migrate->arena, &migrate->graph, position, request->target,
		request->cascade, plan, error);
}
