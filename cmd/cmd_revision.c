/* revision: a new script from the template, or one that leads to the desired schema. */
#include "base/error.h"
#include "command.h"

static int autogenerate(
	struct context *context, const struct migrate_new *request, struct migrate_error *error)
{
	struct migrate_autogenerate generated = {
		.revision = *request, .allow_destructive = context->options.allow_destructive};

	if (!migrate_autogenerate(context->migrate, &generated, error))
		return 0;
	context->report.format->generated(&context->report, &generated);
	return generated.file ? command_follow_new(context, generated.file, error) : 0;
}

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

	if (options->autogenerate)
		return autogenerate(context, &request, error);
	if (options->allow_destructive)
		return error_set(error, MIGRATE_E_USAGE,
			"--allow-destructive makes sense with --autogenerate only");
	if (!migrate_new_revision(context->migrate, &request, &id, &file, error))
		return 0;
	return command_finish_new(context, id, file, error);
}
