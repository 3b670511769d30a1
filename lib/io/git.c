/* git: one child at a time. Its input and its complaints are files in memory, so only one pipe has
 * to be watched.
 *
 * Surprising: a hook of git's own has GIT_DIR and the like in its environment, relative to another
 * directory than the one that git runs in here. They are left out, and git finds the repository. */
#include "io/git.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/error.h"
#include "base/process.h"

enum { COMPLAINT_LIMIT = 4096, WORD_LIMIT = 16 };

struct child {
	const struct git *git;
	pid_t pid;
	int input, complaint; /* files in memory */
	int pipe;             /* to read from */
	struct migrate_error *error;
};

static bool is_of_a_hook(const char *variable)
{
	static const char *const names[] = {
		"GIT_DIR=", "GIT_WORK_TREE=", "GIT_INDEX_FILE=", "GIT_PREFIX="};

	for (size_t i = 0; i < sizeof names / sizeof *names; i++)
		if (!strncmp(variable, names[i], strlen(names[i])))
			return true;
	return false;
}

static const char *const *environ_for(struct arena *arena, const char *const *given)
{
	size_t count = 0, kept = 0;
	const char **copy;

	while (given && given[count])
		count++;
	copy = ARENA_ARRAY(arena, count + 1, const char *);
	for (size_t i = 0; i < count; i++)
		if (!is_of_a_hook(given[i]))
			copy[kept++] = given[i];
	return copy;
}

static int spawn(struct arena *arena, struct child *child, const char *const *words, int output)
{
	const char *all[WORD_LIMIT] = {
		"git", "-C", *child->git->directory ? child->git->directory : "."};
	struct child_settings settings = {.environ = environ_for(arena, child->git->environ)};
	posix_spawn_file_actions_t files;
	int failure;

	for (size_t i = 0; words[i] && i + 4 < WORD_LIMIT; i++)
		all[i + 3] = words[i];
	posix_spawn_file_actions_init(&files);
	posix_spawn_file_actions_adddup2(&files, child->input, 0);
	posix_spawn_file_actions_adddup2(&files, output, 1);
	posix_spawn_file_actions_adddup2(&files, child->complaint, 2);
	settings.files = &files;
	failure = child_start(&child->pid, all, &settings);
	posix_spawn_file_actions_destroy(&files);
	return failure;
}

static bool fail_system(struct child *child, const char *what, int reason)
{
	return error_set(child->error, MIGRATE_E_PROGRAM, "could not %s for git: %s", what,
		strerror(reason));
}

static bool open_files(struct child *child, const struct str *input)
{
	child->input = memfd_create("git-input", MFD_CLOEXEC);
	child->complaint = memfd_create("git-complaint", MFD_CLOEXEC);
	if (child->input < 0 || child->complaint < 0)
		return fail_system(child, "make a file", errno);
	for (size_t done = 0; input && done < input->size;) {
		ssize_t size = write(child->input, input->text + done, input->size - done);

		if (size < 0)
			return fail_system(child, "write a file", errno);
		done += (size_t)size;
	}
	lseek(child->input, 0, SEEK_SET);
	return true;
}

static bool start(struct arena *arena, struct child *child, const char *const *words)
{
	int ends[2], failure;

	if (pipe2(ends, O_CLOEXEC))
		return fail_system(child, "make a pipe", errno);
	failure = spawn(arena, child, words, ends[1]);
	close(ends[1]);
	child->pipe = ends[0];
	if (!failure)
		return true;
	error_set(child->error, MIGRATE_E_PROGRAM, "cannot run git: %s", strerror(failure));
	return error_hint(child->error,
		"Install git, or put it into PATH: it is asked which revisions "
		"others have.");
}

static bool fail_interrupted(struct child *child)
{
	bool terminated = *child->git->interrupted == SIGTERM;

	return error_set(child->error, terminated ? MIGRATE_E_TERMINATED : MIGRATE_E_INTERRUPTED,
		terminated ? "terminated" : "interrupted");
}

static bool read_all(struct child *child, struct str *output)
{
	enum { PIECE = 1 << 16 };

	for (;;) {
		struct pollfd fds[2] = {{.fd = child->pipe, .events = POLLIN},
			{.fd = child->git->interrupt_fd, .events = POLLIN}};
		ssize_t size;

		if (*child->git->interrupted)
			return fail_interrupted(child);
		if (poll(fds, 2, -1) < 0 || !fds[0].revents)
			continue;
		size = read(child->pipe, str_reserve(output, PIECE), PIECE);
		if (size < 0 && errno != EINTR)
			return fail_system(child, "read a pipe", errno);
		if (size == 0)
			return true;
		output->size += size > 0 ? (size_t)size : 0;
		output->text[output->size] = '\0';
	}
}

static bool reap(struct child *child, bool good, int *status)
{
	int found;

	if (!good)
		kill(child->pid, SIGKILL);
	while (waitpid(child->pid, &found, 0) < 0)
		if (errno != EINTR)
			return fail_system(child, "wait", errno);
	if (!good)
		return false;
	if (!WIFEXITED(found))
		return error_set(
			child->error, MIGRATE_E_PROGRAM, "git ended by signal %d", WTERMSIG(found));
	*status = WEXITSTATUS(found);
	return true;
}

static const char *read_complaint(struct arena *arena, struct child *child)
{
	char *text = arena_alloc(arena, COMPLAINT_LIMIT + 1);
	ssize_t size = pread(child->complaint, text, COMPLAINT_LIMIT, 0);

	while (size > 0 && text[size - 1] == '\n')
		size--;
	text[size > 0 ? size : 0] = '\0';
	return text;
}

bool git_run(struct arena *arena, const struct git *git, const char *const *words,
	const struct str *input, struct str *output, int *status, const char **complaint,
	struct migrate_error *error)
{
	struct child child = {.git = git, .input = -1, .complaint = -1, .pipe = -1, .error = error};
	bool good;

	str_clear(output);
	str_add(output, "");
	good = open_files(&child, input) && start(arena, &child, words);
	if (good)
		good = reap(&child, read_all(&child, output), status);
	if (good)
		*complaint = read_complaint(arena, &child);
	if (child.pipe >= 0)
		close(child.pipe);
	if (child.input >= 0)
		close(child.input);
	if (child.complaint >= 0)
		close(child.complaint);
	return good;
}
