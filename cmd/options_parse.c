/* options_parse: argv read by the table. Knows the shapes of options, not their names.
 *
 * Surprising: parsing goes on after an error, which error_set's "first wins" makes harmless, so
 * that a later --format json is still seen. A word that begins with a dash and a digit is an
 * argument: -1 is a target. A word that looks like a URL is never echoed: it may hold a password.
 */
#include <string.h>

#include "base/error.h"
#include "options.h"

struct parser {
	struct arena *arena;
	struct options *options;
	char *const *argv;
	int argc, next; /* the word to be read next */
	bool only_arguments;
	const char *unknown; /* the word in the command's place that is none */
	struct migrate_error *error;
};

static bool is_digit(char byte)
{
	return byte >= '0' && byte <= '9';
}

/* Also one with a slash lost, without its scheme, or in libpq's other form. */
static bool looks_like_url(const char *text)
{
	const char *colon = strchr(text, ':');

	return strstr(text, ":/") || strstr(text, "password=") ||
	       (colon && strchr(colon, '@') && strchr(text, '/'));
}

static void list_add(struct parser *parser, struct migrate_list *list, const char *text)
{
	const char **items = (const char **)list->item;

	if (!items)
		items = ARENA_ARRAY(parser->arena, (size_t)parser->argc, const char *);
	items[list->count++] = text;
	list->item = items;
}

/* The option as it was typed, for messages, without what follows its name: "--config" or "-c". */
static const char *typed(struct parser *parser, const char *dashes, const char *name, size_t size)
{
	return arena_printf(parser->arena, "%s%.*s", dashes, (int)size, name);
}

/* "text|json": the words that the command takes. */
static const char *words_of(struct parser *parser, const struct option *option)
{
	struct str words = {0};
	const char *text;

	option_add_words(&words, option, parser->options->command);
	text = arena_strdup(parser->arena, str_text(&words));
	str_release(&words);
	return text;
}

static bool choose(struct parser *parser, const struct option *option, const char *value)
{
	unsigned *choice = (unsigned *)((char *)parser->options + option->offset);
	const char *word = option->argument;

	for (unsigned index = 0; *word; index++) {
		size_t size = strcspn(word, "|");

		if (strlen(value) == size && strncmp(word, value, size) == 0) {
			*choice = index;
			return true;
		}
		word += size + (word[size] == '|');
	}
	return error_set(parser->error, MIGRATE_E_USAGE, "--%s is one of %s, not \"%s\"",
		option->name, words_of(parser, option), looks_like_url(value) ? "..." : value);
}

static bool store(struct parser *parser, const struct option *option, const char *value)
{
	char *place = (char *)parser->options + option->offset;
	bool is_url = option->offset == offsetof(struct options, database_url) ||
		      option->offset == offsetof(struct options, message);

	if (value && !is_url && option->kind != OPTION_CHOICE && looks_like_url(value))
		return error_set(parser->error, MIGRATE_E_USAGE,
			"--%s takes %s, not a URL; a database URL is given with -d", option->name,
			option->argument);
	switch (option->kind) {
	case OPTION_FLAG: *(bool *)place = true; return true;
	case OPTION_VALUE: *(const char **)place = value; return true;
	case OPTION_LIST: list_add(parser, (struct migrate_list *)place, value); return true;
	case OPTION_CHOICE: return choose(parser, option, value);
	}
	return true;
}

/* value: what stood in the same word, NULL where nothing did. */
static bool take(struct parser *parser, size_t index, const char *word, const char *value)
{
	size_t count;
	const struct option *option = &options_table(&count)[index];

	parser->options->given |= UINT64_C(1) << index;
	if (option->kind == OPTION_FLAG && value)
		return error_set(parser->error, MIGRATE_E_USAGE, "%s takes no value", word);
	if (option->kind != OPTION_FLAG && !value && parser->next < parser->argc)
		value = parser->argv[parser->next++];
	if (option->kind != OPTION_FLAG && !value)
		return error_set(
			parser->error, MIGRATE_E_USAGE, "%s needs %s", word, option->argument);
	return store(parser, option, value);
}

static bool find_index(const char *name, size_t size, size_t *index)
{
	size_t count;
	const struct option *table = options_table(&count);

	for (*index = 0; *index < count; ++*index) {
		const struct option *option = &table[*index];

		if (size == 1 && option->letter == name[0])
			return true;
		if (size > 1 && strlen(option->name) == size &&
			strncmp(option->name, name, size) == 0)
			return true;
	}
	return false;
}

const struct option *option_find(const char *name, size_t size)
{
	size_t count, index;

	return find_index(name, size, &index) ? &options_table(&count)[index] : NULL;
}

static const char *nearest_option(struct parser *parser, const char *name)
{
	size_t count, shown = 0;
	const struct option *table = options_table(&count);
	const char **names = ARENA_ARRAY(parser->arena, count, const char *);

	for (size_t i = 0; i < count; i++)
		if (table[i].help)
			names[shown++] = table[i].name;
	/* Names are not abbreviated: a new option would change what an old script says. */
	for (size_t i = 0; i < shown; i++)
		if (strncmp(names[i], name, strlen(name)) == 0)
			return names[i];
	return nearest_name(name, names, shown);
}

