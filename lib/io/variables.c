/* variables: environment, .env, and files that these name. Surprising: an empty variable gives way
 * to its file, since `NAME=` is what compose files make of a variable that nobody has set. */
#include "io/variables.h"

#include <fcntl.h>
#include <string.h>

#include "base/error.h"
#include "base/file.h"
#include "base/mask.h"

enum { FILE_LIMIT = 64 * 1024 };

static const char *environ_find(const char *const *environ, const char *name)
{
	size_t size = strlen(name);

	for (; environ && *environ; environ++)
		if (!strncmp(*environ, name, size) && (*environ)[size] == '=')
			return *environ + size + 1;
	return NULL;
}

static const char *find_in(const struct variables *variables, enum origin origin, const char *name)
{
	switch (origin) {
	case ORIGIN_ENVIRON: return environ_find(variables->environ, name);
	case ORIGIN_DOTENV: return variables->dotenv ? dotenv_find(variables->dotenv, name) : NULL;
	case ORIGIN_TEXT: break;
	}
	return NULL;
}

const char *variables_find(const struct variables *variables, const char *name)
{
	const char *value = find_in(variables, ORIGIN_ENVIRON, name);

	return value ? value : find_in(variables, ORIGIN_DOTENV, name);
}

static const char *fail(
	const char *path, const char *name, const char *message, struct migrate_error *error)
{
	if (message)
		error_set(error, MIGRATE_E_CONFIG, "\"%s\" %s", path, message);
	error_hint(error, "The variable %s names it.", name);
	return NULL;
}

static const char *read_content(
	struct arena *arena, const char *path, const char *name, struct migrate_error *error)
{
	size_t size;
	char *text;

	if (may_hold_password(path)) {
		error_set(error, MIGRATE_E_CONFIG, "the variable \"%s\" holds a URL", name);
		error_hint(error, "It takes the path of a file whose content is the value.");
		return NULL;
	}
	text = file_read(arena, AT_FDCWD, path, path, FILE_LIMIT, &size, MIGRATE_E_CONFIG, error);
	if (!text)
		return fail(path, name, NULL, error);
	if (memchr(text, '\0', size))
		return fail(path, name, "has a zero byte", error);
	while (size && (text[size - 1] == '\n' || text[size - 1] == '\r'))
		text[--size] = '\0';
	return text;
}

static bool read_in(struct arena *arena, const struct variables *variables, enum origin origin,
	const char *name, struct variable *found, struct migrate_error *error)
{
	const char *value = find_in(variables, origin, name), *file_name, *path;

	*found = (struct variable){value, origin, name, false};
	if (value && value[0])
		return true;
	file_name = arena_printf(arena, "%s_FILE", name);
	path = find_in(variables, origin, file_name);
	if (!path || !path[0])
		return true;
	if (origin == ORIGIN_DOTENV)
		path = path_join(arena, variables->dotenv_directory, path);
	value = read_content(arena, path, file_name, error);
	*found = (struct variable){value, origin, file_name, true};
	return value != NULL;
}

bool variables_read(struct arena *arena, const struct variables *variables, const char *name,
	struct variable *found, struct migrate_error *error)
{
	return read_in(arena, variables, ORIGIN_ENVIRON, name, found, error) &&
	       (found->value || read_in(arena, variables, ORIGIN_DOTENV, name, found, error));
}
