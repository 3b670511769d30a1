/* migrate_sql: a plan as text for psql or sqlite3. The driver knows the words; with a range neither
 * it nor this file touches a database. */
#include <string.h>

#include "base/error.h"
#include "project.h"

struct output {
	struct str text;
	migrate_writer *writer;
	void *context;
};

static bool flush(struct output *output, struct migrate_error *error)
{
	bool ok = output->writer(str_text(&output->text), output->text.size, output->context);

	str_clear(&output->text);
	return ok || error_set(error, MIGRATE_E_FILE, "could not write the script");
}

/* Where the script starts from: the left end of a range, or the database's rows. */
static bool find_rows(struct migrate *migrate, const struct migrate_request *request,
	struct db_state *state, struct position *position, struct migrate_error *error)
{
	if (request->from_log && request->direction == MIGRATE_DOWNGRADE)
		return project_position_from_log(migrate, DB_READ, true, state, position, error);
	return project_position(migrate, DB_PLAN, false, state, position, error);
}

static bool find_start(struct migrate *migrate, struct migrate_request *request,
	struct db_state *state, struct position *position, struct migrate_error *error)
{
	struct resolver resolver = {&migrate->arena, &migrate->graph, NULL};
	struct target from = {0};
	const char *left;

	memset(state, 0, sizeof *state);
	if (!range_split(&migrate->arena, request->target, &left, &request->target))
		return find_rows(migrate, request, state, position, error);
	if (request->from_log)
		return error_set(error, MIGRATE_E_USAGE,
			"a range asks no database, and so no log: name the target alone");
	if (!project_load(migrate, error))
		return false;
	if (*left && !target_resolve(&resolver, left, &from, error))
		return false;
	if (!*request->target)
		request->target = request->direction == MIGRATE_UPGRADE ? "heads" : "base";
	position_of(&migrate->arena, &migrate->graph, from.nodes, position);
	return true;
}

static struct names row_names(struct migrate *migrate, struct nodes nodes)
{
	struct migrate_list ids = project_ids(migrate, nodes);

	return (struct names){ids.item, (uint32_t)ids.count};
}

static bool write_script(struct migrate *migrate, struct arena *scratch,
	const struct runner_script *read, const struct db_settings *settings,
	const struct db_script *script, struct output *output, struct migrate_error *error)
{
	for (uint32_t i = 0; !read->whole && i < read->segments.count; i++) {
		struct db_step piece = runner_piece(scratch, read, i);

		migrate->driver->script_step(settings, script, &piece, &output->text);
	}
	if (read->whole)
		migrate->driver->script_step(settings, script, &read->step, &output->text);
	return flush(output, error);
}

static bool write_steps(struct migrate *migrate, const struct plan *plan,
	const struct db_settings *settings, const struct db_script *script, struct output *output,
	struct migrate_error *error)
{
	bool ok = true;

	for (uint32_t i = 0; ok && i < plan->count; i++) {
		struct arena scratch = {0};
		struct runner_script read;

		ok = runner_read(&migrate->runner, &scratch, plan, i, NULL, &read, error) &&
		     write_script(migrate, &scratch, &read, settings, script, output, error);
		arena_release(&scratch);
	}
	return ok;
}

/* The runner reads and checks scripts for a driver that need not be connected. */
static void prepare_runner(struct migrate *migrate)
{
	migrate->runner.arena = &migrate->arena;
	migrate->runner.driver = migrate->driver;
	migrate->runner.graph = &migrate->graph;
	migrate->runner.interrupted = &migrate->interrupted;
}

/* The script will run over another connection than the one that gave the rows. */
static bool check_scripts(struct migrate *migrate, const struct plan *plan,
	const struct db_state *state, struct migrate_error *error)
{
	struct db *db = migrate->runner.db;
	bool good;

	migrate->runner.db = NULL;
	good = runner_check(&migrate->runner, plan, state, error);
	migrate->runner.db = db;
	return good;
}

/* Rows that name a revision by what it replaced get its own id first. */
static void write_adoption(struct migrate *migrate, const struct db_state *state,
	const struct position *position, const struct db_settings *settings,
	const struct db_script *script, struct output *output)
{
	struct plan plan = {.from = position->rows, .to = position->rows};
	struct db_step step;

	if (!position->adopted.count)
		return;
	step = runner_stamp_step(&migrate->runner, &plan, state);
	migrate->driver->script_step(settings, script, &step, &output->text);
	project_tell_adoption(migrate, position);
}

static bool write_plan(struct migrate *migrate, const struct plan *plan,
	const struct db_state *state, const struct position *position, struct output *output,
	struct migrate_error *error)
{
	struct db_script script = {.together = migrate->config.transaction_per_run};
	struct db_settings settings;
	bool ok;