static bool unknown_option(struct parser *parser, const char *word)
{
	const char *instead = option_replaced_by(word);
	const char *near = strlen(word) > 3 ? nearest_option(parser, word + 2) : NULL;

	if (parser->error->code)
		return false;
	error_set(parser->error, MIGRATE_E_USAGE, "unknown option %s",
		looks_like_url(word) ? "(a URL)" : word);
	if (instead)
		return error_hint(parser->error, "%s", instead);
	if (near)
		return error_hint(parser->error, "Did you mean --%s?", near);
	return false;
}

static bool read_long(struct parser *parser, const char *word)
{
	const char *name = word + 2, *equals = strchr(name, '=');
	size_t size = equals ? (size_t)(equals - name) : strlen(name), index;
	const char *shown = typed(parser, "--", name, size);

	/* "--m" is no way to write -m. */
	if (size < 2 || !find_index(name, size, &index))
		return unknown_option(parser, shown);
	return take(parser, index, shown, equals ? equals + 1 : NULL);
}

static bool read_letters(struct parser *parser, const char *word)
{
	size_t count;
	const struct option *table = options_table(&count);

	for (const char *letter = word + 1; *letter; letter++) {
		const char *shown = typed(parser, "-", letter, 1);
		size_t index;

		if (!find_index(letter, 1, &index))
			return unknown_option(parser, shown);
		if (table[index].kind != OPTION_FLAG)
			return take(parser, index, shown, letter[1] ? letter + 1 : NULL);
		take(parser, index, shown, NULL);
	}
	return true;
}

static bool is_foreign(const struct parser *parser)
{
	return parser->only_arguments && command_takes_foreign_words(parser->options->command);
}

/* "testdb exec pytest": what follows are the options of pytest, as env(1) has it. */
static bool begins_foreign(const struct options *options)
{
	const struct migrate_list *words = &options->arguments;

	return command_takes_foreign_words(options->command) && words->count == 2 &&
	       !strcmp(words->item[0], "exec");
}

static bool is_wanted_url(const struct parser *parser, const char *word)
{
	return strstr(word, "://") && command_takes_urls(parser->options->command);
}

static bool read_argument(struct parser *parser, const char *word)
{
	struct options *options = parser->options;

	if (looks_like_url(word) && !is_foreign(parser) && !is_wanted_url(parser, word))
		return error_set(parser->error, MIGRATE_E_USAGE,
			"a URL is no argument; a database URL is given with -d");
	if (!options->command && !parser->unknown && word[0] != '-') {
		options->command = command_find(word);
		parser->unknown = options->command ? NULL : word;
		return true;
	}
	list_add(parser, &options->arguments, word);
	if (begins_foreign(options))
		parser->only_arguments = true;
	return true;
}

static void read_words(struct parser *parser)
{
	while (parser->next < parser->argc) {
		const char *word = parser->argv[parser->next++];
		bool is_option = !parser->only_arguments && word[0] == '-' && word[1] &&
				 !is_digit(word[1]);

		if (!is_option)
			read_argument(parser, word);
		else if (strcmp(word, "--") == 0)
			parser->only_arguments = true;
		else if (word[1] == '-')
			read_long(parser, word);
		else
			read_letters(parser, word);
	}
}

bool command_unknown(const char *word, struct migrate_error *error)
{
	const char *names[COMMAND_COUNT], *near = command_known_as(word);

	if (error->code)
		return false;
	for (int id = COMMAND_NONE + 1; id < COMMAND_COUNT; id++)
		names[id - 1] = command_of((enum command_id)id)->name;
	near = near ? near : nearest_name(word, names, COMMAND_COUNT - 1);
	error_set(error, MIGRATE_E_USAGE, "unknown command \"%s\"", word);
	if (near)
		return error_hint(
			error, "Did you mean \"%s\"? \"migrate help\" lists the commands.", near);
	return error_hint(error, "\"migrate help\" lists the commands.");
}

/* "`stamp` and `upgrade`": the commands of a set of bits. */
static const char *command_names(struct parser *parser, uint32_t commands)
{
	const char *text = "";

	for (int id = COMMAND_NONE + 1; id < COMMAND_COUNT; id++)
		if (commands & UINT32_C(1) << id)
			text = arena_printf(parser->arena, "%s%s\"%s\"", text, *text ? ", " : "",
				command_of((enum command_id)id)->name);
	return text;
}

/* A word of a choice that is not for this command. */
static bool check_choice(
	struct parser *parser, const struct option *option, const struct command *command)
{
	unsigned choice = *(const unsigned *)((const char *)parser->options + option->offset);
	const char *word = option->argument;

	if (option_has_word(option, choice, parser->options->command))
		return true;
	for (unsigned index = 0; index < choice; index++)
		word += strcspn(word, "|") + 1;
	error_set(parser->error, MIGRATE_E_USAGE, "%s has no --%s %.*s", command->name,
		option->name, (int)strcspn(word, "|"), word);
	return error_hint(parser->error, "That belongs to %s; here it is one of %s.",
		command_names(parser, option->words[choice]), words_of(parser, option));
}

