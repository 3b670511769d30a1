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
		option->name, option_words(parser->arena, option, parser->options->command),
		looks_like_url(value) ? "..." : value);
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
	if (parser.unknown)
		command_unknown(parser.unknown, error);
	else
		options_check(arena, options, error);
	if (error->code)
		error_hint(error, "\"migrate help\" tells how it is used.");
	return !error->code;
}
