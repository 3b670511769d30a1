/* stamp: set the rows of the version table without running scripts. */
#include "command.h"

int cmd_stamp(struct context *context, struct migrate_error *error)
{
	const struct migrate_list *targets = &context->options.arguments;
	struct migrate_stamp stamp = {
		.targets = targets->item,
		.count = targets->count,
		.purge = context->options.purge,
	};

	if (context->options.sql) {
		migrate_stamp_sql(
			context->migrate, &stamp, command_write, &context->report.out, error);
		command_end_write(context, error);
	} else if (migrate_stamp(context->migrate, &stamp, error)) {
		context->report.format->stamp(&context->report, &stamp);
	}
	return 0;
}
