/* report_json_state: where the database stands, as JSON: rows, what is pending, half done or
 * missing, and who holds the lock. */
#include "json.h"
#include "report.h"
#include "report_json.h"

void report_json_current(struct report *report, const struct migrate_status *status)
{
	json_t *rows = json_array();

	for (size_t i = 0; i < status->row_count; i++) {
		const struct migrate_row *row = &status->rows[i];
		json_t *object = json_object();

		json_object_set_new(object, "revision", json_text(row->revision));
		json_object_set_new(object, "known", json_boolean(row->known != NULL));
		if (row->known)
			report_json_revision(object, row->known, true);
		json_array_append_new(rows, object);
	}
	report_json_set(report, "current", rows);
	report_json_set(report, "heads", json_list(&status->real_heads));
	report_json_set(report, "up_to_date", json_boolean(status->up_to_date));
	if (report->options->check_heads && !status->up_to_date)
		report_json_fail_check(report, status->half_done_count
						       ? "a revision is half done"
						       : "the database is not at the heads");
}

static json_t *json_half_done(const struct migrate_status *status)
{
	json_t *list = json_array();

	for (size_t i = 0; i < status->half_done_count; i++) {
		const struct migrate_half_done *half = &status->half_done[i];
		json_t *object = json_object();

		json_object_set_new(object, "revision", json_text(half->revision));
		json_object_set_new(object, "direction",
			json_text(half->direction == MIGRATE_UPGRADE ? "upgrade" : "downgrade"));
		json_object_set_new(object, "part", json_integer(half->part));
		json_object_set_new(object, "in_doubt", json_boolean(half->in_doubt));
		json_object_set_new(object, "hint", json_text(half->hint));
		json_array_append_new(list, object);
	}
	return list;
}

static json_t *json_missing(const struct migrate_status *status)
{
	json_t *list = json_array();

	for (size_t i = 0; i < status->missing_count; i++) {
		const struct migrate_missing *missing = &status->missing[i];
		json_t *object = json_object();

		json_object_set_new(object, "revision", json_text(missing->revision));
		json_object_set_new(object, "message", json_text(missing->message));
		json_object_set_new(object, "applied_at", json_text(missing->applied_at));
		json_object_set_new(object, "applied_by", json_text(missing->applied_by));
		json_object_set_new(object, "stamped", json_boolean(missing->stamped));
		json_object_set_new(object, "in_log", json_boolean(missing->in_log));
		json_object_set_new(object, "replaced_by", json_text(missing->replaced_by));
		json_array_append_new(list, object);
	}
	return list;
}

void report_json_status(struct report *report, const struct migrate_status *status)
{
	report_json_set(report, "database", json_text(status->database));
	report_json_set(report, "dialect", json_text(status->dialect));
	report_json_set(report, "tls", json_text(status->tls));
	report_json_set(report, "current", json_list(&status->current));
	report_json_set(report, "heads", json_list(&status->real_heads));
	report_json_set(report, "pending", json_list(&status->pending));
	report_json_set(report, "changed", json_list(&status->changed));
	report_json_set(report, "unknown", json_list(&status->unknown));
	report_json_set(report, "half_done", json_half_done(status));
	report_json_set(
		report, "changes", report_json_changes(status->changes, status->change_count));
	report_json_set(report, "missing", json_missing(status));
	report_json_set(report, "drift", report_json_drift(&status->drift));
	report_json_set(report, "up_to_date", json_boolean(status->up_to_date));
}

/* What is not known is negative. */
static json_t *json_seconds(int64_t seconds)
{
	return seconds < 0 ? json_null() : json_integer(seconds);
}

static json_t *json_session(const struct migrate_session *session)
{
	json_t *object = json_object();

	json_object_set_new(object, "pid", json_number((size_t)session->pid));
	json_object_set_new(object, "user", json_text(session->user));
	json_object_set_new(object, "application_name", json_text(session->application));
	json_object_set_new(object, "client", json_text(session->client));
	json_object_set_new(object, "connected_at", json_text(session->connected_at));
	json_object_set_new(object, "state", json_text(session->state));
	json_object_set_new(object, "state_seconds", json_seconds(session->state_seconds));
	json_object_set_new(
		object, "transaction_seconds", json_seconds(session->transaction_seconds));
	json_object_set_new(object, "query", json_text(session->query));
	return object;
}

static json_t *json_sessions(const struct migrate_session *sessions, size_t count)
{
	json_t *list = json_array();

	for (size_t i = 0; i < count; i++)
		json_array_append_new(list, json_session(&sessions[i]));
	return list;
}

void report_json_locks(struct report *report, const struct migrate_locks *locks)
{
	report_json_set(report, "database", json_text(locks->database));
	report_json_set(report, "dialect", json_text(locks->dialect));
	report_json_set(report, "held", json_boolean(locks->held));
	report_json_set(
		report, "holder", locks->holder ? json_session(locks->holder) : json_null());
	report_json_set(report, "waiting", json_sessions(locks->waiting, locks->waiting_count));
	report_json_set(report, "blocking", json_sessions(locks->blocking, locks->blocking_count));
}
