/* testdb: test databases: create, drop, prune, and exec, which does all around a command.
 *
 * Surprising: exec's status is the command's own; that its database could not be dropped is a
 * warning, for it says nothing about the tests. */
#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "command.h"
#include "program.h"
#include "signals.h"

static const char *action(const struct context *context)
{
	return context->options.arguments.item[0];
}

static void report(struct context *context, const struct report_testdb *testdb)
{
	context->report.format->testdb(&context->report, testdb);
}

static int create(struct context *context, struct migrate_error *error)
{
	struct migrate_testdb made;

	if (migrate_testdb_create(context->migrate, &made, error))
		report(context, &(struct report_testdb){.action = action(context), .made = &made});
	return 0;
}

static int drop(struct context *context, struct migrate_error *error)
{
	bool dropped;

	if (migrate_testdb_drop(context->migrate, command_argument(context, 1), &dropped, error))
		report(context, &(struct report_testdb){.action = action(context)});
	return 0;
}

static int prune(struct context *context, struct migrate_error *error)
{
	struct migrate_list dropped;
	bool good = migrate_testdb_prune(
		context->migrate, context->options.older_than, &dropped, error);

	if (good || dropped.count)
		report(context,
			&(struct report_testdb){.action = action(context), .dropped = &dropped});
	return 0;
}

static void warn(struct context *context, const char *name, const struct migrate_error *error)
{
	struct migrate_event event = {.kind = MIGRATE_WARNING,
		.text = arena_printf(&context->arena,
			"database \"%s\" was left for \"migrate testdb prune\": %s", name,
			error->message)};

	report_event_text(&context->report, &event);
}

/* What is printed is the command's. */
static bool can_exec(const struct options *options, struct migrate_error *error)
{
	if (options->arguments.count < 2) {
		error_set(error, MIGRATE_E_USAGE, "testdb exec needs a command");
		return error_hint(
			error, "Write it behind two dashes: migrate testdb exec -- pytest -x.");
	}
	if (options->format != FORMAT_JSON)
		return true;
	error_set(error, MIGRATE_E_USAGE,
		"testdb exec has no JSON: what is printed is the command's");
	return error_hint(error, "Leave --format out, or use testdb create and drop.");
}

/* The words behind exec, as execvp takes them. */
static int exec(struct context *context, struct migrate_error *error)
{
	const struct migrate_list *words = &context->options.arguments;
	struct migrate_error failure = {0};
	struct migrate_testdb made;
	bool dropped;
	int status;

	if (!can_exec(&context->options, error))
		return 0;
	if (!migrate_testdb_create(context->migrate, &made, error))
		return 0;
	setenv("DATABASE_URL", made.url, 1);
	setenv("TEST_DATABASE_URL", made.url, 1);
	stream_erase(&context->report.err);
	status = program_exec(words->item + 1, error);
	if (!migrate_testdb_drop(context->migrate, made.name, &dropped, &failure))
		warn(context, made.name, &failure);
	migrate_error_clear(&failure);
	return status;
}

int cmd_testdb(struct context *context, struct migrate_error *error)
{
	static const char *const names[] = {"create", "drop", "exec", "prune"};
	static const struct {
		command_function *run;
		size_t most; /* arguments */
	} actions[] = {{create, 0}, {drop, 1}, {exec, SIZE_MAX}, {prune, 0}};
	enum { COUNT = sizeof names / sizeof *names };
	const struct migrate_list *given = &context->options.arguments;

	for (size_t i = 0; i < COUNT; i++) {
		if (strcmp(names[i], action(context)) != 0)
			continue;
		if (given->count - 1 <= actions[i].most)
			return actions[i].run(context, error);
		error_set(error, MIGRATE_E_USAGE, "testdb %s: \"%s\" is one argument too many",
			action(context), given->item[actions[i].most + 1]);
		return 0;
	}
	command_refuse_action(context, "testdb", names, COUNT, error);
	return 0;
}
