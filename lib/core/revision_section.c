/* revision_section: the marker lines and what lies between them. Knows nothing of the header and
 * nothing of SQL. */
#include <string.h>
#include <strings.h>

#include "base/error.h"
#include "core/revision_read.h"

static const char marker[] = "-- migrate:";
enum { MARKER_SIZE = sizeof marker - 1 };

static bool read_toggle(struct span value, enum toggle *toggle)
{
	if (!span_equals(value, "on") && !span_equals(value, "off"))
		return false;
	*toggle = span_equals(value, "on") ? TOGGLE_ON : TOGGLE_OFF;
	return true;
}

static bool set_option(struct section_options *options, struct span name, struct span value)
{
	if (span_equals(name, "transaction"))
		return read_toggle(value, &options->transaction);
	if (span_equals(name, "foreign_keys"))
		return read_toggle(value, &options->foreign_keys);
	if (span_equals(name, "lock_timeout"))
		return duration_parse(value.text, value.size, &options->lock_timeout);
	if (span_equals(name, "statement_timeout"))
		return duration_parse(value.text, value.size, &options->statement_timeout);
	return false;
}

static const char *const option_names[] = {
	"transaction", "foreign_keys", "lock_timeout", "statement_timeout"};

static bool is_option(struct span name)
{
	for (size_t i = 0; i < sizeof option_names / sizeof *option_names; i++)
		if (span_equals(name, option_names[i]))
			return true;
	return false;
}

static bool refuse_value(struct reader *reader, struct span word, struct span name)
{
	struct span value = {word.text + name.size + 1, word.size - name.size - 1};

	if (word.size <= name.size + 1)
		error_set(reader->error, MIGRATE_E_SCRIPT,
			"the section option \"%.*s\" has no value", span_shown(name), name.text);
	else
		error_set(reader->error, MIGRATE_E_SCRIPT,
			"the section option \"%.*s\" cannot be \"%.*s\"", span_shown(name),
			name.text, span_shown(value), value.text);
	error_hint(reader->error, "%s",
		memmem(name.text, name.size, "timeout", 7)
			? "Write it as 500ms, 2s, 5m, 1h, at most a day, or 0 for no limit."
			: "Write on or off.");
	return reader_fail(reader, word.text);
}

static bool is_set(const struct section_options *options, struct span name)
{
	if (span_equals(name, "transaction"))
		return options->transaction != TOGGLE_UNSET;
	if (span_equals(name, "foreign_keys"))
		return options->foreign_keys != TOGGLE_UNSET;
	if (span_equals(name, "lock_timeout"))
		return options->lock_timeout != DURATION_UNSET;
	return span_equals(name, "statement_timeout") &&
	       options->statement_timeout != DURATION_UNSET;
}

static bool refuse_second(struct reader *reader, struct span name)
{
	error_set(reader->error, MIGRATE_E_SCRIPT, "the section option \"%.*s\" stands twice",
		span_shown(name), name.text);
	error_hint(reader->error, "Remove one of the two.");
	return reader_fail(reader, name.text);
}

static bool read_option(struct reader *reader, struct section_options *options, struct span word)
{
	const char *equal = memchr(word.text, '=', word.size);
	struct span name = {word.text, equal ? (size_t)(equal - word.text) : word.size};
	struct span value = {word.text + name.size + 1, equal ? word.size - name.size - 1 : 0};
	char shown[32] = "";
	const char *meant;

	if (is_set(options, name))
		return refuse_second(reader, name);
	if (equal && set_option(options, name, value))
		return true;
	if (is_option(name))
		return refuse_value(reader, word, name);
	error_set(reader->error, MIGRATE_E_SCRIPT, "\"%.*s\" is no option of a section",
		span_shown(word), word.text);
	memcpy(shown, name.text, name.size < sizeof shown ? name.size : sizeof shown - 1);
	meant = nearest_name(shown, option_names, 4);
	if (meant && strcmp(meant, shown))
		error_hint(reader->error, "Did you mean \"%s\"?", meant);
	error_hint(reader->error, "Options are transaction=on|off, foreign_keys=on|off, "
				  "lock_timeout=2s, statement_timeout=5m.");
	return reader_fail(reader, word.text);
}

/* Which section a word names, NULL for none. */
static struct section *section_named(struct revision *revision, struct span name)
{
	if (span_equals(name, "upgrade") || span_equals(name, "up"))
		return &revision->upgrade;
	if (span_equals(name, "downgrade") || span_equals(name, "down"))
		return &revision->downgrade;
	return NULL;
}

