/* migrate: schema migrations in plain SQL for SQLite and PostgreSQL.
 *
 * The program is a thin skin: all work is the library's (lib/migrate.h). The files of cmd/:
 *
 *     main.c            finds the command, opens the project, shows the error, exit status
 *     options.c         the one table of commands and options
 *     options_parse.c   argv by that table
 *     options_help.c    help by that table
 *     cmd_*.c           one small file per command; cmd_run.c is upgrade and downgrade
 *     command.c         what several commands share
 *     complete.c        what may stand at the cursor, for completion in shells
 *     report.h          what is said: events, results, errors, in one of two formats
 *     report_text.c     results as text; report_event.c, report_error.c, report_revision.c,
 *                       report_status.c, report_diff.c, report_locks.c, report_graph.c too
 *     report_tick.c     what takes long; progress.c its words
 *     report_json.c     everything as one JSON document; json.c its values
 *     report_check_*.c  the findings of check as CI reads them; rules.c their ids
 *     report_doctor.c   the diagnosis of doctor, in both formats
 *     picture*.c        `graph` as DOT, Mermaid, SVG and HTML; markup.c what escapes their texts
 *     lanes.c           the layout of `history --graph`
 *     terminal.c        output streams: colour, width, failed writes
 *     pager.c           listings through less
 *     signals.c         Ctrl-C and friends
 *     program.c         hooks and the editor; program_exec.c a command in our place
 *
 * This file knows the process (argv, environment, descriptors, exit status) and no command.
 */
#include <malloc.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/error.h"
#include "command.h"
#include "signals.h"

static const struct {
	command_function *run;
	bool needs_project;
} commands[COMMAND_COUNT] = {
	[COMMAND_INIT] = {cmd_init, false},
	[COMMAND_REVISION] = {cmd_revision, true},
	[COMMAND_MERGE] = {cmd_merge, true},
	[COMMAND_REBASE] = {cmd_rebase, true},
	[COMMAND_SQUASH] = {cmd_squash, true},
	[COMMAND_EDIT] = {cmd_edit, true},
	[COMMAND_UPGRADE] = {cmd_upgrade, true},
	[COMMAND_DOWNGRADE] = {cmd_downgrade, true},
	[COMMAND_RESUME] = {cmd_resume, true},
	[COMMAND_STAMP] = {cmd_stamp, true},
	[COMMAND_VERIFY] = {cmd_verify, true},
	[COMMAND_DUMP] = {cmd_dump, true},
	[COMMAND_DIFF] = {cmd_diff, true},
	[COMMAND_REPAIR] = {cmd_repair, true},
	[COMMAND_ENSURE_VERSION] = {cmd_ensure_version, true},
	[COMMAND_STATUS] = {cmd_status, true},
	[COMMAND_LOCKS] = {cmd_locks, true},
	[COMMAND_CURRENT] = {cmd_current, true},
	[COMMAND_HISTORY] = {cmd_history, true},
	[COMMAND_GRAPH] = {cmd_graph, true},
	[COMMAND_HEADS] = {cmd_heads, true},
	[COMMAND_BRANCHES] = {cmd_branches, true},
	[COMMAND_SHOW] = {cmd_show, true},
	[COMMAND_CHECK] = {cmd_check, true},
	[COMMAND_DOCTOR] = {cmd_doctor, true},
	[COMMAND_DB] = {cmd_db, true},
	[COMMAND_TESTDB] = {cmd_testdb, true},
	[COMMAND_COMPLETION] = {cmd_completion, false},
	[COMMAND_HELP] = {cmd_help, false},
};

static void out_of_memory(void)
{
	static const char text[] = "migrate: error: out of memory\n";

	if (write(2, text, sizeof text - 1) < 0)
		_exit(migrate_error_status(MIGRATE_E_FILE));
	_exit(migrate_error_status(MIGRATE_E_FILE));
}

/* Everybody on the machine may read our argv: a URL is taken out of it as soon as it is read. */
static void hide_url(struct context *context, const char **url)
{
	const char *given = *url;

	*url = arena_strdup(&context->arena, given);
	memset((char *)given, '*', strlen(given));
}

static void hide_urls(struct context *context)
{
	struct options *options = &context->options;
	const char **word = (const char **)options->arguments.item;

	if (options->database_url)
		hide_url(context, &options->database_url);
	for (size_t i = 0; command_takes_urls(options->command) && i < options->arguments.count;
		i++)
		hide_url(context, &word[i]);
}

static void tell_project(struct context *context)
{
	struct migrate_project project = migrate_project(context->migrate);
	struct stream *err = &context->report.err;

	if (!context->options.verbose)
		return;
	str_add(&err->text, "config ");
	stream_add(err, STYLE_PLAIN, project.config);
	str_add(&err->text, project.environment ? ", environment " : "");
	stream_add(err, STYLE_PLAIN, project.environment ? project.environment : "");
	str_add(&err->text, ", database ");
	stream_add(err, STYLE_PLAIN, project.database ? project.database : "none");
	str_add_char(&err->text, '\n');
	stream_flush(err);
}

static int run_command(struct context *context, struct migrate_error *error)
{
	enum command_id id = context->options.command;
	int status;

	if (commands[id].needs_project) {
		if (!command_open(context, error))
			return 0;
		command_warn_of_argument(context);
		tell_project(context);
	}
	status = commands[id].run(context, error);
	/* Results are written after this, and a signal may end that at once. */
	signals_guard(NULL);
	migrate_close(context->migrate);
	return status;
}

/* What needs no command. */
static bool add_words(const struct options *options, struct str *out)
{
	if (options->version)
		str_printf(out, "migrate %s\n", migrate_version());
	else if (options->dump_options)
		help_add_table(out);
	else if (options->help)
		help_add(out, options->command);
	else
		return false;
	return true;
}

static int run(struct context *context, struct migrate_error *error)
{
	const struct options *options = &context->options;

	if (add_words(options, &context->report.out.text))
		return 0;
	if (options->command)
		return run_command(context, error);
	if (options->format == FORMAT_JSON)
		error_set(error, MIGRATE_E_USAGE, "no command given");
	else
		help_add(&context->report.err.text, COMMAND_NONE);
	return migrate_error_status(MIGRATE_E_USAGE);
}

/* A short life: fewer and larger requests to the kernel, while a thread may be loading a library,
 * save more time than the untouched pages cost (mallopt(3)). */
enum { HEAP_GROWTH = 1 << 20 };

int main(int argc, char **argv)
{
	struct context context = {0};
	struct migrate_error error = {0};
	int status = 0;
	bool parsed;

	mallopt(M_TOP_PAD, HEAP_GROWTH);
	terminal_guard_descriptors();
	arena_on_exhaustion(out_of_memory);
	signals_install();
	parsed = options_parse(&context.arena, &context.options, argc, argv, &error);
	hide_urls(&context);
	report_open(&context.report, &context.options);
	if (parsed)
		status = run(&context, &error);
	if (error.code) {
		context.report.format->error(&context.report, &error);
		status = migrate_error_status(error.code);
	}
	status = report_close(&context.report, status);
	migrate_error_clear(&error);
	arena_release(&context.arena);
	return status;
}