static bool has_word(const char *words, const char *word)
{
	static const char between[] = " ,|";

	for (size_t length; *words; words += length + strspn(words + length, between)) {
		length = strcspn(words, between);
		if (strlen(word) == length && !strncmp(words, word, length))
			return true;
	}
	return false;
}

/* Of a command with actions, "db wait": what is no action at all the command tells. */
static bool check_action(
	struct parser *parser, const struct option *option, const struct command *command)
{
	const struct migrate_list *given = &parser->options->arguments;
	const char *action = given->count ? given->item[0] : "";

	if (has_word(option->actions, action) || !has_word(command->arguments, action))
		return true;
	error_set(parser->error, MIGRATE_E_USAGE, "%s %s has no option --%s", command->name, action,
		option->name);
	return error_hint(parser->error, "%s takes it with: %s.", command->name, option->actions);
}

/* The options that were given and those that are missing. */
static bool check_options(struct parser *parser, const struct command *command)
{
	uint32_t bit = UINT32_C(1) << parser->options->command;
	size_t count;
	const struct option *table = options_table(&count);

	for (size_t i = 0; i < count; i++) {
		bool given = parser->options->given & UINT64_C(1) << i;

		if (given && !(table[i].commands & bit)) {
			error_set(parser->error, MIGRATE_E_USAGE, "%s has no option --%s",
				command->name, table[i].name);
			return error_hint(parser->error,
				"It belongs to %s; \"migrate help %s\" lists those of %s.",
				command_names(parser, table[i].commands), command->name,
				command->name);
		}
		if (given && table[i].kind == OPTION_CHOICE &&
			!check_choice(parser, &table[i], command))
			return false;
		if (given && table[i].actions && !check_action(parser, &table[i], command))
			return false;
		if (!given && table[i].required & bit)
			return error_set(parser->error, MIGRATE_E_USAGE, "%s needs %s%s %s",
				command->name, table[i].letter ? "-" : "--",
				table[i].letter ? (char[2]){table[i].letter} : table[i].name,
				table[i].argument);
	}
	return true;
}

static bool check_arguments(struct parser *parser, const struct command *command)
{
	const struct migrate_list *given = &parser->options->arguments;

	if (given->count < command->least)
		return error_set(parser->error, MIGRATE_E_USAGE, "%s needs %s", command->name,
			command->arguments);
	if (given->count > command->most && command->most)
		return error_set(parser->error, MIGRATE_E_USAGE,
			"%s takes one argument; \"%s\" is one too many", command->name,
			given->item[command->most]);
	if (given->count > command->most)
		return error_set(parser->error, MIGRATE_E_USAGE, "%s takes no argument: \"%s\"",
			command->name, given->item[0]);
	return true;
}

static bool check_combinations(struct parser *parser)
{
	const struct options *options = parser->options;

	if (options->quiet && options->verbose)
		return error_set(
			parser->error, MIGRATE_E_USAGE, "--quiet and --verbose exclude each other");
	if (options->sql && options->dry_run)
		return error_set(
			parser->error, MIGRATE_E_USAGE, "--sql and --dry-run exclude each other");
	if (options->sql && options->format == FORMAT_JSON)
		return error_set(parser->error, MIGRATE_E_USAGE,
			"--sql prints a script, which has no JSON form");
	if ((options->plan || options->plan_out) &&
		(options->sql || (options->plan && options->plan_out)))
		return error_set(parser->error, MIGRATE_E_USAGE,
			"--plan, --plan-out and --sql exclude one another");
	if (options->plan && (options->arguments.count || options->cascade || options->from_log))
		return error_set(parser->error, MIGRATE_E_USAGE,
			"--plan takes the target, --cascade and --from-log from its file");
	if (options->graph && options->format == FORMAT_JSON)
		return error_set(parser->error, MIGRATE_E_USAGE,
			"--graph draws, which has no JSON form; without it the JSON has all edges");
	return true;
}

static void check(struct parser *parser)
{
	const struct options *options = parser->options;
	const struct command *command = command_of(options->command);

	if (parser->unknown) {
		command_unknown(parser->unknown, parser->error);
		return;
	}
	if (options->help || options->version || options->dump_options || !options->command)
		return;
	if (check_options(parser, command) && check_arguments(parser, command))
		check_combinations(parser);
	if (parser->error->code)
		error_hint(
			parser->error, "\"migrate help %s\" tells how it is used.", command->name);
}

bool options_parse(struct arena *arena, struct options *options, int argc, char *const *argv,
	struct migrate_error *error)
{
	struct parser parser = {.arena = arena,
		.options = options,
		.argv = argv,
		.argc = argc,
		.next = 1,
		.error = error};

	memset(options, 0, sizeof *options);
	read_words(&parser);
	check(&parser);
	if (error->code)
		error_hint(error, "\"migrate help\" tells how it is used.");
	return !error->code;
}
