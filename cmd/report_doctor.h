/* report_doctor: the diagnosis of `migrate doctor`, as text and as JSON. */
#ifndef MIGRATE_CMD_REPORT_DOCTOR_H
#define MIGRATE_CMD_REPORT_DOCTOR_H

#include <jansson.h>

#include "report.h"

void report_doctor_text(struct report *report, const struct migrate_diagnosis *diagnosis);
/* The values of the keys "findings" and "summary". */
json_t *json_symptoms(const struct migrate_diagnosis *diagnosis);
json_t *json_summary(const struct migrate_diagnosis *diagnosis);

#endif
