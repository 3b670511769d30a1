/* command: a child, the pipe that it writes to, and the time that it has. Knows nothing of what is
 * printed. Surprising: the child stays in our process group, so that Ctrl-C reaches it and it may
 * ask on the terminal; one that takes too long is killed alone, and what it has started loses the
 * pipe. */
#include "io/command.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdint.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "base/error.h"
#include "base/process.h"
#include "base/str.h"

enum { LINE_LIMIT = 8192 };

struct child {
	const struct command *command;
	pid_t pid;
	int pipe; /* to read from */
	int64_t deadline;
	/* Has room for a line from the start: a password is not left behind where it grows */
	struct str text;
	size_t limit;
	bool line;  /* only the first one is wanted */
	bool ended; /* the line did */
	struct migrate_error *error;
};

static int64_t clock_ms(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return now.tv_sec * INT64_C(1000) + now.tv_nsec / 1000000;
}

static bool fail(struct child *child, const char *what)
{
	error_set(child->error, MIGRATE_E_PROGRAM, "the %s %s", child->command->name, what);
	return error_hint(child->error, "%s", child->command->hint);
}

static bool fail_interrupted(struct child *child)
{
	bool terminated = *child->command->interrupted == SIGTERM;

	return error_set(child->error, terminated ? MIGRATE_E_TERMINATED : MIGRATE_E_INTERRUPTED,
		terminated ? "terminated" : "interrupted");
}

static int spawn(struct child *child, int output)
{
	const char *words[] = {"/bin/sh", "-c", child->command->text, NULL};
	static const char *const nothing[] = {NULL};
	const char *const *given = child->command->environ;
	posix_spawn_file_actions_t files;
	int failure;

	posix_spawn_file_actions_init(&files);
	posix_spawn_file_actions_addopen(&files, 0, "/dev/null", O_RDONLY, 0);
	posix_spawn_file_actions_adddup2(&files, output, 1);
	failure = child_start(&child->pid, words,
		&(struct child_settings){.environ = given ? given : nothing, .files = &files});
	posix_spawn_file_actions_destroy(&files);
	return failure;
}

static bool start(struct child *child)
{
	int ends[2], failure;

	if (pipe2(ends, O_CLOEXEC))
		return error_set(child->error, MIGRATE_E_PROGRAM, "could not make a pipe: %s",
			strerror(errno));
	failure = spawn(child, ends[1]);
	close(ends[1]);
	child->pipe = ends[0];
	if (!failure)
		return true;
	close(ends[0]);
	return error_set(
		child->error, MIGRATE_E_PROGRAM, "cannot run /bin/sh: %s", strerror(failure));
}

/* What follows the first line is read as well: a writer must not be left with a full pipe. */
static bool take(struct child *child, const char *text, size_t size)
{
	const char *newline = child->line ? memchr(text, '\n', size) : NULL;
	size_t taken = newline ? (size_t)(newline - text) : size;

	if (child->ended)
		return true;
	child->ended = newline != NULL;
	if (memchr(text, '\0', taken))
		return fail(child, "printed a zero byte");
	if (taken > child->limit - child->text.size)
		return fail(child,
			child->line ? "printed a line that is too long" : "printed too much");
	str_add_bytes(&child->text, text, taken);
	return true;
}

/* *end: the other side is closed. */
static bool read_some(struct child *child, bool *end)
{
	char text[4096];
	ssize_t size = read(child->pipe, text, sizeof text);
	bool good;

	*end = size == 0;
	if (size < 0)
		return errno == EINTR || fail(child, "could not be read");
	good = take(child, text, (size_t)size);
	explicit_bzero(text, sizeof text);
	return good;
}

static bool wait_for_text(struct child *child, bool *ready)
{
	struct pollfd fds[2] = {{.fd = child->pipe, .events = POLLIN},
		{.fd = child->command->interrupt_fd, .events = POLLIN}};
	int64_t left = child->deadline - clock_ms();

	*ready = false;
	if (*child->command->interrupted)
		return fail_interrupted(child);
	if (left <= 0)
		return fail(child, "took too long");
	if (poll(fds, 2, (int)left) < 0 && errno != EINTR)
		return fail(child, "could not be waited for");
	*ready = fds[0].revents != 0;
	return true;
}

static bool read_all(struct child *child)
{
	bool end = false, ready;

	while (!end) {
		if (!wait_for_text(child, &ready))
			return false;
		if (ready && !read_some(child, &end))
			return false;
	}
	return true;
}

/* Its status as of waitpid(2); -1 where somebody else has taken it. It may have closed its output
 * and go on: then it has until the deadline. */
static int reap(struct child *child, bool good)
{
	struct pollfd wake = {.fd = child->command->interrupt_fd, .events = POLLIN};
	pid_t found;
	int status;

	for (;;) {
		if (!good)
			kill(child->pid, SIGKILL);
		found = waitpid(child->pid, &status, good ? WNOHANG : 0);
		if (found == child->pid)
			return status;
		if (found < 0 && errno != EINTR)
			return -1;
		good = good && !*child->command->interrupted && clock_ms() < child->deadline;
		if (good)
			poll(&wake, 1, 1);
	}
}

static bool judge(struct child *child, int status)
{
	if (status < 0)
		return fail(child, "ended, and nobody can tell how");
	if (WIFSIGNALED(status)) {
		fail(child, "failed");
		return error_detail(child->error, "ended by signal %d", WTERMSIG(status));
	}
	if (WEXITSTATUS(status)) {
		fail(child, "failed");
		return error_detail(child->error, "exit status %d", WEXITSTATUS(status));
	}
	return true;
}

static bool run(struct child *child)
{
	bool good;
	int status;

	str_reserve(&child->text, LINE_LIMIT + 1);
	if (!start(child))
		return false;
	good = read_all(child);
	close(child->pipe);
	status = reap(child, good);
	return good && judge(child, status);
}

const char *command_first_line(
	struct arena *arena, const struct command *command, struct migrate_error *error)
{
	struct child child = {.command = command,
		.deadline = clock_ms() + command->timeout,
		.limit = LINE_LIMIT,
		.line = true,
		.error = error};
	const char *line = NULL;
	bool good = run(&child);
	size_t size = child.text.size;

	if (size && child.text.text[size - 1] == '\r')
		size--;
	if (good && (size || fail(&child, "printed nothing")))
		line = arena_strndup(arena, child.text.text, size);
	explicit_bzero(child.text.text, child.text.size);
	str_release(&child.text);
	return line;
}

const char *command_output(struct arena *arena, const struct command *command, size_t limit,
	size_t *size, struct migrate_error *error)
{
	struct child child = {.command = command,
		.deadline = clock_ms() + command->timeout,
		.limit = limit,
		.error = error};
	const char *text = NULL;

	if (run(&child))
		text = arena_strndup(arena, str_text(&child.text), child.text.size);
	*size = child.text.size;
	str_release(&child.text);
	return text;
}
