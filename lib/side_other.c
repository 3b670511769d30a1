/* side_other: a database that is not the project's as a side of a diff: one that a URL names, or
 * that of an environment of the configuration, which is read once more, as if -d or --env had named
 * it.
 *
 * Surprising: while it is read the project has that configuration, its own comes back behind it. A
 * URL brings its password along: those that the configuration knows are for other databases. */
#include <string.h>

#include "base/error.h"
#include "side.h"

static bool is_url(const char *name)
{
	return strstr(name, "://");
}

static bool is_environment(const struct migrate *migrate, const char *name)
{
	return names_have(&migrate->config.environments, name);
}

bool side_is_other(const struct migrate *migrate, const char *name)
{
	return is_url(name) || is_environment(migrate, name);
}

bool side_find_other(struct migrate *migrate, struct side *side, struct migrate_error *error)
{
	struct config *config = ARENA_NEW(&migrate->arena, struct config);
	struct config_source source = {.config = migrate->config.file,
		.env_file = migrate->config.origins.env_file,
		.environ = migrate->environ};

	side->kind = SIDE_OTHER;
	side->config = config;
	side->is_url = is_url(side->name);
	source.database_url = side->is_url ? side->name : NULL;
	source.environment = side->is_url ? migrate->config.environment : side->name;
	if (!config_load(&migrate->arena, &source, config, error))
		return false;
	if (!config_database(config, error))
		return false;
	if (side->is_url)
		side->name = config->database->shown;
	return true;
}

static bool read_schema(struct migrate *migrate, struct schema *schema, struct migrate_error *error)
{
	if (project_connect(migrate, DB_READ, error) &&
		project_read_schema(migrate, migrate->db, &migrate->arena, schema, error))
		return true;
	return project_hide(migrate, error);
}

bool side_read_other(struct migrate *migrate, const struct side *side, struct schema *schema,
	struct migrate_error *error)
{
	struct config own = migrate->config;
	const char *password = migrate->password;
	bool good;

	project_disconnect(migrate);
	migrate->config = *side->config;
	migrate->password = NULL;
	migrate->elsewhere = side->is_url;
	good = read_schema(migrate, schema, error);
	project_disconnect(migrate);
	migrate->elsewhere = false;
	migrate->password = password;
	migrate->config = own;
	return good || error_detail(error, "The database is that of \"%s\".", side->name);
}
