/* options_check: whether the options and arguments that were given go with the command and with one
 * another. Knows few options by name: those that exclude each other. */
#include <string.h>

#include "base/error.h"
#include "options.h"

struct checking {
	struct arena *arena;
	const struct options *options;
	struct migrate_error *error;
};

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
static const char *command_names(const struct checking *checking, uint32_t commands)
{
	const char *text = "";

	for (int id = COMMAND_NONE + 1; id < COMMAND_COUNT; id++)
		if (commands & UINT32_C(1) << id)
			text = arena_printf(checking->arena, "%s%s\"%s\"", text, *text ? ", " : "",
				command_of((enum command_id)id)->name);
	return text;
}

/* A word of a choice that is not for this command. */
static bool check_choice(
	const struct checking *checking, const struct option *option, const struct command *command)
{
	unsigned choice = *(const unsigned *)((const char *)checking->options + option->offset);
	const char *word = option->argument;

	if (option_has_word(option, choice, checking->options->command))
		return true;
	for (unsigned index = 0; index < choice; index++)
		word += strcspn(word, "|") + 1;
	error_set(checking->error, MIGRATE_E_USAGE, "%s has no --%s %.*s", command->name,
		option->name, (int)strcspn(word, "|"), word);
	return error_hint(checking->error, "That belongs to %s; here it is one of %s.",
		command_names(checking, option->words[choice]),
		option_words(checking->arena, option, checking->options->command));
}

/* Of a command with actions, "db wait": what is no action at all the command tells. */
static bool check_action(
	const struct checking *checking, const struct option *option, const struct command *command)
{
	if (option_has_action(option, checking->options))
		return true;
	error_set(checking->error, MIGRATE_E_USAGE, "%s %s has no option --%s", command->name,
		checking->options->arguments.item[0], option->name);
	return error_hint(checking->error, "%s takes it with: %s.", command->name, option->actions);
}

/* The options that were given and those that are missing. */
static bool check_options(const struct checking *checking, const struct command *command)
{
	uint32_t bit = UINT32_C(1) << checking->options->command;
	size_t count;
	const struct option *table = options_table(&count);

	for (size_t i = 0; i < count; i++) {
		bool given = checking->options->given & UINT64_C(1) << i;

		if (given && !(table[i].commands & bit)) {
			error_set(checking->error, MIGRATE_E_USAGE, "%s has no option --%s",
				command->name, table[i].name);
			return error_hint(checking->error,
				"It belongs to %s; \"migrate help %s\" lists those of %s.",
				command_names(checking, table[i].commands), command->name,
				command->name);
		}
		if (given && table[i].kind == OPTION_CHOICE &&
			!check_choice(checking, &table[i], command))
			return false;
		if (given && !check_action(checking, &table[i], command))
			return false;
		if (!given && table[i].required & bit)
			return error_set(checking->error, MIGRATE_E_USAGE, "%s needs %s%s %s",
				command->name, table[i].letter ? "-" : "--",
				table[i].letter ? (char[2]){table[i].letter} : table[i].name,
				table[i].argument);
	}
	return true;
}

static bool check_arguments(const struct checking *checking, const struct command *command)
{
	const struct migrate_list *given = &checking->options->arguments;

	if (given->count < command->least)
		return error_set(checking->error, MIGRATE_E_USAGE, "%s needs %s", command->name,
			command->arguments);
	if (given->count > command->most && command->most)
		return error_set(checking->error, MIGRATE_E_USAGE,
			"%s takes one argument; \"%s\" is one too many", command->name,
			given->item[command->most]);
	if (given->count > command->most)
		return error_set(checking->error, MIGRATE_E_USAGE, "%s takes no argument: \"%s\"",
			command->name, given->item[0]);
	return true;
}

static bool check_combinations(const struct checking *checking)
{
	const struct options *options = checking->options;

	if (options->quiet && options->verbose)
		return error_set(checking->error, MIGRATE_E_USAGE,
			"--quiet and --verbose exclude each other");
	if (options->sql && options->dry_run)
		return error_set(
			checking->error, MIGRATE_E_USAGE, "--sql and --dry-run exclude each other");
	if (options->sql && options->format == FORMAT_JSON)
		return error_set(checking->error, MIGRATE_E_USAGE,
			"--sql prints a script, which has no JSON form");
	if ((options->plan || options->plan_out) &&
		(options->sql || (options->plan && options->plan_out)))
		return error_set(checking->error, MIGRATE_E_USAGE,
			"--plan, --plan-out and --sql exclude one another");
	if (options->plan && (options->arguments.count || options->cascade || options->from_log))
		return error_set(checking->error, MIGRATE_E_USAGE,
			"--plan takes the target, --cascade and --from-log from its file");
	if (options->graph && options->format == FORMAT_JSON)
		return error_set(checking->error, MIGRATE_E_USAGE,
			"--graph draws, which has no JSON form; without it the JSON has all edges");
	return true;
}

void options_check(struct arena *arena, const struct options *options, struct migrate_error *error)
{
	const struct checking checking = {arena, options, error};
	const struct command *command = command_of(options->command);

	if (options->help || options->version || options->dump_options || !options->command)
		return;
	if (check_options(&checking, command) && check_arguments(&checking, command))
		check_combinations(&checking);
	if (error->code)
		error_hint(error, "\"migrate help %s\" tells how it is used.", command->name);
}
