/* heads: the newest revision of every branch. */
#include "command.h"

int cmd_heads(struct context *context, struct migrate_error *error)
{
	bool all_edges = context->options.resolve_dependencies;

	return command_list(context, all_edges ? MIGRATE_REAL_HEADS : MIGRATE_HEADS, NULL, error);
}
