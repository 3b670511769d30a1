/* report_check_text: findings for GitHub Actions and for readers of JUnit's XML.
 *
 * GitHub: https://docs.github.com/actions/reference/workflow-commands-for-github-actions; what its
 * runner undoes is in actions/toolkit, packages/core/src/command.ts. JUnit has no standard: what is
 * here is what Jenkins, GitLab and GitHub's reporters all read.
 *
 * Surprising: a text that could end a command or an element comes from a script's first line, so
 * every text is escaped, and what steers a terminal is shown as \xNN first: XML cannot hold it. */
#include <string.h>
#include <unistd.h>

#include "markup.h"
#include "report_check.h"
#include "rules.h"

const char *finding_path(const struct migrate_finding *finding)
{
	const char *path = finding->near;
	char here[4096];
	size_t size;

	while (!strncmp(path, "./", 2))
		path += 2;
	if (path[0] != '/' || !getcwd(here, sizeof here))
		return path;
	size = strlen(here);
	return !strncmp(path, here, size) && path[size] == '/' ? path + size + 1 : path;
}

void finding_add_advice(struct str *out, const struct migrate_finding *finding)
{
	str_add(out, finding->message);
	if (finding->hint)
		str_printf(out, "\n%s", finding->hint);
	if (finding->fix)
		str_printf(out, "\nCommand: %s", finding->fix);
}

static void add_data(struct str *out, const char *text)
{
	static const char *const replacement[] = {"%25", "%0D", "%0A"};

	markup_replace(out, text, "%\r\n", replacement);
}

static void add_property(struct str *out, const char *text)
{
	static const char *const replacement[] = {"%25", "%0D", "%0A", "%3A", "%2C"};

	markup_replace(out, text, "%\r\n:,", replacement);
}

void findings_add_github(struct str *out, const struct migrate_findings *findings)
{
	for (size_t i = 0; i < findings->count; i++) {
		const struct migrate_finding *finding = &findings->item[i];
		struct str advice = {0};

		str_add(out, "::error file=");
		add_property(out, finding_path(finding));
		str_printf(out, ",line=%zu", finding->line ? finding->line : 1);
		if (finding->column)
			str_printf(out, ",col=%zu", finding->column);
		str_printf(out, ",title=migrate check %s::", rule_of(finding->check)->id);
		finding_add_advice(&advice, finding);
		add_data(out, str_text(&advice));
		str_add_char(out, '\n');
		str_release(&advice);
	}
}

static void add_attribute(struct str *out, const char *name, const char *text)
{
	str_printf(out, " %s=\"", name);
	markup_add(out, text);
	str_add_char(out, '"');
}

static void add_failure(struct str *out, const struct migrate_finding *finding)
{
	const char *rule = rule_of(finding->check)->id;
	struct str advice = {0};

	str_printf(out, "\t\t<testcase classname=\"migrate.check.%s\"", rule);
	add_attribute(out, "name", finding->message);
	add_attribute(out, "file", finding_path(finding));
	str_printf(out, " line=\"%zu\" time=\"0\">\n\t\t\t<failure type=\"%s\"",
		finding->line ? finding->line : 1, rule);
	add_attribute(out, "message", finding->message);
	str_add_char(out, '>');
	finding_add_advice(&advice, finding);
	if (finding->diff)
		str_printf(&advice, "\n%s", finding->diff);
	markup_add(out, str_text(&advice));
	str_add(out, "</failure>\n\t\t</testcase>\n");
	str_release(&advice);
}

/* The findings of a check, or that there are none. Returns how many test cases that were. */
static size_t add_cases(
	struct str *out, const struct migrate_findings *findings, const struct rule *rule)
{
	size_t count = 0;

	for (size_t i = 0; i < findings->count; i++) {
		if (findings->item[i].check != rule->check)
			continue;
		add_failure(out, &findings->item[i]);
		count++;
	}
	if (count)
		return count;
	str_printf(out, "\t\t<testcase classname=\"migrate.check.%s\"", rule->id);
	add_attribute(out, "name", rule->summary);
	str_add(out, " time=\"0\"/>\n");
	return 1;
}

void findings_add_junit(struct str *out, const struct migrate_findings *findings)
{
	size_t count, cases = 0;
	const struct rule *rules = rules_table(&count);
	struct str text = {0};

	for (size_t i = 0; i < count; i++)
		if (findings->checks & rules[i].check)
			cases += add_cases(&text, findings, &rules[i]);
	str_printf(out,
		"<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
		"<testsuites tests=\"%zu\" failures=\"%zu\">\n"
		"\t<testsuite name=\"migrate check\" tests=\"%zu\" failures=\"%zu\" errors=\"0\" "
		"skipped=\"0\" time=\"0\">\n%s\t</testsuite>\n</testsuites>\n",
		cases, findings->count, cases, findings->count, str_text(&text));
	str_release(&text);
}
