/* migrate_new: writing files - a project's first ones, a revision, a merge. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/random.h>
#include <time.h>
#include <unistd.h>

#include "base/error.h"
#include "base/file.h"
#include "embedded.h"
#include "io/template.h"
#include "project.h"
#include "trial.h"

enum { ID_BYTES = 6, TEMPLATE_LIMIT = 1024 * 1024 };

static bool is_known(const struct migrate *migrate, const char *id)
{
	return nametable_find(&migrate->graph.ids, id) != NAME_MISSING ||
	       project_replacement(migrate, id) != NODE_NONE;
}

static bool new_id(struct migrate *migrate, const char **id, struct migrate_error *error)
{
	unsigned char random[ID_BYTES];
	char *text = arena_alloc(&migrate->arena, 2 * ID_BYTES + 1);

	do {
		if (getrandom(random, sizeof random, 0) != sizeof random)
			return error_set(error, MIGRATE_E_FILE, "could not get random bytes: %s",
				strerror(errno));
		for (size_t i = 0; i < ID_BYTES; i++)
			snprintf(text + 2 * i, 3, "%02x", random[i]);
	} while (is_known(migrate, text));
	*id = text;
	return true;
}

/* An id or label that is asked for: legal, and nobody's yet. */
static bool check_free(
	struct migrate *migrate, const char *name, const char *what, struct migrate_error *error)
{
	const struct graph *graph = &migrate->graph;
	uint32_t node = nametable_find(&graph->ids, name);

	if (!identifier_is_valid(name, strlen(name))) {
		error_set(error, MIGRATE_E_USAGE, "\"%s\" cannot be a %s", name, what);
		return error_hint(error,
			"It has 1 to 255 letters, digits, \"_\" and \".\", and is none "
			"of the words head, heads, base, current.");
	}
	if (node == NAME_MISSING)
		node = nametable_find(&graph->labels, name);
	if (node == NAME_MISSING)
		node = nametable_find(&graph->replaced, name);
	if (node == NAME_MISSING)
		return true;
	error_set(error, MIGRATE_E_EXISTS,
		"\"%s\" is already the id or a label of a revision, or was replaced by it", name);
	return error_at(error, graph->revision[node].file, 0, 0);
}

bool project_new_id(
	struct migrate *migrate, const char *wanted, const char **id, struct migrate_error *error)
{
	*id = wanted;
	return wanted ? check_free(migrate, wanted, "revision id", error)
		      : new_id(migrate, id, error);
}

static bool refuse_inner(struct migrate *migrate, uint32_t node, struct migrate_error *error)
{
	error_set(error, MIGRATE_E_REFUSED, "revision %s is not a head",
		migrate->graph.revision[node].id);
	return error_hint(error, "A second revision on it makes a branch; give --splice if that is "
				 "what you want.");
}

/* The revisions that the new one stands on. */
static bool find_parents(struct migrate *migrate, const struct migrate_new *request,
	const char *standard, struct nodes *parents, struct migrate_error *error)
{
	struct resolver resolver = {&migrate->arena, &migrate->graph, NULL};
	struct migrate_list heads = request->heads;
	uint8_t *marks = graph_marks(&migrate->arena, &migrate->graph);

	if (!heads.count)
		heads = (struct migrate_list){&standard, 1};
	parents->item = ARENA_ARRAY(&migrate->arena, migrate->graph.count, uint32_t);
	parents->count = 0;
	for (size_t i = 0; i < heads.count; i++) {
		struct target target;

		if (!target_resolve(&resolver, heads.item[i], &target, error))
			return false;
		for (uint32_t k = 0; k < target.nodes.count; k++) {
			uint32_t node = target.nodes.item[k];

			if (!request->splice && !graph_is_head(&migrate->graph, node, false))
				return refuse_inner(migrate, node, error);
			if (!marks[node])
				parents->item[parents->count++] = node;
			marks[node] = 1;
		}
	}
	return true;
}

/* A label stays a label; anything else becomes the whole id. */
static bool find_dependencies(struct migrate *migrate, const struct migrate_new *request,
	struct names *names, struct migrate_error *error)
{
	struct resolver resolver = {&migrate->arena, &migrate->graph, NULL};
	const char **item = ARENA_ARRAY(&migrate->arena, request->depends_on.count, const char *);

	for (size_t i = 0; i < request->depends_on.count; i++) {
		const char *text = request->depends_on.item[i];
		uint32_t node;

		if (!target_resolve_one(&resolver, text, &node, error))
			return false;
		if (nametable_find(&migrate->graph.labels, text) != NAME_MISSING)
			item[i] = arena_strdup(&migrate->arena, text);
		else
			item[i] = migrate->graph.revision[node].id;
	}
	*names = (struct names){item, (uint32_t)request->depends_on.count};
	return true;
}

