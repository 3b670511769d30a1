/* squash: one revision in place of many. */
#include "command.h"

int cmd_squash(struct context *context, struct migrate_error *error)
{
	const struct options *options = &context->options;
	struct migrate_squash squash = {
		.range = command_argument(context, 0),
		.message = options->message,
		.revision_id = options->revision_id,
		.concat = options->concat,
	};

	if (!migrate_squash(context->migrate, &squash, error))
		return 0;
	context->report.format->squash(&context->report, &squash);
	return command_follow_new(context, squash.file, error);
}
