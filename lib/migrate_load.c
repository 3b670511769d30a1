/* migrate_load: reading the revisions, and, where there are many, something else meanwhile: a
 * client library that takes long to load, or a database that is cheap to ask.
 *
 * Surprising: such a look at a database comes before the scripts are known to be right. What the
 * scripts are wrong about is told first all the same, and what the look has found, or has failed
 * of, counts for the next project_position only. */

#include "base/error.h"
#include "base/process.h"
#include "project.h"

bool project_load(struct migrate *migrate, struct migrate_error *error)
{
	project_without_log(migrate);
	if (migrate->loaded)
		return true;
	if (migrate->config_error.code)
		return error_copy(error, &migrate->config_error);
	if (!(migrate->examining ? source_look : source_load)(
		    &migrate->arena, &migrate->config.versions, &migrate->source, error) ||
		!graph_build(&migrate->arena, migrate->source.revision, migrate->source.count,
			&migrate->graph, error))
		return false;
	migrate->loaded = true;
	return true;
}

static bool is_worth_a_thread(const struct migrate *migrate)
{
	return !migrate->loaded && migrate->driver && !migrate->db &&
	       source_is_large(&migrate->config.versions);
}

bool project_load_for_database(struct migrate *migrate, struct migrate_error *error)
{
	if (migrate->driver && migrate->driver->library && is_worth_a_thread(migrate))
		db_library_begin(&migrate->library, migrate->driver->library);
	return project_load(migrate, error);
}

struct reading {
	struct migrate *migrate;
	struct migrate_error error;
	bool good;
};

static void *read_sources(void *argument)
{
	struct reading *reading = argument;
	struct migrate *migrate = reading->migrate;

	reading->good = source_load(&migrate->source_memory, &migrate->config.versions,
		&migrate->source, &reading->error);
	return NULL;
}

static void look_early(struct migrate *migrate, enum db_access access, bool with_applied)
{
	struct early *early = &migrate->early;

	early->good = project_connect(migrate, access, &early->error) &&
		      migrate->driver->read(migrate->db, &migrate->arena, with_applied,
			      &early->state, &early->error);
	early->tried = true;
}

bool project_load_and_look(struct migrate *migrate, enum db_access access, bool with_applied,
	struct migrate_error *error)
{
	struct reading reading = {.migrate = migrate};
	pthread_t thread;

	if (!migrate->driver || !migrate->driver->cheap_to_open || !is_worth_a_thread(migrate) ||
		!thread_start(&thread, read_sources, &reading))
		return project_load_for_database(migrate, error);
	look_early(migrate, access, with_applied);
	pthread_join(thread, NULL);
	if (!reading.good) {
		error_copy(error, &reading.error);
		migrate_error_clear(&reading.error);
		return false;
	}
	migrate->loaded = graph_build(&migrate->arena, migrate->source.revision,
		migrate->source.count, &migrate->graph, error);
	return migrate->loaded;
}

void project_forget_look(struct migrate *migrate)
{
	migrate_error_clear(&migrate->early.error);
	migrate->early.tried = false;
}

bool project_position(struct migrate *migrate, enum db_access access, bool with_applied,
	struct db_state *state, struct position *position, struct migrate_error *error)
{
	struct early *early = &migrate->early;
	bool good;

	if (!project_load_and_look(migrate, access, with_applied, error))
		return false;
	if (early->tried) {
		*state = early->state;
		good = early->good || error_copy(error, &early->error);
	} else {
		good = project_connect(migrate, access, error) &&
		       migrate->driver->read(
			       migrate->db, &migrate->arena, with_applied, state, error);
	}
	project_forget_look(migrate);
	if (good)
		project_place(migrate, state, position);
	return good;
}
