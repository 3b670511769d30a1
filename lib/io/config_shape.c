/* config_shape: are all keys known, and is each a text, a list or a mapping as it should be? Knows
 * nothing of values. Surprising: environments that were not chosen are looked at too, so that a
 * slip there shows today and not on the day of the release. */
#include <string.h>

#include "base/error.h"
#include "io/config_reader.h"

static const char *const keys[] = {"database_url", "drift", "environments", "file_template",
	"hooks", "lock_retries", "lock_timeout", "lock_wait", "password_command", "protected",
	"schema", "schema_command", "scratch_url", "script_template", "statement_timeout",
	"timezone", "transaction", "truncate_slug_length", "version_table", "version_table_schema",
	"versions"};

enum { KEYS = sizeof keys / sizeof *keys };

static bool is_known(const char *key)
{
	for (size_t i = 0; i < KEYS; i++)
		if (!strcmp(keys[i], key))
			return true;
	return false;
}

static bool refuse_unknown(struct config_reader *reader, const struct yaml_node *node)
{
	const char *nearest = nearest_name(node->key, keys, KEYS);

	error_set(reader->error, MIGRATE_E_CONFIG, "unknown key \"%s\"", yaml_shown_key(node->key));
	if (nearest)
		error_hint(reader->error, "Did you mean \"%s\"?", nearest);
	else
		error_hint(reader->error, "Remove it; the manual lists the keys.");
	return yaml_error_at_key(&reader->yaml, node, reader->error);
}

static bool refuse(struct config_reader *reader, const struct yaml_node *node, const char *message)
{
	error_set(reader->error, MIGRATE_E_CONFIG, "\"%s\" %s", node->key, message);
	return yaml_error_at_key(&reader->yaml, node, reader->error);
}

static bool check_list(struct config_reader *reader, const struct yaml_node *list)
{
	for (const struct yaml_node *item = list->first; item; item = item->next)
		if (item->kind != YAML_TEXT) {
			error_set(reader->error, MIGRATE_E_CONFIG,
				"\"%s\" has an item that is not a text", list->key);
			return yaml_error_at(&reader->yaml, item, reader->error);
		}
	return true;
}

static bool check_value(struct config_reader *reader, const struct yaml_node *node)
{
	bool is_list = !strcmp(node->key, "versions") || !strcmp(node->key, "hooks");

	switch (node->kind) {
	case YAML_MAP: return refuse(reader, node, "cannot be a mapping");
	case YAML_LIST:
		return is_list ? check_list(reader, node)
			       : refuse(reader, node, "cannot be a list");
	case YAML_NULL:
		/* Of the database URL only those who need it are told. */
		return !strcmp(node->key, "database_url") || !strcmp(node->key, "hooks") ||
		       refuse(reader, node, "has no value");
	case YAML_TEXT: return true;
	}
	return true;
}

static bool check_environment(struct config_reader *reader, const struct yaml_node *environment)
{
	if (environment->kind != YAML_MAP && environment->kind != YAML_NULL) {
		error_set(reader->error, MIGRATE_E_CONFIG,
			"the environment \"%s\" is not a mapping of keys",
			yaml_shown_key(environment->key));
		return yaml_error_at_key(&reader->yaml, environment, reader->error);
	}
	for (const struct yaml_node *node = environment->first; node; node = node->next) {
		if (!strcmp(node->key, "environments"))
			return refuse(reader, node, "cannot stand inside an environment");
		if (!is_known(node->key))
			return refuse_unknown(reader, node);
		if (!check_value(reader, node))
			return false;
	}
	return true;
}

static bool check_environments(struct config_reader *reader, const struct yaml_node *environments)
{
	const struct yaml_node *node = environments->first;

	if (environments->kind != YAML_MAP && environments->kind != YAML_NULL)
		return refuse(reader, environments, "is not a mapping of names");
	while (node && check_environment(reader, node))
		node = node->next;
	return !node;
}

bool config_check_shape(struct config_reader *reader)
{
	const struct yaml_node *root = reader->yaml.root;

	if (!root || root->kind == YAML_NULL)
		return true;
	if (root->kind != YAML_MAP) {
		error_set(reader->error, MIGRATE_E_CONFIG,
			"the file is not a mapping of keys to values");
		error_hint(reader->error, "Write lines such as `versions: migrations`.");
		return yaml_error_at(&reader->yaml, root, reader->error);
	}
	for (const struct yaml_node *node = root->first; node; node = node->next) {
		if (!is_known(node->key))
			return refuse_unknown(reader, node);
		if (!strcmp(node->key, "environments") ? !check_environments(reader, node)
						       : !check_value(reader, node))
			return false;
	}
	return true;
}
