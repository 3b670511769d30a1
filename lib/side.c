/* side: the schemas that are compared: of the migrations, of the database, of what the
 * configuration says that the migrations should make, of files, or of another database. What is no
 * database yet is made in a scratch, one after the other. */
#include "side.h"

#include <fcntl.h>
#include <string.h>

#include "base/error.h"
#include "base/file.h"
#include "io/command.h"
#include "scratch.h"

/* For schema_command: an interpreter that loads a whole application. */
enum { SCHEMA_TIMEOUT = 120 * 1000 };

static const char *run_schema_command(
	struct migrate *migrate, struct arena *memory, size_t *size, struct migrate_error *error)
{
	struct command command = {.name = "schema_command",
		.text = migrate->config.schema_command,
		.hint = "Run it by hand: it must print SQL on standard output.",
		.environ = migrate->environ,
		.timeout = SCHEMA_TIMEOUT,
		.interrupted = &migrate->interrupted,
		.interrupt_fd = migrate->wake[0]};

	return command_output(memory, &command, SCRIPT_LIMIT, size, error);
}

/* The text of each file, or NULL renames: nobody asks. */
static bool find_renames(struct migrate *migrate, struct arena *memory, struct renames *renames,
	struct migrate_error *error)
{
	struct names paths;

	if (!renames)
		return true;
	if (!scratch_files(memory, migrate->config.schema, &paths, error))
		return false;
	for (uint32_t i = 0; i < paths.count; i++) {
		const char *path = arena_strdup(&migrate->arena, paths.item[i]), *text;
		size_t size;

		text = file_read(
			memory, AT_FDCWD, path, path, SCRIPT_LIMIT, &size, MIGRATE_E_SCRIPT, error);
		if (!text)
			return false;
		renames_find(&migrate->arena, migrate->driver->scan, path, text, size, renames);
	}
	return true;
}

static bool load_desired(struct scratch *scratch, struct arena *memory, struct renames *renames,
	struct migrate_error *error)
{
	struct migrate *migrate = scratch->migrate;
	const char *name = "schema_command", *text;
	size_t size;

	if (migrate->config.schema)
		return scratch_load(scratch, memory, migrate->config.schema, error) &&
		       find_renames(migrate, memory, renames, error);
	text = run_schema_command(migrate, memory, &size, error);
	if (text && renames)
		renames_find(&migrate->arena, migrate->driver->scan, name, text, size, renames);
	return text && scratch_load_text(scratch, memory, name, text, size, error);
}

/* Of a scratch that is open; it is closed. */
static bool read_and_close(struct scratch *scratch, struct arena *memory, bool good,
	struct schema *schema, struct migrate_error *error)
{
	struct migrate *migrate = scratch->migrate;

	good = good && project_read_schema(migrate, scratch->db, &migrate->arena, schema, error);
	scratch_close(scratch);
	arena_release(memory);
	return good;
}

static bool read_migrations(
	struct migrate *migrate, struct schema *schema, struct migrate_error *error)
{
	struct scratch scratch = {0};
	struct arena memory = {0};
	uint8_t *all;
	bool good;

	if (!project_load_for_database(migrate, error))
		return false;
	all = graph_all(&migrate->arena, &migrate->graph);
	project_disconnect(migrate);
	good = scratch_open(&scratch, migrate, error) && scratch_lock(&scratch, &memory, error) &&
	       scratch_run_marked(&scratch, &memory, &migrate->graph, all, error);
	return read_and_close(&scratch, &memory, good, schema, error);
}

/* path NULL: what the configuration names. */
static bool read_files(struct migrate *migrate, const char *path, struct renames *renames,
	struct schema *schema, struct migrate_error *error)
{
	struct scratch scratch = {0};
	struct arena memory = {0};
	bool good;

	project_disconnect(migrate);
	good = scratch_open_for_files(&scratch, migrate, error) &&
	       scratch_lock(&scratch, &memory, error) &&
	       (path ? scratch_load(&scratch, &memory, path, error)
		     : load_desired(&scratch, &memory, renames, error));
	return read_and_close(&scratch, &memory, good, schema, error);
}

bool project_read_desired(struct migrate *migrate, struct schema *schema, struct renames *renames,
	struct migrate_error *error)
{
	return read_files(migrate, NULL, renames, schema, error);
}

