/* program: children by posix_spawn(3) and the shell.
 *
 * Surprising: while a child has the terminal, Ctrl-C is the child's: we ignore it until it ends, as
 * system(3) does. */
#include "program.h"

#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/error.h"
#include "base/process.h"
#include "base/str.h"

static const int silenced[] = {SIGINT, SIGQUIT};
enum { SILENCED = sizeof silenced / sizeof *silenced };

static int start(pid_t *child, const char *const *words, bool to_stderr)
{
	struct child_settings settings = {.environ = (const char *const *)environ};
	posix_spawn_file_actions_t files;
	int failure;

	posix_spawn_file_actions_init(&files);
	if (to_stderr)
		posix_spawn_file_actions_adddup2(&files, 2, 1);
	settings.files = &files;
	failure = child_start(child, words, &settings);
	posix_spawn_file_actions_destroy(&files);
	return failure;
}

static int wait_for(pid_t child)
{
	int status;

	while (waitpid(child, &status, 0) < 0)
		if (errno != EINTR)
			return -1;
	return status;
}

/* The status of waitpid(2), -1 where nothing ran. */
static int run(const char *const *words, bool to_stderr, struct migrate_error *error)
{
	struct sigaction ignore = {.sa_handler = SIG_IGN}, old[SILENCED];
	int status = -1, failure;
	pid_t child;

	for (int i = 0; i < SILENCED; i++)
		sigaction(silenced[i], &ignore, &old[i]);
	failure = start(&child, words, to_stderr);
	if (!failure)
		status = wait_for(child);
	for (int i = 0; i < SILENCED; i++)
		sigaction(silenced[i], &old[i], NULL);
	if (failure)
		error_set(error, MIGRATE_E_PROGRAM, "cannot run /bin/sh: %s", strerror(failure));
	return status;
}

static bool judge(int status, const char *what, const char *command, struct migrate_error *error)
{
	if (status == 0)
		return true;
	error_set(error, MIGRATE_E_PROGRAM, "%s \"%s\" failed", what, command);
	if (WIFSIGNALED(status))
		return error_detail(error, "ended by signal %d", WTERMSIG(status));
	return error_detail(error, "exit status %d", WEXITSTATUS(status));
}

static char *fill(struct arena *arena, const char *hook, const char *file)
{
	static const char place[] = "{file}";
	struct str text = {0};
	const char *found;
	char *command;

	while ((found = strstr(hook, place)) != NULL) {
		str_add_bytes(&text, hook, (size_t)(found - hook));
		str_add_word(&text, file);
		hook = found + sizeof place - 1;
	}
	str_add(&text, hook);
	command = arena_strdup(arena, str_text(&text));
	str_release(&text);
	return command;
}

bool program_hook(
	struct arena *arena, const char *hook, const char *file, struct migrate_error *error)
{
	const char *words[] = {"/bin/sh", "-c", fill(arena, hook, file), NULL};

	return judge(run(words, true, error), "hook", hook, error);
}

bool program_editor(struct arena *arena, const struct migrate_list *files, bool to_stderr,
	struct migrate_error *error)
{
	const char *editor = getenv("VISUAL");
	const char **words = ARENA_ARRAY(arena, files->count + 5, const char *);

	if (!editor || !*editor)
		editor = getenv("EDITOR");
	if (!editor || !*editor)
		editor = "vi";
	words[0] = "/bin/sh";
	words[1] = "-c";
	words[2] = arena_printf(arena, "%s \"$@\"", editor);
	words[3] = "editor";
	for (size_t i = 0; i < files->count; i++)
		words[4 + i] = files->item[i];
	return judge(run(words, to_stderr, error), "the editor", editor, error);
}
