/* migrate_check_drift: what a check says of the schema beside what the last run left: a finding for
 * each object. Surprising: hint and diff are about all of them, and stand with the last. */
#include "base/error.h"
#include "findings.h"

static void find_drift(struct findings *findings, const struct migrate_drift *drift)
{
	struct arena *arena = &findings->migrate->arena;
	struct migrate_finding *finding = NULL;

	for (size_t i = 0; i < drift->changes.count; i++) {
		finding = findings_add(findings, MIGRATE_CHECK_DRIFT,
			arena_printf(arena, "the schema is not as the last run left it: %s",
				drift->changes.item[i]));
		finding->fix = "migrate repair --schema";
	}
	if (!finding)
		return;
	finding->hint = "Undo it by hand, or write a revision that makes it so; \"migrate repair "
			"--schema\" accepts the schema as it is.";
	finding->diff = drift->diff;
}

/* What cannot be compared must not look as if it were fine. */
static void tell_no_drift(struct migrate *migrate, const struct migrate_drift *drift)
{
	const char *why = drift->state == MIGRATE_DRIFT_UNKNOWN ? "no run has recorded it yet"
								: "the last run did not record it";

	project_emit(migrate, MIGRATE_WARNING,
		arena_printf(&migrate->arena,
			"the schema was not compared: %s; the next run will, and \"migrate repair "
			"--schema\" records it as it is",
			why));
}

bool check_drift(struct findings *findings, struct migrate_error *error)
{
	struct migrate *migrate = findings->migrate;
	struct migrate_drift drift;

	if (!project_need_drift(migrate, error) || !project_connect(migrate, DB_READ, error) ||
		!project_drift(migrate, &drift, error))
		return false;
	project_tell_unsupported(migrate, "not compared", &drift.unsupported);
	if (drift.state == MIGRATE_DRIFT_UNKNOWN || drift.state == MIGRATE_DRIFT_OUTDATED)
		tell_no_drift(migrate, &drift);
	find_drift(findings, &drift);
	return true;
}
