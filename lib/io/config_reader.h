/* config_reader: what the parts of the configuration's reader share. Internal to io/config*.c. */
#ifndef MIGRATE_IO_CONFIG_READER_H
#define MIGRATE_IO_CONFIG_READER_H

#include "io/config.h"
#include "io/dotenv.h"
#include "io/expand.h"
#include "io/yaml.h"

struct config_reader {
	struct arena *arena;
	const struct config_source *source;
	struct config *config;
	struct yaml yaml;
	struct dotenv dotenv;
	struct variables variables;
	const char *env_file, *env_directory;
	const struct yaml_node *chosen; /* the environment's mapping, or NULL */
	struct migrate_error *error;
};

/* config_shape.c: keys and types, of all environments. */
bool config_check_shape(struct config_reader *reader);

/* config_value.c */

/* The key's node: the environment's before the file's own. NULL where neither has it. */
const struct yaml_node *config_find(const struct config_reader *reader, const char *key);
/* Every value but the database URL. */
bool config_read_values(struct config_reader *reader);
/* What relative paths from there are relative to. */
const char *config_base(const struct config_reader *reader, enum origin origin);

/* config_database.c: fills database or database_error; scratch or scratch_error; password. */
void config_read_database(struct config_reader *reader);
void config_read_scratch(struct config_reader *reader);
void config_read_password(struct config_reader *reader);

#endif
