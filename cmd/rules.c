/* rules: the table itself. */
#include "rules.h"

static const struct rule rules[] = {
	{MIGRATE_CHECK_HEADS, "heads", "OneHead", "There is one head.", "major"},
	{MIGRATE_CHECK_SCRIPTS, "scripts", "SoundScripts",
		"Every script is well-formed, and can be reverted or says why not.", "critical"},
	{MIGRATE_CHECK_DATABASE, "database", "DatabaseAtHeads", "The database is at the heads.",
		"major"},
	{MIGRATE_CHECK_CHANGES, "changes", "NoEditedScripts",
		"No script was edited since it was applied.", "critical"},
	{MIGRATE_CHECK_SINCE, "since", "FitsWhatOthersHave",
		"What is new fits the revisions that others have.", "major"},
	{MIGRATE_CHECK_SCHEMA, "schema", "MakesTheSchema",
		"The migrations make the schema that the configuration names.", "major"},
	{MIGRATE_CHECK_DRIFT, "drift", "AsTheLastRunLeftIt",
		"The schema is as the last run left it.", "major"},
	{MIGRATE_CHECK_VERIFY, "verify", "DowngradeUndoes",
		"Each downgrade brings back the schema that was there before its upgrade.",
		"major"},
	{MIGRATE_CHECK_MERGE, "merge", "BranchesAgree", "Branches make one schema in any order.",
		"major"},
};

const struct rule *rules_table(size_t *count)
{
	*count = sizeof rules / sizeof *rules;
	return rules;
}

const struct rule *rule_of(enum migrate_check check)
{
	size_t i = 0;

	while (i + 1 < sizeof rules / sizeof *rules && rules[i].check != check)
		i++;
	return &rules[i];
}
