/* report_json_schema: schemas and what is different between them, as JSON. */
#include "json.h"
#include "report.h"
#include "report_json.h"

void report_json_dump(struct report *report, const struct migrate_dump *dump)
{
	report_json_set(report, "command", json_string(report_json_command(report)));
	report_json_set(report, "unsupported", json_list(&dump->unsupported));
	if (!dump->expected) {
		report_json_set(report, "sql", json_text(dump->sql));
		return;
	}
	report_json_set(report, "same", json_boolean(!dump->diff));
	report_json_set(report, "diff", json_text(dump->diff));
}

void report_json_schema_diff(struct report *report, const struct migrate_diff *diff)
{
	report_json_set(report, "command", json_string(report_json_command(report)));
	report_json_set(report, "from", json_text(diff->from));
	report_json_set(report, "to", json_text(diff->to));
	report_json_set(report, "same", json_boolean(!diff->changes.count));
	report_json_set(report, "changes", json_list(&diff->changes));
	report_json_set(report, "diff", json_text(diff->diff));
	report_json_set(report, "unsupported", json_list(&diff->unsupported));
}

static const char *drift_state(enum migrate_drift_state state)
{
	switch (state) {
	case MIGRATE_DRIFT_OFF: return "off";
	case MIGRATE_DRIFT_UNKNOWN: return "unknown";
	case MIGRATE_DRIFT_OUTDATED: return "outdated";
	case MIGRATE_DRIFT_NONE: return "none";
	case MIGRATE_DRIFT_FOUND: break;
	}
	return "found";
}

json_t *report_json_drift(const struct migrate_drift *drift)
{
	json_t *object;

	if (drift->state == MIGRATE_DRIFT_OFF)
		return json_null();
	object = json_object();
	json_object_set_new(object, "state", json_string(drift_state(drift->state)));
	json_object_set_new(object, "recorded_at", json_text(drift->recorded_at));
	json_object_set_new(object, "recorded_by", json_text(drift->recorded_by));
	json_object_set_new(object, "changes", json_list(&drift->changes));
	json_object_set_new(object, "diff", json_text(drift->diff));
	return object;
}
