/* migrate_doctor_config: where the configuration came from, for migrate_doctor, and whether others
 * can read the password in it. Runs git.
 *
 * Surprising: a file counts as holding the password only where the URL in use has that very text,
 * so that a variable of another environment is nobody's business. */
#include <string.h>
#include <sys/stat.h>

#include "base/error.h"
#include "base/file.h"
#include "doctor.h"
#include "io/git.h"

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

static void look_at_scratch(struct doctor *doctor)
{
	const struct config *config = &doctor->migrate->config;
	struct migrate_error error = {0};

	error_copy(&error, &config->scratch_error);
	if (error.code)
		symptoms_add_error(&doctor->found, "scratch_url", MIGRATE_LEVEL_WARNING, &error);
	else if (config->scratch)
		symptoms_add(&doctor->found, "scratch_url", MIGRATE_LEVEL_OK,
			"scratch databases on the server of %s", config->scratch->shown);
}

static void look_at_mode(struct doctor *doctor, const char *file)
{
	struct stat status;

	if (stat(file, &status) || !(status.st_mode & (S_IRGRP | S_IROTH)))
		return;
	symptoms_add(&doctor->found, "password_file", MIGRATE_LEVEL_WARNING,
		"%s holds the database's password, and others can read it", file);
	symptoms_hint(&doctor->found, "chmod go-r %s", file);
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

bool doctor_configuration(struct doctor *doctor, struct migrate_error *error)
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
	look_at_scratch(doctor);
	for (uint32_t i = 0; i < origins->with_password.count; i++) {
		look_at_mode(doctor, origins->with_password.item[i]);
		if (!look_at_git(doctor, origins->with_password.item[i], error))
			return false;
	}
	return true;
}
