/* init: a new project in the current directory, or where --config says. */
#include <stdlib.h>

#include "command.h"

struct made {
	struct context *context;
	const char **item;
	size_t count;
};

static void add_made(const char *path, void *context)
{
	struct made *made = context;
	const char **item = ARENA_ARRAY(&made->context->arena, made->count + 1, const char *);

	for (size_t i = 0; i < made->count; i++)
		item[i] = made->item[i];
	item[made->count++] = arena_strdup(&made->context->arena, path);
	made->item = item;
}

int cmd_init(struct context *context, struct migrate_error *error)
{
	const char *config = context->options.config, *variable = getenv("MIGRATE_CONFIG");
	struct made made = {.context = context};
	struct report_files files;

	if (!config && variable && *variable)
		config = variable;
	if (!migrate_init(config, command_argument(context, 0), add_made, &made, error))
		return 0;
	files = (struct report_files){.made = {made.item, made.count}};
	context->report.format->files(&context->report, &files);
	report_progress(&context->report,
		"next: set database_url in %s, then \"migrate revision -m MESSAGE\"",
		config ? "it" : "migrator.yaml");
	return 0;
}
