/* show: one revision in full, or those that `current` and `heads` name. */
#include "command.h"

int cmd_show(struct context *context, struct migrate_error *error)
{
	return command_list(context, MIGRATE_SHOW, command_argument(context, 0), error);
}