	if (!project_settings(migrate, DB_PLAN, &settings, error))
		return false;
	script.expected = state->rows.count ? state->rows : row_names(migrate, plan->from);
	script.creates_tables = !state->has_log;
	migrate->driver->script_begin(&settings, &script, &output->text);
	write_adoption(migrate, state, position, &settings, &script, output);
	ok = flush(output, error) && write_steps(migrate, plan, &settings, &script, output, error);
	if (!ok)
		return false;
	migrate->driver->script_end(&settings, &script, &output->text);
	return flush(output, error);
}

/* A range that is empty because its ends stand the wrong way round. */
static bool check_ends(struct migrate *migrate, const struct migrate_request *request,
	const struct position *position, const struct plan *plan, struct migrate_error *error)
{
	struct resolver resolver = {&migrate->arena, &migrate->graph, position};
	const char *from, *to;
	struct target target;

	if (plan->count || request->direction == MIGRATE_DOWNGRADE || !request->target ||
		!range_split(&migrate->arena, request->target, &from, &to))
		return true;
	if (!*to || !target_resolve(&resolver, to, &target, error))
		return !error->code;
	for (uint32_t i = 0; i < target.nodes.count; i++)
		if (position_has_row(position, target.nodes.item[i]))
			return true;
	if (target.kind == TARGET_BASE && !position->rows.count)
		return true;
	error_set(error, MIGRATE_E_TARGET, "\"%s\" is below \"%s\": there is nothing to upgrade",
		to, from);
	return error_hint(error, "Write the lower end first, or take \"migrate downgrade\".");
}

/* A script cannot ask what became of a part: it would run all of them again. */
static bool refuse_half(struct migrate *migrate, const struct plan *plan,
	const struct db_state *state, struct migrate_error *error)
{
	const struct db_journal *record = runner_planned_half(&migrate->graph, plan, state);

	return !record || runner_refuse_half(&migrate->runner, state, record->revision,
				  ", and a script would begin with its first part", error);
}

bool migrate_sql(struct migrate *migrate, const struct migrate_request *request,
	migrate_writer *writer, void *context, struct migrate_error *error)
{
	struct output output = {.writer = writer, .context = context};
	struct migrate_request filled = *request;
	struct position position = {0};
	struct db_settings settings;
	struct db_state state;
	struct plan plan;
	bool ok;

	if (!filled.target)
		filled.target = filled.direction == MIGRATE_UPGRADE ? "head" : "-1";
	if (!project_settings(migrate, DB_PLAN, &settings, error) ||
		!find_start(migrate, &filled, &state, &position, error))
		return false;
	prepare_runner(migrate);
	ok = project_plan_from(migrate, &filled, &state, &position, &plan, error) &&
	     check_ends(migrate, request, &position, &plan, error) &&
	     check_scripts(migrate, &plan, &state, error) &&
	     refuse_half(migrate, &plan, &state, error) &&
	     write_plan(migrate, &plan, &state, &position, &output, error);
	str_release(&output.text);
	return ok || project_hide(migrate, error);
}

/* A range has its own start and no database. Without one, from the real rows, since a stamp keeps
 * those of unrelated branches. */
static bool start_stamp(struct migrate *migrate, struct migrate_stamp *stamp,
	struct db_state *state, struct position *position, struct migrate_error *error)
{
	struct migrate_request range = {.direction = MIGRATE_UPGRADE};
	const char **target;

	if (stamp->count != 1 || !strchr(stamp->targets[0], ':'))
		return project_position(migrate, DB_PLAN, false, state, position, error);
	range.target = stamp->targets[0];
	if (!find_start(migrate, &range, state, position, error))
		return false;
	target = ARENA_NEW(&migrate->arena, const char *);
	*target = range.target;
	stamp->targets = target;
	state->rows = row_names(migrate, position->rows);
	return true;
}

bool migrate_stamp_sql(struct migrate *migrate, struct migrate_stamp *stamp, migrate_writer *writer,
	void *context, struct migrate_error *error)
{
	struct output output = {.writer = writer, .context = context};
	struct db_script script = {0};
	struct position position = {0};
	struct db_settings settings;
	struct db_state state;
	struct db_step step;
	struct plan plan;
	bool ok;

	if (!project_settings(migrate, DB_PLAN, &settings, error) ||
		!start_stamp(migrate, stamp, &state, &position, error) ||
		!plan_stamp(&migrate->arena, &migrate->graph, &position, stamp->targets,
			stamp->count, stamp->purge, &plan, error))
		return false;
	prepare_runner(migrate);
	if (!runner_check_rows(&migrate->runner, plan.to, &state, error))
		return false;
	stamp->from = project_names(&state.rows);
	stamp->to = project_ids(migrate, plan.to);
	project_tell_ends(migrate, &plan, &state, stamp);
	script.expected = state.rows;
	script.creates_tables = !state.has_log;
	step = runner_stamp_step(&migrate->runner, &plan, &state);
	migrate->driver->script_begin(&settings, &script, &output.text);
	migrate->driver->script_step(&settings, &script, &step, &output.text);
	migrate->driver->script_end(&settings, &script, &output.text);
	ok = flush(&output, error);
	str_release(&output.text);
	return ok;
}
