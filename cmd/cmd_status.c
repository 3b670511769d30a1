/* status: where the database stands, all of it. */
#include "command.h"

int cmd_status(struct context *context, struct migrate_error *error)
{
	struct migrate_status status;

	if (migrate_status(context->migrate, true, &status, error))
		context->report.format->status(&context->report, &status);
	return 0;
}
