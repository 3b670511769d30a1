/* report_json: what the files of the JSON report share. All of them fill one document. */
#ifndef MIGRATE_CMD_REPORT_JSON_H
#define MIGRATE_CMD_REPORT_JSON_H

#include "json.h"
#include "report.h"

/* Made when it is first asked for. */
void report_json_set(struct report *report, const char *key, json_t *value);
json_t *report_json_document(struct report *report);
/* The name of the command that reports. */
const char *report_json_command(const struct report *report);
/* marks: the database was asked, so that applied and current mean something. */
void report_json_revision(json_t *object, const struct migrate_revision *revision, bool marks);
json_t *report_json_changes(const struct migrate_change *changes, size_t count);
void report_json_fail_check(struct report *report, const char *message);

void report_json_current(struct report *report, const struct migrate_status *status);
void report_json_status(struct report *report, const struct migrate_status *status);
void report_json_locks(struct report *report, const struct migrate_locks *locks);
void report_json_dump(struct report *report, const struct migrate_dump *dump);
void report_json_schema_diff(struct report *report, const struct migrate_diff *diff);
json_t *report_json_drift(const struct migrate_drift *drift);

#endif
