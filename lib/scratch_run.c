/* scratch_run: scripts in a scratch database, by the runner, without a word to anybody.
 *
 * Surprising: a file of SQL runs as a revision does, of a graph that is made for it, so that it is
 * scanned, cut and told of in the same way. */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "base/file.h"
#include "base/utf8.h"
#include "db/sql.h"
#include "scratch.h"

static void hear_nothing(void *context, enum migrate_event_kind kind, size_t step, const char *text)
{
	(void)context, (void)kind, (void)step, (void)text;
}

static void note_nothing(void *context, size_t step, size_t statements, int64_t duration)
{
	(void)context, (void)step, (void)statements, (void)duration;
}

static struct runner *aim(struct scratch *scratch, struct arena *memory, const struct graph *graph)
{
	struct runner *runner = &scratch->migrate->runner;

	scratch_use(scratch);
	runner->arena = memory;
	runner->graph = graph;
	runner->aside = NULL;
	runner->read = NULL;
	runner->read_bytes = 0;
	runner->together = false;
	runner->scratch = true;
	runner->events = (struct runner_events){scratch->migrate, hear_nothing, note_nothing, NULL};
	return runner;
}

bool scratch_lock(struct scratch *scratch, struct arena *memory, struct migrate_error *error)
{
	struct db_state state;

	return runner_lock(aim(scratch, memory, &scratch->migrate->graph), &state, error);
}

/* script: what the file holds, or NULL, and it is read. */
static bool run(struct scratch *scratch, struct arena *memory, const struct graph *graph,
	uint32_t node, bool downgrade, const struct script *script, struct migrate_error *error)
{
	struct runner *runner = aim(scratch, memory, graph);
	struct position position;
	struct db_state state;
	struct plan plan;
	size_t committed;

	if (!runner->driver->read(scratch->db, memory, false, &state, error))
		return false;
	position_find(memory, graph, &state.rows, &position);
	plan_single(memory, graph, &position, node, downgrade, &plan);
	if (script) {
		runner_keep(runner, &plan);
		runner->read[node].script = *script;
	}
	return runner_check(runner, &plan, &state, error) &&
	       runner_apply(runner, &plan, &state, &committed, error);
}

bool scratch_run(struct scratch *scratch, struct arena *memory, uint32_t node, bool downgrade,
	struct migrate_error *error)
{
	return run(scratch, memory, &scratch->migrate->graph, node, downgrade, NULL, error);
}

bool scratch_run_marked(struct scratch *scratch, struct arena *memory, const struct graph *graph,
	const uint8_t *marks, struct migrate_error *error)
{
	struct nodes order = graph_order(&scratch->migrate->arena, graph, marks);

	for (uint32_t i = 0; i < order.count; i++) {
		arena_release(memory);
		if (!run(scratch, memory, graph, order.item[i], false, NULL, error))
			return false;
	}
	return true;
}

/* -------- Files -------- */

static const struct section_options no_options = {
	.lock_timeout = DURATION_UNSET, .statement_timeout = DURATION_UNSET};

static struct script script_of(const char *sql, size_t size)
{
	size_t mark = utf8_mark(sql, size);
	struct script script = {
		.sql = sql + mark, .size = size - mark, .line = 1, .options = no_options};

	script_checksum(script.sql, script.size, script.checksum);
	return script;
}

/* The lines by which psql refuses its own commands, around what pg_dump writes: comments here. */
static const char *without_restrict(struct arena *memory, const char *sql, size_t size)
{
	static const char *const words[] = {"\\restrict ", "\\unrestrict "};
	char *kept = arena_strndup(memory, sql, size);

	for (char *line = kept; line; line = strchr(line, '\n')) {
		line += *line == '\n';
		for (size_t i = 0; i < sizeof words / sizeof *words; i++)
			if (!strncmp(line, words[i], strlen(words[i])))
				memcpy(line, "--", 2);
	}
	return kept;
}

bool scratch_run_of(struct scratch *scratch, struct arena *memory, const struct graph *graph,
	uint32_t node, bool downgrade, const char *text, struct migrate_error *error)
{
	struct script script;

	if (text)
		script = script_of(text, strlen(text));
	return run(scratch, memory, graph, node, downgrade, text ? &script : NULL, error);
}

static bool read_file(
	struct arena *memory, const char *path, struct script *script, struct migrate_error *error)
{
	size_t size;
	const char *text = file_read(
		memory, AT_FDCWD, path, path, SCRIPT_LIMIT, &size, MIGRATE_E_SCRIPT, error);

	if (text)
		*script = script_of(without_restrict(memory, text, size), size);
	return text;
}

/* A dump ends with the version table, which is no part of a schema. */
static struct script drop_version_table(const struct config *config, struct arena *memory)
{
	struct str sql = {0};
	const char *text;

	str_add(&sql, "DROP TABLE IF EXISTS ");
	if (config->version_table_schema) {
		sql_add_identifier(&sql, config->version_table_schema);
		str_add_char(&sql, '.');
	}
	sql_add_identifier(&sql, config->version_table);
	text = arena_strndup(memory, sql.text, sql.size);
	str_release(&sql);
	return script_of(text, strlen(text));
}

