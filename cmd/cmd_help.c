/* help: the same as --help, for a command or the program. */
#include "command.h"

int cmd_help(struct context *context, struct migrate_error *error)
{
	const char *word = command_argument(context, 0);
	enum command_id id = word ? command_find(word) : COMMAND_NONE;

	if (word && id == COMMAND_NONE)
		command_unknown(word, error);
	else
		help_add(&context->report.out.text, id);
	return 0;
}
