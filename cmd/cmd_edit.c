/* edit: open revisions in the editor; `current` and `heads` may be several. */
#include "command.h"
#include "program.h"

int cmd_edit(struct context *context, struct migrate_error *error)
{
	struct migrate_revisions revisions;
	struct report_files files = {0};
	bool json = context->options.format == FORMAT_JSON;
	const char **paths;

	if (!migrate_list(context->migrate, MIGRATE_SHOW, command_argument(context, 0), false,
		    &revisions, error))
		return 0;
	paths = ARENA_ARRAY(&context->arena, revisions.count, const char *);
	for (size_t i = 0; i < revisions.count; i++)
		paths[i] = revisions.item[i]->file;
	files.made = (struct migrate_list){paths, revisions.count};
	if (program_editor(&context->arena, &files.made, json, error) && json)
		context->report.format->files(&context->report, &files);
	return 0;
}
