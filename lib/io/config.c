/* config: finds migrator.yaml, its .env and the environment that is meant, and has them read.
 * Surprising: .env is read before anything is looked up, for it may say which environment. */
#include "io/config.h"

#include <fcntl.h>
#include <string.h>

#include "base/error.h"
#include "base/file.h"
#include "base/str.h"
#include "io/config_reader.h"

enum { DOTENV_LIMIT = 64 * 1024 };

/* A variable that is set and not empty. */
static const char *find_set(struct config_reader *reader, const char *name)
{
	const char *value = variables_find(&reader->variables, name);

	return value && value[0] ? value : NULL;
}

static const char *lookup_environ(const char *name, void *context)
{
	return variables_find(context, name);
}

static bool read_file(struct config_reader *reader)
{
	const char *variable = find_set(reader, "MIGRATE_CONFIG");
	struct config *config = reader->config;
	const char *text;
	size_t size;

	config->file = reader->source->config;
	if (config->file)
		config->origins.config = "-c";
	else if (variable)
		config->origins.config = "MIGRATE_CONFIG";
	if (!config->file)
		config->file = variable ? variable : "migrator.yaml";
	config->file = arena_strdup(reader->arena, config->file);
	config->directory = path_directory(reader->arena, config->file);
	text = file_read(reader->arena, AT_FDCWD, config->file, config->file, YAML_SIZE_LIMIT,
		&size, MIGRATE_E_CONFIG, reader->error);
	if (!text && !file_exists(config->file))
		error_hint(reader->error, "Run `migrate init` to start a project here, or name its "
					  "migrator.yaml with -c.");
	return text &&
	       yaml_parse(reader->arena, config->file, text, size, &reader->yaml, reader->error);
}

static bool read_dotenv(struct config_reader *reader)
{
	const char *file = reader->source->env_file, *text;
	size_t size;

	reader->env_file = file ? arena_strdup(reader->arena, file)
				: path_join(reader->arena, reader->config->directory, ".env");
	reader->env_directory = path_directory(reader->arena, reader->env_file);
	/* A directory .env is a virtual environment of Python. */
	if (!file && (!file_exists(reader->env_file) || is_directory(reader->env_file)))
		return true;
	text = file_read(reader->arena, AT_FDCWD, reader->env_file, reader->env_file, DOTENV_LIMIT,
		&size, MIGRATE_E_CONFIG, reader->error);
	if (!text || !dotenv_parse(reader->arena, reader->env_file, text, size, lookup_environ,
			     &reader->variables, &reader->dotenv, reader->error))
		return false;
	reader->config->origins.env_file = reader->env_file;
	reader->variables.dotenv = &reader->dotenv;
	reader->variables.dotenv_directory = reader->env_directory;
	return true;
}

static bool refuse_environment(
	struct config_reader *reader, const char *name, const struct yaml_node *environments)
{
	size_t count = environments ? environments->count : 0, i = 0;
	const char **names = ARENA_ARRAY(reader->arena, count + 1, const char *), *nearest;
	const struct yaml_node *node = environments ? environments->first : NULL;
	struct str list = {0};

	for (; node; node = node->next) {
		str_printf(&list, "%s\"%s\"", i ? ", " : "", yaml_shown_key(node->key));
		names[i++] = node->key;
	}
	nearest = nearest_name(name, names, count);
	error_set(reader->error, MIGRATE_E_CONFIG, "unknown environment \"%s\"",
		yaml_shown_key(name));
	if (nearest)
		error_hint(reader->error, "Did you mean \"%s\"? %s has %s.",
			yaml_shown_key(nearest), reader->config->file, str_text(&list));
	else if (count)
		error_hint(reader->error, "%s has %s.", reader->config->file, str_text(&list));
	else
		error_hint(reader->error, "%s has none: add it below `environments:`.",
			reader->config->file);
	str_release(&list);
	return false;
}

static void name_environments(struct config_reader *reader, const struct yaml_node *environments)
{
	size_t count = environments ? environments->count : 0, i = 0;
	const char **names = ARENA_ARRAY(reader->arena, count + 1, const char *);
	const struct yaml_node *node = count ? environments->first : NULL;

	for (; node; node = node->next)
		names[i++] = arena_strdup(reader->arena, node->key);
	reader->config->environments = (struct names){names, i};
}

static bool choose_environment(struct config_reader *reader)
{
	const struct yaml_node *environments = yaml_find(reader->yaml.root, "environments");
	const char *name = reader->source->environment;

	name_environments(reader, environments);
	if (!name)
		name = find_set(reader, "MIGRATE_ENV");
	if (!name)
		return true;
	reader->chosen = yaml_find(environments, name);
	if (!reader->chosen)
		return refuse_environment(reader, name, environments);
	reader->config->environment = arena_strdup(reader->arena, name);
	reader->config->origins.environment = reader->source->environment ? "--env" : "MIGRATE_ENV";
	return true;
}

bool config_load(struct arena *arena, const struct config_source *source, struct config *config,
	struct migrate_error *error)
{
	struct config_reader reader = {
		.arena = arena, .source = source, .config = config, .error = error};

	memset(config, 0, sizeof *config);
	reader.variables.environ = source->environ;
	reader.variables.defaulted = &config->origins.defaulted;
	if (!read_file(&reader) || !config_check_shape(&reader) || !read_dotenv(&reader) ||
		!choose_environment(&reader) || !config_read_values(&reader))
		return false;
	config_read_database(&reader);
	config_read_scratch(&reader);
	config_read_password(&reader);
	return true;
}

void config_load_defaults(
	struct arena *arena, const struct config_source *source, struct config *config)
{
	struct migrate_error none = {0};
	struct config_reader reader = {
		.arena = arena, .source = source, .config = config, .error = &none};

	config_read_values(&reader);
	if (source->database_url)
		config_read_database(&reader);
	migrate_error_clear(&none);
}
