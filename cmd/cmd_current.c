/* current: the rows of the version table; with --check-heads also a verdict. */
#include "command.h"

int cmd_current(struct context *context, struct migrate_error *error)
{
	struct migrate_status status;

	if (!migrate_status(context->migrate, false, &status, error))
		return 0;
	context->report.format->current(&context->report, &status);
	if (context->options.check_heads && !status.up_to_date)
		return migrate_error_status(MIGRATE_E_CHECK);
	return 0;
}
