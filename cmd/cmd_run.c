/* upgrade and downgrade: make a plan, then show it (--dry-run), write it as SQL (--sql) or for
 * approval (--plan-out), or run it.
 *
 * Surprising: the plan is reported after a failure too, since its steps say what was applied. */
#include <string.h>

#include "base/error.h"
#include "command.h"
#include "plan_file.h"

static bool refuse_range(const struct migrate_request *request, struct migrate_error *error)
{
	if (!request->target || !strchr(request->target, ':'))
		return true;
	error_set(error, MIGRATE_E_USAGE, "the range \"%s\" is only for --sql", request->target);
	return error_hint(error, "A run starts where the database stands: give the target alone.");
}

static int write_sql(
	struct context *context, const struct migrate_request *request, struct migrate_error *error)
{
	migrate_sql(context->migrate, request, command_write, &context->report.out, error);
	command_end_write(context, error);
	return 0;
}

static int run(
	struct context *context, enum migrate_direction direction, struct migrate_error *error)
{
	const struct options *options = &context->options;
	struct plan_file *file = NULL;
	struct migrate_request request = {
		.direction = direction,
		.target = command_argument(context, 0),
		.cascade = options->cascade,
		.dry_run = options->dry_run || options->plan_out,
		.strict = options->strict,
		.from_log = options->from_log,
	};
	struct migrate_plan *plan;
	bool done;

	if (options->sql)
		return write_sql(context, &request, error);
	if ((options->plan && !plan_file_read(context, options->plan, &request, &file, error)) ||
		!refuse_range(&request, error) ||
		!migrate_plan(context->migrate, &request, &plan, error) ||
		(file && !plan_file_check(context, file, plan, error)) ||
		(options->plan_out && !plan_file_write(context, options->plan_out, plan, error)))
		return 0;
	if (options->plan_out && plan_file_is_output(options->plan_out)) {
		command_end_write(context, error);
		return 0;
	}
	done = request.dry_run || migrate_apply(context->migrate, plan, error);
	context->report.format->plan(&context->report, plan, !done);
	return 0;
}

int cmd_upgrade(struct context *context, struct migrate_error *error)
{
	return run(context, MIGRATE_UPGRADE, error);
}

int cmd_downgrade(struct context *context, struct migrate_error *error)
{
	return run(context, MIGRATE_DOWNGRADE, error);
}
