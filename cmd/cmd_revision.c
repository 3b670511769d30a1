/* revision: a new script from the template. */
#include "command.h"

int cmd_revision(struct context *context, struct migrate_error *error)
{
	const struct options *options = &context->options;
	struct migrate_new request = {
		.message = options->message,
		.heads = options->heads,
		.splice = options->splice,
		.branch_label = options->branch_label,
		.depends_on = options->depends_on,
		.revision_id = options->revision_id,
		.version_path = options->version_path,
	};
	const char *id, *file;

	if (!migrate_new_revision(context->migrate, &request, &id, &file, error))
		return 0;
	return command_finish_new(context, id, file, error);
}
