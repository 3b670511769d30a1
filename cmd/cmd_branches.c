/* branches: the revisions that branches start from. */
#include "command.h"

int cmd_branches(struct context *context, struct migrate_error *error)
{
	return command_list(context, MIGRATE_BRANCHES, NULL, error);
}