static bool hint_at_ours(struct migrate_error *error)
{
	if (!error->message || !strstr(error->message, "migrate_log"))
		return false;
	return error_hint(error,
		"migrate's own tables are no part of a schema. Leave them out "
		"(pg_dump -T 'migrate_*'), or write the file with \"migrate dump\".");
}

/* Each file is a revision on top of the one before, and so is what comes behind them. given: what
 * the only one holds; else NULL, and they are read. */
static bool run_files(struct scratch *scratch, struct arena *memory, const struct names *paths,
	const struct script *given, struct migrate_error *error)
{
	uint32_t count = paths->count + 1;
	struct revision *revision = ARENA_ARRAY(memory, count, struct revision);
	const char **id = ARENA_ARRAY(memory, count, const char *);
	struct script script;
	struct graph graph;

	for (uint32_t i = 0; i < count; i++) {
		id[i] = arena_printf(memory, "%u", i);
		revision[i] = (struct revision){.id = id[i],
			.message = "",
			.file = i < paths->count ? paths->item[i] : "the version table",
			.parents = {id + i - !!i, !!i},
			.upgrade = {.present = true, .line = 1, .options = no_options}};
	}
	if (!graph_build(memory, revision, count, &graph, error))
		return false;
	for (uint32_t i = 0; i < paths->count; i++)
		if ((!given && !read_file(memory, paths->item[i], &script, error)) ||
			!run(scratch, memory, &graph, i, false, given ? given : &script, error))
			return hint_at_ours(error);
	script = drop_version_table(&scratch->migrate->config, memory);
	return run(scratch, memory, &graph, paths->count, false, &script, error);
}

static int is_sql(const struct dirent *entry)
{
	size_t length = strlen(entry->d_name);

	return entry->d_name[0] != '.' && length > 4 && !strcmp(entry->d_name + length - 4, ".sql");
}

static int by_bytes(const struct dirent **left, const struct dirent **right)
{
	return strcmp((*left)->d_name, (*right)->d_name);
}

static bool list_folder(
	struct arena *memory, const char *path, struct names *paths, struct migrate_error *error)
{
	struct dirent **entry;
	int count = scandir(path, &entry, is_sql, by_bytes);
	const char **item;

	if (count < 0)
		return error_set(error, MIGRATE_E_FILE, "could not read the folder \"%s\": %s",
			path, strerror(errno));
	item = ARENA_ARRAY(memory, (size_t)count + 1, const char *);
	for (int i = 0; i < count; i++) {
		item[i] = path_join(memory, path, entry[i]->d_name);
		free(entry[i]);
	}
	free(entry);
	*paths = (struct names){item, (uint32_t)count};
	if (count)
		return true;
	return error_set(error, MIGRATE_E_FILE, "no file in \"%s\" ends in .sql", path);
}

bool scratch_files(
	struct arena *memory, const char *path, struct names *paths, struct migrate_error *error)
{
	const char **only = ARENA_NEW(memory, const char *);

	if (is_directory(path))
		return list_folder(memory, path, paths, error);
	*only = path;
	*paths = (struct names){only, 1};
	return true;
}

bool scratch_load(struct scratch *scratch, struct arena *memory, const char *path,
	struct migrate_error *error)
{
	struct names paths = {0};

	return scratch_files(memory, path, &paths, error) &&
	       run_files(scratch, memory, &paths, NULL, error);
}

bool scratch_load_text(struct scratch *scratch, struct arena *memory, const char *name,
	const char *text, size_t size, struct migrate_error *error)
{
	struct script script = script_of(text, size);

	return run_files(scratch, memory, &(struct names){&name, 1}, &script, error);
}

/* -------- Seeds -------- */

/* The rows as revisions that stand on nothing, and one on top of them. */
static bool build_on_rows(struct arena *memory, const struct names *rows, const char *file,
	struct graph *graph, struct migrate_error *error)
{
	struct revision *revision = ARENA_ARRAY(memory, rows->count + 1, struct revision);
	const struct section section = {.present = true, .line = 1, .options = no_options};

	for (uint32_t i = 0; i <= rows->count; i++)
		revision[i] = (struct revision){.id = i < rows->count ? rows->item[i] : "heads",
			.message = "",
			.file = file,
			.upgrade = section,
			.downgrade = section};
	revision[rows->count].parents = *rows;
	return graph_build(memory, revision, rows->count + 1, graph, error);
}

/* It runs as a revision whose downgrade does nothing, and which has a name that none can have. */
bool scratch_seed(struct scratch *scratch, struct arena *memory, const struct seed *seed,
	const char *file, struct migrate_error *error)
{
	struct script up = script_of(seed->sql, seed->size), down = script_of("", 0);
	struct db_state state;
	struct graph graph;

	up.line = seed->line;
	return scratch->migrate->driver->read(scratch->db, memory, false, &state, error) &&
	       build_on_rows(memory, &state.rows, file, &graph, error) &&
	       run(scratch, memory, &graph, state.rows.count, false, &up, error) &&
	       run(scratch, memory, &graph, state.rows.count, true, &down, error);
}
