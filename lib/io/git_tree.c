/* git_tree: commits and what they hold, by `rev-parse`, `merge-base`, `ls-tree` and `cat-file`,
 * whose output is made for programs: gitrevisions(7), git-ls-tree(1), git-cat-file(1).
 *
 * Surprising: paths are as of the directory that git runs in, so it need not be known where the
 * repository begins. */
#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "base/file.h"
#include "io/git.h"

static bool fail(const struct git *git, const char *complaint, struct migrate_error *error)
{
	error_set(error, MIGRATE_E_PROGRAM, "git cannot read the repository of \"%s\"",
		*git->directory ? git->directory : ".");
	if (*complaint)
		error_detail(error, "%s", complaint);
	return error_hint(error, "Run this where the versions directory is in a git repository.");
}

/* The one line that git prints; NULL where it ends with a status that is not 0, told in *status. */
static bool ask(struct arena *arena, const struct git *git, const char *const *words,
	const char **line, int *status, const char **complaint, struct migrate_error *error)
{
	struct str output = {0};
	bool good = git_run(arena, git, words, NULL, &output, status, complaint, error);

	*line = good ? arena_strndup(arena, str_text(&output), strcspn(str_text(&output), "\r\n"))
		     : NULL;
	str_release(&output);
	return good;
}

static bool refuse_name(const char *name, struct migrate_error *error)
{
	error_set(error, MIGRATE_E_PROGRAM, "git knows no commit \"%s\"", name);
	return error_hint(error,
		"Name a branch, tag or commit of this repository; \"git fetch\" first gets what "
		"others have. In CI the checkout must have that branch too.");
}

static bool refuse_unrelated(const char *name, struct migrate_error *error)
{
	error_set(error, MIGRATE_E_PROGRAM, "HEAD and \"%s\" share no commit", name);
	return error_hint(error, "A shallow clone lacks it: \"git fetch --unshallow\", or "
				 "fetch-depth: 0 in CI.");
}

bool git_base(struct arena *arena, const struct git *git, const char *name, const char **commit,
	const char **fork, struct migrate_error *error)
{
	const char *const inside[] = {"rev-parse", "--is-inside-work-tree", NULL};
	const char *const parse[] = {"rev-parse", "--verify", "--quiet", "--end-of-options",
		arena_printf(arena, "%s^{commit}", name), NULL};
	const char *shared[] = {"merge-base", NULL, "HEAD", NULL};
	const char *line, *complaint;
	int status;

	if (!ask(arena, git, inside, &line, &status, &complaint, error))
		return false;
	if (status || strcmp(line, "true") != 0)
		return fail(git, complaint, error);
	if (!ask(arena, git, parse, commit, &status, &complaint, error))
		return false;
	if (status || !**commit)
		return refuse_name(name, error);
	shared[1] = *commit;
	if (!ask(arena, git, shared, fork, &status, &complaint, error))
		return false;
	if (status > 1)
		return fail(git, complaint, error);
	return !status || refuse_unrelated(name, error);
}

struct entry {
	const char *name, *object;
};

/* "100644 blob HASH\tNAME": only what source.h takes for a revision. A symbolic link is no file. */
static bool read_entry(struct arena *arena, const char *line, struct entry *entry)
{
	const char *tab = strchr(line, '\t'), *name = tab ? tab + 1 : "";
	size_t size = strlen(name);
	const char *hash = strstr(line, " blob ");

	if (!tab || !hash || hash > tab || strncmp(line, "100", 3) != 0)
		return false;
	if (name[0] == '.' || name[0] == '_' || size < 5 || strcmp(name + size - 4, ".sql") != 0)
		return false;
	hash += strlen(" blob ");
	entry->object = arena_strndup(arena, hash, (size_t)(tab - hash));
	entry->name = arena_strdup(arena, name);
	return true;
}

static bool list(struct arena *arena, const struct git *git, const char *commit,
	struct entry **entries, uint32_t *count, struct migrate_error *error)
{
	const char *const words[] = {"ls-tree", "-z", commit, NULL};
	struct str output = {0};
	const char *complaint;
	uint32_t lines = 0;
	int status;
	bool good = git_run(arena, git, words, NULL, &output, &status, &complaint, error);

	if (good && status)
		good = fail(git, complaint, error);
	for (size_t i = 0; i < output.size; i++)
		lines += !output.text[i];
	*entries = ARENA_ARRAY(arena, lines, struct entry);
	*count = 0;
	for (size_t at = 0; good && at < output.size; at += strlen(output.text + at) + 1)
		if (read_entry(arena, output.text + at, &(*entries)[*count]))
			++*count;
	str_release(&output);
	return good;
}

/* "HASH blob SIZE\n", the text, "\n". NULL where that is not what stands there. */
static const char *next_text(
	struct arena *arena, const struct str *output, size_t *at, size_t *size)
{
	const char *start = output->text + *at, *end = output->text + output->size;
	const char *line_end = memchr(start, '\n', (size_t)(end - start));
	const char *word = line_end ? strstr(start, " blob ") : NULL;
	const char *text;

	if (!word || word > line_end)
		return NULL;
	*size = strtoul(word + strlen(" blob "), NULL, 10);
	text = line_end + 1;
	if (*size >= (size_t)(end - text))
		return NULL;
	*at = (size_t)(text - output->text) + *size + 1;
	return arena_strndup(arena, text, *size);
}

struct tree {
	struct arena *arena;
	const struct git *git;
	const char *shown;
	struct revision *revision;
	uint32_t count;
	struct migrate_error *error;
};

static bool parse_all(
	struct tree *tree, const struct str *output, const struct entry *entries, uint32_t count)
{
	size_t at = 0;

	for (uint32_t i = 0; i < count; i++) {
		struct revision *revision = &tree->revision[tree->count];
		const char *path = path_join(tree->arena, tree->git->directory, entries[i].name);
		size_t size;
		const char *text = next_text(tree->arena, output, &at, &size);

		if (!text)
			return fail(tree->git, "what \"git cat-file\" prints is cut short",
				tree->error);
		if (size > SCRIPT_LIMIT)
			return error_set(tree->error, MIGRATE_E_SCRIPT, "%s:%s is too large",
				tree->shown, path);
		if (!revision_parse(tree->arena,
			    arena_printf(tree->arena, "%s:%s", tree->shown, path), text, size,
			    revision, tree->error))
			return false;
		revision->text = text;
		revision->text_size = size;
		tree->count++;
	}
	return true;
}

bool git_revisions(struct arena *arena, const struct git *git, const char *commit,
	const char *shown, struct revision **revisions, uint32_t *count,
	struct migrate_error *error)
{
	static const char *const words[] = {"cat-file", "--batch", NULL};
	struct tree tree = {.arena = arena, .git = git, .shown = shown, .error = error};
	struct str input = {0}, output = {0};
	const char *complaint;
	struct entry *entries;
	uint32_t more;
	int status;
	bool good = list(arena, git, commit, &entries, &more, error);

	for (uint32_t i = 0; good && i < more; i++)
		str_printf(&input, "%s\n", entries[i].object);
	if (good && more)
		good = git_run(arena, git, words, &input, &output, &status, &complaint, error) &&
		       (!status || fail(git, complaint, error));
	if (good && more) {
		tree.revision = ARENA_ARRAY(arena, *count + more, struct revision);
		if (*count)
			memcpy(tree.revision, *revisions, *count * sizeof **revisions);
		tree.count = *count;
		good = parse_all(&tree, &output, entries, more);
		*revisions = tree.revision;
		*count = tree.count;
	}
	str_release(&input);
	str_release(&output);
	return good;
}
