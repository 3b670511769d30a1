/* command: what several commands share. */
#include "command.h"

#include "program.h"

const char *command_argument(const struct context *context, size_t index)
{
	const struct migrate_list *arguments = &context->options.arguments;

	return index < arguments->count ? arguments->item[index] : NULL;
}

int command_list(struct context *context, enum migrate_listing listing, const char *range,
	struct migrate_error *error)
{
	bool asked = context->options.indicate_current;
	struct migrate_revisions revisions;
	struct migrate_status status;

	if (!migrate_list(context->migrate, listing, range, asked, &revisions, error))
		return 0;
	if (asked && !migrate_status(context->migrate, false, &status, error))
		return 0;
	context->report.format->revisions(
		&context->report, listing, &revisions, asked ? &status : NULL);
	return 0;
}

int command_finish_new(
	struct context *context, const char *id, const char *file, struct migrate_error *error)
{
	struct migrate_list hooks = migrate_project(context->migrate).hooks;
	struct report_files files = {.id = id, .made = {&file, 1}};

	context->report.format->files(&context->report, &files);
	for (size_t i = 0; i < hooks.count; i++)
		if (!program_hook(&context->arena, hooks.item[i], file, error))
			return 0;
	if (context->options.edit)
		program_editor(&context->arena, &files.made, error);
	return 0;
}

bool command_write(const char *text, size_t size, void *stream)
{
	enum { PIECE = 1 << 16 };
	struct stream *out = stream;

	str_add_bytes(&out->text, text, size);
	return out->text.size < PIECE || stream_flush(out);
}

void command_end_write(struct context *context, struct migrate_error *error)
{
	if (context->report.out.failure)
		migrate_error_clear(error);
}
