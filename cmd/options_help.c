/* options_help: the table as help for people and as lines for programs. */
#include <string.h>

#include "options.h"

enum { COLUMN = 30 }; /* where explanations begin */

static void add_row(struct str *text, const char *left, const char *right)
{
	int room = COLUMN - 2;

	if ((int)strlen(left) > room - 2)
		str_printf(text, "  %s\n%*s%s\n", left, COLUMN, "", right);
	else
		str_printf(text, "  %-*s%s\n", room, left, right);
}

static void add_option(struct str *text, const struct option *option, enum command_id command)
{
	struct str left = {0};

	if (option->letter)
		str_printf(&left, "-%c, ", option->letter);
	else
		str_add(&left, "    ");
	str_printf(&left, "--%s", option->name);
	if (option->argument)
		str_add_char(&left, ' ');
	if (option->argument && option->kind == OPTION_CHOICE)
		option_add_words(&left, option, command);
	else if (option->argument)
		str_add(&left, option->argument);
	add_row(text, str_text(&left), option->help);
	str_release(&left);
}

/* Those whose set of commands has the bits and is, or is not, that of all commands. */
static bool add_options(
	struct str *text, const char *heading, enum command_id command, bool everywhere)
{
	uint32_t bit = command ? UINT32_C(1) << command : UINT32_MAX;
	size_t count;
	const struct option *table = options_table(&count);
	bool any = false;

	for (size_t i = 0; i < count; i++) {
		if (!table[i].help || !(table[i].commands & bit) ||
			(table[i].commands == UINT32_MAX) != everywhere)
			continue;
		if (!any)
			str_printf(text, "\n%s:\n", heading);
		any = true;
		add_option(text, &table[i], command);
	}
	return any;
}

static void add_commands(struct str *text)
{
	const char *group = "";

	for (int id = COMMAND_NONE + 1; id < COMMAND_COUNT; id++) {
		const struct command *command = command_of((enum command_id)id);

		if (!command->group)
			continue;
		if (strcmp(group, command->group) != 0)
			str_printf(text, "\n%s:\n", command->group);
		group = command->group;
		add_row(text, command->name, command->summary);
	}
}

static void add_program(struct str *text)
{
	str_add(text, "Usage: migrate [OPTION...] COMMAND [ARGUMENT...]\n\n"
		      "Schema migrations in plain SQL for SQLite and PostgreSQL.\n");
	add_commands(text);
	add_options(text, "Options of every command", COMMAND_NONE, true);
	str_add(text, "\n`migrate help COMMAND` tells more about a command, "
		      "`man migrate` everything.\n");
}

static void add_usage(struct str *text, enum command_id id)
{
	const struct command *command = command_of(id);
	size_t count;
	const struct option *table = options_table(&count);

	str_printf(text, "Usage: migrate %s", command->name);
	for (size_t i = 0; i < count; i++)
		if (table[i].required & UINT32_C(1) << id)
			str_printf(text, " -%c %s", table[i].letter, table[i].argument);
	str_printf(
		text, " [OPTION...]%s%s\n\n", *command->arguments ? " " : "", command->arguments);
}

void help_add(struct str *text, enum command_id id)
{
	const struct command *command = command_of(id);

	if (id == COMMAND_NONE) {
		add_program(text);
		return;
	}
	add_usage(text, id);
	str_printf(text, "%c%s.\n", command->summary[0] & ~0x20, command->summary + 1);
	if (command->details)
		str_printf(text, "\n%s", command->details);
	add_options(text, "Options", id, false);
	add_options(text, "Options of every command", id, true);
}

static void add_command_names(struct str *text, uint32_t commands)
{
	const char *separator = "";

	if (commands == UINT32_MAX) {
		str_add(text, "*");
		return;
	}
	for (int id = COMMAND_NONE + 1; id < COMMAND_COUNT; id++) {
		if (!(commands & UINT32_C(1) << id))
			continue;
		str_printf(text, "%s%s", separator, command_of((enum command_id)id)->name);
		separator = ",";
	}
}

void help_add_table(struct str *text)
{
	size_t count;
	const struct option *table = options_table(&count);

	for (int id = COMMAND_NONE + 1; id < COMMAND_COUNT; id++) {
		const struct command *command = command_of((enum command_id)id);

		str_printf(text, "command\t%s\t%s\t%s\n", command->name, command->arguments,
			command->summary);
	}
	for (size_t i = 0; i < count; i++) {
		if (!table[i].help)
			continue;
		str_printf(text, "option\t--%s\t", table[i].name);
		if (table[i].letter)
			str_printf(text, "-%c", table[i].letter);
		str_printf(text, "\t%s\t", table[i].argument ? table[i].argument : "");
		add_command_names(text, table[i].commands);
		str_printf(text, "\t%s\n", table[i].help);
	}
}
