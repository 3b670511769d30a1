/* dump: the schema on standard output, or compared with a file. */
#include <fcntl.h>
#include <string.h>

#include "base/file.h"
#include "command.h"

enum { FILE_LIMIT = 256 * 1024 * 1024 };

int cmd_dump(struct context *context, struct migrate_error *error)
{
	const char *file = context->options.check_file;
	struct migrate_dump dump = {.expected_name = file};

	if (file) {
		dump.expected = file_read(&context->arena, AT_FDCWD, file, file, FILE_LIMIT,
			&dump.expected_size, MIGRATE_E_USAGE, error);
		if (!dump.expected)
			return 0;
	}
	if (!migrate_dump(context->migrate, &dump, error))
		return 0;
	context->report.format->dump(&context->report, &dump);
	return dump.diff ? migrate_error_status(MIGRATE_E_CHECK) : 0;
}
