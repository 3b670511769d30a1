/* completion: the script for a shell, and the answers to what the script asks.
 *
 * Surprising: the scripts know no word of ours. They call `migrate completion words`, with the
 * words of the command line on stdin, each ended by a NUL: so all shells complete alike, what they
 * offer is what this very program has, and a password in a URL is not shown to whoever lists
 * processes. An answer never fails: there is nobody who could read an error. */
#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "base/error.h"
#include "command.h"
#include "complete.h"
#include "embedded.h"

enum { WORDS_LIMIT = 1 << 20 };

static void read_stdin(struct str *text)
{
	ssize_t size = 1;

	while (size && text->size < WORDS_LIMIT) {
		size = read(STDIN_FILENO, str_reserve(text, 4096), 4096);
		if (size < 0 && errno != EINTR)
			return;
		text->size += size > 0 ? (size_t)size : 0;
	}
	str_add_char(text, '\0');
}

static char **split_words(struct arena *arena, const struct str *text, int *count)
{
	char **words = ARENA_ARRAY(arena, text->size, char *);

	*count = 0;
	for (size_t at = 0; at + 1 < text->size; at += strlen(text->text + at) + 1)
		words[(*count)++] = text->text + at;
	return words;
}

static bool open_project(
	struct context *context, const struct completion *completion, struct migrate_error *error)
{
	const struct options *given = &completion->options;

	context->options.config = given->config;
	context->options.env_file = given->env_file;
	context->options.database_url = given->database_url;
	if (completion->kind == COMPLETE_REVISION)
		context->options.environment = given->environment;
	return command_open(context, error);
}

static void add_environments(
	struct context *context, const struct completion *completion, struct migrate_error *error)
{
	struct migrate_list names;

	if (!open_project(context, completion, error))
		return;
	names = migrate_project(context->migrate).environments;
	for (size_t i = 0; i < names.count; i++)
		complete_add(completion, &context->report.out.text, names.item[i], "");
}

static void add_revisions(
	struct context *context, const struct completion *completion, struct migrate_error *error)
{
	struct str *out = &context->report.out.text;
	struct migrate_revisions found;

	complete_add_symbols(completion, out);
	if (!open_project(context, completion, error) ||
		!migrate_list(context->migrate, MIGRATE_HISTORY, NULL, false, &found, error))
		return;
	for (size_t i = 0; i < found.count; i++)
		for (size_t label = 0; label < found.item[i]->branch_labels.count; label++)
			complete_add_label(
				completion, out, found.item[i]->branch_labels.item[label]);
	for (size_t i = 0; i < found.count; i++)
		complete_add(completion, out, found.item[i]->id, found.item[i]->message);
}

static void answer(struct context *context)
{
	struct migrate_error ignored = {0};
	struct completion completion;
	struct str text = {0};
	char **words;
	int count;

	read_stdin(&text);
	words = split_words(&context->arena, &text, &count);
	if (count >= 2) {
		complete_read(&context->arena, &completion, words, count);
		complete_add_known(&completion, &context->report.out.text);
		if (completion.kind == COMPLETE_REVISION)
			add_revisions(context, &completion, &ignored);
		if (completion.kind == COMPLETE_ENVIRONMENT || completion.kind == COMPLETE_SIDE)
			add_environments(context, &completion, &ignored);
	}
	migrate_error_clear(&ignored);
	str_release(&text);
}

int cmd_completion(struct context *context, struct migrate_error *error)
{
	static const char *const scripts[][2] = {{"bash", embedded_completion_bash},
		{"zsh", embedded_completion_zsh}, {"fish", embedded_completion_fish}};
	const char *shell = command_argument(context, 0);

	if (strcmp(shell, "words") == 0) {
		answer(context);
		return 0;
	}
	for (size_t i = 0; i < sizeof scripts / sizeof *scripts; i++) {
		if (strcmp(scripts[i][0], shell) != 0)
			continue;
		str_add(&context->report.out.text, scripts[i][1]);
		return 0;
	}
	error_set(error, MIGRATE_E_USAGE, "there is no completion for \"%s\"", shell);
	error_hint(error, "There is one for bash, zsh and fish.");
	return 0;
}
