/* db: the database itself: create, drop, wait, reset.
 *
 * Surprising: what destroys asks only where somebody can answer; a script says --yes. */
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/error.h"
#include "command.h"
#include "signals.h"

static bool answer_is_yes(void)
{
	char line[16] = "";

	return fgets(line, sizeof line, stdin) && (!strcmp(line, "y\n") || !strcmp(line, "yes\n"));
}

/* What is protected is not asked about: the library refuses it. */
static bool confirm(struct context *context, struct migrate_error *error)
{
	struct migrate_project project = migrate_project(context->migrate);
	struct stream *err = &context->report.err;

	if (context->options.yes || project.is_protected || !project.database)
		return true;
	if (isatty(0) && err->is_terminal) {
		str_add(&err->text, "Drop the database ");
		stream_add(err, STYLE_STRONG, project.database);
		str_add(&err->text, " and all that is in it? [y/N] ");
		stream_flush(err);
		if (answer_is_yes())
			return true;
		if (signals_stopping())
			return error_set(error, MIGRATE_E_INTERRUPTED, "interrupted");
		return error_set(error, MIGRATE_E_REFUSED, "nothing was dropped");
	}
	error_set(error, MIGRATE_E_REFUSED, "%s destroys the database, and nobody can be asked",
		context->options.arguments.item[0]);
	return error_hint(error, "Use --yes.");
}

static void report(struct context *context, bool changed)
{
	struct report_database database = {.action = context->options.arguments.item[0],
		.database = migrate_project(context->migrate).database,
		.changed = changed};

	context->report.format->database(&context->report, &database);
}

static void create(struct context *context, struct migrate_error *error)
{
	bool created;

	if (migrate_database_create(context->migrate, &created, error))
		report(context, created);
}

static void drop(struct context *context, struct migrate_error *error)
{
	bool dropped;

	if (confirm(context, error) &&
		migrate_database_drop(context->migrate, context->options.force, &dropped, error))
		report(context, dropped);
}

static void wait_for(struct context *context, struct migrate_error *error)
{
	if (migrate_database_wait(
		    context->migrate, context->options.timeout, context->options.for_head, error))
		report(context, false);
}

static void reset(struct context *context, struct migrate_error *error)
{
	struct migrate_request request = {
		.direction = MIGRATE_UPGRADE, .target = "heads", .once = true};
	struct migrate_revisions heads;
	struct migrate_plan *plan;
	bool changed, done;

	/* Scripts that cannot be read must not cost the database. */
	if (!confirm(context, error) ||
		!migrate_list(context->migrate, MIGRATE_HEADS, NULL, false, &heads, error) ||
		!migrate_database_drop(context->migrate, context->options.force, &changed, error) ||
		!migrate_database_create(context->migrate, &changed, error))
		return;
	report(context, true);
	if (!migrate_plan(context->migrate, &request, &plan, error))
		return;
	done = migrate_apply(context->migrate, plan, error);
	context->report.format->plan(&context->report, plan, !done);
}

int cmd_db(struct context *context, struct migrate_error *error)
{
	static const char *const names[] = {"create", "drop", "wait", "reset"};
	static void (*const actions[])(struct context * context, struct migrate_error * error) = {
		create, drop, wait_for, reset};
	enum { COUNT = sizeof names / sizeof *names };

	for (size_t i = 0; i < COUNT; i++)
		if (!strcmp(names[i], command_argument(context, 0))) {
			actions[i](context, error);
			return 0;
		}
	command_refuse_action(context, "db", names, COUNT, error);
	return 0;
}
