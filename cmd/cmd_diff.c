/* diff: two schemas, object by object and as SQL. */
#include "command.h"

int cmd_diff(struct context *context, struct migrate_error *error)
{
	struct migrate_diff diff = {
		.from = command_argument(context, 0), .to = command_argument(context, 1)};

	if (!migrate_diff(context->migrate, &diff, error))
		return 0;
	context->report.format->diff(&context->report, &diff);
	return diff.changes.count ? migrate_error_status(MIGRATE_E_CHECK) : 0;
}
