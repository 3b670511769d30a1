/* template: filling in. Surprising: the time zone is found by setting TZ for a moment, the only way
 * that C has to ask for another zone than the process'; callers with threads ask for UTC. */
#include "io/template.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "base/str.h"

struct placeholder {
	const char *name;
	const char *value;
};

static char *keep(struct arena *arena, struct str *text)
{
	char *kept = arena_strndup(arena, str_text(text), text->size);

	str_release(text);
	return kept;
}

char *template_slug(struct arena *arena, const char *message, size_t limit)
{
	struct str slug = {0};
	size_t word = 0; /* where the last whole word ended */

	for (const char *c = message; *c && *c != '\n'; c++) {
		if (isalnum((unsigned char)*c) && (unsigned char)*c < 0x80)
			str_add_char(&slug, (char)tolower((unsigned char)*c));
		else if (slug.size && slug.text[slug.size - 1] != '_')
			str_add_char(&slug, '_');
	}
	if (slug.size && slug.text[slug.size - 1] == '_')
		slug.size--;
	for (size_t i = 0; i <= limit && i < slug.size; i++)
		if (slug.text[i] == '_')
			word = i;
	if (slug.size > limit)
		slug.size = word ? word : limit;
	return keep(arena, &slug);
}

static struct tm time_in(time_t when, const char *zone)
{
	const char *before = getenv("TZ");
	char *saved = before ? strdup(before) : NULL;
	struct tm parts;

	if (!strcmp(zone, "UTC") || !strcmp(zone, "local")) {
		free(saved);
		*zone == 'U' ? gmtime_r(&when, &parts) : localtime_r(&when, &parts);
		return parts;
	}
	setenv("TZ", zone, 1);
	tzset();
	localtime_r(&when, &parts);
	if (saved)
		setenv("TZ", saved, 1);
	else
		unsetenv("TZ");
	tzset();
	free(saved);
	return parts;
}

/* 2026-11-21 10:30:00+00:00 */
static char *time_text(struct arena *arena, time_t when, const char *zone)
{
	struct tm parts = time_in(when, zone);
	long offset = parts.tm_gmtoff / 60, size = labs(offset);
	char text[64];

	strftime(text, sizeof text, "%Y-%m-%d %H:%M:%S", &parts);
	return arena_printf(
		arena, "%s%c%02ld:%02ld", text, offset < 0 ? '-' : '+', size / 60, size % 60);
}

/* Appends text with its placeholders, each between open ("{" or "${") and "}", replaced. */
static bool fill(struct str *out, const char *text, const char *open,
	const struct placeholder *placeholders, size_t count, const char **unknown)
{
	size_t open_size = strlen(open);

	while (*text) {
		const char *end = strncmp(text, open, open_size) ? NULL : strchr(text, '}');
		const char *name = text + open_size;
		size_t i = 0;

		if (!end) {
			str_add_char(out, *text++);
			continue;
		}
		while (i < count && (strncmp(placeholders[i].name, name, (size_t)(end - name)) ||
					    placeholders[i].name[end - name]))
			i++;
		if (i == count) {
			*unknown = text;
			return false;
		}
		str_add(out, placeholders[i].value);
		text = end + 1;
	}
	return true;
}

static bool name_is_safe(const char *name)
{
	size_t size = strlen(name);

	return size && size <= 250 && name[0] != '.' && name[0] != '_' && name[0] != '-' &&
	       !strpbrk(name, "/\\\n\r") && !strstr(name, "..");
}

static bool fail_name(const char *template, const char *name, struct migrate_error *error)
{
	error_set(error, MIGRATE_E_CONFIG,
		"file_template \"%s\" gives \"%s\", which is no name for a "
		"revision file",
		template, name);
	return error_hint(error,
		"A name has up to 250 bytes, no slash, no \"..\", and does not begin "
		"with \".\", \"_\" or \"-\".");
}

char *template_file_name(struct arena *arena, const struct template_settings *settings,
	const struct new_revision *revision, struct migrate_error *error)
{
	struct tm parts = time_in(revision->created, settings->timezone);
	struct placeholder placeholders[] = {{"rev", revision->id},
		{"slug", template_slug(arena, revision->message, settings->slug_length)},
		{"year", arena_printf(arena, "%04d", parts.tm_year + 1900)},
		{"month", arena_printf(arena, "%02d", parts.tm_mon + 1)},
		{"day", arena_printf(arena, "%02d", parts.tm_mday)},
		{"hour", arena_printf(arena, "%02d", parts.tm_hour)},
		{"minute", arena_printf(arena, "%02d", parts.tm_min)},
		{"second", arena_printf(arena, "%02d", parts.tm_sec)},
		{"epoch", arena_printf(arena, "%lld", (long long)revision->created)}};
	size_t count = sizeof placeholders / sizeof *placeholders;
	const char *unknown = NULL;
	struct str name = {0};
	char *kept;

	if (!fill(&name, settings->file_template, "{", placeholders, count, &unknown)) {
		error_set(error, MIGRATE_E_CONFIG,
			"file_template has an unknown placeholder at \"%s\"", unknown);
		error_hint(error,
			"Placeholders are {rev} {slug} {year} {month} {day} {hour} {minute} "
			"{second} {epoch}.");
		str_release(&name);
		return NULL;
	}
	while (name.size && name.text[name.size - 1] == '_')
		name.size--;
	kept = keep(arena, &name);
	if (!name_is_safe(kept)) {
		fail_name(settings->file_template, kept, error);
		return NULL;
	}
	return arena_printf(arena, "%s.sql", kept);
}

