/* verify: each downgrade is tried on a scratch database. What is found is shown as check does. */
#include "command.h"

int cmd_verify(struct context *context, struct migrate_error *error)
{
	struct migrate_verify verify = {
		.range = command_argument(context, 0), .data = context->options.data_file};

	if (!migrate_verify(context->migrate, &verify, error))
		return 0;
	context->report.format->verified(&context->report, &verify);
	return verify.findings.count ? migrate_error_status(MIGRATE_E_CHECK) : 0;
}
