/* config_database: which database is meant, where scratch databases are made, and a password for it
 * that stands in a file. Knows the
 * order of precedence: -d, database_url of the environment, of the file, DATABASE_URL. Surprising:
 * it cannot fail; errors are kept for the commands that need a database, so that `history` works
 * without one. */
#include <string.h>

#include "base/error.h"
#include "base/file.h"
#include "io/config_reader.h"

#define HOW_TO \
	"Set database_url in migrator.yaml or DATABASE_URL in the environment or .env, or use -d."

/* Without a key the variable of that name is meant. */
static bool find_variable(
	struct config_reader *reader, struct expansion *found, struct migrate_error *error)
{
	struct variable variable;

	if (!variables_read(reader->arena, &reader->variables, "DATABASE_URL", &variable, error))
		return false;
	*found = (struct expansion){
		variable.value, variable.origin, variable.name, variable.from_file};
	if (found->text && found->text[0])
		return true;
	error_set(error, MIGRATE_E_CONFIG, "no database URL is set");
	return error_hint(error, HOW_TO);
}

static bool find_text(struct config_reader *reader, const struct yaml_node *node,
	struct expansion *found, struct migrate_error *error)
{
	*found = (struct expansion){.text = reader->source->database_url, .origin = ORIGIN_ENVIRON};
	if (found->text)
		return true;
	if (!node)
		return find_variable(reader, found, error);
	found->text = "";
	return node->kind != YAML_TEXT ||
	       expand(reader->arena, node->text, &reader->variables, found, error);
}

/* Where the URL came from, as part of a sentence. */
static const char *place_of(struct config_reader *reader, const struct expansion *text)
{
	if (reader->source->database_url)
		return "-d";
	if (text->from_file)
		return arena_printf(reader->arena, "the file which %s names", text->variable);
	if (text->variable && text->origin == ORIGIN_DOTENV)
		return arena_printf(reader->arena, "%s in %s", text->variable, reader->env_file);
	if (text->variable)
		return arena_printf(reader->arena, "%s in the environment", text->variable);
	return arena_printf(reader->arena, "database_url in %s", reader->config->file);
}

static bool parse(struct config_reader *reader, const struct expansion *text, struct url *url,
	struct migrate_error *error)
{
	if (!text->text[0]) {
		error_set(error, MIGRATE_E_CONFIG, "the database URL is empty");
		error_hint(error, HOW_TO);
	} else if (url_parse(reader->arena, text->text, url, error)) {
		return true;
	}
	if (text->variable)
		error_detail(error, "The value is that of %s.", place_of(reader, text));
	return false;
}

/* The error's text moves into the arena, for nobody clears what is part of a struct config. */
static void keep_error(
	struct config_reader *reader, struct migrate_error *kept, struct migrate_error *error)
{
	const char **text[] = {&kept->message, &kept->detail, &kept->hint, &kept->file};

	*kept = *error;
	kept->memory = NULL;
	kept->excerpt = NULL; /* the line with the password */
	for (size_t i = 0; i < sizeof text / sizeof *text; i++)
		if (*text[i])
			*text[i] = arena_strdup(reader->arena, *text[i]);
	migrate_error_clear(error);
}

static bool has_secret(const char *text, const struct url *url)
{
	for (const char **secret = url->secret; secret && *secret; secret++)
		if (**secret && strstr(text, *secret))
			return true;
	return false;
}

static void add_password_file(struct config_reader *reader, const char *file)
{
	struct names *files = &reader->config->origins.with_password;

	if (!files->item)
		files->item = ARENA_ARRAY(reader->arena, 2, const char *);
	if (!names_have(files, file))
		((const char **)(uintptr_t)files->item)[files->count++] = file;
}

/* Files that others may read, or that may be handed on with the project. */
static void find_password_files(
	struct config_reader *reader, const struct yaml_node *node, const struct url *url)
{
	if (node && node->kind == YAML_TEXT && has_secret(node->text, url))
		add_password_file(reader, reader->config->file);
	for (size_t i = 0; i < reader->dotenv.count; i++)
		if (has_secret(reader->dotenv.value[i], url))
			add_password_file(reader, reader->env_file);
}

void config_read_database(struct config_reader *reader)
{
	const struct yaml_node *node = config_find(reader, "database_url");
	struct url *url = ARENA_NEW(reader->arena, struct url);
	struct migrate_error error = {0};
	struct expansion text;

	if (!find_text(reader, node, &text, &error) || !parse(reader, &text, url, &error)) {
		if (node && !reader->source->database_url)
			yaml_error_at(&reader->yaml, node, &error);
		keep_error(reader, &reader->config->database_error, &error);
		return;
	}
	if (url->path)
		url->path = path_join(reader->arena, config_base(reader, text.origin), url->path);
	reader->config->database = url;
	reader->config->origins.database = place_of(reader, &text);
	if (!reader->source->database_url)
		find_password_files(reader, node, url);
}

static bool parse_scratch(struct config_reader *reader, const struct yaml_node *node,
	struct url *url, struct migrate_error *error)
{
	struct expansion text;

	if (!expand(reader->arena, node->text, &reader->variables, &text, error))
		return false;
	if (!text.text[0])
		return error_set(error, MIGRATE_E_CONFIG, "the database URL is empty");
	return url_parse(reader->arena, text.text, url, error);
}

void config_read_scratch(struct config_reader *reader)
{
	const struct yaml_node *node = config_find(reader, "scratch_url");
	struct url *url = ARENA_NEW(reader->arena, struct url);
	struct migrate_error error = {0};

	if (!node)
		return;
	if (!parse_scratch(reader, node, url, &error)) {
		error_detail(&error, "The value is that of scratch_url.");
		yaml_error_at(&reader->yaml, node, &error);
		keep_error(reader, &reader->config->scratch_error, &error);
		return;
	}
	reader->config->scratch = url;
	find_password_files(reader, node, url);
}

/* libpq knows PGPASSWORD, and not that a container hands it out as a file. */
void config_read_password(struct config_reader *reader)
{
	struct config *config = reader->config;
	struct migrate_error error = {0};
	struct variable found;

	if (!variables_read(reader->arena, &reader->variables, "PGPASSWORD", &found, &error))
		keep_error(reader, &config->password_error, &error);
	else if (found.from_file)
		config->password = found.value;
}

const struct url *config_database(const struct config *config, struct migrate_error *error)
{
	if (!config->database)
		error_copy(error, &config->database_error);
	return config->database;
}
