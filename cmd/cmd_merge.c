/* merge: a new script that joins heads. */
#include "command.h"

int cmd_merge(struct context *context, struct migrate_error *error)
{
	const struct options *options = &context->options;
	struct migrate_new request = {
		.message = options->message,
		.heads = options->arguments,
		.splice = options->splice,
		.branch_label = options->branch_label,
		.revision_id = options->revision_id,
		.no_scratch = options->no_scratch,
	};
	const char *id, *file;

	if (!migrate_merge(context->migrate, &request, &id, &file, error))
		return 0;
	return command_finish_new(context, id, file, error);
}
