/* command: what several commands share. */
#include "command.h"

#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/error.h"
#include "base/mask.h"
#include "program.h"
#include "signals.h"

/* Who runs this, for the log. No getpwuid: it would load whatever nsswitch.conf names. */
static const char *user_at_host(struct arena *arena)
{
	const char *user = getenv("USER");
	char host[256] = "";

	if (!user || !*user)
		user = getenv("LOGNAME");
	if (!user || !*user)
		user = arena_printf(arena, "%lu", (unsigned long)getuid());
	if (gethostname(host, sizeof host - 1) != 0)
		host[0] = '\0';
	return arena_printf(arena, "%s@%s", user, *host ? host : "localhost");
}

static bool has_password(const char *url)
{
	struct str masked = {0};
	bool has;

	str_add_masked(&masked, url, strlen(url), false);
	has = strcmp(str_text(&masked), url) != 0;
	str_release(&masked);
	return has;
}

/* It is taken out of the arguments at once, but the system has shown them until then, and a shell
 * keeps them. */
void command_warn_of_argument(struct context *context)
{
	const struct options *options = &context->options;
	bool found = options->database_url && has_password(options->database_url);
	struct migrate_event event = {.kind = MIGRATE_WARNING,
		.text = "a password in the arguments can be seen by others: DATABASE_URL in the "
			"environment or in .env keeps it"};

	for (size_t i = 0; command_takes_urls(options->command) && i < options->arguments.count;
		i++)
		found = found || has_password(options->arguments.item[i]);
	if (found)
		report_on_event(&event, &context->report);
}

bool command_open(struct context *context, struct migrate_error *error)
{
	const struct options *options = &context->options;
	struct migrate_settings settings = {
		.config = options->config,
		.database_url = options->database_url,
		.environment = options->environment,
		.env_file = options->env_file,
		.environ = (const char *const *)environ,
		.user = user_at_host(&context->arena),
		.for_doctor = options->command == COMMAND_DOCTOR,
	};

	context->migrate = migrate_open(&settings, error);
	if (!context->migrate)
		return false;
	migrate_on_event(context->migrate, report_on_event, &context->report);
	if (context->report.ticks != TICKS_NONE)
		migrate_on_tick(context->migrate, report_on_tick, &context->report);
	signals_guard(context->migrate);
	return true;
}

const char *command_argument(const struct context *context, size_t index)
{
	const struct migrate_list *arguments = &context->options.arguments;

	return index < arguments->count ? arguments->item[index] : NULL;
}

void command_refuse_action(const struct context *context, const char *command,
	const char *const *names, size_t count, struct migrate_error *error)
{
	const char *given = command_argument(context, 0), *near = nearest_name(given, names, count);

	error_set(error, MIGRATE_E_USAGE, "%s has no action \"%s\"", command, given);
	if (near)
		error_hint(error, "Did you mean \"%s %s\"?", command, near);
	else
		error_hint(error, "\"migrate help %s\" tells how it is used.", command);
}

int command_list(struct context *context, enum migrate_listing listing, const char *range,
	struct migrate_error *error)
{
	bool asked = context->options.indicate_current;
	struct migrate_error unreachable = {0};
	struct migrate_revisions revisions;
	struct migrate_status status;

	/* JSON has marks for applied and current wherever the database can be asked; a text reader
	 * asks for them. */
	if (!asked && context->options.format == FORMAT_JSON)
		asked = migrate_status(context->migrate, false, &status, &unreachable);
	else if (asked && !migrate_status(context->migrate, false, &status, error))
		return 0;
	if (unreachable.code == MIGRATE_E_INTERRUPTED || unreachable.code == MIGRATE_E_TERMINATED)
		error_copy(error, &unreachable);
	migrate_error_clear(&unreachable);
	if (error->code)
		return 0;
	if (!migrate_list(context->migrate, listing, range, asked, &revisions, error))
		return 0;
	context->report.format->revisions(
		&context->report, listing, &revisions, asked ? &status : NULL);
	return 0;
}

int command_finish_new(
	struct context *context, const char *id, const char *file, struct migrate_error *error)
{
	struct report_files files = {.id = id, .made = {&file, 1}};

	context->report.format->files(&context->report, &files);
	return command_follow_new(context, file, error);
}

int command_follow_new(struct context *context, const char *file, struct migrate_error *error)
{
	struct migrate_list hooks = migrate_project(context->migrate).hooks;
	struct migrate_list made = {&file, 1};

	for (size_t i = 0; i < hooks.count; i++)
		if (!program_hook(&context->arena, hooks.item[i], file, error))
			return 0;
	if (context->options.edit)
		program_editor(&context->arena, &made, !context->report.out.is_terminal, error);
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
	int failure = context->report.out.failure, signal = signals_stopping();

	if (!failure)
		return;
	migrate_error_clear(error);
	if (failure == EINTR)
		error_set(error, signal == SIGTERM ? MIGRATE_E_TERMINATED : MIGRATE_E_INTERRUPTED,
			"interrupted");
}
