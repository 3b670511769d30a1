/* migrate_doctor: all that a run needs, looked at from end to end: program, configuration, scripts,
 * connection, privileges, and (migrate_doctor_state.c) the database's state. What only a driver
 * knows is its own to tell: driver->examine.
 *
 * Surprising: an error is a finding here, and the look goes on; only an interruption ends it. */
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "base/error.h"
#include "base/file.h"
#include "doctor.h"
#include "io/git.h"

enum { NAMES_SHOWN = 5 };

bool doctor_take(struct doctor *doctor, const char *check, enum migrate_level level,
	struct migrate_error *error)
{
	if (error->code == MIGRATE_E_INTERRUPTED || error->code == MIGRATE_E_TERMINATED)
		return false;
	symptoms_add_error(&doctor->found, check, level, error);
	return true;
}

/* False where somebody asked to stop: a driver that waits for nobody does not look. */
static bool is_wanted(const struct doctor *doctor, struct migrate_error *error)
{
	struct runner runner = {.interrupted = &doctor->migrate->interrupted};

	return runner_not_interrupted(&runner, error);
}

/* What the driver knows of an area. */
static bool examine(struct doctor *doctor, struct migrate_error *error)
{
	struct migrate *migrate = doctor->migrate;
	struct db_settings settings;

	return (project_settings(migrate, DB_PLAN, &settings, error) &&
		       migrate->driver->examine(&settings, migrate->db, doctor->found.area,
			       &doctor->found, error)) ||
	       doctor_take(doctor, "database", MIGRATE_LEVEL_PROBLEM, error);
}

static bool look_at_program(struct doctor *doctor, struct migrate_error *error)
{
	doctor->found.area = MIGRATE_AREA_PROGRAM;
	symptoms_add(&doctor->found, "program", MIGRATE_LEVEL_OK, "migrate %s", migrate_version());
	return !doctor->migrate->driver || examine(doctor, error);
}

/* -------- Configuration -------- */

static void look_at_environment(struct doctor *doctor)
{
	const struct config *config = &doctor->migrate->config;

	if (config->environment)
		symptoms_add(&doctor->found, "environment", MIGRATE_LEVEL_OK,
			"environment %s, chosen by %s", config->environment,
			config->origins.environment);
	else if (config->environments.count)
		symptoms_add(&doctor->found, "environment", MIGRATE_LEVEL_NOTE,
			"no environment is chosen by --env or MIGRATE_ENV; %s has %s%s",
			config->file, config->environments.item[0],
			config->environments.count > 1 ? " and others" : "");
	if (config->origins.env_file)
		symptoms_add(&doctor->found, "env_file", MIGRATE_LEVEL_OK, "variables of %s",
			config->origins.env_file);
	for (uint32_t i = 0; i < config->origins.defaulted.count; i++)
		symptoms_add(&doctor->found, "variable", MIGRATE_LEVEL_NOTE,
			"the variable %s is not set, and its default counts",
			config->origins.defaulted.item[i]);
}

static const char *password_origin(const struct migrate *migrate)
{
	if (url_parameter(migrate->config.database, "password"))
		return "the database URL";
	if (migrate->config.password_command)
		return "password_command";
	if (migrate->config.password || migrate->config.password_error.code)
		return "the file that PGPASSWORD_FILE names";
	return NULL;
}

static void look_at_url(struct doctor *doctor)
{
	const struct migrate *migrate = doctor->migrate;
	struct migrate_error error = {0};
	const char *password;

	if (!migrate->config.database) {
		error_copy(&error, &migrate->config.database_error);
		symptoms_add_error(&doctor->found, "database_url", MIGRATE_LEVEL_PROBLEM, &error);
		return;
	}
	symptoms_add(&doctor->found, "database_url", MIGRATE_LEVEL_OK, "database %s, from %s",
		migrate->config.database->shown, migrate->config.origins.database);
	password = migrate->driver->has_passwords ? password_origin(migrate) : NULL;
	if (password)
		symptoms_add(&doctor->found, "password", MIGRATE_LEVEL_OK, "a password, from %s",
			password);
}

static void look_at_mode(struct doctor *doctor, const char *file)
{
	struct stat status;

	if (stat(file, &status) || !(status.st_mode & S_IROTH))
		return;
	symptoms_add(&doctor->found, "password_file", MIGRATE_LEVEL_WARNING,
		"%s holds the database's password, and everybody on this machine may read it",
		file);
	symptoms_hint(&doctor->found, "chmod o-r %s", file);
}