static bool same_directory(const char *left, const char *right)
{
	struct stat a, b;

	if (!strcmp(left, right))
		return true;
	return !stat(*left ? left : ".", &a) && !stat(*right ? right : ".", &b) &&
	       a.st_dev == b.st_dev && a.st_ino == b.st_ino;
}

/* Where the file goes: the directory asked for, else the first parent's, else the only one. */
static bool find_directory(struct migrate *migrate, const struct migrate_new *request,
	struct nodes parents, const char **directory, struct migrate_error *error)
{
	const struct names *versions = &migrate->config.versions;

	for (uint32_t i = 0; request->version_path && i < versions->count; i++)
		if (same_directory(request->version_path, versions->item[i])) {
			*directory = versions->item[i];
			return true;
		}
	if (request->version_path) {
		error_set(error, MIGRATE_E_USAGE, "\"%s\" is no versions directory",
			request->version_path);
		return error_hint(
			error, "Add it to \"versions:\" in %s first.", migrate->config.file);
	}
	*directory = versions->item[0];
	if (parents.count)
		*directory = path_directory(
			&migrate->arena, migrate->graph.revision[parents.item[0]].file);
	if (parents.count || versions->count == 1)
		return true;
	error_set(error, MIGRATE_E_USAGE, "there are %u versions directories", versions->count);
	return error_hint(error, "Say which one with --version-path.");
}

static bool template_settings(
	struct migrate *migrate, struct template_settings *settings, struct migrate_error *error)
{
	const struct config *config = &migrate->config;

	*settings = (struct template_settings){.file_template = config->file_template,
		.slug_length = (size_t)config->truncate_slug_length,
		.timezone = config->timezone,
		.script = embedded_script,
		.script_name = "the built-in template",
		.script_size = sizeof embedded_script - 1};
	if (!config->script_template)
		return true;
	settings->script_name = config->script_template;
	settings->script = file_read(&migrate->arena, AT_FDCWD, config->script_template,
		config->script_template, TEMPLATE_LIMIT, &settings->script_size, MIGRATE_E_CONFIG,
		error);
	return settings->script ||
	       error_hint(error, "\"script_template:\" in %s names it.", config->file);
}

/* Two such names are one on other systems, and refused by every command. */
static bool check_name(struct migrate *migrate, const char *path, struct migrate_error *error)
{
	for (uint32_t i = 0; i < migrate->graph.count; i++) {
		const char *other = migrate->graph.revision[i].file;

		if (strcasecmp(other, path) != 0 || !strcmp(other, path))
			continue;
		error_set(error, MIGRATE_E_EXISTS,
			"\"%s\" would differ from \"%s\" only in upper and lower case", path,
			other);
		return error_hint(error, "Choose another id or message.");
	}
	return true;
}

static bool find_path(struct migrate *migrate, const struct template_settings *settings,
	const char *directory, const struct new_revision *revision, const char **path,
	struct migrate_error *error)
{
	const char *name = template_file_name(&migrate->arena, settings, revision, error);

	if (!name)
		return false;
	*path = path_join(&migrate->arena, directory, name);
	return check_name(migrate, *path, error);
}

bool project_new_path(struct migrate *migrate, const char *directory,
	const struct new_revision *revision, const char **path, struct migrate_error *error)
{
	struct template_settings settings;

	return template_settings(migrate, &settings, error) &&
	       find_path(migrate, &settings, directory, revision, path, error);
}

bool project_write_revision(struct migrate *migrate, const struct migrate_new *request,
	const struct new_parts *parts, const char **id, const char **file,
	struct migrate_error *error)
{
	struct new_revision revision = {.message = request->message,
		.id = request->revision_id,
		.created = time(NULL),
		.upgrade = parts->upgrade,
		.downgrade = parts->downgrade};
	struct template_settings settings;
	const char *directory = NULL, *text;
	struct migrate_list ids = project_ids(migrate, parts->parents);

	revision.parents = (struct names){ids.item, (uint32_t)ids.count};
	if (request->branch_label)
		revision.labels = (struct names){&request->branch_label, 1};
	if (request->branch_label && !check_free(migrate, request->branch_label, "label", error))
		return false;
	if (!project_new_id(migrate, request->revision_id, &revision.id, error) ||
		!find_dependencies(migrate, request, &revision.dependencies, error) ||
		!find_directory(migrate, request, parts->parents, &directory, error) ||
		!template_settings(migrate, &settings, error))
		return false;
	text = template_script(&migrate->arena, &settings, &revision, error);
	*id = arena_strdup(&migrate->arena, revision.id);
	return text && find_path(migrate, &settings, directory, &revision, file, error) &&
	       file_create(*file, text, strlen(text), 0666, error);
}

