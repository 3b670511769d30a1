/* complete: the command line read once more, for the place where the cursor is. Knows the shapes of
 * options as options_parse.c does.
 *
 * Surprising: what an argument is is told by its name in the table: a REV, TARGET or HEAD is a
 * revision, a FILE a file, a NAME an environment. */
#include "complete.h"

#include <ctype.h>
#include <string.h>

struct reader {
	char *const *words;
	int count, next;
	bool only_arguments;
	size_t arguments;              /* behind the command */
	const struct option *awaiting; /* whose value is at the cursor */
};

static bool is_option(const struct reader *reader, const char *word)
{
	return !reader->only_arguments && word[0] == '-' && word[1] &&
	       !isdigit((unsigned char)word[1]);
}

/* An option whose value is the next word, which may be the one at the cursor. */
static void take(struct reader *reader, const struct option *option)
{
	if (!option || option->kind == OPTION_FLAG)
		return;
	if (reader->next == reader->count - 1)
		reader->awaiting = option;
	else
		reader->next++;
}

static void skip_option(struct reader *reader, const char *word)
{
	if (word[1] == '-') {
		if (!strchr(word, '='))
			take(reader, option_find(word + 2, strlen(word + 2)));
		return;
	}
	for (const char *letter = word + 1; *letter; letter++) {
		const struct option *option = option_find(letter, 1);

		if (!option || option->kind == OPTION_FLAG)
			continue;
		if (!letter[1])
			take(reader, option);
		return;
	}
}

static void skip_words(struct reader *reader)
{
	bool command = false;

	while (reader->next < reader->count - 1) {
		const char *word = reader->words[reader->next++];

		if (!is_option(reader, word)) {
			reader->arguments += command;
			command = true;
		} else if (strcmp(word, "--") == 0) {
			reader->only_arguments = true;
		} else {
			skip_option(reader, word);
		}
	}
}

static enum complete_kind kind_of(const char *argument)
{
	static const struct {
		const char *part;
		enum complete_kind kind;
	} kinds[] = {{"|", COMPLETE_CHOICE}, {"REV", COMPLETE_REVISION},
		{"TARGET", COMPLETE_REVISION}, {"HEAD", COMPLETE_REVISION},
		{"A:B", COMPLETE_REVISION}, {"FILE", COMPLETE_FILE}, {"FROM", COMPLETE_SIDE},
		{"DIR", COMPLETE_DIRECTORY}, {"NAME", COMPLETE_ENVIRONMENT}, {"URL", COMPLETE_URL},
		{"COMMAND", COMPLETE_COMMAND}};

	for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++)
		if (strstr(argument, kinds[i].part))
			return kinds[i].kind;
	return COMPLETE_NOTHING;
}

/* Moves what stands before the last of a character from the prefix to the lead. */
static void split(struct arena *arena, struct completion *completion, char at)
{
	const char *last = strrchr(completion->prefix, at);

	if (!last)
		return;
	completion->lead = arena_printf(arena, "%s%.*s", completion->lead,
		(int)(last + 1 - completion->prefix), completion->prefix);
	completion->prefix = last + 1;
}

static void want(struct arena *arena, struct completion *completion, const char *argument)
{
	completion->kind = kind_of(argument);
	completion->choices = argument;
	if (completion->kind != COMPLETE_REVISION)
		return;
	split(arena, completion, ':');
	split(arena, completion, '@');
}

static void want_option(
	struct arena *arena, struct completion *completion, const struct option *option)
{
	want(arena, completion, option->argument);
	if (option->kind == OPTION_CHOICE)
		completion->option = option;
}

static void want_value(struct arena *arena, struct completion *completion)
{
	const char *name = completion->prefix + 2, *equals = strchr(name, '=');
	const struct option *option = option_find(name, (size_t)(equals - name));

	completion->lead = arena_strndup(
		arena, completion->prefix, (size_t)(equals + 1 - completion->prefix));
	completion->prefix = equals + 1;
	if (option && option->kind != OPTION_FLAG)
		want_option(arena, completion, option);
}

void complete_read(
	struct arena *arena, struct completion *completion, char *const *words, int count)
{
	struct reader reader = {.words = words, .count = count, .next = 1};
	struct migrate_error error = {0};
	const struct command *command;

	*completion = (struct completion){.lead = "", .prefix = words[count - 1]};
	options_parse(arena, &completion->options, count - 1, words, &error);
	migrate_error_clear(&error);
	skip_words(&reader);
	command = command_of(completion->options.command);
	if (reader.awaiting)
		want_option(arena, completion, reader.awaiting);
	else if (!reader.only_arguments && !strncmp(completion->prefix, "--", 2) &&
		 strchr(completion->prefix, '='))
		want_value(arena, completion);
	else if (!reader.only_arguments && completion->prefix[0] == '-' &&
		 !isdigit((unsigned char)completion->prefix[1]))
		completion->kind = COMPLETE_OPTION;
	else if (!completion->options.command)
		completion->kind = COMPLETE_COMMAND;
	else if (reader.arguments && command_takes_foreign_words(completion->options.command))
		completion->kind =
			COMPLETE_FILE; /* as a shell does with words it knows nothing of */
	else if (reader.arguments < command->most)
		want(arena, completion, command->arguments);
}