/* Without git, or outside of a repository, there is nothing to tell. */
static bool look_at_git(struct doctor *doctor, const char *file, struct migrate_error *error)
{
	struct migrate *migrate = doctor->migrate;
	struct git git = {.directory = path_directory(&migrate->arena, file),
		.environ = migrate->environ,
		.interrupted = &migrate->interrupted,
		.interrupt_fd = migrate->wake[0]};
	const char *words[] = {"check-ignore", "-q", "--", path_name(file), NULL}, *complaint;
	enum { GIT_DOES_NOT_IGNORE = 1 };
	struct str output = {0};
	int status = 0;
	bool ran = git_run(&migrate->arena, &git, words, NULL, &output, &status, &complaint, error);

	str_release(&output);
	if (!ran && (error->code == MIGRATE_E_INTERRUPTED || error->code == MIGRATE_E_TERMINATED))
		return false;
	migrate_error_clear(error);
	if (!ran || status != GIT_DOES_NOT_IGNORE)
		return true;
	symptoms_add(&doctor->found, "password_in_git", MIGRATE_LEVEL_WARNING,
		"%s holds the database's password, and git does not ignore it", file);
	symptoms_hint(&doctor->found,
		"Keep the password in a file that .gitignore names, and change it where it was "
		"committed.");
	return true;
}

static bool look_at_configuration(struct doctor *doctor, struct migrate_error *error)
{
	struct migrate *migrate = doctor->migrate;
	const struct config_origins *origins = &migrate->config.origins;

	doctor->found.area = MIGRATE_AREA_CONFIGURATION;
	if (migrate->config_error.code) {
		error_copy(error, &migrate->config_error);
		symptoms_add_error(&doctor->found, "config", MIGRATE_LEVEL_PROBLEM, error);
		return true;
	}
	if (origins->config)
		symptoms_add(&doctor->found, "config", MIGRATE_LEVEL_OK, "%s, named by %s",
			migrate->config.file, origins->config);
	else
		symptoms_add(&doctor->found, "config", MIGRATE_LEVEL_OK,
			"%s in the current directory", migrate->config.file);
	look_at_environment(doctor);
	look_at_url(doctor);
	for (uint32_t i = 0; i < origins->with_password.count; i++) {
		look_at_mode(doctor, origins->with_password.item[i]);
		if (!look_at_git(doctor, origins->with_password.item[i], error))
			return false;
	}
	return true;
}

/* -------- Scripts -------- */

static const char *directory_shown(const char *directory)
{
	return *directory ? directory : ".";
}

static void look_at_others(struct doctor *doctor)
{
	const struct config *config = &doctor->migrate->config;
	struct names others = source_others(&doctor->migrate->arena, &config->versions);
	struct str text = {0};
	uint32_t count = 0;

	for (uint32_t i = 0; i < others.count; i++) {
		const char *name = others.item[i];

		/* The template, and what is switched off on purpose. */
		if (*path_name(name) == '_')
			continue;
		if (count++ < NAMES_SHOWN)
			str_printf(&text, "%s%s", text.size ? ", " : "", name);
	}
	if (count > NAMES_SHOWN)
		str_printf(&text, " and %u more", count - NAMES_SHOWN);
	if (count)
		symptoms_add(&doctor->found, "other_files", MIGRATE_LEVEL_NOTE,
			"no revision%s, and not looked at: %s", count == 1 ? "" : "s", text.text);
	str_release(&text);
}

static void look_at_directories(struct doctor *doctor)
{
	const struct names *versions = &doctor->migrate->config.versions;

	for (uint32_t i = 0; i < versions->count; i++) {
		const char *directory = directory_shown(versions->item[i]);

		if (is_directory(directory) &&
			faccessat(AT_FDCWD, directory, W_OK | X_OK, AT_EACCESS))
			symptoms_add(&doctor->found, "directory", MIGRATE_LEVEL_NOTE,
				"%s cannot be written (%s): no new revision can be made there",
				directory, strerror(errno));
	}
}

static void take_finding(struct doctor *doctor, const struct migrate_finding *finding)
{
	struct migrate_error offence = {0};
	bool heads = finding->check == MIGRATE_CHECK_HEADS;

	error_set(&offence, MIGRATE_E_SCRIPT, "%s", finding->message);
	if (finding->hint)
		error_hint(&offence, "%s", finding->hint);
	if (finding->file)
		error_at(&offence, finding->file, finding->line, finding->column);
	symptoms_add_error(&doctor->found, heads ? "heads" : "scripts",
		heads ? MIGRATE_LEVEL_WARNING : MIGRATE_LEVEL_PROBLEM, &offence);
}

