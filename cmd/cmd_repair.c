/* repair: scripts that were edited since they were applied count as they are now. */
#include "command.h"

int cmd_repair(struct context *context, struct migrate_error *error)
{
	const struct options *options = &context->options;
	struct migrate_repair repair = {
		.targets = options->arguments.item,
		.count = options->arguments.count,
		.all = options->all,
		.dry_run = options->dry_run,
	};

	if (migrate_repair(context->migrate, &repair, error))
		context->report.format->repair(&context->report, &repair);
	return 0;
}
