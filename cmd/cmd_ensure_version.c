/* ensure-version: the two tables, and nothing else. */
#include "command.h"

int cmd_ensure_version(struct context *context, struct migrate_error *error)
{
	bool created;

	if (migrate_ensure_version(context->migrate, &created, error))
		context->report.format->ensured(&context->report, created);
	return 0;
}
