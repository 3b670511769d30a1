/* report_check: the findings of `migrate check` as other programs read them. All take the findings
 * as they are, and leave what is shown of them beside it (exit status, summary) to the caller. */
#ifndef MIGRATE_CMD_REPORT_CHECK_H
#define MIGRATE_CMD_REPORT_CHECK_H

#include "base/str.h"
#include "migrate.h"

/* report_check_text.c: GitHub's workflow commands; an XML document as JUnit's readers know it. */
void findings_add_github(struct str *out, const struct migrate_findings *findings);
void findings_add_junit(struct str *out, const struct migrate_findings *findings);
/* report_check_json.c: GitLab's Code Quality report; SARIF 2.1.0. */
void findings_add_gitlab(struct str *out, const struct migrate_findings *findings);
void findings_add_sarif(struct str *out, const struct migrate_findings *findings);

/* The file that a finding is shown at, relative to the current directory where it is below it. */
const char *finding_path(const struct migrate_finding *finding);
/* What it is, what to do, and the command that does it: a line each. */
void finding_add_advice(struct str *out, const struct migrate_finding *finding);

#endif
