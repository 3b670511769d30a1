/* check: what is wrong before it hurts, for CI. */
#include "command.h"

static unsigned checks_of(const struct options *options)
{
	unsigned checks = 0;

	checks |= options->check_one_head ? MIGRATE_CHECK_HEADS : 0U;
	checks |= options->check_scripts ? MIGRATE_CHECK_SCRIPTS : 0U;
	checks |= options->check_database ? MIGRATE_CHECK_DATABASE : 0U;
	checks |= options->schema ? MIGRATE_CHECK_SCHEMA : 0U;
	checks |= options->check_drift ? MIGRATE_CHECK_DRIFT : 0U;
	checks |= options->check_changes ? MIGRATE_CHECK_CHANGES : 0U;
	checks |= options->check_merge ? MIGRATE_CHECK_MERGE : 0U;
	checks |= options->since ? MIGRATE_CHECK_SINCE : 0U;
	return checks ? checks : MIGRATE_CHECK_ALL;
}

int cmd_check(struct context *context, struct migrate_error *error)
{
	struct migrate_findings findings;

	if (!migrate_check_since(context->migrate, checks_of(&context->options),
		    context->options.since, &findings, error))
		return 0;
	context->report.format->findings(&context->report, &findings);
	return findings.count ? migrate_error_status(MIGRATE_E_CHECK) : 0;
}
