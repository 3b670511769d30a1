/* migrate_doctor_state: where the database stands, for migrate_doctor: its tables, rows and
 * half-done revisions, what differs from the scripts, and who is at work. Reading only.
 *
 * Surprising: the tables are read for themselves first, so that there is something to tell where
 * the scripts cannot be read. */
#include <string.h>

#include "base/error.h"
#include "doctor.h"

static void tell_tables(struct doctor *doctor, const struct db_state *state)
{
	struct str rows = {0};

	if (!state->has_version_table) {
		symptoms_add(&doctor->found, "version_table", MIGRATE_LEVEL_NOTE,
			"there is no version table yet: the first run creates it");
		return;
	}
	for (uint32_t i = 0; i < state->rows.count; i++)
		str_printf(&rows, "%s%s", i ? ", " : ": at ", state->rows.item[i]);
	symptoms_add(&doctor->found, "version_table", MIGRATE_LEVEL_OK, "version table %s%s",
		state->table, rows.size ? rows.text : ": no revision is applied");
	str_release(&rows);
	if (state->has_log)
		return;
	symptoms_add(&doctor->found, "log", MIGRATE_LEVEL_NOTE,
		"there is no migrate_log yet: the next run creates it");
}

static void tell_half_done(struct doctor *doctor, const struct db_state *state)
{
	size_t count;
	const struct migrate_half_done *item = project_half_done(doctor->migrate, state, &count);

	for (size_t i = 0; i < count; i++) {
		const struct migrate_half_done *half = &item[i];
		const char *command = half->direction == MIGRATE_UPGRADE ? "upgrade" : "downgrade";

		symptoms_add(&doctor->found, "half_done", MIGRATE_LEVEL_PROBLEM,
			"the %s of revision %s stopped half way, %s part %ld", command,
			half->revision, half->in_doubt ? "in" : "before", half->part);
		if (half->in_doubt)
			symptoms_hint(&doctor->found,
				"Run \"migrate %s\" again: it goes on, or asks for \"migrate "
				"resume %s\" "
				"with --retry or --skip.",
				command, half->revision);
		else
			symptoms_hint(&doctor->found, "Run \"migrate %s\" again: it goes on there.",
				command);
	}
}

/* Pending revisions are nothing to worry about, rows without a script are. */
static void tell_difference(struct doctor *doctor, const struct migrate_finding *finding)
{
	struct nametable *ids = &doctor->migrate->graph.ids;
	const char *check = "pending";
	enum migrate_level level = MIGRATE_LEVEL_NOTE;

	if (finding->check == MIGRATE_CHECK_CHANGES) {
		check = "edited";
		level = MIGRATE_LEVEL_WARNING;
	} else if (nametable_find(ids, finding->revisions.item[0]) == NAME_MISSING) {
		check = "unknown";
		level = MIGRATE_LEVEL_PROBLEM;
	}
	symptoms_add(&doctor->found, check, level, "%s", finding->message);
	if (finding->hint)
		symptoms_hint(&doctor->found, "%s", finding->hint);
}

static bool compare_with_scripts(struct doctor *doctor, struct migrate_error *error)
{
	struct migrate_findings findings;

	if (!doctor->loaded) {
		symptoms_add(&doctor->found, "pending", MIGRATE_LEVEL_NOTE,
			"not compared with the scripts, which cannot be read");
		return true;
	}
	if (!migrate_check(doctor->migrate, MIGRATE_CHECK_DATABASE | MIGRATE_CHECK_CHANGES,
		    &findings, error))
		return doctor_take(doctor, "scripts", MIGRATE_LEVEL_PROBLEM, error);
	for (size_t i = 0; i < findings.count; i++)
		tell_difference(doctor, &findings.item[i]);
	if (!findings.count)
		symptoms_add(&doctor->found, "pending", MIGRATE_LEVEL_OK,
			"every revision is applied, and none was edited since");
	return true;
}

static const char *shown_session(struct arena *arena, const struct migrate_session *session)
{
	if (!session || !session->pid)
		return "nobody knows who";
	return arena_printf(arena, "pid %ld%s%s%s%s", session->pid, session->user ? ", user " : "",
		session->user ? session->user : "", session->application ? ", " : "",
		session->application ? session->application : "");
}

static bool look_at_locks(struct doctor *doctor, struct migrate_error *error)
{
	struct arena *arena = &doctor->migrate->arena;
	struct migrate_locks locks;

	if (!migrate_locks(doctor->migrate, &locks, error))
		return doctor_take(doctor, "lock", MIGRATE_LEVEL_PROBLEM, error);
	if (locks.held)
		symptoms_add(&doctor->found, "lock", MIGRATE_LEVEL_NOTE, "a run is under way: %s",
			shown_session(arena, locks.holder));
	else if (!locks.blocking_count)
		symptoms_add(&doctor->found, "lock", MIGRATE_LEVEL_OK,
			"nobody holds a lock that a run needs");
	for (size_t i = 0; i < locks.blocking_count; i++) {
		symptoms_add(&doctor->found, "blocking", MIGRATE_LEVEL_WARNING,
			"a session is in the way of a run: %s",
			shown_session(arena, &locks.blocking[i]));
		symptoms_hint(&doctor->found, "\"migrate locks\" shows what it does; a run waits "
					      "for it, and ends when it "
					      "takes too long.");
	}
	return true;
}

static void look_at_settings(struct doctor *doctor)
{
	if (doctor->migrate->config.lock_timeout)
		return;
	symptoms_add(&doctor->found, "lock_timeout", MIGRATE_LEVEL_WARNING,
		"lock_timeout is 0: a statement that waits for a lock waits for ever, and all "
		"others "
		"behind it");
	symptoms_hint(
		&doctor->found, "Write \"lock_timeout: 5s\" in %s.", doctor->migrate->config.file);
}

bool doctor_state(struct doctor *doctor, struct migrate_error *error)
{
	struct migrate *migrate = doctor->migrate;
	struct db_state state;

	if (!migrate->driver->read(migrate->db, &migrate->arena, false, &state, error)) {
		if (!doctor_take(doctor, "version_table", MIGRATE_LEVEL_PROBLEM, error))
			return false;
	} else {
		tell_tables(doctor, &state);
		tell_half_done(doctor, &state);
		if (!compare_with_scripts(doctor, error))
			return false;
	}
	look_at_settings(doctor);
	return look_at_locks(doctor, error);
}
