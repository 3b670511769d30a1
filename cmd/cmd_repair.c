/* repair: what was changed since a run, scripts or the schema, counts as it is now. */
#include "command.h"

int cmd_repair(struct context *context, struct migrate_error *error)
{
	const struct options *options = &context->options;
	struct migrate_repair repair = {
		.targets = options->arguments.item,
		.count = options->arguments.count,
		.all = options->all,
		.schema = options->schema,
		.dry_run = options->dry_run,
	};

	if (migrate_repair(context->migrate, &repair, error))
		context->report.format->repair(&context->report, &repair);
	return 0;
}
