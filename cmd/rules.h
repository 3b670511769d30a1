/* rules: the checks of `migrate check` by the words that reports know them by: JSON's "check",
 * SARIF's ruleId, GitLab's check_name. One table; an id is a promise to scripts and dashboards. */
#ifndef MIGRATE_CMD_RULES_H
#define MIGRATE_CMD_RULES_H

#include <stddef.h>

#include "migrate.h"

struct rule {
	enum migrate_check check;
	const char *id, *name; /* "heads", "OneHead" */
	const char *summary;   /* a sentence: what holds where nothing is found */
	const char *severity;  /* GitLab's word */
};

const struct rule *rules_table(size_t *count);
const struct rule *rule_of(enum migrate_check check);

#endif
