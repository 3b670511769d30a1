/* resume: what became of the statement at which a revision stopped half way. */
#include "base/error.h"
#include "command.h"

int cmd_resume(struct context *context, struct migrate_error *error)
{
	const struct options *options = &context->options;
	struct migrate_plan *plan;
	bool done;

	if (options->retry == options->skip) {
		error_set(error, MIGRATE_E_USAGE, "resume needs one of --retry and --skip");
		error_hint(error,
			"Look whether the statement took effect: --skip takes it as done, "
			"--retry runs it again.");
		return 0;
	}
	done = migrate_resume(
		context->migrate, command_argument(context, 0), options->skip, &plan, error);
	if (done || plan->count)
		context->report.format->plan(&context->report, plan, !done);
	return 0;
}
