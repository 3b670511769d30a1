/* history: revisions, newest first. */
#include "command.h"

int cmd_history(struct context *context, struct migrate_error *error)
{
	return command_list(context, MIGRATE_HISTORY, context->options.range, error);
}
