/* migrate_doctor: all that a run needs, looked at from end to end: program, configuration
 * (migrate_doctor_config.c), scripts, connection, privileges, and (migrate_doctor_state.c) the
 * database's state. What only a driver
 * knows is its own to tell: driver->examine.
 *
 * Surprising: an error is a finding here, and the look goes on; only an interruption ends it. */
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "base/error.h"
#include "base/file.h"
#include "doctor.h"

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
	good = look_at_program(&doctor, error) && doctor_configuration(&doctor, error) &&
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
