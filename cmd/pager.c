/* pager: starts one, writes to it, waits for it. Knows the environment's words for it; nothing of
 * what is shown.
 *
 * Surprising: who leaves it early has read enough, and what it says of itself at its end matters to
 * nobody: neither is an error. But a shell that does not find it says 126 or 127
 * (https://pubs.opengroup.org/onlinepubs/9699919799/utilities/V3_chap02.html#tag_18_08_02), and
 * then nothing was read. */
#include "pager.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/process.h"

/* What a shell would do something about. */
#define SHELL_CHARACTERS "|&;<>()$`\\\"' \t\n*?[#~=%"

static const int silenced[] = {SIGINT, SIGQUIT};
enum { SILENCED = sizeof silenced / sizeof *silenced };

bool pager_is_for(const struct options *options, const struct stream *out)
{
	const char *term = getenv("TERM");
	bool listing = options->help || command_pages(options->command);

	return listing && !options->no_pager && !options->version && !options->dump_options &&
	       options->format == FORMAT_TEXT && out->is_terminal && term && *term &&
	       strcmp(term, "dumb") != 0;
}

/* NULL: none is wanted. */
static const char *find(bool *chosen)
{
	const char *pager = getenv("MIGRATE_PAGER");

	if (!pager)
		pager = getenv("PAGER");
	*chosen = pager != NULL;
	if (!pager)
		return "less";
	return *pager && strcmp(pager, "cat") != 0 ? pager : NULL;
}

/* input is its stdin; an errno, or 0. */
static int start(pid_t *child, const char *pager, int input)
{
	bool plain = !pager[strcspn(pager, SHELL_CHARACTERS)];
	const char *words[] = {"/bin/sh", "-c", pager, NULL}, *word[] = {pager, NULL};
	struct child_settings settings = {.environ = (const char *const *)environ};
	posix_spawn_file_actions_t files;
	int failure;

	posix_spawn_file_actions_init(&files);
	posix_spawn_file_actions_adddup2(&files, input, 0);
	settings.files = &files;
	failure = child_start(child, plain ? word : words, &settings);
	posix_spawn_file_actions_destroy(&files);
	return failure;
}

/* As far as it is read. */
static void feed(int output, const struct str *text)
{
	size_t at = 0;

	while (at < text->size) {
		ssize_t written = write(output, text->text + at, text->size - at);

		if (written < 0 && errno != EINTR)
			return;
		at += written > 0 ? (size_t)written : 0;
	}
}

static bool was_read(pid_t child)
{
	int status;

	while (waitpid(child, &status, 0) < 0)
		if (errno != EINTR)
			return true;
	return !WIFEXITED(status) || (WEXITSTATUS(status) != 126 && WEXITSTATUS(status) != 127);
}

static bool run(const char *pager, const struct str *text)
{
	pid_t child;
	int ends[2], failure;

	if (pipe2(ends, O_CLOEXEC) != 0)
		return false;
	failure = start(&child, pager, ends[0]);
	close(ends[0]);
	if (!failure)
		feed(ends[1], text);
	close(ends[1]);
	return !failure && was_read(child);
}

/* Meanwhile Ctrl-C is the pager's. */
bool pager_write(struct stream *out, const char **failed)
{
	struct sigaction ignore = {.sa_handler = SIG_IGN}, old[SILENCED];
	bool chosen, done;
	const char *pager = find(&chosen);

	*failed = NULL;
	if (!pager || !out->text.size)
		return false;
	setenv("LESS", "FRX", 0);
	setenv("LV", "-c", 0);
	for (int i = 0; i < SILENCED; i++)
		sigaction(silenced[i], &ignore, &old[i]);
	done = run(pager, &out->text);
	for (int i = 0; i < SILENCED; i++)
		sigaction(silenced[i], &old[i], NULL);
	if (done)
		str_clear(&out->text);
	else if (chosen)
		*failed = pager;
	return done;
}