bool side_read(struct migrate *migrate, const struct side *side, struct schema *schema,
	struct migrate_error *error)
{
	switch (side->kind) {
	case SIDE_MIGRATIONS: return read_migrations(migrate, schema, error);
	case SIDE_SCHEMA: return project_read_desired(migrate, schema, NULL, error);
	case SIDE_FILES: return read_files(migrate, side->name, NULL, schema, error);
	case SIDE_DATABASE:
		return project_connect(migrate, DB_READ, error) &&
		       project_read_schema(migrate, migrate->db, &migrate->arena, schema, error);
	case SIDE_OTHER: return side_read_other(migrate, side, schema, error);
	}
	return false;
}

bool project_has_desired(const struct migrate *migrate)
{
	return migrate->config.schema || migrate->config.schema_command;
}

bool project_need_desired(const struct migrate *migrate, struct migrate_error *error)
{
	if (project_has_desired(migrate))
		return true;
	error_set(error, MIGRATE_E_CONFIG, "the configuration names no schema");
	return error_hint(error, "Add \"schema: FILE\" or \"schema_command: COMMAND\" to %s.",
		migrate->config.file);
}

bool project_compare_desired(
	struct migrate *migrate, struct schema_changes *changes, struct migrate_error *error)
{
	struct schema *made = ARENA_NEW(&migrate->arena, struct schema);
	struct schema *desired = ARENA_NEW(&migrate->arena, struct schema);

	if (!read_migrations(migrate, made, error) ||
		!project_read_desired(migrate, desired, NULL, error))
		return false;
	schema_compare(&migrate->arena, made, desired, changes);
	return true;
}

static bool find_word(struct side *side)
{
	static const struct {
		const char *name;
		enum side_kind kind;
	} words[] = {{"database", SIDE_DATABASE}, {"migrations", SIDE_MIGRATIONS},
		{"schema", SIDE_SCHEMA}};

	for (size_t i = 0; i < sizeof words / sizeof *words; i++)
		if (!strcmp(side->name, words[i].name)) {
			side->kind = words[i].kind;
			return true;
		}
	return false;
}

static bool refuse_name(
	const struct migrate *migrate, const char *name, struct migrate_error *error)
{
	const struct names *environments = &migrate->config.environments;
	const char *near = nearest_name(name, environments->item, environments->count);

	error_set(error, MIGRATE_E_USAGE, "there is no file, folder or environment \"%s\"", name);
	if (near)
		return error_hint(error, "Did you mean \"%s\"?", near);
	return error_hint(error, "Name a SQL file, a folder of them, the URL of a database, an "
				 "environment, \"migrations\", \"database\" or \"schema\".");
}

bool side_find(
	struct migrate *migrate, const char *name, struct side *side, struct migrate_error *error)
{
	bool is_path = file_exists(name) || is_directory(name), is_other;

	*side = (struct side){.name = name, .kind = SIDE_FILES};
	if (find_word(side))
		return side->kind != SIDE_SCHEMA || project_need_desired(migrate, error);
	is_other = side_is_other(migrate, name);
	if (is_other && is_path) {
		error_set(error, MIGRATE_E_USAGE, "\"%s\" is an environment, and a file too", name);
		return error_hint(
			error, "Write ./%s for the file, or the URL of the database.", name);
	}
	if (is_other)
		return side_find_other(migrate, side, error);
	if (is_path)
		return true;
	return refuse_name(migrate, name, error);
}

static const struct db_driver *driver_of(const struct migrate *migrate, const struct side *side)
{
	if (side->kind != SIDE_OTHER)
		return migrate->driver;
	return db_driver_for(side->config->database->dialect);
}

bool sides_agree(struct migrate *migrate, const struct side *from, const struct side *to,
	struct migrate_error *error)
{
	const struct db_driver *left = driver_of(migrate, from), *right = driver_of(migrate, to);

	if (!left || !right)
		return error_copy(error, &migrate->config.database_error);
	migrate->driver = left;
	if (left == right)
		return true;
	error_set(error, MIGRATE_E_USAGE, "\"%s\" and \"%s\" are of two kinds of databases",
		from->name, to->name);
	return error_hint(error, "One is of %s, the other of %s.", left->name, right->name);
}