static bool check_message(const struct migrate_new *request, struct migrate_error *error)
{
	if (request->message && request->message[strspn(request->message, " \t\r\n")])
		return true;
	error_set(error, MIGRATE_E_USAGE, "a revision needs a message");
	return error_hint(error, "Give one with -m \"Create notes table\".");
}

bool migrate_new_revision(struct migrate *migrate, const struct migrate_new *request,
	const char **id, const char **file, struct migrate_error *error)
{
	struct new_parts parts = {0};

	return project_find_parents(migrate, request, &parts.parents, error) &&
	       project_write_revision(migrate, request, &parts, id, file, error);
}

bool project_find_parents(struct migrate *migrate, const struct migrate_new *request,
	struct nodes *parents, struct migrate_error *error)
{
	return check_message(request, error) && project_load(migrate, error) &&
	       find_parents(migrate, request, "head", parents, error);
}

/* A head that others depend on is none of `heads`, but `head` still counts it. */
static bool hint_heads(struct migrate *migrate, struct migrate_error *error)
{
	struct nodes heads = graph_heads(&migrate->arena, &migrate->graph, false);

	if (heads.count > 1)
		return error_hint(error,
			"Revisions that others depend on are left out: name what to join, of %s.",
			nodes_text(&migrate->arena, &migrate->graph, heads));
	return error_hint(error, "\"migrate heads\" lists them.");
}

bool migrate_merge(struct migrate *migrate, const struct migrate_new *request, const char **id,
	const char **file, struct migrate_error *error)
{
	struct new_parts parts = {0};

	if (!check_message(request, error) || !project_load(migrate, error) ||
		!find_parents(migrate, request, "heads", &parts.parents, error))
		return false;
	if (parts.parents.count < 2) {
		error_set(error, MIGRATE_E_REFUSED, "there is nothing to merge: %u head%s",
			parts.parents.count, parts.parents.count == 1 ? "" : "s");
		return hint_heads(migrate, error);
	}
	return (request->no_scratch || merge_is_safe(migrate, parts.parents, error)) &&
	       project_write_revision(migrate, request, &parts, id, file, error);
}

/* -------- init -------- */

static char *replace_versions(struct arena *arena, const char *text, const char *directory)
{
	static const char mark[] = "{versions}";
	struct str out = {0};
	const char *at;
	char *kept;

	for (; (at = strstr(text, mark)); text = at + sizeof mark - 1) {
		str_add_bytes(&out, text, (size_t)(at - text));
		str_add(&out, directory);
	}
	str_add(&out, text);
	kept = arena_strdup(arena, str_text(&out));
	str_release(&out);
	return kept;
}

/* The directory as the configuration beside it names it, or NULL where YAML would read it
 * otherwise. */
static bool check_directory(const char *directory, struct migrate_error *error)
{
	if (*directory && !strpbrk(directory, "\"'\\{}[]#&*!|>%@`,:$\n\r\t ") && *directory != '-')
		return true;
	error_set(error, MIGRATE_E_USAGE, "\"%s\" is no good name for a versions directory",
		directory);
	return error_hint(error, "Use letters, digits, \"_\", \"-\", \".\" and \"/\".");
}

static bool refuse_existing(const char *path, struct migrate_error *error)
{
	if (!file_exists(path))
		return true;
	error_set(error, MIGRATE_E_EXISTS, "\"%s\" exists already", path);
	return error_hint(error, "Nothing was written. The project seems to be there: \"migrate "
				 "revision -m MESSAGE\" writes a revision.");
}

bool migrate_init(const char *config, const char *directory,
	void (*made)(const char *path, void *context), void *context, struct migrate_error *error)
{
	struct arena arena = {0};
	const char *path = config ? config : "migrator.yaml";
	const char *name = directory ? directory : "migrations";
	const char *folder = path_join(&arena, path_directory(&arena, path), name);
	const char *template = path_join(&arena, folder, "_template.sql");
	const char *text = replace_versions(&arena, embedded_migrator_yaml, name);
	bool fresh = !is_directory(folder);
	bool ok = check_directory(name, error) && refuse_existing(path, error) &&
		  refuse_existing(template, error) && directory_create(folder, error) &&
		  file_create(template, embedded_script, sizeof embedded_script - 1, 0666, error) &&
		  file_create(path, text, strlen(text), 0600, error);

	if (ok && made) {
		made(path, context);
		if (fresh)
			made(folder, context);
		made(template, context);
	}
	arena_release(&arena);
	return ok;
}