/* The section whose name comes next on a marker line, NULL with an error where it cannot begin. */
static struct section *open_section(struct reader *reader, struct span *rest)
{
	struct span name = span_word(rest);
	struct section *section = section_named(reader->revision, name);

	if (section && !section->present) {
		section->present = true;
		return section;
	}
	if (section) {
		error_set(reader->error, MIGRATE_E_SCRIPT, "the file has two %s sections",
			section == &reader->revision->upgrade ? "upgrade" : "downgrade");
		error_hint(reader->error, "Join them into one.");
	} else {
		error_set(reader->error, MIGRATE_E_SCRIPT, "unknown section \"%.*s\"",
			span_shown(name), name.text);
		error_hint(reader->error, "Sections are \"-- migrate:upgrade\" and "
					  "\"-- migrate:downgrade\".");
	}
	reader_fail(reader, name.text);
	return NULL;
}

static struct section *read_marker(struct reader *reader, struct span line)
{
	struct span rest = {line.text + MARKER_SIZE, line.size - MARKER_SIZE}, word;
	struct section *section = open_section(reader, &rest);

	while (section && (word = span_word(&rest)).size)
		if (!read_option(reader, &section->options, word))
			return NULL;
	return section;
}

static bool is_marker(const char *at, const char *end)
{
	return end - at >= MARKER_SIZE && !memcmp(at, marker, MARKER_SIZE);
}

size_t section_find(const struct reader *reader, size_t from)
{
	const char *at = reader->text + from, *end = reader->text + reader->size;

	while (!is_marker(at, end)) {
		at = memmem(at, (size_t)(end - at), "\n-- migrate:", MARKER_SIZE + 1);
		if (!at)
			return reader->size;
		at++;
	}
	return (size_t)(at - reader->text);
}

static bool starts_folded(struct span span, const char *word)
{
	return span.size >= strlen(word) && !strncasecmp(span.text, word, strlen(word));
}

/* "--migrate:down", "-- Migrate: upgrade", "-- migrate :up": two dashes in column 1, then the words
 * of a marker, but not written as one. */
static bool is_near_marker(struct span line)
{
	static const char *const names[] = {"upgrade", "downgrade", "up", "down"};
	struct span rest = span_trim((struct span){line.text + 2, line.size - 2});

	if (!starts_folded(rest, "migrate"))
		return false;
	rest = span_trim((struct span){rest.text + 7, rest.size - 7});
	if (!rest.size || rest.text[0] != ':')
		return false;
	rest = span_trim((struct span){rest.text + 1, rest.size - 1});
	for (size_t i = 0; i < sizeof names / sizeof *names; i++)
		if (starts_folded(rest, names[i]) &&
			(rest.size == strlen(names[i]) ||
				span_is_blank(rest.text[strlen(names[i])])))
			return true;
	return false;
}

bool section_refuse_near_markers(struct reader *reader)
{
	const char *at = reader->text, *end = reader->text + reader->size;

	if (!starts_folded((struct span){at, reader->size}, "--"))
		at = memmem(at, reader->size, "\n--", 3);
	for (; at; at = memmem(at, (size_t)(end - at), "\n--", 3)) {
		const char *newline;

		at += *at == '\n';
		if (is_marker(at, end))
			continue;
		newline = memchr(at, '\n', (size_t)(end - at));
		if (!is_near_marker((struct span){at, (size_t)((newline ? newline : end) - at)}))
			continue;
		error_set(reader->error, MIGRATE_E_SCRIPT,
			"the line is no section marker, but nearly one");
		error_hint(reader->error,
			"A marker begins \"-- migrate:\", in lower case, with one blank.");
		return reader_fail(reader, at);
	}
	return true;
}

static uint32_t count_lines(const char *text, size_t size)
{
	const char *end = text + size;
	uint32_t lines = 0;

	while ((text = memchr(text, '\n', (size_t)(end - text)))) {
		text++;
		lines++;
	}
	return lines;
}

bool section_read_all(struct reader *reader, size_t at)
{
	uint32_t line = 1 + count_lines(reader->text, at);

	while (at < reader->size) {
		const char *start = reader->text + at;
		const char *newline = memchr(start, '\n', reader->size - at);
		size_t line_end = newline ? (size_t)(newline - reader->text) : reader->size;
		size_t body = newline ? line_end + 1 : line_end;
		size_t next = section_find(reader, body);
		struct section *section = read_marker(reader, (struct span){start, line_end - at});

		if (!section)
			return false;
		section->offset = (uint32_t)body;
		section->size = (uint32_t)(next - body);
		section->line = line + 1;
		line += 1 + count_lines(reader->text + body, next - body);
		at = next;
	}
	return true;
}
