/* fuzz_config: any bytes as migrator.yaml and, behind a record separator (0x1e), as its .env. Both
 * are files in memory. A line that is shown never looks like one with a URL. */
#include <sys/mman.h>
#include <unistd.h>

#include "fuzz.h"
#include "io/config.h"
#include "io/yaml.h"

static int memory_file(char path[64])
{
	int fd = memfd_create("fuzz", MFD_CLOEXEC);

	HOLDS(fd >= 0);
	snprintf(path, 64, "/proc/self/fd/%d", fd);
	return fd;
}

static void fill(int fd, const uint8_t *data, size_t size)
{
	HOLDS(ftruncate(fd, 0) == 0);
	HOLDS(pwrite(fd, data, size, 0) == (ssize_t)size);
}

static void check_text(const struct migrate_error *error)
{
	HOLDS(error->code && error->message && error->message[0]);
	HOLDS(!strstr(error->message, ":p@h"));
	if (error->excerpt)
		HOLDS(!strstr(error->excerpt, "://") && !strchr(error->excerpt, '@'));
}

static void check(const struct config *config)
{
	struct migrate_error error = {0};

	HOLDS(config->versions.count > 0 && config->versions.count <= YAML_ENTRY_LIMIT);
	for (uint32_t i = 0; i < config->versions.count; i++)
		HOLDS(config->versions.item[i][0]);
	for (uint32_t i = 0; i < config->hooks.count; i++)
		HOLDS(config->hooks.item[i][0]);
	HOLDS(config->version_table[0] && strlen(config->version_table) < 64);
	HOLDS(!config->version_table_schema || config->version_table_schema[0]);
	HOLDS(config->lock_timeout >= 0 && config->statement_timeout >= 0);
	HOLDS(config->truncate_slug_length > 0 && config->truncate_slug_length <= 200);
	HOLDS(config->timezone[0] && config->file_template[0]);
	if (config_database(config, &error))
		HOLDS(!error.code);
	else
		check_text(&error);
	migrate_error_clear(&error);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const char *const variables[] = {"A=a", "EMPTY=", "REAL=sqlite:///a.db", NULL};
	static char config_path[64], env_path[64];
	static int config_fd, env_fd;
	const uint8_t *separator = size ? memchr(data, 0x1e, size) : NULL;
	size_t config_size = separator ? (size_t)(separator - data) : size;
	struct config_source source = {.environ = variables};
	struct migrate_error error = {0};
	struct arena arena = {0};
	struct config config;

	if (!config_fd) {
		config_fd = memory_file(config_path);
		env_fd = memory_file(env_path);
	}
	fill(config_fd, data, config_size);
	source.config = config_path;
	if (separator) {
		fill(env_fd, separator + 1, size - config_size - 1);
		source.env_file = env_path;
	}
	if (config_load(&arena, &source, &config, &error))
		check(&config);
	else
		check_text(&error);
	migrate_error_clear(&error);
	arena_release(&arena);
	return 0;
}
