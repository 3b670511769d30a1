/* locks: which run is under way, who waits for it, and who is in its way. */
#include "command.h"

int cmd_locks(struct context *context, struct migrate_error *error)
{
	struct migrate_locks locks;

	if (migrate_locks(context->migrate, &locks, error))
		context->report.format->locks(&context->report, &locks);
	return 0;
}