static const char *join(struct arena *arena, const struct names *names)
{
	struct str text = {0};

	for (uint32_t i = 0; i < names->count; i++)
		str_printf(&text, "%s%s", i ? ", " : "", names->item[i]);
	return keep(arena, &text);
}

/* Later lines of a message stay comments; control characters become blanks. */
static const char *message_text(struct arena *arena, const char *message)
{
	struct str text = {0};

	for (const char *c = message; *c; c++) {
		if (*c == '\n' && c[1])
			str_add(&text, "\n-- ");
		else
			str_add_char(&text, (unsigned char)*c < 0x20 || *c == 0x7f ? ' ' : *c);
	}
	return keep(arena, &text);
}

static bool same_names(const struct names *left, const struct names *right)
{
	if (left->count != right->count)
		return false;
	for (uint32_t i = 0; i < left->count; i++)
		if (strcmp(left->item[i], right->item[i]))
			return false;
	return true;
}

/* What was written must read as what was meant: a message like "revision: x" would not. */
static bool check_script(struct arena *arena, const struct template_settings *settings,
	const struct new_revision *revision, const char *text, struct revision *read,
	struct migrate_error *error)
{
	struct migrate_error parse = {0};

	if (!revision_parse(arena, settings->script_name, text, strlen(text), read, &parse)) {
		error_set(error, MIGRATE_E_CONFIG, "the new file would not be a revision: %s",
			parse.message);
		error_hint(error, "Look at the template \"%s\" and at the message given.",
			settings->script_name);
		migrate_error_clear(&parse);
		return false;
	}
	if (!strcmp(read->id, revision->id) && same_names(&read->parents, &revision->parents) &&
		same_names(&read->labels, &revision->labels) &&
		same_names(&read->dependencies, &revision->dependencies))
		return true;
	error_set(error, MIGRATE_E_CONFIG, "the new file would not say what was asked for");
	return error_hint(error,
		"The template \"%s\" must have ${revision}, ${down_revision}, ${branch_labels} and "
		"${depends_on}, and no line of the message may look like a header line.",
		settings->script_name);
}

/* The text with the SQL at the end of the section's own. */
static char *fill_section(
	struct arena *arena, const char *text, const struct section *section, const char *sql)
{
	const char *begin = text + section->offset, *end = begin + section->size;
	struct str out = {0};
	size_t own = section->size;

	while (own && strchr(" \t\r\n", begin[own - 1]))
		own--;
	str_add_bytes(&out, text, section->offset + own);
	if (own || (out.size && out.text[out.size - 1] != '\n'))
		str_add_char(&out, '\n');
	str_printf(&out, "%s%s%s", sql, *end ? "\n" : "", end);
	return keep(arena, &out);
}

/* The section that stands last first, so that the other one's offset holds. */
static char *fill_sections(struct arena *arena, const struct new_revision *revision,
	const struct revision *read, char *text)
{
	const struct section *up = &read->upgrade, *down = &read->downgrade;

	if (!down->present)
		text = arena_printf(
			arena, "%s\n-- migrate:downgrade\n%s", text, revision->downgrade);
	else if (down->offset > up->offset)
		text = fill_section(arena, text, down, revision->downgrade);
	text = fill_section(arena, text, up, revision->upgrade);
	if (down->present && down->offset < up->offset)
		text = fill_section(arena, text, down, revision->downgrade);
	return text;
}

char *template_script(struct arena *arena, const struct template_settings *settings,
	const struct new_revision *revision, struct migrate_error *error)
{
	struct placeholder placeholders[] = {{"message", message_text(arena, revision->message)},
		{"revision", revision->id}, {"down_revision", join(arena, &revision->parents)},
		{"branch_labels", join(arena, &revision->labels)},
		{"depends_on", join(arena, &revision->dependencies)},
		{"created", time_text(arena, revision->created, settings->timezone)}};
	size_t count = sizeof placeholders / sizeof *placeholders;
	const char *unknown = NULL, *line_end;
	struct str raw = {0}, text = {0};
	struct revision read;
	char *filled;

	if (!fill(&raw, settings->script, "${", placeholders, count, &unknown)) {
		error_set(
			error, MIGRATE_E_CONFIG, "the script template has an unknown placeholder");
		error_at_offset(error, settings->script_name, settings->script,
			settings->script_size, (size_t)(unknown - settings->script), 1);
		error_hint(error, "Placeholders are ${message} ${revision} ${down_revision} "
				  "${branch_labels} ${depends_on} ${created}.");
		str_release(&raw);
		return NULL;
	}
	/* An empty list leaves a blank at its line's end. */
	for (const char *at = str_text(&raw); *at; at = *line_end ? line_end + 1 : line_end) {
		size_t size;

		line_end = strchrnul(at, '\n');
		for (size = (size_t)(line_end - at); size && at[size - 1] == ' ';)
			size--;
		str_add_bytes(&text, at, size);
		str_add(&text, *line_end ? "\n" : "");
	}
	str_release(&raw);
	filled = keep(arena, &text);
	if (!check_script(arena, settings, revision, filled, &read, error))
		return NULL;
	if (!revision->upgrade)
		return filled;
	filled = fill_sections(arena, revision, &read, filled);
	return check_script(arena, settings, revision, filled, &read, error) ? filled : NULL;
}
