/* rebase: unmerged revisions put on the head. */
#include "command.h"

int cmd_rebase(struct context *context, struct migrate_error *error)
{
	struct migrate_rebase rebase = {
		.revision = command_argument(context, 0),
		.onto = context->options.onto,
	};

	if (migrate_rebase(context->migrate, &rebase, error))
		context->report.format->rebase(&context->report, &rebase);
	return 0;
}
