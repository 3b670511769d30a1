/* report_check_json: findings for GitLab's Code Quality and as SARIF.
 *
 * GitLab: https://docs.gitlab.com/ci/testing/code_quality, "Code Quality report format". SARIF:
 * https://docs.oasis-open.org/sarif/sarif/v2.1.0, of which GitHub's code scanning wants a region
 * and a fingerprint for each result.
 *
 * Surprising: a fingerprint leaves the line out, so that a finding stays the same one when lines
 * are added above it; what would be the same twice is counted. */
#include <sha256.h>
#include <string.h>

#include "json.h"
#include "report_check.h"
#include "rules.h"

static bool same(const struct migrate_finding *left, const struct migrate_finding *right)
{
	return left->check == right->check && !strcmp(left->near, right->near) &&
	       !strcmp(left->message, right->message);
}

static json_t *fingerprint(const struct migrate_findings *findings, size_t index)
{
	const struct migrate_finding *finding = &findings->item[index];
	char digest[SHA256_DIGEST_STRING_LENGTH];
	struct str text = {0};
	size_t before = 0;

	for (size_t i = 0; i < index; i++)
		before += same(&findings->item[i], finding);
	str_printf(&text, "%s\n%s\n%s\n%zu", rule_of(finding->check)->id, finding_path(finding),
		finding->message, before);
	SHA256Data((const uint8_t *)str_text(&text), text.size, digest);
	str_release(&text);
	return json_string(digest);
}

static json_t *advice_text(const struct migrate_finding *finding)
{
	struct str advice = {0};
	json_t *text;

	finding_add_advice(&advice, finding);
	text = json_text(str_text(&advice));
	str_release(&advice);
	return text;
}

static json_int_t line_of(const struct migrate_finding *finding)
{
	return (json_int_t)(finding->line ? finding->line : 1);
}

void findings_add_gitlab(struct str *out, const struct migrate_findings *findings)
{
	json_t *array = json_array();

	for (size_t i = 0; i < findings->count; i++) {
		const struct migrate_finding *finding = &findings->item[i];
		const struct rule *rule = rule_of(finding->check);

		json_array_append_new(
			array, json_pack("{s:o, s:s, s:o, s:s, s:{s:o, s:{s:I}}}", "description",
				       advice_text(finding), "check_name", rule->id, "fingerprint",
				       fingerprint(findings, i), "severity", rule->severity,
				       "location", "path", json_text(finding_path(finding)),
				       "lines", "begin", line_of(finding)));
	}
	json_write(out, array);
	json_decref(array);
}

/* RFC 3986: what is neither unreserved nor a slash is percent-encoded. */
static json_t *uri_of(const char *path)
{
	static const char plain[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
				    "0123456789-._~/";
	struct str uri = {0};
	json_t *text;

	str_add(&uri, path[0] == '/' ? "file://" : "");
	for (; *path; path++) {
		if (strchr(plain, *path))
			str_add_char(&uri, *path);
		else
			str_printf(&uri, "%%%02X", (unsigned char)*path);
	}
	text = json_text(str_text(&uri));
	str_release(&uri);
	return text;
}

static json_t *sarif_rules(void)
{
	size_t count;
	const struct rule *rules = rules_table(&count);
	json_t *array = json_array();

	for (size_t i = 0; i < count; i++)
		json_array_append_new(
			array, json_pack("{s:s, s:s, s:{s:s}, s:{s:s}}", "id", rules[i].id, "name",
				       rules[i].name, "shortDescription", "text", rules[i].summary,
				       "defaultConfiguration", "level", "error"));
	return array;
}

static json_t *sarif_result(const struct migrate_findings *findings, size_t index)
{
	const struct migrate_finding *finding = &findings->item[index];
	const struct rule *rule = rule_of(finding->check);
	json_t *region = json_pack("{s:I}", "startLine", line_of(finding));
	json_t *result;
	size_t count;

	if (finding->column)
		json_object_set_new(region, "startColumn", json_number(finding->column));
	result = json_pack("{s:s, s:I, s:s, s:{s:o}, s:[{s:{s:{s:o}, s:o}}], s:{s:o}}", "ruleId",
		rule->id, "ruleIndex", (json_int_t)(rule - rules_table(&count)), "level", "error",
		"message", "text", advice_text(finding), "locations", "physicalLocation",
		"artifactLocation", "uri", uri_of(finding_path(finding)), "region", region,
		"partialFingerprints", "migrateFinding/v1", fingerprint(findings, index));
	if (finding->fix)
		json_object_set_new(
			result, "properties", json_pack("{s:o}", "fix", json_text(finding->fix)));
	return result;
}

void findings_add_sarif(struct str *out, const struct migrate_findings *findings)
{
	json_t *results = json_array(), *document;

	for (size_t i = 0; i < findings->count; i++)
		json_array_append_new(results, sarif_result(findings, i));
	document = json_pack("{s:s, s:s, s:[{s:{s:{s:s, s:s, s:o}}, s:s, s:o}]}", "$schema",
		"https://json.schemastore.org/sarif-2.1.0.json", "version", "2.1.0", "runs", "tool",
		"driver", "name", "migrate", "version", migrate_version(), "rules", sarif_rules(),
		"columnKind", "unicodeCodePoints", "results", results);
	json_write(out, document);
	json_decref(document);
}
