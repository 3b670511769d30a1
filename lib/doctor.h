/* doctor: what the files of migrate_doctor share. Only these include it. */
#ifndef MIGRATE_DOCTOR_H
#define MIGRATE_DOCTOR_H

#include "core/symptoms.h"
#include "project.h"

struct doctor {
	struct migrate *migrate;
	struct symptoms found;
	bool loaded; /* the scripts are read */
};

/* An error as a symptom, but for an interruption: then it stays, and this is false. */
bool doctor_take(struct doctor *doctor, const char *check, enum migrate_level level,
	struct migrate_error *error);

/* migrate_doctor_config.c */
bool doctor_configuration(struct doctor *doctor, struct migrate_error *error);
/* migrate_doctor_state.c: behind a connection. */
bool doctor_state(struct doctor *doctor, struct migrate_error *error);

#endif
