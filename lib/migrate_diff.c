/* migrate_diff: two schemas, each from where the caller says, object by object and as SQL. What is
 * no database yet is made in a scratch, one after the other. */
#include <fcntl.h>
#include <string.h>

#include "base/error.h"
#include "base/file.h"
#include "core/diff.h"
#include "io/command.h"
#include "schema/ddl.h"
#include "scratch.h"

/* For schema_command: an interpreter that loads a whole application. */
enum { SCHEMA_TIMEOUT = 120 * 1000 };

static const char DATABASE[] = "database", MIGRATIONS[] = "migrations", SCHEMA[] = "schema";

void project_tell_unsupported(
	struct migrate *migrate, const char *what, const struct migrate_list *unsupported)
{
	for (size_t i = 0; i < unsupported->count; i++)
		project_emit(migrate, MIGRATE_WARNING,
			arena_printf(&migrate->arena, "%s: %s", what, unsupported->item[i]));
}

const char *project_diff_header(struct migrate *migrate, const char *from, const char *to)
{
	struct str header = {0};
	const char *kept;

	str_add(&header, "--- ");
	str_add_visible(&header, from, strlen(from));
	str_add(&header, "\n+++ ");
	str_add_visible(&header, to, strlen(to));
	str_add_char(&header, '\n');
	kept = arena_strdup(&migrate->arena, str_text(&header));
	str_release(&header);
	return kept;
}

const char *project_schema_diff(
	struct migrate *migrate, const struct schema_changes *changes, const char *header)
{
	const struct schema_dialect *dialect = migrate->driver->schema;
	struct arena memory = {0};
	struct str old = {0}, new = {0};
	const char *diff;

	schema_dump(&memory, changes->old, dialect, &old);
	schema_dump(&memory, changes->new, dialect, &new);
	diff = diff_texts(&migrate->arena, header, &old, &new);
	str_release(&old);
	str_release(&new);
	arena_release(&memory);
	return diff;
}

const char *project_schema_changes(struct migrate *migrate, const struct schema_changes *changes)
{
	enum { SHOWN = 3 };
	struct arena *arena = &migrate->arena;
	const char *text = "";

	for (uint32_t i = 0; i < changes->count && i < SHOWN; i++)
		text = arena_printf(arena, "%s%s%s", text, i ? "; " : "",
			schema_change_text(arena, changes, i));
	if (changes->count > SHOWN)
		text = arena_printf(arena, "%s; and %u more", text, changes->count - SHOWN);
	return text;
}

/* -------- The sides -------- */

static uint8_t *all(struct migrate *migrate)
{
	uint8_t *marks = graph_marks(&migrate->arena, &migrate->graph);

	memset(marks, 1, migrate->graph.count);
	return marks;
}

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
	bool good;

	if (!project_load_for_database(migrate, error))
		return false;
	project_disconnect(migrate);
	good = scratch_open(&scratch, migrate, error) && scratch_lock(&scratch, &memory, error) &&
	       scratch_run_marked(&scratch, &memory, &migrate->graph, all(migrate), error);
	return read_and_close(&scratch, &memory, good, schema, error);
}

/* side: SCHEMA, or a path. */
static bool read_files(struct migrate *migrate, const char *side, struct renames *renames,
	struct schema *schema, struct migrate_error *error)
{
	struct scratch scratch = {0};
	struct arena memory = {0};
	bool good;

	project_disconnect(migrate);
	good = scratch_open_for_files(&scratch, migrate, error) &&
	       scratch_lock(&scratch, &memory, error) &&
	       (side == SCHEMA ? load_desired(&scratch, &memory, renames, error)
			       : scratch_load(&scratch, &memory, side, error));
	return read_and_close(&scratch, &memory, good, schema, error);
}

bool project_read_desired(struct migrate *migrate, struct schema *schema, struct renames *renames,
	struct migrate_error *error)
{
	return read_files(migrate, SCHEMA, renames, schema, error);
}

static bool read_side(struct migrate *migrate, const char *side, struct schema *schema,
	struct migrate_error *error)
{
	if (side == MIGRATIONS)
		return read_migrations(migrate, schema, error);
	if (side != DATABASE)
		return read_files(migrate, side, NULL, schema, error);
	return project_connect(migrate, DB_READ, error) &&
	       project_read_schema(migrate, migrate->db, &migrate->arena, schema, error);
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

/* One of the words, or a path to what is there. */
static bool find_side(const struct migrate *migrate, const char **side, const char *otherwise,
	struct migrate_error *error)
{
	static const char *const words[] = {DATABASE, MIGRATIONS, SCHEMA};
	const char *name = *side ? *side : otherwise;

	for (size_t i = 0; i < sizeof words / sizeof *words; i++)
		if (!strcmp(name, words[i]))
			*side = words[i];
	if (*side == SCHEMA)
		return project_need_desired(migrate, error);
	if (*side == DATABASE || *side == MIGRATIONS || file_exists(name) || is_directory(name))
		return true;
	error_set(error, MIGRATE_E_USAGE, "there is no file or folder \"%s\"", name);
	return error_hint(error,
		"Name a SQL file, a folder of them, \"migrations\", \"database\" or \"schema\".");
}

/* -------- The answer -------- */

static void add_unsupported(struct migrate *migrate, struct migrate_diff *diff,
	const struct schema *left, const struct schema *right)
{
	const char **item = ARENA_ARRAY(&migrate->arena,
		left->unsupported_count + right->unsupported_count + 1, const char *);
	uint32_t count = 0;

	for (uint32_t i = 0; i < left->unsupported_count; i++)
		item[count++] = left->unsupported[i];
	for (uint32_t i = 0; i < right->unsupported_count; i++)
		if (!names_have(
			    &(struct names){item, left->unsupported_count}, right->unsupported[i]))
			item[count++] = right->unsupported[i];
	diff->unsupported = (struct migrate_list){item, count};
	project_tell_unsupported(migrate, "not compared", &diff->unsupported);
}

static void fill(
	struct migrate *migrate, struct migrate_diff *diff, const struct schema_changes *changes)
{
	const char **item = ARENA_ARRAY(&migrate->arena, changes->count + 1, const char *);

	for (uint32_t i = 0; i < changes->count; i++)
		item[i] = schema_change_text(&migrate->arena, changes, i);
	diff->changes = (struct migrate_list){item, changes->count};
	diff->diff = NULL;
	if (!changes->count)
		return;
	diff->diff = project_schema_diff(
		migrate, changes, project_diff_header(migrate, diff->from, diff->to));
}

bool migrate_diff(struct migrate *migrate, struct migrate_diff *diff, struct migrate_error *error)
{
	struct schema_changes changes;
	struct schema from, to;

	if (!find_side(migrate, &diff->from, MIGRATIONS, error) ||
		!find_side(migrate, &diff->to, DATABASE, error) ||
		!read_side(migrate, diff->from, &from, error) ||
		!read_side(migrate, diff->to, &to, error))
		return false;
	schema_compare(&migrate->arena, &from, &to, &changes);
	add_unsupported(migrate, diff, &from, &to);
	fill(migrate, diff, &changes);
	return true;
}
