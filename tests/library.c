/* library: a program that knows migrate.h and nothing else does all that migrate does - open, plan,
 * apply with events, look, go down, close. Prints TAP.
 *
 *   library DIRECTORY URL     DIRECTORY is empty, URL an empty database
 */
#include <migrate.h>

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static int tests, failures;

static void ok(bool passed, const char *name)
{
	printf("%sok %d - %s\n", passed ? "" : "not ", ++tests, name);
	failures += !passed;
}

static void show(struct migrate_error *error)
{
	if (error->code)
		printf("# %s: %s\n", migrate_error_slug(error->code), error->message);
	migrate_error_clear(error);
}

struct seen {
	size_t started, done, failed;
};

static void on_event(const struct migrate_event *event, void *context)
{
	struct seen *seen = context;

	seen->started += event->kind == MIGRATE_STEP_STARTED;
	seen->done += event->kind == MIGRATE_STEP_DONE;
	seen->failed += event->kind == MIGRATE_STEP_FAILED;
}

/* A revision with its two sections filled in. */
static bool write_revision(struct migrate *migrate, const char *message, const char *up,
	const char *down, struct migrate_error *error)
{
	struct migrate_new request = {.message = message};
	const char *id, *file;
	char line[256];
	FILE *in, *out;

	if (!migrate_new_revision(migrate, &request, &id, &file, error))
		return false;
	in = fopen(file, "r");
	out = fopen("next.sql", "w");
	while (in && out && fgets(line, sizeof line, in)) {
		fputs(line, out);
		if (!strncmp(line, "-- migrate:upgrade", 18))
			fprintf(out, "%s\n", up);
		if (!strncmp(line, "-- migrate:downgrade", 20))
			fprintf(out, "%s\n", down);
	}
	if (in)
		fclose(in);
	return out && !fclose(out) && !rename("next.sql", file);
}

static struct migrate *open_project(const char *url, struct seen *seen, struct migrate_error *error)
{
	struct migrate_settings settings = {.database_url = url, .user = "tester@library"};
	struct migrate *migrate = migrate_open(&settings, error);

	if (migrate)
		migrate_on_event(migrate, on_event, seen);
	return migrate;
}

static bool run(struct migrate *migrate, enum migrate_direction direction, const char *target,
	struct migrate_plan **plan, struct migrate_error *error)
{
	struct migrate_request request = {.direction = direction, .target = target};

	return migrate_plan(migrate, &request, plan, error) && migrate_apply(migrate, *plan, error);
}

static bool keep(const char *text, size_t size, void *context)
{
	(void)text;
	*(size_t *)context += size;
	return true;
}

static void test_files(const char *url, struct migrate_error *error)
{
	struct seen seen = {0};
	struct migrate *migrate;

	ok(migrate_init(NULL, NULL, NULL, NULL, error), "init writes a project");
	ok(!migrate_init(NULL, NULL, NULL, NULL, error) && error->code == MIGRATE_E_EXISTS,
		"init never overwrites");
	migrate_error_clear(error);
	migrate = open_project(url, &seen, error);
	ok(migrate != NULL, "a project is opened");
	ok(migrate && write_revision(migrate, "Create notes",
			      "CREATE TABLE notes (id INTEGER PRIMARY KEY, text TEXT);",
			      "DROP TABLE notes;", error),
		"a first revision is written");
	migrate_close(migrate);
	migrate = open_project(url, &seen, error);
	ok(migrate && write_revision(migrate, "Add a column",
			      "ALTER TABLE notes ADD COLUMN done INTEGER;",
			      "ALTER TABLE notes DROP COLUMN done;", error),
		"a second one stands on it");
	migrate_close(migrate);
}