static bool look_at_scripts(struct doctor *doctor, struct migrate_error *error)
{
	struct migrate *migrate = doctor->migrate;
	struct migrate_findings findings;

	doctor->found.area = MIGRATE_AREA_VERSIONS;
	if (migrate->config_error.code)
		return true;
	if (!migrate_check(migrate, MIGRATE_CHECK_HEADS | MIGRATE_CHECK_SCRIPTS, &findings, error))
		return doctor_take(doctor, "scripts", MIGRATE_LEVEL_PROBLEM, error);
	doctor->loaded = migrate->loaded;
	if (migrate->loaded)
		symptoms_add(&doctor->found, "scripts", MIGRATE_LEVEL_OK, "%u revision%s in %s%s",
			migrate->graph.count, migrate->graph.count == 1 ? "" : "s",
			directory_shown(migrate->config.versions.item[0]),
			migrate->config.versions.count > 1 ? " and others" : "");
	for (size_t i = 0; i < findings.count; i++)
		take_finding(doctor, &findings.item[i]);
	look_at_others(doctor);
	look_at_directories(doctor);
	return is_wanted(doctor, error);
}

/* -------- Connection -------- */

static int64_t milliseconds(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

/* *connected: what is behind it can be looked at. */
static bool look_at_connection(struct doctor *doctor, bool *connected, struct migrate_error *error)
{
	struct migrate *migrate = doctor->migrate;
	int64_t begin = milliseconds();

	*connected = false;
	doctor->found.area = MIGRATE_AREA_CONNECTION;
	if (!migrate->driver) {
		symptoms_add(&doctor->found, "connect", MIGRATE_LEVEL_NOTE,
			"not looked at, without a database URL");
		return true;
	}
	if (!project_connect(migrate, DB_PLAN, error))
		return doctor_take(doctor, "connect", MIGRATE_LEVEL_PROBLEM, error);
	*connected = true;
	symptoms_add(&doctor->found, "connect", MIGRATE_LEVEL_OK, "opening %s took %" PRId64 " ms",
		migrate->config.database->shown, milliseconds() - begin);
	return examine(doctor, error);
}

static bool look_at_privileges(struct doctor *doctor, struct migrate_error *error)
{
	doctor->found.area = MIGRATE_AREA_PRIVILEGES;
	return examine(doctor, error);
}

static bool look_at_database(struct doctor *doctor, struct migrate_error *error)
{
	bool connected;

	if (!look_at_connection(doctor, &connected, error))
		return false;
	if (!connected)
		return true;
	if (!look_at_privileges(doctor, error))
		return false;
	doctor->found.area = MIGRATE_AREA_STATE;
	if (doctor->migrate->config_error.code) {
		symptoms_add(&doctor->found, "version_table", MIGRATE_LEVEL_NOTE,
			"not looked at, for the configuration names the version table");
		return true;
	}
	return doctor_state(doctor, error) && examine(doctor, error);
}

/* Warnings are findings too; the calls that are made here may repeat them. */
static void on_event(const struct migrate_event *event, void *context)
{
	struct doctor *doctor = context;

	if (event->kind == MIGRATE_WARNING && !symptoms_have(&doctor->found, event->text))
		symptoms_add(&doctor->found, "warning", MIGRATE_LEVEL_WARNING, "%s", event->text);
}

bool migrate_doctor(
	struct migrate *migrate, struct migrate_diagnosis *diagnosis, struct migrate_error *error)
{
	struct doctor doctor = {.migrate = migrate, .found = {.arena = &migrate->arena}};
	migrate_handler *handler = migrate->handler;
	void *context = migrate->handler_context;
	bool good;

	migrate_on_event(migrate, on_event, &doctor);
	migrate->examining = true;
	good = look_at_program(&doctor, error) && look_at_configuration(&doctor, error) &&
	       look_at_scripts(&doctor, error) && look_at_database(&doctor, error);
	migrate->examining = false;
	/* Nothing else may use a connection that no configuration has named. */
	if (migrate->config_error.code)
		project_disconnect(migrate);
	migrate_on_event(migrate, handler, context);
	*diagnosis = (struct migrate_diagnosis){
		.item = doctor.found.item, .count = doctor.found.count};
	for (size_t i = 0; i < diagnosis->count; i++)
		diagnosis->levels[diagnosis->item[i].level]++;
	return good;
}
