/* config_value: the values of all keys but the database URL, expanded and checked. Knows nothing of
 * files, but that a time zone is one. Surprising: messages never quote a value; the excerpt shows
 * it as the file has it, where a variable's content is not to be seen. */
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/error.h"
#include "base/file.h"
#include "base/mask.h"
#include "base/utf8.h"
#include "io/config_reader.h"

/* https://www.postgresql.org/docs/current/sql-syntax-lexical.html#SQL-SYNTAX-IDENTIFIERS */
enum { IDENTIFIER_LIMIT = 63, ZONE_FILE_LIMIT = 256 * 1024 };

#define ZONES "/usr/share/zoneinfo"

const struct yaml_node *config_find(const struct config_reader *reader, const char *key)
{
	const struct yaml_node *node = yaml_find(reader->chosen, key);

	return node ? node : yaml_find(reader->yaml.root, key);
}

const char *config_base(const struct config_reader *reader, enum origin origin)
{
	switch (origin) {
	case ORIGIN_TEXT: return reader->config->directory;
	case ORIGIN_DOTENV: return reader->env_directory;
	case ORIGIN_ENVIRON: return "";
	}
	return "";
}

/* name is that of the key, of which node may be an item. */
static bool refuse(struct config_reader *reader, const struct yaml_node *node, const char *name,
	const char *what, const char *hint)
{
	error_set(reader->error, MIGRATE_E_CONFIG, "\"%s\" %s", name, what);
	if (hint)
		error_hint(reader->error, "%s", hint);
	return yaml_error_at(&reader->yaml, node, reader->error);
}

static bool expand_node(struct config_reader *reader, const struct yaml_node *node,
	const char *name, struct expansion *expansion)
{
	if (!expand(reader->arena, node->text, &reader->variables, expansion, reader->error))
		return yaml_error_at(&reader->yaml, node, reader->error);
	return expansion->text[0] || refuse(reader, node, name, "is empty", NULL);
}

/* Leaves text alone where the key is missing. */
static bool read_text(struct config_reader *reader, const char *key, const char **text)
{
	const struct yaml_node *node = config_find(reader, key);
	struct expansion expansion;

	if (!node)
		return true;
	if (!expand_node(reader, node, key, &expansion))
		return false;
	*text = expansion.text;
	return true;
}

/* A name or template, that messages quote. */
static bool read_word(struct config_reader *reader, const char *key, const char **text)
{
	return read_text(reader, key, text) &&
	       (!config_find(reader, key) || !may_hold_password(*text) ||
		       refuse(reader, config_find(reader, key), key, "is a URL, not a name",
			       "The key for a database is database_url."));
}

static bool expand_path(struct config_reader *reader, const struct yaml_node *node,
	const char *name, const char **path)
{
	struct expansion expansion;

	if (!expand_node(reader, node, name, &expansion))
		return false;
	if (may_hold_password(expansion.text))
		return refuse(reader, node, name, "is a URL, not a path",
			"The key for a database is database_url.");
	*path = path_join(reader->arena, config_base(reader, expansion.origin), expansion.text);
	return true;
}

static bool read_path(struct config_reader *reader, const char *key, const char **path)
{
	const struct yaml_node *node = config_find(reader, key);

	return !node || expand_path(reader, node, key, path);
}

static bool read_item(struct config_reader *reader, const struct yaml_node *node, const char *name,
	bool is_path, const char **item)
{
	struct expansion expansion;

	if (is_path)
		return expand_path(reader, node, name, item);
	if (!expand_node(reader, node, name, &expansion))
		return false;
	*item = expansion.text;
	return true;
}

/* A text is a list of one. */
static bool read_list(
	struct config_reader *reader, const char *key, bool is_path, struct names *names)
{
	const struct yaml_node *node = config_find(reader, key), *item;
	const char **items;

	if (!node || node->kind == YAML_NULL)
		return true;
	item = node->kind == YAML_LIST ? node->first : node;
	items = ARENA_ARRAY(reader->arena, node->count + 1, const char *);
	*names = (struct names){items, 0};
	for (; item; item = node->kind == YAML_LIST ? item->next : NULL)
		if (!read_item(reader, item, key, is_path, &items[names->count++]))
			return false;
	return true;
}

static bool read_versions(struct config_reader *reader)
{
	struct names *versions = &reader->config->versions;
	const char **item = ARENA_NEW(reader->arena, const char *);

	*item = path_join(reader->arena, reader->config->directory, "migrations");
	*versions = (struct names){item, 1};
	return read_list(reader, "versions", true, versions) &&
	       (versions->count || refuse(reader, config_find(reader, "versions"), "versions",
					   "is an empty list", NULL));
}

static bool read_identifier(struct config_reader *reader, const char *key, const char **name)
{
	const struct yaml_node *node = config_find(reader, key);

	if (!node)
		return true;
	if (!read_word(reader, key, name))
		return false;
	if (strlen(*name) > IDENTIFIER_LIMIT)
		return refuse(reader, node, key, "is too long: the limit is 63 bytes", NULL);
	return utf8_invalid(*name, strlen(*name)) == strlen(*name) ||
	       refuse(reader, node, key, "is not valid UTF-8", NULL);
}

/* The log's own name, which SQLite compares without case. */
static bool check_version_table(struct config_reader *reader)
{
	if (strcasecmp(reader->config->version_table, "migrate_log"))
		return true;
	return refuse(reader, config_find(reader, "version_table"), "version_table",
		"is the name of the log's own table", "Choose another name.");
}