static void test_runs(const char *url, struct migrate_error *error)
{
	struct seen seen = {0};
	struct migrate *migrate = open_project(url, &seen, error);
	struct migrate_plan *plan = NULL;
	struct migrate_status status;
	struct migrate_locks locks;
	struct migrate_diagnosis diagnosis;
	struct migrate_revisions history;
	struct migrate_request offline = {.direction = MIGRATE_UPGRADE, .target = "base:head"};
	size_t size = 0;

	if (!migrate) {
		ok(false, "a project with revisions is opened");
		return;
	}
	ok(migrate_list(migrate, MIGRATE_HISTORY, NULL, false, &history, error) &&
			history.count == 2,
		"history lists both");
	ok(run(migrate, MIGRATE_UPGRADE, "head", &plan, error) && plan->count == 2 && plan->changed,
		"upgrade runs both");
	ok(seen.started == 2 && seen.done == 2 && !seen.failed, "an event tells of each step");
	ok(migrate_status(migrate, true, &status, error) && status.up_to_date &&
			status.row_count == 1,
		"status says up to date");
	ok(migrate_locks(migrate, &locks, error) && !locks.held && !locks.holder && locks.dialect,
		"nobody holds the lock of a run that is over");
	ok(run(migrate, MIGRATE_DOWNGRADE, "base", &plan, error) && plan->count == 2,
		"downgrade reverts both");
	ok(migrate_sql(migrate, &offline, keep, &size, error) && size > 100,
		"a range becomes SQL without a database");
	ok(!run(migrate, MIGRATE_UPGRADE, "nowhere", &plan, error) &&
			error->code == MIGRATE_E_TARGET && error->message,
		"an unknown target is an error");
	migrate_error_clear(error);
	migrate_interrupt(migrate, SIGTERM);
	ok(!run(migrate, MIGRATE_UPGRADE, "head", &plan, error) &&
			migrate_error_status(error->code) == 143,
		"an interrupted run says so");
	migrate_error_clear(error);
	ok(!migrate_doctor(migrate, &diagnosis, error) && error->code == MIGRATE_E_TERMINATED,
		"an interrupted diagnosis says so");
	migrate_error_clear(error);
	migrate_close(migrate);
}

static void test_doctor(const char *url, struct migrate_error *error)
{
	struct migrate_settings settings = {
		.config = "nowhere.yaml", .database_url = url, .for_doctor = true};
	struct migrate *migrate = migrate_open(&settings, error);
	struct migrate_diagnosis diagnosis;
	struct migrate_status status;
	struct migrate_locks locks;
	bool made;

	ok(migrate != NULL, "a project whose configuration is missing is opened for the doctor");
	if (!migrate)
		return;
	ok(migrate_doctor(migrate, &diagnosis, error) &&
			diagnosis.levels[MIGRATE_LEVEL_PROBLEM] == 1 &&
			diagnosis.count > diagnosis.levels[MIGRATE_LEVEL_OK],
		"it tells that, and looks at the database");
	ok(!migrate_status(migrate, false, &status, error) && error->code == MIGRATE_E_CONFIG,
		"every other call that needs the configuration fails");
	migrate_error_clear(error);
	ok(!migrate_locks(migrate, &locks, error) && error->code == MIGRATE_E_CONFIG,
		"so does one that needs a connection only");
	migrate_error_clear(error);
	ok(!migrate_ensure_version(migrate, &made, error) && error->code == MIGRATE_E_CONFIG,
		"and one that writes");
	migrate_error_clear(error);
	ok(!migrate_database_drop(migrate, true, &made, error) && error->code == MIGRATE_E_CONFIG,
		"and nothing is dropped that a configuration may protect");
	migrate_error_clear(error);
	migrate_close(migrate);
}

int main(int argc, char **argv)
{
	struct migrate_error error = {0};

	if (argc != 3 || chdir(argv[1])) {
		fprintf(stderr, "usage: library DIRECTORY URL\n");
		return 2;
	}
	test_files(argv[2], &error);
	show(&error);
	test_runs(argv[2], &error);
	show(&error);
	test_doctor(argv[2], &error);
	show(&error);
	printf("1..%d\n", tests);
	return failures != 0;
}
