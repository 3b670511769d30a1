/* doctor: what is right, what is odd, and what to do about it. */
#include "command.h"

int cmd_doctor(struct context *context, struct migrate_error *error)
{
	struct migrate_diagnosis diagnosis;

	if (!migrate_doctor(context->migrate, &diagnosis, error))
		return 0;
	context->report.format->diagnosis(&context->report, &diagnosis);
	return diagnosis.levels[MIGRATE_LEVEL_PROBLEM] ? migrate_error_status(MIGRATE_E_CHECK) : 0;
}
