/* graph: the revisions as a drawing, a picture or a page. */
#include "command.h"

int cmd_graph(struct context *context, struct migrate_error *error)
{
	return command_list(context, MIGRATE_HISTORY, context->options.range, error);
}