/* What it is may come from a script: on one line, and without a tab. */
static void add_about(struct str *out, const char *about)
{
	size_t start;

	str_add_char(out, '\t');
	start = out->size;
	str_add_visible(out, about, strlen(about));
	for (size_t i = start; i < out->size; i++)
		if (out->text[i] == '\t' || out->text[i] == '\n')
			out->text[i] = ' ';
}

void complete_add(
	const struct completion *completion, struct str *out, const char *word, const char *about)
{
	if (strncmp(word, completion->prefix, strlen(completion->prefix)) != 0)
		return;
	str_add(out, completion->lead);
	str_add(out, word);
	if (*about)
		add_about(out, about);
	str_add_char(out, '\n');
}

static void add_commands(const struct completion *completion, struct str *out)
{
	for (int id = COMMAND_NONE + 1; id < COMMAND_COUNT; id++)
		complete_add(completion, out, command_of((enum command_id)id)->name,
			command_of((enum command_id)id)->summary);
}

/* Those of the command that were not given yet; without a command, those of all. */
static void add_options(const struct completion *completion, struct str *out)
{
	const struct options *given = &completion->options;
	size_t count;
	const struct option *table = options_table(&count);

	for (size_t i = 0; i < count; i++) {
		bool again = table[i].kind == OPTION_LIST || !(given->given & UINT64_C(1) << i);
		bool fits = given->command ? table[i].commands & UINT32_C(1) << given->command
					   : table[i].commands == UINT32_MAX;
		struct str name = {0};

		if (!table[i].help || !again || !fits || !option_has_action(&table[i], given))
			continue;
		str_printf(&name, "--%s", table[i].name);
		complete_add(completion, out, str_text(&name), table[i].help);
		str_release(&name);
	}
}

static void add_choices(const struct completion *completion, struct str *out)
{
	const char *word = completion->choices;
	enum command_id command = completion->options.command;

	for (size_t index = 0; *word; index++) {
		size_t size = strcspn(word, "| ");
		struct str choice = {0};

		str_add_bytes(&choice, word, size);
		if (!completion->option || option_has_word(completion->option, index, command))
			complete_add(completion, out, str_text(&choice), "");
		str_release(&choice);
		word += word[size] == '|' ? size + 1 : strlen(word);
	}
}

static void add_urls(const struct completion *completion, struct str *out)
{
	complete_add(completion, out, "sqlite:///", "a file, relative");
	complete_add(completion, out, "postgresql://", "a server");
}

static void add_sides(const struct completion *completion, struct str *out)
{
	str_add(out, ":files\n");
	complete_add(completion, out, "migrations", "what all scripts make");
	complete_add(completion, out, "database", "the configured one");
	complete_add(completion, out, "schema", "the configuration's");
	add_urls(completion, out);
}

void complete_add_known(const struct completion *completion, struct str *out)
{
	switch (completion->kind) {
	case COMPLETE_COMMAND: add_commands(completion, out); break;
	case COMPLETE_OPTION: add_options(completion, out); break;
	case COMPLETE_CHOICE: add_choices(completion, out); break;
	case COMPLETE_FILE: str_add(out, ":files\n"); break;
	case COMPLETE_DIRECTORY: str_add(out, ":directories\n"); break;
	case COMPLETE_SIDE: add_sides(completion, out); break;
	case COMPLETE_URL: add_urls(completion, out); break;
	case COMPLETE_REVISION:
	case COMPLETE_ENVIRONMENT:
	case COMPLETE_NOTHING: break;
	}
}

void complete_add_symbols(const struct completion *completion, struct str *out)
{
	bool branch = strchr(completion->lead, '@');

	complete_add(completion, out, "head", branch ? "the branch's head" : "the one head");
	if (!branch)
		complete_add(completion, out, "heads", "all heads");
	complete_add(completion, out, "base", "before the first revision");
	if (!branch)
		complete_add(completion, out, "current", "where the database is");
}

void complete_add_label(const struct completion *completion, struct str *out, const char *label)
{
	struct str head = {0};

	if (strchr(completion->lead, '@'))
		return;
	str_printf(&head, "%s@head", label);
	complete_add(completion, out, label, "a branch");
	complete_add(completion, out, str_text(&head), "its head");
	str_release(&head);
}