static bool read_duration(struct config_reader *reader, const char *key, long *milliseconds)
{
	const char *text = NULL;

	if (!read_text(reader, key, &text))
		return false;
	return !text || duration_parse(text, strlen(text), milliseconds) ||
	       refuse(reader, config_find(reader, key), key, "is not a duration of up to a day",
		       "Write it as 500ms, 2s, 5m, 1h or 0.");
}

/* One of two words; *second tells which. */
static bool read_choice(struct config_reader *reader, const char *key, const char *const words[2],
	const char *hint, bool *second)
{
	const char *text = NULL;

	if (!read_text(reader, key, &text))
		return false;
	if (!text)
		return true;
	*second = !strcmp(text, words[1]);
	return *second || !strcmp(text, words[0]) ||
	       refuse(reader, config_find(reader, key), key, "has an unknown value", hint);
}

/* -1 where the text is no number of up to three digits. */
static long number_of(const char *text)
{
	size_t size = strlen(text);

	return size && size < 4 && strspn(text, "0123456789") == size ? atol(text) : -1;
}

static bool read_slug_length(struct config_reader *reader)
{
	const char *text = NULL;
	long length;

	if (!read_text(reader, "truncate_slug_length", &text))
		return false;
	if (!text)
		return true;
	length = number_of(text);
	if (length < 1 || length > 200)
		return refuse(reader, config_find(reader, "truncate_slug_length"),
			"truncate_slug_length", "is not a number from 1 to 200", NULL);
	reader->config->truncate_slug_length = length;
	return true;
}

static bool read_lock_retries(struct config_reader *reader)
{
	const char *text = NULL;
	long count;

	if (!read_text(reader, "lock_retries", &text))
		return false;
	if (!text)
		return true;
	count = number_of(text);
	if (count < 0 || count > 100)
		return refuse(reader, config_find(reader, "lock_retries"), "lock_retries",
			"is not a number from 0 to 100", "Write 0 for not trying again at all.");
	reader->config->lock_retries = count;
	return true;
}

/* Zones of the system are compiled files that begin with "TZif" (RFC 8536). */
static bool zone_exists(struct config_reader *reader, const char *name)
{
	struct migrate_error ignored = {0};
	const char *path, *text;
	size_t size;

	if (name[0] == '/' || strstr(name, ".."))
		return false;
	path = path_join(reader->arena, ZONES, name);
	text = file_read(reader->arena, AT_FDCWD, path, path, ZONE_FILE_LIMIT, &size,
		MIGRATE_E_CONFIG, &ignored);
	migrate_error_clear(&ignored);
	return text && size > 4 && !memcmp(text, "TZif", 4);
}

static bool read_timezone(struct config_reader *reader)
{
	const char **zone = &reader->config->timezone;

	if (!read_text(reader, "timezone", zone))
		return false;
	return !strcmp(*zone, "UTC") || !strcmp(*zone, "local") || zone_exists(reader, *zone) ||
	       refuse(reader, config_find(reader, "timezone"), "timezone",
		       "is not a known time zone",
		       "Write UTC, local or a name such as Europe/Berlin.");
}

static bool check_schema(struct config_reader *reader)
{
	const struct config *config = reader->config;

	return !config->schema || !config->schema_command ||
	       refuse(reader, config_find(reader, "schema_command"), "schema_command",
		       "stands beside \"schema\"", "Keep one of the two.");
}

bool config_read_values(struct config_reader *reader)
{
	static const char *const scopes[] = {"revision", "run"}, *const truths[] = {
									 "false", "true"};
	struct config *config = reader->config;

	config->version_table = "migrate_version";
	config->lock_timeout = 5 * 1000;
	config->lock_wait = 60 * 1000;
	/* With the default lock_timeout the last try ends before those who wait for this run have
	 * waited for their default lock_wait. */
	config->lock_retries = 5;
	config->file_template = "{year}{month}{day}_{hour}{minute}_{rev}_{slug}";
	config->timezone = "UTC";
	config->truncate_slug_length = 40;
	return read_versions(reader) && read_list(reader, "hooks", false, &config->hooks) &&
	       read_identifier(reader, "version_table", &config->version_table) &&
	       check_version_table(reader) &&
	       read_identifier(reader, "version_table_schema", &config->version_table_schema) &&
	       read_choice(reader, "transaction", scopes,
		       "Write revision, for a transaction per revision, or run, for one around "
		       "all.",
		       &config->transaction_per_run) &&
	       read_choice(
		       reader, "protected", truths, "Write true or false.", &config->protected) &&
	       read_choice(reader, "drift", truths, "Write true or false.", &config->drift) &&
	       read_duration(reader, "lock_timeout", &config->lock_timeout) &&
	       read_duration(reader, "statement_timeout", &config->statement_timeout) &&
	       read_duration(reader, "lock_wait", &config->lock_wait) &&
	       read_lock_retries(reader) &&
	       read_text(reader, "password_command", &config->password_command) &&
	       read_word(reader, "file_template", &config->file_template) &&
	       read_path(reader, "schema", &config->schema) &&
	       read_text(reader, "schema_command", &config->schema_command) &&
	       check_schema(reader) &&
	       read_path(reader, "script_template", &config->script_template) &&
	       read_slug_length(reader) && read_timezone(reader);
}
